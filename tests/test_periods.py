"""How long carriers wait, as the rows say it, and what is assumed where nobody does."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from importlib.resources import files

import pytest

from monitor.periods import UNKNOWN_HOLD, UNKNOWN_PAY, Period, hold_period, pay_period

ROWS = tomllib.loads(files("monitor").joinpath("data/periods.toml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("country", "days"),
    [
        pytest.param("GB", 21, id="Royal Mail and Parcelforce"),
        pytest.param("NL", 14, id="PostNL"),
        pytest.param("BR", 30, id="Correios"),
        pytest.param("DE", 7, id="the German customs office, the shorter end of 7 to 14"),
        pytest.param("FR", 15, id="papers in France"),
    ],
)
def test_who_says_how_long_duty_may_stay_unpaid_is_believed(country: str, days: int) -> None:
    period = pay_period(country)

    assert (period.days, period.assumed) == (days, False)
    assert period.carrier
    assert period.source


@pytest.mark.parametrize("country", ["", "US", "SE", "IT", "AU", "CA", "ZZ", "gb"])
def test_where_nobody_says_it_days_are_assumed_and_said_to_be(country: str) -> None:
    assert pay_period(country) == Period(UNKNOWN_PAY)
    assert hold_period(country) == Period(UNKNOWN_HOLD)
    assert pay_period(country).assumed
    assert (UNKNOWN_PAY, UNKNOWN_HOLD) == (14, 7)


@pytest.mark.parametrize("country", sorted(ROWS))
def test_a_row_says_whose_it_is_where_it_is_from_and_how_sure_that_is(country: str) -> None:
    assert re.fullmatch(r"[A-Z]{2}", country)
    assert ROWS[country].keys() <= {"pay", "hold"}
    for row in ROWS[country].values():
        assert set(row) == {"days", "carrier", "source", "verified_on", "confidence"}
        assert 1 <= row["days"] <= 60
        assert row["carrier"][0].isupper()
        assert row["source"]
        assert row["verified_on"] <= date(2026, 12, 31)
        assert row["confidence"] in {"A", "B", "C"}
