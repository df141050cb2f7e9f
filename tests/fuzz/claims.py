"""What holds of everything that is made of outside bytes; a claim that does not hold raises."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING

from monitor.adapters.contract import Failure, NotYet, Snapshot
from monitor.intake.columns import NAMES
from monitor.intake.values import CELL_LIMIT
from monitor.numbers import normalise
from monitor.parcel import TEXT_LIMIT, clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from monitor.adapters.contract import Ask, Enrolment, Outcome
    from monitor.errors import SourceTrouble
    from monitor.intake import Understood
    from monitor.parcel import Event
    from monitor.reading import Reading

SENTENCE = 600  # characters of any detail
EVENTS = 1_000
ORIGINAL = 2_000
EVIDENCE = 6  # bytes for each byte of the answer: a control character is written as six
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def clean(text: str, limit: int = TEXT_LIMIT) -> None:
    """One line that a terminal, a mail and SQLite take as it is."""
    assert len(text) <= limit, f"{len(text)} characters where {limit} are the most"
    assert text.isprintable() or _safe(text), f"unsafe: {text!r:.200}"
    text.encode("utf-8")


def _safe(text: str) -> bool:
    """Slower than `isprintable`, and right for spaces of other widths, which that one refuses."""
    return not any(unicodedata.category(character) in _UNSAFE for character in text)


def inert(text: str) -> None:
    """Several lines that a terminal takes as they are."""
    for line in text.split("\n"):
        assert line.isprintable(), f"unsafe: {line!r:.200}"


def sentences(text: str) -> None:
    """A refusal: a line for each of at most twenty problems."""
    inert(text)
    assert len(text) <= 20 * SENTENCE


def trouble(refusal: SourceTrouble) -> None:
    clean(refusal.detail, SENTENCE)
    assert refusal.wait is None or 0 <= refusal.wait.total_seconds() <= 86_400
    assert refusal.until is None or refusal.until.tzinfo is not None


def outcomes(found: Sequence[Outcome], asks: Sequence[Ask], size: int) -> None:
    """One sound outcome for each number, in order; `size` is that of the answer in bytes."""
    assert [outcome.number for outcome in found] == [ask.number for ask in asks]
    for outcome in found:
        if isinstance(outcome, Snapshot):
            _snapshot(outcome, size)
        elif isinstance(outcome, NotYet):
            clean(outcome.note)
        else:
            assert isinstance(outcome, Failure)
            clean(outcome.detail, SENTENCE)


def _snapshot(snapshot: Snapshot, size: int) -> None:
    assert len(snapshot.events) <= EVENTS
    assert len(snapshot.aliases) <= EVENTS // 100
    for text in (snapshot.carrier, snapshot.status, snapshot.fingerprint, *snapshot.looks):
        clean(text)
    for alias in snapshot.aliases:
        clean(alias.number, 60)
        clean(alias.carrier)
    _countries([snapshot.origin, snapshot.destination])
    json.loads(snapshot.evidence.decode("utf-8"))
    assert len(snapshot.evidence) <= EVIDENCE * size + 2_000
    for event in snapshot.events:
        _event(event)


def _event(event: Event) -> None:
    assert event.text or event.code
    for text in (
        event.text,
        event.translation,
        event.place,
        event.code,
        event.raw_time,
        event.provider,
    ):
        clean(text)
    _countries([event.country])
    assert len(event.original) <= ORIGINAL
    event.original.encode("utf-8")
    assert event.at is None or (event.at.tzinfo is not None and 2000 <= event.at.year <= 2100)


def _countries(codes: Iterable[str]) -> None:
    assert all(
        code == "" or (len(code) == 2 and code.isascii() and code.isupper()) for code in codes
    )


def enrolments(found: Sequence[Enrolment], asks: Sequence[Ask]) -> None:
    assert [enrolment.number for enrolment in found] == [ask.number for ask in asks]
    for enrolment in found:
        clean(enrolment.detail, SENTENCE)
        clean(enrolment.carrier, 60)


def intake(found: Understood) -> None:
    """Numbers as they are stored, facts of known names and bounded length, sentences that are clean."""
    for parcel in found.found:
        assert normalise(parcel.number) == parcel.number
        clean(parcel.because)
        for remark in parcel.remarks:
            clean(clean_text(remark))
        for name, value in parcel.facts.items():
            assert name in NAMES
            texts = (value,) if isinstance(value, str) else value
            assert len(texts) <= CELL_LIMIT
            assert all(isinstance(text, str) and len(text) <= 2 * CELL_LIMIT + 1 for text in texts)
    for passed in found.passed_over:
        clean(passed.text, 60)
        clean(passed.because)
    for fault in found.faults:
        clean(str(fault), SENTENCE)
    for note in found.notes:
        clean(note, 2 * SENTENCE)


def reading(found: Reading) -> None:
    assert len(found.matched) <= 20
    clean(found.language, 20)
    assert all(isinstance(word, str) and len(word) <= ORIGINAL for word in found.matched)
