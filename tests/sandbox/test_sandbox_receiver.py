"""The receiver takes what the real Apprise sends, and refuses what it is told to refuse."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING

import apprise
import pytest

from monitor.sandbox.receiver import Receiver

if TYPE_CHECKING:
    from collections.abc import Iterator

# Apprise loads all its plugins at first use, and one of them asks for a module Python is dropping.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def send(receiver: Receiver, title: str = "Stuck", body: str = "In customs since Monday.") -> bool:
    channel = apprise.Apprise()
    channel.add(receiver.url)
    return bool(channel.notify(title=title, body=body, notify_type=apprise.NotifyType.WARNING))


def post(receiver: Receiver, body: bytes) -> int:
    port = int(receiver.url.split(":")[2].rstrip("/"))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("POST", "/", body)
        return connection.getresponse().status
    finally:
        connection.close()


def test_a_message_arrives_as_it_was_sent(receiver: Receiver) -> None:
    assert send(receiver, body="In customs since Monday: 进口清关延迟")
    (message,) = receiver.messages
    assert (message.title, message.body) == ("Stuck", "In customs since Monday: 进口清关延迟")
    assert message.kind == "warning"


def test_the_next_messages_can_be_refused(receiver: Receiver) -> None:
    receiver.refuse(2)
    assert [send(receiver) for _ in range(3)] == [False, False, True]
    assert len(receiver.messages) == 1
    assert receiver.attempts == 3


def test_a_share_of_the_messages_can_be_refused(receiver: Receiver) -> None:
    receiver.refuse_fraction(0.25)
    statuses = [post(receiver, b'{"message": "x"}') for _ in range(8)]
    assert statuses == [200, 200, 200, 500] * 2


def test_a_lost_message_was_taken_all_the_same(receiver: Receiver) -> None:
    receiver.lose(1)
    assert send(receiver) is False
    assert len(receiver.messages) == 1
    assert send(receiver) is True


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"'])
def test_what_is_no_notification_is_refused(receiver: Receiver, body: bytes) -> None:
    assert post(receiver, body) == 400
    assert receiver.messages == []
