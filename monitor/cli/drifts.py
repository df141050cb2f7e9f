"""`parcels adapters --drift NAME`: the answer of a source that nobody here could read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.office import utc
from monitor.errors import BadInput, ParcelsError
from monitor.message.texts import source_name
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from monitor.cli.office import Office
    from monitor.history.drifts import Drift


def print_drift(office: Office, name: str) -> None:
    """The kept answer, with the keys that stand on docs/json.md, in ASCII: what is odd about it
    is the point of a report, and no terminal shall act on it.

    Raises BadInput for a source nobody knows, ParcelsError where nothing is kept of one.
    """
    there = office.settings.database.path.exists()  # none is made for a mere look
    kept = office.history.drifts.of(name) if there else None
    if kept is None:
        raise _nothing_of(office, name)
    click.echo(json.dumps({"name": name, **_shown(kept)}, indent=2))


def _shown(kept: Drift) -> dict[str, Any]:
    return {
        "seen_at": utc(kept.at),
        "detail": clean_text(kept.detail),
        "asked_about": list(kept.numbers),
        "status": kept.status,
        "content_type": kept.content_type or None,
        "size": kept.size,
        "answer": json.loads(kept.body) if kept.is_json else kept.body,
    }


def _nothing_of(office: Office, name: str) -> ParcelsError:
    from monitor.sweep.sources import sources_of

    names = [source.name for source in sources_of(office.settings)]
    if name not in names:
        shown = clean_text(name, 40)
        return BadInput(f"There is no source called {shown}. There are: {', '.join(names)}.")
    return ParcelsError(
        f"No answer of {source_name(name)} is kept: none came in the last 90 days that nobody here "
        "could read."
    )
