"""One HTTP exchange with every bound on it: time, size, redirects, encodings."""

from __future__ import annotations

import asyncio
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from monitor import __version__
from monitor.errors import FailureKind
from monitor.transport.answer import Answer, Missed
from monitor.transport.inflate import BODY_LIMIT, TooLarge, Unreadable, inflated
from monitor.transport.quiet import silence
from monitor.transport.retry_after import seconds_to_wait
from monitor.transport.unconnected import why_unconnected

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable, Mapping
    from types import TracebackType

    import httpx

    from monitor.transport.answer import Request

_CONNECT = 10.0  # seconds for a connection; the attempt as a whole has its own deadline
_KEPT_ALIVE = 15.0  # seconds; a pass reuses its connection, the next pass is long after
_BUSY = frozenset({500, 502, 503, 504})
_TOO_FAST = 429


@cache
def _certificates() -> ssl.SSLContext:
    """What servers are checked by; read once in a process, as reading them takes 30 ms."""
    import httpx  # noqa: PLC0415 - see HttpClient

    return httpx.create_ssl_context(trust_env=False)


class HttpClient:
    """The one client of a process: `async with HttpClient() as client`.

    httpx is loaded on entry, not on import. Redirects are not followed, because a key would travel
    along; environment variables for proxies are not read; cookies are never kept.
    """

    def __init__(self) -> None:
        self._http: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        import httpx  # noqa: PLC0415 - costs 100 ms, which `parcels add` shall not pay

        silence(("httpx", "httpcore"))
        self._http = httpx.AsyncClient(
            verify=_certificates(),
            follow_redirects=False,
            trust_env=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            headers={"User-Agent": f"stuck-package-monitor/{__version__}"},
            timeout=httpx.Timeout(None, connect=_CONNECT),
            # Not fewer in all than are wanted: sources that hang would hold up the others. Each
            # source is asked about a few things at once only.
            limits=httpx.Limits(max_connections=None, keepalive_expiry=_KEPT_ALIVE),
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def exchange(
        self, request: Request, seconds: float, connected: Callable[[], Awaitable[None]]
    ) -> Answer:
        """One attempt of at most `seconds`, the whole body included. Raises Missed.

        `connected` is awaited between the connection and the request.
        """
        if self._http is None:
            raise RuntimeError("an HttpClient is used inside `async with`")
        try:
            async with asyncio.timeout(seconds):
                return await _exchanged(self._http, request, connected)
        except TimeoutError:
            detail = f"{request.host} did not answer in full within {seconds:g} seconds"
            raise Missed(FailureKind.TRANSIENT, detail, reached=True, again=True) from None
        except (ValueError, OSError) as error:
            raise _missed(request.host, error) from None


async def _exchanged(
    http: httpx.AsyncClient, request: Request, connected: Callable[[], Awaitable[None]]
) -> Answer:
    import httpx  # noqa: PLC0415 - loaded on entry already

    async def trace(event: str, _info: object) -> None:
        if event.endswith(".send_request_headers.started"):
            await connected()

    streaming = http.stream(
        request.method,
        request.url,
        params=dict(request.params) or None,
        headers={**request.headers, "Accept-Encoding": "identity"},
        content=request.content,
        extensions={"trace": trace},
    )
    try:
        async with streaming as response:
            _judge(request.host, response.status_code, response.headers)
            body = await _body(request.host, response)
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        raise _missed(request.host, error) from None
    return Answer(response.status_code, MappingProxyType(dict(response.headers.items())), body)


def _judge(host: str, status: int, headers: Mapping[str, str]) -> None:
    """Raises Missed for an answer that no adapter shall see."""
    wait = seconds_to_wait(headers)
    pause = "" if wait is None else f" and wants to be left alone for {wait:g} seconds"
    if status == _TOO_FAST:
        detail = f"{host} says that requests come too fast (429){pause}"
        raise Missed(FailureKind.RATE_LIMITED, detail, reached=False, again=True, wait=wait)
    if status // 100 == 5:  # noqa: PLR2004 - the class of server errors
        detail = f"{host} answered with an error of its own ({status}){pause}"
        again = status in _BUSY
        raise Missed(FailureKind.TRANSIENT, detail, reached=True, again=again, wait=wait)
    if status // 100 == 3:  # noqa: PLR2004 - the class of redirects
        detail = (
            f"{host} answered with a redirect to another address; redirects are not followed, "
            "correct base_url if the source has moved"
        )
        raise Missed(FailureKind.DRIFT, detail, reached=True)


async def _body(host: str, response: httpx.Response) -> bytes:
    try:
        data = await _collected(response)
        return inflated(data, response.headers.get("content-encoding", ""))
    except TooLarge:
        detail = f"{host} sent more than {BODY_LIMIT // 1024 // 1024} MiB in one answer"
    except Unreadable:
        detail = f"{host} sent an answer packed in a way that was not asked for, or damaged"
    raise Missed(FailureKind.DRIFT, detail, reached=True)


async def _collected(response: httpx.Response) -> bytes:
    """The body as it came over the line, packed or not. Raises TooLarge as soon as it is."""
    declared = response.headers.get("content-length", "")
    data = bytearray()
    if declared.isdecimal() and int(declared[:20]) > BODY_LIMIT:
        raise TooLarge
    async for chunk in response.aiter_raw():
        data += chunk
        if len(data) > BODY_LIMIT:
            raise TooLarge
    return bytes(data)


def _missed(host: str, error: Exception) -> Missed:
    """What a failed attempt means. The library's own text holds the URL and is dropped."""
    import httpx  # noqa: PLC0415 - loaded on entry already

    unsent = (httpx.LocalProtocolError, httpx.UnsupportedProtocol, httpx.InvalidURL, ValueError)
    if isinstance(error, unsent):
        detail = f"a request to {host} holds characters that cannot be sent; check key and number"
        return Missed(FailureKind.BAD_REQUEST, detail, reached=False)
    if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)):
        detail = f"{host} cannot be connected to: {why_unconnected(error)}"
        return Missed(FailureKind.TRANSIENT, detail, reached=False, again=True)
    detail = f"the connection to {host} broke before the answer was complete"
    return Missed(FailureKind.TRANSIENT, detail, reached=True, again=True)
