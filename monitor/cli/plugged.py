"""The plug-ins that are installed, as `parcels adapters` and `parcels doctor` show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.cli.checks import Finding, State
from monitor.plugins import ADAPTERS, RULES, Offer, offers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.history import History
    from monitor.settings import Settings
    from monitor.sweep.judge import Court

WHAT = {ADAPTERS: "adapter", RULES: "rule"}
TABLES = {ADAPTERS: "adapters", RULES: "rules"}


@dataclass(frozen=True, slots=True)
class Installed:
    """One that is installed. `problem` says why it cannot be used, whether it is switched on or not."""

    offer: Offer
    enabled: bool
    problem: str = ""

    @property
    def switch(self) -> str:
        """How the owner switches it on or off."""
        option = f"{TABLES[self.offer.group]}.{self.offer.name}.enabled"
        return f"off with {option} = false" if self.enabled else f"on with {option} = true"


def installed(settings: Settings, group: str) -> list[Installed]:
    """All of a group by name; only those that are switched on were loaded."""
    known = settings.plugged.adapters if group == ADAPTERS else settings.plugged.rules
    found = []
    for offer in offers(group):
        table = known.get(offer.name)
        if offer.problem and table is None:
            found.append(Installed(offer, enabled=False, problem=offer.problem))
        elif group == ADAPTERS and offer.name in settings.adapters.others:
            kind = f"[adapters.{offer.name}] has a kind, and so is a source of your own"
            found.append(Installed(offer, enabled=False, problem=kind))
        elif table is None:
            found.append(Installed(offer, enabled=False))
        else:
            found.append(Installed(offer, table.enabled, offer.problem or table.problem))
    return found


def unused_adapters(settings: Settings) -> list[Installed]:
    """Those that are no source now: off, or of no use."""
    return [each for each in installed(settings, ADAPTERS) if each.problem or not each.enabled]


def failed(court: Court) -> bool:
    """Whether a rule of a plug-in failed on any parcel so far, which was told where it did."""
    return any(getattr(rule, "failed", "") for rule in court.rules)


def findings(settings: Settings, history: History | None) -> Iterator[Finding]:
    """What there is to say of each plug-in; nothing where none is installed."""
    for group in (ADAPTERS, RULES):
        for each in installed(settings, group):
            yield _finding(each, settings, history)


def _finding(each: Installed, settings: Settings, history: History | None) -> Finding:
    check = f"plug-in {each.offer.name}"
    shown = f"{WHAT[each.offer.group]} of {each.offer.origin}"
    if each.problem:
        state = State.PROBLEM if each.enabled else State.WARNING
        return Finding(check, state, f"{shown} is not used: {each.problem}")
    if not each.enabled:
        return Finding(check, State.NOTE, f"{shown} is off; {each.switch}")
    fault = _fault(each.offer, settings, history)
    if fault:
        return Finding(check, State.PROBLEM, fault)
    return Finding(check, State.OK, f"{shown} is in use")


def _fault(offer: Offer, settings: Settings, history: History | None) -> str:
    """What a rule does wrong with any parcel that is watched; an adapter is judged by its health."""
    from monitor.sweep.dossiers import dossiers

    table = settings.plugged.rules.get(offer.name) if offer.group == RULES else None
    if table is None or table.made is None or history is None:
        return ""
    ids = [parcel.id for parcel in history.parcels.watched()]
    found = map(table.made.fault, dossiers(history, ids, country=settings.country).values())
    return next(filter(None, found), "")
