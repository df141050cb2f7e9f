"""What is known of each source: about one parcel, and as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from monitor.errors import FailureKind
from monitor.history.columns import (
    id_list,
    moment_or_none,
    not_before,
    seconds,
    storable,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from datetime import datetime

    from monitor.history.connection import Store

NEW = "new"
REGISTERING = "registering"
REFUSED = "refused"
GONE = "gone"
_KINDS = {kind.value: kind for kind in FailureKind}


class Enrolled(Protocol):
    """What a source said to a registration, as `monitor.adapters.contract.Enrolment` says it.

    The history stands beside the adapters and does not know them; `state` is one of their words.
    """

    @property
    def state(self) -> str: ...
    @property
    def carrier(self) -> str: ...
    @property
    def detail(self) -> str: ...
    @property
    def failure(self) -> FailureKind | None: ...


@dataclass(frozen=True, slots=True)
class SourceState:
    """One parcel at one source. Times aware UTC.

    `enrolment` is a word of the adapters' EnrolmentState, `enrolled_at` when it was last set,
    `failure` why it is not registered;
    `carrier` the source's own key, `status` its own word for where the parcel stands. `failures`
    counts those since the last success; `retry_at`: not before then after a failure.
    """

    parcel_id: int
    adapter: str
    enrolment: str = NEW
    enrolled_at: datetime | None = None
    carrier: str = ""
    detail: str = ""
    failure: FailureKind | None = None
    status: str = ""
    seen_origin: str = ""
    seen_destination: str = ""
    looked_at: datetime | None = None
    not_yet: bool = False
    last_ok: datetime | None = None
    last_error: str = ""
    last_error_kind: FailureKind | None = None
    last_error_at: datetime | None = None
    failures: int = 0
    retry_at: datetime | None = None
    next_poll_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AdapterState:
    """A source as a whole. `state`: new (never asked), ok or failing; times aware UTC.

    `failing_since` is the first of the `failures` in a row; `wait_until`: asked no earlier.
    `last_error` and its kind are those of the last failure, "" and None while all is well.
    """

    name: str
    state: str = NEW
    last_ok: datetime | None = None
    last_error: str = ""
    last_error_kind: FailureKind | None = None
    last_error_at: datetime | None = None
    failing_since: datetime | None = None
    failures: int = 0
    wait_until: datetime | None = None


class Sources:
    """Each method is one transaction, or part of the one the caller has opened."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, parcel_ids: Iterable[int]) -> dict[int, dict[str, SourceState]]:
        """What is known per parcel and adapter; parcels no source was asked about are left out."""
        rows = self._store.rows(
            "SELECT * FROM source WHERE parcel_id IN (SELECT value FROM json_each(?)) "
            "ORDER BY parcel_id, adapter",
            (id_list(parcel_ids),),
        )
        found: dict[int, dict[str, SourceState]] = {}
        for row in rows:
            found.setdefault(row["parcel_id"], {})[row["adapter"]] = _source_state(row)
        return found

    def registering(self, parcel_ids: Iterable[int], adapter: str, now: datetime) -> None:
        """Note that a registration is about to go out, before it does.

        A number whose registration was under way when the program died may be registered and paid
        for: the source is asked first.
        """
        self._for_each(
            parcel_ids,
            "INSERT INTO source (parcel_id, adapter, enrolment, enrolled_at) "
            "SELECT id, ?2, ?3, ?4 FROM parcel WHERE id = ?1 "
            "ON CONFLICT DO UPDATE SET enrolment = excluded.enrolment, "
            "enrolled_at = excluded.enrolled_at",
            (adapter, REGISTERING, seconds(now)),
        )

    def settle(self, parcel_id: int, adapter: str, enrolment: Enrolled, now: datetime) -> None:
        """Store what the source said to the registration; the parcel is judged in the next pass.

        A carrier already known is kept when the source names none.
        """
        failure = None if enrolment.failure is None else enrolment.failure.value
        with self._store.joined_tx():
            self._store.run(
                "INSERT INTO source (parcel_id, adapter, enrolment, enrolled_at, carrier, detail, "
                "failure) SELECT id, ?, ?, ?, ?, ?, ? FROM parcel WHERE id = ? "
                "ON CONFLICT DO UPDATE SET enrolment = excluded.enrolment, "
                "enrolled_at = excluded.enrolled_at, "
                "carrier = CASE excluded.carrier WHEN '' THEN carrier ELSE excluded.carrier END, "
                "detail = excluded.detail, failure = excluded.failure",
                (
                    adapter,
                    str(enrolment.state),
                    seconds(now),
                    storable(enrolment.carrier),
                    storable(enrolment.detail),
                    failure,
                    parcel_id,
                ),
            )
            self._store.run(
                "UPDATE parcel SET touched_at = ? WHERE id = ?", (seconds(now), parcel_id)
            )

    def renew(self, parcel_id: int, now: datetime, *, named: Iterable[str] = ()) -> list[str]:
        """Whatever an adapter refused as it stood is new to it again: the owner has completed it.

        A number an adapter has deleted is registered, and paid for, again only where it is `named`.
        Returns the adapters that will be asked anew.
        """
        with self._store.joined_tx():
            states = self.of([parcel_id]).get(parcel_id, {}).values()
            again = [s.adapter for s in states if s.enrolment == REFUSED]
            again += [s.adapter for s in states if s.enrolment == GONE and s.adapter in named]
            self._store.run_many(
                "UPDATE source SET enrolment = ?, detail = '', failure = NULL "
                "WHERE parcel_id = ? AND adapter = ?",
                [(NEW, parcel_id, adapter) for adapter in again],
            )
            if again:
                self._store.run(
                    "UPDATE parcel SET touched_at = ? WHERE id = ?", (seconds(now), parcel_id)
                )
        return again

    def next_poll(self, parcel_ids: Iterable[int], adapter: str, at: datetime | None) -> None:
        """When these parcels are asked about next; None: as soon as there is a pass."""
        self._for_each(
            parcel_ids,
            "INSERT INTO source (parcel_id, adapter, next_poll_at) "
            "SELECT id, ?2, ?3 FROM parcel WHERE id = ?1 "
            "ON CONFLICT DO UPDATE SET next_poll_at = excluded.next_poll_at",
            (adapter, not_before(at)),
        )

    def _for_each(
        self, parcel_ids: Iterable[int], statement: str, rest: tuple[str | int | None, ...]
    ) -> None:
        """A parcel removed meanwhile is passed over: the statements select it first."""
        with self._store.joined_tx():
            self._store.run_many(statement, [(parcel_id, *rest) for parcel_id in parcel_ids])

    def adapter_state(self, name: str) -> AdapterState:
        return self.adapters().get(name, AdapterState(name))

    def adapters(self) -> dict[str, AdapterState]:
        """Every adapter that was ever asked, by name."""
        rows = self._store.rows("SELECT * FROM adapter ORDER BY name")
        return {row["name"]: _adapter_state(row) for row in rows}

    def adapter_ok(self, name: str, now: datetime) -> None:
        with self._store.joined_tx():
            self._store.run(
                "INSERT INTO adapter (name, state, last_ok) VALUES (?, 'ok', ?) "
                "ON CONFLICT DO UPDATE SET state = 'ok', last_ok = excluded.last_ok, "
                "last_error = '', last_error_kind = NULL, failing_since = NULL, failures = 0, "
                "wait_until = NULL",
                (name, seconds(now)),
            )

    def adapter_failed(
        self,
        name: str,
        kind: FailureKind,
        detail: str,
        now: datetime,
        until: datetime | None = None,
    ) -> None:
        """The source failed as a whole; it is not asked before `until`."""
        at = seconds(now)
        with self._store.joined_tx():
            self._store.run(
                "INSERT INTO adapter (name, state, last_error, last_error_kind, last_error_at, "
                "failing_since, failures, wait_until) VALUES (?, 'failing', ?, ?, ?, ?, 1, ?) "
                "ON CONFLICT DO UPDATE SET state = 'failing', last_error = excluded.last_error, "
                "last_error_kind = excluded.last_error_kind, "
                "last_error_at = excluded.last_error_at, "
                "failing_since = coalesce(failing_since, excluded.failing_since), "
                "failures = failures + 1, wait_until = excluded.wait_until",
                (name, storable(detail), kind.value, at, at, not_before(until)),
            )


def _source_state(row: sqlite3.Row) -> SourceState:
    return SourceState(
        parcel_id=row["parcel_id"],
        adapter=row["adapter"],
        enrolment=row["enrolment"],
        enrolled_at=moment_or_none(row["enrolled_at"]),
        carrier=row["carrier"],
        detail=row["detail"],
        failure=_KINDS.get(row["failure"]),
        status=row["status"],
        seen_origin=row["seen_origin"],
        seen_destination=row["seen_destination"],
        looked_at=moment_or_none(row["looked_at"]),
        not_yet=bool(row["not_yet"]),
        last_ok=moment_or_none(row["last_ok"]),
        last_error=row["last_error"],
        last_error_kind=_KINDS.get(row["last_error_kind"]),
        last_error_at=moment_or_none(row["last_error_at"]),
        failures=row["failures"],
        retry_at=moment_or_none(row["retry_at"]),
        next_poll_at=moment_or_none(row["next_poll_at"]),
    )


def _adapter_state(row: sqlite3.Row) -> AdapterState:
    return AdapterState(
        name=row["name"],
        state=row["state"],
        last_ok=moment_or_none(row["last_ok"]),
        last_error=row["last_error"],
        last_error_kind=_KINDS.get(row["last_error_kind"]),
        last_error_at=moment_or_none(row["last_error_at"]),
        failing_since=moment_or_none(row["failing_since"]),
        failures=row["failures"],
        wait_until=moment_or_none(row["wait_until"]),
    )
