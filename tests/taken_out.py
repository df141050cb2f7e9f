"""`python -m tests.taken_out`, also `make taken-out`: is each safeguard held by a test?

Takes one after another out of a copy of the program and runs the tests that are to notice. Ends with
1 where nobody does. What is taken out, and who notices, stands in `SAFEGUARDS`; docs/reliability.md
shows the same as a table.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.hard.safeguards import SAFEGUARDS, Safeguard

REPOSITORY = Path(__file__).parents[1]
COPIED = ("monitor", "tests", "systemd", "docs", "bench", "pyproject.toml", "README.md",
          "CHANGELOG.md", "CONTRIBUTING.md", "config.example.toml", "Makefile")  # fmt: skip
NOTICED, FOUND_NOTHING = 1, 5  # exit codes of pytest


def noticed(safeguard: Safeguard, copy: Path) -> bool:
    """Whether a test fails once it is taken out."""
    file = copy / safeguard.file
    whole = file.read_text(encoding="utf-8")
    file.write_text(safeguard.without(whole), encoding="utf-8")
    try:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-x",
                "-p",
                "no:cacheprovider",
                "-m",
                "long or not long",
                *safeguard.tests,
            ],
            cwd=copy,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    finally:
        file.write_text(whole, encoding="utf-8")
    return done.returncode == NOTICED


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.taken_out", description=__doc__)
    parser.add_argument("numbers", type=int, nargs="*", help="of requirements; all without")
    asked = parser.parse_args()
    unnoticed = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        copy.mkdir()
        for name in COPIED:
            source = REPOSITORY / name
            if source.is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(source, copy / name, ignore=ignored)
            else:
                shutil.copy(source, copy / name)
        for safeguard in SAFEGUARDS:
            if asked.numbers and safeguard.requirement not in asked.numbers:
                continue
            start = time.monotonic()
            word = "noticed" if noticed(safeguard, copy) else "NOT NOTICED"
            unnoticed += word != "noticed"
            sys.stdout.write(
                f"{safeguard.requirement:2} {safeguard.what}: {word} "
                f"({time.monotonic() - start:.0f} s)\n"
            )
            sys.stdout.flush()
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
