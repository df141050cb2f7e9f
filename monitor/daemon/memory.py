"""What the service has freed goes back to the machine, where its C library can be told so."""

from __future__ import annotations

import ctypes
from contextlib import suppress


def give_back() -> None:
    """The library of GNU keeps for each thread what that thread has freed (malloc_trim(3)): a service
    that runs for years would hold on to some MiB more with each. Another one does as it likes.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
