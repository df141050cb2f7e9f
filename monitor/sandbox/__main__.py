"""Serves the sandbox with its shipped parcel histories until Ctrl-C, for trying adapters by hand."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.sandbox.clock import SystemClock
from monitor.sandbox.histories import load_histories
from monitor.sandbox.seventeentrack import SeventeenTrackSandbox

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    clock = SystemClock()
    sandbox = SeventeenTrackSandbox(
        clock,
        key=options.key,
        quota_total=options.quota,
        first_result_after=timedelta(seconds=options.first_result),
        port=options.port,
    )
    shipped = clock.now.date() - timedelta(days=options.day)
    histories = {
        name: replace(history, shipped=shipped) for name, history in load_histories().items()
    }
    for history in histories.values():
        sandbox.script(history)
    with sandbox:
        _say(f"base_url  {sandbox.base_url}")
        _say(f"api_key   {sandbox.key}")
        for name, history in histories.items():
            _say(f"{history.number:<22} {name}: {history.title}")
        _say("Press Ctrl-C to stop.")
        _wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m monitor.sandbox", description=__doc__)
    parser.add_argument(
        "--port", type=int, default=0, help="port on 127.0.0.1 (default: a free one)"
    )
    parser.add_argument("--quota", type=int, default=1000, help="registrations in all")
    parser.add_argument("--key", default="sandbox-key", help="the key callers must send")
    parser.add_argument(
        "--day", type=int, default=20, help="how many days ago the parcels were shipped"
    )
    parser.add_argument(
        "--first-result", type=float, default=5.0, help="seconds from registration to first data"
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
