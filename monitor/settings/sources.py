"""Where options come from: the environment, credentials, the configuration file, secret files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    NestedSecretsSettingsSource,
    SecretsSettingsSource,
    TomlConfigSettingsSource,
)

from monitor.errors import BadConfiguration
from monitor.settings import addresses, files
from monitor.settings.plugged import is_adapter
from monitor.settings.secrecy import holds_secret, is_secret_option
from monitor.settings.spelling import dotted
from monitor.settings.trees import (
    LISTS,
    Tree,
    channel_keys,
    contains,
    numbered,
    parsed,
    placed,
    too_deep,
    without_overruled,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic.fields import FieldInfo

    from monitor.settings.addresses import Given
    from monitor.settings.trees import Address


class FileSource(TomlConfigSettingsSource):
    """The configuration file; `found` is the file as it was opened, None where there is none."""

    def __init__(self, settings_cls: type[BaseSettings], path: Path | None, home: Path) -> None:
        self.found: files.Found | None = None
        self._home = home
        super().__init__(settings_cls, toml_file=path)
        if path is not None and self.found is None:
            raise BadConfiguration(f"{path} does not exist or is not a regular file.")

    def _read_file(self, file_path: Any) -> Tree:
        self.found = files.read(Path(file_path), files.CONFIG_LIMIT)
        tree = numbered(parsed(self.found))
        return placed(tree, self.found.path.absolute().parent, self._home)

    @property
    def holds_secret(self) -> bool:
        return holds_secret(self.toml_data)

    def forget(self, name: str) -> None:
        """Leave out a table that the environment gives as a whole."""
        self.init_kwargs.pop(name, None)

    def __call__(self) -> Tree:
        return without_overruled(super().__call__(), self.current_state)

    def label(self, _address: Address) -> str:
        return str(self.found.path) if self.found else ""

    def __repr__(self) -> str:
        return f"FileSource({self.toml_file_path})"  # the inherited one prints every value


class _NamedSource(EnvSettingsSource):
    """Options by joined names; lists and tables as JSON, lists also separated by commas."""

    _given: Mapping[Address, Given]
    _home: Path

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return addresses.as_variables(self._given, self.env_prefix)

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:
        try:
            found = super().decode_complex_value(field_name, field, value)
        except (ValueError, RecursionError):
            found = None
        # Plain text, which the option's own reader judges; so is "null", which would count as unset.
        return value if found is None or too_deep(found) else found

    def __call__(self) -> Tree:
        state = placed(numbered(super().__call__()), None, self._home)
        return without_overruled(state, self.current_state)

    def label(self, address: Address) -> str:
        return addresses.label_of(self._given, address)


class EnvironmentSource(_NamedSource):
    """Variables that begin with PARCELS_."""

    def __init__(
        self, settings_cls: type[BaseSettings], given: Mapping[Address, Given], home: Path
    ) -> None:
        self._given, self._home = given, home
        super().__init__(settings_cls)


class CredentialsSource(_NamedSource, NestedSecretsSettingsSource):
    """Files the service manager put into the credentials directory, named by option.

    They have been read already: the library would walk through all that lies below the folder.
    """

    def __init__(
        self, settings_cls: type[BaseSettings], given: Mapping[Address, Given], home: Path
    ) -> None:
        self._given, self._home = given, home
        NestedSecretsSettingsSource.__init__(
            self,
            SecretsSettingsSource(settings_cls, secrets_dir=None),
            secrets_dir_missing="ok",
            secrets_nested_delimiter="__",
        )


class SecretFilesSource(InitSettingsSource):
    """What `api_key_file` and `url_file` point to, once it is known which of them count."""

    def __init__(
        self, settings_cls: type[BaseSettings], us: files.Us, trusted: Path | None
    ) -> None:
        super().__init__(settings_cls, {})
        self._us = us
        self._trusted = trusted
        self.read: dict[Address, Path] = {}

    def __call__(self) -> Tree:
        state: Tree = {}
        for group in ("adapters", "channels"):
            tables = self.current_state.get(group)
            for name, table in tables.items() if isinstance(tables, dict) else ():
                for wanted in _wanted(group, name, table) if isinstance(table, dict) else ():
                    secret = self._secret((group, name, wanted), table)
                    state.setdefault(group, {}).setdefault(name, {}).update(secret)
        return state

    def _secret(self, address: Address, table: Tree) -> Tree:
        wanted = address[-1]
        given = table[f"{wanted}_file"]
        if not given:
            return {}
        if table.get(wanted):
            raise BadConfiguration(
                f"{address[0]}.{address[1]} has both {wanted} and {wanted}_file; give one of them."
            )
        path = Path(given)
        if files.is_nowhere(path):  # the secret itself may stand there, and is not repeated
            raise BadConfiguration(
                f"There is no file of the name that {dotted(address)}_file gives; it takes the path of "
                "a file that holds the secret, and not the secret itself."
            )
        as_given = self._trusted is not None and path.parent == self._trusted
        secret = files.read_secret(path, self._us, as_given=as_given)
        self.read[address] = path
        return {wanted: secret}

    def label(self, address: Address) -> str:
        path = self.read.get(address)
        return f"{address[-1]}_file {path}" if path else ""


def _wanted(group: str, name: str, table: Tree) -> list[str]:
    """The secrets a table leaves to files: its key or its URL, and what a plug-in calls a secret."""
    named = [o.removesuffix("_file") for o in table if o.endswith("_file")]
    usual = "url" if group == "channels" else "api_key"
    return [
        option
        for option in named
        if isinstance(table[f"{option}_file"], str)
        and (option == usual or (is_secret_option(option) and is_adapter((group, name))))
    ]


class DefaultsSource(InitSettingsSource):
    """What the machine itself suggests: its zone, and where a service or a user keeps its state."""

    def label(self, _address: Address) -> str:
        return "default"


Source = EnvironmentSource | CredentialsSource | FileSource | SecretFilesSource | DefaultsSource


class Origins:
    """What each source gave; the first source in order wins."""

    def __init__(self, sources: tuple[Source, ...]) -> None:
        last = sources[-1]
        self.merged: Tree = last.current_state
        given = last.settings_sources_data
        self._layers = [(source, given[type(source).__name__]) for source in sources]

    def of(self, address: Address) -> str:
        """The source of an option as it counts (channels by their place); "default" for none."""
        named = self._as_given(address)
        found = (source.label(named) for source, state in self._layers if contains(state, named))
        return next(found, "default")

    def around(self, address: Address) -> str:
        """The same for an option that may be missing: then that of the nearest table around it."""
        while address:
            origin = self.of(address)
            if origin != "default":
                return origin
            address = address[:-1]
        return "default"

    def _as_given(self, address: Address) -> Address:
        items = self.merged.get(address[0]) if address[:1] and address[0] in LISTS else None
        if len(address) < 2 or not isinstance(items, dict):  # noqa: PLR2004 - group, place
            return address
        return (address[0], channel_keys(items)[int(address[1])], *address[2:])
