"""What a tracking number tells by itself: its form, whom to ask, and whether its check digit fits."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from monitor.errors import BadInput
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from collections.abc import Callable

SHORTEST, LONGEST = 5, 50
SHOWN = 60  # characters of an outside number in a sentence

_ALLOWED = re.compile(r"[A-Z0-9-]+")
_S10_IN_TEXT = re.compile(r"(?<![A-Z0-9])[A-Z]{2}[0-9]{9}[A-Z]{2}(?![A-Z0-9])", re.ASCII)
_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_INVISIBLE = frozenset({"Cf", "Cc"})  # zero widths and direction marks come along when pasting


@dataclass(frozen=True, slots=True)
class Form:
    """One known form. `ask` names sources, the best first; `check` the recipe of a check digit.

    `shared`: numbers of other kinds have the same form, so that it says little by itself.
    `delivers`: who issues it brings it to the door itself, so that no post knows of it.
    `confidence` is A, B or C as explained in data/numbers.toml, where all forms stand.
    """

    name: str
    pattern: re.Pattern[str]
    meaning: str
    ask: tuple[str, ...]
    confidence: str
    check: str = ""
    shared: bool = False
    delivers: bool = False


@dataclass(frozen=True, slots=True)
class NumberCheck:
    """`kind` is the name of the most specific form, or "unknown".

    `valid` is None where the form has no check digit, `expected` the digit that would be right, ""
    where there is none. Placeholders fail too: a reason to warn, never to refuse.
    """

    kind: str
    valid: bool | None = None
    expected: str = ""


def normalise(number: str) -> str:
    """The number in upper case without blanks. Raises BadInput with a sentence."""
    plain = unicodedata.normalize("NFKC", number[: LONGEST * 4])
    kept = "".join(
        c for c in plain if not c.isspace() and unicodedata.category(c) not in _INVISIBLE
    )
    # Only then upper case: "ß" would become "SS" and pass for a letter of the number.
    tidy = kept.upper() if kept.isascii() else kept
    if not _ALLOWED.fullmatch(tidy):
        shown = clean_text(number, SHOWN)
        raise BadInput(
            f'"{shown}" is not a tracking number: it may hold only letters A to Z, digits and hyphens.'
            if shown
            else "A tracking number is missing: nothing was given."
        )
    if not SHORTEST <= len(tidy) <= LONGEST or len(number) > LONGEST * 4:
        raise BadInput(
            f'"{clean_text(tidy, SHOWN)}" is not a tracking number: it must have {SHORTEST} to '
            f"{LONGEST} characters."
        )
    return tidy


def candidates(number: str) -> tuple[Form, ...]:
    """The forms a normalised number fits, the most specific first. Ask all: a form proves nothing.

    A shared form whose check digit does not fit is none of them.
    """
    return tuple(
        form
        for form in forms()
        if form.pattern.fullmatch(number)
        and not (form.shared and form.check and not _fits(form, number))
    )


def check(number: str) -> NumberCheck:
    """The form of a normalised number, and whether its check digit fits."""
    fitting = candidates(number)
    if not fitting:
        return NumberCheck("unknown")
    form = fitting[0]
    if not form.check:
        return NumberCheck(form.name)
    given, right = _RECIPES[form.check](number)
    return NumberCheck(form.name, right == given, right)


def _fits(form: Form, number: str) -> bool:
    given, right = _RECIPES[form.check](number)
    return given == right


def postal_numbers(text: str) -> tuple[str, ...]:
    """The postal (S10) numbers in a free text, in its order, each once.

    Only with a right check digit: references and batches have the same form.
    """
    found = dict.fromkeys(_S10_IN_TEXT.findall(text))
    return tuple(number for number in found if check(number).valid)


def s10_digit(serial: str) -> str:
    """The check digit of eight digits, after UPU standard S10 (weights 8 6 4 2 3 5 9 7, modulo 11)."""
    total = sum(w * int(d) for w, d in zip(_S10_WEIGHTS, serial, strict=True))
    digit = 11 - total % 11
    return str({10: 0, 11: 5}.get(digit, digit))


def _s10(number: str) -> tuple[str, str]:
    return number[10], s10_digit(number[2:10])


def _ups(number: str) -> tuple[str, str]:
    """Letters count as 2 to 9, 0, 1 and so on round; every second place is doubled (modulo 10)."""
    values = [int(c) if c.isdigit() else (ord(c) - 63) % 10 for c in number[2:-1]]
    total = sum(value * (1 + place % 2) for place, value in enumerate(values))
    return number[-1], str(-total % 10)


def _gs1(number: str) -> tuple[str, str]:
    """Weights 3 and 1 by turns from the right (GS1 General Specifications, modulo 10)."""
    total = sum(int(c) * (1 if place % 2 else 3) for place, c in enumerate(number[-2::-1]))
    return number[-1], str(-total % 10)


def _fedex(number: str) -> tuple[str, str]:
    """Weights 3 1 7 by turns from the left (modulo 11, and ten is nought)."""
    total = sum(int(c) * (3, 1, 7)[place % 3] for place, c in enumerate(number[:-1]))
    return number[-1], str(total % 11 % 10)


def _dhl(number: str) -> tuple[str, str]:
    return number[-1], str(int(number[:-1]) % 7)


# Each gives the check digit as it stands in a number of the form, and the one that would be right.
_RECIPES: dict[str, Callable[[str], tuple[str, str]]] = {
    "s10": _s10,
    "ups": _ups,
    "gs1": _gs1,
    "fedex": _fedex,
    "dhl": _dhl,
}


@cache
def forms() -> tuple[Form, ...]:
    """All known forms in the order in which they are tried."""
    text = (resources.files("monitor") / "data" / "numbers.toml").read_text("utf-8")
    return tuple(
        Form(
            name=row["name"],
            pattern=re.compile(row["pattern"], re.ASCII),
            meaning=row["meaning"],
            ask=tuple(row["ask"]),
            confidence=row["confidence"],
            check=row.get("check", ""),
            shared=row.get("shared", False),
            delivers=row.get("delivers", False),
        )
        for row in tomllib.loads(text)["form"]
    )
