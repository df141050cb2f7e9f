"""Whatever 17TRACK's answer turns into, every number asked gets one outcome, or the request is trouble."""

from __future__ import annotations

import asyncio
import copy
import json
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings, strategies as st

from monitor.adapters.contract import (
    Ask,
    Enrolment,
    Failure,
    NotYet,
    Snapshot,
    SourceTrouble,
)
from monitor.adapters.seventeentrack import SeventeenTrack
from monitor.adapters.testing import KEY, NOW, ScriptedWire, reply
from tests.adapters import seventeentrack_answers as made

if TYPE_CHECKING:
    from monitor.transport import Answer

NUMBERS = ("LP00000000000001", "RR123456789CN", "YT2616912345678901")
ASKS = tuple(Ask(number) for number in NUMBERS)

TEXT = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            *NUMBERS,
            "\ud800",
            "\x1b[2J",
            "Success",
            "NotFound",
            "2026-13-45",
            "9999-12-31T23:59:59-23:59",
        ]
    ),
)
LEAF = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**40, -(2**63), -18019902, -18019907, -18019909]),
    st.floats(),
    TEXT,
)
JSON = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3)
)
FEW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value inside."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    found = [path] if path else []
    for key, inner in inside:
        here = (*path, key)
        found += places(inner, here) if isinstance(inner, dict | list) else [here]
    return found


VALID = made.answer(
    made.item(NUMBERS[0], providers=[made.provider(3011, "CN"), made.provider(19181, "ES")]),
    made.not_found(NUMBERS[1]),
    rejected=[made.rejected(NUMBERS[2], -18019902, carrier="0")],
)
LISTED = made.page(*(made.listed(number) for number in NUMBERS))


@st.composite
def mutated(draw: st.DrawFn, document: Any) -> bytes:
    """A good answer in which up to four places hold something else."""
    spoilt = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, 4))):
        way = draw(st.sampled_from(places(spoilt)))
        inside = spoilt
        for key in way[:-1]:
            inside = inside[key]
        inside[way[-1]] = draw(JSON)
        if not isinstance(spoilt, dict) or not spoilt:
            break
    return json.dumps(spoilt).encode()


def understood(body: bytes, asks: tuple[Ask, ...] = ASKS) -> None:
    try:
        found = SeventeenTrack(KEY).parse(reply(200, body), asks, NOW)
    except SourceTrouble:
        return
    assert [outcome.number for outcome in found] == [ask.number for ask in asks]
    for outcome in found:
        assert isinstance(outcome, Snapshot | NotYet | Failure)
        repr(outcome).encode("utf-8")
        if isinstance(outcome, Snapshot):
            sound(outcome)


def sound(snapshot: Snapshot) -> None:
    json.loads(snapshot.evidence.decode("utf-8"))
    assert snapshot.looked_at is None or snapshot.looked_at <= NOW
    for event in snapshot.events:
        assert event.text.isprintable()
        assert event.at is None or event.at.tzinfo is not None
        for text in (event.text, event.original, event.raw_time, event.code, event.place):
            assert len(text) <= 2_000
            text.encode("utf-8")


@FEW
@given(mutated(VALID))
def test_a_mutated_answer_gives_one_outcome_per_number(body: bytes) -> None:
    understood(body)


@FEW
@given(JSON)
def test_any_json_gives_one_outcome_per_number_or_trouble(document: Any) -> None:
    understood(json.dumps(document).encode())


@FEW
@given(st.lists(JSON, max_size=4), st.lists(JSON, max_size=4))
def test_any_rows_give_one_outcome_per_number(accepted: list[Any], rejected: list[Any]) -> None:
    document = {"code": 0, "data": {"accepted": accepted, "rejected": rejected}}
    understood(json.dumps(document).encode())


@FEW
@given(st.binary(max_size=60), st.integers(0, 2_000), st.integers(0, 60))
def test_damaged_bytes_give_one_outcome_per_number_or_trouble(
    noise: bytes, at: int, gap: int
) -> None:
    body = json.dumps(VALID).encode()
    understood(body[:at] + noise + body[at + gap :])


@FEW
@given(JSON, st.sampled_from(["description", "time_iso", "time_raw", "address", "sub_status"]))
def test_an_odd_field_of_an_event_does_not_touch_another_number(value: Any, field: str) -> None:
    spoilt = made.item(NUMBERS[0])
    for event in spoilt["track_info"]["tracking"]["providers"][0]["events"]:
        event[field] = value
    body = json.dumps(made.answer(spoilt, made.item(NUMBERS[1]))).encode()
    found = SeventeenTrack(KEY).parse(reply(200, body), ASKS[:2], NOW)
    assert isinstance(found[1], Snapshot)
    assert len(found[1].events) == 4


@FEW
@given(mutated(VALID))
def test_a_mutated_answer_to_a_registration_gives_one_enrolment_per_number(body: bytes) -> None:
    enrolled("register", reply(200, body))


@FEW
@given(mutated(LISTED))
def test_a_mutated_list_gives_one_enrolment_per_number(body: bytes) -> None:
    enrolled("enrolled", reply(200, body))


def enrolled(call: str, answer: Answer) -> None:
    wire = ScriptedWire([answer] * 30)
    try:
        found = asyncio.run(getattr(SeventeenTrack(KEY), call)(wire, ASKS))
    except SourceTrouble:
        return
    assert [enrolment.number for enrolment in found] == list(NUMBERS)
    assert all(isinstance(enrolment, Enrolment) for enrolment in found)
    assert all(enrolment.carrier.isdigit() or not enrolment.carrier for enrolment in found)


@given(st.permutations(range(4)))
@settings(max_examples=24, deadline=None)
def test_no_order_of_events_changes_what_is_read(order: list[int]) -> None:
    item = made.item(NUMBERS[0])
    events = item["track_info"]["tracking"]["providers"][0]["events"]
    before = json.dumps(made.answer(item)).encode()
    events[:] = [events[index] for index in order]
    after = json.dumps(made.answer(item)).encode()
    adapter = SeventeenTrack(KEY)
    (one,), (other,) = (adapter.parse(reply(200, body), ASKS[:1], NOW) for body in (before, after))
    assert isinstance(one, Snapshot)
    assert isinstance(other, Snapshot)
    assert set(one.events) == set(other.events)
    assert one.fingerprint == other.fingerprint
