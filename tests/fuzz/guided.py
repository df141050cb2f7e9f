"""`python -m tests.fuzz.guided DOOR [-max_total_time=300]`: cases that grow towards code not yet seen.

Needs atheris, which is no dependency of this program: `pip install atheris` into a virtual
environment that holds the program as well. What stands after the name of the door goes to
libFuzzer.
"""

from __future__ import annotations

import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from random import Random

ABSENT = 69  # sysexits.h: a service that is needed is not there
SEEDS = 200  # cases the corpus begins with


def main() -> int:
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    if find_spec("atheris") is None:
        print("atheris is not installed here: pip install atheris", file=sys.stderr)
        return ABSENT
    return _guided(sys.argv[1], sys.argv[2:])


def _guided(name: str, options: list[str]) -> int:
    import atheris

    with atheris.instrument_imports(include=["monitor", "tests.fuzz"]):
        from tests.fuzz.targets import TARGETS
    target = TARGETS[name]
    with tempfile.TemporaryDirectory(prefix="guided-") as folder:
        for number in range(SEEDS):
            case = target.make(Random(number))
            Path(folder, f"{number:03}").write_bytes(case)
        atheris.Setup([sys.argv[0], folder, "-max_len=20000", "-timeout=20", *options], target.run)
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
