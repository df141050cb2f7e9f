"""What the service writes to its log: one line a fact, without secrets, in the journal's own terms."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from monitor.channels import RedactionFilter, quiet_libraries

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# sd-daemon(3): the journal reads the priority from the beginning of a line.
_PRIORITY = {logging.CRITICAL: 2, logging.ERROR: 3, logging.WARNING: 4, logging.INFO: 6}
_LINE = "%(message)s"
_DATED = "%(asctime)s %(levelname)s %(message)s"


class _Journal(logging.Formatter):
    """Every line of a record with its priority; a line break cannot begin a record of its own."""

    def format(self, record: logging.LogRecord) -> str:
        mark = f"<{_PRIORITY.get(record.levelno, 7)}>"
        return "\n".join(f"{mark}{line}" for line in super().format(record).splitlines())


def start_logging(secrets: Iterable[str], environ: Mapping[str, str]) -> None:
    """Send the log of this process to standard error; nothing a library says of a URL gets there."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _Journal(_LINE) if "JOURNAL_STREAM" in environ else logging.Formatter(_DATED)
    )
    handler.addFilter(RedactionFilter(secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # The scheduler logs every tick, and each failure a second time.
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    quiet_libraries()
