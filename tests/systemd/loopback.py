"""A 17TRACK and a receiver of alerts on fixed ports, which say on standard output what they heard."""

from __future__ import annotations

import sys
import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.sandbox.clock import SystemClock
from monitor.sandbox.histories import load_histories
from monitor.sandbox.receiver import Receiver
from monitor.sandbox.seventeentrack import SeventeenTrackSandbox

if TYPE_CHECKING:
    from monitor.sandbox.server import Request, Response

KEY = "key-from-a-credential"
STUCK = "4-refused-prohibited"  # refused by customs on its eleventh day, which is told at once
AGE = timedelta(days=20)


class Source(SeventeenTrackSandbox):
    def answer(self, request: Request) -> Response:
        response = super().answer(request)
        say(f"17track {request.path.rpartition('/')[2]} {response.status}")
        return response


class Mailbox(Receiver):
    def answer(self, request: Request) -> Response:
        response = super().answer(request)
        if response.status == 200 and self.messages:
            say(f"received {self.messages[-1].title}")
        return response


def main() -> None:
    clock = SystemClock()
    history = replace(load_histories()[STUCK], shipped=(clock.now - AGE).date())
    source = Source(clock, key=KEY, first_result_after=timedelta(0), port=8017)
    source.script(history)
    with source, Mailbox(port=8018):
        say(f"number {history.number}")
        threading.Event().wait()


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
