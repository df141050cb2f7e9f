"""Lasting changes of customs law: whom they concern, from when, and which alerts they explain."""

from __future__ import annotations

from datetime import date

import pytest

from monitor.advisories import advisories, explaining, shipped_advisories


@pytest.mark.parametrize(
    ("origin", "destination", "day", "begins"),
    [
        pytest.param("CN", "US", "2025-08-28", "", id="the United States, the day before"),
        pytest.param("CN", "US", "2025-08-29", "Since 29 August 2025", id="the United States, from the day on"),
        pytest.param("CN", "DE", "2026-06-30", "", id="the EU, the day before"),
        pytest.param("CN", "DE", "2026-07-01", "Since 1 July 2026", id="the EU, from the day on"),
        pytest.param("", "FR", "2026-07-01", "Since 1 July 2026", id="from nobody knows where"),
        pytest.param("NL", "DE", "2026-07-01", "", id="inside the EU no customs is met"),
        pytest.param("CN", "GB", "2026-12-01", "", id="a country without a change"),
        pytest.param("CN", "", "2026-12-01", "", id="no destination known"),
    ],
)  # fmt: skip
def test_whom_a_change_concerns(origin: str, destination: str, day: str, begins: str) -> None:
    found = advisories(origin, destination, date.fromisoformat(day))

    assert [row.text[: len(begins)] for row in found] == ([begins] if begins else [])


@pytest.mark.parametrize(
    ("advice", "explained"),
    [
        pytest.param("payment_asked", True, id="money is asked for"),
        pytest.param("import_slow", True, id="slow at import customs"),
        pytest.param("export_stuck", False, id="stuck at export customs"),
        pytest.param("documents_asked", False, id="papers are asked for"),
    ],
)
def test_which_alerts_a_change_explains(advice: str, explained: bool) -> None:
    assert bool(explaining(advice, "CN", "US", date(2026, 9, 1))) is explained


def test_every_change_says_who_says_so() -> None:
    for row in shipped_advisories():
        assert row.countries
        assert row.text.startswith("Since ")
        assert str(row.since.year) in row.text
        assert row.explains
        assert row.source
        assert row.verified_on is not None
        assert row.confidence in {"A", "B", "C"}


def test_the_european_union_has_twenty_seven_members() -> None:
    assert len(shipped_advisories()[1].countries) == 27
