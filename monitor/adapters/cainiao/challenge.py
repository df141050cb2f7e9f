"""The pages and messages by which Cainiao asks for a person instead of answering a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.errors import FailureKind, SourceTrouble

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.transport import Answer

LOOKED_THROUGH = 200_000  # characters of a page; the marks stand near its beginning
_HEADER = "bxpunish"
# Alibaba's gate serves its page under HTTP 200; any of these is in it, whatever it looks like.
_MARKS = (
    "rgv587", "<punish-component", "/_____tmd_____/", "punish?x5secdata=", "x5secdata", "baxia",
    "bixi.alicdn.com/punish", "fail_sys_user_validate",
)  # fmt: skip


def announced(answer: Answer) -> bool:
    """Whether the headers say that the answer is a challenge."""
    return answer.headers.get(_HEADER, "").strip() not in ("", "0")


def is_page(answer: Answer, text: str) -> bool:
    """Whether it is a page at all: no answer for a program is HTML, or called so.

    What begins as JSON is judged as JSON, whatever the header calls it.
    """
    called = "text/html" in answer.headers.get("content-type", "").casefold()
    return text.startswith("<") or (called and not text.startswith("{"))


def marked(text: str) -> bool:
    """Whether a page or a plain text bears one of the gate's marks; a list of parcels never does."""
    head = text[:LOOKED_THROUGH].casefold()
    return '"module"' not in head and any(mark in head for mark in _MARKS)


def in_json(document: Mapping[str, object]) -> bool:
    """Whether a JSON answer is the gate's: its marks, but never those in the words of a parcel."""
    data = document.get("data")
    said = [document.get("ret"), document.get("url"), *list(document)[:50]]
    if isinstance(data, dict):
        said.append(data.get("url"))
    flat = [part for entry in said for part in (entry if isinstance(entry, list) else [entry])]
    return any(isinstance(part, str) and marked(part) for part in flat[:100])


def challenged() -> SourceTrouble:
    """The trouble, in words of our own: the address in the challenge is not handed on."""
    return SourceTrouble(
        FailureKind.CHALLENGE,
        "Cainiao shows a check for people instead of an answer. It is left alone for a while and "
        "then asked again; until then, open global.cainiao.com in a browser to look by hand.",
    )


def turned_away(status: int) -> SourceTrouble:
    """Refused outright: there is no key that could be wrong, so it is us as a program it refuses."""
    return SourceTrouble(
        FailureKind.CHALLENGE,
        f"Cainiao refuses programs from this address (HTTP status {status}). It is left alone for a "
        "while and then asked again; until then, open global.cainiao.com in a browser.",
    )
