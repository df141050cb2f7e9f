"""What several pages say alike of a parcel."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.message.stands import STAGE_WORDS
from monitor.message.texts import count, days_until, shown_day, shown_time, source_name
from monitor.parcel import HAND, SILENT_STAGES, Stage, clean_text
from monitor.protection.policies import SHOP
from monitor.schedule import Severity

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.message.texts import Style
    from monitor.pages.case import Asked, Case
    from monitor.parcel import Event
    from monitor.protection import Deadline

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?")


@dataclass(frozen=True, slots=True)
class Level:
    """How urgent a parcel is: a class of the style sheet, a sign, a word, and a heading for several."""

    name: str
    sign: str
    word: str
    heading: str


ON_COURSE = Level("calm", "✓", "On course", "On course")
LEVELS = {
    Severity.CRITICAL: Level("critical", "!!", "Critical", "Act now"),
    Severity.WARNING: Level("warning", "!", "Warning", "Do something soon"),
    Severity.NOTICE: Level("notice", "i", "Notice", "Good to know"),
    Severity.INFO: Level("notice", "i", "Info", "Good to know"),
}


def level_of(case: Case) -> Level:
    return ON_COURSE if case.severity is None else LEVELS[case.severity]


def place_of(case: Case) -> str:
    """Where it stands, in plain words."""
    parcel, newest = case.parcel, case.dossier.stage_event
    if parcel.done_at is not None:
        return f"done ({parcel.done_as})"
    return STAGE_WORDS[newest.stage if newest else Stage.UNKNOWN]


def silence_of(case: Case) -> str:
    """How long nothing has changed; "" once nothing more is expected, and before anything was heard."""
    if case.over or (not case.days_silent and not case.dossier.events):
        return ""
    return f"silent for {count(case.days_silent, 'day')}" if case.days_silent else "news today"


def protection_of(case: Case) -> tuple[str, ...]:
    """How long the shop's protection lasts, and what is left after it; empty once none is watched."""
    if case.over:
        return ()
    end, last = case.shop_end, case.layers.last_line(case.now)
    lines = [] if end is None else [_shops(end, case.now)]
    if last is not None and last != end:
        lines.append(f"Last line of defence: {called(last)}, {last_day(last)}")
    return tuple(lines)


def _shops(end: Deadline, now: datetime) -> str:
    if end.closes <= now:
        return f"{called(end)} ended on {last_day(end)}"
    left = count(days_until(end.closes, now), "day")
    return f"{left} of {called(end)} left, until {last_day(end)}"


def called(end: Deadline) -> str:
    """What a deadline is of."""
    return f"{end.title} protection" if end.kind == SHOP else end.title


def last_day(end: Deadline) -> str:
    """The last day of a deadline, as a person would write it, on one line."""
    return unbroken(shown_day(end))


def unbroken(text: str) -> str:
    """A date or another short text that is not to be split between two lines."""
    return text.replace(" ", "\u00a0")


def asked_line(asked: Asked, style: Style) -> str:
    """When a source last told something of the parcel, and what is in its way."""
    name = clean_text(source_name(asked.source), 40)
    if asked.answered is None:
        said = f"{name}: no answer yet"
    else:
        said = f"{name}: {shown_time(asked.answered, style)}"
    if asked.looked is not None:
        said += f" (it asked the carrier {shown_time(asked.looked, style)})"
    return f"{said}; {clean_text(asked.trouble, 200)}" if asked.trouble else said


def is_remark(event: Event) -> bool:
    """What the owner wrote down without calling it an event: what was done."""
    return event.source == HAND and event.stage in SILENT_STAGES


def apart(text: str) -> str:
    """Outside text within a sentence of ours: its direction of writing does not turn ours round."""
    return text if text.isascii() else f"\u2068{text}\u2069"


def language_of(code: str) -> str:
    """A language as a page may name it, "" for English and what is none."""
    return "" if code == "en" or not _LANGUAGE.fullmatch(code) else code
