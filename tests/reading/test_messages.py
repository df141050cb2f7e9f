"""Side, cause, denials, misspellings and look-alikes in carriers' messages."""

from __future__ import annotations

import pytest

from monitor.parcel import Cause, Side, Stage
from monitor.reading import read

START = Stage.CLEARANCE_START
STOPPED = Stage.CLEARANCE_EXCEPTION
PAY = Stage.CLEARANCE_PAYMENT_DUE
PAPERS = Stage.CLEARANCE_DOCUMENTS_NEEDED
REFUSED = Stage.CLEARANCE_FAILURE
CLEARED = Stage.CLEARANCE_SUCCESS
EXPORT = Stage.EXPORT_CLEARANCE
EXPORT_STOPPED = Stage.EXPORT_CLEARANCE_EXCEPTION

SIDES = [
    pytest.param("Import clearance start", Side.IMPORT, id="import is named"),
    pytest.param("Export clearance success", Side.EXPORT, id="export is named"),
    pytest.param("Cleared customs in country of origin", Side.EXPORT, id="the origin is export"),
    pytest.param("Customs clearance started", Side.UNKNOWN, id="no side is named"),
    pytest.param(
        "Transit country clearance started", Side.TRANSIT, id="a transit country is named"
    ),
    pytest.param("出口清关完成", Side.EXPORT, id="Chinese export"),
    pytest.param("目的国清关异常", Side.IMPORT, id="Chinese destination country"),
    pytest.param("In transit", Side.UNKNOWN, id="a movement has no side"),
]


@pytest.mark.parametrize(("text", "side"), SIDES)
def test_the_side_is_told_apart_from_the_outcome(text: str, side: Side) -> None:
    assert read(text).side is side


CAUSES = [
    pytest.param("Import clearance failure: tax and duty", Cause.PAYMENT, id="failure over duty"),
    pytest.param("Import clearance failure: invoice", Cause.DOCUMENTS, id="failure over papers"),
    pytest.param("Import clearance failed, prohibited goods", Cause.PROHIBITED, id="prohibited"),
    pytest.param("Customs seized counterfeit goods", Cause.PROHIBITED, id="counterfeit and seized"),
    pytest.param("Destroyed by customs", Cause.PROHIBITED, id="destroyed"),
    pytest.param("Awaiting customs payment", Cause.PAYMENT, id="payment due"),
    pytest.param("Customs requires more documents", Cause.DOCUMENTS, id="documents needed"),
    pytest.param("进口清关失败:侵权产品", Cause.PROHIBITED, id="Chinese infringing goods"),
    pytest.param("Held by customs", None, id="a hold without a reason"),
    pytest.param("Released by customs, duties paid", None, id="a release has no cause"),
    pytest.param("Delivered", None, id="a delivery has no cause"),
]


@pytest.mark.parametrize(("text", "cause"), CAUSES)
def test_the_cause_is_what_customs_wants_or_objects_to(text: str, cause: Cause | None) -> None:
    assert read(text).cause is cause


TURNS = [
    pytest.param("The item has not cleared customs yet", START, id="not yet cleared is waiting"),
    pytest.param("Customs clearance has not been completed", START, id="not completed is waiting"),
    pytest.param("Awaiting release by customs", START, id="awaited release is none"),
    pytest.param("Pending customs clearance completion", START, id="pending completion is none"),
    pytest.param("Customs will inspect it before release", STOPPED, id="before release is held"),
    pytest.param("Customs could not clear it, not released", STOPPED, id="not released is stopped"),
    pytest.param("Released by customs after inspection", CLEARED, id="the inspection is history"),
    pytest.param("After inspection released by customs", CLEARED, id="whatever the word order"),
    pytest.param("Released from a hold by customs", CLEARED, id="a lifted hold"),
    pytest.param("Customs: no longer held", START, id="a denied hold is no hold"),
    pytest.param("Customs release allowed, duties paid", CLEARED, id="paid does not undo released"),
    pytest.param("Released by customs, duty to be paid", PAY, id="the last thing stated decides"),
    pytest.param("Customs clearance started, held for inspection", STOPPED, id="start, then held"),
    pytest.param(
        "Held by customs, information required", PAPERS, id="the demand explains the hold"
    ),
    pytest.param("Customs: duties not paid", PAY, id="not paid is due"),
    pytest.param("Customs: duties have been paid", START, id="paid is neither due nor released"),
    pytest.param("尚未放行", START, id="Chinese not yet released"),
    pytest.param("缴纳关税后方可放行", PAY, id="Chinese released only once paid"),
]


@pytest.mark.parametrize(("text", "stage"), TURNS)
def test_denials_and_mixed_outcomes_are_heard(text: str, stage: Stage) -> None:
    assert read(text).stage is stage


SPELLINGS = [
    pytest.param("Import customs clearence complete", CLEARED, id="clearence"),
    pytest.param("Import customs clearacne complete", CLEARED, id="swapped letters"),
    pytest.param("Import cusotms clearnce compelte", CLEARED, id="three slips"),
    pytest.param("Emport clearance started", EXPORT, id="Emport is export"),
    pytest.param(
        "\u0422a\u043c\u043e\u0436\u043d\u044f задержала посылку",
        STOPPED,
        id="Latin letters in a Cyrillic word",
    ),
    pytest.param("進口清關異常", STOPPED, id="traditional Chinese"),
    pytest.param("Liberado pela alfandega", CLEARED, id="Portuguese without accents"),
    pytest.param("DEDOUANEMENT TERMINE", CLEARED, id="French capitals without accents"),
    pytest.param("Package cle\u00adared customs", CLEARED, id="a soft hyphen inside a word"),
    pytest.param("\u2f8f\u200b清关完成", CLEARED, id="a radical and a zero width before"),
]


@pytest.mark.parametrize(("text", "stage"), SPELLINGS)
def test_misspellings_and_look_alike_letters_are_read(text: str, stage: Stage) -> None:
    assert read(text).stage is stage


NOT_CUSTOMS = [
    pytest.param("Customer drop-off", Stage.IN_TRANSIT, id="customer is not customs"),
    pytest.param("Import Scan", Stage.IN_TRANSIT, id="a carrier's import scan"),
    pytest.param("Export Scan", Stage.IN_TRANSIT, id="a carrier's export scan"),
    pytest.param("Processed Through Export Hub", Stage.IN_TRANSIT, id="an export hub"),
    pytest.param("Carrier Release", Stage.OTHER, id="a carrier's own release"),
    pytest.param("Held at inward office of exchange", Stage.OTHER, id="the post's own hold"),
    pytest.param("Shipment on hold", Stage.OTHER, id="a hold without a customs word"),
    pytest.param("Private taxi road closed", Stage.UNKNOWN, id="vat and tax inside other words"),
    pytest.param("Lorem ipsum", Stage.UNKNOWN, id="no word is known"),
    pytest.param("", Stage.UNKNOWN, id="nothing is said"),
    pytest.param("12345", Stage.UNKNOWN, id="numbers alone say nothing"),
]


@pytest.mark.parametrize(("text", "stage"), NOT_CUSTOMS)
def test_what_only_looks_like_customs_is_none(text: str, stage: Stage) -> None:
    assert read(text).stage is stage


def test_the_reading_names_the_words_and_the_language_that_decided() -> None:
    reading = read("[Liège] Import customs clearance complete")
    assert reading.language == "en"
    assert set(reading.matched) >= {"customs", "import"}
    assert any("complete" in words for words in reading.matched)


def test_a_text_nobody_understands_matches_nothing() -> None:
    reading = read("zzz")
    assert (reading.stage, reading.matched, reading.language) == (Stage.UNKNOWN, (), "")


def test_the_stage_reads_as_its_name() -> None:
    assert str(read("Delivered").stage) == "delivered"
