"""One number registered under one carrier, and where its tracking stands at a moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from monitor.sandbox.timeline import Span, check_before, quiet_end, rhythm_of

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.sandbox.timeline import Plan

Key = tuple[str, int]  # number, carrier

KEPT_AFTER_STOP = timedelta(days=90)  # source: 17TRACK's help article on stopped numbers

# What a caller may say about a number; `param` and `tag` belong to v2.2, the rest came with v2.4.
EXTRA_FIELDS = (
    "destination_postal_code",
    "origin_country",
    "destination_country",
    "destination_city",
    "ship_date",
    "shipper",
    "consignee",
    "phone_number_last_4",
    "phone_number",
    "cpf_or_cnpj",
    "special_tracking_info",
)
PLAIN_FIELDS = ("param", "tag", "lang", "email", "remark", "order_no", "order_time")


@dataclass(slots=True)
class Registration:
    """The record of (number, carrier). `spans`: when it was tracked, the last one perhaps still.

    `said` holds the optional fields as the caller gave them, `charged` the quota it has cost.
    """

    number: str
    carrier: int
    origin: int
    registered_at: datetime
    spans: list[Span]
    said: dict[str, Any] = field(default_factory=dict)
    final_carrier: int = 0
    charged: int = 0
    is_retracked: bool = False
    carrier_change_count: int = 0
    quiet_end: datetime | None = None  # remembered; None = to be worked out

    @property
    def key(self) -> Key:
        return self.number, self.carrier

    def restart(self, start: datetime, first_check: datetime) -> None:
        """Tracking begins (again) at `start`."""
        self.spans.append(Span(start, first_check))
        self.quiet_end = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A registration at one moment (all aware UTC).

    `checked_at`: the last look of 17TRACK at the carrier. `stop_reason` is Expired or ByRequest.
    """

    checked_at: datetime | None
    stopped_at: datetime | None = None
    stop_reason: str | None = None
    purged: bool = False

    @property
    def tracking(self) -> bool:
        return self.stopped_at is None


def standing(record: Registration, plan: Plan | None, now: datetime) -> Standing:
    """Where a registration stands at `now`, worked out from its spans and its plan."""
    rhythm = rhythm_of(record.number)
    span = record.spans[-1]
    if record.quiet_end is None:
        record.quiet_end = quiet_end(span, rhythm, plan)
    by_request = span.end is not None and span.end <= record.quiet_end
    stop = span.end if span.end is not None and by_request else record.quiet_end
    # A look belongs to the time before the stop, also when both fall on one moment.
    until = min(now, stop)
    looks = (
        check_before(each, rhythm, until if each is span else each.end or until)
        for each in reversed(record.spans)
    )
    checked_at = next((look for look in looks if look is not None), None)
    if stop > now:
        return Standing(checked_at)
    return Standing(
        checked_at,
        stopped_at=stop,
        stop_reason="ByRequest" if by_request else "Expired",
        purged=now >= stop + KEPT_AFTER_STOP,
    )
