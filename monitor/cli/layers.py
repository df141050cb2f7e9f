"""The layers of a parcel's protection, as `parcels show` lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.cli.wording import PAID_WITH
from monitor.message.texts import shown_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.protection import Deadline, Undated
    from monitor.sweep.views import View

DAY_WIDTH = 11  # of "14 Nov 2026"
CONFIDENCE = {
    "A": "its own page says so",
    "B": "several copies agree",
    "C": "little certain: one page of somebody else",
}


def deadline_lines(view: View) -> list[str]:
    """Every layer with its act-by date, what it asks for, what it excludes and how certain it is."""
    lines = [line for d in view.ends for line in _dated(d, view)]
    lines += [line for u in view.layers.undated for line in _undated(u)]
    return [*lines, *_lines_of_defence(view), *_question(view)]


def _dated(deadline: Deadline, view: View) -> list[str]:
    late = deadline.past_act_by(view.now)
    act = "act now" if late else f"act by {deadline.act_by.isoformat()}"
    over = "over" if deadline.closes <= view.now else act
    head = f"  {shown_day(deadline).rjust(DAY_WIDTH)}  {deadline.title}: {over}; {deadline.source}"
    opens, first = deadline.opens, deadline.first_day
    not_yet = [f"from {first.isoformat()} on"] if first and opens and opens > view.now else []
    return [
        head,
        *_below([*not_yet, *deadline.prerequisites, *deadline.exclusions]),
        *_below(_certainty(deadline.confidence)),
    ]


def _undated(layer: Undated) -> list[str]:
    policy = layer.policy
    if layer.barred:
        said = f"does not hold: {layer.barred}"
    elif layer.missing:
        said = f"no date known; parcels edit … {layer.missing}"
    else:
        said = f"from {layer.opens.date().isoformat()} on" if layer.opens else "not begun"
    head = f"  {'no date'.rjust(DAY_WIDTH)}  {policy.title}: {said}"
    if layer.barred:
        return [head]
    return [head, *_below(policy.prerequisites), *_below(_certainty(policy.confidence))]


def _certainty(confidence: str) -> list[str]:
    return [f"confidence {confidence}: {CONFIDENCE[confidence]}"] if confidence else []


def _below(words: Sequence[str]) -> list[str]:
    return [f"  {' ' * DAY_WIDTH}    {line}" for line in words]


def _lines_of_defence(view: View) -> list[str]:
    following, last = view.layers.next_usable(view.now), view.layers.last_line(view.now)
    if following is None or last is None or following is last:
        return []
    return [f"  Next: {following.title}. Last line of defence: {last.title}."]


def _question(view: View) -> list[str]:
    if not view.asks_how_paid:
        return []
    return [f"  Paid with? parcels edit {view.parcel.number} --paid-with {'|'.join(PAID_WITH)}"]
