"""What is known of one parcel, as far as a letter may speak of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from monitor.pages.letters.cases import IN_CUSTOMS, Case
from monitor.parcel import HAND, SILENT_STAGES, last_moment
from monitor.rules.customs import open_stay

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime, tzinfo

    from monitor.parcel import Alias, Dossier, Event
    from monitor.protection import Deadline

DAY = timedelta(days=1)
ANSWER = 5 * DAY  # a seller's usual time to answer a dispute; nobody is owed a faster one
OF_SHOP = ("shop", "dispute")  # kinds of deadlines a seller has to do with


class Recipient(StrEnum):
    """Whom a letter is for."""

    SELLER = "seller"
    CARRIER = "carrier"
    DISPUTE = "dispute"


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing newer than `since` (None: nothing at all), as `source` showed when it looked (UTC)."""

    since: datetime | None
    source: str
    looked_at: datetime

    @property
    def days(self) -> int:
        """Whole days up to the look: what nobody saw is not claimed."""
        return 0 if self.since is None else max(0, (self.looked_at - self.since) // DAY)


@dataclass(frozen=True, slots=True)
class Story:
    """All a letter may speak of. `zone` is where days begin for whoever writes it."""

    dossier: Dossier
    case: Case
    now: datetime
    zone: tzinfo
    deadlines: Sequence[Deadline] = ()
    aliases: Sequence[Alias] = ()

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def scans(self) -> tuple[Event, ...]:
        """What a carrier said, oldest first: no remark, and nothing the owner wrote down."""
        events = self.dossier.events
        return tuple(e for e in events if e.source != HAND and e.stage not in SILENT_STAGES)

    @property
    def in_customs(self) -> Event | None:
        """The event with which the stay in customs began, where the letter is about one."""
        stay = open_stay(self.dossier) if self.case in IN_CUSTOMS else None
        return None if stay is None or stay.opened.source == HAND else stay.opened

    @property
    def silence(self) -> Silence | None:
        """None where no source that shows the last change has looked since, and where nothing more is to
        be expected: nobody who delivered a parcel says anything after it.
        """
        if self.case is Case.NOT_RECEIVED:
            return None
        looks = [k for k in self.dossier.looks if k.shows_change and k.looked_at is not None]
        last = max(looks, key=lambda k: k.looked_at or self.now, default=None)
        if last is None or last.looked_at is None:
            return None
        since = last_moment([e for e in self.dossier.changes if e.source != HAND])
        return Silence(since, last.source, last.looked_at)

    @property
    def told_days(self) -> dict[str, date | None]:
        """The days of the purchase, by the names the letters give them; None is not recorded."""
        parcel = self.dossier.parcel
        return {
            "ordered": parcel.ordered,
            "paid": parcel.paid,
            "shipped": parcel.shipped,
            "expected": parcel.expected,
        }

    @property
    def ends(self) -> Deadline | None:
        """The end of the shop's protection, or of its dispute window, whichever comes next.

        None, too, where it is counted from a start that nobody gave: no letter claims that.
        """
        ahead = [d for d in self.deadlines if d.kind in OF_SHOP and self.now < d.closes]
        found = min(ahead, key=lambda d: d.closes, default=None)
        return None if found is None or found.assumed else found

    @property
    def is_over(self) -> bool:
        """Whether the shop's protection ended on a day that is known, its dispute window with it."""
        of_shop = [d for d in self.deadlines if d.kind in OF_SHOP]
        return any(not d.assumed for d in of_shop) and all(d.closes <= self.now for d in of_shop)

    @property
    def answer_by(self) -> date:
        """In five days, or as long as a dispute can still be opened: nobody waits past its end."""
        wanted, ends = self.today + ANSWER, self.ends
        if ends is None or ends.act_by >= wanted:
            return wanted
        return max(ends.act_by, min(self.today + DAY, ends.day), self.today)

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()
