"""The sign of life to a service that raises the alarm when it stops coming."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.errors import ParcelsError
from monitor.transport import HttpClient, Missed, Request

if TYPE_CHECKING:
    from monitor.settings import Settings

SECONDS = 10.0


async def ping(settings: Settings) -> None:
    """Ask the owner's heartbeat address once, where there is one.

    Raises ParcelsError with a sentence that does not hold the address: it is a secret as a whole.
    """
    if settings.heartbeat.url is None:
        return
    url = settings.heartbeat.url.get_secret_value()
    request = Request("GET", url, urlsplit(url).hostname or "", {}, {}, None)
    try:
        async with HttpClient() as client:
            answer = await client.exchange(request, SECONDS, _at_once)
    except Missed as error:
        raise ParcelsError(f"heartbeat.url: {error.detail}") from None
    if answer.status // 100 != 2:  # noqa: PLR2004 - the class of successes
        raise ParcelsError(
            f"heartbeat.url: its service answered {answer.status}; check the address."
        )


async def _at_once() -> None:
    """No turn is waited for: this is asked once a pass."""
