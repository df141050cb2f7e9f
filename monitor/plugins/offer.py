"""What installed packages offer to this program, found without loading any of it."""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from monitor import __version__
from monitor.parcel import HAND, clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.metadata import Distribution, EntryPoint

ADAPTERS, RULES = "monitor.adapters", "monitor.rules"  # the groups of entry points

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_SHOWN = 60  # characters of a name from outside
_RESERVED = {
    ADAPTERS: frozenset({HAND}),
    RULES: frozenset({"quota"}),
}  # taken without being built in
_THIS = "stuck-package-monitor"


@dataclass(frozen=True, slots=True)
class Offer:
    """One entry point. `target` is `module:class`; `problem` says why it cannot be used, "" = it may."""

    group: str
    name: str
    target: str
    distribution: str
    version: str
    problem: str = ""

    @property
    def origin(self) -> str:
        """The distribution and its version."""
        return f"{self.distribution} {self.version}".strip()


def offers(group: str) -> tuple[Offer, ...]:
    """Everything offered in a group, by name; nothing is imported. Costs some milliseconds once."""
    return _found(group, tuple(sys.path))


@lru_cache(maxsize=8)
def _found(group: str, _path: tuple[str, ...]) -> tuple[Offer, ...]:
    every = sorted(_offered(group), key=lambda offer: (offer.name, offer.distribution))
    if not every:
        return ()
    count, taken = Counter(offer.name for offer in every), _taken(group)
    return tuple(_judged(offer, every, count, taken) for offer in every)


def _offered(group: str) -> Iterator[Offer]:
    """As metadata has it; of a distribution that is found twice on the path, the first counts."""
    from importlib import metadata  # noqa: PLC0415 - dear, and most machines have no plug-in

    seen: set[str] = set()
    for distribution in metadata.distributions():
        points = _points(distribution, group)
        if not points:
            continue
        name, version = _identity(distribution)
        folded = re.sub(r"[-_.]+", "-", name).casefold()
        if folded not in seen:
            seen.add(folded)
            yield from (
                Offer(group, clean_text(p.name, _SHOWN), p.value, name, version) for p in points
            )


def _points(distribution: Distribution, group: str) -> list[EntryPoint]:
    try:
        return [point for point in distribution.entry_points if point.group == group]
    except Exception:  # noqa: BLE001 - one package's garbled metadata hides no other's
        return []


def _identity(distribution: Distribution) -> tuple[str, str]:
    try:
        name, version = distribution.metadata["Name"], distribution.version
    except Exception:  # noqa: BLE001 - as above
        name, version = None, None
    return clean_text(name or "an unnamed package", _SHOWN), clean_text(version or "", _SHOWN)


def _taken(group: str) -> frozenset[str]:
    """The names this program uses itself."""
    if group == ADAPTERS:
        from monitor.adapters import ADAPTERS as own  # noqa: N811, PLC0415 - the group has the same name

        return _RESERVED[group] | own.keys()
    from monitor.rules.registry import every_rule  # noqa: PLC0415 - loads every rule

    return _RESERVED[group] | every_rule().keys()


def is_taken(offer: Offer) -> bool:
    """Whether the name is one of this program's own, so that its table is not the plug-in's."""
    return offer.name in _taken(offer.group)


def _judged(offer: Offer, every: list[Offer], count: Counter[str], taken: frozenset[str]) -> Offer:
    problem = ""
    if not _NAME.fullmatch(offer.name):
        problem = (
            "its name must be a small letter and up to 39 small letters, digits or underscores; "
            f"this is for {offer.distribution} to change"
        )
    elif offer.name in taken:
        problem = (
            f"the name belongs to {_THIS} {__version__} itself, so that what {offer.origin} offers "
            "under it is not used"
        )
    elif count[offer.name] > 1:
        origins = " and ".join(other.origin for other in every if other.name == offer.name)
        problem = f"{origins} both offer it, so that neither is used; uninstall one of them"
    return replace(offer, problem=problem)
