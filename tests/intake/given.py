"""What the tests of reading ask: one text in, the numbers and facts out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.intake import understand

if TYPE_CHECKING:
    from monitor.intake import Found, Understood

SHOPS = (
    "aliexpress",
    "amazon",
    "dhgate",
    "ebay",
    "etsy",
    "joom",
    "taobao",
    "temu",
    "tmall",
    "wish",
)


def read(text: str | bytes, **how: Any) -> Understood:
    return understand(text.encode() if isinstance(text, str) else text, SHOPS, **how)


def only(text: str, **how: Any) -> Found:
    """The one parcel of a text."""
    (found,) = read(text, **how).found
    return found


def numbers(text: str, **how: Any) -> list[str]:
    return [found.number for found in read(text, **how).found]


def reasons(text: str) -> dict[str, str]:
    """What was not taken, and why."""
    return {passed.text: passed.reason.value for passed in read(text).passed_over}
