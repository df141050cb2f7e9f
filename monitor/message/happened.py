"""What happened to a parcel, how long nothing has since, and who has looked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.alerts.memory import Kind
from monitor.message.circumstances import season_line
from monitor.message.quoting import said_by
from monitor.message.texts import DAY, shown_time, source_name
from monitor.message.witnesses import contradiction, moved_on_with, other_sources

if TYPE_CHECKING:
    from monitor.message.render import Matter
    from monitor.message.texts import Style
    from monitor.parcel import Event

LOOK_HOLDS = 2 * DAY  # 17TRACK asks a carrier once a day at the least, until it stops


def happened(matter: Matter, style: Style) -> str:
    """The event the message is about, the silence since, what other sources say of both, and the
    season that explains it.
    """
    both = contradiction(matter, style)
    lines = [*(both or [_event_line(matter, style)]), moved_on_with(matter, style)]
    lines += _silence_lines(matter, style)
    lines.append(season_line(matter.telling, style))
    return "\n".join(line for line in lines if line)


def _event_line(matter: Matter, style: Style) -> str:
    event = _speaking_event(matter)
    if event is None:
        return style.words.phrase("happened_never")
    said = said_by(event, matter.dossier.parcel.number, style)
    if event.when is None:
        return style.words.phrase("happened_undated", said=said)
    key = "happened_first_seen" if event.at is None else "happened_on"
    return style.words.phrase(key, said=said, time=shown_time(event.when, style))


def _speaking_event(matter: Matter) -> Event | None:
    """The event the message is about: the one the episode rests on; of news, the newest."""
    episode = None if matter.telling.kind is Kind.NEWS else matter.telling.episode
    wanted = episode.facts.get("text", "") if episode else ""
    found = (e for e in reversed(matter.dossier.events) if wanted and e.text == wanted)
    return next(found, matter.dossier.stage_event)


def _silence_lines(matter: Matter, style: Style) -> list[str]:
    """How long silent, counted only as long as somebody looked, and what the others say of it."""
    words, change = style.words, matter.dossier.last_change
    if matter.telling.kind in (Kind.RESOLVED, Kind.NEWS) or change is None:
        return []
    looks = [k for k in matter.dossier.looks if k.looked_at is not None and k.shows_change]
    if not looks:
        return [words.phrase("never_looked")]
    last = max(looks, key=lambda k: k.looked_at or matter.now)
    looked_at = last.looked_at or matter.now
    stale = matter.now - looked_at > LOOK_HOLDS
    days = max(0, ((looked_at if stale else matter.now) - change) // DAY)
    line = words.phrase(
        "looked_long_ago" if stale else "looked",
        silent=words.phrase("silent_today") if days == 0 else words.counted("silent", days),
        source=source_name(last.source),
        time=shown_time(looked_at, style),
    )
    whole = f"{line} {words.phrase('economy')}" if matter.dossier.economy else line
    return [whole, *other_sources(matter, last.source, style)]
