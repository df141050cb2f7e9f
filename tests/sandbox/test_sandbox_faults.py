"""Each switch for a fault makes the sandbox misbehave in its own way, and only then."""

from __future__ import annotations

import http.client
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from monitor.sandbox.faults import FaultKind, Faults, NothingYet

if TYPE_CHECKING:
    from monitor.sandbox.clock import SteppedClock
    from monitor.sandbox.histories import ParcelHistory

NUMBER = "LP00700000000001"
ITEMS = [{"number": NUMBER}]


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        pytest.param(FaultKind.UNAUTHORIZED_401, 401, b"-18010002", id="the key is refused"),
        pytest.param(
            FaultKind.IP_NOT_ALLOWED_200,
            200,
            b'{"code":-18010001,"data":null}',
            id="the address is refused under 200",
        ),
        pytest.param(FaultKind.RATE_429, 429, b"429", id="the rate is refused"),
        pytest.param(FaultKind.ERROR_500, 500, b"", id="the server fails"),
        pytest.param(FaultKind.ERROR_503, 503, b"", id="the service is away"),
        pytest.param(FaultKind.HTML_200, 200, b"<html>", id="a page comes instead of JSON"),
        pytest.param(FaultKind.EMPTY_200, 200, b"", id="nothing comes at all"),
        pytest.param(FaultKind.DATA_NULL, 200, b'"data": null', id="data is null under code 0"),
        pytest.param(FaultKind.ERRORS_200, 200, b'"errors"', id="errors come under code 0"),
        pytest.param(FaultKind.INTERNAL_200, 200, b"-18010003", id="the service asks to try again"),
    ],
)
def test_a_fault_answers_instead_and_nothing_is_done(
    caller: Any, kind: FaultKind, status: int, body: bytes
) -> None:
    caller.sandbox.faults.inject(kind, times=1)
    answered, answer, _ = caller.send("register", ITEMS)
    assert answered == status
    assert body in answer
    assert caller.sandbox.quota_used == 0
    assert caller.refusals("register", NUMBER) == []
    assert [call.status for call in caller.sandbox.calls] == [status, 200]


def test_a_page_for_people_says_that_it_is_one(caller: Any) -> None:
    caller.sandbox.faults.inject("html_200")
    assert caller.send("getquota", [])[2]["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("kind", [FaultKind.RATE_429, FaultKind.ERROR_503])
def test_a_refusal_may_say_how_long_to_wait(caller: Any, kind: FaultKind) -> None:
    caller.sandbox.faults.inject(kind, times=1, retry_after="7")
    caller.sandbox.faults.inject(kind, times=1)
    waits = [caller.send("getquota", [])[2]["Retry-After"] for _ in range(2)]
    assert waits == ["7", None]


def test_a_truncated_answer_is_no_json_although_the_work_is_done(caller: Any) -> None:
    caller.sandbox.faults.inject("truncated", times=1)
    _, answer, _ = caller.send("register", ITEMS)
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer)
    assert caller.sandbox.charges == {NUMBER: 1}


def test_a_lost_answer_leaves_a_paid_registration_behind(caller: Any) -> None:
    caller.sandbox.faults.inject(FaultKind.LOST_ANSWER, endpoint="register", times=1)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        caller.send("register", ITEMS)
    assert caller.refusals("register", NUMBER) == [-18019901]
    assert caller.sandbox.charges == {NUMBER: 1}
    assert [call.status for call in caller.sandbox.calls] == [0, 200]


def test_a_dripping_answer_is_whole_in_the_end(caller: Any) -> None:
    caller.sandbox.faults.inject(FaultKind.DRIP, seconds=0.001, times=1)
    assert caller.ask("getquota", [])["code"] == 0


@pytest.mark.parametrize("kind", [FaultKind.DRIP, FaultKind.SLOW])
def test_the_server_stops_in_the_middle_of_a_slow_answer(caller: Any, kind: FaultKind) -> None:
    caller.sandbox.faults.inject(kind, seconds=3600)
    caller.connection.timeout = 0.2
    with pytest.raises(TimeoutError):
        caller.send("getquota", [])
    caller.sandbox.stop()
    with pytest.raises(RuntimeError, match="not been started"):
        _ = caller.sandbox.base_url


def test_a_huge_answer_is_padded_but_right(caller: Any) -> None:
    caller.sandbox.faults.inject(FaultKind.HUGE, size=300_000)
    _, answer, _ = caller.send("getquota", [])
    assert len(answer) == 300_000
    assert json.loads(answer)["code"] == 0


def test_a_number_can_be_left_out_of_both_lists(caller: Any) -> None:
    caller.sandbox.faults.inject(FaultKind.OMITS, times=1)
    accepted, rejected = caller.each("register", NUMBER, "LP00700000000002")
    assert [item["number"] for item in accepted] == [NUMBER]
    assert rejected == []
    assert len(caller.sandbox.registrations) == 2


def test_a_fault_of_one_endpoint_spares_the_others(caller: Any) -> None:
    caller.sandbox.faults.inject("error_500", endpoint="getTrackInfo")
    assert caller.send("getquota", [])[0] == 200
    assert [caller.send("gettrackinfo", ITEMS)[0] for _ in range(2)] == [500, 500]
    caller.sandbox.faults.clear()
    assert caller.send("gettrackinfo", ITEMS)[0] == 200


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="error_418"):
        Faults().inject("error_418")


@pytest.mark.parametrize(
    ("form", "at_once", "after_a_day"),
    [
        pytest.param(NothingYet.NATURAL, -18019909, "NotFound", id="first the one, then the other"),
        pytest.param(NothingYet.REJECTED, -18019909, -18019909, id="always rejected"),
        pytest.param(NothingYet.NOTFOUND, "NotFound", "NotFound", id="always not found"),
        pytest.param(NothingYet.NULL, None, "NotFound", id="first without track_info"),
    ],
)
def test_nothing_yet_has_several_forms(
    caller: Any, clock: SteppedClock, form: NothingYet, at_once: Any, after_a_day: Any
) -> None:
    caller.sandbox.faults.nothing_yet = form
    caller.each("register", NUMBER)

    def said() -> Any:
        accepted, rejected = caller.each("gettrackinfo", NUMBER)
        if rejected:
            return rejected[0]["error"]["code"]
        info = accepted[0]["track_info"]
        return info and info["latest_status"]["status"]

    before = said()
    clock.advance(timedelta(days=1))
    assert (before, said()) == (at_once, after_a_day)


@pytest.mark.parametrize("form", list(NothingYet))
def test_once_there_are_events_every_form_shows_them(
    caller: Any, clock: SteppedClock, parcel: ParcelHistory, form: NothingYet
) -> None:
    caller.sandbox.faults.nothing_yet = form.value
    caller.sandbox.script(parcel)
    caller.each("register", parcel.number)
    clock.advance(timedelta(days=2))
    assert caller.shown(parcel.number) == ["Fetched"]
