"""`parcels explain --batch`: messages as JSON lines in, the same lines with their meaning out."""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING, Any

from monitor.message.explaining import Heard, explained, recognised

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.sweep.understanding import Reads

LINE_LIMIT = 100_000  # bytes, its end included; a message has at most some hundred
_CHUNK = 65_536


class Unfit(ValueError):
    """Why a line cannot be read, as a sentence."""


def answers(stream: IO[bytes], reads: Reads) -> Iterator[tuple[str, bool]]:
    """One line out for each line in, in their order, and whether it could be read.

    A line at a time, so that a program may ask and wait for the answer. Blank lines are left out.
    """
    for number, line in enumerate(_lines(stream), 1):
        if not line.strip():
            continue
        try:
            given = _given(line)
            yield _printable({**given, **meaning(given, reads)}), True
        except Unfit as reason:
            yield _printable({"error": str(reason), "line": number}), False


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Lines of at most LINE_LIMIT bytes; of a longer one just enough to be told."""
    while line := stream.readline(LINE_LIMIT + 1):
        rest = line
        while len(line) > LINE_LIMIT and rest and not rest.endswith(b"\n"):
            rest = stream.readline(_CHUNK)
        yield line


def _given(line: bytes) -> dict[str, Any]:
    if len(line) > LINE_LIMIT:
        raise Unfit(f"The line is longer than {LINE_LIMIT:,} bytes.")
    try:
        given = json.loads(line, parse_constant=_no_number)
        json.dumps(given, allow_nan=False)
    except (ValueError, RecursionError):
        raise Unfit("The line is not JSON in UTF-8.") from None
    if not isinstance(given, dict) or not isinstance(given.get("text"), str):
        raise Unfit('The line is no JSON object with a text, such as {"text": "Held by customs"}.')
    for name in ("code", "source"):
        if not isinstance(given.get(name), str | None):
            raise Unfit(f"{name} must be text or null.")
    return given


def _no_number(name: str) -> float:
    raise ValueError(name)


def heard(reads: Reads, text: str, code: str, source: str) -> Heard:
    """A message read as a whole, and its words and its code each by itself."""
    asked, by = code or None, source or None
    return Heard(
        text,
        code,
        whole=reads(text, code=asked, source=by),
        by_words=reads(text),
        by_code=reads("", code=asked, source=by),
    )


def meaning(given: dict[str, Any], reads: Reads) -> dict[str, Any]:
    """What `explain --json` says of a message, beside its text; unknown is None."""
    message = heard(reads, given["text"], given.get("code") or "", given.get("source") or "")
    whole, said = message.whole, explained(message)
    return {
        "code": given.get("code"),
        "stage": whole.stage.value,
        "side": whole.side.value,
        "cause": None if whole.cause is None else whole.cause.value,
        "language": whole.language or None,
        "matched": list(recognised(whole.matched)),
        "meaning": said.meaning,
        "next": said.next,
        "actions": list(said.actions),
        "warnings": list(said.warnings),
        "sure": said.sure,
    }


def _printable(value: dict[str, Any]) -> str:
    """One line; what a terminal would obey, or UTF-8 cannot hold, is escaped."""
    line = json.dumps(value, ensure_ascii=False)
    return line if line.isprintable() else json.dumps(value)
