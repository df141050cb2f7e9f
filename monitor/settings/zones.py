"""Time zones and countries by the names the configuration uses."""

from __future__ import annotations

import contextlib
import difflib
import re
import zoneinfo
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ETC = Path("/etc")
NAME_LIMIT = 255  # bytes of a file name

# What people write for a country whose ISO 3166 code is another.
_SLIPS = {"UK": "GB", "EL": "GR", "SP": "ES", "EN": "GB", "JA": "JP"}
_NOT_IN_THE_TABLE = frozenset({"XK"})  # Kosovo: user-assigned, and in use by posts and banks


def zone_name(value: object) -> str:
    """A name of the IANA time zone database, as given. Raises ValueError with a sentence."""
    if isinstance(value, str) and _exists(value):
        return value
    near = difflib.get_close_matches(value, _every_zone(), 1) if isinstance(value, str) else []
    hint = f"; did you mean {near[0]}?" if near else ", such as Europe/Berlin"
    raise ValueError(f"it must be a time zone of the IANA database{hint}")


def _every_zone() -> list[str]:
    return sorted(zoneinfo.available_timezones())


def _exists(name: str) -> bool:
    if not name or not name.isascii() or not name.isprintable() or len(name) > NAME_LIMIT:
        return False
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False  # OSError: the name of a folder of zones
    return True


def machine_zone(environ: Mapping[str, str], etc: Path = ETC) -> str:
    """The machine's zone from TZ, `timezone` or the `localtime` link under `etc`; else UTC."""
    return next((name for name in _hints(environ, etc) if _exists(name)), "UTC")


def _hints(environ: Mapping[str, str], etc: Path) -> Iterator[str]:
    yield _after_zoneinfo(environ.get("TZ", "").removeprefix(":"))
    with contextlib.suppress(OSError, ValueError):
        yield (etc / "timezone").read_text("utf-8")[:NAME_LIMIT].strip()
    with contextlib.suppress(OSError, ValueError):
        yield _after_zoneinfo(str((etc / "localtime").readlink()))


def _after_zoneinfo(path: str) -> str:
    return path.rpartition("/zoneinfo/")[2]


def country_code(value: object) -> str:
    """An ISO 3166 alpha-2 code in upper case; "" for unknown. Raises ValueError with a sentence."""
    code = value.strip().upper() if isinstance(value, str) else "?"
    if not code or code in _NOT_IN_THE_TABLE:
        return code
    if code in _SLIPS:
        raise ValueError(f"it must be an ISO 3166 country code; did you mean {_SLIPS[code]}?")
    if not re.fullmatch(r"[A-Z]{2}", code) or code not in _countries():
        raise ValueError("it must be an ISO 3166 country code of two letters, such as DE")
    return code


def country_codes(value: object) -> tuple[str, ...]:
    """A list of such codes without doubles, or the same as comma separated text."""
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, list | tuple):
        raise ValueError("it must be a list of country codes")  # noqa: TRY004 - pydantic turns ValueError into a report
    return tuple(dict.fromkeys(code for code in map(country_code, items) if code))


def _countries() -> frozenset[str]:
    from importlib.resources import files  # noqa: PLC0415 - only for who names a country

    table = files("tzdata") / "zoneinfo" / "iso3166.tab"
    lines = table.read_text("utf-8").splitlines()
    return frozenset(line[:2] for line in lines if not line.startswith("#"))
