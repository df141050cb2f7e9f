"""The tables of event codes, and what a code says alone and beside a text."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st

from monitor.parcel import Cause, Side, Stage
from monitor.reading import read
from monitor.reading.codes import CODES, meaning, tidy

if TYPE_CHECKING:
    from pathlib import Path

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


TABLES = [pytest.param(path, id=path.stem) for path in sorted(CODES.glob("*.toml"))]
OPTIONAL = {"side", "weak", "rules"}


def _content(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("path", TABLES)
def test_every_row_names_a_known_stage_and_has_a_short_label(path: Path) -> None:
    for code, facts in _content(path)["codes"].items():
        assert {"stage", "label"} <= facts.keys() <= {"stage", "label"} | OPTIONAL, code
        assert facts["stage"] in set(Stage), code
        assert facts.get("side", "unknown") in set(Side), code
        assert 0 < len(facts["label"]) <= 60, code


@pytest.mark.parametrize("path", TABLES)
def test_every_table_says_where_it_is_from_and_how_sure_it_is(path: Path) -> None:
    """A the owner's own list, B several copies agree, C one copy, K general knowledge."""
    table = _content(path)
    assert table["origin"]
    assert table["as_of"]
    assert table["confidence"] in {"A", "B", "C", "K"}
    assert table["sources"]
    assert all(name == name.casefold() for name in table["sources"])


@pytest.mark.parametrize("path", TABLES)
def test_no_table_writes_one_code_in_two_ways(path: Path) -> None:
    codes = [tidy(code) for code in _content(path)["codes"]]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("path", TABLES)
def test_every_code_is_found_under_every_name_of_its_table(path: Path) -> None:
    table = _content(path)
    for name in table["sources"]:
        for code in (code for code in table["codes"] if "*" not in code and "?" not in code):
            assert meaning(code, name.removeprefix("=")) is not None, (name, code)


@pytest.mark.parametrize("path", TABLES)
def test_only_customs_at_the_border_of_origin_is_on_the_export_side(path: Path) -> None:
    for code, facts in _content(path)["codes"].items():
        exporting = facts["stage"].startswith("export_")
        assert facts.get("side") != "export" or exporting, code


# What ten and more codes of every table mean: "stage side: code code; stage: code".
MEANINGS = {
    "UPU": (
        "in_transit: EMA EMC; clearance_exception import: EME; delivered: EMI; "
        "delivery_failed: EMH; export_clearance export: EXA EXC; export_clearance_exception "
        "export: EXB; other: EXD EXX EDA; clearance_start import: EDB; clearance_success "
        "import: EDC; out_for_delivery: EDG; pickup: EDH"
    ),
    "AfterShip": (
        "in_transit: InTransit_002 InTransit_099; clearance_success: InTransit_005; "
        "clearance_start: InTransit_006; delivery_failed: Exception_003 AttemptFail_002; "
        "clearance_exception: Exception_004; clearance_payment_due: Exception_006; returning: "
        "Exception_010; returned: Exception_011; lost_or_damaged: Exception_013; "
        "clearance_documents_needed: Exception_018"
    ),
    "TrackingMore": (
        "info_received: notfound001 not-found001; in_transit: transit001; clearance_success: "
        "transit005; delivered: delivered004; other: exception005; clearance_exception: "
        "exception006; lost_or_damaged: exception007; delivery_failed: exception009; "
        "returned: exception010; returning: exception011"
    ),
    "Ship24": (
        "info_received: data_order_created; in_transit: transit_handover; clearance_start: "
        "customs_received customs_novelty; clearance_exception: customs_exception; "
        "clearance_failure: customs_rejected; clearance_success: customs_cleared; "
        "out_for_delivery: delivery_out_for_delivery; pickup: delivery_available_for_pickup; "
        "delivered: delivery_delivered; returning: exception_return; lost_or_damaged: "
        "exception_lost"
    ),
    "Parcels app": (
        "in_transit: transit arrived; pickup: pickup; delivered: delivered; returning: returned; "
        "unknown: archive"
    ),
    "La Poste": (
        "info_received: DR1; in_transit: PC1 ET3; clearance_start: DO1; clearance_success: "
        "DO2; clearance_exception: DO3; out_for_delivery: MD1; delivery_failed: ND1; pickup: "
        "AG1; returning: RE1; delivered: DI1; returned: DI2"
    ),
    "USPS": (
        "delivered: 01 1; delivery_failed: 02; in_transit: 03 10; returning: 09; pickup: 16; "
        "out_for_delivery: OF; info_received: GX MA; lost_or_damaged: MR; clearance_start "
        "import: EDB"
    ),
    "DHL Express": (
        "in_transit: PU PL CI; pickup: CC; clearance_exception: CD UC; clearance_success: CR; "
        "clearance_start: RR BN BR IC; out_for_delivery: WC; delivered: OK; returned: RT; "
        "other: HI"
    ),
    "dhl": (
        "info_received: pre-transit; in_transit: transit PU; delivered: delivered OK; other: "
        "failure; unknown: unknown; clearance_success: CR; clearance_exception: CD; pickup: "
        "CC"
    ),
    "UPS": (
        "in_transit: I IP EP; other: X; delivered: D; info_received: M 003; clearance_start: "
        "012; clearance_success: 014 SR; out_for_delivery: 021; returned: 034; returning: "
        "035; pickup: 040"
    ),
    "FedEx": (
        "clearance_success: CC; clearance_exception: CD; clearance_start: CP; in_transit: IT "
        "PU; info_received: OC; out_for_delivery: OD; delivered: DL; pickup: HL; returning: "
        "RS; other: SE DE"
    ),
    "PostNord": (
        "info_received: CREATED INFORMED; in_transit: EN_ROUTE EN-ROUTE; clearance_start: "
        "CUSTOMS; other: STOPPED; pickup: AVAILABLE_FOR_DELIVERY; delivered: DELIVERED; "
        "delivery_failed: DELIVERY_IMPOSSIBLE DELIVERY_REFUSED; returning: RETURNED"
    ),
    "PostNL": (
        "info_received: A01 1; clearance_payment_due: A20; clearance_start: A21 9; "
        "clearance_start import: X03; clearance_success import: X04; returning: I07; "
        "delivered: 11; pickup: 12"
    ),
    "Correos": (
        "info_received: P010000V; in_transit: F120000V P040000V; out_for_delivery: H020000V "
        "H030000V; pickup: H01I350V; delivered: I010000V I01ZZZZV; returning: L010000V; "
        "clearance_start import: EDB"
        "; out_for_delivery: H040000V; in_transit: A090000V"
    ),
    "Correios (BR)": (
        "delivered: BDE/01 BDE-01 BDI-1; returned: BDR/23; delivery_failed: BDE/20; "
        "clearance_failure: BDE/40 FC/29; clearance_payment_due: BDE/54; "
        "clearance_documents_needed: BDE/56 PAR/25; clearance_success: PAR/10 PAR/17 PAR/34; "
        "returning: PAR/13; out_for_delivery: OEC/01; pickup: LDI/01; in_transit: RO/01"
    ),
    "Russian Post": (
        "clearance_start: 14_3 14-3 39_1 14_99 RTM02:9; clearance_success: 14_1 RTM02:1 "
        "CUSTOM_LEGALIZED; clearance_failure: 14_2 14_4 39_9; clearance_documents_needed: "
        "14_5; clearance_payment_due: 14_6; clearance_exception: 14_8 39_3 40_2; returning: "
        "14_22; export_clearance_exception export: 14_25; export_clearance export: 14_26; "
        "pickup: 8_2; lost_or_damaged: 12_28"
    ),
    "X12": (
        "other: DM; export_clearance export: EC ET; export_clearance_exception export: EX; "
        "clearance_start import: IB IR IT; clearance_success import: IC; clearance_exception "
        "import: IX; clearance_documents_needed import: NI; in_transit: TR"
    ),
    "X12 214": (
        "returned: 3; clearance_start: AC K; other: CR; clearance_success: CT; delivered: D; "
        "clearance_exception import: PA PO PZ; clearance_documents_needed import: PB; "
        "in_transit: X6 X1; delivery_failed: A7"
    ),
    "X12 AT702": (
        "delivery_failed: A2 BS; lost_or_damaged: AK S1; clearance_documents_needed: AS AR; "
        "clearance_start: BD; returned: BT; pickup: C1; clearance_exception: F1; other: NS"
    ),
    "EDIFACT IFTSTA": (
        "in_transit: 1 13 31; clearance_success import: 8; export_clearance export: 9; "
        "clearance_success: 10 12; clearance_failure: 17; lost_or_damaged: 18; delivered: 21; "
        "delivery_failed: 23"
    ),
    "Omniva": (
        "in_transit: PACKET_EVENT_IPS_A; export_clearance_exception export: "
        "PACKET_EVENT_IPS_EXB; export_clearance export: PACKET_EVENT_IPS_EXC; other: "
        "PACKET_EVENT_IPS_EDA; clearance_start import: PACKET_EVENT_IPS_EDB; "
        "clearance_success import: PACKET_EVENT_IPS_EDC EDC; out_for_delivery: "
        "PACKET_EVENT_IPS_EDG; delivered: PACKET_EVENT_IPS_EMI; delivery_failed: "
        "PACKET_EVENT_IPS_H; returning: PACKET_EVENT_RETURNED"
        "; in_transit: PACKET_EVENT_IPS_EMA"
    ),
    "Kuaidi100": (
        "in_transit: 0 1; delivered: 3; returned: 4; out_for_delivery: 5; returning: 6; "
        "clearance_start: 10 11; clearance_success: 12; clearance_exception: 13; pickup: 304"
    ),
    "KDNiao": (
        "in_transit: 1 201; out_for_delivery: 202; pickup: 211; delivered: 301; returned: "
        "406; lost_or_damaged: 414; delivery_failed: 416; clearance_start: 602; "
        "clearance_success: 603; clearance_exception: 604"
    ),
    "Alibaba Logistics": (
        "clearance_exception: F_CLEARANCE_5037 F_CLEARANCE_5099; export_clearance_exception "
        "export: F_CLEARANCE_5055 F_CLEARANCE_5057; delivery_failed: F_DELIVERY_5043 "
        "F_DELIVERY_5046; returning: F_DELIVERY_5047; lost_or_damaged: F_DELIVERY_5064; "
        "delivered: S_DELIVERY_SIGNED; in_transit: S_TH_IN_LAST"
        "; pickup: F_DELIVERY_5051; clearance_exception: F_CLEARANCE_5059"
    ),
    "Cainiao": (
        "info_received: CONSIGN; export_clearance export: CC_EX_START; clearance_start: "
        "CC_HO_IN_SUCCESS; clearance_start import: CC_IM_START; clearance_exception import: "
        "CC_IM_FAILURE; clearance_payment_due: CUS_TAX; clearance_success import: "
        "CC_IM_SUCCESS; other: SC_OUTBOUND_FAILURE; in_transit: GTMS_ACCEPT; pickup: "
        "GTMS_STA_SIGNED; returning: RT_INBOUND"
    ),
    "17TRACK": (
        "clearance_start: InTransit_CustomsProcessing; clearance_success: "
        "InTransit_CustomsReleased; clearance_documents_needed: "
        "InTransit_CustomsRequiringInformation; in_transit: InTransit_TransportArrived 10; "
        "returning: Exception_Returning; lost_or_damaged: Exception_Destroyed; pickup: "
        "AvailableForPickup_Other; delivery_failed: DeliveryFailure_Rejected; info_received: "
        "InfoReceived; delivered: 40"
    ),
}


def _told(text: str) -> list[tuple[str, Stage, Side]]:
    """The codes of one source, written as "stage side: code code; stage: code"."""
    told = []
    for group in text.split("; "):
        meant, codes = group.split(": ")
        stage, _, side = meant.partition(" ")
        told += [(code, Stage(stage), Side(side or "unknown")) for code in codes.split()]
    return told


ROWS = [
    pytest.param(code, source, stage, side, id=f"{source}: {code} means {stage}, {side} side")
    for source, text in MEANINGS.items()
    for code, stage, side in _told(text)
]


@pytest.mark.parametrize(("code", "source", "stage", "side"), ROWS)
def test_a_code_means_what_its_source_means_by_it(
    code: str, source: str, stage: Stage, side: Side
) -> None:
    found = meaning(code, source)
    assert found is not None
    assert (found.stage, found.side) == (stage, side)


@pytest.mark.parametrize("path", TABLES)
def test_ten_codes_of_every_table_are_checked_or_all_where_there_are_fewer(path: Path) -> None:
    table = _content(path)
    codes = {tidy(code) for code in table["codes"]}
    names = [name.removeprefix("=") for name in table["sources"]]
    checked = {
        tidy(code)
        for source, text in MEANINGS.items()
        if any(name in source.casefold() for name in names)
        for code, _, _ in _told(text)
    }
    assert len(codes & checked) >= min(10, len(codes))


APART = [
    pytest.param("CC", {"DHL Express": Stage.PICKUP, "FedEx": Stage.CLEARANCE_SUCCESS}, id="CC"),
    pytest.param("RR", {"DHL Express": Stage.CLEARANCE_START, "FedEx": Stage.OTHER}, id="RR"),
    pytest.param("OK", {"DHL Express": Stage.DELIVERED, "FedEx": None, "USPS": None}, id="OK"),
    pytest.param(
        "10",
        {
            "17TRACK": Stage.IN_TRANSIT,
            "Kuaidi100": Stage.CLEARANCE_START,
            "EDIFACT IFTSTA": Stage.CLEARANCE_SUCCESS,
            "USPS": Stage.IN_TRANSIT,
            "Russian Post": Stage.IN_TRANSIT,
            "KDNiao": Stage.INFO_RECEIVED,
            "China Post": None,
            "other (CN forwarder)": None,
        },
        id="10",
    ),
    pytest.param(
        "3",
        {"Kuaidi100": Stage.DELIVERED, "X12 214": Stage.RETURNED, "Russian Post": Stage.RETURNING},
        id="3",
    ),
    pytest.param(
        "IC", {"X12": Stage.CLEARANCE_SUCCESS, "DHL Express": Stage.CLEARANCE_START}, id="IC"
    ),
    pytest.param("PA", {"X12": None, "X12 214": Stage.CLEARANCE_EXCEPTION}, id="PA"),
    pytest.param("A2", {"X12 AT702": Stage.DELIVERY_FAILED, "UPS": None}, id="A2"),
    pytest.param("14_3", {"Russian Post": Stage.CLEARANCE_START, "DHL": None}, id="14_3"),
    pytest.param("PO/01", {"Correios (BR)": Stage.IN_TRANSIT, "DHL Express": None}, id="PO/01"),
    pytest.param("EDC", {"Omniva": Stage.CLEARANCE_SUCCESS, "FedEx": None}, id="EDC"),
    pytest.param("CR", {"X12 214": Stage.OTHER, "DHL": Stage.CLEARANCE_SUCCESS}, id="CR"),
]


@pytest.mark.parametrize(("code", "told"), APART)
def test_one_code_is_read_as_the_source_that_sent_it_means_it(
    code: str, told: dict[str, Stage | None]
) -> None:
    for source, stage in told.items():
        found = meaning(code, source)
        assert (found and found.stage) == stage, source


@pytest.mark.parametrize("code", ["CC", "RR", "10", "EDC", "14_3", "BDE/01", "SIGN", "OK", "AC"])
def test_a_short_code_says_nothing_when_nobody_is_named(code: str) -> None:
    assert meaning(code, "") is None


NAMES = [
    pytest.param("Groups of carriers", "SR", id="ups in another word"),
    pytest.param("TIPSA", "SR", id="a name inside a name"),
    pytest.param("DHL Paket", "CC", id="another house of DHL"),
    pytest.param("DHL eCommerce", "CR", id="yet another house of DHL"),
    pytest.param("Correos Chile", "I010000V", id="the post of another country"),
    pytest.param("Outpost Cargo", "EDC", id="post in another word"),
]


@pytest.mark.parametrize(("source", "code"), NAMES)
def test_a_source_that_only_sounds_alike_has_no_table(source: str, code: str) -> None:
    assert meaning(code, source) is None


@pytest.mark.parametrize(
    "source",
    ["DHL Express", "dhl_express", "DHLExpress", "DHL EXPRESS (DE)", "ＤＨＬ　Express"],  # noqa: RUF001 - full-width, as some feeds write it
)
def test_a_source_is_known_however_its_name_is_written(source: str) -> None:
    found = meaning("CR", source)
    assert found is not None
    assert found.stage is Stage.CLEARANCE_SUCCESS


SPELLINGS = [
    pytest.param("Correios", ["PAR/10", "PAR 10", "PAR-10", "par_10", "PAR.10"], id="PAR 10"),
    pytest.param("Correios", ["BDE/01", "BDE 1", "BDI-01", "BDR_001"], id="BDE, BDI, BDR 1"),
    pytest.param("Russian Post", ["14_1", "14-1", "14/1", "14 1", "14_01"], id="14 1"),
    pytest.param("USPS", ["01", "1", " 01 "], id="01"),
    pytest.param("DHL", ["pre-transit", "pre_transit", "Pre Transit"], id="pre-transit"),
]


@pytest.mark.parametrize(("source", "codes"), SPELLINGS)
def test_the_parts_of_a_code_may_be_joined_in_any_way(source: str, codes: list[str]) -> None:
    found = [meaning(code, source) for code in codes]
    assert None not in found
    assert len({(row.stage, row.side, row.weak) for row in found if row}) == 1


def test_the_code_itself_is_looked_for_in_all_tables_before_any_pattern() -> None:
    """PostNL's pattern "A9*" and the UPU's codes stand beside each other in one source."""
    assert read("", code="EDC", source="PostNL").stage is Stage.CLEARANCE_SUCCESS
    assert read("", code="A95", source="PostNL").stage is Stage.IN_TRANSIT


PREFIXED = [
    pytest.param("ALI:CUS_TAX", "UPS", Stage.CLEARANCE_PAYMENT_DUE, id="a code of one source only"),
    pytest.param("FedEx:CC", "UPS", Stage.CLEARANCE_SUCCESS, id="the prefix names a table"),
    pytest.param("DHL Express:CC", "17TRACK", Stage.PICKUP, id="the prefix names another table"),
    pytest.param("X:SR", "UPS", Stage.CLEARANCE_SUCCESS, id="the type of UPS before its code"),
    pytest.param("AT702:BS", "X12 214", Stage.DELIVERY_FAILED, id="a reason beside a status"),
    pytest.param("RTM02:2", "Russian Post", Stage.CLEARANCE_FAILURE, id="no operation of its own"),
]


@pytest.mark.parametrize(("code", "source", "stage"), PREFIXED)
def test_what_stands_before_a_colon_tells_whose_code_it_is(
    code: str, source: str, stage: Stage
) -> None:
    assert read("", code=code, source=source).stage is stage


WEAK = [
    pytest.param("Held by customs", "EN_ROUTE", "PostNord", Stage.CLEARANCE_EXCEPTION, id="moving"),
    pytest.param("Released by customs", "X", "UPS", Stage.CLEARANCE_SUCCESS, id="type X, good"),
    pytest.param("Held by customs", "delivered", "dhl", Stage.CLEARANCE_EXCEPTION, id="delivered"),
    pytest.param("Customs cleared", "14_3", "Russian Post", Stage.CLEARANCE_SUCCESS, id="14_3"),
]


@pytest.mark.parametrize(("text", "code", "source", "stage"), WEAK)
def test_a_coarse_code_never_outweighs_a_text_that_was_understood(
    text: str, code: str, source: str, stage: Stage
) -> None:
    assert read(text, code=code, source=source).stage is stage


@given(st.text(max_size=30), st.sampled_from(["", "UPS", "Russian Post", "Cainiao", "Poste"]))
def test_no_code_however_odd_is_an_error(code: str, source: str) -> None:
    found = meaning(code, source)
    assert found is None or found.stage in set(Stage)
