"""Names of environment variables and credentials, and the options they stand for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from monitor.errors import BadConfiguration
from monitor.parcel import clean_text
from monitor.settings import files
from monitor.settings.places import DELIMITER, PREFIX, option_variables
from monitor.settings.plugged import is_adapter
from monitor.settings.spelling import SHOWN, fold, suggestion, wrong_part

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from monitor.settings.trees import Address, Tree


@dataclass(frozen=True, slots=True)
class Given:
    """A value and what to call the place it came from; the value stays out of every repr."""

    label: str
    value: str = field(repr=False)


def from_environment(environ: Mapping[str, str], root: Any, tree: Tree) -> dict[Address, Given]:
    """The options in variables, addressed as in the file. Raises BadConfiguration for unknown ones."""
    found: dict[Address, Given] = {}
    for variable in option_variables(environ):
        address = _address(variable[len(PREFIX) :], tree)
        if _is_wrong(root, address):
            raise BadConfiguration(_unknown("environment variable", variable, root, address))
        _add(found, address, Given(f"environment {variable}", environ[variable]))
    return found


def from_credentials(folder: Path | None, root: Any, tree: Tree) -> dict[Address, Given]:
    """The options in a credentials directory; files without "__" in their names are not ours."""
    found: dict[Address, Given] = {}
    for path in _listed(folder):
        address = _address(path.name, tree)
        if _is_wrong(root, address):
            raise BadConfiguration(_unknown("credential", path.name, root, address))
        secret = files.read_secret(path, files.this_process(), as_given=True)
        _add(found, address, Given(f"credential {path.name}", secret))
    return found


def _is_wrong(root: Any, address: Address) -> bool:
    """What a plug-in takes is not known before it is loaded; its table is read later."""
    if not all(address):
        return True
    return wrong_part(root, address) is not None and not is_adapter(address)


def _listed(folder: Path | None) -> list[Path]:
    if folder is None:
        return []
    try:
        return sorted(p for p in folder.iterdir() if DELIMITER in p.name and p.is_file())
    except FileNotFoundError:
        return []
    except OSError as trouble:
        raise BadConfiguration(files.unreadable(folder, trouble)) from None


def _address(name: str, tree: Tree) -> Address:
    """The address a joined name stands for, its parts spelt as in the file where they occur there."""
    found: list[str] = []
    here: object = tree
    for part in name.split(DELIMITER):
        named = part.lower()
        if isinstance(here, dict):
            named = _spelt(named, here, channels=found == ["channels"])
            here = here.get(named)
        found.append(named)
    return tuple(found)


def _spelt(name: str, table: Mapping[str, Any], *, channels: bool) -> str:
    if channels and not name.isdecimal():
        names = {
            key: str(item.get("name", "")) for key, item in table.items() if isinstance(item, dict)
        }
        return next((key for key, own in names.items() if fold(own) == fold(name)), name)
    return next((key for key in table if fold(key) == fold(name)), name)


def _add(found: dict[Address, Given], address: Address, given: Given) -> None:
    for other, earlier in found.items():
        shared = min(len(other), len(address))
        if other[:shared] == address[:shared]:
            raise BadConfiguration(
                f"{earlier.label} and {given.label} set the same option; give one of them."
            )
    found[address] = given


def _unknown(what: str, name: str, root: Any, address: Address) -> str:
    shown = clean_text(name, SHOWN)
    near = suggestion(root, address)
    sentence = f"The {what} {shown} names no option"
    if not near:
        return f"{sentence}; `parcels config` lists the options."
    return f"{sentence}; did you mean {joined(near, upper=what != 'credential')}?"


def joined(address: Iterable[str], *, upper: bool) -> str:
    name = DELIMITER.join(address)
    return PREFIX + name.upper() if upper else name


def as_variables(given: Mapping[Address, Given], prefix: str) -> dict[str, str | None]:
    """The form the settings library takes apart again."""
    return {prefix + DELIMITER.join(address): item.value for address, item in given.items()}


def label_of(given: Mapping[Address, Given], address: Address) -> str:
    """The label of what set the option, or of something set inside the table."""
    for known, item in given.items():
        shared = min(len(known), len(address))
        if known[:shared] == address[:shared]:
            return item.label
    return ""
