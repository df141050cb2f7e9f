"""In short what `make kills` and `make writers` do at length: see tests/kills.py and writers.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.kills import ordeal
from tests.writers import PEOPLE, writing

if TYPE_CHECKING:
    from pathlib import Path

# Dozens of processes: seconds on a machine of its own, minutes on one that is busy.
pytestmark = pytest.mark.timeout(400)


def test_killed_in_the_middle_of_questions_and_messages_the_service_loses_nothing(
    tmp_path: Path,
) -> None:
    said: list[str] = []
    outcome = ordeal(tmp_path, 4, 2, said.append)
    assert outcome.sound, "\n".join(outcome.lines())
    assert outcome.account.sent > 0
    assert outcome.registrations > 0


def test_six_people_write_while_the_service_asks_and_every_command_succeeds(
    tmp_path: Path,
) -> None:
    written = writing(tmp_path, 1)
    assert written.sound, "\n".join(written.lines())
    assert len(written.seconds) == 3 * PEOPLE
