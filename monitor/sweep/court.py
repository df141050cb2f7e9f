"""What judging needs, made from the settings; without the network and without Apprise."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from monitor.alerts.values import Manners
from monitor.message.texts import Style
from monitor.rules.protection import Protection
from monitor.rules.registry import RULES, WATCHES
from monitor.schedule import Severity
from monitor.sweep.judge import Court, Ear
from monitor.sweep.policies import policies

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.protection import Policy
    from monitor.rules.contract import Rule
    from monitor.settings import Settings

STDOUT = "stdout"  # where alerts go while no channel is configured


def court_from(settings: Settings) -> Court:
    """The rules with their options, the policies, the manners, and who listens."""
    known = policies(settings)
    rules = tuple(_rule(name, settings, known) for name in RULES)
    ears = ears_of(settings)
    manners = Manners(settings.alerts.remind)
    style = Style(settings.zone, redact=settings.alerts.redact)
    seed = repr((rules, ears, manners, settings.timezone, settings.country))
    fingerprint = hashlib.sha256(seed.encode()).hexdigest()
    watches = tuple(w(**settings.rule_options.get(name, {})) for name, w in WATCHES.items())
    return Court(rules, known, ears, manners, style, settings.country, fingerprint, watches)


def _rule(name: str, settings: Settings, known: Mapping[str, Policy]) -> Rule:
    options = dict(settings.rule_options.get(name, {}))
    if name == Protection.name:
        # The countdown has its own table, [protection], since it is no threshold of silence.
        return Protection(tuple(settings.protection.warn_days_before), known)
    return RULES[name](**options)


def ears_of(settings: Settings) -> tuple[Ear, ...]:
    if not settings.channels:
        return (Ear(STDOUT, Severity.INFO),)
    return tuple(Ear(c.name, c.min_severity) for c in settings.channels)
