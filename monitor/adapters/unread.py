"""An answer nobody here could read, as it is kept for a report: bounded, and without what is personal."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.adapters.strangers_json import loads
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.transport import Answer

BODY_LIMIT = 64 * 1024  # characters kept of one answer
TEXT_LIMIT = 500  # characters of one text in it
DEPTH_LIMIT = 24
FIELDS_LIMIT = 100  # of one table
ROWS = (20, 5, 1)  # of one list; fewer where the answer is too large with so many
_TYPE_LIMIT = 80

# Nobody knows which fields an answer of another form has. Who a parcel is from and for, where they
# live, what else they wrote, and what opens an account: any name that holds one of these words.
_PERSONAL = (
    "receiver", "recipient", "consignee", "shipper", "sender", "buyer", "customer", "contact",
    "person", "addr", "street", "postal", "postcode", "zip", "phone", "mobile", "tel", "email",
    "mail_to", "whatsapp", "coordinate", "latitude", "longitude", "signed", "signature", "proof",
    "firstname", "lastname", "givenname", "familyname", "surname", "fullname", "username",
    "nickname", "delivered_to", "received_by", "birth", "passport", "identity", "gps", "cpf",
    "tax", "iban", "reference", "order", "trade", "pickupguide", "special_tracking_info",
    "destination_city", "token", "secret", "password", "apikey", "api_key", "cookie", "session",
)  # fmt: skip
_PERSONAL_NAMES = frozenset(
    {"tag", "remark", "remarks", "note", "notes", "param", "key", "user", "lat", "lng", "lon", "ip"}
)
_DRAWN = ("url", "icon", "image", "img", "link")  # addresses carry parameters
# In a text that is no JSON nobody can tell whose name it is, or whose town.
_ANYBODYS = frozenset({"name", "city", "state", "raw_address"})
_PAIR = re.compile(r'"([^"\\]{1,80})"(\s*:\s*)("(?:[^"\\]|\\.)*"?|-?[0-9][0-9.eE+-]*)')
_OPENS = re.compile(r'"([^"\\]{1,80})"\s*:\s*[\[{]')
_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]')
_INSIDE = "(a text that is JSON)"


@dataclass(frozen=True, slots=True)
class Unread:
    """What is left of an answer. `size` is in bytes, as it came; `body` is JSON where `is_json`."""

    status: int
    content_type: str
    size: int
    body: str
    is_json: bool


def unread(answer: Answer, without_secrets: Callable[[str], str]) -> Unread:
    """The answer with its values of personal fields replaced by what they were, and cut to its limits.

    Texts of events stay as they are, and so do tracking numbers: a report is of no use without them.
    `without_secrets` cuts what the configuration keeps secret out of a text.
    """
    text = answer.body.decode("utf-8", "replace").lstrip("\ufeff").strip()
    content_type = clean_text(without_secrets(answer.headers.get("content-type", "")), _TYPE_LIMIT)
    body, is_json = _body(text, without_secrets)
    return Unread(answer.status, content_type, len(answer.body), body, is_json)


def _body(text: str, without_secrets: Callable[[str], str]) -> tuple[str, bool]:
    try:
        document = loads(text)
    except (ValueError, RecursionError):
        # First the secrets: a cut may leave the half of one.
        masked = _masked(without_secrets(text)[: BODY_LIMIT * 2])
        return masked[:BODY_LIMIT].encode("utf-8", "replace").decode(), False
    for rows in ROWS:
        written = json.dumps(_Kept(rows, without_secrets).of(document), ensure_ascii=False)
        if len(written) <= BODY_LIMIT:
            return written.encode("utf-8", "replace").decode(), True
    return written[:BODY_LIMIT].encode("utf-8", "replace").decode(), False


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is kept of a document with at most so many rows of each list."""

    rows: int
    without_secrets: Callable[[str], str]

    def of(self, value: object, depth: int = DEPTH_LIMIT) -> object:
        if isinstance(value, dict):
            return self._table(value, depth - 1) if depth else "(table)"
        if isinstance(value, list):
            return [self.of(row, depth - 1) for row in value[: self.rows]] if depth else "(list)"
        if isinstance(value, str):
            return self._text(value, depth)
        if isinstance(value, float) and value - value != 0:
            return "(number)"  # JSON has no word for infinity
        return value

    def _text(self, text: str, depth: int) -> object:
        """Some services put one document into a text of another."""
        if depth and text.lstrip()[:1] in ("{", "["):
            with suppress(ValueError, RecursionError):
                return {_INSIDE: self.of(loads(text), depth - 1)}
        return _masked(self.without_secrets(text))[:TEXT_LIMIT]

    def _table(self, table: dict[str, object], depth: int) -> dict[str, object]:
        return {
            self.without_secrets(name)[:TEXT_LIMIT]: (
                _hint(value) if is_personal(name) else self.of(value, depth)
            )
            for name, value in list(table.items())[:FIELDS_LIMIT]
        }


def is_personal(name: str) -> bool:
    """Whether a field of this name may name or place a person, or open an account."""
    plain = name.strip().casefold().replace("-", "_")
    flat = plain.replace("_", "")
    if plain in _PERSONAL_NAMES or plain.endswith(_DRAWN):
        return True
    return any(word in plain or word.replace("_", "") in flat for word in _PERSONAL)


def _hint(value: object) -> object:
    """What a value was, which a report needs, without the value."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return f"(text, {len(value)} characters)" if value else ""
    if isinstance(value, list):
        return f"(list of {len(value)})"
    return "(table)" if isinstance(value, dict) else "(number)"


def _masked(text: str) -> str:
    """A text that is no JSON, or not whole, without what reads like a personal field of one."""
    if '"' not in text:
        return text
    left, at = [], 0
    for found in _OPENS.finditer(text):
        if found.start() >= at and is_personal(found[1]):
            left += [text[at : found.end() - 1], '"(left out)"']
            at = _closed(text, found.end() - 1)
    return _PAIR.sub(_masked_pair, "".join((*left, text[at:])))


def _closed(text: str, opened: int) -> int:
    """Where the table or list that opens there ends, or the text."""
    depth = 0
    for found in _BRACKET.finditer(text, opened):
        depth += (found[0] in "[{") - (found[0] in "]}")
        if not depth:
            return found.end()
    return len(text)


def _masked_pair(found: re.Match[str]) -> str:
    name, between = found[1], found[2]
    if is_personal(name) or name.strip().casefold() in _ANYBODYS:
        return f'"{name}"{between}"(left out)"'
    return found[0]
