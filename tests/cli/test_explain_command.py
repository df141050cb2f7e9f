"""`parcels explain`: one message for people, many for programs, and those nobody understood."""

from __future__ import annotations

import json
import subprocess
import sys
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st

from monitor.cli.batch import LINE_LIMIT, answers
from monitor.reading import read
from monitor.sandbox.histories import ParcelHistory, ScriptedEvent
from tests.cli.desk import KETTLE, LAMP, SHIPPED, Ran
from tests.cli.test_terminal_safety import EVIL, is_inert

if TYPE_CHECKING:
    from tests.cli.desk import Desk

HELD = "Import clearance exception"
STRANGE = "Zzyzx qwertz plomf"


def fed(desk: Desk, *arguments: str, standard_input: bytes) -> Ran:
    """One command as a process that reads what it is given."""
    done = subprocess.run(
        [sys.executable, "-m", "monitor", *arguments],
        env=desk._seen(),
        input=standard_input,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def batch(*lines: bytes) -> list[dict[str, Any]]:
    found = answers(BytesIO(b"\n".join(lines)), read)
    return [json.loads(line) for line, _ in found]


# -- one message, for people


def test_a_message_is_explained_in_order(bare: Desk) -> None:
    ran = bare("explain", *HELD.split(), COLUMNS="200")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("stopped at import customs (clearance_exception, import)\n")
    parts = [
        "recognised (in English): “clearance”, “import”, “exception”",
        "What it means: Import customs",
        "What usually happens next: ",
        "Do now:\n1. ",
        "\n2. ",
        "What not to do:\n- Do not pay by a link",
        "How sure: Fairly sure",
    ]
    places = [ran.out.index(part) for part in parts]
    assert places == sorted(places)
    assert not bare.folder.joinpath("state").exists()


def test_lines_are_no_wider_than_the_terminal(bare: Desk) -> None:
    shown = bare("explain", HELD, COLUMNS="60").out
    assert max(map(len, shown.splitlines())) <= 60


def test_an_unknown_message_is_said_to_be_unknown(bare: Desk) -> None:
    ran = bare("explain", STRANGE)
    assert ran.code == 0
    assert ran.out.startswith("not understood (unknown)\nrecognised: nothing\n")
    assert "[reading] extra" in " ".join(ran.out.split())


def test_a_code_alone_is_explained(bare: Desk) -> None:
    shown = bare("explain", "--code", "CC_IM_START", "--source", "Cainiao").out
    assert shown.startswith("in customs (clearance_start, import)\nrecognised: “CC_IM_START”\n")
    assert "Half sure" in shown


def test_a_message_may_come_from_standard_input_as_a_whole(bare: Desk) -> None:
    ran = fed(bare, "explain", "-", standard_input=b"Import clearance\nexception \xff\n")
    assert ran.out.startswith("stopped at import customs")


@pytest.mark.parametrize("evil", EVIL.values(), ids=EVIL)
def test_a_hostile_message_comes_out_inert(bare: Desk, evil: str) -> None:
    text, code = f"Import clearance {evil} exception", f"X{evil}"
    assert is_inert(bare("explain", "--code", code, "--source", evil, "--", text).out)
    ran = bare("explain", "--json", "--code", code, "--", text)
    assert is_inert(ran.out)
    assert is_inert(ran.json["text"] + ran.json["code"] + "".join(ran.json["matched"]))


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param((), id="nothing to explain"),
        pytest.param(("--source", "Cainiao"), id="a source alone"),
        pytest.param(("--batch", "--unknown"), id="two modes"),
        pytest.param(("--batch", "text"), id="a batch and a message"),
        pytest.param(("--unknown", "--code", "X"), id="a list and a code"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(
    bare: Desk, arguments: tuple[str, ...]
) -> None:
    ran = bare("explain", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("parcels: ")


def test_json_has_the_keys_of_the_contract_and_unknown_is_null(bare: Desk) -> None:
    found = bare("explain", HELD, "--json").json
    assert {"text", "code", "stage", "meaning", "actions", "matched", "language"} <= set(found)
    assert (found["text"], found["code"]) == (HELD, None)
    assert (found["stage"], found["language"]) == ("clearance_exception", "en")
    assert isinstance(found["actions"], list)
    unknown = bare("explain", STRANGE, "--json").json
    assert (unknown["stage"], unknown["language"], unknown["matched"]) == ("unknown", None, [])


# -- many, for programs


def test_lines_come_out_in_order_with_keys_added_and_bad_ones_in_place(bare: Desk) -> None:
    lines = [
        {"text": HELD, "id": 7},
        {"text": "清关异常", "code": "CC_IM_FAILURE", "source": "Cainiao", "lang": "zh"},
        "no object",
        {"text": STRANGE, "code": None},
    ]
    fed_in = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode()
    ran = fed(bare, "explain", "--batch", standard_input=fed_in)
    first, second, third, fourth = map(json.loads, ran.out.splitlines())
    assert (ran.code, ran.err) == (1, "")
    assert (first["id"], first["text"], first["code"]) == (7, HELD, None)
    assert first["stage"] == second["stage"] == "clearance_exception"
    assert (second["lang"], second["language"], second["code"]) == ("zh", "zh", "CC_IM_FAILURE")
    assert third["line"] == 3
    assert "no JSON object with a text" in third["error"]
    assert fourth["stage"] == "unknown"


def test_a_batch_without_a_bad_line_ends_with_zero(bare: Desk) -> None:
    ran = fed(bare, "explain", "--batch", standard_input=b'{"text": "Delivered"}\n\n')
    assert ran.code == 0
    assert [json.loads(line)["stage"] for line in ran.out.splitlines()] == ["delivered"]


def test_an_answer_comes_before_the_next_line_is_asked_for() -> None:
    class OneByOne(BytesIO):
        asked = 0

        def readline(self, size: int | None = -1, /) -> bytes:
            self.asked += 1
            return super().readline(size)

    stream = OneByOne(b'{"text": "Delivered"}\n' * 3)
    found = answers(stream, read)
    next(found)
    assert stream.asked == 1


def test_a_line_without_an_end_is_never_held_as_a_whole() -> None:
    class Endless(BytesIO):
        """Forty megabytes without a line break, made as they are asked for."""

        left = 40_000_000
        largest = 0

        def readline(self, size: int | None = -1, /) -> bytes:
            assert size is not None
            assert size > 0
            self.largest = max(self.largest, size)
            given = min(size, self.left)
            self.left -= given
            return b"a" * given

    stream = Endless()
    ((line, fit),) = answers(stream, read)
    assert (fit, "longer than" in line, stream.left) == (False, True, 0)
    assert stream.largest <= LINE_LIMIT + 1


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"{", id="half a line"),
        pytest.param(b"\xff\xfe", id="no UTF-8"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'{"text": 5}', id="a number for a text"),
        pytest.param(b'{"code": "X"}', id="no text"),
        pytest.param(b'{"text": "a", "code": 5}', id="a number for a code"),
        pytest.param(b'{"text": "a", "source": {}}', id="a table for a source"),
        pytest.param(b'{"text": "a", "n": NaN}', id="a number JSON does not have"),
        pytest.param(b'{"text": "a", "n": 1e999}', id="a number without an end"),
        pytest.param(b'{"text": "a", "n": ' + b"9" * 5000 + b"}", id="a number too long to count"),
        pytest.param(b"[" * 50_000, id="lists within lists"),
        pytest.param(b'{"text": "' + b"a" * LINE_LIMIT + b'"}', id="a line without an end"),
    ],
)
def test_a_bad_line_is_told_and_the_next_is_read(line: bytes) -> None:
    bad, good = batch(line, b'{"text": "Delivered"}')
    assert list(bad) == ["error", "line"]
    assert bad["line"] == 1
    assert good["stage"] == "delivered"


def test_a_line_of_just_the_limit_is_read() -> None:
    start, end = b'{"text": "Delivered', b'"}\n'
    line = start + b" " * (LINE_LIMIT - len(start) - len(end)) + end
    assert len(line) == LINE_LIMIT
    assert batch(line)[0]["stage"] == "delivered"


@given(st.text(max_size=300), st.none() | st.text(max_size=40), st.none() | st.text(max_size=20))
def test_any_text_comes_back_as_it_was_on_one_inert_line(
    text: str, code: str | None, source: str | None
) -> None:
    line = json.dumps({"text": text, "code": code, "source": source}).encode()
    ((out, fit),) = answers(BytesIO(line), read)
    assert fit
    assert is_inert(out)
    assert out.isprintable()
    found = json.loads(out)
    assert (found["text"], found["code"], found["source"]) == (text, code, source)


@given(st.lists(st.binary(max_size=60), max_size=8))
def test_whatever_comes_in_every_line_gets_one_answer_in_order(lines: list[bytes]) -> None:
    parts = [line.replace(b"\n", b" ") for line in lines]
    found = batch(*parts, b'{"text": "end"}')
    assert len(found) == sum(bool(part.strip()) for part in parts) + 1
    told = [row["line"] for row in found if "line" in row]
    assert told == sorted(told)
    assert found[-1]["text"] == "end"


# -- what nobody understood


def strange(number: str, text: str, *, day: int = 1, code: str = "Exotic_Code") -> ParcelHistory:
    events = (
        ScriptedEvent(0, "09:00", "InTransit_PickedUp", "Parcel collected", location="Yiwu", country="CN"),
        ScriptedEvent(day, "09:00", code, text, offset="+02:00", location="Leipzig", country="DE"),
    )  # fmt: skip
    return ParcelHistory(number, 190271, events, origin="CN", destination="DE", shipped=SHIPPED)


def watched(desk: Desk) -> Desk:
    """Two parcels about which something strange was said."""
    desk.sandbox.script(strange(KETTLE, f"{STRANGE} {KETTLE} Leipzig"))
    desk.sandbox.script(strange(LAMP, f"{STRANGE} {LAMP} Leipzig", day=2))
    desk.at(4)
    desk("add", KETTLE, "--label", "Blue kettle", "--carrier", "190271")
    desk("add", LAMP, "--carrier", "190271")
    desk("poll")
    desk.at(4.1)
    desk("poll")
    return desk


def test_what_nobody_understood_is_listed_once_without_what_is_private(desk: Desk) -> None:
    ran = watched(desk)("explain", "--unknown")
    assert ran.code == 0
    assert f"2 times: “{STRANGE} [number] [place]”" in ran.out
    assert "17TRACK" in ran.out
    assert "language unknown; newest 2026-09-03" in ran.out
    assert "Parcel collected" not in ran.out
    for private in (KETTLE, LAMP, "Leipzig", "kettle"):
        assert private not in ran.out


def test_the_same_as_json(desk: Desk) -> None:
    (row,) = watched(desk)("explain", "--unknown", "--json").json
    assert list(row) == [
        "text", "translation", "code", "source", "stage", "language", "count", "newest",
    ]  # fmt: skip
    assert (row["text"], row["count"], row["stage"]) == (
        f"{STRANGE} [number] [place]",
        2,
        "unknown",
    )


def test_remarks_by_hand_are_no_riddles(bare: Desk) -> None:
    bare("add", KETTLE)
    bare("event", KETTLE, STRANGE)
    ran = bare("explain", "--unknown")
    assert (ran.code, ran.out) == (0, "")
    assert "Every stored message was understood." in ran.err
    assert bare("explain", "--unknown", "--json").json == []
