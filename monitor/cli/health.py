"""`parcels adapters`: each source, whether it is asked, how, and how it does."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from monitor.circuit import Circuit, Health, circuit
from monitor.cli.office import json_option, office_of, print_json
from monitor.cli.plugged import unused_adapters
from monitor.message.texts import count, shown_time, source_name
from monitor.parcel import clean_text
from monitor.settings.secrecy import is_secret_option

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime, timedelta

    from monitor.adapters.contract import Capability
    from monitor.cli.office import Office
    from monitor.cli.plugged import Installed
    from monitor.history import History
    from monitor.plugins import Offer
    from monitor.quota import QuotaReading
    from monitor.settings import Settings
    from monitor.sweep.sources import Source

WIDTH, NAME_WIDTH = 80, 9
COLOURS = {"ok": "green", "failing": "red", "paused": "yellow"}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one source. `every` is how often a parcel is asked about.

    `plugin` is where the source comes from, None = this program; `key_option` what its key is called.
    `drift_at`: when the answer was seen that is kept for a report (UTC).
    """

    source: Source
    health: Health
    registered: int
    spent: int
    calls: int
    every: timedelta
    key: bool
    quota: tuple[QuotaReading, ...] = ()
    plugin: Offer | None = None
    key_option: str = "api_key"
    drift_at: datetime | None = None

    @property
    def capability(self) -> Capability:
        return self.source.adapter.capability


@click.command("adapters", epilog="\b\nExamples:\n  parcels adapters\n  parcels adapters --json")
@click.option(
    "--drift",
    "drifted",
    metavar="NAME",
    help="Print the last answer of this source that nobody here could read, as JSON, for a report.",
)
@json_option
@click.pass_context
def adapters_command(ctx: click.Context, drifted: str | None, as_json: bool) -> None:
    """Each source of tracking: on or off and why, official or not, its pace, how it does, and how
    to switch it."""
    with office_of(ctx, only_reads=True) as office:
        if drifted is not None:
            from monitor.cli.drifts import print_drift

            print_drift(office, drifted)
            return
        there = office.settings.database.path.exists()  # none is made for a mere look
        known = known_sources(office.settings, office.history if there else None, office.now)
        unused = unused_adapters(office.settings)
        if as_json:
            from monitor.cli.source_json import source_json, unused_json

            print_json([*(source_json(each, office) for each in known), *map(unused_json, unused)])
            return
        blocks = [*(_block(each, office) for each in known), *map(_unused_block, unused)]
        click.echo("\n\n".join("\n".join(block) for block in blocks))


def known_sources(settings: Settings, history: History | None, now: datetime) -> list[Known]:
    """Every source of the program and of the configuration, with what the history knows of it."""
    from monitor.sweep.sources import rhythm_of, sources_of

    healths: Mapping[str, Health] = {} if history is None else history.sources.healths()
    drifts = {} if history is None else history.drifts.seen()
    every = rhythm_of(settings).every
    return [
        Known(
            source,
            healths.get(source.name, Health()),
            *_used(history, source.name, now),
            max(every or source.adapter.capability.every, source.adapter.capability.floor),
            _has_key(settings, source.name),
            () if history is None else history.upkeep.quota(source.name),
            *_plugin(settings, source.name),
            drifts.get(source.name),
        )
        for source in sources_of(settings)
    ]


def _used(history: History | None, name: str, now: datetime) -> tuple[int, int, int]:
    """Numbers registered from here, those of this month that count, and calls made today."""
    if history is None:
        return 0, 0, 0
    spending = history.spending
    counted = spending.this_month(name, now), spending.today(name, now)
    told = history.sources.registered(name) + history.paid_aliases.registered(name)
    return told, *counted


def _plugin(settings: Settings, name: str) -> tuple[Offer | None, str]:
    """Where a source comes from, and what its key is called."""
    plugged = settings.plugged.adapters.get(name)
    if plugged is None:
        return None, "api_key"
    return plugged.offer, next(filter(is_secret_option, plugged.options), "api_key")


def _has_key(settings: Settings, name: str) -> bool:
    plugged = settings.plugged.adapters.get(name)
    if plugged is not None:
        return bool(plugged.secrets)
    options = settings.adapters.others.get(name) or getattr(settings.adapters, name, None)
    return getattr(options, "api_key", None) is not None


def state_of(known: Known, office: Office) -> str:
    """`new` (never asked), `ok`, `failing`, or `paused` (asked no earlier than a moment)."""
    health = known.health
    if health.failing:
        return "paused" if circuit(health, office.now) is Circuit.OPEN else "failing"
    return "new" if health.last_ok is None else "ok"


def name_of(known: Known) -> str:
    return clean_text(source_name(known.source.name), 40)


def _block(known: Known, office: Office) -> Iterator[str]:
    switched = "on" if known.source.enabled else "off"
    official = "official" if known.capability.official else "UNOFFICIAL"
    name = click.style(name_of(known), bold=True)
    yield f"{name}: {switched}, {official}"
    for title, text in _rows(known, office):
        yield from _wrapped(title, text, known, office)


def _rows(known: Known, office: Office) -> Iterator[tuple[str, str]]:
    if not known.source.enabled:
        yield "off", known.source.note
    if known.plugin is not None:
        yield "from", f"{known.plugin.origin}, a plug-in"
    yield "key", _key(known)
    yield "pace", _pace(known.capability)
    yield "asks", _rhythm(known)
    yield "state", _state(known, office)
    if known.drift_at is not None:
        yield "report", report(known, office)
    if known.quota:
        yield "left", _left(known, office)
    if quota := _quota(known):
        yield "quota", quota
    yield "switch", switch(known)


def report(known: Known, office: Office) -> str:
    """Where the answer is that nobody could read."""
    when = "" if known.drift_at is None else shown_time(known.drift_at, office.style)
    return (
        f"an answer nobody here could read is kept ({when}): parcels adapters --drift "
        f"{clean_text(known.source.name, 40)}"
    )


def _left(known: Known, office: Office) -> str:
    """What is left of the allowance, when that was read, and until when it lasts at this pace."""
    from monitor.circuit import SourceRecord
    from monitor.message.allowances import what_is_left

    record = SourceRecord(known.source.name, known.every, known.health, quota=known.quota)
    read_at = shown_time(known.quota[-1].at, office.style)
    return f"{what_is_left(record, office.style)} Read {read_at}."


def _wrapped(title: str, text: str, known: Known, office: Office) -> Iterator[str]:
    return _lines(title, text, COLOURS.get(state_of(known, office)) if title == "state" else None)


def _lines(title: str, text: str, colour: str | None = None) -> Iterator[str]:
    lines = textwrap.wrap(clean_text(text), WIDTH - NAME_WIDTH - 2)
    for number, line in enumerate(lines):
        shown = click.style(line, fg=colour) if colour else line
        yield f"  {title if number == 0 else '':{NAME_WIDTH}}{shown}"


def _key(known: Known) -> str:
    if known.key:
        return "given"
    return "missing" if known.capability.needs_key else "not needed"


def _quota(known: Known) -> str:
    """What asking has cost, as far as it costs; "" where it does not."""
    capability, parts = known.capability, []
    if capability.paid:
        parts += [f"{count(known.registered, 'number')} registered from here", "each costs once"]
    if capability.monthly is not None:
        parts.append(f"{known.spent} of this month's {capability.monthly}")
    if capability.daily is not None:
        parts.append(f"{known.calls} of today's {capability.daily} calls made")
    return "; ".join(parts)


def _pace(capability: Capability) -> str:
    numbers = count(capability.batch, "number")
    return f"{numbers} a request, {capability.spacing:g} s or more between two requests"


def _rhythm(known: Known) -> str:
    from monitor.settings.durations import written

    floor = written(known.capability.floor)
    return f"about each parcel every {written(known.every)}, never more often than every {floor}"


def _state(known: Known, office: Office) -> str:
    style, health, state = office.style, known.health, state_of(known, office)
    if state == "new":
        return "never asked"
    seen = "no answer so far"
    if health.last_ok is not None:
        seen = f"last answer {shown_time(health.last_ok, style)}"
    if state == "ok":
        return f"ok; {seen}"
    since = "" if health.failing_since is None else shown_time(health.failing_since, style)
    pause = ""
    if state == "paused" and health.wait_until is not None:
        pause = f"paused until {shown_time(health.wait_until, style)}; "
    return f"{pause}failing since {since} ({health.reason}): {health.detail}; {seen}"


def switch(known: Known) -> str:
    """How the owner switches the source on or off."""
    table = f"adapters.{clean_text(known.source.name, 40)}"
    if known.source.enabled:
        return f"off with {table}.enabled = false"
    if known.capability.needs_key and not known.key:
        return f"on with {table}.{known.key_option} (or {known.key_option}_file)"
    return f"on with {table}.enabled = true"


def _unused_block(each: Installed) -> Iterator[str]:
    switched = "not used" if each.problem else "off"
    yield f"{click.style(each.offer.name, bold=True)}: {switched}, plug-in"
    yield from _lines("from", each.offer.origin)
    if each.problem:
        yield from _lines("why", each.problem)
    else:
        yield from _lines("switch", each.switch)
