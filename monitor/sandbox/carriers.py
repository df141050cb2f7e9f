"""Carriers by 17TRACK's keys, and a simple detection of carriers from tracking numbers.

Keys and names: 17TRACK's public carrier list (apicarrier.all.json, 2026-01). The prefixes of the
detection are a convention of this sandbox; the real service does not publish its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Carrier:
    key: int
    name: str
    country: str | None = None
    homepage: str | None = None


_ROWS = (
    Carrier(190271, "Cainiao", "CN", "https://track.cainiao.com/"),
    Carrier(191076, "Cainiao(CN)", "CN"),
    Carrier(190625, "AliExpress", "CN"),
    Carrier(3011, "China Post", "CN", "https://yjcx.ems.com.cn/"),
    Carrier(3013, "China EMS", "CN"),
    Carrier(190008, "YunExpress", "CN"),
    Carrier(190094, "4PX", "CN"),
    Carrier(190012, "YANWEN", "CN"),
    Carrier(190072, "SUNYOU", "CN"),
    Carrier(100012, "SF Express", "CN"),
    Carrier(190766, "SF Express(CN)", "CN"),
    Carrier(190157, "YTO Express", "CN"),
    Carrier(190455, "ZTO Express", "CN"),
    Carrier(100001, "DHL Express"),
    Carrier(100002, "UPS"),
    Carrier(100003, "FedEx"),
    Carrier(100005, "GLS"),
    Carrier(7041, "DHL Paket", "DE", "https://www.dhl.de/"),
    Carrier(100007, "DPD (DE)", "DE"),
    Carrier(100031, "Hermes (DE)", "DE"),
    Carrier(14041, "PostNL", "NL", "https://www.postnl.nl/"),
    Carrier(14044, "PostNL International Mail", "NL"),
    Carrier(2061, "Bpost", "BE"),
    Carrier(6051, "La Poste (Colissimo)", "FR", "https://www.laposte.fr/"),
    Carrier(100027, "Colis Privé", "FR"),
    Carrier(100304, "Mondial Relay", "FR"),
    Carrier(19181, "Correos Spain", "ES", "https://www.correos.es/"),
    Carrier(100048, "Correos Express", "ES"),
    Carrier(9071, "Poste Italiane", "IT", "https://www.poste.it/"),
    Carrier(100026, "BRT Bartolini", "IT"),
    Carrier(11031, "Royal Mail", "GB", "https://www.royalmail.com/"),
    Carrier(100331, "EVRi", "GB"),
    Carrier(100043, "InPost (PL)", "PL"),
    Carrier(16081, "Poland Post", "PL"),
    Carrier(16101, "CTT", "PT"),
    Carrier(19251, "Swiss Post", "CH"),
    Carrier(1161, "Austrian Post", "AT"),
    Carrier(3221, "Czech Post", "CZ"),
    Carrier(4011, "PostNord Denmark", "DK"),
    Carrier(19241, "PostNord Sweden", "SE"),
    Carrier(6041, "Posti", "FI"),
    Carrier(14081, "Norway Post", "NO"),
    Carrier(5041, "Omniva", "EE"),
    Carrier(2151, "Correios Brazil", "BR", "https://www.correios.com.br/"),
    Carrier(3041, "Canada Post", "CA"),
    Carrier(21051, "USPS", "US", "https://www.usps.com/"),
    Carrier(1151, "Australia Post", "AU", "https://auspost.com.au/"),
    Carrier(19131, "Singapore Post", "SG"),
    Carrier(8011, "HongKong Post", "HK"),
    Carrier(9061, "Israel Post", "IL"),
)
CARRIERS = {carrier.key: carrier for carrier in _ROWS}

_DETECTION = tuple(
    (re.compile(pattern), key)
    for pattern, key in (
        (r"(LP|AP|CNFR|CNG|AE)[A-Z0-9]+", 190271),
        (r"[A-Z]{2}\d{9}CN", 3011),
        (r"[A-Z]{2}\d{9}BR", 2151),
        (r"[A-Z]{2}\d{9}NL", 14044),
        (r"YT\d{16}", 190008),
        (r"4PX[A-Z0-9]+", 190094),
        (r"U[A-Z]\d{9}YP", 190012),
        (r"SY[A-Z0-9]+", 190072),
        (r"1Z[A-Z0-9]{16}", 100002),
        (r"00340\d{15}", 7041),
    )
)
_POSTAL = re.compile(r"[A-Z]{2}\d{9}[A-Z]{2}")  # the form of UPU standard S10


def detect(number: str) -> int | None:
    """The carrier key for a number, None where nothing fits."""
    wanted = number.upper()
    return next((key for pattern, key in _DETECTION if pattern.fullmatch(wanted)), None)


def is_postal(number: str) -> bool:
    return _POSTAL.fullmatch(number.upper()) is not None
