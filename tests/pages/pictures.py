"""`python -m tests.pages.pictures`: the pages of the demo's parcels as pictures for the documentation.

Needs Chromium, as the tests of the pages do. The dispute kit is printed, too, to be looked at.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from tests.docs.blocks import REPOSITORY
from tests.pages import browser

PICTURES = REPOSITORY / "docs" / "pictures"
DAYS = 40  # of the demo, after which some parcels are stuck and some have come
NOW = "2026-10-11T06:00:00Z"


class Shot(NamedTuple):
    """One picture: of which page, how wide, at most how high (pixels), and in which light."""

    name: str
    page: str
    width: int
    height: int
    dark: bool = False


SHOTS = (
    Shot("board-phone", "board", browser.PHONE, 800),
    Shot("board-phone-dark", "board", browser.PHONE, 800, dark=True),
    Shot("board-desk", "board", 1000, 760),
    Shot("board-desk-dark", "board", 1000, 760, dark=True),
    Shot("evidence-desk", "evidence", 1000, 760),
)


def main() -> int:
    if browser.missing():
        sys.stderr.write(f"{browser.missing()}\n")
        return 1
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pages = _pages(folder)
        with browser.browser(folder / "profile") as look:
            for shot in SHOTS:
                look.open(pages[shot.page], width=shot.width, dark=shot.dark)
                file = PICTURES / f"{shot.name}.png"
                file.write_bytes(look.picture(height=shot.height))
                sys.stdout.write(f"{file}: {file.stat().st_size:,} bytes\n")
            look.open(pages["evidence"])
            printed = Path(tempfile.gettempdir()) / "evidence.pdf"
            printed.write_bytes(look.printed())
            sys.stdout.write(f"{printed}: the dispute kit as it is printed\n")
    return 0


def _pages(folder: Path) -> dict[str, Path]:
    """The pages of the demo's parcels, one of which was written to."""
    database = folder / "demo.db"
    environ = {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "TZ": "UTC"}
    environ |= {"PARCELS_DATABASE__PATH": str(database), "PARCELS_COUNTRY": "DE"}

    def parcels(*arguments: str, **more: str) -> None:
        command = [sys.executable, "-m", "monitor", *arguments]
        subprocess.run(command, env=environ | more, check=True, capture_output=True, cwd=REPOSITORY)

    parcels("demo", "--days", str(DAYS), "--speed", "1000", "--keep", str(database))
    facts = {
        "--ordered": "2026-08-30", "--order-id": "8190012345", "--seller": "Grinder House",
        "--price": "89.90", "--currency": "EUR",
    }  # fmt: skip
    given = [word for pair in facts.items() for word in pair]
    parcels("edit", "Espresso grinder", *given, PARCELS_NOW=NOW)
    called = "Called the carrier: waits for the invoice, case 4711"
    parcels("event", "Espresso grinder", called, "--at", "2026-10-01", PARCELS_NOW=NOW)
    pages = {name: folder / f"{name}.html" for name in ("board", "evidence")}
    parcels("board", "-o", str(pages["board"]), PARCELS_NOW=NOW)
    parcels("evidence", "Espresso grinder", "-o", str(pages["evidence"]), PARCELS_NOW=NOW)
    return pages


if __name__ == "__main__":
    sys.exit(main())
