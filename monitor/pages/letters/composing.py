"""A letter put together: only what is recorded, and a blank where the reader needs what is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.message.texts import source_name
from monitor.pages.letters.disputes import DISPUTE_LIMIT, dispute
from monitor.pages.letters.quoting import dated, price, quoted, said_on, single
from monitor.pages.letters.story import Recipient
from monitor.pages.letters.wording import asked, extended_by_seller, wording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.pages.letters.story import Story
    from monitor.pages.letters.wording import Wording

__all__ = ["DISPUTE_LIMIT", "Letter", "letter"]


@dataclass(frozen=True, slots=True)
class Letter:
    """`subject` is "" for a form that has none. `blank` and `left_out` are names of facts that are
    not recorded: a mark stands for the former, nothing for the latter.
    """

    recipient: Recipient
    language: str
    subject: str
    body: str
    blank: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def letter(story: Story, recipient: Recipient, code: str) -> Letter:
    """The letter in a language (ISO 639-1)."""
    words = wording(code)
    if recipient is Recipient.DISPUTE:
        body = dispute(story, words)
        return Letter(recipient, code, "", body, left_out=tuple(_left_out(story, recipient)))
    paragraphs = [
        _greeting(story, recipient, words),
        words.case(story.case, "problem"),
        "\n".join(_facts(story, recipient, words)),
        "\n".join(_told(story, recipient, words)),
        "\n".join(_asks(story, recipient, words)),
        "\n".join(_until(story, recipient, words)),
        words("frame", "closing"),
    ]
    return Letter(
        recipient,
        code,
        _subject(story, recipient, words),
        "\n\n".join(paragraph for paragraph in paragraphs if paragraph),
        tuple(_blank(story, recipient)),
        tuple(_left_out(story, recipient)),
    )


def _blank(story: Story, recipient: Recipient) -> Iterator[str]:
    if recipient is Recipient.CARRIER:
        yield "recipient"  # nobody's address is recorded
    elif not story.dossier.parcel.order_id:
        yield "order"


def _left_out(story: Story, recipient: Recipient) -> Iterator[str]:
    """What would have its place in the letter and is not recorded."""
    if recipient is Recipient.CARRIER:
        return
    parcel = story.dossier.parcel
    wanted = {**story.told_days, "price": parcel.price}
    if recipient is Recipient.DISPUTE:
        wanted = {"order": parcel.order_id, **wanted}
    yield from (name for name, fact in wanted.items() if not fact)
    if story.ends is None and not story.is_over:
        yield "protection"


def _subject(story: Story, recipient: Recipient, words: Wording) -> str:
    parcel, case = story.dossier.parcel, words.case(story.case, "subject")
    if recipient is Recipient.SELLER and parcel.order_id:
        order = single(parcel.order_id)
        return words("frame", "subject_order", case=case, order=order, number=parcel.number)
    return words("frame", "subject", case=case, number=parcel.number)


def _greeting(story: Story, recipient: Recipient, words: Wording) -> str:
    seller = single(story.dossier.parcel.seller)
    if recipient is Recipient.SELLER and seller:
        return words("frame", "greeting_seller", seller=seller)
    return words("frame", "greeting")


def _facts(story: Story, recipient: Recipient, words: Wording) -> Iterator[str]:
    """The facts in a list, each that is recorded; a carrier is told none of the purchase."""
    parcel = story.dossier.parcel
    to_seller = recipient is Recipient.SELLER
    facts = {
        "order": (single(parcel.order_id) or words("blanks", "order")) if to_seller else "",
        "number": parcel.number,
        "also": _aliases(story, words),
        "item": single(parcel.label),
        "ordered": dated(parcel.ordered, words) if to_seller else "",
        "paid": dated(parcel.paid, words) if to_seller else "",
        "price": price(parcel, words) if to_seller else "",
        "shipped": dated(parcel.shipped, words) if to_seller else "",
        "expected": dated(parcel.expected, words) if to_seller else "",
        "recipient": "" if to_seller else words("blanks", "recipient"),
    }
    for name, value in facts.items():
        if value:
            yield words("frame", "label", name=words("facts", name), value=value)


def _aliases(story: Story, words: Wording) -> str:
    numbers = dict.fromkeys(single(alias.number) for alias in story.aliases)
    said = ""
    for number in (n for n in numbers if n != story.dossier.parcel.number):
        said = words("frame", "and", one=said, other=number) if said else number
    return said


def _told(story: Story, recipient: Recipient, words: Wording) -> Iterator[str]:
    """What the tracking shows, since when it is silent, and who has looked."""
    customs, silence = story.in_customs, story.silence
    if customs is not None and customs.when is not None:
        yield words("told", "customs", day=words.day(story.day_of(customs.when)))
    if story.scans:
        last = story.scans[-1]
        day, said = said_on(last, story, words), quoted(last, words)
        key = "last" if day else "last_undated"
        yield words("told", key, day=day, said=said) if day else words("told", key, said=said)
    if silence is not None:
        seen = words.day(story.day_of(silence.looked_at))
        source = source_name(silence.source)
        if silence.since is None:
            yield words("told", "nothing", source=source, seen=seen)
        elif silence.days:
            day = words.day(story.day_of(silence.since))
            yield words.counted("told", "silent", silence.days, source=source, seen=seen, day=day)
    expected = story.dossier.parcel.expected
    if recipient is Recipient.SELLER and expected is not None and expected < story.today:
        yield words("told", "promised", day=words.day(expected))


def _asks(story: Story, recipient: Recipient, words: Wording) -> Iterator[str]:
    """What is asked for, numbered where it is several things."""
    ends = story.ends
    extendable = ends is not None and ends.kind == "shop" and extended_by_seller(ends.policy)
    names = [n for n in asked(recipient, story.case) if n != "extend" or extendable]
    day = words.day(story.answer_by)
    yield words("frame", "asks")
    for number, name in enumerate(names, 1):
        yield f"{number}. {words('asks', name, day=day)}"


def _until(story: Story, recipient: Recipient, words: Wording) -> Iterator[str]:
    yield words("told", "reply", day=words.day(story.answer_by))
    ends = story.ends
    if recipient is Recipient.SELLER and ends is not None:
        key = "protection" if ends.kind == "shop" else "window"
        yield words("told", key, day=words.day(ends.day))
