"""The service writes the calendar a moment after anybody has changed something."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.cli.desk import KETTLE
from tests.daemon.conftest import eventually

if TYPE_CHECKING:
    from tests.daemon.conftest import Place

pytestmark = pytest.mark.long


def test_it_follows_every_change_and_a_folder_that_is_gone_stops_nothing(place: Place) -> None:
    folder = place.desk.folder / "web"
    path = folder / "parcels.ics"
    folder.mkdir()
    place.desk.environ["PARCELS_CALENDAR__PATH"] = str(path)
    place.start()
    eventually(path.exists, "it was written")
    place.desk("add", KETTLE, "--label", "Kettle", "--shipped", "2026-09-01")
    eventually(lambda: "SUMMARY:Kettle" in path.read_text(), "the new parcel was in it")
    shutil.rmtree(folder)
    place.desk("edit", KETTLE, "--label", "Tea")
    eventually(lambda: "[calendar] path: " in place.err, "it was said that it cannot be written")
    folder.mkdir()
    place.desk("edit", KETTLE, "--label", "Pot")
    eventually(lambda: "the calendar can be written again" in place.err, "it was said that it can")
    assert "SUMMARY:Pot" in path.read_text()
    assert place.err.count("[calendar] path: ") == 1
