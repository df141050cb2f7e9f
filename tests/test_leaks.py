"""A secret that a test lets out is found, in whatever form and wherever it lies."""

from __future__ import annotations

import base64
import sqlite3
import zlib
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests import leaks

if TYPE_CHECKING:
    from pathlib import Path

SECRET = leaks.KEY


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that is not searched when the test is over."""
    return tmp_path_factory.mktemp("elsewhere")


@pytest.mark.parametrize("before", ["", "a", "ab", "user:", "17token: "])
def test_a_secret_in_base64_is_found_wherever_it_begins(before: str) -> None:
    assert leaks.in_text(base64.b64encode(f"{before}{SECRET}-more".encode()).decode())


@pytest.mark.parametrize(
    "text", ["", "sentinel", "a key of forty letters", base64.b64encode(b"x" * 90).decode()]
)
def test_what_holds_no_secret_is_let_be(text: str) -> None:
    assert leaks.in_text(text) == ""


def test_a_secret_is_found_in_every_file_but_where_it_belongs(elsewhere: Path) -> None:
    for name in (
        "config.toml",
        "c/adapters__x__api_key",
        "key",
        "mail-url",
        "out.log",
        "state/x.db-wal",
    ):
        path = elsewhere / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"a {quote(SECRET)} b", encoding="ascii")
    assert leaks.in_files(elsewhere) == ["out.log", "state/x.db-wal"]


def test_a_secret_is_found_in_an_answer_that_a_database_keeps_packed(elsewhere: Path) -> None:
    path = elsewhere / "parcels.db"
    rows = sqlite3.connect(path)
    rows.execute("CREATE TABLE answer (body BLOB)")
    rows.execute("INSERT INTO answer VALUES (?)", (zlib.compress(SECRET.encode()),))
    rows.commit()
    rows.close()
    assert SECRET.encode() not in path.read_bytes()
    assert leaks.in_files(elsewhere) == ["parcels.db"]


def test_the_line_with_the_secret_is_told() -> None:
    assert leaks.in_text(f"one\ntwo {SECRET}\nthree") == f"two {SECRET}"
