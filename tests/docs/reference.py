"""`python -m tests.docs.reference` writes the tables of options on the pages.

Names, defaults and what an option takes come from the program, its meaning from the docstring below
it in the source. A comment `<!-- options: database poll -->` stands above a table and names the parts
of the configuration that it shows; prose around the tables is written by hand.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import sys
import tempfile
from datetime import timedelta
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel, PlainValidator

from monitor.schedule import Severity
from monitor.settings import Channel, Settings, Shop, load
from monitor.settings.durations import FORMS, written
from monitor.settings.explaining import explain
from monitor.settings.http_json import HttpJson
from monitor.settings.options import typed
from monitor.settings.own_seasons import OwnSeason
from monitor.settings.rule_tables import installed, options_of
from tests.docs.blocks import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic.fields import FieldInfo

PAGE = REPOSITORY / "docs" / "configuration.md"
PAGES = (PAGE, REPOSITORY / "docs" / "adapters" / "http_json.md")
HEAD = ("option", "default", "takes", "meaning")

# Options that exist only below a name of the owner's.
NAMED: dict[str, type[BaseModel]] = {
    "channels.NAME.": Channel,
    "protection.shops.NAME.": Shop,
    "seasons.N.": OwnSeason,
}
# Tables that a page shows by themselves.
TABLES: dict[str, type[BaseModel]] = {"http_json": HttpJson}
# Defaults that are found out when the program runs, and not written in a table.
FOUND_OUT = {
    "timezone": "the machine's",
    "database.path": "see [files](../README.md#files)",
    "protection.shops.NAME.days": "60, or the known shop's",
    "protection.shops.NAME.starts": '`"shipped"`, or the known shop\'s',
    "protection.shops.NAME.zone": "UTC, or the known shop's",
    "protection.shops.NAME.dispute_days": "0, or the known shop's",
    "protection.shops.NAME.name": "`NAME`, or the known shop's",
    "channels.NAME.url": "needed, here or in `url_file`",
    **{f"adapters.{name}.enabled": "with a key `true`" for name in Settings().adapters.keyed},
}

_TABLE = re.compile(r"(<!-- options: ([\w ]+) -->\n)(?:\|.*\n)*")


def fresh(text: str) -> str:
    """A page with its tables as they have to be. Raises ValueError where a word is missing."""
    return _TABLE.sub(lambda found: found[1] + "\n".join(_table(found[2].split())) + "\n", text)


def left_out(text: str) -> list[str]:
    """The parts of the configuration that a page has no table for."""
    shown = {part for found in _TABLE.finditer(text) for part in found[2].split()}
    return sorted({_part_of(path) for path, *_ in every_option()} - shown)


def _part_of(path: str) -> str:
    return path.partition(".")[0]


def _table(parts: list[str]) -> Iterator[str]:
    yield _row(*HEAD)
    yield _row(*("---" for _ in HEAD))
    rows = [row for part in parts if part in TABLES for row in _of_table("", TABLES[part])]
    for path, *rest in rows or (row for row in every_option() if _part_of(row[0]) in parts):
        yield _row(f"`{path}`", *rest)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


@cache
def every_option() -> tuple[tuple[str, ...], ...]:
    """Path, default, what it takes and meaning of every option, in the order of the file."""
    with tempfile.TemporaryDirectory() as home:
        built_in = list(explain(load(None, {"HOME": home, "TZ": "UTC"})))
    found = [
        (option.path, f"`{option.value}`", *_said(option.path, option.note)) for option in built_in
    ]
    named = (row for start, table in NAMED.items() for row in _of_table(start, table))
    rows = [*found, *named]
    return tuple((path, FOUND_OUT.get(path, default), *rest) for path, default, *rest in rows)


def _of_table(start: str, table: type[BaseModel]) -> Iterator[tuple[str, ...]]:
    for name, field in table.model_fields.items():
        yield start + (field.alias or name), _default(field), takes(field), meaning(table, name)


def _said(path: str, note: str) -> tuple[str, str]:
    first, *rest = path.split(".")
    if first == "rules":
        rule, option = rest
        default = options_of(rule, installed()[rule])[option]
        return _taken(lambda value: typed(value, default)), meaning(installed()[rule], option)
    table: type[BaseModel] = Settings
    for name in path.split(".")[:-1]:
        table = _kind(table.model_fields[name])
    name = path.rpartition(".")[2]
    said = meaning(table, name)
    return takes(table.model_fields[name]), f"{said}; {note}" if note else said


def _kind(field: FieldInfo) -> type[BaseModel]:
    assert isinstance(field.annotation, type)
    assert issubclass(field.annotation, BaseModel)
    return field.annotation


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, timedelta):
        value = written(value)
    if isinstance(value, Severity) or value is None:
        value = str(value or "")
    return f"`{json.dumps(value)}`"


def takes(field: FieldInfo) -> str:
    """What an option takes, in the words in which it refuses everything else."""
    return _taken(next(each.func for each in field.metadata if isinstance(each, PlainValidator)))


def _taken(read: Callable[..., Any]) -> str:
    said = _refusal(read, object())
    if said == "a list":
        return f"a list, each {_taken(lambda one: read([one]))}"
    limits = _refusal(read, timedelta(days=-1))
    return f"{said} {limits}" if limits.startswith("from ") else said


def _refusal(read: Callable[..., Any], wrong: object) -> str:
    with pytest.raises(ValueError, match="it must be ") as refusal:
        read(wrong)
    return str(refusal.value).removeprefix("it must be ").removesuffix(f": {FORMS}")


def meaning(table: type, option: str) -> str:
    """The docstring below an option, in its table or one that table is made from; without a dot."""
    found = next(
        (docs[option] for each in table.__mro__ if option in (docs := _docstrings(each))), ""
    )
    if not found:
        raise ValueError(f"{table.__name__}.{option} has no docstring that says what it means.")
    return inspect.cleandoc(found).replace("\n", " ").removesuffix(".")


@cache
def _docstrings(table: type) -> dict[str, str]:
    """What is written below the options of a class, by name."""
    if not table.__module__.startswith("monitor."):
        return {}
    (made,) = ast.parse(inspect.getsource(table)).body
    assert isinstance(made, ast.ClassDef)
    return {
        option.target.id: word.value.value
        for option, word in pairwise(made.body)
        if isinstance(option, ast.AnnAssign)
        and isinstance(option.target, ast.Name)
        and isinstance(word, ast.Expr)
        and isinstance(word.value, ast.Constant)
        and isinstance(word.value.value, str)
    }


def main() -> None:
    for page in PAGES:
        text = page.read_text("utf-8")
        if fresh(text) != text:
            page.write_text(fresh(text), "utf-8")
            sys.stdout.write(f"{page.name} changed\n")


if __name__ == "__main__":
    main()
