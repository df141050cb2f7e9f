"""What each of 17TRACK's error codes asks of the caller, as a table."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from monitor.errors import FailureKind
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from collections.abc import Mapping

NUMBER_SHOWN = 60  # characters of a tracking number in a sentence


class Next(StrEnum):
    """What to do after an error; `data/seventeentrack.toml` says what each means."""

    AGAIN = "again"
    SLOWER = "slower"
    TOMORROW = "tomorrow"
    BUY = "buy"
    ACCESS = "access"
    COMPLETE = "complete"
    DONE = "done"
    NOT_YET = "not_yet"
    GONE = "gone"
    REPORT = "report"


_KINDS = {
    Next.AGAIN: FailureKind.TRANSIENT,
    Next.SLOWER: FailureKind.RATE_LIMITED,
    Next.TOMORROW: FailureKind.QUOTA,
    Next.BUY: FailureKind.QUOTA,
    Next.ACCESS: FailureKind.AUTH,
    Next.COMPLETE: FailureKind.BAD_REQUEST,
    Next.DONE: FailureKind.DRIFT,  # only where it answers a question it does not fit
    Next.NOT_YET: FailureKind.DRIFT,  # as DONE
    Next.GONE: FailureKind.BAD_REQUEST,
    Next.REPORT: FailureKind.DRIFT,
}
_ABOUT_ONE = frozenset({Next.COMPLETE, Next.GONE, Next.DONE, Next.NOT_YET})


@dataclass(frozen=True, slots=True)
class Refusal:
    """One code, what to do next, and a sentence for the owner that holds nothing from outside."""

    code: int
    next: Next
    sentence: str

    @property
    def kind(self) -> FailureKind:
        """The kind of failure where the code refuses one number."""
        return _KINDS[self.next]

    @property
    def kind_of_request(self) -> FailureKind:
        """The kind where it refuses a whole request: that is never the fault of one number."""
        return FailureKind.DRIFT if self.next in _ABOUT_ONE else self.kind

    def about(self, number: str) -> str:
        """The sentence as it concerns this number."""
        return self.sentence.replace("{number}", clean_text(number, NUMBER_SHOWN))

    def about_request(self) -> str:
        """The sentence where a whole request was refused."""
        if self.kind_of_request is FailureKind.DRIFT and self.code in table():
            return f"A whole request was refused with code {self.code}: {self.about('NUMBER')}"
        return self.about("NUMBER")


@cache
def table() -> Mapping[int, Refusal]:
    """All known codes and HTTP statuses, from `data/seventeentrack.toml`."""
    text = files("monitor").joinpath("data/seventeentrack.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["codes"]
    return MappingProxyType(
        {row["code"]: Refusal(row["code"], Next(row["next"]), row["sentence"]) for row in rows}
    )


def refusal(code: int) -> Refusal:
    """What this code asks for; a code nobody described is one to report, 0 one that was not named."""
    known = table().get(code)
    if known is not None:
        return known
    named = f"with code {code}, which this version does not know" if code else "without saying why"
    return Refusal(code, Next.REPORT, f"17TRACK refused {named}.")
