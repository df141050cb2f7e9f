"""The `delivered` rule: news, unless something speaks against it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from monitor.alerts.decision import decide
from monitor.alerts.memory import Kind
from monitor.alerts.values import Manners, Present
from monitor.parcel import HAND, Dossier, Event, Stage, TimeQuality
from monitor.rules.delivered import Delivered
from monitor.rules.doubts import settled
from monitor.rules.protection import Protection
from monitor.schedule import Episode, Severity, Step
from tests.dossiers import SECOND, dossier, due_key, moment, scan, schedule

DONE = Stage.DELIVERED
MONDAY = "2026-09-07 10:00"
THERE = scan(DONE, MONDAY)


def keys(*events: Event, **facts: Any) -> list[str]:
    return [key for key, _ in schedule(Delivered()(dossier(*events, **facts)))]


def later(stage: Stage, when: str = "2026-09-07 15:00", **more: Any) -> Event:
    return scan(stage, when, **more)


def tellings(known: Dossier, now: str) -> list[tuple[Kind, str]]:
    at = moment(now)
    present = Present(at, known.last_change)
    verdict = decide("delivered", None, Delivered()(known), present, Manners())
    return [(t.kind, t.step.key if t.step else "") for t in verdict.tellings]


def test_a_delivery_is_a_notice_that_is_told_once_and_never_reminded() -> None:
    episode = Delivered()(dossier(THERE))

    assert schedule(episode) == [("delivered", MONDAY)]
    assert episode is not None
    assert (episode.steps[0].severity, episode.steps[0].nags) == (Severity.NOTICE, False)
    assert (episode.anchor, episode.subject) == ("delivery", "parcel:7")
    assert due_key(episode, moment(MONDAY) - SECOND) == ""


@pytest.mark.parametrize(
    ("now", "told"),
    [
        pytest.param(MONDAY, [(Kind.OPENED, "delivered")], id="at once"),
        pytest.param("2026-09-14 09:59", [(Kind.OPENED, "delivered")], id="within a week"),
        pytest.param("2026-09-14 10:00", [], id="a week old at first sight: no news"),
        pytest.param("2027-09-14 10:00", [], id="a year old"),
    ],
)
def test_old_news_is_not_told(now: str, told: list[tuple[Kind, str]]) -> None:
    assert tellings(dossier(THERE), now) == told


def test_a_suspicious_delivery_is_told_however_old() -> None:
    known = dossier(scan(DONE, MONDAY, "Handed to the customs office"))

    assert tellings(known, "2026-12-01 10:00") == [(Kind.OPENED, "suspicious-customs")]


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        pytest.param("Delivered to the customs office", "customs", id="a customs office"),
        pytest.param("Sendung an das Zollamt übergeben", "customs", id="in German"),
        pytest.param("Remis au bureau de douane", "customs", id="in French"),
        pytest.param("Доставлено: таможенный пост", "customs", id="in Russian"),
        pytest.param("已送达海关", "customs", id="in Chinese"),
        pytest.param("Delivered, customs duty was paid", "", id="customs as a word alone"),
        pytest.param("Delivered to parcel locker", "station", id="a locker"),
        pytest.param("In die Packstation eingelegt", "station", id="a locker in German"),
        pytest.param("Entregado en punto de recogida", "station", id="a shop in Spanish"),
        pytest.param("包裹已投递至快递柜", "station", id="a locker in Chinese"),
        pytest.param("Collected at the pickup point", "", id="taken from there"),
        pytest.param("In der Packstation abgeholt", "", id="taken from there, in German"),
        pytest.param("Delivered by the local post office", "", id="a post office delivers"),
        pytest.param("Delivered to a neighbour", "", id="a neighbour"),
    ],
)
def test_where_it_was_delivered_may_be_no_delivery(text: str, doubt: str) -> None:
    expected = ["delivered", f"suspicious-{doubt}"] if doubt else ["delivered"]

    assert keys(scan(DONE, MONDAY, text)) == expected
    assert settled(dossier(scan(DONE, MONDAY, text))) is not bool(doubt)


def test_the_place_of_a_delivery_counts_as_its_text_does() -> None:
    assert keys(scan(DONE, MONDAY, place="Zollamt Köln")) == ["delivered", "suspicious-customs"]


def office(minutes: int, **more: Any) -> Event:
    at = moment(MONDAY) - timedelta(minutes=minutes)
    given = {"text": "Departure from inward office of exchange"} | more
    return scan(Stage.IN_TRANSIT, at, **given)


@pytest.mark.parametrize(
    ("before", "suspicious"),
    [
        pytest.param([office(5)], True, id="five minutes after the inward office"),
        pytest.param([office(0)], True, id="in the same minute"),
        pytest.param([office(60)], True, id="an hour after it"),
        pytest.param([office(61)], False, id="later than an hour"),
        pytest.param([office(5, text="left", code="EMF")], True, id="said by its code"),
        pytest.param(
            [office(5, text="left", code="upu:EMF")], True, id="by its code in a named list"
        ),
        pytest.param(
            [office(5, time_quality=TimeQuality.DATE_ONLY)], False, id="only its day is known"
        ),
        pytest.param(
            [office(5, provider="other", time_quality=TimeQuality.OFFSET_ASSUMED)],
            False,
            id="by another clock",
        ),
        pytest.param(
            [office(5, time_quality=TimeQuality.OFFSET_ASSUMED)],
            True,
            id="by one clock, whose zone is assumed",
        ),
        pytest.param([office(5, provider="other")], True, id="by two clocks that are both exact"),
        pytest.param(
            [office(50), later(Stage.OUT_FOR_DELIVERY, "2026-09-07 09:30")],
            False,
            id="a courier had it in between",
        ),
        pytest.param([office(5, text="left the sorting centre")], False, id="another place"),
    ],
)
def test_a_delivery_minutes_after_the_inward_office_is_none(
    before: list[Event], suspicious: bool
) -> None:
    final = scan(DONE, MONDAY, "Final delivery")

    assert ("suspicious-office" in keys(*before, final)) is suspicious


def test_the_words_of_the_delivery_itself_are_not_what_came_before_it() -> None:
    assert keys(scan(DONE, MONDAY, "Delivered after inward office of exchange")) == ["delivered"]


def other_source(when: str, stage: Stage = Stage.IN_TRANSIT, **more: Any) -> Event:
    return scan(stage, when, source="cainiao", provider="cainiao", **more)


@pytest.mark.parametrize(
    ("event", "denied"),
    [
        pytest.param(later(Stage.IN_TRANSIT), True, id="movement"),
        pytest.param(later(Stage.OUT_FOR_DELIVERY), True, id="out for delivery again"),
        pytest.param(
            later(Stage.IN_TRANSIT, time_quality=TimeQuality.OFFSET_ASSUMED),
            True,
            id="movement by the same clock, whose zone is assumed",
        ),
        pytest.param(later(Stage.CLEARANCE_START), True, id="customs"),
        pytest.param(later(Stage.CLEARANCE_EXCEPTION), True, id="a hold at customs"),
        pytest.param(other_source("2026-09-07 15:00"), True, id="another source, exact times"),
        pytest.param(
            other_source("2026-09-07 15:00", Stage.CLEARANCE_START), True, id="its customs"
        ),
        pytest.param(
            other_source("2026-09-07 23:00", time_quality=TimeQuality.OFFSET_ASSUMED),
            False,
            id="another source within the error of its clock",
        ),
        pytest.param(
            other_source("2026-09-08 10:00", time_quality=TimeQuality.OFFSET_ASSUMED),
            True,
            id="another source a day later",
        ),
        pytest.param(later(Stage.IN_TRANSIT, "2026-09-07 09:59"), False, id="movement before it"),
        pytest.param(later(Stage.OTHER), False, id="a remark"),
        pytest.param(later(Stage.INFO_RECEIVED), False, id="data"),
        pytest.param(later(Stage.DELIVERED), False, id="the same again"),
        pytest.param(
            scan(Stage.IN_TRANSIT, None, first_seen=moment("2026-09-09 10:00")),
            False,
            id="a row without a date",
        ),
    ],
)
def test_what_denies_a_delivery(event: Event, denied: bool) -> None:
    assert ("denied" in keys(THERE, event)) is denied
    assert settled(dossier(THERE, event)) is not denied


@pytest.mark.parametrize(
    ("when", "denied"),
    [
        pytest.param("2026-09-07 15:00", False, id="movement of that day may be older"),
        pytest.param("2026-09-07 23:59", False, id="to its last minute"),
        pytest.param("2026-09-08 00:00", True, id="movement of the next day is not"),
    ],
)
def test_a_delivery_of_which_only_the_day_is_known(when: str, denied: bool) -> None:
    that_day = scan(DONE, "2026-09-07 00:00", time_quality=TimeQuality.DATE_ONLY)

    assert ("denied" in keys(that_day, later(Stage.IN_TRANSIT, when))) is denied


@pytest.mark.parametrize(
    "stage",
    [
        Stage.PICKUP,
        Stage.DELIVERY_FAILED,
        Stage.RETURNING,
        Stage.RETURNED,
        Stage.LOST_OR_DAMAGED,
    ],
)
def test_what_has_a_rule_of_its_own_is_told_by_that(stage: Stage) -> None:
    assert keys(THERE, later(stage)) == []
    assert not settled(dossier(THERE, later(stage)))


def test_a_second_delivery_after_the_denial_is_believed() -> None:
    again = scan(DONE, "2026-09-09 10:00")

    assert keys(THERE, later(Stage.OUT_FOR_DELIVERY), again) == ["delivered"]


def test_what_the_owner_wrote_down_is_no_news_and_not_doubted() -> None:
    by_hand = scan(DONE, "2026-09-08 10:00", source=HAND, provider=HAND)
    known = dossier(THERE, by_hand, scan(Stage.IN_TRANSIT, "2026-09-10 10:00"))

    assert Delivered()(known) is None
    assert settled(known)


def test_another_note_of_the_owner_is_no_word_that_it_was_delivered() -> None:
    noted = scan(Stage.IN_TRANSIT, "2026-09-06 10:00", source=HAND, provider=HAND)

    assert keys(noted, THERE) == ["delivered"]


@pytest.mark.parametrize(
    ("event", "counts"),
    [
        pytest.param(THERE, False, id="a delivery silences the protection"),
        pytest.param(scan(DONE, MONDAY, "at the customs office"), True, id="a doubtful one not"),
    ],
)
def test_protection_runs_on_while_a_delivery_is_doubtful(event: Event, counts: bool) -> None:
    known = dossier(event, shop="aliexpress", shipped=date(2026, 9, 1))

    assert (Protection()(known) is not None) is counts


def test_the_minutes_are_an_option() -> None:
    known = dossier(office(5), scan(DONE, MONDAY, "Final delivery"))

    assert [k for k, _ in schedule(Delivered(office_minutes=4)(known))] == ["delivered"]


def test_all_that_is_said_of_a_delivery_that_is_doubted_and_denied() -> None:
    """It counts from when it was shown; its message quotes the denial and dates the delivery."""
    shown, denied = moment("2026-09-07 12:00"), moment("2026-09-07 15:00")
    locker = scan(DONE, MONDAY, "Delivered to parcel locker", unseen_until=shown)
    moving = later(Stage.IN_TRANSIT, text="Arrived at the hub", place="Leipzig")

    assert Delivered()(dossier(locker, moving, looked="2026-09-08 10:00")) == Episode(
        "delivered",
        "parcel:7",
        "delivery",
        since=shown,
        steps=(
            Step("delivered", shown, Severity.NOTICE, "delivered_news", nags=False),
            Step("suspicious-station", shown, Severity.CRITICAL, "delivered_station"),
            Step("denied", denied, Severity.CRITICAL, "delivered_denied"),
        ),
        verified=moment("2026-09-08 10:00"),
        facts={
            "text": "Arrived at the hub",
            "at": "2026-09-07T15:00:00+00:00",
            "place": "Leipzig",
            "said_on": "2026-09-07",
            "said_at": "2026-09-07T10:00:00+00:00",
        },
    )
