"""What `parcels config` can say of each option."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import pytest

from monitor.settings.explaining import MASK, NO_EFFECT, Option, explain
from monitor.settings.model import Settings
from monitor.settings.spelling import every

if TYPE_CHECKING:
    from tests.settings.conftest import Desk


@dataclass(frozen=True)
class Silence:
    """Nothing moves."""

    name: ClassVar[str] = "silence"
    warning: int = 10


RULES = {"silence": Silence}
TEXT = """
country = "DE"
[adapters.seventeentrack]
api_key_file = "key"
[adapters.mine]
kind = "http_json"
base_url = "https://x.example"
headers = {X-Auth = "s3ntinel-1", X-Key = "{api_key}"}
not_found = [410, 404]
every = "1d"
codes = {KEY1 = "delivered"}
[[channels]]
name = "phone"
url = "json://127.0.0.1/a"
[protection.shops.myshop]
days = 30
[rules.silence]
warning = 12
[rules.lost]
warning = 30
"""


@pytest.fixture
def options(desk: Desk) -> dict[str, Option]:
    desk.write("K", "key")
    desk.write("https://hc.example/1", "c/heartbeat__url")
    settings = desk.load(
        TEXT,
        RULES,
        PARCELS_POLL__EVERY="4h",
        PARCELS_ALERTS__REMIND="1d",
        PARCELS_CHANNELS__PHONE__MIN_SEVERITY="warning",
        PARCELS_PROTECTION__SHOPS__MYSHOP__STARTS="paid",
        CREDENTIALS_DIRECTORY=str(desk.folder / "c"),
    )
    rows = explain(settings)
    assert len({row.path for row in rows}) == len(rows)
    strip = str(desk.folder) + "/"
    return {
        row.path: Option(row.path, row.value.replace(strip, ""), row.origin.replace(strip, ""), row.note)
        for row in rows
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value", "origin", "note"),
    [
        pytest.param("timezone", '"Asia/Tokyo"', "default", "", id="what the machine suggests is a default"),
        pytest.param("country", '"DE"', "config.toml", "", id="from the file"),
        pytest.param("database.path", '"home/.local/state/parcels/parcels.db"', "default", "", id="the database"),
        pytest.param("poll.every", '"4h"', "environment PARCELS_POLL__EVERY", "", id="from the environment"),
        pytest.param("poll.jitter", '"5m"', "default", "", id="the jitter"),
        pytest.param("alerts.remind", '["1d"]', "environment PARCELS_ALERTS__REMIND", "", id="a list"),
        pytest.param("alerts.quiet_hours", '"22:00-07:00"', "default", "", id="quiet hours"),
        pytest.param("alerts.digest_at", '"08:00"', "default", "", id="the digest"),
        pytest.param("alerts.redact", "false", "default", "", id="a switch"),
        pytest.param("adapters.seventeentrack.api_key", MASK, "api_key_file key", "", id="from a key file"),
        pytest.param("adapters.seventeentrack.api_key_file", '"key"', "config.toml", "", id="the key file itself"),
        pytest.param("adapters.seventeentrack.enabled", "true", "default", "", id="on because it has a key"),
        pytest.param("adapters.seventeentrack.requests_per_second", "3", "default", "", id="a number"),
        pytest.param("adapters.cainiao.enabled", "true", "default", "", id="Cainiao"),
        pytest.param("adapters.mine.base_url", '"https://x.example"', "config.toml", "", id="an adapter of one's own"),
        pytest.param("adapters.mine.headers.X-Auth", MASK, "config.toml", "", id="its secret"),
        pytest.param("adapters.mine.headers.X-Key", '"{api_key}"', "config.toml", "", id="the place of its key"),
        pytest.param("adapters.mine.not_found", "[404, 410]", "config.toml", "", id="its list"),
        pytest.param("adapters.mine.every", '"1d"', "config.toml", "", id="its duration"),
        pytest.param("adapters.mine.codes.KEY1", '"delivered"', "config.toml", "", id="its codes, which are no keys"),
        pytest.param("adapters.mine.events", '"events"', "default", "", id="its expression, left as it is"),
        pytest.param("channels.phone.url", MASK, "config.toml", "", id="a channel's URL"),
        pytest.param("channels.phone.min_severity", '"warning"', "environment PARCELS_CHANNELS__PHONE__MIN_SEVERITY", "", id="a channel's severity"),
        pytest.param("protection.warn_days_before", "[14, 7, 3, 1]", "default", "", id="the warnings"),
        pytest.param("protection.shops.myshop.days", "30", "config.toml", "", id="a shop's days"),
        pytest.param("protection.shops.myshop.starts", '"paid"', "environment PARCELS_PROTECTION__SHOPS__MYSHOP__STARTS", "", id="a shop's start"),
        pytest.param("rules.silence.warning", "12", "config.toml", "", id="a rule that exists"),
        pytest.param("rules.lost.warning", "30", "config.toml", NO_EFFECT, id="a rule that does not exist yet"),
        pytest.param("reading.extra", '""', "default", "", id="own words"),
        pytest.param("board.path", '""', "default", NO_EFFECT, id="the board"),
        pytest.param("calendar.path", '""', "default", "", id="the calendar"),
        pytest.param("backup.keep", "7", "default", "", id="the backup"),
        pytest.param("heartbeat.url", MASK, "credential heartbeat__url", "", id="from a credential"),
    ],
)  # fmt: skip
def test_an_option_is_shown_with_value_origin_and_note(
    options: dict[str, Option], path: str, value: str, origin: str, note: str
) -> None:
    assert options[path] == Option(path, value, origin, note)


def test_what_a_shop_leaves_to_the_known_policy_is_not_shown(options: dict[str, Option]) -> None:
    assert "protection.shops.myshop.zone" not in options


def test_an_empty_secret_is_shown_as_empty(desk: Desk) -> None:
    rows = {row.path: row.value for row in explain(desk.load())}
    assert rows["adapters.seventeentrack.api_key"] == '""'
    assert rows["heartbeat.url"] == '""'


def test_every_fixed_option_has_a_row(desk: Desk) -> None:
    free = {"channels", "rules", "seasons"}
    fixed = {".".join(path) for path in every(Settings) if path[0] not in free}
    assert fixed - {"protection.shops"} <= {row.path for row in explain(desk.load())}


def test_a_rule_that_has_no_table_is_shown_with_its_defaults(desk: Desk) -> None:
    rows = {row.path: row for row in explain(desk.load(rules=RULES))}
    assert rows["rules.silence.warning"] == Option("rules.silence.warning", "10", "default", "")


def test_settings_made_by_hand_can_be_explained() -> None:
    assert {row.origin for row in explain(Settings())} == {"default"}
