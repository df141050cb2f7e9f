"""What a tracking number tells by itself."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from monitor.errors import BadInput
from monitor.numbers import NumberCheck, candidates, check, forms, normalise, s10_digit

SAMPLES = Path(__file__).parents[2].parent / "shared/samples/_specs/tracking_number_data/s10.json"


@pytest.mark.parametrize(
    ("given_number", "expected"),
    [
        pytest.param("lp00123456789012", "LP00123456789012", id="lower case"),
        pytest.param(" RB 123 456 785 CN ", "RB123456785CN", id="blanks"),
        pytest.param("RB123456785CN\u200b\u202c", "RB123456785CN", id="marks nobody sees"),
        pytest.param("RB\u00a0123456785\tCN\n", "RB123456785CN", id="other blanks"),
        pytest.param("ＲＢ１２３４５６７８５ＣＮ", "RB123456785CN", id="full-width letters"),  # noqa: RUF001
        pytest.param("abc-123-def", "ABC-123-DEF", id="hyphens stay"),
        pytest.param("12345", "12345", id="the shortest"),
        pytest.param("1" * 50, "1" * 50, id="the longest"),
    ],
)
def test_a_number_is_tidied(given_number: str, expected: str) -> None:
    assert normalise(given_number) == expected


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        pytest.param("", "A tracking number is missing: nothing was given.", id="nothing"),
        pytest.param(" \u200b ", "A tracking number is missing: nothing was given.", id="blanks alone"),
        pytest.param("1234", '"1234" is not a tracking number: it must have 5 to 50 characters.', id="too short"),
        pytest.param("1" * 51, "it must have 5 to 50 characters.", id="too long"),
        pytest.param("1" * 100_000, "it must have 5 to 50 characters.", id="endless"),
        pytest.param("RB123/785CN", '"RB123/785CN" is not a tracking number: it may hold only letters A to Z, digits and hyphens.', id="a slash"),
        pytest.param("RB12345678ß", "it may hold only letters A to Z", id="a letter that would become two"),
        pytest.param("RВ123456785CN", "it may hold only letters A to Z", id="a Cyrillic letter"),  # noqa: RUF001
        pytest.param("'; DROP TABLE", "it may hold only letters A to Z", id="something else altogether"),
        pytest.param("a\x1b[2Jb12345", '"a[2Jb12345" is not a tracking number', id="control characters are not repeated"),
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused_with_a_sentence(number: str, sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        normalise(number)
    assert sentence in str(caught.value)
    assert str(caught.value).isprintable()


@given(st.text(max_size=80))
def test_a_number_that_was_tidied_stays_as_it_is(text: str) -> None:
    try:
        tidy, sentence = normalise(text), ""
    except BadInput as refusal:
        tidy, sentence = "RB123456785CN", str(refusal)
    assert sentence.isprintable()
    assert re.fullmatch(r"[A-Z0-9-]{5,50}", tidy)
    assert normalise(tidy) == tidy


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param("UG251542831MV", NumberCheck("s10", True, "1"), id="a right digit"),
        pytest.param("EW112720413FR", NumberCheck("s10", True, "3"), id="another right digit"),
        pytest.param("LX123456785CN", NumberCheck("china_post", True, "5"), id="China Post"),
        pytest.param("RB123456789CN", NumberCheck("china_post", False, "5"), id="a wrong digit"),
        pytest.param("UA123456780YP", NumberCheck("yanwen"), id="Yanwen only looks postal"),
        pytest.param("LP00123456789012", NumberCheck("cainiao_order"), id="a Cainiao order"),
        pytest.param("LP00123456789012YP", NumberCheck("yanwen_cainiao"), id="Yanwen by Cainiao"),
        pytest.param("CNG00839881455575", NumberCheck("cainiao"), id="Cainiao, CNG"),
        pytest.param("AP00839881455575", NumberCheck("cainiao"), id="Cainiao, AP"),
        pytest.param("AE00839881455575", NumberCheck("cainiao"), id="Cainiao, AE"),
        pytest.param("CNFR1234567890123HD", NumberCheck("cainiao_last_mile"), id="Cainiao in France"),
        pytest.param("CAINIAO1234567890", NumberCheck("cainiao_last_mile"), id="Cainiao lockers"),
        pytest.param("3071234567890123", NumberCheck("cainiao_digits"), id="Cainiao, digits only"),
        pytest.param("4PX3001234567890CN", NumberCheck("fourpx"), id="4PX"),
        pytest.param("4PX123", NumberCheck("fourpx"), id="4PX, any length"),
        pytest.param("YT2112345678901234", NumberCheck("yunexpress"), id="YunExpress"),
        pytest.param("YT1234567890123", NumberCheck("yto"), id="YTO"),
        pytest.param("SYAE123456789", NumberCheck("sunyou"), id="SunYou"),
        pytest.param("GFUS01234567890123", NumberCheck("gofo"), id="GOFO"),
        pytest.param("NL12345678901234", NumberCheck("cainiao_listed"), id="a form only seen in lists"),
        pytest.param("1Z999AA10123456784", NumberCheck("ups", True, "4"), id="UPS"),
        pytest.param("1Z999AA10123456789", NumberCheck("ups", False, "4"), id="UPS, a wrong digit"),
        pytest.param("00340434292135100124", NumberCheck("dhl_paket", True, "4"), id="DHL Paket"),
        pytest.param("00340434292135100125", NumberCheck("dhl_paket", False, "4"), id="DHL Paket, a wrong digit"),
        pytest.param("986578788855", NumberCheck("fedex", True, "5"), id="FedEx"),
        pytest.param("986578788856", NumberCheck("unknown"), id="twelve digits, which are not FedEx's alone"),
        pytest.param("041441760228964", NumberCheck("fedex_ground", True, "4"), id="FedEx Ground"),
        pytest.param("9405511899223197428490", NumberCheck("usps", True, "0"), id="USPS"),
        pytest.param("1234567891", NumberCheck("dhl_express", True, "1"), id="DHL Express"),
        pytest.param("TBA123456789012", NumberCheck("amazon"), id="Amazon"),
        pytest.param("ABC123456789", NumberCheck("unknown"), id="anything else"),
        pytest.param("RB12345678CN", NumberCheck("unknown"), id="a digit short of postal"),
        pytest.param("RB1234567٣5CN", NumberCheck("unknown"), id="digits of another script"),
    ],
)  # fmt: skip
def test_the_form_and_the_check_digit_of(number: str, expected: NumberCheck) -> None:
    assert check(number) == expected


def test_the_digits_that_would_be_ten_and_eleven_are_nought_and_five() -> None:
    digits = {s10_digit(f"{serial:08}") for serial in range(200)}
    assert digits == set("0123456789")
    assert s10_digit("00000000") == "5"


@given(st.integers(0, 99_999_999), st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_never_passes_except_where_ten_and_eleven_share_theirs(
    serial: int, place: int, shift: int
) -> None:
    written = f"{serial:08}"
    wrong = str((int(written[place]) + shift) % 10)
    other = written[:place] + wrong + written[place + 1 :]
    if s10_digit(other) == s10_digit(written):
        assert s10_digit(written) in {"0", "5"}


def test_a_postal_number_is_worth_asking_of_cainiao_and_the_post() -> None:
    assert [form.name for form in candidates("RB123456785CN")] == ["china_post", "s10"]
    assert candidates("RB123456785CN")[0].ask == ("cainiao", "post")


def test_every_form_has_a_name_of_its_own_a_meaning_somebody_to_ask_and_a_confidence() -> None:
    assert len({form.name for form in forms()}) == len(forms())
    for form in forms():
        assert form.meaning, form.name
        assert form.ask
        assert form.confidence in {"A", "B", "C"}
        assert form.check in {"", "s10", "ups", "gs1", "fedex", "dhl"}


@pytest.mark.skipif(
    not SAMPLES.exists(), reason="the shared reference data is not beside this tree"
)
def test_the_check_digits_of_the_reference_data_are_judged_alike() -> None:
    (kind,) = json.loads(SAMPLES.read_text("utf-8"))["tracking_numbers"]
    right = [check(normalise(number)).valid for number in kind["test_numbers"]["valid"]]
    assert right == [True] * len(right)
    assert check("RB123456786US").valid is False
