"""The time of the year and the law of the lane, said where they explain an alert."""

from __future__ import annotations

from datetime import UTC, date
from typing import TYPE_CHECKING

import pytest

from monitor.alerts.memory import Kind
from monitor.alerts.values import Telling
from monitor.message.render import Matter, render
from monitor.message.texts import Style
from monitor.parcel import Stage
from monitor.rules.clearance import Clearance
from monitor.rules.silence import Silence
from monitor.schedule import Step, due
from monitor.seasons import Season
from tests.dossiers import dossier, moment, scan

if TYPE_CHECKING:
    from monitor.parcel import Dossier
    from monitor.rules.contract import Rule

SLOWER = "Parcels are slower in this season, so this comes later than usual:"
DUTY = "Since 1 July 2026 the EU charges customs duty on every item"


def body(known: Dossier, rule: Rule, now: str, kind: Kind = Kind.OPENED) -> str:
    episode = rule(known)
    assert episode is not None
    step: Step | None = due(episode, moment(now))
    assert step is not None
    told = Telling(kind, step.severity, "it has come", episode, step)
    return render(Matter(rule.name, told, known, (), moment(now)), Style(UTC)).body


def silent(when: str, looked: str) -> Dossier:
    return dossier(scan(Stage.IN_TRANSIT, when, country="CN"), looked=looked)


@pytest.mark.parametrize(
    ("when", "now", "said"),
    [
        pytest.param("2026-12-01 10:00", "2026-12-16 10:00", True, id="a step the season made later"),
        pytest.param("2026-10-31 10:00", "2026-11-10 10:00", False, id="a step it left alone, though a later one is made later"),
        pytest.param("2026-08-03 10:00", "2026-08-13 10:00", False, id="no season near"),
    ],
)  # fmt: skip
def test_a_season_is_named_where_it_made_the_step_later(when: str, now: str, said: bool) -> None:
    assert (SLOWER in body(silent(when, now), Silence(), now)) is said


def test_nothing_in_the_name_of_a_season_can_be_clicked() -> None:
    strike = Season("strike at evil.com", date(2026, 8, 1), date(2026, 8, 31), factor=2)
    text = body(
        silent("2026-08-03 10:00", "2026-08-23 10:00"),
        Silence(seasons=(strike,)),
        "2026-08-23 10:00",
    )

    assert f"{SLOWER} strike at evil. com." in text


def slow_at_customs(destination: str) -> Dossier:
    return dossier(
        scan(Stage.CLEARANCE_START, "2026-09-07 10:00", country=destination),
        looked="2026-09-21 10:00",
        destination=destination,
    )


@pytest.mark.parametrize(
    ("destination", "said"),
    [
        pytest.param("DE", True, id="the EU"),
        pytest.param("GB", False, id="a country without a change"),
    ],
)
def test_a_change_of_law_is_told_with_the_alert_it_explains(destination: str, said: bool) -> None:
    assert (DUTY in body(slow_at_customs(destination), Clearance(), "2026-09-16 10:00")) is said


def test_a_change_of_law_is_not_told_with_other_alerts() -> None:
    stopped = dossier(
        scan(Stage.CLEARANCE_EXCEPTION, "2026-09-07 10:00"), looked="2026-09-08 10:00"
    )
    quiet = dossier(
        scan(Stage.IN_TRANSIT, "2026-09-07 10:00", country="DE"), looked="2026-09-21 10:00"
    )

    assert DUTY not in body(stopped, Clearance(), "2026-09-08 10:00")
    assert DUTY not in body(quiet, Silence(), "2026-09-21 10:00")
