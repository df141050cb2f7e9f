"""The DHL adapter on a real line: requests as they leave, and a server that behaves like DHL."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from monitor.adapters.contract import Ask, Failure, FailureKind, NotYet, Snapshot, SourceTrouble
from monitor.adapters.dhl import Dhl
from monitor.adapters.testing import KEY, NOW, told
from monitor.sandbox.clock import SteppedClock
from monitor.sandbox.dhl import DhlSandbox
from monitor.sandbox.faults import FaultKind
from monitor.sandbox.histories import load_histories
from tests.adapters import dhl_answers as made
from tests.adapters.on_line import each_shown, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    import respx

BASE = "https://api-eu.dhl.com"
URL = f"{BASE}/track/shipments"
START = datetime(2026, 8, 3, 8, tzinfo=UTC)
NUMBER = "RR123456785DE"


def asked(ask: Ask, *, attempts: int = 1) -> Any:
    return shown(Dhl(KEY), BASE, [ask], NOW, attempts=attempts)[0]


def test_a_question_leaves_as_documented(respx_mock: respx.MockRouter) -> None:
    route = respx_mock.get(URL).respond(json=made.answer(made.shipment(NUMBER)))
    assert isinstance(asked(Ask(NUMBER)), Snapshot)
    request = route.calls.last.request
    assert dict(request.url.params) == {"trackingNumber": NUMBER, "language": "en"}
    assert request.headers["dhl-api-key"] == KEY


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        pytest.param((("postcode", " 10115 "),), "10115", id="a postcode"),
        pytest.param((("Postal_Code", "SW1A 1AA"),), "SW1A 1AA", id="by another name"),
        pytest.param((("postcode", "a&b=c"),), None, id="what is none"),
        pytest.param((("phone", "1234"),), None, id="something else"),
    ],
)
def test_a_postcode_is_sent_where_one_was_given(
    respx_mock: respx.MockRouter, given: Any, sent: str | None
) -> None:
    route = respx_mock.get(URL).respond(json=made.answer())
    asked(Ask(NUMBER, extra=given))
    assert route.calls.last.request.url.params.get("recipientPostalCode") == sent


def test_without_a_key_nothing_is_asked(respx_mock: respx.MockRouter) -> None:
    with pytest.raises(SourceTrouble) as caught:
        shown(Dhl(), BASE, [Ask(NUMBER)], NOW)
    assert caught.value.kind is FailureKind.AUTH
    assert not respx_mock.calls


def test_an_error_of_theirs_is_asked_again(respx_mock: respx.MockRouter) -> None:
    good = httpx.Response(200, json=made.answer(made.shipment(NUMBER)))
    route = respx_mock.get(URL).mock(
        side_effect=[httpx.Response(503), httpx.ReadError("gone"), good]
    )
    assert isinstance(asked(Ask(NUMBER), attempts=4), Snapshot)
    assert route.call_count == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500])
def test_no_refusal_shows_the_key(
    respx_mock: respx.MockRouter, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    caplog.set_level(logging.DEBUG)
    respx_mock.get(URL).respond(status, text=f"no such key: {KEY}")
    try:
        said = repr(asked(Ask(NUMBER)))
    except SourceTrouble as trouble:
        said = told(trouble)
    assert KEY not in said + caplog.text


# a server that behaves like DHL


@pytest.fixture
def dhl() -> Iterator[DhlSandbox]:
    with DhlSandbox(SteppedClock(START), key=KEY, known_after=1) as server:
        for history in load_histories().values():
            server.script(history)
        yield server


def step(server: DhlSandbox, **by: float) -> None:
    assert isinstance(server.clock, SteppedClock)
    server.clock.advance(timedelta(**by))


def look(server: DhlSandbox, number: str) -> Any:
    return shown(Dhl(KEY), server.base_url, [Ask(number)], server.clock.now)[0]


def test_a_parcel_is_unknown_at_first_and_then_seen_to_its_end(dhl: DhlSandbox) -> None:
    number = load_histories()["1-normal"].number
    step(dhl, days=1)
    assert isinstance(look(dhl, number), NotYet)
    underway = look(dhl, number)
    assert isinstance(underway, Snapshot)
    step(dhl, days=40)
    delivered = look(dhl, number)
    assert delivered.status == "delivered"
    assert set(underway.events) < set(delivered.events)
    assert b"Somebody" not in delivered.evidence


def test_a_number_nobody_sent_is_not_known_yet(dhl: DhlSandbox) -> None:
    assert isinstance(look(dhl, NUMBER), NotYet)


def test_another_division_with_the_same_number_is_not_taken_for_ours(dhl: DhlSandbox) -> None:
    dhl.divisions, dhl.known_after = True, 0
    number = load_histories()["3-exception-stays"].number
    step(dhl, days=20)
    assert "Freight" not in repr(look(dhl, number))


def test_too_many_calls_a_day_and_too_fast_ones_are_told_as_that(dhl: DhlSandbox) -> None:
    dhl.daily, dhl.spacing = 2, 5
    for _ in range(2):
        look(dhl, NUMBER)
        step(dhl, seconds=5)
    with pytest.raises(SourceTrouble) as caught:
        look(dhl, NUMBER)
    assert caught.value.kind is FailureKind.RATE_LIMITED
    step(dhl, days=1)
    look(dhl, NUMBER)
    with pytest.raises(SourceTrouble):
        look(dhl, NUMBER)
    assert dhl.used_today == 1


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        pytest.param(FaultKind.UNAUTHORIZED_401, FailureKind.AUTH, id="a revoked key"),
        pytest.param(FaultKind.RATE_429, FailureKind.RATE_LIMITED, id="too fast"),
        pytest.param(FaultKind.ERROR_503, FailureKind.TRANSIENT, id="not available"),
        pytest.param(FaultKind.HTML_200, FailureKind.DRIFT, id="a web page"),
        pytest.param(FaultKind.EMPTY_200, FailureKind.TRANSIENT, id="an empty answer"),
        pytest.param(FaultKind.LOST_ANSWER, FailureKind.TRANSIENT, id="a lost answer"),
    ],
)
def test_what_goes_wrong_has_its_kind(dhl: DhlSandbox, fault: FaultKind, kind: FailureKind) -> None:
    dhl.faults.inject(fault)
    with pytest.raises(SourceTrouble) as caught:
        look(dhl, NUMBER)
    assert caught.value.kind is kind
    assert KEY not in told(caught.value)


def test_every_history_shipped_is_read_without_a_failure(dhl: DhlSandbox) -> None:
    dhl.number_ids = True
    asks = [Ask(history.number) for history in load_histories().values()]
    for _ in range(6):
        step(dhl, days=10)
        found = each_shown(Dhl(KEY), dhl.base_url, asks, dhl.clock.now)
        assert not [each for each in found if isinstance(each, Failure)]
