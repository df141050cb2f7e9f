"""Pictures of the terminal for the pages: `python -m tests.docs.pictures` draws them anew.

What is drawn is what the commands print on a terminal, over the parcels of the demo.
"""

from __future__ import annotations

import io
import re
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

from rich.console import Console
from rich.text import Text

from monitor.cli import run

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
DAYS = 45  # of the demo, from 1 September on
NOW = datetime(2026, 10, 16, 6, tzinfo=UTC)
SHOWN = {
    "list": (("list",), 100),
    "show": (("show", "espresso"), 100),
    "plan": (("plan", "--until", "2026-10-30"), 80),
}
_FACE = re.compile(r"\s*@font-face \{.*?\}\n", re.DOTALL)  # of a network
_MAKER = re.compile(r"\s*<!-- Generated .*? -->")


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def printed(words: tuple[str, ...], width: int, database: Path) -> str:
    """What a command prints on a terminal so many cells wide."""
    environ = {
        "HOME": str(database.parent),
        "TZ": "Europe/Berlin",
        "PARCELS_COUNTRY": "DE",
        "PARCELS_DATABASE__PATH": str(database),
        "PARCELS_NOW": f"{NOW:%Y-%m-%dT%H:%M:%SZ}",
        "COLUMNS": str(width),
        "TERM": "xterm-256color",
    }
    out = _Terminal()
    with (
        mock.patch.dict("os.environ", environ, clear=True),
        mock.patch("sys.argv", ["parcels", *words]),
        redirect_stdout(out),
        redirect_stderr(io.StringIO()),
    ):
        code = run()
    if code:
        raise SystemExit(f"parcels {' '.join(words)} ended with {code}")
    return out.getvalue()


def picture(name: str, words: tuple[str, ...], text: str, width: int) -> str:
    """The picture of a terminal as SVG that asks no network for anything."""
    console = Console(record=True, width=width, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(text.rstrip("\n")))
    drawn = console.export_svg(title=f"parcels {' '.join(words)}", unique_id=name)
    drawn = _MAKER.sub("", _FACE.sub("\n", drawn)).replace(
        "font-family: Fira Code, ", "font-family: "
    )
    return re.sub(r"[ \t]+\n", "\n", drawn)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "parcels.db"
        demo = ["parcels", "demo", "--days", str(DAYS), "--speed", "1000", "--keep", str(database)]
        with mock.patch("sys.argv", demo), redirect_stdout(io.StringIO()):
            run()
        for name, (words, width) in SHOWN.items():
            drawn = picture(name, words, printed(words, width, database), width)
            (FOLDER / f"{name}.svg").write_text(drawn, "utf-8")
            print(FOLDER / f"{name}.svg")  # noqa: T201 - a tool


if __name__ == "__main__":
    main()
