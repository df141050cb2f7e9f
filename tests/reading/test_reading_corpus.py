"""The reading against real messages with their meaning, where the reference folder is present."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from monitor.parcel import Stage
from monitor.reading import read
from monitor.reading.codes import CODES
from monitor.reading.index import WORDS
from monitor.reading.letters import fold

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "public.jsonl"
READ = ("en", "zh", "ru", "es", "pt", "de", "fr", "it", "ko", "he", "nl", "uk", "no", "ca", "gl")
OPEN = {
    Stage.CLEARANCE_EXCEPTION,
    Stage.CLEARANCE_PAYMENT_DUE,
    Stage.CLEARANCE_DOCUMENTS_NEEDED,
    Stage.CLEARANCE_FAILURE,
}

pytestmark = pytest.mark.skipif(
    not CORPUS.exists(), reason=f"The corpus of carriers' messages is not at {CORPUS}."
)


def corpus() -> list[dict[str, Any]]:
    return [json.loads(line) for line in CORPUS.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("language", READ)
def test_nine_of_ten_customs_messages_are_read_right(language: str) -> None:
    rows = [
        row
        for row in corpus()
        if row["lang"] == language and "clearance" in row["label"] and not row["ambiguous"]
    ]
    right = sum(read(row["text"]).stage == row["label"] for row in rows)
    assert right >= 0.9 * len(rows)


def test_no_open_problem_is_read_as_cleared() -> None:
    problems = [row for row in corpus() if row["label"] in OPEN]
    cleared = [r["text"] for r in problems if read(r["text"]).stage is Stage.CLEARANCE_SUCCESS]
    assert cleared == []


def test_no_routine_event_is_read_as_a_customs_failure() -> None:
    bad = OPEN | {Stage.RETURNING, Stage.LOST_OR_DAMAGED}
    routine = [row for row in corpus() if row["label"] not in bad]
    failed = [r["text"] for r in routine if read(r["text"]).stage is Stage.CLEARANCE_FAILURE]
    assert failed == []


def test_no_long_message_of_the_corpus_stands_in_a_data_file() -> None:
    files = [*WORDS.glob("*.toml"), *CODES.glob("*.toml")]
    data = "\n".join(_letters(file.read_text("utf-8")) for file in files)
    copied = [r["text"] for r in corpus() if len(r["text"]) > 25 and _letters(r["text"]) in data]
    assert copied == []


def _letters(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in fold(text)).split())
