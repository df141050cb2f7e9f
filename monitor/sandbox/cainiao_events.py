"""The events of a parcel as Cainiao shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from zlib import crc32

from monitor.sandbox import cainiao_codes
from monitor.sandbox.histories import Times
from monitor.sandbox.timeline import seen

if TYPE_CHECKING:
    from monitor.sandbox.histories import ParcelHistory
    from monitor.sandbox.timeline import Plan, Planned

Json = dict[str, Any]

_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class ScriptedParcel:
    """A parcel that exists for Cainiao. `waits`: the order is known, the seller sent nothing."""

    plan: Plan
    economy: bool = False
    waits: bool = False

    @property
    def history(self) -> ParcelHistory:
        return self.plan.history


@dataclass(frozen=True, slots=True)
class Manner:
    """What differs between parcels in public answers for no known reason; here by the number.

    `sparse`: no groups, no copy of the newest event, and a carrier's text with trouble only.
    `padded`: zones as GMT+08:00 instead of GMT+8. `lower`: the status in small letters.
    """

    sparse: bool
    padded: bool
    lower: bool


@dataclass(frozen=True, slots=True)
class Said:
    """One event with its action code, as it is shown, and when it really happened (UTC)."""

    at: datetime
    code: str
    json: Json
    last_mile: bool


def manner_of(number: str) -> Manner:
    """The same for a number in every run."""
    seed = crc32(number.encode("utf-8", "replace"))
    return Manner(sparse=bool(seed & 4), padded=bool(seed & 1), lower=bool(seed & 2))


def said(parcel: ScriptedParcel, now: datetime, *, in_english: bool) -> list[Said]:
    """What has happened by `now`, newest first. Economy ends where the local carrier begins."""
    manner = manner_of(parcel.history.number)
    told = []
    for planned in seen(parcel.plan, now):
        last_mile = _is_last_mile(parcel.history, planned)
        code = cainiao_codes.action_code(planned.event, parcel.history, last_mile=last_mile)
        text = _text(planned, code, now, in_english=in_english, sparse=manner.sparse)
        told.append(Said(planned.at, code, _json(planned, code, text, manner), last_mile))
    return _without_echoes(told)


def is_local(event: Said) -> bool:
    """Whether it comes from the carrier of the country of destination."""
    return event.last_mile or cainiao_codes.is_local(event.code)


def milliseconds(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp() * 1000)


def _is_last_mile(history: ParcelHistory, planned: Planned) -> bool:
    return history.last_mile is not None and planned.event in history.last_mile.events


def _without_echoes(told: list[Said]) -> list[Said]:
    """Leaves out what the last mile repeats of the first leg: Cainiao has one list for both."""
    first_leg = {(each.at, each.code) for each in told if not each.last_mile}
    return [each for each in told if not each.last_mile or (each.at, each.code) not in first_leg]


def _text(planned: Planned, code: str, now: datetime, *, in_english: bool, sparse: bool) -> str:
    """What the carrier says. Where Cainiao has only its own words, the carrier's are empty."""
    event = planned.event
    if planned.edited_from is not None and planned.edited_from <= now:
        return event.edited_to
    if sparse and code and not cainiao_codes.is_trouble(code):
        return ""
    return cainiao_codes.english(event) if in_english else event.description


def _json(planned: Planned, code: str, text: str, manner: Manner) -> Json:
    event = planned.event
    town = f"[{event.location}] " if event.location else ""
    group = None if manner.sparse else cainiao_codes.node(code)
    zoned = event.times is Times.FULL
    return {
        **_times(planned),
        "desc": text,
        "standerdDesc": town + cainiao_codes.label(code),
        "descTitle": "Carrier note:",
        **({"timeZone": _zone(planned, padded=manner.padded)} if zoned else {}),
        **({"actionCode": code} if code else {}),
        **({} if group is None else {"group": group}),
    }


def _times(planned: Planned) -> Json:
    """The wall clock, and the instant it would be in China: `time` never minds the zone.

    So it was with each of the 17 events of four public answers.
    """
    event = planned.event
    local = event.local(planned.shipped)
    if event.times is Times.NONE:
        return {}
    if event.times is Times.DATE_ONLY:
        local = local.replace(hour=0, minute=0, second=0)
    text = {"timeStr": f"{local:%Y-%m-%d %H:%M:%S}"}
    if event.times is Times.RAW_ONLY:
        return text
    return {"time": milliseconds(local.replace(tzinfo=_CHINA))} | text


def _zone(planned: Planned, *, padded: bool) -> str:
    """GMT+8 or GMT+08:00; half hours are always written out."""
    local = planned.event.local(planned.shipped)
    whole = f"{local:%z}"  # +0800
    if padded or whole[3:5] != "00":
        return f"GMT{whole[:3]}:{whole[3:5]}"
    return f"GMT{whole[0]}{int(whole[1:3])}"
