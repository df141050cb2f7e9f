"""What ends and what it ended with, said of one parcel at one moment, as one voice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.alerts.memory import Kind
from monitor.parcel import Stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.alerts.values import Telling, Verdict
    from monitor.parcel import Dossier
    from monitor.schedule import Episode

    # What a rule sees and says; the last: what is held of it is not to be sent any more.
    Finding = tuple[Episode | None, Verdict, bool]

# Rules about events that end what other rules had to say, the gravest first.
ENDERS = ("lost", "returning", "delivered", "pickup")


def one_farewell(found: Mapping[str, Finding], dossier: Dossier) -> dict[str, Finding]:
    """What the rules found about one parcel, with every end told once: see `one_voice`."""
    said = one_voice({name: verdict for name, (_, verdict, _) in found.items()}, dossier)
    return {name: (episode, said[name], instead) for name, (episode, _, instead) in found.items()}


def one_voice(verdicts: Mapping[str, Verdict], dossier: Dossier) -> dict[str, Verdict]:
    """The verdicts on one parcel, by rule, in which no end is told twice.

    Matters that end together are one notice, that of the gravest: whoever heard of a milder one has
    heard of the gravest, too. What a return, a loss, a delivery or a place of collection ended is
    said with it, where everybody hears it who heard of the trouble; a mere delivery is not told
    beside the end of a trouble, which says the same.
    """
    ended = {n: t for n, v in verdicts.items() for t in v.tellings if t.kind is Kind.RESOLVED}
    found = dict(verdicts)
    if not ended:
        return found
    gravest = max(ended, key=lambda name: ended[name].severity)
    found |= {name: replace(found[name], tellings=()) for name in ended if name != gravest}
    for name in ENDERS:
        begun = None if name not in verdicts else _begun(verdicts[name])
        if begun is not None:
            return found | _both(name, begun, gravest, ended[gravest], found, dossier)
    return found


def _begun(verdict: Verdict) -> Telling | None:
    kinds = (Kind.OPENED, Kind.ESCALATED)
    return next((t for t in verdict.tellings if t.kind in kinds), None)


def _both(
    name: str,
    begun: Telling,
    gravest: str,
    end: Telling,
    verdicts: Mapping[str, Verdict],
    dossier: Dossier,
) -> dict[str, Verdict]:
    """What changes when a rule begins to speak at the moment at which a trouble ends."""
    newest = dossier.stage_event
    delivered = newest is not None and newest.stage is Stage.DELIVERED  # then the end says so
    mere = begun.step is not None and not begun.step.nags
    if mere and delivered and end.severity >= begun.severity:
        return {name: replace(verdicts[name], tellings=())}
    if begun.severity < end.severity:  # some have heard of the trouble, who would not hear this
        return {}
    whole = replace(begun, ended=end.ended)
    return {
        name: replace(verdicts[name], tellings=(whole,)),
        gravest: replace(verdicts[gravest], tellings=()),
    }
