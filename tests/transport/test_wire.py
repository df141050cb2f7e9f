"""What a source's line promises, on a loop where sixty seconds take none."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import traceback
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from monitor.errors import BadConfiguration, FailureKind, SourceTrouble
from monitor.transport import Answer, HttpClient, Wire

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    import respx

    InNoTime = Callable[[Coroutine[Any, Any, Any]], Any]

BASE = "https://source.example/v1"
KEY = "s3ntinel-key-4711"


class Turns:
    def __init__(self) -> None:
        self.taken = 0

    async def turn(self) -> None:
        self.taken += 1


async def asked(
    work: Callable[[Wire], Awaitable[Any]], *, pace: Turns | None = None, **options: Any
) -> Any:
    async with HttpClient() as client:
        return await work(Wire(client, base_url=BASE, pace=pace or Turns(), **options))


def post(wire: Wire, *, repeatable: bool = True) -> Coroutine[Any, Any, Answer]:
    return wire.post(
        "/track", json=[{"number": "RB1"}], headers={"17token": KEY}, repeatable=repeatable
    )


def fails(
    in_no_time: InNoTime, work: Callable[[Wire], Awaitable[Any]], **options: Any
) -> SourceTrouble:
    with pytest.raises(SourceTrouble) as caught:
        in_no_time(asked(work, **options))
    return caught.value


class Hang:
    """A source that takes the request and says nothing. respx counts finished requests only."""

    def __init__(self) -> None:
        self.count = 0

    async def __call__(self, _request: httpx.Request) -> httpx.Response:
        self.count += 1
        await asyncio.sleep(3600)
        return httpx.Response(200)


def test_an_answer_has_its_status_lower_case_headers_and_body(
    in_no_time: InNoTime, respx_mock: respx.MockRouter
) -> None:
    route = respx_mock.post(f"{BASE}/track").respond(
        200, json={"code": 0}, headers={"X-Trace": "7"}
    )
    answer = in_no_time(asked(post))
    assert (answer.status, answer.headers["x-trace"], answer.body) == (200, "7", b'{"code":0}')
    sent = route.calls.last.request
    assert sent.content == b'[{"number":"RB1"}]'
    assert sent.headers["17token"] == KEY
    assert sent.headers["accept-encoding"] == "identity"


def test_the_repr_of_an_answer_shows_neither_headers_nor_body() -> None:
    text = repr(Answer(200, {"set-cookie": KEY}, KEY.encode()))
    assert KEY not in text
    assert "200" in text


@pytest.mark.parametrize("status", [200, 204, 400, 401, 403, 404, 418, 422])
def test_a_status_that_the_adapter_can_judge_is_handed_on_at_once(
    status: int, in_no_time: InNoTime, respx_mock: respx.MockRouter
) -> None:
    route = respx_mock.post(f"{BASE}/track").respond(status)
    assert in_no_time(asked(post)).status == status
    assert route.call_count == 1


@pytest.mark.parametrize(
    ("status", "kind", "attempts"),
    [
        pytest.param(429, FailureKind.RATE_LIMITED, 5, id="too fast is tried again"),
        pytest.param(500, FailureKind.TRANSIENT, 5, id="an error of the server is tried again"),
        pytest.param(502, FailureKind.TRANSIENT, 5, id="a bad gateway is tried again"),
        pytest.param(503, FailureKind.TRANSIENT, 5, id="an overload is tried again"),
        pytest.param(504, FailureKind.TRANSIENT, 5, id="a gateway's time-out is tried again"),
        pytest.param(501, FailureKind.TRANSIENT, 1, id="not implemented does not pass by itself"),
        pytest.param(301, FailureKind.DRIFT, 1, id="a permanent redirect is not followed"),
        pytest.param(302, FailureKind.DRIFT, 1, id="a temporary redirect is not followed"),
        pytest.param(
            308, FailureKind.DRIFT, 1, id="a redirect that keeps the method is not followed"
        ),
    ],
)
def test_other_statuses_are_trouble(
    status: int,
    kind: FailureKind,
    attempts: int,
    in_no_time: InNoTime,
    respx_mock: respx.MockRouter,
) -> None:
    elsewhere = {"Location": f"https://evil.example/?k={KEY}"}
    route = respx_mock.post(f"{BASE}/track").respond(status, headers=elsewhere)
    trouble = fails(in_no_time, post)
    assert (trouble.kind, route.call_count, trouble.maybe_done) == (kind, attempts, False)
    assert "source.example" in trouble.detail
    assert "evil" not in trouble.detail


def test_a_source_that_recovers_is_heard_and_every_attempt_took_a_turn(
    in_no_time: InNoTime, respx_mock: respx.MockRouter
) -> None:
    lost = httpx.ReadError("gone")
    respx_mock.post(f"{BASE}/track").side_effect = [httpx.Response(503), lost, httpx.Response(200)]
    pace = Turns()
    assert in_no_time(asked(post, pace=pace)).status == 200
    assert pace.taken == 3


@pytest.mark.parametrize(
    "unheard",
    [
        pytest.param(httpx.ConnectError("no"), id="a connection that never was"),
        pytest.param(httpx.ConnectTimeout("no"), id="a connection that took too long"),
        pytest.param(httpx.Response(429), id="a request turned away for its pace"),
    ],
)
def test_an_unrepeatable_request_is_sent_again_when_it_certainly_did_nothing(
    unheard: httpx.Response | Exception, in_no_time: InNoTime, respx_mock: respx.MockRouter
) -> None:
    respx_mock.post(f"{BASE}/track").side_effect = [unheard, unheard, httpx.Response(200)]
    assert in_no_time(asked(lambda wire: post(wire, repeatable=False))).status == 200


@pytest.mark.parametrize(
    ("lost", "kind"),
    [
        pytest.param(httpx.Response(500), FailureKind.TRANSIENT, id="an error after it was read"),
        pytest.param(httpx.Response(503), FailureKind.TRANSIENT, id="an overload behind a gateway"),
        pytest.param(httpx.ReadError("x"), FailureKind.TRANSIENT, id="a broken connection"),
        pytest.param(httpx.ReadTimeout("x"), FailureKind.TRANSIENT, id="no answer in time"),
        pytest.param(httpx.WriteError("x"), FailureKind.TRANSIENT, id="a break while sending"),
        pytest.param(httpx.RemoteProtocolError("x"), FailureKind.TRANSIENT, id="half an answer"),
        pytest.param(
            httpx.Response(200, headers={"Content-Encoding": "br"}, stream=httpx.ByteStream(b"x")),
            FailureKind.DRIFT,
            id="an answer that cannot be read",
        ),
    ],
)
def test_an_unrepeatable_request_is_never_sent_again_when_it_may_have_worked(
    lost: Any, kind: FailureKind, in_no_time: InNoTime, respx_mock: respx.MockRouter
) -> None:
    route = respx_mock.post(f"{BASE}/track")
    route.side_effect = [lost]
    trouble = fails(in_no_time, lambda wire: post(wire, repeatable=False))
    assert (trouble.kind, trouble.maybe_done, route.call_count) == (kind, True, 1)


def test_an_unrepeatable_request_met_by_silence_is_sent_once_and_may_be_done(
    in_no_time: InNoTime, respx_mock: respx.MockRouter
) -> None:
    hang = Hang()
    respx_mock.post(f"{BASE}/track").mock(side_effect=hang)
    trouble = fails(in_no_time, lambda wire: post(wire, repeatable=False))
    assert (trouble.kind, trouble.maybe_done, hang.count) == (FailureKind.TRANSIENT, True, 1)


def test_an_unrepeatable_request_that_never_connected_is_not_done(
    in_no_time: InNoTime, respx_mock: respx.MockRouter
) -> None:
    respx_mock.post(f"{BASE}/track").side_effect = httpx.ConnectError("no")
    assert not fails(in_no_time, lambda wire: post(wire, repeatable=False)).maybe_done


@pytest.mark.parametrize(
    ("header", "slept"),
    [
        pytest.param({"Retry-After": "7"}, 7, id="seconds"),
        pytest.param(
            {
                "Retry-After": "Sat, 21 Nov 2026 08:00:09 GMT",
                "Date": "Sat, 21 Nov 2026 08:00:00 GMT",
            },
            9,
            id="a date, read against the source's own clock",
        ),
        pytest.param(
            {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.5, id="a date in the past"
        ),
        pytest.param({"Retry-After": "soon"}, 0.5, id="nonsense counts as nothing"),
        pytest.param({"Retry-After": "-5"}, 0.5, id="a negative number counts as nothing"),
        pytest.param({}, 0.5, id="nothing said leaves our own pause"),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_the_pause_is_the_one_the_source_asks_for(
    status: int,
    header: dict[str, str],
    slept: float,
    in_no_time: InNoTime,
    respx_mock: respx.MockRouter,
) -> None:
    tired = httpx.Response(status, headers=header)
    respx_mock.post(f"{BASE}/track").side_effect = [tired, httpx.Response(200)]

    async def timed(wire: Wire) -> float:
        await post(wire)
        return asyncio.get_running_loop().time()

    assert in_no_time(asked(timed)) == pytest.approx(slept)


@pytest.mark.parametrize(
    ("asked_for", "told"),
    [("120", timedelta(minutes=2)), ("9" * 400, timedelta(days=1))],
    ids=["longer than our patience", "longer than anybody may ask for"],
)
def test_a_pause_beyond_our_patience_is_handed_on_instead_of_waited_for(
    asked_for: str, told: timedelta, in_no_time: InNoTime, respx_mock: respx.MockRouter
) -> None:
    route = respx_mock.post(f"{BASE}/track").respond(429, headers={"Retry-After": asked_for})
    trouble = fails(in_no_time, post)
    assert (trouble.kind, trouble.wait, route.call_count) == (FailureKind.RATE_LIMITED, told, 1)


def test_at_most_sixty_seconds_are_spent_on_a_silent_source_by_all_calls_together(
    in_no_time: InNoTime, respx_mock: respx.MockRouter
) -> None:
    hang = Hang()
    respx_mock.post(f"{BASE}/track").mock(side_effect=hang)

    async def crowd(wire: Wire) -> tuple[list[Any], float, int]:
        ends = await asyncio.gather(*(post(wire) for _ in range(6)), return_exceptions=True)
        spent, requests = asyncio.get_running_loop().time(), hang.count
        ends.append((await asyncio.gather(post(wire), return_exceptions=True))[0])
        assert hang.count == requests, "a call after the end reached the source"
        return ends, spent, asyncio.get_running_loop().time()

    ends, spent, later = in_no_time(asked(crowd))
    assert spent == pytest.approx(60, abs=0.1)
    assert later == spent
    assert [end.kind for end in ends] == [FailureKind.TRANSIENT] * 7


def test_a_source_that_only_says_503_gets_no_more_time_than_a_silent_one(
    in_no_time: InNoTime, respx_mock: respx.MockRouter
) -> None:
    respx_mock.post(f"{BASE}/track").respond(503, headers={"Retry-After": "8"})

    async def stubborn(wire: Wire) -> float:
        for _ in range(20):
            with pytest.raises(SourceTrouble):
                await post(wire)
        return asyncio.get_running_loop().time()

    assert in_no_time(asked(stubborn, attempts=100)) <= 60


def test_each_answer_gives_a_slow_source_all_its_time_again(
    in_no_time: InNoTime, respx_mock: respx.MockRouter
) -> None:
    async def slow(_request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(25)
        return httpx.Response(200)

    respx_mock.post(f"{BASE}/track").mock(side_effect=slow)

    async def pass_of_ten(wire: Wire) -> list[int]:
        return [(await post(wire)).status for _ in range(10)]

    assert in_no_time(asked(pass_of_ten)) == [200] * 10


def test_a_pause_between_two_calls_costs_no_patience(
    in_no_time: InNoTime, respx_mock: respx.MockRouter
) -> None:
    respx_mock.post(f"{BASE}/track").side_effect = [httpx.ReadError("x"), httpx.Response(200)]

    async def rested(wire: Wire) -> Answer:
        with pytest.raises(SourceTrouble):
            await post(wire)
        await asyncio.sleep(3 * 3600)
        return await post(wire)

    assert in_no_time(asked(rested, attempts=1)).status == 200


def test_waiting_for_our_own_turn_costs_no_patience(
    in_no_time: InNoTime, respx_mock: respx.MockRouter
) -> None:
    respx_mock.post(f"{BASE}/track").respond(200)

    class Slow(Turns):
        async def turn(self) -> None:
            await asyncio.sleep(600)

    assert in_no_time(asked(post, pace=Slow())).status == 200


def test_calls_that_wait_for_their_turn_end_with_the_patience(
    in_no_time: InNoTime, respx_mock: respx.MockRouter
) -> None:
    hang = Hang()
    respx_mock.post(f"{BASE}/track").mock(side_effect=hang)

    class OneOnly(Turns):
        async def turn(self) -> None:
            await super().turn()
            await asyncio.sleep(0 if self.taken == 1 else 100_000)

    async def crowd(wire: Wire) -> list[Any]:
        return await asyncio.gather(
            *(post(wire, repeatable=False) for _ in range(3)), return_exceptions=True
        )

    ends = in_no_time(asked(crowd, pace=OneOnly(), attempt_seconds=500))
    assert [end.maybe_done for end in ends] == [True, False, False]
    assert hang.count == 1


def test_a_call_that_is_cancelled_is_cancelled_and_not_tried_again(
    in_no_time: InNoTime, respx_mock: respx.MockRouter
) -> None:
    hang = Hang()
    respx_mock.post(f"{BASE}/track").mock(side_effect=hang)

    async def stopped(wire: Wire) -> None:
        call = asyncio.create_task(post(wire))
        await asyncio.sleep(5)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    in_no_time(asked(stopped))
    assert hang.count == 1


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(httpx.ConnectError(f"https://x/?key={KEY}"), id="no connection"),
        pytest.param(httpx.ReadError(f"https://x/?key={KEY}"), id="a lost answer"),
        pytest.param(httpx.Response(503, headers={"Retry-After": KEY}), id="an overload"),
        pytest.param(httpx.Response(302, headers={"Location": f"/{KEY}"}), id="a redirect"),
        pytest.param(
            httpx.Response(200, headers={"Content-Encoding": KEY}), id="a strange encoding"
        ),
    ],
)
def test_no_key_stands_in_an_error_a_traceback_or_a_log_at_any_level(
    end: Any, in_no_time: InNoTime, respx_mock: respx.MockRouter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    respx_mock.get(url__startswith=BASE).side_effect = [end] * 5

    async def get(wire: Wire) -> Answer:
        return await wire.get(f"/n/{KEY}", params={"key": KEY}, headers={"Authorization": KEY})

    trouble = fails(in_no_time, get, secrets=[KEY])
    printed = "".join(traceback.format_exception(trouble))
    assert KEY not in printed + str(trouble) + repr(trouble) + caplog.text
    assert "/n/" not in trouble.detail


def test_an_unsendable_key_is_refused_without_being_shown(in_no_time: InNoTime) -> None:
    async def get(wire: Wire) -> Answer:
        return await wire.get("/", headers={"17token": f"{KEY}\r\nX-Evil: 1"})

    async def umlaut(wire: Wire) -> Answer:
        return await wire.get("/", headers={"17token": f"{KEY}ü"})

    for work in (get, umlaut):
        trouble = fails(in_no_time, work)
        assert trouble.kind is FailureKind.BAD_REQUEST
        assert KEY not in "".join(traceback.format_exception(trouble))


@pytest.mark.parametrize(
    ("base_url", "host"),
    [
        pytest.param("https://api.example/track/v2.4", "api.example", id="https anywhere"),
        pytest.param("http://127.0.0.1:8080", "127.0.0.1", id="http to this machine"),
        pytest.param("http://localhost:8080/", "localhost", id="http to this machine by name"),
        pytest.param("http://[::1]:8080", "::1", id="http to this machine over IPv6"),
    ],
)
def test_a_key_may_travel_to(base_url: str, host: str) -> None:
    assert Wire(HttpClient(), base_url=base_url, pace=Turns()).host == host


@pytest.mark.parametrize(
    "base_url",
    [
        pytest.param("http://api.example", id="http to another machine"),
        pytest.param("https://api.example@evil.example/", id="a user name that hides the host"),
        pytest.param("https://u:p@api.example/", id="a user name with a password"),
        pytest.param("https://@api.example/", id="an empty user name"),
        pytest.param("https://api.example/?key=1", id="a query"),
        pytest.param("ftp://api.example/", id="another protocol"),
        pytest.param("https://api.example:99999/", id="a port that is none"),
        pytest.param("https://[::1/", id="half an address"),
        pytest.param("api.example", id="no protocol"),
        pytest.param("http://2130706433/", id="this machine written as a number"),
        pytest.param("http://0x7f000001/", id="this machine in hexadecimal"),
        pytest.param("http://127.1/", id="this machine in short"),
        pytest.param("http://[64:ff9b::7f00:1]/", id="this machine through NAT64"),
        pytest.param("file:///etc/passwd", id="a file"),
        pytest.param("", id="nothing"),
    ],
)
def test_a_key_may_not_travel_to(base_url: str) -> None:
    with pytest.raises(BadConfiguration):
        Wire(HttpClient(), base_url=base_url, pace=Turns())


@pytest.mark.parametrize(
    ("path", "asked_url"),
    [
        ("/track", f"{BASE}/track"),
        ("track", f"{BASE}/track"),
        ("", BASE),
        ("//evil.example/x", f"{BASE}/evil.example/x"),
        ("@evil.example/x", f"{BASE}/@evil.example/x"),
    ],
)
def test_no_path_leads_to_another_host(
    path: str, asked_url: str, in_no_time: InNoTime, respx_mock: respx.MockRouter
) -> None:
    route = respx_mock.get(asked_url).respond(200)
    in_no_time(asked(lambda wire: wire.get(path)))
    assert route.called


def test_a_client_is_used_inside_its_context_only(in_no_time: InNoTime) -> None:
    wire = Wire(HttpClient(), base_url=BASE, pace=Turns())
    with pytest.raises(RuntimeError, match="async with"):
        in_no_time(wire.get("/"))


def test_importing_the_transport_loads_neither_httpx_nor_stamina() -> None:
    check = "import sys, monitor.transport; print({'httpx', 'stamina'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
