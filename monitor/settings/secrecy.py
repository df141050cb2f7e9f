"""Which options are secret, and the values a log must never show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from monitor.settings.model import Settings

SHORTEST = 6  # characters; replacing anything shorter would garble the log and hide nothing

# In the table of an adapter of one's own any key may hold the secret; these words give it away.
_TELLING = r"(?i)key|token|secret|passw|auth|cookie|credential|header"
_TELLING_NOTHING = r"(?i)accept(-language)?|user-agent"
_ENDINGS = r"(?:^|_)(?:key|token|password|secret)$"
# A token: letters and digits, and no host name, unless it is longer than those are.
_OPAQUE = r"(?=.*\d)(?=.*[A-Za-z])(?:[^.]{8,}|.{48,})"
# In a query any name may hold the key; one of some length gives itself away: no word has three digits.
_KEY = r"(?=(?:.*\d){3})(?=(?:.*[A-Za-z]){3})[A-Za-z0-9_+/=-]{16,}"
# The key itself comes from elsewhere and stands there as an option of its own.
_KEYS_PLACE = "{api_key}"


def is_secret_option(name: str) -> bool:
    """Whether an option of a plug-in is a secret by its name, so that it may stand in a file."""
    return re.search(_ENDINGS, name) is not None


def is_secret(path: tuple[str, ...]) -> bool:
    """Whether the option at `path` holds a secret inline. Paths to secret files are none."""
    last = path[-1]
    if path[0] == "channels":
        return last == "url"
    if path[0] == "heartbeat":
        return last == "url"
    if path[0] == "adapters":
        own = path[2:]
        if own[:1] == ("codes",) or (
            own[:1] == ("headers",) and re.fullmatch(_TELLING_NOTHING, last)
        ):
            return False
        return any(re.search(_TELLING, part) and not part.endswith("_file") for part in own)
    return False


def is_secret_value(path: tuple[str, ...], value: object) -> bool:
    """Whether a secret stands there, rather than nothing or the place where the key is filled in."""
    filled_in = isinstance(value, str) and _KEYS_PLACE in value
    return value not in ("", None) and not filled_in and (is_secret(path) or _is_key(path, value))


def _is_key(path: tuple[str, ...], value: object) -> bool:
    asked = path[0] == "adapters" and path[2:3] == ("query",)
    return asked and isinstance(value, str) and re.fullmatch(_KEY, value) is not None


def leaves(tree: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every value of a tree of tables with the way to it; a list of tables counts as a table."""
    if isinstance(tree, list) and tree and all(isinstance(item, dict) for item in tree):
        tree = {str(index): item for index, item in enumerate(tree)}
    if isinstance(tree, dict):
        for name, value in tree.items():
            yield from leaves(value, (*path, str(name)))
    else:
        yield path, tree


def holds_secret(tree: Mapping[str, Any]) -> bool:
    """Whether a configuration as read contains a secret that is not empty."""
    return any(is_secret_value(path, value) for path, value in leaves(dict(tree)))


def secrets_in(settings: Settings) -> tuple[str, ...]:
    """All secret values and token-like parts of secret URLs, longest first."""
    found = {part for value in _values(settings) for part in value if len(part) >= SHORTEST}
    return tuple(sorted(found, key=lambda part: (-len(part), part)))


def _values(settings: Settings) -> Iterator[tuple[str, ...]]:
    urls = [channel.url for channel in settings.channels]
    urls += [settings.heartbeat.url] if settings.heartbeat.url else []
    for url in urls:
        yield _parts(url.get_secret_value())
    adapters = settings.adapters
    keys = [table.api_key for table in adapters.keyed.values()]
    keys += [own.api_key for own in adapters.others.values()]
    yield from ((key.get_secret_value(),) for key in keys if key is not None)
    for name, own in adapters.others.items():
        yield tuple(
            str(value)
            for path, value in leaves(dict(own.options), ("adapters", name))
            if is_secret_value(path, value)
        )
    for plugged in settings.plugged.adapters.values():
        yield plugged.secrets


def _parts(url: str) -> tuple[str, ...]:
    """The URL and the pieces of it that look like tokens, which libraries may print alone."""
    pieces = re.split(r"[/@?&=#+,;\s]+", url.partition("://")[2])
    pieces += [part for piece in pieces for part in piece.split(":")]
    pieces += [unquote_plus(piece) for piece in pieces]
    user = re.match(r"[a-z0-9+.-]+://[^/@]*?:([^/@]+)@", url, re.IGNORECASE)
    password = [user[1], unquote_plus(user[1])] if user else []
    return (url, *password, *(piece for piece in pieces if re.fullmatch(_OPAQUE, piece)))
