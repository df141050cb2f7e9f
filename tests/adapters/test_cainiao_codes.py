"""The reading knows Cainiao's action codes, each with the words that come with it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor.parcel import Cause, Side, Stage
from monitor.reading import read
from monitor.reading.codes import meaning

PAGE = Path(__file__).parents[3] / "shared" / "apis" / "cainiao.md"

SAID = [
    pytest.param("CC_IM_START", "Import clearance start", "clearance_start", "import", id="start"),
    pytest.param("CC_IM_START", "", "clearance_start", "import", id="start without words"),
    pytest.param(
        "CC_IM_FAILURE", "Clearance exception", "clearance_exception", "import", id="exception"
    ),
    pytest.param("CC_IM_FAILURE", "", "clearance_exception", "import", id="without words"),
    pytest.param("CUS_TAX", "", "clearance_payment_due", "unknown", id="duty"),
    pytest.param("CC_IM_SUCCESS", "", "clearance_success", "import", id="release without words"),
    pytest.param(
        "CC_IM_SUCCESS", "Custom clearance completed", "clearance_success", "import", id="release"
    ),
    pytest.param("CC_EX_FAILURE", "", "export_clearance_exception", "export", id="export trouble"),
    pytest.param("GTMS_SIGNED", "Package delivered", "delivered", "unknown", id="delivered"),
    pytest.param(
        "GTMS_STA_SIGNED", "Package delivered", "pickup", "unknown", id="a station signed"
    ),
    pytest.param("GTMS_STA_SIGNED", "", "pickup", "unknown", id="a station, without words"),
    pytest.param(
        "CC_IM_SEAL_FAILURE", "", "clearance_exception", "import", id="new import trouble"
    ),
    pytest.param("CC_TRANS_X_FAIL", "", "clearance_exception", "transit", id="new transit trouble"),
    pytest.param("CC_TRANS_X", "", "clearance_start", "transit", id="a new step on the way"),
    pytest.param("GSTA_PUT_FAILURE", "", "delivery_failed", "unknown", id="new station trouble"),
    pytest.param(
        "GTMS_X_EXCEPTION", "", "delivery_failed", "unknown", id="new trouble at the door"
    ),
    pytest.param("LH_X_EXCEPTION", "", "other", "unknown", id="new trouble on the line haul"),
]


@pytest.mark.parametrize(("code", "text", "stage", "side"), SAID)
def test_a_code_with_its_words_says(code: str, text: str, stage: str, side: str) -> None:
    found = read(text, code=code, source="cainiao")
    assert (found.stage, found.side) == (Stage(stage), Side(side))


def test_assessed_duty_is_a_matter_of_money() -> None:
    assert read("", code="CUS_TAX", source="cainiao").cause is Cause.PAYMENT


@pytest.mark.parametrize("text", ["Leaving customs", "Departed from customs", ""])
def test_leaving_customs_does_not_say_whose_customs(text: str) -> None:
    assert read(text, code="CC_HO_OUT_SUCCESS", source="cainiao").side is Side.UNKNOWN


def test_words_about_another_customs_win_over_leaving_customs() -> None:
    out = read("Export customs clearance complete", code="CC_HO_OUT_SUCCESS", source="cainiao")
    assert (out.stage, out.side) == (Stage.EXPORT_CLEARANCE, Side.EXPORT)


def described() -> list[tuple[str, str]]:
    """Code and proposed stage of every row of the description's table."""
    page = PAGE.read_text("utf-8")
    rows = page[page.index("### 2.5") : page.index("not in the official list")].splitlines()
    cells = [row.strip("|").split("|") for row in rows if row.startswith("| ")]
    bare = re.compile(r"\([^)]*\)|\*\*")
    found: list[tuple[str, str]] = []
    for codes, _, stage in (c for c in cells if len(c) == 3):
        named = re.findall(r"(?<!\w)[A-Z][A-Z0-9_]+(?:\*_[A-Z]+)?", bare.sub("", codes))
        found += [(code.replace("*", "ANY").rstrip("_"), stage.strip()) for code in named]
    return found


@pytest.mark.skipif(not PAGE.exists(), reason="the description of the source is not at hand")
def test_every_code_described_has_a_meaning() -> None:
    codes = [code for code, _ in described() if code != "OUT"]
    assert len(codes) > 120
    assert [code for code in codes if meaning(code, "cainiao") is None] == []


@pytest.mark.skipif(not PAGE.exists(), reason="the description of the source is not at hand")
def test_no_code_described_as_a_stop_reads_as_movement() -> None:
    stops = {"customs_exception", "customs_action", "ready_for_pickup", "delivery_failed"}
    moving = {Stage.IN_TRANSIT, Stage.CLEARANCE_SUCCESS, Stage.DELIVERED}
    rows = [(code, stage) for code, stage in described() if stage.split(" ")[0] in stops]
    assert len(rows) > 20
    assert [code for code, _ in rows if read("", code=code, source="cainiao").stage in moving] == []
