"""What goes wrong around the service, beside its sources: files, disk, clock, a network that is late."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest

from tests.cli.desk import KETTLE, held
from tests.daemon.conftest import Place, eventually

pytestmark = pytest.mark.long

HOUR = timedelta(hours=1)
BROKEN = "CREATE UNIQUE INDEX broken ON event (parcel_id)"  # it has three


def _execute(place: Place, sql: str) -> None:
    rows = sqlite3.connect(place.desk.database, isolation_level=None)
    rows.execute(sql).close()
    rows.close()


def test_a_database_that_is_deleted_under_the_service_ends_it_with_a_sentence(place: Place) -> None:
    place.desk("add", KETTLE)
    process = place.start()
    place.looked()
    for ending in ("", "-wal", "-shm"):
        place.desk.database.with_name(f"parcels.db{ending}").unlink()
    assert process.wait(timeout=25) == 78
    assert "was deleted or replaced while the service used it" in place.err


def test_an_answer_that_cannot_be_stored_is_not_asked_for_again_before_the_floor(
    place: Place,
) -> None:
    place.cainiao.script(held())
    place.at(4)
    place.desk("add", KETTLE, "--shop", "none")
    _execute(place, BROKEN)
    place.start()
    eventually(lambda: "look cainiao: it failed" in place.err, "the answer could not be stored")
    place.later(HOUR)
    eventually(lambda: "looking before judging" in place.err, "an hour went by")
    place.desk("edit", KETTLE, "--label", "Kettle")
    assert len(place.cainiao.calls) == 1
    _execute(place, "DROP INDEX broken")
    place.later(1.5 * HOUR)
    eventually(lambda: place.told() == ["opened:notice"], "it was asked for again, and told")
    assert len(place.cainiao.calls) == 2


@pytest.mark.parametrize(
    ("waking", "told"),
    [
        pytest.param("3600", [], id="a network that is late is no blindness"),
        pytest.param("0", ["opened:warning"], id="one that does not come up is"),
    ],
)
def test_after_a_night_switched_off_a_first_failure(
    place: Place, waking: str, told: list[str]
) -> None:
    place.desk("add", KETTLE)
    first = place.start()
    place.looked()
    first.terminate()
    assert first.wait(timeout=25) == 0
    place.cainiao.faults.inject("error_503")
    place.at(1.5)
    place.start(WAKING=waking)
    eventually(lambda: "cainiao failed" in place.err, "the source was not reached")
    place.desk("add", "LP00123456789029", "--protected-until", "2026-09-03")
    eventually(lambda: place.told("protection"), "a deadline was told: sources were judged, too")
    eventually(lambda: place.told("blind") == told, "the source was judged")
