"""What a text claims to have happened, once "not", "awaiting" and "after" are heard."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from monitor.parcel import Stage
from monitor.reading.phrases import Concept

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.reading.vocabulary import Hit

AT_THE_DOOR = frozenset({Stage.DELIVERED, Stage.OUT_FOR_DELIVERY, Stage.PICKUP})
# How many characters before a word it may be turned: in scripts with blanks, and without.
_REACH: dict[Concept, tuple[int, int]] = {
    Concept.NOT: (14, 4),
    Concept.AWAITING: (30, 8),
    Concept.AFTER: (40, 12),
}


class Claim(NamedTuple):
    """A hit that says something happened, as it is meant once "not" and "awaiting" are heard."""

    meaning: Concept | Stage
    hit: Hit


def claims_in(hits: list[Hit], said: list[Hit]) -> list[Claim]:
    """What is said to have happened, without parts of longer phrases, turned round where denied."""
    whole = [h for h in said if not _inside(h, said)] if len(said) > 1 else said
    turns = [h for h in hits if h.phrase.is_turn]
    if not turns:
        return [Claim(h.meaning, h) for h in whole]
    claims = [c for c in (_turned(h, turns) for h in whole) if c is not None]
    return _without_history(claims, turns)


def _turned(hit: Hit, turns: list[Hit]) -> Claim | None:
    if _preceded(hit, turns, Concept.AWAITING) or _holds(hit, turns, Concept.AWAITING):
        return _hoped_for(hit.meaning, hit)
    if _preceded(hit, turns, Concept.NOT) or _holds(hit, turns, Concept.NOT):
        return _denied(hit.meaning, hit)
    return Claim(hit.meaning, hit)


def _preceded(hit: Hit, turns: list[Hit], turn: Concept) -> bool:
    reach = _REACH[turn][0 if hit.phrase.spaced else 1]
    return any(t.meaning is turn and 0 <= hit.start - t.end <= reach for t in turns)


def _holds(hit: Hit, turns: list[Hit], turn: Concept) -> bool:
    """The turn, as in "clearance has not been completed", stands inside the words of a release."""
    if hit.meaning is not Concept.CLEARED:
        return False
    inner = (t for t in turns if hit.start < t.start and t.end < hit.end and t.meaning is turn)
    return any(t.phrase.text not in hit.phrase.text for t in inner)


def _hoped_for(meaning: Concept | Stage, hit: Hit) -> Claim | None:
    if meaning is Concept.CLEARED:
        return Claim(Concept.START, hit)
    if meaning is Concept.SETTLED:
        return Claim(Concept.PAYMENT, hit)
    return None if meaning in AT_THE_DOOR else Claim(meaning, hit)


def _denied(meaning: Concept | Stage, hit: Hit) -> Claim | None:
    if meaning is Concept.CLEARED:
        return Claim(Concept.STOPPED, hit)
    if meaning is Concept.SETTLED:
        return Claim(Concept.PAYMENT, hit)
    if meaning is Stage.DELIVERED:
        return Claim(Stage.DELIVERY_FAILED, hit)
    return Claim(meaning, hit) if meaning is Concept.START else None


def _without_history(claims: list[Claim], turns: list[Hit]) -> list[Claim]:
    """What follows "after" came before, whatever stands first: "released after inspection"."""
    past = [
        next((c for c in claims if _preceded(c.hit, [turn], Concept.AFTER)), None)
        for turn in turns
        if turn.meaning is Concept.AFTER
    ]
    return [c for c in claims if c not in past] or claims


def _inside(hit: Hit, others: Sequence[Hit]) -> bool:
    """Part of something longer that was said."""
    start, end = hit.start, hit.end
    for other in others:
        if other.start <= start and end <= other.end and other.end - other.start > end - start:
            return True
    return False
