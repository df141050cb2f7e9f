"""The tracking sources there are, switched on or not, made from the settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.adapters import ADAPTERS
from monitor.circuit import Health, SourceRecord
from monitor.sweep.rhythm import Rhythm

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from monitor.adapters.contract import Adapter
    from monitor.history import History
    from monitor.settings import Settings

CAINIAO, SEVENTEENTRACK, PARCELSAPP = "cainiao", "seventeentrack", "parcelsapp"
SHIP24, DHL, OWN = "ship24", "dhl", "http_json"


@dataclass(frozen=True, slots=True)
class Source:
    """One known source. `note` says why it is off; "" where it is on."""

    name: str
    adapter: Adapter
    enabled: bool
    note: str = ""


def sources_of(settings: Settings) -> tuple[Source, ...]:
    """Every source this program knows, the owner's own ones included.

    Raises BadConfiguration for one that cannot be made as configured.
    """
    own = (_own(settings, name) for name in sorted(settings.adapters.others))
    adapters = settings.adapters
    rate, limit = adapters.seventeentrack.requests_per_second, adapters.ship24.monthly_limit
    return (
        _cainiao(settings),
        _keyed(settings, SEVENTEENTRACK, requests_per_second=rate),
        _keyed(settings, PARCELSAPP),
        _keyed(settings, SHIP24, monthly_limit=limit),
        _keyed(settings, DHL, country=settings.country),
        *own,
        *_plugged(settings),
    )


def adapters_of(settings: Settings) -> list[Adapter]:
    """The sources that are switched on."""
    return [source.adapter for source in sources_of(settings) if source.enabled]


def rhythm_of(settings: Settings) -> Rhythm:
    """How often parcels are asked about. An interval nobody has set leaves each source its own."""
    poll = settings.poll
    given = settings.provenance.origin(("poll", "every")) != "default"
    return Rhythm(poll.every if given else None, poll.fresh_every, poll.jitter)


def records_of(
    settings: Settings, adapters: Iterable[Adapter], history: History
) -> list[SourceRecord]:
    """What the watches over the sources look at, read from the history."""
    rhythm = rhythm_of(settings)
    healths = history.sources.healths()
    found = []
    for adapter in adapters:
        each = adapter.capability
        every = max(rhythm.every or each.every, each.floor)
        health = healths.get(each.name, Health())
        numbers = history.sources.numbers(each.name, each.batch) if health.failing else ()
        quota = history.upkeep.quota(each.name) if each.paid else ()
        found.append(SourceRecord(each.name, every, health, each.page, numbers, quota))
    return found


def base_url_of(settings: Settings, name: str) -> str:
    """Where a source is asked."""
    plugged = settings.plugged.adapters.get(name)
    if plugged is not None:
        return str(plugged.options["base_url"])
    own = settings.adapters.others.get(name)
    url: str = getattr(settings.adapters, name).base_url if own is None else own.base_url
    return url


def _cainiao(settings: Settings) -> Source:
    options = settings.adapters.cainiao
    adapter = ADAPTERS[CAINIAO](base_url=options.base_url)
    return Source(CAINIAO, adapter, options.enabled, "" if options.enabled else _SWITCHED_OFF)


def _keyed(settings: Settings, name: str, **more: object) -> Source:
    """A source of the program that wants a key; `more` are the options it has beside those of all."""
    options = settings.adapters.keyed[name]
    adapter = ADAPTERS[name](api_key=options.key, base_url=options.base_url, **more)
    note = "" if options.active else (_SWITCHED_OFF if options.key else "needs a key")
    return Source(name, adapter, options.active, note)


def _own(settings: Settings, name: str) -> Source:
    options = settings.adapters.others[name]
    adapter = ADAPTERS[OWN](name=name, **options.options)
    note = "needs a key" if options.enabled else _SWITCHED_OFF
    return Source(name, adapter, options.active, "" if options.active else note)


def _plugged(settings: Settings) -> Iterator[Source]:
    """The adapters other packages bring, as far as they are switched on and can be used."""
    for name, plugged in sorted(settings.plugged.adapters.items()):
        if plugged.made is not None:
            ready = bool(plugged.secrets) or not plugged.made.capability.needs_key
            yield Source(name, plugged.made, ready, "" if ready else "needs a key")


_SWITCHED_OFF = "switched off in the configuration"
