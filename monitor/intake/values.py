"""What was understood of a file or a pasted text, before anything is made of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from monitor.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

Value = str | tuple[str, ...]  # as an option of `add` takes it; several where it is repeatable

BYTES_LIMIT = 10 * 1024 * 1024
ROWS_LIMIT = 10_000  # parcels of one import
CELL_LIMIT = 2_000  # characters


class Confidence(StrEnum):
    """Why a number is taken for one."""

    HIGH = "high"  # its check digit is right, or a column or the owner says so
    MEDIUM = "medium"  # it has the form of one carrier's numbers
    LOW = "low"  # only a word beside it, or the list it stands in, says so


class Reason(StrEnum):
    """Why something that looks like a number was not taken."""

    CHECK_DIGIT = "check_digit"
    PHONE = "phone"
    ORDER = "order"
    OTHER = "other"  # an invoice, an account, a customer
    AMBIGUOUS = "ambiguous"  # several kinds of number have this form


@dataclass(frozen=True, slots=True)
class Found:
    """A parcel that was read. `facts` by the names of `Parcel`, as typed and not yet judged.

    `line` counts from 1; `because` is a clause; `remarks` are sentences on what was left out, and why.
    """

    number: str
    line: int
    because: str
    confidence: Confidence
    facts: Mapping[str, Value] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PassedOver:
    """What might be taken for a tracking number and was not. `because` is a clause."""

    text: str
    line: int
    reason: Reason
    because: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one place; `column` as the file calls it, "" for the whole line."""

    line: int
    column: str
    sentence: str

    def __str__(self) -> str:
        return self.said("csv")

    def said(self, kind: str) -> str:
        """The fault with its place, in the words of a table or of JSON."""
        line, column = ("entry", "key") if kind == "json" else ("line", "column")
        where = f"{line} {self.line}" + (f", {column} {self.column}" if self.column else "")
        return f"{where}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Understood:
    """All that was made of one input. `kind` is csv, json, text or numbers."""

    kind: str
    found: tuple[Found, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()  # sentences about the whole


class Unreadable(BadInput):
    """The input as a whole cannot be read: too large, no text, no table."""
