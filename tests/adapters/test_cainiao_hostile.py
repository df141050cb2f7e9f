"""Whatever Cainiao's answer turns into, every number asked gets one outcome, or the request is trouble."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st

from monitor.adapters.cainiao import Cainiao
from monitor.adapters.contract import Ask, Failure, NotYet, Snapshot, SourceTrouble
from monitor.adapters.testing import NOW, reply
from tests.adapters import cainiao_answers as made

NUMBERS = ("LP00000000000001", "RC000000005EE", "AP00839881455575")
ASKS = tuple(Ask(number) for number in NUMBERS)
FEW = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])

TEXT = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            *NUMBERS,
            "\ud800",
            "\x1b[2J",
            "[Town] Arrived",
            "GTMS_SIGNED",
            "2026-13-45 99:00:00",
            "9999-12-31 23:59:59",
            "GMT-12",
            "Latest Tracking Number:\tRC000000003EE",
            "rgv587_flag",
        ]
    ),
)
LEAF = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**40, -(2**63), 253402300799000, -62135596800000]),
    st.floats(),
    TEXT,
)
JSON = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3)
)
VALID = made.answer(
    made.entry(
        NUMBERS[0],
        realMailNo="Latest Tracking Number:\tRC000000005EE",
        destCpInfo={"cpName": "Post"},
        mailType="Economy",
        processInfo={"progressRate": 0.5},
    ),
    made.unknown(NUMBERS[1]),
    made.entry(NUMBERS[2], [made.event("GTMS_ACCEPT", "Handed over: UG251350054MV")]),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value inside."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    found = [path] if path else []
    for key, inner in inside:
        here = (*path, key)
        found += places(inner, here) if isinstance(inner, dict | list) else [here]
    return found


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A good answer in which up to four places hold something else."""
    spoilt = copy.deepcopy(VALID)
    for _ in range(draw(st.integers(1, 4))):
        way = draw(st.sampled_from(places(spoilt)))
        inside: Any = spoilt
        for key in way[:-1]:
            inside = inside[key]
        inside[way[-1]] = draw(JSON)
    return json.dumps(spoilt).encode()


def understood(body: bytes) -> None:
    try:
        found = Cainiao().parse(reply(200, body), ASKS, NOW)
    except SourceTrouble:
        return
    assert [outcome.number for outcome in found] == list(NUMBERS)
    for outcome in found:
        assert isinstance(outcome, Snapshot | NotYet | Failure)
        repr(outcome).encode("utf-8")
        if isinstance(outcome, Snapshot):
            sound(outcome)


def sound(snapshot: Snapshot) -> None:
    json.loads(snapshot.evidence.decode("utf-8"))
    assert snapshot.looked_at == NOW
    assert len(snapshot.aliases) <= 5
    assert snapshot.number not in {alias.number for alias in snapshot.aliases}
    assert len(snapshot.origin) in (0, 2)
    assert len(snapshot.destination) in (0, 2)
    for event in snapshot.events:
        assert (event.text + event.translation + event.code + event.place).isprintable()
        assert event.at is None or event.at.tzinfo is not None
        for text in (event.text, event.original, event.raw_time, event.code, event.place):
            assert len(text) <= 2_000
            text.encode("utf-8")


@FEW
@given(mutated())
def test_a_mutated_answer_gives_one_outcome_per_number(body: bytes) -> None:
    understood(body)


@FEW
@given(JSON)
def test_any_json_gives_one_outcome_per_number_or_trouble(document: Any) -> None:
    understood(json.dumps(document).encode())


@FEW
@given(st.lists(JSON, max_size=4))
def test_any_list_of_entries_gives_one_outcome_per_number(entries: list[Any]) -> None:
    understood(json.dumps({"module": entries, "success": True}).encode())


@FEW
@given(st.dictionaries(st.sampled_from([*VALID["module"][0], "mailType"]), JSON, max_size=5))
def test_any_entry_about_a_number_gives_one_outcome(fields: Any) -> None:
    entry = {**made.entry(NUMBERS[0]), **fields, "mailNo": NUMBERS[0]}
    understood(json.dumps(made.answer(entry)).encode())


@FEW
@given(st.lists(st.dictionaries(st.sampled_from([*made.event("X")]), JSON), max_size=3))
def test_an_odd_event_does_not_touch_another_number(events: list[Any]) -> None:
    body = json.dumps(made.answer(made.entry(NUMBERS[0], events), VALID["module"][2])).encode()
    understood(body)
    found = Cainiao().parse(reply(200, body), ASKS, NOW)
    assert isinstance(found[2], Snapshot)


@FEW
@given(st.binary(max_size=60), st.integers(0, 2_000), st.integers(0, 60))
def test_damaged_bytes_give_one_outcome_per_number_or_trouble(
    noise: bytes, at: int, gap: int
) -> None:
    body = json.dumps(VALID).encode()
    understood(body[:at] + noise + body[at + gap :])


@FEW
@given(st.permutations(range(4)), st.permutations(range(3)))
def test_no_order_changes_what_is_read(events: list[int], entries: list[int]) -> None:
    shuffled = copy.deepcopy(VALID)
    shuffled["module"][0]["detailList"] = [made.journey()[n] for n in events]
    shuffled["module"] = [shuffled["module"][n] for n in entries]
    before, after = (
        Cainiao().parse(reply(200, json.dumps(document).encode()), ASKS, NOW)
        for document in (VALID, shuffled)
    )
    for one, other in zip(before, after, strict=True):
        if not isinstance(one, Snapshot):
            assert one == other
            continue
        assert isinstance(other, Snapshot)
        assert set(one.events) == set(other.events)
        assert (one.fingerprint, one.aliases) == (other.fingerprint, other.aliases)
