"""The adapter on a real line: requests as they leave, and a server that behaves like 17TRACK."""

from __future__ import annotations

import asyncio
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
from monitor.adapters.seventeentrack import SeventeenTrack
from monitor.adapters.testing import KEY, told
from monitor.sandbox.clock import SteppedClock
from monitor.sandbox.faults import FaultKind, Faults
from monitor.sandbox.histories import load_histories
from monitor.sandbox.seventeentrack import SeventeenTrackSandbox
from monitor.transport import HttpClient, Wire
from tests.adapters import seventeentrack_answers as made

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    import respx

BASE = "https://api.17track.net/track/v2.4"
START = datetime(2026, 8, 3, 8, tzinfo=UTC)
NUMBER, UNKNOWN = "LP00638127450193", "ZZ000000000ZZ"
REGISTERED, NEW = EnrolmentState.REGISTERED, EnrolmentState.NEW


class AtOnce:
    """A pace for servers that count no requests."""

    async def turn(self) -> None:
        return


def on_line(base_url: str, work: Callable[[Wire], Awaitable[Any]], *, attempts: int = 1) -> Any:
    async def within() -> Any:
        async with HttpClient() as client:
            return await work(
                Wire(client, base_url=base_url, pace=AtOnce(), attempts=attempts, first_pause=0)
            )

    return asyncio.run(within())


# requests as they leave


def test_a_question_leaves_as_documented(respx_mock: respx.MockRouter) -> None:
    route = respx_mock.post(f"{BASE}/gettrackinfo").respond(
        json=made.answer(made.item(NUMBER, 190271))
    )
    adapter, asks = SeventeenTrack(KEY), [Ask(NUMBER, carrier="190271")]
    answer = on_line(adapter.base_url, lambda wire: adapter.fetch(wire, asks))
    request = route.calls.last.request
    assert request.headers["17token"] == KEY
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.content) == [{"number": NUMBER, "carrier": 190271}]
    (found,) = adapter.parse(answer, asks, START)
    assert isinstance(found, Snapshot)


def test_a_registration_whose_answer_is_lost_is_not_sent_again(
    respx_mock: respx.MockRouter,
) -> None:
    route = respx_mock.post(f"{BASE}/register").mock(side_effect=httpx.ReadError("gone"))
    adapter = SeventeenTrack(KEY)
    with pytest.raises(SourceTrouble) as caught:
        on_line(BASE, lambda wire: adapter.register(wire, [Ask(NUMBER)]), attempts=4)
    assert caught.value.maybe_done
    assert route.call_count == 1


def test_a_question_that_failed_is_asked_again(respx_mock: respx.MockRouter) -> None:
    good = httpx.Response(200, json=made.answer(made.item(NUMBER)))
    route = respx_mock.post(f"{BASE}/gettrackinfo").mock(
        side_effect=[httpx.Response(503), httpx.ConnectError("no"), good]
    )
    adapter = SeventeenTrack(KEY)
    answer = on_line(BASE, lambda wire: adapter.fetch(wire, [Ask(NUMBER)]), attempts=4)
    assert answer.status == 200
    assert route.call_count == 3


@pytest.mark.parametrize("call", ["fetch", "register", "enrolled"])
@pytest.mark.parametrize("status", [401, 403, 404, 429, 500])
def test_no_refusal_shows_the_key(
    respx_mock: respx.MockRouter, caplog: pytest.LogCaptureFixture, call: str, status: int
) -> None:
    caplog.set_level(logging.DEBUG)
    respx_mock.post(url__startswith=BASE).respond(status, text=f"no such key: {KEY}")
    adapter, asks = SeventeenTrack(KEY), [Ask(NUMBER)]

    async def asked(wire: Wire) -> None:
        answer = await getattr(adapter, call)(wire, asks)
        adapter.parse(answer, asks, START)

    with pytest.raises(SourceTrouble) as caught:
        on_line(BASE, asked)
    assert KEY not in told(caught.value)
    assert KEY not in caplog.text


# a server that behaves like 17TRACK


@pytest.fixture
def sandbox() -> Iterator[SeventeenTrackSandbox]:
    with SeventeenTrackSandbox(
        SteppedClock(START), key=KEY, rate_limit=0, faults=Faults()
    ) as server:
        for history in load_histories().values():
            server.script(history)
        yield server


def step(sandbox: SeventeenTrackSandbox, by: timedelta) -> None:
    assert isinstance(sandbox.clock, SteppedClock)
    sandbox.clock.advance(by)


def do(sandbox: SeventeenTrackSandbox, call: str, *asks: Ask) -> Any:
    adapter = SeventeenTrack(KEY, base_url=sandbox.base_url)
    return on_line(adapter.base_url, lambda wire: getattr(adapter, call)(wire, asks))


def shown(sandbox: SeventeenTrackSandbox, *asks: Ask) -> tuple[Any, ...]:
    answer = do(sandbox, "fetch", *asks)
    return SeventeenTrack(KEY).parse(answer, asks, sandbox.clock.now)


def test_a_parcel_goes_from_new_to_registered_to_delivered(sandbox: SeventeenTrackSandbox) -> None:
    ask = Ask(NUMBER, destination="DE")
    assert do(sandbox, "enrolled", ask)[0].state is NEW
    (registered,) = do(sandbox, "register", ask)
    assert (registered.state, registered.carrier) == (REGISTERED, "190271")
    assert isinstance(shown(sandbox, ask)[0], NotYet)

    step(sandbox, timedelta(days=10))
    known = Ask(NUMBER, carrier=registered.carrier, destination="DE")
    (underway,) = shown(sandbox, known)
    assert isinstance(underway, Snapshot)
    assert underway.looked_at is not None
    assert underway.looked_at <= sandbox.clock.now

    step(sandbox, timedelta(days=20))
    (delivered,) = shown(sandbox, known)
    assert delivered.status == "Delivered_Other"
    assert any(event.last_mile for event in delivered.events)
    assert any(not event.last_mile for event in delivered.events)
    assert do(sandbox, "enrolled", known)[0].state is REGISTERED


def test_registering_twice_costs_once(sandbox: SeventeenTrackSandbox) -> None:
    first, second = (do(sandbox, "register", Ask(NUMBER))[0] for _ in range(2))
    assert (first.state, second.state) == (REGISTERED, REGISTERED)
    assert first.carrier == second.carrier
    assert sandbox.quota_used == 1


def test_an_answer_lost_after_the_work_is_found_in_the_list(
    sandbox: SeventeenTrackSandbox,
) -> None:
    sandbox.faults.inject(FaultKind.LOST_ANSWER, endpoint="register", times=1)
    with pytest.raises(SourceTrouble) as caught:
        do(sandbox, "register", Ask(NUMBER))
    assert caught.value.maybe_done
    assert do(sandbox, "enrolled", Ask(NUMBER))[0].state is REGISTERED
    assert sandbox.quota_used == 1


def test_a_truncated_registration_is_found_in_the_list(sandbox: SeventeenTrackSandbox) -> None:
    sandbox.faults.inject(FaultKind.TRUNCATED, endpoint="register", times=1)
    with pytest.raises(SourceTrouble) as caught:
        do(sandbox, "register", Ask(NUMBER))
    assert caught.value.maybe_done
    assert do(sandbox, "enrolled", Ask(NUMBER))[0].state is REGISTERED


def test_a_number_nobody_registered_is_gone(sandbox: SeventeenTrackSandbox) -> None:
    (found,) = shown(sandbox, Ask(NUMBER))
    assert isinstance(found, Failure)
    assert found.gone


def test_a_number_without_a_carrier_asks_for_one(sandbox: SeventeenTrackSandbox) -> None:
    (found,) = do(sandbox, "register", Ask("0000000000000000"))
    assert found.state is EnrolmentState.REFUSED
    assert "--carrier KEY" in found.detail


def test_the_registration_that_was_left_out_of_the_answer_is_asked_for(
    sandbox: SeventeenTrackSandbox,
) -> None:
    sandbox.faults.inject(FaultKind.OMITS, endpoint="register", times=1)
    (found,) = do(sandbox, "register", Ask(NUMBER))
    assert found.state is EnrolmentState.REGISTERING
    assert do(sandbox, "enrolled", Ask(NUMBER))[0].state is REGISTERED


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        pytest.param(FaultKind.UNAUTHORIZED_401, FailureKind.AUTH, id="a revoked key"),
        pytest.param(FaultKind.IP_NOT_ALLOWED_200, FailureKind.AUTH, id="an address not allowed"),
        pytest.param(FaultKind.RATE_429, FailureKind.RATE_LIMITED, id="too fast"),
        pytest.param(FaultKind.ERROR_500, FailureKind.TRANSIENT, id="an error"),
        pytest.param(FaultKind.ERROR_503, FailureKind.TRANSIENT, id="not available"),
        pytest.param(FaultKind.HTML_200, FailureKind.DRIFT, id="a web page"),
        pytest.param(FaultKind.EMPTY_200, FailureKind.TRANSIENT, id="an empty answer"),
        pytest.param(FaultKind.DATA_NULL, FailureKind.DRIFT, id="data null"),
        pytest.param(FaultKind.ERRORS_200, FailureKind.DRIFT, id="errors under code 0"),
        pytest.param(FaultKind.INTERNAL_200, FailureKind.TRANSIENT, id="an internal error"),
        pytest.param(FaultKind.TRUNCATED, FailureKind.TRANSIENT, id="a truncated answer"),
    ],
)
def test_what_goes_wrong_has_its_kind(
    sandbox: SeventeenTrackSandbox, fault: FaultKind, kind: FailureKind
) -> None:
    do(sandbox, "register", Ask(NUMBER))
    sandbox.faults.inject(fault, endpoint="gettrackinfo")
    with pytest.raises(SourceTrouble) as caught:
        shown(sandbox, Ask(NUMBER))
    assert caught.value.kind is kind
    assert KEY not in told(caught.value)


def test_numbers_after_the_quota_wait_and_those_before_it_are_watched() -> None:
    with SeventeenTrackSandbox(SteppedClock(START), key=KEY, rate_limit=0, quota_total=1) as server:
        for history in load_histories().values():
            server.script(history)
        numbers = [history.number for history in load_histories().values()][:2]
        paid, unpaid = do(server, "register", *map(Ask, numbers))
        assert paid.state is REGISTERED
        assert (unpaid.state, unpaid.failure) == (NEW, FailureKind.QUOTA)
        step(server, timedelta(days=5))
        assert isinstance(shown(server, Ask(numbers[0]))[0], Snapshot)


def test_every_history_shipped_is_read_without_a_failure(sandbox: SeventeenTrackSandbox) -> None:
    asks = [Ask(history.number) for history in load_histories().values()]
    do(sandbox, "register", *asks)
    for _ in range(12):
        step(sandbox, timedelta(days=5))
        assert not [found for found in shown(sandbox, *asks) if isinstance(found, Failure)]
