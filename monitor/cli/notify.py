"""`parcels notify-test`: one message through each channel, and what became of it."""

from __future__ import annotations

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from monitor.cli.office import json_option, office_of, print_json
from monitor.cli.refs import channels
from monitor.cli.wording import cell
from monitor.errors import BadConfiguration, BadInput
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from monitor.channels import Outlet
    from monitor.cli.office import Office
    from monitor.settings import Channel

NONE_CONFIGURED = (
    "No channel is configured: alerts go to standard output of `parcels run` and `parcels poll`, and "
    "stay in `parcels alerts`. To be reached elsewhere, put a [[channels]] table with a name and an Apprise "
    "url into the configuration; `parcels init` can write one."
)
TITLE = "Test message of the parcel monitor"
COLOURS = {"sent": "green", "failed": "red", "unknown": "yellow"}
NAME_WIDTH = 10


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of the test on one channel. `delivery` is sent, failed or unknown."""

    channel: str
    delivery: str
    detail: str


@click.command("notify-test", epilog="Example: parcels notify-test --channel phone")
@click.option(
    "--channel", metavar="NAME", shell_complete=channels, help="Only this one of your channels."
)
@json_option
@click.pass_context
def notify_test_command(ctx: click.Context, channel: str | None, as_json: bool) -> None:
    """Send a test message through each channel and say what became of it. Nothing is repeated.
    Exit code 1 when one did not get through."""
    with office_of(ctx) as office:
        wanted = _wanted(office, channel)
        if not wanted:
            click.echo(f"parcels: {NONE_CONFIGURED}", err=True)
        tried = asyncio.run(_try_all(office, wanted, as_json=as_json))
    if as_json:
        print_json([{"channel": t.channel, **_outcome(t)} for t in tried])
    if any(t.delivery != "sent" for t in tried):
        ctx.exit(1)


def _outcome(tried: Tried) -> dict[str, str]:
    return {"delivery": tried.delivery, "detail": tried.detail}


def _wanted(office: Office, name: str | None) -> Sequence[Channel]:
    known = office.settings.channels
    if name is None:
        return known
    found = [channel for channel in known if channel.name.casefold() == name.casefold()]
    if not found:
        raise BadInput(f"--channel: {_unknown(name, [channel.name for channel in known])}")
    return found


def _unknown(name: str, known: Sequence[str]) -> str:
    import difflib

    sentence = f"there is no channel {clean_text(name, 60)!r}"
    if not known:
        return f"{sentence}. {NONE_CONFIGURED}"
    near = difflib.get_close_matches(name, known, n=1)
    return (
        f"{sentence}; did you mean {near[0]}?" if near else f"{sentence}; there is {_all(known)}."
    )


def _all(names: Sequence[str]) -> str:
    return ", ".join(clean_text(name, 60) for name in names)


async def _try_all(office: Office, wanted: Sequence[Channel], *, as_json: bool) -> list[Tried]:
    """Side by side, so that one that hangs holds up no other; each is said when it is known."""
    done: list[Tried] = []
    async for tried in _as_they_come(office, wanted):
        _clear_waiting()
        done.append(tried)
        if not as_json:
            click.echo(_line(tried))
        _show_waiting([c.name for c in wanted if c.name not in {t.channel for t in done}])
    order = [channel.name for channel in wanted]
    return sorted(done, key=lambda tried: order.index(tried.channel))


async def _as_they_come(office: Office, wanted: Sequence[Channel]) -> AsyncIterator[Tried]:
    _show_waiting([channel.name for channel in wanted])
    body = _body(office)
    outlets: list[Outlet] = []
    for channel in wanted:  # one after the other: Apprise is loaded with the first
        try:
            outlets.append(_opened(channel))
        except BadConfiguration as error:
            yield Tried(channel.name, "failed", str(error))
    # A thread each: the loop's own are few, and those that hang would keep the others waiting.
    threads, loop = ThreadPoolExecutor(max(1, len(outlets))), asyncio.get_running_loop()
    trying = [loop.run_in_executor(threads, _try, outlet, body) for outlet in outlets]
    for coming in asyncio.as_completed(trying):
        yield await coming


def _opened(channel: Channel) -> Outlet:
    from monitor.channels import Channel as Target, open_channel

    return open_channel(Target(channel.name, channel.url.get_secret_value(), channel.min_severity))


def _try(outlet: Outlet, body: str) -> Tried:
    result = outlet.send(TITLE, body)
    return Tried(outlet.name, result.delivery.value, result.detail)


def _body(office: Office) -> str:
    from monitor.message.texts import shown_time

    return (
        f"Sent with `parcels notify-test` on {shown_time(office.now, office.style)}.\n"
        "When you can read this, alerts about your parcels reach you here."
    )


def _line(tried: Tried) -> str:
    word = click.style(f"{tried.delivery:8}", fg=COLOURS[tried.delivery])
    return f"{cell(tried.channel, NAME_WIDTH)} {word} {tried.detail}"


def _show_waiting(names: Sequence[str]) -> None:
    """A line for somebody who watches; the next result takes its place."""
    if names and sys.stderr.isatty():
        click.echo(f"waiting for {clean_text(_all(names), 60)} …", nl=False, err=True)


def _clear_waiting() -> None:
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", nl=False, err=True)
