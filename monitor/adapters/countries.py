"""Countries as tracking sources write them, by code or by English name, as alpha-2 codes."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAME_LIMIT = 80  # characters; no country's name is as long

# Names in use beside those of the table, which has one short English name each.
_ALSO = {
    "BA": "Bosnia",
    "BN": "Brunei Darussalam",
    "CD": "Democratic Republic of the Congo",
    "CG": "Republic of the Congo",
    "CI": "Ivory Coast",
    "CN": "Mainland China; Chinese Mainland; China Mainland; People's Republic of China",
    "CV": "Cabo Verde",
    "CZ": "Czechia",
    "GB": "UK; United Kingdom; Great Britain; England; Scotland; Wales; Northern Ireland",
    "HK": "Hong Kong SAR; China Hong Kong; Hong Kong China",
    "KP": "North Korea",
    "KR": "Korea; South Korea; Republic of Korea; Korea Republic of",
    "LA": "Lao PDR",
    "MD": "Republic of Moldova",
    "MK": "Macedonia",
    "MM": "Burma",
    "MO": "Macao; Macao SAR; Macau SAR; China Macao; Macao China",
    "NL": "Holland",
    "PS": "Palestinian Territory; State of Palestine",
    "RU": "Russian Federation",
    "SK": "Slovak Republic",
    "SY": "Syrian Arab Republic",
    "SZ": "Swaziland",
    "TL": "Timor-Leste",
    "TR": "Türkiye",
    "TW": "Taiwan China; China Taiwan",
    "TZ": "United Republic of Tanzania",
    "US": "USA; United States of America",
    "VA": "Holy See",
    "VN": "Viet Nam",
    "WS": "Samoa",
    "XK": "Kosovo",  # user-assigned, not in the table, and in use by posts and banks
}


# For the names that the table shortens, or explains in brackets.
_IN_FULL = {
    "AG": "Antigua and Barbuda",
    "AS": "American Samoa",
    "BA": "Bosnia and Herzegovina",
    "CC": "Cocos Islands",
    "CD": "Democratic Republic of the Congo",
    "CF": "Central African Republic",
    "CG": "Republic of the Congo",
    "CI": "Ivory Coast",
    "GB": "United Kingdom",
    "GS": "South Georgia and the South Sandwich Islands",
    "GW": "Guinea-Bissau",
    "HM": "Heard Island and McDonald Islands",
    "KN": "Saint Kitts and Nevis",
    "KP": "North Korea",
    "KR": "South Korea",
    "MF": "Saint Martin",
    "MM": "Myanmar",
    "PM": "Saint Pierre and Miquelon",
    "SJ": "Svalbard and Jan Mayen",
    "ST": "Sao Tome and Principe",
    "SX": "Sint Maarten",
    "SZ": "Eswatini",
    "TC": "Turks and Caicos Islands",
    "TF": "French Southern Territories",
    "TT": "Trinidad and Tobago",
    "VG": "British Virgin Islands",
    "VI": "United States Virgin Islands",
    "WF": "Wallis and Futuna",
    "WS": "Samoa",
    "XK": "Kosovo",
}


def alpha2(text: str) -> str:
    """The alpha-2 code of a country given by code or English name, "" where it is not certain.

    Also where a town follows: "France,Town". In capitals.
    """
    known, given = _known(), text[:NAME_LIMIT]
    return known.get(_plain(given)) or known.get(_plain(given.partition(",")[0]), "")


def country_of_place(place: str) -> str:
    """The alpha-2 code of a place that is a country or ends with one, "" for any other."""
    return alpha2(place) or alpha2(place.rpartition(",")[2])


def english_name(code: str) -> str:
    """A country's usual name in English, "" for what is no code of one."""
    return _names().get(code.strip().upper(), "")


@cache
def _names() -> Mapping[str, str]:
    named = {code: name for code, name in _table() if name.replace(" ", "").isalpha()}
    return MappingProxyType({**named, **_IN_FULL})


def _plain(name: str) -> str:
    """For comparison: no case, accents or punctuation, and one way to write "and" and "saint"."""
    apart = unicodedata.normalize("NFKD", name.replace("&", " and ")).casefold()
    letters = "".join(c for c in apart if not unicodedata.combining(c))
    words = re.sub(r"[\W_]+", " ", letters).split()
    return " ".join("st" if word == "saint" else word for word in words).removeprefix("the ")


@cache
def _known() -> Mapping[str, str]:
    """The code for each comparable name or code; a name that several bear is left out."""
    found: dict[str, str] = {}
    shared: set[str] = set()
    for code, name in _table():
        for form in {_plain(name), _plain(name.partition("(")[0]), code.casefold()}:
            if found.setdefault(form, code) != code:
                shared.add(form)
    kept = {name: code for name, code in found.items() if name not in shared}
    also = {_plain(n): code for code, names in _ALSO.items() for n in (code, *names.split(";"))}
    return MappingProxyType({**kept, **also})


def _table() -> Iterator[tuple[str, str]]:
    """Code and name, from the table the time zone database ships (ISO 3166-1)."""
    text = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text("utf-8")
    for line in text.splitlines():
        code, _, name = line.partition("\t")
        if name and not line.startswith("#"):
            yield code, name
