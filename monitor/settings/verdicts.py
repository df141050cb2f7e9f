"""That a configuration was found good is remembered until a byte of it changes.

A cache: whoever deletes it waits once for the whole check. It holds a digest and nothing else.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

try:  # hashlib would load OpenSSL, and a list wait for it
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

from monitor import __version__
from monitor.errors import ParcelsError
from monitor.settings import places

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from monitor.settings.files import Found

_NAME = "configuration-checked"
_DIGEST = 32  # bytes


def fingerprint(file: Found | None, environ: Mapping[str, str]) -> str:
    """Of all that makes a configuration, for this version of the program; "" where there is nothing
    that could be wrong.
    """
    given = [(name, environ[name]) for name in places.option_variables(environ)]
    if file is None and not given:
        return ""
    written = None if file is None else (file.path.absolute(), file.content)
    whole = repr((__version__, written, given)).encode()
    return blake2b(whole, digest_size=_DIGEST).hexdigest()


def was_good(mark: str, environ: Mapping[str, str]) -> bool:
    """Whether the configuration of this fingerprint was found good last time."""
    if not mark:
        return True
    with suppress(OSError, ValueError), _file(environ).open("rb") as file:
        return file.read(len(mark) + 1) == mark.encode()
    return False


def remember(mark: str, environ: Mapping[str, str]) -> None:
    """Note that the configuration of this fingerprint is good. Where nothing can be written, the next
    command checks it again.
    """
    from monitor.files import write_whole  # noqa: PLC0415 - few commands write this

    path = _file(environ)
    with suppress(OSError, ValueError, ParcelsError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, mark.encode())


def _file(environ: Mapping[str, str]) -> Path:
    return places.xdg(environ, "XDG_CACHE_HOME", ".cache") / "parcels" / _NAME
