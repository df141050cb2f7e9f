"""Good documents spoilt as a hostile, a careless or a broken sender would: by structure, text and bytes."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

MOST = 4  # changes to one document
SELDOM = 0.002  # of the cases are large ones, which take as long as a hundred others
LARGE = 2_000_000  # bytes, about
HUGE = "@huge@"  # stands for a number that Python's own writer of JSON refuses to write
TEXTS = (
    "", " ", "\ud800", "\udfff x", "a\x00b", "\x1b]52;c;ZXZpbA==\x07", "\x9b31m", "\u202egnihtyna\u2066",
    "\ufeff\u200b", "one\r\ntwo\u2028three\x85", "[/kg] [link=http://evil.example]x[/link]",
    '<a href="https://evil.example/x">Pay</a>', "=cmd|' /C calc'!A0", "\ufdfa" * 80, "e" + "\u0301" * 600,
    "{number}{api_key}", "%s%n{0}", "../../etc/passwd", "NaN", "null", "true", "-0", "1e999", "٣٤٥", "²",
    "0001-01-01T00:00:00+23:59", "9999-12-31 23:59:59", "2026-02-30", "2026-W01-1", "24:00", "GMT+14:59",
    "20260902T080000Z", "2026-09-02T08:00:00.123456789Z", "Thu, 01 Jan 1970 00:00:00 -9999", "P1Y", "9" * 400,
    "RR123456785CN", "Exception_Security", "CC_IM_EXCEPTION", "Held by customs", "rgv587_flag", "Success",
    "Europe/Paris", "/etc/passwd", "x" * 3_000, "ß" * 50, "İ" * 60, "ﷺ" * 600,
)  # fmt: skip
NUMBERS = (0, -1, 1, 1.5, -0.0, 1e308, 2**31, 2**53, 2**63 - 1, 2**63, 2**64, -(2**63) - 1, 10**18,
           10**19, 10**40, 253402300800000, -62135596800000, float("nan"), float("inf"), 5e-324)  # fmt: skip
TOKENS = (b"NaN", b"-Infinity", b"1e99999", b"9" * 6_000, b"-" + b"9" * 19, b"[" * 2_000, b'{"a":' * 2_000,
          b"]", b"}", b'"', b",", b"\\u", b"\\ud800", b"\\u0000", b"\xff\xfe", b"\xc3", b"\xed\xa0\x80",
          b"\x00", b"\x1b[2J", b"\xef\xbb\xbf", b"\r\n", b"null", b"{}", b"[]")  # fmt: skip


def leaf(random: Random) -> Any:
    """A value that is hardly ever meant."""
    return random.choice(
        (
            lambda: random.choice(TEXTS),
            lambda: random.choice(NUMBERS),
            lambda: random.choice((None, True, False, [], {}, HUGE)),
            lambda: random.choice(TEXTS) * random.choice((1, 2, 40)),
            lambda: [random.choice(TEXTS) for _ in range(random.randrange(4))],
            lambda: {random.choice(TEXTS): random.choice(NUMBERS)},
            lambda: _nested(random.choice((3, 30, 200))),
            lambda: "".join(chr(random.randrange(0x110000)) for _ in range(random.randrange(12))),
        )
    )()


def _nested(depth: int) -> Any:
    value: Any = "deep"
    for level in range(depth):
        value = [value] if level % 2 else {"a": value}
    return value


def mutated(random: Random, good: bytes, other: bytes) -> bytes:
    """A spoilt form of `good`; parts of `other` may be mixed in. The same `random`, the same bytes."""
    try:
        document = json.loads(good)
    except ValueError:
        return in_bytes(random, good, other)
    kind = random.random()
    if kind < 0.75:
        good = _written(random, in_structure(random, document, _document(other)))
    if kind > 0.6:
        good = in_bytes(random, good, other)
    return good


def _document(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return data.decode("utf-8", "replace")


def in_structure(random: Random, document: Any, other: Any) -> Any:
    """Up to `MOST` places of a JSON document changed: other values, kinds, names, lengths, depths."""
    spoilt = [copy.deepcopy(document)]
    for _ in range(random.randint(1, MOST)):
        inside, key = random.choice(_places(spoilt))
        change = _swell if random.random() < SELDOM else random.choice(_CHANGES)
        change(random, inside, key, other)
        if not spoilt:
            spoilt = [None]
    return spoilt[0]


def _places(document: Any) -> list[tuple[Any, Any]]:
    """Every container inside, with each of its keys."""
    found, waiting = [], [document]
    while waiting:
        inside = waiting.pop()
        for key in inside if isinstance(inside, dict) else range(len(inside)):
            found.append((inside, key))
            if isinstance(inside[key], dict | list) and inside[key]:
                waiting.append(inside[key])
    return found


def _replace(random: Random, inside: Any, key: Any, _other: Any) -> None:
    inside[key] = leaf(random)


def _from_elsewhere(random: Random, inside: Any, key: Any, other: Any) -> None:
    if isinstance(other, dict | list) and other:
        container, at = random.choice(_places(other))
        inside[key] = copy.deepcopy(container[at])


def _delete(_random: Random, inside: Any, key: Any, _other: Any) -> None:
    del inside[key]


def _wrap(random: Random, inside: Any, key: Any, _other: Any) -> None:
    inside[key] = random.choice(([inside[key]], {"": inside[key]}, str(inside[key])[:500]))


def _again(random: Random, inside: Any, key: Any, _other: Any) -> None:
    """Repeated, and what was repeated may be so once more: up to a bound, or a case would fill the
    machine's memory before anybody reads it.
    """
    value = inside[key]
    if isinstance(value, list | str):
        times = random.choice((2, 3, 60) if isinstance(value, list) else (2, 200))
        if len(json.dumps(value)) * times <= LARGE:
            inside[key] = _repeated(value, times)


def _swell(_random: Random, inside: Any, key: Any, _other: Any) -> None:
    value = inside[key] or "x"
    size = len(json.dumps(value))
    if not isinstance(value, list | str) or size >= LARGE:
        value = [value]
    inside[key] = _repeated(value, max(1, LARGE // size))


def _repeated(value: Any, times: int) -> Any:
    """Each for itself: were it the same again and again, a later change would be made in all of them."""
    return json.loads(json.dumps(value * times))


def _reorder(random: Random, inside: Any, key: Any, _other: Any) -> None:
    if isinstance(inside[key], list):
        random.shuffle(inside[key])


def _rename(random: Random, inside: Any, key: Any, _other: Any) -> None:
    if isinstance(inside, dict):
        inside[random.choice((key.upper(), key + " ", random.choice(TEXTS)))] = inside.pop(key)


def _spoil_text(random: Random, inside: Any, key: Any, _other: Any) -> None:
    if isinstance(inside[key], str):
        at = random.randint(0, len(inside[key]))
        inside[key] = inside[key][:at] + random.choice(TEXTS) + inside[key][at:]
    elif isinstance(inside[key], int | float):
        inside[key] = random.choice((str(inside[key]), inside[key] * 1000, -inside[key]))


_CHANGES = (_replace, _replace, _replace, _from_elsewhere, _delete, _wrap, _again, _reorder, _rename,
            _spoil_text, _spoil_text)  # fmt: skip


def _written(random: Random, document: Any) -> bytes:
    """The document as JSON in some encoding, sometimes with a key twice."""
    text = json.dumps(document, ensure_ascii=random.random() < 0.7)
    text = text.replace(f'"{HUGE}"', "9" * 6_000, MOST)
    if random.random() < 0.1:
        text = _with_a_key_twice(random, text)
    encoding = random.choice(("utf-8",) * 12 + ("utf-16", "utf-32-be", "latin-1", "utf-8-sig"))
    return text.encode(encoding, "surrogatepass" if encoding.startswith("utf") else "replace")


def _with_a_key_twice(random: Random, text: str) -> str:
    colon = text.find('":', random.randrange(len(text)))
    opening = text.rfind('"', 0, max(colon, 0))
    if opening < 0:
        return text
    pair = f'{text[opening:colon]}": {json.dumps(random.choice(TEXTS))}, '
    return text[:opening] + pair + text[opening:]


def in_bytes(random: Random, good: bytes, other: bytes) -> bytes:
    """Some bytes of `good` cut, put in, turned over or exchanged."""
    spoilt = bytearray(good)
    for _ in range(random.randint(1, MOST)):
        at = random.randint(0, len(spoilt))
        change = random.randrange(6)
        if change == 0:
            del spoilt[at:]
        elif change == 1:
            del spoilt[at : at + random.choice((1, 2, 40))]
        elif change == 2:
            spoilt[at:at] = random.choice(TOKENS)
        elif change == 3:
            start = random.randint(0, len(other))
            spoilt[at:at] = other[start : start + random.choice((4, 60))]
        elif at < len(spoilt):
            spoilt[at] = (
                random.randrange(256) if change == 4 else spoilt[at] ^ 1 << random.randrange(8)
            )
    return bytes(spoilt)


def line(random: Random, samples: Sequence[str]) -> str:
    """One text as somebody might type it: a sample, spoilt more or less."""
    text = random.choice(samples)
    for _ in range(random.randrange(4)):
        at, cut = random.randint(0, len(text)), random.choice((0, 0, 1, 3))
        put = random.choice(
            (*TEXTS, "0", "9", "-", ":", "T", "d", " ", "+", chr(random.randrange(0x110000)))
        )
        text = text[:at] + put + text[at + cut :]
    return text
