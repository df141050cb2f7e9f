"""What 17TRACK pushes, over real HTTP, to the service as a process: believed by its signature alone."""

from __future__ import annotations

import http.client
import socket
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from monitor.adapters.seventeentrack import pushes
from tests import leaks
from tests.cli.desk import DAY, KETTLE, LAMP, held, keyed
from tests.daemon.conftest import Place, eventually

if TYPE_CHECKING:
    from monitor.sandbox.pushing import Push

pytestmark = pytest.mark.long

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
) -> tuple[int, bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", port_of(place), timeout=30)) as line:
        line.request(method, path, body, {} if sign is None else {"sign": sign})
        answer = line.getresponse()
        return answer.status, answer.read()


def pushed(place: Place, push: Push) -> int:
    return place.desk.sandbox.push(push)


def stored(place: Place) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(place.desk.database)) as rows:
        return {table: rows.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}  # noqa: S608 - names of this file


def without_judging(place: Place) -> dict[str, list[Any]]:
    """What pushes could change: the service judges beside them, as time goes by."""
    return {table: rows for table, rows in stored(place).items() if table != "episode"}


def asked(place: Place) -> int:
    return place.desk.endpoints().count("gettrackinfo")


def noted(place: Place) -> dict[str, Any]:
    """What doctor says of the webhook."""
    (found,) = (r for r in place.desk("doctor", "--json").json if r["check"] == "webhook")
    return dict(found)


def test_a_push_is_stored_and_told_without_a_question_and_moves_none(seen: Place) -> None:
    before, last_ok = asked(seen), seen.desk.shown()["sources"][0]["last_ok"]
    assert pushed(seen, seen.desk.sandbox.update_of(KETTLE)) == 200
    shown = seen.desk.shown()
    assert shown["stage"] == "clearance_exception"
    eventually(lambda: seen.told("clearance") == ["opened:notice"], "the exception was told")
    assert asked(seen) == before
    assert shown["sources"][0]["last_ok"] == last_ok
    eventually(lambda: "1 parcel pushed, 1 with news" in seen.err, "it was logged")
    eventually(lambda: "last push taken on" in noted(seen)["detail"], "doctor shows it")
    assert noted(seen)["state"] == "ok"


def test_what_is_not_signed_by_17track_changes_nothing_and_doctor_warns(seen: Place) -> None:
    push = seen.desk.sandbox.update_of(KETTLE)
    before = stored(seen)
    changed = push.body.replace(b"clearance", b"clearancE", 1)
    rows = ((changed, push.sign), (push.body + b" ", push.sign), (push.body, "0" * 64))
    for body, sign in (*rows, (push.body, None)):
        assert sent(seen, body, sign)[0] == 401
    assert sent(seen, push.body, push.sign, path="/")[0] == 404
    assert sent(seen, b"", push.sign, method="GET")[0] == 405
    assert stored(seen) == before
    assert KETTLE not in seen.err
    eventually(lambda: noted(seen)["state"] == "warning", "doctor warns of the key")
    assert "does not fit the key" in noted(seen)["detail"]
    assert seen.err.count("does not fit the key") == 1


def test_pushes_that_come_twice_or_late_change_nothing(seen: Place) -> None:
    sandbox = seen.desk.sandbox
    older = sandbox.update_of(KETTLE)
    seen.at(9.9)
    newer = sandbox.update_of(KETTLE)
    assert pushed(seen, newer) == 200
    seen.at(10)
    before = without_judging(seen)
    for push in (newer, older, newer, older):
        assert pushed(seen, push) == 200
    assert without_judging(seen) == before
    assert seen.desk.shown()["stage"] == "clearance_success"
    assert not any(event["superseded"] for event in seen.desk.shown()["events"])


def test_what_is_signed_and_of_no_use_changes_nothing(seen: Place) -> None:
    before = stored(seen)
    stranger = seen.desk.sandbox.end_of(LAMP)
    assert [pushed(seen, stranger), pushed(seen, stranger)] == [200, 200]
    eventually(lambda: "not watched here" in seen.err, "it was said")
    assert seen.err.count("not watched here") == 1
    assert LAMP not in seen.err
    assert sent(seen, b"{}", pushes.sign(b"{}", leaks.KEY))[0] == 400
    eventually(lambda: "does not say what it is about" in noted(seen)["detail"], "doctor says so")
    seen.desk.clock.set(seen.desk.now + 9 * DAY)  # 17TRACK's alone
    assert pushed(seen, seen.desk.sandbox.update_of(KETTLE)) == 503
    assert stored(seen) == before


def test_the_word_that_tracking_has_ended_is_not_believed_but_looked_up_at_once(
    seen: Place,
) -> None:
    listed = seen.desk.endpoints().count("gettracklist")
    assert pushed(seen, seen.desk.sandbox.end_of(KETTLE)) == 200
    eventually(
        lambda: seen.desk.endpoints().count("gettracklist") > listed, "the list was looked at"
    )
    assert seen.desk.shown()["sources"][0]["stopped_at"] is None


def test_what_cannot_be_stored_now_is_to_come_again(seen: Place) -> None:
    push = seen.desk.sandbox.update_of(KETTLE)
    with closing(sqlite3.connect(seen.desk.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert pushed(seen, push) == 503
        other.execute("ROLLBACK")
    assert pushed(seen, push) == 200
    assert seen.desk.shown()["stage"] == "clearance_exception"


def test_an_address_that_is_taken_stops_nothing_and_is_tried_again(door: Place) -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", port_of(door)))
        other.listen()
        door.at(3.9)
        door.start()
        eventually(lambda: "another program listens there already" in door.err, "it was said")
        door.looked("seventeentrack")
        assert noted(door)["state"] == "problem"
        assert "another program" in noted(door)["detail"]
    listening(door)
    eventually(lambda: noted(door)["state"] == "ok", "it listens after all")
    assert door.err.count("another program listens there already") == 1


def test_without_a_key_it_does_not_start_and_names_both_options(door: Place) -> None:
    del door.desk.environ["PARCELS_ADAPTERS__SEVENTEENTRACK__API_KEY"]
    process = door.start()
    assert process.wait(timeout=30) == 78
    assert "webhook.listen" in door.err
    assert "adapters.seventeentrack.api_key" in door.err
    assert noted(door)["state"] == "problem"


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
