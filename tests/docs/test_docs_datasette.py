"""The page on Datasette describes the columns the views have."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from monitor.history import History
from tests.docs.blocks import REPOSITORY
from tests.dossiers import moment

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (REPOSITORY / "docs" / "datasette.md").read_text("utf-8")

SELECT = {
    "open_alerts": "SELECT * FROM open_alerts",
    "parcel_overview": "SELECT * FROM parcel_overview",
    "deadlines": "SELECT * FROM deadlines",
}


def described(view: str) -> list[str]:
    table = PAGE.partition(f"<!-- columns: {view} -->\n")[2].partition("\n\n")[0]
    return [
        name for row in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", row.split("|")[1])
    ]


@pytest.mark.parametrize("view", SELECT)
def test_the_columns_of_the_views_are_those_on_the_page(tmp_path: Path, view: str) -> None:
    path = tmp_path / "parcels.db"
    with History.open(path, now=moment("2026-09-01 08:00")):
        pass
    with closing(sqlite3.connect(path)) as database:
        found = [name for name, *_ in database.execute(SELECT[view]).description]
    assert found == described(view)
