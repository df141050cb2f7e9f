"""How Cainiao turns away who asks too often: the test whether one is human, and when it comes."""

from __future__ import annotations

import json
from collections import deque
from typing import TYPE_CHECKING

from monitor.sandbox.server import Response

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from monitor.sandbox.clock import Clock

# The marks by which both forms can be known (`rgv587_flag`, the element, the path, `x5secdata`) are
# those of public captures of Alibaba's filter; all else here is the sandbox's own.
_PATH = "/global/detail.json/_____tmd_____/punish?x5secdata=sandbox&x5step="
_HTML = f"""<!doctype html>
<html><head><title>One moment</title>
<script>window.rgv587_flag = "sm"; window._config_ = {{"action": "captcha", "url": "{_PATH}1"}};</script>
</head><body><p>Please move the slider.</p><punish-component></punish-component></body></html>
"""
_MTOP = {
    "api": "mtop.sandbox",
    "ret": ["FAIL_SYS_USER_VALIDATE", "RGV587_ERROR::SM::请稍后再来"],
    "data": {"url": f"{_PATH}2"},
    "v": "1.0",
}

# The page comes under 200, so that only its type, its header and its text tell it from an answer.
PAGE = Response(200, _HTML.encode(), "text/html; charset=utf-8", (("bxpunish", "1"),))
GATEWAY = Response(200, json.dumps(_MTOP, ensure_ascii=False).encode())


class Guard:
    """Who is let through, in the time of `clock`. Not thread-safe: called under one lock.

    The request that is number `after` within `window` is still let through; from then on, for
    `lasts`, none is. 0 = everybody always. The real limits are not published.
    """

    def __init__(self, clock: Clock, after: int, window: timedelta, lasts: timedelta) -> None:
        self._clock = clock
        self._after = after
        self._window = window
        self._lasts = lasts
        self._recent: deque[datetime] = deque()
        self._until: datetime | None = None
        self._by_hand = False

    @property
    def up(self) -> bool:
        """Whether a request that came now would be challenged."""
        return self._by_hand or (self._until is not None and self._clock.now < self._until)

    def switch(self, *, on: bool) -> None:
        """Up until it is switched off, or down with nothing counted so far."""
        self._by_hand = on
        self._until = None
        self._recent.clear()

    def admits(self) -> bool:
        """Whether a request passes; one that does is counted."""
        if self.up:
            return False
        if self._after > 0:
            self._count(self._clock.now)
        return True

    def _count(self, now: datetime) -> None:
        self._recent.append(now)
        while now - self._recent[0] >= self._window:
            self._recent.popleft()
        if len(self._recent) >= self._after:
            self._until = now + self._lasts
            self._recent.clear()
