"""Every option with its type and its default."""

# Without postponed annotations: pydantic reads them while the classes are made.

from collections.abc import Mapping
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import (
    BeforeValidator,
    Field,
    PlainValidator,
    PrivateAttr,
    SecretStr,
    field_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from monitor.schedule import Severity
from monitor.settings import listening, places, plugged, secrecy, trees, urls, values, zones
from monitor.settings.adapters import Adapters
from monitor.settings.own_seasons import OwnSeason
from monitor.settings.provenance import Provenance
from monitor.settings.surroundings import Surroundings
from monitor.settings.table import Table

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
STARTS = ("ordered", "paid", "shipped", "estimated_delivery", "delivered")

Flag = Annotated[bool, PlainValidator(values.yes_no)]
Text = Annotated[str, PlainValidator(values.text)]
Name = Annotated[str, PlainValidator(values.name)]
Place = Annotated[Path | None, PlainValidator(places.path)]
Zone = Annotated[str, PlainValidator(zones.zone_name)]
Pause = Annotated[timedelta, PlainValidator(values.duration(SECOND, 365 * DAY))]
Level = Annotated[Severity, PlainValidator(values.severity)]


class Database(Table):
    path: Annotated[Path, PlainValidator(places.needed_path)] = Path("parcels.db")
    """The file with parcels and their history."""


class Poll(Table):
    """How often parcels are asked about; the floor of an adapter always wins."""

    every: Pause = 3 * HOUR
    """How often the service asks about a parcel, for all sources alike; left out, each source
    keeps its own interval (17TRACK 3 h, the others 6 h).
    """
    fresh_every: Pause = 15 * MINUTE
    """The same in the first six hours after adding, while a source does not know the number."""
    jitter: Annotated[timedelta, PlainValidator(values.duration(0 * DAY, DAY))] = 5 * MINUTE
    """Up to so much is added, always the same for a parcel."""


class Channel(Table):
    """One Apprise URL with one target. `url_file` is where the URL came from, if from a file."""

    name: Name
    """What it is called in messages, commands and variables."""
    url: Annotated[SecretStr, PlainValidator(urls.channel_url)]
    """An Apprise URL with one target."""
    url_file: Place = None
    """Instead: a file that holds the URL."""
    min_severity: Level = Severity.INFO
    """The least it hears."""


class Alerts(Table):
    """How the owner wants to be spoken to. None stands for no quiet hours and no digest."""

    remind: Annotated[
        tuple[timedelta, ...], PlainValidator(values.duration_list(MINUTE, 365 * DAY))
    ] = (DAY, 3 * DAY, 7 * DAY)
    """Pauses between reminders of an unanswered alert; the last repeats; `[]` means never."""
    quiet_hours: Annotated[tuple[time, time] | None, PlainValidator(values.clock_span)] = (
        time(22),
        time(7),
    )
    """Holds everything below critical until they end, by the clock in `timezone`; `""` for none."""
    digest_at: Annotated[time | None, PlainValidator(values.clock_time)] = time(8)
    """When the infos of the day are sent, together; `""` sends each at once."""
    redact: Flag = False
    """The label and the last four characters instead of the number."""
    language: Annotated[str, PlainValidator(values.language)] = "en"
    """The language alerts are written in."""


class Shop(Table):
    """A policy of one's own, or the parts of a known one that differ: None keeps what is known."""

    days: Annotated[int | None, PlainValidator(values.whole(1, 3650))] = None
    """Length of the protection."""
    starts: Annotated[str | None, PlainValidator(values.one_of(*STARTS))] = None
    """What its days count from."""
    zone: Annotated[str | None, PlainValidator(zones.zone_name)] = None
    """The zone its days are counted in."""
    dispute_days: Annotated[int | None, PlainValidator(values.whole(0, 3650))] = None
    """Days after the end in which a dispute can be opened."""
    name: Annotated[str | None, PlainValidator(values.text)] = None
    """What alerts call it."""


class Protection(Table):
    default_shop: Name = "aliexpress"
    """The shop of a parcel added without `--shop`; `none` watches none."""
    warn_days_before: Annotated[tuple[int, ...], PlainValidator(values.whole_list(1, 365))] = (
        14,
        7,
        3,
        1,
    )
    """Days before the end at which to warn."""
    shops: dict[Name, Shop] = Field(default_factory=dict)


class Reading(Table):
    extra: Place = None
    """A file with words of your own for what carriers say; `parcels reread` reads stored events
    anew.
    """


class Board(Table):
    path: Place = None
    """A file for the page of all parcels, written anew after each pass."""


class Calendar(Table):
    path: Place = None
    """A file for the deadlines as a calendar, written after each pass."""


class Backup(Table):
    path: Place = None
    """A folder for nightly copies by the service, of this database alone; best on another disk."""
    keep: Annotated[int, PlainValidator(values.whole(1, 1000))] = 7
    """How many are kept."""


class Heartbeat(Table):
    url: Annotated[SecretStr | None, PlainValidator(urls.heartbeat_url)] = None
    """Asked while all goes well: sources answer, all is stored, a channel takes messages; at most
    once a minute (Healthchecks, Uptime Kuma); a secret as a whole.
    """


class Webhook(Table):
    """Where pushes are taken; None stands for nowhere."""

    listen: Annotated[listening.Listen | None, PlainValidator(listening.listen)] = None
    """Where `parcels run` takes what 17TRACK pushes; empty for nowhere."""


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
    """The zone dates are shown in (IANA name)."""
    country: Annotated[str, PlainValidator(zones.country_code)] = ""
    """Where parcels usually come to."""
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
    def surroundings(self) -> Surroundings:
        """The part of them that a command needs that only looks."""
        return Surroundings(self.database.path, self.timezone, self.country, self.protection.shops)

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
