"""Seasons of one's own: read, checked, shown with their origin, and handed to the rules."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from monitor.rules.silence import Silence
from monitor.settings.explaining import explain
from monitor.sweep.court import court_from, seasons_of

if TYPE_CHECKING:
    from tests.settings.conftest import Desk

STRIKE = """
[[seasons]]
name = "postal strike"
from = 2026-11-20
to = 2026-12-10
countries = ["ca", "US"]
factor = 2
"""


def test_a_season_of_ones_own_comes_after_the_shipped_ones(desk: Desk) -> None:
    own = seasons_of(desk.load(STRIKE))[-1]

    assert (own.name, own.first, own.last) == (
        "postal strike",
        date(2026, 11, 20),
        date(2026, 12, 10),
    )
    assert (own.countries, own.factor) == (frozenset({"CA", "US"}), 2.0)


def test_every_rule_that_takes_seasons_gets_them_and_other_rules_do_not(desk: Desk) -> None:
    settings = desk.load(STRIKE)
    rules = {rule.name: rule for rule in court_from(settings).rules}
    given = {name for name, rule in rules.items() if hasattr(rule, "seasons")}

    assert {"silence", "never_shipped", "clearance"} <= given
    assert {"source_gives_up", "clearance_failed", "protection"}.isdisjoint(given)
    assert all(getattr(rules[name], "seasons", ()) == seasons_of(settings) for name in given)


def test_another_season_makes_everything_judged_anew(desk: Desk) -> None:
    plain, longer = (
        court_from(desk.load(STRIKE)),
        court_from(desk.load(STRIKE.replace("12-10", "12-11"))),
    )

    assert plain.fingerprint != longer.fingerprint


def test_seasons_are_no_option_of_a_rule(desk: Desk) -> None:
    assert "Unknown option rules.silence.seasons" in desk.refusal(
        "rules.silence.seasons = [1]", {"silence": Silence}
    )


def test_a_season_is_shown_with_its_origin(desk: Desk) -> None:
    rows = {row.path: row for row in explain(desk.load(STRIKE))}

    assert rows["seasons.0.from"].value == "2026-11-20"
    assert rows["seasons.0.from"].origin.endswith("config.toml")
    assert rows["seasons.0.countries"].value == '["CA", "US"]'
    assert rows["seasons.0.reason"].origin == "default"


def test_the_environment_changes_one_season_or_gives_them_all(desk: Desk) -> None:
    changed = desk.load(STRIKE, PARCELS_SEASONS__0__TO="2026-12-31")
    whole = desk.load(
        STRIKE, PARCELS_SEASONS='[{"name": "flood", "from": "2026-09-01", "to": "2026-09-09"}]'
    )

    assert changed.seasons[0].last == date(2026, 12, 31)
    assert [season.name for season in whole.seasons] == ["flood"]
    assert whole.seasons[0].factor == 1.5


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        pytest.param('name = "postal strike"', "", "seasons.0.name is missing", id="no name"),
        pytest.param('"postal strike"', '" "', "seasons.0.name (config.toml): it must be text of one line, 1 to 60", id="an empty name"),
        pytest.param("from = 2026-11-20", "", "seasons.0.from is missing", id="no first day"),
        pytest.param("to = 2026-12-10", "", "seasons.0.to is missing", id="no last day"),
        pytest.param("2026-12-10", "2026-11-19", "seasons.0 (config.toml): it must end on a day from its first", id="ends before it begins"),
        pytest.param("2026-12-10", "2027-11-21", "to 365 days later", id="longer than a year"),
        pytest.param("2026-12-10", '"soon"', "seasons.0.to (config.toml): it must be a day such as 2026-11-20", id="no day"),
        pytest.param("2026-12-10", "2026-12-10T10:00:00Z", "it must be a day such as", id="a moment is no day"),
        pytest.param('"ca"', '"Canada"', "seasons.0.countries (config.toml): it must be an ISO 3166 country code", id="no country code"),
        pytest.param("factor = 2", "factor = 0.5", "it must be a number from 1 to 10", id="never faster than usual"),
        pytest.param("factor = 2", "factor = inf", "it must be a number from 1 to 10", id="never for ever"),
        pytest.param("factor", "facter", "Unknown option seasons.0.facter (config.toml); did you mean seasons.0.factor?", id="a slip"),
        pytest.param("[[seasons]]", "[[season]]", "did you mean seasons?", id="a slip in the table"),
        pytest.param("[[seasons]]", "[seasons]", "seasons", id="one table instead of a list"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_season_is_said(
    desk: Desk, before: str, after: str, sentence: str
) -> None:
    assert sentence in desk.refusal(STRIKE.replace(before, after))
