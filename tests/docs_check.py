"""`python -m tests.docs_check`, part of `make check`: what is wrong with the pages and the source.

The quick part, by text alone; tests/docs runs what the pages show.
"""

from __future__ import annotations

import sys

from tests.docs import pages, source


def main() -> int:
    found = [*pages.problems(), *source.problems()]
    for sentence in found:
        sys.stdout.write(f"{sentence}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
