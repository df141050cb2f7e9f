"""One source's line: its address, its pace, our patience with it, and what is tried again."""

from __future__ import annotations

import asyncio
import ipaddress
import json as json_text
import re
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.errors import BadConfiguration, FailureKind, SourceTrouble
from monitor.transport.answer import Answer, Missed, Request
from monitor.transport.pace import SharedPace
from monitor.transport.patience import OutOfPatience, Patience

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from monitor.transport.client import HttpClient
    from monitor.transport.pace import Pace

ATTEMPT = 30.0
"""Seconds one attempt may take, from its first byte out to its last byte in."""

_LONGEST_PAUSE = 15.0  # seconds between two attempts, unless the source asks for more
_STALE = 0.1  # part of the spacing by which a request may leave after its turn
_LATE = 0.1  # seconds; however wide the spacing is, not more than this
_SENDABLE = re.compile(r"[\x20-\x7e]*")  # a line break would begin a header of its own
_NOTHING: Mapping[str, str] = MappingProxyType({})


class Wire:
    """One source's line for one pass: `post` and `get` return an Answer or raise SourceTrouble.

    `base_url`: https, or http to this machine itself; anything else raises BadConfiguration. At most
    `patience` seconds are spent on the source since its last answer, retries and concurrent calls
    included; then every further call is refused at once, so make a new Wire for the next pass.
    An answer that starts the patience anew is one that `post` or `get` returns: a source that keeps
    saying 429 or 503 does not prolong its time. `attempts` counts the first one. `first_pause` is
    the pause (seconds) before the second attempt and doubles from there. `secrets` are cut out of
    every message, should one ever come that far.
    """

    def __init__(
        self,
        client: HttpClient,
        *,
        base_url: str,
        pace: Pace,
        patience: float = 60.0,
        secrets: Sequence[str] = (),
        attempts: int = 5,
        attempt_seconds: float = ATTEMPT,
        first_pause: float = 0.5,
    ) -> None:
        self.host = _checked_host(base_url)
        self.used = False  # whether anything has been asked
        self._base = base_url.rstrip("/")
        self._client = client
        self._pace = pace
        self._patience_seconds = patience
        self._patience = Patience(patience)
        self._secrets = tuple(secret for secret in secrets if secret)
        self._attempts = attempts
        self._attempt_seconds = attempt_seconds
        self._first_pause = first_pause

    async def post(
        self,
        path: str,
        *,
        json: object,
        headers: Mapping[str, str] = _NOTHING,
        repeatable: bool = True,
    ) -> Answer:
        """Posts JSON. `repeatable` False: never sent twice unless the first certainly did nothing.

        Raises SourceTrouble; with `maybe_done` where an unrepeatable request may have taken effect.
        """
        content = json_text.dumps(json, allow_nan=False, separators=(",", ":")).encode("ascii")
        sent = {"Content-Type": "application/json", **headers}
        return await self._call(self._request("POST", path, sent, content=content), repeatable)

    async def get(
        self,
        path: str,
        *,
        params: Mapping[str, str] = _NOTHING,
        headers: Mapping[str, str] = _NOTHING,
        repeatable: bool = True,
    ) -> Answer:
        """Asks. Raises SourceTrouble, as `post` does."""
        return await self._call(self._request("GET", path, headers, params=params), repeatable)

    def without_secrets(self, text: str) -> str:
        """The text with all that is secret here cut out."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def _request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        *,
        params: Mapping[str, str] = _NOTHING,
        content: bytes | None = None,
    ) -> Request:
        if not all(_SENDABLE.fullmatch(value) for value in headers.values()):
            detail = f"a key or another header for {self.host} holds characters that cannot be sent"
            raise SourceTrouble(FailureKind.BAD_REQUEST, detail)
        tail = path.lstrip("/")
        url = f"{self._base}/{tail}" if tail else self._base
        return Request(method, url, self.host, dict(headers), dict(params), content)

    async def _call(self, request: Request, repeatable: bool) -> Answer:
        call = _Call(self._client, request, repeatable=repeatable)
        try:
            async with self._patience.call():
                await self._pace.turn()  # waiting for our own turn is not the source's fault
                self.used = True
                with self._patience.owed():
                    answer = await self._tried(call)
                    self._patience.answered()
                    return answer
        except OutOfPatience:
            detail = f"{self.host} has not answered for {self._patience_seconds:g} seconds"
            missed = Missed(FailureKind.TRANSIENT, detail, reached=call.reached)
        except Missed as failure:
            missed = failure
        raise self._trouble(missed, repeatable=repeatable)

    async def _tried(self, call: _Call) -> Answer:
        """The first usable answer. Raises the Missed of the last attempt."""
        import stamina  # noqa: PLC0415 - loaded only when something is asked
        import stamina.instrumentation  # noqa: PLC0415

        # Its default hook logs the failure with its text, at a level that is on.
        stamina.instrumentation.set_on_retry_hooks(())
        pauses = self._pauses(call)
        async for attempt in stamina.retry_context(pauses, attempts=self._attempts, timeout=None):
            with attempt:
                if attempt.num > 1:
                    await self._pace.turn()
                return await call.send(self._attempt_seconds, self._punctual())
        raise AssertionError("the last attempt returns or raises")

    def _pauses(self, call: _Call) -> Callable[[Exception], float | bool]:
        """For each failure the seconds until the next attempt, or False where there is none."""
        doubling = self._first_pause

        def pause_after(failure: Exception) -> float | bool:
            nonlocal doubling
            if not isinstance(failure, Missed) or not call.may_repeat(failure):
                return False
            pause = max(doubling, failure.wait or 0.0)
            doubling = min(doubling * 2, _LONGEST_PAUSE)
            return pause if pause < self._patience.left else False

        return pause_after

    def _punctual(self) -> Callable[[], Awaitable[None]]:
        """Takes the turn again when making a connection took so long that the first one is stale.

        Otherwise a request that waited for a handshake would arrive together with those behind it,
        which find the connection ready.
        """
        loop = asyncio.get_running_loop()
        turn_taken = loop.time()
        pace = self._pace

        async def connected() -> None:
            if not isinstance(pace, SharedPace):
                return
            if loop.time() - turn_taken > min(pace.spacing * _STALE, _LATE):
                await pace.turn()

        return connected

    def _trouble(self, missed: Missed, *, repeatable: bool) -> SourceTrouble:
        return SourceTrouble(
            missed.kind,
            self.without_secrets(missed.detail),
            wait=None if missed.wait is None else timedelta(seconds=missed.wait),
            maybe_done=missed.reached and not repeatable,
        )


class _Call:
    """One request on its way through its attempts."""

    def __init__(self, client: HttpClient, request: Request, *, repeatable: bool) -> None:
        self._client = client
        self._request = request
        self._repeatable = repeatable
        self.reached = False  # whether the source may have acted on it

    async def send(self, seconds: float, connected: Callable[[], Awaitable[None]]) -> Answer:
        self.reached = True
        try:
            return await self._client.exchange(self._request, seconds, connected)
        except Missed as failure:
            self.reached = failure.reached
            raise

    def may_repeat(self, failure: Missed) -> bool:
        return failure.again and (self._repeatable or not failure.reached)


def _checked_host(base_url: str) -> str:
    """The host's name, when the address is one that a key may be sent to."""
    try:
        parts = urlsplit(base_url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise BadConfiguration("base_url is not a web address; write https://host/path") from None
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise BadConfiguration("base_url must not hold a user name; it would hide the real host")
    if parts.query or parts.fragment or not host:
        raise BadConfiguration("base_url is an address without a query; write https://host/path")
    if parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host)):
        return host
    raise BadConfiguration(
        f"base_url of {host} must begin with https://; plain http is for this machine itself only"
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
