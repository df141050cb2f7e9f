"""The units and drop-ins that systemd/README.md shows."""

from __future__ import annotations

import re
from pathlib import Path

README = Path(__file__).parents[2] / "systemd" / "README.md"

_BLOCK = re.compile(r"^```ini\n# /etc/systemd/system/(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def units_shown() -> dict[str, str]:
    """Blocks that begin with the path of a file, by the name of that file."""
    return {
        path.rpartition("/")[2]: text for path, text in _BLOCK.findall(README.read_text("utf-8"))
    }
