"""Everything that is known of parcels, sources, alerts and what was sent; all SQL lives here."""

from monitor.history.history import SQLITE_VERSION, History

__all__ = ["SQLITE_VERSION", "History"]
