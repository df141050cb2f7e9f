"""What commands that only look read of the configuration is what the whole of it says."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st

from monitor.errors import BadConfiguration
from monitor.settings import load
from monitor.settings.surroundings import Surroundings, surroundings
from monitor.settings.verdicts import remember, was_good
from tests.leaks import KEY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.settings.conftest import Desk

CHANNEL = f'[[channels]]\nname = "phone"\nurl = "json://127.0.0.1/{KEY}"\n'


def looked(desk: Desk, text: str, **environ: str) -> Surroundings | None:
    return surroundings(desk.write(text), desk.environ | environ)


@pytest.mark.parametrize(
    ("text", "environ"),
    [
        pytest.param("", {}, id="nothing at all, as the machine suggests"),
        pytest.param("", {"TZ": "no/zone"}, id="a machine without a zone"),
        pytest.param("", {"STATE_DIRECTORY": "/var/lib/parcels"}, id="the folder of a service"),
        pytest.param("", {"HOME": "/srv/x", "XDG_STATE_HOME": "/srv"}, id="the folder of a user"),
        pytest.param('timezone = "Europe/Berlin"\ncountry = "de"', {}, id="a zone and a country"),
        pytest.param('database.path = "kept/p.db"', {}, id="a path from the folder of the file"),
        pytest.param('database.path = "~/p.db"', {}, id="a path from home"),
        pytest.param('database.path = "a.db"', {"PARCELS_DATABASE__PATH": "b.db"}, id="the environment outranks the file"),
        pytest.param("", {"PARCELS_DATABASE__PATH": "~/b.db"}, id="home in the environment"),
        pytest.param('country = "FR"', {"PARCELS_COUNTRY": "", "PARCELS_TIMEZONE": "Asia/Tokyo"}, id="no country by the environment"),
        pytest.param(CHANNEL + "[poll]\nevery = '2h'\n[rules.silence]\n[protection]\nwarn_days_before = [5]", {}, id="other tables beside them"),
        pytest.param("", {"PARCELS_POLL__EVERY": "2h", "PARCELS_NOW": "2026-09-01"}, id="other variables beside them"),
    ],
)  # fmt: skip
def test_it_finds_what_the_whole_configuration_says(
    desk: Desk, text: str, environ: dict[str, str]
) -> None:
    found = looked(desk, text, **environ)
    assert found is not None
    assert found == load(desk.file, desk.environ | environ).surroundings


@pytest.mark.parametrize(
    ("text", "environ"),
    [
        pytest.param("timezone = ", {}, id="no TOML"),
        pytest.param('database = "x"', {}, id="a database that is no table"),
        pytest.param('database.path = ""', {}, id="no path"),
        pytest.param("database.path = 7", {}, id="a path that is a number"),
        pytest.param('timezone = "Europe/Berlyn"', {}, id="a zone there is not"),
        pytest.param('country = "UK"', {}, id="a country there is not"),
        pytest.param("", {"PARCELS_TIMEZONE": ""}, id="an empty zone"),
        pytest.param("", {"PARCELS_CONFIG": "/nowhere.toml"}, id="a file there is not"),
    ],
)  # fmt: skip
def test_what_is_wrong_here_is_left_to_those_who_can_say_it(
    desk: Desk, text: str, environ: dict[str, str]
) -> None:
    asked = None if "PARCELS_CONFIG" in environ else desk.write(text)
    assert surroundings(asked, desk.environ | environ) is None
    with pytest.raises(BadConfiguration):
        load(asked, desk.environ | environ)


@pytest.mark.parametrize(
    ("text", "environ"),
    [
        pytest.param('[protection.shops.temu]\ndays = 90\nstarts = "ordered"', {}, id="shops of one's own"),
        pytest.param("", {"PARCELS_PROTECTION__SHOPS__TEMU__DAYS": "90"}, id="the same by a variable"),
        pytest.param("", {"PARCELS_DATABASE": '{"path": "/x.db"}'}, id="a table as JSON"),
        pytest.param("", {"parcels_timezone": "Asia/Tokyo"}, id="a variable in another case"),
        pytest.param("", {"CREDENTIALS_DIRECTORY": "/nowhere"}, id="credentials"),
    ],
)  # fmt: skip
def test_what_is_right_and_unusual_is_left_to_the_whole_configuration(
    desk: Desk, text: str, environ: dict[str, str]
) -> None:
    assert looked(desk, text, **environ) is None
    load(desk.file, desk.environ | environ)


def test_a_file_with_a_secret_that_others_may_read_is_refused_here_too(desk: Desk) -> None:
    path = desk.write(CHANNEL, mode=0o644)
    assert surroundings(path, desk.environ) is None
    with pytest.raises(BadConfiguration, match="others may read"):
        load(path, desk.environ)


def test_a_file_without_a_secret_may_be_read_by_all(desk: Desk) -> None:
    path = desk.write('timezone = "Europe/Berlin"', mode=0o644)
    found = surroundings(path, desk.environ)
    assert found is not None
    assert found.timezone == "Europe/Berlin"


values = st.sampled_from(
    ['"UTC"', '"Europe/Berlin"', '"DE"', '"xx"', '""', '"~"', '"~/a.db"', '"a/b.db"', '"/a.db"', "1", "[]", "{}", "true", "1979-05-27"]
)  # fmt: skip
names = st.sampled_from(
    ["timezone", "country", "database.path", "database", "database.file", "protection.shops.x.days", "protection.default_shop", "poll.every", "Country", "board.path"]
)  # fmt: skip
variables = st.sampled_from(
    ["PARCELS_TIMEZONE", "PARCELS_COUNTRY", "PARCELS_DATABASE__PATH", "PARCELS_DATABASE", "parcels_country", "PARCELS_PROTECTION__DEFAULT_SHOP", "PARCELS_BOARD__PATH", "PARCELS_ZZZ", "STATE_DIRECTORY", "TZ"]
)  # fmt: skip
said = st.sampled_from(
    ["UTC", "Asia/Tokyo", "fr", "", "~", "~/b.db", "b.db", "/b.db", "null", "[]"]
)


@hypothesis_settings(max_examples=300)
@given(st.dictionaries(names, values, max_size=4), st.dictionaries(variables, said, max_size=3))
def test_of_a_configuration_that_is_good_it_says_what_the_whole_says(
    tmp_path_factory: pytest.TempPathFactory, lines: Mapping[str, str], environ: dict[str, str]
) -> None:
    file = tmp_path_factory.getbasetemp() / "surroundings.toml"
    file.write_text("\n".join(f"{name} = {value}" for name, value in lines.items()))
    environ = {"HOME": "/srv/x", **environ}
    found = surroundings(file, environ)
    with contextlib.suppress(BadConfiguration):
        whole = load(file, environ, rules={}).surroundings
        assert found is None or found == whole


def test_a_good_configuration_is_known_again_until_anything_of_it_changes(desk: Desk) -> None:
    def mark(text: str, **environ: str) -> str:
        found = looked(desk, text, **environ)
        assert found is not None
        return found.mark

    before = mark(CHANNEL)
    remember(before, desk.environ)
    assert was_good(mark(CHANNEL), desk.environ)
    assert was_good(mark(CHANNEL, TZ="Europe/Paris", PARCELS_NOW="2026-09-01"), desk.environ)
    assert not was_good(mark(f"{CHANNEL} "), desk.environ)
    assert not was_good(mark(CHANNEL, PARCELS_POLL__EVERY="2h"), desk.environ)
    other = desk.write(CHANNEL, "elsewhere/config.toml")
    moved = surroundings(other, desk.environ)
    assert moved is not None
    assert not was_good(moved.mark, desk.environ)


def test_where_nothing_was_written_nothing_has_to_be_checked(desk: Desk) -> None:
    found = surroundings(None, desk.environ | {"XDG_CONFIG_HOME": "/nowhere"})
    assert found is not None
    assert found.mark == ""
    assert was_good(found.mark, desk.environ)


@pytest.mark.parametrize("kept", [b"", b"0" * 64, b"\xff" * 5000], ids=["empty", "another", "junk"])
def test_what_else_lies_in_its_place_is_no_verdict(desk: Desk, kept: bytes) -> None:
    remember("1" * 64, desk.environ)
    (place,) = (desk.folder / "home" / ".cache" / "parcels").iterdir()
    place.write_bytes(kept)
    assert not was_good("1" * 64, desk.environ)


def test_where_nothing_can_be_kept_nothing_is_said_of_it(desk: Desk) -> None:
    desk.write("a file where a folder has to be", "home/.cache")
    remember("1" * 64, desk.environ)
    assert not was_good("1" * 64, desk.environ)
