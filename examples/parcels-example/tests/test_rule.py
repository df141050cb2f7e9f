"""When a parcel goes in circles, and when it does not any more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from parcels_example.rule import TEXTS, Circling

from monitor.parcel import Dossier, Event, Parcel, SourceLook, Stage, TimeQuality
from monitor.schedule import Witness

DAY = timedelta(days=1)
START = datetime(2026, 9, 1, 6, tzinfo=UTC)


def dossier(*places: str) -> Dossier:
    """One scan a day, each at a place."""
    events = tuple(
        Event(
            "example_post", "example_post", "", START + n * DAY, TimeQuality.EXACT, "", "Arrived",
            place, stage=Stage.IN_TRANSIT,
        )
        for n, place in enumerate(places)
    )  # fmt: skip
    look = SourceLook("example_post", START + 30 * DAY, shows_change=True)
    return Dossier(Parcel(1, "EX000000018XA", START), events, (look,))


@pytest.mark.parametrize(
    ("places", "since"),
    [
        pytest.param("", None, id="no scan is no circle"),
        pytest.param("ABCD", None, id="nor is a way"),
        pytest.param("AAAA", None, id="nor is waiting in one place"),
        pytest.param("ABAB", None, id="nor are two visits, which happen"),
        pytest.param("ABABA", 4, id="the third visit is one"),
        pytest.param("ABABAB", 4, id="and goes on being the same one"),
        pytest.param("ABABAC", None, id="until it comes to a new place"),
    ],
)
def test_the_third_visit_makes_a_circle(places: str, since: int | None) -> None:
    episode = Circling()(dossier(*places))
    assert (None if episode is None else (episode.since - START).days) == since


def test_a_warning_comes_at_once_and_the_critical_step_only_after_a_look() -> None:
    episode = Circling()(dossier(*"ABABA"))
    assert episode is not None
    assert [(s.key, (s.at - START).days, s.witness) for s in episode.steps] == [
        ("warning", 4, Witness.CLOCK),
        ("critical", 9, Witness.CHECK),
    ]
    assert {step.advice for step in episode.steps} <= TEXTS.keys()


def test_one_visit_is_refused_as_a_circle() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        Circling(visits=1)
