"""What is drawn is to scale, and says no more than somebody saw."""

from __future__ import annotations

import itertools
from datetime import UTC, timedelta

import pytest
from hypothesis import given, strategies as st

from monitor.pages.drawing import LABEL, WIDTH, Kind, drawn
from monitor.parcel import Stage
from tests.dossiers import moment, scan
from tests.pages.cases import COLLECTED, DELIVERED, NOW, RELEASED, STOPPED, a_case, remark

DAY = timedelta(days=1)


def bars(*events: object, **given: object) -> list[tuple[str, int, int]]:
    case = a_case(*events, **{"shop": "", "shipped": None, **given})  # type: ignore[arg-type]
    return [(bar.kind.value, bar.x, bar.width) for bar in drawn(case, UTC).bars]


# Twenty days from the first event to NOW, so that a day takes 50 units.
@pytest.mark.parametrize(
    ("events", "looked", "expected"),
    [
        pytest.param(
            [COLLECTED, STOPPED], NOW,
            [("way", 0, 500), ("customs", 500, 500), ("silence", 500, 500)],
            id="customs that still have it and the silence last until today",
        ),
        pytest.param(
            [COLLECTED, STOPPED, RELEASED], NOW,
            [("way", 0, 750), ("customs", 500, 250), ("silence", 750, 250)],
            id="a stay in customs ends with the release",
        ),
        pytest.param(
            [COLLECTED, STOPPED], "2026-09-15 08:00",
            [("way", 0, 500), ("customs", 500, 500), ("silence", 500, 200), ("unseen", 700, 300)],
            id="silence is claimed as far as somebody has looked",
        ),
        pytest.param(
            [COLLECTED], None, [("way", 0, 1), ("unseen", 0, 1000)],
            id="where nobody has looked there is no silence",
        ),
        pytest.param(
            [COLLECTED, DELIVERED], NOW, [("way", 0, 950)],
            id="after a delivery nothing is silent",
        ),
        pytest.param(
            [COLLECTED, remark("Called them", "2026-09-20 08:00")], NOW,
            [("way", 0, 1), ("silence", 0, 1000)],
            id="what the owner noted is no movement",
        ),
        pytest.param([], NOW, [], id="without an event nothing is drawn but the days"),
    ],
)  # fmt: skip
def test_bars_are_to_scale(
    events: list[object], looked: str | None, expected: list[tuple[str, int, int]]
) -> None:
    added = moment("2026-09-01 08:00")
    assert bars(*events, looked=looked, added_at=added) == expected


def test_the_deadline_stands_at_its_day() -> None:
    drawing = drawn(a_case(COLLECTED, STOPPED), UTC)
    whole = moment("2026-11-15 08:00") - moment("2026-09-01 00:00")  # with the dispute window
    part = (moment("2026-10-31 07:00") - moment("2026-09-01 00:00")) / whole
    shop, dispute = drawing.ends
    assert abs(shop.x - WIDTH * part) <= 1
    assert (shop.label, dispute.x) == ("30 Oct", WIDTH)


def test_a_deadline_far_ahead_is_said_and_not_drawn_as_it_would_squeeze_the_rest() -> None:
    drawing = drawn(a_case(COLLECTED, paid_with="mastercard", ordered=None), UTC)
    assert all(end.label in ("30 Oct", "14 Nov", "") for end in drawing.ends)
    assert len(drawing.ends) == 2


def test_who_does_not_see_the_drawing_hears_the_same() -> None:
    said = drawn(a_case(COLLECTED, STOPPED, looked="2026-09-15 08:00"), UTC).said
    assert said == (
        "2 events from 1 Sep to 11 Sep. In import customs since 11 Sep, for 10 days now. "
        "Nothing new since 11 Sep, for 10 days; a source last looked on 15 Sep. "
        "AliExpress protection ends on 30 Oct. AliExpress dispute window ends on 14 Nov."
    )


STAGES = st.sampled_from(
    [
        Stage.IN_TRANSIT, Stage.CLEARANCE_START, Stage.CLEARANCE_EXCEPTION, Stage.CLEARANCE_SUCCESS,
        Stage.EXPORT_CLEARANCE_EXCEPTION, Stage.DELIVERED, Stage.OTHER,
    ]
)  # fmt: skip
TIMES = st.one_of(st.none(), st.integers(-900, 400))


@given(st.lists(st.tuples(STAGES, TIMES)), st.integers(0, 400), st.booleans())
def test_whatever_happened_nothing_leaves_the_drawing_and_no_labels_meet(
    told: list[tuple[Stage, int | None]], today: int, protected: bool
) -> None:
    base = moment("2026-09-01 00:00")
    events = [
        scan(stage, None if day is None else base + day * DAY, f"event {index}", first_seen=base)
        for index, (stage, day) in enumerate(told)
    ]
    now = f"{base + today * DAY:%Y-%m-%d %H:%M}"
    facts = {} if protected else {"shop": "", "shipped": None}
    drawing = drawn(a_case(*events, now=now, looked=now, **facts), UTC)
    for bar in drawing.bars:
        assert 0 <= bar.x <= WIDTH
        assert 1 <= bar.width <= WIDTH
        assert bar.x + bar.width <= WIDTH + 1
    places = [*drawing.dots, *drawing.ticks, drawing.today.x, *(end.x for end in drawing.ends)]
    assert all(0 <= x <= WIDTH for x in places)
    labels = [min(max(e.x, LABEL // 2), WIDTH - LABEL // 2) for e in drawing.ends if not e.tight]
    assert all(b - a >= LABEL for a, b in itertools.pairwise(labels))
    assert sum(bar.kind is Kind.SILENCE for bar in drawing.bars) <= 1
