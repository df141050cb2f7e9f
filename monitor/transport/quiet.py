"""Loggers of libraries that print whole URLs, kept from every handler of this program."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def silence(names: Iterable[str]) -> None:
    """Nothing of these loggers, or of those below them, is heard at any level.

    Keys stand in their lines at INFO (a URL with its query) as well as at ERROR (a URL that could
    not be read). The null handler keeps Python's handler of last resort from printing what has no
    other way out.
    """
    for name in names:
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        logger.propagate = False
        if not any(isinstance(handler, logging.NullHandler) for handler in logger.handlers):
            logger.addHandler(logging.NullHandler())
