"""How many messages a second are understood on one core, each text new; what loading costs.

The messages are the examples of the vocabulary files, each with places, numbers and dates before
and behind that make it a text not read before, as carriers do.
"""

from __future__ import annotations

import subprocess
import sys
import time
import tomllib
from itertools import cycle, islice

from monitor.reading import read
from monitor.reading.index import WORDS

MESSAGES = 40_000
LEAST = 20_000  # a second
MOST_LOADING = 30.0  # milliseconds
ROUNDS = 7


def main() -> None:
    texts = _texts()
    for text in texts[:4000]:  # patterns are built when a text first needs them
        read(f"{text} (warm)")
    best = max(_rate(_varied(texts, start)) for start in range(0, 3 * MESSAGES, MESSAGES))
    _say("messages a second", f"{best:,.0f}", f"at least {LEAST:,}", fits=best >= LEAST)
    loading = _loading()
    _say(
        "loading",
        f"{loading:.1f} ms",
        f"at most {MOST_LOADING:.0f} ms",
        fits=loading <= MOST_LOADING,
    )
    for length in (1_000, 10_000, 100_000):
        print(f"a text of {length:7,} characters   {_long(length) * 1000:8.2f} ms")


def _texts() -> list[str]:
    rows = []
    for file in sorted(WORDS.glob("*.toml")):
        examples = tomllib.loads(file.read_text("utf-8"))["examples"]
        rows += [line.partition("|")[2].strip() for line in examples.strip().splitlines()]
    return rows


def _varied(texts: list[str], start: int) -> list[str]:
    every = islice(cycle(texts), MESSAGES)
    return [f"[Depot {start + n}] {text}" for n, text in enumerate(every)]


def _rate(texts: list[str]) -> float:
    begun = time.process_time()
    for text in texts:
        read(text)
    return len(texts) / (time.process_time() - begun)


def _loading() -> float:
    """Milliseconds of importing and the first reading, in a fresh interpreter; the median."""
    code = (
        "import time; t = time.perf_counter(); from monitor.reading import read; read('customs');"
        "print((time.perf_counter() - t) * 1000)"
    )
    done = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
        for _ in range(ROUNDS)
    ]
    return sorted(done)[ROUNDS // 2]


def _long(length: int) -> float:
    begun = time.process_time()
    read(("customs clearance held " * length)[:length])
    return time.process_time() - begun


def _say(what: str, found: str, limit: str, *, fits: bool) -> None:
    print(f"{what:26} {found:>12}   ({limit}: {'ok' if fits else 'MISSED'})")


if __name__ == "__main__":
    main()
