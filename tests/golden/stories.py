"""The thirty parcels of parcels.toml: what carriers will have said, and what the owner does when."""

from __future__ import annotations

import re
import shlex
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from monitor.sandbox.histories import ParcelHistory, ScriptedEvent

PARCELS = Path(__file__).with_name("parcels.toml")
START = datetime(2026, 9, 21, 6, tzinfo=UTC)
CARRIERS = {"YT": 190008, "LP": 190271}  # by the beginning of the number

_SAID = re.compile(
    r"(?P<day>[-\d]{10}) (?P<time>\d\d:\d\d)(?P<offset>[-+]\d\d:\d\d) (?P<code>\S+) "
    r"(?:--|(?P<country>[A-Z]{2})) (?P<place>[^:]*): (?P<text>[^\[]+?)(?: \[(?P<note>.+)\])?"
)


@dataclass(frozen=True)
class Deed:
    """What the owner types before the pass of a moment; `{number}` stands where it belongs."""

    at: datetime
    words: tuple[str, ...]


@dataclass(frozen=True)
class Story:
    label: str
    history: ParcelHistory
    economy: bool
    deeds: tuple[Deed, ...]


def stories() -> list[Story]:
    return [_story(**row) for row in tomllib.loads(PARCELS.read_text("utf-8"))["parcel"]]


def _story(  # the columns of the file
    label: str,
    story: str,
    number: str,
    to: str,
    said: list[str],
    owner: list[str],
    economy: bool = False,
) -> Story:
    history = ParcelHistory(
        number,
        CARRIERS[number[:2]],
        tuple(_event(line) for line in said),
        title=story,
        origin="CN",
        destination=to,
        shipped=START.date(),
    )
    return Story(label, history, economy, tuple(_deed(line, number, label) for line in owner))


def _event(line: str) -> ScriptedEvent:
    found = _SAID.fullmatch(line)
    assert found, f"this is not an event: {line}"
    kind, _, rest = (found["note"] or "").partition(" ")
    day, _, text = rest.partition(" ")
    return ScriptedEvent(
        _day(found["day"]),
        found["time"],
        found["code"],
        found["text"],
        offset=found["offset"],
        location=found["place"].strip(),
        country=found["country"],
        uploaded_after=float(rest) if kind == "late" else 0,
        gone_on=_day(day) if kind == "gone" else None,
        edited_on=_day(day) if kind == "edited" else None,
        edited_to=text,
    )


def _day(text: str) -> int:
    return (date.fromisoformat(text) - START.date()) // timedelta(days=1)


def _deed(line: str, number: str, label: str) -> Deed:
    at = datetime.fromisoformat(line[:16]).replace(tzinfo=UTC)
    command, *rest = shlex.split(line[17:])
    label_too = ("--label", label) if command == "add" else ()
    return Deed(at, (command, number, *rest, *label_too))
