"""The words about copies of the database that cannot be made."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.alerts.memory import Kind
from monitor.alerts.values import Telling
from monitor.circuit import CopyRecord
from monitor.message.copies import render_copies
from monitor.message.texts import Style
from monitor.rules.backup_failing import BackupFailing
from monitor.schedule import Severity
from tests.dossiers import moment

if TYPE_CHECKING:
    from datetime import datetime

T0 = moment("2026-09-07 10:00")
DAY = timedelta(days=1)
DETAIL = "/mnt/usb cannot be made (see https://evil.example/x). Make it, or name another folder."


def record(newest: datetime | None = T0 - DAY, detail: str = DETAIL) -> CopyRecord:
    return CopyRecord("/mnt/usb", newest, T0, T0 + DAY, detail)


def written(kind: Kind, found: CopyRecord, language: str = "en") -> str:
    episode = BackupFailing()(found)
    step = episode.steps[0] if episode and kind is not Kind.RESOLVED else None
    words = render_copies(
        Telling(kind, Severity.WARNING, "", episode, step), found, Style(UTC, language=language)
    )
    assert len(words.title) <= 60
    return f"{words.title}\n{words.body}"


def test_it_says_where_since_when_and_of_when_the_newest_copy_is() -> None:
    said = written(Kind.OPENED, record())
    assert said.startswith("Backup: no copies are made\n")
    assert "Failing since Mon 7 Sep 2026, 10:00; the newest copy is of Sun 6 Sep 2026" in said
    assert "Look whether the disk of /mnt/usb is there" in said


def test_where_no_copy_can_be_seen_it_claims_none() -> None:
    assert "no copy is to be found there" in written(Kind.OPENED, record(newest=None))


def test_what_the_system_said_is_one_sentence_without_a_link() -> None:
    said = written(Kind.OPENED, record())
    assert "cannot be made" in said
    assert "evil" not in said
    assert "name another folder" not in said


def test_its_end_says_when_a_copy_was_made() -> None:
    said = written(Kind.RESOLVED, CopyRecord("/mnt/usb", T0))
    assert said.startswith("Backup: copies are made again\n")
    assert "a copy was made on Mon 7 Sep 2026, 10:00." in said


@pytest.mark.parametrize(
    ("language", "words"),
    [
        pytest.param("de", "Sicherung: keine Sicherungskopien mehr\n", id="German"),
        pytest.param("es", "Copia de seguridad: no se hacen copias\n", id="Spanish"),
    ],
)
def test_it_is_told_in_the_owners_language(language: str, words: str) -> None:
    assert written(Kind.OPENED, record(), language).startswith(words)
