"""Processes that end in the middle, and services that never do."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.cli.desk import KETTLE, Desk, killed

if TYPE_CHECKING:
    from tests.tour.conftest import Service

pytestmark = pytest.mark.long

TITLE = "Blue kettle: protection ends in "
IN_HASTE = (
    "import monitor.cli; from monitor.channels.sending import OpenChannel;"
    "OpenChannel.send.__kwdefaults__['timeout'] = 0.5; monitor.cli.GRACE = 0.5; monitor.cli.main()"
)


def about_to_tell(desk: Desk, service: Service) -> None:
    desk.channel("phone", service.url)
    desk("add", KETTLE, "--label", "Blue kettle", "--protected-until", "2026-09-10")


def test_a_pass_killed_while_it_sends_is_repeated_and_says_so(desk: Desk, service: Service) -> None:
    about_to_tell(desk, service)
    service.hangs = True
    process = desk.begin("poll")
    try:
        assert service.arrived.wait(30), "nothing was sent"
    finally:
        killed(process)
    assert [a["state"] for a in desk.alerts()] == ["sending"]
    service.hangs = False
    service.over.set()
    again = desk.process("poll")
    assert again.code == 0
    first, second = (post for _, post in service.posts)
    assert first["title"] == second["title"]
    assert first["title"].startswith(TITLE)
    assert second["message"] == f"(may be a repeat)\n\n{first['message']}"
    assert desk.process("poll").code == 0
    assert len(service.posts) == 2


def test_a_pass_killed_leaves_no_lock_and_no_half_stored_answer(
    desk: Desk, service: Service
) -> None:
    about_to_tell(desk, service)
    desk.sandbox.faults.inject("slow", endpoint="gettrackinfo", times=1, seconds=30)
    process = desk.begin("poll")
    try:
        while "gettrackinfo" not in desk.endpoints():
            assert process.poll() is None, "the pass ended before it was killed"
            time.sleep(0.01)
    finally:
        killed(process)
    desk.sandbox.faults.clear()
    assert desk.process("poll").code == 0
    assert [post["title"].startswith(TITLE) for _, post in service.posts] == [True]
    assert "(may be a repeat)" not in service.posts[0][1]["message"]


def test_a_service_that_never_ends_its_answer_does_not_keep_the_process(
    desk: Desk, service: Service
) -> None:
    about_to_tell(desk, service)
    service.drips = True
    done = desk.process("poll", program=("-c", IN_HASTE))
    assert done.code == 1
    assert "it may have arrived" in done.err
    assert not service.over.is_set()  # it drips on
    assert [a["state"] for a in desk.alerts()] == ["pending"]
