"""What the sandbox checks about a request, in which order, and how it wraps its answers."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from monitor.sandbox.faults import ErrorShape
from monitor.sandbox.server import BODY_LIMIT, LoopbackServer, Request, Response
from monitor.sandbox.seventeentrack import SeventeenTrackSandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from monitor.sandbox.clock import SteppedClock
    from monitor.sandbox.histories import ParcelHistory
    from tests.sandbox.conftest import Caller

NUMBER = "LP00700000000009"


@pytest.mark.parametrize(
    ("endpoint", "key", "body", "status", "code"),
    [
        pytest.param(
            "nothing", "wrong", b"{", 404, None, id="an unknown path comes before the key"
        ),
        pytest.param(
            "gettrackinfo", "wrong", b"{", 401, -18010002, id="a wrong key comes before the body"
        ),
        pytest.param(
            "gettrackinfo", None, b"{", 200, -18010013, id="a body that is no JSON is invalid"
        ),
        pytest.param(
            "gettrackinfo",
            None,
            b"{}",
            200,
            -18010013,
            id="an object where a list is due is invalid",
        ),
        pytest.param(
            "gettracklist",
            None,
            b"[]",
            200,
            -18010013,
            id="a list where an object is due is invalid",
        ),
        pytest.param("gettrackinfo", None, b"[7]", 200, -18010013, id="an item must be an object"),
        pytest.param(
            "gettrackinfo", None, b"[]", 200, -18010010, id="an empty list is missing data"
        ),
        pytest.param(
            "register",
            None,
            json.dumps([{"number": f"LP{n:014}"} for n in range(41)]).encode(),
            200,
            -18010014,
            id="forty-one numbers are too many",
        ),
        pytest.param(
            "push", None, b'[{"number":"LP1234"}]', 200, -18010204, id="there is nowhere to push to"
        ),
        pytest.param(
            "getRealTimeTrackInfo",
            None,
            b'[{"number":"LP1234"}]',
            200,
            -18019912,
            id="carriers are not queried in real time",
        ),
        pytest.param(
            "gettracklist",
            None,
            b'{"page_no":"two"}',
            200,
            -18010013,
            id="a page that is no number is invalid",
        ),
    ],
)
def test_a_request_is_refused_as_a_whole(
    caller: Any, *, endpoint: str, key: str | None, body: bytes, status: int, code: int | None
) -> None:
    answered, answer, _ = caller.send(endpoint, body, key=key)
    assert answered == status
    if code is not None:
        told = json.loads(answer)
        assert told["code"] == code
        assert [error["code"] for error in told["data"]["errors"]] == [code]
    assert caller.sandbox.quota_used == 0


def test_too_many_numbers_are_not_processed_in_part(caller: Any) -> None:
    caller.ask("register", [{"number": f"LP{n:014}"} for n in range(41)])
    assert not caller.sandbox.registrations


def test_only_post_is_answered(caller: Any) -> None:
    assert caller.send("getquota", method="GET")[0] == 404


def test_the_path_is_matched_without_regard_to_case(caller: Any) -> None:
    caller.version = "V2.4"
    assert caller.ask("GetQuota", [])["code"] == 0


def test_a_body_beyond_all_measure_is_refused_unread(caller: Any) -> None:
    caller.connection.putrequest("POST", "/track/v2.4/register")
    caller.connection.putheader("Content-Length", str(BODY_LIMIT + 1))
    caller.connection.endheaders()
    assert caller.connection.getresponse().status == 413


def test_a_refusal_can_come_with_data_null_and_under_200(caller: Any) -> None:
    caller.sandbox.auth_status = 200
    caller.sandbox.faults.error_shape = ErrorShape.NULL
    status, answer, _ = caller.send("getquota", [], key="wrong")
    assert (status, json.loads(answer)) == (200, {"code": -18010002, "data": None})


def test_accepted_and_rejected_stand_side_by_side(caller: Any) -> None:
    accepted, rejected = caller.each("register", NUMBER, "1234", "ABCDE12345")
    assert [item["number"] for item in accepted] == [NUMBER]
    assert [(item["number"], item["error"]["code"]) for item in rejected] == [
        ("1234", -18010012),
        ("ABCDE12345", -18019903),
    ]


def test_several_requests_share_one_connection(caller: Any) -> None:
    for _ in range(5):
        caller.ask("getquota", [])
    assert len(caller.sandbox.calls) == 5


def request_at(moment: float, key: str = "sandbox-key") -> Request:
    return Request("POST", "/track/v2.4/getquota", {"17token": key}, b"[]", moment)


def test_the_fourth_request_within_a_second_is_too_many(clock: SteppedClock) -> None:
    sandbox = SeventeenTrackSandbox(clock)
    moments = (10.0, 10.3, 10.6, 10.9, 11.1, 11.2, 11.3)
    statuses = [sandbox.answer(request_at(moment)).status for moment in moments]
    assert statuses == [200, 200, 200, 429, 200, 429, 200]


def test_a_wrong_key_takes_no_place_in_the_rate(clock: SteppedClock) -> None:
    sandbox = SeventeenTrackSandbox(clock)
    for _ in range(5):
        assert sandbox.answer(request_at(1.0, "wrong")).status == 401
    assert sandbox.answer(request_at(1.0)).status == 200


def test_the_rate_can_run_on_the_stepped_clock(clock: SteppedClock) -> None:
    sandbox = SeventeenTrackSandbox(clock, rate_on_clock=True)
    together = [sandbox.answer(request_at(float(n))).status for n in range(4)]
    clock.set(clock.now.replace(second=1))
    assert together == [200, 200, 200, 429]
    assert sandbox.answer(request_at(0.0)).status == 200


def test_every_call_is_on_record(caller: Any, clock: SteppedClock) -> None:
    before: datetime = clock.now
    caller.each("register", NUMBER, "1234")
    caller.send("gettrackinfo", [{"number": NUMBER}], key="wrong")
    caller.ask("gettracklist", {"number": f"{NUMBER},LP1"})
    calls = caller.sandbox.calls
    assert [(call.endpoint, call.numbers, call.status) for call in calls] == [
        ("register", (NUMBER, "1234"), 200),
        ("gettrackinfo", (NUMBER,), 401),
        ("gettracklist", (NUMBER, "LP1"), 200),
    ]
    assert {call.clock_at for call in calls} == {before}
    assert [call.at for call in calls] == sorted(call.at for call in calls)


def test_version_2_2_answers_without_the_newer_fields(caller: Any, parcel: Any) -> None:
    caller.sandbox.script(parcel)
    caller.version = "v2.2"
    _, rejected = caller.each("register", parcel.number, "1234", tag="mine")
    assert rejected[0].keys() == {"number", "tag", "error"}
    caller.sandbox.clock.advance(timedelta(days=5))
    (item,), _ = caller.each("gettrackinfo", parcel.number)
    assert item.keys() == {"number", "carrier", "param", "tag", "track_info"}
    assert "provider_tips" not in item["track_info"]["tracking"]["providers"][0]
    (row,) = caller.ask("gettracklist", {})["data"]["accepted"]
    assert "sync_status" not in row


def test_many_callers_at_once_are_each_charged_once(
    sandbox: SeventeenTrackSandbox, open_caller: Any
) -> None:
    numbers = [f"LP{n:014}" for n in range(20)]

    def register_all(_: int) -> int:
        with open_caller() as caller:
            return sum(len(caller.each("register", number)[0]) for number in numbers)

    with ThreadPoolExecutor(8) as pool:
        accepted = list(pool.map(register_all, range(8)))
    assert sum(accepted) == len(numbers)
    assert sandbox.charges == dict.fromkeys(numbers, 1)
    assert len(sandbox.calls) == 160


def test_a_caller_that_hangs_up_leaves_no_trace(
    sandbox: SeventeenTrackSandbox, open_caller: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    sandbox.faults.inject("huge", size=64 << 20)
    with open_caller() as caller:
        caller.connection.request("POST", "/track/v2.4/getquota", b"[]", {"17token": sandbox.key})
        caller.connection.sock.recv(100)
    sandbox.stop()
    assert capfd.readouterr() == ("", "")


@pytest.fixture
def receiver() -> Iterator[tuple[str, list[Request]]]:
    """Somebody who is pushed to, and what came."""
    came: list[Request] = []

    class Taking:
        def answer(self, request: Request, /) -> Response:
            came.append(request)
            return Response(200 if request.path == "/hook" else 401)

    with LoopbackServer(Taking()) as server:
        yield f"http://127.0.0.1:{server.port}/hook", came


def test_a_push_is_the_item_of_an_answer_signed_with_the_key(
    caller: Caller,
    clock: SteppedClock,
    parcel: ParcelHistory,
    receiver: tuple[str, list[Request]],
) -> None:
    caller.sandbox.script(parcel)
    caller.sandbox.webhook, came = receiver
    caller.each("register", parcel.number)
    clock.advance(timedelta(days=4))
    (accepted,), _ = caller.each("push", parcel.number)
    assert accepted == {"number": parcel.number, "carrier": 190271}
    ((item,), _) = caller.each("gettrackinfo", parcel.number)
    (request,) = came
    assert json.loads(request.body) == {"event": "TRACKING_UPDATED", "data": item}
    signed = hashlib.sha256(request.body + b"/" + caller.sandbox.key.encode()).hexdigest()
    assert request.headers["sign"] == signed


def test_a_push_that_is_not_taken_is_refused(
    caller: Caller,
    clock: SteppedClock,
    parcel: ParcelHistory,
    receiver: tuple[str, list[Request]],
) -> None:
    caller.sandbox.script(parcel)
    caller.each("register", parcel.number)
    clock.advance(timedelta(days=4))
    caller.sandbox.webhook = receiver[0].replace("/hook", "/elsewhere")
    assert caller.refusals("push", parcel.number) == [-18010206]
    caller.sandbox.webhook = "http://127.0.0.1:9/"
    assert caller.refusals("push", parcel.number) == [-18010206]
    assert caller.refusals("push", "LP00700000000009") == [-18019902]
