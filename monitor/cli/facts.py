"""The options that describe a parcel, shared by `add` and `edit`, and what they change."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, fields, replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.dates import any_day, past_day
from monitor.cli.wording import PAID_WITH
from monitor.errors import BadInput
from monitor.parcel import clean_text
from monitor.protection import NO_SHOP

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from monitor.parcel import Parcel
    from monitor.protection import Policy

LONGEST_PROTECTION = 730  # days
TEXT_LIMIT = 200
PRICE_LIMIT = 20  # characters
PAIRS_LIMIT = 30  # deadlines, or extras, of one parcel

_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option("--label", metavar="TEXT", help="What it is, in your words."),
    click.option("--shop", metavar="SHOP", help="aliexpress, ebay, …; none: no protection watched."),
    click.option("--ordered", metavar="DATE", help="When you ordered. Dates: 2026-09-02, 3d."),
    click.option("--paid", metavar="DATE", help="When you paid."),
    click.option("--paid-with", metavar="METHOD", help=f"How you paid: {', '.join(PAID_WITH)}."),
    click.option("--shipped", metavar="DATE", help="When the seller shipped it."),
    click.option("--expected", metavar="DATE", help="The delivery date the shop promised."),
    click.option("--protected-until", metavar="DATE", help="Read from the order page; always wins."),
    click.option("--protection-days", metavar="N",
                 help="Days of protection, if the order page says another number."),
    click.option("--cover", "covers", multiple=True, metavar="NAME=DATE",
                 help="Any further deadline, such as insurance=2026-12-31. Repeatable."),
    click.option("--from", "origin", metavar="CC", help="Country it comes from, two letters."),
    click.option("--to", "destination", metavar="CC", help="Country it goes to, two letters."),
    click.option("--order-id", metavar="TEXT", help="The shop's order number."),
    click.option("--price", metavar="12.34", help="What you paid."),
    click.option("--currency", metavar="EUR", help="Currency of the price."),
    click.option("--seller", metavar="TEXT", help="The seller's name."),
    click.option("--url", metavar="URL", help="The order's page; kept for you, never opened."),
    click.option("--adapter", "adapters", multiple=True, metavar="NAME",
                 help="Ask only this source. Repeatable."),
    click.option("--carrier", metavar="NAME|KEY", help="The carrier, where it is not recognised."),
    click.option("--extra", multiple=True, metavar="KEY=VALUE",
                 help="What a carrier needs besides, such as postcode=10115. Repeatable."),
)  # fmt: skip


def parcel_options(command: Callable[..., None]) -> Callable[..., None]:
    """All options that say something about a parcel."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class Reader:
    """What reading the options needs to know of the world."""

    now: datetime
    zone: ZoneInfo
    policies: Mapping[str, Policy]
    sources: tuple[str, ...]


def changed(parcel: Parcel, given: Mapping[str, Any], reader: Reader) -> Parcel:
    """The parcel with what was given, everything else as it was; "" clears. Raises BadInput."""
    changes: dict[str, Any] = {}
    for name, value in given.items():
        if value is None or value == ():
            continue
        changes[name] = _READERS[name](value, reader)
    if "covers" in changes:
        changes["covers"] = _merged(parcel.covers, changes["covers"])
    if "extra" in changes:
        changes["extra"] = _merged(parcel.extra, changes["extra"])
    return replace(parcel, **changes)


def told(before: Parcel, after: Parcel) -> list[str]:
    """The names of the facts that differ, as the owner calls them."""
    names = {"origin": "from", "destination": "to"}
    return [
        names.get(f.name, f.name).replace("_", " ")
        for f in fields(after)
        if getattr(before, f.name) != getattr(after, f.name)
    ]


def out_of_order(parcel: Parcel) -> list[str]:
    """A date that cannot be, beside another one: deadlines and letters would be wrong by it."""
    begun = parcel.ordered, parcel.shipped
    earliest = min((day for day in begun if day is not None), default=None)
    pairs = [("shipped", parcel.shipped, "ordered", parcel.ordered)]
    if earliest is not None:
        before = "ordered" if earliest == parcel.ordered else "shipped"
        pairs += [
            ("expected", parcel.expected, before, earliest),
            ("protected until", parcel.protected_until, before, earliest),
        ]
    return [
        f"{word} {late.isoformat()} is before {other} {early.isoformat()}; "
        "compare both with the order page."
        for word, late, other, early in pairs
        if late is not None and early is not None and late < early
    ]


def bare(refusal: BadInput) -> str:
    """The sentence without the option's name: the place is named before it."""
    option, colon, sentence = str(refusal).partition(": ")
    return sentence if colon and option.startswith("--") else str(refusal)


def _merged(
    before: tuple[tuple[str, Any], ...], new: dict[str, Any]
) -> tuple[tuple[str, Any], ...]:
    kept = {**dict(before), **new}
    pairs = tuple((name, value) for name, value in kept.items() if value not in (None, ""))
    if len(pairs) > PAIRS_LIMIT:
        raise BadInput(f"A parcel has at most {PAIRS_LIMIT} deadlines or extra values of its own.")
    return pairs


def _text(value: str, _reader: Reader) -> str:
    return clean_text(value, TEXT_LIMIT)


def _shop(value: str, reader: Reader) -> str:
    shop = value.strip().casefold()
    if shop == NO_SHOP or shop in reader.policies:
        return shop
    near = difflib.get_close_matches(shop, reader.policies, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    known = ", ".join([*sorted(reader.policies), NO_SHOP])
    raise BadInput(
        f"--shop: {clean_text(value, 40)!r} is not a shop whose protection is known.{hint} "
        f"Known: {known}. Others go into [protection.shops] of the configuration."
    )


def _past(option: str) -> Callable[[str, Reader], date | None]:
    return lambda value, reader: past_day(value, reader.now, reader.zone, option)


def _day(option: str) -> Callable[[str, Reader], date | None]:
    return lambda value, _reader: any_day(value, option)


def _pairs(option: str, values: tuple[str, ...]) -> list[tuple[str, str]]:
    found = []
    for pair in values:
        name, sign, value = pair.partition("=")
        if not sign or not re.fullmatch(r"[\w.-]{1,40}", name.strip()):
            raise BadInput(f"{option}: {clean_text(pair, 60)!r} is not of the form NAME=VALUE.")
        found.append((name.strip(), value.strip()))
    return found


def _covers(values: tuple[str, ...], reader: Reader) -> dict[str, date | None]:
    found = {n: any_day(v, f"--cover {n}") for n, v in _pairs("--cover", values)}
    for name in found:
        if name.removesuffix("_dispute") in reader.policies:
            raise BadInput(f"--cover: {name} is the name of a shop; call this deadline otherwise.")
    return found


def _extra(values: tuple[str, ...], _reader: Reader) -> dict[str, str]:
    return {n: clean_text(v, TEXT_LIMIT) for n, v in _pairs("--extra", values)}


def _country(option: str) -> Callable[[str, Reader], str]:
    def read(value: str, _reader: Reader) -> str:
        from monitor.settings.zones import country_code

        try:
            return country_code(value)
        except ValueError as error:
            raise BadInput(f"{option}: {error}{'' if str(error).endswith('?') else '.'}") from None

    return read


def _price(value: str, _reader: Reader) -> str:
    try:
        price = Decimal(value.replace(",", ".")) if value.strip() else None
    except InvalidOperation:
        price = Decimal(-1)
    if price is None:
        return ""
    if not price.is_finite() or not 0 <= price < 10**9 or len(str(price)) > PRICE_LIMIT:
        raise BadInput(f"--price: {clean_text(value, 40)!r} is not a price; write it like 12.34.")
    return str(price)


def _currency(value: str, _reader: Reader) -> str:
    code = value.strip().upper()
    if code and not re.fullmatch(r"[A-Z]{3}", code):
        raise BadInput(f"--currency: {clean_text(value, 40)!r} is not a code such as EUR.")
    return code


def _adapters(values: tuple[str, ...], reader: Reader) -> tuple[str, ...]:
    names = tuple(filter(None, dict.fromkeys(v.strip().casefold() for v in values)))
    for name in names:
        if name not in reader.sources:
            near = difflib.get_close_matches(name, reader.sources, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            known = ", ".join(reader.sources)
            raise BadInput(
                f"--adapter: {clean_text(name, 40)!r} is not a source.{hint} Known: {known}."
            )
    return names


def _paid_with(value: str, _reader: Reader) -> str:
    method = value.strip().casefold()
    if method and method not in PAID_WITH:
        known = ", ".join(PAID_WITH)
        raise BadInput(f"--paid-with: {clean_text(value, 40)!r} is no way to pay. Known: {known}.")
    return method


def _protection_days(value: str, _reader: Reader) -> int | None:
    days = value.strip()
    if not days:
        return None
    if not re.fullmatch(r"\d{1,3}", days, re.ASCII) or not 1 <= int(days) <= LONGEST_PROTECTION:
        raise BadInput(
            f"--protection-days: {clean_text(value, 40)!r} is not a number of days "
            f"from 1 to {LONGEST_PROTECTION}."
        )
    return int(days)


_READERS: dict[str, Callable[[Any, Reader], Any]] = {
    "label": _text,
    "shop": _shop,
    "ordered": _past("--ordered"),
    "paid": _past("--paid"),
    "paid_with": _paid_with,
    "shipped": _past("--shipped"),
    "expected": _day("--expected"),
    "protected_until": _day("--protected-until"),
    "protection_days": _protection_days,
    "covers": _covers,
    "origin": _country("--from"),
    "destination": _country("--to"),
    "order_id": _text,
    "price": _price,
    "currency": _currency,
    "seller": _text,
    "url": _text,
    "adapters": _adapters,
    "carrier": _text,
    "extra": _extra,
}
