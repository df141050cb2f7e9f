"""How names, times and outside words are shown, and that every advice has its words."""

from __future__ import annotations

import re
import string
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, strategies as st

from monitor.circuit import ChannelRecord, CopyRecord, Health, SourceRecord, after_failure
from monitor.errors import FailureKind
from monitor.message.layout import TITLE_LIMIT
from monitor.message.texts import (
    Style,
    action,
    contacts,
    days_until,
    shown_number,
    shown_time,
    texts,
    tracker_page,
    unlinked,
)
from monitor.quota import QuotaReading
from monitor.rules.blind import Blind
from monitor.rules.quota import Quota
from monitor.rules.registry import CHANNEL_WATCHES, COPY_WATCHES, RULES, WATCHES, every_rule
from tests.dossiers import HOUR, SECOND, moment, parcel
from tests.message.advices import BESIDE, EMITTED, MONDAY


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param(
            "pay at https://evil.com/x now", "pay at [address removed] now", id="a web address"
        ),
        pytest.param("HTTP://EVIL", "[address removed]", id="in capitals, without a dot"),
        pytest.param("xxhttps://evil.com", "[address removed]", id="glued to a word"),
        pytest.param("请访问https://evil.com", "请访问[address removed]", id="glued to Chinese"),
        pytest.param("tg://resolve?x", "[address removed]", id="a Telegram address"),
        pytest.param("www.evil", "[address removed]", id="www"),
        pytest.param("javascript:alert(1)", "[address removed]", id="a script"),
        pytest.param("tel:+49123", "[address removed]", id="a telephone link"),
        pytest.param("mailto:a", "[address removed]", id="a mail link"),
        pytest.param("write to a.b@c.de!", "write to [address removed]", id="a mail address"),
        pytest.param("<@U123> look", "[address removed] look", id="a mention by number"),
        pytest.param("@everyone look", "at everyone look", id="a mention"),
        pytest.param("<!channel> look", "at channel> look", id="a mention of a channel"),
        pytest.param("evil.com/pay", "evil. com/pay", id="a bare host"),
        pytest.param("a.evil.co.uk:80", "a. evil. co. uk:80", id="a host with many parts"),
        pytest.param("t.me/x", "t. me/x", id="a short host"),
        pytest.param("пример.рф", "пример. рф", id="a host in another script"),
        pytest.param("दिल्ली.भारत", "दिल्ली. भारत", id="a host whose part ends with a vowel sign"),
        pytest.param("q\u0308.com", "q\u0308. com", id="a host whose part ends with an accent"),
        pytest.param("i❤.ws i❤\ufe0f.ws", "i❤. ws i❤\ufe0f. ws", id="a host with a picture"),
        pytest.param("evil\u2024com", "evil\u2024 com", id="a dot that only looks like one"),
        pytest.param("evil。com", "evil。 com", id="an ideographic dot"),
        pytest.param("evil．com", "evil． com", id="a full-width dot"),  # noqa: RUF001
        pytest.param("x" * 70 + ".com", "x" * 70 + ". com", id="a very long name"),
        pytest.param("1.2.3.4/x", "1. 2. 3. 4/x", id="four bytes"),
        pytest.param("on 21.11.2026 at 10.30", "on 21.11.2026 at 10.30", id="dates and times stay"),
        pytest.param("12.50 EUR due", "12.50 EUR due", id="amounts stay"),
        pytest.param("Held. Next stop", "Held. Next stop", id="sentences stay"),
        pytest.param("St.Petersburg", "St. Petersburg", id="places keep their letters"),
    ],
)
def test_nothing_in_outside_words_can_be_clicked(text: str, shown: str) -> None:
    assert unlinked(text) == shown


CLICKABLE = re.compile(r"://|@\w|[\w❤\u0308\u0940]\.[^\W\d_]|<[!@#]\w|\d+\.\d+\.\d+\.\d+")
PIECES = st.sampled_from(
    [
        "https",
        "://",
        "evil",
        ".",
        "com",
        "@",
        "<",
        "!",
        "#",
        " ",
        "/",
        "1",
        "x",
        "。",
        "❤",
        "\u0308",
        "ी",
    ]
)


@given(st.lists(PIECES, max_size=20).map("".join))
@example("https.<!https")
@example("@<#www")
def test_whatever_is_put_together_stays_unclickable(text: str) -> None:
    assert CLICKABLE.search(unlinked(text)) is None


def emitted_of_sources() -> dict[str, str]:
    """Every advice the watches emit for a source that failed once, by the watch."""
    found: dict[str, str] = {}
    for kind in FailureKind:
        health = after_failure(Health(), kind, "", moment(MONDAY))
        episode = Blind()(SourceRecord("cainiao", timedelta(hours=6), health))
        found |= {s.advice: "blind" for s in (episode.steps if episode else ())}
    empty = QuotaReading(moment(MONDAY), 200, 200, 0)
    episode = Quota()(SourceRecord("seventeentrack", HOUR, Health(), quota=(empty,)))
    return found | {s.advice: "quota" for s in (episode.steps if episode else ())}


# Every advice the watches over channels emit.
OF_CHANNELS = {
    step.advice
    for record in (
        ChannelRecord("mail", waiting_since=moment(MONDAY)),
        ChannelRecord("mail", dead=1, given_up_at=moment(MONDAY)),
    )
    for watch in CHANNEL_WATCHES.values()
    if (episode := watch()(record)) is not None
    for step in episode.steps
}
OF_COPIES = {
    step.advice
    for watch in COPY_WATCHES.values()
    if (episode := watch()(CopyRecord("/mnt/usb", failing_since=moment(MONDAY)))) is not None
    for step in episode.steps
}
OF_SOURCES = emitted_of_sources()
# After these nothing is left to do.
ENDS_WELL = {f"resolved_{name}" for name in every_rule().keys() - RULES.keys()}
ENDS_WELL |= {"stored_again"}
PAST_THE_OUTBOX = {"nothing_stored", "stored_again", "monitor_stopped"}
NEEDED = sorted(
    {
        *EMITTED,
        *OF_SOURCES,
        *OF_CHANNELS,
        *OF_COPIES,
        *PAST_THE_OUTBOX,
        *(f"resolved_{name}" for name in every_rule()),
        *BESIDE,
    }
)


def test_the_search_for_advices_finds_those_of_all_rules() -> None:
    """Guards the tables below against an empty search."""
    assert {example.rule for example in EMITTED.values()} == set(RULES)
    assert set(OF_SOURCES.values()) == set(WATCHES)
    assert Counter(OF_SOURCES.values()) == {"blind": len(FailureKind), "quota": 2}
    assert {
        "import_stuck",
        "export_silent",
        "transit_exception",
        "prohibited",
        "cover_over",
    } <= set(EMITTED)


@pytest.mark.parametrize("advice", NEEDED)
def test_every_advice_has_its_words(advice: str) -> None:
    row = texts()[advice]

    assert set(row) == {"title", "means", "do", "action"}
    assert row["title"][0].islower()
    assert row["means"].endswith(".")
    assert all(line.strip() for line in row["do"])
    assert (bool(row["do"]), bool(row["action"])) == (
        advice not in ENDS_WELL,
        advice not in ENDS_WELL,
    )


def test_no_words_stand_there_that_nobody_says() -> None:
    assert set(texts()) == set(NEEDED)


FACTS = {"left", "number", "act_by", "dispute_closes"}
FACTS |= {"hold_until", "hold_days", "carrier", "said_on"}
FACTS |= {"claim", "claim_closes", "claim_act_by", "law", "law_closes", "law_act_by"}
FACTS |= {"missing", "set_with"}
FACTS |= {"stops_on"}
FACTS |= {"pay_by", "pay_days", "carrier"}
FACTS_OF_SOURCES = {"source", "name", "channel", "folder"}


@pytest.mark.parametrize("advice", NEEDED)
def test_words_ask_only_for_facts_there_are_and_leave_room_for_a_label(advice: str) -> None:
    row = texts()[advice]
    whole = " ".join([row["title"], row["means"], row["action"], *row["do"]])
    asked = {name for _, name, _, _ in string.Formatter().parse(whole) if name is not None}

    of_source = advice in {*OF_SOURCES, *OF_CHANNELS, *OF_COPIES, *PAST_THE_OUTBOX, *ENDS_WELL}
    assert asked <= (FACTS_OF_SOURCES if of_source else FACTS)
    assert len(row["title"].format(left="100 days")) <= TITLE_LIMIT - len(": ") - 18
    assert CLICKABLE.search(whole) is None


def test_an_unknown_advice_has_no_action_and_a_missing_fact_shows_a_gap() -> None:
    assert action("nobody_says_this", {}) == ""
    assert action("protection_critical", {}) == "open the dispute by …"
    assert (
        action("protection_critical", {"act_by": "2026-11-02"}) == "open the dispute by 2026-11-02"
    )


def test_what_a_fact_contains_is_not_filled_again() -> None:
    assert action("protection_critical", {"act_by": "{number}"}) == "open the dispute by {number}"


@pytest.mark.parametrize("country", sorted(contacts()))
def test_a_contact_has_a_page_of_the_carrier_and_says_where_it_is_from(country: str) -> None:
    row: dict[str, Any] = dict(contacts()[country])

    assert re.fullmatch(r"[A-Z]{2}", country)
    assert row["page"].startswith("https://")
    assert row["carrier"]
    assert row["source"]
    assert row["verified_on"] <= date(2026, 12, 31)
    assert row["confidence"] in {"A", "B", "C"}
    assert isinstance(row["phone"], str)


@pytest.mark.parametrize(
    ("before", "days"),
    [
        pytest.param(timedelta(days=14), 14, id="14 days before"),
        pytest.param(timedelta(days=13, hours=23), 14, id="begun days count"),
        pytest.param(timedelta(days=1), 1, id="a day before"),
        pytest.param(timedelta(seconds=1), 1, id="in the last second"),
        pytest.param(timedelta(0), 0, id="at the end"),
        pytest.param(timedelta(seconds=-1), -1, id="just over"),
        pytest.param(timedelta(days=-2, hours=-23), -3, id="the third day over"),
        pytest.param(timedelta(days=-3), -4, id="the fourth day over begins"),
    ],
)
def test_days_left_are_whole_days(before: timedelta, days: int) -> None:
    closes = moment(MONDAY)

    assert days_until(closes, closes - before) == days


@pytest.mark.parametrize(
    ("day", "now"),
    [
        pytest.param("2026-11-04", "2026-10-21 07:00", id="over the day of 25 hours"),
        pytest.param("2026-03-15", "2026-03-01 08:00", id="over the day of 23 hours"),
    ],
)
def test_days_left_are_days_of_the_zone_where_it_closes(day: str, now: str) -> None:
    closes = datetime.combine(date.fromisoformat(day), time(), ZoneInfo("America/Los_Angeles"))

    assert days_until(closes, moment(now)) == 14
    assert days_until(closes, moment(now) + SECOND) == 14
    assert days_until(closes, moment(now) - SECOND) == 15


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        pytest.param("UTC", "Sun 25 Oct 2026, 00:30", id="UTC"),
        pytest.param(
            "Europe/Berlin", "Sun 25 Oct 2026, 02:30", id="Berlin, before the clock goes back"
        ),
        pytest.param("America/Los_Angeles", "Sat 24 Oct 2026, 17:30", id="Pacific"),
        pytest.param("Asia/Shanghai", "Sun 25 Oct 2026, 08:30", id="Shanghai"),
    ],
)
def test_times_are_shown_in_the_owners_zone(zone: str, shown: str) -> None:
    assert shown_time(moment("2026-10-25 00:30"), Style(ZoneInfo(zone))) == shown


def test_the_hour_that_comes_twice_is_shown_twice() -> None:
    style = Style(ZoneInfo("Europe/Berlin"))
    first = moment("2026-10-25 00:30")

    assert shown_time(first, style) == shown_time(first + 3600 * SECOND, style)


def test_a_shortened_number_shows_four_characters() -> None:
    number = parcel().number

    assert shown_number(number, Style(UTC, redact=True)) == "…89CN"
    assert shown_number(number, Style(UTC)) == number


def test_a_number_cannot_leave_its_place_in_a_link() -> None:
    assert tracker_page("A B/&?#") == "https://t.17track.net/en#nums=A%20B%2F%26%3F%23"
