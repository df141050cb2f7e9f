"""From the phrases found in one text to what it says: side, outcome, cause, movement."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from monitor.parcel import Cause, Side, Stage
from monitor.reading.claims import AT_THE_DOOR, Claim, claims_in
from monitor.reading.phrases import Concept

if TYPE_CHECKING:
    from monitor.reading.vocabulary import Found, Hit

_OUTCOMES: dict[Concept, Stage] = {
    Concept.START: Stage.CLEARANCE_START,
    Concept.SETTLED: Stage.CLEARANCE_START,
    Concept.CLEARED: Stage.CLEARANCE_SUCCESS,
    Concept.STOPPED: Stage.CLEARANCE_EXCEPTION,
    Concept.REFUSED: Stage.CLEARANCE_FAILURE,
    Concept.PAYMENT: Stage.CLEARANCE_PAYMENT_DUE,
    Concept.DOCUMENTS: Stage.CLEARANCE_DOCUMENTS_NEEDED,
}
_CAUSES: tuple[tuple[Cause, frozenset[Concept]], ...] = (
    (Cause.PROHIBITED, frozenset({Concept.FORBIDDEN})),
    (Cause.DOCUMENTS, frozenset({Concept.LACKS, Concept.DOCUMENTS})),
    (Cause.PAYMENT, frozenset({Concept.OWES, Concept.PAYMENT})),
)
# What is said of a parcel outside customs; where a text says two things the earlier one here wins.
_RANK: tuple[Stage, ...] = (
    Stage.LOST_OR_DAMAGED,
    Stage.RETURNED,
    Stage.RETURNING,
    Stage.DELIVERY_FAILED,
    Stage.PICKUP,
    Stage.OUT_FOR_DELIVERY,
    Stage.DELIVERED,
    Stage.INFO_RECEIVED,
    Stage.OTHER,
    Stage.IN_TRANSIT,
)
_RANKED = {stage: rank for rank, stage in enumerate(_RANK)}
PROBLEMS = frozenset(
    {
        Stage.CLEARANCE_EXCEPTION,
        Stage.CLEARANCE_PAYMENT_DUE,
        Stage.CLEARANCE_DOCUMENTS_NEEDED,
        Stage.CLEARANCE_FAILURE,
        Stage.EXPORT_CLEARANCE_EXCEPTION,
    }
)
CUSTOMS = PROBLEMS | {Stage.CLEARANCE_START, Stage.CLEARANCE_SUCCESS, Stage.EXPORT_CLEARANCE}
_TURNED_BACK = frozenset({Stage.RETURNING, Stage.RETURNED, Stage.LOST_OR_DAMAGED})


class Verdict(NamedTuple):
    """What one text says. `bare`: customs is named, but nothing is said to have happened there."""

    stage: Stage
    side: Side = Side.UNKNOWN
    cause: Cause | None = None
    language: str = ""
    decided: tuple[Hit, ...] = ()
    bare: bool = False


def judge(found: Found) -> Verdict | None:
    """The verdict of the language that recognises most of the text; None when nobody can tell."""
    spoken: dict[str, list[Hit]] = {}
    small: dict[str, int] = {}
    for hit in found.hits:
        phrase = hit.phrase
        if hit.meaning is Concept.SMALL:  # of several words, or in a script without blanks
            small[phrase.language] = small.get(phrase.language, 0) + hit.end - hit.start
        elif phrase.language in spoken:
            spoken[phrase.language].append(hit)
        else:
            spoken[phrase.language] = [hit]
    for language in _likeliest_first(spoken, small, found):
        verdict = _judge_language(spoken[language])
        if verdict is not None:
            stage, side, cause, _, decided, bare = verdict
            return Verdict(stage, side, cause, language, decided, bare)
    return None


def _likeliest_first(
    spoken: dict[str, list[Hit]], small: dict[str, int], found: Found
) -> list[str]:
    if len(spoken) < 2:  # noqa: PLR2004 - nothing to choose between
        return list(spoken)
    weight = {
        language: _covered(hits) + small.get(language, 0) for language, hits in spoken.items()
    }
    for part in found.small:
        for language, letters in part:
            if language in weight:
                weight[language] += letters
    return sorted(spoken, key=weight.__getitem__, reverse=True)


def _covered(hits: list[Hit]) -> int:
    if len(hits) == 1:
        return hits[0].end - hits[0].start
    total, reached = 0, 0
    for start, end in sorted([(h.start, h.end) for h in hits]):
        if end > reached:
            total += end - max(start, reached)
            reached = end
    return total


def _judge_language(hits: list[Hit]) -> Verdict | None:
    masks = [h for h in hits if h.meaning is Concept.NEVER]
    bare = [h for h in hits if not _masked(h, masks)] if masks else hits
    seen = sorted(bare, key=_order)
    for hit in seen:
        if hit.phrase.is_topic:
            return _judge_customs(seen, hit)
    return _judge_movement(seen)


def _order(hit: Hit) -> tuple[int, int]:
    return hit.start, -hit.end


def _masked(hit: Hit, masks: list[Hit]) -> bool:
    """Inside a phrase that only looks like customs; it may still be a movement or a remark."""
    if isinstance(hit.meaning, Stage):
        return False
    return any(m.start <= hit.start and hit.end <= m.end for m in masks)


def _rank(claim: Claim) -> int:
    return _RANKED[claim.meaning]  # type: ignore[index]  # callers hand over movements alone


def _judge_movement(hits: list[Hit]) -> Verdict | None:
    said = [h for h in hits if h.phrase.is_movement]
    moves = [c for c in claims_in(hits, said) if isinstance(c.meaning, Stage)]
    if not moves:
        return None
    best = min(moves, key=_rank)
    return Verdict(Stage(best.meaning), decided=(best.hit,))


def _judge_customs(hits: list[Hit], topic: Hit) -> Verdict:
    said = [h for h in hits if h.phrase.is_claim]
    claims = claims_in(hits, said)
    outcome = _outcome([c for c in claims if c.meaning in _OUTCOMES])
    if outcome is None or outcome.meaning is Concept.START:
        outcome = _forbidden(hits) or outcome
    move = _move_instead([c for c in claims if isinstance(c.meaning, Stage)], outcome)
    if move is not None:
        stage = Stage(move.meaning)
        return Verdict(stage, cause=_cause(stage, hits, claims), decided=(move.hit, topic))
    stage = _OUTCOMES[Concept(outcome.meaning)] if outcome else Stage.CLEARANCE_START
    side_hit, side = _side(hits, outcome)
    decided = tuple(h for h in (topic, side_hit, outcome.hit if outcome else None) if h)
    stage = at_export(stage) if side is Side.EXPORT else stage
    return Verdict(stage, side, _cause(stage, hits, claims), "", decided, bare=outcome is None)


def _forbidden(hits: list[Hit]) -> Claim | None:
    """Forbidden goods are named and nothing else is said to have happened: stopped, still open."""
    found = next((h for h in hits if h.meaning is Concept.FORBIDDEN), None)
    return Claim(Concept.STOPPED, found) if found else None


def _outcome(claims: list[Claim]) -> Claim | None:
    """The last thing stated decides; what is asked for outweighs the stop it explains."""
    if len(claims) < 2:  # noqa: PLR2004 - nothing to weigh
        return claims[0] if claims else None
    cleared = max((c.hit.start for c in claims if c.meaning is Concept.CLEARED), default=-1)
    later = [c for c in claims if c.hit.start > cleared or _asks_there(c, cleared)]
    for wanted in (
        {Concept.REFUSED},
        {Concept.PAYMENT, Concept.DOCUMENTS},
        {Concept.STOPPED},
    ):
        found = [c for c in later if c.meaning in wanted]
        if found:  # "tax number required" is a paper before it is a tax
            return max(found, key=lambda c: (c.hit.start, c.meaning is Concept.DOCUMENTS))
    released = [c for c in claims if c.meaning is Concept.CLEARED]
    remaining = released or claims
    return remaining[-1] if remaining else None


def _asks_there(claim: Claim, start: int) -> bool:
    """A release that hangs on money or papers, in one phrase: what is asked for counts."""
    return claim.hit.start == start and claim.meaning in {Concept.PAYMENT, Concept.DOCUMENTS}


def _move_instead(moves: list[Claim], outcome: Claim | None) -> Claim | None:
    """The movement that outweighs the customs outcome, if one does."""
    for move in sorted(moves, key=_rank):
        if move.meaning in _TURNED_BACK and _turns_back(move, outcome):
            return move
        if move.meaning is Stage.DELIVERY_FAILED and _heads(move, outcome):
            return move
        settled = outcome is None or outcome.meaning is Concept.SETTLED
        if move.meaning in AT_THE_DOOR and settled:
            return move
    return None


def _turns_back(move: Claim, outcome: Claim | None) -> bool:
    """A refusal that names the return stays a refusal; a release ends with a later return only."""
    if outcome is None or outcome.meaning not in {Concept.REFUSED, Concept.CLEARED}:
        return True
    earlier = move.hit.start < outcome.hit.start
    return earlier if outcome.meaning is Concept.REFUSED else not earlier


def _heads(move: Claim, outcome: Claim | None) -> bool:
    """A heading, as in "failed delivery - customs", wins unless customs refused for good."""
    if outcome is None:
        return True
    return outcome.meaning is not Concept.REFUSED and move.hit.start < outcome.hit.start


def _side(hits: list[Hit], outcome: Claim | None) -> tuple[Hit | None, Side]:
    if outcome is not None and outcome.hit.phrase.side is not None:
        return outcome.hit, outcome.hit.phrase.side
    first: dict[Side, Hit] = {}
    for hit in hits:
        side = hit.phrase.named_side
        if side is not None:
            first.setdefault(side, hit)
    for wanted in (Side.IMPORT, Side.EXPORT, Side.TRANSIT) if first else ():
        if wanted in first:
            return first[wanted], wanted
    return None, Side.UNKNOWN


def at_export(stage: Stage) -> Stage:
    """The same stage at the origin's customs: a problem there, or any step there."""
    if stage not in CUSTOMS:
        return stage
    return Stage.EXPORT_CLEARANCE_EXCEPTION if stage in PROBLEMS else Stage.EXPORT_CLEARANCE


def _cause(stage: Stage, hits: list[Hit], claims: list[Claim]) -> Cause | None:
    if stage is Stage.CLEARANCE_PAYMENT_DUE:
        return Cause.PAYMENT
    if stage is Stage.CLEARANCE_DOCUMENTS_NEEDED:
        return Cause.DOCUMENTS
    if stage not in PROBLEMS and stage not in {Stage.RETURNING, Stage.DELIVERY_FAILED}:
        return None
    said = {c.meaning for c in claims} | {h.meaning for h in hits if h.meaning in _REASONS}
    return next((cause for cause, words in _CAUSES if words & said), None)


_REASONS = frozenset({Concept.OWES, Concept.LACKS, Concept.FORBIDDEN})
