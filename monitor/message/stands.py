"""Where a parcel stands and what only its owner can tell, in a few words of English."""

from __future__ import annotations

from monitor.parcel import Stage

STAGE_WORDS = {
    Stage.UNKNOWN: "nothing known yet",
    Stage.INFO_RECEIVED: "announced, not scanned",
    Stage.IN_TRANSIT: "on its way",
    Stage.EXPORT_CLEARANCE: "export customs",
    Stage.EXPORT_CLEARANCE_EXCEPTION: "stopped, export customs",
    Stage.CLEARANCE_START: "in customs",
    Stage.CLEARANCE_EXCEPTION: "stopped at customs",
    Stage.CLEARANCE_PAYMENT_DUE: "customs wants money",
    Stage.CLEARANCE_DOCUMENTS_NEEDED: "customs wants papers",
    Stage.CLEARANCE_FAILURE: "refused by customs",
    Stage.CLEARANCE_SUCCESS: "through customs",
    Stage.OUT_FOR_DELIVERY: "out for delivery",
    Stage.PICKUP: "waits to be collected",
    Stage.DELIVERED: "delivered",
    Stage.DELIVERY_FAILED: "delivery failed",
    Stage.RETURNING: "going back",
    Stage.RETURNED: "back with the sender",
    Stage.LOST_OR_DAMAGED: "lost or damaged",
    Stage.OTHER: "see its events",
}
# By the option that tells it.
MISSING = {
    "--ordered DATE": "tell when it was ordered",
    "--paid DATE": "tell when it was paid",
    "--shipped DATE": "tell when it was shipped",
    "--expected DATE": "tell when it was promised",
}
