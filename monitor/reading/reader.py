"""One message and its code, read together: the text decides, the code fills in what it leaves out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from monitor.parcel import Cause, Side, Stage
from monitor.reading import codes as tables
from monitor.reading.judgement import CUSTOMS, PROBLEMS, at_export, judge
from monitor.reading.letters import LIMIT, without_place
from monitor.reading.vocabulary import load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from monitor.reading.judgement import Verdict
    from monitor.reading.vocabulary import Vocabulary

_MOST_MATCHED = 6
_SAYS_LITTLE = frozenset({Stage.OTHER, Stage.IN_TRANSIT, Stage.INFO_RECEIVED})
_TROUBLE = PROBLEMS | {
    Stage.DELIVERY_FAILED,
    Stage.RETURNING,
    Stage.RETURNED,
    Stage.LOST_OR_DAMAGED,
}
_NOT_AT_THE_DOOR = frozenset({Stage.PICKUP, Stage.RETURNING, Stage.RETURNED})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a carrier's message means.

    `language` is the ISO 639-1 code of the vocabulary that decided, "" when a code did. `matched`
    holds the words of the message, or the code, that decided; empty when nobody understood it.
    `bare`: customs is named, but nothing is said to have happened there.
    """

    stage: Stage
    side: Side = Side.UNKNOWN
    cause: Cause | None = None
    language: str = ""
    matched: tuple[str, ...] = ()
    bare: bool = False


class Reader:
    """Reads messages with the shipped vocabulary and, where given, a file of the owner's words.

    Nothing is loaded before the first message. BadConfiguration when `extra` cannot be used.
    """

    def __init__(self, extra: Path | None = None) -> None:
        self._extra = extra
        self._vocabulary: Vocabulary | None = None
        self._judged = lru_cache(maxsize=4096)(self._judge)

    def read(
        self,
        text: str,
        *,
        code: str | None = None,
        source: str | None = None,
        codes: Mapping[str, str] | None = None,
    ) -> Reading:
        """What the message says, judged on its first 2000 characters; never raises on any text.

        `source` is a carrier's or an adapter's name as found; `codes` an adapter's own mapping from
        its codes to names of stages. Stage.UNKNOWN when neither text nor code is understood.
        """
        said = self._judged(text[:LIMIT])
        if not code:
            return said
        known = tables.meaning(code, source or "", codes)
        return said if known is None else _together(said, known)

    def _judge(self, text: str) -> Reading:
        if self._vocabulary is None:
            self._vocabulary = load(self._extra)
        folded = self._vocabulary.fold(text)[:LIMIT]
        told = without_place(folded)
        for form in dict.fromkeys((told, folded)):
            verdict = judge(self._vocabulary.find(form))
            if verdict is not None:
                return _reading(verdict, form)
        return Reading(Stage.UNKNOWN)


def _reading(verdict: Verdict, text: str) -> Reading:
    words = dict.fromkeys(text[h.start : h.end] for h in verdict.decided)
    return Reading(
        verdict.stage,
        verdict.side,
        verdict.cause,
        verdict.language,
        tuple(words)[:_MOST_MATCHED],
        bare=verdict.bare,
    )


def _together(said: Reading, known: tables.CodeMeaning) -> Reading:
    overruled = known.rules and said.stage not in _TROUBLE | CUSTOMS
    if overruled or _code_says_more(said, known):
        return _by_code(said, known)
    if said.stage in CUSTOMS and said.side is Side.UNKNOWN and known.side is not Side.UNKNOWN:
        stage = at_export(said.stage) if known.side is Side.EXPORT else said.stage
        return Reading(
            stage, known.side, said.cause, said.language, (*said.matched, known.code), said.bare
        )
    return said


def _code_says_more(said: Reading, known: tables.CodeMeaning) -> bool:
    """Whether the text leaves open what the code states; where both state something, text rules."""
    if known.stage is Stage.UNKNOWN:
        return False
    if said.stage is Stage.UNKNOWN:
        return True
    if said.stage is Stage.OTHER and known.stage in _TROUBLE:
        return not known.weak or known.stage in PROBLEMS
    return not known.weak and _fills_in(said, known)


def _fills_in(said: Reading, known: tables.CodeMeaning) -> bool:
    if said.bare:
        return known.stage in CUSTOMS and not _other_side(said, known)
    if said.stage is Stage.DELIVERED:
        return known.stage in _NOT_AT_THE_DOOR
    return said.stage in _SAYS_LITTLE and known.stage in CUSTOMS


def _other_side(said: Reading, known: tables.CodeMeaning) -> bool:
    sides = {said.side, known.side} - {Side.UNKNOWN}
    return len(sides) > 1


def _by_code(said: Reading, known: tables.CodeMeaning) -> Reading:
    exporting = said.bare and said.side is Side.EXPORT
    stage = at_export(known.stage) if exporting else known.stage
    side = said.side if known.side is Side.UNKNOWN and said.stage in CUSTOMS else known.side
    return Reading(stage, side, _cause(stage) or said.cause, "", (known.code,))


def _cause(stage: Stage) -> Cause | None:
    causes = {
        Stage.CLEARANCE_PAYMENT_DUE: Cause.PAYMENT,
        Stage.CLEARANCE_DOCUMENTS_NEEDED: Cause.DOCUMENTS,
    }
    return causes.get(stage)


@cache
def _shipped() -> Reader:
    return Reader()


def read(
    text: str,
    *,
    code: str | None = None,
    source: str | None = None,
    codes: Mapping[str, str] | None = None,
) -> Reading:
    """What a message means, read with the shipped vocabulary: see `Reader.read`."""
    return _shipped().read(text, code=code, source=source, codes=codes)
