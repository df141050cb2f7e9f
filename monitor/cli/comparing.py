"""How a parcel's present stay compares to those of its owner's other parcels, for `parcels why`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.cli.office import Office
    from monitor.experience import Compared, Journey, Leg
    from monitor.sweep.views import View

# The leg whose length a rule watches; "" is the one the parcel is on.
_LEGS = {
    "clearance": "clearance",
    "clearance_due": "clearance",
    "handover": "last_mile",
    "silence": "",
    "never_shipped": "handling",
}


def comparisons(view: View, office: Office) -> dict[str, Compared]:
    """By rule; only of rules that watch how long something takes, and that have enough to compare."""
    if view.matters.keys().isdisjoint(_LEGS):
        return {}  # no other parcel need be read
    return dict(_comparisons(view, office))


def _comparisons(view: View, office: Office) -> Iterator[tuple[str, Compared]]:
    from monitor.cli.stats import journeys
    from monitor.experience import Leg, compared, journey_of

    own, others = journey_of(view.dossier), journeys(office)
    for rule in _LEGS.keys() & view.matters.keys():
        leg = _leg_under_way(own) if _LEGS[rule] == "" else Leg(_LEGS[rule])
        found = None if leg is None else compared(own, leg, others)
        if found is not None:
            yield rule, found


def _leg_under_way(own: Journey) -> Leg | None:
    stay = own.under_way
    return None if stay is None else stay.leg


def in_words(found: Compared) -> str:
    from monitor.cli.stats import LEGS

    origin, destination = found.route
    return (
        f"{LEGS[found.leg]}: {found.days:.1f} days so far, longer than {found.shorter} of "
        f"{found.of} of your parcels from {origin} to {destination}"
    )


def as_json_keys(found: Compared | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "leg": found.leg.value,
        "days": round(found.days, 1),
        "longer_than": found.shorter,
        "of": found.of,
    }
