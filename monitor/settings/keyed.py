"""The tables of the sources that want a key: each is on when it has one."""

# Without postponed annotations: pydantic reads them while the classes are made.

from pathlib import Path
from typing import Annotated

from pydantic import PlainValidator, SecretStr, model_validator

from monitor.settings import places, urls, values
from monitor.settings.table import Table

Key = Annotated[SecretStr | None, PlainValidator(values.key)]
BaseUrl = Annotated[str, PlainValidator(urls.base_url)]


class Keyed(Table):
    """What they have in common. `enabled` None means: when it has a key; `active` is what follows."""

    api_key: Key = None
    """The key; without one it is not asked."""
    api_key_file: Annotated[Path | None, PlainValidator(places.path)] = None
    """Instead: a file that holds the key."""
    enabled: Annotated[bool | None, PlainValidator(values.yes_no)] = None
    """`false` leaves it out although it has a key."""
    base_url: BaseUrl = ""
    """Where it is asked; https anywhere, http only to this machine."""

    @property
    def active(self) -> bool:
        return self.api_key is not None and self.enabled is not False

    @property
    def key(self) -> str:
        """The key itself, "" for none."""
        return "" if self.api_key is None else self.api_key.get_secret_value()

    @model_validator(mode="after")
    def _needs_its_key(self) -> "Keyed":
        if self.enabled and self.api_key is None:
            raise ValueError("it is enabled and has no key; give api_key or api_key_file")
        return self


class SeventeenTrack(Keyed):
    base_url: BaseUrl = "https://api.17track.net/track/v2.4"
    requests_per_second: Annotated[float, PlainValidator(values.number(0.01, 3))] = 3.0
    """At most so many arrive in any one second; a key that sends more is answered 429."""


class ParcelsApp(Keyed):
    base_url: BaseUrl = "https://parcelsapp.com/api/v3"


class Ship24(Keyed):
    base_url: BaseUrl = "https://api.ship24.com/public/v1"
    monthly_limit: Annotated[int, PlainValidator(values.whole(0, 1_000_000))] = 10
    """So many new numbers a calendar month at most; each costs. `0`: none, only those it knows
    already.
    """


class Dhl(Keyed):
    base_url: BaseUrl = "https://api-eu.dhl.com"
