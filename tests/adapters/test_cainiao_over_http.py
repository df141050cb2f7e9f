"""The Cainiao adapter on a real line: requests as they leave, and what comes of the answers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from monitor.adapters.cainiao import Cainiao
from monitor.adapters.contract import Ask, FailureKind, Outcome, Snapshot, SourceTrouble
from monitor.adapters.testing import NOW
from monitor.transport import HttpClient, Wire
from tests.adapters import cainiao_answers as made

if TYPE_CHECKING:
    import respx

BASE = "https://global.cainiao.com"
URL = f"{BASE}/global/detail.json"
NUMBER, OTHER = "LP00700000000001", "RC000000005EE"
GOOD = httpx.Response(200, json=made.answer(made.entry(NUMBER)))


class AtOnce:
    """A pace for servers that count no requests."""

    async def turn(self) -> None:
        return


def asked(*numbers: str, base_url: str = BASE, attempts: int = 1) -> tuple[Outcome, ...]:
    adapter = Cainiao(base_url=base_url)
    asks = [Ask(number) for number in numbers]

    async def within() -> Any:
        async with HttpClient() as client:
            wire = Wire(client, base_url=base_url, pace=AtOnce(), attempts=attempts, first_pause=0)
            return await adapter.fetch(wire, asks)

    return adapter.parse(asyncio.run(within()), asks, NOW)


def refused(*numbers: str, attempts: int = 1) -> SourceTrouble:
    with pytest.raises(SourceTrouble) as caught:
        asked(*numbers, attempts=attempts)
    return caught.value


def test_a_question_leaves_as_known_clients_ask_it(respx_mock: respx.MockRouter) -> None:
    route = respx_mock.get(URL).mock(return_value=GOOD)
    asked(NUMBER, OTHER)
    request = route.calls.last.request
    assert dict(request.url.params) == {
        "mailNos": f"{NUMBER},{OTHER}",
        "lang": "en-US",
        "language": "en-US",
    }
    assert request.headers["user-agent"].startswith("Mozilla/5.0 ")
    assert request.headers["accept"] == "application/json, text/plain, */*"
    assert request.headers["accept-language"] == "en-US,en;q=0.9"
    assert request.headers["referer"] == "https://global.cainiao.com/"
    assert "cookie" not in request.headers


def test_a_number_is_asked_once_and_without_blanks(respx_mock: respx.MockRouter) -> None:
    route = respx_mock.get(URL).mock(return_value=GOOD)
    found = asked(NUMBER, NUMBER.lower(), f" {NUMBER} ")
    assert route.calls.last.request.url.params["mailNos"] == NUMBER
    assert [isinstance(o, Snapshot) for o in found] == [True] * 3


def test_the_address_of_the_configuration_is_asked(respx_mock: respx.MockRouter) -> None:
    local = "http://127.0.0.1:9/here"
    route = respx_mock.get(f"{local}/global/detail.json").mock(return_value=GOOD)
    asked(NUMBER, base_url=local)
    assert route.call_count == 1


@pytest.mark.parametrize("count", [0, 11])
def test_only_one_to_ten_numbers_fit_a_request(count: int) -> None:
    with pytest.raises(ValueError, match=f"not {count}"):
        asked(*[NUMBER] * count)


def test_ten_numbers_fit(respx_mock: respx.MockRouter) -> None:
    numbers = [f"LP{n:014}" for n in range(10)]
    respx_mock.get(URL).respond(json=made.answer(*(made.entry(n) for n in reversed(numbers))))
    assert [o.number for o in asked(*numbers) if isinstance(o, Snapshot)] == numbers


def test_a_page_under_200_is_a_challenge_and_not_asked_twice(respx_mock: respx.MockRouter) -> None:
    headers = {"bxpunish": "1", "content-type": "text/html", "set-cookie": "x5sec=1; path=/"}
    page = "<html><punish-component></punish-component></html>"
    route = respx_mock.get(URL).respond(200, text=page, headers=headers)
    assert refused(NUMBER, attempts=4).kind is FailureKind.CHALLENGE
    assert route.call_count == 1


def test_no_cookie_of_a_challenge_is_carried_along(respx_mock: respx.MockRouter) -> None:
    headers = {"bxpunish": "1", "set-cookie": "x5sec=1; path=/"}
    route = respx_mock.get(URL).mock(
        side_effect=[httpx.Response(503, headers=headers), httpx.Response(200, html="<p>")]
    )
    refused(NUMBER, attempts=2)
    assert route.call_count == 2
    assert "cookie" not in route.calls.last.request.headers


def test_an_error_of_theirs_is_asked_again(respx_mock: respx.MockRouter) -> None:
    route = respx_mock.get(URL).mock(
        side_effect=[httpx.Response(502), httpx.ReadError("gone"), GOOD]
    )
    assert isinstance(asked(NUMBER, attempts=4)[0], Snapshot)
    assert route.call_count == 3


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        pytest.param(httpx.Response(403), FailureKind.CHALLENGE, id="refused"),
        pytest.param(httpx.Response(404), FailureKind.DRIFT, id="gone"),
        pytest.param(
            httpx.Response(302, headers={"location": "/x"}), FailureKind.DRIFT, id="moved"
        ),
        pytest.param(httpx.Response(429), FailureKind.RATE_LIMITED, id="too fast"),
        pytest.param(httpx.Response(500), FailureKind.TRANSIENT, id="an error"),
        pytest.param(httpx.Response(200, text='{"mod'), FailureKind.TRANSIENT, id="broken off"),
        pytest.param(
            httpx.Response(200, json={"success": False}), FailureKind.TRANSIENT, id="no success"
        ),
    ],
)
def test_what_goes_wrong_has_its_kind(
    respx_mock: respx.MockRouter, answer: httpx.Response, kind: FailureKind
) -> None:
    respx_mock.get(URL).mock(return_value=answer)
    assert refused(NUMBER).kind is kind
