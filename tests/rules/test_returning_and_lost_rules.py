"""The `returning` and `lost` rules: critical at once, and only when a source says so."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.parcel import Event, Stage, TimeQuality
from monitor.rules.delivered import Delivered
from monitor.rules.lost import Lost
from monitor.rules.returning import Returning
from monitor.schedule import Episode, Severity, Step, Witness
from tests.dossiers import SECOND, dossier, due_key, moment, scan, schedule

MONDAY = "2026-09-07 10:00"
BACK = scan(Stage.RETURNING, MONDAY)
LOST = scan(Stage.LOST_OR_DAMAGED, MONDAY)


def later(stage: Stage, when: str = "2026-09-08 10:00", **more: Any) -> Event:
    return scan(stage, when, **more)


@pytest.mark.parametrize(
    ("rule", "event", "key"),
    [
        pytest.param(Returning(), BACK, "returning", id="going back"),
        pytest.param(Returning(), scan(Stage.RETURNED, MONDAY), "returned", id="back already"),
        pytest.param(Lost(), LOST, "lost", id="lost"),
    ],
)
def test_it_is_critical_at_its_second(rule: Returning | Lost, event: Event, key: str) -> None:
    episode = rule(dossier(event))

    assert episode is not None
    assert [(s.severity, s.witness) for s in episode.steps] == [(Severity.CRITICAL, Witness.CLOCK)]
    assert due_key(episode, moment(MONDAY) - SECOND) == ""
    assert due_key(episode, moment(MONDAY)) == key


def test_the_end_of_the_return_is_a_later_step() -> None:
    episode = Returning()(dossier(BACK, later(Stage.RETURNED, "2026-10-01 10:00")))

    assert schedule(episode) == [("returning", MONDAY), ("returned", "2026-10-01 10:00")]


@pytest.mark.parametrize(
    ("event", "still_open"),
    [
        pytest.param(later(Stage.IN_TRANSIT), True, id="moving, on its way back"),
        pytest.param(later(Stage.IN_TRANSIT, country="DE"), True, id="moving where it was to go"),
        pytest.param(later(Stage.CLEARANCE_START), True, id="customs, on its way back"),
        pytest.param(later(Stage.OUT_FOR_DELIVERY, country="CN"), True, id="brought to the sender"),
        pytest.param(later(Stage.OUT_FOR_DELIVERY), True, id="brought to nobody knows whom"),
        pytest.param(later(Stage.OUT_FOR_DELIVERY, country="DE"), False, id="brought to you anew"),
        pytest.param(later(Stage.PICKUP, last_mile=True), False, id="waits for you after all"),
        pytest.param(later(Stage.LOST_OR_DAMAGED), False, id="lost on its way back"),
        pytest.param(later(Stage.OTHER), True, id="a remark"),
    ],
)
def test_what_ends_a_return(event: Event, still_open: bool) -> None:
    assert (Returning()(dossier(BACK, event)) is not None) is still_open


def test_a_delivery_at_the_end_of_a_return_is_the_senders_and_no_news() -> None:
    known = dossier(BACK, later(Stage.DELIVERED))
    episode = Returning()(known)

    assert schedule(episode)[-1] == ("delivered", "2026-09-08 10:00")
    assert episode is not None
    assert episode.steps[-1].advice == "return_delivered"
    assert Delivered()(known) is None


def test_a_word_of_the_return_after_its_delivery_need_not_be_surely_later() -> None:
    returned = scan(
        Stage.RETURNED,
        "2026-09-08 12:00",
        provider="other",
        time_quality=TimeQuality.OFFSET_ASSUMED,
    )
    episode = Returning()(dossier(BACK, later(Stage.DELIVERED), returned))

    assert [key for key, _ in schedule(episode)] == ["returning", "returned", "delivered"]


def test_a_delivery_after_a_new_attempt_is_yours() -> None:
    anew = later(Stage.OUT_FOR_DELIVERY, country="DE")
    known = dossier(BACK, anew, later(Stage.DELIVERED, "2026-09-08 15:00"))

    assert Returning()(known) is None
    assert Delivered()(known) is not None


@pytest.mark.parametrize(
    ("event", "told"),
    [
        pytest.param(scan(Stage.RETURNING, "2026-09-09 10:00"), True, id="surely later"),
        pytest.param(
            scan(
                Stage.RETURNING,
                "2026-09-08 16:00",
                provider="other",
                time_quality=TimeQuality.OFFSET_ASSUMED,
            ),
            False,
            id="a few hours later by another clock",
        ),
    ],
)
def test_a_return_after_a_delivery_must_be_surely_later(event: Event, told: bool) -> None:
    assert (Returning()(dossier(later(Stage.DELIVERED), event)) is not None) is told


@pytest.mark.parametrize(
    ("event", "still_open"),
    [
        pytest.param(later(Stage.DELIVERED), False, id="delivered after all"),
        pytest.param(later(Stage.IN_TRANSIT), False, id="found again"),
        pytest.param(later(Stage.OUT_FOR_DELIVERY), False, id="being brought"),
        pytest.param(later(Stage.RETURNING), False, id="damaged, and going back"),
        pytest.param(later(Stage.IN_TRANSIT, MONDAY), True, id="a scan of the same moment"),
        pytest.param(
            scan(Stage.IN_TRANSIT, None, first_seen=moment("2026-09-08 10:00")),
            True,
            id="a row without a date",
        ),
        pytest.param(later(Stage.OTHER), True, id="a remark"),
    ],
)
def test_what_ends_a_loss(event: Event, still_open: bool) -> None:
    assert (Lost()(dossier(LOST, event)) is not None) is still_open


def test_silence_is_never_called_a_loss() -> None:
    silent = dossier(scan(Stage.IN_TRANSIT, "2026-01-07 10:00"), looked="2026-12-01 10:00")

    assert Lost()(silent) is None
    assert Returning()(silent) is None


NEXT_DAY = "2026-09-08 10:00"


def test_all_that_is_said_of_a_loss() -> None:
    at = moment(MONDAY)
    crushed = scan(Stage.LOST_OR_DAMAGED, MONDAY, "Crushed in the hub", place="Köln")
    again = later(Stage.LOST_OR_DAMAGED, text="Loss confirmed")

    assert Lost()(dossier(crushed, again, looked=NEXT_DAY)) == Episode(
        "lost",
        "parcel:7",
        "loss",
        since=at,
        steps=(Step("lost", at, Severity.CRITICAL, "lost_reported"),),
        verified=moment(NEXT_DAY),
        facts={"text": "Crushed in the hub", "at": at.isoformat(), "place": "Köln"},
    )


def test_all_that_is_said_of_a_return() -> None:
    """Its message quotes the newest word, while the matter stands since the first."""
    at, back = moment(MONDAY), moment(NEXT_DAY)
    returned = later(Stage.RETURNED, text="Handed to the sender", place="Shenzhen")

    assert Returning()(dossier(BACK, returned, looked="2026-09-09 10:00")) == Episode(
        "returning",
        "parcel:7",
        "return",
        since=at,
        steps=(
            Step("returning", at, Severity.CRITICAL, "return_begun"),
            Step("returned", back, Severity.CRITICAL, "return_ended"),
        ),
        verified=moment("2026-09-09 10:00"),
        facts={"text": "Handed to the sender", "at": back.isoformat(), "place": "Shenzhen"},
    )
