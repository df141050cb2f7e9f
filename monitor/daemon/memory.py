"""The memory of a service that runs for years: kept in few heaps, and given back when it is free.

Both are asked of the C library of GNU; another one does as it likes.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress

HEAPS = 2
_M_ARENA_MAX = -8  # malloc.h of glibc


def keep_few_heaps() -> None:
    """To be asked before threads begin: left alone, each of them gets a heap of its own, of which what
    is free is of no use to the others (mallopt(3)).
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, HEAPS)


def give_back() -> None:
    """What was freed in the midst of a heap stays with the process until somebody asks (malloc_trim(3))."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
