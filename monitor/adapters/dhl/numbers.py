"""Which numbers DHL may know. A form proves nothing: a wrong guess costs one of the day's calls."""

from __future__ import annotations

import re

# Forms as public lists of carriers' numbers have them, and as DHL's own pages show them.
_OWN = re.compile(
    r"J(JD|VGL|[A-Z]{2})\d{10,20}"  # a piece of Express or Paket
    r"|00340\d{15}"  # Paket, the long form
    r"|GM\d{16,18}"  # eCommerce
    r"|[A-Z]{2}\d{9}DE",  # Deutsche Post
    re.ASCII,
)
_EXPRESS = re.compile(r"(\d{9})(\d)", re.ASCII)
# Where Deutsche Post delivers what comes from any other post.
_AT_HOME = re.compile(r"[A-Z]{2}\d{9}[A-Z]{2}|\d{12}", re.ASCII)


def is_of_dhl(number: str, country: str) -> bool:
    """Whether it is worth a call; `country` is where the owner's parcels usually come to."""
    if _OWN.fullmatch(number) or (country == "DE" and _AT_HOME.fullmatch(number)):
        return True
    express = _EXPRESS.fullmatch(number)
    return express is not None and int(express[1]) % 7 == int(express[2])
