"""Why a connection did not come about, in words."""

from __future__ import annotations

import socket
import ssl


def why_unconnected(error: BaseException | None) -> str:
    """In words, from the first cause that says more than that it did not work."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return "its certificate is not valid"
        if isinstance(error, ssl.SSLError):
            return "no encrypted connection came about"
        if isinstance(error, socket.gaierror):
            return "its name has no address"
        if isinstance(error, ConnectionRefusedError):
            return "it refuses connections"
        error = error.__cause__ or error.__context__
    return "there was no reply"
