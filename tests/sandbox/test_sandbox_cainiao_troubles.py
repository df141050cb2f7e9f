"""What the sandbox of Cainiao refuses, when it asks for a human, and what its faults do."""

from __future__ import annotations

import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.sandbox.cainiao import CainiaoSandbox
from monitor.sandbox.faults import FaultKind, Faults
from monitor.sandbox.histories import ParcelHistory, ScriptedEvent
from monitor.sandbox.seventeentrack import SeventeenTrackSandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from monitor.sandbox.clock import SteppedClock

NUMBER = "LP00700000000004"
DETAIL = f"/global/detail.json?mailNos={NUMBER}&lang=en-US"
KNOWN = ParcelHistory(
    NUMBER, 190271, (ScriptedEvent(-1, "10:00", "InTransit_PickedUp", "Fetched"),)
)


@pytest.fixture
def cainiao(clock: SteppedClock) -> Iterator[CainiaoSandbox]:
    with CainiaoSandbox(clock) as cainiao:
        cainiao.script(KNOWN)
        yield cainiao


def port_of(cainiao: CainiaoSandbox) -> int:
    return int(cainiao.base_url.rpartition(":")[2])


def send(
    cainiao: CainiaoSandbox, path: str = DETAIL, method: str = "GET", *, patience: float = 20
) -> tuple[int, bytes, http.client.HTTPMessage]:
    """One request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port_of(cainiao), timeout=patience)
    with closing(connection):
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers


def is_challenge(answer: tuple[int, bytes, http.client.HTTPMessage]) -> bool:
    status, body, headers = answer
    return status == 200 and headers["bxpunish"] == "1" and b"<punish-component" in body


def is_answer(answer: tuple[int, bytes, http.client.HTTPMessage]) -> bool:
    status, body, headers = answer
    told = json.loads(body)
    return (
        status == 200
        and headers["bxpunish"] is None
        and told["success"] is True
        and told["module"][0]["mailNo"] == NUMBER
    )


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        pytest.param(DETAIL, "GET", 200, id="the page itself"),
        pytest.param(DETAIL, "POST", 405, id="nothing but GET"),
        pytest.param("/global/detail.json", "PUT", 405, id="nor by PUT"),
        pytest.param("/", "GET", 404, id="no other page"),
        pytest.param("/global/newDetail.htm?mailNoList=A", "GET", 404, id="not the human page"),
        pytest.param("/global/detail.json/", "GET", 404, id="nothing below the page"),
        pytest.param("//[/global/detail.json", "GET", 404, id="not what is no address"),
    ],
)
def test_only_the_page_is_served_and_only_by_get(
    cainiao: CainiaoSandbox, path: str, method: str, status: int
) -> None:
    assert send(cainiao, path, method)[0] == status
    assert len(cainiao.calls) == (status == 200)


def test_every_call_is_on_record(cainiao: CainiaoSandbox, clock: SteppedClock) -> None:
    before: datetime = clock.now
    send(cainiao, "/global/detail.json?mailNos=A1234567,%20B1234567%2CC1234567,")
    cainiao.faults.inject("error_502", times=1)
    send(cainiao)
    calls = cainiao.calls
    assert [(call.endpoint, call.numbers, call.status) for call in calls] == [
        ("detail", ("A1234567", "B1234567", "C1234567"), 200),
        ("detail", (NUMBER,), 502),
    ]
    assert {call.clock_at for call in calls} == {before}
    assert calls[0].at <= calls[1].at


def test_the_record_is_a_copy(cainiao: CainiaoSandbox) -> None:
    send(cainiao)
    cainiao.calls.clear()
    assert len(cainiao.calls) == 1


def test_a_request_without_numbers_fails_in_the_envelope(cainiao: CainiaoSandbox) -> None:
    status, body, _ = send(cainiao, "/global/detail.json?mailNos=,&lang=en-US")
    assert (status, json.loads(body)["success"]) == (200, False)


def test_many_callers_at_once_are_all_answered(cainiao: CainiaoSandbox) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: send(cainiao), range(40)))
    assert all(map(is_answer, answers))
    assert len(cainiao.calls) == 40


# the challenge


def test_the_challenge_comes_after_so_many_requests_and_passes(clock: SteppedClock) -> None:
    with CainiaoSandbox(clock, challenge_after=3) as cainiao:
        assert all(is_answer(send(cainiao)) for _ in range(3))
        assert cainiao.challenged
        assert all(is_challenge(send(cainiao)) for _ in range(3))
        clock.advance(timedelta(minutes=59))
        assert is_challenge(send(cainiao))
        clock.advance(timedelta(minutes=1))
        assert not cainiao.challenged
        assert [is_answer(send(cainiao)) for _ in range(3)] == [True, True, True]
        assert is_challenge(send(cainiao))


def test_requests_that_are_far_enough_apart_meet_no_challenge(clock: SteppedClock) -> None:
    window = timedelta(minutes=4)
    with CainiaoSandbox(clock, challenge_after=3, challenge_window=window) as cainiao:
        for _ in range(10):
            assert is_answer(send(cainiao))
            clock.advance(timedelta(minutes=2))
        assert not cainiao.challenged


def test_a_challenge_lasts_as_long_as_it_is_told(clock: SteppedClock) -> None:
    lasts = timedelta(days=2)
    with CainiaoSandbox(clock, challenge_after=1, challenge_for=lasts) as cainiao:
        assert is_answer(send(cainiao))
        clock.advance(lasts - timedelta(seconds=1))
        assert is_challenge(send(cainiao))
        clock.advance(timedelta(seconds=1))
        assert is_answer(send(cainiao))


def test_without_a_limit_there_is_no_challenge(cainiao: CainiaoSandbox) -> None:
    assert all(is_answer(send(cainiao)) for _ in range(30))


def test_a_challenge_by_hand_stays_until_it_is_taken_away(
    cainiao: CainiaoSandbox, clock: SteppedClock
) -> None:
    cainiao.challenge()
    clock.advance(timedelta(days=30))
    assert cainiao.challenged
    assert is_challenge(send(cainiao))
    cainiao.challenge(on=False)
    assert not cainiao.challenged
    assert is_answer(send(cainiao))


def test_taking_it_away_ends_one_that_came_by_itself_and_begins_the_count_anew(
    clock: SteppedClock,
) -> None:
    with CainiaoSandbox(clock, challenge_after=2) as cainiao:
        assert [is_answer(send(cainiao)) for _ in range(2)] == [True, True]
        cainiao.challenge(on=False)
        assert is_answer(send(cainiao))
        assert not cainiao.challenged


def test_a_challenged_call_is_on_record_with_the_status_it_had(cainiao: CainiaoSandbox) -> None:
    cainiao.challenge()
    send(cainiao)
    assert [(call.numbers, call.status) for call in cainiao.calls] == [((NUMBER,), 200)]


def test_the_page_is_html_and_bears_every_mark_of_the_real_one(cainiao: CainiaoSandbox) -> None:
    cainiao.challenge()
    _, body, headers = send(cainiao)
    assert headers["Content-Type"].startswith("text/html")
    assert body.startswith(b"<")
    for mark in (b"rgv587_flag", b"/_____tmd_____/", b"punish?x5secdata="):
        assert mark in body


# faults


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        pytest.param(FaultKind.CHALLENGE_200, 200, b"<punish-component", id="the page once"),
        pytest.param(
            FaultKind.CHALLENGE_JSON, 200, b"FAIL_SYS_USER_VALIDATE", id="the challenge as JSON"
        ),
        pytest.param(FaultKind.ENVELOPE_FAILURE, 200, b'"success":false', id="a failure under 200"),
        pytest.param(FaultKind.DATA_NULL, 200, b'"module":null', id="no module"),
        pytest.param(FaultKind.RATE_429, 429, b"", id="the rate is refused"),
        pytest.param(FaultKind.ERROR_500, 500, b"", id="the server fails"),
        pytest.param(FaultKind.ERROR_502, 502, b"", id="the gateway fails"),
        pytest.param(FaultKind.ERROR_503, 503, b"", id="the service is away"),
        pytest.param(FaultKind.HTML_200, 200, b"<html>", id="another page comes"),
        pytest.param(FaultKind.EMPTY_200, 200, b"", id="nothing comes at all"),
    ],
)
def test_a_fault_answers_instead_of_the_page(
    cainiao: CainiaoSandbox, kind: FaultKind, status: int, body: bytes
) -> None:
    cainiao.faults.inject(kind, endpoint="detail", times=1)
    answered, answer, _ = send(cainiao)
    assert answered == status
    assert body in answer
    assert NUMBER.encode() not in answer
    assert is_answer(send(cainiao))
    assert [call.status for call in cainiao.calls] == [status, 200]


def test_the_json_challenge_is_json_with_an_address_of_the_page(cainiao: CainiaoSandbox) -> None:
    cainiao.faults.inject("challenge_json")
    _, body, headers = send(cainiao)
    told = json.loads(body)
    assert headers["Content-Type"].startswith("application/json")
    assert told["ret"][1].startswith("RGV587_ERROR::SM::")
    assert "punish?x5secdata=" in told["data"]["url"]


@pytest.mark.parametrize("kind", [FaultKind.RATE_429, FaultKind.ERROR_503])
def test_a_refusal_may_say_how_long_to_wait(cainiao: CainiaoSandbox, kind: FaultKind) -> None:
    cainiao.faults.inject(kind, times=1, retry_after="7")
    cainiao.faults.inject(kind, times=1)
    assert [send(cainiao)[2]["Retry-After"] for _ in range(2)] == ["7", None]


def test_a_truncated_answer_is_no_json(cainiao: CainiaoSandbox) -> None:
    cainiao.faults.inject("truncated")
    with pytest.raises(json.JSONDecodeError):
        json.loads(send(cainiao)[1])


def test_a_number_can_be_left_out_of_the_answer(cainiao: CainiaoSandbox) -> None:
    cainiao.faults.inject(FaultKind.OMITS, times=1)
    _, body, _ = send(cainiao, f"/global/detail.json?mailNos={NUMBER},LP00700000000002")
    assert [entry["mailNo"] for entry in json.loads(body)["module"]] == [NUMBER]


def test_an_answer_can_be_lost_on_its_way(cainiao: CainiaoSandbox) -> None:
    cainiao.faults.inject(FaultKind.LOST_ANSWER, times=1)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        send(cainiao)
    assert [call.status for call in cainiao.calls] == [0]


def test_a_dripping_answer_is_whole_in_the_end(cainiao: CainiaoSandbox) -> None:
    cainiao.faults.inject(FaultKind.DRIP, seconds=0.0005)
    assert is_answer(send(cainiao))


def test_a_huge_answer_is_padded_but_right(cainiao: CainiaoSandbox) -> None:
    cainiao.faults.inject(FaultKind.HUGE, size=300_000)
    answer = send(cainiao)
    assert len(answer[1]) == 300_000
    assert is_answer(answer)


@pytest.mark.parametrize(
    "latency",
    [pytest.param(0.0, id="by a fault"), pytest.param(3600.0, id="by the latency of all answers")],
)
def test_an_answer_can_be_too_slow_to_wait_for(clock: SteppedClock, latency: float) -> None:
    with CainiaoSandbox(clock, latency=latency) as cainiao:
        if not latency:
            cainiao.faults.inject(FaultKind.SLOW, seconds=3600)
        with pytest.raises(TimeoutError):
            send(cainiao, patience=0.2)


def test_a_fault_of_another_endpoint_spares_this_one(cainiao: CainiaoSandbox) -> None:
    cainiao.faults.inject("error_500", endpoint="gettrackinfo")
    assert is_answer(send(cainiao))


def test_faults_of_cainiao_leave_17track_alone_and_stay_in_force(clock: SteppedClock) -> None:
    faults = Faults()
    faults.inject(FaultKind.CHALLENGE_200, times=1)
    faults.inject(FaultKind.ENVELOPE_FAILURE, times=1)
    with (
        SeventeenTrackSandbox(clock, faults=faults) as other,
        CainiaoSandbox(clock, faults=faults) as cainiao,
    ):
        port = int(other.base_url.split(":")[2].split("/")[0])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        with closing(connection):
            connection.request("POST", "/track/v2.4/getquota", b"[]", {"17token": other.key})
            assert json.load(connection.getresponse())["code"] == 0
        assert is_challenge(send(cainiao))
        assert b'"success":false' in send(cainiao)[1]


def test_faults_of_17track_leave_cainiao_alone(cainiao: CainiaoSandbox) -> None:
    cainiao.faults.inject(FaultKind.UNAUTHORIZED_401)
    cainiao.faults.inject(FaultKind.INTERNAL_200)
    assert is_answer(send(cainiao))
