"""What the event codes of tracking sources mean, from the tables beside this module."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from monitor.parcel import Side, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CODES = Path(__file__).parent / "codes"
_CODE_LIMIT = 120  # characters; no source's code is as long
_STAGES = frozenset(stage.value for stage in Stage)
_BETWEEN = re.compile(r"[\s_/.-]+")
_LEADING_ZEROS = re.compile(r"(?<![^\W_])0+(?=\d)")
_WORDS = re.compile(r"[^\W_]+")


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
    """The codes of one source; `anywhere`: its codes of several parts are nobody else's."""

    names: tuple[str, ...]
    anywhere: bool
    exact: dict[str, CodeMeaning]
    patterns: tuple[CodeMeaning, ...]


def tidy(code: str) -> str:
    """A code as it is shown: upper case, full-width forms unified, "_" between its parts."""
    text = unicodedata.normalize("NFKC", code[:_CODE_LIMIT]).strip().upper()
    return _BETWEEN.sub("_", text)


def meaning(code: str, source: str, own: Mapping[str, str] | None = None) -> CodeMeaning | None:
    """What `code` of `source` says; None when no table knows it.

    An adapter's `own` mapping (code to the name of a stage) comes first. A code is looked up in the
    tables of its source, because "CC" or "10" mean something else at every carrier; only a code of
    several parts from a table marked `anywhere` is recognised under other names. In "ALI:CUS_TAX"
    the prefix names the table to ask where there is one.
    """
    written = tidy(code)
    prefix, _, rest = (part.strip("_") for part in written.rpartition(":"))
    for form in dict.fromkeys(form for form in (written, rest) if form):
        found = _of_adapter(form, own)
        if found is not None:
            return found
    return _of_tables(written, rest, prefix[:_CODE_LIMIT], source[:_CODE_LIMIT])


def _of_adapter(code: str, own: Mapping[str, str] | None) -> CodeMeaning | None:
    for key, name in (own or {}).items():
        if tidy(key) == code and name in _STAGES:
            stage = Stage(name)
            return CodeMeaning(code, stage, _side(stage))
    return None


@lru_cache(maxsize=1024)
def _of_tables(written: str, rest: str, prefix: str, source: str) -> CodeMeaning | None:
    found = _look_up(written, _at_home(source))
    if found is None and prefix and rest:
        found = _look_up(rest, _at_home(prefix) or _at_home(source))
    if found is None and "_" in rest:
        found = _look_up(rest, (table for table in _tables() if table.anywhere))
    return found


def _look_up(code: str, tables: Iterable[_Table]) -> CodeMeaning | None:
    """The row of the code itself in any of the tables, before a pattern of any of them."""
    asked = tuple(tables)
    for table in asked:
        if (found := table.exact.get(_key(code))) is not None:
            return found
    for table in asked:
        for row in table.patterns:
            if fnmatchcase(code, row.code):
                return row._replace(code=code)
    return None


def _key(code: str) -> str:
    """What is compared: "BDE_1" and "BDE_01" are one code."""
    return _LEADING_ZEROS.sub("", code)


@cache
def _tables() -> tuple[_Table, ...]:
    return tuple(_table(tomllib.loads(f.read_text("utf-8"))) for f in sorted(CODES.glob("*.toml")))


@lru_cache(maxsize=256)
def _at_home(source: str) -> tuple[_Table, ...]:
    """The tables of a source; none when nobody is named."""
    words = _WORDS.findall(unicodedata.normalize("NFKC", source).casefold())
    named, joined = f" {' '.join(words)} ", "".join(words)
    return tuple(t for t in _tables() if any(_names(known, named, joined) for known in t.names))


def _names(known: str, named: str, joined: str) -> bool:
    """Whether a table's name stands in a source's, as whole words; all of it after "="."""
    if known.startswith("="):
        return named == f" {known[1:]} "
    return f" {known} " in named or known.replace(" ", "") == joined


def _table(data: dict[str, Any]) -> _Table:
    written = {tidy(code): facts for code, facts in data["codes"].items()}
    for other, first in data.get("same_as", {}).items():
        for code in [code for code in written if code.startswith(f"{first}_")]:
            written.setdefault(other + code.removeprefix(first), written[code])
    rows = [_row(code, facts) for code, facts in written.items()]
    exact = {_key(row.code): row for row in rows if not _is_pattern(row)}
    patterns = tuple(row for row in rows if _is_pattern(row))
    return _Table(tuple(data["sources"]), data.get("anywhere", False), exact, patterns)


def _is_pattern(row: CodeMeaning) -> bool:
    return "*" in row.code or "?" in row.code


def _row(code: str, facts: dict[str, Any]) -> CodeMeaning:
    stage = Stage(facts["stage"])
    side = Side(facts["side"]) if "side" in facts else _side(stage)
    return CodeMeaning(
        code, stage, side, weak=facts.get("weak", False), rules=facts.get("rules", False)
    )


def _side(stage: Stage) -> Side:
    exporting = {Stage.EXPORT_CLEARANCE, Stage.EXPORT_CLEARANCE_EXCEPTION}
    return Side.EXPORT if stage in exporting else Side.UNKNOWN
