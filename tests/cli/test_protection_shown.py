"""The layers of protection in `show` and `list`, and what these ask the owner for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cli.desk import KETTLE, LAMP

if TYPE_CHECKING:
    from tests.cli.desk import Desk

ASKED = "Paid with? parcels edit"


def test_show_lists_each_layer_with_what_it_asks_for_and_how_certain_it_is(bare: Desk) -> None:
    bare(
        "add",
        KETTLE,
        "--shop",
        "amazon",
        "--expected",
        "2026-10-01",
        "--paid-with",
        "visa",
        "--to",
        "US",
    )
    out = bare("show", KETTLE).out

    assert "29 Dec 2026  Amazon A-to-z Guarantee: act by 2026-12-28" in out
    assert "the seller was asked 48 hours before" in out
    assert "confidence A: its own page says so" in out
    assert out.count("A chargeback ends the A-to-z claim.") == 2
    assert "28 Jan 2027  Visa chargeback: act by 2027-01-27" in out
    assert (
        "no date  Fair Credit Billing Act: no date known; parcels edit … --cover us_fcba=DATE"
        in out
    )
    assert "Next: Amazon A-to-z Guarantee. Last line of defence: Visa chargeback." in out
    assert ASKED not in out


def test_how_it_was_paid_is_asked_for_and_never_assumed(bare: Desk) -> None:
    bare("add", KETTLE, "--shipped", "2026-08-30")
    bare("add", LAMP, "--shop", "none")

    ask = f"{ASKED} {KETTLE} --paid-with paypal|mastercard|visa|amex|debit|transfer|other"
    listed = bare("list")
    assert ask in bare("show", KETTLE).out
    assert ask in listed.err
    assert ASKED not in listed.out
    assert {d["policy"] for d in bare.shown()["deadlines"]} == {"aliexpress", "aliexpress_dispute"}
    bare("edit", KETTLE, "--paid-with", "transfer")
    assert ASKED not in bare("show", KETTLE).out
    assert ASKED not in bare("list").err
    assert ASKED not in bare("show", LAMP).out


def test_an_unknown_start_asks_for_the_date_the_shop_counts_from(bare: Desk) -> None:
    bare("add", KETTLE, "--shop", "ebay", "--paid-with", "other")

    command = "tell when it was promised: parcels edit … --expected DATE"
    assert command in bare("list").out
    assert "no date  eBay Money Back Guarantee: no date known; parcels edit … --expected DATE" in bare("show", KETTLE).out  # fmt: skip
    bare("edit", KETTLE, "--expected", "2026-10-01")
    assert "--expected DATE" not in bare("list").out + bare("show", KETTLE).out


def test_json_tells_the_stack(bare: Desk) -> None:
    bare(
        "add",
        KETTLE,
        "--shop",
        "amazon",
        "--expected",
        "2026-10-01",
        "--paid-with",
        "visa",
        "--to",
        "DE",
    )
    shown = bare.shown()

    amazon, visa = shown["deadlines"]
    assert (amazon["policy"], amazon["excludes"], amazon["confidence"]) == ("amazon", ["visa"], "A")
    assert (visa["policy"], visa["title"], visa["usable"]) == ("visa", "Visa chargeback", False)
    assert visa["opens"] == "2026-10-02T00:00:00Z"
    assert shown["protection"] | {"undated": None} == {
        "next": "amazon", "last": "visa", "paid_with": "visa", "undated": None,
    }  # fmt: skip
    (law,) = shown["protection"]["undated"]
    assert (law["policy"], law["opens"], law["missing"]) == ("eu_crd_art18", None, "--ordered DATE")


def test_a_layer_can_be_changed_in_the_configuration(bare: Desk) -> None:
    bare.configure("[protection.shops.paypal]\ndays = 90\n")
    bare("add", KETTLE, "--shop", "none", "--paid", "2026-09-01", "--paid-with", "paypal")

    (paypal,) = bare.shown()["deadlines"]
    assert (paypal["closes"], paypal["source"]) == (
        "2026-11-30T00:00:00Z",
        "90 days after the payment of 2026-09-01",
    )


def test_on_the_last_day_it_says_to_act_now_and_when_the_dispute_window_begins(bare: Desk) -> None:
    bare("add", KETTLE, "--shipped", "2026-08-01", "--protected-until", "2026-09-01")
    bare.at(0.6)  # it is that day where the shop counts, too
    out = bare("show", KETTLE).out
    assert "1 Sep 2026  AliExpress: act now; the date on the order page" in out
    assert "AliExpress protection ends (1 Sep in its own zone); act now" in out
    assert "from 2026-09-02 on" in out
