"""What one's own parcels have shown: how long each leg took, and with whom things went wrong."""

from monitor.experience.journeys import Journey, Leg, Outcome, Stay, journey_of
from monitor.experience.spreads import (
    ENOUGH,
    Compared,
    Ended,
    Spread,
    compared,
    endings,
    spreads,
)

__all__ = [
    "ENOUGH",
    "Compared",
    "Ended",
    "Journey",
    "Leg",
    "Outcome",
    "Spread",
    "Stay",
    "compared",
    "endings",
    "journey_of",
    "spreads",
]
