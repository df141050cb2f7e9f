"""What `edit` and `remove` change about registrations that cost: owed first, then asked for at once."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from monitor.adapters.accounts import ChangeState, KeepsAccount
from monitor.adapters.contract import Ask, EnrolmentState
from monitor.cli.waiting import Waiting
from monitor.errors import BadInput, Busy, ParcelsError, SourceTrouble
from monitor.message.texts import source_name

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from monitor.cli.office import Office
    from monitor.history.sources import SourceState
    from monitor.parcel import Parcel
    from monitor.sweep.errands import Errands
    from monitor.sweep.lines import Line
    from monitor.sweep.sources import Source

PATIENCE = 5.0  # seconds a change waits for a pass to end; it is owed, and made by the next one
PATIENCE_TO_FORGET = 30.0  # seconds a deletion waits: it is owed to nobody
_IN_PART = "monitor.cli.registrations.in_part"
_TOLD = ("extra", "origin", "destination")  # facts a source is told of
_THERE = frozenset({EnrolmentState.REGISTERED, EnrolmentState.REGISTERING})


@dataclass(frozen=True, slots=True)
class Registration:
    """A parcel as it is registered at a source that keeps an account."""

    source: Source
    keeper: KeepsAccount
    state: SourceState

    @property
    def title(self) -> str:
        return source_name(self.source.name)


@dataclass(frozen=True, slots=True)
class Owed:
    """What an edit asks of one registration: keys of carriers ("" = as it is), and what to tell."""

    registration: Registration
    carrier: str = ""
    final: str = ""
    info: bool = False
    known: bool = False  # the carrier is asked already


def registrations(office: Office, parcel: Parcel) -> list[Registration]:
    """Where the parcel is registered by its own number, or may be."""
    return [each for each in _told_of(office, parcel) if each.state.enrolment in _THERE]


def to_forget(office: Office, parcel: Parcel) -> list[Registration]:
    """Where the parcel is registered by its own number or by another one of its, or may be."""
    return [
        each
        for each in _told_of(office, parcel)
        if each.state.enrolment in _THERE or _aliases_of_it_alone(office, parcel, each.source.name)
    ]


def _told_of(office: Office, parcel: Parcel) -> list[Registration]:
    """The sources with an account that were ever told of the parcel, whatever became of it there."""
    states = office.history.sources.of([parcel.id]).get(parcel.id, {})
    if all(state.enrolment == EnrolmentState.NEW for state in states.values()):
        return []
    from monitor.sweep.sources import sources_of

    return [
        Registration(source, source.adapter, states[source.name])
        for source in sources_of(office.settings)
        if isinstance(source.adapter, KeepsAccount) and source.name in states
    ]


def owed_by(office: Office, before: Parcel, after: Parcel, given: dict[str, Any]) -> list[Owed]:
    """What the sources are owed once `given` has made `after` of `before`.

    Raises BadInput for a carrier nobody knows and an extra that cannot be sent, before anything is
    stored.
    """
    names = {name for name in (*_TOLD, "carrier") if given.get(name) not in (None, ())}
    if not names:
        return []
    found = [_owed(each, before, after, names) for each in registrations(office, before)]
    return [each for each in found if each.carrier or each.final or each.info or each.known]


def _owed(there: Registration, before: Parcel, after: Parcel, names: set[str]) -> Owed:
    carrier = there.keeper.key_of(after.carrier) if "carrier" in names and after.carrier else ""
    known = carrier != "" and carrier == there.state.carrier
    final, final_before = there.keeper.final_of(after.extra), there.keeper.final_of(before.extra)
    return Owed(
        there,
        carrier="" if known else carrier,
        final=final if final != final_before else "",
        info=there.keeper.info_of(_ask(after)) not in ({}, there.keeper.info_of(_ask(before))),
        known=known,
    )


def _ask(parcel: Parcel) -> Ask:
    """What the owner has said of the parcel itself; where most parcels go is no part of an edit."""
    return Ask(
        parcel.number, origin=parcel.origin, destination=parcel.destination, extra=parcel.extra
    )


def owe(office: Office, parcel: Parcel, owed: Sequence[Owed]) -> None:
    """Remember it, in the transaction that stores the edit: whatever breaks now, a pass does it."""
    for each in owed:
        name, upkeep = each.registration.source.name, office.history.upkeep
        if each.carrier or each.final or each.known:
            upkeep.owe_carrier(parcel.id, name, each.carrier, each.final)
        if each.info:
            upkeep.owe_info(parcel.id, name, owed=True)


def settle(office: Office, parcel: Parcel, owed: Sequence[Owed]) -> tuple[list[str], list[str]]:
    """Make the changes now. Sentences: what was done, and what was not."""
    done: list[str] = []
    undone: list[str] = []
    for each in owed:
        title = each.registration.title
        if each.known:
            done.append(f"{title} asks this carrier already.")
        if not (each.carrier or each.final or each.info):
            continue
        if not each.registration.source.enabled:
            undone.append(f"{title} is switched off; the change is made once it is switched on.")
            continue
        try:
            errands = _run(office, parcel, each.registration)
        except Busy:
            undone.append(f"A pass is under way; {title} is told with the next one.")
            continue
        done += [note for _, note in errands.notes]
        undone += [detail for _, detail in errands.problems]
        undone += [
            f"{title} failed: {t.detail} It is tried again with the next pass."
            for t in errands.troubles
        ]
    return done, undone


def settle_and_say(
    office: Office, parcel: Parcel, owed: Sequence[Owed], say: Callable[[str], None]
) -> None:
    """`settle`, with its sentences said; the command then ends with `ended_in_part`."""
    done, undone = settle(office, parcel, owed)
    for sentence in done:
        say(f"  {sentence}")
    for sentence in undone:
        click.echo(f"parcels: {parcel.number}: {sentence}", err=True)
    if undone:
        click.get_current_context().meta[_IN_PART] = True


def ended_in_part(ctx: click.Context) -> None:
    """Exit code 1 where a source did not take a change."""
    if ctx.meta.get(_IN_PART):
        ctx.exit(1)


def _run(office: Office, parcel: Parcel, there: Registration) -> Errands:
    import asyncio

    from monitor.sweep.errands import Errands
    from monitor.sweep.instance import pass_lock

    async def within() -> Errands:
        async with _line_to(office, there) as line:
            country = office.settings.country
            errands = Errands(line, there.keeper, office.history, office.now, country)
            await errands.run([parcel.id])
            return errands

    with (
        Waiting(f"telling {there.title}"),
        pass_lock(office.history.path, patience=PATIENCE, wait=time.sleep),
    ):
        return asyncio.run(within())


@asynccontextmanager
async def _line_to(office: Office, there: Registration) -> AsyncIterator[Line]:
    from monitor.sweep.office import line_of, shared_pace
    from monitor.sweep.understanding import reading_of
    from monitor.transport import HttpClient

    settings = office.settings
    async with HttpClient() as client:
        pace, reads = shared_pace(settings), reading_of(settings)
        yield line_of(settings, there.source.adapter, client, pace, reads)


def question(parcel: Parcel, there: Sequence[Registration]) -> str:
    """What `remove` asks; `there`: where it is to be deleted, too."""
    whole = f"Delete {parcel.name} ({parcel.number}) and all that was recorded of it"
    if not there:
        return f"{whole}?"
    names = " and ".join(each.title for each in there)
    return f"{whole}, here and at {names}? Registering it there again would cost again."


def remove_everywhere(office: Office, parcel: Parcel, there: Sequence[Registration]) -> None:
    """Delete the registrations, and then the parcel here. Raises ParcelsError where one is left, and then
    nothing is removed. `there`: where it was registered when the owner was asked.
    """
    from monitor.sweep.instance import pass_lock

    _refuse_switched_off(there)
    with (
        Waiting("waiting for the sources") as waiting,
        pass_lock(office.history.path, patience=PATIENCE_TO_FORGET, wait=time.sleep),
    ):
        there = to_forget(office, parcel)  # a pass may have registered it since the question
        _refuse_switched_off(there)
        for each in there:
            _forget_at(office, parcel, each)
            waiting.echo(click.echo)(
                f"{each.title} has deleted {parcel.number}; a new registration costs again.",
                err=True,
            )
        office.history.parcels.remove(parcel.id)


def _refuse_switched_off(there: Sequence[Registration]) -> None:
    for each in there:
        if not each.source.enabled:
            raise BadInput(
                f"{each.title} is switched off, so that nothing can be deleted there. Switch it on, "
                "or leave --forget out: then the registration stays."
            )


def _aliases_of_it_alone(office: Office, parcel: Parcel, source: str) -> list[Ask]:
    """Its other numbers there; not one by which another parcel is asked about, which would cost again."""
    history = office.history
    return [
        Ask(alias.number, carrier=alias.carrier)
        for alias in history.paid_aliases.of([parcel.id], source)
        if alias.enrolment in _THERE
        and history.parcels.by_number(alias.number) is None
        and set(history.paid_aliases.parcels_of([alias.number.upper()], source)) <= {parcel.id}
    ]


def _forget_at(office: Office, parcel: Parcel, there: Registration) -> None:
    import asyncio

    from monitor.sweep.lines import ask_of

    aliases = _aliases_of_it_alone(office, parcel, there.source.name)

    async def within() -> str:
        async with _line_to(office, there) as line:
            own = ask_of(parcel, there.state, office.settings.country)
            asks = [*([own] if there.state.enrolment in _THERE else []), *aliases]
            try:
                changes = await there.keeper.forget(line.wire, asks)
            except SourceTrouble as trouble:
                if not trouble.maybe_done:
                    raise
                left = await there.keeper.listed(
                    line.wire, [replace(ask, carrier="") for ask in asks]
                )
                return "" if not left.rows else trouble.detail
            gone = (ChangeState.DONE, ChangeState.GONE)
            return next((c.detail for c in changes if c.state not in gone), "")

    try:
        problem = asyncio.run(within())
    except SourceTrouble as trouble:
        problem = trouble.detail
    if problem:
        raise ParcelsError(
            f"{there.title} has not deleted {parcel.number}, so nothing was removed here, either: "
            f"{problem} Try again, or leave --forget out: then the registration stays."
        )
