"""Which file counts, and which source wins."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from monitor.errors import BadConfiguration
from monitor.settings import load, places

if TYPE_CHECKING:
    from tests.settings.conftest import Desk

as_root = pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        pytest.param(("asked", "named", "own", "etc"), "asked", id="--config outranks everything"),
        pytest.param(("named", "own", "etc"), "named", id="PARCELS_CONFIG comes second"),
        pytest.param(("own", "etc"), "own", id="the user's own file outranks the machine's"),
        pytest.param(("etc",), "etc", id="the machine's file counts when the user has none"),
        pytest.param((), None, id="no file is needed"),
    ],
)
def test_the_first_file_of_the_order_counts(
    desk: Desk, present: tuple[str, ...], expected: str | None
) -> None:
    files = {
        name: desk.folder / where
        for name, where in {
            "asked": "asked.toml",
            "named": "named.toml",
            "own": "xdg/parcels/config.toml",
            "etc": "etc/config.toml",
        }.items()
    }
    for name in present:
        desk.write("", str(files[name].relative_to(desk.folder)))
    environ = {"XDG_CONFIG_HOME": str(desk.folder / "xdg")}
    if "named" in present:
        environ["PARCELS_CONFIG"] = str(files["named"])
    asked = files["asked"] if "asked" in present else None

    found = places.config_file(asked, environ, files["etc"])

    assert found == (files[expected] if expected else None)


def test_without_xdg_config_home_the_users_file_is_below_dot_config(desk: Desk) -> None:
    path = desk.write("", "home/.config/parcels/config.toml")
    assert places.config_file(None, desk.environ, Path("/nowhere")) == path


def test_a_relative_xdg_config_home_is_ignored(desk: Desk) -> None:
    path = desk.write("", "home/.config/parcels/config.toml")
    environ = desk.environ | {"XDG_CONFIG_HOME": "elsewhere"}
    assert places.config_file(None, environ, Path("/nowhere")) == path


def test_an_empty_parcels_config_counts_as_not_set(desk: Desk) -> None:
    environ = desk.environ | {"PARCELS_CONFIG": ""}
    assert places.config_file(None, environ, Path("/nowhere")) is None


@pytest.mark.parametrize("way", ["--config", "PARCELS_CONFIG"])
def test_a_file_that_was_named_and_is_missing_is_an_error(desk: Desk, way: str) -> None:
    missing = desk.folder / "missing.toml"
    environ = desk.environ | ({"PARCELS_CONFIG": str(missing)} if way != "--config" else {})
    with pytest.raises(BadConfiguration, match=r"missing\.toml does not exist\.$") as caught:
        load(missing if way == "--config" else None, environ)
    assert caught.value.exit_code == 78


def test_a_folder_is_no_configuration(desk: Desk) -> None:
    with pytest.raises(BadConfiguration, match="is not a regular file"):
        load(desk.folder, desk.environ)


def test_a_pipe_in_place_of_the_file_is_refused_and_does_not_hold_up(desk: Desk) -> None:
    os.mkfifo(desk.folder / "pipe")
    with pytest.raises(BadConfiguration, match="is not a regular file"):
        load(desk.folder / "pipe", desk.environ)


@as_root
def test_a_file_that_is_there_and_cannot_be_read_is_an_error_and_not_skipped(desk: Desk) -> None:
    desk.write("", "home/.config/parcels/config.toml", mode=0o000)
    with pytest.raises(BadConfiguration, match="cannot be read by this user"):
        load(None, desk.environ)


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        pytest.param(PermissionError(13, ""), "f cannot be read by this user; run as its owner or as a member of its group.", id="not allowed"),
        pytest.param(FileNotFoundError(2, ""), "f does not exist.", id="missing"),
        pytest.param(OSError(5, ""), "f cannot be read: Input/output error.", id="a broken disk"),
        pytest.param(ValueError("x"), "f cannot be read.", id="a name no file can have"),
    ],
)  # fmt: skip
def test_an_unreadable_file_is_told_with_its_name_and_reason(
    trouble: Exception, sentence: str
) -> None:
    assert places.unreadable(Path("f"), trouble) == sentence


FILE = '[poll]\nevery = "1h"\njitter = "1m"\n'


@pytest.mark.parametrize(
    ("text", "credential", "variable", "hours"),
    [
        pytest.param("", "", "", 3, id="nothing given: the default"),
        pytest.param(FILE, "", "", 1, id="the file outranks the default"),
        pytest.param(FILE, "2h", "", 2, id="a credential outranks the file"),
        pytest.param(FILE, "2h", "4h", 4, id="the environment outranks a credential"),
        pytest.param(FILE, "", "4h", 4, id="the environment outranks the file"),
        pytest.param("", "2h", "", 2, id="a credential outranks the default"),
        pytest.param("", "", "4h", 4, id="the environment outranks the default"),
        pytest.param("", "2h", "4h", 4, id="without a file the environment comes first, too"),
    ],
)
def test_the_order_is_environment_credentials_file_default(
    desk: Desk, text: str, credential: str, variable: str, hours: int
) -> None:
    environ = {"PARCELS_POLL__EVERY": variable} if variable else {}
    if credential:
        desk.write(f"{credential}\n", "credentials/poll__every")
        environ["CREDENTIALS_DIRECTORY"] = str(desk.folder / "credentials")
    settings = desk.load(text, **environ)
    assert settings.poll.every == timedelta(hours=hours)


def test_one_variable_leaves_the_rest_of_its_table_to_the_file(desk: Desk) -> None:
    settings = desk.load(FILE, PARCELS_POLL__EVERY="4h")
    assert settings.poll.jitter == timedelta(minutes=1)


def test_variables_may_be_written_in_any_case(desk: Desk) -> None:
    assert desk.load(parcels_Poll__every="4h").poll.every == timedelta(hours=4)


def test_a_whole_table_may_come_as_json_and_leaves_the_rest_to_the_file(desk: Desk) -> None:
    settings = desk.load(FILE, PARCELS_POLL='{"every": "4h"}')
    assert (settings.poll.every, settings.poll.jitter) == (timedelta(hours=4), timedelta(minutes=1))


@pytest.mark.parametrize("written", ['["1d","2d"]', "1d,2d", " 1d , P2D "])
def test_a_list_may_come_as_json_or_separated_by_commas(desk: Desk, written: str) -> None:
    settings = desk.load(PARCELS_ALERTS__REMIND=written)
    assert settings.alerts.remind == (timedelta(days=1), timedelta(days=2))


@pytest.mark.parametrize("name", ["PARCELS_NOW", "PARCELS_CONFIG", "_PARCELS_COMPLETE", "PARCEL_X"])
def test_variables_that_are_no_options_are_left_alone(desk: Desk, name: str) -> None:
    assert desk.load(**{name: ""}).poll.every == timedelta(hours=3)


def test_the_same_option_twice_in_the_environment_is_an_error(desk: Desk) -> None:
    sentence = desk.refusal(PARCELS_POLL="{}", PARCELS_POLL__EVERY="1h")
    assert sentence == (
        "environment PARCELS_POLL and environment PARCELS_POLL__EVERY set the same option; give one of them."
    )


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        pytest.param({"STATE_DIRECTORY": "/var/lib/p"}, "/var/lib/p/parcels.db", id="a service"),
        pytest.param({"STATE_DIRECTORY": "/a:/b"}, "/a/parcels.db", id="the first of two folders"),
        pytest.param({"XDG_STATE_HOME": "/s"}, "/s/parcels/parcels.db", id="a user's state folder"),
        pytest.param({"HOME": "/h"}, "/h/.local/state/parcels/parcels.db", id="its default"),
    ],
)
def test_the_database_lies_where_the_machine_keeps_state(
    environ: dict[str, str], expected: str
) -> None:
    assert str(places.database_file(environ)) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param("/var/x.db", "/var/x.db", id="an absolute path stays"),
        pytest.param("x.db", "{folder}/x.db", id="a relative one is meant from the file's folder"),
        pytest.param("~/x.db", "{folder}/home/x.db", id="a tilde is the home"),
    ],
)
def test_a_path_in_the_file_is_meant_from_there(desk: Desk, given: str, expected: str) -> None:
    settings = desk.load(f'database.path = "{given}"')
    assert str(settings.database.path) == expected.format(folder=desk.folder)


def test_a_machine_without_a_home_has_one_all_the_same() -> None:
    assert places.home({}).is_absolute()
