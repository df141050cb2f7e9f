"""A tour with real parts: 17TRACK's sandbox, SQLite, `parcels` processes, mail and Telegram."""

from __future__ import annotations

import html
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from monitor.sandbox.clock import SteppedClock
from monitor.sandbox.seventeentrack import SeventeenTrackSandbox
from tests import leaks
from tests.cli.desk import KETTLE, LAMP, START, Desk, held, keyed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.tour.conftest import Mailbox, Service

PROGRAM = (str(Path(__file__).with_name("parcels_with_telegram.py")),)
TOKEN = "123456789:AAs3ntinelAAAAAAAAAAAAAAAAAAAAAAAAA"
CHAT = "1001"


@pytest.fixture
def abroad(tmp_path: Path, mailbox: Mailbox, service: Service) -> Iterator[Desk]:
    """A machine that tells by mail and by Telegram, and a 17TRACK that counts requests a second."""
    clock = SteppedClock(START)
    with SeventeenTrackSandbox(clock, key=leaks.KEY) as sandbox:
        desk = keyed(Desk(tmp_path, clock, sandbox))
        desk.environ["TELEGRAM_STAND_IN"] = f"http://127.0.0.1:{service.port}/bot"
        desk.channel("mail", mailbox.url)
        desk.channel("phone", f"tgram://{TOKEN}/{CHAT}")
        yield desk


def polled(desk: Desk, day: float) -> str:
    desk.at(day)
    done = desk.process("poll", program=PROGRAM)
    assert (done.code, "Traceback" in done.err) == (0, False), done.err
    return done.out


def test_a_stuck_parcel_and_one_that_gets_free_are_told_by_mail_and_telegram_in_the_right_words(
    abroad: Desk, mailbox: Mailbox, service: Service
) -> None:
    abroad.sandbox.script(held())
    abroad.sandbox.script(held(LAMP, until=6))
    shipped = ("--shipped", "2026-09-01")
    assert abroad.process("add", KETTLE, "--label", "Blue kettle", *shipped).code == 0
    assert abroad.process("add", LAMP, "--label", "Desk lamp", "--shop", "none").code == 0
    assert polled(abroad, 0).endswith("Nothing to tell.\n")
    polled(abroad, 3.5)
    assert polled(abroad, 3.5).endswith("Nothing to tell.\n")  # the same moment again
    polled(abroad, 6.9)
    assert abroad.process("done", LAMP).code == 0
    for day in (9, 16, 47, 54, 57.5):
        polled(abroad, day)
    assert polled(abroad, 57.5).endswith("Nothing to tell.\n")

    subjects = [mail["subject"] for mail in mailbox.mails]
    assert subjects == [
        "Blue kettle: stopped at import customs (+1 more)",
        "Desk lamp: through customs or moving again",
        "Blue kettle: no word from import customs",
        "Blue kettle: stuck at import customs",
        subjects[4],
        subjects[5],
        subjects[6],
    ]
    assert subjects[4].startswith("Blue kettle: stuck at import customs")
    # 17TRACK, asked to go on after 30 silent days, still bears the silence out; a last day is said
    # before a reminder as grave.
    stuck, ends = (
        "Blue kettle: reminder: stuck at import customs",
        "Blue kettle: protection ends in ",
    )
    assert [s.startswith(stuck) for s in subjects[5:]] == [True, False]
    assert [s.startswith(ends) for s in subjects[5:]] == [False, True]
    told = [mail.get_content() for mail in mailbox.mails[5:]]
    assert all(f": {stuck}" in text and f": {ends}" in text for text in told)
    first, last = mailbox.mails[0].get_content(), mailbox.mails[-1].get_content()
    assert first.count("Notice: ") == 2
    assert "Blue kettle · LP00123456789012" in first
    assert '"Import clearance exception" (Leipzig)' in first
    assert mailbox.mails[1].get_content().startswith("Resolved · Desk lamp · LP00123456789029")
    assert last.startswith("CRITICAL: Blue kettle: protection ends in ")
    assert "Open the dispute by 2026-10-29" in last
    assert [p["severity"] for p in abroad.listed()] == ["critical", None]

    assert [path for path, _ in service.posts] == [f"/bot{TOKEN}/sendMessage"] * len(subjects)
    assert {str(post["chat_id"]) for _, post in service.posts} == {CHAT}
    for mail, (_, post) in zip(mailbox.mails, service.posts, strict=True):
        text = html.unescape(post["text"])
        assert mail["subject"] in text
        assert plain(mail.get_content()) in plain(text)
        assert "may be a repeat" not in text
    assert {a["state"] for a in abroad.alerts()} == {"sent"}
    assert {a["attempts"] for a in abroad.alerts()} == {1}
    assert abroad.sandbox.charges == {KETTLE: 1, LAMP: 1}
    assert {call.status for call in abroad.sandbox.calls} == {200}  # never too fast


def plain(text: str) -> str:
    """Words alone: a mail folds lines that Telegram does not."""
    return " ".join(text.split())
