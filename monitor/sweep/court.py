"""What judging needs, made from the settings; without the network and without Apprise."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING, cast

from monitor.alerts.values import Manners
from monitor.message.texts import Style
from monitor.rules.protection import Protection
from monitor.rules.registry import CHANNEL_WATCHES, COPY_WATCHES, RULES, WATCHES
from monitor.schedule import Severity
from monitor.seasons import shipped_seasons
from monitor.sweep.ears import Ear
from monitor.sweep.judge import Court
from monitor.sweep.policies import policies

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.protection import Policy
    from monitor.rules.contract import Rule
    from monitor.seasons import Season
    from monitor.settings import Settings

STDOUT = "stdout"  # where alerts go while no channel is configured


def court_from(settings: Settings) -> Court:
    """The rules with their options, the policies, the manners, and who listens."""
    known = policies(settings.protection.shops)
    of_plugins = settings.plugged.rules
    # Wrapped, they keep the promise of a rule, though not as a class does.
    theirs = [cast("Rule", each.made) for each in of_plugins.values() if each.made is not None]
    rules = (*(_rule(name, settings, known) for name in RULES), *theirs)
    ears = ears_of(settings)
    alerts = settings.alerts
    manners = Manners(alerts.remind, alerts.quiet_hours, alerts.digest_at, settings.zone)
    style = Style(settings.zone, redact=alerts.redact, language=alerts.language)
    sources = settings.adapters.switched_on | settings.plugged.sources.keys()
    seed = repr(
        (
            rules,
            ears,
            manners,
            settings.timezone,
            settings.country,
            settings.seasons,
            sorted(sources),
        )
    )
    fingerprint = hashlib.sha256(seed.encode()).hexdigest()
    watches = tuple(w(**settings.rule_options.get(name, {})) for name, w in WATCHES.items())
    return Court(
        rules,
        known,
        ears,
        manners,
        style,
        settings.country,
        fingerprint,
        watches,
        tuple(w(**settings.rule_options.get(name, {})) for name, w in CHANNEL_WATCHES.items()),
        tuple(w(**settings.rule_options.get(name, {})) for name, w in COPY_WATCHES.items()),
        sources,
        frozenset(name for name, each in of_plugins.items() if each.problem),
    )


def _rule(name: str, settings: Settings, known: Mapping[str, Policy]) -> Rule:
    options = dict(settings.rule_options.get(name, {}))
    if name == Protection.name:
        # The countdown has its own table, [protection], since it is no threshold of silence.
        return Protection(tuple(settings.protection.warn_days_before), known)
    if _takes_seasons(RULES[name]):
        options["seasons"] = seasons_of(settings)
    return RULES[name](**options)


def _takes_seasons(rule: object) -> bool:
    """Whether a rule has a field for the seasons, which no table of its own can fill."""
    return dataclasses.is_dataclass(rule) and any(
        field.name == "seasons" for field in dataclasses.fields(rule)
    )


def seasons_of(settings: Settings) -> tuple[Season, ...]:
    """The seasons that come with the program, and the owner's own."""
    return (*shipped_seasons(), *(own.season for own in settings.seasons))


def ears_of(settings: Settings) -> tuple[Ear, ...]:
    if not settings.channels:
        return (Ear(STDOUT, Severity.INFO),)
    return tuple(Ear(c.name, c.min_severity) for c in settings.channels)
