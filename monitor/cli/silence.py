"""`parcels ack` and `parcels snooze`: the owner has heard, or wants to hear later."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from monitor.alerts.standing import standing
from monitor.cli.dates import day_ahead
from monitor.cli.office import json_option, office_of, print_json
from monitor.cli.refs import watched
from monitor.cli.views import parcel_json
from monitor.errors import BadInput
from monitor.message.texts import shown_time
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from monitor.alerts.memory import Memory
    from monitor.cli.office import Office
    from monitor.history.schedules import Matter
    from monitor.parcel import Parcel

_rule = click.option("--rule", metavar="RULE", default="", help="Only what this rule watches.")
_deadlines = click.option(
    "--deadlines", is_flag=True, help="Hide the last warnings before the protection ends, too."
)


@click.command("ack", epilog="Example: parcels ack kettle --rule clearance")
@click.argument("ref", metavar="REF", shell_complete=watched)
@_rule
@_deadlines
@json_option
@click.pass_context
def ack_command(ctx: click.Context, ref: str, rule: str, deadlines: bool, as_json: bool) -> None:
    """I have seen it: no reminder until something new is heard or it gets to a later step. The last
    warnings before the protection ends come all the same."""
    with office_of(ctx) as office:
        parcel = office.history.parcels.find(ref)

        def acknowledged(memory: Memory) -> Memory:
            return replace(
                memory, acknowledged_at=office.now, snoozed_until=None, deadlines_too=deadlines
            )

        done = _silenced(office, parcel, rule, acknowledged, told_only=True)
        said = f"{', '.join(done)} acknowledged; silent until something changes."
        nothing = "nothing was told that is still open; there is nothing to acknowledge."
        _answer(office, parcel, said if done else nothing, as_json=as_json)


@click.command(
    "snooze", epilog="\b\nExamples:\n  parcels snooze kettle 5d\n  parcels snooze kettle 2026-10-01"
)
@click.argument("ref", metavar="REF", shell_complete=watched)
@click.argument("length", metavar="FOR")
@_rule
@_deadlines
@json_option
@click.pass_context
def snooze_command(
    ctx: click.Context, ref: str, length: str, rule: str, deadlines: bool, as_json: bool
) -> None:
    """Not now: nothing is said for so long (5d, 12h) or until a day (2026-10-01) begins; 0 ends it.
    Afterwards you hear of it if the trouble is still there. The last warnings before the protection
    ends come all the same."""
    with office_of(ctx) as office:
        parcel = office.history.parcels.find(ref)
        until = until_of(length, office)

        def asleep(memory: Memory) -> Memory:
            if until is None:
                return replace(memory, snoozed_until=None, deadlines_too=False)
            return replace(
                memory, snoozed_until=until, acknowledged_at=None, deadlines_too=deadlines
            )

        done = _silenced(office, parcel, rule, asleep, told_only=False, drop=until is not None)
        if not done:
            said = "nothing is open; there is nothing to snooze."
        elif until is None:
            said = f"the snooze of {', '.join(done)} is over."
        else:
            said = f"{', '.join(done)} snoozed until {shown_time(until, office.style)}."
        _answer(office, parcel, said, as_json=as_json)


def until_of(length: str, office: Office) -> datetime | None:
    """When a snooze ends (UTC); None for "0". A day ends it as it begins in the owner's zone."""
    from monitor.settings.durations import parse_duration

    text = length.strip()
    day = day_ahead(text, office.now, office.settings.zone, "FOR")
    if day is not None:
        return day
    try:
        span = parse_duration(text)
    except BadInput as error:
        raise BadInput(f"FOR: {error} A day works, too: 2026-10-01.") from None
    return None if span == timedelta(0) else (office.now + span).astimezone(UTC)


def _silenced(
    office: Office,
    parcel: Parcel,
    rule: str,
    change: Callable[[Memory], Memory],
    *,
    told_only: bool,
    drop: bool = True,
) -> list[str]:
    """Change what is remembered of the open matters; the rules they belong to.

    What of them waits to be sent is not sent any more, but for a last warning of the protection.
    """
    if parcel.done_at is not None:
        raise BadInput(f"{parcel.name} is finished; nothing is said of it anyway.")
    history = office.history
    with history.write_tx():
        matters = history.matters.of([parcel.id]).get(parcel.id, {})
        _check(rule, office, matters)
        chosen = {
            name: matter
            for name, matter in matters.items()
            if rule in ("", name) and (matter.ever_told or not told_only)
        }
        for name, matter in chosen.items():
            after = change(matter.memory)
            if drop and (after.deadlines_too or not _insists(matter, office.now)):
                history.outbox.drop_unsent(matter.id)
            history.matters.save(parcel.id, name, matter.episode, after, (), office.now)
        history.parcels.touch(parcel.id, office.now)
    return [name for name, matter in chosen.items() if matter.ever_told] or list(chosen)


def _check(rule: str, office: Office, matters: Mapping[str, Matter]) -> None:
    known = [each.name for each in office.court.rules]
    if rule and rule not in known and rule not in matters:
        raise BadInput(
            f"--rule: {clean_text(rule, 40)!r} is not a rule about parcels. "
            f"Known: {', '.join(sorted(known))}."
        )


def _insists(matter: Matter, now: datetime) -> bool:
    step = None if matter.episode is None else standing(matter.episode, matter.memory, now)
    return step is not None and step.insists


def _answer(office: Office, parcel: Parcel, said: str, *, as_json: bool) -> None:
    click.echo(f"{parcel.name}: {said}", err=as_json)
    if as_json:
        print_json(parcel_json(office, parcel))
