"""Adapters and rules that other packages bring, by the entry points `monitor.adapters` and `monitor.rules`."""

from monitor.plugins.loading import Unfit
from monitor.plugins.offer import ADAPTERS, RULES, Offer, offers

__all__ = ["ADAPTERS", "RULES", "Offer", "Unfit", "offers"]
