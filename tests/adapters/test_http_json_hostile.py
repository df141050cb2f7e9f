"""Whatever an answer holds, the number asked gets one sound outcome, or the request is trouble."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st

from monitor.adapters.contract import Ask, Failure, NotYet, Snapshot, SourceTrouble
from monitor.adapters.testing import KEY, NOW, reply
from tests.adapters.http_json_answers import NUMBER, described, parcel, scan

TEXT = st.one_of(
    st.text(max_size=12),
    st.sampled_from([NUMBER, "\ud800", "\x1b[2J", "2026-13-45", "9999-12-31T23:59:59-23:59", "FR"]),
)
LEAF = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), TEXT, st.sampled_from([10**40, -(2**63)])
)
NAMES = st.sampled_from(["parcel", "id", "scans", "when", "label", "kind", "place", "from", "city"])
JSON = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3)
)
FEW = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SHAPES: list[dict[str, Any]] = [
    {},
    {"found": "parcel", "number": ""},
    {"time_format": "epoch_ms", "number": ""},
    {"time_format": "%d.%m.%Y", "zone": "Europe/Paris"},
    {"events": "sort_by(parcel.scans, &when)", "place": "join(' ', place.*)", "number": "*.id[]"},
    {"events": "parcel.*[]", "text": "@", "time": "to_string(when)", "status": "max(parcel.scans[].kind)"},
]  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value inside."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    found = [path] if path else []
    for key, inner in inside:
        here = (*path, key)
        found += places(inner, here) if isinstance(inner, dict | list) else [here]
    return found


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A good answer in which up to three places hold something else."""
    spoilt = copy.deepcopy(parcel())
    for _ in range(draw(st.integers(1, 3))):
        way = draw(st.sampled_from(places(spoilt)))
        inside: Any = spoilt
        for key in way[:-1]:
            inside = inside[key]
        inside[way[-1]] = draw(JSON)
        if not places(spoilt):
            break
    return spoilt


def parsed(body: bytes, changes: dict[str, Any], status: int = 200) -> Any:
    """The outcome, or the trouble the request as a whole is."""
    try:
        (found,) = described(**changes).parse(reply(status, body), [Ask(NUMBER)], NOW)
    except SourceTrouble as trouble:
        return trouble
    return found


def understood(body: bytes, changes: dict[str, Any], status: int = 200) -> None:
    found = parsed(body, changes, status)
    assert KEY not in repr(found)
    if isinstance(found, SourceTrouble):
        assert found.detail.isprintable()
        return
    assert isinstance(found, Snapshot | NotYet | Failure)
    assert found.number == NUMBER
    repr(found).encode("utf-8")
    if isinstance(found, Snapshot):
        sound(found)


def sound(snapshot: Snapshot) -> None:
    json.loads(snapshot.evidence.decode("utf-8"))
    assert len(snapshot.events) <= 500
    for country in (snapshot.origin, snapshot.destination, *(e.country for e in snapshot.events)):
        assert country == "" or (len(country) == 2 and country.isupper())
    for event in snapshot.events:
        assert event.text or event.code
        assert event.at is None or event.at.tzinfo is not None
        assert len(event.original) <= 2_000
        for text in (event.text, event.raw_time, event.code, event.place, snapshot.status):
            assert len(text) <= 500
            assert text.isprintable()
            text.encode("utf-8")


@FEW
@given(mutated(), st.sampled_from(SHAPES))
def test_a_mutated_answer_gives_one_outcome(document: Any, changes: dict[str, Any]) -> None:
    understood(json.dumps(document).encode(), changes)


@FEW
@given(JSON, st.sampled_from(SHAPES), st.sampled_from([200, 207, 400, 404, 500]))
def test_any_json_gives_one_outcome_or_trouble(
    document: Any, changes: dict[str, Any], status: int
) -> None:
    understood(json.dumps(document).encode(), changes, status)


@FEW
@given(st.lists(JSON, max_size=4), st.sampled_from(SHAPES))
def test_any_events_give_one_outcome_or_trouble(rows: list[Any], changes: dict[str, Any]) -> None:
    understood(json.dumps({"parcel": {"id": NUMBER, "scans": rows}}).encode(), changes)


@FEW
@given(st.binary(max_size=60), st.integers(0, 700), st.integers(0, 60))
def test_damaged_bytes_give_one_outcome_or_trouble(noise: bytes, at: int, gap: int) -> None:
    body = json.dumps(parcel()).encode()
    understood(body[:at] + noise + body[at + gap :], {})


def test_a_huge_list_of_empty_things_is_read_at_its_ends() -> None:
    body = json.dumps({"parcel": {"id": NUMBER, "scans": [{}] * 150_000}}).encode()
    assert isinstance(parsed(body, {}), Failure)
    rows = [{}] * 150_000 + [scan(1)]
    (found,) = described().parse(
        reply(200, json.dumps({"parcel": {"id": NUMBER, "scans": rows}}).encode()),
        [Ask(NUMBER)],
        NOW,
    )
    assert isinstance(found, Snapshot)
    assert len(found.events) == 1


def test_half_characters_and_numbers_that_are_none_are_left_out_of_what_is_kept() -> None:
    odd = scan(1, "\ud83d Held \x1b[31m") | {"kind": float("nan")}
    body = json.dumps(parcel(NUMBER, odd)).encode()
    (found,) = described().parse(reply(200, body), [Ask(NUMBER)], NOW)
    assert isinstance(found, Snapshot)
    (event,) = found.events
    assert (event.text, event.code) == ("? Held [31m", "")
    assert json.loads(found.evidence)["events"][0]["text"].startswith("? Held")
