"""From the places options come from to one checked configuration."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_settings import SettingsError

from monitor.errors import BadConfiguration
from monitor.seasons import shipped_seasons
from monitor.settings import addresses, files, places, plugged, problems, rule_tables
from monitor.settings.model import Settings
from monitor.settings.provenance import Provenance
from monitor.settings.sources import (
    CredentialsSource,
    DefaultsSource,
    EnvironmentSource,
    FileSource,
    Origins,
    SecretFilesSource,
    Source,
)
from monitor.settings.trees import LISTS
from monitor.settings.zones import machine_zone

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

# With PYDANTIC_SETTINGS_DEBUG the library would print every value, secrets included.
logging.getLogger("pydantic_settings").setLevel(logging.INFO)


def load(
    path: Path | None,
    environ: Mapping[str, str],
    *,
    rules: Mapping[str, type] | None = None,
) -> Settings:
    """The effective configuration: environment, credentials, file, defaults, in this order of rank.

    `path` is what `--config` named; `rules` the rules by name, by default the installed ones.
    Raises BadConfiguration with a line for each problem and without any value.
    """
    home = places.home(environ)
    file = FileSource(Settings, places.config_file(path, environ), home)
    credentials = _credentials_folder(environ)
    _refuse_open_secrets(file, credentials)
    sources = _sources(file, environ, credentials, home)
    settings = _built(sources)
    origins = Origins(sources)
    of_plugins = plugged.rule_tables_in(settings.rules) if rules is None else {}
    return settings.came_from(
        Provenance(
            file=file.found.path if file.found else None,
            secret_files=_secret_files(sources, file),
            origin=origins.of,
            rules=rules,
            rule_options=_rule_options(settings, rules, origins, of_plugins.keys()),
            plugged=plugged.read(
                settings.adapters.of_plugins,
                of_plugins,
                origins.of,
                lambda: (*shipped_seasons(), *(own.season for own in settings.seasons)),
            ),
        )
    )


def _built(sources: tuple[Source, ...]) -> Settings:
    try:
        return Settings(_build_sources=(sources, {}))
    except ValidationError as trouble:
        lines = problems.sentences(trouble, Settings, Origins(sources))
    except SettingsError:
        lines = "The configuration cannot be put together from the environment and credentials."
    raise BadConfiguration(lines)


def _rule_options(
    settings: Settings,
    rules: Mapping[str, type] | None,
    origins: Origins,
    of_plugins: Collection[str],
) -> dict[str, dict[str, Any]]:
    tables = {name: t for name, t in settings.rules.items() if name not in of_plugins}
    if not tables:
        return {}
    types = rule_tables.installed() if rules is None else rules
    return rule_tables.read(tables, types, origins.of)


def _secret_files(sources: tuple[Source, ...], file: FileSource) -> tuple[Path, ...]:
    read = [
        path
        for source in sources
        if isinstance(source, SecretFilesSource)
        for path in source.read.values()
    ]
    own = [file.found.path] if file.found and file.holds_secret else []
    return tuple(dict.fromkeys([*own, *read]))


def _credentials_folder(environ: Mapping[str, str]) -> Path | None:
    given = environ.get("CREDENTIALS_DIRECTORY", "")
    return Path(given) if given else None


def _refuse_open_secrets(file: FileSource, credentials: Path | None) -> None:
    if file.found is None or not file.holds_secret or file.found.path.parent == credentials:
        return
    trouble = files.fault(file.found, files.this_process())
    if trouble:
        raise BadConfiguration(trouble)


def _sources(
    file: FileSource, environ: Mapping[str, str], credentials: Path | None, home: Path
) -> tuple[Source, ...]:
    given = addresses.from_environment(environ, Settings, file.toml_data)
    handed = addresses.from_credentials(credentials, Settings, file.toml_data)
    for name in LISTS:
        if (name,) in given:  # a whole list takes the place of the file's
            file.forget(name)
    return (
        EnvironmentSource(Settings, given, home),
        CredentialsSource(Settings, handed, home),
        file,
        SecretFilesSource(Settings, files.this_process(), credentials),
        DefaultsSource(Settings, _machine(environ)),
    )


def _machine(environ: Mapping[str, str]) -> dict[str, Any]:
    """The defaults that depend on the machine."""
    return {
        "timezone": machine_zone(environ),
        "database": {"path": str(places.database_file(environ))},
    }
