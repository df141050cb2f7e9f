"""The JSON that 17TRACK shows about one number: an item of `gettrackinfo`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zlib import crc32

from monitor.sandbox.carriers import CARRIERS, Carrier
from monitor.sandbox.histories import Times
from monitor.sandbox.registration import EXTRA_FIELDS
from monitor.sandbox.timeline import seen, sub_status

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from monitor.sandbox.histories import LastMile, ParcelHistory, ScriptedEvent
    from monitor.sandbox.registration import Registration
    from monitor.sandbox.timeline import Plan, Planned

Json = dict[str, Any]

STAGES = (
    "InfoReceived",
    "PickedUp",
    "Departure",
    "Arrival",
    "AvailableForPickup",
    "OutForDelivery",
    "Delivered",
    "Returning",
    "Returned",
)
_NO_RAW = {"date": None, "time": None, "timezone": None}
_NO_TIMES = {"time_iso": None, "time_utc": None, "time_raw": _NO_RAW}


def stamp(moment: datetime | None) -> str | None:
    """A moment as the service's own stamps show it: UTC, whole seconds, Z."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def main_status(sub: str) -> str:
    """The main status a sub-status belongs to: what stands before the underscore."""
    return sub.partition("_")[0]


def signed_hash(text: str) -> int:
    """A stable signed 32-bit hash."""
    value = crc32(text.encode())
    return value - (1 << 32) if value >= 1 << 31 else value


def accepted_item(record: Registration, track_info: Json | None, *, extras: bool) -> Json:
    """One entry of `accepted` in `gettrackinfo`; `extras`: with the fields that came with v2.4."""
    said = record.said
    item = {
        "number": record.number,
        "carrier": record.carrier,
        "param": said.get("param"),
        "tag": said.get("tag"),
    }
    if extras:
        item |= {"lang": said.get("lang")} | {name: said.get(name) for name in EXTRA_FIELDS}
    return item | {"track_info": track_info}


def track_info(
    record: Registration,
    plan: Plan | None,
    checked_at: datetime,
    *,
    extras: bool,
    newest_first: bool,
) -> Json:
    """What the look at `checked_at` saw. `newest_first`: the last-mile provider comes first."""
    shown = look(plan, checked_at)
    history = plan.history if plan is not None and shown else None
    sub = state(plan, shown, checked_at)
    providers = _providers(record, history, shown, checked_at, extras=extras)
    return {
        "shipping_info": {
            "shipper_address": _address(history.origin if history else None),
            "recipient_address": _address(history.destination if history else None),
        },
        "latest_status": {
            "status": main_status(sub),
            "sub_status": sub,
            "sub_status_descr": None,
        },
        "latest_event": shown[0].json if shown else None,
        "time_metrics": metrics(shown, checked_at),
        "milestone": milestones(shown),
        "misc_info": _misc(history, shown),
        "tracking": {
            "providers_hash": _digest(shown),
            "providers": providers[::-1] if newest_first else providers,
        },
    }


@dataclass(frozen=True, slots=True)
class Shown:
    """An event as planned and as the service shows it."""

    planned: Planned
    json: Json

    @property
    def stage(self) -> str | None:
        return self.planned.event.stage


def look(plan: Plan | None, checked_at: datetime | None) -> list[Shown]:
    """What the look at `checked_at` shows, newest first; nothing where there was none yet."""
    if checked_at is None:
        return []
    return [Shown(planned, _shown_json(planned, checked_at)) for planned in seen(plan, checked_at)]


def state(plan: Plan | None, shown: Sequence[Shown], checked_at: datetime | None) -> str:
    """The state of the parcel as a sub-status."""
    return sub_status(plan, [each.planned for each in shown], checked_at)


def _shown_json(planned: Planned, checked_at: datetime) -> Json:
    edited = planned.edited_from is not None and planned.edited_from <= checked_at
    return _event_json(planned.event, planned.shipped, edited=edited)


@lru_cache(maxsize=8192)
def _event_json(event: ScriptedEvent, shipped: date, *, edited: bool) -> Json:
    text = event.edited_to if edited else event.description
    rendering = {"lang": "en", "description": event.translation} if event.translation else None
    return _times(event, shipped) | {
        "description": text,
        "description_translation": rendering,
        "location": event.location,
        "stage": event.stage,
        "sub_status": event.code,
        "address": _address(event.country),
    }


def _times(event: ScriptedEvent, shipped: date) -> Json:
    local = event.local(shipped)
    if event.times is Times.NONE:
        return _NO_TIMES
    if event.times is Times.DATE_ONLY:
        local = local.replace(hour=0, minute=0, second=0)
    zone = event.offset if event.times is Times.FULL else None
    clock = None if event.times is Times.DATE_ONLY else f"{local:%H:%M:%S}"
    raw = {"date": f"{local:%Y-%m-%d}", "time": clock, "timezone": zone}
    if event.times is Times.RAW_ONLY:
        return _NO_TIMES | {"time_raw": raw}
    utc = stamp(local + timedelta(minutes=event.utc_skew))
    return {"time_iso": local.isoformat(), "time_utc": utc, "time_raw": raw}


def _address(country: str | None) -> Json:
    return {
        "country": country,
        "state": None,
        "city": None,
        "street": None,
        "postal_code": None,
        "coordinates": {"longitude": None, "latitude": None},
    }


def _providers(
    record: Registration,
    history: ParcelHistory | None,
    shown: Sequence[Shown],
    checked_at: datetime,
    *,
    extras: bool,
) -> list[Json]:
    """The carrier it is registered with, and the last mile once that has said something."""
    legs = [(record.carrier, history.language if history else None)]
    last_mile = _last_mile(history, shown)
    if last_mile is not None:
        legs.append((last_mile.carrier, last_mile.language))
    found = []
    for key, language in legs:
        own = [each for each in shown if each.planned.carrier == key]
        found.append(_provider(key, language, own, checked_at, extras=extras))
    return found


def _last_mile(history: ParcelHistory | None, shown: Sequence[Shown]) -> LastMile | None:
    last_mile = history.last_mile if history else None
    if last_mile is None or all(each.planned.carrier != last_mile.carrier for each in shown):
        return None
    return last_mile


def _provider(
    key: int,
    language: str | None,
    shown: Sequence[Shown],
    checked_at: datetime,
    *,
    extras: bool,
) -> Json:
    carrier = CARRIERS.get(key) or Carrier(key, str(key))
    tips = {"provider_tips": None} if extras else {}
    return {
        "provider": {
            "key": key,
            "name": carrier.name,
            "alias": carrier.name,
            "tel": None,
            "homepage": carrier.homepage,
            "country": carrier.country,
        },
        "service_type": None,
        "latest_sync_status": "Success",
        "latest_sync_time": stamp(checked_at),
        "provider_lang": language,
        **tips,
        "events_hash": _digest(shown),
        "events": [each.json for each in shown],
    }


def _digest(shown: Sequence[Shown]) -> int:
    if not shown:
        return 0
    events = (each.json for each in shown)
    return signed_hash("|".join(f"{e['time_iso']}{e['description']}" for e in events))


def metrics(shown: Sequence[Shown], checked_at: datetime) -> Json:
    """Whole days, as the service's documentation defines them; they stand still after delivery."""
    first = shown[-1].planned.at if shown else checked_at
    delivered = next((each.planned.at for each in shown if each.stage == "Delivered"), None)
    picked_up = min((each.planned.at for each in shown if each.stage == "PickedUp"), default=first)
    end = delivered or checked_at
    return {
        "days_after_order": (end - first).days,
        "days_of_transit": (end - picked_up).days,
        "days_of_transit_done": (end - picked_up).days if delivered else 0,
        "days_after_last_update": (checked_at - shown[0].planned.at).days if shown else 0,
        "estimated_delivery_date": {"source": None, "from": None, "to": None},
    }


def milestones(shown: Sequence[Shown]) -> list[Json]:
    """All nine stages in their fixed order, each with the times of its first event."""
    reached = {each.stage: each.json for each in shown}  # newest first, so that the first one stays
    return [
        {"key_stage": stage} | {name: reached.get(stage, _NO_TIMES)[name] for name in _NO_TIMES}
        for stage in STAGES
    ]


def _misc(history: ParcelHistory | None, shown: Sequence[Shown]) -> Json:
    local = _last_mile(history, shown)
    carrier = CARRIERS.get(local.carrier) if local else None
    return {
        "risk_factor": 0,
        "service_type": None,
        "weight_raw": None,
        "weight_kg": None,
        "pieces": None,
        "dimensions": None,
        "customer_number": None,
        "reference_number": None,
        "local_number": local.number if local else "",
        "local_provider": carrier.name if carrier else "",
        "local_key": local.carrier if local else 0,
    }
