"""Tracking events, and what each may say of a parcel."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from monitor.parcel.text import fold

if TYPE_CHECKING:
    from datetime import datetime

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


class Event(NamedTuple):
    """One tracking event as one provider of one source shows it.

    `raw_time` is the source's own time text and part of the identity; `at` the instant (aware UTC)
    when one can be known. `country` is the alpha-2 code of the place of the scan, or "". `original`
    is the text before `clean_text`; it is stored and never printed. `first_seen`, `unseen_until`
    (the last look of the same provider that did not show it) and `superseded` are the history's.

    A named tuple, as a judge may read a million of them: made fourteen times as fast as a frozen
    dataclass.
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
        at, first_seen = self.at, self.first_seen
        return first_seen if at is None or (first_seen is not None and first_seen < at) else at

    @property
    def moment(self) -> datetime | None:
        """When it became a sign of life: `when`, but not before a look that did not show it yet."""
        at, first_seen, unseen_until = self.at, self.first_seen, self.unseen_until
        when = first_seen if at is None or (first_seen is not None and first_seen < at) else at
        if when is None or unseen_until is None or unseen_until <= when:
            return when
        return unseen_until

    @property
    def wording(self) -> str:
        """The text as far as two events can be compared by it (no case, digits or punctuation)."""
        return fold(self.text)
