"""Every time customs had a parcel, from its events."""

from __future__ import annotations

import pytest

from monitor.parcel import Event, Stage
from monitor.rules.customs import times_in_customs
from tests.dossiers import dossier, moment, scan

ARRIVED = scan(Stage.IN_TRANSIT, "2026-09-05 08:00", "Arrived", place="Leipzig", country="DE")
STARTED = scan(Stage.CLEARANCE_START, "2026-09-06 08:00", country="DE")
HELD = scan(Stage.CLEARANCE_EXCEPTION, "2026-09-07 08:00", country="DE")
RELEASED = scan(Stage.CLEARANCE_SUCCESS, "2026-09-10 08:00", country="DE")
RELEASED_AGAIN = scan(Stage.CLEARANCE_SUCCESS, "2026-09-13 08:00", "Free", country="DE")
HELD_AGAIN = scan(Stage.CLEARANCE_EXCEPTION, "2026-09-12 08:00", "Held again", country="DE")
AT_HOME = scan(Stage.EXPORT_CLEARANCE_EXCEPTION, "2026-09-02 08:00", country="CN")
HELD_THERE_AGAIN = scan(
    Stage.EXPORT_CLEARANCE_EXCEPTION, "2026-09-03 08:00", "Held again", country="CN"
)
ON_THE_WAY = scan(Stage.CLEARANCE_EXCEPTION, "2026-09-05 08:00", country="NL")
FREED = scan(Stage.EXPORT_CLEARANCE, "2026-09-04 08:00", country="CN")


DECLARED = scan(Stage.CLEARANCE_START, "2026-09-01 08:00", "Declared")
PROCESSED = scan(Stage.CLEARANCE_START, "2026-09-07 08:00", "Being processed")
SHOWN_LATE = moment("2026-09-09 08:00")
ASKED_LATE = scan(Stage.CLEARANCE_PAYMENT_DUE, "2026-09-07 08:00", unseen_until=SHOWN_LATE)
HELD_LATE = scan(Stage.CLEARANCE_EXCEPTION, "2026-09-07 08:00", unseen_until=SHOWN_LATE)
HELD_MEANWHILE = scan(Stage.CLEARANCE_EXCEPTION, "2026-09-08 08:00", "Held meanwhile")
PROCESSED_MEANWHILE = scan(Stage.CLEARANCE_START, "2026-09-08 08:00", "Processed meanwhile")
HELD_EARLY = scan(Stage.CLEARANCE_EXCEPTION, "2026-09-03 08:00", "Held")


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param([ARRIVED], [], id="without a word of customs there is none"),
        pytest.param([HELD], [("import", "09-07", None)], id="one that nothing has ended is open"),
        pytest.param(
            [HELD, scan(Stage.CLEARANCE_SUCCESS, "2026-09-07 08:00", country="DE")], [],
            id="held and released at one moment is no time",
        ),
        pytest.param(
            [ARRIVED, STARTED, HELD, RELEASED], [("import", "09-06", "09-10")],
            id="a release ends it",
        ),
        pytest.param(
            [HELD, RELEASED, HELD_AGAIN],
            [("import", "09-07", "09-10"), ("import", "09-12", None)],
            id="being held again is another one",
        ),
        pytest.param(
            [HELD, RELEASED, HELD_AGAIN, RELEASED_AGAIN],
            [("import", "09-07", "09-10"), ("import", "09-12", "09-13")],
            id="and both are told of when both are over",
        ),
        pytest.param(
            [AT_HOME, FREED, ARRIVED, HELD],
            [("export", "09-02", "09-04"), ("import", "09-07", None)],
            id="both countries have their own",
        ),
        pytest.param(
            [AT_HOME, HELD_THERE_AGAIN, FREED], [("export", "09-02", "09-04")],
            id="another word of the same customs is no other one",
        ),
        pytest.param(
            [DECLARED, ARRIVED, RELEASED], [("import", "09-05", "09-10")],
            id="declared on the way, it begins with the arrival",
        ),
        pytest.param(
            [DECLARED, ARRIVED, PROCESSED, RELEASED], [("import", "09-05", "09-10")],
            id="and further words of customs change nothing in that",
        ),
        pytest.param(
            [DECLARED, ARRIVED, HELD, RELEASED], [("import", "09-05", "09-10")],
            id="nor does trouble after the arrival",
        ),
        pytest.param(
            [DECLARED, HELD_EARLY, ARRIVED], [("import", "09-01", "09-05")],
            id="trouble before any arrival shows that customs has it",
        ),
        pytest.param(
            [HELD_LATE, PROCESSED_MEANWHILE], [("import", "09-08", None)],
            id="a hold that was shown late: processed again is the first that was heard of it",
        ),
        pytest.param(
            [HELD_LATE, HELD_MEANWHILE], [("import", "09-08", None)],
            id="another word of the hold, if that was shown before it",
        ),
        pytest.param(
            [ASKED_LATE, HELD_MEANWHILE], [("import", "09-08", None)],
            id="and so is a hold after a demand that was shown late",
        ),
        pytest.param(
            [AT_HOME, ON_THE_WAY], [("export", "09-02", "09-05"), ("transit", "09-05", None)],
            id="the next customs on the way has its own",
        ),
        pytest.param(
            [AT_HOME, ON_THE_WAY, HELD],
            [("export", "09-02", "09-05"), ("transit", "09-05", "09-07"), ("import", "09-07", None)],
            id="and so have all three",
        ),
    ],
)  # fmt: skip
def test_times_in_customs(events: list[Event], expected: list[tuple[str, str, str | None]]) -> None:
    found = times_in_customs(dossier(*events))
    days = [(t.side.value, f"{t.since:%m-%d}", t.until and f"{t.until:%m-%d}") for t in found]
    assert days == expected
