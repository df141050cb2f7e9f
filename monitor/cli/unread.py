"""`parcels explain --unknown`: stored messages nobody understood, ready to paste into a report."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from monitor import __version__
from monitor.cli.office import utc
from monitor.message.explaining import CODE_LIMIT, in_language
from monitor.message.reports import guessed_language, shareable
from monitor.message.texts import count, source_name
from monitor.parcel import Stage, clean_text
from monitor.sweep.understanding import reading_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.cli.office import Office
    from monitor.history.readings import Kept
    from monitor.sweep.understanding import Reads

MOST = 50_000  # newest events that are looked at
MOST_SHOWN = 200  # messages of a report; JSON has them all
SOURCE_LIMIT = 60


def rows(office: Office) -> list[dict[str, Any]]:
    """Each distinct message once, as JSON shows it, the newest first."""
    kept = office.history.readings.not_understood(MOST)
    private = _private(office, kept)
    reads = reading_of(office.settings)
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for each in kept:
        row = _row(each, private[each.parcel_id], reads)
        known = found.setdefault((row["text"], row["code"] or "", row["source"]), row)
        known["count"] += 1
    return list(found.values())


def _private(office: Office, kept: Sequence[Kept]) -> dict[int, tuple[set[str], set[str]]]:
    """Numbers and names of the parcels, by id."""
    ids = {each.parcel_id for each in kept}
    found: dict[int, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for parcel in office.history.parcels.by_ids(ids):
        found[parcel.id][0].update({parcel.number, parcel.order_id})
        found[parcel.id][1].update({parcel.label, parcel.seller})
    for parcel_id, aliases in office.history.parcels.aliases(ids).items():
        found[parcel_id][0].update(alias.number for alias in aliases)
    return found


def _row(kept: Kept, private: tuple[set[str], set[str]], reads: Reads) -> dict[str, Any]:
    event = kept.event
    numbers, names = private
    # Some sources give a word such as "Customs" for the place: without it nothing would be left.
    places = [event.place] if reads(event.place).stage is Stage.UNKNOWN else []
    text, translation = (
        shareable(words, numbers=numbers, places=places, names=names)
        for words in (event.text, event.translation)
    )
    source = source_name(event.source)
    carrier = f", {event.provider}" if event.provider else ""
    return {
        "text": text,
        "translation": translation or None,
        "code": clean_text(event.code, CODE_LIMIT) or None,
        "source": clean_text(f"{source}{carrier}", SOURCE_LIMIT),
        "stage": event.stage.value,
        "language": guessed_language(event.text) or None,
        "count": 0,
        "newest": utc(event.when),
    }


def report(found: Sequence[dict[str, Any]]) -> Iterator[str]:
    """The same as text. Messages of which a code says that they are a remark stand apart."""
    yield f"Messages that parcels {__version__} does not understand"
    unknown = [row for row in found if row["stage"] == Stage.UNKNOWN]
    remarks = [row for row in found if row["stage"] != Stage.UNKNOWN]
    for heading, part in (
        ("Neither words nor code are known:", unknown),
        ("Only the code is known, and calls it a remark:", remarks),
    ):
        if part:
            yield ""
            yield heading
        for row in part[:MOST_SHOWN]:
            yield from _lines(row)
        if len(part) > MOST_SHOWN:
            yield f"and {count(len(part) - MOST_SHOWN, 'more message')}; --json lists them all"
    yield ""
    yield "Numbers and places are taken out; read it all the same before you pass it on: names"
    yield "of persons cannot be told from other words."


def _lines(row: dict[str, Any]) -> Iterator[str]:
    yield f"{count(row['count'], 'time')}: “{row['text']}”"
    if row["translation"]:
        yield f"    the source translates: “{row['translation']}”"
    code = f"code {row['code']}" if row["code"] else "no code"
    language = f"perhaps {in_language(row['language'])}" if row["language"] else "language unknown"
    yield f"    {row['source']}; {code}; {language}; newest {str(row['newest'])[:10]}"
