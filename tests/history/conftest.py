"""A real database file for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.history import History
from tests.history.given import NOW, parcel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from monitor.parcel import Parcel


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "parcels.db"


@pytest.fixture
def history(path: Path) -> Iterator[History]:
    with History.open(path, now=NOW) as opened:
        yield opened


@pytest.fixture
def watched(history: History) -> Parcel:
    return history.parcels.add(parcel())
