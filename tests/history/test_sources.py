"""Sources: enrolment survives a crash, a failing adapter is known with its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.adapters.contract import Enrolment, EnrolmentState
from monitor.circuit import Health, after_failure, after_success
from monitor.errors import FailureKind
from tests.history.given import DAY, HOUR, NOW, SOURCE, event, parcel, snapshot

if TYPE_CHECKING:
    from monitor.history import History
    from monitor.history.sources import SourceState
    from monitor.parcel import Parcel

SECOND = timedelta(seconds=1)


def of(history: History, who: Parcel) -> SourceState:
    return history.sources.of([who.id])[who.id][SOURCE]


def test_a_parcel_no_source_was_asked_about_has_no_state(history: History, watched: Parcel) -> None:
    assert history.sources.of([watched.id]) == {}


def test_a_registration_under_way_is_known_to_whoever_comes_after_a_crash(
    history: History, watched: Parcel
) -> None:
    history.sources.registering({watched.id: "said"}, SOURCE, NOW)
    state = of(history, watched)
    assert state.enrolment == EnrolmentState.REGISTERING
    assert state.enrolled_at == NOW


def test_what_the_source_said_to_a_registration_is_kept_and_judged(
    history: History, watched: Parcel
) -> None:
    history.parcels.looked(watched.id, None, None, "p")
    history.sources.registering({watched.id: "said"}, SOURCE, NOW)
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


def test_recording_an_answer_leaves_the_enrolment_alone(history: History, watched: Parcel) -> None:
    enrolment = Enrolment(watched.number, EnrolmentState.REGISTERED)
    history.sources.settle(watched.id, SOURCE, enrolment, NOW)
    history.timeline.record_all([(watched.id, snapshot(event()))], SOURCE, NOW)
    assert of(history, watched).enrolment == EnrolmentState.REGISTERED


def test_a_parcel_that_was_removed_meanwhile_is_passed_over(
    history: History, watched: Parcel
) -> None:
    history.parcels.remove(watched.id)
    history.sources.registering({watched.id: "said"}, SOURCE, NOW)
    history.sources.settle(
        watched.id, SOURCE, Enrolment(watched.number, EnrolmentState.REGISTERED), NOW
    )
    assert history.sources.of([watched.id]) == {}


def test_an_adapter_nobody_asked_is_well(history: History) -> None:
    assert history.sources.health(SOURCE) == Health()
    assert history.sources.healths() == {}


def test_the_health_of_an_adapter_is_kept_whole(history: History) -> None:
    health = Health(last_ok=NOW - DAY)
    for hours in (0, 1, 2):
        health = after_failure(
            health, FailureKind.CHALLENGE, f"page {hours}", NOW + hours * HOUR, seed=SOURCE
        )
        history.sources.keep_health(SOURCE, health)
    whole = replace(health, wait_until=history.sources.health(SOURCE).wait_until)
    assert history.sources.healths() == {SOURCE: whole}
    assert timedelta(0) <= (whole.wait_until or NOW) - (health.wait_until or NOW) < SECOND


def test_one_success_ends_the_trouble(history: History) -> None:
    failed = after_failure(Health(), FailureKind.QUOTA, "used up", NOW, until=NOW + DAY)
    history.sources.keep_health(SOURCE, failed)
    history.sources.keep_health(SOURCE, after_success(failed, NOW + HOUR))
    assert history.sources.health(SOURCE) == Health(last_ok=NOW + HOUR)


def test_numbers_that_stand_registered_are_counted(history: History) -> None:
    ids = [history.parcels.add(parcel(f"A{n}")).id for n in range(3)]
    states = (EnrolmentState.REGISTERED, EnrolmentState.REGISTERED, EnrolmentState.REFUSED)
    for parcel_id, state in zip(ids, states, strict=True):
        history.sources.settle(parcel_id, SOURCE, Enrolment("A", state), NOW)
    assert history.sources.registered(SOURCE) == 2
    assert history.sources.registered("another") == 0
