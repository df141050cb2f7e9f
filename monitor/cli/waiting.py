"""A line that tells somebody who watches what takes long; nothing of it reaches a pipe or a file."""

from __future__ import annotations

import shutil
import sys
import threading
from typing import TYPE_CHECKING, Self

from monitor.cli.clock import stopwatch
from monitor.cli.screen import Screen, cut

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

QUIET = 1.5  # seconds of silence nobody minds
TICK = 0.5  # seconds between two looks at the clock
_ERASE = "\r\x1b[K"


class Waiting:
    """Use as a context manager around what may take seconds; `doing` can be changed meanwhile.

    After a moment a line on standard error says what is being done, and for how many seconds. What
    is printed meanwhile goes through `echo`, so that the line stands in nobody's way.
    """

    def __init__(self, doing: str) -> None:
        self.doing = doing
        self._since = stopwatch()
        self._over = threading.Event()
        self._turn = threading.Lock()
        self._drawn = False
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            self._thread = threading.Thread(target=self._tell, name="waiting", daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        with self._turn:
            self._erase()

    def echo(self, say: Callable[..., object]) -> Callable[..., None]:
        """The same way of printing, with the line out of the way."""

        def said(*words: object, **options: object) -> None:
            with self._turn:
                self._erase()
                say(*words, **options)

        return said

    def _tell(self) -> None:
        pause = QUIET
        while not self._over.wait(pause):
            pause = TICK
            with self._turn:
                self._draw()

    def _draw(self) -> None:
        width = max(1, shutil.get_terminal_size().columns - 1)
        line = cut(f"{self.doing} ({self._since():.0f} s)", width, Screen(width))
        sys.stderr.write(f"{_ERASE}{line}")
        sys.stderr.flush()
        self._drawn = True

    def _erase(self) -> None:
        if self._drawn:
            sys.stderr.write(_ERASE)
            sys.stderr.flush()
            self._drawn = False
