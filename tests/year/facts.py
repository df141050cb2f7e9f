"""What the titles of messages claim, as the pages in docs/rules have it."""

from __future__ import annotations

# By the words of the title: the least days between the newest scan and the look that bears it out.
# Working days are at least as many days; a title that two rules share has the shorter time.
AFTER_SILENCE = {
    "no tracking yet": 5,
    "still unknown to every tracker": 7,
    "unknown to every tracker": 7,
    "probably never shipped": 14,
    "only a label so far": 4,
    "label made, not handed over": 7,
    "never handed to a carrier": 14,
    "has not moved since it was sent": 10,
    "stuck before it left": 14,
    "on the way, nothing new": 10,
    "long without a scan on the way": 14,
    "lost between two countries?": 21,
    "nothing new for long": 14,
    "silent so long that it may be lost": 20,
    "no word from import customs": 3,
    "stuck at import customs": 7,
    "at import customs, not released yet": 3,
    "slow at import customs": 5,
    "stopped at export customs": 0,
    "stuck at export customs": 7,
    "refused by customs, and silent since": 3,
    "released, not handed on yet": 2,
    "released, and not seen since": 4,
    "lost sight of after customs": 8,
    "no word since a failed delivery": 1,
    "stuck since a failed delivery": 3,
    "soon given up by NTRACK": 25,
}
WARNINGS = frozenset(
    {"protection ends in N days", "protection ends in N day", "last day of the protection"}
)

_CUSTOMS = (
    "stopped at import customs",
    "no word from import customs",
    "stuck at import customs",
    "at import customs, not released yet",
    "slow at import customs",
    "stopped at export customs",
    "stuck at export customs",
    "still stopped at export customs",
)
_DEMANDS = (
    "customs wants duty or tax",
    "duty still unpaid",
    "customs wants papers",
    "papers still missing",
)
_REFUSALS = ("refused", "not cleared")
_SILENCE = (
    "has not moved",
    "stuck before it left",
    "on the way, nothing new",
    "long without a scan",
    "lost between two countries",
    "nothing new for long",
    "silent so long",
)
# What an end says is over, and the beginnings of what must have been told before.
OPENED_BY = {
    "through customs or moving again": _CUSTOMS,
    "the customs problem is no longer shown": (*_CUSTOMS, *_DEMANDS, *_REFUSALS),
    "customs no longer waits for you": _DEMANDS,
    "not refused any more": _REFUSALS,
    "the gap after customs is over": ("released", "lost sight of"),
    "the failed delivery is past": (
        "could not be delivered",
        "again could not",
        "no word since a failed",
        "stuck since a failed",
    ),
    "no longer waits to be collected": ("waits to be collected", "collect it"),
    "not going back any more": (
        "going back",
        "back at the sender",
        "delivered, after it went back",
    ),
    "not reported lost any more": ("reported lost",),
    "not called delivered any more": ("delivered", "called delivered"),
    "on its way": (
        "no tracking",
        "unknown",
        "still unknown",
        "probably never",
        "only a label",
        "label made",
        "never handed",
    ),
    "not silent any more": _SILENCE,
    "no deadline presses any more": (
        "protection",
        "last day",
        "start of the protection",
        "a deadline",
    ),
}
