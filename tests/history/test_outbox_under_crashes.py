"""Whatever crashes, fails or runs late: nothing is lost, and nothing doubles unmarked."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from monitor.alerts.memory import Kind
from monitor.history import History
from monitor.schedule import Severity
from tests.history.given import NOW, episode, memory, message, parcel, tell

if TYPE_CHECKING:
    from monitor.history.letters import Batch, OutboxRow

ROOT = Path(__file__).parents[2]
CHANNELS = ["phone", "mail"]
RULES = ["clearance", "silence"]


class Sending(RuleBasedStateMachine):
    """Verdicts, senders that crash, time that passes; `arrived` counts what receivers got."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.now = NOW
        self.history = History.open(Path(self.folder.name) / "parcels.db", now=NOW)
        self.history._store.run_pragma("synchronous=off")  # speed; no power is cut here
        self.parcel = self.history.parcels.add(parcel()).id
        self.told: Counter[str] = Counter()
        self.arrived: Counter[int] = Counter()
        self.under_way: list[Batch] = []
        self.alive: set[str] = set()
        self.started = 0

    def teardown(self) -> None:
        try:
            self.everything_gets_through_in_the_end()
        finally:
            self.history.close()
            self.folder.cleanup()

    @rule(name=st.sampled_from(RULES), channels=st.sets(st.sampled_from(CHANNELS), min_size=1))
    def something_is_told(self, name: str, channels: set[str]) -> None:
        kind = Kind.ESCALATED if self.told[name] else Kind.OPENED
        self.told[name] += 1
        messages = [
            message(kind, channel, severity=Severity.WARNING) for channel in sorted(channels)
        ]
        plan = episode(f"parcel:{self.parcel}", rule=name)
        self.history.matters.save(
            self.parcel, name, plan, memory(self.told[name]), messages, self.now
        )

    @rule(name=st.sampled_from(RULES))
    def it_is_over(self, name: str) -> None:
        over = memory(self.told[name] + 1, closed_at=self.now)
        messages = [message(Kind.RESOLVED, channel) for channel in CHANNELS]
        self.history.matters.save(self.parcel, name, None, over, messages, self.now)
        self.told[name] = 0

    @rule(channel=st.sampled_from(CHANNELS), most=st.integers(1, 3))
    def somebody_claims(self, channel: str, most: int) -> None:
        self.started += 1
        holder = f"sender {self.started}"
        batch = self.history.outbox.claim(channel, self.now, holder, lambda _: most)
        if batch is not None:
            self.alive.add(holder)
            self.under_way.append(batch)

    def take(self, which: int) -> Batch:
        batch = self.under_way.pop(which % len(self.under_way))
        self.alive.discard(batch.holder)
        return batch

    def deliver(self, batch: Batch) -> None:
        self.arrived.update(row.id for row in batch.rows)

    @precondition(lambda self: self.under_way)
    @rule(which=st.integers(0, 9))
    def it_arrives(self, which: int) -> None:
        batch = self.take(which)
        self.deliver(batch)
        self.history.outbox.settle(batch, "sent", "", self.now)

    @precondition(lambda self: self.under_way)
    @rule(which=st.integers(0, 9))
    def it_is_refused(self, which: int) -> None:
        self.history.outbox.settle(self.take(which), "failed", "503", self.now)

    @precondition(lambda self: self.under_way)
    @rule(which=st.integers(0, 9), arrives=st.booleans())
    def no_answer_comes(self, which: int, arrives: bool) -> None:
        batch = self.take(which)
        if arrives:
            self.deliver(batch)
        self.history.outbox.settle(batch, "unknown", "time-out", self.now)

    @precondition(lambda self: self.under_way)
    @rule(which=st.integers(0, 9), arrives=st.booleans())
    def the_sender_dies(self, which: int, arrives: bool) -> None:
        batch = self.take(which)
        if arrives:
            self.deliver(batch)

    @rule()
    def a_daemon_starts(self) -> None:
        self.history.outbox.reclaim(lambda holder: holder in self.alive, self.now)

    @rule(seconds=st.sampled_from([1, 40, 125, 4000]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    def rows(self) -> list[OutboxRow]:
        return self.history.outbox.rows(limit=10_000)

    @invariant()
    def what_arrived_twice_is_marked(self) -> None:
        for row in self.rows():
            assert self.arrived[row.id] <= 1 or row.maybe_sent

    @invariant()
    def the_record_agrees_with_the_receivers(self) -> None:
        for row in self.rows():
            certain = not row.maybe_sent and row.state in {"pending", "dead", "dropped"}
            assert not (certain and self.arrived[row.id])
            assert row.state != "sent" or self.arrived[row.id]

    def everything_gets_through_in_the_end(self) -> None:
        self.history.outbox.reclaim(lambda _: False, self.now)
        for channel in CHANNELS:
            while batch := self.history.outbox.claim(
                channel, self.now, "last", len, ignore_backoff=True
            ):
                self.deliver(batch)
                self.history.outbox.settle(batch, "sent", "", self.now)
        rows = self.rows()
        assert {row.state for row in rows} <= {"sent", "dead", "dropped"}
        self.nothing_was_dropped_for_no_reason(rows)
        self.no_end_without_a_beginning(rows)

    def nothing_was_dropped_for_no_reason(self, rows: list[OutboxRow]) -> None:
        closed = {
            m.id
            for m in self.history.matters.history(self.parcel)
            if m.memory.closed_at is not None
        }
        newest = {(row.episode_id, row.channel): row.id for row in reversed(rows)}
        for row in rows:
            overtaken = row.id < newest[row.episode_id, row.channel]
            assert row.state != "dropped" or overtaken or row.episode_id in closed

    def no_end_without_a_beginning(self, rows: list[OutboxRow]) -> None:
        for row in rows:
            if row.kind is Kind.RESOLVED and row.state == "sent":
                before = [
                    r for r in rows if (r.episode_id, r.channel) == (row.episode_id, row.channel)
                ]
                assert any(r.id < row.id and (r.state == "sent" or r.maybe_sent) for r in before)


Sending.TestCase.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)
TestSending = Sending.TestCase


DIE_AT = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from monitor.history import History
now = datetime(2026, 9, 1, 8, tzinfo=UTC)
point, path, receiver = sys.argv[1:]
def die_at(here):
    if here == point:
        os.kill(os.getpid(), signal.SIGKILL)
history = History.open(Path(path), now=now)
def fits(rows):
    die_at("inside the claim")
    return len(rows)
batch = history.outbox.claim("phone", now, "victim", fits)
die_at("before sending")
with open(receiver, "a") as file:
    for row in batch.rows:
        file.write(f"{row.id}\\n")
die_at("before settling")
history.outbox.settle(batch, "sent", "", now)
die_at("after settling")
"""


@pytest.mark.parametrize(
    ("point", "copies", "repeat"),
    [
        pytest.param("inside the claim", 1, False, id="no claim, as if it had not run"),
        pytest.param("before sending", 1, True, id="sent once, marked as a possible repeat"),
        pytest.param("before settling", 2, True, id="sent twice, the second marked"),
        pytest.param("after settling", 1, False, id="sent once"),
    ],
)
def test_a_sender_killed_at_any_point_loses_nothing(
    history: History, path: Path, point: str, copies: int, repeat: bool
) -> None:
    who = history.parcels.add(parcel())
    tell(history, who.id, message())
    receiver = path.parent / "received"
    command = [sys.executable, "-c", DIE_AT, point, str(path), str(receiver)]
    done = subprocess.run(command, cwd=ROOT, check=False)
    assert done.returncode == -9
    history.outbox.reclaim(lambda holder: holder != "victim", NOW)
    batch = history.outbox.claim("phone", NOW, "next", len)
    if batch is not None:
        assert batch.repeat is repeat
        with receiver.open("a") as file:
            file.writelines(f"{row.id}{os.linesep}" for row in batch.rows)
        history.outbox.settle(batch, "sent", "", NOW)
    assert receiver.read_text().split() == ["1"] * copies
    assert [row.state for row in history.outbox.rows()] == ["sent"]
    assert history.damage() == ()
