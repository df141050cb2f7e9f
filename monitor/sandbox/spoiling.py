"""What a fault makes of an answer."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.sandbox import refusals
from monitor.sandbox.faults import FaultKind
from monitor.sandbox.server import Response

if TYPE_CHECKING:
    from monitor.sandbox.answers import Json
    from monitor.sandbox.faults import Fault

_PAGE = (
    b"<!DOCTYPE html><html><head><title>Please wait</title></head><body>One moment.</body></html>"
)


def _envelope(code: int, data: Json | None) -> Response:
    return Response(200, json.dumps({"code": code, "data": data}).encode())


def _errors(code: int) -> Json:
    return {"errors": [{"code": code, "message": refusals.message(code)}]}


_RENAMED = re.compile(rb'"(?:detailList|tracking)"')
_INSTEAD = {
    FaultKind.ERROR_500: Response(500, b"Internal Server Error", "text/plain"),
    FaultKind.ERROR_502: Response(502, b"Bad Gateway", "text/plain"),
    FaultKind.ERROR_503: Response(503, b"Service Unavailable", "text/plain"),
    FaultKind.HTML_200: Response(200, _PAGE, "text/html; charset=utf-8"),
    FaultKind.EMPTY_200: Response(200),
    FaultKind.DATA_NULL: _envelope(0, None),
    FaultKind.ERRORS_200: _envelope(0, _errors(refusals.INVALID_DATA)),
    FaultKind.INTERNAL_200: _envelope(refusals.INTERNAL, _errors(refusals.INTERNAL)),
}


def instead(fault: Fault) -> Response:
    """The answer to a request for which nothing was done."""
    wait = () if fault.retry_after is None else (("Retry-After", fault.retry_after),)
    return replace(_INSTEAD[fault.kind], headers=wait)


def omitting(fault: Fault | None, answer: Json) -> Json:
    """Leaves the last accepted item out of the answer, as if its number had not been asked."""
    accepted = (answer["data"] or {}).get("accepted")
    if accepted and fault is not None and fault.kind is FaultKind.OMITS:
        del accepted[-1]
    return answer


def spoiled(fault: Fault, response: Response) -> Response:
    """A finished answer as it arrives, if it arrives."""
    match fault.kind:
        case FaultKind.TRUNCATED:
            return replace(response, body=response.body[: len(response.body) // 2])
        case FaultKind.SLOW:
            return replace(response, delay=fault.seconds)
        case FaultKind.DRIP:
            return replace(response, drip=fault.seconds)
        case FaultKind.HUGE:
            return replace(response, body=response.body.ljust(fault.size))
        case FaultKind.LOST_ANSWER:
            return replace(response, drop=True)
        case _:
            return _renamed(response) if fault.kind is FaultKind.RENAMED else response


def _renamed(response: Response) -> Response:
    return replace(response, body=_RENAMED.sub(rb'"scanList"', response.body))
