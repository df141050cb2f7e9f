"""A season of one country slows what comes from there or goes there, and nothing else."""

from __future__ import annotations

from datetime import date

import pytest

from monitor.parcel import Event, Stage
from monitor.rules.handover import Handover
from monitor.rules.never_shipped import NeverShipped
from monitor.rules.silence import Silence
from monitor.seasons import Season
from tests.dossiers import dossier, scan, schedule

MONDAY = "2026-09-07 10:00"
MOVING = scan(Stage.IN_TRANSIT, MONDAY)
LABELLED = scan(Stage.INFO_RECEIVED, MONDAY)
RELEASED = scan(Stage.CLEARANCE_SUCCESS, MONDAY)


def rush(country: str) -> tuple[Season, ...]:
    first, last = date(2026, 9, 7), date(2026, 12, 1)
    return (Season("the rush", first, last, frozenset({country}), factor=1.5),)


@pytest.mark.parametrize(
    ("country", "slower"),
    [
        pytest.param("KR", True, id="where it comes from"),
        pytest.param("DE", True, id="where it goes to"),
        pytest.param("CN", False, id="not one it never touches"),
    ],
)
@pytest.mark.parametrize(
    ("rule", "event", "usual", "slow"),
    [
        pytest.param(Silence, MOVING, "2026-09-21 10:00", "2026-09-28 10:00", id="silence"),
        pytest.param(NeverShipped, LABELLED, "2026-09-16 10:00", "2026-09-22 10:00", id="a label"),
        pytest.param(Handover, RELEASED, "2026-09-11 10:00", "2026-09-15 10:00", id="a release"),
    ],
)
def test_a_season_of_either_end_of_the_lane_stretches_it(
    rule: type[Silence | NeverShipped | Handover],
    event: Event,
    usual: str,
    slow: str,
    country: str,
    slower: bool,
) -> None:
    episode = rule(seasons=rush(country))(dossier(event, origin="KR"))

    assert ("warning", slow if slower else usual) in schedule(episode)
