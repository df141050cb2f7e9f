"""A test message goes once through each channel, and what became of it is said without secrets."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from unittest import mock

import pytest

from monitor.channels.sending import OpenChannel
from monitor.cli.notify import Tried
from monitor.sandbox.receiver import Receiver
from monitor.sandbox.server import Response, Served
from tests.channels.conftest import AnyPort, Mailbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.sandbox.server import Request
    from tests.cli.desk import Desk

TOKEN = "s3ntinel0123456789TOKEN"
TITLE = "Test message of the parcel monitor"


@pytest.fixture
def post() -> Iterator[Mailbox]:
    found = Mailbox()
    controller = AnyPort(found, hostname="127.0.0.1", port=0)
    controller.start()
    found.port = controller.port
    yield found
    controller.stop()


@pytest.fixture
def tablet() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


class Meeting(Served):
    """Two services that answer only when both have been asked."""

    def __init__(self) -> None:
        self._both = threading.Barrier(2, timeout=20)
        super().__init__()

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self._server.port}/"

    def answer(self, request: Request) -> Response:
        del request
        self._both.wait()
        return Response(200, b"{}")


class Silent(Meeting):
    def answer(self, request: Request) -> Response:
        del request
        return Response(200, b"{}", delay=60)


def test_every_channel_gets_one_message_and_says_so(
    bare: Desk, phone: Receiver, post: Mailbox
) -> None:
    bare.channel("phone", phone.url, "critical")
    bare.channel("mail", post.url)
    ran = bare("notify-test")
    assert (ran.code, len(ran.out.splitlines())) == (0, 2)
    assert "phone      sent     phone (json) accepted the message." in ran.out
    assert "mail       sent     mail (mailto) accepted the message." in ran.out
    (message,) = phone.messages
    (mail,) = post.mails
    assert message.title == mail["Subject"] == TITLE
    assert "parcels notify-test" in message.body
    assert "1 Sep 2026, 06:00" in message.body
    assert not bare.database.exists()


def test_a_service_that_refuses_is_failed_and_keeps_no_other_from_its_message(
    bare: Desk, phone: Receiver, tablet: Receiver
) -> None:
    bare.channel("phone", phone.url)
    bare.channel("tablet", tablet.url)
    phone.refuse(5, status=503)
    ran = bare("notify-test")
    assert ran.code == 1
    assert "phone      failed   phone (json) did not take the message: it answered 503." in ran.out
    assert "tablet     sent" in ran.out
    assert (phone.attempts, tablet.attempts) == (1, 1)


def test_an_answer_that_is_lost_is_unknown_and_nothing_is_sent_again(
    bare: Desk, phone: Receiver
) -> None:
    bare.channel("phone", phone.url)
    phone.lose(5)
    ran = bare("notify-test", "--json")
    assert ran.code == 1
    (row,) = ran.json
    assert (row["channel"], row["delivery"]) == ("phone", "unknown")
    assert "may have arrived" in row["detail"]
    assert phone.attempts == 1


def test_a_mail_server_that_refuses_is_failed(bare: Desk, post: Mailbox) -> None:
    bare.channel("mail", post.url)
    post.reply = "550 no such user"
    ran = bare("notify-test")
    assert ran.code == 1
    assert "mail       failed" in ran.out


def test_a_url_that_cannot_be_used_is_failed_and_the_others_are_tried(
    bare: Desk, phone: Receiver
) -> None:
    bare.channel("two", "mailto://127.0.0.1:1?from=a@x.example&to=b@x.example,c@x.example")
    bare.channel("phone", phone.url)
    ran = bare("notify-test", "--json")
    assert ran.code == 1
    two, other = ran.json
    assert (two["delivery"], other["delivery"]) == ("failed", "sent")
    assert "2 targets" in two["detail"]


def test_channels_are_tried_side_by_side(bare: Desk) -> None:
    with Meeting() as service:
        bare.channel("one", service.url)
        bare.channel("other", service.url)
        assert bare("notify-test").code == 0


def test_one_that_is_silent_is_not_waited_for_for_ever(bare: Desk, phone: Receiver) -> None:
    bare.channel("phone", phone.url)
    limits = OpenChannel.send.__kwdefaults__
    assert limits is not None
    with Silent() as service, mock.patch.dict(limits, {"timeout": 0.3}):
        bare.channel("slow", service.url)
        ran = bare("notify-test")
    assert ran.code == 1
    assert "phone      sent" in ran.out
    assert "slow       unknown" in ran.out


@pytest.mark.parametrize("name", ["tablet", "TABLET"])
def test_only_the_named_channel_is_tried(
    bare: Desk, phone: Receiver, tablet: Receiver, name: str
) -> None:
    bare.channel("phone", phone.url)
    bare.channel("tablet", tablet.url)
    assert bare("notify-test", "--channel", name).code == 0
    assert (phone.attempts, tablet.attempts) == (0, 1)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("fone", "did you mean phone?", id="a slip"),
        pytest.param("\x1b]52;c;x\x07", "there is phone.", id="nothing near, and hostile"),
    ],
)
def test_a_channel_that_is_not_there_is_a_wrong_use(
    bare: Desk, phone: Receiver, name: str, said: str
) -> None:
    bare.channel("phone", phone.url)
    refused = bare("notify-test", "--channel", name)
    assert (refused.code, refused.out) == (2, "")
    assert said in refused.err
    assert "\x1b" not in refused.err
    assert phone.attempts == 0


def test_without_any_channel_it_is_said_where_alerts_go_and_how_to_set_one(bare: Desk) -> None:
    ran = bare("notify-test")
    assert (ran.code, ran.out) == (0, "")
    assert "standard output" in ran.err
    assert "[[channels]]" in ran.err
    assert bare("notify-test", "--json").json == []
    named = bare("notify-test", "--channel", "phone")
    assert named.code == 2
    assert "[[channels]]" in named.err


def test_no_secret_of_a_url_is_shown(bare: Desk) -> None:
    bare.channel("bot", f"tgram://{TOKEN}/nonsense/1")
    bare.channel("hook", f"json://user:{TOKEN}@127.0.0.1:1/{TOKEN}?+X-Key={TOKEN}")
    for arguments in ((), ("--json",)):
        ran = bare("notify-test", *arguments)
        assert ran.code == 1
        assert "s3ntinel" not in ran.out + ran.err


def test_however_many_channels_hang_the_others_are_tried_at_the_same_time(
    bare: Desk, phone: Receiver
) -> None:
    """Each answers only when all have been asked; on no machine does the loop have so many threads."""
    count = 40
    all_of_them = threading.Barrier(count, timeout=30)

    def tried(outlet: OpenChannel, _body: str) -> Tried:
        all_of_them.wait()
        return Tried(outlet.name, "sent", "")

    for n in range(count):
        bare.channel(f"channel{n}", phone.url)
    with mock.patch("monitor.cli.notify._try", tried):
        assert bare("notify-test").code == 0
