"""A source that fails in every batch of a pass is reported once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.desk import Desk


def test_the_same_failure_of_several_batches_is_said_once(desk: Desk) -> None:
    numbers = [f"LP{n:014}" for n in range(81)]
    desk("add", *numbers, "--shop", "none")
    assert desk("poll").code == 0
    desk.sandbox.faults.inject("error_503")
    ran = desk("poll")

    assert ran.code == 1
    assert ran.err.count("answered with an error of its own (503)") == 1
