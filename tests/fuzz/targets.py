"""Every door through which outside bytes come in, as a function of bytes that must not raise."""

from __future__ import annotations

import io
import json
import os
import re
import tempfile
import zlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from monitor.adapters.cainiao import Cainiao
from monitor.adapters.contract import Ask, SourceTrouble
from monitor.adapters.seventeentrack import SeventeenTrack, pushes
from monitor.adapters.testing import ScriptedWire
from monitor.adapters.unread import BODY_LIMIT, unread
from monitor.cli import batch, clock as command_clock, dates
from monitor.errors import ParcelsError
from monitor.history import History
from monitor.intake import understand
from monitor.numbers import check, normalise
from monitor.parcel import Parcel, clean_text
from monitor.reading import read
from monitor.sandbox.clock import SteppedClock
from monitor.sandbox.seventeentrack import SeventeenTrackSandbox
from monitor.settings import load
from monitor.settings.durations import parse_duration
from monitor.sweep.pushes import Pushes
from monitor.sweep.understanding import understood
from monitor.transport import Answer
from monitor.transport.inflate import TooLarge, Unreadable, inflated
from monitor.transport.retry_after import LONGEST, seconds_to_wait
from tests.adapters.http_json_answers import described
from tests.cli.desk import START, Desk
from tests.fuzz import claims, corpus, mutations

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from random import Random

    from monitor.adapters.contract import Adapter

NOW = datetime(2026, 9, 20, 12, 0, tzinfo=UTC)
KEY = "s3ntinel0key0that0must0not0show"
EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
ZONE = ZoneInfo("Europe/Berlin")
MOST_KEPT = 300  # parcels in a database before it is made anew
_ASKED = re.compile(rb'"(?:mailNo|number|id)"\s*:\s*"([ -~]{1,50}?)"')
_STATUSES = (200,) * 12 + (201, 204, 207, 400, 401, 403, 404, 418, 429, 500, 503)
_HEADERS: Mapping[str, str] = MappingProxyType(
    {"date": "Sun, 20 Sep 2026 12:00:00 GMT", "retry-after": "7"}
)
SHAPES: tuple[Mapping[str, Any], ...] = (
    {},
    {"found": "parcel", "number": ""},
    {"time_format": "epoch_ms", "number": ""},
    {"time_format": "%d.%m.%Y %H:%M %z", "zone": "Europe/Paris", "number": ""},
    {"events": "sort_by(parcel.scans, &when)", "place": "join(' ', place.*)", "number": "*.id[]"},
    {"events": "parcel.*[]", "text": "@", "time": "to_string(when)", "status": "max(parcel.scans[].kind)"},
    {"events": "*.*[][]", "text": "to_string(@)", "time": "*[0]", "code": "keys(@)[0]", "number": ""},
    {"events": "[*].*[] || *[*][]", "text": "[description, message, status][]", "time": "date || time", "number": ""},
)  # fmt: skip


@dataclass(frozen=True)
class Target:
    """`run` raises where a claim does not hold; `make` gives one hostile case; `share` of all cases."""

    run: Callable[[bytes], None]
    make: Callable[[Random], bytes]
    share: float = 1.0


def knob(case: bytes) -> int:
    """A number that depends on the bytes alone, for what else may differ from case to case."""
    return zlib.crc32(case)


def _asks(case: bytes, most: int) -> list[Ask]:
    found = dict.fromkeys(number.decode("ascii") for number in _ASKED.findall(case[:200_000]))
    return [Ask(number, carrier="3011", destination="ES") for number in list(found)[:most]] or [
        Ask("XX1")
    ]


def _answer(case: bytes) -> Answer:
    status = _STATUSES[knob(case) % len(_STATUSES)]
    return Answer(status, _HEADERS if knob(case) & 64 else {}, case)


def _parsed(adapter: Adapter, case: bytes) -> None:
    asks = _asks(case, adapter.capability.batch)
    try:
        found = adapter.parse(_answer(case), asks, NOW)
    except SourceTrouble as refusal:
        claims.trouble(refusal)
        left = unread(_answer(case), lambda text: text)  # as it is kept for a report
        assert len(left.body.encode()) <= BODY_LIMIT * 4
        return
    claims.outcomes(found, asks, len(case))
    assert KEY not in repr(found) + repr(adapter)
    read_outcomes = [understood(outcome, adapter.codes) for outcome in found]
    claims.outcomes(read_outcomes, asks, len(case))
    if knob(case) % 40 == 0:
        with _Copies.take() as history:
            _recorded(history, adapter.capability.name, read_outcomes)


def _recorded(history: History, source: str, found: Sequence[Any]) -> None:
    """Everything binds to SQLite and is read back."""
    for number, outcome in enumerate(found[:3]):
        parcel = history.parcels.add(Parcel(0, f"XX{number}", NOW))
        history.timeline.record_all([(parcel.id, outcome)], source, NOW)
        history.timeline.record_all([(parcel.id, outcome)], source, NOW + timedelta(hours=1))
        for event in history.timeline.everything(parcel.id):
            claims.clean(event.text)


class _Copies:
    """A fresh history for each case, as a copy of a file that was made once."""

    _folder: Path | None = None
    _blank = b""

    @classmethod
    def take(cls) -> History:
        if cls._folder is None:
            cls._folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
            blank = cls._folder / "blank.db"
            History.open(blank, now=NOW).close()
            cls._blank = blank.read_bytes()
        for old in cls._folder.glob("case.db*"):
            old.unlink()
        (cls._folder / "case.db").write_bytes(cls._blank)
        return History.open(cls._folder / "case.db", now=NOW)


def cainiao(case: bytes) -> None:
    _parsed(Cainiao(), case)


def seventeentrack(case: bytes) -> None:
    _parsed(SeventeenTrack(KEY), case)


def http_json(case: bytes) -> None:
    _parsed(_shape(knob(case) % len(SHAPES)), case)


@cache
def _shape(index: int) -> Adapter:
    return described(**SHAPES[index])


def registration(case: bytes) -> None:
    """What 17TRACK says to a registration, and of what it has."""
    asks = _asks(case, 40)
    call = SeventeenTrack(KEY).register if knob(case) & 1 else SeventeenTrack(KEY).enrolled
    coroutine = call(ScriptedWire([_answer(case)] * 50), asks)  # type: ignore[arg-type]
    try:
        coroutine.send(None)
    except StopIteration as end:
        claims.enrolments(end.value, asks)
    except SourceTrouble as refusal:
        claims.trouble(refusal)
    finally:
        coroutine.close()


def push(case: bytes) -> None:
    """Bytes that were signed, as nothing else gets so far; what they show goes the way of an answer."""
    source = SeventeenTrack(KEY)
    assert not source.signed(case, {"sign": pushes.sign(case + b" ", KEY)})
    try:
        opened = source.opened(case)
        found = source.shown(opened, [Ask(n, destination="ES") for n in opened.numbers], NOW)
    except SourceTrouble as refusal:
        claims.trouble(refusal)
        return
    claims.outcomes(found, [Ask(number) for number in opened.numbers], len(case))
    if knob(case) % 40 == 0:
        with _Copies.take() as history:
            for number in opened.numbers[:3]:
                history.parcels.add(Parcel(0, number[:50] or "XX1", NOW))
            _taken(Pushes(history, source, "ES", read), case)


def _taken(door: Pushes, case: bytes) -> None:
    """Whatever is stored, the same again changes nothing."""
    try:
        door.take(case, NOW)
        assert door.take(case, NOW).changed == 0
    except ParcelsError as refusal:
        claims.clean(str(refusal))


def _decoded(case: bytes) -> str:
    """Any bytes as text, half surrogate pairs among it."""
    try:
        return case.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return case.decode("utf-8", "surrogateescape")


def message(case: bytes) -> None:
    """One message with its code, as it is read."""
    text, _, rest = _decoded(case).partition("\0")
    code, _, source = rest.partition("\0")
    claims.reading(read(text))
    claims.reading(read(text, code=code or None, source=source or None))
    claims.clean(clean_text(text))


def lines(case: bytes) -> None:
    """`explain --batch`: one sound line out for each line in."""
    given = [line for line in case.split(b"\n") if line.strip()]
    answered = list(batch.answers(io.BytesIO(case), read))
    assert len(answered) == len(given), f"{len(answered)} answers to {len(given)} lines"
    for line, _fit in answered:
        assert line.isprintable()
        assert len(line) <= 20 * batch.LINE_LIMIT
        assert isinstance(json.loads(line.encode("utf-8")), dict)


def typed(case: bytes) -> None:
    """Dates, durations, numbers as a person types them."""
    text = case.decode("utf-8", "surrogateescape")
    for read_it in (
        lambda: dates.past_day(text, NOW, ZONE, "--on"),
        lambda: dates.any_day(text, "--on"),
        lambda: dates.day_ahead(text, NOW, ZONE, "--on"),
        lambda: dates.moment(text, NOW, ZONE, "--at"),
        lambda: command_clock._parsed(text),
        lambda: parse_duration(text),
        lambda: check(normalise(text)),
    ):
        try:
            read_it()
        except ParcelsError as refusal:
            claims.clean(str(refusal), claims.SENTENCE)


def headers(case: bytes) -> None:
    """What a server says of waiting, and what it packs."""
    text = case.decode("latin-1")
    for given in (
        {"retry-after": text},
        {"retry-after": "Sun, 20 Sep 2026 12:00:00 GMT", "date": text},
    ):
        wait = seconds_to_wait(given)
        assert wait is None or 0 <= wait <= LONGEST
    name, _, body = case.partition(b"\0")
    with suppress(TooLarge, Unreadable):
        assert len(inflated(body, name.decode("latin-1"), 100_000)) <= 100_000


@cache
def _home() -> Path:
    return Path(tempfile.mkdtemp(prefix="fuzz-home-"))


def configuration(case: bytes) -> None:
    """The configuration file."""
    path = _home() / "config.toml"
    path.write_bytes(case)
    path.chmod(0o600)
    _loaded(path, {})


def environment(case: bytes) -> None:
    """Variables, one NAME=VALUE after the other, with zero bytes between."""
    environ: dict[str, str] = {}
    for pair in case.split(b"\0"):
        name, _, value = pair.partition(b"=")
        environ[os.fsdecode(name)] = os.fsdecode(value)
    _loaded(None, environ)


def _loaded(path: Path | None, environ: dict[str, str]) -> None:
    try:
        settings = load(path, {**environ, "HOME": str(_home()), "TZ": "UTC"})
    except ParcelsError as refusal:
        claims.sentences(str(refusal))
        return
    repr(settings)
    settings.secrets()


def arguments(case: bytes) -> None:
    """`add`, `edit` and `event` with any arguments, and `list` and `show` of what became of them."""
    given = [os.fsdecode(part) for part in case.split(b"\0")]
    desk = _desk()
    for command in (given, ["list", "--json"], ["show", "XX12345", "--json"]):
        ran = desk(*command)
        claims.inert(ran.out)
        claims.inert(ran.err)
        (ran.out + ran.err).encode("utf-8")
        assert ran.code in (0, 1, 2, 3, 75, 78), ran.code
    if len(desk("list", "--json").json) > MOST_KEPT:
        _desk.cache_clear()


@cache
def _desk() -> Desk:
    clock = SteppedClock(START)
    desk = Desk(Path(tempfile.mkdtemp(prefix="fuzz-desk-")), clock, SeventeenTrackSandbox(clock))
    desk("add", "XX12345", "--label", "Kettle")
    return desk


SHOPS = ("aliexpress", "ebay", "amazon", "temu", "wish")
TODAY = date(2026, 11, 22)


def intake(case: bytes) -> None:
    """A table, a list or a pasted text for `import`, by its own looks and as what it is not."""
    for kind in ("", ("csv", "json", "text", "numbers")[knob(case) % 4]):
        try:
            understood = understand(case, SHOPS, kind=kind, today=TODAY)
        except ParcelsError as refusal:
            claims.clean(str(refusal), 2 * claims.SENTENCE)
            continue
        claims.intake(understood)


# -- where cases come from


def _from_answers(adapter: str) -> Callable[[Random], bytes]:
    def make(random: Random) -> bytes:
        good = corpus.answers(adapter)
        return mutations.mutated(random, random.choice(good), random.choice(good))

    return make


_CODES = (
    "",
    "CC_IM_EXCEPTION",
    "Exception_Security",
    "GTMS_SIGNED",
    "InTransit_PickedUp",
    "\0",
    "x" * 300,
)
_SOURCES = ("", "Cainiao", "seventeentrack", "China Post", "\ud800")


@cache
def _pushes() -> tuple[bytes, ...]:
    """The first item of each good answer, as it would be pushed."""
    found = []
    for answer in corpus.answers("seventeentrack"):
        with suppress(ValueError, KeyError, IndexError, TypeError):
            document = {
                "event": "TRACKING_UPDATED",
                "data": json.loads(answer)["data"]["accepted"][0],
            }
            found.append(json.dumps(document).encode("utf-8", "replace"))
    return tuple(found)


def _push(random: Random) -> bytes:
    return mutations.mutated(random, random.choice(_pushes()), random.choice(_pushes()))


def _message(random: Random) -> bytes:
    text = mutations.line(random, corpus.messages())
    if random.random() < 0.02:
        text *= random.choice((20, 400))
    parts = (text, random.choice(_CODES), random.choice(_SOURCES))
    return "\0".join(parts).encode("utf-8", "surrogatepass")


def _lines(random: Random) -> bytes:
    rows = []
    for _ in range(random.randint(1, 3)):
        row = {
            "text": mutations.line(random, corpus.messages()),
            "code": random.choice(_CODES),
            "id": 7,
        }
        rows.append(
            mutations.mutated(random, json.dumps(row).encode(), b'{"text": "Held by customs"}')
        )
    return b"\n".join(rows)


_TYPED = ("2026-09-02", "3d", "3 days ago", "yesterday", "2026-09-02T08:00", "2026-09-02T08:00:00+02:00", "2026W101",
          "1h30m", "PT3H", "P2D", "90m", "LP00123456789012", "RR123456785CN", "2100-12-31", "2000-01-01T00:00-12:00")  # fmt: skip


def _typed(random: Random) -> bytes:
    return mutations.line(random, _TYPED).encode("utf-8", "surrogatepass")


_WAITS = (
    "120",
    "Sun, 20 Sep 2026 12:00:00 GMT",
    "Sunday, 20-Sep-26 12:00:00 GMT",
    "20 Sep 2026 12:00 -9999",
    "-1",
    "1e9",
)


def _headers(random: Random) -> bytes:
    if random.random() < 0.5:
        return mutations.line(random, _WAITS).encode("utf-8", "surrogatepass")
    packed = zlib.compress(
        random.randbytes(20) * random.choice((1, 40_000)), wbits=random.choice((31, 15, -15))
    )
    name = random.choice((b"gzip", b"deflate", b"br", b"gzip, gzip", b""))
    return (
        name
        + b"\0"
        + (mutations.in_bytes(random, packed, packed) if random.random() < 0.7 else packed)
    )


@cache
def _options() -> tuple[str, ...]:
    """Every option of the example, without its comment sign."""
    text = EXAMPLE.read_text("utf-8")
    return tuple(
        line.removeprefix("#") for line in text.splitlines() if re.match(r"#?[\w.]+ = |#?\[", line)
    )


def _configuration(random: Random) -> bytes:
    chosen = sorted(random.sample(range(len(_options())), random.randint(1, 12)))
    text = "\n".join(
        mutations.line(random, [_options()[n]]) if random.random() < 0.4 else _options()[n]
        for n in chosen
    )
    good = text.encode("utf-8", "surrogatepass")
    return (
        mutations.in_bytes(random, good, b"a.b = [[[{x = 1}]]]") if random.random() < 0.4 else good
    )


_VARIABLES = ("PARCELS_CHANNELS__0__URL", "PARCELS_CHANNELS", "PARCELS_POLL", "PARCELS_TIMEZONE", "PARCELS_COUNTRY",
              "PARCELS_ALERTS__REMIND", "PARCELS_DATABASE__PATH", "PARCELS_HEARTBEAT__URL", "PARCELS_RULES",
              "PARCELS_ADAPTERS__SEVENTEENTRACK__API_KEY", "PARCELS_ADAPTERS__MINE", "PARCELS_PROTECTION__SHOPS",
              "PARCELS_ADAPTERS__CAINIAO__BASE_URL", "PARCELS_SEASONS", "PARCELS_READING__EXTRA", "PARCELS_ALERTS__QUIET_HOURS",
              "STATE_DIRECTORY", "XDG_STATE_HOME", "CREDENTIALS_DIRECTORY", "PARCELS_CONFIG")  # fmt: skip
_VALUES = ("json://127.0.0.1/x", "mailto://a:b@c.example", "{}", "[]", "[{}]", '{"a": 1}', "true", "22:00-07:00", "3h",
           "https://api.example/v1", "http://2130706433/", "/", "~", ":memory:", "Europe/Berlin", "DE", "1,2,3", "nan",
           '[{"name": "x", "url": "json://127.0.0.1"}]', '{"kind": "http_json", "base_url": "https://x.example"}')  # fmt: skip


def _environment(random: Random) -> bytes:
    pairs = []
    for _ in range(random.randint(1, 3)):
        name = random.choice(_VARIABLES)
        value = mutations.line(random, _VALUES)
        if random.random() < 0.1:
            name = mutations.line(random, [name])
        pairs.append(f"{name.replace('=', '')}={value}".replace("\0", ""))
    return "\0".join(pairs).encode("utf-8", "surrogatepass")


_OPTIONS = ("--label", "--shop", "--ordered", "--paid", "--paid-with", "--shipped", "--expected", "--protected-until",
            "--protection-days", "--cover", "--from", "--to", "--order-id", "--price", "--currency", "--seller", "--url",
            "--adapter", "--carrier", "--extra", "--json", "--at", "--stage")  # fmt: skip
_GIVEN = ("Blue kettle", "aliexpress", "2026-08-20", "3d", "paypal", "60", "insurance=2026-12-31", "CN", "12.34", "1E-999999",
          "EUR", "https://x.example", "seventeentrack", "190271", "postcode=10115", "", "clearance_exception")  # fmt: skip


_COLUMNS = (
    "number",
    "label",
    "shop",
    "shipped",
    "price",
    "cover",
    "extra",
    "adapter",
    "paid-with",
    "done_as",
    "colour",
)
_CELLS = ("LP00123456789012", "RR123456785CN", "RR123456789CN", "Blue kettle", "ebay", "2026-08-20", "3d", "12.34", "=1+1",
          "insurance=2026-12-31; a=b", '"a ""b""\nc"', "'=x", "\\;", "", "cainiao")  # fmt: skip
_PASTED = (
    "Order ID: 8190231234567890 placed on Nov 02, 2026", "Sendungsnummer: 00340434292135100124", "Tel. +49 171 1234567",
    "Tracking number: LP00123456789012", "Importe total: 1.234,50 €", "Expédié le 5 août 2026", "RR 123 456 785 CN",
    "https://www.ebay.de/order?orderId=12-34567-89012", "1Z 999 AA1 01 2345 6784, 11/12/2026", "", "Article : Coque x2",
)  # fmt: skip


def _intake(random: Random) -> bytes:
    kind = random.random()
    if kind < 0.4:
        sign = random.choice(",;\t|")
        rows = [random.sample(_COLUMNS, 4)] + [
            random.choices(_CELLS, k=4) for _ in range(random.randrange(4))
        ]
        rows[0][0] = "number"
        text = "\n".join(sign.join(row) for row in rows)
    elif kind < 0.6:
        entries = [
            {name: random.choice(_CELLS) for name in random.sample(_COLUMNS, 3)} for _ in range(2)
        ]
        return mutations.mutated(random, json.dumps(entries).encode(), b'[{"extra": {"a": ["b"]}}]')
    else:
        text = "\n".join(random.choices(_PASTED, k=random.randint(1, 12)))
    if random.random() < 0.5:
        text = mutations.line(random, [text])
    codec = random.choice(("utf-8", "utf-8", "utf-16", "utf-16-be"))
    data = text.encode(codec, "surrogatepass")
    return mutations.in_bytes(random, data, b"number;label") if random.random() < 0.3 else data


def _arguments(random: Random) -> bytes:
    command = random.choice(("add", "edit", "event"))
    parts = [
        command,
        mutations.line(random, ("XX12345", "Kettle", f"XX{random.randrange(10**6):06}")),
    ]
    if command == "event":
        parts.append(mutations.line(random, corpus.messages()))
    for _ in range(random.randrange(4)):
        parts += [random.choice(_OPTIONS), mutations.line(random, _GIVEN)]
    whole = "\0".join(part.replace("\0", "") for part in parts)
    return whole.encode("utf-8", "surrogatepass")


TARGETS: Mapping[str, Target] = MappingProxyType(
    {
        "cainiao": Target(cainiao, _from_answers("cainiao"), 14),
        "seventeentrack": Target(seventeentrack, _from_answers("seventeentrack"), 14),
        "http_json": Target(http_json, _from_answers("http_json"), 14),
        "registration": Target(registration, _from_answers("seventeentrack"), 6),
        "push": Target(push, _push, 6),
        "message": Target(message, _message, 14),
        "lines": Target(lines, _lines, 10),
        "typed": Target(typed, _typed, 14),
        "headers": Target(headers, _headers, 10),
        "intake": Target(intake, _intake, 10),
        "configuration": Target(configuration, _configuration, 2.4),
        "environment": Target(environment, _environment, 1.2),
        "arguments": Target(arguments, _arguments, 0.4),
    }
)
