"""The Ship24 adapter on a real line: requests as they leave, and a server that behaves like Ship24."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from monitor.adapters.contract import (
    Ask,
    EnrolmentState,
    Failure,
    FailureKind,
    Snapshot,
    SourceTrouble,
)
from monitor.adapters.ship24 import Ship24
from monitor.adapters.testing import KEY, told
from monitor.sandbox.clock import SteppedClock
from monitor.sandbox.faults import FaultKind
from monitor.sandbox.histories import load_histories
from monitor.sandbox.ship24 import Ship24Sandbox
from tests.adapters import ship24_answers as made
from tests.adapters.on_line import each_shown, on_line, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    import respx

BASE = "https://api.ship24.com/public/v1"
START = datetime(2026, 8, 3, 8, tzinfo=UTC)
NUMBER = "LP00638127450193"
RESULTS = f"{BASE}/trackers/search/{NUMBER}/results"
TRACKERS = f"{BASE}/trackers"
UNKNOWN = httpx.Response(404, json=made.refusal("tracker_not_found"))
REGISTERED, NEW, REFUSED = EnrolmentState.REGISTERED, EnrolmentState.NEW, EnrolmentState.REFUSED


def register(ask: Ask, base_url: str = BASE, *, attempts: int = 1) -> Any:
    adapter = Ship24(KEY)
    (found,) = on_line(base_url, lambda wire: adapter.register(wire, [ask]), attempts=attempts)
    return found


# requests as they leave


def test_a_question_leaves_as_documented(respx_mock: respx.MockRouter) -> None:
    route = respx_mock.get(RESULTS).respond(json=made.answer(made.tracking(NUMBER)))
    assert isinstance(shown(Ship24(KEY), BASE, [Ask(NUMBER)], START)[0], Snapshot)
    assert route.calls.last.request.headers["authorization"] == f"Bearer {KEY}"
    assert not route.calls.last.request.url.query


def test_a_number_cannot_change_the_address(respx_mock: respx.MockRouter) -> None:
    route = respx_mock.get(url__startswith=TRACKERS).mock(return_value=UNKNOWN)
    shown(Ship24(KEY), BASE, [Ask("../../x?y#z")], START)
    sent = route.calls.last.request.url.raw_path.decode()
    assert sent == "/public/v1/trackers/search/..%2F..%2Fx%3Fy%23z/results"


def test_without_a_key_nothing_is_asked(respx_mock: respx.MockRouter) -> None:
    with pytest.raises(SourceTrouble) as caught:
        shown(Ship24(), BASE, [Ask(NUMBER)], START)
    assert caught.value.kind is FailureKind.AUTH
    assert not respx_mock.calls


@pytest.mark.parametrize(
    ("ask", "particulars"),
    [
        pytest.param(Ask(NUMBER), {}, id="nothing known"),
        pytest.param(
            Ask(NUMBER, origin="CN", destination="de"),
            {"originCountryCode": "CN", "destinationCountryCode": "DE"},
            id="countries",
        ),
        pytest.param(
            Ask(NUMBER, extra=(("postcode", "10115"), ("phone", "1234"))),
            {"destinationPostCode": "10115"},
            id="a postcode, and nothing it has no use for",
        ),
        pytest.param(
            Ask(NUMBER, wanted_carrier="us-post"), {"courierCode": ["us-post"]}, id="a courier"
        ),
        pytest.param(Ask(NUMBER, wanted_carrier="190271"), {}, id="a key of another source"),
        pytest.param(Ask(NUMBER, wanted_carrier="Cainiao"), {}, id="a carrier's name"),
    ],
)
def test_a_tracker_is_made_with_what_is_known(
    respx_mock: respx.MockRouter, ask: Ask, particulars: Any
) -> None:
    respx_mock.get(RESULTS).mock(return_value=UNKNOWN)
    route = respx_mock.post(TRACKERS).respond(201, json=made.made(NUMBER))
    found = register(ask)
    assert (found.state, found.free) == (REGISTERED, False)
    sent = json.loads(route.calls.last.request.content)
    assert sent == {"trackingNumber": NUMBER} | particulars


def test_a_tracker_that_is_there_is_used_and_costs_nothing(respx_mock: respx.MockRouter) -> None:
    respx_mock.get(RESULTS).respond(json=made.answer(made.tracking(NUMBER, [])))
    found = register(Ask(NUMBER))
    assert (found.state, found.free) == (REGISTERED, True)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(httpx.ReadError("gone"), id="a broken line"),
        pytest.param(httpx.Response(502), id="an error of theirs"),
        pytest.param(httpx.Response(201, text='{"data"'), id="half an answer"),
        pytest.param(httpx.Response(200, html="<p>"), id="a page"),
        pytest.param(httpx.Response(201, json={"data": None}), id="an answer without a tracker"),
        pytest.param(httpx.Response(409, json=made.refusal("request_conflict")), id="a conflict"),
    ],
)
def test_a_tracker_that_may_have_been_made_is_not_made_again(
    respx_mock: respx.MockRouter, answer: Any
) -> None:
    respx_mock.get(RESULTS).mock(return_value=UNKNOWN)
    failing: dict[str, Any] = (
        {"side_effect": answer} if isinstance(answer, Exception) else {"return_value": answer}
    )
    route = respx_mock.post(TRACKERS).mock(**failing)
    with pytest.raises(SourceTrouble) as caught:
        register(Ask(NUMBER), attempts=4)
    assert caught.value.maybe_done
    assert route.call_count == 1


@pytest.mark.parametrize(
    ("status", "code", "state", "failure"),
    [
        (400, "validation_error", REFUSED, FailureKind.BAD_REQUEST),
        (400, "shipping_date_outdated", REFUSED, FailureKind.BAD_REQUEST),
        (402, "quota_limit_reached", NEW, FailureKind.QUOTA),
        (403, "quota_limit_reached", NEW, FailureKind.QUOTA),
    ],
)
def test_a_refusal_of_the_number_is_told_as_that(
    respx_mock: respx.MockRouter, status: int, code: str, state: Any, failure: FailureKind
) -> None:
    respx_mock.get(RESULTS).mock(return_value=UNKNOWN)
    respx_mock.post(TRACKERS).respond(status, json=made.refusal(code))
    found = register(Ask(NUMBER))
    assert (found.state, found.failure) == (state, failure)


def test_nothing_is_made_while_it_is_not_known_what_is_there(respx_mock: respx.MockRouter) -> None:
    respx_mock.get(RESULTS).respond(503)
    with pytest.raises(SourceTrouble) as caught:
        register(Ask(NUMBER))
    assert not caught.value.maybe_done
    assert respx_mock.calls.call_count == 1


@pytest.mark.parametrize("call", ["fetch", "register", "enrolled"])
@pytest.mark.parametrize("status", [401, 403, 404, 429, 500])
def test_no_refusal_shows_the_key(
    respx_mock: respx.MockRouter, caplog: pytest.LogCaptureFixture, call: str, status: int
) -> None:
    caplog.set_level(logging.DEBUG)
    respx_mock.route().respond(status, text=f"no such key: {KEY}")
    adapter, asks = Ship24(KEY), [Ask(NUMBER)]

    async def asked(wire: Any) -> None:
        answer = await getattr(adapter, call)(wire, asks)
        adapter.parse(answer, asks, START)

    with pytest.raises(SourceTrouble) as caught:
        on_line(BASE, asked)
    assert KEY not in told(caught.value) + caplog.text


# a server that behaves like Ship24


@pytest.fixture
def server() -> Iterator[Ship24Sandbox]:
    with Ship24Sandbox(SteppedClock(START), key=KEY) as server:
        for history in load_histories().values():
            server.script(history)
        yield server


def step(server: Ship24Sandbox, **by: float) -> None:
    assert isinstance(server.clock, SteppedClock)
    server.clock.advance(timedelta(**by))


def look(server: Ship24Sandbox, number: str) -> Any:
    return shown(Ship24(KEY), server.base_url, [Ask(number)], server.clock.now)[0]


def test_a_parcel_goes_from_unknown_to_delivered_for_one_tracker(server: Ship24Sandbox) -> None:
    number = load_histories()["1-normal"].number
    assert isinstance(look(server, number), Failure)
    assert register(Ask(number), server.base_url).state is REGISTERED
    assert isinstance(look(server, number), Snapshot)
    step(server, days=10)
    underway = look(server, number)
    step(server, days=30)
    delivered = look(server, number)
    assert delivered.status == "delivered"
    assert {(e.raw_time, e.text) for e in underway.events} < {
        (e.raw_time, e.text) for e in delivered.events
    }
    assert b"Somebody" not in delivered.evidence
    assert register(Ask(number, destination="DE"), server.base_url).free
    assert server.charges == {number: 1}


def test_the_sandbox_charges_for_other_particulars_as_the_real_one_does(
    server: Ship24Sandbox,
) -> None:
    adapter = Ship24(KEY)
    server.appears_after = timedelta(hours=1)
    for ask in (Ask(NUMBER), Ask(NUMBER), Ask(NUMBER, destination="DE")):
        on_line(server.base_url, lambda wire, ask=ask: adapter.register(wire, [ask]))
    assert server.charges == {NUMBER: 2}


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        pytest.param(FaultKind.UNAUTHORIZED_401, FailureKind.AUTH, id="a revoked key"),
        pytest.param(FaultKind.RATE_429, FailureKind.RATE_LIMITED, id="too fast"),
        pytest.param(FaultKind.ERROR_500, FailureKind.TRANSIENT, id="an error"),
        pytest.param(FaultKind.HTML_200, FailureKind.DRIFT, id="a web page"),
        pytest.param(FaultKind.LOST_ANSWER, FailureKind.TRANSIENT, id="a lost answer"),
    ],
)
def test_what_goes_wrong_has_its_kind(
    server: Ship24Sandbox, fault: FaultKind, kind: FailureKind
) -> None:
    server.faults.inject(fault)
    with pytest.raises(SourceTrouble) as caught:
        look(server, NUMBER)
    assert caught.value.kind is kind


@pytest.mark.parametrize("detailed", [False, True], ids=["the free plan", "a paid plan"])
def test_every_history_shipped_is_read_without_a_failure(
    server: Ship24Sandbox, detailed: bool
) -> None:
    server.detailed = detailed
    asks = [Ask(history.number) for history in load_histories().values()]
    for ask in asks:
        register(ask, server.base_url)
    for _ in range(4):
        step(server, days=15)
        found = each_shown(Ship24(KEY), server.base_url, asks, server.clock.now)
        assert not [each for each in found if isinstance(each, Failure)]
