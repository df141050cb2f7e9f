"""What a source answered that nobody here could read: kept for a report, without what is personal."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from monitor.adapters.unread import BODY_LIMIT, is_personal, unread
from monitor.history import History
from monitor.sandbox.server import Request, Response, Served
from monitor.transport import Answer
from tests import leaks
from tests.cli.desk import KETTLE, LAMP, Desk, held
from tests.sweep.eyes_beside import blind_alerts, cainiao_beside, everywhere

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.sandbox.cainiao import CainiaoSandbox
    from monitor.sandbox.receiver import Receiver

DRIFT = ("adapters", "--drift")


@pytest.fixture
def cainiao(desk: Desk) -> Iterator[CainiaoSandbox]:
    with cainiao_beside(desk) as cainiao:
        for number in (KETTLE, LAMP):
            everywhere(desk, cainiao, held(number))
        yield cainiao


def source(desk: Desk, name: str) -> dict[str, Any]:
    found: dict[str, Any] = {row["name"]: row for row in desk("adapters", "--json").json}[name]
    return found


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("cainiao", "another shape than it had at detailList", id="of Cainiao"),
        pytest.param("seventeentrack", "another shape than documented", id="of 17TRACK"),
    ],
)
def test_an_answer_in_which_a_field_has_another_name_is_kept_and_can_be_got(
    desk: Desk, cainiao: CainiaoSandbox, name: str, said: str
) -> None:
    desk("add", KETTLE, LAMP, "--shop", "none", "--adapter", name)
    desk("poll")  # 17TRACK has something to show from the second look on
    desk.at(4)
    faults = (cainiao if name == "cainiao" else desk.sandbox).faults
    faults.inject("renamed")
    assert desk("poll").code == 1
    row = source(desk, name)
    assert (row["reason"], row["drift_at"]) == ("drift", "2026-09-05T06:00:00Z")
    kept = desk(*DRIFT, name)
    assert kept.code == 0
    assert said in kept.json["detail"]
    assert (kept.json["status"], kept.json["asked_about"]) == (200, [KETTLE, LAMP])
    assert kept.json["seen_at"] == "2026-09-05T06:00:00Z"
    assert "scanList" in json.dumps(kept.json["answer"])


def test_where_it_is_stands_wherever_the_trouble_does(
    desk: Desk, cainiao: CainiaoSandbox, phone: Receiver
) -> None:
    desk.channel("phone", phone.url)
    desk("add", KETTLE, LAMP, "--shop", "none", "--adapter", "cainiao")
    desk("poll")
    command = "parcels adapters --drift cainiao"
    assert command not in desk("adapters").out
    cainiao.faults.inject("data_null")
    desk.at(1)
    desk("poll")
    assert blind_alerts(desk) == [("cainiao", "opened")]
    (alert,) = [m for m in phone.messages if "nobody here understands" in m.title]
    assert command in alert.body
    (doctor,) = [f for f in desk("doctor", "--json").json if "cainiao" in f["check"].casefold()]
    assert command in doctor["remedy"]
    assert command in " ".join(desk("adapters").out.split())


def test_the_newest_one_is_kept_beyond_the_end_of_the_trouble(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    desk("add", KETTLE, LAMP, "--shop", "none", "--adapter", "cainiao")
    cainiao.faults.inject("data_null", times=1)
    desk("poll")
    assert desk(*DRIFT, "cainiao").json["answer"] == {"module": None, "success": True}
    desk.at(1)
    cainiao.faults.inject("renamed", times=1)
    desk("poll")
    newest = desk(*DRIFT, "cainiao").json
    assert newest["seen_at"] == "2026-09-02T06:00:00Z"
    desk.at(2)
    assert desk("poll").code == 0
    assert desk(*DRIFT, "cainiao").json == newest
    with History.open(desk.database, now=desk.now) as history:
        assert history.drifts.forget(desk.now - timedelta(days=90)) == 0
        assert history.drifts.forget(desk.now + timedelta(days=90)) == 1
    assert desk(*DRIFT, "cainiao").code == 1


def test_a_source_that_is_merely_out_of_reach_leaves_nothing(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    desk("add", KETTLE, "--shop", "none", "--adapter", "cainiao")
    for fault in ("error_503", "truncated", "challenge_200", "envelope_failure"):
        cainiao.faults.inject(fault)
        desk("poll")
        cainiao.faults.clear()
        desk.at(desk.now.day + 2)
    said = desk(*DRIFT, "cainiao")
    assert (said.code, said.out) == (1, "")
    assert "No answer of Cainiao is kept" in said.err


def test_a_parcel_that_is_removed_takes_it_along(desk: Desk, cainiao: CainiaoSandbox) -> None:
    desk("add", KETTLE, LAMP, "--shop", "none", "--adapter", "cainiao")
    cainiao.faults.inject("renamed", times=1)
    desk("poll")
    desk("remove", LAMP, "--yes")
    assert desk(*DRIFT, "cainiao").code == 1


def test_a_rehearsal_keeps_nothing(desk: Desk, cainiao: CainiaoSandbox) -> None:
    desk("add", KETTLE, "--shop", "none", "--adapter", "cainiao")
    cainiao.faults.inject("renamed")
    assert desk("poll", "--dry-run").code == 1
    assert desk(*DRIFT, "cainiao").code == 1


def test_a_source_nobody_knows_is_refused_with_those_there_are(desk: Desk) -> None:
    said = desk(*DRIFT, "cainio")
    assert said.code == 2
    assert "There is no source called cainio. There are: cainiao, seventeentrack" in said.err


class Echo(Served):
    """A service that has changed, and repeats what it was asked with."""

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.port}/track/v2.4"

    def answer(self, request: Request) -> Response:
        rows = [{"number": KETTLE, "you": request.headers["17token"], "phone": "555 0100"}]
        return Response(200, json.dumps({"code": 0, "data": {"parcels": rows}}).encode())


def test_the_key_is_cut_out_of_it_wherever_it_is_repeated(desk: Desk) -> None:
    desk("add", KETTLE, "--shop", "none", "--adapter", "seventeentrack")
    desk("poll")
    with Echo() as echo:
        desk.environ["PARCELS_ADAPTERS__SEVENTEENTRACK__BASE_URL"] = echo.base_url
        assert desk("poll").code == 1
    kept = desk(*DRIFT, "seventeentrack")  # which looks for the key in all that is printed
    assert kept.json["answer"]["data"]["parcels"] == [
        {"number": KETTLE, "you": "***", "phone": "(text, 8 characters)"}
    ]


# what is left of an answer


def left(body: bytes, content_type: str = "application/json") -> Any:
    answer = Answer(200, {"content-type": content_type}, body)
    return unread(answer, lambda text: text.replace(leaks.KEY, "***"))


@pytest.mark.parametrize(
    "name",
    [
        "recipient_address", "receiverName", "consignee", "postal_code", "zipCode", "phone_number",
        "E-Mail", "proofOfDelivery", "signedBy", "orderId", "tag", "api_key", "accessToken", "iconUrl",
        "destAddr", "nickName", "deliveredTo", "received_by", "gps", "lat", "clientIpAddress",
    ],
)  # fmt: skip
def test_fields_that_may_name_a_person_or_open_an_account_are_known_by_their_names(
    name: str,
) -> None:
    assert is_personal(name)


@pytest.mark.parametrize(
    "name",
    ["stage", "status", "events", "mailNo", "number", "timeStr", "desc", "country", "carrier"],
)
def test_fields_a_report_is_of_no_use_without_are_none_of_them(name: str) -> None:
    assert not is_personal(name)


def test_of_a_personal_field_only_its_kind_is_left() -> None:
    document = {"recipient": {"name": "A"}, "phones": ["1"], "email": "a@b.example", "order": 7}
    found = left(json.dumps({"number": KETTLE, "extra": document, "tax": None}).encode())
    assert json.loads(found.body) == {
        "number": KETTLE,
        "extra": {
            "recipient": "(table)",
            "phones": "(list of 1)",
            "email": "(text, 11 characters)",
            "order": "(number)",
        },
        "tax": None,
    }


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"rows": [{"phone": "555 0100", "desc": "Scan"', id="JSON that breaks off"),
        pytest.param(b'var x = {"phone": "555 0100", "desc": "Scan"};', id="JSON inside a script"),
        pytest.param(
            b'{"name": "555 0100", "zip" : 5550100, "desc": "Scan"}}', id="too many braces"
        ),
        pytest.param(b'{"phones": ["1", "555 0100"], "desc": "Scan"', id="a list of them"),
        pytest.param(
            b'{"receiver": {"of": "]}", "lines": [{"l": "555 0100"}]}, "desc": "Scan"',
            id="a table of tables of them",
        ),
        pytest.param(b'{"desc": "Scan", "receiver": {"lines": ["555 0100', id="a table cut off"),
    ],
)
def test_what_is_no_json_is_kept_as_text_without_personal_pairs(body: bytes) -> None:
    found = left(body)
    assert not found.is_json
    assert "5550100" not in found.body.replace(" ", "")
    assert "Scan" in found.body


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(json.dumps({"receiver": "Name", "desc": "Scan"}), id="a whole one"),
        pytest.param(json.dumps([{"desc": "Scan", "phones": ["Name"]}]), id="a list of them"),
        pytest.param('{"desc": "Scan", "receiver": "Name"', id="one that breaks off"),
        pytest.param('cb({"desc": "Scan", "receiver": {"l": "Name"}});', id="one in a script"),
        pytest.param(
            json.dumps({"data": json.dumps({"receiver": "Name", "desc": "Scan"})}), id="in another"
        ),
    ],
)
def test_a_document_in_a_text_of_another_loses_its_personal_fields_too(text: str) -> None:
    found = left(json.dumps({"data": text}).encode())
    assert found.is_json
    assert "Scan" in found.body
    assert "Name" not in found.body


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(json.dumps({"rows": ["x" * 400] * 9000}).encode(), id="many rows"),
        pytest.param(
            json.dumps({str(n): "x" * 4000 for n in range(900)}).encode(), id="many fields"
        ),
        pytest.param(
            json.dumps([[["x" * 300] * 20] * 20] * 20).encode(), id="many of many of many"
        ),
        pytest.param(b"<html>" + b"y" * 900_000, id="a long page"),
        pytest.param(b"[" * 100_000, id="nested without an end"),
        pytest.param(b'{"a": "\\ud800", "b": 1e999}', id="what cannot be written"),
        pytest.param(bytes(range(256)) * 9, id="no text at all"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_whatever_came_what_is_left_is_bounded_and_can_be_stored(body: bytes) -> None:
    found = left(body, "x" * 5000)
    assert len(found.body) <= BODY_LIMIT
    assert len(found.content_type) <= 80
    assert found.size == len(body)
    found.body.encode()
    if found.is_json:
        json.loads(found.body)


def test_a_key_at_the_place_where_a_text_is_cut_leaves_no_half() -> None:
    for before in range(BODY_LIMIT - len(leaks.KEY), BODY_LIMIT):
        assert leaks.WORD[:5] not in left(b"y" * before + leaks.KEY.encode()).body
