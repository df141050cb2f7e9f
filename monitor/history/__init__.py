"""History: everything that is known of parcels, sources, alerts and what was sent; all SQL."""

from monitor.history.history import SQLITE_VERSION, History
from monitor.history.letters import Batch, ChannelState, Delivery, Message, OutboxRow
from monitor.history.passes import Pass
from monitor.history.schedules import Matter
from monitor.history.sources import AdapterState, SourceState
from monitor.history.timeline import Answer, Looked

__all__ = [
    "SQLITE_VERSION",
    "AdapterState",
    "Answer",
    "Batch",
    "ChannelState",
    "Delivery",
    "History",
    "Looked",
    "Matter",
    "Message",
    "OutboxRow",
    "Pass",
    "SourceState",
]
