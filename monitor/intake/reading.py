"""Bytes of any kind as parcels: what sort of input it is, and who reads it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.intake.decoding import decoded
from monitor.intake.gathering import Row, gathered
from monitor.intake.lists import read_list
from monitor.intake.tables import has_heading, read_table
from monitor.intake.texts import read_text
from monitor.intake.unwrapping import READ_AS_MAIL, READ_AS_PAGE, is_page, mail_texts, seen
from monitor.intake.values import Understood

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

KINDS = ("csv", "json", "text", "numbers")
_ENDINGS = {".csv": "csv", ".tsv": "csv", ".json": "json"}
# What spreadsheets take for the delimiter; the line stays, so that all others keep their number.
_SEPARATOR = re.compile(r"\Asep=.(?=\r?\n)", re.IGNORECASE)
_JSON = re.compile(r"\s*(?:\[\s*(?:[\]{\"\[]|$)|\{\s*[\"}])")


def understand(
    data: bytes,
    shops: Sequence[str] = (),
    *,
    name: str = "",
    kind: str = "",
    today: date | None = None,
) -> Understood:
    """The parcels in the bytes of a file called `name`. `kind` is one of KINDS, "" to find out.

    `shops` are the names a text may mean; by `today` (the owner's) a date without a year gets one. Raises Unreadable (a BadInput) with a sentence where the
    whole cannot be read; what is wrong with single rows stands in `faults`.
    """
    if kind in ("", "text"):
        mails = mail_texts(data)
        if mails:
            return _of_mail(mails, shops, today)
    text, said = decoded(data)
    text = _SEPARATOR.sub("", text)
    kind = kind or _kind(text, name)
    page = kind == "text" and is_page(text)
    found = _read(seen(text) if page else text, shops, kind, today)
    notes = tuple(note for note in (said, READ_AS_PAGE if page else "", *found.notes) if note)
    return replace(found, notes=notes)


def _of_mail(texts: Sequence[str], shops: Sequence[str], today: date | None) -> Understood:
    """Its plain text, or the one with tags where that says more: some hold a mere link in the other."""
    read = [read_text(text, shops, today) for text in texts]
    best = max(read, key=lambda each: len(each.found))  # the first of those that say as much
    return replace(best, notes=(READ_AS_MAIL, *best.notes))


def _kind(text: str, name: str) -> str:
    ending = name[name.rfind(".") :].casefold() if "." in name else ""
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    if _JSON.match(text[:200]):
        return "json"
    return "csv" if has_heading(text) else "text"


def _read(text: str, shops: Sequence[str], kind: str, today: date | None) -> Understood:
    if kind == "csv":
        return read_table(text)
    if kind == "json":
        return read_list(text)
    if kind == "numbers":
        return _as_given(text)
    return read_text(text, shops, today)


def _as_given(text: str) -> Understood:
    """Every word a number, as `add` takes them: one that cannot be is a fault."""
    words = (
        (place, word)
        for place, line in enumerate(text.splitlines(), 1)
        for word in re.split(r"[\s,;|]+", line)
        if word
    )
    rows = (Row(place, {"number": word}, "you say so") for place, word in words)
    found, faults = gathered(rows)
    return Understood("numbers", found, faults=faults)
