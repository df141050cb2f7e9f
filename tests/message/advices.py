"""Every advice the rules emit, each with a parcel of which it is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from monitor.parcel import Cause, Dossier, Event, Side, Stage
from monitor.periods import Period
from monitor.rules.clearance import Clearance
from monitor.rules.clearance_due import ClearanceDue
from monitor.rules.clearance_failed import ClearanceFailed
from monitor.rules.delivered import Delivered
from monitor.rules.delivery_failed import DeliveryFailed
from monitor.rules.handover import Handover
from monitor.rules.lost import Lost
from monitor.rules.never_shipped import NeverShipped
from monitor.rules.pickup import Pickup
from monitor.rules.protection import Protection
from monitor.rules.returning import Returning
from monitor.rules.silence import Silence
from monitor.rules.source_gives_up import SourceGivesUp
from tests.dossiers import dossier, moment, scan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.rules.contract import Rule
    from monitor.schedule import Episode, Step

MONDAY = "2026-09-07 10:00"


class Example(NamedTuple):
    """A rule that says an advice of a parcel, and the step with which it does."""

    rule: str
    dossier: Dossier
    episode: Episode
    step: Step


def said(rules: Iterable[Rule], *known: Dossier) -> dict[str, Example]:
    """What these rules say of these parcels, by the advice."""
    return {
        step.advice: Example(rule.name, one, episode, step)
        for rule in rules
        for one in known
        if (episode := rule(one)) is not None
        for step in episode.steps
    }


CUSTOMS: tuple[Rule, ...] = (Clearance(), ClearanceDue(), ClearanceFailed(), Handover())


def emitted() -> dict[str, Example]:
    """Every advice of the rules, for histories of up to three customs events and of other kinds."""
    found: dict[str, Example] = {}
    stages = [s for s in Stage if "clearance" in s.value]
    sides = [Side.IMPORT, Side.EXPORT, Side.TRANSIT]
    for stage, after, side, cause in product(stages, stages, sides, [None, *Cause]):
        events: list[Event] = [
            scan(Stage.IN_TRANSIT, "2026-09-01 10:00", country="DE"),
            scan(stage, MONDAY, side=side, cause=cause),
            scan(after, "2026-09-08 10:00", side=side, cause=cause),
        ]
        economy = replace(dossier(*events, destination="US"), economy=True)
        found |= said(CUSTOMS, dossier(*events), economy)
    covers = (("insurance", date(2027, 5, 1)), ("early", date(2026, 9, 20)))
    for shop in ("aliexpress", "temu", "none"):
        found |= said([Protection()], dossier(ordered=date(2026, 9, 1), covers=covers, shop=shop))
    return found | at_the_door() | of_silence() | of_payments()


def of_payments() -> dict[str, Example]:
    """Those about a payment service, a law, and a start nobody told."""
    paid: dict[str, Any] = {"expected": date(2026, 10, 1), "destination": "GB"}
    sold: list[dict[str, Any]] = [
        paid | {"shop": "none", "paid_with": "visa"},
        paid | {"shop": "none", "covers": (("insurance", date(2036, 5, 1)),), "paid_with": "visa"},
        {"shop": "ebay"},
    ]
    return said([Protection()], *(dossier(**facts) for facts in sold))


def of_silence() -> dict[str, Example]:
    """Those of the rules about nothing being heard: unknown, a label, and each leg."""
    known = [
        dossier(),
        *(
            dossier(scan(stage, MONDAY, country=country), looked=MONDAY)
            for stage in (Stage.INFO_RECEIVED, Stage.IN_TRANSIT)
            for country in ("CN", "NL", "DE")
        ),
    ]
    return said([NeverShipped(), Silence(), SourceGivesUp()], *known)


def at_the_door() -> dict[str, Example]:
    """Those of the rules about deliveries, for two events soon or long after each other."""
    words = (
        "",
        "handed to the customs office",
        "in the parcel locker",
        "inward office of exchange",
    )
    carriers = (Period(7), Period(10, "DHL Paket", assumed=False))
    rules: list[Rule] = [DeliveryFailed(), Returning(), Lost(), Delivered()]
    rules += [Pickup(hold={"DE": kept}.__getitem__) for kept in carriers]
    found: dict[str, Example] = {}
    for first, second, text, minutes in product(Stage, Stage, words, (20, 1440)):
        later = moment(MONDAY) + timedelta(minutes=minutes)
        found |= said(rules, dossier(scan(first, MONDAY, text), scan(second, later)))
    return found


EMITTED = emitted()
# What is said beside the steps of a rule: news of it, and its ends.
BESIDE = (
    *("ended_delivered", "ended_returning", "ended_lost", "resolved_withdrawn", "news_restart"),
    *("news_deadline", "news_deadline_pickup", "news_deadline_clearance_due", "news_changed"),
)
