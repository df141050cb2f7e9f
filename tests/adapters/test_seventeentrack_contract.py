"""17TRACK stands what every adapter must stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.adapters.contract import Registering
from monitor.adapters.seventeentrack import SeventeenTrack
from monitor.adapters.testing import KEY, WireContract
from tests.adapters import seventeentrack_answers as made

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


class TestSeventeenTrackContract(WireContract):
    numbers = ("LP00000000000001", "RR123456789CN")

    def make(self) -> SeventeenTrack:
        return SeventeenTrack(api_key=KEY)

    def document(self, numbers: Sequence[str]) -> Any:
        return made.answer(*(made.item(number) for number in numbers))

    def events_in(self, document: Any, number: str) -> list[Any]:
        providers = self.info(document, number)["tracking"]["providers"]
        found: list[Any] = providers[0]["events"]
        return found

    def date(self, event: Any, at: datetime | None) -> None:
        event.update(made.timed(at))

    def poison(self, document: Any, number: str) -> None:
        self.info(document, number)["tracking"]["providers"] = "none"

    def info(self, document: Any, number: str) -> Any:
        rows = {row["number"]: row for row in document["data"]["accepted"]}
        return rows[number]["track_info"]

    def test_it_registers(self) -> None:
        assert isinstance(self.make(), Registering)
