"""A parcel under several numbers: each is asked about where a source knows it, and all are one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st

from monitor.adapters.cainiao import Cainiao
from monitor.adapters.dhl import Dhl
from monitor.adapters.seventeentrack import SeventeenTrack
from monitor.errors import FailureKind
from monitor.history import History
from monitor.parcel import Alias, Event, Parcel, Stage, TimeQuality
from monitor.parcel.outcomes import Failure, NotYet, Snapshot
from monitor.sandbox.dhl import DhlSandbox
from monitor.sweep.numbers_of import MOST_ALIASES, as_one, numbers_of, packed
from tests.cli.desk import DAY, HOUR, START, held
from tests.sweep.eyes_beside import cainiao_beside, registered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from monitor.adapters.contract import Outcome
    from monitor.sandbox.cainiao import CainiaoSandbox
    from tests.cli.desk import Desk

AP, CNG, POST = "AP00801234567890", "CNG00801234567890", "RR123456785CN"
DOOR, DOOR2 = "RR123456785DE", "JJD000390007882823467"  # numbers of DHL


@pytest.fixture
def cainiao(desk: Desk) -> Iterator[CainiaoSandbox]:
    with cainiao_beside(desk) as cainiao:
        yield cainiao


# whole passes


def test_an_alias_is_followed_without_a_registration(desk: Desk, cainiao: CainiaoSandbox) -> None:
    cainiao.link(AP, real=CNG)
    cainiao.script(held(CNG))
    desk("add", AP, "--shop", "none")
    desk("poll")
    assert [a["number"] for a in desk.shown(AP)["aliases"]] == [CNG]
    for day in (3.2, 3.5):
        desk.at(day)
        assert desk("poll").code == 0
    assert [call.numbers for call in cainiao.calls] == [(AP,), (AP, CNG), (AP, CNG)]
    assert desk.shown(AP)["stage"] == "clearance_exception"
    assert desk.told() == ["opened:notice"]
    assert registered(desk) == {}


def test_a_chain_of_aliases_is_followed_to_its_end(desk: Desk, cainiao: CainiaoSandbox) -> None:
    cainiao.link(AP, real=CNG)
    cainiao.link(CNG, real=POST)
    cainiao.script(held(POST))
    desk("add", AP, "--shop", "none")
    for day in (0, 3.2, 3.5):
        desk.at(day)
        assert desk("poll").code == 0
    assert cainiao.calls[-1].numbers == (AP, CNG, POST)
    assert desk.shown(AP)["stage"] == "clearance_exception"
    assert registered(desk) == {}


def test_the_carrier_at_the_door_is_asked_about_its_own_number_alone(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    desk.environ["PARCELS_ADAPTERS__SEVENTEENTRACK__ENABLED"] = "false"
    cainiao.link(AP, real=DOOR)
    with DhlSandbox(desk.clock) as dhl:
        dhl.script(held(DOOR))
        desk.environ |= {
            "PARCELS_ADAPTERS__DHL__API_KEY": dhl.key,
            "PARCELS_ADAPTERS__DHL__BASE_URL": dhl.base_url,
        }
        desk("add", AP, "--shop", "none")
        for day in (0, 3.2, 3.5):
            desk.at(day)
            assert desk("poll").code == 0
        assert [call.numbers for call in dhl.calls] == [(DOOR,), (DOOR,)]
    shown = desk.shown(AP)
    assert shown["stage"] == "clearance_exception"
    assert {e["source"] for e in shown["events"]} == {"dhl"}
    assert "dhl" in {s["adapter"] for s in shown["sources"]}


@pytest.mark.parametrize(
    ("number", "aliases", "chosen", "asked"),
    [
        pytest.param(AP, (DOOR,), (), (DOOR,), id="the alias alone where only that is known"),
        pytest.param(DOOR, (POST,), (), (DOOR,), id="its own number where only that is known"),
        pytest.param(DOOR, (DOOR2,), (), (DOOR, DOOR2), id="both where both are known"),
        pytest.param(AP, (DOOR,), ("dhl",), (AP, DOOR), id="both where the owner chose the source"),
        pytest.param(AP, (), (), (AP,), id="its own where there is no other"),
    ],
)
def test_a_source_is_asked_about_the_numbers_it_knows(
    number: str, aliases: tuple[str, ...], chosen: tuple[str, ...], asked: tuple[str, ...]
) -> None:
    parcel = Parcel(1, number, START, adapters=chosen)
    others = [Alias(alias, "", "cainiao") for alias in aliases]
    assert numbers_of(parcel, others, Dhl()) == asked


@pytest.mark.parametrize("outcome", [
    NotYet(DOOR, START),
    Failure(DOOR, FailureKind.TRANSIENT, "It did not answer."),
], ids=["not known yet", "a failure"])  # fmt: skip
def test_what_is_said_of_an_alias_alone_is_said_of_the_parcel(outcome: Outcome) -> None:
    found = as_one(Parcel(1, AP, START), {DOOR: outcome}, [])
    assert found == replace(outcome, number=AP)


def test_an_alias_no_keyless_source_knows_is_not_asked_about(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    cainiao.link(AP, real="UNKNOWNFORM1")
    desk("add", AP, "--shop", "none")
    for day in (0, 0.5):
        desk.at(day)
        desk("poll")
    assert [call.numbers for call in cainiao.calls] == [(AP,), (AP,)]


def test_the_same_scans_under_two_numbers_are_told_and_shown_once(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    cainiao.link(AP, real=CNG)
    cainiao.script(held(CNG, until=6))
    desk("add", AP, "--shop", "none")
    for day in (0, 3.2, 3.5):
        desk.at(day)
        desk("poll")
    cainiao.script(held(AP, until=6))  # from now on under its first number, too
    cainiao.link(AP, real=CNG)
    for day in (4, 5, 6.5):
        desk.at(day)
        assert desk("poll").code == 0
    assert desk.told() == ["opened:notice", "resolved:notice"]


def test_a_number_that_is_not_heard_for_once_takes_nothing_back(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    cainiao.link(AP, real=CNG)
    cainiao.script(held(CNG))
    desk("add", AP, "--shop", "none")
    for day in (0, 3.2):
        desk.at(day)
        desk("poll")
    before = desk.shown(AP)["events"]
    assert before
    cainiao.faults.inject("omits", times=1)  # the last of the numbers asked: the alias
    desk.at(3.5)
    assert desk("poll").code == 0
    assert desk.shown(AP)["events"] == before


def test_a_batch_holds_ten_numbers_aliases_counted(desk: Desk, cainiao: CainiaoSandbox) -> None:
    numbers = [f"AP008012345678{n:02}" for n in range(12)]
    for n, number in enumerate(numbers):
        cainiao.link(number, real=f"CNG008012345678{n:02}")
    desk("add", *numbers, "--shop", "none")
    for day in (0, 0.5):
        desk.at(day)
        assert desk("poll").code == 0
    sizes = [len(call.numbers) for call in cainiao.calls]
    assert sizes == [10, 2, 10, 10, 4]


# numbers


PARCEL = Parcel(1, AP, START)


def alias(number: str) -> Alias:
    return Alias(number, "", "cainiao")


@pytest.mark.parametrize(
    ("aliases", "numbers"),
    [
        pytest.param([], (AP,), id="none"),
        pytest.param([CNG], (AP, CNG), id="one"),
        pytest.param([AP, CNG, CNG], (AP, CNG), id="its own and repeated ones count once"),
        pytest.param(["NOBODYS1", CNG], (AP, CNG), id="a form it does not know is left out"),
        pytest.param(
            [f"CNG{n:014}" for n in range(9)],
            (AP, *(f"CNG{n:014}" for n in range(MOST_ALIASES))),
            id="not more than a few",
        ),
    ],
)
def test_a_source_is_asked_about_the_aliases_it_knows(
    aliases: list[str], numbers: tuple[str, ...]
) -> None:
    assert numbers_of(PARCEL, map(alias, aliases), Cainiao()) == numbers


def test_a_source_that_must_be_told_of_a_number_is_not_told_of_an_alias() -> None:
    assert numbers_of(PARCEL, [alias(CNG)], SeventeenTrack(api_key="a-key")) == (AP,)


@given(st.lists(st.integers(1, 13), max_size=30), st.integers(1, 10))
def test_groups_are_packed_in_order_whole_and_each_once(sizes: list[int], size: int) -> None:
    groups = [["n"] * count for count in sizes]
    found = packed(groups, size)
    assert [i for part in found for i in part] == list(range(len(groups)))
    for part in found:
        assert len(part) == 1 or sum(sizes[i] for i in part) <= size


# answers as one


def event(text: str, provider: str = "Cainiao", raw: str = "2026-09-01 10:00") -> Event:
    at = datetime.fromisoformat(raw).replace(tzinfo=UTC)
    return Event("cainiao", provider, raw, at, TimeQuality.EXACT, "", text, stage=Stage.IN_TRANSIT)


def shows(number: str, *events: Event, **facts: object) -> Snapshot:
    made = Snapshot(number, START, events, evidence=number.encode(), fingerprint=number)
    return replace(made, **facts)  # type: ignore[arg-type]


UNDER_CNG = f"Cainiao ({CNG})"
DOWN = Failure(AP, FailureKind.TRANSIENT, "down")


@pytest.mark.parametrize(
    "own", [pytest.param(NotYet(AP, START), id="not known"), pytest.param(DOWN, id="no answer")]
)
def test_what_only_the_alias_shows_is_shown_of_the_parcel(own: Outcome) -> None:
    one = as_one(PARCEL, {AP: own, CNG: shows(CNG, event("left"))}, [])
    assert isinstance(one, Snapshot)
    assert one.number == AP
    assert [(e.text, e.provider) for e in one.events] == [("left", UNDER_CNG)]


@pytest.mark.parametrize(
    "outcomes",
    [
        pytest.param({AP: NotYet(AP, START), CNG: NotYet(CNG, START)}, id="nobody knows anything"),
        pytest.param({AP: DOWN, CNG: replace(DOWN, number=CNG)}, id="nobody answered"),
        pytest.param({AP: shows(AP, event("left"))}, id="there is no alias"),
    ],
)
def test_where_no_alias_shows_anything_the_own_answer_stands(outcomes: dict[str, Outcome]) -> None:
    assert as_one(PARCEL, outcomes, ["Cainiao"]) is outcomes[AP]


def test_both_answers_are_kept_as_evidence_and_what_is_known_adds_up() -> None:
    own = shows(AP, event("left"), origin="CN", aliases=(alias(CNG),))
    other = shows(
        CNG, event("left"), event("came"), destination="DE", economy=True, aliases=(alias(POST),)
    )
    one = as_one(PARCEL, {AP: own, CNG: other}, [])
    assert isinstance(one, Snapshot)
    assert (one.origin, one.destination, one.economy) == ("CN", "DE", True)
    assert one.aliases == (alias(CNG), alias(POST))
    assert one.evidence == f"[{AP},{CNG}]".encode()
    changed = as_one(PARCEL, {AP: own, CNG: replace(other, fingerprint="other")}, [])
    assert isinstance(changed, Snapshot)
    assert changed.fingerprint != one.fingerprint


def test_when_a_number_was_looked_at_is_told_apart_from_the_others() -> None:
    later = START + 3 * HOUR
    own = shows(AP, event("left"), looks={"Cainiao": START})
    other = shows(CNG, event("left"), looks={"Cainiao": later, "DHL": later})
    both = as_one(PARCEL, {AP: own, CNG: other}, [])
    assert isinstance(both, Snapshot)
    theirs = {UNDER_CNG: later, f"DHL ({CNG})": later}
    assert both.looks == {"Cainiao": START, **theirs}
    alone = as_one(PARCEL, {AP: DOWN, CNG: other}, [])
    assert isinstance(alone, Snapshot)
    assert alone.looks == theirs


@pytest.mark.parametrize(
    ("own", "other", "unheard"),
    [
        pytest.param(True, True, set(), id="both answered"),
        pytest.param(True, False, {UNDER_CNG}, id="the alias did not"),
        pytest.param(False, True, {"Cainiao"}, id="its own number did not"),
    ],
)
def test_what_did_not_answer_is_not_heard(own: bool, other: bool, unheard: set[str]) -> None:
    post = shows(POST, event("came"))
    outcomes: dict[str, Outcome] = {
        AP: shows(AP, event("left")) if own else DOWN,
        CNG: shows(CNG, event("left")) if other else replace(DOWN, number=CNG),
        POST: post,
    }
    one = as_one(PARCEL, outcomes, ["Cainiao", UNDER_CNG, f"Cainiao ({POST})"])
    assert isinstance(one, Snapshot)
    assert one.unheard == unheard


def test_brackets_in_a_name_are_no_other_number() -> None:
    both = {AP: shows(AP, event("left")), CNG: shows(CNG, event("left"))}
    one = as_one(PARCEL, both, ["Post (Deutschland)", "Cainiao", UNDER_CNG])
    assert isinstance(one, Snapshot)
    assert one.unheard == set()


# and what the history makes of it


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with History.open(tmp_path / "parcels.db", now=START) as opened:
        yield opened


def recorded(history: History, parcel_id: int, outcome: Outcome, now: datetime) -> None:
    history.timeline.record_all([(parcel_id, outcome)], "cainiao", now)


def looks(history: History, parcel_id: int) -> dict[str, datetime | None]:
    return {k.provider: k.looked_at for k in history.timeline.looks([parcel_id])[parcel_id]}


def test_providers_that_were_not_heard_keep_their_events_and_their_last_look(
    history: History,
) -> None:
    parcel = history.parcels.add(Parcel(0, AP, START))
    both = (event("left"), event("left", UNDER_CNG))
    later = START + 6 * HOUR
    recorded(history, parcel.id, shows(AP, *both), START)
    only_own = shows(AP, both[0], looked_at=later, unheard=frozenset({UNDER_CNG}))
    recorded(history, parcel.id, only_own, later)
    assert len(history.timeline.standing([parcel.id])[parcel.id]) == 2
    assert looks(history, parcel.id) == {"Cainiao": later, UNDER_CNG: START}
    heard = replace(only_own, unheard=frozenset())
    recorded(history, parcel.id, heard, later)
    assert [e.provider for e in history.timeline.standing([parcel.id])[parcel.id]] == ["Cainiao"]


def test_a_scan_uploaded_while_its_number_was_not_heard_counts_from_when_it_happened(
    history: History,
) -> None:
    """A look that did not ask that number proves nothing about it."""
    parcel = history.parcels.add(Parcel(0, AP, START))
    unheard = frozenset({UNDER_CNG})
    recorded(history, parcel.id, shows(AP, event("left"), event("left", UNDER_CNG)), START)
    recorded(
        history,
        parcel.id,
        shows(AP, event("left"), looked_at=START + DAY, unheard=unheard),
        START + DAY,
    )
    came = event("came", UNDER_CNG, "2026-09-01 20:00")
    all_of_it = shows(AP, event("left"), event("left", UNDER_CNG), came, looked_at=START + 2 * DAY)
    recorded(history, parcel.id, all_of_it, START + 2 * DAY)
    (newest,) = [e for e in history.timeline.standing([parcel.id])[parcel.id] if e.text == "came"]
    assert newest.moment == came.at


@pytest.mark.parametrize("economy", [True, False])
def test_whether_tracking_ends_with_the_hand_over_is_remembered(
    history: History, economy: bool
) -> None:
    parcel = history.parcels.add(Parcel(0, AP, START))
    recorded(history, parcel.id, shows(AP, event("left"), economy=not economy), START)
    recorded(history, parcel.id, shows(AP, event("left"), economy=economy), START + timedelta(1))
    assert history.sources.of([parcel.id])[parcel.id]["cainiao"].economy is economy
