"""On which leg of its way a parcel was heard of last, as far as its events tell."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from monitor.parcel import Side, Stage

if TYPE_CHECKING:
    from monitor.parcel import Dossier, Event


class Leg(StrEnum):
    """Where a parcel is, as coarsely as silence needs it."""

    ORIGIN = "origin"  # in the country it comes from, export customs included
    LINE_HAUL = "line_haul"  # has left it and is not known to have arrived
    ELSEWHERE = "elsewhere"  # arrived, or nobody says where


EXPORT = frozenset({Stage.EXPORT_CLEARANCE, Stage.EXPORT_CLEARANCE_EXCEPTION})
ARRIVED = frozenset(
    {
        Stage.CLEARANCE_EXCEPTION,
        Stage.CLEARANCE_PAYMENT_DUE,
        Stage.CLEARANCE_DOCUMENTS_NEEDED,
        Stage.CLEARANCE_FAILURE,
        Stage.CLEARANCE_SUCCESS,
        Stage.OUT_FOR_DELIVERY,
        Stage.PICKUP,
        Stage.DELIVERY_FAILED,
        Stage.RETURNING,
    }
)
# Codes of 17TRACK and Cainiao that say where. Import clearance starts before the parcel is there.
COLLECTED = frozenset(
    {"InTransit_PickedUp", "PU_PICKUP_SUCCESS", "PU_SIGN_IN_SUCCESS", "LH_HO_IN_SUCCESS"}
)
DEPARTED = frozenset({"InTransit_Departure", "LH_DEPART", "LH_HO_AIRLINE"})
ON_THE_WAY = ("LH_TRANS_", "TD_TRANS")  # transit countries of Cainiao
LANDED = frozenset({"InTransit_Arrival", "LH_ARRIVE"})
LOCAL = ("GTMS_", "GSTA_")  # the carrier at the door, in Cainiao's words


def leg(dossier: Dossier) -> Leg:
    """The leg the newest event that tells any speaks of; ELSEWHERE where none does."""
    told = (leg_of(event, dossier) for event in reversed(dossier.events))
    return next((found for found in told if found is not None), Leg.ELSEWHERE)


def leg_of(event: Event, dossier: Dossier) -> Leg | None:
    """The leg one event of it speaks of; None where it tells nothing of that."""
    return _leg_of(event, dossier.once(_origin), dossier.destination)


def _origin(dossier: Dossier) -> str:
    return dossier.origin or _first_abroad(dossier)


def _first_abroad(dossier: Dossier) -> str:
    """Where it was seen first, if that is not where it goes to: its origin, as far as one knows."""
    seen = next((event.country for event in dossier.events if event.country), "")
    return "" if seen == dossier.destination else seen


def _leg_of(event: Event, origin: str, destination: str) -> Leg | None:
    """The leg one event tells, by what it means first, then by its place, then by its code."""
    if event.stage in EXPORT:
        return Leg.ORIGIN
    if event.last_mile or _arrived(event):
        return Leg.ELSEWHERE
    if event.stage in (Stage.INFO_RECEIVED, Stage.OTHER, Stage.UNKNOWN):
        return None  # data and remarks are made far from the parcel
    if event.country:
        return _by_country(event, origin, destination)
    return _by_code(event.code)


def _arrived(event: Event) -> bool:
    """Customs of the origin and on the way hold parcels, too."""
    return event.stage in ARRIVED and event.side not in (Side.EXPORT, Side.TRANSIT)


def _by_country(event: Event, origin: str, destination: str) -> Leg:
    if event.country == destination:
        return Leg.ELSEWHERE
    if event.country == origin:
        return Leg.LINE_HAUL if event.code in DEPARTED else Leg.ORIGIN
    # A third country is on the way, where it is known that the parcel does not go there.
    return Leg.LINE_HAUL if origin and destination else Leg.ELSEWHERE


def _by_code(code: str) -> Leg | None:
    if code in COLLECTED:
        return Leg.ORIGIN
    if code in DEPARTED or code.startswith(ON_THE_WAY):
        return Leg.LINE_HAUL
    return Leg.ELSEWHERE if code in LANDED or code.startswith(LOCAL) else None
