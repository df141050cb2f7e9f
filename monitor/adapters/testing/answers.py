"""Answers as the transport hands them on, a wire that is read from a list, and what is told of trouble."""

from __future__ import annotations

import json
import traceback
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from monitor.transport import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = Any
NOW = datetime(2026, 9, 20, 12, 0, tzinfo=UTC)
KEY = "s3ntinel0key0that0must0not0show"


def reply(status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
    """An answer as the transport hands it on."""
    return Answer(status, headers or {}, body)


@dataclass
class Sent:
    path: str
    json: Any
    headers: Mapping[str, str]
    repeatable: bool


@dataclass
class ScriptedWire:
    """A wire that answers from a list and remembers what it was given."""

    answers: list[Answer | Exception]
    sent: list[Sent] = field(default_factory=list)

    async def post(
        self, path: str, *, json: object, headers: Mapping[str, str], repeatable: bool = True
    ) -> Answer:
        self.sent.append(Sent(path, json, headers, repeatable))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def get(
        self,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = True,
    ) -> Answer:
        return await self.post(path, json=params, headers=headers or {}, repeatable=repeatable)


def replied(document: Json, status: int = 200, **headers: str) -> Answer:
    body = json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return reply(status, body, {"content-type": "application/json", **headers})


def told(trouble: BaseException) -> str:
    """Everything an exception could print somewhere."""
    return "".join(traceback.format_exception(trouble)) + repr(trouble) + repr(vars(trouble))
