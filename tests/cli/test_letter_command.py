"""`parcels letter` prints a letter alone, and says beside it what is missing in it."""

from __future__ import annotations

import pytest

from tests.cli.desk import KETTLE, Desk, held


@pytest.fixture
def stuck(desk: Desk) -> Desk:
    desk.sandbox.script(held())
    desk("add", KETTLE, "--label", "Kettle", "--shipped", "2026-09-01", "--seller", "House")
    for day in (0, 3.9, 8.9):
        desk.at(day)
        desk("poll")
    return desk


def test_the_letter_stands_alone_on_standard_output(stuck: Desk) -> None:
    written = stuck("letter", "kettle", "seller")
    assert written.code == 0
    assert written.out.startswith(f"Held by customs: tracking number {KETTLE}\n\nHello House,\n\n")
    assert written.out.endswith("\n\nKind regards\n")


def test_what_is_missing_is_told_beside_it_with_what_records_it(stuck: Desk) -> None:
    said = stuck("letter", "kettle", "seller").err
    assert (
        f"filled in by you: the order number. To record it: parcels edit {KETTLE} --order" in said
    )
    assert "Left out, as it is not recorded: when it was ordered, " in said
    assert "The end of the protection is counted (60 days after shipping on 2026-09-01)." in said


def test_what_was_recorded_is_asked_for_no_more(stuck: Desk) -> None:
    facts = {
        "--order-id": "81234",
        "--ordered": "2026-08-28",
        "--paid": "2026-08-28",
        "--expected": "2026-09-20",
        "--price": "9.90",
        "--currency": "EUR",
        "--protected-until": "2026-10-30",
    }
    stuck("edit", "kettle", *(word for pair in facts.items() for word in pair))
    said = stuck("letter", "kettle", "seller").err
    assert [line for line in said.splitlines() if "PARCELS_NOW" not in line] == []


def test_a_carrier_letter_names_the_page_of_the_post_there(stuck: Desk) -> None:
    written = stuck("letter", "kettle", "carrier", "--lang", "de")
    assert "hält der Zoll im Zielland dieses Paket an" in written.out
    assert "https://" not in written.out
    assert "The post there is DHL Paket: https://www.dhl.de/" in written.err


def test_a_date_that_was_given_is_not_asked_for_when_it_is_over(stuck: Desk) -> None:
    stuck("edit", "kettle", "--protected-until", "2026-09-08")
    said = stuck("letter", "kettle", "seller").err
    assert "--protected-until" not in said
    assert "The end of the dispute window is counted (15 days after the end" in said
    stuck.at(30)
    said = stuck("letter", "kettle", "seller").err
    assert "--protected-until" not in said
    assert "The shop's protection is over, as far as is known" in said


def test_a_price_without_its_currency_is_said(stuck: Desk) -> None:
    stuck("edit", "kettle", "--price", "9.90")
    assert "without its currency. To record it:" in stuck("letter", "kettle", "dispute").err
    assert "without its currency" not in stuck("letter", "kettle", "carrier").err


def test_the_post_there_is_not_named_for_what_another_carrier_delivers(desk: Desk) -> None:
    desk("add", "1Z999AA10123456784", "--shop", "none")
    assert "The post there" not in desk("letter", "1Z", "carrier").err


def test_a_dispute_has_no_subject_and_says_when_it_can_be_opened(stuck: Desk) -> None:
    written = stuck("letter", "kettle", "dispute")
    assert written.out.startswith("According to the tracking, customs")
    assert "AliExpress takes no dispute before 12 Sep 2026." in written.err


def test_its_language_is_that_of_the_alerts_unless_another_is_named(stuck: Desk) -> None:
    stuck.environ["PARCELS_ALERTS__LANGUAGE"] = "es"
    assert "Retenido por la aduana" in stuck("letter", "kettle", "seller").out
    assert "包裹被海关扣留" in stuck("letter", "kettle", "seller", "--lang", "zh").out


def test_a_delivered_parcel_is_one_that_was_not_received(stuck: Desk) -> None:
    stuck("event", "kettle", "Delivered", "--stage", "delivered")
    stuck("poll")
    written = stuck("letter", "kettle", "seller")
    assert "but I have not received it" in written.out
    assert "Do not send it if you have." in written.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param(("nothing", "seller"), 3, id="no such parcel"),
        pytest.param(("kettle", "customs"), 2, id="nobody writes to customs"),
        pytest.param(("kettle", "seller", "--lang", "fr"), 2, id="a language there is not"),
    ],
)
def test_what_cannot_be_written_is_refused(
    stuck: Desk, arguments: tuple[str, ...], code: int
) -> None:
    refused = stuck("letter", *arguments)
    assert (refused.code, refused.out) == (code, "")


def test_its_json_holds_the_same(stuck: Desk) -> None:
    written = stuck("letter", "kettle", "seller", "--json").json
    assert (written["number"], written["case"], written["language"]) == (KETTLE, "held", "en")
    assert written["body"].startswith("Hello House,")
    assert written["answer_by"] == "2026-09-15"
    assert written["blank"] == ["order"]
