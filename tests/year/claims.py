"""What must hold of any year, whatever happens in it: each claim gives the lines that break it."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.year.facts import AFTER_SILENCE, OPENED_BY, WARNINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from tests.year.lives import Life
    from tests.year.record import Look, Record, Told, Year

    Claim = Callable[[Year], Iterator[str]]

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)  # a day of the shop's calendar may have 23 or 25
NEWS_OF = timedelta(days=7)  # older than that a delivery is no news any more


def nothing_is_told_twice_without_a_pause(year: Year) -> Iterator[str]:
    """Of one matter, with equal urgency, unless a snooze ends. What was held back by the hour, or by a receiver that took
    nothing, may arrive a pass later than it could be heard, from when the pause counts.
    """
    for number, told in _by_number(year).items():
        last: dict[tuple[str, str, str], Told] = {}
        for one in told:
            news = one.happened if one.urgency == "News" else ""
            before = last.get((one.urgency, one.fact, news))
            if before is not None and _too_soon(before, one, told, year):
                yield f"{number} was told twice: {before}; {one}"
            last[one.urgency, one.fact, news] = one


def _too_soon(before: Told, one: Told, told: list[Told], year: Year) -> bool:
    pause = DAY - HOUR - timedelta(hours=year.scale.hours)
    between = [t for t in told if before.at <= t.at <= one.at and t not in (before, one)]
    moved_on = any(t.urgency in ("Resolved", "News") for t in between)
    moved_on = moved_on or _woken(year.record, before, one)
    return one.at - before.at < pause and not moved_on and not _was_deaf(year.record, one.at)


def _woken(record: Record, before: Told, one: Told) -> bool:
    """Whether a snooze ended in between: then the owner wanted to hear of it again."""
    ends = (
        at + int(words[2].removesuffix("d")) * DAY
        for at, words in record.did.get(one.number, ())
        if words[0] == "snooze"
    )
    return any(before.at < end <= one.at for end in ends)


def _was_deaf(record: Record, at: datetime) -> bool:
    return any(at - 2 * DAY <= deaf <= at for deaf in record.deaf)


def an_end_is_told_once(year: Year) -> Iterator[str]:
    """No end of what was not told, and none twice for one beginning."""
    for number, told in _by_number(year).items():
        open_facts: list[str] = []
        for one in sorted(told, key=_the_end_of_all_last):
            if one.urgency != "Resolved":
                open_facts.append(one.fact)
                continue
            begun = [fact for fact in open_facts if fact.startswith(OPENED_BY.get(one.fact, ""))]
            if not begun:
                yield f"{number} ends what was not open: {one}"
            open_facts = [fact for fact in open_facts if fact not in begun]


def _the_end_of_all_last(told: Told) -> tuple[datetime, bool]:
    """In order of time; of what arrives together, what was held since the night came first."""
    return told.at, told.urgency == "Resolved" and told.fact not in OPENED_BY


def a_delivery_ends_everything_and_is_told_once(year: Year) -> Iterator[str]:
    """Of a parcel that truly came, was watched long enough, and whose source said so in time."""
    for life in year.lives:
        seen = _delivered_seen(year, life)
        if seen is None or life.delivered is None or not _heard_for(year, life, seen, 3 * DAY):
            continue
        told = _of(year, life)
        after = [t for t in told if t.at >= seen]
        words = [t for t in after if t.fact == "delivered"]
        open_before = any(t.urgency != "Resolved" for t in told if t.at < seen)
        if len(words) > 1:
            yield f"{life.number} was called delivered {len(words)} times: {words[0]}; {words[1]}"
        if not words and seen - life.delivered < NEWS_OF:
            yield f"{life.number} was seen delivered at {seen:%Y-%m-%d %H:%M}, and nobody said so"
        if words and (late := [t for t in after if t.at > words[0].at]):
            yield f"{life.number} was delivered ({words[0]}), and yet: {late[0]}"
        if not words and open_before and not any(t.urgency == "Resolved" for t in after):
            yield f"{life.number} was delivered, and what was open never ended"


def silence_needs_a_look(year: Year) -> Iterator[str]:
    """Whoever is told that nothing moved is told so after a look that bears it out."""
    for life in year.lives:
        looks = year.record.looks.get(life.number, [])
        for told in _of(year, life):
            days = AFTER_SILENCE.get(told.fact)
            if days is None or told.urgency in ("Resolved", "News"):
                continue
            known = looks[: bisect_left([k.at for k in looks], told.at + timedelta(seconds=1))]
            if not any(_bears_out(look, life, days) for look in known):
                yield f"{told} has no look that bears it out; the last: {known[-1:]}"


def _bears_out(look: Look, life: Life, days: int) -> bool:
    since = look.newest or min(life.added, _ordered(life))
    return look.looked_at - since >= days * DAY


def _ordered(life: Life) -> datetime:
    from datetime import UTC, datetime

    words = next(d.words for d in life.deeds if d.words[0] == "add")
    if "--ordered" not in words:
        return life.added
    return datetime.fromisoformat(words[words.index("--ordered") + 1]).replace(tzinfo=UTC)


def nothing_is_told_of_what_is_done(year: Year) -> Iterator[str]:
    for life in year.lives:
        done = year.record.typed(life.number, "done")
        for told in _of(year, life):
            if done and told.at >= done[0]:
                yield f"{life.number} was done at {done[0]:%Y-%m-%d %H:%M}, and yet: {told}"


def the_last_day_is_told_in_spite_of_everything(year: Year) -> Iterator[str]:
    """Ack and snooze included, where a pass could say so that day."""
    for life, closes in _ran_out(year):
        if not _listened(year, life, closes - DAY + HOUR, closes):
            continue
        said = [t for t in _of(year, life) if closes - DAY - HOUR <= t.at < closes]
        if not any(
            t.urgency == "CRITICAL" and t.fact == "last day of the protection" for t in said
        ):
            yield f"{life.number}: the last day before {closes:%Y-%m-%d %H:%M} was not told; {_did(year, life)}"


def nobody_is_surprised_by_an_end(year: Year) -> Iterator[str]:
    """Every parcel whose protection ran out undelivered was warned of before, where that was possible.

    What comes earlier than three days before may be snoozed.
    """
    for life, closes in _ran_out(year):
        begin = closes - 3 * DAY
        if not _listened(year, life, begin + HOUR, closes):
            continue
        if not any(t.fact in WARNINGS and begin - HOUR <= t.at < closes for t in _of(year, life)):
            yield f"{life.number}: nobody warned before {closes:%Y-%m-%d %H:%M}; {_did(year, life)}"


def nothing_broke(year: Year) -> Iterator[str]:
    """No command was refused, no parcel could not be judged, no number was paid for twice."""
    yield from year.record.faults


CLAIMS: tuple[Claim, ...] = (
    nothing_is_told_twice_without_a_pause,
    an_end_is_told_once,
    a_delivery_ends_everything_and_is_told_once,
    silence_needs_a_look,
    nothing_is_told_of_what_is_done,
    the_last_day_is_told_in_spite_of_everything,
    nobody_is_surprised_by_an_end,
    nothing_broke,
)


def _by_number(year: Year) -> Mapping[str, list[Told]]:
    found: defaultdict[str, list[Told]] = defaultdict(list)
    for told in year.record.told:
        found[told.number].append(told)
    return found


def _of(year: Year, life: Life) -> list[Told]:
    return year.record.of(life.number)


def _did(year: Year, life: Life) -> str:
    typed = year.record.did.get(life.number, [])
    return "; ".join(f"{at:%m-%d %H:%M} {' '.join(words)}" for at, words in typed)


def _delivered_seen(year: Year, life: Life) -> datetime | None:
    looks = year.record.looks.get(life.number, [])
    return next((look.at for look in looks if look.delivered), None)


def _listened(year: Year, life: Life, begin: datetime, end: datetime) -> bool:
    """Whether a pass with a receiver that listens found the parcel watched in that time."""
    added, done = year.record.typed(life.number, "add"), year.record.typed(life.number, "done")
    if not added or added[0] > end:
        return False
    first, last = max(begin, added[0]), min(end, done[0] if done else end)
    return any(first <= at < last for at in year.record.ears)


def _heard_for(year: Year, life: Life, since: datetime, long: timedelta) -> bool:
    """Whether the parcel went on being watched for so long, with a receiver that took messages at an
    hour at which everything may be said.
    """
    done = year.record.typed(life.number, "done")
    until = min(since + long, year.record.ears[-1]) if year.record.ears else since
    if done and done[0] < since + long:
        return False
    return since + long <= until and any(
        since <= at < until and 6 <= at.hour < 20 for at in year.record.ears
    )


def _ran_out(year: Year) -> Iterator[tuple[Life, datetime]]:
    """The parcels whose protection ended while they had not come, as far as a source had said."""
    for life in year.lives:
        seen = _delivered_seen(year, life) if life.delivered is not None else None
        for deadline in life.deadlines:
            edited = year.record.typed(life.number, "edit")
            given = edited[0] if edited and deadline.known_from > life.added else life.added
            if given > deadline.closes - DAY or deadline.known_until < deadline.closes:
                continue
            if seen is None or seen >= deadline.closes:
                yield life, deadline.closes
