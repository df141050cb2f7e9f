"""The dispute kit: all that was said, nothing that is private, and hashes that can be checked."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from datetime import date

from monitor.pages.bundle import bundle
from monitor.pages.evidence import evidence_page
from monitor.pages.known import Known, answer_files
from monitor.pages.sheet import COLUMNS, timeline_csv
from monitor.parcel import Alias, TimeQuality
from tests.dossiers import moment
from tests.pages.cases import BERLIN, COLLECTED, DELIVERED, NOW, STOPPED, a_case, remark
from tests.pages.test_board_page import Read

FOREIGN = STOPPED._replace(
    text="Objeto em fiscalização", translation="Being examined", language="pt", place="Curitiba",
    country="BR", provider="2151", raw_time="2026-09-11 05:00", time_quality=TimeQuality.DATE_ONLY,
)  # fmt: skip
FACTS = {
    "label": "Kettle", "order_id": "8190012345", "seller": "Kettle House", "price": "12.34",
    "currency": "EUR", "url": "https://shop.example.org/8190012345", "paid_with": "paypal",
    "extra": (("postcode", "10115"), ("phone", "0049301234")),
}  # fmt: skip


def kit(known: Known) -> str:
    return Read(evidence_page(known, BERLIN)).text


def test_the_summary_tells_it_in_twenty_seconds() -> None:
    text = kit(Known(a_case(COLLECTED, STOPPED, **FACTS)))
    summary = text[: text.index("Order and parcel")]
    for said in (
        "Stopped at customs; nothing new for 10 days",
        "Order 8190012345 at AliExpress from Kettle House for 12.34 EUR; shipped 1 Sep 2026",
        "Fri 11 Sep 2026, 10:00: “Held by customs”, which means: stopped at import customs",
        "No source shows a delivery",
        (
            "10 days without a change since Fri 11 Sep 2026, 10:00; 17TRACK looked last on "
            "Mon 21 Sep 2026, 10:00 and showed nothing newer"
        ),
        "AliExpress protection ends on 30 Oct 2026 (60 days after shipping on 2026-09-01)",
    ):
        assert said in summary


def test_a_shop_is_called_by_its_name_and_not_by_that_of_its_protection() -> None:
    text = kit(Known(a_case(COLLECTED, shop="ebay", expected=date(2026, 8, 1), price="20")))
    assert "At eBay for 20; shipped 1 Sep 2026" in text
    assert "Shop eBay Price" in text
    assert "Deadline eBay Money Back Guarantee protection ended on" in text


def test_a_delivery_somebody_claims_is_the_first_thing_to_know() -> None:
    text = kit(Known(a_case(COLLECTED, DELIVERED)))
    assert "Shown as delivered on Sun 20 Sep 2026, 10:00: " in text
    assert "without a change" not in text


def test_an_event_stands_in_its_own_words_with_its_time_as_given_and_its_meaning() -> None:
    text = kit(Known(a_case(COLLECTED, FOREIGN), carriers={"2151": "Correios"}))
    assert "as given: 2026-09-11 05:00; only the date is known" in text
    assert "Objeto em fiscalização Meaning: Being examined (stopped at import customs)" in text
    assert "Curitiba · BR · Correios, shown by 17TRACK" in text


def test_what_a_source_took_back_is_shown_apart() -> None:
    gone = STOPPED._replace(text="Taken back", superseded=moment(NOW))
    text = kit(Known(a_case(COLLECTED), everything=(COLLECTED, gone)))
    apart = text[text.index("Shown once, and no longer") :]
    assert "no longer shown since Mon 21 Sep 2026, 10:00" in apart[: apart.index("What the buyer")]


def test_remarks_are_what_the_buyer_did_and_no_events() -> None:
    text = kit(Known(a_case(COLLECTED, remark("Called them, case 4711", "2026-09-12 08:00"))))
    said, did = text.split("What the buyer did")
    assert "case 4711" not in said
    assert "Called them, case 4711" in did


def test_nothing_that_only_a_source_needs_is_handed_on() -> None:
    page = evidence_page(Known(a_case(COLLECTED, **FACTS)), BERLIN)
    assert "10115" not in page
    assert "0049301234" not in page


def test_an_address_of_the_order_is_text_and_no_link() -> None:
    page = evidence_page(Known(a_case(COLLECTED, **FACTS)), BERLIN)
    assert "https://shop.example.org/8190012345" in page
    assert 'href="http' not in page


def test_aliases_and_hashes_are_named_and_the_hash_is_said_to_be_of_what_was_kept() -> None:
    kept = answer_files([("seventeentrack", moment("2026-09-11 09:00"), 1234, "ab" * 32)])
    alias = Alias("RB123456785DE", "DHL", "seventeentrack")
    text = kit(Known(a_case(COLLECTED), (), (alias,), kept))
    assert "RB123456785DE (DHL), named by 17TRACK" in text
    assert f"answers/0001-seventeentrack-2026-09-11T090000Z.json {'ab' * 32}" in text
    assert "is of the answer as it was kept" in text


def test_the_name_of_a_source_cannot_lead_out_of_the_folder() -> None:
    (kept,) = answer_files([("../../etc/ä", moment(NOW), 1, "")])
    assert kept.file == "answers/0001-------etc---2026-09-21T080000Z.json"


def test_the_table_has_a_row_for_each_event_and_none_is_a_formula() -> None:
    evil = FOREIGN._replace(text='=HYPERLINK("x")', place="@a", code="-1", raw_time="+1")
    content = timeline_csv([COLLECTED, evil], {"2151": "=Correios"})
    assert content.startswith(b"\xef\xbb\xbf")
    names, _, row = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert tuple(names) == COLUMNS
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)
    assert row[names.index("text")] == '\'=HYPERLINK("x")'


def test_the_zip_holds_the_hashes_of_all_it_holds_and_is_the_same_each_time() -> None:
    files = {"evidence.html": b"page", "answers/0001.json": b"{}"}
    packed = bundle(files, moment(NOW))
    assert packed == bundle(files, moment(NOW))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        sums = archive.read("SHA256SUMS").decode().splitlines()
        listed = dict(reversed(line.split("  ")) for line in sums)
        assert listed == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
        assert {entry.external_attr >> 16 & 0o777 for entry in archive.infolist()} == {0o600}
