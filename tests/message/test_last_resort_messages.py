"""The words that are said past the outbox, in the owner's language."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from monitor.message.language import language, languages
from monitor.message.last_resort import monitor_stopped, nothing_stored, stored_again
from monitor.message.texts import Style
from tests.dossiers import moment

T0 = moment("2026-09-10 08:00")
FULL = "The disk is full."
ENGLISH = Style(UTC)


def test_that_nothing_can_be_stored_says_why_where_and_what_to_do() -> None:
    words = nothing_stored(FULL, "/var/lib/parcels", ENGLISH)
    assert words.title == "Your parcels: nothing can be stored"
    assert words.body.split("\n\n")[:2] == [
        "CRITICAL · The parcel monitor itself, on the machine it runs on",
        "What happened: The disk is full.",
    ]
    assert "1. Look at the disk of /var/lib/parcels: it may be full" in words.body


def test_its_end_says_from_when_to_when() -> None:
    words = stored_again(T0, T0 + timedelta(hours=2), "/var/lib/parcels", ENGLISH)
    assert words.title == "Your parcels: it can be stored again"
    assert words.body.startswith("Resolved · ")
    assert "from Thu 10 Sep 2026, 08:00 to Thu 10 Sep 2026, 10:00 nothing could" in words.body


def test_that_it_has_stopped_says_how_to_start_it_again() -> None:
    words = monitor_stopped("The database is damaged.", ENGLISH)
    assert words.title == "Your parcels: the monitor has stopped"
    assert "What happened: The database is damaged." in words.body
    assert "systemctl start parcels" in words.body


@pytest.mark.parametrize("code", sorted(set(languages()) - {"en"}))
def test_each_is_told_in_every_language(code: str) -> None:
    style = Style(UTC, language=code)
    told = [nothing_stored(FULL, "/x", style), monitor_stopped(FULL, style)]
    told.append(stored_again(T0, T0, "/x", style))
    english = [nothing_stored(FULL, "/x", ENGLISH), monitor_stopped(FULL, ENGLISH)]
    assert language(code).phrase("critical") in told[0].body
    for words in told:
        assert len(words.title) <= 60
        assert "{" not in words.title + words.body
    assert {words.title for words in told}.isdisjoint({words.title for words in english})
