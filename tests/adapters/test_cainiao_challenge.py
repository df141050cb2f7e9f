"""Whatever form a challenge takes it is told as one, in words of our own, and nothing else is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.adapters.cainiao import Cainiao
from monitor.adapters.contract import Ask, FailureKind, Snapshot, SourceTrouble
from monitor.adapters.testing import NOW, replied, reply, told
from tests.adapters import cainiao_answers as made

NUMBER = "LP00700000000001"
GOOD = made.answer(made.entry(NUMBER))
HTML = {"content-type": "text/html;charset=utf-8"}
JSON = {"content-type": "application/json"}
SECRET = "s3ntinel-of-the-challenge"
ADDRESS = f"https://global.cainiao.com:443/_____tmd_____/punish?x5secdata={SECRET}&x5step=1"


def trouble(body: bytes, headers: dict[str, str], status: int = 200) -> SourceTrouble:
    with pytest.raises(SourceTrouble) as caught:
        Cainiao().parse(reply(status, body, headers), [Ask(NUMBER)], NOW)
    return caught.value


def as_json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


CHALLENGES = [
    pytest.param(b"<!doctype html><p>Wait", HTML, id="any page"),
    pytest.param(b"<html>", {}, id="a page without a content type"),
    pytest.param(b"<html>", JSON, id="a page that is called JSON"),
    pytest.param(b"\xef\xbb\xbf \n<html>", {}, id="a page after a byte order mark and blanks"),
    pytest.param(b"", HTML, id="an empty page"),
    pytest.param(b"", {"bxpunish": "1"}, id="the header alone"),
    pytest.param(as_json(GOOD), {**JSON, "bxpunish": "1"}, id="the header beside an answer"),
    pytest.param(b"window.rgv587_flag = 'sm'", JSON, id="the flag in a script"),
    pytest.param(b"/* <punish-component> */", {}, id="the component"),
    pytest.param(f"location='{ADDRESS}'".encode(), {}, id="the address in a script"),
    pytest.param(b"load('//g.alicdn.com/sd/BAXIA/x.js')", {}, id="the library in capitals"),
    pytest.param(b"see bixi.alicdn.com/punish/a.html", {}, id="the other address"),
    pytest.param(
        as_json({"ret": ["FAIL_SYS_USER_VALIDATE", "RGV587_ERROR::SM::wait"], "v": "1.0"}),
        JSON,
        id="the message of the mtop gateway",
    ),
    pytest.param(
        as_json({"ret": "FAIL_SYS_USER_VALIDATE::x", "data": {}}), JSON, id="the same as one text"
    ),
    pytest.param(as_json({"data": {"url": ADDRESS}}), JSON, id="the address in JSON"),
    pytest.param(as_json({"rgv587_flag": "sm", "url": "/x"}), JSON, id="the flag as a name"),
    pytest.param(
        b'mtopjsonp1({"ret":["FAIL_SYS_USER_VALIDATE"]})', JSON, id="the message in a call"
    ),
]


@pytest.mark.parametrize(("body", "headers"), CHALLENGES)
def test_a_challenge_is_told_as_one(body: bytes, headers: dict[str, str]) -> None:
    found = trouble(body, headers)
    assert found.kind is FailureKind.CHALLENGE
    assert "browser" in found.detail


@pytest.mark.parametrize("status", [401, 403, 405])
def test_a_refusal_is_one_too_as_there_is_no_key_to_be_wrong(status: int) -> None:
    found = trouble(b"<html>denied</html>", HTML, status)
    assert found.kind is FailureKind.CHALLENGE
    assert str(status) in found.detail


def test_a_challenge_under_another_status_is_still_one() -> None:
    assert trouble(b"<html>rgv587_flag", HTML, 404).kind is FailureKind.CHALLENGE


def test_nothing_of_the_challenge_is_repeated() -> None:
    for body in (f"<a href='{ADDRESS}'>".encode(), as_json({"data": {"url": ADDRESS}})):
        found = trouble(body, HTML)
        assert SECRET not in told(found)
        assert "://" not in found.detail


NO_CHALLENGES = [
    pytest.param({"content-type": "text/html"}, id="JSON that is called a page"),
    pytest.param({"bxpunish": "0"}, id="a header that says no"),
    pytest.param({}, id="no header at all"),
]


@pytest.mark.parametrize("headers", NO_CHALLENGES)
def test_an_answer_is_no_challenge(headers: dict[str, str]) -> None:
    (found,) = Cainiao().parse(reply(200, as_json(GOOD), headers), [Ask(NUMBER)], NOW)
    assert isinstance(found, Snapshot)


def test_the_words_of_a_parcel_are_no_challenge() -> None:
    scan = made.event("SC_INBOUND_SUCCESS", "Arrived at Baxia, rgv587_flag x5secdata")
    whole = made.answer(made.entry(NUMBER, [scan]))
    (found,) = Cainiao().parse(replied(whole), [Ask(NUMBER)], NOW)
    assert isinstance(found, Snapshot)
    assert trouble(as_json(whole)[:-40], JSON).kind is FailureKind.TRANSIENT


FAILURES = [
    pytest.param(
        {"success": False, "errorCode": "SYSTEM_ERROR", "errorMsg": "busy", "module": []},
        FailureKind.TRANSIENT,
        id="no success",
    ),
    pytest.param({**GOOD, "success": False}, FailureKind.TRANSIENT, id="no success, yet a list"),
    pytest.param({"success": "false"}, FailureKind.TRANSIENT, id="no success, as a text"),
    pytest.param({"success": True}, FailureKind.DRIFT, id="no list"),
    pytest.param({"success": True, "module": None}, FailureKind.DRIFT, id="null for the list"),
    pytest.param({"success": True, "module": {}}, FailureKind.DRIFT, id="an object for the list"),
    pytest.param(
        {"data": {NUMBER: {"section2": {"detailList": []}}}},
        FailureKind.DRIFT,
        id="the shape of years ago",
    ),
]


@pytest.mark.parametrize(("document", "kind"), FAILURES)
def test_an_answer_without_parcels_is_trouble_of_its_kind(document: Any, kind: FailureKind) -> None:
    assert trouble(as_json(document), JSON).kind is kind


def test_the_reason_cainiao_gives_is_told_cleaned_and_bounded() -> None:
    reason = "system\x1b[2J busy\u202e " + "x" * 5_000
    found = trouble(as_json({"success": False, "errorMsg": reason}), JSON)
    assert "system[2J busy x" in found.detail
    assert found.detail.isprintable()
    assert len(found.detail) < 250


@pytest.mark.parametrize(
    ("fields", "told_as"),
    [
        ({"errorMsg": "Busy."}, "look: Busy. It"),
        ({"errorMsg": " . ", "errorCode": "SYSTEM_ERROR"}, "look: SYSTEM_ERROR. It"),
        ({"errorMsg": ["x"], "errorCode": None}, "look: no reason given. It"),
    ],
)
def test_the_reason_is_one_sentence(fields: Any, told_as: str) -> None:
    assert told_as in trouble(as_json({"success": False, **fields}), JSON).detail


def test_a_call_instead_of_json_is_another_shape() -> None:
    assert trouble(b'callback({"module":[]})', JSON).kind is FailureKind.DRIFT


def test_an_answer_that_does_not_mention_success_is_read() -> None:
    (found,) = Cainiao().parse(replied({"module": GOOD["module"]}), [Ask(NUMBER)], NOW)
    assert isinstance(found, Snapshot)
