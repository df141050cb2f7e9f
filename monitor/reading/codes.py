"""What the event codes of tracking sources mean, from the tables beside this module."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from monitor.parcel import Side, Stage

if TYPE_CHECKING:
    from collections.abc import Mapping

CODES = Path(__file__).parent / "codes"
_CODE_LIMIT = 120  # characters; no source's code is as long
_STAGES = frozenset(stage.value for stage in Stage)
_BLANKS = re.compile(r"[\s_-]+")
_LETTERS = re.compile(r"[\W_]+")


class CodeMeaning(NamedTuple):
    """What a code says by itself.

    `weak`: too coarse to say more than a text that was understood. `rules`: tells apart what texts
    call by the same words (a station that signed for a parcel is not its recipient).
    """

    code: str
    stage: Stage
    side: Side = Side.UNKNOWN
    weak: bool = False
    rules: bool = False


class _Table(NamedTuple):
    names: tuple[str, ...]
    exact: dict[str, CodeMeaning]
    patterns: tuple[CodeMeaning, ...]


def tidy(code: str) -> str:
    """A code as the tables write it: upper case, full-width forms unified, "_" between parts."""
    text = unicodedata.normalize("NFKC", code[:_CODE_LIMIT]).strip().upper()
    return _BLANKS.sub("_", text)


def meaning(code: str, source: str, own: Mapping[str, str] | None = None) -> CodeMeaning | None:
    """What `code` of `source` says; None when no table knows it.

    An adapter's `own` mapping (code to the name of a stage) comes first. A code of several parts is
    recognised whatever the source is called; a plain word only in the table of that source, or when
    nobody is named.
    """
    written = tidy(code)
    forms = [form for form in (written, written.rpartition(":")[2].strip("_")) if form]
    for form in dict.fromkeys(forms):
        found = _of_adapter(form, own) or _of_tables(form, source)
        if found is not None:
            return found
    return None


def _of_adapter(code: str, own: Mapping[str, str] | None) -> CodeMeaning | None:
    for key, name in (own or {}).items():
        if tidy(key) == code and name in _STAGES:
            stage = Stage(name)
            return CodeMeaning(code, stage, _side(stage))
    return None


def _of_tables(code: str, source: str) -> CodeMeaning | None:
    name = _LETTERS.sub("", unicodedata.normalize("NFKC", source[:_CODE_LIMIT]).casefold())
    for table in _tables():
        at_home = not name or any(known in name for known in table.names)
        if at_home or "_" in code:
            found = table.exact.get(code) or _by_pattern(code, table)
            if found is not None:
                return found
    return None


def _by_pattern(code: str, table: _Table) -> CodeMeaning | None:
    for row in table.patterns:
        if fnmatchcase(code, row.code):
            return row._replace(code=code)
    return None


@cache
def _tables() -> tuple[_Table, ...]:
    return tuple(_table(tomllib.loads(f.read_text("utf-8"))) for f in sorted(CODES.glob("*.toml")))


def _table(data: dict[str, Any]) -> _Table:
    rows = [_row(code, facts) for code, facts in data["codes"].items()]
    plain = {row.code: row for row in rows if "*" not in row.code}
    return _Table(tuple(data["sources"]), plain, tuple(r for r in rows if "*" in r.code))


def _row(code: str, facts: dict[str, Any]) -> CodeMeaning:
    stage = Stage(facts["stage"])
    side = Side(facts["side"]) if "side" in facts else _side(stage)
    written = unicodedata.normalize("NFKC", code).upper()
    return CodeMeaning(
        written, stage, side, weak=facts.get("weak", False), rules=facts.get("rules", False)
    )


def _side(stage: Stage) -> Side:
    exporting = {Stage.EXPORT_CLEARANCE, Stage.EXPORT_CLEARANCE_EXCEPTION}
    return Side.EXPORT if stage in exporting else Side.UNKNOWN
