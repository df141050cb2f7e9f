"""Why a delivery may be none: said too early, or of a place that is not the recipient's."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from monitor.parcel import Stage, TimeQuality, fold
from monitor.rules.door import delivery, denial, owner_has_it, spoken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.parcel import Dossier, Event

# UPU: left, or reached, the office of exchange of the country of destination.
OFFICE_CODES = frozenset({"EMD", "EMF"})
SOON = timedelta(hours=1)  # after the office of exchange
_VAGUE = frozenset({TimeQuality.DATE_ONLY, TimeQuality.NONE})


class Doubt(StrEnum):
    """What speaks against a delivery by the way it was said."""

    OFFICE = "office"  # minutes after the office of exchange: nobody can have driven it anywhere
    CUSTOMS = "customs"  # handed to a customs office
    STATION = "station"  # handed to a locker or a shop, where it waits


def doubt_of(dossier: Dossier, delivered: Event, soon: timedelta) -> Doubt | None:
    """`soon`: a delivery so shortly after the inward office of exchange is none."""
    if _from_the_office(dossier, delivered, soon):
        return Doubt.OFFICE
    said = fold(f"{delivered.text} {delivered.translation}")
    place = fold(delivered.place)
    if _names("customs_office", f"{said} {place}"):
        return Doubt.CUSTOMS
    if _names("station", f"{said} {place}") and not _names("collected", said):
        return Doubt.STATION
    return None


def settled(dossier: Dossier, soon: timedelta = SOON) -> bool:
    """Whether it was delivered, and nothing speaks against it."""
    if owner_has_it(dossier):
        return True
    said = delivery(dossier)
    return (
        said is not None and denial(dossier, said) is None and doubt_of(dossier, said, soon) is None
    )


def _from_the_office(dossier: Dossier, delivered: Event, soon: timedelta) -> bool:
    earlier = [e for e in spoken(dossier) if _exactly_before(e, delivered, soon)]
    between = {e.stage for e in earlier}
    return Stage.OUT_FOR_DELIVERY not in between and any(_at_the_office(e) for e in earlier)


def _exactly_before(event: Event, delivered: Event, soon: timedelta) -> bool:
    """Whether it came before by less than `soon`, as far as two clocks can be compared."""
    if event is delivered or event.when is None or delivered.when is None:
        return False
    if _VAGUE & {event.time_quality, delivered.time_quality}:
        return False
    exact = event.time_quality is delivered.time_quality is TimeQuality.EXACT
    same_clock = (event.source, event.provider) == (delivered.source, delivered.provider)
    near = delivered.when - soon <= event.when <= delivered.when
    return near and (exact or same_clock)


def _at_the_office(event: Event) -> bool:
    if event.code.rpartition(":")[2].upper() in OFFICE_CODES:
        return True
    return _names("inward_office", fold(f"{event.text} {event.translation}"))


def _names(what: str, folded: str) -> bool:
    return _patterns()[what].search(folded) is not None


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    """By what they name: the words of data/door.toml, as one pattern over folded text."""
    table = tomllib.loads(files("monitor").joinpath("data/door.toml").read_text("utf-8"))
    return {
        what: re.compile("|".join(_pattern(str(word)) for words in by.values() for word in words))
        for what, by in table.items()
    }


def _pattern(word: str) -> str:
    """A word may have any ending; where blanks part words it begins one."""
    folded = re.escape(fold(word)).replace(r"\ ", " ")
    return folded if _UNPARTED.match(word) else rf"\b{folded}"


_UNPARTED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
