"""The history of everything that is watched, in one SQLite file."""

from __future__ import annotations

import sqlite3
from functools import cached_property
from typing import TYPE_CHECKING, Self

from monitor.history import log_file, opening
from monitor.history.connection import PATIENCE, Store
from monitor.history.matters import Matters
from monitor.history.parcels import Parcels
from monitor.history.sources import Sources
from monitor.history.timeline import Timeline

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path

    from monitor.history.drifts import Drifts
    from monitor.history.outbox import Outbox
    from monitor.history.paid_aliases import PaidAliases
    from monitor.history.passes import Passes
    from monitor.history.readings import Readings
    from monitor.history.retention import Retention
    from monitor.history.spending import Spending
    from monitor.history.upkeep import Upkeep

SQLITE_VERSION = sqlite3.sqlite_version  # of the library that is really used, for `doctor`


class History:
    """One connection and its parts. Not for two threads at the same time.

    Every method of a part is a transaction of its own, or part of the `write_tx` around it. All
    raise Busy, BadDatabase or ParcelsError (a full or failing disk) with a sentence.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.parcels = Parcels(store)
        self.timeline = Timeline(store)
        self.sources = Sources(store)
        self.matters = Matters(store, lambda: self.outbox)

    # Loaded when they are first used: a list of parcels needs none of them.

    @cached_property
    def drifts(self) -> Drifts:
        from monitor.history.drifts import Drifts  # noqa: PLC0415 - as said above

        return Drifts(self._store)

    @cached_property
    def outbox(self) -> Outbox:
        from monitor.history.outbox import Outbox  # noqa: PLC0415 - as said above

        return Outbox(self._store)

    @cached_property
    def paid_aliases(self) -> PaidAliases:
        from monitor.history.paid_aliases import PaidAliases  # noqa: PLC0415 - as said above

        return PaidAliases(self._store)

    @cached_property
    def passes(self) -> Passes:
        from monitor.history.passes import Passes  # noqa: PLC0415 - as said above

        return Passes(self._store)

    @cached_property
    def readings(self) -> Readings:
        from monitor.history.readings import Readings  # noqa: PLC0415 - as said above

        return Readings(self._store)

    @cached_property
    def retention(self) -> Retention:
        from monitor.history.retention import Retention  # noqa: PLC0415 - as said above

        return Retention(self._store)

    @cached_property
    def spending(self) -> Spending:
        from monitor.history.spending import Spending  # noqa: PLC0415 - as said above

        return Spending(self._store)

    @cached_property
    def upkeep(self) -> Upkeep:
        from monitor.history.upkeep import Upkeep  # noqa: PLC0415 - as said above

        return Upkeep(self._store)

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        now: datetime,
        must_exist: bool = False,
        patience: float = PATIENCE,
    ) -> Self:
        """The history in that file, made where it is missing, brought to the newest schema.

        `patience`: seconds to wait for another process's write. Raises BadDatabase for a newer,
        foreign, empty, damaged or vanished file and for one of another user; Busy.
        """
        store = opening.open_store(path, must_exist=must_exist, patience=patience)
        history = cls(store)
        try:
            if store.row("SELECT 1 FROM parcel LIMIT 1"):
                opening.mark(path, now)
        except BaseException:
            store.close()
            raise
        return history

    @classmethod
    def read(
        cls, path: Path, *, patience: float = PATIENCE, unwritable: bool = False
    ) -> Self | None:
        """The history in that file for reading alone; nothing on the disk changes.

        None where there is no database yet. `unwritable`: `open` has just found that nothing can be
        stored. Raises BadDatabase as `open` does, and for a schema that is older than this version's;
        Busy.
        """
        store = opening.read_store(path, patience=patience, unwritable=unwritable)
        return None if store is None else cls(store)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._store.close()

    @property
    def path(self) -> Path:
        return self._store.path

    def write_tx(self) -> AbstractContextManager[None]:
        """All that is written within is stored together or not at all. RuntimeError when nested.

        Nothing slow inside: others wait for it, at most 30 s.
        """
        return self._store.write_tx()

    def checkpoint(self) -> bool:
        """Empty the write-ahead log; False when a reader was in the way. One process only does it,
        in its housekeeping. Raises LogCutOff for a log that must not get into the database.
        """
        log_file.must_be_whole(self.path)
        return self._store.checkpoint()

    def try_writing(self) -> None:
        """Find out whether anything can be stored: a page is, and nothing changes."""
        self._store.try_writing()

    def version(self) -> int:
        """A number that differs from the last one when another connection has written since."""
        return self._store.version()

    def log_bytes(self) -> int:
        """The size of the write-ahead log."""
        log = self.path.with_name(f"{self.path.name}-wal")
        return log.stat().st_size if log.exists() else 0

    def damage(self) -> tuple[str, ...]:
        """What is wrong with the file (reads all of it); empty when it is sound."""
        return self._store.damage()

    def copy_to(self, target: Path) -> None:
        """A consistent copy into a new file while others write; mode 0600."""
        with opening.private_files():
            self._store.copy_to(target)
