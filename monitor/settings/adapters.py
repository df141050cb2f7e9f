"""The tables `[adapters.NAME]`: every source there is, and those of one's own."""

# Without postponed annotations: pydantic reads them while the classes are made.

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import (
    ConfigDict,
    ModelWrapValidatorHandler,
    PlainValidator,
    PrivateAttr,
    model_validator,
)

from monitor.settings import plugged, urls, values
from monitor.settings.http_json import HttpJson, check_name
from monitor.settings.keyed import Dhl, Keyed, ParcelsApp, SeventeenTrack, Ship24
from monitor.settings.table import Table

Flag = Annotated[bool, PlainValidator(values.yes_no)]
BaseUrl = Annotated[str, PlainValidator(urls.base_url)]


class Cainiao(Table):
    enabled: Flag = True
    """Cainiao's public page, keyless and unofficial; `false` leaves it out."""
    base_url: BaseUrl = "https://global.cainiao.com"
    """Where it is asked; https anywhere, http only to this machine."""

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
