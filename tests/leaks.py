"""Where secrets of the tests turn up: every secret holds one word, which is looked for everywhere.

`conftest` looks into all that a test prints, logs at DEBUG and leaves below `tmp_path`, into the
arguments and the output of every process it starts, and into what its channels received.
"""

from __future__ import annotations

import re
import sqlite3
import zlib
from base64 import b64encode
from contextlib import closing
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.sandbox.receiver import Receiver

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

WORD = "s3ntinel"
"""Stands in every key, token, password and secret address of the tests; no other text holds it."""

KEY = f"{WORD}0key0of0the0desk"
DATABASE = b"SQLite format 3\0"

# Where a secret belongs, because the owner (here: the test) put it there.
AT_HOME = {
    "config*.toml": "a configuration may hold keys; its mode is judged",
    "*/c/*": "a credentials directory",
    "*/credentials/*": "a credentials directory",
    "*/key": "a file that holds a key and nothing else",
    "*-url": "a file that holds a secret address and nothing else",
}


def _in_base64(word: str) -> Iterator[str]:
    """What is left of a word in base64, wherever in the text it begins: `Authorization: Basic …`."""
    for shift in range(3):
        encoded = b64encode(b"\0" * shift + word.encode()).decode()
        whole = (shift + len(word)) // 3 * 4  # what follows changes the rest
        yield encoded[(0, 2, 3)[shift] : whole]


FORMS = tuple(dict.fromkeys([WORD, *_in_base64(WORD)]))
_TEXT = re.compile("|".join(map(re.escape, FORMS)))
_BYTES = re.compile(_TEXT.pattern.encode())


def in_text(text: str) -> str:
    """The line of a text that holds a secret; "" where none does."""
    found = _TEXT.search(text)
    if not found:
        return ""
    start, end = text.rfind("\n", 0, found.start()) + 1, text.find("\n", found.end())
    return text[start : end if end >= 0 else None][:300]


def in_files(folder: Path) -> list[str]:
    """The files below a folder that hold a secret and are not its home."""
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and not _at_home(path) and _holds(path)
    ]


def _at_home(path: Path) -> bool:
    return any(fnmatch(path.name, home) or fnmatch(str(path), home) for home in AT_HOME)


def _holds(path: Path) -> bool:
    try:
        content = path.read_bytes()
    except OSError:  # gone meanwhile, or made unreadable by the test
        return False
    return bool(_BYTES.search(content)) or (
        content.startswith(DATABASE) and any(map(_BYTES.search, _unpacked(path)))
    )


def _unpacked(path: Path) -> Iterator[bytes]:
    """The answers a database keeps packed."""
    tables = "SELECT name FROM sqlite_master WHERE name IN ('answer', 'drift')"
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as rows:
            there = [name for (name,) in rows.execute(tables)]
            every = " UNION ALL ".join(f"SELECT body FROM {name}" for name in there)  # noqa: S608
            for (body,) in rows.execute(every or "SELECT 0 WHERE 0"):
                yield zlib.decompress(body) if isinstance(body, bytes) else b""
    except (sqlite3.Error, zlib.error):  # no database of ours, or one that a test has damaged
        return


def in_messages(fixtures: Iterable[Any]) -> list[str]:
    """The titles of messages that hold a secret, of the receivers among a test's fixtures."""
    return [
        message.title
        for receiver in _receivers(fixtures)
        for message in receiver.messages
        if in_text(message.title + message.body)
    ]


def _receivers(fixtures: Iterable[Any]) -> Iterator[Receiver]:
    for value in fixtures:
        inside = value if isinstance(value, Receiver) else getattr(value, "phone", None)
        if isinstance(inside, Receiver):
            yield inside


def of_a_test(sections: Iterable[tuple[str, str]], fixtures: Mapping[str, Any]) -> list[str]:
    """A line for each place where a secret of this test turned up."""
    printed = [f"{title}: {line}" for title, text in sections if (line := in_text(text))]
    folder = fixtures.get("tmp_path")
    written = [f"file {name}" for name in in_files(folder)] if isinstance(folder, Path) else []
    sent = [f"message {title!r}" for title in in_messages(fixtures.values())]
    return [*printed, *written, *sent]
