"""The text people see of a saved mail or a saved page: without encodings and without tags."""

from __future__ import annotations

import html
import re
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from monitor.intake.values import BYTES_LIMIT, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

READ_AS_MAIL = "Read as a mail; lines are counted in its text."
READ_AS_PAGE = "Read as a page; lines are counted in its text."
_HEADER = re.compile(rb"(?:From [^\n]{1,300}\n)?[A-Za-z][A-Za-z0-9-]{0,60}:[ \t\r\n]")
# Only a message that was transported has one of these; a pasted one has no encoding to take off.
_TRANSPORTED = re.compile(
    rb"^(?:MIME-Version|Content-Transfer-Encoding|Received|Message-ID|Return-Path):",
    re.IGNORECASE | re.MULTILINE,
)
_HEAD_LIMIT = 64 * 1024  # bytes in which the header of a mail ends
_SHOWN = ("From", "Subject")  # what names the shop and the order, beside the body
_CANNOT = "The mail cannot be taken apart. Open it, copy its text, and paste it: parcels import -"

_PAGE = re.compile(r"\s*(?:<\?xml[^<>]{0,200}>\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_TAG = re.compile(r"<([/!a-zA-Z?][^<>]*)>")
_NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9]*)")
_UNSEEN = frozenset({"script", "style", "title", "template"})
_WITHIN_A_LINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "label",
        "mark",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "td",
        "th",
        "tt",
        "u",
    ]
)


def mail_texts(data: bytes) -> tuple[str, ...]:
    """The texts of a saved mail, the plain one first; none of anything else. Raises Unreadable."""
    head = re.split(rb"\r?\n\r?\n", data[:_HEAD_LIMIT], maxsplit=1)[0]
    if len(data) > BYTES_LIMIT or not (_HEADER.match(head) and _TRANSPORTED.search(head)):
        return ()
    try:
        message = message_from_bytes(data, policy=policy.default)
        texts = tuple(_bodies(message))
    except (LookupError, ValueError, TypeError, AttributeError, RecursionError):
        raise Unreadable(_CANNOT) from None  # what the package raises for a damaged one is not told
    if not texts:
        raise Unreadable(_CANNOT)
    return texts


def _bodies(message: EmailMessage) -> Iterator[str]:
    above = "".join(f"{name}: {message[name]}\n" for name in _SHOWN if message[name])
    for kind in ("plain", "html"):
        body = message.get_body((kind,))
        if body is not None:
            text = body.get_content()
            yield f"{above}\n{seen(text) if kind == 'html' else text}"


def is_page(text: str) -> bool:
    return _PAGE.match(text[:2_000]) is not None


def seen(page: str) -> str:
    """The text of HTML: a line for each block, nothing of scripts, references resolved.

    Tags are only taken out, in one go and in linear time, whatever is left open.
    """
    found: list[str] = []
    unseen = ""
    for place, part in enumerate(_TAG.split(page)):
        if place % 2 == 0:
            found.append("" if unseen else re.sub(r"\s+", " ", part))
            continue
        named = _NAME.match(part)
        name = named[1].casefold() if named else ""
        if unseen:
            unseen = "" if part.startswith("/") and name == unseen else unseen
        elif name in _UNSEEN and not part.startswith("/"):
            unseen = name
        elif name:
            found.append(" " if name in ("td", "th") else "" if name in _WITHIN_A_LINE else "\n")
    lines = (line.strip() for line in html.unescape("".join(found)).split("\n"))
    return "\n".join(line for line in lines if line)
