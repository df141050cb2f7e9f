"""Which rule silences which, and which of them mean that a parcel is stuck."""

from __future__ import annotations

# Rules that know more of a parcel than that nothing is heard of it.
_TROUBLES = frozenset(
    {
        "clearance",
        "clearance_due",
        "clearance_failed",
        "handover",
        "pickup",
        "delivery_failed",
        "returning",
        "lost",
        "delivered",
    }
)
# Names of rules on the same parcel that silence a rule while they are open. One that is not named
# here is silenced by nothing.
YIELDS_TO = {
    "clearance": frozenset({"clearance_due", "clearance_failed"}),
    # A demand that ended in a refusal is not met.
    "clearance_due": frozenset({"clearance_failed"}),
    "handover": frozenset({"pickup", "delivery_failed", "returning", "lost"}),
    "silence": _TROUBLES,
    "never_shipped": _TROUBLES,
    # The three never speak at once: the first two are about different parcels, and the last leaves
    # the word to either. Were they to yield to each other, nobody would speak.
    "source_gives_up": _TROUBLES | {"silence", "never_shipped"},
}
STUCK_RULES = frozenset(
    {"clearance", "clearance_due", "clearance_failed", "silence", "handover", "lost"}
)


_OF_PLUGINS: dict[str, frozenset[str]] = {}


def register_yielding(rule: str, to: frozenset[str]) -> None:
    """What silences a rule of a plug-in, for all lists of this process."""
    _OF_PLUGINS[rule] = to


def yields_to(rule: str) -> frozenset[str]:
    return YIELDS_TO.get(rule) or _OF_PLUGINS.get(rule, frozenset())
