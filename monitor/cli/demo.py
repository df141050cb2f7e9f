"""`parcels demo`: weeks of seven parcels in less than a minute, with every part real but the clock."""

from __future__ import annotations

import asyncio
import gc
import os
import shlex
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.errors import BadInput
from monitor.message.texts import count
from monitor.parcel import Parcel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from monitor.history import History
    from monitor.sandbox.clock import SteppedClock
    from monitor.sandbox.histories import ParcelHistory
    from monitor.sandbox.receiver import Receiver
    from monitor.sandbox.seventeentrack import SeventeenTrackSandbox
    from monitor.settings import Settings
    from monitor.sweep.office import Pass

START = datetime(2026, 9, 1, 6, tzinfo=UTC)
BETWEEN_PASSES = timedelta(hours=6)
KEY = "demo-key-of-the-sandbox"
LABELS = {
    "1-normal": "Desk lamp",
    "2-exception-resolves": "Rain jacket",
    "3-exception-stays": "Espresso grinder",
    "4-refused-prohibited": "Pocket knife",
    "5-never-scanned": "Phone case",
    "6-delivered-late": "Bicycle light",
    "7-payment-due": "Mechanical keyboard",
}
NEXT_STEPS = """
What to do next
  1. Watch your first parcel; numbers of AliExpress need no key:
       parcels add LP00123456789012 --label "Blue kettle" --shipped 3d
  2. Look once, now:
       parcels poll
  3. Say where alerts go (mail, Telegram, …), and try it:
       parcels init && parcels notify-test
  4. Let it watch by itself, here or under systemd (systemd/README.md):
       parcels run
  Other numbers need a free 17TRACK key (api.17track.net); every command has --help.
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """The parts of the demo that run: the clock they live by, the server, the receiver."""

    clock: SteppedClock
    sandbox: SeventeenTrackSandbox
    receiver: Receiver
    settings: Settings
    history: History
    histories: Mapping[str, ParcelHistory]


@click.command("demo", epilog="Example: parcels demo --days 30 --speed 10")
@click.option(
    "--days",
    type=click.IntRange(1, 365),
    default=75,
    show_default=True,
    help="How many days to let pass.",
)
@click.option(
    "--speed",
    type=click.FloatRange(0.1, 1000),
    default=3.0,
    show_default=True,
    help="Days a second, at most.",
)
@click.option(
    "--keep",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Keep the database there, to look at afterwards.",
)
@click.option("--notify", metavar="URL", help="Send every alert to this Apprise URL as well.")
@click.pass_context
def demo_command(
    ctx: click.Context, days: int, speed: float, keep: Path | None, notify: str | None
) -> None:
    """Watch the monitor at work: a local server that behaves like 17TRACK, seven parcels, a clock
    that runs fast, real HTTP, a real database, and every alert as its receiver gets it."""
    gc.enable()  # off since the start
    if keep is not None and keep.exists():
        raise BadInput(f"--keep: {keep} exists already; name a file that does not.")
    if keep is not None and not keep.parent.is_dir():
        raise BadInput(f"--keep: there is no folder {keep.parent}; make it first.")
    with tempfile.TemporaryDirectory(prefix="parcels-demo-") as folder, ExitStack() as stack:
        stage = _built(Path(folder), notify, stack)
        _add_parcels(stage)
        asyncio.run(_live(stage, days, speed))
        _sum_up(stage, days)
        if keep is not None:
            stage.history.copy_to(keep)
            click.echo(f"\nThe database is kept in {keep}. Look into it with:")
            click.echo(
                f"  PARCELS_DATABASE__PATH={shlex.quote(str(keep))} PARCELS_NOW={stage.clock.now:%Y-%m-%dT%H:%M:%SZ} parcels list"
            )
    click.echo(NEXT_STEPS)
    ctx.exit(0 if stage.receiver.messages or days < 14 else 1)  # noqa: PLR2004 - two weeks are quiet


def _built(folder: Path, notify: str | None, stack: ExitStack) -> Stage:
    from monitor.history import History
    from monitor.sandbox.clock import SteppedClock
    from monitor.sandbox.histories import load_histories
    from monitor.sandbox.receiver import Receiver
    from monitor.sandbox.seventeentrack import SeventeenTrackSandbox

    clock = SteppedClock(START)
    sandbox = SeventeenTrackSandbox(clock, key=KEY, rate_on_clock=True)
    histories = load_histories()
    for history in histories.values():
        sandbox.script(replace(history, shipped=START.date()))
    stack.enter_context(sandbox)
    receiver = stack.enter_context(Receiver())
    settings = _settings(folder, sandbox.base_url, receiver.url, notify)
    database = stack.enter_context(History.open(settings.database.path, now=clock.now))
    return Stage(clock, sandbox, receiver, settings, database, histories)


def _settings(folder: Path, base_url: str, receiver: str, notify: str | None) -> Settings:
    """The demo's own configuration: nothing of the owner's is read or touched."""
    from monitor.settings import load

    channels = [("demo", receiver), *([("notify", notify)] if notify else [])]
    environ = {
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
        "PATH": os.environ.get("PATH", ""),
        "TZ": "UTC",
        "PARCELS_DATABASE__PATH": str(folder / "parcels.db"),
        "PARCELS_COUNTRY": "DE",
        "PARCELS_ALERTS__QUIET_HOURS": "",  # whoever watches weeks go by is awake
        "PARCELS_ALERTS__DIGEST_AT": "",
        "PARCELS_ADAPTERS__CAINIAO__ENABLED": "false",  # of 17TRACK alone, and of no network
        "PARCELS_ADAPTERS__SEVENTEENTRACK__API_KEY": KEY,
        "PARCELS_ADAPTERS__SEVENTEENTRACK__BASE_URL": base_url,
    }
    for index, (name, url) in enumerate(channels):
        environ[f"PARCELS_CHANNELS__{index}__NAME"] = name
        environ[f"PARCELS_CHANNELS__{index}__URL"] = url
    empty = folder / "config.toml"
    empty.touch(mode=0o600)
    return load(empty, environ)


def _add_parcels(stage: Stage) -> None:
    click.echo(
        f"The sandbox answers at {stage.sandbox.base_url}; the clock stands at {START:%d %b %Y}."
    )
    for name, history in stage.histories.items():
        label = LABELS.get(name, name)
        stage.history.parcels.add(
            Parcel(
                0,
                history.number,
                stage.clock.now,
                label=label,
                shop=stage.settings.protection.default_shop,
                shipped=START.date(),
            )
        )
        click.echo(f"  watching {label:20} {history.number:16} ({history.title})")
    click.echo()


async def _live(stage: Stage, days: int, speed: float) -> None:
    whole = _pass(stage)
    shown = 0
    started = time.perf_counter()
    passes = int(timedelta(days=days) / BETWEEN_PASSES)
    with _bar(days) as advance:
        for number in range(passes):
            await whole.run(stage.history.parcels.watched(), stage.clock.now)
            arrived = stage.receiver.messages
            for message in arrived[shown:]:
                _show(stage.clock.now, message.title, message.body)
            shown = len(arrived)
            advance((number + 1) * BETWEEN_PASSES / timedelta(days=1))
            stage.clock.set(START + (number + 1) * BETWEEN_PASSES)
            behind = (number + 1) * BETWEEN_PASSES / timedelta(days=1) / speed
            await asyncio.sleep(max(0.0, behind - (time.perf_counter() - started)))


def _pass(stage: Stage) -> Pass:
    from monitor.sweep.court import court_from
    from monitor.sweep.instance import alive, holder
    from monitor.sweep.office import Pass, speakers_of
    from monitor.transport import ClockPace

    clock = stage.clock
    return Pass(
        history=stage.history,
        settings=stage.settings,
        court=court_from(stage.settings),
        speakers=speakers_of(stage.settings, click.echo),
        holder=holder(),
        alive=alive,
        pace_of=lambda _, spacing: ClockPace(lambda: clock.now, clock.sleep, spacing),
    )


def _bar(days: int) -> _Bar:
    return _Bar(days)


class _Bar:
    """The day that is being lived: a bar for a person, a line a week for a file."""

    def __init__(self, days: int) -> None:
        self._days = days
        self._week = 0
        self._stack = ExitStack()
        self._set: Callable[[float], None] = self._line

    def __enter__(self) -> Callable[[float], None]:
        if sys.stderr.isatty():
            self._set = self._drawn()
        return self._set

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _line(self, day: float) -> None:
        week = int(day // 7)
        if week > self._week:
            self._week = week
            click.echo(f"… day {int(day)} of {self._days}", err=True)

    def _drawn(self) -> Callable[[float], None]:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        text = TextColumn("day {task.completed:.0f} of {task.total:.0f}")
        progress = Progress(BarColumn(), text, console=Console(stderr=True), transient=True)
        self._stack.enter_context(progress)
        task = progress.add_task("", total=self._days)
        return lambda day: progress.update(task, completed=day)


def _show(now: datetime, title: str, body: str) -> None:
    width = min(78, shutil.get_terminal_size().columns - 1)
    click.secho(f"┌ {now:%a %d %b %Y %H:%M}  {title}"[:width], bold=True)
    for line in _wrapped(body, width - 2):
        click.echo(f"│ {line}".rstrip())
    click.echo("└" + "─" * (width - 1))


def _wrapped(body: str, width: int) -> Iterator[str]:
    import textwrap

    for line in body.splitlines():
        yield from textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False) or [
            ""
        ]


def _sum_up(stage: Stage, days: int) -> None:
    passed = "1 day has" if days == 1 else f"{days} days have"
    arrived = count(len(stage.receiver.messages), "message")
    click.echo(f"\n{passed} passed; {arrived} arrived:")
    rows = stage.history.outbox.rows(limit=10_000)
    for parcel in stage.history.parcels.all():
        told = [
            f"{r.kind}:{r.severity}"
            for r in reversed(rows)
            if r.parcel_id == parcel.id and r.channel == "demo"
        ]
        with suppress(ValueError):
            click.echo(f"  {parcel.label:20} {' → '.join(told) or 'nothing to tell'}")
