"""What was said of a number when it was registered, kept so that it is said the same way again.

Some sources take a number with other particulars for another shipment, and charge for it.
"""

from __future__ import annotations

import json

from monitor.adapters.contract import Ask


def written(ask: Ask) -> str:
    """All of the question that may be sent, as text."""
    extra = [list(pair) for pair in ask.extra]
    return json.dumps([ask.number, ask.wanted_carrier, ask.origin, ask.destination, extra])


def as_sent(text: str, ask: Ask) -> Ask:
    """The question as it was first sent; the one at hand where nothing, or nothing readable, is kept."""
    try:
        number, carrier, origin, destination, extra = json.loads(text)
        pairs = tuple((str(name), str(value)) for name, value in extra)
    except (ValueError, TypeError):
        return ask
    if number != ask.number:
        return ask
    return Ask(number, ask.carrier, str(carrier), str(origin), str(destination), pairs)
