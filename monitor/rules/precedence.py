"""Which rule silences which, and which of them mean that a parcel is stuck."""

from __future__ import annotations

# Names of rules on the same parcel that silence a rule while they are open. One that is not named
# here is silenced by nothing.
YIELDS_TO = {"clearance": frozenset({"clearance_failed"})}
STUCK_RULES = frozenset(
    {"clearance", "clearance_due", "clearance_failed", "silence", "handover", "lost"}
)


def yields_to(rule: str) -> frozenset[str]:
    return YIELDS_TO.get(rule, frozenset())
