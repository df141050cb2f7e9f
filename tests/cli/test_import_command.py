"""`import` shows what it understood, asks, and stores all of it or nothing."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest
from rich.cells import cell_len

from monitor.errors import DiskTrouble
from monitor.history.parcels import Parcels
from tests.cli.desk import KETTLE, LAMP, START, killed
from tests.cli.terminal import on_a_terminal

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.parcel import Parcel
    from tests.cli.desk import Desk

ORDERS = f"""number,label,shop,shipped,price,currency,cover
{KETTLE},Blue kettle,aliexpress,2026-08-20,12.50,EUR,insurance=2026-12-31
{LAMP},Lamp,temu,3d,,,
RR123456789CN,Rain jacket,none,,,,
"""
MAIL = f"""Order ID: 8190231234567890
Item: Blue kettle
Tracking number: {KETTLE}
Shipped on 20 Aug 2026
Questions? Tel. +49 30 1234567
"""


@pytest.fixture
def orders(bare: Desk) -> str:
    return written(bare, "orders.csv", ORDERS)


def written(desk: Desk, name: str, text: str | bytes) -> str:
    path: Path = desk.folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return str(path)


def piped(desk: Desk, data: str, *arguments: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "import", "-", *arguments],
        env=desk._seen(), input=data.encode(), capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def numbers(desk: Desk) -> list[str]:
    return [parcel["number"] for parcel in desk.listed()]


def test_a_dry_run_shows_what_was_understood_and_stores_nothing(bare: Desk, orders: str) -> None:
    ran = bare("import", orders, "--dry-run")
    assert ran.code == 0
    assert [line.split()[:2] for line in ran.out.splitlines()] == [
        ["NUMBER", "WHAT"],
        ["new", KETTLE],
        ["cover", "insurance=2026-12-31"],
        ["new", LAMP],
        ["new", "RR123456789CN"],
        ["The", "check"],
    ]
    assert "Would be: 3 new. Nothing was stored." in ran.err
    assert numbers(bare) == []


def test_with_yes_all_of_it_is_watched(bare: Desk, orders: str) -> None:
    ran = bare("import", orders, "--yes")
    assert (ran.code, "Imported: 3 new." in ran.out) == (0, True)
    kettle, lamp, jacket = bare.listed()
    assert (kettle["label"], kettle["protected_until"]) == ("Blue kettle", "2026-10-19T07:00:00Z")
    assert kettle["next_step"] is not None
    assert (lamp["shop"], jacket["shop"]) == ("temu", "none")
    assert {d["policy"] for d in bare.shown(KETTLE)["deadlines"]} >= {"aliexpress", "insurance"}


def test_it_asks_and_takes_nothing_without_a_yes(bare: Desk, orders: str) -> None:
    refused = bare("import", orders, typed="n\n")
    assert (refused.code, "Import (3 new)?" in refused.err) == (0, True)
    assert numbers(bare) == []
    nobody = bare("import", orders)
    assert (nobody.code, "there is nobody to ask" in nobody.err) == (2, True)
    assert numbers(bare) == []
    assert bare("import", orders, typed="y\n").code == 0
    assert len(numbers(bare)) == 3


def test_what_is_piped_in_is_asked_for_nowhere_but_at_the_terminal(bare: Desk) -> None:
    code, out, err = piped(bare, MAIL)
    assert (code, KETTLE in out, "there is nobody to ask" in err) == (2, True, True)
    assert numbers(bare) == []
    code, shown = on_a_terminal(bare, [("[y/N]: ", "y")], "import", "-", piped=MAIL.encode())
    assert (code, "Imported: 1 new." in shown) == (0, True)
    assert numbers(bare) == [KETTLE]


def test_a_pasted_text_tells_the_facts_and_what_was_not_taken(bare: Desk) -> None:
    code, out, _ = piped(bare, MAIL, "--yes", "--json")
    told = json.loads(out)
    (parcel,) = told["parcels"]
    assert (code, told["kind"], told["imported"]) == (0, "text", True)
    assert (parcel["number"], parcel["label"], parcel["shipped"], parcel["order_id"]) == (
        KETTLE, "Blue kettle", "2026-08-20", "8190231234567890",
    )  # fmt: skip
    assert [(row["text"], row["reason"]) for row in told["passed_over"]] == [
        ("8190231234567890", "order"),
        ("+49 30 1234567", "phone"),
    ]


def test_a_fact_of_a_text_that_cannot_be_is_left_out_and_said(bare: Desk) -> None:
    path = written(bare, "mail.txt", f"{KETTLE}\nShipped on 2026-12-01")
    ran = bare("import", path, "--yes")
    assert "Left out: 2026-12-01 lies ahead; it must be in the past." in ran.out
    assert bare.shown(KETTLE)["protected_until"] is None


def test_what_is_there_is_completed_left_alone_or_finished(bare: Desk, orders: str) -> None:
    bare("add", KETTLE, "--label", "Kettle", "--shop", "ebay", "--seller", "Example Store")
    bare("add", LAMP, "--label", "Old lamp")
    bare("done", LAMP)
    bare("add", "RR123456789CN", "--label", "Rain jacket", "--shop", "none")
    shown = bare("import", orders, "--dry-run", "--json").json["parcels"]
    assert [(row["becomes"], row["changes"]) for row in shown] == [
        ("completes", ["label", "shop", "shipped", "covers", "price", "currency"]),
        ("finished", []),
        ("unchanged", []),
    ]
    assert bare("import", orders, "--yes").code == 0
    assert {p["label"]: p["done"] for p in bare.listed()} == {
        "Blue kettle": False, "Old lamp": True, "Rain jacket": False,
    }  # fmt: skip
    assert "Example Store" in bare("show", KETTLE).out
    again = bare("import", orders, "--yes")
    assert "Nothing changed: 2 unchanged, 1 finished and left alone." in again.out


def test_a_fact_that_was_known_and_becomes_another_is_shown_with_what_it_was(bare: Desk) -> None:
    bare("add", KETTLE, "--ordered", "2026-08-01", "--shipped", "2026-08-03", "--label", "Kettle")
    bare("add", LAMP)
    table = f"number,label,ordered,shipped,price\n{KETTLE},Kettle,2026-08-01,2026-08-04,9.90\n"
    path = written(bare, "again.csv", f"{table}{LAMP},Lamp,,2026-08-05,\n")
    shown = bare("import", path, "--dry-run")
    changed, completed = shown.out.splitlines()[1:]
    assert changed.startswith("changes (shipped, price)")
    assert "shipped 2026-08-04 (was 2026-08-03), 9.90 " in changed
    assert completed.startswith("completes (label, shipped)")
    assert "was" not in completed
    assert "Would be: 1 completed, 1 changed." in shown.err
    assert "Imported: 1 completed, 1 changed." in bare("import", path, "--yes").out


def test_what_changes_is_named_whole_however_much_it_is(bare: Desk) -> None:
    bare("add", KETTLE)
    names = "label,ordered,paid,shipped,expected,price,seller"
    facts = "Kettle,2026-08-01,2026-08-02,2026-08-03,2026-10-05,1.50,Kitchen Wonders"
    path = written(bare, "full.csv", f"number,{names}\n{KETTLE},{facts}\n")
    heading, *lines = bare("import", path, "--dry-run").out.splitlines()
    cells = " ".join(line[: heading.index("NUMBER")].strip() for line in lines)
    assert cells == f"completes ({names.replace(',', ', ')})"


BAD = f"number,label,shop,shipped,price\n{KETTLE},Kettle,kiosk,soon,\n{LAMP},Lamp,temu,,cheap\nRR123456785CN,Coat,,,\nx!,,,,\n"


def test_of_a_table_with_faults_nothing_is_stored_and_every_fault_is_named(bare: Desk) -> None:
    path = written(bare, "bad.csv", BAD)
    ran = bare("import", path, "--yes")
    assert ran.code == 2
    for said in (
        "line 2, column shop: 'kiosk' is not a shop",
        "line 2, column shipped: 'soon' is not a date",
        "line 3, column price: 'cheap' is not a price",
        "line 5, column number:",
        "Nothing imported: 4 faults.",
    ):
        assert said in ran.err
    assert numbers(bare) == []
    told = bare("import", path, "--yes", "--json")
    assert (told.code, len(told.json["errors"]), told.json["imported"]) == (2, 4, False)


def test_every_fact_that_is_agreed_to_is_shown_whole(bare: Desk) -> None:
    table = (
        "number,shop,order_id,ordered,paid,shipped,expected,price,currency,seller\n"
        f"{KETTLE},aliexpress,8123456789012345,2026-08-01,2026-08-02,2026-08-03,2026-10-05,1.50,EUR,Kitchen Wonders\n"
    )
    shown = bare("import", written(bare, "full.csv", table), "--dry-run").out
    long = "92612903029511573030094532"
    assert long in bare("import", written(bare, "long.csv", f"number\n{long}\n"), "--dry-run").out
    for fact in table.splitlines()[1].split(","):
        assert fact in shown
    assert "…" not in shown


def test_the_good_rows_alone_are_taken_when_that_is_wanted(bare: Desk) -> None:
    ran = bare("import", written(bare, "bad.csv", BAD), "--yes", "--skip-bad")
    assert (ran.code, numbers(bare)) == (1, ["RR123456785CN"])


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        pytest.param(["nowhere.csv"], 2, "nowhere.csv cannot be read", id="no such file"),
        pytest.param(["."], 2, "cannot be read", id="a folder"),
        pytest.param(
            ["greeting.txt"],
            1,
            "No tracking number was recognised. parcels add",
            id="no number in it",
        ),
        pytest.param(["empty.txt"], 1, "There is nothing in it.", id="nothing in it"),
        pytest.param(["binary.csv"], 2, "NUL", id="no text"),
        pytest.param([], 2, "FILE", id="no file at all"),
    ],
)
def test_what_cannot_be_imported_is_said(
    bare: Desk, arguments: list[str], code: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(bare, "greeting.txt", "Good morning!\n")
    written(bare, "empty.txt", " \n")
    written(bare, "binary.csv", b"number\n\x00\x01\x02abc")
    monkeypatch.chdir(bare.folder)
    ran = bare("import", *arguments, "--yes")
    assert (ran.code, said in ran.err) == (code, True)
    assert not bare.listed()


def test_what_was_changed_between_the_question_and_the_answer_is_not_undone(bare: Desk) -> None:
    bare("add", KETTLE, "--label", "Kettle")
    path = written(bare, "orders.csv", f"number,seller\n{KETTLE},Example Store\n")
    from monitor.cli import importing

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            importing, "_confirmed", lambda *_: bool(bare("edit", KETTLE, "--label", "Mine").out)
        )
        assert bare("import", path).code == 0
    assert bare.shown(KETTLE)["label"] == "Mine"
    assert "Example Store" in bare("show", KETTLE).out


def test_what_fails_in_the_middle_leaves_none_of_the_parcels(
    bare: Desk, orders: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Parcels.add

    def add(self: Parcels, parcel: Parcel) -> Parcel:
        if parcel.number == LAMP:
            raise DiskTrouble("The disk is full.")
        return real(self, parcel)

    monkeypatch.setattr(Parcels, "add", add)
    ran = bare("import", orders, "--yes")
    assert (ran.code, "The disk is full." in ran.err) == (1, True)
    assert numbers(bare) == []


def test_a_process_that_is_killed_leaves_all_of_the_parcels_or_none(bare: Desk) -> None:
    rows = "".join(f"LP{n:014},Thing {n},aliexpress,2026-08-20\n" for n in range(400))
    path = written(bare, "many.csv", f"number,label,shop,shipped\n{rows}")
    bare("list")
    process = bare.begin("import", path, "--yes")
    while process.poll() is None and not count(bare):
        pass
    killed(process)
    assert count(bare) == 400
    assert bare("poll").code in (0, 1)
    assert all(p["next_step"] for p in bare.listed())


def count(desk: Desk) -> int:
    if not desk.database.exists():
        return 0
    with sqlite3.connect(f"file:{desk.database}?mode=ro", uri=True, timeout=30) as connection:
        ((found,),) = connection.execute("SELECT count(*) FROM parcel").fetchall()
    connection.close()
    assert found in (0, 400)
    return int(found)


def test_two_imports_at_once_leave_each_parcel_once(bare: Desk, orders: str) -> None:
    bare("list")
    processes = [bare.begin("import", orders, "--yes") for _ in range(2)]
    assert [process.wait(timeout=60) for process in processes] == [0, 0]
    assert numbers(bare) == [KETTLE, LAMP, "RR123456789CN"]


def test_an_export_of_another_machine_brings_when_a_parcel_was_added_and_how_it_ended(
    bare: Desk,
) -> None:
    text = (
        "number,label,added,done,done_as\n"
        f"{KETTLE},Kettle,2026-07-01T10:00:00Z,2026-08-01T10:00:00Z,refunded\n"
        f"{LAMP},Lamp,2026-08-25,,\n"
    )
    assert bare("import", written(bare, "old.csv", text), "--yes").code == 0
    assert "done (refunded)" in bare("list", "--all").out
    assert {p["number"]: p["days_silent"] for p in bare.listed()}[LAMP] == 6
    assert f"{START:%Y}" in bare("export").out
    later = bare("import", written(bare, "again.csv", f"number,done\n{LAMP},2026-08-30\n"), "--yes")
    assert "It is watched here, and goes on to be." in later.out
    assert {p["number"]: p["done"] for p in bare.listed()} == {KETTLE: True, LAMP: False}


@pytest.mark.parametrize("columns", [40, 60, 80, 140])
def test_on_a_terminal_what_was_understood_is_no_wider_and_still_whole(
    bare: Desk, columns: int
) -> None:
    mail = bare.folder / "mail.txt"
    mail.write_text(
        "AliExpress\nOrder ID: 8190231234567890\nOrder date: Nov 02, 2025\n"
        "Wireless headset with noise cancelling, 黑色, and a long name besides\nUS $23.49 x1\n"
        "Total: US $25.10\nShipped on 5 Nov 2025\nTracking number: LP00123456789012\n"
        "Contact seller: +86 755 1234 5678\n"
    )
    said = bare("import", str(mail), "--dry-run", columns=columns)
    shown = click.unstyle(said.out).splitlines()
    assert max(map(cell_len, shown)) <= columns
    words = " ".join(" ".join(shown).split())
    for fact in ("8190231234567890", "ordered 2025-11-02", "25.10 USD", "its form: Cainiao order"):
        assert fact in words


def test_hints_are_broken_between_words_on_a_terminal(bare: Desk) -> None:
    shown = bare("add", "LX471930521CN", "--label", "Kettle", columns=60).out
    assert max(map(len, shown.splitlines())) <= 60
    assert "(or --protected-until DATE)" in " ".join(shown.split())
