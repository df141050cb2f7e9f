"""Event codes of 17TRACK, Cainiao and adapters, alone and beside a text."""

from __future__ import annotations

import pytest

from monitor.parcel import Cause, Side, Stage
from monitor.reading import read

ALONE = [
    pytest.param("CC_IM_START", "cainiao", Stage.CLEARANCE_START, id="import clearance started"),
    pytest.param("CC_IM_SUCCESS", "cainiao", Stage.CLEARANCE_SUCCESS, id="import clearance done"),
    pytest.param("CC_IM_FAILURE", "cainiao", Stage.CLEARANCE_EXCEPTION, id="failure is exception"),
    pytest.param("CUS_TAX", "Cainiao/AliExpress", Stage.CLEARANCE_PAYMENT_DUE, id="duty assessed"),
    pytest.param("CC_EX_SUCCESS", "AliExpress", Stage.EXPORT_CLEARANCE, id="export done"),
    pytest.param("CC_EX_FAILURE", None, Stage.EXPORT_CLEARANCE_EXCEPTION, id="export trouble"),
    pytest.param(
        "CC_EX_WAIT_FAIL", None, Stage.EXPORT_CLEARANCE_EXCEPTION, id="unknown export code"
    ),
    pytest.param("CIQ_NEW_FAILURE", None, Stage.CLEARANCE_EXCEPTION, id="unknown quarantine code"),
    pytest.param("GTMS_SIGNED", "cainiao", Stage.DELIVERED, id="delivered"),
    pytest.param("GTMS_STA_SIGNED", "cainiao", Stage.PICKUP, id="a station signed"),
    pytest.param("GSTA_RETRY_FAIL", "cainiao", Stage.DELIVERY_FAILED, id="a station failed"),
    pytest.param("RT_WH_DESTROY", None, Stage.LOST_OR_DAMAGED, id="destroyed in the return flow"),
    pytest.param("ALI:CC_IM_START", "UPS", Stage.CLEARANCE_START, id="a prefix is no part of it"),
    pytest.param(" cc_im_start ", None, Stage.CLEARANCE_START, id="blanks and small letters"),
    pytest.param("CC＿IM＿START", None, Stage.CLEARANCE_START, id="full-width underscores"),  # noqa: RUF001 - as Cainiao sends it
    pytest.param("SIGN", "Cainiao", Stage.DELIVERED, id="a plain word of its own source"),
    pytest.param("SIGN", "DHL", Stage.UNKNOWN, id="the same word of another source"),
    pytest.param(
        "InTransit_CustomsProcessing", "17TRACK", Stage.CLEARANCE_START, id="17TRACK in customs"
    ),
    pytest.param(
        "InTransit_CustomsReleased",
        "seventeentrack",
        Stage.CLEARANCE_SUCCESS,
        id="17TRACK released",
    ),
    pytest.param(
        "InTransit_CustomsRequiringInformation",
        "17TRACK",
        Stage.CLEARANCE_DOCUMENTS_NEEDED,
        id="17TRACK papers",
    ),
    pytest.param("InTransit_PickedUp", "China Post", Stage.IN_TRANSIT, id="recognised by its form"),
    pytest.param("InTransit_Teleported", "17TRACK", Stage.IN_TRANSIT, id="unknown: main status"),
    pytest.param(
        "Exception_Security", "17TRACK", Stage.CLEARANCE_EXCEPTION, id="security, no text"
    ),
    pytest.param("Exception_Returned", "17TRACK", Stage.RETURNED, id="back with the sender"),
    pytest.param("Exception_Novel", "17TRACK", Stage.OTHER, id="unknown exception"),
    pytest.param("NotFound_Other", "17TRACK", Stage.UNKNOWN, id="nothing found says nothing"),
    pytest.param("Expired_Other", "17TRACK", Stage.OTHER, id="age is no scan"),
    pytest.param("Hyperspace_Jump", "17TRACK", Stage.UNKNOWN, id="an unknown main status"),
    pytest.param("", "17TRACK", Stage.UNKNOWN, id="an empty code"),
    pytest.param("A" * 100_000, None, Stage.UNKNOWN, id="an endless code"),
]


@pytest.mark.parametrize(("code", "source", "stage"), ALONE)
def test_a_code_without_a_text_says_what_its_table_says(
    code: str, source: str | None, stage: Stage
) -> None:
    assert read("", code=code, source=source).stage is stage


TOGETHER = [
    pytest.param("清关异常", "CC_IM_FAILURE", Stage.CLEARANCE_EXCEPTION, id="exception stays one"),
    pytest.param(
        "Import clearance fail", "CC_IM_FAILURE", Stage.CLEARANCE_FAILURE, id="a failure in words"
    ),
    pytest.param(
        "Customs clearance complete", "CC_IM_START", Stage.CLEARANCE_SUCCESS, id="text over code"
    ),
    pytest.param(
        "Customs clearance started",
        "CC_EX_START",
        Stage.EXPORT_CLEARANCE,
        id="the code has the side",
    ),
    pytest.param(
        "Customs hold", "CC_EX_START", Stage.EXPORT_CLEARANCE_EXCEPTION, id="held, export"
    ),
    pytest.param(
        "Customs", "CC_IM_SUCCESS", Stage.CLEARANCE_SUCCESS, id="a bare noun waits for it"
    ),
    pytest.param(
        "Import customs", "CC_EX_FAILURE", Stage.CLEARANCE_START, id="the side in words rules"
    ),
    pytest.param("Carrier note", "CUS_TAX", Stage.CLEARANCE_PAYMENT_DUE, id="an empty phrase"),
    pytest.param(
        "Arrived at facility", "CC_IM_FAILURE", Stage.CLEARANCE_EXCEPTION, id="movement says less"
    ),
    pytest.param(
        "wait for customs clearance", "COMMON_INTRANSIT", Stage.CLEARANCE_START, id="not movement"
    ),
    pytest.param("Package delivered", "GTMS_STA_SIGNED", Stage.PICKUP, id="to a station only"),
    pytest.param("Package delivered", "Exception_Returned", Stage.RETURNED, id="to the sender"),
    pytest.param("Held by customs", "InTransit_Other", Stage.CLEARANCE_EXCEPTION, id="coarse code"),
    pytest.param("Held by customs", "Exception_Other", Stage.CLEARANCE_EXCEPTION, id="coarse too"),
    pytest.param("Delivered", "NotFound_Other", Stage.DELIVERED, id="not found decides nothing"),
    pytest.param(
        "Parcel lost", "Exception_Security", Stage.LOST_OR_DAMAGED, id="better in the text"
    ),
    pytest.param("On hold", "Exception_Security", Stage.CLEARANCE_EXCEPTION, id="a hold explained"),
    pytest.param(
        "Delivery exception", "DeliveryFailure_NoBody", Stage.DELIVERY_FAILED, id="nobody"
    ),
    pytest.param("Delayed", "InTransit_Other", Stage.OTHER, id="a remark stays a remark"),
    pytest.param("Whatever", "InTransit_Other", Stage.IN_TRANSIT, id="nobody understood the text"),
]


@pytest.mark.parametrize(("text", "code", "stage"), TOGETHER)
def test_the_text_decides_and_the_code_fills_in(text: str, code: str, stage: Stage) -> None:
    assert read(text, code=code).stage is stage


def test_a_code_that_decides_is_what_matched_and_has_no_language() -> None:
    reading = read("", code="ALI:CUS_TAX", source="UPS")
    assert (reading.matched, reading.language) == (("CUS_TAX",), "")
    assert reading.cause is Cause.PAYMENT


def test_17track_does_not_say_whose_customs_it_means() -> None:
    assert read("", code="InTransit_CustomsReleased", source="17TRACK").side is Side.UNKNOWN


def test_cainiao_tells_import_export_and_transit_apart() -> None:
    codes = ("CC_IM_START", "CC_EX_START", "CC_TRANS_START")
    sides = [read("", code=code).side for code in codes]
    assert sides == [Side.IMPORT, Side.EXPORT, Side.TRANSIT]


def test_an_adapters_own_mapping_comes_before_the_tables() -> None:
    own = {"SIGN": "pickup", "zz-9": "clearance_start"}
    assert read("", code="SIGN", source="cainiao", codes=own).stage is Stage.PICKUP
    assert read("", code="ZZ 9", source="mycarrier", codes=own).stage is Stage.CLEARANCE_START


def test_a_mapping_to_a_stage_that_does_not_exist_is_not_used() -> None:
    assert read("", code="X1", codes={"X1": "teleported"}).stage is Stage.UNKNOWN
