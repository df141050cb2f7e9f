"""Which parcels a source is asked about: all that a person wants, or those whose time has come."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.adapters.cainiao import Cainiao
from monitor.adapters.seventeentrack import SeventeenTrack
from monitor.circuit import Health, after_failure
from monitor.errors import FailureKind
from monitor.history.sources import REFUSED, REGISTERED, SourceState
from monitor.parcel import Parcel
from monitor.sweep.rhythm import NEVER, Rhythm
from monitor.sweep.selection import TOGETHER, Choice, Known, by_hand, due
from tests.cli.desk import DAY, HOUR, START
from tests.sweep.eyes_beside import Named

MINUTE = timedelta(minutes=1)
NOW = START + 30 * DAY
EVEN = Rhythm(jitter=timedelta(0))
CAINIAO, PAID, SHELF = Cainiao(), SeventeenTrack(api_key="a-key"), Named("shelf", numbers=("SH",))
ALL = (CAINIAO, PAID, SHELF)


def parcels(*numbers: str) -> list[Parcel]:
    return [Parcel(n, number, START) for n, number in enumerate(numbers, 1)]


def lp(count: int) -> list[Parcel]:
    return parcels(*(f"LP{n:014}" for n in range(count)))


def answered(name: str, at: datetime, **facts: Any) -> dict[str, SourceState]:
    return {name: SourceState(1, name, last_ok=at, looked_at=at, **facts)}


def known(
    states: dict[int, dict[str, SourceState]] | None = None,
    healths: dict[str, Health] | None = None,
    check_at: dict[int, datetime] | None = None,
) -> Known:
    dates = {i: (None, at) for i, at in (check_at or {}).items()}
    return Known(states or {}, healths or {}, dates, {}, {})


def ids(choice: Choice) -> list[int]:
    return [parcel.id for parcel in choice.parcels]


def failed(kind: FailureKind, at: datetime = NOW) -> Health:
    return after_failure(Health(), kind, "no", at)


def chosen(choices: list[Choice]) -> dict[str, Choice]:
    return {choice.adapter.capability.name: choice for choice in choices}


# by hand


def test_a_person_asks_about_all_parcels_whatever_their_next_regular_time() -> None:
    states = {n: answered("seventeentrack", NOW, enrolment=REGISTERED) for n in (1, 2)}
    them = parcels("YT2412345678901234", "YT2412345678901235")
    (choice,) = by_hand(known(states), ALL, them, NOW)
    assert choice.adapter is PAID
    assert (ids(choice), choice.resting, choice.barred) == ([1, 2], 0, False)


def test_parcels_asked_about_within_a_floor_that_binds_rest() -> None:
    ago = (HOUR, 2 * HOUR - MINUTE, 2 * HOUR, DAY)
    states = {n: answered("cainiao", NOW - since) for n, since in enumerate(ago, 1)}
    choice = chosen(by_hand(known(states), ALL, lp(5), NOW))["cainiao"]
    assert (ids(choice), choice.resting) == ([3, 4, 5], 2)


@pytest.mark.parametrize(
    ("kind", "barred"),
    [
        (FailureKind.TRANSIENT, False),
        (FailureKind.AUTH, False),
        (FailureKind.CHALLENGE, True),
        (FailureKind.QUOTA, True),
    ],
)
def test_a_person_is_kept_from_a_source_only_by_the_source(kind: FailureKind, barred: bool) -> None:
    choice = chosen(by_hand(known(healths={"cainiao": failed(kind)}), ALL, lp(2), NOW))["cainiao"]
    assert choice.barred is barred
    assert ids(choice) == ([] if barred else [1, 2])


def test_a_source_that_looks_at_none_of_the_parcels_is_left_out_however_it_does() -> None:
    healths = {"cainiao": failed(FailureKind.CHALLENGE), "shelf": failed(FailureKind.AUTH)}
    found = by_hand(known(healths=healths), ALL, parcels("YT2412345678901234"), NOW)
    assert [choice.adapter for choice in found] == [PAID]
    assert by_hand(known(healths=healths), ALL, [], NOW) == []


# by the clock


def test_what_is_due_is_asked_together_with_what_is_due_soon_oldest_first() -> None:
    ago = (5 * HOUR, 6 * HOUR, 6 * HOUR - TOGETHER, 7 * HOUR, 6 * HOUR - TOGETHER - MINUTE)
    states = {n: answered("cainiao", NOW - since) for n, since in enumerate(ago, 1)}
    choice = due(known(states), ALL, lp(5), NOW, EVEN)["cainiao"]
    assert ids(choice) == [4, 2, 3]
    assert choice.next_at == NOW - HOUR


def test_nothing_is_asked_before_the_first_is_due() -> None:
    states = {n: answered("cainiao", NOW - 6 * HOUR + n * MINUTE) for n in (1, 2)}
    choice = due(known(states), ALL, lp(2), NOW, EVEN)["cainiao"]
    assert (choice.parcels, choice.next_at) == ([], NOW + MINUTE)


def test_what_is_due_soon_is_not_asked_before_a_floor_that_binds() -> None:
    rhythm = replace(EVEN, every=HOUR)  # the floor of two hours wins
    states = {
        1: answered("cainiao", NOW - 2 * HOUR),
        2: answered("cainiao", NOW - 2 * HOUR + MINUTE),
    }
    assert ids(due(known(states), ALL, lp(2), NOW, rhythm)["cainiao"]) == [1]


def test_a_parcel_about_which_a_look_would_say_something_comes_out_of_turn() -> None:
    states = {n: answered("cainiao", NOW - 3 * HOUR) for n in (1, 2)}
    choice = due(known(states, check_at={2: NOW}), ALL, lp(2), NOW, EVEN)["cainiao"]
    assert ids(choice) == [2]


def test_a_source_that_failed_is_left_alone_until_its_pause_is_over() -> None:
    health = failed(FailureKind.TRANSIENT)
    waiting = due(known(healths={"cainiao": health}), ALL, lp(1), NOW, EVEN)["cainiao"]
    assert (waiting.parcels, waiting.barred, waiting.next_at) == ([], True, NOW + MINUTE)
    later = due(known(healths={"cainiao": health}), ALL, lp(1), NOW + MINUTE, EVEN)["cainiao"]
    assert ids(later) == [1]


def test_every_source_has_a_choice_and_one_without_parcels_is_never_due() -> None:
    choices = due(known(), ALL, lp(1), NOW, EVEN)
    assert set(choices) == {"cainiao", "seventeentrack", "shelf"}
    assert choices["shelf"].next_at == choices["seventeentrack"].next_at == NEVER


def test_what_is_refused_there_is_never_due() -> None:
    states = {1: {"seventeentrack": SourceState(1, "seventeentrack", REFUSED)}}
    choice = due(known(states), ALL, parcels("YT2412345678901234"), NOW, EVEN)["seventeentrack"]
    assert (choice.parcels, choice.next_at) == ([], NEVER)


def test_an_answer_stored_while_the_clock_was_ahead_holds_no_parcel_back() -> None:
    states = {1: answered("cainiao", NOW + 365 * DAY)}
    assert ids(due(known(states), ALL, lp(1), NOW, EVEN)["cainiao"]) == [1]


def test_a_number_that_a_source_stumbles_over_is_asked_about_after_the_others() -> None:
    """The first one stands for all while a source is failing, and the others would never be asked."""
    stumbling = {"cainiao": SourceState(1, "cainiao", failures=3, last_error_at=NOW - HOUR)}
    stored = known({1: stumbling, 3: answered("cainiao", NOW - DAY)})
    found = due(stored, [CAINIAO], lp(3), NOW, EVEN)["cainiao"]
    assert ids(found) == [2, 3, 1]
    (choice,) = by_hand(stored, [CAINIAO], lp(3), NOW)
    assert ids(choice) == [2, 3, 1]
