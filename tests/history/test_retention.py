"""What is kept as proof stays as long as anybody may need it, and not for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.alerts.memory import Kind
from monitor.history import retention
from monitor.history.letters import Message
from monitor.protection import shipped_policies
from monitor.schedule import Severity
from tests.history.given import DAY, HOUR, NOW, event, parcel, snapshot

if TYPE_CHECKING:
    from datetime import date, datetime

    from monitor.history import History
    from monitor.parcel import Parcel

SOURCE = "seventeentrack"
YEAR = timedelta(days=365)


def answered(history: History, of: Parcel, count: int, *, news: frozenset[int]) -> None:
    """So many answers an hour apart that differ; those in `news` show one event more each."""
    shown = [event()]
    for number in range(count):
        if number in news:
            shown.append(event(f"News {number}", f"2026-08-31 {number:02}:00"))
        found = snapshot(*shown, fingerprint=f"print {number}", evidence=b"{%d}" % number)
        history.timeline.record_all([(of.id, found)], SOURCE, NOW + number * HOUR)


def cleared(history: History, now: datetime) -> int:
    return history.retention.delete_answers(history.retention.idle_answers(now))


def kept(history: History, of: Parcel) -> list[str]:
    return [history.timeline.body(a).decode() for a in history.timeline.answers(of.id)]


def test_of_answers_that_changed_nothing_the_newest_are_kept_and_all_that_changed_something(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "PLAIN_ANSWERS", 3)
    one = history.parcels.add(parcel())
    answered(history, one, 20, news=frozenset({5, 6}))
    assert cleared(history, NOW + 30 * DAY) == 20 - 1 - 2 - 3 - 1
    assert kept(history, one) == [f"{{{n}}}" for n in (0, 5, 6, 16, 17, 18, 19)]
    assert cleared(history, NOW + 30 * DAY) == 0


def test_an_answer_from_which_an_event_was_gone_is_kept(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "PLAIN_ANSWERS", 0)
    one = history.parcels.add(parcel())
    both, left = [event(), event("Withdrawn later", "2026-08-31 09:00")], [event()]
    for number, shown in enumerate((both, both, left, left, left)):
        found = snapshot(*shown, fingerprint=f"{number}", evidence=b"%d" % number)
        history.timeline.record_all([(one.id, found)], SOURCE, NOW + number * HOUR)
    cleared(history, NOW + DAY)
    assert kept(history, one) == ["0", "2", "4"]


@pytest.mark.parametrize(
    ("done", "facts", "gone"),
    [
        pytest.param(None, {}, False, id="watched for years"),
        pytest.param(YEAR, {}, False, id="done a year ago: a claim may be open"),
        pytest.param(2 * YEAR + DAY, {}, True, id="done two years ago"),
        pytest.param(2 * YEAR + DAY, {"covers": 1}, False, id="an insurance runs on"),
        pytest.param(2 * YEAR + DAY, {"covers": -1}, True, id="the insurance has ended"),
        pytest.param(2 * YEAR + DAY, {"protected": 1}, False, id="the shop protects it still"),
    ],
)
def test_the_answers_about_a_finished_parcel_go_when_no_claim_can_need_them(
    history: History, done: timedelta | None, facts: dict[str, int], gone: bool
) -> None:
    now = NOW + 6 * YEAR

    def day(ahead: int) -> date:
        return (now + ahead * DAY).date()

    one = history.parcels.add(parcel())
    answered(history, one, 2, news=frozenset())
    one = replace(one, done_at=None if done is None else now - done, done_as="received")
    if "covers" in facts:
        one = replace(one, covers=(("insurance", day(facts["covers"])), ("x", NOW.date())))
    if "protected" in facts:
        one = replace(one, protected_until=day(facts["protected"]))
    history.parcels.change(one)
    cleared(history, now)
    assert (kept(history, one) == []) is gone
    assert len(history.timeline.standing([one.id])[one.id]) == 1  # the history itself stays


def test_no_claim_that_counts_in_days_is_open_longer_than_answers_are_kept() -> None:
    days = [
        timedelta(days=(policy.cap_days or policy.days) + (policy.dispute_days or 0))
        for policy in shipped_policies().values()
    ]
    assert max(days) <= retention.KEPT_ANSWERS


def letter(history: History, *, closed: bool, sent: bool) -> None:
    words = Message("phone", Kind.OPENED, Severity.WARNING, "T", "B", None, "x", None)
    with history.write_tx():
        number = history._store.insert(
            "INSERT INTO episode (subject, rule, anchor, opened_at, closed_at) "
            "VALUES ('x', 'blind', 'x', 0, ?)",
            (1 if closed else None,),
        )
        history.outbox.put(number, "blind", 1, [words], NOW)
    if sent:
        batch = history.outbox.claim("phone", NOW, "holder", len)
        assert batch is not None
        history.outbox.settle(batch, "sent", "", NOW)


@pytest.mark.parametrize(
    ("closed", "sent", "after", "gone"),
    [
        pytest.param(True, True, 2 * YEAR + DAY, 1, id="of a matter long over"),
        pytest.param(True, True, YEAR, 0, id="a year ago: `alerts` and `why` show it"),
        pytest.param(False, True, 5 * YEAR, 0, id="of a matter still open"),
        pytest.param(True, False, 5 * YEAR, 0, id="never sent: somebody is to know"),
    ],
)
def test_alerts_are_forgotten_two_years_later_when_their_matter_is_over(
    history: History, closed: bool, sent: bool, after: timedelta, gone: int
) -> None:
    letter(history, closed=closed, sent=sent)
    idle = history.retention.idle_letters(NOW + after)
    assert history.retention.delete_letters(idle) == gone
    assert len(history.outbox.rows()) == 1 - gone


def test_how_much_is_kept_can_be_asked(history: History) -> None:
    one = history.parcels.add(parcel())
    answered(history, one, 3, news=frozenset())
    found = history.retention.kept()
    assert found.answers == 3
    assert found.bytes > 0
