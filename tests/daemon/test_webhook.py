"""What 17TRACK pushes, over real HTTP, to the service as a process: believed by its signature alone."""

from __future__ import annotations

import http.client
import json
import socket
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests import leaks
from tests.cli.desk import KETTLE, LAMP, held, keyed
from tests.daemon.conftest import Place, eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.sandbox.pushing import Push

STOPPED_IN_TIME = 25  # seconds
TABLES = ("event", "look", "answer", "alias", "source", "episode", "outbox")


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def door(place: Place) -> Place:
    """17TRACK is the only source, asked once a month, and may push."""
    port = free_port()
    keyed(place.desk)
    place.desk.environ |= {
        "PARCELS_ADAPTERS__CAINIAO__ENABLED": "false",
        "PARCELS_POLL__EVERY": "30d",
        "PARCELS_WEBHOOK__LISTEN": f"127.0.0.1:{port}",
    }
    place.desk.sandbox.webhook = f"http://127.0.0.1:{port}/seventeentrack"
    place.desk.sandbox.script(held(until=9))
    place.desk("add", KETTLE, "--label", "Kettle", "--shop", "none")
    return place


@pytest.fixture
def seen(door: Place) -> Place:
    """It runs since day 2.9, has asked about the kettle, and customs stopped it since, unseen."""
    door.at(2.9)
    door.start()
    door.looked("seventeentrack")
    listening(door)
    door.at(3.9)
    return door


def listening(place: Place) -> None:
    eventually(lambda: "webhook: listens on" in place.err, "it listens")


def port_of(place: Place) -> int:
    return int(place.desk.environ["PARCELS_WEBHOOK__LISTEN"].rpartition(":")[2])


def sent(
    place: Place,
    body: bytes,
    sign: str | None = None,
    *,
    path: str = "/seventeentrack",
    method: str = "POST",
    headers: dict[str, str] | None = None,
) -> tuple[int, str, dict[str, str]]:
    with closing(http.client.HTTPConnection("127.0.0.1", port_of(place), timeout=30)) as line:
        given = {} if sign is None else {"sign": sign}
        line.request(method, path, body, given | (headers or {}))
        answer = line.getresponse()
        return answer.status, answer.read().decode(), dict(answer.getheaders())


def pushed(place: Place, push: Push) -> int:
    return place.desk.sandbox.push(push)


def stored(place: Place) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(place.desk.database)) as rows:
        return {table: rows.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}  # noqa: S608 - names of this file


def asked(place: Place) -> int:
    return place.desk.endpoints().count("gettrackinfo")


def notes(place: Place) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = place.desk("doctor", "--json").json
    return [row for row in found if row["check"] == "webhook"]


def test_a_push_is_stored_and_told_without_a_question(seen: Place) -> None:
    before = asked(seen)
    assert pushed(seen, seen.desk.sandbox.update_of(KETTLE)) == 200
    assert seen.desk.shown()["stage"] == "clearance_exception"
    eventually(lambda: seen.told("clearance") == ["opened:notice"], "the exception was told")
    assert asked(seen) == before
    eventually(lambda: "1 parcel pushed, 1 with news" in seen.err, "it was logged")


def test_the_sandbox_pushes_when_its_own_endpoint_is_called(seen: Place) -> None:
    sandbox = seen.desk.sandbox
    with closing(http.client.HTTPConnection(*sandbox.base_url.split("/")[2].split(":"))) as line:  # type: ignore[arg-type]
        body = json.dumps([{"number": KETTLE}])
        line.request("POST", "/track/v2.4/push", body, {"17token": sandbox.key})
        answer = json.loads(line.getresponse().read())
    assert [row["number"] for row in answer["data"]["accepted"]] == [KETTLE]
    assert seen.desk.shown()["stage"] == "clearance_exception"


def test_a_push_moves_no_regular_question(seen: Place) -> None:
    def last_ok() -> str:
        (source,) = seen.desk.shown()["sources"]
        return str(source["last_ok"])

    before = last_ok()
    assert pushed(seen, seen.desk.sandbox.update_of(KETTLE)) == 200
    assert last_ok() == before


def changed_by_one_byte(push: Push) -> tuple[bytes, str | None]:
    return push.body.replace(b"clearance", b"clearancE", 1), push.sign


REFUSED = [
    pytest.param(changed_by_one_byte, {}, 401, id="one byte of it was changed"),
    pytest.param(lambda p: (p.body + b" ", p.sign), {}, 401, id="a blank was added at its end"),
    pytest.param(lambda p: (p.body, "0" * 64), {}, 401, id="its signature is another"),
    pytest.param(lambda p: (p.body, None), {}, 401, id="it is not signed"),
    pytest.param(lambda p: (p.body, "ß\xff"), {}, 401, id="its signature is no ASCII"),
    pytest.param(lambda p: (p.body, p.sign), {"path": "/"}, 404, id="it comes to another path"),
    pytest.param(lambda p: (p.body, p.sign), {"path": "/%00/../seventeentrack"}, 404, id="a path in disguise"),
    pytest.param(lambda p: (b"", p.sign), {"method": "GET"}, 405, id="it is asked for"),
    pytest.param(lambda p: (p.body, p.sign), {"method": "PUT"}, 405, id="it is put"),
]  # fmt: skip


@pytest.mark.parametrize(("how", "more", "status"), REFUSED)
def test_it_is_refused_and_changes_nothing_when(
    seen: Place,
    how: Callable[[Push], tuple[bytes, str | None]],
    more: dict[str, Any],
    status: int,
) -> None:
    push = seen.desk.sandbox.update_of(KETTLE)
    before = stored(seen)
    found, text, headers = sent(seen, *how(push), **more)
    assert found == status
    assert "Server" not in headers
    assert headers["Connection"] == "close"
    assert KETTLE not in text
    assert stored(seen) == before
    assert KETTLE not in seen.err


def test_what_is_announced_as_too_large_is_refused_before_it_comes(seen: Place) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", port_of(seen), timeout=30)) as line:
        line.putrequest("POST", "/seventeentrack")
        line.putheader("Content-Length", str(1 << 30))
        line.endheaders()
        assert line.getresponse().status == 413


def test_pushes_that_come_twice_or_late_change_nothing(seen: Place) -> None:
    sandbox = seen.desk.sandbox
    older = sandbox.update_of(KETTLE)
    seen.at(9.9)
    newer = sandbox.update_of(KETTLE)
    assert pushed(seen, newer) == 200
    eventually(lambda: "opened" in "".join(seen.told()) or stored(seen)["event"], "it was judged")
    seen.at(10)
    assert pushed(seen, newer) == 200
    before = {
        name: rows for name, rows in stored(seen).items() if name not in {"episode", "outbox"}
    }
    for push in (older, newer, older):
        assert pushed(seen, push) == 200
    after = stored(seen)
    assert {name: after[name] for name in before} == before
    assert seen.desk.shown()["stage"] == "clearance_success"
    assert not any(event["superseded"] for event in seen.desk.shown()["events"])


def test_a_number_nobody_watches_is_passed_over_and_not_named(seen: Place) -> None:
    push = seen.desk.sandbox.end_of(LAMP)
    before = stored(seen)
    assert [pushed(seen, push), pushed(seen, push)] == [200, 200]
    eventually(lambda: "not watched here" in seen.err, "it was said")
    assert seen.err.count("not watched here") == 1
    assert LAMP not in seen.err
    assert stored(seen) == before


def test_the_word_that_tracking_has_ended_is_not_believed_but_looked_up_at_once(
    seen: Place,
) -> None:
    listed = seen.desk.endpoints().count("gettracklist")
    assert pushed(seen, seen.desk.sandbox.end_of(KETTLE)) == 200
    eventually(
        lambda: seen.desk.endpoints().count("gettracklist") > listed, "the list was looked at"
    )
    (source,) = seen.desk.shown()["sources"]
    assert source["stopped_at"] is None


def test_what_cannot_be_stored_now_is_to_come_again(seen: Place) -> None:
    push = seen.desk.sandbox.update_of(KETTLE)
    with closing(sqlite3.connect(seen.desk.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert pushed(seen, push) == 503
        other.execute("ROLLBACK")
    assert pushed(seen, push) == 200
    assert seen.desk.shown()["stage"] == "clearance_exception"


def test_what_was_seen_later_than_now_is_to_come_again(seen: Place) -> None:
    seen.desk.clock.set(seen.desk.now.replace(day=20))  # 17TRACK's alone
    push = seen.desk.sandbox.update_of(KETTLE)
    before = stored(seen)
    assert pushed(seen, push) == 503
    assert stored(seen) == before


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[1]", b'{"event":1}', b"\xff\x00", b'{"event":"TRACKING_UPDATED"}']
)
def test_a_signed_body_that_cannot_be_read_is_refused_and_shown_by_doctor(
    seen: Place, body: bytes
) -> None:
    from monitor.adapters.seventeentrack.pushes import sign

    assert sent(seen, body, sign(body, leaks.KEY))[0] == 400
    eventually(lambda: "What 17TRACK pushed" in notes(seen)[0]["detail"], "doctor says so")


def test_doctor_says_whether_it_listens_and_what_came(seen: Place) -> None:
    (found,) = notes(seen)
    assert (found["state"], found["detail"].startswith("listens on 127.0.0.1:")) == ("ok", True)
    push = seen.desk.sandbox.update_of(KETTLE)
    pushed(seen, push)
    eventually(lambda: "last push taken on" in notes(seen)[0]["detail"], "doctor shows the push")
    sent(seen, push.body, "0" * 64)
    eventually(lambda: notes(seen)[0]["state"] == "ok", "it stays in order")
    seen.at(4)
    sent(seen, push.body, "0" * 64)
    eventually(lambda: notes(seen)[0]["state"] == "warning", "doctor warns of the key")
    assert "does not fit the key" in notes(seen)[0]["detail"]


def test_an_address_that_is_taken_stops_nothing_and_is_tried_again(door: Place) -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", port_of(door)))
        other.listen()
        door.at(3.9)
        door.start()
        eventually(lambda: "another program listens there already" in door.err, "it was said")
        door.looked("seventeentrack")
        (found,) = notes(door)
        assert (found["state"], "another program" in found["detail"]) == ("problem", True)
    listening(door)
    eventually(lambda: notes(door)[0]["state"] == "ok", "it listens after all")
    assert door.err.count("another program listens there already") == 1


def test_without_a_key_it_does_not_start_and_names_both_options(door: Place) -> None:
    del door.desk.environ["PARCELS_ADAPTERS__SEVENTEENTRACK__API_KEY"]
    process = door.start()
    assert process.wait(timeout=30) == 78
    assert "webhook.listen" in door.err
    assert "adapters.seventeentrack.api_key" in door.err
    (found,) = notes(door)
    assert found["state"] == "problem"


def test_it_ends_in_time_while_a_client_drips(seen: Place) -> None:
    (process,) = seen.running
    with closing(socket.create_connection(("127.0.0.1", port_of(seen)), timeout=30)) as line:
        line.sendall(b"POST /seventeentrack HTTP/1.1\r\nContent-Length: 1000\r\n\r\nx")
        process.terminate()
        end = time.monotonic() + STOPPED_IN_TIME
        while process.poll() is None and time.monotonic() < end:
            with_luck(line)
            time.sleep(0.05)
        assert process.poll() == 0


def with_luck(line: socket.socket) -> None:
    try:
        line.send(b"x")
    except OSError:
        return
