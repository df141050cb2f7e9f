"""`parcels demo` shows a parcel getting stuck and free again, and touches nothing of the owner's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cli.desk import KETTLE

if TYPE_CHECKING:
    from tests.cli.desk import Desk


def tree(desk: Desk) -> dict[str, bytes]:
    files = (p for p in desk.folder.rglob("*") if p.is_file())
    return {str(p.relative_to(desk.folder)): p.read_bytes() for p in files}


def test_the_demo_shows_a_notice_and_its_end_and_leaves_the_owners_files_alone(desk: Desk) -> None:
    desk.configure("[alerts\n")  # not even read
    desk.environ["PARCELS_DATABASE__PATH"] = str(desk.folder / "mine.db")
    desk.environ["PARCELS_NOW"] = "1999"
    before = tree(desk)
    kept = desk.folder / "kept.db"
    shown = desk.process("demo", "--days", "12", "--speed", "1000", "--keep", str(kept))
    assert (shown.code, "Traceback" in shown.err) == (0, False)
    assert "Rain jacket: stopped at import customs" in shown.out
    assert "Rain jacket: through customs or moving again" in shown.out
    assert "opened:notice → resolved:notice" in shown.out
    assert "Desk lamp            nothing to tell" in shown.out
    assert "What to do next" in shown.out
    assert "parcels add " in shown.out
    assert {name: text for name, text in tree(desk).items() if name != "kept.db"} == before
    assert desk.endpoints() == []


def test_the_database_of_the_demo_can_be_kept_and_looked_into(bare: Desk) -> None:
    kept = bare.folder / "kept.db"
    assert bare("demo", "--days", "1", "--speed", "1000", "--keep", str(kept)).code == 0
    listed = bare("list", "--json", PARCELS_DATABASE__PATH=str(kept)).json
    assert "Rain jacket" in [p["label"] for p in listed]


def test_the_demo_never_overwrites_a_file(bare: Desk) -> None:
    mine = bare.folder / "mine.db"
    mine.write_text("mine")
    refused = bare("demo", "--days", "1", "--speed", "1000", "--keep", str(mine))
    assert (refused.code, refused.out) == (2, "")
    assert "exists already" in refused.err
    assert mine.read_text() == "mine"


def test_a_demo_beside_a_real_watch_changes_nothing_of_it(bare: Desk) -> None:
    bare("add", KETTLE)
    assert bare("demo", "--days", "1", "--speed", "1000").code == 0
    assert [p["number"] for p in bare.listed()] == [KETTLE]


def test_a_folder_that_is_not_there_is_said_before_the_demo_begins(bare: Desk) -> None:
    refused = bare("demo", "--days", "1", "--keep", str(bare.folder / "no" / "kept.db"))
    assert (refused.code, refused.out) == (2, "")
    assert "no folder" in refused.err
