"""What the other sources say: who agrees, who shows something else, and who was not heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.alerts.memory import Kind
from monitor.message.quoting import said_by
from monitor.message.texts import shown_time, source_name
from monitor.parcel import HAND, SILENT_STAGES, Stage
from monitor.schedule import Witness

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.message.render import Matter
    from monitor.message.texts import Style
    from monitor.parcel import Event, SourceLook


_DENIED = "delivered_denied"


def other_sources(matter: Matter, speaker: str, style: Style) -> list[str]:
    """What each source but `speaker`, who witnesses the silence, says of it; a line for each kind.

    Only for a step that rests on a look, and of sources that are switched on.
    """
    step = matter.telling.step
    if step is None or step.witness is not Witness.CHECK or matter.telling.kind is Kind.NEWS:
        return []
    others = [k for k in matter.dossier.looks if k.awaited and k.source != speaker]
    heard = [k for k in others if k.heard_at is not None and k.heard_at >= step.at]
    lines = [
        _line("agrees", _names(k for k in heard if k.shows_change and not k.not_yet), style),
        _line("knows_nothing", _names(k for k in heard if k.not_yet), style),
        *(_shows_else(k, matter, style) for k in heard if not (k.shows_change or k.not_yet)),
        _line("not_heard", [_last_heard(k, style) for k in others if k not in heard], style),
    ]
    return [line for line in lines if line]


def moved_on_with(matter: Matter, style: Style) -> str:
    """Who has the parcel now, where the source that showed the trouble has not noticed; "" else."""
    newest = matter.dossier.stage_event
    ended = matter.telling.kind in (Kind.RESOLVED, Kind.NEWS)
    if newest is None or newest.source == HAND or not ended:
        return ""
    looks = [k for k in matter.dossier.looks if k.awaited and not k.not_yet]
    behind = [k for k in looks if not k.shows_change and k.source != newest.source]
    if not behind or not any(k.shows_change and k.source == newest.source for k in looks):
        return ""
    return style.words.phrase(
        "moved_on", source=source_name(newest.source), others=", ".join(_names(behind))
    )


def contradiction(matter: Matter, style: Style) -> list[str]:
    """Who called it delivered, who says otherwise, and when; [] where nobody says otherwise."""
    episode, step = matter.telling.episode, matter.telling.step
    if episode is None or step is None or step.advice != _DENIED:
        return []
    facts = episode.facts
    both = (
        _found(matter, facts.get("said_at", ""), delivered=True),
        _found(matter, facts.get("at", ""), facts.get("text", "")),
    )
    return [_said(event, matter, style) for event in both if event is not None]


def _found(matter: Matter, at: str, text: str = "", *, delivered: bool = False) -> Event | None:
    """The event of that moment: a delivery, or another with that text."""
    for event in matter.dossier.events:
        if event.when is None or event.when.isoformat() != at:
            continue
        if (event.stage is Stage.DELIVERED) is delivered and (delivered or event.text == text):
            return event
    return None


def _said(event: Event, matter: Matter, style: Style) -> str:
    time = "" if event.when is None else shown_time(event.when, style)
    said = said_by(event, matter.dossier.parcel.number, style)
    return style.words.phrase("said_then", source=source_name(event.source), time=time, said=said)


def _line(key: str, sources: list[str], style: Style) -> str:
    return style.words.phrase(key, sources=", ".join(sources)) if sources else ""


def _names(looks: Iterable[SourceLook]) -> list[str]:
    return [source_name(look.source) for look in looks]


def _last_heard(look: SourceLook, style: Style) -> str:
    name = source_name(look.source)
    return name if look.heard_at is None else f"{name} ({shown_time(look.heard_at, style)})"


def _shows_else(look: SourceLook, matter: Matter, style: Style) -> str:
    """It has looked, and does not show the last change: the newest it shows is said."""
    newest = _newest(matter.dossier.events, look.source)
    if newest is None or newest.when is None:
        return _line("agrees", [source_name(look.source)], style)
    return style.words.phrase(
        "shows_else",
        source=source_name(look.source),
        said=said_by(newest, matter.dossier.parcel.number, style),
        time=shown_time(newest.when, style),
    )


def _newest(events: tuple[Event, ...], source: str) -> Event | None:
    own = (e for e in reversed(events) if e.source == source)
    return next((e for e in own if e.stage not in SILENT_STAGES), None)
