"""`gettracklist`: the registrations of an account, filtered, in pages of 40."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from monitor.sandbox.answers import look, main_status, metrics, stamp, state

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.sandbox.account import Account
    from monitor.sandbox.answers import Json, Shown
    from monitor.sandbox.registration import Registration, Standing
    from monitor.sandbox.timeline import Plan

PAGE_SIZE = 40
_EQUALS = ("data_origin", "package_status", "tracking_status", "push_status")
_DATES = ("register_time", "track_time", "push_time", "stop_track_time")
_ORDERS = {"RegisterTime": "register_time", "TrackTime": "track_time", "PushTime": "push_time"}


def page(account: Account, wanted: Json, *, extras: bool) -> tuple[Json, list[Json]]:
    """The `page` object and the rows of one page. Raises ValueError for a field of a wrong type."""
    records = _selected(account, wanted)
    number = int(wanted.get("page_no") or 1)
    start = (max(1, number) - 1) * PAGE_SIZE
    order = str(wanted.get("order_by") or "")
    if _needs_rows(wanted) or order not in ("", "RegisterTimeAsc"):
        rows = [row for row in _rows(account, records, extras=extras) if _matches(row, wanted)]
        total, here = len(rows), _ordered(rows, order)[start : start + PAGE_SIZE]
    else:
        total, here = (
            len(records),
            _rows(account, records[start : start + PAGE_SIZE], extras=extras),
        )
    return {
        "data_total": total,
        "page_total": -(-total // PAGE_SIZE),
        "page_no": number,
        "page_size": PAGE_SIZE,
    }, here


def _selected(account: Account, wanted: Json) -> list[Registration]:
    """By number and carrier alone, which is quick however many there are."""
    carrier = int(wanted.get("carrier") or 0)
    numbers = [part.strip() for part in str(wanted.get("number") or "").split(",")]
    asked = [number for number in dict.fromkeys(numbers) if number]
    if asked:
        return [record for number in asked for record in account.find(number, carrier)]
    return [record for record in account.every() if carrier in (0, record.carrier)]


def _rows(account: Account, records: Iterable[Registration], *, extras: bool) -> list[Json]:
    return [
        _row(record, account.plan(record.key), account.standing(record), extras=extras)
        for record in records
    ]


def _needs_rows(wanted: Json) -> bool:
    return any(
        name in _EQUALS or name == "sync_status" or name.endswith(("_from", "_to"))
        for name, value in wanted.items()
        if value is not None
    )


def _matches(row: Json, wanted: Json) -> bool:
    for name in _EQUALS:
        if wanted.get(name) not in (None, "", row[name]):
            return False
    if wanted.get("sync_status") not in (None, row.get("sync_status")):
        return False
    return all(_within(row[name], wanted, name) for name in _DATES)


def _within(value: Any, wanted: Json, name: str) -> bool:
    earliest, latest = wanted.get(f"{name}_from"), wanted.get(f"{name}_to")
    if not earliest and not latest:
        return True
    if value is None:
        return False
    moment = _moment(value)
    after = not earliest or moment >= _moment(earliest)
    return after and (not latest or moment <= _moment(latest))


def _moment(text: str) -> datetime:
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _ordered(rows: list[Json], order: str) -> list[Json]:
    for ending, backwards in (("Asc", False), ("Desc", True)):
        field = _ORDERS.get(order.removesuffix(ending)) if order.endswith(ending) else None
        if field is not None:
            return sorted(rows, key=lambda row: row[field] or "", reverse=backwards)
    return rows


def _row(record: Registration, plan: Plan | None, stand: Standing, *, extras: bool) -> Json:
    shown = look(plan, stand.checked_at)
    history = plan.history if plan is not None else None
    row = {
        "number": record.number,
        "param": record.said.get("param"),
        "param_type": "None",
        "data_origin": "Api",
        "carrier": record.carrier,
        "shipping_country": history.origin if history else None,
        "final_carrier": record.final_carrier,
        "recipient_country": history.destination if history else None,
        "register_time": stamp(record.registered_at),
        "tracking_status": "Tracking" if stand.tracking else "Stopped",
        "package_status": main_status(state(plan, shown, stand.checked_at)),
        "track_time": stamp(stand.checked_at),
        "push_time": None,
        "push_status": "NotPushed",
        "push_status_code": None,
        "stop_track_time": stamp(stand.stopped_at),
        "stop_track_reason": stand.stop_reason,
        "is_retracked": record.is_retracked,
        "carrier_change_count": record.carrier_change_count,
    }
    synced = {"sync_status": stand.checked_at is not None} if extras else {}
    return row | _said(record) | _newest(shown, stand.checked_at or record.registered_at) | synced


def _said(record: Registration) -> Json:
    """The caller's own fields; none is null in some of them and empty in others, as documented."""
    said = record.said
    return {name: said.get(name) for name in ("tag", "order_no", "order_time", "remark")} | {
        name: said.get(name) or "" for name in ("email", "lang")
    }


def _newest(shown: list[Shown], checked_at: datetime) -> Json:
    """The newest event in short, with the spelling and the blanks the documentation shows."""
    newest = shown[0].json if shown else None
    reached = {each.stage: each.planned.at for each in shown}
    days = metrics(shown, checked_at)
    return {
        "latest_event_time": newest["time_iso"] if newest else None,
        "latest_event_info": f"{newest['location']},{newest['description']}" if newest else None,
        **{f"{name} ": days[name] for name in days if name.startswith("days_")},
        "delievery_time": stamp(reached.get("Delivered")) or "",
        "pickup_time": stamp(reached.get("AvailableForPickup")) or "",
    }
