"""A demand of customs that an older version told under `clearance` goes on under `clearance_due`."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar
from unittest import mock

from monitor.rules.clearance import Clearance
from monitor.rules.customs import Trouble, open_stay
from monitor.rules.customs_episode import episode_of
from monitor.sandbox.histories import ScriptedEvent
from monitor.schedule import Episode, Severity, Step
from tests.cli.desk import KETTLE, held

if TYPE_CHECKING:
    from monitor.parcel import Dossier
    from monitor.sandbox.receiver import Receiver
    from tests.cli.desk import Desk

PAYMENT = ScriptedEvent(
    5, "09:00", "InTransit_CustomsProcessing", "Import customs: payment of duties requested",
    offset="+02:00", location="Leipzig", country="DE",
)  # fmt: skip
AGAIN = ScriptedEvent(
    8, "09:00", "InTransit_CustomsProcessing", "Customs processing started again",
    offset="+02:00", location="Leipzig", country="DE",
)  # fmt: skip
RELEASED = ScriptedEvent(
    8, "09:00", "InTransit_CustomsReleased", "Import customs clearance completed",
    offset="+02:00", location="Leipzig", country="DE",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OneForBoth:
    """Holds and demands, as one rule spoke of both."""

    name: ClassVar[str] = "clearance"
    yields_to: ClassVar[frozenset[str]] = frozenset()

    def __call__(self, dossier: Dossier, /) -> Episode | None:
        stay = open_stay(dossier)
        if stay is None or stay.trouble is not Trouble.DEMAND:
            return Clearance()(dossier)
        notice = stay.exception.moment if stay.exception else None
        asked = stay.demands[0].moment
        assert notice is not None
        assert asked is not None
        steps = [
            Step("notice", notice, Severity.NOTICE, "import_exception"),
            Step("payment", asked, Severity.NOTICE, "payment_asked"),
            Step("unanswered", asked + timedelta(days=2), Severity.WARNING, "payment_unanswered"),
        ]
        first = stay.exception in stay.demands
        return episode_of(self.name, stay, steps[1:] if first else steps, dossier)


def script(desk: Desk, *more: ScriptedEvent, hold: bool = True) -> None:
    known = held()
    events = known.events if hold else known.events[:-1]
    desk.sandbox.script(replace(known, events=(*events, *more)))


def before_the_upgrade(desk: Desk, *days: float) -> None:
    """Passes of a version that had one rule for both, and then its file as it left it."""
    with mock.patch("monitor.sweep.court.RULES", {"clearance": OneForBoth}):
        desk("add", KETTLE, "--shop", "none")
        for day in days:
            desk.at(day)
            desk("poll")
    with contextlib.closing(sqlite3.connect(desk.database)) as file:
        file.execute("DELETE FROM _sqlite_migrations WHERE name = 'demands_apart'")
        file.execute("PRAGMA user_version = 3")
        file.commit()


def told(desk: Desk) -> list[tuple[str, str]]:
    return [(a["rule"], f"{a['kind']}:{a['severity']}") for a in desk.alerts()]


def open_rules(desk: Desk) -> dict[str, str | None]:
    return {e["rule"]: e["step"] for e in desk.shown()["episodes"] if e["resolved_at"] is None}


def test_an_upgrade_tells_no_demand_again_and_the_countdown_goes_on(desk: Desk) -> None:
    script(desk, PAYMENT, hold=False)
    before_the_upgrade(desk, 0, 5.5, 7.5)
    assert told(desk) == [("clearance", "opened:notice"), ("clearance", "escalated:warning")]
    desk("poll")
    assert told(desk)[2:] == []
    assert open_rules(desk)["clearance_due"] == "unanswered"
    assert "clearance" not in open_rules(desk)
    for day in (9.5, 11.5):
        desk.at(day)
        desk("poll")
    assert [t for t in told(desk)[2:] if "reminded" not in t[1]] == [
        ("clearance_due", "escalated:critical"),
        ("clearance_due", "escalated:critical"),
    ]


def test_its_end_is_told_once_where_its_beginning_was(desk: Desk, phone: Receiver) -> None:
    desk.channel("phone", phone.url)
    script(desk, PAYMENT, RELEASED)
    before_the_upgrade(desk, 0, 3.5, 5.5)
    assert told(desk) == [("clearance", "opened:notice"), ("clearance", "escalated:notice")]
    for day in (8.5, 8.6):
        desk.at(day)
        desk("poll")
    assert told(desk)[2:] == [("clearance_due", "resolved:notice")]
    assert len(phone.messages) == 3


def test_a_hold_told_before_the_demand_is_not_told_again_when_it_is_met(desk: Desk) -> None:
    script(desk, PAYMENT, AGAIN)
    before_the_upgrade(desk, 0, 3.5, 5.5)
    desk.at(6)
    desk("poll")
    assert told(desk)[2:] == []
    desk.at(8.5)
    desk("poll")
    assert told(desk)[2:] == [("clearance_due", "resolved:notice")]
    assert desk.alerts()[-1]["title"].endswith("customs no longer waits for you")
    desk.at(14.5)
    desk("poll")
    assert told(desk)[3:] == [("clearance", "opened:warning")]  # silent again for three days


def test_a_hold_that_no_demand_followed_stays_where_it_is(desk: Desk) -> None:
    script(desk)
    before_the_upgrade(desk, 0, 3.5)
    desk("poll")
    assert told(desk) == [("clearance", "opened:notice")]
    assert open_rules(desk)["clearance"] == "notice"
    assert "clearance_due" not in open_rules(desk)


def test_what_was_acknowledged_stays_so(desk: Desk) -> None:
    script(desk, PAYMENT, hold=False)
    before_the_upgrade(desk, 0, 7.5)
    with contextlib.closing(sqlite3.connect(desk.database)) as file:
        file.execute("UPDATE episode SET acknowledged_at = told_at WHERE told > 0")
        file.commit()
    for day in (7.6, 8.7):
        desk.at(day)
        desk("poll")
    assert told(desk)[1:] == []  # not even the reminder after a day
    (due,) = (e for e in desk.shown()["episodes"] if e["rule"] == "clearance_due")
    assert due["acknowledged"]


def test_what_could_not_be_sent_before_is_sent_after_it_once(desk: Desk, phone: Receiver) -> None:
    desk.channel("phone", "json://127.0.0.1:9/")
    script(desk, PAYMENT, hold=False)
    before_the_upgrade(desk, 0, 5.5)
    assert [a["state"] for a in desk.alerts()] == ["pending"]
    desk.environ["PARCELS_CHANNELS__0__URL"] = phone.url
    for _ in range(2):
        desk("poll")
    (alert,) = (a for a in desk.alerts() if a["number"])
    assert alert["state"] == "sent"
    assert len([m for m in phone.messages if KETTLE in str(m)]) == 1


def test_who_has_paid_says_so_as_the_alert_told_and_hears_no_more_of_it(desk: Desk) -> None:
    typed = f"parcels event {KETTLE} Paid --stage clearance_start"
    script(desk, PAYMENT, hold=False)
    desk("add", KETTLE, "--shop", "none")
    for day in (0, 7.5):
        desk.at(day)
        desk("poll")
    assert told(desk) == [("clearance_due", "opened:warning")]
    assert typed in desk.alerts()[-1]["body"].replace('"', "")
    assert desk(*typed.split()[1:]).code == 0
    for day in (7.6, 9.5, 10.2):
        desk.at(day)
        desk("poll")
    assert told(desk)[1:] == [("clearance_due", "resolved:warning")]
