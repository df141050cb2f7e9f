"""The unit files: accepted without a word, well fenced in, and in step with the program."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from monitor.errors import Unusable
from monitor.settings import load
from monitor.settings.addresses import from_credentials
from monitor.settings.model import Settings
from monitor.settings.places import database_file
from tests.systemd.shown import README, units_shown

UNITS = README.parent
EXPOSURE = "12"  # in tenths, as --threshold= takes it
SYSTEM, NOTICE, USER = "parcels.service", "parcels-failed@.service", "parcels-user.service"

needs_analyze = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze here"
)


def settings_of(unit: str) -> dict[str, list[str]]:
    """Every setting of a unit with its values in order."""
    found: dict[str, list[str]] = {}
    for line in (UNITS / unit).read_text("utf-8").splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


def analyze(*arguments: str | Path, runtime: Path) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": os.environ["PATH"], "HOME": str(runtime), "XDG_RUNTIME_DIR": str(runtime)}
    command = ["systemd-analyze", "--no-pager", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environ)


def with_a_program(folder: Path) -> None:
    """The units as they would be installed, with a program that is there on every machine."""
    texts = {name: (UNITS / name).read_text("utf-8") for name in (SYSTEM, NOTICE, USER)}
    for name, text in (texts | units_shown()).items():
        if name.endswith((".service", ".timer")):
            there = re.sub(r"(/opt|%h)/parcels/bin/parcels", "/bin/true", text)
            (folder / name).write_text(there)


@needs_analyze
@pytest.mark.parametrize("unit", [SYSTEM, NOTICE, "parcels-poll.service", "parcels-poll.timer"])
def test_systemd_takes_each_unit_without_a_word(unit: str, tmp_path: Path) -> None:
    with_a_program(tmp_path)
    done = analyze("verify", "--recursive-errors=yes", tmp_path / unit, runtime=tmp_path)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@needs_analyze
def test_a_users_manager_takes_the_user_unit_without_a_word(tmp_path: Path) -> None:
    with_a_program(tmp_path)
    options = ("verify", "--user", "--recursive-errors=yes")
    done = analyze(*options, tmp_path / USER, runtime=tmp_path)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@needs_analyze
@pytest.mark.parametrize("unit", [SYSTEM, NOTICE])
def test_the_system_units_are_exposed_by_1_2_at_most(unit: str, tmp_path: Path) -> None:
    with_a_program(tmp_path)
    options = ("security", "--offline=true", f"--threshold={EXPOSURE}")
    done = analyze(*options, tmp_path / unit, runtime=tmp_path)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("unit", [SYSTEM, USER])
def test_the_service_is_not_restarted_when_the_owner_must_act(unit: str) -> None:
    given = settings_of(unit)
    assert given["Restart"] == ["on-failure"]
    assert given["RestartPreventExitStatus"] == [str(Unusable.exit_code)]


def test_an_end_that_needs_somebody_is_told_by_another_unit() -> None:
    assert settings_of(SYSTEM)["OnFailure"] == ["parcels-failed@%n.service"]
    assert settings_of(NOTICE)["ExecStart"]


@pytest.mark.parametrize("unit", [SYSTEM, USER])
def test_systemd_waits_for_ready_and_watches_for_hangs(unit: str) -> None:
    given = settings_of(unit)
    assert given["Type"] == ["notify"]
    assert int(given["WatchdogSec"][0]) >= 60  # a long pass must not look like a hang


@pytest.mark.parametrize("unit", [SYSTEM, USER])
def test_systemd_waits_longer_for_the_end_than_the_program_takes(unit: str) -> None:
    assert int(settings_of(unit)["TimeoutStopSec"][0]) > 25


def test_the_two_units_differ_only_where_a_users_manager_is_different() -> None:
    system, user = settings_of(SYSTEM), settings_of(USER)
    differing = {name for name in user if user[name] != system.get(name)}
    assert differing == {"ExecStart", "WantedBy"}


def test_the_user_unit_has_nothing_that_a_users_manager_cannot_do() -> None:
    cannot = (
        r"(Protect|Private|Device|IPAddress|SocketBind|StateDir|LoadCred|User|Group|Dynamic)\w*"
    )
    cannot += "|CapabilityBoundingSet|AmbientCapabilities|RemoveIPC|KeyringMode"
    assert [name for name in settings_of(USER) if re.fullmatch(cannot, name)] == []


@pytest.mark.parametrize("unit", [SYSTEM, "parcels-poll.service"])
def test_credentials_have_no_path_so_that_a_missing_one_is_no_error(unit: str) -> None:
    text = {SYSTEM: (UNITS / SYSTEM).read_text("utf-8"), **units_shown()}[unit]
    names = re.findall(r"^LoadCredential=(.+)$", text, re.MULTILINE)
    assert "adapters__seventeentrack__api_key" in names
    assert [name for name in names if ":" in name] == []


def test_every_credential_is_the_name_of_an_option(tmp_path: Path) -> None:
    names = settings_of(SYSTEM)["LoadCredential"]
    for name in names:
        (tmp_path / name).write_text("a-secret\n")
    assert len(from_credentials(tmp_path, Settings, {})) == len(names)


def test_the_configuration_for_a_start_names_the_database_of_the_service(tmp_path: Path) -> None:
    (folder,) = settings_of(SYSTEM)["StateDirectory"]
    settings = load(UNITS / "config.toml", {"HOME": str(tmp_path), "TZ": "UTC"})
    assert settings.database.path == Path("/var/lib", folder, "parcels.db")


def test_without_a_configuration_the_user_of_the_service_finds_the_same_database() -> None:
    """A link leads from where `sudo -u parcels parcels` looks to where the service writes."""
    (home,) = re.findall(r"^u parcels .* (\S+)$", text_of("sysusers"), re.MULTILINE)
    ((link, target),) = re.findall(r"^L (\S+) .* (\S+)$", text_of("tmpfiles"), re.MULTILINE)
    looked_for = database_file({"HOME": home}).parent
    assert str(looked_for) == link
    assert os.path.normpath(looked_for.parent / target) == home == "/var/lib/parcels"


def text_of(kind: str) -> str:
    return (UNITS / f"parcels.{kind}.conf").read_text("utf-8")


def test_the_page_names_every_file_of_this_folder() -> None:
    page = README.read_text("utf-8")
    missing = [p.name for p in UNITS.iterdir() if p != README and f"| `{p.name}` |" not in page]
    assert missing == []
