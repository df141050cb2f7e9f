"""The text for a shop's dispute form: the facts by date, the silence, and what is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.message.texts import source_name
from monitor.pages.letters.quoting import price, quoted, single

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from monitor.pages.letters.story import Story
    from monitor.pages.letters.wording import Wording
    from monitor.parcel import Event

# How long the text of a dispute may be is said on no page of a shop that was read (2026-11-22).
# This bound is a choice: what is read by somebody who decides many of them should fit a screen.
DISPUTE_LIMIT = 1000
SAID_LIMIT = 80
# Rows that go first where the text would be longer, the least telling first.
_SPARED = ("paid", "first", "expected", "ordered")


def dispute(story: Story, words: Wording) -> str:
    """At most 1,000 characters."""
    rows = sorted(_rows(story, words), key=lambda row: row[0])
    spared = set[str]()
    for name in ("", *_SPARED):
        spared.add(name)
        text = _text(story, words, [line for _, key, line in rows if key not in spared])
        if len(text) <= DISPUTE_LIMIT:
            break
    return text


def _text(story: Story, words: Wording, lines: list[str]) -> str:
    paragraphs = [
        words.case(story.case, "problem"),
        "\n".join([*_facts(story, words), *lines]),
        words("frame", "between").join(_wanted(story, words)),
    ]
    return "\n\n".join(paragraphs)


def _facts(story: Story, words: Wording) -> Iterator[str]:
    parcel = story.dossier.parcel
    for name, value in (("order", single(parcel.order_id)), ("number", parcel.number)):
        if value:
            yield words("frame", "label", name=words("facts", name), value=value)


def _wanted(story: Story, words: Wording) -> Iterator[str]:
    amount = price(story.dossier.parcel, words)
    yield words("story", "claim_price", price=amount) if amount else words("story", "claim")
    if story.ends is not None:
        yield words("story", "protection", day=words.day(story.ends.day))


def _rows(story: Story, words: Wording) -> Iterator[tuple[date, str, str]]:
    """A row for each dated fact: its day, its name, its line."""
    for name, day in story.told_days.items():
        if day is not None and day <= story.today:
            yield day, name, words("story", name, day=words.day(day))
    for name, event in _events(story):
        if event.when is not None:
            day, said = story.day_of(event.when), quoted(event, words, SAID_LIMIT)
            yield day, name, words("story", name, day=words.day(day), said=said)
    silence = story.silence
    if silence is not None:
        seen, source = story.day_of(silence.looked_at), source_name(silence.source)
        if silence.since is None:
            yield seen, "silent", words("story", "nothing", day=words.day(seen), source=source)
        elif silence.days:
            facts = {"day": words.day(seen), "source": source}
            yield seen, "silent", words.counted("story", "silent", silence.days, **facts)


def _events(story: Story) -> Iterator[tuple[str, Event]]:
    """The first scan, the beginning of customs, and the last scan; one row where two are the same."""
    if not story.scans:
        return
    first, customs, last = story.scans[0], story.in_customs, story.scans[-1]
    if first not in (customs, last):
        yield "first", first
    if customs is not None and customs != last:
        yield "customs", customs
    yield "last", last
