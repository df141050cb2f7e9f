"""`python -m tests.golden.rewrite` puts what is told today into the golden file, and keeps the reasons.

A line that has changed loses its reason: the test fails until somebody has written why it is right.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.golden import log
from tests.golden.life import lived


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        life = lived(Path(folder))
    head, known = log.read(log.FILE.read_text("utf-8"))
    after = log.with_reasons(life.told, known)
    log.FILE.write_text(log.written(head, after), "utf-8")
    for line in (*life.failed, *log.without_reason(after)):
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
