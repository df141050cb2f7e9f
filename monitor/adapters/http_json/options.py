"""What each option may hold; every check gives the value in its final form or raises ValueError."""

from __future__ import annotations

import difflib
import re
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from monitor.adapters import times
from monitor.adapters.http_json import paths, requests
from monitor.parcel import HAND, Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NUMBER_LIMIT = 50  # characters; the program takes no longer numbers
PATTERN_LIMIT = 200
CODES_LIMIT = 1_000
CODE_LIMIT = 80
PAGE_LIMIT = 1_000
NOT_KNOWN = frozenset({204, *range(400, 500)}) - {401, 403, 429}

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}", re.ASCII)
_KEY = re.compile(r"[!-~]*", re.ASCII)
_PAGE = re.compile(r"https?://[!-z|~]+", re.ASCII)
_STAGES = [stage.value for stage in Stage]

EXPRESSIONS = (
    "found", "number", "events", "time", "text", "code", "place", "country", "origin",
    "destination", "status",
)  # fmt: skip


def check(option: str, value: object) -> Any:
    """The value of one option as the adapter uses it. Raises ValueError with a sentence without it."""
    return _CHECKS[option](value)


def together(options: Mapping[str, Any]) -> str:
    """What is wrong with options that are right each by itself, as a sentence; "" for nothing."""
    if not requests.asks_for(requests.NUMBER, [options["path"], *options["query"].values()]):
        return "neither its path nor its query holds {number}, where the tracking number belongs"
    if not options["text"] and not options["code"]:
        return "it needs text or code, or its events would say nothing"
    return ""


def sentence(where: str, problem: str) -> str:
    return f"{where}: {problem}{'' if problem.endswith('?') else '.'}"


def name(value: object) -> str:
    """The name of an adapter, which is also that of its table."""
    if not isinstance(value, str) or not _NAME.fullmatch(value) or value == HAND:
        raise ValueError(
            f"an adapter's name is a letter and up to 39 letters, digits, hyphens or underscores, and not {HAND}"
        )
    return value


def _needed(value: object) -> str:
    found = paths.expression(value)
    if not found:
        raise ValueError("it is needed: a JMESPath expression that leads to the list of events")
    return found


def _api_key(value: object) -> str:
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise ValueError("it holds a blank or a character no key has; copy it again")
    return value


def _address(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("it must be an address such as https://api.example.org/v1")  # noqa: TRY004 - the settings report a ValueError
    return value.rstrip("/")


def _pattern(value: object) -> str:
    """A regular expression for whole numbers; "" recognises none."""
    if isinstance(value, str) and len(value) <= PATTERN_LIMIT and value.isprintable():
        try:
            re.compile(value)
        except (re.error, OverflowError, RecursionError):
            pass
        else:
            return value
    raise ValueError(
        f"it must be a regular expression of at most {PATTERN_LIMIT} characters for the whole number, "
        r"such as '[A-Z]{2}\d{9}FR'"
    )


def _duration(value: object) -> timedelta:
    if not isinstance(value, timedelta) or value <= timedelta(0):
        raise ValueError("it must be a duration above zero")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("it must be true or false")  # noqa: TRY004 - the settings report a ValueError
    return value


def _not_found(value: object) -> tuple[int, ...]:
    """HTTP statuses; from the environment as text with commas."""
    given = value.split(",") if isinstance(value, str) else value
    found = [_status(item) for item in given] if isinstance(given, list | tuple) else [None]
    if not set(found) <= NOT_KNOWN:
        raise ValueError(
            "it must be a list of HTTP statuses: 204, or 400 to 499 but 401, 403 and 429, which mean something else"
        )
    return tuple(sorted({status for status in found if status is not None}))


def _status(value: object) -> int | None:
    if isinstance(value, str) and re.fullmatch(r"\s*\d{3}\s*", value, re.ASCII):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _page(value: object) -> str:
    text = value.strip() if isinstance(value, str) else "?"
    places = set(re.findall(r"\{(.*?)\}", text))
    if not text or (
        len(text) <= PAGE_LIMIT
        and _PAGE.fullmatch(text.replace("{numbers}", ""))
        and places <= {"numbers"}
    ):
        return text
    raise ValueError("it must be a web address, {numbers} where the numbers belong")


def _codes(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or len(value) > CODES_LIMIT:
        raise ValueError("it must be a table of codes and stages, such as { DO3 = 'in_transit' }")
    return {_code(code): _stage(_code(code), stage) for code, stage in value.items()}


def _code(value: object) -> str:
    code = str(value)
    if not code.strip() or len(code) > CODE_LIMIT or not code.isprintable():
        raise ValueError(f"each code must be text of one line, at most {CODE_LIMIT} characters")
    return code


def _stage(code: str, value: object) -> str:
    if value in _STAGES:
        return str(value)
    near = difflib.get_close_matches(value.casefold(), _STAGES, 1) if isinstance(value, str) else []
    hint = f"did you mean {near[0]}?" if near else f"stages are {', '.join(_STAGES)}"
    raise ValueError(f"{code} must be given a stage; {hint}")


_CHECKS: Mapping[str, Callable[[object], Any]] = MappingProxyType(
    {
        "name": name,
        "base_url": _address,
        "path": requests.path,
        "query": requests.query,
        "headers": requests.headers,
        "api_key": _api_key,
        "numbers": _pattern,
        "every": _duration,
        "floor": _duration,
        "spacing": _duration,
        **dict.fromkeys(EXPRESSIONS, paths.expression),
        "events": _needed,
        "time_format": times.time_format,
        "zone": times.zone,
        "not_found": _not_found,
        "page": _page,
        "official": _flag,
        "codes": _codes,
    }
)
