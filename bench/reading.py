"""How many messages a second are understood on one core; what loading costs; whether time explodes.

The messages are the examples of the vocabulary files. "As they come" they are polled again and
again, as in life; "all new" have another number behind each, so that no text was ever read before;
"with strange words" have a made-up town there, too.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import time
import tomllib
from functools import cache
from itertools import cycle, islice
from string import ascii_lowercase

from monitor.reading import read
from monitor.reading.index import WORDS, index_of

MESSAGES = 40_000
LEAST = 20_000  # a second
MOST_LOADING = 30.0  # milliseconds
ROUNDS = 7
FUZZED = 60  # texts
MOST_GROWTH = 25  # times, for five times the text; its square would be 25


def main() -> None:
    texts = _texts()
    for text in texts:  # patterns are built when a text first needs them
        read(f"{text} (warm)")
    again = _rate(list(islice(cycle(texts), MESSAGES)))
    best = max(_rate(_numbered(texts, start)) for start in range(0, 3 * MESSAGES, MESSAGES))
    strange = max(_rate(_varied(texts, start)) for start in range(0, 2 * MESSAGES, MESSAGES))
    _say("as they come, a second", f"{again:,.0f}", f"at least {LEAST:,}", fits=again >= LEAST)
    _say("all new, a second", f"{best:,.0f}", f"at least {LEAST:,}", fits=best >= LEAST)
    print(f"{'with strange words':26} {strange:>12,.0f}   (no limit)")
    loading = _loading()
    fits = loading <= MOST_LOADING
    _say("loading the vocabulary", f"{loading:.1f} ms", f"at most {MOST_LOADING:.0f} ms", fits=fits)
    worst = max(_growth(seed) for seed in range(FUZZED))
    _say(
        "5 x the text takes",
        f"{worst:.1f} x",
        f"at most {MOST_GROWTH} x",
        fits=worst <= MOST_GROWTH,
    )
    for length in (1_000, 10_000, 100_000):
        print(f"a text of {length:7,} characters   {_long(length) * 1000:8.2f} ms")


def _texts() -> list[str]:
    rows = []
    for file in sorted(WORDS.glob("*.toml")):
        examples = tomllib.loads(file.read_text("utf-8"))["examples"]
        rows += [line.partition("|")[2].strip() for line in examples.strip().splitlines()]
    return rows


def _numbered(texts: list[str], start: int) -> list[str]:
    return [f"{text} {start + n}" for n, text in enumerate(islice(cycle(texts), MESSAGES))]


def _varied(texts: list[str], start: int) -> list[str]:
    every = islice(cycle(texts), MESSAGES)
    return [f"{text} {_town(start + n)}" for n, text in enumerate(every)]


def _town(number: int) -> str:
    """A word nobody has seen: the number in letters."""
    letters = "qu"
    while number:
        number, digit = divmod(number, 26)
        letters += ascii_lowercase[digit]
    return letters


def _growth(seed: int) -> float:
    """How much longer five times the text takes; both of words of the vocabulary in any order."""
    words = random.Random(seed).choices(_words(), k=2000)  # noqa: S311 - a fuzz, not a secret
    text = " ".join(words)
    short, long = text[:400], text[:2000]
    return _seconds(long, seed) / _seconds(short, seed)


@cache
def _words() -> list[str]:
    phrases = " ".join(row[0] for row in index_of().rows)
    return re.findall(r"[^\W\d_]+", phrases)


def _seconds(text: str, seed: int) -> float:
    """The best of some, each with another end, so that none is remembered."""
    taken = []
    for n in range(5):
        begun = time.perf_counter()
        read(f"{text[:-8]} {_town(seed * 5 + n)}")
        taken.append(time.perf_counter() - begun)
    return min(taken)


def _rate(texts: list[str]) -> float:
    begun = time.process_time()
    for text in texts:
        read(text)
    return len(texts) / (time.process_time() - begun)


def _loading() -> float:
    """Milliseconds, in a fresh interpreter that has imported the modules; the median."""
    code = (
        "import time; from monitor.reading.vocabulary import load; t = time.perf_counter();"
        "load(); print((time.perf_counter() - t) * 1000)"
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
