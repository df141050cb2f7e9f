"""What a source may answer about one number."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from monitor.errors import FailureKind
    from monitor.parcel.events import Event
    from monitor.parcel.values import Alias


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All a source shows about one number.

    `looked_at` is when the source itself last asked the carrier with success, None when it does not
    say; `looks` the same per provider. `unheard` names providers that were not asked this time: what
    they showed before stands. `economy`: the service ends its tracking with the hand-over abroad,
    so that silence after it says little. `evidence` is the answer without personal fields (UTF-8
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
    economy: bool = False
    unheard: frozenset[str] = frozenset()
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
    """The source could not tell. `detail` is clean, without secrets, and says what to change.

    `gone`: the source no longer knows a number it was told of, so that asking again is no use.
    """

    number: str
    kind: FailureKind
    detail: str
    until: datetime | None = None
    gone: bool = False


Outcome = Snapshot | NotYet | Failure
