"""Example Post stands what every adapter must stand, with and without a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parcels_example.adapter import ExamplePost

from monitor.adapters.testing import KEY, WireContract

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

DAYS = ("2026-09-01T08:00:00+02:00", "2026-09-02T09:30:00+02:00", "2026-09-04T11:00:00+02:00")


class TestExamplePost(WireContract):
    numbers = ("EX000000018XA", "EX000000027XA")

    def make(self) -> ExamplePost:
        return ExamplePost(token=KEY)

    def document(self, numbers: Sequence[str]) -> Any:
        return {"parcels": [self.parcel(number) for number in numbers]}

    def parcel(self, number: str) -> dict[str, Any]:
        scans = [
            {
                "when": when,
                "code": f"EX{n}0",
                "what": f"Scan {n}",
                "where": "Kassel",
                "country": "DE",
            }
            for n, when in enumerate(DAYS, 1)
        ]
        return {"id": number, "scans": scans}

    def events_in(self, document: Any, number: str) -> list[Any]:
        found: list[Any] = self.row(document, number)["scans"]
        return found

    def date(self, event: Any, at: datetime | None) -> None:
        event["when"] = None if at is None else at.isoformat()

    def poison(self, document: Any, number: str) -> None:
        self.row(document, number)["scans"] = "none"

    def row(self, document: Any, number: str) -> Any:
        return {row["id"]: row for row in document["parcels"]}[number]
