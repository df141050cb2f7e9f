"""The tables `[rules.NAME]`, read against the options that each rule declares."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from monitor.errors import BadConfiguration
from monitor.parcel import clean_text
from monitor.plugins import RULES
from monitor.settings.options import SETTABLE, typed
from monitor.settings.plugged import names
from monitor.settings.spelling import SHOWN, dotted, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from monitor.settings.trees import Address

# The names other programs may rely on; one whose rule is not there yet may already have a table.
NAMES = (
    "clearance",
    "clearance_due",
    "clearance_failed",
    "protection",
    "silence",
    "never_shipped",
    "handover",
    "pickup",
    "delivery_failed",
    "returning",
    "lost",
    "delivered",
    "source_gives_up",
    "blind",
    "channel_failing",
    "quota",
    "backup_failing",
)
# Rules whose options have a table of their own.
ELSEWHERE = {"protection": "[protection]"}
HANDED = frozenset({"seasons"})  # what rules are given by the program: [[seasons]] is for all


def installed() -> Mapping[str, type]:
    """The rules this program has, by name; imported only where a table or a list asks for them."""
    from monitor.rules.registry import every_rule  # noqa: PLC0415 - most commands have no table of a rule to read

    return every_rule()


def options_of(name: str, rule: type) -> dict[str, Any]:
    """The options a rule declares, with their defaults; what it is handed otherwise is none."""
    if name in ELSEWHERE or not dataclasses.is_dataclass(rule):
        return {}
    found = {
        f.name: _default(f) for f in dataclasses.fields(rule) if f.init and f.name not in HANDED
    }
    return {option: value for option, value in found.items() if isinstance(value, SETTABLE)}


def _default(field: dataclasses.Field[Any]) -> Any:
    made = field.default_factory
    return field.default if made is dataclasses.MISSING else made()


def read(
    tables: Mapping[str, Mapping[str, Any]],
    rules: Mapping[str, type],
    origin: Callable[[Address], str],
) -> dict[str, dict[str, Any]]:
    """The options of every rule that exists, typed. Raises BadConfiguration, one line per problem."""
    found: dict[str, dict[str, Any]] = {}
    problems: list[str] = []
    for name, table in tables.items():
        if name in rules:
            found[name] = _table(name, table, rules[name], origin, problems)
        elif name not in NAMES:
            near = nearest(name, {*NAMES, *rules, *names(RULES)})
            hint = f"did you mean rules.{near}?" if near else f"rules are {', '.join(NAMES)}."
            problems.append(f"Unknown rule {_shown(name)} ({origin(('rules', name))}); {hint}")
    if problems:
        raise BadConfiguration("\n".join(problems))
    return found


def _table(
    name: str,
    table: Mapping[str, Any],
    rule: type,
    origin: Callable[[Address], str],
    problems: list[str],
) -> dict[str, Any]:
    known = options_of(name, rule)
    found: dict[str, Any] = {}
    for option, value in table.items():
        where = f"{_shown(name, option)} ({origin(('rules', name, option))})"
        if option not in known:
            problems.append(f"Unknown option {where}{_hint(name, option, known)}")
            continue
        try:
            found[option] = typed(value, known[option])
        except ValueError as trouble:
            problems.append(f"{where}: {trouble}.")
    problems.extend(_refused(name, rule, found, origin) if not problems else ())
    return found


def _hint(name: str, option: str, known: Mapping[str, Any]) -> str:
    if name in ELSEWHERE:
        return f"; the options of this rule stand in {ELSEWHERE[name]}."
    near = nearest(option, known)
    if near:
        return f"; did you mean rules.{name}.{near}?"
    return f"; options there are {', '.join(sorted(known))}." if known else "; it has no options."


def _refused(
    name: str, rule: type, options: Mapping[str, Any], origin: Callable[[Address], str]
) -> list[str]:
    """What the rule itself has against the options together."""
    try:
        rule(**options)
    except (TypeError, ValueError) as trouble:
        return [f"rules.{name} ({origin(('rules', name))}): {clean_text(str(trouble))}"]
    return []


def _shown(*parts: str) -> str:
    return dotted(("rules", *(clean_text(part, SHOWN) for part in parts)))
