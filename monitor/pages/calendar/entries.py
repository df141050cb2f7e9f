"""What stands in the calendar: the dates by which something can still be done about a parcel."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.message.texts import LABEL_LIMIT, shown_name, shown_number, unlinked
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from monitor.message.texts import Style
    from monitor.parcel import Parcel
    from monitor.protection import Deadline
    from monitor.schedule import Episode

DAY, NINE = timedelta(days=1), timedelta(hours=9)
# Before a day that counts as a whole: at nine three days before, the day before, and that day.
DAY_ALARMS = (NINE - 3 * DAY, NINE - DAY, NINE)
MOMENT_ALARMS = (-DAY,)
# Names the entries of this program among all others; never to change, or every entry would double.
_NAMES = uuid.UUID("6f1f1d0e-8c55-5a8e-9d53-3d2a7c1b6e40")
ACT, ENDS = "act", "ends"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `at` is a whole day, or a moment (aware UTC); `alarms` count from its beginning.

    `uid` follows from the parcel's number and from what the date is about, never from the date: one
    that moves is the same entry. `key` says the latter for programs.
    """

    uid: str
    number: str
    key: str
    at: date | datetime
    title: str
    text: str
    assumed: bool = False
    alarms: tuple[timedelta, ...] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """What one watched parcel has to say: its deadlines, none once it is delivered, and the episodes of
    the rules that speak, by rule.
    """

    parcel: Parcel
    deadlines: Sequence[Deadline]
    episodes: Mapping[str, Episode]


def entries_of(found: Sequence[Due], now: datetime, style: Style) -> list[Entry]:
    """All entries that are not over, in an order that changes only with them."""
    entries = [entry for each in found for entry in _entries(each, now, style)]
    return sorted(entries, key=lambda entry: (entry.number, entry.key))


def _entries(found: Due, now: datetime, style: Style) -> Iterator[Entry]:
    for deadline in found.deadlines:
        if now < deadline.closes:
            yield _last_day_to_act(found.parcel, deadline, style)
            yield _end(found.parcel, deadline, style)
    for rule, episode in found.episodes.items():
        if rule in _HOLDS:
            yield from _hold(found.parcel, rule, episode, now, style)


def _last_day_to_act(parcel: Parcel, deadline: Deadline, style: Style) -> Entry:
    """A day in the policy's own zone, which is over nowhere on earth before it is over there."""
    title = f"{_subject(parcel, style)}: {_title(deadline)}, last day to act"
    return _entry(
        parcel, f"{deadline.policy}-{ACT}", deadline.act_by, title, _reasons(deadline), style,
        assumed=deadline.assumed, alarms=DAY_ALARMS,
    )  # fmt: skip


def _end(parcel: Parcel, deadline: Deadline, style: Style) -> Entry:
    title = f"{_subject(parcel, style)}: {_title(deadline)} ends"
    return _entry(
        parcel, f"{deadline.policy}-{ENDS}", deadline.closes.astimezone(UTC), title,
        _reasons(deadline), style, assumed=deadline.assumed, alarms=MOMENT_ALARMS,
    )  # fmt: skip


# The rules that count down to a date a carrier sets: the name of that date, and what to do by then.
_HOLDS = {
    "clearance_due": ("pay_by", "pay what customs asks for, or send the papers"),
    "pickup": ("hold", "collect it"),
}


def _hold(
    parcel: Parcel, rule: str, episode: Episode, now: datetime, style: Style
) -> Iterator[Entry]:
    """A carrier counts days and not hours, so that it is a whole day."""
    name, task = _HOLDS[rule]
    closes = dict(episode.deadlines).get(name)
    if closes is None or closes < now:
        return
    assumed = bool(episode.facts.get("assumed"))
    source = "assumed; ask the carrier" if assumed else episode.facts.get("source", "")
    text = ["Then the carrier sends it back.", f"Counted: {source}." if source else ""]
    title = f"{_subject(parcel, style)}: {task}, last day"
    yield _entry(
        parcel, f"{rule}-{name}", closes.date(), title, text, style,
        assumed=assumed, alarms=DAY_ALARMS,
    )  # fmt: skip


def _entry(
    parcel: Parcel,
    key: str,
    at: date | datetime,
    title: str,
    text: Sequence[str],
    style: Style,
    *,
    assumed: bool,
    alarms: tuple[timedelta, ...],
) -> Entry:
    lines = [f"Tracking number: {shown_number(parcel.number, style)}", *text]
    return Entry(
        uid=str(uuid.uuid5(_NAMES, f"{parcel.number} {key}")),
        number=parcel.number,
        key=key,
        at=at,
        title=f"{title} (assumed)" if assumed else title,
        text="\n".join(line for line in lines if line),
        assumed=assumed,
        alarms=alarms,
    )


def _subject(parcel: Parcel, style: Style) -> str:
    return clean_text(shown_name(parcel, style), LABEL_LIMIT)


def _title(deadline: Deadline) -> str:
    title = unlinked(clean_text(deadline.title, LABEL_LIMIT))
    return f"{title} protection" if deadline.kind == "shop" else title


def _reasons(deadline: Deadline) -> list[str]:
    """How the date was found, what it asks for, and what it excludes."""
    doubt = "Little certain: one page of somebody else says so." if deadline.uncertain else ""
    needs = "; ".join(deadline.prerequisites)
    return [
        f"Last day: {deadline.day.isoformat()} ({deadline.source}).",
        doubt,
        f"Needs: {needs}." if needs else "",
        *deadline.exclusions,
    ]
