"""Registering costs: what is sent, what is believed of the answer, and when nothing is believed."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from monitor.adapters.contract import Ask, Enrolment, EnrolmentState, FailureKind, SourceTrouble
from monitor.adapters.seventeentrack import (
    SeventeenTrack,
    carrier_key,
    extra_problem,
    known_extras,
)
from monitor.adapters.seventeentrack.registration import carrier_title
from monitor.adapters.testing import KEY, ScriptedWire, replied, reply, told
from monitor.errors import BadConfiguration, BadInput
from tests.adapters import seventeentrack_answers as made

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from monitor.transport import Answer

NUMBER, OTHER = "LP00000000000001", "RR123456789CN"
REGISTERED, NEW = EnrolmentState.REGISTERED, EnrolmentState.NEW
REGISTERING, REFUSED = EnrolmentState.REGISTERING, EnrolmentState.REFUSED


def run(wire: ScriptedWire, call: str, *asks: Ask, key: str = KEY) -> Any:
    coroutine: Coroutine[Any, Any, Any] = getattr(SeventeenTrack(key), call)(wire, asks)
    return asyncio.run(coroutine)


def sent(ask: Ask) -> dict[str, Any]:
    """The one item a registration sends."""
    wire = ScriptedWire([replied(made.answer({"number": ask.number, "carrier": 3011}))])
    run(wire, "register", ask)
    (request,) = wire.sent
    (item,) = request.json
    assert isinstance(item, dict)
    return item


def registering(answer: Answer | Exception, *asks: Ask) -> tuple[Enrolment, ...]:
    found: tuple[Enrolment, ...] = run(ScriptedWire([answer]), "register", *asks)
    return found


# what is sent


def test_a_registration_is_one_request_that_is_not_repeated() -> None:
    wire = ScriptedWire([replied(made.answer())])
    run(wire, "register", Ask(NUMBER), Ask(OTHER))
    (request,) = wire.sent
    assert (request.path, request.repeatable) == ("/register", False)
    assert request.headers == {"17token": KEY}
    assert request.json == [{"number": NUMBER}, {"number": OTHER}]


def test_a_question_is_one_request_that_may_be_repeated() -> None:
    wire = ScriptedWire([replied(made.answer())])
    run(wire, "fetch", Ask(NUMBER, carrier="190271", wanted_carrier="3011"), Ask(OTHER))
    (request,) = wire.sent
    assert (request.path, request.repeatable) == ("/gettrackinfo", True)
    assert request.json == [{"number": NUMBER, "carrier": 190271}, {"number": OTHER}]


@pytest.mark.parametrize("carrier", ["Cainiao", "0", "-5", "9" * 30, "", "3011.5"])
def test_a_question_names_no_carrier_that_is_not_a_key(carrier: str) -> None:
    wire = ScriptedWire([replied(made.answer())])
    run(wire, "fetch", Ask(NUMBER, carrier=carrier))
    assert wire.sent[0].json == [{"number": NUMBER}]


@pytest.mark.parametrize(
    ("ask", "fields"),
    [
        pytest.param(Ask(NUMBER), {}, id="a number alone is left to 17TRACK's detection"),
        pytest.param(Ask(NUMBER, wanted_carrier="3011"), {"carrier": 3011}, id="a carrier by key"),
        pytest.param(Ask(NUMBER, wanted_carrier="Cainiao"), {"carrier": 190271}, id="a carrier by name"),
        pytest.param(Ask(NUMBER, carrier="3011"), {}, id="a carrier seen earlier is not insisted on"),
        pytest.param(Ask(NUMBER, origin="cn", destination="ES"), {"origin_country": "CN", "destination_country": "ES"}, id="countries as two capitals"),
        pytest.param(Ask(NUMBER, origin="China", destination="?"), {}, id="countries that are none"),
        pytest.param(Ask(NUMBER, extra=(("destination_postal_code", "28001"),)), {"destination_postal_code": "28001"}, id="a postcode under its own name"),
        pytest.param(Ask(NUMBER, extra=(("Postcode ", " 28001\n"),)), {"destination_postal_code": "28001"}, id="a postcode under a plain name"),
        pytest.param(Ask(NUMBER, extra=(("phone", "1234"),)), {"phone_number_last_4": "1234"}, id="four digits are the tail of a phone number"),
        pytest.param(Ask(NUMBER, extra=(("phone", "+34 600 123 456"),)), {"phone_number": "+34 600 123 456"}, id="more digits are a phone number"),
        pytest.param(Ask(NUMBER, extra=(("ship_date", "2026-09-01"),)), {"ship_date": "2026/09/01"}, id="a date as 17TRACK writes it"),
        pytest.param(Ask(NUMBER, extra=(("ship_date", "2026/09/01"),)), {"ship_date": "2026/09/01"}, id="a date already so written"),
        pytest.param(Ask(NUMBER, extra=(("final_carrier", "Correos Spain"),)), {"final_carrier": 19181}, id="a last-mile carrier by name"),
        pytest.param(Ask(NUMBER, extra=(("final_carrier", ""),)), {}, id="an extra that was emptied"),
        pytest.param(Ask(NUMBER, extra=(("template", "x"), ("remark", "gift"), ("tag", "me"))), {}, id="extras of other sources stay here"),
        pytest.param(Ask(NUMBER, extra=(("order_no", "8"), ("email", "a@b.c"), ("lang", "en"))), {}, id="order, mail and paid translation stay here"),
    ],
)  # fmt: skip
def test_what_a_registration_sends(ask: Ask, fields: dict[str, Any]) -> None:
    assert sent(ask) == {"number": NUMBER, **fields}


def test_a_long_extra_is_cut() -> None:
    assert len(sent(Ask(NUMBER, extra=(("city", "x" * 5_000),)))["destination_city"]) <= 100


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        pytest.param(Ask(NUMBER, wanted_carrier="Nobody's Post"), "apicarrier", id="an unknown carrier"),
        pytest.param(Ask(NUMBER, wanted_carrier="postnord"), "PostNord Denmark (4011)", id="a carrier that can be several"),
        pytest.param(Ask(NUMBER, extra=(("ship_date", "last week"),)), "2026-09-01", id="a date that is none"),
    ],
)  # fmt: skip
def test_what_cannot_be_sent_is_refused_without_spending_quota(ask: Ask, words: str) -> None:
    wire = ScriptedWire([])
    (found,) = run(wire, "register", ask)
    assert (found.state, found.failure) == (REFUSED, FailureKind.BAD_REQUEST)
    assert words in found.detail
    assert wire.sent == []


def test_a_number_that_cannot_be_sent_does_not_hold_up_the_others() -> None:
    wire = ScriptedWire([replied(made.answer({"number": OTHER, "carrier": 3011}))])
    bad, good = run(wire, "register", Ask(NUMBER, wanted_carrier="Nobody"), Ask(OTHER))
    assert (bad.state, good.state) == (REFUSED, REGISTERED)
    assert wire.sent[0].json == [{"number": OTHER}]


def test_a_number_given_twice_is_paid_once() -> None:
    wire = ScriptedWire([replied(made.answer({"number": NUMBER, "carrier": 3011}))])
    found = run(wire, "register", Ask(NUMBER), Ask(NUMBER.lower()))
    assert [enrolment.state for enrolment in found] == [REGISTERED, REGISTERED]
    assert len(wire.sent[0].json) == 1


@pytest.mark.parametrize("call", ["fetch", "register", "enrolled"])
@pytest.mark.parametrize("count", [0, 41])
def test_a_request_holds_one_to_forty_numbers(call: str, count: int) -> None:
    with pytest.raises(ValueError, match="1 to 40"):
        run(ScriptedWire([]), call, *[Ask(NUMBER)] * count)


@pytest.mark.parametrize("call", ["fetch", "register", "enrolled"])
def test_without_a_key_nothing_is_sent(call: str) -> None:
    wire = ScriptedWire([])
    with pytest.raises(SourceTrouble) as caught:
        run(wire, call, Ask(NUMBER), key="")
    assert caught.value.kind is FailureKind.AUTH
    assert "adapters.seventeentrack.api_key" in caught.value.detail


# what is believed of the answer


def test_an_accepted_number_is_registered_with_the_carrier_17track_settled_on() -> None:
    accepted = {"origin": 1, "number": NUMBER, "carrier": 190271, "tag": None}
    (found,) = registering(replied(made.answer(accepted)), Ask(NUMBER, wanted_carrier="3011"))
    assert found == Enrolment(NUMBER, REGISTERED, "190271")


def test_accepted_and_refused_numbers_each_get_their_own_answer_in_the_order_asked() -> None:
    document = made.answer(
        {"number": OTHER, "carrier": 3011}, rejected=[made.rejected(NUMBER, -18019903, carrier=0)]
    )
    refused, accepted = registering(replied(document), Ask(NUMBER), Ask(OTHER))
    assert (refused.number, refused.state) == (NUMBER, REFUSED)
    assert (accepted.number, accepted.state) == (OTHER, REGISTERED)


def test_a_number_the_answer_does_not_mention_is_still_registering() -> None:
    (found,) = registering(replied(made.answer()), Ask(NUMBER))
    assert (found.state, found.failure) == (REGISTERING, FailureKind.TRANSIENT)


def test_a_spent_quota_leaves_the_number_new() -> None:
    document = made.answer(
        {"number": OTHER, "carrier": 3011}, rejected=[made.rejected(NUMBER, -18019908)]
    )
    spent, accepted = registering(replied(document), Ask(NUMBER), Ask(OTHER))
    assert (spent.state, spent.failure) == (NEW, FailureKind.QUOTA)
    assert accepted.state is REGISTERED


@pytest.mark.parametrize(
    ("answer", "maybe_done"),
    [
        pytest.param(reply(200, b'{"code":0,"data":{"acc'), True, id="an answer that broke off"),
        pytest.param(reply(200, b""), True, id="an empty answer"),
        pytest.param(reply(200, b"<html>"), True, id="a web page"),
        pytest.param(reply(500, b""), True, id="an error of the server"),
        pytest.param(reply(503, b""), True, id="a server that is not available"),
        pytest.param(replied({"code": 0, "data": None}), True, id="an answer that says nothing"),
        pytest.param(replied({"code": -18010003, "data": None}), True, id="an internal error"),
        pytest.param(reply(401, b""), False, id="a refused key"),
        pytest.param(reply(404, b""), False, id="a wrong address"),
        pytest.param(reply(429, b""), False, id="too fast"),
        pytest.param(replied({"code": -18010002, "data": None}), False, id="an unknown key"),
        pytest.param(replied({"code": -18019908, "data": None}), False, id="a spent quota"),
        pytest.param(replied({"code": -18010014, "data": None}), False, id="too large a batch"),
    ],
)
def test_a_registration_may_have_happened_when_its_answer_was_not_read(
    answer: Answer, maybe_done: bool
) -> None:
    with pytest.raises(SourceTrouble) as caught:
        registering(answer, Ask(NUMBER))
    assert caught.value.maybe_done is maybe_done
    assert KEY not in told(caught.value)


def test_a_lost_answer_passes_through_as_it_is() -> None:
    lost = SourceTrouble(FailureKind.TRANSIENT, "No answer in time.", maybe_done=True)
    with pytest.raises(SourceTrouble) as caught:
        registering(lost, Ask(NUMBER))
    assert caught.value is lost


def test_a_daily_limit_on_registrations_returns_after_the_answers_own_date() -> None:
    answer = replied({"code": -18019907, "data": None}, date="Sun, 20 Sep 2026 23:59:00 GMT")
    with pytest.raises(SourceTrouble) as caught:
        registering(answer, Ask(NUMBER))
    assert caught.value.until == datetime(2026, 9, 21, tzinfo=UTC)


@pytest.mark.parametrize("date", ["", "yesterday", "Sun, 99 Sep 2026 23:59:00 GMT"])
def test_a_senseless_date_leaves_the_return_open(date: str) -> None:
    with pytest.raises(SourceTrouble) as caught:
        registering(replied({"code": -18019907, "data": None}, date=date), Ask(NUMBER))
    assert caught.value.until is None


# which numbers the account has


def asked(*replies: Answer, asks: tuple[Ask, ...] = (Ask(NUMBER), Ask(OTHER))) -> Any:
    wire = ScriptedWire(list(replies))
    return run(wire, "enrolled", *asks), wire


def states(found: tuple[Enrolment, ...]) -> list[tuple[EnrolmentState, str]]:
    return [(enrolment.state, enrolment.carrier) for enrolment in found]


def test_listed_numbers_are_registered_and_the_others_are_new() -> None:
    found, wire = asked(replied(made.page(made.listed(NUMBER, 190271))))
    assert states(found) == [(REGISTERED, "190271"), (NEW, "")]
    (request,) = wire.sent
    assert (request.path, request.repeatable) == ("/gettracklist", True)
    assert request.json == {"number": f"{NUMBER},{OTHER}", "page_no": 1}


def test_all_pages_are_read_before_a_number_is_called_new() -> None:
    pages = [
        replied(made.page(made.listed("XX1234567"), number=1, total=3)),
        replied(made.page(made.listed(NUMBER), number=2, total=3)),
        replied(made.page(number=3, total=3)),
    ]
    found, wire = asked(*pages)
    assert states(found) == [(REGISTERED, "3011"), (NEW, "")]
    assert [request.json["page_no"] for request in wire.sent] == [1, 2, 3]


def test_reading_ends_when_every_number_was_found() -> None:
    found, wire = asked(
        replied(made.page(made.listed(NUMBER), made.listed(OTHER), number=1, total=9))
    )
    assert states(found) == [(REGISTERED, "3011"), (REGISTERED, "3011")]
    assert len(wire.sent) == 1


def test_a_missing_page_count_is_made_up_for_by_full_pages() -> None:
    full = made.page(*[made.listed(f"XX{n:07}") for n in range(40)])
    rest = made.page(made.listed(OTHER))
    del full["page"]
    rest["page"] = None
    found, wire = asked(replied(full), replied(rest))
    assert states(found) == [(NEW, ""), (REGISTERED, "3011")]
    assert len(wire.sent) == 2


def test_a_list_without_end_says_nothing_about_new_numbers() -> None:
    endless = [replied(made.page(made.listed("XX1234567"), total=10**9)) for _ in range(60)]
    with pytest.raises(SourceTrouble) as caught:
        asked(*endless)
    assert caught.value.kind is FailureKind.DRIFT


def test_a_page_that_fails_says_nothing_about_new_numbers() -> None:
    with pytest.raises(SourceTrouble):
        asked(replied(made.page(made.listed(NUMBER), total=2)), reply(200, b'{"code":0,'))


@pytest.mark.parametrize(
    ("ask", "carrier"),
    [
        pytest.param(Ask(NUMBER, carrier="3011"), "3011", id="the carrier known"),
        pytest.param(Ask(NUMBER, wanted_carrier="3011"), "3011", id="the carrier wanted"),
        pytest.param(Ask(NUMBER), "190271", id="the one still tracked"),
    ],
)
def test_of_two_registrations_the_one_meant_is_named(ask: Ask, carrier: str) -> None:
    rows = [made.listed(NUMBER, 3011, tracking_status="Stopped"), made.listed(NUMBER, 190271)]
    found, _ = asked(replied(made.page(*rows)), asks=(ask,))
    assert found[0].carrier == carrier


def test_a_stopped_number_is_registered_and_says_so() -> None:
    row = made.listed(NUMBER, tracking_status="Stopped", stop_track_reason="Expired")
    found, _ = asked(replied(made.page(row)), asks=(Ask(NUMBER),))
    assert found[0].state is REGISTERED
    assert "stopped" in found[0].detail


def test_rows_that_are_no_objects_are_passed_over() -> None:
    document = made.page(made.listed(NUMBER))
    document["data"]["accepted"] += ["x", None, 7, {"number": None}, {"carrier": 1}]
    found, _ = asked(replied(document))
    assert states(found) == [(REGISTERED, "3011"), (NEW, "")]


# carriers and extras


@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        pytest.param("190271", 190271, id="a key"),
        pytest.param(" 999999 ", 999999, id="a key outside the table"),
        pytest.param("cainiao", 190271, id="a name in small letters"),
        pytest.param("China  post", 3011, id="a name with a blank too many"),
        pytest.param("J&T Express (CN)", 190442, id="a name with other punctuation"),
        pytest.param("4px", 190094, id="a name with a digit"),
        pytest.param("DHL", 101266, id="a whole name that begins others"),
        pytest.param("Colis Privé", 100027, id="a name with an accent"),
        pytest.param("mondial", 100304, id="part of one name alone"),
        pytest.param("Österreichische Post", 1161, id="the carrier's own name"),
        pytest.param("Afghan Post", 1021, id="a carrier hardly anybody has parcels of"),
        pytest.param("DPD (PL)", 100111, id="a name as 17TRACK's list has it"),
        pytest.param("Fragtmænd", 100346, id="part of one name of the whole list"),
    ],
)
def test_a_carrier_is_found(wanted: str, key: int) -> None:
    assert carrier_key(wanted) == key


@pytest.mark.parametrize(
    "wanted", ["", " ", "0", "9" * 11, "-1", "post", "\x1b[31m", "½", "Nobody", "dpd", "xx"]
)
def test_a_carrier_that_is_none_or_several_is_refused(wanted: str) -> None:
    with pytest.raises(BadInput) as caught:
        carrier_key(wanted)
    assert "\x1b" not in str(caught.value)


def test_every_accepted_extra_has_no_problem_and_any_other_has() -> None:
    assert not any(extra_problem(name) for name in known_extras)
    assert "postcode" in extra_problem("post code")


# the options


@pytest.mark.parametrize("key", ["two words", "line\n", "schlüssel", "\x00"])
def test_a_key_no_header_can_carry_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(BadConfiguration) as caught:
        SeventeenTrack(key)
    assert key not in str(caught.value)


@pytest.mark.parametrize("rate", [0, -1, float("nan"), float("inf")])
def test_a_senseless_rate_is_refused(rate: float) -> None:
    with pytest.raises(BadConfiguration):
        SeventeenTrack(KEY, requests_per_second=rate)


@pytest.mark.parametrize(("rate", "spacing"), [(3, 0.35), (1, 1.05), (0.5, 2.1)])
def test_requests_are_spaced_a_little_wider_than_the_rate(rate: float, spacing: float) -> None:
    found = SeventeenTrack(KEY, requests_per_second=rate).capability.spacing
    assert found == pytest.approx(spacing)


@pytest.mark.parametrize(
    ("number", "known"),
    [
        ("LP00000000000001", True),
        ("abc-1", True),
        ("1234", False),
        ("x" * 50, True),
        ("x" * 51, False),
        ("RR 123456789 CN", False),
        ("RR123456789CN ", True),
        ("\uff32\uff32123456789", False),
    ],
)
def test_which_numbers_17track_takes(number: str, known: bool) -> None:
    assert SeventeenTrack(KEY).recognise(number) is known


def test_the_request_bodies_are_plain_json() -> None:
    asks = [Ask(NUMBER, wanted_carrier="Cainiao", extra=(("ship_date", "2026-09-01"),))]
    wire = ScriptedWire([replied(made.answer())])
    run(wire, "register", *asks)
    assert json.loads(json.dumps(wire.sent[0].json)) == wire.sent[0].json


@pytest.mark.parametrize(
    ("key", "title"),
    [
        pytest.param("3011", "China Post", id="a usual carrier"),
        pytest.param("1021", "Afghan Post", id="one of the whole list"),
        pytest.param("999999999", "999999999", id="a key nobody knows"),
        pytest.param("9" * 5000, "9" * 5000, id="no key at all"),
        pytest.param("DHL", "DHL", id="a name"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_key_is_called_by_its_carriers_name(key: str, title: str) -> None:
    assert carrier_title(key) == title
