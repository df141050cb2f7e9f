"""The service reads with words of its owner's own, and does not begin where they cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.sandbox.histories import ParcelHistory, ScriptedEvent
from tests.cli.desk import KETTLE, SHIPPED, keyed
from tests.daemon.conftest import eventually

if TYPE_CHECKING:
    from tests.daemon.conftest import Place

pytestmark = pytest.mark.long

RIDDLE = "Zzyzx plomf"
WORDS = "language = 'de'\n[stage]\nclearance_exception = 'zzyzx'\n"


def puzzled(place: Place) -> Place:
    keyed(place.desk)
    place.desk.environ["PARCELS_ADAPTERS__CAINIAO__ENABLED"] = "false"
    events = (
        ScriptedEvent(0, "09:00", "InTransit_PickedUp", "Parcel collected", location="Yiwu", country="CN"),
        ScriptedEvent(3, "09:00", "Odd_Code", RIDDLE, offset="+02:00", location="Köln", country="DE"),
    )  # fmt: skip
    place.desk.sandbox.script(
        ParcelHistory(KETTLE, 190271, events, origin="CN", destination="DE", shipped=SHIPPED)
    )
    place.desk("add", KETTLE, "--carrier", "190271", "--shop", "none")
    place.at(3.9)
    return place


def words(place: Place, text: str) -> None:
    config = place.desk.configure('[reading]\nextra = "words.toml"\n')
    config.with_name("words.toml").write_text(text, encoding="utf-8")


def test_what_its_owner_has_taught_it_is_told(place: Place) -> None:
    words(place, WORDS)
    puzzled(place).start()
    eventually(lambda: place.told("clearance") == ["opened:notice"], "the exception was told")
    (message,) = place.phone.messages
    assert RIDDLE in message.body


def test_a_running_service_tells_what_a_rereading_has_brought_to_light(place: Place) -> None:
    puzzled(place).start()
    eventually(
        lambda: any(e["text"] == RIDDLE for e in place.desk.shown()["events"]), "it was seen"
    )
    assert place.told() == []
    words(place, WORDS)
    assert place.desk("reread", "--yes").code == 0
    eventually(lambda: place.told("clearance") == ["opened:notice"], "the exception was told")


def test_words_that_cannot_be_used_end_it_before_it_begins(place: Place) -> None:
    words(place, "[stage")
    process = place.start()
    assert process.wait(timeout=30) == 78
    assert "words.toml" in place.err
    assert "Traceback" not in place.err
