"""What to tell the owner now, given what a rule sees and what was told before; with its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.alerts.hours import leaves_at
from monitor.alerts.memory import Kind, Memory
from monitor.alerts.standing import DAY, Position, position, standing
from monitor.alerts.values import Look, Manners, Present, Telling, Verdict
from monitor.schedule import Episode, Severity, Step, Witness, waited_for_until

STALE_NEWS = timedelta(days=7)
WITHDRAWAL = timedelta(hours=12)
HEARD = 50  # tellings of one matter that are remembered by what they said


def decide(
    rule: str,
    memory: Memory | None,
    episode: Episode | None,
    present: Present,
    manners: Manners,
    *,
    muted: bool = False,
) -> Verdict:
    """What to remember and tell of one matter between `rule` and one subject.

    Pure, and idempotent: fed its own memory at the same moment it says nothing more. `muted` is
    True while a rule this one yields to is open: then nothing is said and nothing forgotten.
    """
    if memory is not None and memory.closed_at is not None:
        memory = None
    if episode is not None and episode.until is not None and present.now >= episode.until:
        return Verdict(None if memory is None else replace(memory, closed_at=present.now))
    if episode is None:
        return _over(rule, memory, present, muted=muted)
    if muted:
        kept = memory or _fresh(episode, present)
        return Verdict(kept, look=look_again(episode, kept, present.now, manners))
    if memory is not None and memory.anchor != episode.anchor:
        return _another_matter(memory, episode, present, manners)
    return _same_matter(memory, episode, present, manners)


def _over(rule: str, memory: Memory | None, present: Present, *, muted: bool) -> Verdict:
    """The rule has nothing to say any more: resolved, if the trouble was ever told."""
    if memory is None or muted:
        return Verdict(memory)
    if memory.worst is None:
        return Verdict(replace(memory, closed_at=present.now))
    since = memory.withdrawn_since or present.now
    withdrawn = not _moved_on(memory, present)
    if withdrawn and present.now < since + WITHDRAWAL:
        # A source took something back without saying anything newer; it may be flapping.
        kept = replace(memory, withdrawn_since=since)
        return Verdict(kept, look=Look(judge_at=since + WITHDRAWAL))
    closed = replace(memory, closed_at=present.now, told=memory.told + 1, told_at=present.now)
    telling = replace(_resolved(rule, memory, memory.worst), withdrawn=withdrawn)
    return Verdict(closed, (telling,))


def _resolved(rule: str, memory: Memory, worst: Severity) -> Telling:
    return Telling(Kind.RESOLVED, worst, f"nothing is left of {rule}", ended=memory.anchor)


def _moved_on(memory: Memory, present: Present) -> bool:
    """Something newer was said since the matter was last seen open."""
    if present.last_change is None:
        return False
    return memory.seen_change is None or present.last_change > memory.seen_change


def _fresh(episode: Episode, present: Present) -> Memory:
    return Memory(episode.anchor, opened_at=present.now, seen_change=present.last_change)


def _another_matter(
    memory: Memory, episode: Episode, present: Present, manners: Manners
) -> Verdict:
    """The rule speaks of something else now: the old matter closes inside the same message."""
    verdict = _same_matter(None, episode, present, manners)
    closed = replace(memory, closed_at=present.now)
    if memory.worst is None:
        return replace(verdict, closed=closed)
    if verdict.tellings:
        tellings = tuple(replace(t, ended=memory.anchor) for t in verdict.tellings)
    else:
        tellings = (_resolved(episode.rule, memory, memory.worst),)
        closed = replace(closed, told=memory.told + 1, told_at=present.now)
    return replace(verdict, tellings=tellings, closed=closed)


def _same_matter(
    memory: Memory | None, episode: Episode, present: Present, manners: Manners
) -> Verdict:
    known = memory or _fresh(episode, present)
    if known.withdrawn_since is not None:
        known = replace(known, withdrawn_since=None)
    if _moved_on(known, present):
        known = replace(known, seen_change=present.last_change, acknowledged_at=None)
    step = standing(episode, known, present.now)
    known = _recalled(known, episode, step)
    telling = _telling(known, episode, step, present.now, manners)
    kept = _remember(known, episode, step, telling, present.now)
    tellings = () if telling is None else (telling,)
    return Verdict(kept, tellings, look_again(episode, kept, present.now, manners))


def _recalled(memory: Memory, episode: Episode, step: Step | None) -> Memory:
    """The memory of a matter that stands again where it was told to stand before.

    A source takes something back and shows it again: that is known, and no news.
    """
    place = position(memory, episode, step)
    again = step is not None and place is Position.LATER and (step.key, step.at) in memory.heard
    fallen_again = place is Position.EARLIER and ("", memory.seen_change) in memory.heard
    if again or fallen_again:
        return replace(memory, step=None if step is None else step.key)
    return memory


def _telling(
    memory: Memory, episode: Episode, step: Step | None, now: datetime, manners: Manners
) -> Telling | None:
    """What to say now, with its reason; None where silence is right."""
    if _asleep(memory, step, now) or _waved_off(memory, episode, step):
        return None
    if memory.worst is None:
        return _opening(memory, episode, step, now)
    changed = _change(memory, memory.worst, episode, step)
    if changed is not None:
        return changed
    # What fell back without a word is reminded of where it stands now.
    here = memory if step is None else replace(memory, step=step.key)
    return _reminder(here, episode, step, now, manners)


def _change(memory: Memory, worst: Severity, episode: Episode, step: Step | None) -> Telling | None:
    place = position(memory, episode, step)
    if step is not None and place is Position.LATER:
        reason = f"{step.key} has come"
        return Telling(Kind.ESCALATED, step.severity, reason, episode, step)
    moved = _moved_deadline(memory, episode)
    if moved:
        reason = f"the deadline {moved} moved"
    elif place is Position.EARLIER and worst >= Severity.WARNING:
        reason = "something new was heard"
    else:
        return None
    return Telling(Kind.NEWS, worst, reason, episode, step)


def _asleep(memory: Memory, step: Step | None, now: datetime) -> bool:
    if memory.snoozed_until is None or now >= memory.snoozed_until:
        return False
    breaks_through = step is not None and step.insists and step.key != memory.step
    return memory.deadlines_too or not breaks_through


def _waved_off(memory: Memory, episode: Episode, step: Step | None) -> bool:
    """A later step that insists, of which the owner wanted to hear nothing, either."""
    if memory.acknowledged_at is None or not memory.deadlines_too or step is None:
        return False
    return step.insists and position(memory, episode, step) is Position.LATER


def _opening(memory: Memory, episode: Episode, step: Step | None, now: datetime) -> Telling | None:
    if step is None or memory.step == step.key:
        return None
    if not step.nags and now >= step.at + STALE_NEWS:
        return None
    return Telling(Kind.OPENED, step.severity, f"{step.key} has come", episode, step)


def _moved_deadline(memory: Memory, episode: Episode) -> str:
    """The name of a deadline that moved by a day or more since it was told, or ""."""
    before = dict(memory.deadlines)
    for name, at in episode.deadlines:
        if name in before and abs(at - before[name]) >= DAY:
            return name
    return ""


def _reminder(
    memory: Memory, episode: Episode, step: Step | None, now: datetime, manners: Manners
) -> Telling | None:
    at = remind_at(memory, step, manners)
    if step is None or at is None or now < at:
        return None
    looked_for = max(at, step.at)  # the schedule may have moved since the step was told
    if step.witness is Witness.CHECK and (
        episode.verified is None or episode.verified < looked_for
    ):
        return None
    return Telling(Kind.REMINDED, step.severity, f"{step.key} still holds", episode, step)


def remind_at(memory: Memory, step: Step | None, manners: Manners) -> datetime | None:
    """When the step told last is told again (UTC); None where it is not."""
    if step is None or memory.told_at is None or step.key != memory.step or memory.worst is None:
        return None
    if not step.nags or memory.acknowledged_at is not None:
        return None
    if memory.snoozed_until is not None and memory.snoozed_until > memory.told_at:
        return memory.snoozed_until
    pauses = manners.remind if step.remind is None else step.remind
    if not pauses or step.severity < Severity.WARNING:
        return None
    heard_at = leaves_at(manners, step.severity, memory.told_at)  # a pause begins when it is heard
    return heard_at + pauses[min(memory.reminders, len(pauses) - 1)]


def _remember(
    memory: Memory, episode: Episode, step: Step | None, telling: Telling | None, now: datetime
) -> Memory:
    key = None if step is None else step.key
    if telling is None:
        hidden = _asleep(memory, step, now) or _waved_off(memory, episode, step)
        return memory if hidden else replace(memory, step=key)
    reminded = telling.kind is Kind.REMINDED
    return replace(
        memory,
        step=key,
        told_at=max(now, memory.told_at or now),
        told=memory.told + 1,
        reminders=memory.reminders + 1 if reminded else 0,
        worst=max(memory.worst or telling.severity, telling.severity),
        acknowledged_at=None if telling.kind is Kind.ESCALATED else memory.acknowledged_at,
        deadlines=episode.deadlines,
        heard=_heard(memory, episode, telling),
    )


def _heard(memory: Memory, episode: Episode, telling: Telling) -> tuple[tuple[str, datetime], ...]:
    """What was told so far with this telling, the newest last."""
    step, change = telling.step, memory.seen_change
    told: list[tuple[str, datetime]] = []
    fell = telling.kind is Kind.NEWS and position(memory, episode, step) is Position.EARLIER
    if fell and change is not None:
        told.append(("", change))
    if telling.kind is not Kind.REMINDED and step is not None:
        told.append((step.key, step.at))
    return (*memory.heard, *told)[-HEARD:]


def look_again(episode: Episode, memory: Memory, now: datetime, manners: Manners) -> Look:
    """The next dates at which something may be said although nothing new is heard."""
    step = standing(episode, memory, now)
    start = episode.steps.index(step) + 1 if step is not None else 0
    ahead = episode.steps[start:]
    clock = [s.at for s in ahead if s.witness is Witness.CLOCK]  # none has come, so none is past
    check = [s.at for s in ahead if s.witness is Witness.CHECK]
    reminder = remind_at(memory, step, manners)
    if reminder is not None and step is not None:
        (check if step.witness is Witness.CHECK else clock).append(reminder)
    clock += [t for s in ahead if (t := waited_for_until(s, episode, now))]
    clock += [t for t in (memory.snoozed_until, episode.until) if t is not None and t > now]
    return Look(min(clock, default=None), min(check, default=None))
