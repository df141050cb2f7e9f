"""The request as the configuration describes it: path, query and headers with places to be filled."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NUMBER, KEY = "number", "api_key"
ENTRIES_LIMIT = 50
VALUE_LIMIT = 1_000  # characters of a path or of one value

_PLACE = re.compile(r"\{([A-Za-z_]\w*)\}", re.ASCII)
_PATH = re.compile(r"[!-~]*", re.ASCII)
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}", re.ASCII)
_SENDABLE = re.compile(r"[ -~]*", re.ASCII)
# The transport sets them, or they would change what comes back.
_NOT_OURS = frozenset(
    {
        "accept-encoding", "connection", "content-encoding", "content-length", "content-type",
        "expect", "host", "keep-alive", "range", "te", "trailer", "transfer-encoding", "upgrade",
    }
)  # fmt: skip
_NOT_OURS_PREFIXES = ("if-", "proxy-")


def path(value: object) -> str:
    """A path below `base_url`, {number} where the number belongs. Raises ValueError."""
    if not isinstance(value, str) or len(value) > VALUE_LIMIT or not _PATH.fullmatch(value.strip()):
        raise ValueError('it must be a path without blanks, such as "/parcels/{number}"')
    text = value.strip()
    if KEY in _PLACE.findall(text):
        raise ValueError("it must not hold {api_key}: a key travels in headers, or in query")
    _check_places(text, (NUMBER,))
    if re.search(r"[?#\\{}]", _PLACE.sub("", text)):
        raise ValueError(
            "it must not hold ?, #, a backslash or a stray brace; what follows a ? belongs into query"
        )
    return text


def query(value: object) -> dict[str, str]:
    """Names and values of a query, {number} and {api_key} as places. Raises ValueError."""
    found = _table(value, 'such as { lang = "en", id = "{number}" }')
    for name, held in found.items():
        if not name.strip() or not name.isprintable() or len(name) > VALUE_LIMIT:
            raise ValueError("each of its names must be text of one line")
        if not held.isprintable():
            raise ValueError(f"the value of {name} must be text of one line")
        _check_places(held, (NUMBER, KEY))
    return found


def headers(value: object) -> dict[str, str]:
    """Names and values of headers, {api_key} as a place. Raises ValueError."""
    found = _table(value, 'such as { X-Key = "{api_key}" }')
    for name, held in found.items():
        if not _HEADER.fullmatch(name):
            raise ValueError("each of its names must be that of an HTTP header, such as X-Key")
        folded = name.casefold()
        if folded in _NOT_OURS or folded.startswith(_NOT_OURS_PREFIXES):
            raise ValueError(f"the header {name} cannot be set here; leave it out")
        if not _SENDABLE.fullmatch(held):
            raise ValueError(f"the value of {name} must be ASCII of one line")
        _check_places(held, (KEY,))
    if len({name.casefold() for name in found}) < len(found):
        raise ValueError("it names a header twice")
    return found


def asks_for(place: str, texts: Iterable[str]) -> bool:
    """Whether {place} occurs in any of these."""
    return any(place in _PLACE.findall(text) for text in texts)


def path_about(template: str, number: str) -> str:
    return filled(template, {NUMBER: quote(number, safe="", errors="replace")})


def filled(template: str, values: Mapping[str, str]) -> str:
    """The places filled in one go: a value that looks like a place is none."""
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), template)


def _table(value: object, example: str) -> dict[str, str]:
    if not isinstance(value, dict) or len(value) > ENTRIES_LIMIT:
        raise ValueError(f"it must be a table of names and texts, {example}")
    return {str(name): _text(str(name), held) for name, held in value.items()}


def _text(name: str, value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value) if isinstance(value, str | int | float) else "x" * (VALUE_LIMIT + 1)
    if len(text) > VALUE_LIMIT:
        raise ValueError(f"the value of {name} must be text of at most {VALUE_LIMIT} characters")
    return text


def _check_places(text: str, known: tuple[str, ...]) -> None:
    if not set(_PLACE.findall(text)) <= set(known):
        shown = " and ".join(f"{{{name}}}" for name in known)
        raise ValueError(f"it has a place in braces that nobody fills; there is {shown}")
