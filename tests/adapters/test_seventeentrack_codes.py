"""Every error code of 17TRACK leads to what its table says, wherever it stands."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from monitor.adapters.contract import Ask, Enrolment, EnrolmentState, Failure, FailureKind, NotYet
from monitor.adapters.seventeentrack import SeventeenTrack
from monitor.adapters.seventeentrack.codes import Next, refusal, table
from monitor.adapters.testing import KEY, NOW, ScriptedWire, replied, reply, told
from monitor.errors import SourceTrouble
from tests.adapters import seventeentrack_answers as made

if TYPE_CHECKING:
    from monitor.transport import Answer

NUMBER = "LP00000000000001"
ASK = (Ask(NUMBER),)
MIDNIGHT = datetime(2026, 9, 21, tzinfo=UTC)
SPEC = Path(__file__).parents[3] / "shared" / "apis" / "seventeentrack.md"
REFUSED, NEW = EnrolmentState.REFUSED, EnrolmentState.NEW
AGAIN, QUOTA = FailureKind.TRANSIENT, FailureKind.QUOTA
OWNER, DRIFT, AUTH = FailureKind.BAD_REQUEST, FailureKind.DRIFT, FailureKind.AUTH


def parsed(document: object) -> object:
    (found,) = SeventeenTrack(KEY).parse(replied(document), ASK, NOW)
    return found


def registered(document: object, ask: Ask = ASK[0]) -> Enrolment:
    wire = ScriptedWire([replied(document)])
    (found,) = asyncio.run(SeventeenTrack(KEY).register(wire, [ask]))
    return found


def trouble(answer: Answer) -> SourceTrouble:
    with pytest.raises(SourceTrouble) as caught:
        SeventeenTrack(KEY).parse(answer, ASK, NOW)
    assert KEY not in told(caught.value)
    return caught.value


ITEM_CODES = [
    pytest.param(-18010003, AGAIN, "again later", id="an internal error is asked again"),
    pytest.param(-18010010, DRIFT, "misses", id="missing data is ours to report"),
    pytest.param(-18010011, OWNER, "parcels edit", id="a bad value is the owner's to correct"),
    pytest.param(-18010012, OWNER, "remove", id="a number of a wrong format is compared"),
    pytest.param(-18010013, DRIFT, "cannot read", id="a malformed request is ours to report"),
    pytest.param(-18010014, DRIFT, "40", id="more than forty numbers is ours to report"),
    pytest.param(-18010015, OWNER, "--extra", id="a bad extra is the owner's to correct"),
    pytest.param(-18010016, OWNER, "final_carrier=", id="a last-mile carrier is taken away"),
    pytest.param(-18010018, OWNER, "--to CC --extra", id="country and postcode are asked for"),
    pytest.param(
        -18010019, OWNER, "--extra destination_postal_code=12345", id="a postcode is asked for"
    ),
    pytest.param(
        -18010020, OWNER, "--extra phone_number_last_4=1234", id="a phone number is asked for"
    ),
    pytest.param(-18010022, OWNER, "--extra ship_date=2026-09-01", id="a date is asked for"),
    pytest.param(-18019801, OWNER, "--carrier KEY", id="several carriers need a choice"),
    pytest.param(-18019805, OWNER, "--carrier KEY", id="the wrong carrier needs another"),
    pytest.param(-18019806, OWNER, "stopped", id="a stopped number is said to be stopped"),
    pytest.param(-18019807, OWNER, "sixth", id="no sixth change of carrier"),
    pytest.param(-18019808, AGAIN, "again later", id="no result since the change: later"),
    pytest.param(-18019810, OWNER, "--carrier KEY", id="an ambiguous number needs its carrier"),
    pytest.param(-18019815, AGAIN, "in time", id="a slow carrier is asked again"),
    pytest.param(-18019816, AGAIN, "again", id="a carrier's broken answer is asked again"),
    pytest.param(-18019817, AGAIN, "again", id="a system error is asked again"),
    pytest.param(-18019818, OWNER, "--carrier", id="an unsupported carrier needs another"),
    pytest.param(-18019902, OWNER, "90 days", id="an unregistered number is gone"),
    pytest.param(-18019903, OWNER, "apicarrier", id="an undetected carrier must be named"),
    pytest.param(-18019907, QUOTA, "tomorrow", id="a daily limit waits"),
    pytest.param(-18019908, QUOTA, "quota", id="a spent quota stops registering"),
    pytest.param(-18019910, OWNER, "apicarrier", id="an unknown carrier key needs another"),
    pytest.param(-18019911, OWNER, "at the moment", id="a closed carrier is tried much later"),
    pytest.param(-18019912, OWNER, "account", id="an account without live queries is told"),
    pytest.param(-18099999, DRIFT, "-18099999", id="an unknown code is named"),
    pytest.param(0, DRIFT, "without saying why", id="a missing code is said to be missing"),
]


@pytest.mark.parametrize(("code", "kind", "words"), ITEM_CODES)
def test_a_refused_number_fails_as_its_code_says(code: int, kind: FailureKind, words: str) -> None:
    found = parsed(made.answer(rejected=[made.rejected(NUMBER, code)]))
    assert isinstance(found, Failure)
    assert (found.number, found.kind) == (NUMBER, kind)
    assert words in found.detail
    assert "{number}" not in found.detail


@pytest.mark.parametrize(("code", "kind", "words"), ITEM_CODES)
def test_a_refused_registration_fails_as_its_code_says(
    code: int, kind: FailureKind, words: str
) -> None:
    found = registered(made.answer(rejected=[made.rejected(NUMBER, code)]))
    assert found.state is (NEW if kind in (AGAIN, QUOTA) else REFUSED)
    assert found.failure is kind
    assert words in found.detail


def test_the_sentence_names_the_number_in_its_command() -> None:
    found = parsed(made.answer(rejected=[made.rejected(NUMBER, -18010019)]))
    assert isinstance(found, Failure)
    assert f"parcels edit {NUMBER} --extra destination_postal_code=12345" in found.detail


def test_a_spent_day_returns_at_the_next_midnight_utc() -> None:
    found = parsed(made.answer(rejected=[made.rejected(NUMBER, -18019907)]))
    assert isinstance(found, Failure)
    assert found.until == MIDNIGHT


def test_already_registered_is_registered_under_the_carrier_it_has() -> None:
    found = registered(made.answer(rejected=[made.rejected(NUMBER, -18019901, carrier="3011")]))
    assert (found.state, found.carrier, found.failure) == (EnrolmentState.REGISTERED, "3011", None)


def test_nothing_yet_is_no_failure() -> None:
    found = parsed(made.answer(rejected=[made.rejected(NUMBER, -18019909)]))
    assert found == NotYet(NUMBER, NOW)


def test_only_an_unregistered_number_is_gone() -> None:
    for code in table():
        found = parsed(made.answer(rejected=[made.rejected(NUMBER, code)]))
        assert getattr(found, "gone", False) is (code == -18019902)


REQUEST_CODES = [
    pytest.param(-18010001, AUTH, "whitelist", id="the address is not on the whitelist"),
    pytest.param(-18010002, AUTH, "api_key", id="the key is wrong"),
    pytest.param(-18010003, AGAIN, "internal error", id="17TRACK is broken"),
    pytest.param(-18010004, AUTH, "disabled", id="the account is disabled"),
    pytest.param(-18010005, AUTH, "may not use", id="the key may not use the API"),
    pytest.param(-18010013, DRIFT, "-18010013", id="the request is malformed"),
    pytest.param(-18010014, DRIFT, "40", id="the batch is too large"),
    pytest.param(-18010019, DRIFT, "-18010019", id="a code about one number spares all numbers"),
    pytest.param(-18019907, QUOTA, "tomorrow", id="the day is used up"),
    pytest.param(-18019908, QUOTA, "quota", id="the quota is used up"),
    pytest.param(429, FailureKind.RATE_LIMITED, "a second", id="too fast"),
    pytest.param(500, AGAIN, "again", id="an HTTP error in the body"),
    pytest.param(12345, DRIFT, "12345", id="an unknown code"),
]


def with_errors(code: int) -> object:
    return {"code": code, "data": {"errors": [{"code": code, "message": f"No: {KEY}"}]}}


def with_null(code: int) -> object:
    return {"code": code, "data": None}


def with_code_zero(code: int) -> object:
    return {"code": 0, "data": {"errors": [{"code": code, "message": f"No: {KEY}"}]}}


def with_rows_too(code: int) -> object:
    return {"code": code, "data": {"accepted": [], "rejected": [], "errors": []}}


def with_text(code: int) -> object:
    return {"code": str(code), "data": {}}


SHAPES = [
    pytest.param(with_errors, id="code and errors"),
    pytest.param(with_null, id="code and null"),
    pytest.param(with_code_zero, id="errors under code 0"),
    pytest.param(with_rows_too, id="code beside empty lists"),
    pytest.param(with_text, id="code as text"),
]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("code", "kind", "words"), REQUEST_CODES)
def test_a_refused_request_is_trouble_in_every_shape(
    shape: object, code: int, kind: FailureKind, words: str
) -> None:
    assert callable(shape)
    found = trouble(replied(shape(code)))
    assert found.kind is kind
    assert words in found.detail


@pytest.mark.parametrize(
    ("document", "words"),
    [
        pytest.param({"code": 0, "data": None}, "neither", id="code 0 and data null"),
        pytest.param({"code": 0}, "neither", id="code 0 without data"),
        pytest.param({"data": {"accepted": []}}, "neither", id="no code"),
        pytest.param({"code": None, "data": {"accepted": []}}, "neither", id="code null"),
        pytest.param({"code": 0, "data": {}}, "lists no numbers", id="data without lists"),
        pytest.param({"code": 0, "data": {"errors": ["x"]}}, "why", id="errors that are text"),
        pytest.param({"code": 0, "data": {"errors": {"a": 1}}}, "why", id="errors as an object"),
        pytest.param({"code": 0, "data": []}, "neither", id="data as a list"),
        pytest.param({"code": True, "data": {"accepted": []}}, "neither", id="code as truth"),
    ],
)
def test_an_answer_that_says_neither_yes_nor_no_is_drift(document: object, words: str) -> None:
    found = trouble(replied(document))
    assert found.kind is DRIFT
    assert words in found.detail


@pytest.mark.parametrize("status", [400, 401, 403, 404, 418])
def test_a_code_in_the_body_says_more_than_the_status(status: int) -> None:
    assert (
        "IP whitelist in 17TRACK's dashboard, or empty"
        in trouble(replied(with_null(-18010001), status)).detail
    )


@pytest.mark.parametrize("status", [101, 204, 301, 307, 418])
def test_an_unexpected_status_points_at_the_address(status: int) -> None:
    found = trouble(reply(status, b""))
    assert found.kind in (DRIFT, AGAIN)
    assert found.detail


def test_a_daily_limit_on_the_whole_request_returns_at_midnight() -> None:
    assert trouble(replied(with_errors(-18019907))).until == MIDNIGHT


def test_a_wrong_address_is_named_with_the_right_one() -> None:
    assert "https://api.17track.net/track/v2.4" in trouble(reply(404, b"")).detail


@pytest.mark.parametrize("code", sorted(table()))
def test_every_sentence_is_one_that_an_owner_can_read(code: int) -> None:
    why = refusal(code)
    sentence = why.about(NUMBER)
    assert sentence.startswith("17TRACK")
    assert "{" not in sentence
    assert ("parcels edit" not in sentence) or NUMBER in sentence
    assert (why.next is Next.COMPLETE) <= (why.kind is OWNER)


def test_the_table_holds_every_code_of_the_reference() -> None:
    if not SPEC.exists():
        pytest.skip(f"the reference is not beside this checkout: {SPEC.name}")
    section = SPEC.read_text(encoding="utf-8").partition("## 5. Error")[2].partition("\n## 6.")[0]
    codes = {int(code) for code in re.findall(r"^\| (-180\d+) ", section, re.MULTILINE)}
    assert codes
    assert codes <= table().keys()
