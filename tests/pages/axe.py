"""`python -m tests.pages.axe` (make browser) fetches axe-core, which looks for what shuts people out.

It is a file of development alone: the program neither ships nor loads it.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys

from tests.docs.blocks import REPOSITORY

VERSION = "4.14.1"
SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
FOLDER = REPOSITORY / ".venv" / "axe"
FILE = FOLDER / "node_modules" / "axe-core" / "axe.min.js"
# Everything but what only a person can judge; an iframe is none of ours.
RUN = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ["violations"], iframes: false}).then(
    found => done(found.violations.map(
        v => `${v.id} (${v.impact}): ${v.help}: ${v.nodes.slice(0, 3).map(n => n.html).join(" | ")}`)),
    error => done([String(error)]));
"""


def missing() -> str:
    """Why it cannot be used; "" where it can."""
    if not FILE.exists():
        return "axe-core is not here: make browser"
    found = hashlib.sha256(FILE.read_bytes()).hexdigest()
    return (
        "" if found == SHA256 else f"{FILE} is not axe-core {VERSION} as it is known: make browser"
    )


def main() -> int:
    npm = shutil.which("npm")
    if npm is None:
        sys.stderr.write("There is no npm, which fetches axe-core: apt-get install npm\n")
        return 1
    # No lock file: it would hold the host of a registry. The hash below does as well.
    quiet = ("--no-package-lock", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund")
    wanted = ("--prefix", str(FOLDER), f"axe-core@{VERSION}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    subprocess.run([npm, "install", *quiet, *wanted], check=True)
    problem = missing()
    sys.stderr.write(f"{problem or f'axe-core {VERSION} is in {FOLDER}'}\n")
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main())
