"""Turns: evenly spaced, whoever takes them."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from monitor.transport import Answer, ClockPace, HttpClient, SharedPace, Wire
from monitor.transport.pace import _boot_id

if TYPE_CHECKING:
    from pathlib import Path

SPACING = 0.03

TAKE_TURNS = """
import asyncio, json, sys
from pathlib import Path
from monitor.transport import SharedPace

async def main(path, spacing, turns):
    pace = SharedPace(path, spacing)
    granted = []
    for _ in range(turns):
        await pace.turn()
        granted.append(pace._next - spacing)
    print(json.dumps(granted))

asyncio.run(main(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])))
"""

ASK = """
import asyncio, sys
from pathlib import Path
from monitor.transport import HttpClient, SharedPace, Wire

async def main(path, url, calls):
    async with HttpClient() as client:
        wire = Wire(client, base_url=url, pace=SharedPace(path, 0.35))
        await asyncio.gather(*(wire.get("/") for _ in range(calls)))

asyncio.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
"""


def granted_after(pace: SharedPace, turns: int) -> list[float]:
    """The moments of the turns, as the pace itself wrote them down."""

    async def take(moments: list[float]) -> None:
        await pace.turn()
        moments.append(pace._next - pace.spacing)

    async def run() -> list[float]:
        moments: list[float] = []
        await asyncio.gather(*(take(moments) for _ in range(turns)))
        return moments

    return asyncio.run(run())


def closest(moments: list[float]) -> float:
    return min(later - former for former, later in itertools.pairwise(sorted(moments)))


def test_coroutines_of_one_process_are_spaced(tmp_path: Path) -> None:
    moments = granted_after(SharedPace(tmp_path / "pace", SPACING), 8)
    assert closest(moments) >= SPACING - 1e-6


def test_two_paces_on_one_file_are_one_pace(tmp_path: Path) -> None:
    first, second = (SharedPace(tmp_path / "pace", SPACING) for _ in range(2))
    moments = granted_after(first, 3) + granted_after(second, 3)
    assert closest(moments) >= SPACING - 1e-6


def test_processes_are_spaced(tmp_path: Path) -> None:
    command = [sys.executable, "-c", TAKE_TURNS, str(tmp_path / "pace"), str(SPACING), "8"]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    moments = [moment for worker in workers for moment in json.loads(worker.communicate()[0])]
    assert len(moments) == 24
    assert closest(moments) >= SPACING - 1e-6


def test_no_second_sees_a_fourth_call_from_three_processes(
    tmp_path: Path, source: Any, reply: Any
) -> None:
    arrivals: list[float] = []

    async def note(_seen: Any, writer: asyncio.StreamWriter) -> None:
        arrivals.append(time.monotonic())
        writer.write(reply())

    async def run() -> list[int]:
        async with source(note) as server:
            command = [sys.executable, "-c", ASK, str(tmp_path / "pace"), server.url, "3"]
            workers = [await asyncio.create_subprocess_exec(*command) for _ in range(3)]
            return [await worker.wait() for worker in workers]

    assert asyncio.run(run()) == [0, 0, 0]
    assert len(arrivals) == 9
    assert [
        arrivals[i + 3] - arrivals[i] for i in range(6) if arrivals[i + 3] - arrivals[i] < 1
    ] == []


def now() -> float:
    return time.clock_gettime(time.CLOCK_MONOTONIC)


def boot() -> str:
    return _boot_id() or "-"


@pytest.mark.parametrize(
    "record",
    [
        pytest.param("{boot} {far} 0.03\n", id="further ahead than its own spacing: another boot"),
        pytest.param("{boot} {far} 1e9\n", id="a spacing nobody would use"),
        pytest.param("another-boot {soon} 60\n", id="written before the machine restarted"),
        pytest.param("- {far} 0.03\n", id="far ahead, by a service that cannot tell the boot"),
        pytest.param("", id="an empty file"),
        pytest.param("{boot} nan 0.03\n", id="not a number"),
        pytest.param("{boot} inf inf\n", id="for ever"),
        pytest.param("\u00ff\u00fe garbage", id="something else altogether"),
    ],
)
def test_a_record_that_cannot_be_true_holds_nobody_up(record: str, tmp_path: Path) -> None:
    path = tmp_path / "pace"
    text = record.format(boot=boot(), far=now() + 100_000, soon=now() + 50)
    path.write_text(text, encoding="utf-8")
    began = now()
    moments = granted_after(SharedPace(path, SPACING), 2)
    assert moments[0] - began < 40
    assert closest(moments) >= SPACING - 1e-6


@pytest.mark.parametrize(
    "written_by",
    [
        pytest.param("{boot}", id="by this boot"),
        pytest.param("-", id="by a service that cannot tell the boot"),
    ],
)
def test_a_turn_of_another_process_is_respected(written_by: str, tmp_path: Path) -> None:
    path = tmp_path / "pace"
    moment = now() + 0.2
    path.write_text(f"{written_by.format(boot=boot())} {moment!r} 0.5\n", encoding="ascii")
    assert granted_after(SharedPace(path, SPACING), 1)[0] >= moment


@pytest.mark.parametrize("fault", ["no folder", "a folder in its place", "a symbolic link"])
def test_where_the_file_cannot_be_used_this_process_still_spaces_its_own_turns(
    fault: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "pace"
    if fault == "no folder":
        path = tmp_path / "missing" / "pace"
    elif fault == "a folder in its place":
        path.mkdir()
    else:
        (tmp_path / "target").write_text("precious")
        path.symlink_to(tmp_path / "target")
    assert closest(granted_after(SharedPace(path, SPACING), 4)) >= SPACING - 1e-6
    assert caplog.text.count("within this process only") == 1
    assert fault != "a symbolic link" or (tmp_path / "target").read_text() == "precious"


def test_a_process_that_holds_the_lock_does_not_stop_the_event_loop(tmp_path: Path) -> None:
    import fcntl

    path = tmp_path / "pace"

    async def run() -> list[str]:
        order = []
        with path.open("w") as holder:
            fcntl.flock(holder, fcntl.LOCK_EX)
            turn = asyncio.create_task(SharedPace(path, SPACING).turn())
            for _ in range(5):
                await asyncio.sleep(0.01)
            order.append("free" if not turn.done() else "taken")
        await turn
        return [*order, "turn"]

    assert asyncio.run(run()) == ["free", "turn"]


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "pace"
    granted_after(SharedPace(path, SPACING), 1)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.stat().st_uid == os.getuid()


def test_a_handed_in_clock_sees_turns_exactly_as_far_apart_as_asked() -> None:
    clock = [datetime(2026, 11, 21, 8, tzinfo=UTC)]

    async def sleep(seconds: float) -> None:
        clock[0] += timedelta(seconds=seconds)

    async def run() -> list[datetime]:
        pace = ClockPace(lambda: clock[0], sleep, 0.35)
        moments = []
        for _ in range(4):
            await pace.turn()
            moments.append(clock[0])
        return moments

    moments = asyncio.run(run())
    gaps = [later - former for former, later in itertools.pairwise(moments)]
    assert gaps == [timedelta(seconds=0.35)] * 3


def test_a_turn_grown_stale_during_the_handshake_is_taken_again(
    tmp_path: Path, source: Any, reply: Any
) -> None:
    class SlowToConnect(SharedPace):
        """A line on which a connection takes longer than a tenth of the spacing."""

        turns = 0

        async def turn(self) -> None:
            self.turns += 1
            await super().turn()

    async def answer(_seen: Any, writer: asyncio.StreamWriter) -> None:
        writer.write(reply())

    async def run(spacing: float) -> int:
        pace = SlowToConnect(tmp_path / str(spacing), spacing)
        async with source(answer) as server, HttpClient() as client:
            await Wire(client, base_url=server.url, pace=pace).get("/")
        return pace.turns

    # Any connection takes longer than a tenth of a microsecond; none of these takes 0.1 s.
    assert asyncio.run(run(1e-6)) == 2
    assert asyncio.run(run(5.0)) == 1


@pytest.mark.parametrize("spacing", [0.35, 2.2])
def test_a_slow_connection_brings_no_two_requests_close_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_no_time: Any, spacing: float
) -> None:
    """The first request of a round waits for its handshake; the second finds the line ready."""

    class Slow:
        """A client whose first connection takes 1.9 seconds."""

        left: list[float] = []  # noqa: RUF012 - made anew with each class

        async def exchange(self, _request: Any, _seconds: float, connected: Any) -> Answer:
            if not self.left:
                await asyncio.sleep(1.9)
            await connected()
            self.left.append(asyncio.get_running_loop().time())
            return Answer(200, {}, b"{}")

    async def twice() -> list[float]:
        client: Any = Slow()
        pace = SharedPace(tmp_path / "pace", spacing)
        wire = Wire(client, base_url="http://127.0.0.1:1", pace=pace)
        await wire.get("/")
        await wire.get("/")
        return Slow.left

    monkeypatch.setattr(
        "monitor.transport.pace._monotonic", lambda: asyncio.get_running_loop().time()
    )
    assert closest(in_no_time(twice())) >= spacing * 0.9
