"""One alert as a person reads it: title, order of the body, links, and what is kept back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st

from monitor.alerts.decision import decide
from monitor.alerts.memory import Kind
from monitor.alerts.values import Manners, Present, Telling
from monitor.message.render import Matter, render
from monitor.message.texts import Style
from monitor.parcel import Dossier, Event, Side, SourceLook, Stage
from monitor.protection import deadlines, shipped_policies
from monitor.rules.clearance import Clearance
from monitor.rules.clearance_due import ClearanceDue
from monitor.rules.clearance_failed import ClearanceFailed
from monitor.rules.protection import Protection
from monitor.schedule import Episode, Severity, due
from tests.dossiers import dossier, moment, scan

if TYPE_CHECKING:
    from monitor.message.layout import Words

PLAIN = Style(UTC)
REDACTED = Style(UTC, redact=True)
HELD = scan(Stage.CLEARANCE_EXCEPTION, "2026-09-07 10:00", "Held by customs")
FACTS: dict[str, Any] = {"label": "Headphones", "shop": "aliexpress", "shipped": date(2026, 9, 5)}
NOW = moment("2026-09-10 10:00")


def written(
    known: Dossier,
    rule: Any = None,
    *,
    kind: Kind = Kind.OPENED,
    now: datetime = NOW,
    style: Style = PLAIN,
    **telling: Any,
) -> Words:
    """The words of a telling about the step that is due now."""
    judge = rule or Clearance()
    episode: Episode | None = judge(known)
    step = due(episode, now) if episode else None
    if kind is Kind.RESOLVED:
        episode = step = None
    given: dict[str, Any] = {
        "severity": step.severity if step else Severity.WARNING,
        "reason": "it has come",
    }
    told = Telling(kind, episode=episode, step=step, **(given | telling))
    ends = deadlines(known, shipped_policies())
    return render(Matter(judge.name, told, known, ends, now), style)


def held(*more: Event, **facts: Any) -> Dossier:
    return dossier(HELD, *more, looked=NOW, **(FACTS | facts))


def test_the_whole_of_a_warning() -> None:
    words = written(held())

    assert words.title == "Headphones: no word from import customs"
    heading, happened = words.body.split("\n\n")[:2]
    assert heading == "Headphones · LB123456789CN"
    assert happened.splitlines() == [
        'What happened: on Mon 7 Sep 2026, 10:00: "Held by customs".',
        "Nothing newer for 3 days; 17TRACK last asked the carrier Thu 10 Sep 2026, 10:00.",
    ]


def test_the_body_keeps_its_order() -> None:
    body = written(held()).body
    marks = [
        "Headphones · LB123456789CN",
        "What happened:",
        "Nothing newer",
        "What it means:",
        "Do now:",
        "AliExpress:",
        "Look it up: https://t.17track.net/en#nums=LB123456789CN",
        "DHL Paket: https://www.dhl.de/",
    ]
    places = [body.index(mark) for mark in marks]

    assert places == sorted(places)


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        pytest.param(Kind.OPENED, "Headphones: no word from import customs", id="opened"),
        pytest.param(Kind.ESCALATED, "Headphones: no word from import customs", id="escalated"),
        pytest.param(
            Kind.REMINDED, "Headphones: reminder: no word from import customs", id="reminded"
        ),
        pytest.param(Kind.NEWS, "Headphones: customs said something new", id="news"),
        pytest.param(Kind.RESOLVED, "Headphones: through customs or moving again", id="resolved"),
    ],
)
def test_the_title_says_the_fact_after_the_label(kind: Kind, title: str) -> None:
    assert written(held(), kind=kind).title == title


@pytest.mark.parametrize(
    ("label", "title"),
    [
        pytest.param("Lamp", "Lamp: reminder: duty still unpaid, as far as is known", id="a short name"),
        pytest.param("Headphones, grey", "Headphones, grey: duty still unpaid, as far as is known", id="a name that would lose more than it may: the fact counts"),
    ],
)  # fmt: skip
def test_a_reminder_calls_itself_one_where_the_title_has_room(label: str, title: str) -> None:
    paid = dossier(scan(Stage.CLEARANCE_PAYMENT_DUE, "2026-09-07 10:00"), label=label)

    assert written(paid, ClearanceDue(), kind=Kind.REMINDED).title == title


@pytest.mark.parametrize(
    ("label", "start"),
    [
        pytest.param("", "LB123456789CN: ", id="no label: the number"),
        pytest.param("x" * 80, "x" * 30, id="a long label is cut, the fact is not"),
        pytest.param("a\n\nb\x1b[31m", "a b[31m: ", id="control characters in a label"),
        pytest.param("see evil.com", "see evil. com: ", id="a host in a label"),
    ],
)
def test_a_title_fits_and_starts_with_the_label(label: str, start: str) -> None:
    title = written(held(label=label)).title

    assert title.startswith(start)
    assert title.endswith("no word from import customs")
    assert len(title) <= 60


@given(st.text(max_size=120), st.text(max_size=200), st.text(max_size=80), st.booleans())
def test_no_words_break_a_title_or_bring_a_link(
    label: str, text: str, place: str, redact: bool
) -> None:
    known = held(HELD._replace(text=text, place=place, at=NOW, raw_time="x"), label=label)
    words = written(known, style=Style(UTC, redact=redact))

    assert 0 < len(words.title) <= 60
    assert "\n" not in words.title
    assert words.body.count("://") == (1 if redact else 2)


@pytest.mark.parametrize("style", [PLAIN, REDACTED])
def test_links_are_only_our_own(style: Style) -> None:
    evil = HELD._replace(
        text="Pay at https://evil.example/x or evil.example, @all, a@b.example",
        place="www.evil.example",
        translation="bezahlen: http://evil.example",
    )
    body = written(dossier(evil, looked=NOW, **FACTS), style=style).body

    assert "evil.example" not in body
    assert "@" not in body
    assert [
        line.split("https://")[1].split("/")[0] for line in body.splitlines() if "https://" in line
    ] == (["www.dhl.de"] if style.redact else ["t.17track.net", "www.dhl.de"])


@pytest.mark.parametrize("label", ["Headphones", ""])
@pytest.mark.parametrize("kind", list(Kind))
def test_a_redacted_message_shows_four_characters_of_the_number(kind: Kind, label: str) -> None:
    told = HELD._replace(
        text="LB123456789CN is held", translation="lb123456789cn held", place="LB123456789CN"
    )
    known = dossier(told, looked=NOW, **(FACTS | {"label": label}))
    words = written(known, kind=kind, style=REDACTED)

    assert "123456789" not in words.title + words.body
    assert "…89CN" in words.body
    assert "t.17track.net" not in words.body


def test_a_translation_stands_beside_the_words_of_the_carrier() -> None:
    event = HELD._replace(text="清关异常", translation="Customs exception", place="Frankfurt")

    assert (
        '"清关异常" ("Customs exception") (Frankfurt).' in written(dossier(event, looked=NOW)).body
    )


@pytest.mark.parametrize(
    ("event", "line"),
    [
        pytest.param(scan(Stage.CLEARANCE_EXCEPTION, None, "Held", first_seen=moment("2026-09-07 10:00")),
                     'first seen Mon 7 Sep 2026, 10:00: "Held"', id="without a date: when it was first seen"),
        pytest.param(HELD._replace(text="https://x"), '"[address removed]"', id="nothing but an address"),
        pytest.param(HELD._replace(text=""), '"clearance exception"', id="no words: the stage"),
    ],
)  # fmt: skip
def test_what_happened_is_told_whatever_the_event_lacks(event: Event, line: str) -> None:
    assert line in written(dossier(event, looked=NOW)).body


@pytest.mark.parametrize(
    ("looked", "line"),
    [
        pytest.param(
            "2026-09-09 11:00",
            "Nothing newer for 3 days; 17TRACK last asked the carrier Wed 9 Sep 2026, 11:00.",
            id="a look",
        ),
        pytest.param(
            "2026-09-08 09:59",
            "Nothing newer; 17TRACK last asked the carrier Tue 8 Sep 2026, 09:59, and not since.",
            id="a look long ago: no silence is claimed for the days after it",
        ),
        pytest.param(
            "2026-09-08 10:00",
            "Nothing newer for 3 days; 17TRACK last asked the carrier Tue 8 Sep 2026, 10:00.",
            id="a look two days ago",
        ),
        pytest.param(
            None, "Nothing newer is known; no source could confirm that lately.", id="no look"
        ),
    ],
)
def test_who_last_looked_is_said(looked: str | None, line: str) -> None:
    assert line in written(dossier(HELD, looked=looked)).body


def test_a_source_that_does_not_show_the_change_is_no_confirmation() -> None:
    blind = replace(dossier(HELD), looks=(SourceLook("cainiao", NOW, shows_change=False),))

    assert "no source could confirm" in written(blind).body


@pytest.mark.parametrize(
    ("hours", "silence"),
    [
        pytest.param(5, "Nothing newer;", id="today"),
        pytest.param(24, "Nothing newer for 1 day;", id="a day"),
        pytest.param(47, "Nothing newer for 1 day;", id="not yet two"),
        pytest.param(48, "Nothing newer for 2 days;", id="two days"),
    ],
)
def test_silence_is_counted_in_whole_days(hours: int, silence: str) -> None:
    assert silence in written(held(), now=moment("2026-09-07 10:00") + timedelta(hours=hours)).body


def protection(now: str, **facts: Any) -> Words:
    return written(dossier(**(FACTS | facts)), Protection(), now=moment(now))


@pytest.mark.parametrize(
    ("now", "title"),
    [
        pytest.param("2026-10-21 07:00", "Headphones: protection ends in 14 days", id="14 days"),
        pytest.param(
            "2026-10-30 10:00",
            "Headphones: protection ends in 5 days",
            id="added late: the days there are",
        ),
        pytest.param(
            "2026-11-01 07:00", "Headphones: protection ends in 3 days", id="3 days, over DST"
        ),
        pytest.param(
            "2026-11-03 08:00", "Headphones: last day of the protection", id="the last day"
        ),
        pytest.param(
            "2026-11-04 08:00",
            "Headphones: protection over, dispute still possible",
            id="dispute left",
        ),
        pytest.param(
            "2026-11-18 08:00", "Headphones: last day to open a dispute", id="the last day of that"
        ),
    ],
)
def test_the_title_of_a_countdown(now: str, title: str) -> None:
    assert protection(now).title == title


def test_a_further_deadline_does_not_change_the_days_of_the_shop() -> None:
    """The first deadline in time may be another one than the shop's."""
    words = protection("2026-10-28 07:00", covers=(("insurance", date(2026, 10, 20)),))

    assert words.title == "Headphones: protection ends in 7 days"
    assert "insurance: ended on 20 Oct 2026." in words.body


def test_acting_is_never_asked_for_by_a_day_that_is_over() -> None:
    assert "Open the dispute by 2026-11-02" in protection("2026-11-02 07:00").body
    assert "2026-11-02" not in protection("2026-11-03 08:00").body


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        pytest.param(
            {},
            "AliExpress: 8 days left, until 3 Nov 2026 (60 days after shipping on 2026-09-05).\n",
            id="given",
        ),
        pytest.param(
            {"shipped": None, "ordered": date(2026, 9, 5)},
            "(60 days after the order of 2026-09-05 (assumed)). Assumed; set it with --shipped or --protected-until.",
            id="assumed, and how to tell better",
        ),
        pytest.param(
            {"protected_until": date(2026, 11, 10)},
            "AliExpress: 15 days left, until 10 Nov 2026 (the date on the order page).",
            id="as given by a person",
        ),
    ],
)
def test_a_deadline_says_how_it_was_found(facts: dict[str, Any], line: str) -> None:
    known = dossier(HELD, looked="2026-10-27 10:00", **(FACTS | facts))

    assert line in written(known, now=moment("2026-10-27 10:00")).body


# What the message is about, when the matter is over or has taken a turn.


@pytest.mark.parametrize(
    ("stage", "title", "with_deadline"),
    [
        pytest.param(
            Stage.CLEARANCE_SUCCESS, "through customs or moving again", True, id="released"
        ),
        pytest.param(
            Stage.OUT_FOR_DELIVERY, "through customs or moving again", True, id="out for delivery"
        ),
        pytest.param(Stage.DELIVERED, "delivered", False, id="delivered: no deadline presses"),
        pytest.param(
            Stage.RETURNING, "going back to the sender", True, id="going back is no good news"
        ),
        pytest.param(Stage.RETURNED, "going back to the sender", True, id="returned"),
        pytest.param(Stage.LOST_OR_DAMAGED, "reported lost or damaged", True, id="lost"),
    ],
)
def test_how_it_ended_is_said(stage: Stage, title: str, with_deadline: bool) -> None:
    known = held(scan(stage, "2026-09-09 10:00", "the end"))
    for rule in (Clearance(), ClearanceFailed(), Protection()):
        words = written(known, rule, kind=Kind.RESOLVED)
        if rule.name == "clearance" or not title.startswith("through"):
            assert words.title == f"Headphones: {title}"
        assert '"the end"' in words.body
        assert ("AliExpress: " in words.body) is with_deadline
        assert "https://" not in words.body


def test_what_a_source_took_back_is_not_called_moving() -> None:
    known = dossier(scan(Stage.IN_TRANSIT, "2026-09-06 10:00", "on its way"), looked=NOW)
    for rule in (Clearance(), ClearanceDue(), ClearanceFailed()):
        words = written(known, rule, kind=Kind.RESOLVED, withdrawn=True)
        assert words.title.endswith(": the customs problem is no longer shown")
        assert "no proof that the parcel moves" in words.body


def turned(*events: Event) -> Words:
    """What is told when these events follow a warning about the hold of Monday."""
    before, after = held(), held(*events)
    first = decide(
        "clearance", None, Clearance()(before), Present(NOW, before.last_change), Manners()
    )
    now = NOW + timedelta(hours=6)
    later = Present(now, after.last_change)
    (telling,) = decide("clearance", first.memory, Clearance()(after), later, Manners()).tellings
    ends = deadlines(after, shipped_policies())
    return render(Matter("clearance", telling, after, ends, now), PLAIN)


def test_news_speaks_of_what_is_new() -> None:
    words = turned(scan(Stage.CLEARANCE_START, NOW + timedelta(hours=5), "the new word"))

    assert words.title == "Headphones: customs said something new"
    assert 'What happened: on Thu 10 Sep 2026, 15:00: "the new word".' in words.body


@pytest.mark.parametrize("destination", ["DE", "US"])
def test_news_of_one_more_demand_says_what_is_wanted(destination: str) -> None:
    """Papers after the unpaid duty was told: the step falls back, the matter does not."""
    paid = scan(Stage.CLEARANCE_PAYMENT_DUE, "2026-09-07 10:00", "pay")
    more = scan(Stage.CLEARANCE_DOCUMENTS_NEEDED, NOW + timedelta(hours=5), "papers, please")
    before = dossier(paid, destination=destination, looked=NOW, **FACTS)
    after = dossier(paid, more, destination=destination, looked=NOW, **FACTS)
    now, rule = NOW + timedelta(hours=6), ClearanceDue()
    first = decide(rule.name, None, rule(before), Present(NOW, before.last_change), Manners())
    then = Present(now, after.last_change)
    (telling,) = decide(rule.name, first.memory, rule(after), then, Manners()).tellings
    words = render(Matter(rule.name, telling, after, (), now), PLAIN)

    assert telling.kind is Kind.NEWS
    assert words.title == "Headphones: customs wants papers"
    assert '"papers, please"' in words.body


@pytest.mark.parametrize(
    ("destination", "said"),
    [
        pytest.param("NL", "PostNL waits 14 days, until about 2026-09-21;", id="known"),
        pytest.param("US", "14 days are assumed, until about 2026-09-21.", id="assumed"),
    ],
)
def test_a_demand_says_until_when_and_how_that_is_known(destination: str, said: str) -> None:
    asked = scan(Stage.CLEARANCE_PAYMENT_DUE, "2026-09-07 10:00", "pay at https://evil.com")
    known = dossier(asked, destination=destination, looked=NOW, **FACTS)
    for day in ("2026-09-07 10:00", "2026-09-10 10:00", "2026-09-19 10:00"):
        words = written(known, ClearanceDue(), now=moment(day))
        assert said in words.body
        assert "evil" not in words.body


def test_a_demand_is_met_when_it_is_processed_again_and_that_is_not_called_through() -> None:
    again = scan(Stage.CLEARANCE_START, "2026-09-09 10:00", "processing")
    words = written(held(again), ClearanceDue(), kind=Kind.RESOLVED)

    assert words.title == "Headphones: customs no longer waits for you"
    assert "If customs still has it, that goes on being watched." in words.body


def test_news_of_being_processed_again_does_not_ask_for_money_again() -> None:
    asked = scan(Stage.CLEARANCE_PAYMENT_DUE, NOW + timedelta(hours=1), "pay")
    words = turned(asked, scan(Stage.CLEARANCE_START, NOW + timedelta(hours=5), "paid, processing"))

    assert words.title == "Headphones: customs said something new"


def test_a_hold_after_a_slow_start_is_told_as_a_hold() -> None:
    there = scan(Stage.IN_TRANSIT, "2026-08-30 10:00", country="DE")
    start = scan(Stage.CLEARANCE_START, "2026-08-31 10:00")
    hold = scan(Stage.CLEARANCE_EXCEPTION, "2026-09-09 10:00", "held now")
    before = dossier(there, start, looked=moment("2026-09-08 10:00"))
    after = dossier(there, start, hold, looked=NOW)
    memory = None
    for now, known in ((moment("2026-09-08 10:00"), before), (NOW, after)):
        verdict = decide(
            "clearance", memory, Clearance()(known), Present(now, known.last_change), Manners()
        )
        memory = verdict.memory
    words = render(Matter("clearance", verdict.tellings[0], after, (), NOW), PLAIN)

    assert words.title == "LB123456789CN: stopped at import customs"
    assert '"held now"' in words.body


def test_a_deadline_that_moved_is_told_with_its_new_date() -> None:
    words = written(
        dossier(protected_until=date(2026, 12, 31), **FACTS),
        Protection(),
        kind=Kind.NEWS,
        reason="the deadline aliexpress moved",
    )

    assert words.title == "Headphones: a deadline has moved"
    assert "until 31 Dec 2026 (the date on the order page)" in words.body


def test_a_matter_that_closes_within_the_message_is_named() -> None:
    assert "What you were told about it before is over." in written(held(), ended="export").body
    assert "told about it before" not in written(held()).body


def test_each_customs_speaks_of_itself() -> None:
    for side, place in ((Side.EXPORT, "export customs"), (Side.TRANSIT, "customs on the way")):
        for stage in (
            Stage.CLEARANCE_EXCEPTION,
            Stage.CLEARANCE_DOCUMENTS_NEEDED,
            Stage.CLEARANCE_FAILURE,
        ):
            words = written(dossier(HELD._replace(side=side, stage=stage), looked=NOW))

            assert place in words.title
            assert "pay" not in words.title
