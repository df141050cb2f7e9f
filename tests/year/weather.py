"""What goes wrong around the program in a year: sources, the receiver, the machine and its clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

    from tests.house import House

OUTAGES = (
    "error_503", "error_502", "html_200", "empty_200", "truncated", "unauthorized_401", "rate_429",
    "data_null", "lost_answer",
)  # fmt: skip
MANY = 1_000_000


@dataclass
class Weather:
    """Drawn anew for each pass; what lasts counts down in passes.

    `asleep`: the machine is suspended. `trackers_up`, `cainiao_up`, `receiver_up`: whether each
    answers in earnest. `restarts` and `clock_back` concern the pass of the moment.
    """

    chance: Random
    asleep: int = 0
    outage: int = 0
    challenge: int = 0
    deaf: int = 0
    restarts: bool = False
    clock_back: bool = False

    @property
    def trackers_up(self) -> bool:
        return not self.outage

    @property
    def cainiao_up(self) -> bool:
        return not self.challenge

    @property
    def receiver_up(self) -> bool:
        return not self.deaf

    def turn(self, house: House) -> None:
        """The weather of the next pass, made so in the house."""
        chance = self.chance
        self.asleep = self._lasting(self.asleep, 0.01, 12)
        self.outage = self._outage(house)
        self.challenge = self._lasting(self.challenge, 0.02, 8)
        house.cainiao.challenge(bool(self.challenge))
        self.deaf = self._lasting(self.deaf, 0.015, 3)  # what is refused for two days is given up
        house.receiver.refuse(MANY if self.deaf else 0)
        house.receiver.lose(int(not self.deaf and chance.random() < 0.01))
        self.restarts = chance.random() < 0.04
        self.clock_back = chance.random() < 0.01

    def _outage(self, house: House) -> int:
        before = self.outage
        after = self._lasting(before, 0.03, 8)
        if before and not after:
            house.sandbox.faults.clear()
        if after and not before:
            house.sandbox.faults.inject(self.chance.choice(OUTAGES))
        if not after and self.chance.random() < 0.01:
            # A registration that is done and whose answer is lost may not be paid for twice.
            house.sandbox.faults.inject("lost_answer", endpoint="register", times=1)
        return after

    def _lasting(self, left: int, begins: float, longest: int) -> int:
        if left:
            return left - 1
        return self.chance.randint(1, longest) if self.chance.random() < begins else 0
