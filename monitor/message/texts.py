"""The texts of alerts, and how times, names and outside words are shown in them."""

from __future__ import annotations

import re
import tomllib
from collections import ChainMap
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from monitor.message.added import ADDED
from monitor.message.facts import worded
from monitor.message.language import ENGLISH, language
from monitor.parcel import TEXT_LIMIT, clean_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, tzinfo

    from monitor.message.language import Language
    from monitor.parcel import Event, Parcel
    from monitor.protection import Deadline

LABEL_LIMIT = 40
DAY = timedelta(days=1)
# These ask a carrier in their own time, not when asked.
AGGREGATORS = frozenset({"seventeentrack", "parcelsapp", "ship24"})
SOURCE_NAMES = {
    "seventeentrack": "17TRACK",
    "cainiao": "Cainiao",
    "parcelsapp": "Parcels app",
    "ship24": "Ship24",
    "dhl": "DHL",
    "laposte": "La Poste",  # and below: tables of docs/adapters/http_json.md
    "postnord": "PostNord",
    "correos": "Correos",
    "hand": "you",
}


def source_name(source: str) -> str:
    """What a person calls a source; a plug-in's or one's own JSON source goes by its own name."""
    return SOURCE_NAMES.get(source, source)


@dataclass(frozen=True, slots=True)
class Style:
    """How the owner reads: the zone times are shown in, whether numbers are shortened, the language.

    Commands keep to English, whatever the language of alerts is.
    """

    zone: tzinfo
    redact: bool = False
    language: str = ENGLISH

    @property
    def words(self) -> Language:
        return language(self.language)


@cache
def texts(code: str = ENGLISH) -> Mapping[str, Mapping[str, Any]]:
    """The texts of every advice in a language, by its name; those other packages brought among them."""
    return ChainMap(ADDED, language(code).advices)


@cache
def contacts() -> Mapping[str, Mapping[str, Any]]:
    """The destination carriers' own pages, by alpha-2 country."""
    table = Path(__file__).parents[1] / "data" / "contacts.toml"
    return tomllib.loads(table.read_text(encoding="utf-8"))


def contact_of(number: str, country: str) -> Mapping[str, Any] | None:
    """Who can be asked there about a parcel: the post, unless the number is of somebody else's delivery."""
    from monitor.numbers import candidates  # noqa: PLC0415 - a list names no page, and is quick

    if any(form.delivers for form in candidates(number)):
        return None
    return contacts().get(country)


def action(advice: str, facts: Mapping[str, str] | Callable[[], Mapping[str, str]]) -> str:
    """What to do at a step, in a few words of English. `facts` may be how they are found."""
    wanted = str(texts().get(advice, {}).get("action", ""))
    if "{" not in wanted:  # most name no fact, and a list asks for a thousand
        return wanted
    known = facts() if callable(facts) else facts
    return filled(wanted, worded(known, language(ENGLISH)))


def heading(parcel: Parcel, style: Style) -> str:
    """How a part names its parcel: label and full number, or label and last four characters."""
    number = shown_number(parcel.number, style)
    label = shown_text(parcel.label, parcel.number, style, LABEL_LIMIT)
    return f"{label} · {number}" if label else number


def shown_number(number: str, style: Style) -> str:
    return f"…{number[-4:]}" if style.redact else number


def shown_name(parcel: Parcel, style: Style) -> str:
    label = shown_text(parcel.label, parcel.number, style, LABEL_LIMIT)
    return label or shown_number(parcel.number, style)


def shown_text(text: str, number: str, style: Style, limit: int = TEXT_LIMIT) -> str:
    """Outside text as a message may hold it; in redacted messages without the whole number."""
    if style.redact:
        whole = re.compile(re.escape(number), re.IGNORECASE)
        text = whole.sub(lambda _: shown_number(number, style), text)
    return unlinked(clean_text(text, limit), style.language)


def is_foreign(event: Event, code: str = ENGLISH) -> bool:
    """Whether a translation of the event's text helps a reader of that language: words of it that
    decided may be those of the translation.
    """
    text = event.text.casefold()
    return event.language != code or not any(word in text for word in event.matched)


def days_until(closes: datetime, now: datetime) -> int:
    """Days left, begun ones too, by the wall clock where it closes; negative once it is over."""
    now = now.astimezone(closes.tzinfo)  # a day may have 23 or 25 hours there
    return -((now - closes) // DAY) if closes >= now else -((now - closes) // DAY) - 1


class _Known(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def filled(text: str, facts: Mapping[str, str]) -> str:
    """Facts put into a text of ours, once: what a fact contains is not expanded again."""
    return text.format_map(_Known(facts))


def shown_time(at: datetime, style: Style) -> str:
    """A moment as the owner reads it, for instance `Mon 14 Sep 2026, 10:20`."""
    return style.words.moment(at.astimezone(style.zone))


def count(number: int, thing: str) -> str:
    """`3 days`, for commands; alerts have the forms of their language."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def shown_day(deadline: Deadline) -> str:
    """The last day of a deadline, as a person would write it; for commands."""
    return language(ENGLISH).day(deadline.day)


def tracker_page(number: str) -> str:
    """The universal tracker's page for a number."""
    return f"https://t.17track.net/en#nums={quote(number, safe='')}"


# Patterns as text: a list must not wait for what only messages need.
_LINK = r"""(?ix)
    [a-z0-9+.-]*://\S*
    | \b(?:mailto|tel|sms|javascript|data|tg):\S+
    | \bwww\.\S+
    | \S+@\S+          # mail addresses
    """
# A dot between a character of a name and a letter is what makes a host name; the other full stops count
# as dots in internationalised names, whose parts may end with a vowel sign, an accent or a picture
# ("i❤.ws"). Dates and amounts stay as they are, addresses of four bytes do not.
_HOST_DOT = r"(?<=[^\s!-/:-@\[-^`{-~])([.\u2024\u3002\uff0e\uff61])(?=[^\W\d_])"
_FOUR_BYTES = r"\b(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\b"
_MENTION = r"(?:<?@|<[!#])+(?=\w)"


def unlinked(text: str, code: str = ENGLISH) -> str:
    """Outside text in which nothing can be clicked; what stands for it is said in that language.

    Addresses are taken out. What merely looks like a host name, and many programs make into a
    link, keeps its letters but gets a blank after each dot: it may as well be "St.Petersburg".
    """
    without = re.sub(_LINK, lambda _: language(code).phrase("address_removed"), text)
    # Before the dots: the word put there may stand right behind one, and be the end of a host name.
    unaddressed = re.sub(_MENTION, lambda _: language(code).phrase("mention"), without)
    return re.sub(_FOUR_BYTES, r"\1. \2. \3. \4", re.sub(_HOST_DOT, r"\1 ", unaddressed))
