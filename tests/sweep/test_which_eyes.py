"""Who looks at a parcel: Cainiao first where it knows the number, 17TRACK when that is not enough."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from monitor.adapters.cainiao import Cainiao
from monitor.adapters.seventeentrack import SeventeenTrack
from monitor.adapters.ship24 import Ship24
from monitor.circuit import Health, after_failure
from monitor.errors import FailureKind
from monitor.history.sources import GONE, NEW, REFUSED, REGISTERED, REGISTERING, SourceState
from monitor.parcel import Parcel
from monitor.schedule import Episode, Severity, Step, Witness
from monitor.sweep.eyes import Outlook, alarm_of, looking
from tests.cli.desk import DAY, HOUR, KETTLE, LAMP, START, held
from tests.sweep.eyes_beside import MINUTE, Named, cainiao_beside, everywhere, registered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from monitor.sandbox.cainiao import CainiaoSandbox
    from tests.cli.desk import Desk

YUN = "YT2412345678901234"  # YunExpress: no number of Cainiao's
KETTLES_OWN = replace(held(), events=held().events[:2])  # nothing wrong with it


@pytest.fixture
def cainiao(desk: Desk) -> Iterator[CainiaoSandbox]:
    with cainiao_beside(desk) as cainiao:
        yield cainiao


# whole passes


def test_a_number_cainiao_knows_is_not_registered_in_the_first_passes(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    everywhere(desk, cainiao, KETTLES_OWN)
    desk("add", KETTLE, "--shop", "none")
    for day in (0, 0.3, 0.9, 1.1, 2, 2.5):
        desk.at(day)
        assert desk("poll").code == 0
    assert desk.endpoints() == []
    assert [call.numbers for call in cainiao.calls] == [(KETTLE,)] * 6
    assert {e["source"] for e in desk.shown()["events"]} == {"cainiao"}


def test_a_number_cainiao_does_not_know_after_a_day_is_registered_once(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    desk("add", KETTLE, "--shop", "none")
    for day in (0, 0.5, 1 - MINUTE):
        desk.at(day)
        assert desk("poll").code == 0
    assert registered(desk) == {}
    for day in (1.1, 1.2, 1.5, 2, 3):
        desk.at(day)
        assert desk("poll").code == 0
    assert registered(desk) == {KETTLE: 1}
    assert len(cainiao.calls) > 5  # and Cainiao is asked all the same


def test_a_number_cainiao_comes_to_know_within_a_day_costs_nothing(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    desk("add", KETTLE, "--shop", "none")
    desk("poll")
    cainiao.script(KETTLES_OWN)
    for day in (0.9, 1.1, 1.5, 2):
        desk.at(day)
        desk("poll")
    assert registered(desk) == {}


def test_when_cainiao_was_challenged_for_a_day_its_numbers_are_registered(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    everywhere(desk, cainiao, KETTLES_OWN)
    desk("add", KETTLE, "--shop", "none")
    desk("poll")
    desk.at(0.3)
    cainiao.challenge()
    for day in (0.3, 0.4, 0.8, 1.2, 1.3 - MINUTE):
        desk.at(day)
        assert desk("poll").code == 1
    assert registered(desk) == {}
    desk.at(1.3 + MINUTE)
    desk("poll")
    assert registered(desk) == {KETTLE: 1}
    desk.at(3)
    desk("poll")
    assert registered(desk) == {KETTLE: 1}


def test_a_machine_that_slept_after_one_failure_asks_cainiao_before_it_pays(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    """Blindness counts only while somebody looked."""
    everywhere(desk, cainiao, KETTLES_OWN)
    desk("add", KETTLE, "--shop", "none")
    desk("poll")
    desk.at(0.3)
    cainiao.faults.inject("error_503")
    desk("poll")
    cainiao.faults.clear()
    desk.at(3)
    assert desk("poll").code == 0
    assert registered(desk) == {}


def test_a_parcel_about_to_be_called_stuck_is_registered_a_day_before(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    """Held on Friday 4 September, 07:00 UTC; the warning comes on Wednesday 9, 07:00."""
    everywhere(desk, cainiao, held())
    desk("add", KETTLE, "--shop", "none")
    for day in (0, 3.2, 5, 6.9, 7 + 1 / 24 - MINUTE):
        desk.at(day)
        assert desk("poll").code == 0
    assert desk.told() == ["opened:notice"]
    assert registered(desk) == {}
    desk.at(7 + 1 / 24)
    assert desk("poll").code == 0
    assert registered(desk) == {KETTLE: 1}
    assert desk.told() == ["opened:notice"]


def test_a_parcel_called_stuck_before_there_was_a_key_is_registered_in_the_next_pass(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    everywhere(desk, cainiao, held())
    desk("add", KETTLE, "--shop", "none")
    key = desk.environ.pop("PARCELS_ADAPTERS__SEVENTEENTRACK__API_KEY")
    for day in (0, 3.2, 8.1, 9.2):
        desk.at(day)
        desk("poll")
    assert desk.told() == ["opened:notice", "escalated:warning", "reminded:warning"]
    desk.environ["PARCELS_ADAPTERS__SEVENTEENTRACK__API_KEY"] = key
    desk.at(9.4)
    assert desk("poll").code == 0
    assert registered(desk) == {KETTLE: 1}


def test_what_the_owner_chose_is_registered_in_the_next_pass(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    desk("add", KETTLE, "--adapter", "seventeentrack")
    desk("add", LAMP)
    assert desk("poll").code == 0
    assert registered(desk) == {KETTLE: 1}
    assert [call.numbers for call in cainiao.calls] == [(LAMP,)]


def test_a_number_that_is_not_cainiaos_is_registered_in_the_next_pass(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    desk("add", YUN, "--carrier", "190008")
    desk("add", KETTLE)
    desk("poll")
    assert [c.numbers for c in desk.sandbox.calls if c.endpoint == "register"] == [(YUN,)]
    assert [call.numbers for call in cainiao.calls] == [(KETTLE,)]


def test_without_cainiao_every_number_is_registered_in_the_next_pass(desk: Desk) -> None:
    desk("add", KETTLE)
    assert desk("poll").code == 0
    assert registered(desk) == {KETTLE: 1}


def test_what_is_registered_stays_looked_at_after_cainiao_knows_the_number(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    desk("add", KETTLE, "--shop", "none")
    for day in (1.1, 1.2):
        desk.at(day)
        desk("poll")
    assert registered(desk) == {KETTLE: 1}
    everywhere(desk, cainiao, KETTLES_OWN)
    for day in (2.1, 3.1, 4.1):
        desk.at(day)
        assert desk("poll").code == 0
    assert desk.endpoints().count("gettrackinfo") == 4
    assert {s["adapter"] for s in desk.shown()["sources"]} == {"cainiao", "seventeentrack"}


NUMBERS = [
    pytest.param("LP00123456789013", id="where Cainiao shows the carrier's words"),
    pytest.param("LP00123456789012", id="where Cainiao shows words of its own"),
]


def timeline(desk: Desk, number: str) -> list[str]:
    """The days and times a person sees in the timeline."""
    shown = desk("show", number).out.partition("Timeline")[2].partition("── today")[0]
    return [line[3:26].strip() for line in shown.splitlines()[1:] if line[2:3] in "●◆"]


@pytest.mark.parametrize("number", NUMBERS)
def test_what_both_sources_show_is_one_timeline_without_doubles(
    desk: Desk, cainiao: CainiaoSandbox, number: str
) -> None:
    everywhere(desk, cainiao, held(number, until=5))
    desk("add", number, "--shop", "none", "--adapter", "cainiao")
    desk.at(6)
    desk("poll")
    alone = timeline(desk, number)
    assert alone == [
        "Tue 1 Sep 2026, 01:00",
        "Thu 3 Sep 2026, 07:00",
        "Fri 4 Sep 2026, 07:00",
        "Sun 6 Sep 2026, 07:00",
    ]
    desk("edit", number, "--adapter", "seventeentrack")
    for day in (6.5, 7.5):
        desk.at(day)
        assert desk("poll").code == 0
    assert registered(desk) == {number: 1}
    assert {e["source"] for e in desk.shown(number)["events"]} == {"cainiao", "seventeentrack"}
    assert timeline(desk, number) == alone
    assert desk("show", number).out.count("· Cainiao, 17TRACK\n") == len(alone)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_source_that_shows_the_last_change_too_bears_silence_out_while_cainiao_is_blind(
    desk: Desk, cainiao: CainiaoSandbox, number: str
) -> None:
    declared = replace(
        held().events[2], code="InTransit_CustomsProcessing", description="Handed to import customs"
    )
    everywhere(desk, cainiao, replace(held(number), events=(*held().events[:2], declared)))
    desk("add", number, "--shop", "none")
    for day in (0, 3.2, 3.5):
        desk.at(day)
        desk("poll")
    cainiao.challenge()
    for day in (4, 4.5, 5.1, 5.3, 6, 7, 8, 9, 10.5, 11):
        desk.at(day)
        desk("poll")
    assert registered(desk) == {number: 1}
    told = [(a["kind"], a["severity"]) for a in desk.alerts() if a["rule"] == "clearance"]
    assert told == [("opened", "info"), ("escalated", "warning")]


# who looks, as a table

NOW = START + 30 * DAY
KNOWN = "LP00123456789012"
SOURCES = (Cainiao(), SeventeenTrack(api_key="a-key"), Named("shelf", numbers=("LP",)))
PAID, LEADING, FREE = "seventeentrack", "cainiao", "shelf"


def state(name: str, **facts: object) -> SourceState:
    return replace(SourceState(1, name), **facts)  # type: ignore[arg-type]


def failing(*at: datetime, kind: FailureKind = FailureKind.TRANSIENT) -> Health:
    health = Health(last_ok=at[0] - HOUR)
    for moment in at:
        health = after_failure(health, kind, "down", moment)
    return health


def eyes(
    number: str = KNOWN,
    *states: SourceState,
    added: datetime = START,
    now: datetime = NOW,
    cainiao: Health | None = None,
    alarm_at: datetime | None = None,
    adapters: tuple[str, ...] = (),
) -> set[str]:
    parcel = Parcel(1, number, added, adapters=adapters)
    outlook = Outlook(parcel, {s.adapter: s for s in states}, alarm_at)
    healths = {} if cainiao is None else {LEADING: cainiao}
    return set(looking(outlook, SOURCES, healths, now))


@pytest.mark.parametrize(
    ("number", "names"),
    [
        pytest.param(KNOWN, {LEADING, FREE}, id="one that the source that leads recognises"),
        pytest.param(YUN, {PAID}, id="one that nobody recognises but the paid source"),
    ],
)
def test_a_fresh_number_is_looked_at_by_the_free_sources_that_recognise_it(
    number: str, names: set[str]
) -> None:
    assert eyes(number, added=NOW) == names


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        pytest.param((PAID,), {PAID}, id="the paid one alone"),
        pytest.param((LEADING, PAID), {LEADING, PAID}, id="two"),
        pytest.param(("nobody",), set(), id="one that is switched off or unknown"),
    ],
)
def test_the_choice_of_the_owner_wins_whatever_the_number(
    chosen: tuple[str, ...], names: set[str]
) -> None:
    assert eyes(YUN, adapters=chosen) == eyes(KNOWN, adapters=chosen) == names


LATER = START + DAY


@pytest.mark.parametrize(
    ("known", "paid"),
    [
        pytest.param(state(LEADING), False, id="nothing was said yet"),
        pytest.param(
            state(LEADING, not_yet=True, last_ok=LATER, looked_at=LATER - HOUR),
            False,
            id="not known an hour before the day is over",
        ),
        pytest.param(
            state(LEADING, not_yet=True, last_ok=LATER, looked_at=LATER),
            True,
            id="not known when the day is over",
        ),
        pytest.param(
            state(LEADING, last_ok=NOW, looked_at=NOW), False, id="known, though without events"
        ),
        pytest.param(
            state(LEADING, failures=3, retry_at=LATER + HOUR, last_error_at=LATER),
            True,
            id="never a word about it in answers of a day",
        ),
        pytest.param(
            state(LEADING, failures=3, retry_at=LATER, last_error_at=LATER - HOUR),
            False,
            id="no word about it in answers of less than a day",
        ),
        pytest.param(
            state(LEADING, failures=9, last_error_at=NOW),
            False,
            id="no answer at all, which is for the health of the source to tell",
        ),
        pytest.param(
            state(LEADING, failures=3, retry_at=NOW, last_error_at=NOW, last_ok=LATER),
            False,
            id="known once, and garbled now",
        ),
    ],
)
def test_the_paid_source_comes_in_when_the_other_does_not_know_the_number_after_a_day(
    known: SourceState, paid: bool
) -> None:
    assert (PAID in eyes(KNOWN, known)) is paid


@pytest.mark.parametrize(
    ("health", "now", "paid"),
    [
        pytest.param(Health(last_ok=START), NOW, False, id="well, whenever it last answered"),
        pytest.param(failing(START, START + DAY), START + DAY, True, id="a day between failures"),
        pytest.param(
            failing(START, START + DAY - HOUR),
            START + 2 * DAY,
            False,
            id="23 hours, then nobody asked",
        ),
        pytest.param(failing(START), START + 9 * DAY, False, id="one failure long ago"),
        pytest.param(
            failing(*(START + n * 6 * HOUR for n in range(4)), kind=FailureKind.CHALLENGE),
            START + DAY,
            True,
            id="challenged, and left alone since 18 hours after the first time",
        ),
    ],
)
def test_the_paid_source_comes_in_when_the_other_has_been_blind_for_a_day(
    health: Health, now: datetime, paid: bool
) -> None:
    assert (PAID in eyes(KNOWN, now=now, cainiao=health)) is paid


@pytest.mark.parametrize(
    ("alarm_at", "paid"),
    [
        pytest.param(None, False, id="nothing in sight"),
        pytest.param(NOW + DAY + HOUR, False, id="more than a day ahead"),
        pytest.param(NOW + DAY, True, id="a day ahead"),
        pytest.param(NOW - 9 * DAY, True, id="come long ago"),
    ],
)
def test_the_paid_source_comes_in_before_a_parcel_is_called_stuck(
    alarm_at: datetime | None, paid: bool
) -> None:
    assert (PAID in eyes(KNOWN, alarm_at=alarm_at)) is paid


@pytest.mark.parametrize(
    ("enrolment", "paid"),
    [(NEW, False), (REGISTERING, True), (REGISTERED, True), (REFUSED, True)],
)
def test_what_may_be_paid_for_already_is_used(enrolment: str, paid: bool) -> None:
    assert (PAID in eyes(KNOWN, state(PAID, enrolment=enrolment))) is paid


def episode(rule: str, *steps: tuple[datetime, Severity]) -> Episode:
    made = (Step(f"s{n}", at, how, "x", Witness.CHECK) for n, (at, how) in enumerate(steps))
    return Episode(rule, "parcel:1", "import", START, tuple(made))


def test_the_alarm_is_the_first_warning_of_a_rule_that_means_stuck() -> None:
    notice, warning, critical = Severity.NOTICE, Severity.WARNING, Severity.CRITICAL
    stuck = episode("clearance", (START, notice), (LATER, warning), (NOW, critical))
    assert alarm_of([None, stuck]) == LATER
    assert alarm_of([stuck, episode("lost", (START, critical))]) == START
    assert alarm_of([episode("protection", (START, critical)), None]) is None
    assert alarm_of([episode("clearance", (START, notice))]) is None
    assert alarm_of([]) is None


# one paid source after another

SECOND = "ship24"
TWO_PAID = (SeventeenTrack(api_key="a-key"), Ship24(api_key="another"))


def paid_eyes(*states: SourceState, healths: dict[str, Health] | None = None) -> set[str]:
    outlook = Outlook(Parcel(1, YUN, START), {s.adapter: s for s in states})
    return set(looking(outlook, TWO_PAID, healths or {}, NOW))


TOLD = NOW - DAY


@pytest.mark.parametrize(
    ("first", "second_is_told"),
    [
        pytest.param({}, False, id="nothing was said of it yet"),
        pytest.param({"enrolment": REGISTERING}, False, id="it is being told"),
        pytest.param({"enrolment": REGISTERED, "last_ok": NOW}, False, id="it knows the number"),
        pytest.param({"enrolment": REFUSED}, True, id="it did not take the number"),
        pytest.param({"enrolment": GONE}, True, id="it has deleted the number"),
        pytest.param({"enrolment": NEW, "failure": FailureKind.QUOTA}, True, id="no quota is left"),
        pytest.param(
            {"enrolment": REGISTERED, "enrolled_at": TOLD, "not_yet": True, "looked_at": NOW},
            True,
            id="it does not know the number a day after it was told",
        ),
        pytest.param(
            {
                "enrolment": REGISTERED,
                "enrolled_at": TOLD,
                "not_yet": True,
                "looked_at": NOW - HOUR,
            },
            False,
            id="it does not know the number an hour less after it was told",
        ),
    ],
)
def test_the_second_paid_source_is_told_when_the_first_cannot_tell(
    first: dict[str, object], second_is_told: bool
) -> None:
    assert paid_eyes(state(PAID, **first)) == {PAID, *([SECOND] if second_is_told else [])}


def test_the_second_paid_source_is_told_when_the_first_has_been_blind_for_a_day() -> None:
    health = failing(NOW - DAY - HOUR, NOW)
    assert paid_eyes(healths={PAID: health}) == {PAID, SECOND}


def test_a_second_paid_source_that_was_told_stays() -> None:
    known = state(PAID, enrolment=REGISTERED, last_ok=NOW), state(SECOND, enrolment=REGISTERED)
    assert paid_eyes(*known) == {PAID, SECOND}
