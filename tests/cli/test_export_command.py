"""`export` writes what `import` takes back, unharmed and harmless."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings, strategies as st

from monitor.history import History
from monitor.intake import understand
from monitor.intake.columns import COLUMNS
from monitor.intake.writing import as_csv, as_json
from monitor.parcel import Parcel, clean_text
from tests.cli.desk import KETTLE, LAMP

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.desk import Desk

FACTS = (
    "--label", "=1+1; \"a\", 'b'", "--shop", "temu", "--ordered", "2026-08-01", "--paid", "2026-08-02", "--paid-with", "visa",
    "--shipped", "2026-08-20", "--expected", "2026-09-20", "--protected-until", "2026-10-01", "--protection-days", "75",
    "--cover", "insurance=2026-12-31", "--cover", "paypal=2027-01-05", "--from", "CN", "--to", "DE", "--order-id", "+49",
    "--price", "12.50", "--currency", "EUR", "--seller", "@Example", "--url", "https://shop.example/7",
    "--adapter", "cainiao", "--adapter", "seventeentrack", "--carrier", "-Cainiao", "--extra", "postcode=10115", "--extra", "note=a;b\\c",
)  # fmt: skip


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_what_is_exported_imported_elsewhere_and_exported_there_is_the_same(
    bare: Desk, kind: str
) -> None:
    bare("add", KETTLE, *FACTS)
    bare("add", LAMP, "RR123456789CN")
    bare("done", LAMP, "--as", "lost", "--on", "2026-08-30")
    path = str(bare.folder / f"parcels.{kind}")
    assert bare("export", path).code == 0
    first = bare("export", "--format", kind).out
    bare.environ["XDG_STATE_HOME"] = str(bare.folder / "elsewhere")
    bare.at(3)
    assert bare("import", path, "--yes").code == 0
    assert bare("export", "--format", kind).out == first


def test_finished_parcels_are_exported_too_unless_the_watched_ones_alone_are_wanted(
    bare: Desk,
) -> None:
    bare("add", KETTLE, LAMP)
    bare("done", LAMP)
    assert [row["done_as"] for row in bare("export", "--json").json] == [None, "received"]
    assert [row["number"] for row in bare("export", "--json", "--watched").json] == [KETTLE]


def test_a_file_is_written_as_a_whole_and_for_the_owner_alone(bare: Desk) -> None:
    bare("add", KETTLE, "--label", "Kettle")
    path: Path = bare.folder / "parcels.json"
    path.write_text("an earlier one", "utf-8")
    ran = bare("export", str(path))
    assert (ran.code, ran.out) == (0, "")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text("utf-8"))[0]["label"] == "Kettle"
    assert {p.name for p in bare.folder.iterdir()} == {"parcels.json", "state"}


@pytest.mark.parametrize(
    ("name", "said"), [("nowhere/p.csv", "cannot be written"), (".", "is a folder")]
)
def test_a_file_that_cannot_be_written_is_said(bare: Desk, name: str, said: str) -> None:
    ran = bare("export", str(bare.folder / name))
    assert (ran.code, said in ran.err) == (2, True)


def test_nothing_but_a_file_is_replaced(bare: Desk) -> None:
    pipe: Path = bare.folder / "pipe"
    os.mkfifo(pipe)
    said = {
        ("export", str(pipe)): "is no ordinary file; name another one.",
        ("calendar", "-o", str(pipe)): "is no ordinary file; name another one.",
        ("backup", str(pipe), "--force"): "is no file, but a device or a pipe",
    }
    for command, sentence in said.items():
        ran = bare(*command)
        assert (ran.code != 0, sentence in ran.err) == (True, True), ran.err
        assert pipe.is_fifo()


def test_with_no_parcels_the_heading_alone_is_written(bare: Desk) -> None:
    assert bare("export").out == ",".join(COLUMNS) + "\n"
    assert bare("export", "--json").json == []


_TEXT = st.text(st.characters(codec="utf-8"), max_size=40).map(lambda text: clean_text(text, 200))
_DAY = st.none() | st.dates(date(2000, 1, 1), date(2026, 9, 1))
_NAME = st.from_regex(r"[a-z][\w.-]{0,10}", fullmatch=True).filter(str.isascii)
_PARCELS = st.builds(
    Parcel,
    id=st.just(0),
    number=st.from_regex(r"[A-Z0-9-]{5,50}", fullmatch=True),
    added_at=st.just(datetime(2026, 9, 1, tzinfo=UTC)),
    label=_TEXT,
    ordered=_DAY,
    shipped=_DAY,
    protection_days=st.none() | st.integers(1, 730),
    covers=st.dictionaries(_NAME, _DAY.filter(bool), max_size=3).map(lambda d: tuple(d.items())),
    order_id=_TEXT,
    seller=_TEXT,
    carrier=_TEXT,
    extra=st.dictionaries(_NAME, _TEXT.filter(bool), max_size=3).map(lambda d: tuple(d.items())),
)


def given_back(parcel: Parcel) -> dict[str, object]:
    """The facts as an import is to be given them."""
    pairs = {name: tuple(f"{k}={v}" for k, v in getattr(parcel, name)) for name in ("covers", "extra")}  # fmt: skip
    plain = ("label", "ordered", "shipped", "protection_days", "order_id", "seller", "carrier")
    texts = {name: str(value) for name in plain if (value := getattr(parcel, name))}
    return {**texts, **{name: value for name, value in pairs.items() if value}}


@settings(max_examples=40)
@given(st.lists(_PARCELS, max_size=3, unique_by=lambda parcel: parcel.number))
def test_whatever_a_parcel_holds_is_given_back_by_both_forms(parcels: list[Parcel]) -> None:
    for kind, text in (("csv", as_csv(parcels)), ("json", as_json(parcels))):
        understood = understand(text.encode(), kind=kind)
        assert understood.faults == ()
        assert [found.number for found in understood.found] == [p.number for p in parcels]
        for found, parcel in zip(understood.found, parcels, strict=True):
            facts = {name: value for name, value in found.facts.items() if name != "added"}
            assert facts == given_back(parcel)


@given(_TEXT, _TEXT)
def test_no_cell_begins_as_a_formula(label: str, seller: str) -> None:
    parcel = Parcel(0, KETTLE, datetime(2026, 9, 1, tzinfo=UTC), label=label, seller=seller)
    for row in csv.reader(io.StringIO(as_csv([parcel]), newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


def test_every_fact_that_is_stored_is_a_column(tmp_path: Path) -> None:
    now = datetime(2026, 9, 1, tzinfo=UTC)
    with History.open(tmp_path / "p.db", now=now) as history:
        columns = {row["name"] for row in history._store.rows("PRAGMA table_info(parcel)")}
    inner = {"id", "judge_at", "check_at", "judged_with", "touched_at"}
    written = {
        f"{name}_at" if name in ("added", "done") else fact for name, fact in COLUMNS.items()
    }
    assert columns - inner == written
