"""The parcels the owner watches, and how one is found by what the owner types."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from monitor.errors import BadInput, NoSuchParcel
from monitor.history import opening
from monitor.history.columns import (
    day_or_none,
    from_json,
    id_list,
    iso_or_none,
    moment,
    moment_or_none,
    not_before,
    seconds,
    seconds_or_none,
    to_json,
)
from monitor.parcel import Alias, Parcel, clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from monitor.history.connection import Store

_COLUMNS = (
    "number, added_at, label, shop, ordered, paid, paid_with, shipped, expected, protected_until, "
    "protection_days, covers, origin, destination, order_id, price, currency, seller, url, "
    "adapters, carrier, extra, done_at, done_as"
)
_SELECT = f"SELECT id, {_COLUMNS} FROM parcel "  # noqa: S608 - constants only
_INSERT = f"INSERT INTO parcel ({_COLUMNS}) VALUES ({', '.join('?' * 24)})"  # noqa: S608 - as above
# Whatever the owner changes is judged anew: no fingerprint is ever empty.
_UPDATE = f"UPDATE parcel SET ({_COLUMNS}, judged_with) = ({', '.join('?' * 24)}, '') WHERE id = ?"  # noqa: S608 - as above
TO_JUDGE = """
SELECT id FROM parcel WHERE done_at IS NULL AND judge_at <= ?1
UNION ALL SELECT id FROM parcel WHERE done_at IS NULL AND touched_at IS NOT NULL
UNION ALL SELECT id FROM parcel WHERE done_at IS NULL AND judged_with < ?2
UNION ALL SELECT id FROM parcel WHERE done_at IS NULL AND judged_with > ?2
"""
_NEAR = 5  # so many parcels a message names
_LONGEST_ID = 18  # digits of an id SQLite can hold


class Parcels:
    """Each method is one transaction, or part of the one the caller has opened."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, parcel: Parcel) -> Parcel:
        """Store a new parcel and hand it back with its id. Raises BadInput for a known number."""
        with self._store.joined_tx():
            try:
                new = self._store.insert(_INSERT, _to_row(parcel))
            except sqlite3.IntegrityError as error:
                known = self.by_number(parcel.number)
                which = f"parcel {known.id}" if known else "a parcel"
                raise BadInput(f"{parcel.number} is already there as {which}.") from error
            opening.mark(self._store.path, parcel.added_at)
        return self.by_ids([new])[0]

    def change(self, parcel: Parcel) -> None:
        """Store what the owner has changed. Raises NoSuchParcel when it was removed meanwhile."""
        with self._store.joined_tx():
            if not self._store.run(_UPDATE, (*_to_row(parcel), parcel.id)):
                raise NoSuchParcel(f"Parcel {parcel.id} ({parcel.name}) is no longer there.")

    def remove(self, parcel_id: int) -> None:
        """Delete the parcel and everything that hangs on it, and what is kept for a report with it."""
        from monitor.history.drifts import OF_A_PARCEL  # noqa: PLC0415 - hardly ever wanted

        with self._store.joined_tx():
            self._store.run(OF_A_PARCEL, (parcel_id,))
            self._store.run("DELETE FROM parcel WHERE id = ?", (parcel_id,))

    def all(self) -> list[Parcel]:
        return self._where("ORDER BY id")

    def watched(self) -> list[Parcel]:
        """The parcels the owner has not done with, in the order they were added."""
        return self._where("WHERE done_at IS NULL ORDER BY id")

    def count_watched(self) -> int:
        ((count,),) = self._store.tuples("SELECT count(*) FROM parcel WHERE done_at IS NULL")
        return int(count)

    def by_ids(self, ids: Iterable[int]) -> list[Parcel]:
        return self._where(
            "WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id", (id_list(ids),)
        )

    def by_number(self, number: str) -> Parcel | None:
        found = self._where("WHERE number = ?", (number,))
        return found[0] if found else None

    def watched_by(self, numbers: Iterable[str], ids: Iterable[int] = ()) -> list[Parcel]:
        """The parcels with these numbers, in capitals, or ids that the owner has not done with."""
        return self._where(
            "WHERE done_at IS NULL AND (upper(number) IN (SELECT value FROM json_each(?)) "
            "OR id IN (SELECT value FROM json_each(?))) ORDER BY id",
            (to_json(list(numbers)), id_list(ids)),
        )

    def find(self, ref: str) -> Parcel:
        """The parcel meant by an id, a number or its beginning, a label or its beginning, an alias,
        or the beginning of a word in a label.

        An exact match wins over a beginning. Raises NoSuchParcel with what it could mean.
        """
        wanted = ref.strip()
        if wanted.isascii() and wanted.isdigit() and len(wanted) <= _LONGEST_ID:
            found = self.by_ids([int(wanted)])
            if found:
                return found[0]
        names = self._names()
        for matches in _ways(wanted, names):
            if len(matches) == 1:
                return self.by_ids(matches)[0]
            if matches:
                raise NoSuchParcel(self._several(ref, matches))
        raise NoSuchParcel(self._none(ref, names))

    def aliases(self, ids: Iterable[int]) -> dict[int, tuple[Alias, ...]]:
        rows = self._store.rows(
            "SELECT parcel_id, number, carrier, source FROM alias "
            "WHERE parcel_id IN (SELECT value FROM json_each(?)) "
            "ORDER BY parcel_id, number, carrier, source",
            (id_list(ids),),
        )
        found: dict[int, tuple[Alias, ...]] = {}
        for row in rows:
            alias = Alias(row["number"], row["carrier"], row["source"])
            found[row["parcel_id"]] = (*found.get(row["parcel_id"], ()), alias)
        return found

    def touch(self, parcel_id: int, now: datetime) -> None:
        """Something about the parcel has changed: it is judged in the next pass."""
        with self._store.joined_tx():
            self._store.run(
                "UPDATE parcel SET touched_at = ? WHERE id = ?", (seconds(now), parcel_id)
            )

    def to_judge(self, now: datetime, fingerprint: str) -> list[int]:
        """The parcels to judge: due by the clock, touched, or judged by other rules than now.

        Look-ups by index, so that a pass costs what is due and not what is stored. Sorted here: asked
        for the ids in order, SQLite reads the whole table along its key instead.
        """
        rows = self._store.tuples(TO_JUDGE, (seconds(now), fingerprint))
        return sorted({parcel_id for (parcel_id,) in rows})

    def unjudged(self) -> list[int]:
        """The parcels that are watched and of which nothing was made or told so far."""
        rows = self._store.tuples(
            "SELECT id FROM parcel WHERE done_at IS NULL AND judged_with = '' AND NOT EXISTS "
            "(SELECT 1 FROM episode WHERE parcel_id = parcel.id AND told > 0) ORDER BY id"
        )
        return [parcel_id for (parcel_id,) in rows]

    def looked(
        self,
        parcel_id: int,
        judge_at: datetime | None,
        check_at: datetime | None,
        fingerprint: str,
    ) -> None:
        """The parcel was judged: when to look again. In the same transaction as the reading, or a
        change in between would be forgotten.
        """
        with self._store.joined_tx():
            self._store.run(
                "UPDATE parcel SET judge_at = ?, check_at = ?, judged_with = ?, touched_at = NULL "
                "WHERE id = ?",
                (not_before(judge_at), seconds_or_none(check_at), fingerprint, parcel_id),
            )

    def dates(self, ids: Iterable[int]) -> dict[int, tuple[datetime | None, datetime | None]]:
        """When each is judged next by the clock, and from when on a look would say something."""
        rows = self._store.tuples(
            "SELECT id, judge_at, check_at FROM parcel "
            "WHERE id IN (SELECT value FROM json_each(?))",
            (id_list(ids),),
        )
        return {i: (moment_or_none(judge), moment_or_none(check)) for i, judge, check in rows}

    def _where(self, clause: str, parameters: Sequence[Any] = ()) -> list[Parcel]:
        return [_from_row(row) for row in self._store.tuples(_SELECT + clause, parameters)]

    def _names(self) -> list[_Name]:
        return self._store.tuples(
            "SELECT id, number, 'number' FROM parcel "
            "UNION ALL SELECT id, label, 'label' FROM parcel WHERE label != '' "
            "UNION ALL SELECT parcel_id, number, 'alias' FROM alias"
        )

    def _several(self, ref: str, ids: Sequence[int]) -> str:
        meant = self.by_ids(ids)
        named = "; ".join(_described(parcel) for parcel in meant[:_NEAR])
        more = f"; and {len(meant) - _NEAR} more" if len(meant) > _NEAR else ""
        return f"{_quoted(ref)} could mean {len(meant)} parcels: {named}{more}. Write more of it."

    def _none(self, ref: str, names: Sequence[_Name]) -> str:
        import difflib  # noqa: PLC0415 - only a name nobody knows asks for it

        folded = {name.casefold(): parcel_id for parcel_id, name, _ in names}
        near = difflib.get_close_matches(ref.strip().casefold()[:100], folded, n=_NEAR)
        meant = self.by_ids(folded[name] for name in near)
        if meant:
            named = "; ".join(_described(parcel) for parcel in meant)
            return f"No parcel answers to {_quoted(ref)}. Near it: {named}."
        return f"No parcel answers to {_quoted(ref)}. `parcels list --all` shows them all."


_Name = tuple[Any, ...]  # parcel id, the name, which kind of name


def _ways(wanted: str, names: Sequence[_Name]) -> list[list[int]]:
    """What the reference matches, the most certain way first."""
    folded = wanted.casefold()
    number = "".join(folded.split())
    if not folded:
        return []
    by_kind = {"number": number, "label": folded, "alias": number}
    exact = [(kind, i) for i, name, kind in names if name.casefold() == by_kind[kind]]
    begun = [i for i, name, kind in names if name.casefold().startswith(by_kind[kind])]
    ways = [sorted({i for kind, i in exact if kind == wanted_kind}) for wanted_kind in by_kind]
    labels = [(i, name.casefold()) for i, name, kind in names if kind == "label"]
    inside = [i for i, label in labels if f" {folded}" in label]
    return [*ways, sorted(set(begun)), sorted(set(inside))]


def _quoted(ref: str) -> str:
    return f"“{clean_text(ref, 60)}”"


def _described(parcel: Parcel) -> str:
    label = f" ({clean_text(parcel.label, 40)})" if parcel.label else ""
    return f"{parcel.id}: {clean_text(parcel.number, 60)}{label}"


def _to_row(parcel: Parcel) -> tuple[Any, ...]:
    return (
        parcel.number,
        seconds(parcel.added_at),
        parcel.label,
        parcel.shop,
        iso_or_none(parcel.ordered),
        iso_or_none(parcel.paid),
        parcel.paid_with,
        iso_or_none(parcel.shipped),
        iso_or_none(parcel.expected),
        iso_or_none(parcel.protected_until),
        parcel.protection_days,
        to_json([[name, day.isoformat()] for name, day in parcel.covers]),
        parcel.origin,
        parcel.destination,
        parcel.order_id,
        parcel.price,
        parcel.currency,
        parcel.seller,
        parcel.url,
        to_json(parcel.adapters),
        parcel.carrier,
        to_json(parcel.extra),
        seconds_or_none(parcel.done_at),
        parcel.done_as,
    )


def _from_row(row: tuple[Any, ...]) -> Parcel:
    """A parcel from its id and _COLUMNS, in their order: a list reads a thousand."""
    (
        id_, number, added_at, label, shop, ordered, paid, paid_with, shipped, expected,
        protected_until, protection_days, covers, origin, destination, order_id, price, currency,
        seller, url, adapters, carrier, extra, done_at, done_as,
    ) = row  # fmt: skip
    return Parcel(
        id_, number, moment(added_at), label, shop, day_or_none(ordered), day_or_none(paid), paid_with,
        day_or_none(shipped), day_or_none(expected), day_or_none(protected_until), protection_days,
        tuple((name, day) for name, text in from_json(covers) if (day := day_or_none(text))),
        origin, destination, order_id, price, currency, seller, url, tuple(from_json(adapters)),
        carrier, tuple((name, value) for name, value in from_json(extra)), moment_or_none(done_at),
        done_as,
    )  # fmt: skip
