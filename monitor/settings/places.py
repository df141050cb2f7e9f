"""Where the configuration and the database lie on this machine."""

from __future__ import annotations

import os
import pwd
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.errors import BadConfiguration
from monitor.settings.files import unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

ETC = Path("/etc/parcels/config.toml")
PATH_LIMIT = 4096  # characters
PREFIX = "PARCELS_"  # of the variables that are options
DELIMITER = "__"  # between the parts of their names
NO_OPTIONS = frozenset({"PARCELS_CONFIG", "PARCELS_NOW"})


def option_variables(environ: Mapping[str, str]) -> list[str]:
    """The variables that are meant as options, in whatever case, in alphabetical order."""
    upper = ((name, name.upper()) for name in sorted(environ))
    return [name for name, key in upper if key.startswith(PREFIX) and key not in NO_OPTIONS]


def config_file(path: Path | None, environ: Mapping[str, str], etc: Path = ETC) -> Path | None:
    """The file that counts: the one asked for, $PARCELS_CONFIG, the user's, the machine's, or none.

    Raises BadConfiguration when one that was named is missing, or one that is there cannot be read.
    """
    named = path or (Path(environ["PARCELS_CONFIG"]) if environ.get("PARCELS_CONFIG") else None)
    if named is not None:
        if not _is_there(named):
            raise BadConfiguration(f"The configuration file {named} does not exist.")
        return named
    own = xdg(environ, "XDG_CONFIG_HOME", ".config") / "parcels" / "config.toml"
    return next((place for place in (own, etc) if _is_there(place)), None)


def _is_there(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError) as trouble:
        raise BadConfiguration(unreadable(path, trouble)) from None
    if not stat.S_ISREG(mode):
        raise BadConfiguration(f"{path} is not a regular file.")
    return True


def database_file(environ: Mapping[str, str]) -> Path:
    """The service manager's state folder when there is one, else the user's."""
    given = environ.get("STATE_DIRECTORY", "").partition(":")[0]
    folder = Path(given) if given else xdg(environ, "XDG_STATE_HOME", ".local/state") / "parcels"
    return folder / "parcels.db"


def xdg(environ: Mapping[str, str], variable: str, otherwise: str) -> Path:
    """A folder of the XDG base directory specification, which ignores relative paths."""
    given = environ.get(variable, "")
    return Path(given) if given.startswith("/") else home(environ) / otherwise


def home(environ: Mapping[str, str]) -> Path:
    given = environ.get("HOME", "")
    if given.startswith("/"):
        return Path(given)
    try:
        return Path(pwd.getpwuid(os.geteuid()).pw_dir)
    except KeyError:  # a user without an entry, as in a container
        return Path("/")


def path(value: object) -> Path | None:
    """A path; None for the empty text."""
    if isinstance(value, Path) or value is None:
        return value
    if not isinstance(value, str) or len(value) > PATH_LIMIT or not value.isprintable():
        raise ValueError("it must be a path")
    return Path(value) if value else None


def needed_path(value: object) -> Path:
    found = path(value)
    if found is None:
        raise ValueError("it must be a path and not empty")
    return found
