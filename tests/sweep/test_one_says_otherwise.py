"""Two sources that tell different stories of one parcel: what the owner is told of both."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.sandbox.histories import ScriptedEvent
from monitor.sandbox.server import Request, Response, Served
from tests import leaks
from tests.cli.desk import KETTLE, START, held
from tests.docs.blocks import REPOSITORY, blocks
from tests.sweep.eyes_beside import cainiao_beside, registered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.sandbox.cainiao import CainiaoSandbox
    from monitor.sandbox.receiver import Receiver
    from tests.cli.desk import Desk

PAGE = REPOSITORY / "docs" / "adapters" / "http_json.md"
POSTAL = "RR123456785CN"  # its check digit is right
BOTH = ("--adapter", "cainiao", "--adapter", "seventeentrack")


@pytest.fixture
def cainiao(desk: Desk) -> Iterator[CainiaoSandbox]:
    with cainiao_beside(desk) as cainiao:
        yield cainiao


def scan(day: int, time: str, code: str, text: str) -> ScriptedEvent:
    return ScriptedEvent(day, time, code, text, offset="+02:00", location="Leipzig", country="DE")


def said_by_both(desk: Desk, cainiao: CainiaoSandbox) -> None:
    """Cainiao calls it delivered on day 5; customs stops it on day 6, which 17TRACK alone shows."""
    first, arrived, _ = held(KETTLE).events
    delivered = scan(5, "10:00", "Delivered_Other", "Delivered")
    stopped = scan(6, "11:30", "Exception_Security", "Import clearance exception")
    cainiao.script(replace(held(KETTLE), events=(first, arrived, delivered)))
    desk.sandbox.script(replace(held(KETTLE), events=(first, arrived, stopped)))


def test_what_one_calls_delivered_and_the_other_holds_at_customs_is_told_with_both(
    desk: Desk, cainiao: CainiaoSandbox, phone: Receiver
) -> None:
    desk.channel("phone", phone.url)
    said_by_both(desk, cainiao)
    desk("add", KETTLE, "--label", "Kettle", "--shop", "none", "--to", "DE", *BOTH)
    for day in (1, 3, 5.5):
        desk.at(day)
        assert desk("poll").code == 0
    assert desk.told() == ["opened:notice"]  # delivered, as far as anybody knows
    for day in (6.5, 7):
        desk.at(day)
        assert desk("poll").code == 0
    assert desk.told() == ["opened:notice", "opened:notice", "escalated:critical"]
    (alert,) = [a for a in desk.alerts() if a["severity"] == "critical"]
    assert (alert["rule"], alert["state"]) == ("delivered", "sent")
    assert alert["title"] == "Kettle: called delivered, yet it went on"
    assert alert["body"].split("\n\n")[1].splitlines()[:2] == [
        'Cainiao on Sun 6 Sep 2026, 08:00: "Package delivered" (Leipzig).',
        '17TRACK on Mon 7 Sep 2026, 09:30: "Import clearance exception" (Leipzig).',
    ]
    assert alert["body"] in phone.messages[-1].body
    assert registered(desk) == {KETTLE: 1}


def test_a_delivery_that_the_other_source_has_not_noticed_is_a_delivery(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    """17TRACK still shows the hold of day 3, and has looked since: it lags, and denies nothing."""
    desk.sandbox.script(held(KETTLE))
    delivered = scan(5, "10:00", "Delivered_Other", "Delivered")
    cainiao.script(replace(held(KETTLE), events=(*held(KETTLE).events, delivered)))
    desk("add", KETTLE, "--shop", "none", "--to", "DE", *BOTH)
    for day in (1, 3.5, 5.5, 6.5, 9):
        desk.at(day)
        assert desk("poll").code == 0
    assert desk.told() == ["opened:notice", "resolved:notice"]
    assert "It has moved on with Cainiao; not shown by: 17TRACK." in desk.alerts()[-1]["body"]


# the table of La Poste, as it stands on its page


class LaPoste(Served):
    """La Poste's API: it knows the parcel by its postal number alone."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.events: list[dict[str, str]] = []
        super().__init__(0)

    def answer(self, request: Request) -> Response:
        if request.headers["x-okapi-key"] != leaks.KEY:
            return Response(401, b"{}")
        number = request.path.partition("?")[0].rpartition("/")[2]
        self.asked.append(number)
        if number != POSTAL or not self.events:
            return Response(404, json.dumps({"returnCode": 404, "idShip": number}).encode())
        shipment = {"idShip": number, "event": self.events, "contextData": {"arrivalCountry": "FR"}}
        return Response(200, json.dumps([{"returnCode": 200, "shipment": shipment}]).encode())

    def scans(self, day: float, code: str, label: str) -> None:
        at = START + timedelta(days=day)
        self.events.insert(0, {"date": at.isoformat(), "code": code, "label": label})


@pytest.fixture
def la_poste(desk: Desk) -> Iterator[LaPoste]:
    with LaPoste() as post:
        table = "\n".join(block.text for block in blocks(PAGE) if "adapters.laposte" in block.text)
        table = table.replace(
            "https://api.laposte.fr/suivi/v2", f"http://127.0.0.1:{post._server.port}"
        )
        key = "/etc/parcels/laposte-key"
        assert key in table
        desk.configure(table.replace(f'api_key_file = "{key}"', f'api_key = "{leaks.KEY}"'))
        yield post


def test_a_parcel_that_la_poste_scanned_is_not_called_stuck_where_cainiao_fell_silent(
    desk: Desk, cainiao: CainiaoSandbox, la_poste: LaPoste
) -> None:
    """Cainiao shows an exception at customs on day 3 and nothing ever after."""
    desk.environ.pop("PARCELS_ADAPTERS__SEVENTEENTRACK__API_KEY")
    cainiao.script(replace(held(KETTLE), destination="FR"))
    cainiao.link(KETTLE, real=POSTAL)
    desk("add", KETTLE, "--shop", "none", "--to", "FR")
    for day in (3.2, 4.2):
        desk.at(day)
        assert desk("poll").code == 0
    la_poste.scans(5, "ET3", "Your parcel is being processed at a sorting centre in France")
    desk.at(5.2)
    assert desk("poll").code == 0
    assert desk.told() == ["opened:notice", "resolved:notice"]
    assert "It has moved on with La Poste; not shown by: Cainiao." in desk.alerts()[-1]["body"]
    la_poste.scans(8, "MD2", "Your parcel is at the site that delivers it")
    for day in (8.2, 10, 12, 14):
        desk.at(day)
        assert desk("poll").code == 0
    assert desk.told() == ["opened:notice", "resolved:notice"]
    assert set(la_poste.asked) == {POSTAL}
    assert not desk.listed()[0]["stuck"]
    assert [(a["number"], a["source"]) for a in desk.shown()["aliases"]] == [(POSTAL, "cainiao")]
