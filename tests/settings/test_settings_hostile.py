"""Files that are no configuration, told by file and line, and never with their content."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st

from monitor.errors import BadConfiguration
from monitor.settings import load

if TYPE_CHECKING:
    from pathlib import Path

    from tests.settings.conftest import Desk


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(b"a = 1\nb = \n", "config.toml is not TOML: Invalid value (at line 2, column 5).", id="a missing value"),
        pytest.param(b"[poll\n", "config.toml is not TOML: ", id="a broken header"),
        pytest.param(b"country = 'DE'\ncountry = 'FR'", "config.toml is not TOML: Cannot overwrite a value (at end of document).", id="an option twice"),
        pytest.param(b"country = 'DE'\n# \xe9t\xe9\n", "config.toml is not UTF-8 text (line 2).", id="Latin-1"),
        pytest.param(bytes(range(256)), "config.toml is not UTF-8 text (line 2).", id="binary"),
        pytest.param(b"\x7fELF\x00\x00", "config.toml is not TOML: ", id="a program"),
        pytest.param(b"\x00" * 100, "config.toml is not TOML: ", id="zeros"),
        pytest.param(b"#" * 300_000, "config.toml is larger than 256 KiB; it is not read.", id="huge"),
        pytest.param(b"a = " + b"[" * 5000, "config.toml cannot be read: a number is too long or tables are nested too deeply.", id="endless brackets"),
        pytest.param(b"a = " + b"9" * 5000, "config.toml", id="an endless number"),
        pytest.param(b"backup.keep = 0x" + b"f" * 5000, "backup.keep (config.toml): it must be a whole number from 1 to 1000.", id="an endless hexadecimal number"),
        pytest.param(b"a" + b".a" * 2000 + b" = 1", "config.toml cannot be read: a number is too long or tables are nested too deeply.", id="an endless key"),
        pytest.param(b"\xef\xbb\xbfcountry = 'DE'", "config.toml is not TOML: ", id="a byte order mark"),
        pytest.param(b"backup.keep = 1979-05-27", "backup.keep (config.toml): it must be a whole number", id="a date for a number"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_configuration_is_refused(
    desk: Desk, content: bytes, sentence: str
) -> None:
    assert sentence in desk.refusal(content)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("[" * 100_000, id="endless brackets"),
        pytest.param("9" * 100_000, id="an endless number"),
        pytest.param('{"every": ', id="half of a table"),
        pytest.param("null", id="null"),
        pytest.param("\udcff", id="bytes that are no text"),
    ],
)
@pytest.mark.parametrize(
    "variable", ["PARCELS_POLL", "PARCELS_CHANNELS", "PARCELS_ALERTS__REMIND", "PARCELS_TIMEZONE"]
)
def test_a_hostile_variable_is_refused_by_its_name(desk: Desk, variable: str, value: str) -> None:
    told = desk.refusal(**{variable: value})
    assert variable in told
    assert len(told) < 300


def test_no_more_than_twenty_problems_are_told(desk: Desk) -> None:
    assert len(desk.refusal("\n".join(f"a{n} = 1" for n in range(100))).splitlines()) == 20


def told(path: Path, environ: dict[str, str]) -> str:
    """The refusal on one line, or nothing; any other exception fails the test."""
    try:
        load(path, environ, rules={})
    except BadConfiguration as refusal:
        return str(refusal).replace("\n", " ")
    return ""


@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=80))
def test_any_bytes_are_a_configuration_or_a_sentence(desk: Desk, content: bytes) -> None:
    assert told(desk.write(content), desk.environ).isprintable()


JUST_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
TABLES = ("poll", "adapters", "channels", "alerts", "protection", "rules", "backup", "heartbeat")


@hypothesis_settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(TABLES), JUST_ANYTHING)
def test_any_json_in_a_variable_is_settings_or_a_sentence(
    desk: Desk, table: str, value: object
) -> None:
    environ = desk.environ | {f"PARCELS_{table.upper()}": json.dumps(value)}
    assert told(desk.write(""), environ).isprintable()
