"""The words about a source: what is wrong with it, where a person can look, and that it is over."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from monitor.alerts.memory import Kind
from monitor.alerts.values import Telling
from monitor.circuit import Health, SourceRecord, after_failure, after_success
from monitor.errors import FailureKind
from monitor.message.layout import TITLE_LIMIT, Words
from monitor.message.sources import render_source
from monitor.message.texts import Style
from monitor.rules.blind import Blind
from monitor.schedule import Severity
from tests.dossiers import HOUR, moment

OK = moment("2026-09-07 10:00")
PAGE = "https://global.cainiao.com/newDetail.htm?mailNoList={numbers}"
BERLIN = Style(ZoneInfo("Europe/Berlin"))
NUMBERS = ("LP00123456789012", "LP00123456789029")
KINDS = list(FailureKind)


def record(
    kind: FailureKind = FailureKind.CHALLENGE,
    detail: str = "it shows a page for people",
    *,
    name: str = "cainiao",
    page: str = PAGE,
    numbers: tuple[str, ...] = NUMBERS,
    seen: bool = True,
) -> SourceRecord:
    health = Health(last_ok=OK) if seen else Health()
    failed = after_failure(health, kind, detail, OK + 10 * HOUR)
    return SourceRecord(name, 6 * HOUR, failed, page, numbers)


def words(source: SourceRecord, kind: Kind = Kind.OPENED, style: Style = BERLIN) -> Words:
    episode = Blind()(source)
    assert episode is not None
    step = episode.steps[-1]
    return render_source(Telling(kind, step.severity, "", episode, step), source, None, style)


def over(source: SourceRecord, style: Style = BERLIN) -> Words:
    assert source.health.failing_since is not None
    back = SourceRecord(
        source.name, source.every, after_success(source.health, OK + 30 * HOUR), source.page, ()
    )
    telling = Telling(Kind.RESOLVED, Severity.WARNING, "", ended="source")
    return render_source(telling, back, source.health.failing_since, style)


def test_it_says_what_happened_since_when_what_it_means_and_what_to_do() -> None:
    said = words(record())
    assert said.title == "Cainiao: wants to see a human; we do not look"
    who, happened, means, todo, look = said.body.split("\n\n")
    assert who == "Cainiao (a source of tracking, not a parcel)"
    assert happened == (
        "What happened: it shows a page for people. Failing since Mon 7 Sep 2026, 22:00; "
        "it last answered on Mon 7 Sep 2026, 12:00."
    )
    assert means.startswith("What it means: Cainiao shows a page for people")
    assert todo.startswith("Do now:\n1. ")
    assert look == f"Look by hand meanwhile: {PAGE.replace('{numbers}', ','.join(NUMBERS))}"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("telling", [Kind.OPENED, Kind.REMINDED])
def test_every_reason_has_words_without_gaps_that_fit(kind: FailureKind, telling: Kind) -> None:
    source = record(kind, name="seventeentrack", page="")
    said = words(source, telling)
    assert len(said.title) <= TITLE_LIMIT
    assert said.title.startswith("17TRACK: " + ("reminder: " if telling is Kind.REMINDED else ""))
    assert "…" not in said.title + said.body
    assert "{" not in said.title + said.body
    assert "deadlines are watched all the same" in said.body


@pytest.mark.parametrize("kind", KINDS)
def test_a_long_name_is_shortened_and_what_is_wrong_is_not(kind: FailureKind) -> None:
    short = words(record(kind, name="seventeentrack")).title.partition(": ")[2]
    said = words(record(kind, name="my_parcel_carrier_with_a_very_long_name"))
    assert len(said.title) <= TITLE_LIMIT
    assert said.title.endswith(f": {short}")
    assert said.title.startswith("my_parcel")


def test_the_names_of_several_reasons_differ() -> None:
    assert len({words(record(kind)).title for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize(
    ("detail", "shown"),
    [
        pytest.param("it is down", "it is down. Failing", id="a clause"),
        pytest.param("It is down.", "It is down. Failing", id="a sentence keeps one full stop"),
        pytest.param("", "it gave no answer. Failing", id="nothing"),
        pytest.param("see https://evil.example/x", "see [address removed]. Failing", id="a link"),
        pytest.param("a\x1b[31mb\u202ec\nd", "a[31mbc d. Failing", id="control characters"),
    ],
)
def test_the_sentence_of_a_source_is_made_safe(detail: str, shown: str) -> None:
    assert f"What happened: {shown} since" in words(record(detail=detail)).body


def test_a_long_sentence_is_cut() -> None:
    assert len(words(record(detail="no " * 5000)).body) < 2000


def test_a_source_that_never_answered_says_so() -> None:
    assert "it has never answered yet." in words(record(seen=False)).body


@pytest.mark.parametrize(
    ("source", "style"),
    [
        pytest.param(record(page=""), BERLIN, id="there is no page"),
        pytest.param(record(numbers=()), BERLIN, id="there is no number"),
        pytest.param(record(), Style(BERLIN.zone, redact=True), id="numbers are to be shortened"),
    ],
)
def test_no_link_stands_where_none_is_of_use_or_wanted(source: SourceRecord, style: Style) -> None:
    body = words(source, style=style).body
    assert "http" not in body
    assert NUMBERS[0] not in body


def test_a_number_cannot_leave_its_place_in_the_link() -> None:
    body = words(record(numbers=("A B/&?#", "C,D"))).body
    assert body.endswith(PAGE.replace("{numbers}", "A%20B%2F%26%3F%23,C,D"))


def test_the_end_is_said_with_when_it_began_and_without_anything_to_do() -> None:
    said = over(record())
    assert said.title == "Cainiao: answers again"
    assert said.body.split("\n\n")[1] == (
        "What happened: it answered on Tue 8 Sep 2026, 18:00. "
        "It had failed since Mon 7 Sep 2026, 22:00."
    )
    assert "Do now" not in said.body
    assert "http" not in said.body


def test_times_are_shown_in_the_owners_zone() -> None:
    tokyo = Style(ZoneInfo("Asia/Tokyo"))
    assert "Failing since Tue 8 Sep 2026, 05:00" in words(record(), style=tokyo).body
