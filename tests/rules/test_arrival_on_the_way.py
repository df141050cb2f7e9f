"""An early start at import customs counts from the arrival in the country, not from a hub before it."""

from __future__ import annotations

import pytest

from monitor.parcel import Stage
from monitor.rules.clearance import Clearance
from tests.dossiers import dossier, scan, schedule

DECLARED = scan(Stage.CLEARANCE_START, "2026-09-07 10:00")


def arrival(country: str, destination: str = "DE") -> list[tuple[str, str]]:
    landed = scan(
        Stage.IN_TRANSIT, "2026-09-09 10:00", code="InTransit_Arrival", place="Hub", country=country
    )
    return schedule(Clearance()(dossier(DECLARED, landed, destination=destination)))


@pytest.mark.parametrize(
    "country",
    [
        pytest.param("BE", id="a hub on the way"),
        pytest.param("CN", id="an airport of the origin"),
    ],
)
def test_an_arrival_elsewhere_starts_no_clock(country: str) -> None:
    assert arrival(country) == []


@pytest.mark.parametrize(
    "country",
    [
        pytest.param("DE", id="in the country of destination"),
        pytest.param("", id="at a place whose country is not said"),
    ],
)
def test_an_arrival_that_may_be_there_starts_it(country: str) -> None:
    assert arrival(country)[0] == ("quiet", "2026-09-14 10:00")


def test_where_nobody_knows_where_it_goes_any_arrival_may_be_there() -> None:
    assert arrival("BE", destination="")[0] == ("quiet", "2026-09-14 10:00")
