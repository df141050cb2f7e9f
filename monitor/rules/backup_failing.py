"""No copy of the database was made for nights: with its disk all that is known would be lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from monitor.schedule import Episode, Severity, Step, Witness

if TYPE_CHECKING:
    from monitor.circuit import CopyRecord


@dataclass(frozen=True, slots=True)
class BackupFailing:
    """The nightly copy cannot be made. Counted from the newest copy there is."""

    name: ClassVar[str] = "backup_failing"
    subject: ClassVar[str] = "backup"

    after: int = 2
    """Days without a new copy."""

    def __call__(self, record: CopyRecord, /) -> Episode | None:
        """One step, borne out by an attempt that failed after its date: a machine that was off for
        a week has failed at nothing.
        """
        failing = record.failing_since
        if failing is None:
            return None
        at = max(failing, (record.newest or failing) + timedelta(days=self.after))
        return Episode(
            rule=self.name,
            subject=self.subject,
            anchor="backup",
            since=failing,
            steps=(Step("failing", at, Severity.WARNING, self.name, Witness.CHECK),),
            verified=record.last_failure,
        )
