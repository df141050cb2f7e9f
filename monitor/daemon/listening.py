"""The server that pushes come to: small, on the loopback, bounded in all that a client may do."""

from __future__ import annotations

import errno
import logging
import os
import socket
import threading
from typing import TYPE_CHECKING

from waitress.adjustments import Adjustments  # type: ignore[import-untyped]
from waitress.server import TcpWSGIServer  # type: ignore[import-untyped]
from waitress.wasyncore import close_all  # type: ignore[import-untyped]

from monitor.errors import ParcelsError

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from monitor.settings.listening import Listen

BODY_LIMIT = 1 << 20  # bytes; one number with a long history has about 50,000
HEADER_LIMIT = 16 << 10  # bytes of a request's head
CONNECTIONS = 10  # at once; who comes after them waits until one has gone
LIFETIME = 20.0  # seconds a connection has until its request is whole
SWEEP = 5  # seconds between two looks for connections that take too long
STOPPING = 6.0  # seconds a push that is being stored has at the end; the rest is cut off at once
_OWN = 2  # sockets the server itself has among its connections

_WHY = {
    errno.EADDRINUSE: "another program listens there already",
    errno.EADDRNOTAVAIL: "this machine has no such address",
    errno.EACCES: "the user this runs as may not listen there",
    errno.EPERM: (
        "it is not allowed to listen there; under the unit that comes with it add SocketBindAllow= "
        "for the port (docs/webhook.md)"
    ),
}


class NotListeningError(ParcelsError):
    """The address cannot be listened on."""


class _Server(TcpWSGIServer):  # type: ignore[misc]
    """Waitress itself only ends connections that are silent: a byte now and then would keep one."""

    def maintenance(self, now: float) -> None:
        super().maintenance(now)
        for channel in self.active_channels.values():
            if not channel.requests and channel.creation_time < now - LIFETIME:
                channel.will_close = True


class Listener:
    """Serves from its making on, in two threads of its own. Raises NotListeningError."""

    def __init__(self, address: Listen, application: WSGIApplication) -> None:
        logging.getLogger("waitress").setLevel(logging.ERROR)  # of full queues it speaks each time
        bound = _bound(address)
        info = (bound.family, bound.type, bound.proto, bound.getsockname())
        self._server = _Server(
            application, {}, True, bound, adj=_bounds(), bind_socket=False, sockinfo=info
        )
        self._thread = threading.Thread(target=self._server.run, name="webhook", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether anybody still answers: the server's own loop may end by a fault of its own."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Takes nothing more, lets a push that is being stored finish, and hangs up on all others."""
        self._server.task_dispatcher.shutdown(cancel_pending=True, timeout=STOPPING)
        if not self.alive:
            close_all(self._server._map)  # noqa: SLF001 - or nobody could listen there again
            return
        self._server.trigger.pull_trigger(lambda: close_all(self._server._map))  # noqa: SLF001 - its loop ends with the last socket
        self._thread.join(timeout=1.0)


def _bounds() -> Adjustments:
    return Adjustments(
        threads=1,  # one push is stored at a time
        connection_limit=CONNECTIONS + _OWN,
        channel_timeout=int(LIFETIME),
        cleanup_interval=SWEEP,
        backlog=64,
        max_request_header_size=HEADER_LIMIT,
        max_request_body_size=BODY_LIMIT + 1,  # it refuses what is as long as that
        inbuf_overflow=BODY_LIMIT << 1,  # beyond this it would use a file in /tmp
        asyncore_use_poll=True,
        ident=None,
        expose_tracebacks=False,
        log_socket_errors=False,
        clear_untrusted_proxy_headers=True,
    )


def _bound(address: Listen) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        found = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise _not_listening(address, error) from None
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((address.host, address.port))
        found.listen(1)  # another program may hold the same port and only now show
    except OSError as error:
        found.close()
        raise _not_listening(address, error) from None
    return found


def _not_listening(address: Listen, error: OSError) -> NotListeningError:
    why = _WHY.get(error.errno or 0) or os.strerror(error.errno or 0)
    return NotListeningError(f"webhook.listen: {address} cannot be listened on: {why}.")
