"""What is sent to register a number: itself, its carrier and country, and what a carrier insists on."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from monitor.adapters.seventeentrack.answers import KEY_LIMIT
from monitor.adapters.seventeentrack.outcomes import country
from monitor.errors import BadInput
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from monitor.adapters.contract import Ask

EXTRA_LIMIT = 100  # characters of one value
_TAIL = 4  # digits of a phone number that most carriers ask for
_PHONE = "phone"
FINAL_CARRIER = "final_carrier"
_CANDIDATES = 5
_PART = 3  # letters of a name at the least

# Names `--extra` takes, and the field of v2.4 each fills.
known_extras: Mapping[str, str] = MappingProxyType(
    {
        "destination_postal_code": "destination_postal_code",
        "postcode": "destination_postal_code",
        "postal_code": "destination_postal_code",
        "destination_city": "destination_city",
        "city": "destination_city",
        "phone_number_last_4": "phone_number_last_4",
        "phone_number": "phone_number",
        _PHONE: "phone_number_last_4",  # phone_number when it has more digits
        "ship_date": "ship_date",
        "cpf_or_cnpj": "cpf_or_cnpj",
        "consignee": "consignee",
        "shipper": "shipper",
        FINAL_CARRIER: FINAL_CARRIER,
    }
)


def extra_problem(name: str) -> str:
    """A sentence when 17TRACK takes no such extra, "" when it does."""
    if name.strip().casefold() in known_extras:
        return ""
    takes = ", ".join(known_extras)
    return f"17TRACK takes no extra value named {clean_text(name, 40)!r}. It takes: {takes}."


def item_to_register(ask: Ask) -> dict[str, object]:
    """One item of `register`. Raises BadInput when the carrier or an extra cannot be sent as given.

    Label, order, shop, e-mail and remarks never leave this machine; extras meant for other sources
    are left out.
    """
    item: dict[str, object] = {"number": ask.number}
    if ask.wanted_carrier.strip():
        item["carrier"] = carrier_key(ask.wanted_carrier)
    return item | _said(ask)


def info_of(ask: Ask) -> dict[str, object]:
    """What `changeinfo` is told: as at the registration, but for carriers, which are changed otherwise.

    Raises BadInput as above.
    """
    return {field: value for field, value in _said(ask).items() if field != FINAL_CARRIER}


def final_carrier_of(extra: Iterable[tuple[str, str]]) -> str:
    """The key of the last-mile carrier among these extras, "" where none is. Raises BadInput."""
    named = [v for n, v in extra if known_extras.get(n.strip().casefold()) == FINAL_CARRIER]
    return str(carrier_key(named[-1])) if named and named[-1].strip() else ""


def _said(ask: Ask) -> dict[str, object]:
    said: dict[str, object] = {}
    for field, code in (("origin_country", ask.origin), ("destination_country", ask.destination)):
        if country(code):
            said[field] = country(code)
    for name, value in ask.extra:
        field = known_extras.get(name.strip().casefold(), "")
        text = clean_text(value, EXTRA_LIMIT)
        if field and text:
            said.update([_extra(name.strip().casefold(), field, text)])
    return said


def _extra(name: str, field: str, text: str) -> tuple[str, object]:
    if field == FINAL_CARRIER:
        return field, carrier_key(text)
    if field == "ship_date":
        return field, _ship_date(text)
    if name == _PHONE and sum(c.isdigit() for c in text) > _TAIL:
        return "phone_number", text
    return field, text


def _ship_date(text: str) -> str:
    """17TRACK's help shows 2024-01-01 and its reference 2024/01/01; the reference is followed."""
    try:
        return f"{date.fromisoformat(text.replace('/', '-')):%Y/%m/%d}"
    except ValueError:
        raise BadInput(f"17TRACK needs ship_date as a day like 2026-09-01, not {text!r}.") from None


def carrier_key(wanted: str) -> int:
    """The key of a carrier given by key or by a name that fits only one. Raises BadInput.

    What people call the usual carriers comes before the names of 17TRACK's whole list; a part of a
    name, of three letters or more, must fit one of all of them.
    """
    text = wanted.strip()
    if re.fullmatch(r"[0-9]{1,10}", text, re.ASCII) and 0 < int(text) < KEY_LIMIT:
        return int(text)
    sought = _plain(text)
    if sought in _usual():
        return _usual()[sought]
    near = _whole().get(sought) or _containing(sought)
    if len(near) == 1:
        return min(near)
    raise BadInput(_no_such_carrier(text, near))


def _containing(sought: str) -> frozenset[int]:
    if len(sought) < _PART:
        return frozenset()
    usual = {key for name, key in _usual().items() if sought in name}
    listed = (keys for name, keys in _whole().items() if sought in name)
    return frozenset(usual).union(*listed)


def _no_such_carrier(text: str, near: frozenset[int]) -> str:
    shown = clean_text(text, 60)
    if near:
        first = sorted(near, key=lambda key: (key not in _titles(), key))[:_CANDIDATES]
        several = ", ".join(f"{_title(key)} ({key})" for key in first)
        more = f" and {len(near) - len(first)} more" if len(near) > len(first) else ""
        return f"The carrier {shown!r} can be several at 17TRACK: {several}{more}. Give the key."
    return (
        f"The carrier {shown!r} is not in this program's list for 17TRACK. Give its key from "
        "https://res.17track.net/asset/carrier/info/apicarrier.all.json, or none to let 17TRACK find it."
    )


def _title(key: int) -> str:
    return _titles().get(key) or _listed()[key]


def carrier_title(key: str) -> str:
    """What the carrier of a key is called; anything else as it is."""
    number = int(key) if re.fullmatch(r"[0-9]{1,9}", key) else -1
    return _titles().get(number) or _listed().get(number, key)


@cache
def _titles() -> Mapping[int, str]:
    return MappingProxyType({key: names[0] for key, names in _table().items()})


@cache
def _usual() -> Mapping[str, int]:
    return MappingProxyType(
        {_plain(name): key for key, names in _table().items() for name in names}
    )


@cache
def _whole() -> Mapping[str, frozenset[int]]:
    """The keys of each name in the whole list; a few names stand there twice."""
    found: dict[str, frozenset[int]] = {}
    for key, name in _listed().items():
        found[_plain(name)] = found.get(_plain(name), frozenset()) | {key}
    return MappingProxyType(found)


@cache
def _table() -> Mapping[int, list[str]]:
    return _names_in("seventeentrack_carriers.toml")


@cache
def _listed() -> Mapping[int, str]:
    return _names_in("seventeentrack_list.toml")


def _names_in(file: str) -> Mapping[int, Any]:
    path = files("monitor").joinpath("data", file)
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["names"]
    return MappingProxyType({int(key): names for key, names in rows.items()})


def _plain(name: str) -> str:
    """Letters and digits alone: "J&T Express (CN)" is found by "j&t express cn"."""
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())
