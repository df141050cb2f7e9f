"""What 17TRACK pushes: whose it is, and which numbers it is about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from monitor.adapters.contract import Ask, SourceTrouble
from monitor.adapters.pushes import Push, Pushing
from monitor.adapters.seventeentrack import SeventeenTrack, pushes
from monitor.errors import FailureKind
from monitor.parcel.outcomes import Snapshot
from tests import leaks
from tests.adapters.seventeentrack_answers import item
from tests.adapters.test_seventeentrack_outcomes import NOW

NUMBER = "RR123456789CN"
# Worked out by hand with sha256sum from the rule; no live push was at hand.
VECTOR_KEY = "0123456789ABCDEF0123456789ABCDEF"
VECTOR = (
    b'{"event":"TRACKING_STOPPED","data":{"number":"RR123456789CN","carrier":3011,"param":null,'
    b'"tag":""}}'
)
VECTOR_SIGN = "4a13dba464d49a0e091e15f76e0a5a3330e4e2943ac53cdf35f8d1e22a563cf3"
SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples" / "seventeentrack"


def update(data: Any) -> bytes:
    return json.dumps({"event": "TRACKING_UPDATED", "data": data}).encode()


def test_17track_is_a_source_that_may_push() -> None:
    assert isinstance(SeventeenTrack(leaks.KEY), Pushing)


def test_the_signature_is_that_of_the_bytes_a_slash_and_the_key() -> None:
    assert pushes.sign(VECTOR, VECTOR_KEY) == VECTOR_SIGN
    assert SeventeenTrack(VECTOR_KEY).signed(VECTOR, {"sign": VECTOR_SIGN})


@pytest.mark.parametrize(
    ("body", "headers", "key"),
    [
        pytest.param(VECTOR, {}, VECTOR_KEY, id="there is no signature"),
        pytest.param(VECTOR, {"sign": VECTOR_SIGN[1:]}, VECTOR_KEY, id="it is cut short"),
        pytest.param(VECTOR + b"\n", {"sign": VECTOR_SIGN}, VECTOR_KEY, id="the bytes are others"),
        pytest.param(VECTOR, {"sign": VECTOR_SIGN}, VECTOR_KEY.lower(), id="the key is another"),
        pytest.param(VECTOR, {"sign": pushes.sign(VECTOR, "")}, "", id="there is no key at all"),
        pytest.param(VECTOR, {"sign": "\ud800ß"}, VECTOR_KEY, id="it is no text of this world"),
    ],
)
def test_a_push_is_not_believed_where(body: bytes, headers: dict[str, str], key: str) -> None:
    assert not SeventeenTrack(key).signed(body, headers)


@given(body=st.binary(max_size=60), at=st.integers(0, 59), to=st.integers(0, 255))
def test_no_other_byte_has_the_same_signature(body: bytes, at: int, to: int) -> None:
    given_sign = {"sign": pushes.sign(body, leaks.KEY)}
    other = body[:at] + bytes([to]) + body[at + 1 :]
    assert SeventeenTrack(leaks.KEY).signed(other, given_sign) == (other == body)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(item(NUMBER), id="one item, as documented"),
        pytest.param([item(NUMBER)], id="a list"),
        pytest.param({"accepted": [item(NUMBER)], "rejected": []}, id="an answer's list"),
    ],
)
def test_a_push_leads_to_what_an_answer_with_the_same_item_leads_to(data: Any) -> None:
    adapter, asks = SeventeenTrack(leaks.KEY), [Ask(NUMBER, carrier="3011", destination="ES")]
    push = adapter.opened(update(data))
    assert push.numbers == (NUMBER,)
    (outcome,) = adapter.shown(push, asks, NOW)
    assert isinstance(outcome, Snapshot)
    assert len(outcome.events) == 4
    assert outcome.looks


def test_the_word_that_tracking_has_ended_shows_nothing() -> None:
    assert pushes.opened(VECTOR) == Push((NUMBER,), stopped=True)


@pytest.mark.parametrize("event", ["TRACKING_SOMETHING_NEW", "", "tracking_updated"])
def test_a_push_of_an_unknown_kind_is_about_nothing(event: str) -> None:
    assert pushes.opened(json.dumps({"event": event, "data": item(NUMBER)}).encode()) == Push()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\xff", b"null", b"[]", b"{}", b"<html>", b'{"event":null}', b'{"event":"TRACKING_UPDATED"}',
        update([]), update([1, None]), update({"number": None}), update(VECTOR.decode())[:-3],
        b'{"event":"TRACKING_UPDATED","data":' + b"[" * 100_000,
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_trouble_that_repeats_nothing_of_it(body: bytes) -> None:
    with pytest.raises(SourceTrouble) as trouble:
        pushes.opened(body)
    assert trouble.value.kind is FailureKind.DRIFT
    assert NUMBER not in trouble.value.detail


@given(st.binary(max_size=400) | st.text().map(str.encode))
def test_any_bytes_are_a_push_or_trouble(body: bytes) -> None:
    adapter = SeventeenTrack(leaks.KEY)
    try:
        push = adapter.opened(body)
    except SourceTrouble:
        return
    asks = [Ask(number) for number in push.numbers]
    assert len(adapter.shown(push, asks, NOW)) == len(asks)


RECORDED = [
    "synthetic/webhook_tracking_updated_v24.json",
    "public-payloads/webhook_tracking_updated_ups_v2.0.json",
    "public-payloads/webhook_tracking_updated_dhlpaket_v2.0.json",
    "aio17track/webhook_tracking_stopped.json",
]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not at hand")
@pytest.mark.parametrize("name", RECORDED)
def test_recorded_pushes_are_about_one_number(name: str) -> None:
    push = pushes.opened((SAMPLES / name).read_bytes())
    assert len(push.numbers) == 1
    assert push.stopped == ("stopped" in name)
