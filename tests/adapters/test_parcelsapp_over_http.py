"""The Parcels app adapter on a real line: requests as they leave, and a server that behaves like it."""

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
    NotYet,
    Snapshot,
    SourceTrouble,
)
from monitor.adapters.parcelsapp import POLLS, ParcelsApp
from monitor.adapters.testing import KEY, NOW, told
from monitor.sandbox.clock import SteppedClock
from monitor.sandbox.faults import FaultKind
from monitor.sandbox.histories import load_histories
from monitor.sandbox.parcelsapp import ParcelsAppSandbox
from tests.adapters import parcelsapp_answers as made
from tests.adapters.on_line import on_line, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    import respx

BASE = "https://parcelsapp.com/api/v3"
URL = f"{BASE}/shipments/tracking"
START = datetime(2026, 8, 3, 8, tzinfo=UTC)
NUMBER, OTHER = "LP00700000000001", "RR123456785CN"
ASK = Ask(NUMBER, destination="FR")


def asked(*asks: Ask, attempts: int = 1) -> Any:
    return shown(ParcelsApp(KEY), BASE, asks or [ASK], NOW, attempts=attempts)


def good(*numbers: str, **other: Any) -> httpx.Response:
    shipments = (made.shipment(number) for number in numbers or [NUMBER])
    return httpx.Response(200, json=made.answer(*shipments, **other))


def answering(document: Any) -> httpx.Response:
    return httpx.Response(200, json=document)


# requests as they leave


def test_a_request_leaves_as_documented(respx_mock: respx.MockRouter) -> None:
    post = respx_mock.post(URL).mock(return_value=answering(made.CREATED))
    get = respx_mock.get(URL).mock(return_value=good())
    assert isinstance(
        asked(Ask(NUMBER, destination="GB", extra=(("postcode", "N1 9GU"),)))[0], Snapshot
    )
    assert json.loads(post.calls.last.request.content) == {
        "apiKey": KEY,
        "language": "en",
        "shipments": [
            {"trackingId": NUMBER, "destinationCountry": "United Kingdom", "zipcode": "N1 9GU"}
        ],
    }
    params = dict(get.calls.last.request.url.params)
    assert params == {"uuid": "u-1", "apiKey": KEY, "language": "en"}


@pytest.mark.parametrize("count", [0, 21])
def test_only_one_to_twenty_numbers_fit_a_request(count: int) -> None:
    with pytest.raises(ValueError, match=f"not {count}"):
        shown(ParcelsApp(KEY), BASE, [ASK] * count, NOW)


def test_without_a_key_nothing_is_asked(respx_mock: respx.MockRouter) -> None:
    with pytest.raises(SourceTrouble) as caught:
        shown(ParcelsApp(), BASE, [ASK], NOW)
    assert caught.value.kind is FailureKind.AUTH
    assert not respx_mock.calls


def test_what_is_cached_needs_no_second_question(respx_mock: respx.MockRouter) -> None:
    document = made.answer(made.shipment(NUMBER), fromCache=True)
    del document["uuid"]
    respx_mock.post(URL).mock(return_value=answering(document))
    assert isinstance(asked()[0], Snapshot)
    assert respx_mock.calls.call_count == 1


def test_a_mixed_answer_is_put_together(respx_mock: respx.MockRouter) -> None:
    at_once = made.CREATED | {"fromCache": True, "shipments": [made.shipment(NUMBER)]}
    respx_mock.post(URL).mock(return_value=answering(at_once))
    respx_mock.get(URL).mock(side_effect=[answering(made.PENDING), good(OTHER)])
    old, new = asked(ASK, Ask(OTHER, destination="FR"))
    assert (old.looked_at, new.looked_at) == (NOW - timedelta(days=1), NOW)


def test_what_is_not_done_in_time_is_asked_another_time(respx_mock: respx.MockRouter) -> None:
    respx_mock.post(URL).mock(return_value=answering(made.CREATED))
    part = made.PENDING | {"shipments": [made.shipment(NUMBER)]}
    get = respx_mock.get(URL).mock(return_value=answering(part))
    done, waits = asked(ASK, Ask(OTHER, destination="FR"))
    assert get.call_count == POLLS
    assert isinstance(done, Snapshot)
    assert isinstance(waits, Failure)
    assert "still asking the carriers" in waits.detail


def test_a_forgotten_request_is_made_once_more(respx_mock: respx.MockRouter) -> None:
    post = respx_mock.post(URL).mock(return_value=answering(made.CREATED))
    respx_mock.get(URL).mock(side_effect=[answering(made.FORGOTTEN), good()])
    assert isinstance(asked()[0], Snapshot)
    assert post.call_count == 2


def test_a_request_that_is_forgotten_again_is_trouble_that_passes(
    respx_mock: respx.MockRouter,
) -> None:
    post = respx_mock.post(URL).mock(return_value=answering(made.CREATED))
    respx_mock.get(URL).mock(return_value=answering(made.FORGOTTEN))
    with pytest.raises(SourceTrouble) as caught:
        asked()
    assert caught.value.kind is FailureKind.TRANSIENT
    assert post.call_count == 2


def test_an_error_of_theirs_is_asked_again(respx_mock: respx.MockRouter) -> None:
    respx_mock.post(URL).mock(side_effect=[httpx.Response(502), answering(made.CREATED)])
    respx_mock.get(URL).mock(side_effect=[httpx.ReadError("gone"), good()])
    assert isinstance(asked(attempts=4)[0], Snapshot)


@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize("answer", [
    pytest.param(httpx.Response(403, text=KEY), id="a refusal"),
    pytest.param(httpx.Response(503, text=KEY), id="an error"),
    pytest.param(httpx.Response(302, headers={"location": f"/?apiKey={KEY}"}), id="a redirect"),
    pytest.param(httpx.ReadError(KEY), id="a broken line"),
    pytest.param(httpx.Response(200, json={"error": f"NO {KEY}"}), id="an error under 200"),
    pytest.param(httpx.Response(200, html=f"<p>{KEY}"), id="a page"),
])  # fmt: skip
def test_nothing_that_goes_wrong_shows_the_key(
    respx_mock: respx.MockRouter, caplog: pytest.LogCaptureFixture, method: str, answer: Any
) -> None:
    """It stands in the body and in the address, both of which an error could print."""
    caplog.set_level(logging.DEBUG)
    failing: dict[str, Any] = (
        {"side_effect": answer} if isinstance(answer, Exception) else {"return_value": answer}
    )
    if method == "GET":
        respx_mock.post(URL).mock(return_value=answering(made.CREATED))
    respx_mock.request(method, URL).mock(**failing)
    with pytest.raises(SourceTrouble) as caught:
        asked()
    assert KEY not in told(caught.value)
    assert KEY not in caplog.text


# a server that behaves like Parcels app


@pytest.fixture
def server() -> Iterator[ParcelsAppSandbox]:
    with ParcelsAppSandbox(SteppedClock(START), key=KEY) as server:
        for history in load_histories().values():
            server.script(history)
        yield server


HISTORY = load_histories()["3-exception-stays"]
THEIRS = Ask(HISTORY.number, destination=HISTORY.destination or "")


def step(server: ParcelsAppSandbox, **by: float) -> None:
    assert isinstance(server.clock, SteppedClock)
    server.clock.advance(timedelta(**by))


def look(server: ParcelsAppSandbox, *asks: Ask) -> Any:
    return shown(ParcelsApp(KEY), server.base_url, asks, server.clock.now)


def register(server: ParcelsAppSandbox, *asks: Ask) -> Any:
    adapter = ParcelsApp(KEY)
    return on_line(server.base_url, lambda wire: adapter.register(wire, asks))


def test_a_parcel_counts_once_a_month_however_often_it_is_asked_about(
    server: ParcelsAppSandbox,
) -> None:
    assert [e.state for e in register(server, THEIRS)] == [EnrolmentState.REGISTERED]
    step(server, days=13)
    for _ in range(3):
        assert isinstance(look(server, THEIRS)[0], Snapshot)
        step(server, hours=6)
    assert server.counted == {THEIRS.number}


@pytest.mark.parametrize("text_key", ["status", "state"])
@pytest.mark.parametrize("names_only", [False, True], ids=["services", "carriers"])
def test_both_shapes_of_its_answers_say_the_same(
    server: ParcelsAppSandbox, text_key: str, names_only: bool
) -> None:
    server.text_key, server.names_only = text_key, names_only
    step(server, days=13)
    (found,) = look(server, THEIRS)
    assert {e.provider for e in found.events} == {"Cainiao"}
    assert all(e.text for e in found.events)


def test_a_number_without_a_country_is_refused_before_it_counts(server: ParcelsAppSandbox) -> None:
    refused, fine = register(server, Ask(OTHER), THEIRS)
    assert refused.state is EnrolmentState.REFUSED
    assert f"parcels edit {OTHER} --to CC" in refused.detail
    assert fine.state is EnrolmentState.REGISTERED
    assert server.counted == {THEIRS.number}


def test_nothing_is_sent_for_numbers_that_all_lack_a_country(server: ParcelsAppSandbox) -> None:
    register(server, Ask(OTHER))
    assert server.calls == []


def test_a_wrong_country_finds_nothing_and_is_no_error(server: ParcelsAppSandbox) -> None:
    step(server, days=13)
    (found,) = look(server, Ask(THEIRS.number, destination="NZ"))
    assert isinstance(found, NotYet)


def test_one_part_from_the_cache_and_one_anew(server: ParcelsAppSandbox) -> None:
    step(server, days=13)
    look(server, THEIRS)
    step(server, hours=1)
    other = load_histories()["1-normal"]
    old, new = look(server, THEIRS, Ask(other.number, destination=other.destination or ""))
    assert (old.looked_at, new.looked_at) == (
        server.clock.now - timedelta(days=1),
        server.clock.now,
    )


def test_the_end_of_the_months_numbers_is_told_as_that(server: ParcelsAppSandbox) -> None:
    server.limit = 1
    register(server, THEIRS)
    with pytest.raises(SourceTrouble) as caught:
        register(server, Ask(OTHER, destination="DE"))
    assert caught.value.kind is FailureKind.QUOTA
    assert server.counted == {THEIRS.number}


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        pytest.param(FaultKind.UNAUTHORIZED_401, FailureKind.AUTH, id="a revoked key"),
        pytest.param(FaultKind.RATE_429, FailureKind.RATE_LIMITED, id="too fast"),
        pytest.param(FaultKind.ERROR_502, FailureKind.TRANSIENT, id="not available"),
        pytest.param(FaultKind.HTML_200, FailureKind.DRIFT, id="a web page"),
        pytest.param(FaultKind.TRUNCATED, FailureKind.TRANSIENT, id="half an answer"),
        pytest.param(FaultKind.LOST_ANSWER, FailureKind.TRANSIENT, id="a lost answer"),
    ],
)
def test_what_goes_wrong_has_its_kind(
    server: ParcelsAppSandbox, fault: FaultKind, kind: FailureKind
) -> None:
    server.faults.inject(fault)
    with pytest.raises(SourceTrouble) as caught:
        look(server, THEIRS)
    assert caught.value.kind is kind


def test_every_history_shipped_is_read_without_a_failure(server: ParcelsAppSandbox) -> None:
    asks = [Ask(h.number, destination=h.destination or "") for h in load_histories().values()]
    for _ in range(6):
        step(server, days=10)
        assert not [found for found in look(server, *asks) if isinstance(found, Failure)]
