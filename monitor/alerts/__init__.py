"""What to tell the owner now, and why: a function of one remembered row and the present."""

from monitor.alerts.decision import decide, look_again, remind_at
from monitor.alerts.standing import standing
from monitor.alerts.values import (
    Kind,
    Look,
    Manners,
    Memory,
    Present,
    Telling,
    Verdict,
)

__all__ = [
    "Kind",
    "Look",
    "Manners",
    "Memory",
    "Present",
    "Telling",
    "Verdict",
    "decide",
    "look_again",
    "remind_at",
    "standing",
]
