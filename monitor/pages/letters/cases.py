"""What is open about a parcel, as a letter has to name it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from monitor.parcel import Side, Stage
from monitor.rules.customs import open_stay
from monitor.rules.never_shipped import unshipped

if TYPE_CHECKING:
    from collections.abc import Collection

    from monitor.parcel import Dossier


class Case(StrEnum):
    """What a letter is about."""

    HELD = "held"  # by customs of the destination
    EXPORT = "export"  # by customs before it
    PAYMENT = "payment"
    DOCUMENTS = "documents"
    REFUSED = "refused"
    HANDOVER = "handover"
    SILENT = "silent"
    NEVER_SHIPPED = "never_shipped"
    LOST = "lost"
    RETURNING = "returning"
    FAILED = "failed"  # to deliver it
    PICKUP = "pickup"
    NOT_RECEIVED = "not_received"
    UNDERWAY = "underway"  # nothing is known to be wrong


IN_CUSTOMS = frozenset({Case.HELD, Case.EXPORT, Case.PAYMENT, Case.DOCUMENTS, Case.REFUSED})
# By the rule that speaks, the gravest first; of `clearance` and `clearance_due` the stay tells more.
_BY_RULE = {
    "lost": Case.LOST,
    "returning": Case.RETURNING,
    "clearance_failed": Case.REFUSED,
    "clearance_due": Case.PAYMENT,
    "clearance": Case.HELD,
    "delivered": Case.NOT_RECEIVED,
    "pickup": Case.PICKUP,
    "delivery_failed": Case.FAILED,
    "handover": Case.HANDOVER,
    "silence": Case.SILENT,
    "source_gives_up": Case.SILENT,
    "never_shipped": Case.NEVER_SHIPPED,
}


def case_of(dossier: Dossier, speaking: Collection[str]) -> Case:
    """What is open. `speaking` are the rules whose step has come and that no other one silences."""
    rule = next((name for name in _BY_RULE if name in speaking), "")
    if rule in ("clearance", "clearance_due"):
        return _in_customs(dossier, _BY_RULE[rule])
    return _BY_RULE[rule] if rule else _by_events(dossier)


def _in_customs(dossier: Dossier, otherwise: Case) -> Case:
    stay = open_stay(dossier)
    if stay is None:
        return otherwise
    if stay.side is not Side.IMPORT:
        return Case.EXPORT
    if stay.demand is None or otherwise is not Case.PAYMENT:
        return Case.HELD
    papers = stay.demand.stage is Stage.CLEARANCE_DOCUMENTS_NEEDED
    return Case.DOCUMENTS if papers else Case.PAYMENT


def _by_events(dossier: Dossier) -> Case:
    """Whoever writes about a parcel that is said to be delivered has not got it."""
    newest = dossier.stage_event
    if newest is not None and newest.stage is Stage.DELIVERED:
        return Case.NOT_RECEIVED
    # That no carrier has it is a claim, and needs somebody who looked.
    looked = dossier.witnessed is not None
    return Case.NEVER_SHIPPED if looked and unshipped(dossier) else Case.UNDERWAY
