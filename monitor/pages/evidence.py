"""The dispute kit: what is known of one parcel, for somebody who has to decide about money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor import __version__
from monitor.message.texts import shown_time, source_name
from monitor.pages.drawing import drawn
from monitor.pages.environment import page
from monitor.pages.rows import row_of
from monitor.pages.summary import capital, found, headline, shop_of, summary
from monitor.pages.words import asked_line, called, is_remark, last_day
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from monitor.message.texts import Style
    from monitor.pages.known import Kept, Known
    from monitor.protection import Deadline


def evidence_page(known: Known, style: Style) -> str:
    """The kit as one page (HTML). Numbers are whole, whatever is redacted elsewhere: it is about one."""
    case = known.case
    standing = case.dossier.events
    gone = [event for event in known.everything if event.superseded is not None]
    return page(
        "evidence.html.j2",
        name=case.parcel.name,
        number=case.parcel.number,
        headline=headline(case),
        summary=[(word, capital(said)) for word, said in summary(known, style)],
        drawing=drawn(case, style.zone),
        facts=list(_facts(known, style)),
        timeline=[row_of(event, known, style) for event in standing if not is_remark(event)],
        gone=[row_of(event, known, style) for event in gone],
        remarks=[row_of(event, known, style) for event in standing if is_remark(event)],
        asked=[asked_line(asked, style) for asked in case.asked],
        deadlines=[_deadline(end, case.now) for end in case.layers.dated],
        kept=[_kept(each, style) for each in known.kept],
        made=shown_time(case.now, style),
        zone=str(style.zone),
        version=__version__,
    )


def _facts(known: Known, style: Style) -> Iterator[tuple[str, str]]:
    """Facts of the order and of the parcel; none that only a source needs, such as a postcode."""
    parcel, dossier = known.case.parcel, known.case.dossier
    yield "Tracking number", parcel.number
    for alias in known.aliases:
        carrier = f" ({alias.carrier})" if alias.carrier else ""
        yield "Also known as", f"{alias.number}{carrier}, named by {source_name(alias.source)}"
    days = {
        "Ordered": parcel.ordered,
        "Paid": parcel.paid,
        "Shipped": parcel.shipped,
        "Promised for": parcel.expected,
        "Protected until": parcel.protected_until,
    }
    facts = {
        "Contents": parcel.label,
        "Shop": shop_of(known.case),
        "Order": parcel.order_id,
        "Seller": parcel.seller,
        "Order page": parcel.url,
        "Price": f"{parcel.price} {parcel.currency}".strip(),
        **{word: style.words.day(day) for word, day in days.items() if day is not None},
        "Paid with": parcel.paid_with,
        "From": dossier.origin,
        "To": dossier.destination,
        "Watched since": shown_time(parcel.added_at, style),
    }
    yield from ((word, clean_text(said)) for word, said in facts.items() if said)


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """One deadline: its name, what there is to know of its date, and what it asks for."""

    title: str
    ends: str
    notes: tuple[str, ...]


def _deadline(end: Deadline, now: datetime) -> DeadlineRow:
    over = "ended on" if end.closes <= now else "ends on"
    opens = [f"claims from {end.first_day.isoformat()} on"] if end.first_day else []
    notes = (f"counted: {found(end)}", *opens, *end.prerequisites, *end.exclusions)
    return DeadlineRow(called(end), f"{over} {last_day(end)} ({end.closes:%Z})", notes)


def _kept(each: Kept, style: Style) -> dict[str, str]:
    return {
        "file": each.file,
        "source": source_name(each.source),
        "at": shown_time(each.at, style),
        "size": f"{each.size:,}",
        "sha256": each.sha256,
    }
