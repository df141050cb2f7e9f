"""`parcels stats`: how long each leg took in one's own history, and with whom things went wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.dates import past_day
from monitor.cli.office import json_option, office_of, print_json
from monitor.experience import ENOUGH, Leg, Outcome, endings, journey_of, spreads
from monitor.message.texts import count
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from monitor.cli.office import Office
    from monitor.experience import Ended, Journey, Spread

LEGS = {
    Leg.HANDLING: "ordered to first scan",
    Leg.ORIGIN: "first scan to export",
    Leg.LINE_HAUL: "between the countries",
    Leg.CLEARANCE: "import clearance",
    Leg.LAST_MILE: "to the door",
    Leg.TOTAL: "altogether",
}
LEG_WIDTH = max(map(len, LEGS.values()))
NAME_LIMIT = 60


@click.command("stats", epilog="Example: parcels stats --since 2026-01-01")
@click.option("--since", metavar="DATE", default="", help="Only parcels ordered since this day.")
@json_option
@click.pass_context
def stats_command(ctx: click.Context, since: str, as_json: bool) -> None:
    """How long each leg of the way took with your own parcels, per route and per carrier: median, what
    nine of ten did not exceed, and how many are under way. And which sellers and carriers went
    wrong. Nothing is said of fewer than five."""
    with office_of(ctx, only_reads=True) as office:
        found = _since(journeys(office), since, office)
        if as_json:
            print_json(_json(found))
            return
        said = list(_lines(found))
        if not said:  # a parcel nobody has scanned has no route, and no carrier
            nothing = "No parcel has been anywhere yet, as far as a source has shown"
            click.echo(f"{nothing}. To ask: parcels poll", err=True)
        for line in said:
            click.echo(line)


def journeys(office: Office) -> list[Journey]:
    """Every parcel there is as experience, read in a handful of queries."""
    from monitor.adapters.seventeentrack.registration import carrier_title
    from monitor.sweep.dossiers import dossier_of

    history, country = office.history, office.settings.country
    parcels = history.parcels.all()
    ids = [parcel.id for parcel in parcels]
    events, sources = history.timeline.standing(ids), history.sources.of(ids)
    found = []
    for parcel in parcels:
        states = sources.get(parcel.id, {})
        dossier = dossier_of(parcel, events.get(parcel.id, ()), states, country=country)
        journey = journey_of(dossier)
        found.append(replace(journey, carrier=carrier_title(journey.carrier)))
    return found


def _since(found: Sequence[Journey], since: str, office: Office) -> list[Journey]:
    day = past_day(since, office.now, office.settings.zone, "--since")
    if day is None:
        return list(found)
    first = datetime.combine(day, time(), UTC)
    return [journey for journey in found if journey.begun >= first]


def _route(journey: Journey) -> str | None:
    return None if journey.route is None else " to ".join(journey.route)


def _carrier(journey: Journey) -> str | None:
    return clean_text(journey.carrier, NAME_LIMIT) or None


def _seller(journey: Journey) -> str | None:
    return clean_text(journey.seller, NAME_LIMIT) or None


# -- for people


def _lines(found: Sequence[Journey]) -> Iterator[str]:
    for by in (_route, _carrier):
        for name, legs in sorted(spreads(found, by).items()):
            yield f"{name}, {count(sum(by(journey) == name for journey in found), 'parcel')}"
            yield from (f"  {LEGS[leg]:{LEG_WIDTH}}  {_spread(s)}" for leg, s in legs.items())
            yield ""
    yield from _blame("Sellers", endings(found, _seller))
    yield from _blame("Carriers that had it last", endings(found, _carrier))


def _spread(spread: Spread) -> str:
    parts = []
    if spread.median is not None and spread.ninth is not None:
        within = f"median {spread.median:5.1f} days, 9 of 10 within {spread.ninth:5.1f}"
        parts.append(f"{within} ({len(spread.ended)})")
    elif spread.ended:
        parts.append(f"too few to say ({len(spread.ended)})")
    if spread.running:
        longest = (
            f"{len(spread.running)} under way, the longest {spread.running[-1]:.1f} days so far"
        )
        slower = f", {spread.slower} longer than 9 of 10" if spread.slower else ""
        parts.append(f"{longest}{slower}")
    if spread.never:
        parts.append(f"{spread.never} never came to its end")
    return "; ".join(parts)


def _blame(heading: str, found: Mapping[str, Ended]) -> Iterator[str]:
    """The worst first; of those with fewer than five that ended it is said how many there are."""
    many = {name: ended for name, ended in found.items() if ended.ended >= ENOUGH}
    if not found:
        return
    yield heading
    for name, ended in sorted(many.items(), key=lambda row: (-row[1].wrong / row[1].ended, row[0])):
        yield f"  {name}: {ended.wrong} of {ended.ended} went wrong"
    if len(found) > len(many):
        few = len(found) - len(many)
        yield f"  {few} with fewer than {ENOUGH} parcels that ended: too few to say"
    yield ""


# -- for programs


def _json(found: Sequence[Journey]) -> dict[str, Any]:
    return {
        "parcels": len(found),
        "under_way": sum(journey.outcome is Outcome.RUNNING for journey in found),
        "legs": [*_leg_rows("route", found, _route), *_leg_rows("carrier", found, _carrier)],
        "endings": [
            *_ending_rows("seller", endings(found, _seller)),
            *_ending_rows("carrier", endings(found, _carrier)),
        ],
    }


def _leg_rows(kind: str, found: Iterable[Journey], by: Any) -> Iterator[dict[str, Any]]:
    for name, legs in sorted(spreads(found, by).items()):
        for leg, spread in legs.items():
            yield {
                "by": kind,
                "name": name,
                "leg": leg.value,
                "median": _rounded(spread.median),
                "p90": _rounded(spread.ninth),
                "count": len(spread.ended),
                "under_way": len(spread.running),
                "longest_under_way": _rounded(spread.running[-1] if spread.running else None),
                "slower_under_way": spread.slower,
                "never_ended": spread.never,
            }


def _rounded(days: float | None) -> float | None:
    return None if days is None else round(days, 1)


def _ending_rows(kind: str, found: Mapping[str, Ended]) -> Iterator[dict[str, Any]]:
    for name, ended in sorted(found.items()):
        enough = ended.ended >= ENOUGH
        yield {
            "by": kind,
            "name": name,
            "count": ended.ended,
            "wrong": ended.wrong if enough else None,
        }
