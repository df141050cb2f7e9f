"""What each error of Parcels app asks of its caller. They come under HTTP status 200."""

from __future__ import annotations

import re

from monitor.errors import FailureKind, SourceTrouble

_KEY = (
    FailureKind.AUTH,
    "Parcels app does not know the key. Compare adapters.parcelsapp.api_key with the dashboard.",
)
_PLAN = (
    FailureKind.AUTH,
    "Parcels app finds no plan in force for the key. Look at the account's subscription.",
)
_OURS = (
    FailureKind.DRIFT,
    "Parcels app does not take a request as this program makes it; please report it.",
)
_PASSES = (
    FailureKind.TRANSIENT,
    "Parcels app could not look just now. It is asked again.",
)
_BY_CODE = {
    "MISSING_API_KEY": _KEY,
    "INVALID_API_KEY": _KEY,
    "FORBIDDEN": (
        FailureKind.AUTH,
        "Parcels app does not let this account in. Look at its dashboard.",
    ),
    "UNCONFIRMED_ACCOUNT": (
        FailureKind.AUTH,
        "Parcels app wants the account's e-mail address to be confirmed first; it has sent a message.",
    ),
    "SUBSCRIPTION_NOT_FOUND": _PLAN,
    "SUBSCRIPTION_INACTIVE": _PLAN,
    "INVALID_SUBSCRIPTION_STATE": _PLAN,
    "SUBSCRIPTION_LIMIT_REACHED": (
        FailureKind.QUOTA,
        "This month's numbers at Parcels app are used up. They return with the account's next month.",
    ),
    "INVALID_PARAMS": _OURS,
    "NO_SHIPMENTS": _OURS,
    "MISSING_UUID": _OURS,
    "INVALID_WEBHOOK_URL": _OURS,
    "BUSY": _PASSES,
    "TIMEDOUT": _PASSES,
    "SERVER_ERROR": _PASSES,
    "NO_REQUEST_FOUND": _PASSES,
}
_CODE = re.compile(r"[A-Z][A-Z_]{1,40}", re.ASCII)


def trouble(code: str) -> SourceTrouble:
    """The trouble behind an error; addresses and texts that come with it are not handed on."""
    plain = code.strip().upper()
    if plain in _BY_CODE:
        return SourceTrouble(*_BY_CODE[plain])
    named = plain if _CODE.fullmatch(plain) else "of a kind"
    detail = f"Parcels app answered with an error {named} that this version does not know."
    return SourceTrouble(FailureKind.DRIFT, detail)
