"""Where the owner is and where the history lies: all that a command needs that only looks.

To read the whole configuration takes the settings library longer than such a command takes for
everything else. So these few options are read by themselves, by the same readers, as long as nothing
is out of the ordinary; what is, is left to `load`, which knows how to say what is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from monitor.errors import BadConfiguration
from monitor.settings import files, places, verdicts, zones
from monitor.settings.secrecy import holds_secret
from monitor.settings.trees import contains, located, parsed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from monitor.settings.model import Shop
    from monitor.settings.trees import Address

    Values = dict[Address, Any]

READ_HERE = frozenset({"timezone", "country", "database", "protection"})
ZONE, COUNTRY, DATABASE = ("timezone",), ("country",), ("database", "path")
VARIABLES: Mapping[str, Address] = {
    "PARCELS_TIMEZONE": ZONE,
    "PARCELS_COUNTRY": COUNTRY,
    "PARCELS_DATABASE__PATH": DATABASE,
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the options `database.path`, `timezone`, `country` and `protection.shops` come to."""

    database: Path
    timezone: str
    country: str
    shops: Mapping[str, Shop] = field(default_factory=dict)
    mark: str = field(default="", compare=False, repr=False)
    """The fingerprint of the configuration they are from, see `verdicts`."""

    @property
    def zone(self) -> ZoneInfo:
        """The zone dates are shown in."""
        return ZoneInfo(self.timezone)


def surroundings(path: Path | None, environ: Mapping[str, str]) -> Surroundings | None:
    """What `load` would find, by the same order of rank; None where it has to be asked.

    `path` is what `--config` named. The other options are not looked at: whether they are in order
    has to be known from elsewhere, by the `mark` of what is found here.
    """
    try:
        return _read(path, environ)
    except (BadConfiguration, ValueError):
        return None


def _read(path: Path | None, environ: Mapping[str, str]) -> Surroundings | None:
    home = places.home(environ)
    file = places.config_file(path, environ)
    found = None if file is None else files.read(file, files.CONFIG_LIMIT)
    written = {} if found is None else _written(found, home)
    given = _given(environ, home)
    if written is None or given is None:
        return None
    by_itself = {
        ZONE: zones.machine_zone(environ),
        COUNTRY: "",
        DATABASE: places.database_file(environ),
    }
    counts: Values = by_itself | written | given
    return Surroundings(
        places.needed_path(counts[DATABASE]),
        zones.zone_name(counts[ZONE]),
        zones.country_code(counts[COUNTRY]),
        mark=verdicts.fingerprint(found, environ),
    )


def _written(found: files.Found, home: Path) -> Values | None:
    """What the file says; None if it has shops of its own, or if others may read a secret in it."""
    tree = parsed(found)
    database = tree.get("database", {})
    if not isinstance(database, dict) or contains(tree, ("protection", "shops")):
        return None
    if files.fault(found, files.this_process()) and holds_secret(tree):
        return None
    values: Values = {(name,): tree[name] for name in ("timezone", "country") if name in tree}
    if "path" in database:
        values[DATABASE] = located(database["path"], found.path.absolute().parent, home)
    return values


def _given(environ: Mapping[str, str], home: Path) -> Values | None:
    """What the environment says; None if it says more of what is read here, or says it otherwise."""
    if environ.get("CREDENTIALS_DIRECTORY"):
        return None
    values: Values = {}
    for name in places.option_variables(environ):
        address = VARIABLES.get(name)
        if address is not None:
            values[address] = environ[name]
        elif _is_read_here(name):
            return None
    if DATABASE in values:
        values[DATABASE] = located(values[DATABASE], None, home)
    return values


def _is_read_here(variable: str) -> bool:
    table, _, _ = variable[len(places.PREFIX) :].lower().partition(places.DELIMITER)
    return table in READ_HERE
