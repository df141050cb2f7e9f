"""What every adapter must stand, as a test class to subclass."""

from __future__ import annotations

import asyncio
import copy
import json
import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from monitor.adapters.contract import (
    Adapter,
    Ask,
    Failure,
    FailureKind,
    NotYet,
    Snapshot,
    SourceTrouble,
)
from monitor.adapters.testing.answers import KEY, NOW, Json, ScriptedWire, replied, reply, told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.transport import Answer, Wire

UNREADABLE = [
    pytest.param(b"", id="an empty body"),
    pytest.param(b"   \n", id="a blank body"),
    pytest.param(b"null", id="a bare null"),
    pytest.param(b"[]", id="an empty list"),
    pytest.param(b"{}", id="an empty object"),
    pytest.param(b'"ok"', id="a bare string"),
    pytest.param(b"7", id="a bare number"),
    pytest.param(b"NaN", id="a number that is none"),
    pytest.param(b"\xff\xfe\x00\x01", id="bytes that are no text"),
    pytest.param(b"not found", id="a plain sentence"),
    pytest.param(b"[" * 100_000, id="a hundred thousand open brackets"),
    pytest.param(b'{"a":' * 100_000, id="a hundred thousand open objects"),
    pytest.param(b'{"a":' * 5_000 + b"1" + b"}" * 5_000, id="five thousand closed objects"),
    pytest.param(b'{"code":' + b"9" * 6_000 + b"}", id="a number of six thousand digits"),
    pytest.param(b'{"code":0', id="an object that never closes"),
    pytest.param(
        b'{"a":[' + b"{}," * 300_000 + b"{}]}", id="more empty tables than memory is allowed"
    ),
    pytest.param(b"\xef\xbb\xbf{}", id="an empty object after a byte order mark"),
]


class AdapterContract:
    """`numbers`: two it recognises. `html_kind`: what a web page in place of an answer means."""

    numbers: tuple[str, str]
    never_asked = "ZZ999999999ZZ"
    has_key = True
    html_kind = FailureKind.DRIFT
    statuses: Mapping[int, FailureKind] = {
        401: FailureKind.AUTH,
        403: FailureKind.AUTH,
        404: FailureKind.DRIFT,
        429: FailureKind.RATE_LIMITED,
        500: FailureKind.TRANSIENT,
        502: FailureKind.TRANSIENT,
        503: FailureKind.TRANSIENT,
    }

    def make(self) -> Adapter:
        raise NotImplementedError

    def document(self, numbers: Sequence[str]) -> Json:
        raise NotImplementedError

    def events_in(self, document: Json, number: str) -> list[Json]:
        raise NotImplementedError

    def date(self, event: Json, at: datetime | None) -> None:
        raise NotImplementedError

    def poison(self, document: Json, number: str) -> None:
        raise NotImplementedError

    @property
    def asks(self) -> tuple[Ask, ...]:
        return tuple(Ask(number) for number in self.numbers)

    def parsed(self, document: Json, asks: Sequence[Ask] | None = None) -> list[Any]:
        return list(self.make().parse(replied(document), asks or self.asks, NOW))

    def shown(self, document: Json) -> Snapshot:
        """What is shown of the first number."""
        found = self.parsed(document)[0]
        assert isinstance(found, Snapshot)
        return found

    def refused(self, answer: Answer) -> SourceTrouble:
        with pytest.raises(SourceTrouble) as caught:
            self.make().parse(answer, self.asks, NOW)
        return caught.value

    def test_it_keeps_the_adapters_promise(self) -> None:
        adapter = self.make()
        assert isinstance(adapter, Adapter)
        capability = adapter.capability
        assert capability.name.isidentifier()
        assert capability.batch >= 1
        assert capability.spacing > 0
        assert timedelta(0) < capability.floor <= capability.every

    def test_it_recognises_its_own_numbers_and_not_just_anything(self) -> None:
        adapter = self.make()
        assert all(adapter.recognise(number) for number in self.numbers)
        assert not any(adapter.recognise(text) for text in ("", "a", "x" * 500, "two words\n", "№"))

    def test_its_repr_shows_no_key(self) -> None:
        assert KEY not in repr(self.make())

    def test_every_number_asked_gets_its_snapshot_in_the_order_asked(self) -> None:
        document = self.document(self.numbers)
        there = self.parsed(document)
        back = self.parsed(document, self.asks[::-1])
        assert [found.number for found in there] == list(self.numbers)
        assert [found.number for found in back] == list(self.numbers[::-1])
        assert all(isinstance(found, Snapshot) and len(found.events) >= 3 for found in there)

    def test_reading_the_same_answer_twice_gives_the_same(self) -> None:
        document = self.document(self.numbers)
        assert self.parsed(document) == self.parsed(document)

    def test_times_are_aware_utc(self) -> None:
        for event in self.shown(self.document(self.numbers)).events:
            assert event.at is not None
            assert event.at.utcoffset() == timedelta(0)

    def test_events_carry_the_name_of_the_source(self) -> None:
        snapshot = self.shown(self.document(self.numbers))
        assert {event.source for event in snapshot.events} == {self.make().capability.name}

    def test_evidence_is_json_and_has_a_fingerprint(self) -> None:
        snapshot = self.shown(self.document(self.numbers))
        assert json.loads(snapshot.evidence)
        assert snapshot.fingerprint

    def test_a_number_nobody_asked_about_is_ignored(self) -> None:
        document = self.document((*self.numbers, self.never_asked))
        found = self.parsed(document)
        assert [outcome.number for outcome in found] == list(self.numbers)
        assert self.never_asked not in repr(found)

    def test_a_number_the_answer_leaves_out_is_to_be_asked_again(self) -> None:
        found = self.parsed(self.document(self.numbers[:1]))
        assert isinstance(found[0], Snapshot)
        assert isinstance(found[1], Failure)
        assert found[1].kind is FailureKind.TRANSIENT

    def test_a_duplicated_event_is_shown_once(self) -> None:
        document = self.document(self.numbers)
        before = self.shown(document).events
        events = self.events_in(document, self.numbers[0])
        events.extend(copy.deepcopy(events))
        assert sorted(map(repr, self.shown(document).events)) == sorted(map(repr, before))

    def test_the_order_of_events_does_not_matter(self) -> None:
        document = self.document(self.numbers)
        before = self.shown(document).events
        self.events_in(document, self.numbers[0]).reverse()
        assert set(self.shown(document).events) == set(before)

    def test_vanished_events_are_gone_and_nothing_else_is(self) -> None:
        document = self.document(self.numbers)
        before = self.shown(document).events
        del self.events_in(document, self.numbers[0])[0]
        after = self.shown(document).events
        assert set(after) < set(before)
        assert len(after) == len(before) - 1

    def test_an_event_from_the_future_keeps_its_own_time(self) -> None:
        document = self.document(self.numbers)
        later = NOW + timedelta(days=400)
        self.date(self.events_in(document, self.numbers[0])[0], later)
        assert later in {event.at for event in self.shown(document).events}

    def test_an_undated_event_is_kept_without_a_moment(self) -> None:
        document = self.document(self.numbers)
        self.date(self.events_in(document, self.numbers[0])[0], None)
        snapshot = self.shown(document)
        assert [event.at for event in snapshot.events].count(None) == 1

    def test_the_look_is_never_later_than_now(self) -> None:
        looked = self.shown(self.document(self.numbers)).looked_at
        assert looked is None or looked <= NOW

    @pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 502, 503])
    @pytest.mark.parametrize(
        "body",
        [
            pytest.param(b"", id="without a body"),
            pytest.param(b"<html><title>No</title></html>", id="with a page"),
            pytest.param(b'{"message":"no"}', id="with foreign JSON"),
            pytest.param(KEY.encode(), id="that repeats the key"),
        ],
    )
    def test_a_bad_status_is_trouble_of_its_kind(self, status: int, body: bytes) -> None:
        trouble = self.refused(reply(status, body))
        assert trouble.kind is self.statuses[status]
        assert KEY not in told(trouble)

    def test_the_wait_a_busy_source_asks_for_is_handed_on(self) -> None:
        trouble = self.refused(reply(429, b"", {"retry-after": "7"}))
        assert trouble.wait == timedelta(seconds=7)

    @pytest.mark.parametrize("text", ["-5", "soon", "9" * 400, "", "1e9", "٣"])
    def test_a_senseless_wait_does_no_harm(self, text: str) -> None:
        wait = self.refused(reply(429, b"", {"retry-after": text})).wait
        assert wait is None or timedelta(0) <= wait <= timedelta(days=1)

    def test_a_web_page_under_200_is_trouble(self) -> None:
        page = b"<!DOCTYPE html><html><body>Please wait...</body></html>"
        trouble = self.refused(reply(200, page, {"content-type": "text/html"}))
        assert trouble.kind is self.html_kind

    @pytest.mark.parametrize("body", UNREADABLE)
    def test_what_cannot_be_read_is_trouble(self, body: bytes) -> None:
        trouble = self.refused(reply(200, body))
        assert trouble.kind in (FailureKind.DRIFT, FailureKind.TRANSIENT)
        assert trouble.detail

    @pytest.mark.parametrize("start", range(1, 42, 10))
    def test_a_truncated_answer_is_trouble_that_passes(self, start: int) -> None:
        body = replied(self.document(self.numbers)).body
        for end in range(start, len(body), 41):
            assert self.refused(reply(200, body[:end])).kind is FailureKind.TRANSIENT, body[:end]

    def test_a_poisoned_item_fails_alone(self) -> None:
        document = self.document(self.numbers)
        self.poison(document, self.numbers[0])
        spoilt, sound = self.parsed(document)
        assert isinstance(spoilt, Failure)
        assert spoilt.kind is FailureKind.DRIFT
        assert isinstance(sound, Snapshot)

    @pytest.mark.parametrize(
        "value",
        [
            pytest.param("\ud83d", id="half a surrogate pair"),
            pytest.param("\x1b]52;c;aGk=\x07\u202e\x00", id="terminal codes and bidi controls"),
            pytest.param("x" * 100_000, id="a very long text"),
            pytest.param(10**300, id="a huge number"),
            pytest.param(float("nan"), id="a number that is none"),
            pytest.param(float("inf"), id="infinity"),
            pytest.param(True, id="a truth value"),
            pytest.param([[[[]]]], id="a list"),
            pytest.param({"a": {}}, id="an object"),
        ],
    )
    def test_odd_values_stay_inside_their_number(self, value: object) -> None:
        document = self.document(self.numbers)
        for event in self.events_in(document, self.numbers[0]):
            event.update(dict.fromkeys(event, value))
        odd, sound = self.parsed(document)
        assert isinstance(odd, Snapshot | NotYet | Failure)
        assert isinstance(sound, Snapshot)
        json.dumps(repr(odd)).encode("utf-8")
        if isinstance(odd, Snapshot):
            odd.evidence.decode("utf-8")
            assert all(len(e.text) <= 500 and e.text.isprintable() for e in odd.events)

    def test_deep_nesting_inside_an_item_stays_inside_its_number(self) -> None:
        document = self.document(self.numbers)
        self.events_in(document, self.numbers[0]).append("HERE")
        body = replied(document).body.replace(b'"HERE"', b"[" * 50_000 + b"]" * 50_000)
        odd, sound = self.make().parse(reply(200, body), self.asks, NOW)
        assert isinstance(odd, Snapshot | Failure)
        assert isinstance(sound, Snapshot)

    def test_nothing_is_logged_or_told_about_the_key(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        adapter = self.make()
        lost = SourceTrouble(FailureKind.TRANSIENT, "The source did not answer in time.")
        with pytest.raises(SourceTrouble) as caught:
            asyncio.run(adapter.fetch(cast("Wire", ScriptedWire([lost])), self.asks))
        assert KEY not in told(caught.value)
        assert KEY not in caplog.text

    def test_the_key_travels_in_a_header_and_nowhere_else(self) -> None:
        wire = ScriptedWire([replied(self.document(self.numbers))])
        asyncio.run(self.make().fetch(cast("Wire", wire), self.asks))
        (sent,) = wire.sent
        assert KEY not in sent.path + repr(sent.json)
        assert any(KEY in value for value in sent.headers.values()) is self.has_key
