"""Other numbers of a parcel that a source was told of because the owner said so, as that may cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.history.columns import id_list, seconds, storable, to_json
from monitor.history.sources import GONE, NEW, REFUSED, REGISTERED, REGISTERING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from monitor.history.connection import Store
    from monitor.history.sources import Enrolled

# A row stands for the owner's word: no alias is registered without one. `number` in `spent` is the
# alias that was paid for, "" for the parcel's own.
PAID_ALIASES = (
    """
CREATE TABLE paid_alias (
    parcel_id INTEGER NOT NULL REFERENCES parcel (id) ON DELETE CASCADE,
    adapter TEXT NOT NULL,
    number TEXT NOT NULL,
    enrolment TEXT NOT NULL DEFAULT 'new',
    enrolled_at INTEGER,
    carrier TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '',
    sent TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (parcel_id, adapter, number)
) STRICT, WITHOUT ROWID
""",
    "ALTER TABLE spent ADD COLUMN number TEXT NOT NULL DEFAULT ''",
    "DROP INDEX spent_once",
    "CREATE UNIQUE INDEX spent_once ON spent (adapter, parcel_id, number)",
)


@dataclass(frozen=True, slots=True)
class PaidAlias:
    """One alias at one source. `enrolment` is a word of the adapters' EnrolmentState, `carrier` the
    source's own key.
    """

    parcel_id: int
    number: str
    enrolment: str
    carrier: str
    detail: str


class PaidAliases:
    """Each method is one transaction, or part of the one the caller has opened."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def wanted(self, parcel_id: int, adapter: str, numbers: Iterable[str]) -> list[str]:
        """Note that the owner wants these registered. Returns those that will be: one that is
        registered already, or on its way, stays as it is; a refused or deleted one is new again.
        """
        with self._store.joined_tx():
            known = {row.number: row.enrolment for row in self.of([parcel_id], adapter)}
            fresh = [n for n in numbers if known.get(n, NEW) in (NEW, REFUSED, GONE)]
            self._store.run_many(
                "INSERT INTO paid_alias (parcel_id, adapter, number) VALUES (?, ?, ?) "
                "ON CONFLICT DO UPDATE SET enrolment = 'new', detail = '', sent = ''",
                [(parcel_id, adapter, storable(number)) for number in fresh],
            )
        return fresh

    def withdraw(self, parcel_id: int, kept: Sequence[str]) -> None:
        """Forget what no source has been told of yet, but at these adapters."""
        with self._store.joined_tx():
            self._store.run(
                "DELETE FROM paid_alias WHERE parcel_id = ? AND enrolment = 'new' "
                "AND adapter NOT IN (SELECT value FROM json_each(?))",
                (parcel_id, _list(kept)),
            )

    def of(self, parcel_ids: Iterable[int], adapter: str) -> list[PaidAlias]:
        rows = self._store.tuples(
            "SELECT parcel_id, number, enrolment, carrier, detail FROM paid_alias "
            "WHERE adapter = ? AND parcel_id IN (SELECT value FROM json_each(?)) "
            "ORDER BY parcel_id, number",
            (adapter, id_list(parcel_ids)),
        )
        return [PaidAlias(*row) for row in rows]

    def parcels_of(self, numbers: Iterable[str], adapter: str) -> list[int]:
        """The parcels for which these, in capitals, stand registered at an adapter, by their ids."""
        rows = self._store.tuples(
            "SELECT DISTINCT parcel_id FROM paid_alias WHERE adapter = ? AND enrolment = ? "
            "AND upper(number) IN (SELECT value FROM json_each(?)) ORDER BY parcel_id",
            (adapter, REGISTERED, _list(numbers)),
        )
        return [int(parcel_id) for (parcel_id,) in rows]

    def told(self, parcel_id: int) -> dict[str, list[str]]:
        """By number the adapters that were told of it, or may have been."""
        found: dict[str, list[str]] = {}
        for number, adapter in self._store.tuples(
            "SELECT number, adapter FROM paid_alias WHERE parcel_id = ? "
            "AND enrolment IN ('registering', 'registered') ORDER BY number, adapter",
            (parcel_id,),
        ):
            found.setdefault(number, []).append(adapter)
        return found

    def registered(self, adapter: str) -> int:
        """How many stand registered at an adapter."""
        ((count,),) = self._store.tuples(
            "SELECT count(*) FROM paid_alias WHERE adapter = ? AND enrolment = ?",
            (adapter, REGISTERED),
        )
        return int(count)

    def registering(
        self, parcel_id: int, adapter: str, number: str, sent: str, now: datetime
    ) -> str:
        """Note that a registration is about to go out, before it does. Returned is what is to be said
        of it: what was kept of an earlier attempt whose end is not known, else `sent`.
        """
        key = (parcel_id, adapter, storable(number))
        with self._store.joined_tx():
            self._store.run(
                "UPDATE paid_alias SET enrolment = ?, enrolled_at = ?, "
                "sent = CASE sent WHEN '' THEN ? ELSE sent END "
                "WHERE parcel_id = ? AND adapter = ? AND number = ?",
                (REGISTERING, seconds(now), storable(sent), *key),
            )
            row = self._store.row(f"SELECT sent FROM paid_alias {_KEY}", key)  # noqa: S608 - constant
        return sent if row is None else str(row["sent"])

    def forget_sent(self, parcel_id: int, adapter: str, number: str) -> None:
        """As of a parcel's own number: it may be said otherwise."""
        with self._store.joined_tx():
            self._store.run(
                f"UPDATE paid_alias SET sent = '' {_KEY}",  # noqa: S608 - constant
                (parcel_id, adapter, storable(number)),
            )

    def settle(
        self, parcel_id: int, adapter: str, number: str, enrolment: Enrolled, now: datetime
    ) -> None:
        """Store what the source said; a carrier already known is kept when the source names none."""
        with self._store.joined_tx():
            self._store.run(
                "UPDATE paid_alias SET enrolment = ?1, enrolled_at = ?2, detail = ?4, "
                "carrier = CASE ?3 WHEN '' THEN carrier ELSE ?3 END "
                "WHERE parcel_id = ?5 AND adapter = ?6 AND number = ?7",
                (
                    str(enrolment.state),
                    seconds(now),
                    storable(enrolment.carrier),
                    storable(enrolment.detail),
                    parcel_id,
                    adapter,
                    storable(number),
                ),
            )


_KEY = "WHERE parcel_id = ? AND adapter = ? AND number = ?"


def _list(names: Iterable[str]) -> str:
    return to_json(list(names))
