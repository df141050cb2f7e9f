"""Several deadlines counted down at once, as one schedule in which the gravest speaks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from monitor.schedule import Severity, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Track:
    """The steps of one deadline in order of time, and when it is over (None: never; UTC).

    `over` is the step that says so where something else is still ahead; None: another track takes
    over at that very moment.
    """

    steps: tuple[Step, ...]
    ends: datetime | None
    over: Step | None = None

    def standing(self, at: datetime) -> Step | None:
        if self.ends is not None and at >= self.ends:
            return None
        return next((s for s in reversed(self.steps) if s.at <= at), None)


def merged(tracks: Sequence[Track]) -> tuple[Step, ...]:
    """One schedule of all tracks, ascending; the steps at the end of the last are left out.

    A step that comes while a graver one of another track stands is not said: when the graver is
    over, the schedule goes on with what stands then, under the key of its end.
    """
    if _one_after_another(tracks):
        return _joined(tracks)
    found: list[Step] = []
    for at in sorted(set(_moments(tracks))):
        step = _at(tracks, at)
        if step is not None:
            found.append(step)
    return tuple(found)


def end_of(tracks: Iterable[Track]) -> datetime | None:
    """When all is over; None where one track has no end."""
    ends = [track.ends for track in tracks]
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None


def _one_after_another(tracks: Sequence[Track]) -> bool:
    """No track begins before the one ahead of it is over: the usual case, and quickly told."""
    if not all(track.steps for track in tracks):
        return False
    return all(
        one.ends is not None and one.ends <= other.steps[0].at for one, other in pairwise(tracks)
    )


def _joined(tracks: Sequence[Track]) -> tuple[Step, ...]:
    found: list[Step] = []
    for one, other in pairwise(tracks):
        found += one.steps
        if one.over is not None and one.over.at < other.steps[0].at:
            found.append(one.over)
    return (*found, *tracks[-1].steps) if tracks else ()


def _moments(tracks: Sequence[Track]) -> Iterable[datetime]:
    until = end_of(tracks)
    for track in tracks:
        yield from (s.at for s in track.steps if until is None or s.at < until)
        if track.ends is not None and track.ends != until:
            yield track.ends


def _at(tracks: Sequence[Track], at: datetime) -> Step | None:
    """What the schedule says at one of its moments; None where nothing changes for the owner."""
    top = _top(tracks, at)
    if top is not None and top.at == at:
        return top
    overs = [t.over for t in tracks if t.ends == at and t.over is not None]
    if not overs:
        return None
    last = _top(tracks, at, just_before=True)
    spoke = [t for t in tracks if t.ends == at and last in t.steps]
    if top is None:
        return overs[-1]._replace(at=at)
    if not spoke:
        return None
    key = next((t.over.key for t in spoke if t.over is not None), overs[-1].key)
    return top._replace(key=key, at=at)


def _top(tracks: Sequence[Track], at: datetime, *, just_before: bool = False) -> Step | None:
    """The gravest step that stands; of equals the one that came last."""
    standing = [_before(t, at) if just_before else t.standing(at) for t in tracks]
    known = [s for s in standing if s is not None]
    return max(known, key=lambda s: (s.severity, s.at), default=None)


def _before(track: Track, at: datetime) -> Step | None:
    if track.ends is not None and at > track.ends:
        return None
    return next((s for s in reversed(track.steps) if s.at < at), None)


def severity_of(days_before: int) -> Severity:
    """How much a step so many days before the end matters."""
    if days_before > NOTICE_ABOVE:
        return Severity.NOTICE
    return Severity.WARNING if days_before > WARNING_ABOVE else Severity.CRITICAL


NOTICE_ABOVE = 7  # days before the end: more than this is a notice
WARNING_ABOVE = 3  # more than this a warning, the rest critical
