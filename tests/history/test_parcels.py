"""Parcels: stored whole, found by whatever the owner calls them, judged when due."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from monitor.errors import BadInput, NoSuchParcel
from monitor.history.parcels import TO_JUDGE
from monitor.parcel import Alias, Parcel
from tests.history.given import DAY, HOUR, NOW, event, memory, message, parcel, snapshot, tell

if TYPE_CHECKING:
    from monitor.history import History

FULL = Parcel(
    id=0,
    number="LP00123456789012",
    added_at=NOW,
    label="Küchenwaage",
    shop="aliexpress",
    ordered=date(2026, 8, 1),
    paid=date(2026, 8, 2),
    paid_with="paypal",
    shipped=date(2026, 8, 3),
    expected=date(2026, 9, 10),
    protected_until=date(2026, 10, 1),
    protection_days=75,
    covers=(("insurance", date(2026, 12, 31)), ("guarantee", date(2028, 8, 1))),
    origin="CN",
    destination="DE",
    order_id="81234",
    price="12.34",
    currency="EUR",
    seller="Scale Store",
    url="https://example.org/item/1",
    adapters=("seventeentrack", "cainiao"),
    carrier="DHL",
    extra=(("postcode", "50667"),),
    done_at=NOW + DAY,
    done_as="received",
)


def test_every_fact_of_a_parcel_is_kept(history: History) -> None:
    assert all(getattr(FULL, f.name) not in ("", (), None) for f in fields(Parcel))
    added = history.parcels.add(FULL)
    assert added == replace(FULL, id=added.id)
    assert history.parcels.by_number(FULL.number) == added


def test_a_number_that_is_there_already_is_refused_with_its_id(history: History) -> None:
    first = history.parcels.add(parcel())
    with pytest.raises(BadInput, match=f"already there as parcel {first.id}"):
        history.parcels.add(parcel())


def test_a_change_replaces_what_was_given_and_nothing_else(history: History) -> None:
    added = history.parcels.add(FULL)
    changed = replace(added, label="Waage", protected_until=None, done_at=None, done_as="")
    history.parcels.change(changed)
    assert history.parcels.by_ids([added.id]) == [changed]


def test_a_change_to_a_parcel_that_was_removed_meanwhile_is_told(history: History) -> None:
    added = history.parcels.add(parcel())
    history.parcels.remove(added.id)
    with pytest.raises(NoSuchParcel, match="no longer there"):
        history.parcels.change(added)


def test_removing_takes_everything_along_and_its_id_is_never_used_again(history: History) -> None:
    added = history.parcels.add(parcel())
    history.timeline.record_all(
        [(added.id, snapshot(event(), evidence=b"{}", aliases=(Alias("RB1", "DHL", "x"),)))],
        "x",
        NOW,
    )
    tell(history, added.id, message(parcel_id=added.id))
    history.parcels.remove(added.id)
    for table in ("event", "answer", "source", "look", "alias", "episode", "outbox"):
        assert history._store.tuples(f"SELECT * FROM {table}") == []  # noqa: S608 - a name of ours
    assert history.parcels.add(parcel()).id > added.id


def test_watched_are_those_the_owner_has_not_done_with(history: History) -> None:
    kept = history.parcels.add(parcel("A1"))
    done = history.parcels.add(parcel("A2", done_at=NOW))
    assert history.parcels.watched() == [kept]
    assert history.parcels.all() == [kept, done]


@pytest.fixture
def shelf(history: History) -> dict[str, int]:
    """Parcels by a short name; `long` has the alias RB999DE."""
    known = {
        "long": parcel("LP00123456789012", label="Phone case"),
        "near": parcel("LP00123456789999", label="Phone"),
        "umlaut": parcel("RB000000001CN", label="ÄPFEL"),
        "twin": parcel("RB000000002CN", label="Socks"),
        "other": parcel("XY7", label="socks"),
    }
    ids = {name: history.parcels.add(value).id for name, value in known.items()}
    aliases = (Alias("RB999DE", "DHL", "x"),)
    history.timeline.record_all([(ids["long"], snapshot(event(), aliases=aliases))], "x", NOW)
    return ids


@pytest.mark.parametrize(
    ("ref", "who"),
    [
        pytest.param("1", "long", id="an id"),
        pytest.param("LP00123456789012", "long", id="a number"),
        pytest.param(" lp00 1234 5678 9012 ", "long", id="a number in another case with blanks"),
        pytest.param("xy", "other", id="the beginning of one number"),
        pytest.param("LP001234567890", "long", id="a beginning that only one has"),
        pytest.param("phone", "near", id="a whole label wins over the beginning of a longer one"),
        pytest.param("phone c", "long", id="the beginning of one label"),
        pytest.param("äpfel", "umlaut", id="a label in another case, also beyond ASCII"),
        pytest.param("rb999de", "long", id="an alias"),
        pytest.param("RB9", "long", id="the beginning of an alias"),
    ],
)
def test_a_parcel_is_found_by(history: History, shelf: dict[str, int], ref: str, who: str) -> None:
    assert history.parcels.find(ref).id == shelf[who]


@pytest.mark.parametrize(
    ("ref", "says"),
    [
        pytest.param("LP00", r"could mean 2 parcels: 1: LP00.*; 2: LP00", id="two numbers"),
        pytest.param("SOCKS", r"could mean 2 parcels.*RB000000002CN \(Socks\)", id="two labels"),
        pytest.param("RB00000000", r"2 parcels.*ÄPFEL.*Socks", id="two beginnings"),
        pytest.param("LP00123456789021", r"Near it: 1: LP00123456789012", id="a typing error"),
        pytest.param("sock", r"could mean 2", id="the beginning of two labels"),
        pytest.param("quite different", r"`parcels list --all`", id="nothing like it"),
        pytest.param("", "No parcel", id="nothing at all"),
        pytest.param("99", "No parcel", id="an id nobody has"),
        pytest.param("9" * 400, "No parcel", id="digits beyond any id"),
        pytest.param("²", "No parcel", id="a digit that is none"),
        pytest.param("100%_\x1b[2J\u202e", "No parcel answers to “100%_\\[2J”", id="a hostile one"),
    ],
)
def test_no_single_parcel_is_told_with_what_it_could_mean(
    history: History, shelf: dict[str, int], ref: str, says: str
) -> None:
    with pytest.raises(NoSuchParcel, match=says) as refusal:
        history.parcels.find(ref)
    assert refusal.value.exit_code == 3


def test_a_reference_that_could_mean_many_names_five_and_counts_the_rest(
    history: History,
) -> None:
    for number in range(9):
        history.parcels.add(parcel(f"LP{number}"))
    with pytest.raises(NoSuchParcel, match=r"could mean 9 parcels.*and 4 more"):
        history.parcels.find("LP")


PRINT = "settings-1"


def judged(history: History, parcel_id: int, **times: object) -> None:
    wanted = {"judge_at": None, "check_at": None, **times}
    history.parcels.looked(parcel_id, fingerprint=PRINT, **wanted)


def test_a_new_parcel_is_to_be_judged_and_a_judged_one_is_not(history: History) -> None:
    added = history.parcels.add(parcel())
    assert history.parcels.to_judge(NOW, PRINT) == [added.id]
    judged(history, added.id)
    assert history.parcels.to_judge(NOW + 999 * DAY, PRINT) == []


def test_a_parcel_is_judged_when_its_time_comes_and_not_a_fraction_before(
    history: History,
) -> None:
    added = history.parcels.add(parcel())
    at = NOW.replace(microsecond=500_000)
    judged(history, added.id, judge_at=at)
    assert history.parcels.to_judge(NOW, PRINT) == []
    assert history.parcels.to_judge(at.replace(second=1), PRINT) == [added.id]


def test_other_rules_or_settings_judge_everything_once(history: History) -> None:
    added = history.parcels.add(parcel())
    judged(history, added.id)
    assert history.parcels.to_judge(NOW, "settings-0") == [added.id]
    assert history.parcels.to_judge(NOW, "settings-2") == [added.id]


def test_a_touched_parcel_is_judged_until_it_was(history: History) -> None:
    added = history.parcels.add(parcel())
    judged(history, added.id)
    history.parcels.touch(added.id, NOW)
    assert history.parcels.to_judge(NOW - HOUR, PRINT) == [added.id]
    judged(history, added.id)
    assert history.parcels.to_judge(NOW, PRINT) == []


def test_what_the_owner_changes_is_judged_anew(history: History) -> None:
    added = history.parcels.add(parcel())
    judged(history, added.id)
    history.parcels.change(replace(added, destination="AT"))
    assert history.parcels.to_judge(NOW, PRINT) == [added.id]


def test_a_done_parcel_is_never_judged(history: History) -> None:
    added = history.parcels.add(parcel(done_at=NOW))
    history.parcels.touch(added.id, NOW)
    assert history.parcels.to_judge(NOW + DAY, PRINT) == []


def test_the_dates_of_a_parcel_are_those_of_the_last_judging(history: History) -> None:
    one = history.parcels.add(parcel("A1"))
    two = history.parcels.add(parcel("A2"))
    judged(history, one.id, check_at=NOW + HOUR)
    judged(history, two.id, judge_at=NOW + DAY)
    assert history.parcels.dates([one.id, two.id, 999]) == {
        one.id: (None, NOW + HOUR),
        two.id: (NOW + DAY, None),
    }


def test_looking_for_what_is_due_never_reads_the_whole_table(history: History) -> None:
    plan = history._store.tuples(
        "EXPLAIN QUERY PLAN SELECT id FROM parcel WHERE done_at IS NULL AND judge_at <= 1 "
        "UNION SELECT id FROM parcel WHERE done_at IS NULL AND touched_at IS NOT NULL "
        "UNION SELECT id FROM parcel WHERE done_at IS NULL AND judged_with < 'x'"
    )
    steps = " ".join(str(row[3]) for row in plan)
    for index in ("parcel_by_judge_at", "parcel_touched", "parcel_by_judged_with"):
        assert index in steps


def test_more_ids_than_a_statement_takes_parameters_can_be_asked_for(history: History) -> None:
    added = history.parcels.add(parcel())
    assert history.parcels.by_ids(range(300_000)) == [added]


def test_told_memories_do_not_hinder_removal(history: History) -> None:
    added = history.parcels.add(parcel())
    tell(history, added.id, message(), told=memory().told)
    history.parcels.remove(added.id)
    assert history.matters.of([added.id]) == {}


def test_what_is_to_be_judged_is_looked_up_and_not_searched_for(history: History) -> None:
    """Every part of the statement goes by an index: a pass costs what is due."""
    plan = [
        row[3] for row in history._store.tuples(f"EXPLAIN QUERY PLAN {TO_JUDGE}", (1, "settings"))
    ]
    searches = [line for line in plan if line.startswith("SEARCH parcel USING INDEX")]
    assert len(searches) == 4
    assert not any(line.startswith("SCAN") for line in plan)
