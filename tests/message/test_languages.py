"""Every language says what English says: the same keys, the same facts, titles that fit, no leftovers."""

from __future__ import annotations

import re
import string
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from monitor.advisories import shipped_advisories
from monitor.message import language as languages_module
from monitor.message.facts import worded
from monitor.message.language import ENGLISH, OF_FACTS, language, languages
from monitor.message.layout import TITLE_LIMIT
from monitor.message.texts import unlinked
from monitor.message.until import _source
from monitor.parcel import Stage
from monitor.periods import pay_period
from monitor.protection import STARTS, Basis, exclusions, shipped_layers, shipped_policies
from monitor.seasons import shipped_seasons
from tests.docs.blocks import REPOSITORY
from tests.docs.tables import plain, rows
from tests.dossiers import moment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DATA = REPOSITORY / "monitor" / "data"
TRANSLATIONS = languages()[1:]
# Texts that are the same in another language: names, marks, and words both have.
SAME = {
    *("AliExpress", "Etsy", "Temu", "Wish", "DHgate", "Joom", "Taobao", "Tmall", "PayPal"),
    *("Shopee Guarantee", "Section 75", "Fair Credit Billing Act"),
    *("", "Info", "at ", "{detail}", "{left}.", '"{text}"', "{carrier}: {page}"),
}
# Of dates each language takes what it needs.
DATES = "words.dates."


def raw(code: str) -> dict[str, Any]:
    """The file as it is, without what English would fill in."""
    return tomllib.loads((DATA / f"messages.{code}.toml").read_text("utf-8"))


def leaves(table: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text with its place."""
    if isinstance(table, str):
        yield path, table
        return
    for key, below in table.items() if isinstance(table, dict) else enumerate(table):
        yield from leaves(below, f"{path}.{key}" if path else str(key))


def braces(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_a_file_read_table_by_table_is_the_file_read_as_a_whole() -> None:
    whole = raw(ENGLISH)
    words = whole.pop("words")
    assert {name: dict(table) for name, table in language(ENGLISH).advices.items()} == whole
    assert {name: dict(table) for name, table in language(ENGLISH).words.items()} == words


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_no_table_of_a_translation_is_lost(code: str) -> None:
    whole = raw(code)
    words = whole.pop("words")
    assert whole.items() <= language(code).advices.items()
    assert words.items() <= language(code).words.items()


ENGLISH_TEXTS = dict(leaves(raw(ENGLISH)))


def test_english_comes_first_and_page_and_example_name_every_language() -> None:
    page = (REPOSITORY / "docs/languages.md").read_text("utf-8")
    example = (REPOSITORY / "config.example.toml").read_text("utf-8")

    assert languages()[0] == ENGLISH
    assert [plain(row[0]) for row in rows(page, "language")] == list(languages())
    assert f"written in: {' | '.join(languages())}." in example


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_a_language_has_the_texts_of_english_and_no_others(code: str) -> None:
    assert set(dict(leaves(raw(code)))) == set(ENGLISH_TEXTS)


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_every_text_takes_the_facts_of_its_english_one(code: str) -> None:
    for place, text in leaves(raw(code)):
        # "one day" may be said without its number.
        given = {"number"} & braces(ENGLISH_TEXTS[place]) if place.endswith(".one") else set()
        if not place.startswith(DATES):
            assert braces(text) | given == braces(ENGLISH_TEXTS[place]), place


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_nothing_is_left_in_english(code: str) -> None:
    left = [place for place, text in leaves(raw(code)) if text == ENGLISH_TEXTS[place]]

    assert [p for p in left if ENGLISH_TEXTS[p] not in SAME and not p.startswith(DATES)] == []


# What is typed: "many parcels show nothing" is none of it.
TYPED = re.compile(
    r"parcels (?:(?:alerts|config|doctor|notify-test|poll)\b|(?:done|edit|event|show) (?=[{R…]))"
    r"|--[a-z-]+"
)


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_the_commands_in_a_text_are_those_of_its_english_one(code: str) -> None:
    for place, text in leaves(raw(code)):
        assert TYPED.findall(text) == TYPED.findall(ENGLISH_TEXTS[place]), place


@pytest.mark.parametrize("code", languages())
def test_titles_leave_room_for_a_label_and_texts_hold_no_link(code: str) -> None:
    words = language(code)
    for advice, row in words.advices.items():
        title = row["title"].format(left=words.counted("left", 100))
        assert 0 < len(title) <= TITLE_LIMIT - 20, advice
        assert row["means"].endswith("."), advice
        assert (bool(row["do"]), bool(row["action"])) == (advice not in ENDS, advice not in ENDS)
        whole = " ".join([row["title"], row["means"], row["action"], *row["do"]])
        assert unlinked(whole, code) == whole, advice


ENDS = (
    "resolved_blind", "resolved_channel_failing", "resolved_quota", "resolved_backup_failing",
    "stored_again",
)  # fmt: skip


@pytest.mark.parametrize("code", languages())
def test_a_year_has_twelve_months_and_a_week_seven_days(code: str) -> None:
    dates = language(code).words["dates"]

    assert (len(set(dates["months"])), len(set(dates["weekdays"]))) == (12, 7)


@pytest.mark.parametrize(
    ("code", "day", "shown", "in_text"),
    [
        pytest.param("en", "3 Nov 2026", "Tue 3 Nov 2026, 08:05", "2026-11-03", id="English"),
        pytest.param("de", "3. Nov. 2026", "Di, 3. Nov. 2026, 08:05 Uhr", "3. Nov. 2026", id="German"),
        pytest.param("es", "3 de noviembre de 2026", "martes 3 de noviembre de 2026, 08:05",
                     "3 de noviembre de 2026", id="Spanish"),
    ],
)  # fmt: skip
def test_dates_are_written_as_one_reads_them(code: str, day: str, shown: str, in_text: str) -> None:
    words, at = language(code), moment("2026-11-03 08:05")

    assert (words.day(at.date()), words.moment(at)) == (day, shown)
    assert worded({"pay_by": "2026-11-03"}, words) == {"pay_by": in_text}


# What stands in English in the files of facts.
FACTS = {
    "layers": [p.title for p in (*shipped_policies().values(), *shipped_layers().values())],
    "exclusions": [row.text for row in exclusions()],
    "advisories": [row.text for row in shipped_advisories()],
    "seasons": [row.name for row in shipped_seasons()],
    "roles": ["The carrier", pay_period("DE").carrier],
}


@pytest.mark.parametrize("table", OF_FACTS)
def test_what_the_files_of_facts_say_stands_word_by_word_in_the_english_file(table: str) -> None:
    assert set(language(ENGLISH).words[table].values()) == set(FACTS[table])


def test_every_stage_has_a_name_in_english_its_own() -> None:
    assert language(ENGLISH).words["stages"] == {s.value: s.value.replace("_", " ") for s in Stage}


BASES = [
    Basis("order_page"),
    Basis("owner"),
    *(Basis("protection", number) for number in (1, 15)),
    *(
        Basis(by, number, start, moment("2026-09-05 00:00").date(), assumed)
        for by in ("days", "years")
        for number in (1, 60)
        for start in (*STARTS, "first_event")
        for assumed in (False, True)
    ),
]


@pytest.mark.parametrize("basis", BASES, ids=lambda basis: basis.words)
def test_commands_and_alerts_say_alike_how_a_date_was_found(basis: Basis) -> None:
    assert _source(basis, language(ENGLISH)) == basis.words
    for code in TRANSLATIONS:
        assert _source(basis, language(code)) != basis.words


@pytest.mark.parametrize(
    ("english", "german"),
    [
        pytest.param("Chinese New Year", "chinesisches Neujahr", id="a season of the program"),
        pytest.param("The customs office", "Das Zollamt", id="a carrier without a name"),
        pytest.param("postal strike", "postal strike", id="a season of the owner's"),
        pytest.param("PostNL", "PostNL", id="a carrier's name"),
    ],
)
def test_only_what_the_program_itself_says_is_translated(english: str, german: str) -> None:
    assert language("de").fact(english) == german


def test_a_list_of_facts_is_joined_in_the_language() -> None:
    facts = {"missing": "Temu\nEU consumer law", "set_with": "--ordered DATE", "or_until": "yes"}

    assert worded(facts, language("de")) == {
        "missing": "Temu und EU-Verbraucherrecht",
        "set_with": "--ordered DATUM (oder --protected-until DATUM)",
        "or_until": "yes",
    }


def test_what_a_file_lacks_is_said_in_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = tmp_path / "messages.fr.toml"
    begun.write_text(
        '[words.phrases]\ncritical = "CRITIQUE"\n[prohibited]\ntitle = "refusé"\n', "utf-8"
    )
    files = {**languages_module._files(), "fr": begun}
    monkeypatch.setattr(languages_module, "_files", lambda: files)
    french = language.__wrapped__("fr")

    assert "fr" in languages()
    assert (french.phrase("critical"), french.phrase("warning")) == ("CRITIQUE", "WARNING")
    assert french.counted("left", 3) == "3 days"
    assert french.advices["prohibited"]["title"] == "refusé"
    assert french.advices["prohibited"]["action"] == "open the dispute now, do not pay"
    assert french.advices["import_stuck"]["title"] == "stuck at import customs"
