"""What a rule is: a dossier in, a dated schedule or nothing out; it never asks what time it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

if TYPE_CHECKING:
    from monitor.circuit import ChannelRecord, CopyRecord, SourceRecord
    from monitor.parcel import Dossier
    from monitor.schedule import Episode


# What a plug-in says it was written for. It changes when a rule written for this page would no longer
# do; what is merely added, with a default, leaves it as it is.
API_VERSION = 1


class RuleFailed(Exception):
    """A rule of a plug-in cannot judge this parcel; what it said before stands, all others go on."""


class Rule(Protocol):
    """One rule about a parcel. Its dataclass fields are its options in `[rules.NAME]`.

    `yields_to` names the rules on the same subject that silence it while they are open.
    """

    name: ClassVar[str]
    yields_to: ClassVar[frozenset[str]]

    def __call__(self, dossier: Dossier, /) -> Episode | None: ...


class Watch(Protocol):
    """A rule about the service itself. Its dataclass fields are its options in `[rules.NAME]`.

    `news`: a date it names that has moved is told. One that moves with the settings is no news.
    """

    name: ClassVar[str]
    news: ClassVar[bool]

    def __call__(self, record: SourceRecord, /) -> Episode | None: ...


class ChannelWatch(Protocol):
    """A rule about the ways to the owner. Its dataclass fields are its options in `[rules.NAME]`."""

    name: ClassVar[str]

    def __call__(self, record: ChannelRecord, /) -> Episode | None: ...


class CopyWatch(Protocol):
    """A rule about the copies of the database. Its dataclass fields are its options, likewise."""

    name: ClassVar[str]
    subject: ClassVar[str]

    def __call__(self, record: CopyRecord, /) -> Episode | None: ...


def subject_of(parcel_id: int) -> str:
    """How a parcel is named as the subject of an episode."""
    return f"parcel:{parcel_id}"
