"""A list says of each parcel what everything that is stored of it says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.alerts.standing import standing
from monitor.cli.roster import row_of
from monitor.cli.views import row_json
from monitor.history import History
from monitor.parcel import HAND, Event, Parcel, Stage, TimeQuality
from monitor.parcel.outcomes import Snapshot
from monitor.protection import stack
from monitor.rules.precedence import yields_to
from monitor.settings import Settings
from monitor.sweep.court import court_from
from monitor.sweep.judge import judge_due
from monitor.sweep.policies import policies
from monitor.sweep.stands import glimpses_of
from monitor.sweep.views import views_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from monitor.parcel import Dossier

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
DAY = timedelta(days=1)
SOURCES = ("seventeentrack", "cainiao")
COUNTRY = "DE"
# One parcel for each: from announced to lost.
LAST = tuple(Stage)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    """Parcels of every kind, judged when half of what is stored now was known."""
    path: Path = tmp_path_factory.mktemp("state") / "parcels.db"
    with History.open(path, now=NOW) as opened:
        kept = [opened.parcels.add(_parcel(number)) for number in range(3 * len(LAST))]
        _shown(opened, kept, NOW - 20 * DAY, last=False)
        judge_due(opened, court_from(Settings()), NOW - 12 * DAY, crowd=())
        _shown(opened, kept[::2], NOW - 9 * DAY, last=True)
        judge_due(opened, court_from(Settings()), NOW, crowd=())
        remark = Event(HAND, "", "", NOW, TimeQuality.EXACT, "", "The shop was asked")
        opened.timeline.add_hand(kept[3].id, remark, NOW)
        _shown(opened, kept[1::6], NOW, last=True)  # and nobody has judged since
        yield opened


def _parcel(number: int) -> Parcel:
    return Parcel(
        0,
        f"LP{number:014}",
        NOW - 30 * DAY,
        "" if number % 5 else f"thing {number}",
        ("aliexpress", "ebay", "none", "")[number % 4],
        paid=date(2026, 7, 18),
        paid_with="paypal" if number % 7 == 0 else "",
        shipped=date(2026, 7, 20) if number % 3 else None,
        destination="FR" if number % 11 == 0 else "",
        done_at=NOW - DAY if number % 13 == 12 else None,
        done_as="delivered" if number % 13 == 12 else "",
    )


def _shown(history: History, kept: list[Parcel], now: datetime, *, last: bool) -> None:
    for place, source in enumerate(SOURCES):
        shown = []
        for parcel in kept[:: 1 + place]:
            events = _journey(parcel.id, source, last=last)
            shown.append((parcel.id, Snapshot(parcel.number, now, events, destination="ES")))
        history.timeline.record_all(shown, source, now)


def _journey(number: int, source: str, *, last: bool) -> tuple[Event, ...]:
    stages = [Stage.INFO_RECEIVED, Stage.IN_TRANSIT, Stage.IN_TRANSIT]
    stages += [LAST[number % len(LAST)]] if last else []
    begin = NOW - (25 + number % 9) * DAY
    return tuple(
        Event(
            source, "hub" if number % 4 == step else "post", f"{step}", begin + step * 4 * DAY,
            TimeQuality.DATE_ONLY if number % 10 == 0 else TimeQuality.EXACT,
            "", _text(step, stage, number), "Leipzig" if step else "", stage=stage,
        )
        for step, stage in enumerate(stages)
    )  # fmt: skip


def _text(step: int, stage: Stage, number: int) -> str:
    doubtful = stage is Stage.DELIVERED and number % 2
    return "Delivered to the customs office" if doubtful else f"Said at step {step}"


@pytest.mark.parametrize("days", [-13, -1, 0, 2, 9, 45, 200])
def test_a_list_says_what_the_whole_dossiers_say(history: History, days: int) -> None:
    known, now, parcels = policies({}), NOW + days * DAY, history.parcels.all()

    glimpses = glimpses_of(history, parcels, known, now, country=COUNTRY)
    views = views_of(history, parcels, known, now, country=COUNTRY)

    assert [row_json(each) for each in glimpses] == [row_json(each) for each in views]
    assert [row_of(each, UTC) for each in glimpses] == [row_of(each, UTC) for each in views]
    assert [each.urgency for each in glimpses] == [each.urgency for each in views]
    assert [each.layers for each in glimpses] == [stack(each.dossier, known) for each in views]
    assert [each.layers for each in views] == [each.layers for each in glimpses]
    assert [each.asks_how_paid for each in glimpses] == [each.asks_how_paid for each in views]
    assert [each.over for each in glimpses] == [each.over for each in views]


def test_a_delivery_that_something_speaks_against_is_among_them(history: History) -> None:
    parcels = [p for p in history.parcels.all() if p.done_at is None]
    glimpses = glimpses_of(history, parcels, policies({}), NOW, country=COUNTRY)
    assert {each.over for each in glimpses if each.outline.delivered} == {True, False}


def test_parcels_of_every_stage_are_among_them(history: History) -> None:
    views = views_of(history, history.parcels.all(), policies({}), NOW)

    assert {view.outline.stage for view in views} > {Stage.DELIVERED, Stage.PICKUP, Stage.RETURNING}
    assert any(view.stuck for view in views)
    assert any(_told_by_two(view.dossier) for view in views)
    assert any(len(view.matters) > len(view.due) > 0 for view in views)


def _told_by_two(dossier: Dossier) -> bool:
    return len({(event.source, event.provider) for event in dossier.events}) > 1


@pytest.mark.parametrize("days", [-1, 0, 9, 45])
def test_due_is_what_no_stronger_rule_silences(history: History, days: int) -> None:
    now = NOW + days * DAY
    for view in views_of(history, history.parcels.all(), policies({}), now):
        steps = {
            rule: standing(matter.episode, matter.memory, now)
            for rule, matter in view.matters.items()
            if matter.episode is not None
        }
        come = {rule: step for rule, step in steps.items() if step is not None}
        assert view.due == {r: s for r, s in come.items() if not yields_to(r) & come.keys()}
