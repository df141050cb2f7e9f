"""Which digits and letters of a text are tracking numbers, and why the others are not."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from monitor.numbers import check, s10_digit
from tests.intake.given import numbers, read, reasons

PAKET = "00340434292135100124"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("It travels as RR123456785CN now.", "RR123456785CN", id="postal, the digit right"),
        pytest.param("It travels as RR 123 456 785 CN now.", "RR123456785CN", id="postal in groups"),
        pytest.param("see rr123456785cn please", "RR123456785CN", id="postal in small letters"),
        pytest.param("(LP00123456789012)", "LP00123456789012", id="Cainiao in brackets"),
        pytest.param("sent,CNG00839881455575.", "CNG00839881455575", id="Cainiao between a comma and a stop"),
        pytest.param("with 1Z 999 AA1 01 2345 6784", "1Z999AA10123456784", id="UPS in groups"),
        pytest.param("mit 0034 0434 2921 3510 0124", PAKET, id="DHL Paket in groups"),
        pytest.param("YT2112345678901234", "YT2112345678901234", id="YunExpress"),
        pytest.param("USPS 9405 5118 9922 3197 4284 90", "9405511899223197428490", id="USPS in groups"),
        pytest.param("sent with FedEx: 9865 7878 8855", "986578788855", id="FedEx, with its name beside it"),
        pytest.param("Tracking no. 1234567891", "1234567891", id="DHL Express, called a tracking number"),
        pytest.param("Sendungsnummer: 12345678901234", "12345678901234", id="no form, but a German word"),
        pytest.param("Número de seguimiento:\n12345678901234", "12345678901234", id="a Spanish word in the line above"),
        pytest.param("N° de suivi : 6A12345678901", "6A12345678901", id="a French word"),
        pytest.param("Tracking: 3071234567890123", "3071234567890123", id="Cainiao digits, called so"),
        pytest.param("https://t.17track.net/en#nums=LP00123456789012", "LP00123456789012", id="in a link"),
        pytest.param("https://global.cainiao.com/detail.htm?mailNoList=LP00123456789012&lang=en", "LP00123456789012", id="in a link with other things"),
        pytest.param("Ｔracking ＬＰ００１２３４５６７８９０１２", "LP00123456789012", id="wide letters"),  # noqa: RUF001 - those are meant
        pytest.param("LP0012345\u200b6789012", "LP00123456789012", id="what a web page glued into it"),
    ],
)  # fmt: skip
def test_a_number_is_recognised(text: str, number: str) -> None:
    assert numbers(f"Hello!\n{text}\nBye") == [number]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("RR123456789CN", "check_digit", id="a wrong check digit"),
        pytest.param("Tracking: RR123456789CN", "check_digit", id="a wrong check digit, whatever it is called"),
        pytest.param("1Z999AA10123456789", "check_digit", id="a wrong digit of UPS"),
        pytest.param("00340434292135100125", "check_digit", id="a wrong digit of DHL"),
        pytest.param("+49 171 1234567", "phone", id="a telephone with its country"),
        pytest.param("+491711234567", "phone", id="a telephone in one piece"),
        pytest.param("+1 (555) 123-4567", "phone", id="a telephone with brackets"),
        pytest.param("(030) 1234567", "phone", id="a telephone with its town in brackets"),
        pytest.param("0171/1234567", "phone", id="a telephone with a slash"),
        pytest.param("06 12 34 56 78", "phone", id="a French telephone in pairs"),
        pytest.param("612 34 56 78", "phone", id="a Spanish telephone"),
        pytest.param("555-123-4567", "phone", id="an American telephone"),
        pytest.param("01711234567", "phone", id="a telephone without blanks"),
        pytest.param("Tel. 1234567891", "phone", id="a telephone whose digits would suit DHL Express"),
        pytest.param("Telefon: 986578788855", "phone", id="a telephone whose digits would suit FedEx"),
        pytest.param("WhatsApp 8613812345678", "phone", id="a telephone in a messenger"),
        pytest.param("Order ID: 8190231234567890", "order", id="an order of AliExpress"),
        pytest.param("8190231234567890", "order", id="an order's digits with no word at all"),
        pytest.param("302-1234567-1234567", "order", id="an order of Amazon"),
        pytest.param("12-34567-89012", "order", id="an order of eBay"),
        pytest.param("PO-076-12345678901234567", "order", id="an order of Temu"),
        pytest.param("Bestellnummer 986578788855", "order", id="an order whose digits would suit FedEx"),
        pytest.param("986578788855", "ambiguous", id="twelve digits that would suit FedEx, and nobody says so"),
        pytest.param("1234567891", "ambiguous", id="ten digits that would suit DHL Express"),
        pytest.param("3071234567890123", "ambiguous", id="Cainiao's digits, or an order's"),
        pytest.param("Invoice 12345678901", "other", id="an invoice"),
        pytest.param("Kundennummer: 12345678901", "other", id="a customer's number"),
        pytest.param("Kundennr. 986578788855", "other", id="a customer's number whose digits would suit FedEx"),
    ],
)  # fmt: skip
def test_what_is_no_tracking_number_is_shown_with_the_reason(text: str, reason: str) -> None:
    around = f"Hello!\n{text}\nBye"
    assert numbers(around) == []
    assert list(reasons(around).values()) == [reason]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("https://www.aliexpress.com/item/1005006123456789.html", id="an item's page"),
        pytest.param("paid 23.99 EUR on 2026-11-21 at 12:30", id="money, a date, a time"),
        pytest.param("size 38-40, 250 ml, 2026 model, 4000 mAh", id="sizes"),
        pytest.param("me1234567890@example.org", id="an address"),
        pytest.param("zip 10115", id="a postcode"),
    ],
)
def test_other_digits_are_passed_over_in_silence(text: str) -> None:
    understood = read(f"Hello!\n{text}\nBye")
    assert (understood.found, understood.passed_over) == ((), ())


def test_a_wrong_check_digit_names_the_right_one() -> None:
    (passed,) = read("see RR123456789CN").passed_over
    assert passed.because == "its check digit is wrong (expected 5)"


def test_a_number_that_stands_there_twice_is_one_parcel() -> None:
    assert numbers("LP00123456789012 has left\nand lp00123456789012 arrives") == [
        "LP00123456789012"
    ]


LIST = """LP00123456789012
RR123456785CN, 1Z999AA10123456784
RR123456789CN
8190231234567890
612345678
12345678901234 ABC12345678
"""


def test_a_list_of_numbers_takes_forms_nobody_knows_but_no_order_and_no_telephone() -> None:
    understood = read(LIST)
    assert understood.kind == "numbers"
    assert [found.number for found in understood.found] == [
        "LP00123456789012", "RR123456785CN", "1Z999AA10123456784", "12345678901234", "ABC12345678",
    ]  # fmt: skip
    assert reasons(LIST) == {
        "RR123456789CN": "check_digit", "8190231234567890": "order", "612345678": "ambiguous",
    }  # fmt: skip


def test_whoever_says_that_all_are_numbers_is_taken_at_their_word() -> None:
    understood = read(LIST, kind="numbers")
    assert len(understood.found) == 8
    (doubtful,) = [f for f in understood.found if f.number == "RR123456789CN"]
    assert doubtful.remarks == ("The check digit does not fit (expected 5); compare it again.",)


@given(st.integers(0, 99_999_999), st.integers(0, 9), st.sampled_from(["RR", "LX", "UG"]))
def test_a_postal_number_is_taken_exactly_when_its_digit_is_right(
    serial: int, digit: int, service: str
) -> None:
    number = f"{service}{serial:08}{digit}MV"
    right = s10_digit(f"{serial:08}") == str(digit)
    assert bool(numbers(f"It is {number}, they say")) == right == check(number).valid


@given(st.from_regex(r"\+?[0-9]{1,3}([ /.-]?[0-9]{2,4}){2,4}", fullmatch=True))
def test_no_telephone_is_ever_taken_where_the_text_says_what_it_is(phone: str) -> None:
    assert numbers(f"Call us\nPhone: {phone}\nBye") == []


def test_two_numbers_with_a_blank_between_are_not_one() -> None:
    understood = read("Tracking number: 986578788855 986578788855 sent")
    assert [found.number for found in understood.found] == ["986578788855"]


@given(st.text(max_size=300))
def test_any_text_is_read_and_its_words_are_bounded(text: str) -> None:
    understood = read(text.encode("utf-8", "replace").replace(b"\0", b" "), kind="text")
    for found in understood.found:
        assert check(found.number).valid is not False
        assert found.because


_WORDS = st.sampled_from(
    ["Order", "tracking number:", "Tel.", "LP00123456789012", "RR123456789CN", "8190231234567890", "€", "12,34",
     "21/11/2026", "21.11.2026", "shipped", "bestellt", "https://", "\n", "\n\n", "x2", "-", "1Z", "+49", "986578788855"]
)  # fmt: skip


@given(st.lists(_WORDS, max_size=40))
def test_any_mixture_of_what_orders_are_made_of_is_read(words: list[str]) -> None:
    understood = read(" ".join(words))
    called = {"8190231234567890"} if "tracking number:" in words else set()
    assert {f.number for f in understood.found} <= {"LP00123456789012", "986578788855"} | called


def test_a_sum_beside_a_number_is_no_further_group_of_it() -> None:
    (found,) = read("Tracking number: 8190231234567890 12,34 EUR").found
    assert found.number == "8190231234567890"
    (found,) = read("Tracking number: 8190231234567890 12,34").found
    assert found.number == "8190231234567890"
    (found,) = read("Tracking number: 12,34 986578788855").found
    assert found.number == "986578788855"
