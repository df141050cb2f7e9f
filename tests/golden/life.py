"""120 days of the thirty parcels, over real HTTP into a real receiver."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.golden.log import Chapter
from tests.golden.stories import START, Deed, Story, stories
from tests.house import House

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from monitor.sandbox.receiver import Message

DAYS = 120
BETWEEN_PASSES = timedelta(hours=12)
CONFIG = """
[[seasons]]
name = "a strike of the Australian post"
from = 2026-10-01
to = 2026-11-10
countries = ["AU"]
factor = 3
"""


class Life:
    """`told` is what was sent, by parcel; `arrived` the messages as the receiver got them, by pass;
    `failed` what went wrong with a command or a pass."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.stories = stories()
        self.arrived: dict[datetime, list[Message]] = {}
        self.failed: list[str] = []
        self.told: list[Chapter] = []

    def live(self) -> None:
        for story in self.stories:
            self._script(story)
        deeds: dict[datetime, list[Deed]] = {}
        for deed in (deed for story in self.stories for deed in story.deeds):
            deeds.setdefault(deed.at, []).append(deed)
        for number in range(DAYS * timedelta(days=1) // BETWEEN_PASSES):
            now = START + number * BETWEEN_PASSES
            self._one_pass(now, deeds.pop(now, []))
        assert not deeds, "nothing is typed between two passes"

    def _script(self, story: Story) -> None:
        if story.history.number.startswith("LP"):
            self._house.cainiao.script(story.history, economy=story.economy)
        elif story.history.events:
            self._house.sandbox.script(story.history)

    def _one_pass(self, now: datetime, deeds: list[Deed]) -> None:
        self._house.clock.set(now)
        for deed in deeds:
            ran = self._house.desk(*deed.words)
            if ran.code:
                self.failed.append(f"{now}: {' '.join(deed.words)}: {ran.err}")
        before = len(self._house.receiver.messages)
        report = self._house.look(now)
        if report.failed:
            self.failed.append(f"{now}: {report}")
        self.arrived[now] = self._house.receiver.messages[before:]

    def chapters(self) -> list[Chapter]:
        """As the program's own record of sent messages has it."""
        rows = json.loads(self._house.desk("alerts", "--limit", "10000", "--json").out)[::-1]
        by_number: dict[str, list[str]] = {}
        for row in rows:
            if row["state"] == "sent":
                by_number.setdefault(row["number"], []).append(line_of(row))
        labels = {story.history.number: story.label for story in self.stories}
        return [
            Chapter(label, [(line, "") for line in sorted(by_number.get(number, []))])
            for number, label in labels.items()
        ]


def line_of(row: dict[str, str]) -> str:
    day, clock = row["sent_at"][:10], row["sent_at"][11:16]
    about = f"{row['rule']} {row['kind']} {row['severity']}"
    return f"{day} {clock} {about} | {row['title']}"


def lived(folder: Path) -> Life:
    with House(folder, START, environ={}, config=CONFIG) as house:
        life = Life(house)
        life.live()
        life.told = life.chapters()
    return life
