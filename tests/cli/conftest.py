from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.sandbox.clock import SteppedClock
from monitor.sandbox.receiver import Receiver
from monitor.sandbox.seventeentrack import SeventeenTrackSandbox
from tests.cli.desk import START, Desk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Desk]:
    """A fresh machine: no key, no channel, no file."""
    clock = SteppedClock(START)
    with SeventeenTrackSandbox(clock, rate_limit=0) as sandbox:
        yield Desk(tmp_path, clock, sandbox)


@pytest.fixture
def desk(bare: Desk) -> Desk:
    """A machine whose 17TRACK can be asked."""
    bare.environ |= {
        "PARCELS_ADAPTERS__SEVENTEENTRACK__API_KEY": bare.sandbox.key,
        "PARCELS_ADAPTERS__SEVENTEENTRACK__BASE_URL": bare.sandbox.base_url,
        "PARCELS_COUNTRY": "DE",
    }
    return bare


@pytest.fixture
def phone() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver
