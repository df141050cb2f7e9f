"""Whatever a carrier or a shop writes, a terminal gets plain text of one line."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.desk import KETTLE

if TYPE_CHECKING:
    from monitor.sandbox.receiver import Receiver
    from tests.cli.desk import Desk

MINUTE = timedelta(minutes=1)
EVIL = {
    "an escape sequence": "\x1b[31mred\x1b[0m",
    "OSC 52, which writes the clipboard": "\x1b]52;c;ZXZpbA==\x07",
    "C1, the one-byte escape": "\x9b31m \x90q\x9c",
    "a turned direction": "\u202egnihtyna\u2066x\u2069",
    "markup of a console library": "weight [/kg] [link=http://evil.example]x[/link] [bold]",
    "line breaks": "one\ntwo\r\nthree\u2028four\x0bfive\x85six",
    "NUL and bell": "a\x00b\x07c",
    "a lone surrogate": "a\ud800b",
    "zero widths": "cus\u200btoms\ufeff",
}
MARK = "sentinel"


def hostile_item(text: str) -> dict[str, Any]:
    """An answer of 17TRACK in which everything a carrier writes is hostile."""
    event = {
        "time_iso": "2026-08-31T09:00:00+02:00",
        "time_utc": "2026-08-31T07:00:00Z",
        "time_raw": {"date": f"2026-08-31{text}", "time": f"09:00{text}", "timezone": text},
        "description": f"Import clearance exception {MARK} {text}",
        "description_translation": {"lang": "en", "description": f"{MARK} {text}"},
        "location": f"Leipzig {text}",
        "stage": text,
        "sub_status": f"Exception_Security{text}",
        "address": {"country": "DE", "state": text, "city": text, "street": text},
    }
    provider = {
        "provider": {"key": 190271, "name": f"Cainiao {text}", "alias": text, "country": "CN"},
        "provider_lang": None,
        "service_type": text,
        "latest_sync_status": "Success",
        "latest_sync_time": "2026-09-01T05:00:00Z",
        "events": [event],
    }
    return {
        "number": KETTLE,
        "carrier": 190271,
        "param": text,
        "tag": text,
        "track_info": {
            "shipping_info": {
                "shipper_address": {"country": "CN", "city": text},
                "recipient_address": {"country": "DE", "city": text},
            },
            "latest_status": {
                "status": "Exception",
                "sub_status": f"Exception_Security{text}",
                "sub_status_descr": text,
            },
            "latest_event": event,
            "misc_info": {"local_number": f"RR123456785CN{text}", "local_provider": text},
            "tracking": {"providers_hash": 1, "providers": [provider]},
        },
    }


def attacked(desk: Desk, evil: str) -> Desk:
    """A machine on which every word of the owner, of the shop and of the carrier is hostile."""
    desk.sandbox.can(KETTLE, hostile_item(evil))
    desk("add", KETTLE, "--label", f"Kettle {evil}", "--seller", evil, "--url", f"x{evil}",
         "--order-id", evil, "--carrier", "190271")  # fmt: skip
    desk("event", KETTLE, f"Remark {evil}")
    desk("poll")
    desk.clock.advance(2 * MINUTE)  # until the first look of 17TRACK
    return desk


def is_inert(text: str) -> bool:
    """Nothing but printable characters and the line breaks of the program itself."""
    return all(c == "\n" or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"} for c in text)


COMMANDS = [("list",), ("show", KETTLE), ("plan",), ("alerts",), ("poll",), ("poll", "--dry-run")]


@pytest.mark.parametrize("evil", EVIL.values(), ids=EVIL)
def test_hostile_text_comes_out_inert_wherever_it_is_shown(desk: Desk, evil: str) -> None:
    shown = [attacked(desk, evil)("poll").out, *(desk(*command).out for command in COMMANDS)]
    assert MARK in shown[0]
    assert "stopped at customs" in shown[1]
    assert MARK in shown[2]
    assert [text for text in shown if not is_inert(text)] == []
    assert len(shown[1].splitlines()) == 2  # a heading, and one line for the parcel
    timeline = shown[2].partition("Timeline")[2].partition("── today")[0]
    assert len(timeline.splitlines()[1:-1]) == 2


def test_hostile_text_comes_out_inert_in_json_too(desk: Desk) -> None:
    attacked(desk, " ".join(EVIL.values()))
    for command in [("poll",), *COMMANDS[:4]]:
        shown = desk(*command, "--json")
        assert shown.code == 0
        assert is_inert(shown.out)
        assert is_inert("".join(strings(shown.json)))


def strings(value: Any) -> list[str]:
    """Every string of a JSON value but the bodies of messages, which have lines of their own."""
    if isinstance(value, dict):
        return [s for key, v in value.items() if key != "body" for s in strings(v)]
    if isinstance(value, list):
        return [s for v in value for s in strings(v)]
    return [value.replace("\n", "\x00")] if isinstance(value, str) else []


def test_what_is_sent_is_inert_and_holds_no_live_link(desk: Desk, phone: Receiver) -> None:
    attacked(desk, " ".join(EVIL.values()))
    desk.channel("phone", phone.url)
    desk("poll")
    (message,) = phone.messages
    assert MARK in message.body
    assert is_inert(message.title + message.body)
    assert "\n" not in message.title
    assert "evil.example" not in message.body


@pytest.mark.parametrize("where", ["add", "show", "event", "lsit\x1b]52;c;x\x07", "poll"])
def test_hostile_arguments_are_not_echoed_live(bare: Desk, where: str) -> None:
    for text in EVIL.values():
        assert is_inert(bare(where, text).err)
        assert is_inert(bare(where, f"--{text}").err)
        assert is_inert(bare("add", KETTLE, "--shop", text).err)
        if text.isprintable() or "\x1b" in text:  # what an environment can hold
            assert is_inert(bare("list", PARCELS_NOW=text).err)


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("--config", "{}.toml", "list"), id="the name of a file"),
        pytest.param(("list", "{}"), id="an argument too many"),
        pytest.param(("--{}", "list"), id="an option that does not exist"),
        pytest.param(("alerts", "retry", "{}"), id="a number"),
        pytest.param(("event", KETTLE, "x", "--stage", "{}"), id="a choice"),
        pytest.param(("completion", "{}"), id="a shell"),
        pytest.param(("init", "/dev/null/{}"), id="a file that cannot be written"),
    ],
)
def test_a_refusal_writes_out_what_a_terminal_would_obey(
    bare: Desk, arguments: tuple[str, ...]
) -> None:
    ran = bare(*(word.format("\x1b]52;c;ZXZpbA==\x07\u202e") for word in arguments))
    assert ran.code != 0
    assert is_inert(ran.out + ran.err)
    assert "52;c;" in ran.err
