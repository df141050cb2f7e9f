"""A push and the parcels that are watched: whom it is about, and what is made of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from monitor.adapters.contract import Enrolment, EnrolmentState
from monitor.adapters.seventeentrack import SeventeenTrack
from monitor.errors import BadConfiguration, SourceTrouble
from monitor.history import History
from monitor.parcel import Parcel, Stage
from monitor.reading import read
from monitor.settings import load
from monitor.sweep.account import upkeep_at
from monitor.sweep.pushes import AheadOfClockError, Pushes, Taken, pushing_of
from tests import leaks
from tests.adapters.seventeentrack_answers import event, item, journey, provider

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOURCE = "seventeentrack"
NUMBER = "RR123456789CN"
NOW = datetime(2026, 9, 20, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with History.open(tmp_path / "p.db", now=NOW) as opened:
        yield opened


@pytest.fixture
def pushes(history: History) -> Pushes:
    return Pushes(history, SeventeenTrack(leaks.KEY), "DE", read)


def watched(history: History, number: str = NUMBER, **facts: Any) -> Parcel:
    return history.parcels.add(Parcel(0, number, NOW - 9 * DAY, **facts))


def registered(history: History, parcel: Parcel, carrier: str = "3011") -> None:
    enrolment = Enrolment(parcel.number, EnrolmentState.REGISTERED, carrier)
    history.sources.settle(parcel.id, SOURCE, enrolment, NOW - 9 * DAY)


def update(number: str = NUMBER, **other: Any) -> bytes:
    return json.dumps({"event": "TRACKING_UPDATED", "data": item(number, **other)}).encode()


def ended(number: str = NUMBER) -> bytes:
    data = {"number": number, "carrier": 3011, "param": None, "tag": ""}
    return json.dumps({"event": "TRACKING_STOPPED", "data": data}).encode()


def events(history: History, parcel: Parcel) -> int:
    return len(history.timeline.everything(parcel.id))


@pytest.mark.parametrize("number", [NUMBER, NUMBER.lower()])
def test_it_is_stored_for_the_parcel_of_that_number(
    history: History, pushes: Pushes, number: str
) -> None:
    parcel = watched(history, number)
    assert pushes.take(update(), NOW) == Taken(changed=1)
    assert events(history, parcel) == 4
    assert history.parcels.to_judge(NOW, "") == [parcel.id]


def test_its_events_are_read_as_those_of_an_answer(history: History, pushes: Pushes) -> None:
    parcel = watched(history)
    held = [event("Held by customs", "Exception_Security")]
    pushes.take(update(providers=[provider(3011, "CN", held)]), NOW)
    (found,) = history.timeline.everything(parcel.id)
    assert found.stage is Stage.CLEARANCE_EXCEPTION


PASSED_OVER = [
    pytest.param({"done_at": NOW - DAY, "done_as": "received"}, id="the parcel is done"),
    pytest.param({"number": "LP00000000000001"}, id="the parcel has another number"),
    pytest.param({"adapters": ("cainiao",)}, id="the owner chose other sources for it"),
]


@pytest.mark.parametrize("facts", PASSED_OVER)
def test_it_is_passed_over_where(history: History, pushes: Pushes, facts: dict[str, Any]) -> None:
    parcel = watched(history, **facts)
    assert pushes.take(update(), NOW) == Taken(unwatched=1)
    assert pushes.take(ended(), NOW) == Taken(unwatched=1)
    assert events(history, parcel) == 0


def test_a_second_registration_under_another_carrier_is_another_matter(
    history: History, pushes: Pushes
) -> None:
    parcel = watched(history)
    registered(history, parcel, "3011")
    assert pushes.take(update(carrier=190271), NOW) == Taken(known=1)
    assert events(history, parcel) == 0


def test_while_a_registration_is_being_moved_either_carrier_is_meant(
    history: History, pushes: Pushes
) -> None:
    parcel = watched(history)
    registered(history, parcel, "3011")
    history.upkeep.owe_carrier(parcel.id, SOURCE, "190271", "")
    assert pushes.take(update(carrier=190271), NOW) == Taken(changed=1)


def test_the_same_again_brings_nothing_new(history: History, pushes: Pushes) -> None:
    watched(history)
    assert pushes.take(update(), NOW).changed == 1
    assert pushes.take(update(), NOW + HOUR) == Taken(known=1)


def test_a_look_that_lies_ahead_is_not_stored(history: History, pushes: Pushes) -> None:
    parcel = watched(history)
    with pytest.raises(AheadOfClockError):
        pushes.take(update(), datetime(2026, 9, 20, 5, 59, 59, tzinfo=UTC))
    assert events(history, parcel) == 0
    assert pushes.take(update(), datetime(2026, 9, 20, 6, tzinfo=UTC)).changed == 1


def test_an_item_of_another_shape_is_trouble(history: History, pushes: Pushes) -> None:
    watched(history)
    with pytest.raises(SourceTrouble, match="another shape"):
        pushes.take(update(track_info=[1]), NOW)


def test_an_end_has_the_list_looked_at_once_an_hour_at_most(
    history: History, pushes: Pushes
) -> None:
    adapter = SeventeenTrack(leaks.KEY)
    registered(history, watched(history))
    history.upkeep.listed(SOURCE, NOW - HOUR)
    due = []
    for minutes in (0, 5, 10, 70, 75):
        now = NOW + timedelta(minutes=minutes)
        assert pushes.take(ended(), now) == Taken(ended=True)
        due.append(upkeep_at(history, adapter))
        if due[-1] <= now:
            history.upkeep.listed(SOURCE, now)  # as a pass does
    assert due[0] == NOW
    assert due[1] == due[2] == NOW + HOUR
    assert due[3] == NOW + HOUR
    assert due[4] == NOW + 2 * HOUR


def test_an_end_that_is_known_or_not_ours_is_no_reason_to_look(
    history: History, pushes: Pushes
) -> None:
    parcel = watched(history)
    assert not pushes.take(ended(), NOW).ended
    registered(history, parcel)
    history.upkeep.stopped(parcel.id, SOURCE, NOW - DAY, "Expired")
    assert not pushes.take(ended(), NOW).ended
    assert history.upkeep.listed_at(SOURCE) is None


@pytest.mark.parametrize(
    ("table", "why"),
    [("", "has no api_key"), (f'api_key = "{leaks.KEY}"\nenabled = false', "is switched off")],
)
def test_without_a_key_nobody_can_push_and_both_options_are_named(
    tmp_path: Path, table: str, why: str
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        f'[adapters.seventeentrack]\n{table}\n[webhook]\nlisten = "127.0.0.1:8765"\n', "utf-8"
    )
    file.chmod(0o600)
    with pytest.raises(BadConfiguration, match=why) as trouble:
        pushing_of(load(file, {"HOME": str(tmp_path)}))
    assert "webhook.listen" in str(trouble.value)
    assert "adapters.seventeentrack.api_key" in str(trouble.value)


# a parcel under two numbers


OTHER = "LP00000000000001"


def paid_for(history: History, parcel: Parcel, carrier: str = "190271") -> None:
    history.paid_aliases.wanted(parcel.id, SOURCE, [OTHER])
    there = Enrolment(OTHER, EnrolmentState.REGISTERED, carrier)
    history.paid_aliases.settle(parcel.id, SOURCE, OTHER, there, NOW - 9 * DAY)


def later(number: str, *more: dict[str, Any], carrier: int = 3011) -> bytes:
    shown = provider(carrier, "CN", [*more, *journey()], latest_sync_time="2026-09-20T09:00:00Z")
    return update(number, carrier=carrier, providers=[shown])


def both_known(history: History, pushes: Pushes) -> Parcel:
    parcel = watched(history)
    registered(history, parcel)
    paid_for(history, parcel)
    assert pushes.take(update(), NOW).changed == 1
    assert pushes.take(update(OTHER, carrier=190271), NOW).changed == 1
    return parcel


def standing(history: History, parcel: Parcel) -> list[str]:
    return [e.provider for e in history.timeline.standing([parcel.id])[parcel.id]]


OWN_AND_OTHER = sorted(["3011"] * 4 + [f"190271 ({OTHER})"] * 4)


def test_both_numbers_of_a_parcel_are_its_own(history: History, pushes: Pushes) -> None:
    assert sorted(standing(history, both_known(history, pushes))) == OWN_AND_OTHER


@pytest.mark.parametrize(
    ("number", "carrier", "adds"),
    [(NUMBER, 3011, "3011"), (OTHER, 190271, f"190271 ({OTHER})")],
    ids=["its own number", "the other one"],
)
def test_news_of_one_number_take_nothing_of_the_other_back(
    history: History, pushes: Pushes, number: str, carrier: int, adds: str
) -> None:
    parcel = both_known(history, pushes)
    delivered = event("Delivered", "Delivered_Other", NOW - 5 * HOUR)
    assert pushes.take(later(number, delivered, carrier=carrier), NOW) == Taken(changed=1)
    assert sorted(standing(history, parcel)) == sorted([*OWN_AND_OTHER, adds])
    state = history.sources.of([parcel.id])[parcel.id][SOURCE]
    assert state.carrier == "3011"


def test_the_other_number_under_another_carrier_is_another_matter(
    history: History, pushes: Pushes
) -> None:
    parcel = both_known(history, pushes)
    delivered = event("Delivered", "Delivered_Other", NOW - 5 * HOUR)
    assert pushes.take(later(OTHER, delivered, carrier=7041), NOW) == Taken(known=1)
    assert sorted(standing(history, parcel)) == OWN_AND_OTHER


def test_another_number_the_source_was_not_told_of_is_nobodys(
    history: History, pushes: Pushes
) -> None:
    parcel = watched(history)
    registered(history, parcel)
    history.paid_aliases.wanted(parcel.id, SOURCE, [OTHER])
    assert pushes.take(update(OTHER), NOW) == Taken(unwatched=1)
