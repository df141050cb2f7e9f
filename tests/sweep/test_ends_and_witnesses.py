"""Who hears of an end, and from when on a source that knows nothing is a witness of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.sandbox.histories import ParcelHistory, ScriptedEvent
from tests.cli.desk import KETTLE, SHIPPED

if TYPE_CHECKING:
    from monitor.sandbox.receiver import Receiver
    from tests.cli.desk import Desk


def collected(*later: ScriptedEvent) -> ParcelHistory:
    first = ScriptedEvent(
        0, "09:00", "InTransit_PickedUp", "Parcel collected", location="Yiwu", country="CN"
    )
    return ParcelHistory(
        KETTLE, 190271, (first, *later), origin="CN", destination="DE", shipped=SHIPPED
    )


def polled(desk: Desk, *days: float) -> None:
    for day in days:
        desk.at(day)
        assert desk("poll").code == 0


def test_a_delivery_out_of_silence_is_told_to_those_who_hear_warnings_only(
    desk: Desk, phone: Receiver
) -> None:
    delivered = ScriptedEvent(
        12,
        "09:00",
        "Delivered_Other",
        "The package has been delivered",
        location="Bonn",
        country="DE",
    )
    desk.sandbox.script(collected(delivered))
    desk.channel("phone", phone.url, "warning")
    desk("add", KETTLE, "--label", "Kettle", "--shop", "none")
    polled(desk, 0, 0.5, 11, 13, 13.5)
    assert [message.title for message in phone.messages] == [
        "Kettle: has not moved since it was sent",
        "Kettle: delivered",
    ]
    silence = next(e for e in desk.shown()["episodes"] if e["rule"] == "silence")
    assert silence["resolved_at"] is not None


def test_a_delivery_out_of_silence_is_told_once_to_those_who_hear_all(
    desk: Desk, phone: Receiver
) -> None:
    delivered = ScriptedEvent(12, "09:00", "Delivered_Other", "The package has been delivered")
    desk.sandbox.script(collected(delivered))
    desk.channel("phone", phone.url)
    desk("add", KETTLE, "--label", "Kettle", "--shop", "none")
    polled(desk, 0, 0.5, 11, 13, 13.5)
    assert [message.title for message in phone.messages][1:] == ["Kettle: delivered"]


def test_a_source_that_was_told_of_an_old_order_a_moment_ago_is_no_witness(
    desk: Desk, phone: Receiver
) -> None:
    desk.sandbox.script(collected())
    desk.channel("phone", phone.url)
    desk.at(1)
    desk("add", KETTLE, "--shop", "none", "--ordered", "2026-07-01")
    polled(desk, 1, 1.1)
    assert phone.messages == []
    assert desk.shown()["stage"] == "in_transit"


def test_a_number_that_stays_unknown_is_told_of_when_the_source_has_had_its_time(
    desk: Desk, phone: Receiver
) -> None:
    desk.channel("phone", phone.url)
    desk("add", KETTLE, "--label", "Kettle", "--shop", "none", "--ordered", "2026-07-01")
    polled(desk, 0, 0.1)
    assert phone.messages == []
    polled(desk, 1)
    assert [message.title for message in phone.messages] == ["Kettle: probably never shipped"]
