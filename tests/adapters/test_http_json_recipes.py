"""The tables on the page work as they stand there, on answers as the carriers give them."""

from __future__ import annotations

import asyncio
import json
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from monitor.adapters import ADAPTERS
from monitor.adapters.contract import Ask, Failure, FailureKind, NotYet, Snapshot, SourceTrouble
from monitor.adapters.testing import NOW, ScriptedWire, reply
from monitor.parcel import Stage, TimeQuality
from monitor.settings import HttpJson as Table, load
from monitor.sweep.understanding import understood
from tests.docs.blocks import REPOSITORY, blocks
from tests.docs.tables import plain, rows

if TYPE_CHECKING:
    from monitor.adapters.contract import Adapter

PAGE = REPOSITORY / "docs" / "adapters" / "http_json.md"
SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples"
KEY = "s3ntinel-key-0123"
SHOWN = [block.text for block in blocks(PAGE) if block.language == "toml"]
NAMES = ["laposte", "postnord", "correos", "mine"]


@pytest.fixture
def recipe(tmp_path: Path) -> dict[str, Adapter]:
    """Every table of the page but the one that switches off, loaded as a configuration."""
    key = tmp_path / "key"
    key.write_text(KEY)
    key.chmod(0o600)
    file = tmp_path / "config.toml"
    text = "\n".join(shown for shown in SHOWN if "enabled = false" not in shown)
    file.write_text(re.sub(r'api_key_file = ".*"', f'api_key_file = "{key}"', text))
    file.chmod(0o644)  # open to all: no table of the page holds a secret itself
    settings = load(file, {"HOME": str(tmp_path), "TZ": "UTC"}, rules={})
    assert all(table.active for table in settings.adapters.others.values())
    return {
        name: ADAPTERS["http_json"](name=name, **table.options)
        for name, table in settings.adapters.others.items()
    }


def body_of(name: str) -> bytes:
    path = SAMPLES / name
    if not path.is_file():
        pytest.skip(f"the sample {name} is not beside this checkout")
    return path.read_bytes()


def read(adapter: Adapter, number: str, body: bytes, status: int = 200) -> Any:
    (found,) = adapter.parse(reply(status, body), [Ask(number)], NOW)
    return understood(found, adapter.codes)


def stages(found: Any) -> list[str]:
    assert isinstance(found, Snapshot), found
    return [str(event.stage) for event in found.events]


# the page


def test_the_page_has_the_recipes(recipe: dict[str, Adapter]) -> None:
    assert sorted(recipe) == sorted(NAMES)


@pytest.mark.parametrize(
    "text", [pytest.param(text, id=f"table {n}") for n, text in enumerate(SHOWN)]
)
def test_every_table_of_the_page_is_toml(text: str) -> None:
    assert set(tomllib.loads(text)) == {"adapters"}


def test_every_option_stands_on_the_page_with_its_default() -> None:
    described = {plain(row[0]): plain(row[1]) for row in rows(PAGE.read_text("utf-8"), "option")}
    assert set(described) == set(Table.model_fields)
    made = Table.model_validate({"kind": "http_json", "base_url": "https://x.example"})
    for name, field in Table.model_fields.items():
        shown = described[name]
        if field.is_required():
            assert shown == "needed"
        elif name not in ("every", "floor", "spacing"):
            value = getattr(made, name)
            assert tomllib.loads(f"x = {shown}")["x"] == _plain(value), name


def _plain(value: Any) -> Any:
    return "" if value is None else list(value) if isinstance(value, tuple) else value


def test_the_smallest_table_understands_the_answer_shown_beside_it(
    recipe: dict[str, Adapter],
) -> None:
    (shown,) = re.findall(r'`(\{"events".*\})`', PAGE.read_text("utf-8"))
    (event,) = read(recipe["mine"], "LX123456785CN", shown.encode()).events
    assert (event.text, event.code, event.place, event.country) == (
        "Held by customs", "H1", "Paris", "FR",
    )  # fmt: skip
    assert event.at == datetime(2026, 9, 14, 16, tzinfo=UTC)
    assert event.stage is Stage.CLEARANCE_EXCEPTION


# La Poste


def test_la_poste_is_asked_with_its_header(recipe: dict[str, Adapter]) -> None:
    wire = ScriptedWire([reply(200, b"{}")])
    asyncio.run(recipe["laposte"].fetch(wire, [Ask("EW112720413FR")]))
    (sent,) = wire.sent
    assert (sent.path, sent.json) == ("/idships/EW112720413FR", {"lang": "en_GB"})
    assert sent.headers == {"X-Okapi-Key": KEY, "Accept": "application/json"}


@pytest.mark.parametrize("unwrapped", [False, True], ids=["in a list", "as an object"])
def test_la_poste_delivered(recipe: dict[str, Adapter], unwrapped: bool) -> None:
    document = json.loads(body_of("laposte/idships_delivered_REAL_EW112720413FR.json"))
    body = json.dumps(document[0] if unwrapped else document).encode()
    found = read(recipe["laposte"], "EW112720413FR", body)
    told = stages(found)
    assert len(told) == 9
    assert told[0] == "delivered"
    assert told[-1] == "info_received"
    assert set(told[1:-1]) == {"in_transit"}
    assert (found.origin, found.destination) == ("FR", "BR")
    assert found.events[0].at == datetime(2023, 3, 9, 8, 38, tzinfo=UTC)
    assert {event.time_quality for event in found.events} == {TimeQuality.EXACT}


def test_la_poste_held_by_customs_and_not_known_yet(recipe: dict[str, Adapter]) -> None:
    held, unknown = json.loads(body_of("laposte/multi_207_SYNTHETIC.json"))
    found = read(recipe["laposte"], "LX123456785CN", json.dumps([held]).encode(), 207)
    assert stages(found) == ["clearance_exception", "clearance_start", "in_transit"]
    later = read(recipe["laposte"], "LX987654329CN", json.dumps([unknown]).encode(), 207)
    assert later == NotYet("LX987654329CN", NOW)
    assert read(recipe["laposte"], "LX987654329CN", json.dumps(unknown).encode(), 404) == later


def test_la_poste_refuses_a_number(recipe: dict[str, Adapter]) -> None:
    body = body_of("laposte/error_400_invalid_number.json")
    found = read(recipe["laposte"], "LX123456785CN", body, 400)
    assert isinstance(found, Failure)
    assert found.kind is FailureKind.BAD_REQUEST


@pytest.mark.parametrize(
    ("sample", "status", "kind"),
    [
        ("laposte/error_401_SYNTHETIC.json", 401, FailureKind.AUTH),
        ("laposte/error_429.json", 429, FailureKind.RATE_LIMITED),
    ],
)
def test_la_poste_refuses_the_request(
    recipe: dict[str, Adapter], sample: str, status: int, kind: FailureKind
) -> None:
    body = body_of(sample)
    with pytest.raises(SourceTrouble) as caught:
        read(recipe["laposte"], "LX123456785CN", body, status)
    assert caught.value.kind is kind


def test_la_poste_s_codes_stand_for_stages(recipe: dict[str, Adapter]) -> None:
    codes = recipe["laposte"].codes
    assert {codes["DO1"], codes["DO2"], codes["DO3"]} == {
        "clearance_start", "clearance_success", "clearance_exception",
    }  # fmt: skip
    assert {"DR1", "PC1", "ET4", "PB2", "MD1", "ND1", "AG1", "RE1", "DI1", "DI2"} <= codes.keys()


@pytest.mark.parametrize(
    ("name", "number", "asked"),
    [
        ("laposte", "LX123456785CN", True),
        ("laposte", "LP00638127450193", False),
        ("postnord", "LX123456785SE", True),
        ("postnord", "LX123456785CN", False),
        ("correos", "RR123456785ES", True),
        ("correos", "RR123456785CN", False),
        ("mine", "LX123456785CN", False),
    ],
)
def test_the_recipes_ask_about_their_own_numbers(
    recipe: dict[str, Adapter], name: str, number: str, asked: bool
) -> None:
    assert recipe[name].recognise(number) is asked


# PostNord


def test_postnord_is_asked_with_its_query(recipe: dict[str, Adapter]) -> None:
    wire = ScriptedWire([reply(200, b"{}")])
    asyncio.run(recipe["postnord"].fetch(wire, [Ask("LX123456785CN")]))
    (sent,) = wire.sent
    assert sent.path == "/findByIdentifier.json"
    assert sent.json == {"apikey": KEY, "id": "LX123456785CN", "locale": "en"}


def test_postnord_in_customs(recipe: dict[str, Adapter]) -> None:
    body = body_of("postnord/findByIdentifier_SYNTHETIC.json")
    found = read(recipe["postnord"], "LX123456785CN", body)
    assert stages(found) == ["in_transit", "clearance_start"]
    customs = found.events[1]
    assert (customs.code, customs.place, customs.country) == ("CUSTOMS", "Arlanda", "SE")
    assert customs.time_quality is TimeQuality.OFFSET_ASSUMED
    assert found.status == "EN_ROUTE"


def test_postnord_does_not_know_the_number_yet(recipe: dict[str, Adapter]) -> None:
    found = read(recipe["postnord"], "LX123456785CN", body_of("postnord/unknown_SYNTHETIC.json"))
    assert found == NotYet("LX123456785CN", NOW)


def test_postnord_s_answer_about_another_shipment_is_not_believed(
    recipe: dict[str, Adapter],
) -> None:
    body = body_of("postnord/findByIdentifier_SYNTHETIC.json")
    assert isinstance(read(recipe["postnord"], "LX987654329CN", body), Failure)


# Correos


def test_correos_is_asked_without_a_key(recipe: dict[str, Adapter]) -> None:
    wire = ScriptedWire([reply(200, b"[]")])
    asyncio.run(recipe["correos"].fetch(wire, [Ask("PQ9988776655ES")]))
    (sent,) = wire.sent
    assert sent.path == "/canonico/eventos_envio_servicio/PQ9988776655ES"
    assert KEY not in repr(sent)
    assert not recipe["correos"].capability.official


def test_correos_delivered(recipe: dict[str, Adapter]) -> None:
    body = body_of("correos/localizador_delivered_RECONSTRUCTED.json")
    found = read(recipe["correos"], "PQ9988776655ES", body)
    assert stages(found)[-2:] == ["out_for_delivery", "delivered"]
    assert found.events[-1].at == datetime(2026, 4, 29, 11, 12, 42, tzinfo=UTC)
    assert {event.time_quality for event in found.events} == {TimeQuality.EXACT}


def test_correos_does_not_know_the_number_yet(recipe: dict[str, Adapter]) -> None:
    body = body_of("correos/localizador_unknown_RECONSTRUCTED.json")
    assert read(recipe["correos"], "PQ0000000000ES", body) == NotYet("PQ0000000000ES", NOW)
