"""Everything that can go wrong, on one page.

    ParcelsError                 what the command line prints as a sentence; carries its exit code
    ├── BadInput            2    an option, a date, a number that cannot be read as meant
    ├── NoSuchParcel        3    no parcel answers to that reference, or more than one does
    ├── Busy               75    another process holds the database or the pass; try again
    ├── DiskTrouble         1    the disk is full or fails: nothing can be stored until that is over
    ├── LogCutOff           1    SQLite's log was cut off or taken away while it was in use
    ├── Unusable           78    the owner must change something before anything can run
    │   ├── BadConfiguration     an option, a file or a channel URL
    │   └── BadDatabase          newer, foreign, empty or damaged
    │       └── ReadOnly         it cannot be opened for writing: its owner, its mode, its disk
    └── SourceTrouble       1    a whole request to a tracking source failed, and why

A message never holds a secret, a whole URL or unclean text from outside; what a terminal would obey,
as the name of a file may hold it, is written out.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta


class FailureKind(StrEnum):
    """Why a source could not tell, as far as it changes what to do next."""

    AUTH = "auth"  # the key is wrong, blocked, or not allowed from this address: the owner acts
    QUOTA = "quota"  # paid or daily allowance used up: wait, or buy
    RATE_LIMITED = "rate_limited"  # too fast: wait as long as the source says
    CHALLENGE = "challenge"  # a page for humans instead of an answer: back off, never solve
    TRANSIENT = "transient"  # network, time-out, 5xx: try again
    DRIFT = "drift"  # an answer whose shape is not the documented one
    BAD_REQUEST = "bad_request"  # this number cannot be asked as it stands: the owner completes it


def visible(text: str) -> str:
    """The text with everything a terminal would obey written out as an escape; line breaks stay."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else _written_out(c) for c in text)


def _written_out(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


class ParcelsError(Exception):
    """A sentence for the owner: what happened, where, and what to change."""

    exit_code = 1

    def __str__(self) -> str:
        return visible(super().__str__())


class BadInput(ParcelsError):
    exit_code = 2


class NoSuchParcel(ParcelsError):
    exit_code = 3


class Busy(ParcelsError):
    exit_code = 75


class DiskTrouble(ParcelsError):
    pass


class LogCutOff(ParcelsError):
    """What other connections of this process still know of the log is not in it any more. Nothing may
    be written before all of them are gone: the gap would read as zeros.
    """


class Unusable(ParcelsError):
    exit_code = 78


class BadConfiguration(Unusable):
    pass


class BadDatabase(Unusable):
    pass


class ReadOnly(BadDatabase):
    pass


class SourceTrouble(ParcelsError):
    """A request to a source failed as a whole.

    `wait` is what the source itself imposes before the next request (Retry-After), `until` the
    moment a quota returns where it is known. `maybe_done` is True when the request may have taken
    effect although no answer was read: a lost answer to a registration must not be repeated blindly.
    """

    def __init__(
        self,
        kind: FailureKind,
        detail: str,
        *,
        wait: timedelta | None = None,
        until: datetime | None = None,
        maybe_done: bool = False,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.wait = wait
        self.until = until
        self.maybe_done = maybe_done
