"""`[alerts] language`: what is sent and kept in a language, and what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cli.desk import KETTLE, held

if TYPE_CHECKING:
    from monitor.sandbox.receiver import Receiver
    from tests.cli.desk import Desk

LANGUAGE = "PARCELS_ALERTS__LANGUAGE"


def test_alerts_are_sent_and_kept_in_the_language_of_their_moment_and_commands_stay_english(
    desk: Desk, phone: Receiver
) -> None:
    desk.sandbox.script(held())
    desk.channel("phone", phone.url)
    desk.environ[LANGUAGE] = "de"
    desk("add", KETTLE, "--label", "Kessel", "--shop", "none")
    desk("poll")  # registers it
    desk.at(4)
    desk("poll")
    desk.environ[LANGUAGE] = "es"
    desk.at(10)
    polled = desk("poll")
    german, spanish = phone.messages

    assert german.title == "Kessel: vom Zoll angehalten (Einfuhr)"
    assert german.body.startswith(
        "Hinweis · Kessel · LP00123456789012\n\nWas geschah: am Fr, 4. Sept."
    )
    assert spanish.title == "Kessel: sin noticias de la aduana de destino"
    assert spanish.body.startswith(
        "ADVERTENCIA · Kessel · LP00123456789012\n\nQué ha pasado (el vier"
    )
    assert [alert["title"] for alert in desk.alerts()] == [german.title, spanish.title]
    assert "seventeentrack: asked about 1, 1 answered" in polled.out
    assert (
        "(warning, clearance): look on the destination carrier's own page"
        in desk("show", KETTLE).out
    )
