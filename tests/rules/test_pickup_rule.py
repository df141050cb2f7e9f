"""The `pickup` rule: told on arrival, and counted down to the end of the hold."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.parcel import Dossier, Event, Stage, TimeQuality
from monitor.periods import Period
from monitor.rules.pickup import Pickup
from monitor.schedule import Episode, Severity, Step, Witness
from tests.dossiers import SECOND, dossier, due_key, moment, scan, schedule

MONDAY = "2026-09-07 10:00"
HERE = scan(Stage.PICKUP, MONDAY)


def unknown(_country: str) -> Period:
    return Period(7)


def known_carrier(country: str) -> Period:
    return Period(18 if country == "GB" else 10, "Royal Mail", assumed=False, source="its page")


def episode_of(known: Dossier) -> Episode | None:
    return Pickup(hold=unknown)(known)


def later(stage: Stage, when: str = "2026-09-08 10:00", **more: Any) -> Event:
    return scan(stage, when, **more)


def test_of_an_unknown_carrier_seven_days_are_assumed_and_said_to_be() -> None:
    episode = episode_of(dossier(HERE))

    assert schedule(episode) == [
        ("arrived", MONDAY),
        ("warning", "2026-09-11 10:00"),
        ("critical", "2026-09-13 10:00"),
    ]
    assert episode is not None
    assert [s.severity for s in episode.steps] == [
        Severity.NOTICE,
        Severity.WARNING,
        Severity.CRITICAL,
    ]
    assert {s.witness for s in episode.steps} == {Witness.CLOCK}
    assert all(s.advice.endswith("_assumed") for s in episode.steps)
    assert episode.deadlines == (("hold", moment("2026-09-14 10:00")),)
    assert episode.facts["hold_until"] == "2026-09-14"
    assert (episode.anchor, episode.subject) == ("pickup", "parcel:7")


def test_the_hold_of_a_known_carrier_is_that_of_the_destination() -> None:
    episode = Pickup(hold=known_carrier)(dossier(HERE, destination="GB"))

    assert episode is not None
    assert episode.deadlines == (("hold", moment("2026-09-25 10:00")),)
    assert schedule(episode)[1:] == [
        ("warning", "2026-09-22 10:00"),
        ("critical", "2026-09-24 10:00"),
    ]
    advices = [s.advice for s in episode.steps]
    assert advices == ["pickup_waiting", "pickup_soon", "pickup_last"]
    assert (episode.facts["carrier"], episode.facts["hold_days"]) == ("Royal Mail", "18")


@pytest.mark.parametrize(
    ("at", "before", "after"),
    [
        pytest.param(MONDAY, "", "arrived", id="the arrival"),
        pytest.param("2026-09-11 10:00", "arrived", "warning", id="three days before the end"),
        pytest.param("2026-09-13 10:00", "warning", "critical", id="the last day, a Sunday"),
    ],
)
def test_a_step_comes_at_its_second_by_the_clock_alone(at: str, before: str, after: str) -> None:
    episode = episode_of(dossier(HERE))
    for seconds, key in ((-1, before), (0, after), (1, after)):
        assert due_key(episode, moment(at) + seconds * SECOND) == key


def test_a_short_hold_begins_at_the_step_it_is_at() -> None:
    episode = Pickup(hold=lambda _: Period(2))(dossier(HERE))

    assert due_key(episode, moment(MONDAY)) == "warning"
    assert schedule(episode)[2] == ("critical", "2026-09-08 10:00")


def test_what_was_seen_late_was_held_since_it_came() -> None:
    late = scan(
        Stage.PICKUP,
        MONDAY,
        first_seen=moment("2026-09-09 10:00"),
        unseen_until=moment("2026-09-09 08:00"),
    )
    episode = episode_of(dossier(late))

    assert schedule(episode)[0] == ("arrived", "2026-09-09 08:00")
    assert episode is not None
    assert episode.deadlines == (("hold", moment("2026-09-14 10:00")),)


@pytest.mark.parametrize(
    ("event", "still_open"),
    [
        pytest.param(later(Stage.DELIVERED), False, id="collected"),
        pytest.param(later(Stage.RETURNING), False, id="goes back"),
        pytest.param(later(Stage.RETURNED), False, id="is back"),
        pytest.param(later(Stage.LOST_OR_DAMAGED), False, id="lost"),
        pytest.param(later(Stage.OUT_FOR_DELIVERY), False, id="is brought after all"),
        pytest.param(later(Stage.DELIVERY_FAILED), False, id="was brought in vain"),
        pytest.param(later(Stage.IN_TRANSIT), True, id="a scan ends no hold"),
        pytest.param(later(Stage.OTHER), True, id="a remark"),
        pytest.param(
            later(
                Stage.OUT_FOR_DELIVERY,
                provider="other",
                time_quality=TimeQuality.OFFSET_ASSUMED,
                when="2026-09-07 16:00",
            ),
            True,
            id="what another provider may have dated wrongly",
        ),
    ],
)
def test_what_ends_it(event: Event, still_open: bool) -> None:
    assert (episode_of(dossier(HERE, event)) is not None) is still_open


@pytest.mark.parametrize(
    ("between", "until"),
    [
        pytest.param([], "2026-09-14", id="a reminder starts no new hold"),
        pytest.param(
            [later(Stage.IN_TRANSIT, place="Köln")], "2026-09-17", id="moved to another shop"
        ),
        pytest.param([later(Stage.IN_TRANSIT)], "2026-09-14", id="a scan without a place"),
        pytest.param([later(Stage.OUT_FOR_DELIVERY)], "2026-09-17", id="brought, and left again"),
    ],
)
def test_from_when_the_hold_counts(between: list[Event], until: str) -> None:
    again = scan(Stage.PICKUP, "2026-09-10 10:00", "still waiting")
    episode = episode_of(dossier(HERE, *between, again))

    assert episode is not None
    assert episode.facts["hold_until"] == until


def test_the_thresholds_are_options() -> None:
    episode = Pickup(warning=4, critical=2, hold=unknown)(dossier(HERE))

    assert schedule(episode)[1:] == [
        ("warning", "2026-09-10 10:00"),
        ("critical", "2026-09-12 10:00"),
    ]


FIVE_DAYS = Period(5, "The carrier", assumed=False, source="your configuration")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        pytest.param(
            Pickup(),
            {
                "hold_until": "2026-09-14",
                "hold_days": "7",
                "carrier": "",
                "source": "",
                "assumed": "yes",
            },
            id="assumed",
        ),
        pytest.param(
            Pickup(hold=lambda _: FIVE_DAYS),
            {
                "hold_until": "2026-09-12",
                "hold_days": "5",
                "carrier": "The carrier",
                "source": "your configuration",
                "assumed": "",
            },
            id="told by the owner",
        ),
    ],
)
def test_all_that_a_message_is_told_of_how_long_it_is_held(
    rule: Pickup, expected: dict[str, str]
) -> None:
    found = rule(dossier(scan(Stage.PICKUP, "2026-09-07 10:00"), destination="US"))
    assert found is not None
    assert {key: found.facts[key] for key in expected} == expected
    endings = {step.advice.endswith("_assumed") for step in found.steps}
    assert endings == {expected["assumed"] == "yes"}


def test_all_that_is_said_of_a_parcel_that_waits() -> None:
    """It is told when it is shown, and kept from when it came."""
    shown = moment("2026-09-09 08:00")
    waiting = scan(Stage.PICKUP, MONDAY, "Ready for you", place="Kiosk, Köln", unseen_until=shown)
    rule = Pickup(hold=lambda _: FIVE_DAYS)

    assert rule(dossier(waiting, looked="2026-09-10 10:00")) == Episode(
        "pickup",
        "parcel:7",
        "pickup",
        since=shown,
        steps=(
            Step("arrived", shown, Severity.NOTICE, "pickup_waiting"),
            Step("warning", moment("2026-09-09 10:00"), Severity.WARNING, "pickup_soon"),
            Step("critical", moment("2026-09-11 10:00"), Severity.CRITICAL, "pickup_last"),
        ),
        verified=moment("2026-09-10 10:00"),
        deadlines=(("hold", moment("2026-09-12 10:00")),),
        facts={
            "text": "Ready for you",
            "at": "2026-09-07T10:00:00+00:00",
            "place": "Kiosk, Köln",
            "hold_until": "2026-09-12",
            "hold_days": "5",
            "carrier": "The carrier",
            "source": "your configuration",
            "assumed": "",
        },
    )
