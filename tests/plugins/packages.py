"""Packages as an installer leaves them behind: a module and its metadata, made for one test."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.plugins import offer

if TYPE_CHECKING:
    from pathlib import Path

ADAPTERS, RULES = "monitor.adapters", "monitor.rules"

ADAPTER = '''
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar
from monitor.adapters.contract import Capability, NotYet

@dataclass(frozen=True)
class Made:
    """base_url  where it is asked"""
    api_version: ClassVar[int] = 1
    base_url: str = "https://api.example.org"
    api_token: str = field(default="", repr=False)
    pause: timedelta = timedelta(hours=1)
    batch: int = 5
    @property
    def capability(self):
        return Capability("NAME", True, False, self.batch, 1.0, self.pause, self.pause)
    @property
    def codes(self):
        return {}
    def recognise(self, number):
        return number.startswith("LP")
    async def fetch(self, wire, asks):
        return await wire.get("/", params={"n": asks[0].number})
    def parse(self, answer, asks, now):
        return tuple(NotYet(ask.number, now) for ask in asks)
'''

RULE = '''
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar
from monitor.rules.contract import subject_of
from monitor.schedule import Episode, Severity, Step

WORDS = {"title": "odd", "means": "It is odd.", "do": ["Look."], "action": "look"}

@dataclass(frozen=True)
class Made:
    """Speaks of every parcel."""
    api_version: ClassVar[int] = 1
    name: ClassVar[str] = "NAME"
    yields_to: ClassVar[frozenset] = frozenset({"lost"})
    texts: ClassVar[dict] = {"NAME_seen": WORDS, "resolved_NAME": {**WORDS, "title": "fine"}}
    days: int = 0
    def __call__(self, dossier):
        since = dossier.parcel.added_at + timedelta(days=self.days)
        step = Step("seen", since, Severity.WARNING, "NAME_seen")
        return Episode("NAME", subject_of(dossier.parcel.id), "oddity", since, (step,))
'''


@dataclass(frozen=True)
class Site:
    """A folder on the path in which packages are installed."""

    folder: Path

    def install(
        self, group: str, name: str, source: str, *, distribution: str = "", version: str = "1.0"
    ) -> str:
        """One package with one entry point, whose class is called Made; the name of its module."""
        distribution = distribution or f"parcels-{name.replace('_', '-')}"
        module = distribution.replace("-", "_")
        text = textwrap.dedent(source).replace("NAME", name)
        (self.folder / f"{module}.py").write_text(text)
        info = self.folder / f"{module}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n"
        )
        (info / "entry_points.txt").write_text(f"[{group}]\n{name} = {module}:Made\n")
        offer._found.cache_clear()
        return module

    def adapter(self, name: str, source: str = ADAPTER, **about: str) -> str:
        return self.install(ADAPTERS, name, source, **about)

    def rule(self, name: str, source: str = RULE, **about: str) -> str:
        return self.install(RULES, name, source, **about)
