"""Bodies unpacked by ourselves, so that no answer can grow beyond a bound while it is read."""

from __future__ import annotations

import zlib

BODY_LIMIT = 8 * 1024 * 1024
"""Bytes of a body, packed and unpacked alike. A batch of 40 busy parcels has about 160 KB."""

_GZIP = zlib.MAX_WBITS | 16
_WRAPPED = zlib.MAX_WBITS
_RAW = -zlib.MAX_WBITS
_PLAIN = frozenset({"", "identity"})
_WINDOWS = {"gzip": (_GZIP,), "x-gzip": (_GZIP,), "deflate": (_WRAPPED, _RAW)}


class TooLarge(Exception):
    """The body has more than `BODY_LIMIT` bytes, or would have once unpacked."""


class Unreadable(Exception):
    """The body is packed in a way nobody asked for, or damaged."""


def inflated(data: bytes, encoding: str, limit: int = BODY_LIMIT) -> bytes:
    """The body behind a Content-Encoding, at most `limit` bytes.

    We ask for identity; some servers pack nevertheless. Known are gzip and deflate, the latter with
    and without its wrapper, because servers disagree. Raises TooLarge and Unreadable.
    """
    name = encoding.strip().lower()
    if name in _PLAIN:
        if len(data) > limit:
            raise TooLarge
        return data
    for window in _WINDOWS.get(name, ()):
        body = _unpacked(data, window, limit)
        if body is not None:
            return body
    raise Unreadable


def _unpacked(data: bytes, window: int, limit: int) -> bytes | None:
    unpacker = zlib.decompressobj(window)
    try:
        body = unpacker.decompress(data, limit + 1)
    except zlib.error:
        return None
    if len(body) > limit:
        raise TooLarge
    return body if unpacker.eof and not unpacker.unused_data else None
