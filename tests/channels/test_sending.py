"""The real Apprise against real receivers: what arrives, and what is said of it."""

from __future__ import annotations

import logging
import traceback
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from monitor.channels import (
    Channel,
    Delivery,
    OpenChannel,
    Result,
    StandardOutput,
    open_channel,
    quiet_libraries,
)
from monitor.channels.sending import BODY_LIMIT, inert
from monitor.schedule import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    # Apprise loads its PGP support, which looks for a module that Python 3.13 dropped.
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning"),
]

TOKEN = "123456789:AAs3ntinelAAAAAAAAAAAAAAAAAAAAAAAAA"
PASSWORD = "s3ntinel-Pass-4711"
MAIL = "from=parcels@home.example&to=me@home.example"
ESC, OSC52, RLO, BEL = "\x1b[31m", "\x1b]52;c;ZXZpbA==\x07", "\u202e", "\x07"


def opened(url: str) -> OpenChannel:
    return open_channel(Channel("phone", url, Severity.INFO))


@pytest.fixture
def telegram(receiver: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    from apprise.plugins.telegram import NotifyTelegram

    monkeypatch.setattr(NotifyTelegram, "notify_url", f"http://127.0.0.1:{receiver.port}/bot")
    monkeypatch.setattr(NotifyTelegram, "request_rate_per_sec", 0)
    receiver.answer = b'{"ok": true, "result": {}}'
    return receiver


def test_a_webhook_gets_title_and_text_once_and_the_result_is_sent(receiver: Any) -> None:
    result = opened(f"json://127.0.0.1:{receiver.port}/").send("Stuck", "Line 1\n  - Line 2")
    assert result == Result(Delivery.SENT, "phone (json) accepted the message.")
    (message,) = receiver.messages
    assert (message["title"], message["message"]) == ("Stuck", "Line 1\n  - Line 2")


def test_a_mail_arrives_as_plain_text(mailbox: Any) -> None:
    url = f"mailto://127.0.0.1:{mailbox.port}?from=a@shop.example&to=b@home.example"
    assert opened(url).send("Stuck", "One\nTwo").delivery is Delivery.SENT
    (mail,) = mailbox.mails
    assert mail["subject"] == "Stuck"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().replace("\r\n", "\n").strip() == "One\nTwo"


def test_telegram_gets_the_title_within_the_text_and_the_text_once(telegram: Any) -> None:
    result = opened(f"tgram://{TOKEN}/123456").send("Stuck in customs", "Pay the duty.")
    assert result.delivery is Delivery.SENT
    (message,) = telegram.messages
    assert message["chat_id"] in (123456, "123456")
    assert message["text"].count("Stuck in customs") == 1
    assert message["text"].count("Pay the duty.") == 1


def test_markup_reaches_telegram_as_text_and_not_as_a_link(telegram: Any) -> None:
    evil = '<a href="http://evil.example">Pay</a> [pay](http://evil.example) <b>now</b> & *go*'
    opened(f"tgram://{TOKEN}/123456").send(evil, evil)
    (message,) = telegram.messages
    live = message["text"].replace("<b>", "", 1).replace("</b>", "", 1)  # the title's own weight
    assert message.get("parse_mode", "").upper() != "MARKDOWN"
    assert "<a" not in live
    assert "&lt;a href=" in live


def test_markup_reaches_a_mailbox_as_text(mailbox: Any) -> None:
    url = f"mailto://127.0.0.1:{mailbox.port}?from=a@shop.example&to=b@home.example"
    opened(url).send("<b>x</b>", '<a href="http://evil.example">Pay</a>')
    (mail,) = mailbox.mails
    assert mail.get_content_type() == "text/plain"
    assert '<a href="http://evil.example">Pay</a>' in mail.get_content()


@pytest.mark.parametrize(
    "title",
    [
        pytest.param("Stuck\r\nBcc: thief@evil.example", id="CR LF"),
        pytest.param("Stuck\nBcc: thief@evil.example", id="LF alone"),
        pytest.param("Stuck\rBcc: thief@evil.example", id="CR alone"),
        pytest.param("Stuck\u2028Bcc: thief@evil.example", id="a line separator"),
    ],
)
def test_a_line_break_in_a_title_begins_no_header(title: str, mailbox: Any) -> None:
    url = f"mailto://127.0.0.1:{mailbox.port}?from=a@shop.example&to=b@home.example"
    opened(url).send(title, "text")
    (mail,) = mailbox.mails
    assert mail["bcc"] is None
    assert mail["subject"] == "Stuck Bcc: thief@evil.example"


def test_no_control_or_direction_character_reaches_anybody(receiver: Any) -> None:
    evil = f"a{ESC}b{OSC52}c{RLO}d{BEL}e\x00f\u200bg\u2066h\ud800i\ue000"
    opened(f"json://127.0.0.1:{receiver.port}/").send(evil, f"{evil}\r\nnext\tone")
    (message,) = receiver.messages
    assert message["title"] == "a[31mb]52;c;ZXZpbA==cdefghi"
    assert message["message"] == "a[31mb]52;c;ZXZpbA==cdefghi\nnext one"


def test_a_long_text_is_cut_and_says_so(telegram: Any) -> None:
    opened(f"tgram://{TOKEN}/123456").send("Long", "<" * 10_000)
    (message,) = telegram.messages
    assert len(unescape(message["text"])) <= 4096  # Telegram counts what is seen
    assert message["text"].endswith("&lt;…")
    assert inert("x" * 10_000) == "x" * (BODY_LIMIT - 1) + "…"


@pytest.mark.parametrize(
    ("status", "detail"),
    [(500, "answered 500"), (401, "answered 401"), (429, "answered 429"), (404, "answered 404")],
)
def test_a_refusal_is_failed_and_names_the_status(status: int, detail: str, receiver: Any) -> None:
    receiver.status = status
    result = opened(f"json://127.0.0.1:{receiver.port}/").send("a", "b")
    assert result.delivery is Delivery.FAILED
    assert detail in result.detail
    assert len(receiver.messages) == 1, "the monitor repeats, not Apprise"


@pytest.mark.parametrize("reply", ["550 no such user", "451 try later"])
def test_a_mail_that_is_not_taken_is_failed_and_says_its_code(reply: str, mailbox: Any) -> None:
    mailbox.reply = reply
    url = f"mailto://127.0.0.1:{mailbox.port}?from=a@shop.example&to=b@home.example"
    result = opened(url).send("a", "b")
    assert result.delivery is Delivery.FAILED
    assert result.detail.endswith(f"did not take the message: it answered {reply[:3]}.")


@pytest.mark.parametrize("url", ["json://127.0.0.1:{port}/", "mailto://127.0.0.1:{port}?{mail}"])
def test_nobody_listening_is_failed_and_said(url: str) -> None:
    import socket

    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        result = opened(url.format(port=held.getsockname()[1], mail=MAIL)).send("a", "b")
    assert result.delivery is Delivery.FAILED
    assert result.detail.endswith("did not take the message: nobody listens there.")


@pytest.mark.parametrize("url", ["json://mail.invalid/", f"mailto://mail.invalid?{MAIL}"])
def test_a_host_nobody_knows_is_failed_and_said(url: str) -> None:
    result = opened(url).send("a", "b")
    assert result.delivery is Delivery.FAILED
    assert result.detail.endswith("did not take the message: its name is not known.")


def test_a_password_a_mail_server_does_not_know_is_said_with_its_code(strict: Any) -> None:
    url = f"mailto://you:s3ntinel-wrong@127.0.0.1:{strict.port}?{MAIL}"
    result = opened(url).send("a", "b")
    assert result.delivery is Delivery.FAILED
    assert "it answered 535: user, password or token is not the right one" in result.detail
    assert "s3ntinel" not in result.detail


def test_a_mail_server_that_takes_no_password_is_said(mailbox: Any) -> None:
    result = opened(f"mailto://you:s3ntinel-pw@127.0.0.1:{mailbox.port}?{MAIL}").send("a", "b")
    assert result.delivery is Delivery.FAILED
    assert "it takes no password, or none without encryption" in result.detail


@pytest.mark.parametrize(
    ("line", "left"),
    [
        pytest.param("error=503 at https://t/s3ntinel", "error=503", id="the status of a service"),
        pytest.param("Socket Exception: (535, b'no s3ntinel')", "error=535", id="of a mail server"),
        pytest.param(
            "url: /bots3ntinel (Caused by SSLError(CERTIFICATE_VERIFY_FAILED))",
            "its certificate is not to be trusted",
            id="a certificate",
        ),
        pytest.param("[Errno 101] Network is unreachable", "there is no way to it", id="no way"),
        pytest.param(
            "STARTTLS extension not supported by server.",
            "it has no encryption",
            id="no encryption",
        ),
        pytest.param("Connection aborted by s3ntinel", "broken", id="a broken connection"),
        pytest.param("key s3ntinel", "withheld", id="nothing else"),
    ],
)
def test_of_a_line_of_the_library_only_the_reason_is_left(line: str, left: str) -> None:
    quiet_libraries()
    record = logging.LogRecord("apprise", logging.DEBUG, "", 0, line, None, None)
    assert logging.getLogger("apprise").filter(record)
    assert record.getMessage() == left


def test_a_connection_that_breaks_after_the_message_is_unknown(receiver: Any) -> None:
    receiver.vanish = True

    result = opened(f"json://127.0.0.1:{receiver.port}/").send("title", "body")

    assert len(receiver.messages) == 1
    assert result.delivery is Delivery.UNKNOWN
    assert "may have arrived" in result.detail


def test_a_redirect_is_a_failure_and_takes_no_header_along(receiver: Any) -> None:
    receiver.status = 307
    receiver.headers = {"Location": f"http://127.0.0.1:{receiver.port}/elsewhere"}
    url = f"json://127.0.0.1:{receiver.port}/here?+Authorization=Bearer%20{PASSWORD}"
    assert opened(url).send("a", "b").delivery is Delivery.FAILED
    assert [path for path, _, _ in receiver.requests] == ["/here"]


def test_an_endpoint_that_drips_is_unknown_because_it_has_the_message(receiver: Any) -> None:
    receiver.drip = True
    result = opened(f"json://127.0.0.1:{receiver.port}/").send("a", "b", timeout=0.4)
    receiver.over.set()
    assert result.delivery is Delivery.UNKNOWN
    assert "may have arrived" in result.detail
    assert len(receiver.messages) == 1


def test_an_endpoint_silent_for_a_whole_read_is_unknown_although_apprise_says_failed(
    receiver: Any,
) -> None:
    receiver.hang = True
    result = opened(f"json://127.0.0.1:{receiver.port}/?rto=0.2").send("a", "b")
    assert result.delivery is Delivery.UNKNOWN
    assert len(receiver.messages) == 1


def test_a_timeout_of_nothing_would_mean_no_end_and_is_refused(receiver: Any) -> None:
    with pytest.raises(ValueError, match="more than 0"):
        opened(f"json://127.0.0.1:{receiver.port}/").send("a", "b", timeout=0)


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    caplog.set_level(logging.DEBUG)
    yield caplog
    assert "s3ntinel" not in caplog.text


@pytest.mark.parametrize("status", [200, 500])
def test_no_secret_stands_in_a_log_a_result_or_a_repr(
    status: int,
    telegram: Any,
    everything_logged: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    telegram.status = status
    channels = [
        opened(f"tgram://{TOKEN}/123456"),
        opened(f"json://user:{PASSWORD}@127.0.0.1:{telegram.port}/{PASSWORD}?+X-Key={PASSWORD}"),
    ]
    details = [repr((channel, channel.send("a", "b"))) for channel in channels]
    written = capfd.readouterr()
    assert "s3ntinel" not in "".join(details) + written.out + written.err
    assert len(telegram.requests) == 2


@pytest.mark.parametrize(
    "url",
    [
        f"tgram://{PASSWORD}",
        f"nosuch://{PASSWORD}/x",
        f"{PASSWORD}",
        f"https://hooks.example/{PASSWORD}",
        f"json://{PASSWORD}@host/?retry={PASSWORD}",
        f"mailto://u:{PASSWORD}@host.example?to=a@b.example,c@d.example",
    ],
)
def test_no_secret_stands_in_a_refusal(
    url: str, everything_logged: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    channel = Channel("phone", url, Severity.INFO)
    try:
        open_channel(channel)
    except Exception:  # noqa: BLE001 - whatever comes is what the owner would see
        said = traceback.format_exc()
    else:
        pytest.fail("was not refused")
    written = capfd.readouterr()
    lines = [line for line in said.splitlines() if not line.startswith("    ")]
    assert "s3ntinel" not in "\n".join(lines) + written.out + written.err + repr(channel)


def test_without_a_channel_messages_go_to_standard_output() -> None:
    lines: list[str] = []
    outlet = StandardOutput(lines.append)
    assert outlet.send(f"Stuck{ESC}\nx", f"Pay{RLO}\n  now").delivery is Delivery.SENT
    assert lines == ["Stuck[31m x\nPay\n  now\n"]
    assert (outlet.name, outlet.min_severity) == ("stdout", Severity.INFO)


def test_a_closed_standard_output_is_a_failed_delivery() -> None:
    def write(_text: str) -> None:
        raise BrokenPipeError

    assert StandardOutput(write).send("a", "b").delivery is Delivery.FAILED
