"""Values the tests of the history begin from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from monitor.alerts.memory import Kind, Memory
from monitor.history.letters import Message
from monitor.parcel import Event, Parcel, Stage, TimeQuality
from monitor.parcel.outcomes import Snapshot
from monitor.schedule import Episode, Severity, Step, Witness

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.history import History
    from monitor.history.letters import OutboxRow

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SOURCE = "seventeentrack"
FIXTURES = "fixtures"


def parcel(number: str = "LP00123456789012", **facts: Any) -> Parcel:
    return Parcel(**{"id": 0, "number": number, "added_at": NOW, **facts})


def event(
    text: str = "Arrived at customs", raw_time: str = "2026-08-30 10:00", **facts: Any
) -> Event:
    plain: dict[str, Any] = {
        "source": SOURCE,
        "provider": "Cainiao",
        "at": NOW - 2 * DAY if raw_time else None,
        "time_quality": TimeQuality.EXACT if raw_time else TimeQuality.NONE,
        "code": "",
        "stage": Stage.CLEARANCE_START,
    }
    return Event(**{**plain, "text": text, "raw_time": raw_time, **facts})


def snapshot(*events: Event, at: datetime | None = NOW, **facts: Any) -> Snapshot:
    return Snapshot(**{"number": "LP00123456789012", "looked_at": at, "events": events, **facts})


def step(key: str = "warning", at: datetime = NOW, **facts: Any) -> Step:
    return Step(**{"key": key, "at": at, "severity": Severity.WARNING, "advice": "ask", **facts})


def episode(subject: str = "parcel:1", anchor: str = "import", **facts: Any) -> Episode:
    plain: dict[str, Any] = {
        "rule": "clearance",
        "since": NOW - DAY,
        "steps": (step(), step("critical", NOW + DAY, severity=Severity.CRITICAL)),
    }
    return Episode(**{**plain, "subject": subject, "anchor": anchor, **facts})


def full_episode(subject: str = "parcel:1") -> Episode:
    """One with every field filled."""
    return episode(
        subject,
        steps=(
            step(
                witness=Witness.CHECK,
                nags=False,
                insists=True,
                remind=(timedelta(hours=12), timedelta(days=3)),
            ),
        ),
        verified=NOW,
        deadlines=(("policy", NOW + 9 * DAY), ("pay_by", NOW + DAY)),
        facts={"office": "Köln", "amount": "12.34"},
        until=NOW + 30 * DAY,
    )


def memory(told: int = 1, anchor: str = "import", **facts: Any) -> Memory:
    plain: dict[str, Any] = {"opened_at": NOW, "step": "warning", "told_at": NOW}
    return Memory(**{**plain, "anchor": anchor, "told": told, "worst": Severity.WARNING, **facts})


def message(kind: Kind = Kind.OPENED, channel: str = "phone", **facts: Any) -> Message:
    plain: dict[str, Any] = {
        "severity": Severity.WARNING,
        "title": "Parcel is held",
        "body": "It has been in customs for five days.",
        "parcel_id": None,
        "subject": "phone case",
        "number": "LP00123456789012",
    }
    return Message(**{**plain, "kind": kind, "channel": channel, **facts})


def tell(
    history: History, parcel_id: int, *messages: Message, told: int = 1, rule: str = "clearance"
) -> None:
    """Save an open matter with these messages, an hour's worth of story left out."""
    history.matters.save(
        parcel_id, rule, episode(f"parcel:{parcel_id}", rule=rule), memory(told), messages, NOW
    )


def states(history: History) -> dict[int, str]:
    """The state of every outbox row, by id."""
    return {row.id: row.state for row in sorted(history.outbox.rows(limit=10_000), key=_id)}


def _id(row: OutboxRow) -> int:
    return row.id


def schema_of(history: History) -> str:
    """The schema as SQL that makes it anew, with the marks by which a file is known."""
    statements = history._store.tuples(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' "
        "ESCAPE '\\' ORDER BY type = 'view', type = 'index', name"
    )
    marks = [
        f"PRAGMA {name} = {history._store.tuples(f'PRAGMA {name}')[0][0]}"
        for name in ("application_id", "user_version")
    ]
    applied = history._store.tuples("SELECT name FROM _sqlite_migrations ORDER BY id")
    rows = [
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "  # noqa: S608 - a dump
        f"VALUES ('parcels', '{name}', '2026-09-01 08:00:00+00:00')"
        for (name,) in applied
    ]
    return "".join(f"{line};\n" for line in (*(s for (s,) in statements), *rows, *marks))


def newest_fixture(folder: Path) -> Path:
    """The schema file with the highest number."""
    return max(folder.glob("schema-*.sql"), key=lambda path: int(path.stem.split("-")[1]))
