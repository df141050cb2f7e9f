"""Answers of Cainiao as they were recorded are read as a person would read them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.adapters.cainiao import Cainiao
from monitor.adapters.contract import (
    Ask,
    Failure,
    FailureKind,
    NotYet,
    Outcome,
    Snapshot,
    SourceTrouble,
)
from monitor.adapters.testing import told
from monitor.parcel import Alias, Stage, TimeQuality
from monitor.reading import read
from monitor.transport import Answer

SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "cainiao"
NOW = datetime(2026, 11, 1, 8, tzinfo=UTC)
pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the sample answers are not beside this checkout"
)
FILES = sorted(SAMPLES.glob("*.*"))
REAL = [path for path in FILES if "_REAL" in path.stem and "batch" not in path.stem]


def body(name: str) -> bytes:
    return next(path for path in FILES if path.stem.startswith(name)).read_bytes()


def rows(data: bytes) -> list[Any]:
    found: list[Any] = json.loads(data)["module"]
    return found


def outcomes(data: bytes) -> tuple[Outcome, ...]:
    asks = [Ask(entry["mailNo"]) for entry in rows(data)]
    return Cainiao().parse(Answer(200, {}, data), asks, NOW)


def snapshot(name: str) -> Snapshot:
    (found,) = outcomes(body(name))
    assert isinstance(found, Snapshot)
    return found


REFUSALS = [p for p in FILES if "challenge" in p.stem or "failure" in p.stem]


@pytest.mark.parametrize("path", REFUSALS, ids=lambda path: path.stem)
def test_a_sample_of_a_refusal_is_told_as_what_it_is(path: Path) -> None:
    with pytest.raises(SourceTrouble) as caught:
        Cainiao().parse(Answer(200, {}, path.read_bytes()), [Ask("RC000000001EE")], NOW)
    challenged = "challenge" in path.stem
    assert caught.value.kind is (FailureKind.CHALLENGE if challenged else FailureKind.TRANSIENT)
    assert "REDACTED" not in told(caught.value)


@pytest.mark.parametrize("path", [p for p in FILES if p not in REFUSALS], ids=lambda p: p.stem)
def test_every_other_sample_is_understood(path: Path) -> None:
    found = outcomes(path.read_bytes())
    assert found
    assert not [o for o in found if isinstance(o, Failure)]


def real_events() -> list[Any]:
    return [
        pytest.param(entry, row, id=f"{entry['mailNo']} {row['timeStr']}")
        for path in REAL
        for entry in rows(path.read_bytes())
        for row in entry["detailList"]
    ]


@pytest.mark.parametrize(("entry", "row"), real_events())
def test_a_real_event_happened_at_its_clock_in_its_zone(entry: Any, row: Any) -> None:
    data = json.dumps({"module": [entry | {"detailList": [row]}], "success": True}).encode()
    (found,) = outcomes(data)
    assert isinstance(found, Snapshot)
    hours = int(row["timeZone"].removeprefix("GMT").partition(":")[0])
    wall = datetime.fromisoformat(row["timeStr"]).replace(tzinfo=UTC)
    assert found.events[0].at == wall - timedelta(hours=hours)
    assert found.events[0].time_quality in (TimeQuality.EXACT, TimeQuality.OFFSET_ASSUMED)
    assert row["time"] == (wall - timedelta(hours=8)).timestamp() * 1000


def test_there_are_seventeen_real_events() -> None:
    assert len(real_events()) == 17


def test_the_parcel_to_belgium_is_delivered_at_an_hour_that_is_assumed() -> None:
    found = snapshot("delivered_belgium")
    assert (found.origin, found.destination, found.status) == ("CN", "BE", "DELIVERED")
    newest = found.events[0]
    assert (newest.code, newest.last_mile) == ("GTMS_SIGNED", True)
    assert newest.time_quality is TimeQuality.OFFSET_ASSUMED
    assert [e.last_mile for e in found.events] == [True, True, *[False] * 5]
    stages = [read(e.text, code=e.code, source=e.source).stage for e in found.events]
    assert stages[:3] == [Stage.DELIVERED, Stage.OUT_FOR_DELIVERY, Stage.CLEARANCE_SUCCESS]


def test_the_parcel_to_ukraine_goes_by_another_number_too() -> None:
    found = snapshot("customs_left_ukraine")
    assert found.aliases == (Alias("RC000000003EE", "", "cainiao"),)
    assert (found.destination, found.status) == ("UA", "CLEAR_CUSTOMS")
    assert "Xiaoshan District" in {e.place for e in found.events}


def test_the_parcel_to_brazil_speaks_in_standard_words_alone() -> None:
    found = snapshot("import_cleared_brazil")
    assert [e.text for e in found.events] == [
        "Import customs clearance complete",
        "Processing at sorting center",
        "Received by logistics company",
    ]
    assert [e.place for e in found.events] == ["", "Shatian Town", ""]


def test_the_parcel_to_bangladesh_goes_by_economy() -> None:
    found = snapshot("economy_bangladesh")
    assert (found.economy, found.destination) == (True, "BD")


def test_the_held_parcel_reads_as_a_stay_in_import_customs() -> None:
    events = snapshot("import_exception").events
    stages = [read(e.text, code=e.code, source=e.source).stage for e in events]
    assert stages == [
        Stage.CLEARANCE_EXCEPTION,
        Stage.CLEARANCE_START,
        Stage.IN_TRANSIT,
        Stage.IN_TRANSIT,
        Stage.EXPORT_CLEARANCE,
        Stage.IN_TRANSIT,
    ]


def test_the_seller_has_not_shipped_yet() -> None:
    found = snapshot("awaiting_seller")
    assert (found.events, found.status) == ((), "WAIT_SELLER_SEND_GOODS")


def test_the_number_without_a_history_is_known_by_its_link() -> None:
    found = snapshot("linked_numbers")
    assert found.events == ()
    assert found.aliases == (Alias("CNG00839881455575", "", "cainiao"),)


def test_the_unknown_number_is_not_known_yet() -> None:
    assert outcomes(body("unknown_number")) == (NotYet("LP00000000000", NOW),)


def test_a_mixed_batch_gives_to_each_number_what_it_would_get_alone() -> None:
    ukraine, unknown, belgium = outcomes(body("batch_mixed"))
    assert ukraine == snapshot("customs_left_ukraine")
    assert isinstance(unknown, NotYet)
    assert belgium == snapshot("delivered_belgium")


def test_nothing_that_moves_by_itself_stands_in_the_evidence() -> None:
    for path in REAL:
        for outcome in outcomes(path.read_bytes()):
            assert isinstance(outcome, Snapshot)
            kept = json.loads(outcome.evidence)
            assert kept["detailList"]
            assert "daysNumber" not in kept
            assert "progressRate" not in outcome.evidence.decode()
