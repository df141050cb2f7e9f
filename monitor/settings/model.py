"""Every option with its type and its default."""

# Without postponed annotations: pydantic reads them while the classes are made.

from collections.abc import Mapping
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    PlainValidator,
    PrivateAttr,
    SecretStr,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from monitor.schedule import Severity
from monitor.settings import listening, plugged, secrecy, trees, urls, values, zones
from monitor.settings.http_json import HttpJson, check_name
from monitor.settings.keyed import Dhl, Keyed, ParcelsApp, SeventeenTrack, Ship24
from monitor.settings.own_seasons import OwnSeason
from monitor.settings.provenance import Provenance
from monitor.settings.table import Table

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
STARTS = ("ordered", "paid", "shipped", "estimated_delivery", "delivered")

Flag = Annotated[bool, PlainValidator(values.yes_no)]
Text = Annotated[str, PlainValidator(values.text)]
Name = Annotated[str, PlainValidator(values.name)]
Place = Annotated[Path | None, PlainValidator(values.path)]
BaseUrl = Annotated[str, PlainValidator(urls.base_url)]
Zone = Annotated[str, PlainValidator(zones.zone_name)]
Pause = Annotated[timedelta, PlainValidator(values.duration(SECOND, 365 * DAY))]
Level = Annotated[Severity, PlainValidator(values.severity)]


class Database(Table):
    path: Annotated[Path, PlainValidator(values.needed_path)] = Path("parcels.db")


class Poll(Table):
    """How often parcels are asked about; the floor of an adapter always wins."""

    every: Pause = 3 * HOUR
    fresh_every: Pause = 15 * MINUTE
    jitter: Annotated[timedelta, PlainValidator(values.duration(0 * DAY, DAY))] = 5 * MINUTE


class Cainiao(Table):
    enabled: Flag = True
    base_url: BaseUrl = "https://global.cainiao.com"

    @property
    def active(self) -> bool:
        return self.enabled


class Adapters(Table):
    """The tracking sources; `others` are those of one's own, by name."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, HttpJson]

    seventeentrack: SeventeenTrack = SeventeenTrack.model_construct()
    cainiao: Cainiao = Cainiao.model_construct()
    parcelsapp: ParcelsApp = ParcelsApp.model_construct()
    ship24: Ship24 = Ship24.model_construct()
    dhl: Dhl = Dhl.model_construct()

    @property
    def keyed(self) -> Mapping[str, Keyed]:
        """Those of the program that want a key, by name."""
        return {n: v for n in type(self).model_fields if isinstance(v := getattr(self, n), Keyed)}

    _of_plugins: dict[str, dict[str, Any]] = PrivateAttr(default_factory=dict)

    @property
    def others(self) -> Mapping[str, HttpJson]:
        return self.__pydantic_extra__ or {}

    @property
    def switched_on(self) -> frozenset[str]:
        """The names of all that are asked."""
        own = {name: getattr(self, name) for name in type(self).model_fields}
        return frozenset(name for name, of in {**own, **self.others}.items() if of.active)

    @property
    def of_plugins(self) -> Mapping[str, Mapping[str, Any]]:
        """The tables of plug-ins as they were given; `Settings.plugged` is what they come to."""
        return self._of_plugins

    @model_validator(mode="wrap")
    @classmethod
    def _without_plugins(cls, data: Any, made: ModelWrapValidatorHandler[Self]) -> Self:
        rest, of_plugins = plugged.apart(data, cls.model_fields)
        found = made(rest)
        found._of_plugins = of_plugins  # noqa: SLF001 - its own
        return found

    @model_validator(mode="after")
    def _usably_named(self) -> "Adapters":
        for name in self.others:
            check_name(name)
        return self


class Channel(Table):
    """One Apprise URL with one target. `url_file` is where the URL came from, if from a file."""

    name: Name
    url: Annotated[SecretStr, PlainValidator(urls.channel_url)]
    url_file: Place = None
    min_severity: Level = Severity.INFO


class Alerts(Table):
    """How the owner wants to be spoken to. None stands for no quiet hours and no digest."""

    remind: Annotated[
        tuple[timedelta, ...], PlainValidator(values.duration_list(MINUTE, 365 * DAY))
    ] = (DAY, 3 * DAY, 7 * DAY)
    quiet_hours: Annotated[tuple[time, time] | None, PlainValidator(values.clock_span)] = (
        time(22),
        time(7),
    )
    digest_at: Annotated[time | None, PlainValidator(values.clock_time)] = time(8)
    redact: Flag = False
    language: Annotated[str, PlainValidator(values.language)] = "en"


class Shop(Table):
    """A policy of one's own, or the parts of a known one that differ: None keeps what is known."""

    days: Annotated[int | None, PlainValidator(values.whole(1, 3650))] = None
    starts: Annotated[str | None, PlainValidator(values.one_of(*STARTS))] = None
    zone: Annotated[str | None, PlainValidator(zones.zone_name)] = None
    dispute_days: Annotated[int | None, PlainValidator(values.whole(0, 3650))] = None
    name: Annotated[str | None, PlainValidator(values.text)] = None


class Protection(Table):
    default_shop: Name = "aliexpress"
    warn_days_before: Annotated[tuple[int, ...], PlainValidator(values.whole_list(1, 365))] = (
        14,
        7,
        3,
        1,
    )
    shops: dict[Name, Shop] = Field(default_factory=dict)


class Reading(Table):
    extra: Place = None


class Board(Table):
    path: Place = None


class Calendar(Table):
    path: Place = None


class Backup(Table):
    path: Place = None
    keep: Annotated[int, PlainValidator(values.whole(1, 1000))] = 7


class Heartbeat(Table):
    url: Annotated[SecretStr | None, PlainValidator(urls.heartbeat_url)] = None


class Webhook(Table):
    """Where pushes are taken; None stands for nowhere."""

    listen: Annotated[listening.Listen | None, PlainValidator(listening.listen)] = None


class Settings(BaseSettings):
    """The effective configuration. Made by `load`; `Settings()` is the built-in defaults alone."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        case_sensitive=True,
        env_prefix="parcels_",
        env_nested_delimiter="__",
    )

    timezone: Zone = "UTC"
    country: Annotated[str, PlainValidator(zones.country_code)] = ""
    database: Database = Database.model_construct()
    poll: Poll = Poll.model_construct()
    adapters: Adapters = Adapters.model_construct()
    channels: Annotated[tuple[Channel, ...], BeforeValidator(trees.in_order)] = ()
    alerts: Alerts = Alerts.model_construct()
    protection: Protection = Protection.model_construct()
    rules: dict[str, dict[str, Any]] = Field(default_factory=dict)
    seasons: Annotated[tuple[OwnSeason, ...], BeforeValidator(trees.in_order)] = ()
    reading: Reading = Reading.model_construct()
    board: Board = Board.model_construct()
    calendar: Calendar = Calendar.model_construct()
    backup: Backup = Backup.model_construct()
    heartbeat: Heartbeat = Heartbeat.model_construct()
    webhook: Webhook = Webhook.model_construct()

    _provenance: Provenance = PrivateAttr(default=Provenance())

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is handed over; `load` brings the sources of an installed program."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    @field_validator("channels", mode="after")
    @classmethod
    def _named_once(cls, channels: tuple[Channel, ...]) -> tuple[Channel, ...]:
        names = [channel.name.casefold() for channel in channels]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two channels are called {twice[0]}; give each its own name")
        return channels

    @property
    def zone(self) -> ZoneInfo:
        """The zone dates are shown in."""
        return ZoneInfo(self.timezone)

    @property
    def provenance(self) -> Provenance:
        return self._provenance

    def came_from(self, provenance: Provenance) -> "Settings":
        """The same settings, knowing where they came from."""
        self._provenance = provenance
        return self

    @property
    def file(self) -> Path | None:
        """The configuration file that was read, if any."""
        return self._provenance.file

    @property
    def secret_files(self) -> tuple[Path, ...]:
        """The files secrets were read from, the configuration among them if it holds one."""
        return self._provenance.secret_files

    @property
    def rule_options(self) -> Mapping[str, Mapping[str, Any]]:
        """The options given for each rule that exists, ready for its dataclass."""
        return self._provenance.rule_options

    @property
    def plugged(self) -> plugged.Plugins:
        """The plug-ins the configuration speaks of: switched on, off, or of no use."""
        return self._provenance.plugged

    def secrets(self) -> tuple[str, ...]:
        """Every secret value and token in a secret URL, longest first; for the redaction of logs."""
        return secrecy.secrets_in(self)
