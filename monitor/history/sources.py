"""What is known of each source: about one parcel, and as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from monitor.errors import FailureKind
from monitor.history.columns import id_list, moment_or_none, seconds, storable

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from monitor.circuit import Health
    from monitor.history.connection import Store

_KINDS = {kind.value: kind for kind in FailureKind}
NEW = "new"
REGISTERING = "registering"
REGISTERED = "registered"
REFUSED = "refused"
GONE = "gone"


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
    counts those since the last success; `retry_at`: not before then, as the number itself cannot
    be asked. `economy`: tracking ends with the hand-over abroad.

    `carrier_owed`, `final_carrier_owed` and `info_owed`: what is still to be changed at the source.
    `stopped_at`: since when the source itself looks no more, for `stop_reason`; `retrack` ("",
    sending, done or refused) what came, at `retrack_at`, of asking it once to go on.
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
    economy: bool = False
    carrier_owed: str = ""
    final_carrier_owed: str = ""
    info_owed: bool = False
    stopped_at: datetime | None = None
    stop_reason: str = ""
    retrack: str = ""
    retrack_at: datetime | None = None
    retrack_said: str = ""

    @property
    def owes(self) -> bool:
        """Something is still to be changed at the source."""
        return bool(self.carrier_owed or self.final_carrier_owed or self.info_owed)

    @property
    def registered(self) -> bool:
        return self.enrolment == REGISTERED


class Note(NamedTuple):
    """What a list says of one parcel at one source; the fields are those of SourceState."""

    adapter: str
    carrier: str
    seen_destination: str
    last_ok: datetime | None


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

    def notes(self, parcel_ids: Iterable[int]) -> dict[int, tuple[Note, ...]]:
        """What a list says of each source of these parcels, in the order of `of`; parcels no source
        was asked about are left out.
        """
        rows = self._store.tuples(
            "SELECT parcel_id, adapter, carrier, seen_destination, last_ok FROM source "
            "WHERE parcel_id IN (SELECT value FROM json_each(?)) ORDER BY parcel_id, adapter",
            (id_list(parcel_ids),),
        )
        found: dict[int, tuple[Note, ...]] = {}
        for parcel_id, adapter, carrier, destination, ok in rows:
            note = Note(adapter, carrier, destination, moment_or_none(ok))
            found[parcel_id] = (*found.get(parcel_id, ()), note)
        return found

    def registering(self, sent: Mapping[int, str], adapter: str, now: datetime) -> dict[int, str]:
        """Note that a registration is about to go out, before it does.

        A number whose registration was under way when the program died may be registered and paid
        for: the source is asked first. `sent` is by parcel what will be said of it; returned is what
        is to be said, which is what was kept of an earlier attempt whose end is not known.
        """
        rows = [(i, adapter, REGISTERING, seconds(now), storable(t)) for i, t in sent.items()]
        with self._store.joined_tx():
            self._store.run_many(_REGISTERING, rows)
            kept = self._store.tuples(
                "SELECT parcel_id, sent FROM source "
                "WHERE adapter = ? AND parcel_id IN (SELECT value FROM json_each(?))",
                (adapter, id_list(sent)),
            )
        return dict(kept)

    def forget_sent(self, parcel_id: int, adapter: str) -> None:
        """The source certainly did not take what was said of the number: it may be said otherwise."""
        with self._store.joined_tx():
            self._store.run(
                "UPDATE source SET sent = '' WHERE parcel_id = ? AND adapter = ?",
                (parcel_id, adapter),
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
                "UPDATE source SET enrolment = ?, detail = '', failure = NULL, sent = '', "
                "stopped_at = NULL, stop_reason = '', retrack = '', retrack_at = NULL, retrack_said = '' "
                "WHERE parcel_id = ? AND adapter = ?",
                [(NEW, parcel_id, adapter) for adapter in again],
            )
            if again:
                self._store.run(
                    "UPDATE parcel SET touched_at = ? WHERE id = ?", (seconds(now), parcel_id)
                )
        return again

    def registered(self, adapter: str) -> int:
        """How many numbers stand registered at an adapter."""
        ((count,),) = self._store.tuples(
            "SELECT count(*) FROM source WHERE adapter = ? AND enrolment = ?",
            (adapter, REGISTERED),
        )
        return int(count)

    def numbers(self, adapter: str, limit: int) -> tuple[str, ...]:
        """Numbers of watched parcels this adapter was asked about, at most `limit`."""
        rows = self._store.tuples(
            "SELECT number FROM parcel JOIN source ON source.parcel_id = parcel.id "
            "WHERE adapter = ? AND done_at IS NULL ORDER BY parcel.id LIMIT ?",
            (adapter, limit),
        )
        return tuple(number for (number,) in rows)

    def health(self, adapter: str) -> Health:
        """How an adapter does; one never asked is a fresh one."""
        from monitor.circuit import Health  # noqa: PLC0415 - a list must not wait for it

        return self.healths().get(adapter, Health())

    def healths(self) -> dict[str, Health]:
        """Every adapter that was ever asked, by name."""
        from monitor.history import healths  # noqa: PLC0415 - as above

        rows = self._store.rows("SELECT * FROM adapter ORDER BY name")
        return {row["name"]: healths.from_row(row) for row in rows}

    def keep_health(self, adapter: str, health: Health) -> None:
        from monitor.history import healths  # noqa: PLC0415 - as above

        with self._store.joined_tx():
            self._store.run(healths.KEEP, (adapter, *healths.to_row(health)))


# A parcel removed meanwhile is passed over: it is selected first.
_REGISTERING = """
INSERT INTO source (parcel_id, adapter, enrolment, enrolled_at, sent)
SELECT id, ?2, ?3, ?4, ?5 FROM parcel WHERE id = ?1
ON CONFLICT DO UPDATE SET enrolment = excluded.enrolment, enrolled_at = excluded.enrolled_at,
    sent = CASE sent WHEN '' THEN excluded.sent ELSE sent END
"""


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
        economy=bool(row["economy"]),
        carrier_owed=row["carrier_owed"],
        final_carrier_owed=row["final_carrier_owed"],
        info_owed=bool(row["info_owed"]),
        stopped_at=moment_or_none(row["stopped_at"]),
        stop_reason=row["stop_reason"],
        retrack=row["retrack"],
        retrack_at=moment_or_none(row["retrack_at"]),
        retrack_said=row["retrack_said"],
    )
