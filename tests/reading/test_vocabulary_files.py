"""Each vocabulary file is well written, reads its own sentences, and may be joined by the owner's."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from monitor.errors import BadConfiguration
from monitor.parcel import Stage
from monitor.reading import Reader, read
from monitor.reading.codes import CODES
from monitor.reading.index import WORDS
from monitor.reading.notation import parse
from monitor.reading.phrases import is_sound

if TYPE_CHECKING:
    from pathlib import Path

    from _pytest.mark import ParameterSet

FILES = [pytest.param(f, id=f.stem) for f in sorted(WORDS.glob("*.toml"))]


def table(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text("utf-8"))


def examples() -> list[ParameterSet]:
    return [
        example(file.stem, line)
        for file in sorted(WORDS.glob("*.toml"))
        for line in table(file)["examples"].strip().splitlines()
    ]


def example(language: str, line: str) -> ParameterSet:
    stage, text = (part.strip() for part in line.split("|"))
    return pytest.param(language, text, Stage(stage), id=f"{language}: {text}")


@pytest.mark.parametrize(("language", "text", "stage"), examples())
def test_an_example_of_a_vocabulary_is_read_as_it_says(
    language: str, text: str, stage: Stage
) -> None:
    reading = read(text)
    assert (reading.stage, reading.language) == (stage, language)


@pytest.mark.parametrize("file", FILES)
def test_a_vocabulary_carries_twenty_examples_of_many_stages(file: Path) -> None:
    lines = table(file)["examples"].strip().splitlines()
    assert len(lines) >= 20
    assert len({line.partition("|")[0].strip() for line in lines}) >= 14


@pytest.mark.parametrize("file", FILES)
def test_every_phrase_follows_the_notation(file: Path) -> None:
    unsound = [phrase.text for phrase in parse(table(file)) if not is_sound(phrase.text)]
    assert unsound == []


@pytest.mark.parametrize("file", FILES)
def test_a_vocabulary_is_named_after_its_language(file: Path) -> None:
    assert table(file)["language"] == file.stem


def test_same_letters_are_pairs() -> None:
    pairs = table(WORDS / "zh.toml")["same_letters"].split()
    assert [pair for pair in pairs if len(pair) != 2] == []


@pytest.mark.parametrize(
    "phrase", ["(open", "a [b (c)]", "(a|)", "( )", "..", "^ $", "[only]", "clear(ed|ance"]
)
def test_a_phrase_against_the_notation_is_noticed(phrase: str) -> None:
    assert not is_sound(phrase)


@pytest.mark.parametrize("file", sorted(CODES.glob("*.toml")), ids=lambda f: f.stem)
def test_every_code_names_a_stage_and_every_listed_code_a_label(file: Path) -> None:
    for code, facts in table(file)["codes"].items():
        assert Stage(facts["stage"]), code
        assert "*" in code or "label" in facts or re.match("SL_|COMMON_", code), code


OWN = """
language = "en"
[stage]
clearance_exception = '''
widget limbo
'''
[outcome]
cleared = "waved through"
"""


def test_the_owners_words_join_the_shipped_ones(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(OWN, "utf-8")
    mine = Reader(file)
    assert mine.read("Widget limbo").stage is Stage.CLEARANCE_EXCEPTION
    assert mine.read("Customs waved through").stage is Stage.CLEARANCE_SUCCESS
    assert mine.read("Delivered").stage is Stage.DELIVERED
    assert read("Widget limbo").stage is Stage.UNKNOWN


BROKEN = [
    pytest.param("[outcom]\ncleared = 'x'", "outcom", id="a misspelt table"),
    pytest.param("[stage]\nteleported = 'x'", "teleported", id="a stage that does not exist"),
    pytest.param("[stage]\ndelivered = 'a (b'", "a (b", id="a phrase against the notation"),
    pytest.param("[stage]\ndelivered = 7", "delivered", id="a number for words"),
    pytest.param("not toml", "cannot be used", id="no TOML"),
]


@pytest.mark.parametrize(("text", "named"), BROKEN)
def test_a_broken_file_of_the_owner_is_refused_and_what_is_wrong_is_named(
    tmp_path: Path, text: str, named: str
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(BadConfiguration, match=re.escape(named)) as caught:
        Reader(file).read("Delivered")
    assert "mine.toml" in str(caught.value)


def test_a_missing_file_of_the_owner_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match="nowhere"):
        Reader(tmp_path / "nowhere.toml").read("Delivered")
