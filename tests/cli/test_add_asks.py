"""`add` on a terminal asks for what matters where nothing was given; elsewhere it never asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.desk import KETTLE, LAMP
from tests.cli.terminal import CTRL_C, on_a_terminal

if TYPE_CHECKING:
    from tests.cli.desk import Desk

NUMBER, WHAT, SHOP = "Tracking number: ", "What is it?: ", "[aliexpress]: "
SHIPPED, ORDERED, EXPECTED = "shipped? (", "order it? (", "promise? ("


def test_a_number_alone_is_asked_what_it_is_which_shop_and_when_it_was_shipped(bare: Desk) -> None:
    typed = [(WHAT, "Blue kettle"), (SHOP, ""), (SHIPPED, "3d")]
    code, shown = on_a_terminal(bare, typed, "add", KETTLE)
    assert code == 0
    assert f"Watching Blue kettle ({KETTLE})." in shown
    (parcel,) = bare.listed()
    assert (parcel["label"], parcel["shop"]) == ("Blue kettle", "aliexpress")
    assert parcel["protected_until"] == "2026-10-28T07:00:00Z"
    assert ORDERED not in shown


def test_every_question_may_be_left_out(bare: Desk) -> None:
    typed = [(NUMBER, KETTLE.lower()), (WHAT, ""), (SHOP, ""), (SHIPPED, ""), (ORDERED, "")]
    code, shown = on_a_terminal(bare, typed, "add")
    assert (code, "Enter leaves a question out" in shown) == (0, True)
    (parcel,) = bare.listed()
    assert (parcel["number"], parcel["label"], parcel["protected_until"]) == (KETTLE, None, None)


def test_a_wrong_answer_is_asked_again_and_the_reason_said(bare: Desk) -> None:
    typed = [
        (NUMBER, "x y!"), (NUMBER, "RR123456789CN"), ("or Enter to keep it: ", "RR123456785CN"),
        (WHAT, "Kettle"), (SHOP, "alixpress"), (SHOP, "temu"), (SHIPPED, "soon"), (SHIPPED, "2027-01-01"),
        (SHIPPED, "2 days ago"), (ORDERED, "2026-08-20"),
    ]  # fmt: skip
    code, shown = on_a_terminal(bare, typed, "add")
    assert code == 0
    for reason in (
        "it may hold only letters A to Z",
        "Its check digit does not fit (expected 5)",
        "Did you mean aliexpress?",
        "'soon' is not a date",
        "lies ahead",
    ):
        assert reason in shown
    (parcel,) = bare.listed()
    assert (parcel["number"], parcel["shop"]) == ("RR123456785CN", "temu")


def test_a_wrong_check_digit_may_be_kept(bare: Desk) -> None:
    typed = [(NUMBER, "RR123456789CN"), ("or Enter to keep it: ", ""), (WHAT, ""), (SHOP, "none"), (SHIPPED, "")]  # fmt: skip
    assert on_a_terminal(bare, typed, "add")[0] == 0
    assert [p["number"] for p in bare.listed()] == ["RR123456789CN"]


def test_the_date_asked_for_is_the_one_that_shop_counts_from(bare: Desk) -> None:
    typed = [(WHAT, ""), (SHOP, "ebay"), (SHIPPED, ""), (EXPECTED, "2026-09-20")]
    code, _ = on_a_terminal(bare, typed, "add", KETTLE)
    assert code == 0
    assert bare.listed()[0]["protected_until"] == "2026-10-20T07:00:00Z"


@pytest.mark.parametrize("at", [NUMBER, SHIPPED])
def test_ctrl_c_at_any_question_adds_nothing(bare: Desk, at: str) -> None:
    before = [(NUMBER, KETTLE), (WHAT, "Kettle"), (SHOP, ""), (SHIPPED, "")]
    typed = [*before[: [prompt for prompt, _ in before].index(at)], (at, CTRL_C)]
    code, shown = on_a_terminal(bare, typed, "add")
    assert (code, "Aborted." in shown) == (1, True)
    assert bare.listed() == []


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param((KETTLE, "--label", "Kettle"), id="something was given"),
        pytest.param((KETTLE, LAMP), id="several numbers"),
        pytest.param((KETTLE, "--yes"), id="--yes"),
        pytest.param((KETTLE, "--json"), id="--json"),
    ],
)
def test_on_a_terminal_nothing_is_asked_where(bare: Desk, arguments: tuple[str, ...]) -> None:
    code, shown = on_a_terminal(bare, [], "add", *arguments)
    assert (code, "?" in shown.partition("protection")[0]) == (0, False)
    assert bare.listed()[0]["number"] == KETTLE


def test_a_number_that_is_watched_already_is_asked_nothing(bare: Desk) -> None:
    bare("add", KETTLE, "--label", "Kettle")
    code, shown = on_a_terminal(bare, [], "add", KETTLE)
    assert (code, "Kettle is watched already; nothing changed." in shown) == (0, True)


def test_where_standard_input_is_no_terminal_nothing_is_asked(bare: Desk) -> None:
    code, shown = on_a_terminal(bare, [], "add", KETTLE, piped=b"Kettle\n")
    assert (code, WHAT in shown) == (0, False)
    assert bare.listed()[0]["label"] is None
    refused, shown = on_a_terminal(bare, [], "add", piped=b"")
    assert (refused, "NUMBER" in shown) == (2, True)
