"""A parcel that another carrier has taken over: found by its second number, and followed there."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from monitor.adapters.cainiao import Cainiao
from monitor.adapters.seventeentrack import SeventeenTrack
from monitor.parcel import Alias, Parcel, Stage
from monitor.parcel.outcomes import Snapshot
from monitor.reading import read
from monitor.sandbox.histories import ScriptedEvent
from monitor.sandbox.server import Request, Response, Served
from monitor.sweep.eyes import Outlook, looking
from monitor.sweep.numbers_of import numbers_of
from monitor.sweep.understanding import understood
from tests.cli.desk import KETTLE, START, held
from tests.dossiers import scan
from tests.sweep.eyes_beside import Named, cainiao_beside, registered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.sandbox.cainiao import CainiaoSandbox
    from tests.cli.desk import Desk

POSTAL = "RR123456785CN"  # its check digit is right
OWN = Parcel(1, KETTLE, START)
ALIAS = Alias(POSTAL, "La Poste", "cainiao")


class Post(Served):
    """The post of the destination: it knows the parcel by its postal number alone."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.events: list[dict[str, str]] = []
        super().__init__(0)

    def answer(self, request: Request) -> Response:
        number = request.path.rpartition("/")[2]
        self.asked.append(number)
        if number != POSTAL:
            return Response(404, b"{}")
        return Response(200, json.dumps({"events": self.events}).encode())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.port}"


@pytest.fixture
def cainiao(desk: Desk) -> Iterator[CainiaoSandbox]:
    with cainiao_beside(desk) as cainiao:
        yield cainiao


@pytest.fixture
def post(desk: Desk) -> Iterator[Post]:
    with Post() as post:
        desk.configure(
            f'[adapters.post]\nkind = "http_json"\nbase_url = "{post.url}"\n'
            "numbers = '[A-Z]{2}\\d{9}[A-Z]{2}'\n"
        )
        yield post


def sorted_in_leipzig(days: float) -> dict[str, str]:
    at = START + timedelta(days=days)
    return {"time": at.isoformat(), "text": "Sorted", "place": "Leipzig", "country": "DE"}


# whole passes


def test_a_parcel_held_by_customs_that_the_post_already_scanned_is_not_called_stuck(
    desk: Desk, cainiao: CainiaoSandbox, post: Post
) -> None:
    """Held on day 3; the post scans it on day 5, Cainiao never says another word."""
    cainiao.script(held(KETTLE))
    cainiao.link(KETTLE, real=POSTAL)
    desk("add", KETTLE, "--shop", "none", "--to", "DE")
    desk.environ.pop("PARCELS_ADAPTERS__SEVENTEENTRACK__API_KEY", None)
    for day in (3.2, 4.2):
        desk.at(day)
        assert desk("poll").code == 0
    post.events.append(sorted_in_leipzig(5))
    for day in (5.2, 9, 14, 18):
        desk.at(day)
        assert desk("poll").code == 0
    assert set(post.asked) == {POSTAL}
    assert desk.told() == ["opened:notice", "resolved:notice"]
    assert "It has moved on with post; not shown by: Cainiao." in desk.alerts()[-1]["body"]
    shown = desk.shown()
    assert [(a["number"], a["source"]) for a in shown["aliases"]] == [(POSTAL, "cainiao")]
    assert {e["source"] for e in shown["events"]} == {"cainiao", "post"}


def test_a_second_number_named_in_a_carriers_words_is_followed(desk: Desk, post: Post) -> None:
    said = held(KETTLE)
    words = f"Handed over to the post under {POSTAL}"
    handed = ScriptedEvent(1, "09:00", "InTransit_Other", words, country="CN")
    desk.sandbox.script(replace(said, events=(said.events[0], handed, *said.events[1:])))
    desk("add", KETTLE, "--shop", "none")
    for day in (1.2, 1.5, 1.9):
        desk.at(day)
        assert desk("poll").code == 0
    assert set(post.asked) == {POSTAL}
    assert registered(desk) == {KETTLE: 1}


# decisions


def seen_by(*adapters: Any, parcel: Parcel = OWN) -> set[str]:
    return set(looking(Outlook(parcel, {}, aliases=(ALIAS,)), adapters, {}, START))


def test_a_source_that_knows_only_another_number_looks_by_that_one() -> None:
    carrier = Named("post", numbers=("RR",))
    assert seen_by(Cainiao(), carrier) == {"cainiao", "post"}
    assert numbers_of(OWN, [ALIAS], carrier) == (POSTAL,)


def test_whom_the_owner_chose_is_asked_about_the_number_the_owner_gave_as_well() -> None:
    chosen = replace(OWN, adapters=("post",))
    carrier = Named("post", numbers=("RR",))
    assert seen_by(Cainiao(), carrier, parcel=chosen) == {"post"}
    assert numbers_of(chosen, [ALIAS], carrier) == (KETTLE, POSTAL)


def test_another_number_spends_nothing_that_is_paid_for() -> None:
    paid = SeventeenTrack(api_key="a-key")
    assert seen_by(Cainiao(), paid) == {"cainiao"}


# numbers in words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(f"Handed to the post as {POSTAL}.", [POSTAL], id="a right check digit"),
        pytest.param("Bag RR123456786CN", [], id="a wrong check digit is another thing's number"),
        pytest.param(f"x{POSTAL}", [POSTAL], id="behind a small letter"),
        pytest.param(f"A{POSTAL}7", [], id="inside a longer number"),
        pytest.param(f"{POSTAL} {POSTAL}", [POSTAL], id="said twice, found once"),
        pytest.param("Arrived", [], id="none"),
    ],
)
def test_a_postal_number_in_an_event_is_an_alias(text: str, found: list[str]) -> None:
    event = scan(Stage.IN_TRANSIT, "2026-09-01 10:00", text)
    outcome = understood(Snapshot(KETTLE, START, (event,)), {}, read)
    assert isinstance(outcome, Snapshot)
    assert [(a.number, a.source) for a in outcome.aliases] == [(n, event.source) for n in found]


def test_an_alias_the_source_named_itself_is_kept_as_it_said_it() -> None:
    event = scan(Stage.IN_TRANSIT, "2026-09-01 10:00", f"Now {POSTAL}")
    outcome = understood(Snapshot(KETTLE, START, (event,), aliases=(ALIAS,)), {}, read)
    assert isinstance(outcome, Snapshot)
    assert outcome.aliases == (ALIAS,)


def test_the_number_itself_is_no_alias() -> None:
    event = scan(Stage.IN_TRANSIT, "2026-09-01 10:00", f"Now {POSTAL}")
    outcome = understood(Snapshot(POSTAL, START, (event,)), {}, read)
    assert isinstance(outcome, Snapshot)
    assert outcome.aliases == ()
