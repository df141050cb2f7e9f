"""The text in the bytes of a file, whatever program has written it."""

from __future__ import annotations

import codecs

from monitor.intake.values import BYTES_LIMIT, Unreadable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", ""),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_SAVE_AS = "open it, and save the table as CSV."
# How files begin that are no text, and what to do with each instead.
_NO_TEXT = (
    (b"PK\x03\x04", f"This is a workbook or an archive: {_SAVE_AS}"),
    (b"\xd0\xcf\x11\xe0", f"This is an old workbook: {_SAVE_AS}"),
    (b"%PDF-", "This is a PDF: open it, copy its text, and paste it: parcels import -"),
    (b"\x89PNG", "This is a picture: type its number: parcels add NUMBER"),
    (b"\xff\xd8\xff", "This is a picture: type its number: parcels add NUMBER"),
    (b"\x1f\x8b", "This is compressed: unpack it first."),
    (
        b"SQLite format 3\0",
        "This is a database, and no list of parcels; a copy goes back with: parcels restore",
    ),
)
_LOOKED_AT = 4_096  # bytes by which UTF-16 without a mark is told
_MOSTLY = 0.7  # of the characters are below U+0100 there


def decoded(data: bytes) -> tuple[str, str]:
    """The text, and what to say of its encoding ("" for UTF-8). Raises Unreadable with a sentence."""
    if len(data) > BYTES_LIMIT:
        raise Unreadable(
            f"The input is larger than {BYTES_LIMIT // 2**20} MiB; import it in parts."
        )
    for beginning, sentence in _NO_TEXT:
        if data.startswith(beginning):
            raise Unreadable(sentence)
    text, said = _by_mark(data) or _by_content(data)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise Unreadable(
            f"Line {line} holds a NUL byte: this is no text. Export it as CSV or JSON."
        )
    return text, said


def _by_mark(data: bytes) -> tuple[str, str] | None:
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], codec, name or "UTF-8"), name and f"Read as {name}."
    return None


def _by_content(data: bytes) -> tuple[str, str]:
    codec = _wide(data)
    if codec:
        return _strictly(data, codec, "UTF-16"), "Read as UTF-16."
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        return _strictly(data, "cp1252", "UTF-8 or Windows-1252"), "Read as Windows-1252."


def _wide(data: bytes) -> str:
    """UTF-16 without its mark: of most characters one byte of two is nought."""
    head = data[:_LOOKED_AT]
    pairs = len(head) // 2
    if not pairs:
        return ""
    if head[1::2].count(0) / pairs >= _MOSTLY:
        return "utf-16-le"
    return "utf-16-be" if head[::2].count(0) / pairs >= _MOSTLY else ""


def _strictly(data: bytes, codec: str, name: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            f"Line {line} cannot be read as {name} (byte {error.start + 1}). Save the file as UTF-8."
        ) from None
