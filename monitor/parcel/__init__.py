"""The values everything else speaks of: parcels, tracking events, and what a source answered."""

from monitor.parcel.dossiers import (
    Dossier,
    MondayToFriday,
    SourceLook,
    WorkingDays,
    monday_to_friday,
)
from monitor.parcel.events import HAND, SILENT_STAGES, Cause, Event, Side, Stage, TimeQuality
from monitor.parcel.outline import Outline, first_of, last_moment, outlined
from monitor.parcel.text import TEXT_LIMIT, clean_text, fold
from monitor.parcel.timeline import changes, merged, twins
from monitor.parcel.values import Alias, Parcel

__all__ = [
    "HAND",
    "SILENT_STAGES",
    "TEXT_LIMIT",
    "Alias",
    "Cause",
    "Dossier",
    "Event",
    "MondayToFriday",
    "Outline",
    "Parcel",
    "Side",
    "SourceLook",
    "Stage",
    "TimeQuality",
    "WorkingDays",
    "changes",
    "clean_text",
    "first_of",
    "fold",
    "last_moment",
    "merged",
    "monday_to_friday",
    "outlined",
    "twins",
]
