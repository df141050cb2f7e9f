"""Every effective option with its value, its origin, and whether it has an effect yet."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, SecretStr

from monitor.parcel import clean_text
from monitor.schedule import Severity
from monitor.settings import rule_tables
from monitor.settings.durations import written
from monitor.settings.keyed import Keyed
from monitor.settings.model import Shop
from monitor.settings.secrecy import is_secret_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.settings.model import Settings
    from monitor.settings.trees import Address

MASK = "**********"
NO_EFFECT = "no effect yet"
UNCHECKED = "not checked, as the plug-in is not in use"

# Options whose part of the program does not exist yet; the part that makes one work takes it out.
WITHOUT_EFFECT: tuple[Address, ...] = (("board",),)


@dataclass(frozen=True, slots=True)
class Option:
    """One row of `parcels config`. `value` is written as in TOML, secrets masked.

    `origin` is "default", a file, "environment NAME", "credential NAME" or "api_key_file PATH";
    `note` is "no effect yet", that a plug-in is not in use, or empty.
    """

    path: str
    value: str
    origin: str
    note: str = ""


def explain(settings: Settings) -> list[Option]:
    """Every option in the order of the configuration file, those of all rules included."""
    return [*_tables(settings), *_plugged(settings), *_rules(settings)]


def _tables(settings: Settings) -> Iterator[Option]:
    for address, value in _values(settings, ()):
        shown = address
        if address[0] == "channels":
            shown = ("channels", settings.channels[int(address[1])].name, *address[2:])
        origin = settings.provenance.origin(address)
        yield Option(_dotted(shown), _shown(address, value), origin, _note(address))


def _dotted(address: Address) -> str:
    return ".".join(clean_text(part) for part in address)


def _values(table: BaseModel, address: Address) -> Iterator[tuple[Address, Any]]:
    """The values below a table. What a shop leaves to the known policy is no value."""
    fields = type(table).model_fields.items()
    named = {f.alias or name: getattr(table, name) for name, f in fields if name != "rules"}
    if isinstance(table, Keyed):
        named["enabled"] = table.active
    if isinstance(table, Shop):
        named = {name: value for name, value in named.items() if value is not None}
    for name, value in {**named, **(table.model_extra or {})}.items():
        yield from _below(value, (*address, name))


def _below(value: Any, address: Address) -> Iterator[tuple[Address, Any]]:
    if isinstance(value, BaseModel):
        yield from _values(value, address)
    elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
        for index, item in enumerate(value):
            yield from _values(item, (*address, str(index)))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _below(item, (*address, str(name)))
    elif address not in {("channels",), ("seasons",), ("protection", "shops")}:
        yield address, value


def _plugged(settings: Settings) -> Iterator[Option]:
    """What the tables of plug-ins hold; every option of those that are in use."""
    every = settings.plugged
    for group, found in (("adapters", every.adapters), ("rules", every.rules)):
        for name, plugged in found.items():
            note = "" if plugged.made is not None else UNCHECKED
            for option, value in {"enabled": plugged.enabled, **plugged.options}.items():
                address = (group, name, option)
                origin = settings.provenance.origin(address)
                yield Option(_dotted(address), _shown(address, value), origin, note)


def _rules(settings: Settings) -> Iterator[Option]:
    of_plugins = settings.plugged.rules
    given = {name: table for name, table in settings.rules.items() if name not in of_plugins}
    types = settings.provenance.rules
    known = rule_tables.installed() if types is None else types
    for name, rule in known.items():
        chosen = settings.rule_options.get(name, {})
        for option, default in rule_tables.options_of(name, rule).items():
            yield _rule_row(settings, name, option, chosen.get(option, default), "")
    for name in sorted(given.keys() - known.keys()):
        for option, value in given[name].items():
            yield _rule_row(settings, name, option, value, NO_EFFECT)


def _rule_row(settings: Settings, rule: str, option: str, value: object, note: str) -> Option:
    address = ("rules", rule, option)
    return Option(
        _dotted(address), _shown(address, value), settings.provenance.origin(address), note
    )


def _note(address: Address) -> str:
    return NO_EFFECT if any(address[: len(part)] == part for part in WITHOUT_EFFECT) else ""


def _shown(address: Address, value: Any) -> str:
    if isinstance(value, SecretStr):
        return MASK if value.get_secret_value() else _toml("")
    if is_secret_value(address, value):
        return MASK
    return _toml(value)


def _toml(value: Any) -> str:
    """A value as one would write it in the file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, date) or (isinstance(value, int) and not isinstance(value, Severity)):
        return str(value)
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], time):  # noqa: PLR2004 - from, to
        return f'"{value[0]:%H:%M}-{value[1]:%H:%M}"'
    if isinstance(value, tuple | list):
        return f"[{', '.join(_toml(item) for item in value)}]"
    return _quoted(value)


def _quoted(value: Any) -> str:
    text = "" if value is None else str(value)
    if isinstance(value, timedelta):
        text = written(value)
    if isinstance(value, time):
        text = f"{value:%H:%M}"
    return json.dumps(clean_text(text), ensure_ascii=False)
