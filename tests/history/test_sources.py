"""Sources: enrolment survives a crash, a failing adapter is known with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.adapters.contract import Enrolment, EnrolmentState
from monitor.errors import FailureKind
from monitor.history.sources import AdapterState
from tests.history.given import DAY, HOUR, NOW, SOURCE, event, parcel, snapshot

if TYPE_CHECKING:
    from monitor.history import History
    from monitor.history.sources import SourceState
    from monitor.parcel import Parcel


def of(history: History, who: Parcel) -> SourceState:
    return history.sources.of([who.id])[who.id][SOURCE]


def test_a_parcel_no_source_was_asked_about_has_no_state(history: History, watched: Parcel) -> None:
    assert history.sources.of([watched.id]) == {}


def test_a_registration_under_way_is_known_to_whoever_comes_after_a_crash(
    history: History, watched: Parcel
) -> None:
    history.sources.registering([watched.id], SOURCE, NOW)
    state = of(history, watched)
    assert state.enrolment == EnrolmentState.REGISTERING
    assert state.enrolled_at == NOW


def test_what_the_source_said_to_a_registration_is_kept_and_judged(
    history: History, watched: Parcel
) -> None:
    history.parcels.looked(watched.id, None, None, "p")
    history.sources.registering([watched.id], SOURCE, NOW)
    enrolment = Enrolment(
        watched.number,
        EnrolmentState.REFUSED,
        carrier="3011",
        detail="Name the carrier with --carrier.",
        failure=FailureKind.BAD_REQUEST,
    )
    history.sources.settle(watched.id, SOURCE, enrolment, NOW + HOUR)
    state = of(history, watched)
    assert state.enrolment == EnrolmentState.REFUSED
    assert state.detail == "Name the carrier with --carrier."
    assert (state.carrier, state.failure) == ("3011", FailureKind.BAD_REQUEST)
    assert history.parcels.to_judge(NOW, "p") == [watched.id]


def test_a_carrier_once_known_is_not_forgotten(history: History, watched: Parcel) -> None:
    known = Enrolment(watched.number, EnrolmentState.REGISTERED, carrier="3011")
    history.sources.settle(watched.id, SOURCE, known, NOW)
    history.sources.settle(
        watched.id, SOURCE, Enrolment(watched.number, EnrolmentState.GONE), NOW + DAY
    )
    state = of(history, watched)
    assert (state.enrolment, state.carrier) == (EnrolmentState.GONE, "3011")


def test_recording_an_answer_leaves_the_enrolment_and_the_next_poll_alone(
    history: History, watched: Parcel
) -> None:
    enrolment = Enrolment(watched.number, EnrolmentState.REGISTERED)
    history.sources.settle(watched.id, SOURCE, enrolment, NOW)
    history.sources.next_poll([watched.id], SOURCE, NOW + HOUR)
    history.timeline.record_all([(watched.id, snapshot(event()))], SOURCE, NOW)
    state = of(history, watched)
    assert state.enrolment == EnrolmentState.REGISTERED
    assert state.next_poll_at == NOW + HOUR


def test_the_next_poll_can_be_set_and_taken_back_for_many_at_once(history: History) -> None:
    ids = [history.parcels.add(parcel(f"A{n}")).id for n in range(3)]
    history.sources.next_poll(ids, SOURCE, NOW + HOUR)
    history.sources.next_poll(ids[:1], SOURCE, None)
    found = history.sources.of(ids)
    assert [found[i][SOURCE].next_poll_at for i in ids] == [None, NOW + HOUR, NOW + HOUR]


def test_a_parcel_that_was_removed_meanwhile_is_passed_over(
    history: History, watched: Parcel
) -> None:
    history.parcels.remove(watched.id)
    history.sources.registering([watched.id], SOURCE, NOW)
    history.sources.next_poll([watched.id], SOURCE, NOW)
    history.sources.settle(
        watched.id, SOURCE, Enrolment(watched.number, EnrolmentState.REGISTERED), NOW
    )
    assert history.sources.of([watched.id]) == {}


def test_an_adapter_nobody_asked_is_new(history: History) -> None:
    assert history.sources.adapter_state(SOURCE) == AdapterState(SOURCE)
    assert history.sources.adapters() == {}


def test_an_adapter_keeps_since_when_and_why_it_fails(history: History) -> None:
    history.sources.adapter_ok(SOURCE, NOW - DAY)
    for hours in (0, 1, 2):
        history.sources.adapter_failed(
            SOURCE, FailureKind.AUTH, f"refused {hours}", NOW + hours * HOUR, NOW + DAY
        )
    assert history.sources.adapter_state(SOURCE) == AdapterState(
        name=SOURCE,
        state="failing",
        last_ok=NOW - DAY,
        last_error="refused 2",
        last_error_kind=FailureKind.AUTH,
        last_error_at=NOW + 2 * HOUR,
        failing_since=NOW,
        failures=3,
        wait_until=NOW + DAY,
    )


def test_one_success_ends_the_trouble(history: History) -> None:
    history.sources.adapter_failed(SOURCE, FailureKind.QUOTA, "used up", NOW, NOW + DAY)
    history.sources.adapter_ok(SOURCE, NOW + HOUR)
    state = history.sources.adapter_state(SOURCE)
    assert (state.state, state.failures, state.last_error) == ("ok", 0, "")
    assert (state.failing_since, state.wait_until) == (None, None)
    assert state.last_error_at == NOW
