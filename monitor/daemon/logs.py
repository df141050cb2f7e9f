"""What the service writes to its log: one line a fact, without secrets, in the journal's own terms."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from monitor.channels import RedactionFilter, quiet_libraries
from monitor.errors import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# sd-daemon(3): the journal reads the priority from the beginning of a line.
_PRIORITY = {logging.CRITICAL: 2, logging.ERROR: 3, logging.WARNING: 4, logging.INFO: 6}
_LINE = "%(message)s"
_DATED = "%(asctime)s %(levelname)s %(message)s"


class _Visible(logging.Formatter):
    """Lines without anything a terminal would obey; those after the first are set in.

    So no text from outside can look like a record of its own.
    """

    def format(self, record: logging.LogRecord) -> str:
        lines = super().format(record).split("\n")
        return "\n".join([visible(lines[0]), *(f"    {visible(line)}" for line in lines[1:])])


class _Journal(_Visible):
    """Every line of a record with its priority: the journal makes an entry of each."""

    def format(self, record: logging.LogRecord) -> str:
        mark = f"<{_PRIORITY.get(record.levelno, 7)}>"
        return "\n".join(f"{mark}{line}" for line in super().format(record).split("\n"))


def start_logging(secrets: Iterable[str], environ: Mapping[str, str]) -> None:
    """Send the log of this process to standard error; nothing a library says of a URL gets there."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Journal(_LINE) if "JOURNAL_STREAM" in environ else _Visible(_DATED))
    handler.addFilter(RedactionFilter(secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # The scheduler logs every tick, and each failure a second time.
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    quiet_libraries()
