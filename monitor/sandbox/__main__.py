"""Serves the sandboxes with their shipped parcel histories until Ctrl-C, for trying adapters by hand."""

from __future__ import annotations

import argparse
import contextlib
import shlex
import signal
import sys
import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.sandbox.cainiao import CainiaoSandbox
from monitor.sandbox.clock import SystemClock
from monitor.sandbox.dhl import SPACING, DhlSandbox
from monitor.sandbox.histories import load_histories
from monitor.sandbox.parcelsapp import ParcelsAppSandbox
from monitor.sandbox.seventeentrack import SeventeenTrackSandbox
from monitor.sandbox.ship24 import Ship24Sandbox

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.sandbox.clock import Clock
    from monitor.sandbox.histories import ParcelHistory
    from monitor.sandbox.keyed import KeyedSandbox

    Sandbox = SeventeenTrackSandbox | CainiaoSandbox | KeyedSandbox


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    clock = SystemClock()
    servers = _sandboxes(clock, options)
    shipped = clock.now.date() - timedelta(days=options.day)
    histories = {
        name: replace(history, shipped=shipped) for name, history in load_histories().items()
    }
    for history in histories.values():
        for server in servers.values():
            server.script(history)
    with contextlib.ExitStack() as running:
        for server in servers.values():
            running.enter_context(server)
        _introduce(servers, histories)
        _wait()
    return 0


def _sandboxes(clock: Clock, options: argparse.Namespace) -> Mapping[str, Sandbox]:
    """The servers by the name of the source each stands for."""
    seventeentrack = SeventeenTrackSandbox(
        clock,
        key=options.key,
        quota_total=options.quota,
        first_result_after=timedelta(seconds=options.first_result),
        webhook=options.push_to,
        port=options.port,
    )
    cainiao = CainiaoSandbox(
        clock, challenge_after=options.challenge_after, port=options.cainiao_port
    )
    return {
        "seventeentrack": seventeentrack,
        "cainiao": cainiao,
        "parcelsapp": ParcelsAppSandbox(clock, key=options.key),
        "ship24": Ship24Sandbox(clock, key=options.key),
        "dhl": DhlSandbox(clock, key=options.key, spacing=SPACING),
    }


def _introduce(servers: Mapping[str, Sandbox], histories: Mapping[str, ParcelHistory]) -> None:
    for name, server in servers.items():
        _say(f"{name:<14}  base_url {server.base_url}")
    _say("Type this in another terminal, so that parcels asks them, or those of them you want:")
    for name, server in servers.items():
        table = f"  export PARCELS_ADAPTERS__{name.upper()}__"
        _say(f"{table}BASE_URL={shlex.quote(server.base_url)}")
        if not isinstance(server, CainiaoSandbox):
            _say(f"{table}API_KEY={shlex.quote(server.key)}")
    for name, history in histories.items():
        _say(f"{history.number:<22} {name}: {history.title}")
    _say("Press Ctrl-C to stop.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m monitor.sandbox", description=__doc__)
    add = parser.add_argument
    add("--port", type=int, default=0, help="port of 17TRACK on 127.0.0.1 (default: a free one)")
    add("--cainiao-port", type=int, default=0, help="port of Cainiao (default: a free one)")
    add("--quota", type=int, default=1000, help="registrations in all")
    add("--key", default="sandbox-key", help="the key callers must send")
    add("--push-to", default="", help="http:// address 17TRACK pushes to when its `push` is called")
    add("--day", type=int, default=20, help="how many days ago the parcels were shipped")
    add("--first-result", type=float, default=5.0, help="seconds from registration to first data")
    add(
        "--challenge-after",
        type=int,
        default=0,
        help="requests within ten minutes that Cainiao answers before it asks for a human for an hour",
    )
    return parser


def _wait() -> None:
    """Until Ctrl-C or SIGTERM."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
