"""The example configuration says every option, and each of its lines can be used."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from monitor.settings import load
from monitor.settings.explaining import explain
from monitor.settings.model import Settings
from monitor.settings.spelling import every

if TYPE_CHECKING:
    from tests.settings.conftest import Desk

EXAMPLE = (Path(__file__).parents[2] / "config.example.toml").read_text("utf-8")
OPTION = re.compile(r"^#(?=[a-z\[])", re.MULTILINE)


SEASON = ("name", "from", "to", "countries", "factor", "reason")


def in_use(desk: Desk) -> str:
    """The example with every option switched on and its files in the folder of the test."""
    desk.write("key-of-mycarrier", "mycarrier-key")
    desk.write("json://127.0.0.1/", "mail-url")
    return OPTION.sub("", EXAMPLE).replace("/etc/parcels/", f"{desk.folder}/")


def test_the_example_as_it_is_changes_nothing(desk: Desk) -> None:
    path = desk.write(EXAMPLE, mode=0o644)
    given = load(path, desk.environ)
    assert {row.origin for row in explain(given)} == {"default"}
    assert given.model_dump() == load(desk.write("", "empty.toml"), desk.environ).model_dump()


def test_the_example_with_everything_switched_on_loads(desk: Desk) -> None:
    settings = load(desk.write(in_use(desk)), desk.environ)
    assert [channel.name for channel in settings.channels] == ["phone", "mail"]
    assert settings.adapters.seventeentrack.active
    assert settings.protection.shops["myshop"].dispute_days == 15


def test_the_example_names_every_option(desk: Desk) -> None:
    settings = load(desk.write(in_use(desk)), desk.environ)
    given = {row.path for row in explain(settings) if row.origin != "default"}
    fixed = {".".join(p) for p in every(Settings) if p[0] not in {"channels", "rules", "seasons"}}
    keyed = settings.adapters.keyed
    alternatives = {f"adapters.{name}.api_key_file" for name in keyed} | {"protection.shops"}
    assert fixed - given == alternatives
    assert {"channels.phone.url", "channels.phone.min_severity", "channels.mail.url_file"} <= given
    assert {f"seasons.0.{n}" for n in SEASON} <= given
    assert {
        f"protection.shops.myshop.{n}" for n in ("name", "days", "starts", "zone", "dispute_days")
    } <= given


def test_the_alternative_of_a_key_in_a_file_loads_too(desk: Desk) -> None:
    desk.write("key-of-17track", "17track-key")
    text = re.sub(
        r"^api_key = .*\n(.*\n)# (api_key_file)", r"\1\2", in_use(desk), flags=re.MULTILINE
    )
    settings = load(desk.write(text), desk.environ)
    assert settings.adapters.seventeentrack.api_key_file == desk.folder / "17track-key"
    assert "key-of-17track" in settings.secrets()


DEFAULTS = [
    "poll.every", "poll.fresh_every", "poll.jitter", "adapters.seventeentrack.base_url",
    "adapters.seventeentrack.requests_per_second", "adapters.cainiao.enabled",
    "adapters.cainiao.base_url", "alerts.remind", "alerts.quiet_hours", "alerts.digest_at",
    "alerts.redact", "alerts.language", "protection.default_shop", "protection.warn_days_before",
    "reading.extra", "board.path", "calendar.path", "backup.path", "backup.keep", "heartbeat.url",
]  # fmt: skip


@pytest.mark.parametrize("path", DEFAULTS)
def test_the_example_shows_the_default(desk: Desk, path: str) -> None:
    shown = {row.path: row.value for row in explain(load(desk.write(in_use(desk)), desk.environ))}
    plain = {row.path: row.value for row in explain(desk.load())}
    assert shown[path] == plain[path]
