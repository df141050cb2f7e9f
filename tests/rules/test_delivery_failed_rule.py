"""The `delivery_failed` rule: an attempt is told at once, and what follows it is waited for."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.parcel import Event, Stage, TimeQuality
from monitor.rules.delivery_failed import DeliveryFailed
from monitor.schedule import Episode, Severity, Step, Witness
from monitor.workdays import working_days
from tests.dossiers import SECOND, dossier, due_key, moment, scan, schedule, watched_by_two

FAILED = Stage.DELIVERY_FAILED
MONDAY = "2026-09-07 10:00"
ATTEMPT = scan(FAILED, MONDAY)


def later(stage: Stage, when: str = "2026-09-08 10:00", **more: Any) -> Event:
    return scan(stage, when, **more)


def test_an_attempt_is_a_notice_and_its_silence_a_warning_then_critical() -> None:
    episode = DeliveryFailed()(dossier(ATTEMPT))

    assert schedule(episode) == [
        ("attempt", MONDAY),
        ("warning", "2026-09-08 10:00"),
        ("critical", "2026-09-10 10:00"),
    ]
    assert episode is not None
    assert [s.severity for s in episode.steps] == [
        Severity.NOTICE,
        Severity.WARNING,
        Severity.CRITICAL,
    ]
    assert [s.witness for s in episode.steps] == [Witness.CLOCK, Witness.CHECK, Witness.CHECK]
    assert (episode.anchor, episode.subject) == ("door", "parcel:7")


@pytest.mark.parametrize(
    ("at", "before", "after"),
    [
        pytest.param(MONDAY, "", "attempt", id="the attempt"),
        pytest.param("2026-09-08 10:00", "attempt", "warning", id="one working day"),
        pytest.param("2026-09-10 10:00", "warning", "critical", id="three working days"),
    ],
)
def test_a_step_comes_at_its_second(at: str, before: str, after: str) -> None:
    for seconds, key in ((-1, before), (0, after), (1, after)):
        now = moment(at) + seconds * SECOND
        assert due_key(DeliveryFailed()(dossier(ATTEMPT, looked=now)), now) == key


def test_silence_needs_a_look() -> None:
    unseen = dossier(ATTEMPT, looked="2026-09-08 09:59")

    assert due_key(DeliveryFailed()(unseen), moment("2026-10-01 00:00")) == "attempt"


@pytest.mark.parametrize(
    ("country", "when", "warning", "critical"),
    [
        pytest.param("DE", "2026-09-11 18:00", "2026-09-14 18:00", "2026-09-16 18:00", id="Friday"),
        pytest.param(
            "DE", "2026-10-02 10:00", "2026-10-05 10:00", "2026-10-07 10:00", id="Germany, unity"
        ),
        pytest.param(
            "DE", "2026-12-24 10:00", "2026-12-28 10:00", "2026-12-30 10:00", id="Christmas"
        ),
        pytest.param(
            "US", "2026-11-25 10:00", "2026-11-27 10:00", "2026-12-01 10:00", id="Thanksgiving"
        ),
        pytest.param(
            "BR", "2026-09-04 10:00", "2026-09-08 10:00", "2026-09-10 10:00", id="Brazil, 7 Sept"
        ),
        pytest.param(
            "CN", "2026-09-30 10:00", "2026-10-08 10:00", "2026-10-10 10:00", id="the October week"
        ),
    ],
)
def test_the_days_are_working_days_of_the_destination(
    country: str, when: str, warning: str, critical: str
) -> None:
    known = dossier(scan(FAILED, when), origin="KR", destination=country, working_days=working_days)

    assert schedule(DeliveryFailed()(known))[1:] == [("warning", warning), ("critical", critical)]


@pytest.mark.parametrize(
    ("event", "still_open"),
    [
        pytest.param(later(Stage.DELIVERED), False, id="delivered"),
        pytest.param(later(Stage.PICKUP), False, id="waits to be collected"),
        pytest.param(later(Stage.RETURNING), False, id="goes back"),
        pytest.param(later(Stage.RETURNED), False, id="is back"),
        pytest.param(later(Stage.LOST_OR_DAMAGED), False, id="lost"),
        pytest.param(later(Stage.CLEARANCE_PAYMENT_DUE), False, id="customs wants money"),
        pytest.param(later(Stage.OUT_FOR_DELIVERY), True, id="another attempt is under way"),
        pytest.param(later(Stage.IN_TRANSIT, place="Köln"), True, id="a scan in the depot"),
        pytest.param(later(Stage.OTHER), True, id="a remark"),
        pytest.param(later(Stage.DELIVERED, "2026-09-06 10:00"), False, id="delivered before it?"),
    ],
)
def test_what_ends_it(event: Event, still_open: bool) -> None:
    known = dossier(ATTEMPT, event)
    if event.when is not None and event.when < moment(MONDAY):
        still_open = True  # surely later than that delivery

    assert (DeliveryFailed()(known) is not None) is still_open


@pytest.mark.parametrize(
    ("event", "warning"),
    [
        pytest.param(later(Stage.OUT_FOR_DELIVERY), "2026-09-09 10:00", id="out for delivery"),
        pytest.param(later(Stage.IN_TRANSIT), "2026-09-09 10:00", id="a scan"),
        pytest.param(later(Stage.OTHER), "2026-09-08 10:00", id="a remark does not"),
        pytest.param(
            scan(Stage.IN_TRANSIT, None, first_seen=moment("2026-09-08 10:00")),
            "2026-09-08 10:00",
            id="a row without a date does not",
        ),
        pytest.param(
            scan(Stage.IN_TRANSIT, "2026-09-07 08:00", unseen_until=moment("2026-09-08 10:00")),
            "2026-09-08 10:00",
            id="nor does a scan from before the attempt that is shown late",
        ),
    ],
)
def test_what_restarts_the_silence(event: Event, warning: str) -> None:
    assert ("warning", warning) in schedule(DeliveryFailed()(dossier(ATTEMPT, event)))


def again(when: str | None, **more: Any) -> Event:
    return scan(FAILED, when, "nobody in", **more)


@pytest.mark.parametrize(
    ("rows", "attempts"),
    [
        pytest.param([again("2026-09-07 12:00", provider="other"), again("2026-09-08 10:00")], 2, id="two rows of one attempt, and another on the next day"),
        pytest.param([again("2026-09-07 21:59")], 1, id="less than twelve hours later"),
        pytest.param([again("2026-09-07 22:00")], 2, id="twelve hours later"),
        pytest.param([again(None, first_seen=moment("2026-09-08 10:00"))], 1, id="a row without a date"),
        pytest.param([again(None, first_seen=moment("2026-09-08 08:00")), again("2026-09-08 10:00")], 2, id="a row without a date hides none that follows"),
        pytest.param([again(f"2026-09-{day:02} 10:00") for day in (8, 9, 10, 11)], 3, id="no more than three are told of"),
    ],
)  # fmt: skip
def test_each_attempt_is_a_step_of_its_own_and_two_rows_of_one_are_not(
    rows: list[Event], attempts: int
) -> None:
    keys = [key for key, _ in schedule(DeliveryFailed()(dossier(ATTEMPT, *rows)))]

    assert keys == [*["attempt", "attempt-2", "attempt-3"][:attempts], "warning", "critical"]


def test_an_attempt_that_is_not_surely_later_than_a_delivery_is_none() -> None:
    elsewhere = scan(
        Stage.DELIVERED,
        "2026-09-07 06:00",
        provider="other",
        time_quality=TimeQuality.OFFSET_ASSUMED,
    )

    assert DeliveryFailed()(dossier(elsewhere, ATTEMPT)) is None


def test_the_thresholds_are_options() -> None:
    rule = DeliveryFailed(warning=2, critical=4)

    assert schedule(rule(dossier(ATTEMPT)))[1:] == [
        ("warning", "2026-09-09 10:00"),
        ("critical", "2026-09-11 10:00"),
    ]


def test_all_that_is_said_of_two_attempts() -> None:
    """Its message quotes the newest of them, while the matter stands since the first."""
    second = later(FAILED, text="Nobody in", place="Köln")
    known = watched_by_two(dossier(ATTEMPT, second), "2026-09-09 10:00", "2026-09-08 12:00")

    assert DeliveryFailed()(known) == Episode(
        "delivery_failed",
        "parcel:7",
        "door",
        since=moment(MONDAY),
        steps=(
            Step("attempt", moment(MONDAY), Severity.NOTICE, "attempt_failed"),
            Step("attempt-2", moment("2026-09-08 10:00"), Severity.NOTICE, "attempt_again"),
            Step("warning", moment("2026-09-09 10:00"), Severity.WARNING, "attempt_silent", Witness.CHECK),
            Step("critical", moment("2026-09-11 10:00"), Severity.CRITICAL, "attempt_stuck", Witness.CHECK),
        ),
        verified=moment("2026-09-09 10:00"),
        heard=moment("2026-09-08 12:00"),
        facts={"text": "Nobody in", "at": "2026-09-08T10:00:00+00:00", "place": "Köln"},
    )  # fmt: skip
