"""`parcels reread`: stored events read with the vocabulary as it is now, once its owner agrees."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.clock import stopwatch
from monitor.cli.office import json_option, office_of, print_json
from monitor.message.explaining import advice
from monitor.message.texts import count, shown_time
from monitor.parcel import Side, clean_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from monitor.cli.office import Office
    from monitor.history.readings import Change
    from monitor.parcel import Event, Parcel
    from monitor.sweep.rereading import Rereading

EXAMPLES = 5
EXAMPLE_LIMIT = 100  # characters
QUIET = 2.0  # seconds; what takes longer shows how far it is


@click.command("reread", epilog="Example: parcels reread --dry-run")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_context
def reread_command(ctx: click.Context, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Read stored events anew, after the vocabulary or your own words have changed. Says what would
    change, then asks. Parcels whose events mean something else are judged in the next pass. Words
    and times of events stay as they are."""
    from monitor.sweep.rereading import reread

    with office_of(ctx) as office:
        whole = office.history.readings.count()
        found = reread(office.history, office.settings, _progress("read", whole))
        effect = _Effect(office, found)
        if not as_json:
            for line in effect.lines():
                click.echo(line)
        agreed = bool(found.changes) and not dry_run and _agreed(yes=yes)
        stored = _stored(office, found) if agreed else 0
        if as_json:
            print_json({**effect.json(), "stored": stored})
        elif agreed:
            click.echo(f"Stored for {count(stored, 'event')}.")
        if found.changes and not (dry_run or yes or sys.stdin.isatty()):
            click.echo(
                "parcels: nothing was stored; to store it without being asked: parcels reread --yes",
                err=True,
            )
            ctx.exit(1)


def _agreed(*, yes: bool) -> bool:
    if yes:
        return True
    if not sys.stdin.isatty():
        return False
    if click.confirm("Store this?", err=True):
        return True
    click.echo("Nothing was stored.", err=True)
    return False


def _stored(office: Office, found: Rereading) -> int:
    from monitor.sweep.rereading import store

    return store(office.history, found, office.now, _progress("stored", len(found.changes)))


def _progress(done: str, whole: int) -> Callable[[int], None]:
    """A line that rewrites itself, for somebody who watches what takes long."""
    since = stopwatch()

    def show(so_far: int) -> None:
        if since() > QUIET and sys.stderr.isatty():
            end = so_far >= whole
            click.echo(f"\r{done} {so_far} of {whole} events", nl=end, err=True)

    return show


class _Effect:
    """What would change, as text and as JSON."""

    def __init__(self, office: Office, found: Rereading) -> None:
        self._office = office
        self._read = found.read
        self._changes = found.of_meaning
        self._by_words = len(found.changes) - len(self._changes)
        ids = {change.kept.parcel_id for change in self._changes}
        self._parcels = {p.id: p for p in office.history.parcels.by_ids(ids)}

    def lines(self) -> Iterator[str]:
        if not (self._changes or self._by_words):
            yield f"Read {count(self._read, 'stored event')}; all mean what they meant."
            return
        changed = len(self._changes)
        yield f"Read {count(self._read, 'stored event')}; {changed or 'none'} would mean something else."
        for before, after, group in self._groups():
            yield ""
            yield f"{_said(before, after)} → {_said(after, before)}: {count(len(group), 'event')}"
            for change in group[:EXAMPLES]:
                yield f"  {self._example(change)}"
            if len(group) > EXAMPLES:
                yield f"  and {len(group) - EXAMPLES} more"
        if self._by_words:
            yield ""
            yield f"{count(self._by_words, 'event')} would mean the same, by other words."
        for parcel, rules in self._open():
            yield f"Judged anew: {parcel.name}, with an open alert ({', '.join(rules)})"

    def json(self) -> dict[str, Any]:
        return {
            "read": self._read,
            "changed": len(self._changes),
            "by_other_words": self._by_words,
            "changes": [
                {
                    "from": before.stage.value,
                    "to": after.stage.value,
                    "side": after.side.value,
                    "cause": None if after.cause is None else after.cause.value,
                    "count": len(group),
                    "examples": [clean_text(c.after.text) for c in group[:EXAMPLES]],
                }
                for before, after, group in self._groups()
            ],
            "open_alerts": [
                {"number": parcel.number, "label": parcel.label or None, "rules": rules}
                for parcel, rules in self._open()
            ],
        }

    def _groups(self) -> Sequence[tuple[Event, Event, list[Change]]]:
        """Changes of the same kind with one of each, the most frequent kind first."""
        found: dict[tuple[object, ...], list[Change]] = {}
        for change in self._changes:
            before, after = change.kept.event, change.after
            kind = (before.stage, before.side, before.cause, after.stage, after.side, after.cause)
            found.setdefault(kind, []).append(change)
        groups = sorted(found.values(), key=len, reverse=True)
        return [(group[0].kept.event, group[0].after, group) for group in groups]

    def _example(self, change: Change) -> str:
        parcel = self._parcels.get(change.kept.parcel_id)
        when = change.after.when
        facts = [clean_text(parcel.name, 40)] if parcel else []
        facts += [shown_time(when, self._office.style)] if when else []
        return f"“{clean_text(change.after.text, EXAMPLE_LIMIT)}” ({'; '.join(facts)})"

    def _open(self) -> list[tuple[Parcel, list[str]]]:
        """The watched parcels with alerts that may change, and by which rules they were told."""
        watched = [p for p in self._parcels.values() if p.done_at is None]
        matters = self._office.history.matters.of([p.id for p in watched])
        told = {
            i: sorted(rule for rule, matter in of_one.items() if matter.ever_told)
            for i, of_one in matters.items()
        }
        return [(p, told[p.id]) for p in watched if told.get(p.id)]


def _said(event: Event, other: Event) -> str:
    """What an event says in a few words; whose customs, where the words would be the same."""
    title = str(advice(event.stage, event.side, event.cause)["title"])
    if title != advice(other.stage, other.side, other.cause)["title"]:
        return title
    side = "side unknown" if event.side is Side.UNKNOWN else event.side.value
    return f"{title} ({side}, {event.cause.value if event.cause else 'no cause'})"
