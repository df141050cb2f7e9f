"""Messages of full length arrive whole, also where Apprise would count their escapes."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest

from monitor.channels import Channel, Delivery, OpenChannel, open_channel
from monitor.channels.sending import BODY_LIMIT
from monitor.message.parts import MESSAGE_LIMIT
from monitor.schedule import Severity

TITLE = "Blue kettle: protection ends in 3 days (+3 more)"
LINE = 'What happened: on Fri 4 Sep 2026, 07:00: "Import clearance exception" (Leipzig & Köln).\n'
END = "the last word"


def opened(url: str) -> OpenChannel:
    return open_channel(Channel("phone", url, Severity.INFO))


def full() -> str:
    """As many whole lines as one joined message may have, and a last one that ends it."""
    return LINE * ((MESSAGE_LIMIT - len(END)) // len(LINE)) + END


@pytest.fixture
def telegram(receiver: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    from apprise.plugins.telegram import NotifyTelegram

    monkeypatch.setattr(NotifyTelegram, "notify_url", f"http://127.0.0.1:{receiver.port}/bot")
    receiver.answer = b'{"ok": true, "result": {}}'
    return receiver


def test_a_joined_message_may_be_as_long_as_a_channel_takes() -> None:
    assert MESSAGE_LIMIT <= BODY_LIMIT


def test_a_joined_message_reaches_telegram_to_its_end_and_within_its_limit(telegram: Any) -> None:
    channel = opened("tgram://123456789:AAs3ntinelAAAAAAAAAAAAAAAAAAAAAAAAA/123456")
    assert channel.send(TITLE, full()).delivery is Delivery.SENT

    (message,) = telegram.messages
    seen = unescape(message["text"])
    assert seen.endswith(END)
    assert seen.count("Import clearance exception") == full().count("Import clearance exception")
    assert len(seen) <= 4096


def test_a_service_that_takes_less_gets_the_rest_in_further_messages(
    receiver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from apprise.plugins.custom_json import NotifyJSON

    monkeypatch.setattr(NotifyJSON, "body_maxlen", 500)
    assert (
        opened(f"json://127.0.0.1:{receiver.port}/").send(TITLE, full()).delivery is Delivery.SENT
    )

    texts = [posted["message"] for posted in receiver.messages]
    assert len(texts) > 1
    assert max(map(len, texts)) <= 500
    assert " ".join(texts).split() == full().split()
