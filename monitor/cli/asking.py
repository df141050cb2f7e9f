"""What `add` asks on a terminal when it was told nothing: the number, what it is, the shop, the dates."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.facts import bare, changed
from monitor.errors import BadInput
from monitor.numbers import check, normalise
from monitor.parcel import Parcel, clean_text
from monitor.protection import NO_SHOP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.cli.facts import Reader
    from monitor.protection import Policy

WELCOME = "Enter leaves a question out; Ctrl-C adds nothing."
_PAST = "2026-09-02, 3d, yesterday"
_QUESTIONS = {
    "shipped": f"When was it shipped? ({_PAST})",
    "ordered": f"When did you order it? ({_PAST})",
    "paid": f"When did you pay? ({_PAST})",
    "expected": "Which delivery date did the shop promise? (2026-09-02)",
}


def somebody_is_there() -> bool:
    """Whether a person can be asked: both what is typed and what is asked are a terminal's."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def asked_number() -> str:
    """A number as it can be stored; one whose check digit does not fit is asked for once more."""
    while True:
        typed = _typed("Tracking number")
        try:
            number = normalise(typed)
        except BadInput as refusal:
            _said(refusal)
            continue
        verdict = check(number)
        if verdict.valid is not False:
            return number
        question = f"  Its check digit does not fit (expected {verdict.expected}). Type it again, or Enter to keep it"
        again = _typed(question)
        if not again:
            return number
        try:
            return normalise(again)
        except BadInput as refusal:
            _said(refusal)


def asked_facts(number: str, reader: Reader, default_shop: str) -> dict[str, Any]:
    """What the owner tells of a new parcel, as `add` is given it; what was left out is missing."""
    click.echo(WELCOME, err=True)
    blank = Parcel(0, number, reader.now)
    given: dict[str, Any] = {}

    def ask(name: str, question: str, default: str = "") -> None:
        value = _readable(name, question, blank, reader, default)
        if value:
            given[name] = value

    ask("label", "What is it?")
    ask("shop", f"Which shop? ({_shops(reader)})", default_shop)
    shop = str(given.get("shop", default_shop)).strip().casefold()
    for name in _dates(reader.policies.get(shop)):
        if name != "ordered" or "shipped" not in given or _counts_from(reader, shop) == name:
            ask(name, _QUESTIONS[name])
    return given


def _counts_from(reader: Reader, shop: str) -> str:
    policy = reader.policies.get(shop)
    return policy.starts if policy else ""


def _shops(reader: Reader) -> str:
    return ", ".join([*sorted(reader.policies)[:4], "…", NO_SHOP])


def _dates(policy: Policy | None) -> Iterator[str]:
    """When it was shipped, and the date the shop's protection counts from, or may count from."""
    yield "shipped"
    if policy is None or policy.starts == "delivered":
        return
    start = "expected" if policy.starts == "estimated_delivery" else policy.starts
    if start != "shipped":
        yield start
    elif "ordered" in policy.otherwise:
        yield "ordered"


def _readable(name: str, question: str, blank: Parcel, reader: Reader, default: str) -> str:
    """What was typed, once it can be read; "" when it was left out."""
    while True:
        typed = _typed(question, default)
        if not typed:
            return ""
        try:
            changed(blank, {name: typed}, reader)
        except BadInput as refusal:
            _said(refusal)
        else:
            return typed


def _typed(question: str, default: str = "") -> str:
    answer: str = click.prompt(question, default=default, show_default=bool(default), err=True)
    return answer.strip()


def _said(refusal: BadInput) -> None:
    click.echo(f"  {clean_text(bare(refusal))}", err=True)
