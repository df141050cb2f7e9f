"""What a whole request to 17TRACK leads to, once key and rate have been found in order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from monitor.sandbox import refusals
from monitor.sandbox.endpoints import Endpoints
from monitor.sandbox.listing import page
from monitor.sandbox.refusals import RefusedError, RequestRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.sandbox.account import Account
    from monitor.sandbox.answers import Json
    from monitor.sandbox.faults import NothingYet

BATCH = 40  # items in one request

_PER_ITEM = frozenset(
    {"register", "gettrackinfo", "changecarrier", "changeinfo", "stoptrack", "retrack"}
    | {"deletetrack"}
)
# What a key without a webhook address, and without the right to query carriers in real time, may not.
_NEVER = {
    "push": refusals.NO_WEBHOOK,
    "getrealtimetrackinfo": refusals.REALTIME_NOT_ALLOWED,
}
ENDPOINTS = _PER_ITEM | _NEVER.keys() | {"gettracklist", "getquota"}


def work(
    account: Account,
    endpoint: str,
    body: bytes,
    *,
    v24: bool,
    nothing_yet: NothingYet | str,
    newest_first: bool,
    push: Callable[[Json], bool] | None = None,
) -> Json:
    """The envelope of the answer; `endpoint` in lower case. Raises RequestRefusedError.

    `push` sends an item to the webhook address, where there is one, and says whether it was taken.
    """
    if endpoint == "getquota":
        return {"code": 0, "data": _quota(account)}
    sent = _parsed(body)
    if endpoint == "gettracklist":
        return _list(account, sent, v24=v24)
    items = _items(sent)
    if endpoint in _NEVER and not (endpoint == "push" and push is not None):
        raise RequestRefusedError(_NEVER[endpoint])
    endpoints = Endpoints(
        account, extras=v24, nothing_yet=nothing_yet, newest_first=newest_first, push=push
    )
    accepted: list[Json] = []
    rejected: list[Json] = []
    for item in items:
        try:
            accepted.extend(endpoints.by_name[endpoint](item))
        except RefusedError as refusal:
            rejected.append(endpoints.rejected(endpoint, item, refusal))
    return {"code": 0, "data": {"accepted": accepted, "rejected": rejected}}


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RequestRefusedError(refusals.INVALID_DATA) from error


def _items(sent: Any) -> list[Json]:
    if not isinstance(sent, list) or not all(isinstance(item, dict) for item in sent):
        raise RequestRefusedError(refusals.INVALID_DATA)
    if not sent:
        raise RequestRefusedError(refusals.MISSING)
    if len(sent) > BATCH:
        raise RequestRefusedError(refusals.TOO_MANY)
    return sent


def _list(account: Account, wanted: Any, *, v24: bool) -> Json:
    if not isinstance(wanted, dict):
        raise RequestRefusedError(refusals.INVALID_DATA)
    try:
        about, rows = page(account, wanted, extras=v24)
    except (TypeError, ValueError) as error:
        raise RequestRefusedError(refusals.INVALID_DATA) from error
    return {"page": about, "code": 0, "data": {"accepted": rows}}


def _quota(account: Account) -> Json:
    return {
        "quota_total": account.allowance.total,
        "quota_used": account.quota_used,
        "quota_remain": account.allowance.total - account.quota_used,
        "today_used": account.registered_today,
        "max_track_daily": account.allowance.per_day,
        "free_email_quota": 300,
        "free_email_quotaused": 0,
    }
