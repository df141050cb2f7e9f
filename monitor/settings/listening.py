"""Where the program itself may be reached: an address of this machine alone, with a port."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

HIGHEST_PORT = 65_535
LOOPBACK = "127.0.0.1"
FORM = 'it must be an address of this machine with a port, such as "127.0.0.1:8765" or "[::1]:8765"'


@dataclass(frozen=True, slots=True)
class Listen:
    """`host` is an IPv4 or IPv6 address of the loopback, without brackets."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def listen(value: object) -> Listen | None:
    """An address of the loopback and a port; None for the empty text.

    What is pushed says what somebody buys and travels unencrypted here, so that nothing but this
    machine's own TLS proxy may come by. Raises ValueError with the reason.
    """
    if isinstance(value, Listen) or value is None:
        return value
    text = value.strip() if isinstance(value, str) else "?"
    if not text:
        return None
    host, colon, port = text.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or len(port) > len(str(HIGHEST_PORT)):
        raise ValueError(FORM)
    if not 1 <= int(port) <= HIGHEST_PORT:
        raise ValueError(f"its port must be from 1 to {HIGHEST_PORT}")
    return Listen(_loopback(host), int(port))


def _loopback(host: str) -> str:
    bracketed = host.startswith("[") and host.endswith("]")
    name = LOOPBACK if host == "localhost" else host[1:-1] if bracketed else host
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        raise ValueError(FORM) from None
    if (address.version == 6) is not bracketed:  # noqa: PLR2004 - a version, not a number
        raise ValueError(f"{FORM}; an IPv6 address stands in brackets")
    if not address.is_loopback or "%" in name:
        raise ValueError(
            "it must be an address of this machine alone (127.0.0.1 or [::1]): what is pushed would "
            "cross the network unencrypted; let your TLS proxy listen there and hand it on to here"
        )
    return str(address)
