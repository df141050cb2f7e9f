"""A source of tracking as `parcels adapters --json` prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.cli.health import state_of
from monitor.cli.office import utc
from monitor.parcel import clean_text
from monitor.quota import pace, used_up_at

if TYPE_CHECKING:
    from monitor.cli.health import Known
    from monitor.cli.office import Office
    from monitor.cli.plugged import Installed
    from monitor.plugins import Offer
    from monitor.quota import QuotaReading


def source_json(known: Known, office: Office) -> dict[str, Any]:
    """One source, with the keys that stand on docs/json.md."""
    health, capability = known.health, known.capability
    return {
        "name": known.source.name,
        "enabled": known.source.enabled,
        "note": known.source.note or None,
        "official": capability.official,
        "needs_key": capability.needs_key,
        "batch": capability.batch,
        "spacing": capability.spacing,
        "every": int(known.every.total_seconds()),
        "floor": int(capability.floor.total_seconds()),
        "state": state_of(known, office),
        "reason": None if health.reason is None else health.reason.value,
        "detail": clean_text(health.detail) or None,
        "last_ok": utc(health.last_ok),
        "failing_since": utc(health.failing_since),
        "wait_until": utc(health.wait_until),
        "registered": known.registered,
        "plugin": None if known.plugin is None else _plugin_json(known.plugin),
        "quota": _quota_json(known.quota),
        "monthly": capability.monthly,
        "this_month": known.spent,
        "daily": capability.daily,
        "today": known.calls,
        "drift_at": utc(known.drift_at),
    }


def _quota_json(readings: tuple[QuotaReading, ...]) -> dict[str, Any] | None:
    """The last reading; `used_up_at` is the forecast, null where none can be made."""
    if not readings:
        return None
    newest, found = readings[-1], pace(readings)
    return {
        "total": newest.total,
        "used": newest.used,
        "left": newest.left,
        "read_at": utc(newest.at),
        "per_day": None if found is None else round(found.per_day, 2),
        "used_up_at": utc(used_up_at(readings)),
    }


def _plugin_json(offer: Offer) -> dict[str, str]:
    return {"distribution": offer.distribution, "version": offer.version}


_OF_A_SOURCE = (
    "official", "needs_key", "batch", "spacing", "every", "floor", "state", "reason", "detail",
    "last_ok", "failing_since", "wait_until", "registered", "quota", "monthly", "this_month",
    "daily", "today", "drift_at",
)  # fmt: skip


def unused_json(each: Installed) -> dict[str, Any]:
    """A plug-in that is no source now: nothing of it was loaded, or nothing of it can be used."""
    return {
        "name": each.offer.name,
        "enabled": False,
        "note": each.problem or "switched off",
        **dict.fromkeys(_OF_A_SOURCE),
        "plugin": _plugin_json(each.offer),
    }
