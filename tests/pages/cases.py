"""Parcels as pages get to see them, in few words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from monitor.message.texts import Style
from monitor.pages.case import Asked, Case
from monitor.parcel import HAND, Stage
from monitor.protection import shipped_policies, stack
from tests.dossiers import dossier, moment, scan

if TYPE_CHECKING:
    from monitor.parcel import Event
    from monitor.schedule import Severity

BERLIN = Style(ZoneInfo("Europe/Berlin"))
UTC_STYLE = Style(UTC)
NOW = "2026-09-21 08:00"
SHIPPED = date(2026, 9, 1)
PROTECTED_UNTIL = "30 Oct 2026"  # 60 days of AliExpress after that
COLLECTED = scan(Stage.IN_TRANSIT, "2026-09-01 08:00", "Collected", place="Yiwu", country="CN")
STOPPED = scan(Stage.CLEARANCE_EXCEPTION, "2026-09-11 08:00", "Held by customs", country="DE")
RELEASED = scan(Stage.CLEARANCE_SUCCESS, "2026-09-16 08:00", "Released", country="DE")
DELIVERED = scan(Stage.DELIVERED, "2026-09-20 08:00", "Delivered", country="DE")


def remark(text: str, when: str) -> Event:
    return scan(Stage.OTHER, when, text, source=HAND, provider="")


def a_case(
    *events: Event,
    now: str = NOW,
    looked: str | None = NOW,
    severity: Severity | None = None,
    advice: str = "",
    asked: tuple[Asked, ...] = (),
    **facts: Any,
) -> Case:
    """One parcel with these events, at `now`; AliExpress protects it, shipped on 1 September."""
    given = {"shop": "aliexpress", "shipped": SHIPPED} | facts
    found = dossier(*events, looked=looked, **given)
    layers = stack(found, shipped_policies())
    at, newest, change = moment(now), found.stage_event, found.last_change
    over = found.parcel.done_at is not None
    return Case(
        found,
        layers,
        at,
        severity=severity,
        advice=advice,
        shop_end=next((d for d in layers.dated if d.policy == found.parcel.shop), None),
        over=over or (newest is not None and newest.stage is Stage.DELIVERED),
        days_silent=(at - (change or found.parcel.added_at)).days,
        asked=asked,
    )


def hostile(text: str) -> Case:
    """A parcel of which every word from outside is `text`."""
    event = scan(
        Stage.CLEARANCE_EXCEPTION, "2026-09-11 08:00", text, place=text, provider=text,
        translation=text, language="zh", raw_time=text,
    )  # fmt: skip
    facts = dict.fromkeys(("label", "seller", "order_id", "url", "price"), text)
    asked = (Asked("seventeentrack", moment(NOW), trouble=text, carrier=text),)
    case = a_case(event, advice=text, asked=asked, **facts)
    return replace(case, dossier=case.dossier)
