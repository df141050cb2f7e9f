"""What is kept of one parcel, put together as the dispute kit."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from monitor.adapters.seventeentrack.outcomes import SOURCE
from monitor.adapters.seventeentrack.registration import carrier_title
from monitor.errors import BadDatabase
from monitor.message.texts import Style
from monitor.pages.bundle import bundle
from monitor.pages.evidence import evidence_page
from monitor.pages.known import Known, answer_files
from monitor.pages.sheet import timeline_csv
from monitor.sweep.cases import case_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import tzinfo

    from monitor.history import History
    from monitor.history.timeline import Answer
    from monitor.sweep.views import View


def evidence_of(history: History, view: View, zone: tzinfo) -> str:
    """The kit as one page (HTML)."""
    answers = history.timeline.answers(view.parcel.id)
    return evidence_page(_known(history, view, answers), Style(zone))


def evidence_files(history: History, view: View, zone: tzinfo) -> bytes:
    """The kit as a ZIP with the answers themselves. Raises BadDatabase for an answer that is not the
    one that was kept.
    """
    answers = history.timeline.answers(view.parcel.id)
    known = _known(history, view, answers)
    bodies = [_body(history, answer) for answer in answers]
    files: Mapping[str, bytes] = {
        "evidence.html": evidence_page(known, Style(zone)).encode(),
        "timeline.csv": timeline_csv(known.everything, known.carriers),
        **{kept.file: body for kept, body in zip(known.kept, bodies, strict=True)},
    }
    return bundle(files, view.now)


def _known(history: History, view: View, answers: Sequence[Answer]) -> Known:
    parcel_id = view.parcel.id
    everything = history.timeline.everything(parcel_id)
    keys = {event.provider for event in everything if event.source == SOURCE}
    return Known(
        case_of(view),
        everything=everything,
        aliases=tuple(history.parcels.aliases([parcel_id]).get(parcel_id, ())),
        kept=answer_files((a.source, a.at, a.size, a.sha256) for a in answers),
        carriers={key: carrier_title(key) for key in keys},
    )


def _body(history: History, answer: Answer) -> bytes:
    body = history.timeline.body(answer)
    if hashlib.sha256(body).hexdigest() != answer.sha256:
        raise BadDatabase(
            f"An answer of {answer.source} about parcel {answer.parcel_id} is not the one that was "
            "kept: the database was changed. `parcels doctor` looks at it; a backup may have it whole."
        )
    return body
