"""The JSON that Cainiao shows about one number: an entry of `module`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.sandbox import cainiao_codes
from monitor.sandbox.cainiao_events import is_local, manner_of, milliseconds, said

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from monitor.sandbox.cainiao_events import Json, Said, ScriptedParcel
    from monitor.sandbox.histories import ParcelHistory

_SOONEST = timedelta(days=15)  # from the first event to the estimated delivery
_LATEST = timedelta(days=30)
# The service writes countries as names; "Mainland China" is its own. Others stay ISO codes, which
# the service is known to write, too.
_COUNTRIES = {
    "BR": "Brazil",
    "CN": "Mainland China",
    "DE": "Germany",
    "ES": "Spain",
    "FR": "France",
    "GB": "United Kingdom",
    "IT": "Italy",
    "NL": "Netherlands",
    "PL": "Poland",
    "UA": "Ukraine",
    "US": "United States",
}
_ECONOMY = {
    "mailType": "Economy",
    "mailTypeDesc": "Economy: not tracked any further once the local carrier has it.",
}
_WAITS: Json = {
    "mailNoSource": "INTERNAL",
    "status": "WAIT_SELLER_SEND_GOODS",
    "statusDesc": "Waiting for the seller",
    "detailList": [],
}


@dataclass(frozen=True, slots=True)
class Numbers:
    """The other numbers of a parcel: that of the carrier that has it, and that of the package."""

    real: str = ""
    virtual: str = ""


def entry(
    number: str,
    parcel: ScriptedParcel | None,
    linked: Numbers | None,
    now: datetime,
    *,
    in_english: bool,
) -> Json:
    """What is said about `number` at `now`; `parcel` None: one that Cainiao never met."""
    if parcel is not None and parcel.waits:
        return {"mailNo": number} | _links(linked) | _WAITS
    told = [] if parcel is None else said(parcel, now, in_english=in_english)
    if parcel is not None and told:
        return _told(parcel, linked, told, now)
    # A number with another one behind it was met; nothing else is known about it.
    source = {"mailNoSource": "EXTERNAL"} if linked is None else {}
    return {"mailNo": number} | _links(linked) | source | {"detailList": []}


def _told(
    parcel: ScriptedParcel, linked: Numbers | None, told: Sequence[Said], now: datetime
) -> Json:
    history = parcel.history
    abroad = any(is_local(each) for each in told)
    shown = [each for each in told if not (parcel.economy and is_local(each))]
    links = _links(linked) if linked is not None else _last_mile_link(history, shown)
    about = _ECONOMY if parcel.economy else {}
    extras = {} if parcel.economy else _extras(history, shown)
    days = {} if parcel.economy else {"daysNumber": f"{_days(shown, now)}\tday(s)"}
    return {
        "mailNo": history.number,
        **links,
        "originCountry": _country(history.origin),
        "destCountry": _country(history.destination),
        **about,
        **_status(history.number, shown, given_away=parcel.economy and abroad),
        "mailNoSource": "AE",
        **extras,
        "detailList": [each.json for each in shown],
        **days,
    }


def _links(linked: Numbers | None) -> Json:
    """The texts with a tab in them, and the clean copies."""
    links: Json = {}
    if linked is not None and linked.real:
        links["realMailNo"] = f"Latest Tracking Number:\t{linked.real}"
        links["copyRealMailNo"] = linked.real
    if linked is not None and linked.virtual:
        links["virtualMailNo"] = f"package tracking number:\t{linked.virtual}"
        links["copyVirtualMailNo"] = linked.virtual
    return links


def _last_mile_link(history: ParcelHistory, shown: Sequence[Said]) -> Json:
    """The number of the last mile once that has spoken; the clean copy is not always there."""
    mile = history.last_mile
    if mile is None or mile.number == history.number or not any(e.last_mile for e in shown):
        return {}
    links = _links(Numbers(real=mile.number))
    if manner_of(history.number).sparse:
        del links["copyRealMailNo"]
    return links


def _status(number: str, shown: Sequence[Said], *, given_away: bool) -> Json:
    """`given_away`: the local carrier has it, of which nothing is shown."""
    newest = shown[0].code if shown else ""
    name, text = cainiao_codes.DELIVERING if given_away else cainiao_codes.status(newest)
    return {
        "status": name.lower() if manner_of(number).lower else name,
        "statusDesc": text,
    }


def _extras(history: ParcelHistory, shown: Sequence[Said]) -> Json:
    """What stands between the status and the events: copies of the newest one, and an estimate."""
    newest = shown[0].json
    sparse = manner_of(history.number).sparse
    extras: Json = {}
    if _delivered(shown) is None:
        extras["globalEtaInfo"] = _estimate(shown)
    elif not sparse:
        extras["processInfo"] = _progress(history)
        extras["globalCombinedLogisticsTraceDTO"] = newest
    return extras if sparse else extras | {"latestTrace": newest}


def _progress(history: ParcelHistory) -> Json:
    countries = (_country(history.origin), _country(history.destination))
    points = (*countries, "Destination city", "Delivered")
    return {
        "progressStatus": "NORMAL",
        "progressRate": 1.0,
        "type": "CROSS",
        "progressPointList": [{"pointName": point, "light": True} for point in points],
    }


def _estimate(shown: Sequence[Said]) -> Json:
    first = shown[-1].at
    return {
        "etaDesc": "Estimated delivery by",
        "deliveryMinTime": milliseconds(first + _SOONEST),
        "deliveryMaxTime": milliseconds(first + _LATEST),
    }


def _days(shown: Sequence[Said], now: datetime) -> int:
    """Whole days on the way so far; the count stands still after delivery."""
    return ((_delivered(shown) or now) - shown[-1].at).days


def _delivered(shown: Sequence[Said]) -> datetime | None:
    return next((each.at for each in shown if each.code == "GTMS_SIGNED"), None)


def _country(code: str | None) -> str:
    return _COUNTRIES.get(code or "", code or "")
