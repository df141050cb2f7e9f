"""The schema: strict, kept for later versions, and spoken to in one place only."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.history import History, schema
from tests.history.given import FIXTURES, NOW, newest_fixture, parcel, schema_of

HERE = Path(__file__).parent
MONITOR = HERE.parents[1] / "monitor"
OLD = sorted((HERE / FIXTURES).glob("schema-*.sql"))


def test_the_present_schema_is_the_newest_one_kept(history: History) -> None:
    """After a new migration: python -m tests.history.write_schema, and commit both."""
    kept = newest_fixture(HERE / FIXTURES)
    assert kept.stem == f"schema-{len(schema.KNOWN)}"
    assert schema_of(history) == kept.read_text(encoding="utf-8")


@pytest.mark.parametrize("old", OLD, ids=lambda path: path.stem)
def test_a_file_of_every_version_kept_becomes_the_present_one(old: Path, path: Path) -> None:
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.executescript(old.read_text(encoding="utf-8"))
    connection.close()
    with History.open(path, now=NOW) as history:
        assert schema_of(history) == newest_fixture(HERE / FIXTURES).read_text(encoding="utf-8")
        history.parcels.add(parcel())


def test_every_migration_is_known_by_name_in_its_order(history: History) -> None:
    applied = history._store.tuples("SELECT name FROM _sqlite_migrations ORDER BY rowid")
    assert tuple(name for (name,) in applied) == schema.KNOWN


def test_every_table_is_strict_and_no_table_is_unnamed(history: History) -> None:
    tables = {
        name: strict
        for _, name, kind, _, _, strict in history._store.tuples("PRAGMA table_list")
        if kind == "table" and not name.startswith("sqlite_")
    }
    assert set(tables.values()) == {1}
    assert tables.keys() - {"_sqlite_migrations"} == schema.TABLES


def test_a_file_says_what_it_is(path: Path) -> None:
    History.open(path, now=NOW).close()
    header = path.read_bytes()[:100]
    assert header[68:72] == b"PCLS"
    assert int.from_bytes(header[60:64], "big") == len(schema.KNOWN)


@pytest.mark.parametrize("view", ["open_alerts", "parcel_overview", "deadlines"])
def test_the_views_can_be_read_by_anybody(history: History, view: str) -> None:
    assert history._store.rows(f"SELECT * FROM {view}") == []  # noqa: S608 - a name of ours


SOURCES = sorted(MONITOR.rglob("*.py"))


@pytest.mark.parametrize(
    ("pattern", "allowed"),
    [
        pytest.param(r"with\s+[\w.]*\bconn(ection)?\s*(:|,|as\b)", set(), id="with connection"),
        pytest.param(r"\.atomic\(", set(), id="a deferred transaction"),
        pytest.param(r"\.executescript\(", set(), id="a script"),
        pytest.param(r'"BEGIN\b(?!:)', {"history/connection.py"}, id="a transaction begun by hand"),
        pytest.param(r"\b(insert_all|upsert_all|upsert)\(", set(), id="slow or lossy writing"),
        pytest.param(r"import sqlite3|sqlite_utils import", None, id="SQL outside the history"),
    ],
)
def test_nowhere_in_the_program(pattern: str, allowed: set[str] | None) -> None:
    names = [source.relative_to(MONITOR).as_posix() for source in SOURCES]
    found = {
        name
        for name, source in zip(names, SOURCES, strict=True)
        if re.search(pattern, source.read_text(encoding="utf-8"))
    }
    if allowed is None:
        assert all(name.startswith("history/") for name in found)
    else:
        assert found == allowed


def test_nothing_in_the_history_can_wait_while_it_holds_the_lock() -> None:
    for source in (MONITOR / "history").glob("*.py"):
        assert not re.search(r"\b(await|async|sleep)\b", source.read_text(encoding="utf-8"))


def test_importing_the_history_imports_nothing_heavy() -> None:
    heavy = "{'apprise', 'apscheduler', 'httpx', 'rich', 'pydantic', 'holidays', 'asyncio', 'ssl'}"
    code = f"import sys, monitor.history; print(sorted({heavy} & sys.modules.keys()))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=MONITOR.parent, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
