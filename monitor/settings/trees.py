"""Trees of options as the sources give them, before they have types."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from monitor.errors import BadConfiguration
from monitor.parcel import clean_text
from monitor.settings.secrecy import is_secret_option

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.settings.files import Found

Tree = dict[str, Any]
Address = tuple[str, ...]

DEEPEST = 16  # levels of tables and lists; the deepest option of our own is at the fourth

LISTS = ("channels", "seasons")  # lists of tables

# Options that hold a path; a relative one in the file is meant from the file's folder.
_PATHS = {
    ("database", "path"),
    ("board", "path"),
    ("calendar", "path"),
    ("backup", "path"),
    ("reading", "extra"),
}


def parsed(found: Found) -> Tree:
    """The tables of a TOML file. Raises BadConfiguration with the file, the line and the column."""
    try:
        tree = tomllib.loads(found.content.decode("utf-8"))
    except UnicodeDecodeError as trouble:
        line = found.content.count(b"\n", 0, trouble.start) + 1
        raise BadConfiguration(f"{found.path} is not UTF-8 text (line {line}).") from None
    except tomllib.TOMLDecodeError as trouble:
        raise BadConfiguration(f"{found.path} is not TOML: {clean_text(str(trouble))}.") from None
    except (ValueError, RecursionError):
        raise BadConfiguration(_overdone(found.path)) from None
    if too_deep(tree):
        raise BadConfiguration(_overdone(found.path))
    return tree


def _overdone(path: Path) -> str:
    return f"{path} cannot be read: a number is too long or tables are nested too deeply."


def numbered(tree: Tree) -> Tree:
    """The same tree with lists of tables as tables by number, so that sources can be merged."""
    return tree | {name: _numbered(tree[name]) for name in LISTS if name in tree}


def _numbered(items: Any) -> Any:
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        return items
    return {str(index): item for index, item in enumerate(items)}


def channel_keys(channels: Tree) -> list[str]:
    """The keys of a numbered list of channels in its order; those known by name alone come last."""
    return sorted(
        channels, key=lambda key: (not key.isdecimal(), int(key) if key.isdecimal() else 0, key)
    )


def in_order(value: object) -> object:
    """A numbered list of channels as a list; one known by name alone is called so."""
    if not isinstance(value, dict):
        return value
    named = {
        key: item for key, item in value.items() if not key.isdecimal() and isinstance(item, dict)
    }
    known = value | {key: {"name": key} | item for key, item in named.items()}
    return [known[key] for key in channel_keys(known)]


def too_deep(value: object) -> bool:
    """Whether tables and lists are nested deeper than any option is."""
    level = [value]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return False
    return True


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def contains(tree: object, address: Address) -> bool:
    for part in address:
        if not isinstance(tree, dict) or part not in tree:
            return False
        tree = tree[part]
    return True


def placed(tree: Tree, folder: Path | None, home: Path, address: Address = ()) -> Tree:
    """The same tree with `~` and, given a folder, relative paths written out."""
    found: Tree = {}
    for name, value in tree.items():
        here = (*address, name)
        if isinstance(value, dict):
            found[name] = placed(value, folder, home, here)
        elif is_path(here):
            found[name] = located(value, folder, home)
        else:
            found[name] = value
    return found


def is_path(address: Address) -> bool:
    if len(address) != 3:  # noqa: PLR2004 - group, name, option
        return address in _PATHS
    group, _, option = address
    if group == "adapters":
        return option.endswith("_file") and is_secret_option(option.removesuffix("_file"))
    return (group, option) == ("channels", "url_file")


def located(value: Any, folder: Path | None, home: Path) -> Any:
    """The value of an option that holds a path, written out as by `placed`."""
    if not isinstance(value, str) or not value:
        return value
    if value == "~" or value.startswith("~/"):
        return str(home / value[2:])
    return str(folder / value) if folder else value


def without_overruled(mine: Tree, higher: Tree) -> Tree:
    """`mine` without a secret, or the file for one, that a source of higher rank gives the other way."""
    found: Tree = {}
    for name, value in mine.items():
        if isinstance(value, dict) and isinstance(higher.get(name), dict):
            found[name] = without_overruled(value, higher[name])
        elif _other_way(name) not in higher:
            found[name] = value
    return found


def _other_way(name: str) -> str:
    return name.removesuffix("_file") if name.endswith("_file") else f"{name}_file"
