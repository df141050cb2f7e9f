"""A random way from a warehouse in China to a door, or to nowhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.sandbox.histories import ScriptedEvent

if TYPE_CHECKING:
    from random import Random

DAY = timedelta(days=1)
BASE = datetime(2026, 3, 2, tzinfo=UTC)  # day 0 of every history
PLACES = ("Yiwu", "Shenzhen", "Hangzhou")


@dataclass
class Journey:
    """`said` grows while it travels; `now` is the moment of the last scan (UTC)."""

    chance: Random
    to: str
    now: datetime
    said: list[ScriptedEvent] = field(default_factory=list)
    delivered: datetime | None = None

    def travel(self) -> None:
        chance = self.chance
        if chance.random() < 0.04:
            return  # nobody ever hears of it
        if chance.random() < 0.5:
            self._say("InfoReceived", "CN", "The seller has announced the package to the carrier")
            if chance.random() < 0.08:
                return
        self._leave()
        if chance.random() < 0.04:
            return  # lost between two countries
        self._say("InTransit_Arrival", self.to, "Arrived in the country of destination")
        if chance.random() < 0.75 and not self._through_customs():
            return
        self._to_the_door()

    def _leave(self) -> None:
        self._say("InTransit_PickedUp", "CN", "Package collected by the logistics company")
        if self.chance.random() < 0.08:
            self._say("Exception_Delayed", "CN", "Export customs clearance exception")
        if self.chance.random() < 0.6:
            self._say(
                "InTransit_CustomsReleased",
                "CN",
                "Export customs clearance of the package is completed",
            )
        self._say("InTransit_Departure", "CN", "Departed from the country of origin")

    def _through_customs(self) -> bool:
        """Whether it comes out again."""
        self._say(
            "InTransit_CustomsProcessing",
            self.to,
            "The package has entered import customs clearance",
        )
        trouble = self.chance.choices(list(TROUBLES), weights=[60, 16, 10, 6, 5, 3])[0]
        if trouble:
            code, text = TROUBLES[trouble]
            self._say(code, self.to, text)
            if self.chance.random() < 0.35:
                self._end_badly()
                return False
        if self.chance.random() < 0.9:
            self._say(
                "InTransit_CustomsReleased",
                self.to,
                "Import customs clearance of the package is completed",
            )
        return True

    def _to_the_door(self) -> None:
        chance = self.chance
        for place in ("North", "West")[: chance.randint(0, 2)]:
            self._say("InTransit_Other", self.to, "Arrived at the sorting centre", place)
        while chance.random() < 0.15:
            self._say("DeliveryFailure_NoBody", self.to, "Nobody at home, the delivery failed")
        if chance.random() < 0.12:
            self._say(
                "AvailableForPickup_Other",
                self.to,
                "The package waits at the post office to be collected",
            )
        if chance.random() < 0.12:
            self._end_badly()
            return
        self._say("OutForDelivery_Other", self.to, "Out for delivery")
        doubtful = chance.random() < 0.08
        place = "Parcel locker 12" if doubtful else "South"
        self._say("Delivered_Other", self.to, "The package has been delivered", place, flaws=False)
        self.delivered = None if doubtful else self.now

    def _end_badly(self) -> None:
        end = self.chance.random()
        if end < 0.3:
            self._say("Exception_Lost", self.to, "The package was lost")
        elif end < 0.7:
            self._say("Exception_Returning", self.to, "The package is going back to the sender")
            if self.chance.random() < 0.5:
                self._say("Exception_Returned", "CN", "The package is back at the sender")

    def _say(
        self, code: str, country: str, text: str, place: str = "", *, flaws: bool = True
    ) -> None:
        chance = self.chance
        pause = chance.lognormvariate(0.3, 0.8)
        self.now += (pause if chance.random() > 0.07 else chance.uniform(8, 35)) * DAY
        day = (self.now - BASE) // DAY
        flaw = chance.random() if flaws else 1.0
        late = chance.uniform(6, 200) if flaw < 0.05 else 0
        gone = day + chance.randint(1, 6) if 0.05 < flaw < 0.08 else None
        edited = day + chance.randint(1, 6) if 0.08 < flaw < 0.12 else None
        self.said.append(
            ScriptedEvent(
                day,
                f"{self.now:%H:%M}",
                code,
                text,
                offset="+00:00",
                location=place or chance.choice(PLACES) if country == "CN" else place or "Central",
                country=country,
                uploaded_after=late,
                gone_on=gone,
                edited_on=edited,
                edited_to=f"{text}." if edited else "",
            )
        )


TROUBLES = {
    "": ("", ""),
    "held": ("Exception_Security", "Import clearance exception"),
    "money": ("Exception_Security", "Import duty has to be paid by the recipient"),
    "papers": (
        "InTransit_CustomsRequiringInformation",
        "Customs requires documents from the recipient",
    ),
    "refused": ("Exception_Security", "Import customs clearance failed"),
    "prohibited": (
        "Exception_Security",
        "Import customs clearance failed: customs refused the package, prohibited goods",
    ),
}
