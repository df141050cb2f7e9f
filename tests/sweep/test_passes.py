"""One pass at a time, sources that do not answer, channels that hang: what a pass does about them."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import threading
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.adapters.contract import Capability
from monitor.adapters.seventeentrack import SeventeenTrack
from monitor.channels import Delivery, Result
from monitor.circuit import Health
from monitor.cli.office import Office
from monitor.errors import BadDatabase, Busy
from monitor.history import History
from monitor.parcel import Parcel
from monitor.sandbox.clock import SteppedClock
from monitor.sandbox.seventeentrack import SeventeenTrackSandbox
from monitor.schedule import Severity
from monitor.settings import Settings
from monitor.sweep.court import court_from
from monitor.sweep.ears import Ear
from monitor.sweep.instance import alive, holder, pass_lock
from monitor.sweep.judge import judge_due
from monitor.sweep.lines import Line, abreast, batches
from monitor.sweep.poll import poll
from monitor.sweep.rounds import Task
from monitor.sweep.tell import tell
from monitor.transport import HttpClient, Wire
from tests import leaks
from tests.cli.desk import KETTLE, START, NoPace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from monitor.sweep.judge import Court
    from monitor.sweep.rounds import Round

DAY = timedelta(days=1)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with History.open(tmp_path / "parcels.db", now=START) as opened:
        yield opened


def watched(history: History, count: int = 1) -> list[Parcel]:
    until = (START + 5 * DAY).date()
    return [
        history.parcels.add(
            Parcel(0, f"LP0012345678{n:04}", START, shop="aliexpress", protected_until=until)
        )
        for n in range(count)
    ]


def court(*ears: str) -> Court:
    return replace(court_from(Settings()), ears=tuple(Ear(ear, Severity.INFO) for ear in ears))


@dataclass
class FakeSpeaker:
    """`answers` are given one after the other, the last one for ever."""

    name: str
    answers: list[Delivery] = field(default_factory=lambda: [Delivery.SENT])
    said: list[tuple[str, str]] = field(default_factory=list)

    def send(self, title: str, body: str, *, timeout: float = 60.0) -> Result:
        self.said.append((title, body))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return Result(answer, "as told")


def telling(history: History, *speakers: FakeSpeaker, now: datetime = START) -> list[str]:
    spoken = asyncio.run(
        tell(history, speakers, now, holder=holder(), alive=alive, ignore_backoff=True)
    )
    return [f"{s.channel}:{s.delivery}" for s in spoken]


def test_a_claim_is_stored_before_anything_leaves_the_house(history: History) -> None:
    watched(history)
    judge_due(history, court("phone"), START)
    seen = []

    class Looking(FakeSpeaker):
        def send(self, title: str, body: str, *, timeout: float = 60.0) -> Result:
            with sqlite3.connect(history.path) as other:
                seen.extend(other.execute("SELECT state, holder FROM outbox").fetchall())
            return super().send(title, body)

    telling(history, Looking("phone"))
    assert seen == [("sending", holder())]


def test_what_may_have_arrived_is_repeated_as_it_was_and_says_so(history: History) -> None:
    watched(history)
    judge_due(history, court("phone"), START)
    phone = FakeSpeaker("phone", [Delivery.UNKNOWN, Delivery.SENT])
    assert telling(history, phone) == ["phone:unknown"]
    assert telling(history, phone) == ["phone:sent"]
    assert telling(history, phone) == []
    (first, second) = phone.said
    assert first[0] == second[0]
    assert second[1] == f"(may be a repeat)\n\n{first[1]}"


def test_what_surely_failed_is_sent_again_without_a_word_of_repetition(history: History) -> None:
    watched(history)
    judge_due(history, court("phone"), START)
    phone = FakeSpeaker("phone", [Delivery.FAILED, Delivery.SENT])
    telling(history, phone)
    telling(history, phone)
    assert phone.said[0] == phone.said[1]


def test_a_channel_that_hangs_delays_no_other(history: History) -> None:
    watched(history)
    judge_due(history, court("slow", "quick"), START)
    answered = threading.Event()

    class Hanging(FakeSpeaker):
        def send(self, title: str, body: str, *, timeout: float = 60.0) -> Result:
            assert answered.wait(20), "the other channel was never served"
            return super().send(title, body)

    class Quick(FakeSpeaker):
        def send(self, title: str, body: str, *, timeout: float = 60.0) -> Result:
            answered.set()
            return super().send(title, body)

    told = telling(history, Hanging("slow"), Quick("quick"))
    assert sorted(told) == ["quick:sent", "slow:sent"]


def test_after_a_failure_the_rest_of_a_channel_waits_for_the_next_pass(history: History) -> None:
    watched(history, 80)  # more than one message holds
    judge_due(history, court("phone"), START)
    phone = FakeSpeaker("phone", [Delivery.SENT, Delivery.FAILED, Delivery.SENT])
    assert telling(history, phone) == ["phone:sent", "phone:failed"]
    again = telling(history, phone)
    assert again
    assert set(again) == {"phone:sent"}
    assert {row.state for row in history.outbox.rows()} == {"sent"}


def test_judging_twice_at_the_same_moment_says_nothing_the_second_time(history: History) -> None:
    watched(history, 120)  # more than one transaction takes
    assert judge_due(history, court("phone"), START) == 120
    assert judge_due(history, court("phone"), START) == 0


def test_other_settings_judge_every_parcel_anew_and_tell_nothing_twice(history: History) -> None:
    watched(history, 3)
    first = court("phone")
    judge_due(history, first, START)
    changed = replace(first, settings_fingerprint="other")
    assert history.parcels.to_judge(START, first.fingerprint) == []
    assert len(history.parcels.to_judge(START, changed.fingerprint)) == 3
    assert judge_due(history, changed, START) == 0


def asked(
    history: History, sandbox: SeventeenTrackSandbox, parcels: list[Parcel], patience: float
) -> Round:
    async def one_pass() -> Round:
        async with HttpClient() as client:
            wire = Wire(
                client,
                base_url=sandbox.base_url,
                pace=NoPace(),
                patience=patience,
                first_pause=0.01,
            )
            line = Line(SeventeenTrack(api_key=sandbox.key), wire)
            (done,) = await poll(history, [Task(line, parcels)], START)
            return done

    return asyncio.run(one_pass())


@pytest.mark.parametrize("fault", ["slow", "drip", "error_503"])
def test_a_source_that_does_not_answer_gets_its_time_once_and_not_per_parcel(
    history: History, fault: str
) -> None:
    parcels = watched(history, 130)
    with SeventeenTrackSandbox(SteppedClock(START), key=leaks.KEY, rate_limit=0) as sandbox:
        asked(history, sandbox, parcels, patience=20)
        sandbox.faults.inject(fault, seconds=60)
        done = asked(history, sandbox, parcels, patience=0.5)
    assert done.failed
    assert done.answered == 0
    states = history.sources.of([p.id for p in parcels]).values()
    assert {s["seventeentrack"].enrolment for s in states} == {"registered"}
    assert history.sources.health("seventeentrack").failing


def test_a_refused_key_ends_the_round_after_one_request(history: History) -> None:
    parcels = watched(history, 250)
    with SeventeenTrackSandbox(SteppedClock(START), key=leaks.KEY, rate_limit=0) as sandbox:
        asked(history, sandbox, parcels, patience=20)
        before = len(sandbox.calls)
        sandbox.faults.inject("unauthorized_401")
        done = asked(history, sandbox, parcels, patience=20)
        requests = len(sandbox.calls) - before
    assert done.failed
    assert requests <= 4  # those already abreast


def test_a_source_that_works_again_is_no_longer_failing(history: History) -> None:
    parcels = watched(history)
    with SeventeenTrackSandbox(SteppedClock(START), key=leaks.KEY, rate_limit=0) as sandbox:
        sandbox.faults.inject("error_503", times=20)
        assert asked(history, sandbox, parcels, patience=5).failed
        sandbox.faults.clear()
        assert not asked(history, sandbox, parcels, patience=5).failed
    assert history.sources.health("seventeentrack") == Health(last_ok=START)
    assert [p.error == "" for p in history.passes.recent()] == [True, False]


@pytest.mark.parametrize(
    ("count", "size", "sizes"), [(0, 40, []), (40, 40, [40]), (41, 40, [40, 1]), (3, 1, [1, 1, 1])]
)
def test_batches_are_full_but_for_the_last(count: int, size: int, sizes: list[int]) -> None:
    found = batches(range(count), size)
    assert [len(batch) for batch in found] == sizes
    assert [item for batch in found for item in batch] == list(range(count))


@pytest.mark.parametrize(
    ("spacing", "floor_binds", "requests"),
    [
        pytest.param(1.0, False, 4, id="a few are under way at a slow pace"),
        pytest.param(0.35, False, 4, id="and at 17TRACK's"),
        pytest.param(0.1, False, 12, id="at a fast one enough for answers that take a second"),
        pytest.param(0.05, False, 16, id="but no crowd"),
        pytest.param(0.1, True, 1, id="one where asking on is held against us"),
    ],
)
def test_so_many_requests_are_abreast_that_only_the_pace_holds_a_source_up(
    spacing: float, floor_binds: bool, requests: int
) -> None:
    hour = timedelta(hours=1)
    found = Capability("shelf", True, False, 1, spacing, hour, hour, floor_binds=floor_binds)
    assert abreast(found) == requests


def test_this_process_is_alive_and_known_by_more_than_its_number() -> None:
    boot, pid, started = holder().split(":")
    assert alive(holder())
    assert (int(pid), boot != "", started.isdigit()) == (os.getpid(), True, True)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("", id="nothing"),
        pytest.param("garbage", id="no name at all"),
        pytest.param("{boot}:x:1", id="no process number"),
        pytest.param("{boot}:{pid}:1", id="another process under the same number"),
        pytest.param("{boot}:{pid}:", id="no start"),
        pytest.param("other-boot:{pid}:{started}", id="before the machine was started anew"),
    ],
)
def test_a_holder_that_is_not_this_very_process_counts_as_dead(name: str) -> None:
    boot, pid, started = holder().split(":")
    assert not alive(name.format(boot=boot, pid=pid, started=started))


def test_a_process_that_has_ended_is_not_alive() -> None:
    script = "from monitor.sweep.instance import holder; print(holder())"
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert not alive(ended.stdout.decode().strip())


def test_a_pass_waits_for_another_and_gives_up_when_its_patience_ends(tmp_path: Path) -> None:
    waits: list[float] = []
    database = tmp_path / "state" / "parcels.db"
    with (
        pass_lock(database, patience=0, wait=waits.append),
        pytest.raises(Busy, match="another pass is still running after 30 s"),
        pass_lock(database, patience=30, wait=waits.append),
    ):
        pytest.fail("two passes at once")
    assert sum(waits) == pytest.approx(30, abs=0.2)
    with pass_lock(database, patience=0, wait=waits.append):
        pass  # the first one has ended


def test_a_lock_that_cannot_be_made_is_an_unusable_database(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with (
        pytest.raises(BadDatabase, match=r"parcels\.db\.pass cannot be made"),
        pass_lock(tmp_path / "state" / "parcels.db", patience=0, wait=lambda _: None),
    ):
        pytest.fail("locked nothing")


def test_the_desk_of_a_command_closes_its_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARCELS_DATABASE__PATH", str(tmp_path / "parcels.db"))
    with Office(None) as office:
        office.history.parcels.add(Parcel(0, KETTLE, START))
        opened = office.history
    with pytest.raises(sqlite3.ProgrammingError):
        opened.parcels.all()
