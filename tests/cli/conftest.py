from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.sandbox.clock import SteppedClock
from monitor.sandbox.receiver import Receiver
from monitor.sandbox.seventeentrack import SeventeenTrackSandbox
from tests import leaks
from tests.cli.desk import START, Desk, keyed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def bare(tmp_path: Path) -> Desk:
    """A fresh machine: no key, no channel, no file, and nobody who could be asked."""
    clock = SteppedClock(START)
    return Desk(tmp_path, clock, SeventeenTrackSandbox(clock, key=leaks.KEY, rate_limit=0))


@pytest.fixture
def desk(bare: Desk) -> Iterator[Desk]:
    """A machine whose 17TRACK can be asked."""
    with bare.sandbox:
        yield keyed(bare)


@pytest.fixture
def phone() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver
