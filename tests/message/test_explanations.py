"""Every reading can be explained, in whole sentences of our own that hold no address."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from itertools import product

import pytest
from hypothesis import given, strategies as st

from monitor.message.explaining import Heard, advice, explained, in_language, recognised, texts
from monitor.parcel import Cause, Side, Stage, clean_text
from monitor.reading import Reading, read
from monitor.reading.index import WORDS

EVERY = list(product(Stage, Side, [None, *Cause]))
VARIANTS = {*(c.value for c in Cause), *(s.value for s in Side)}
FIELDS = {"title", "meaning", "next", "do", "dont", "source", "confidence", "verified_on"}
TEXTS = sorted(
    {
        text
        for stage, side, cause in EVERY
        for row in [advice(stage, side, cause)]
        for text in (row["meaning"], row["next"], *row["do"], *row["dont"])
    }
)
CUSTOMS_THAT_ASK = [
    Stage.CLEARANCE_START,
    Stage.CLEARANCE_EXCEPTION,
    Stage.CLEARANCE_PAYMENT_DUE,
    Stage.CLEARANCE_FAILURE,
    Stage.CLEARANCE_SUCCESS,
]


def heard(text: str, code: str = "", source: str = "") -> Heard:
    asked, by = code or None, source or None
    return Heard(
        text, code, read(text, code=asked, source=by), read(text), read("", code=asked, source=by)
    )


@pytest.mark.parametrize(("stage", "side", "cause"), EVERY)
def test_every_stage_side_and_cause_has_an_explanation(
    stage: Stage, side: Side, cause: Cause | None
) -> None:
    row = advice(stage, side, cause)
    assert row["title"]
    assert row["meaning"]
    assert row["next"]
    assert row["do"]
    assert row["dont"]


def test_no_text_stands_under_a_name_nobody_asks_for() -> None:
    assert set(texts()) == {*(stage.value for stage in Stage), "sure", "languages"}
    for stage in Stage:
        assert set(texts()[stage.value]) <= FIELDS | VARIANTS
        for name in VARIANTS & set(texts()[stage.value]):
            assert set(texts()[stage.value][name]) <= FIELDS


@pytest.mark.parametrize("stage", Stage)
def test_every_row_says_whence_it_is_how_sure_and_when_that_was_looked_up(stage: Stage) -> None:
    row = texts()[stage.value]
    assert row["source"]
    assert row["confidence"] in {"A", "B", "C", "K"}
    assert isinstance(row["verified_on"], date)


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_whole_sentences_without_a_link(text: str) -> None:
    assert text[0].isupper()
    assert text.endswith((".", "?")) or re.search(r": (parcels|.*\bparcels) [a-z].*[A-Z]?$", text)
    assert not re.search(r"://|www\.|\S\.(?:com|org|net|de)\b|[{}]|@", text)
    assert "  " not in text


def test_a_meaning_is_three_sentences_at_most() -> None:
    for stage, side, cause in EVERY:
        assert len(re.findall(r"[.!?](?:\s|$)", advice(stage, side, cause)["meaning"])) <= 3


@pytest.mark.parametrize("stage", CUSTOMS_THAT_ASK)
@pytest.mark.parametrize("cause", [None, Cause.PAYMENT])
def test_wherever_money_may_be_asked_for_links_are_warned_of(
    stage: Stage, cause: Cause | None
) -> None:
    warned = " ".join(advice(stage, Side.IMPORT, cause)["dont"])
    assert "SMS" in warned


@pytest.mark.parametrize("stage", Stage)
def test_forbidden_goods_are_never_to_be_paid_for(stage: Stage) -> None:
    if "prohibited" in texts()[stage.value] and stage.value.startswith(("clearance", "return")):
        row = advice(stage, Side.IMPORT, Cause.PROHIBITED)
        assert any("Do not pay" in warning for warning in row["dont"])


@pytest.mark.parametrize(
    "stage", [Stage.CLEARANCE_FAILURE, Stage.RETURNING, Stage.RETURNED, Stage.LOST_OR_DAMAGED]
)
@pytest.mark.parametrize("cause", [None, *Cause])
def test_where_the_parcel_will_hardly_come_the_shop_is_called_upon(
    stage: Stage, cause: Cause | None
) -> None:
    said = " ".join(advice(stage, Side.IMPORT, cause)["do"])
    assert re.search(r"dispute|seller", said)


def test_customs_on_the_way_goes_before_the_cause() -> None:
    row = advice(Stage.CLEARANCE_FAILURE, Side.TRANSIT, Cause.PAYMENT)
    assert row["title"] == "refused by customs on the way"


def test_every_language_of_the_vocabulary_has_a_name() -> None:
    files = (tomllib.loads(path.read_text("utf-8")) for path in WORDS.glob("*.toml"))
    nameless = {table["language"] for table in files} - set(texts()["languages"])
    assert nameless == set()


@pytest.mark.parametrize(
    ("message", "ground"),
    [
        pytest.param(heard("Import clearance exception"), "words", id="words alone"),
        pytest.param(heard("Customs"), "bare", id="customs is named, and nothing else said"),
        pytest.param(heard("Import clearance start", "CC_IM_START", "Cainiao"), "agree",
                     id="words and code say the same"),
        pytest.param(heard("Import clearance exception", "no-such-code", "Cainiao"),
                     "words_unknown_code", id="the code is not known"),
        pytest.param(heard("Import customs: released", "CC_IM_START", "Cainiao"),
                     "words_over_code", id="words and code differ, and words count"),
        pytest.param(heard("Held by customs", "CC_EX_START", "Cainiao"), "both",
                     id="the code tells the side"),
        pytest.param(heard("qwx qwx", "CC_IM_START", "Cainiao"), "code_only",
                     id="only the code is known"),
        pytest.param(heard("", "CC_IM_START", "Cainiao"), "code_alone", id="there were no words"),
        pytest.param(heard("qwx qwx"), "unknown", id="nothing is known"),
        pytest.param(heard("qwx qwx", "zz9"), "unknown_code", id="nor is the code"),
        pytest.param(heard(""), "nothing_given", id="nothing was given"),
    ],
)  # fmt: skip
def test_how_sure_it_is_follows_from_what_decided(message: Heard, ground: str) -> None:
    begin = texts()["sure"][ground].partition("{")[0]
    assert explained(message).sure.startswith(begin)


def test_a_code_that_says_more_than_words_is_said_to_decide() -> None:
    words, code = Reading(Stage.OTHER, language="en"), Reading(Stage.DELIVERY_FAILED)
    sure = explained(Heard("On hold", "X1", code, words, code)).sure
    assert "“a remark without movement”" in sure
    assert "the code X1" in sure


def test_customs_of_nobody_named_is_said_to_be_taken_for_the_destination() -> None:
    assert "does not say whose customs" in explained(heard("Held by customs")).sure
    assert "does not say whose" not in explained(heard("Import clearance exception")).sure


def test_an_unknown_text_is_explained_as_unknown_and_how_to_teach_it() -> None:
    said = explained(heard("qwx qwx"))
    assert said.title == "not understood"
    assert "nothing was guessed" in said.sure
    assert any("[reading] extra" in action for action in said.actions)
    assert any("explain --unknown" in action for action in said.actions)


def test_a_language_nobody_named_is_called_by_its_code() -> None:
    assert in_language("xx") == "in “xx”"
    assert in_language("") == "here"


@given(st.text(max_size=200), st.text(max_size=30), st.sampled_from(["", "Cainiao", "17TRACK"]))
def test_whatever_is_said_an_explanation_is_printable(text: str, code: str, source: str) -> None:
    said = explained(heard(text, code, source))
    assert said.sure.isprintable()
    assert "{" not in said.sure.replace(clean_text(code), "")
    assert all(word.isprintable() for word in recognised(read(text).matched))
