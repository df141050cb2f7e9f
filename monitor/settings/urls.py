"""Addresses in the configuration, checked as far as their text goes."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus, urlsplit

from pydantic import SecretStr

if TYPE_CHECKING:
    from urllib.parse import SplitResult

URL_LIMIT = 4096
# `optional` turns a failed delivery into a success, `retry` competes with the outbox, and
# `format` makes carrier text live markup (Apprise 2.2.0).
FORBIDDEN = ("optional", "retry", "format")

# Patterns as text: most commands judge no address, and none must wait for these.
_SCHEME = r"(?i)[a-z][a-z0-9+.-]*://"
_ANOTHER = r"(?i)[\s,]+[a-z][a-z0-9]{0,15}://"
_HOST = r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+"
_UNSAFE = r"[^\x21-\x7e]|\\"


def base_url(value: object) -> str:
    """Where an adapter's requests go, without a slash at the end.

    https anywhere; http only to this machine, because keys travel in the request. Raises ValueError
    with the reason, without the address.
    """
    text = _plain(value)
    parts = _split(text)
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise ValueError(
            "it must not contain a user name: what stands before @ hides the real host"
        )
    if "?" in text or "#" in text:
        raise ValueError("it must not have a query or a fragment: paths are added to its end")
    if parts.scheme == "http" and not _is_this_machine(parts.hostname or ""):
        raise ValueError(
            "http:// is allowed only to this machine (127.0.0.0/8, ::1, localhost), because the key would "
            "travel unencrypted; write https://"
        )
    return text.rstrip("/")


def _plain(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("it must be an address such as https://api.example.org/v1")
    text = value.strip()
    if len(text) > URL_LIMIT:
        raise ValueError(f"it must not be longer than {URL_LIMIT} characters")
    if re.search(_UNSAFE, text):
        raise ValueError("it must not contain blanks, backslashes or characters outside ASCII")
    return text


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError("it is not an address: the host or the port cannot be read") from None
    if parts.scheme not in {"http", "https"}:
        raise ValueError("it must begin with https://")
    if not re.fullmatch(_HOST, parts.hostname or "") or port == 0:
        raise ValueError("it must name a host, such as https://api.example.org")
    return parts


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False  # a name, or one of the odd spellings of an address such as 127.1


def heartbeat_url(value: object) -> SecretStr | None:
    """The address pinged after a pass; it may be on the owner's own network. None for none."""
    if value is None or value == "":
        return None
    text = _plain(value)
    _split(text)
    return SecretStr(text)


def channel_url(value: object) -> SecretStr:
    """One Apprise URL. That it has exactly one target is checked where Apprise is at hand."""
    text = value.strip() if isinstance(value, str) else ""
    if not re.match(_SCHEME, text):
        raise ValueError("it must be an Apprise URL, something like scheme://…")
    if len(text) > URL_LIMIT or not text.isprintable():
        raise ValueError(f"it must be one line of at most {URL_LIMIT} characters")
    if re.search(_ANOTHER, text):
        raise ValueError("it must be one URL; give each its own [[channels]] table")
    bad = _forbidden(text)
    if bad:
        raise ValueError(f"it must not set {bad}=: deliveries could then no longer be relied on")
    return SecretStr(text)


def _forbidden(text: str) -> str:
    queries = re.split(r"[?&;]", text)[1:]
    keys = {unquote_plus(query.partition("=")[0]).strip().lower() for query in queries}
    return next((name for name in FORBIDDEN if name in keys), "")
