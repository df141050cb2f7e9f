"""Whether a host answers at all: a connection is opened and closed again, nothing is asked."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.transport.unconnected import why_unconnected

if TYPE_CHECKING:
    import ssl

PATIENCE = 5.0  # seconds
_NEXT_ADDRESS = 0.25  # seconds until a host's second address is tried beside the first
_PORTS = {"http": 80, "https": 443}


async def unreachable(base_url: str, patience: float = PATIENCE) -> str:
    """Why no connection to the host of that address comes about, in words; "" where one does.

    With https the certificate is judged, too, by the same authorities as in a request. No request
    is sent, so that nothing is counted, paid for or mistaken for a robot.
    """
    parts = urlsplit(base_url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    try:
        async with asyncio.timeout(patience):
            _, writer = await asyncio.open_connection(
                host,
                port,
                ssl=_trust() if parts.scheme == "https" else None,
                happy_eyeballs_delay=_NEXT_ADDRESS,
            )
    except TimeoutError:
        return f"{host} does not answer within {patience:g} seconds"
    except OSError as error:
        return f"{host} cannot be connected to: {why_unconnected(error)}"
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return ""


def _trust() -> ssl.SSLContext:
    import httpx  # noqa: PLC0415 - costs 100 ms, and brings the authorities of every request

    return httpx.create_ssl_context(trust_env=False)
