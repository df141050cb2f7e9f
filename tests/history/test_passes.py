"""Passes: what was asked and what came back, also of a pass that died."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.history.given import DAY, HOUR, NOW, SOURCE

if TYPE_CHECKING:
    from monitor.history import History


def test_a_pass_is_kept_with_what_came_of_it(history: History) -> None:
    number = history.passes.begin(SOURCE, NOW)
    history.passes.end(
        number, NOW + HOUR, asked=40, answered=38, failed=2, new_events=7, error="two refused"
    )
    (kept,) = history.passes.recent()
    assert (kept.adapter, kept.started_at, kept.ended_at) == (SOURCE, NOW, NOW + HOUR)
    assert (kept.asked, kept.answered, kept.failed, kept.new_events) == (40, 38, 2, 7)
    assert kept.error == "two refused"


def test_a_pass_that_died_has_no_end(history: History) -> None:
    history.passes.begin(SOURCE, NOW)
    assert history.passes.recent()[0].ended_at is None


def test_the_newest_come_first_and_of_one_adapter_where_it_is_named(history: History) -> None:
    for hours, adapter in enumerate([SOURCE, "cainiao", SOURCE]):
        history.passes.begin(adapter, NOW + hours * HOUR)
    assert [p.adapter for p in history.passes.recent(2)] == [SOURCE, "cainiao"]
    assert [p.started_at for p in history.passes.recent(9, "cainiao")] == [NOW + HOUR]


def test_what_was_asked_since_a_moment_counts_for_a_quota(history: History) -> None:
    for hours in (0, 24, 30):
        number = history.passes.begin(SOURCE, NOW + hours * HOUR)
        history.passes.end(number, NOW + hours * HOUR, asked=40, answered=40)
    assert history.passes.asked_since(SOURCE, NOW + DAY) == 80
    assert history.passes.asked_since("cainiao", NOW) == 0


def test_old_passes_can_be_forgotten(history: History) -> None:
    for days in range(4):
        history.passes.begin(SOURCE, NOW + days * DAY)
    assert history.passes.forget(NOW + 2 * DAY) == 2
    assert len(history.passes.recent()) == 2
