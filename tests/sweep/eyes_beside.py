"""A machine with two sources beside it, Cainiao and 17TRACK, that tell of the same parcels."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from monitor.sandbox.cainiao import CainiaoSandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.sandbox.histories import ParcelHistory
    from tests.cli.desk import Desk

MINUTE = 1 / 24 / 60  # of a day, as `Desk.at` counts


@contextmanager
def cainiao_beside(desk: Desk) -> Iterator[CainiaoSandbox]:
    """Cainiao on the loopback in the desk's time, switched on for its commands."""
    with CainiaoSandbox(desk.clock) as cainiao:
        desk.environ |= {
            "PARCELS_ADAPTERS__CAINIAO__ENABLED": "true",
            "PARCELS_ADAPTERS__CAINIAO__BASE_URL": cainiao.base_url,
        }
        yield cainiao


def everywhere(desk: Desk, cainiao: CainiaoSandbox, history: ParcelHistory) -> None:
    """A parcel that both sources would show."""
    desk.sandbox.script(history)
    cainiao.script(history)


def registered(desk: Desk) -> dict[str, int]:
    """What each number has cost at 17TRACK so far."""
    return dict(desk.sandbox.charges)


def blind_alerts(desk: Desk) -> list[tuple[str, str]]:
    """What was told about sources, as (source, kind), oldest first."""
    return [(a["subject"], a["kind"]) for a in desk.alerts() if a["rule"] == "blind"]
