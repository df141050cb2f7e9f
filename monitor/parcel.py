"""The values everything else speaks of: parcels, tracking events, and what a source answered."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from monitor.errors import FailureKind

TEXT_LIMIT = 500
HAND = "hand"  # the source of events the owner wrote down


class Stage(StrEnum):
    """Where a parcel stands, as one event says it. The label guide of the reading defines each."""

    UNKNOWN = "unknown"
    INFO_RECEIVED = "info_received"
    IN_TRANSIT = "in_transit"
    EXPORT_CLEARANCE = "export_clearance"
    EXPORT_CLEARANCE_EXCEPTION = "export_clearance_exception"
    CLEARANCE_START = "clearance_start"
    CLEARANCE_EXCEPTION = "clearance_exception"
    CLEARANCE_PAYMENT_DUE = "clearance_payment_due"
    CLEARANCE_DOCUMENTS_NEEDED = "clearance_documents_needed"
    CLEARANCE_FAILURE = "clearance_failure"
    CLEARANCE_SUCCESS = "clearance_success"
    OUT_FOR_DELIVERY = "out_for_delivery"
    PICKUP = "pickup"
    DELIVERED = "delivered"
    DELIVERY_FAILED = "delivery_failed"
    RETURNING = "returning"
    RETURNED = "returned"
    LOST_OR_DAMAGED = "lost_or_damaged"
    OTHER = "other"


SILENT_STAGES = frozenset({Stage.OTHER, Stage.UNKNOWN})


class Side(StrEnum):
    """Whose customs an event speaks of."""

    IMPORT = "import"
    EXPORT = "export"
    TRANSIT = "transit"
    UNKNOWN = "unknown"


class Cause(StrEnum):
    """What customs wants or objects to, where it is said."""

    PAYMENT = "payment"
    DOCUMENTS = "documents"
    PROHIBITED = "prohibited"


class TimeQuality(StrEnum):
    """How well the instant of an event is known."""

    EXACT = "exact"
    OFFSET_ASSUMED = "offset_assumed"
    DATE_ONLY = "date_only"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Event:
    """One tracking event as one provider of one source shows it.

    `raw_time` is the source's own time text and part of the identity; `at` the instant (aware UTC)
    when one can be known. `country` is the alpha-2 code of the place of the scan, or "". `original`
    is the text before `clean_text`; it is stored and never printed. `first_seen`, `unseen_until`
    (the last look of the same provider that did not show it) and `superseded` are the history's.
    """

    source: str
    provider: str
    raw_time: str
    at: datetime | None
    time_quality: TimeQuality
    code: str
    text: str
    place: str = ""
    country: str = ""
    original: str = ""
    translation: str = ""
    last_mile: bool = False
    stage: Stage = Stage.UNKNOWN
    side: Side = Side.UNKNOWN
    cause: Cause | None = None
    language: str = ""
    matched: tuple[str, ...] = ()
    first_seen: datetime | None = None
    unseen_until: datetime | None = None
    superseded: datetime | None = None

    @property
    def when(self) -> datetime | None:
        """Its own time (UTC), never later than when it was first seen: no source knows the future."""
        if self.at is None or self.first_seen is None:
            return self.at or self.first_seen
        return min(self.at, self.first_seen)

    @property
    def moment(self) -> datetime | None:
        """When it became a sign of life: `when`, but not before a look that did not show it yet."""
        when = self.when
        if when is None or self.unseen_until is None:
            return when
        return max(when, self.unseen_until)

    @property
    def wording(self) -> str:
        """The text as far as two events can be compared by it (no case, digits or punctuation)."""
        return fold(self.text)


@dataclass(frozen=True, slots=True)
class Alias:
    """Another number the same parcel goes by, and who said so."""

    number: str
    carrier: str
    source: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """What the owner told about one parcel. Dates are days in the zone of the policy they concern.

    `origin` and `destination` are alpha-2 codes ("" = unknown), `adapters` the sources the owner
    chose ("" tuple = whatever recognises the number), `carrier` a name or a source's own key.
    """

    id: int
    number: str
    added_at: datetime
    label: str = ""
    shop: str = ""
    ordered: date | None = None
    paid: date | None = None
    paid_with: str = ""
    shipped: date | None = None
    expected: date | None = None
    protected_until: date | None = None
    protection_days: int | None = None
    covers: tuple[tuple[str, date], ...] = ()
    origin: str = ""
    destination: str = ""
    order_id: str = ""
    price: str = ""
    currency: str = ""
    seller: str = ""
    url: str = ""
    adapters: tuple[str, ...] = ()
    carrier: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    done_at: datetime | None = None
    done_as: str = ""

    @property
    def name(self) -> str:
        return self.label or self.number


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All a source shows about one number.

    `looked_at` is when the source itself last asked the carrier with success, None when it does not
    say; `looks` the same per provider. `evidence` is the answer without personal fields (UTF-8
    JSON), `fingerprint` a hash of it without the source's own clock fields.
    """

    number: str
    looked_at: datetime | None
    events: tuple[Event, ...]
    looks: Mapping[str, datetime] = field(default_factory=dict)
    aliases: tuple[Alias, ...] = ()
    origin: str = ""
    destination: str = ""
    carrier: str = ""
    status: str = ""
    evidence: bytes = b""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class NotYet:
    """The source answered and knows nothing about the number so far. `looked_at`: when it said so."""

    number: str
    looked_at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """The source could not tell. `detail` is clean, without secrets, and says what to change."""

    number: str
    kind: FailureKind
    detail: str
    until: datetime | None = None


Outcome = Snapshot | NotYet | Failure


class WorkingDays(Protocol):
    """Working days of one country; built outside, so that rules stay free of calendars."""

    def is_working(self, day: date, /) -> bool: ...


SATURDAY = 5  # as date.weekday() counts


class MondayToFriday:
    """The calendar of a country nobody named."""

    def is_working(self, day: date, /) -> bool:
        return day.weekday() < SATURDAY


def monday_to_friday(_country: str) -> WorkingDays:
    return MondayToFriday()


@dataclass(frozen=True, slots=True)
class SourceLook:
    """How fresh one source is about one parcel.

    `looked_at`: the newest look (UTC) of any outcome that witnesses something; `shows_change`: the
    source itself shows the last change, so that it can witness that nothing followed.
    """

    source: str
    looked_at: datetime | None
    shows_change: bool
    not_yet: bool = False


@dataclass(frozen=True, slots=True)
class Dossier:
    """All a rule may look at.

    `events` are standing, merged, oldest first by their own time. `origin` and `destination` are
    alpha-2 codes, as the owner gave them or else as a source shows them; "" is unknown.
    `working_days` gives the calendar of a country ("" too).
    """

    parcel: Parcel
    events: tuple[Event, ...] = ()
    looks: tuple[SourceLook, ...] = ()
    origin: str = ""
    destination: str = ""
    working_days: Callable[[str], WorkingDays] = monday_to_friday

    @property
    def last_change(self) -> datetime | None:
        """The moment of the newest event that says something else than the one before it."""
        moments = [event.moment for event in changes(self.events)]
        return max((m for m in moments if m is not None), default=None)

    @property
    def witnessed(self) -> datetime | None:
        """The last look (UTC) that bears out "nothing newer": see DESIGN of `looked_at`."""
        if changes(self.events):
            looks = [k.looked_at for k in self.looks if k.shows_change and not k.not_yet]
        else:
            looks = [k.looked_at for k in self.looks]
        return max((look for look in looks if look is not None), default=None)

    @property
    def stage_event(self) -> Event | None:
        """The newest event that is neither a remark nor unknown."""
        return next((e for e in reversed(self.events) if e.stage not in SILENT_STAGES), None)


def changes(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """The events that say something else than the one before them from the same provider.

    A daily "in transit" without a new place, and a remark of the owner, are no change.
    """
    said: dict[tuple[str, str], tuple[str, str, str]] = {}
    found = []
    for event in events:
        if event.source == HAND and event.stage in SILENT_STAGES:
            continue
        key = (event.source, event.provider)
        saying = (event.stage.value, event.wording, event.place.casefold())
        before = said.get(key)
        if before is None or not _same(saying, before):
            found.append(event)
        said[key] = (*saying[:2], saying[2] or (before[2] if before else ""))
    return tuple(found)


def _same(saying: tuple[str, str, str], before: tuple[str, str, str]) -> bool:
    same_words = saying[:2] == before[:2]
    return same_words and (saying[2] == before[2] or not saying[2])


def merged(events: tuple[Event, ...], *, preferred: str = "") -> tuple[Event, ...]:
    """One timeline without doubles, oldest first by each event's own time; undated by first sight.

    The same moment (to the minute) with the same words, or with the same code from another
    provider, is one event. `preferred` is the provider whose wording is kept. The order of the input
    does not matter.
    """
    kept: list[Event] = []
    by_minute: dict[int, list[Event]] = {}
    in_order = sorted(events, key=_order)
    for event in sorted(in_order, key=lambda e: e.provider != preferred):
        minute = _minute(event)
        if minute is None:
            kept.append(event)
            continue
        near = (o for m in (minute - 1, minute, minute + 1) for o in by_minute.get(m, ()))
        if not any(twins(event, other) for other in near):
            kept.append(event)
            by_minute.setdefault(minute, []).append(event)
    return tuple(sorted(kept, key=_order))


_LAST = datetime.max.replace(tzinfo=UTC)
_JOURNEY = {stage: place for place, stage in enumerate(Stage)}


def _order(event: Event) -> tuple[datetime, bool, int, tuple[str, ...]]:
    """By time; what bears the same time in the order of a journey, so that input order is no fact."""
    identity = (event.source, event.provider, event.raw_time, event.code, event.text, event.place)
    return (event.when or _LAST, event.at is None, _JOURNEY[event.stage], identity)


_TWIN_WINDOW = timedelta(minutes=1)


def _minute(event: Event) -> int | None:
    return None if event.at is None else int(event.at.timestamp() // 60)


def twins(event: Event, other: Event) -> bool:
    """Whether two providers speak of one scan: same minute, and same words or same code."""
    if (event.source, event.provider) == (other.source, other.provider):
        return False
    if event.at is None or other.at is None or abs(event.at - other.at) > _TWIN_WINDOW:
        return False
    same_code = event.code != "" and event.code == other.code and event.stage == other.stage
    return same_code or event.wording == other.wording


_PUNCTUATION = re.compile(r"[\W\d_]+")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Text for comparison: compatibility forms unified, case, digits and punctuation dropped."""
    return _PUNCTUATION.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


_DROPPED = frozenset({"Cc", "Cs", "Co", "Cf", "Cn"})


def clean_text(text: str, limit: int = TEXT_LIMIT) -> str:
    """Outside text made safe for a terminal, a mail or a page.

    Control, private and unassigned characters, surrogates, bidi controls and zero widths go; white
    space becomes one blank; NFC; at most `limit` characters (bounded before normalising, too).
    """
    head = text[: limit * 4]
    kept = (" " if c.isspace() else c for c in head)
    dropped = "".join(c for c in kept if unicodedata.category(c) not in _DROPPED)
    tidy = " ".join(unicodedata.normalize("NFC", dropped).split())
    return tidy if len(tidy) <= limit else tidy[: limit - 1] + "…"
