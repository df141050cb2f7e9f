"""What is made of a request before anything in it is believed: path, method, size, signature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.daemon.listening import BODY_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from monitor.adapters.pushes import Pushing

_SAID = {
    200: "200 OK",
    400: "400 Bad Request",
    401: "401 Unauthorized",
    404: "404 Not Found",
    405: "405 Method Not Allowed",
    413: "413 Content Too Large",
    503: "503 Service Unavailable",
}
STORED, UNREADABLE, UNSIGNED, NOT_POSTED, LATER = 200, 400, 401, 405, 503


class Reception:
    """The application behind the server. `take` gets the bytes of a push whose signature holds and says
    with which status it is answered; `turned_away` is called for a push without one.

    What does not even look like a push, as strangers ask every server for, is answered and forgotten.
    """

    def __init__(
        self,
        path: str,
        source: Pushing,
        take: Callable[[bytes], int],
        turned_away: Callable[[], Any],
    ) -> None:
        self._path = path
        self._source = source
        self._take = take
        self._turned_away = turned_away

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """A bare status: no name of a program, and nothing of what came.

        Of an answer whose length is not told beforehand the server closes the connection: no client
        keeps one that could break at the next push.
        """
        status = self._judged(environ)
        allow = [("Allow", "POST")] if status == NOT_POSTED else []
        start(_SAID[status], [("Content-Type", "text/plain; charset=utf-8"), *allow])
        return iter([f"{_SAID[status]}\n".encode()])

    def _judged(self, environ: WSGIEnvironment) -> int:
        if environ.get("PATH_INFO", "").rstrip("/") != self._path:
            return 404
        if environ.get("REQUEST_METHOD") != "POST":
            return NOT_POSTED
        body = environ["wsgi.input"].read(BODY_LIMIT + 1)  # whole already: the server waited for it
        if len(body) > BODY_LIMIT:
            return 413
        if not self._source.signed(body, _headers(environ)):
            self._turned_away()
            return UNSIGNED
        return self._take(body)


def _headers(environ: WSGIEnvironment) -> dict[str, str]:
    """By their names in small letters."""
    return {
        name[5:].replace("_", "-").lower(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
