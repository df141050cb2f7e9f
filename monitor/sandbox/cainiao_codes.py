"""Which of Cainiao's action codes a scripted event gets, and what Cainiao says beside the code.

Codes: the enumeration of the Alibaba open platform (aliexpress.logistics.redefining.
querytrackingresult) and public answers. Which of them stands for which sub-status of a scripted
history is a convention of this sandbox.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.sandbox.histories import ParcelHistory, ScriptedEvent

_BY_SUB_STATUS = {
    "InfoReceived": "CONSIGN",
    "InTransit_PickedUp": "PU_PICKUP_SUCCESS",
    "InTransit_Departure": "LH_DEPART",
    "InTransit_Arrival": "LH_ARRIVE",
    "AvailableForPickup_Other": "GTMS_WAIT_SELF_PICK",
    "OutForDelivery_Other": "GTMS_DO_DEPART",
    "Delivered_Other": "GTMS_SIGNED",
    "DeliveryFailure_NoBody": "GTMS_SIGN_FAILURE",
    "DeliveryFailure_Rejected": "REJECT",
    "Exception_Returning": "RT_HO_OUT",
    "Exception_Returned": "RETURNED",
    "Exception_NoBody": "GTMS_SIGN_FAILURE",
    "Exception_Rejected": "REJECT",
    "Exception_Destroyed": "RT_DESTROY",
    "Exception_Cancel": "GWMS_CANCEL",
}
# Where the sub-status itself is not listed: what its main status comes to, outside and inside the
# country of destination.
_BY_MAIN_STATUS = {
    "AvailableForPickup": ("GTMS_WAIT_SELF_PICK", "GTMS_WAIT_SELF_PICK"),
    "OutForDelivery": ("GTMS_DO_DEPART", "GTMS_DO_DEPART"),
    "Delivered": ("GTMS_SIGNED", "GTMS_SIGNED"),
    "DeliveryFailure": ("GTMS_DEL_FAILURE", "GTMS_DEL_FAILURE"),
    "Exception": ("SC_OUTBOUND_FAILURE", "GTMS_FAILURE"),
}
_ALWAYS_CUSTOMS = frozenset(
    {
        "InTransit_CustomsProcessing",
        "InTransit_CustomsReleased",
        "InTransit_CustomsRequiringInformation",
        "Exception_Security",
    }
)
_PERHAPS_CUSTOMS = frozenset({"Exception_Delayed", "Exception_Other"})  # the text decides
_CUSTOMS = re.compile(r"\b(?:customs|clearance)\b|清关|海关", re.IGNORECASE)
_DUTY = re.compile(r"\b(?:duty|duties|tax|taxes|vat)\b|关税", re.IGNORECASE)
_GOING_ON = re.compile(r"\bcontinu|\bin progress\b|继续", re.IGNORECASE)
_LEAVING = re.compile(r"\b(?:left|depart\w*|outbound|on its way)\b", re.IGNORECASE)
_HANDED_OVER = re.compile(r"\bhanded over\b", re.IGNORECASE)

# The labels without a mark are the service's own, as public answers in English show them; those
# marked "ours" stand in for labels that no public answer shows.
_LABELS = {
    "CONSIGN": "Declared by the seller",  # ours
    "PU_PICKUP_SUCCESS": "Received by logistics company",
    "SC_INBOUND_SUCCESS": "Processing at sorting center",
    "SC_OUTBOUND_SUCCESS": "Departed from sorting center",
    "SC_OUTBOUND_FAILURE": "Processing delay at sorting center",
    "CC_EX_START": "Export clearance start",  # ours
    "CC_EX_SUCCESS": "Export customs clearance complete",
    "CC_EX_FAILURE": "Export clearance exception",  # ours
    "LH_DEPART": "Departed from departure country/region",
    "LH_ARRIVE": "Arrived at linehaul office",
    "LH_POST_COLLECTION": "Accepted for transportation by postal service",
    "CC_TRANS_START": "Transit clearance start",  # ours
    "CC_TRANS_SUCCESS": "Transit customs clearance complete",  # ours
    "CC_TRANS_FAILURE": "Transit clearance exception",  # ours
    "CC_IM_START": "Import clearance start",
    "CC_IM_PROCESS": "Import clearance in progress",  # ours
    "CC_IM_FAILURE": "Import clearance exception",  # ours
    "CC_IM_SUCCESS": "Import customs clearance complete",
    "CC_HO_OUT_SUCCESS": "Departed from customs",
    "CUS_TAX": "Import duty assessed",  # ours
    "CUS_FAILURE": "Customs documents exception",  # ours
    "COMMON_INTRANSIT": "Shipment on the way",
    "GTMS_ACCEPT": "Received by local delivery company",
    "GTMS_SC_ARRIVE": "Arrived at destination sorting center",  # ours
    "GTMS_SC_DEPART": "Departed from destination sorting center",  # ours
    "GTMS_DO_DEPART": "Out for delivery",
    "GTMS_DEL_FAILURE": "Delivery attempt failed",  # ours
    "GTMS_WAIT_SELF_PICK": "Waiting to be collected",  # ours
    "GTMS_SIGNED": "Package delivered",
}
_ANY_LABEL = "Carrier update"

_CUSTOMS_NODE = "At customs"
_MOVING = "In transit"
# By the beginning of the code; the first row that fits. Pick-up, seller and notices have no node.
_NODES = (
    ("CC_EX_", "EX_CLEARING_CUSTOMS", _CUSTOMS_NODE),
    ("CC_HO_", "EX_CLEARING_CUSTOMS", _CUSTOMS_NODE),
    ("CC_IM_", "IM_CLEARING_CUSTOMS", _CUSTOMS_NODE),
    ("CUS_", "IM_CLEARING_CUSTOMS", _CUSTOMS_NODE),
    ("CW_", "CW_PROCESSING", _MOVING),
    ("SC_", "SC_PROCESSING", _MOVING),
    ("LH_ARRIVE", "LH_ARRIVE", _MOVING),
    ("LH_", "LH_PROCESSING", _MOVING),
    ("GTMS_SIGNED", "DELIVERED", "Delivered"),
    ("GTMS_DO_DEPART", "DELIVERING", "Out for delivery"),
    ("GTMS_", "DES_PROCESSING", _MOVING),
)
# The parcel's status, by the beginning of the code of its newest event. It still says "in customs"
# after the release, and its text has a blank at its end: so do the public answers.
_STATUSES = (
    (("GTMS_SIGNED", "GSTA_BUYER_SIGN"), "DELIVERED", "Delivered"),
    (("GTMS_DEL_F", "GTMS_SIGN_F", "GTMS_FAIL", "REJECT"), "FAILED", "Delivery failed"),
    (("CC_IM_", "CC_HO_", "CUS_", "CIQ_"), "CLEAR_CUSTOMS", "In customs "),
    (("GTMS_", "GSTA_"), "DELIVERING", "Delivering"),
    (("RT_", "RETURNED"), "RETURNED", "Returned"),
    (("PU_",), "PICKUP", "Picked up"),
    (("CONSIGN", "GWMS_"), "SELLER_SEND_GOODS", "Sent by the seller"),
)
IN_TRANSIT = ("TRANSPORT", "In transit")
DELIVERING = ("DELIVERING", "Delivering")

_LOCAL = ("GTMS_", "GSTA_")


def english(event: ScriptedEvent) -> str:
    """The text of an event in English where the history has one, else as the carrier wrote it."""
    return event.translation or event.description


def action_code(event: ScriptedEvent, history: ParcelHistory, *, last_mile: bool) -> str:
    """The action code of an event of `history`; one that is a Cainiao code already stays as it is.

    An empty code stays empty, as when Cainiao gives none. A sub-status that is not known, such as a
    new one, is a notice that the shipment is on its way.
    """
    code = event.code
    if code == code.upper():
        return code
    text = english(event)
    if code in _ALWAYS_CUSTOMS or (code in _PERHAPS_CUSTOMS and _CUSTOMS.search(text)):
        return _in_customs(code, text, _side(event, history))
    abroad = last_mile or _is_abroad(event, history)
    if code == "InTransit_Other":
        return _moving(text, last_mile=last_mile, abroad=abroad)
    outside, inside = _BY_MAIN_STATUS.get(code.partition("_")[0], ("COMMON_INTRANSIT",) * 2)
    return _BY_SUB_STATUS.get(code) or (inside if abroad else outside)


def label(code: str) -> str:
    """The standardised text that goes with a code."""
    return _LABELS.get(code, _ANY_LABEL)


def node(code: str) -> dict[str, str] | None:
    """The `group` of an event: the leg of the way its code belongs to; None where it has none."""
    for beginning, name, text in _NODES:
        if code.startswith(beginning):
            return {"nodeCode": f"AE_GROUP_{name}", "nodeDesc": text}
    return None


def status(newest: str) -> tuple[str, str]:
    """The parcel's `status` and `statusDesc`, after the action code of its newest event."""
    for beginnings, name, text in _STATUSES:
        if newest.startswith(beginnings):
            return name, text
    return IN_TRANSIT


def is_local(code: str) -> bool:
    """Whether the carrier of the country of destination says this."""
    return code.startswith(_LOCAL)


def is_trouble(code: str) -> bool:
    """Whether the event is one that a carrier explains in words of its own."""
    return "FAIL" in code or "EXCEPTION" in code or code in ("CUS_TAX", "REJECT")


def _in_customs(code: str, text: str, side: str) -> str:
    if code == "InTransit_CustomsReleased":
        return f"CC_{side}_SUCCESS"
    if code == "InTransit_CustomsProcessing":
        going_on = side == "IM" and _GOING_ON.search(text)
        return "CC_IM_PROCESS" if going_on else f"CC_{side}_START"
    if code == "InTransit_CustomsRequiringInformation":
        return "CUS_FAILURE"
    return "CUS_TAX" if side == "IM" and _DUTY.search(text) else f"CC_{side}_FAILURE"


def _side(event: ScriptedEvent, history: ParcelHistory) -> str:
    """Whose customs: as the text says, else by the country; import where neither tells."""
    text = english(event).casefold()
    for word, side in (("import", "IM"), ("export", "EX")):
        if word in text:
            return side
    if event.country is None or history.origin is None:
        return "IM"
    if event.country == history.origin:
        return "EX"
    return "IM" if history.destination in (None, event.country) else "TRANS"


def _is_abroad(event: ScriptedEvent, history: ParcelHistory) -> bool:
    return event.country is not None and event.country == history.destination


def _moving(text: str, *, last_mile: bool, abroad: bool) -> str:
    if not abroad:
        return "SC_OUTBOUND_SUCCESS" if _LEAVING.search(text) else "SC_INBOUND_SUCCESS"
    if not last_mile and _HANDED_OVER.search(text):
        return "GTMS_ACCEPT"
    return "GTMS_SC_DEPART" if _LEAVING.search(text) else "GTMS_SC_ARRIVE"
