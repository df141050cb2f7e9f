"""What of a parcel somebody reads in twenty seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.message.texts import count, shown_time, source_name
from monitor.pages.rows import BUYER, row_of
from monitor.pages.words import apart, called, last_day, place_of, unbroken
from monitor.parcel import Stage
from monitor.protection import NO_SHOP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.message.texts import Style
    from monitor.pages.case import Case
    from monitor.pages.known import Known
    from monitor.protection import Deadline


def headline(case: Case) -> str:
    place = capital(place_of(case))
    if case.over or not case.days_silent:
        return place
    return f"{place}; nothing new for {count(case.days_silent, 'day')}"


def summary(known: Known, style: Style) -> Iterator[tuple[str, str]]:
    """What somebody reads in twenty seconds: a word, and a sentence."""
    case = known.case
    yield "Bought", _bought(case, style)
    newest = case.dossier.stage_event
    if newest is not None:
        row = row_of(newest, known, style)
        yield (
            "Last event",
            f"{row.when}: “{apart(row.text)}”, which means: {apart(row.meaning)}; {row.where}",
        )
    yield "Delivery", _delivery(known, style)
    silence = _silence(case, style)
    if silence:
        yield "Silence", silence
    for end in case.layers.dated[:3] if not case.over else ():
        over = "ended" if end.closes <= case.now else "ends"
        yield "Deadline", f"{called(end)} {over} on {last_day(end)} ({found(end)})"


def _bought(case: Case, style: Style) -> str:
    parcel, shop = case.parcel, shop_of(case)
    said = [
        f"order {parcel.order_id}" if parcel.order_id else "",
        f"at {shop}" if shop else "",
        f"from {apart(parcel.seller)}" if parcel.seller else "",
        f"for {parcel.price} {parcel.currency}".rstrip() if parcel.price else "",
    ]
    days = {"ordered": parcel.ordered, "paid": parcel.paid, "shipped": parcel.shipped}
    dates = [
        f"{word} {unbroken(style.words.day(day))}" for word, day in days.items() if day is not None
    ]
    first = " ".join(part for part in said if part)
    return "; ".join(part for part in (first, ", ".join(dates)) if part) or "no facts were given"


def shop_of(case: Case) -> str:
    """The shop as people write it: of "eBay Money Back Guarantee", the protection's name, "eBay"."""
    end, shop = case.shop_end, case.parcel.shop
    named = end.title if end is not None else shop
    if shop and named.casefold().startswith(shop):
        named = named[: len(shop)]
    return "" if named == NO_SHOP else named


def _delivery(known: Known, style: Style) -> str:
    shown = [e for e in known.case.dossier.events if e.stage is Stage.DELIVERED]
    if not shown:
        return "no source shows a delivery"
    last = row_of(shown[-1], known, style)
    return f"shown as delivered on {last.when}: {last.where}"


def _silence(case: Case, style: Style) -> str:
    change = case.dossier.last_change
    if change is None or case.over:
        return ""
    said = f"{count(case.days_silent, 'day')} without a change since {shown_time(change, style)}"
    looks = [k for k in case.dossier.looks if k.shows_change and k.looked_at is not None]
    if not looks:
        return f"{said}; no source has looked since"
    last = max(looks, key=lambda k: k.looked_at or change)
    looked = shown_time(last.looked_at or change, style)
    return f"{said}; {source_name(last.source)} looked last on {looked} and showed nothing newer"


def found(end: Deadline) -> str:
    """How a date was found; the reader of the kit is not the one who gave it."""
    return end.source.replace("given by you", f"a date {BUYER} gave")


def capital(text: str) -> str:
    """A sentence; eBay stays eBay."""
    return text if text[1:2].isupper() else text[:1].upper() + text[1:]
