"""Commands that change which parcels are watched and what is known of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from monitor.advisories import advisories
from monitor.cli.asking import asked_facts, asked_number, somebody_is_there
from monitor.cli.choices import OneOf
from monitor.cli.dates import moment
from monitor.cli.facts import Reader, changed, out_of_order, parcel_options, told
from monitor.cli.office import json_option, office_of, print_json
from monitor.cli.onlookers import nobody_looks, source_names
from monitor.cli.paid_aliases import want_aliases
from monitor.cli.refs import finished, watched
from monitor.cli.registrations import ended_in_part, owe, owed_by, settle_and_say
from monitor.cli.screen import say
from monitor.cli.views import parcel_json
from monitor.errors import BadConfiguration, BadInput
from monitor.message.texts import shown_day
from monitor.numbers import check, normalise
from monitor.parcel import (
    HAND,
    SILENT_STAGES,
    TEXT_LIMIT,
    Dossier,
    Event,
    Parcel,
    Stage,
    TimeQuality,
    clean_text,
)
from monitor.protection import NO_SHOP, purchase_of, shop_deadline

if TYPE_CHECKING:
    from monitor.cli.office import Office

# "info_received" and the like; what a person can say of a parcel.
STAGES = tuple(stage.value for stage in Stage if stage not in SILENT_STAGES)
DONE_AS = ("received", "refunded", "lost", "cancelled")


@click.command(
    "add", epilog='Example: parcels add LP00123456789012 --label "Blue kettle" --shipped 3d'
)
@click.argument("numbers", nargs=-1, metavar="NUMBER…")
@parcel_options
@click.option("--yes", is_flag=True, help="Ask nothing, even on a terminal.")
@json_option
@click.pass_context
def add_command(
    ctx: click.Context, /, numbers: tuple[str, ...], yes: bool, as_json: bool, **given: Any
) -> None:
    """Watch one or more parcels. A number that is watched already is completed with what you
    give; nothing else about it changes. On a terminal it asks for what matters when nothing is given."""
    wanted = [normalise(number) for number in numbers]
    if len(wanted) > 1 and given["label"]:
        raise BadInput("--label names one parcel; add the numbers one by one to label each.")
    with office_of(ctx) as office:
        if not (yes or as_json) and somebody_is_there():
            wanted = wanted or [asked_number()]
            given |= _asked(office, wanted, given)
        if not wanted:
            raise click.UsageError("Missing argument 'NUMBER…'.", ctx)
        parcels = [_added(office, number, given) for number in dict.fromkeys(wanted)]
        if as_json:
            print_json([parcel_json(office, parcel) for parcel in parcels])
    ended_in_part(ctx)


def _asked(office: Office, numbers: list[str], given: dict[str, Any]) -> dict[str, Any]:
    """What matters of one new parcel nothing was told of; of several nothing is asked."""
    told_of = any(value not in (None, ()) for value in given.values())
    if told_of or len(numbers) > 1 or office.history.parcels.by_number(numbers[0]) is not None:
        return {}
    return asked_facts(numbers[0], reader_of(office), default_shop(office))


def _added(office: Office, number: str, given: dict[str, Any]) -> Parcel:
    known = office.history.parcels.by_number(number)
    if known is None:
        return _new(office, number, given)
    if known.done_at is not None:
        _say(f"{known.name} is finished; nothing changed. To watch it again: parcels undo {number}")
        return known
    return _completed(office, known, given)


def _new(office: Office, number: str, given: dict[str, Any]) -> Parcel:
    blank = Parcel(0, number, office.now, shop=default_shop(office))
    parcel = office.history.parcels.add(changed(blank, given, reader_of(office)))
    _schedule(office, parcel)
    _say(f"Watching {parcel.name}{f' ({number})' if parcel.label else ''}.")
    for hint in [*_hints(office, parcel), *unknown_extras(given)]:
        _say(f"  {hint}")
    return parcel


def default_shop(office: Office) -> str:
    shop = office.settings.protection.default_shop
    if shop != NO_SHOP and shop not in office.policies:
        known = ", ".join([*sorted(office.policies), NO_SHOP])
        raise BadConfiguration(
            f"protection.default_shop is {clean_text(shop, 40)!r}, whose protection is not known. "
            f"Known: {known}. Others go into [protection.shops]."
        )
    return shop


def _hints(office: Office, parcel: Parcel) -> list[str]:
    """What the owner should know or add right away."""
    hints = []
    verdict = check(parcel.number)
    if verdict.valid is False:
        hints.append(
            f"The check digit does not fit (expected {verdict.expected}); compare it again."
        )
    policy = office.policies.get(parcel.shop)
    starts = {"shipped": parcel.shipped, "ordered": parcel.ordered, "paid": parcel.paid}
    given = parcel.protected_until or (policy and starts.get(policy.starts, parcel.expected))
    if policy is not None and not given:
        flag = "expected" if policy.starts == "estimated_delivery" else policy.starts
        hints.append(
            f"{policy.title} protection counts from a date not given yet: "
            f"parcels edit {parcel.number} --{flag} DATE (or --protected-until DATE)"
        )
    end = shop_deadline(purchase_of(Dossier(parcel)), policy)
    if end is not None and end.closes < office.now:
        hints.append(f"{end.title} protection was over on {shown_day(end)}, by these dates.")
    hints += [*out_of_order(parcel), *law_of_lane(office, parcel)]
    return [*hints, *nobody_looks(office.settings, parcel)]


def law_of_lane(office: Office, parcel: Parcel) -> list[str]:
    """The changes of customs law that every parcel on that lane meets."""
    destination = parcel.destination or office.settings.country
    today = office.now.astimezone(office.settings.zone).date()
    return [row.text for row in advisories(parcel.origin, destination, today)]


def reader_of(office: Office) -> Reader:
    return Reader(office.now, office.settings.zone, office.policies, source_names(office.settings))


def unknown_extras(given: dict[str, Any]) -> list[str]:
    """A value under a misspelt name would never reach the carrier that waits for it."""
    if not given["extra"]:
        return []
    from monitor.adapters.seventeentrack import extra_problem

    names = (pair.partition("=")[0] for pair in given["extra"])
    return [problem for problem in map(extra_problem, names) if problem]


def _completed(
    office: Office, known: Parcel, given: dict[str, Any], *, aliases_too: bool = False
) -> Parcel:
    """`aliases_too`: the sources that are named are told of its other numbers, though that may cost."""
    with office.history.write_tx():  # what another command changes meanwhile must not be undone
        known = office.history.parcels.find(str(known.id))
        after = changed(known, given, reader_of(office))
        facts = told(known, after)
        owed = owed_by(office, known, after, given)
        if facts:
            office.history.parcels.change(after)
        named = after.adapters if given["adapters"] else ()
        again = office.history.sources.renew(after.id, office.now, named=named)
        more = want_aliases(office, after, named) if aliases_too and given["adapters"] else []
        owe(office, after, owed)
    if facts or again:
        _schedule(office, after)
        changes = f"{', '.join(facts)} changed" if facts else "asked anew in the next pass"
        _say(f"{after.name}: {changes}.")
    elif not owed and not more:
        _say(f"{known.name} is watched already; nothing changed.")
    for sentence in more:
        _say(f"  {sentence}" if facts or again else f"{after.name}: {sentence}")
    settle_and_say(office, after, owed, _say)
    for hint in [*unknown_extras(given), *out_of_order(after)] if facts else ():
        _say(f"  {hint}")
    return after


def _schedule(office: Office, parcel: Parcel) -> None:
    from monitor.sweep.judge import reschedule

    reschedule(office.history, parcel.id, office.court, office.now)


def _say(sentence: str) -> None:
    say(sentence, err=click.get_current_context().params.get("as_json", False))


@click.command("edit", epilog="Example: parcels edit kettle --protected-until 2026-11-02")
@click.argument("ref", metavar="REF", shell_complete=watched)
@parcel_options
@json_option
@click.pass_context
def edit_command(ctx: click.Context, /, ref: str, as_json: bool, **given: Any) -> None:
    """Change what you told about a parcel. An empty value ("") takes a fact back."""
    with office_of(ctx) as office:
        parcel = _completed(office, office.history.parcels.find(ref), given, aliases_too=True)
        if as_json:
            print_json(parcel_json(office, parcel))
    ended_in_part(ctx)


@click.command("done", epilog="Example: parcels done kettle --as received")
@click.argument("ref", metavar="REF", shell_complete=watched)
@click.option("--as", "done_as", type=OneOf(DONE_AS), default="received", show_default=True)
@click.option("--on", metavar="DATE", default="", help="The day it ended; today when left out.")
@json_option
@click.pass_context
def done_command(ctx: click.Context, ref: str, done_as: str, on: str, as_json: bool) -> None:
    """End the watch without a word. The history stays; `undo` takes it back."""
    with office_of(ctx) as office:
        parcel = after = office.history.parcels.find(ref)
        if parcel.done_at is not None and not on and not _is_given(ctx, "done_as"):
            _say(
                f"{parcel.name} is finished already ({parcel.done_as}). "
                f"If it ended otherwise: parcels done {parcel.number} --as HOW"
            )
        else:
            at = moment(on, office.now, office.settings.zone, "--on") if on else parcel.done_at
            after = replace(parcel, done_at=at or office.now, done_as=done_as)
            _finish(office, after)
        if as_json:
            print_json(parcel_json(office, after))


def _is_given(ctx: click.Context, option: str) -> bool:
    return ctx.get_parameter_source(option) is not ParameterSource.DEFAULT


def _finish(office: Office, after: Parcel) -> None:
    with office.history.write_tx():
        office.history.matters.close_all(after.id, office.now)
        office.history.parcels.change(after)
    _say(f"{after.name}: done ({after.done_as}). To watch it again: parcels undo {after.number}")


@click.command("undo", epilog="Example: parcels undo kettle")
@click.argument("ref", metavar="REF", shell_complete=finished)
@json_option
@click.pass_context
def undo_command(ctx: click.Context, ref: str, as_json: bool) -> None:
    """Watch a finished parcel again."""
    with office_of(ctx) as office:
        parcel = office.history.parcels.find(ref)
        if parcel.done_at is None:
            _say(f"{parcel.name} is being watched; there is nothing to take back.")
        else:
            parcel = replace(parcel, done_at=None, done_as="")
            office.history.parcels.change(parcel)
            _schedule(office, parcel)
            _say(f"Watching {parcel.name} again.")
        if as_json:
            print_json(parcel_json(office, parcel))


@click.command(
    "event", epilog='Example: parcels event kettle "Post office says: held by customs" --at 2d'
)
@click.argument("ref", metavar="REF", shell_complete=watched)
@click.argument("text", metavar="TEXT")
@click.option("--at", metavar="DATE", default="", help="When it happened; now when left out.")
@click.option("--stage", type=OneOf(STAGES), help="What it means; without it, a remark.")
@json_option
@click.pass_context
def event_command(
    ctx: click.Context, ref: str, text: str, at: str, stage: str | None, as_json: bool
) -> None:
    """Write down an event or a remark. Works for carriers no source knows."""
    words = clean_text(text, TEXT_LIMIT)
    if not words:
        raise BadInput("TEXT is empty; write what happened.")
    with office_of(ctx) as office:
        parcel = office.history.parcels.find(ref)
        when = moment(at, office.now, office.settings.zone, "--at") if at else office.now
        event = Event(
            source=HAND,
            provider="",
            raw_time=when.isoformat(),
            at=when,
            time_quality=TimeQuality.EXACT,
            code="",
            text=words,
            original=text[: TEXT_LIMIT * 4],
            stage=Stage(stage) if stage else Stage.OTHER,
        )
        office.history.timeline.add_hand(parcel.id, event, office.now)
        _schedule(office, parcel)
        _say(f"{parcel.name}: noted{f' as {stage}' if stage else ''}.")
        if as_json:
            print_json(parcel_json(office, parcel))
