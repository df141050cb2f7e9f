"""Every rule there is, by the name of its table in the configuration."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from monitor.rules.backup_failing import BackupFailing
from monitor.rules.blind import Blind
from monitor.rules.channel_failing import ChannelFailing
from monitor.rules.clearance import Clearance
from monitor.rules.clearance_due import ClearanceDue
from monitor.rules.clearance_failed import ClearanceFailed
from monitor.rules.delivered import Delivered
from monitor.rules.delivery_failed import DeliveryFailed
from monitor.rules.handover import Handover
from monitor.rules.lost import Lost
from monitor.rules.never_shipped import NeverShipped
from monitor.rules.pickup import Pickup
from monitor.rules.protection import Protection
from monitor.rules.quota import Quota
from monitor.rules.returning import Returning
from monitor.rules.silence import Silence
from monitor.rules.source_gives_up import SourceGivesUp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.rules.contract import ChannelWatch, CopyWatch, Rule, Watch

# Also the order of precedence in which steps of the same moment and severity are shown.
RULES: Mapping[str, type[Rule]] = MappingProxyType(
    {
        rule.name: rule
        for rule in (
            Lost,
            Returning,
            ClearanceFailed,
            ClearanceDue,
            Clearance,
            Handover,
            Pickup,
            DeliveryFailed,
            Silence,
            NeverShipped,
            SourceGivesUp,
            Protection,
            Delivered,
        )
    }
)
# The same for the service itself: they look at a source and not at a parcel.
WATCHES: Mapping[str, type[Watch]] = MappingProxyType(
    {watch.name: watch for watch in (Blind, Quota)}
)
# And those that look at a channel.
CHANNEL_WATCHES: Mapping[str, type[ChannelWatch]] = MappingProxyType(
    {watch.name: watch for watch in (ChannelFailing,)}
)
# And those that look at the copies of the database.
COPY_WATCHES: Mapping[str, type[CopyWatch]] = MappingProxyType(
    {watch.name: watch for watch in (BackupFailing,)}
)


def every_rule() -> Mapping[str, type]:
    """All of them, by the name of their tables."""
    return {**RULES, **WATCHES, **CHANNEL_WATCHES, **COPY_WATCHES}
