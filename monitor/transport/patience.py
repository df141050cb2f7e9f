"""How long a source that does not answer is put up with, all calls to it taken together."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

_SPENT = 0.005  # seconds; less than this is not worth a request, and timers may fire that early


class OutOfPatience(Exception):
    """The source had its time and did not answer."""


class Patience:
    """A clock of `seconds` that runs while a source owes an answer and starts anew with each one.

    It runs once, however many calls wait, and stands still while none does: a pause between two
    passes, or a call that only waits for its turn, is not the source's fault. When it has run out,
    every call under way ends and every later one is refused at once.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._kept = seconds
        self._deadline: float | None = None
        self._owing = 0
        self._scopes: set[asyncio.Timeout] = set()

    @property
    def left(self) -> float:
        """Seconds, never negative."""
        if self._deadline is None:
            return self._kept
        return max(0.0, self._deadline - asyncio.get_running_loop().time())

    @asynccontextmanager
    async def call(self) -> AsyncIterator[None]:
        """A call that ends with OutOfPatience, wherever it stands, when the clock has run out."""
        if self.left < _SPENT:
            raise OutOfPatience
        scope = asyncio.timeout_at(self._deadline)
        try:
            async with scope:
                self._scopes.add(scope)
                try:
                    yield
                finally:
                    self._scopes.discard(scope)
        except TimeoutError:
            if scope.expired():
                raise OutOfPatience from None
            raise

    @contextmanager
    def owed(self) -> Iterator[None]:
        """While this lasts the source owes an answer, and the clock runs."""
        self._owing += 1
        if self._owing == 1:
            self._run_until(asyncio.get_running_loop().time() + self._kept)
        try:
            yield
        finally:
            self._owing -= 1
            if self._owing == 0:
                self._kept = self.left
                self._run_until(None)

    def answered(self) -> None:
        """The source answered: it has all its time again."""
        self._kept = self._seconds
        if self._owing:
            self._run_until(asyncio.get_running_loop().time() + self._seconds)

    def _run_until(self, deadline: float | None) -> None:
        self._deadline = deadline
        for scope in self._scopes:
            if not scope.expired():
                scope.reschedule(deadline)
