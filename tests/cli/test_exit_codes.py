"""Every failure is a sentence on standard error that says what to change, and an exit code."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.cli.desk import KETTLE, LAMP

if TYPE_CHECKING:
    from tests.cli.desk import Desk, Ran

SECRET = "0123456789ABCDEFs3ntinel"
NEEDS_SETTINGS = (
    ("list",), ("show", KETTLE), ("plan",), ("add", LAMP), ("poll",), ("alerts",), ("config",),
)  # fmt: skip


def is_a_sentence(refused: Ran) -> bool:
    said = refused.err.rstrip()
    return "Traceback" not in said and "parcels: " in said and said.endswith((".", "?", "table"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("[alerts]\nremnid = ['1d']\n", "did you mean alerts.remind?", id="misspelt"),
        pytest.param("[[channels]]\nname = 'phone'\n", "url", id="a channel without a URL"),
        pytest.param("timezone = 'Mars/Base'\n", "timezone", id="no such time zone"),
        pytest.param("[alerts\n", "config.toml", id="no TOML"),
        pytest.param(b"\xff\xfe\x00", "config.toml", id="no text"),
        pytest.param("[protection]\nwarn_days_before = 'soon'\n", "warn_days_before", id="no days"),
        pytest.param("[rules.clearance]\nstart_warnig = 1\n", "start_warning", id="in a rule"),
    ],
)
def test_a_configuration_that_cannot_be_meant_stops_every_command_with_78(
    bare: Desk, text: str | bytes, said: str
) -> None:
    bare.configure(text)
    for command in NEEDS_SETTINGS:
        refused = bare(*command)
        assert (refused.code, refused.out) == (78, ""), command
        assert said in refused.err
        assert "Traceback" not in refused.err
    assert not bare.database.exists()


def test_a_file_named_on_the_command_line_must_be_there(bare: Desk) -> None:
    refused = bare("--config", str(bare.folder / "other.toml"), "list")
    assert refused.code == 78
    assert "other.toml does not exist" in refused.err


def test_a_folder_in_place_of_the_configuration_is_refused(bare: Desk) -> None:
    refused = bare("--config", str(bare.folder), "list")
    assert refused.code == 78
    assert "not a regular file" in refused.err


def test_a_secret_that_others_may_read_is_refused_and_not_repeated(bare: Desk) -> None:
    bare.configure(f"[adapters.seventeentrack]\napi_key = '{SECRET}'\n", mode=0o644)
    for command in NEEDS_SETTINGS:
        refused = bare(*command)
        assert refused.code == 78
        assert "config.toml" in refused.err
        assert "600" in refused.err
        assert SECRET not in refused.err + refused.out


def test_a_key_file_that_others_may_read_is_refused_by_name(bare: Desk) -> None:
    key = bare.folder / "key"
    key.write_text(SECRET)
    key.chmod(0o644)
    bare.environ["PARCELS_ADAPTERS__SEVENTEENTRACK__API_KEY_FILE"] = str(key)
    refused = bare("poll")
    assert (refused.code, refused.out) == (78, "")
    assert str(key) in refused.err
    assert SECRET not in refused.err
    key.chmod(0o600)
    assert bare("poll").code == 0


def test_a_configuration_without_secrets_may_be_read_by_all(bare: Desk) -> None:
    bare.configure("country = 'DE'\n", mode=0o644)
    assert bare("list").code == 0


TOKEN = "123456789:AAs3ntinelAAAAAAAAAAAAAAAAAAAAAAAAA"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        pytest.param(f"tgram://{TOKEN}/1001/1002", "2 targets", id="two chats"),
        pytest.param(
            "mailto://127.0.0.1:1?from=a@x.example&to=b@x.example,c@x.example",
            "2 targets",
            id="two recipients",
        ),
        pytest.param(f"tgram://{TOKEN}/1001?optional=yes", "optional", id="hides failures"),
        pytest.param("tgarm://x/y", "tgarm://", id="a service nobody knows"),
        pytest.param("phone", "Apprise URL", id="no URL"),
        pytest.param("dbus://", "this machine only", id="reaches nobody"),
    ],
)
def test_a_channel_that_cannot_work_is_refused_before_anything_is_asked_or_sent(
    desk: Desk, url: str, said: str
) -> None:
    desk("add", KETTLE)
    desk.channel("phone", url)
    refused = desk("poll")
    assert (refused.code, refused.out) == (78, "")
    assert "phone" in refused.err
    assert said in refused.err
    assert "s3ntinel" not in refused.err
    assert desk.endpoints() == []


def test_a_database_that_is_none_is_refused_and_left_alone(bare: Desk) -> None:
    bare.database.parent.mkdir(parents=True)
    bare.database.write_bytes(b"my diary" * 1000)
    for command in (("list",), ("add", KETTLE), ("poll",), ("alerts",)):
        refused = bare(*command)
        assert (refused.code, refused.out) == (78, "")
        assert is_a_sentence(refused)
    assert bare.database.read_bytes() == b"my diary" * 1000


def test_an_emptied_database_is_no_reason_to_forget_every_parcel(bare: Desk) -> None:
    bare("add", KETTLE)
    bare.database.with_name("parcels.db-wal").unlink(missing_ok=True)
    bare.database.write_bytes(b"")
    refused = bare("list")
    assert refused.code == 78
    assert is_a_sentence(refused)


@pytest.mark.parametrize("command", [("list",), ("add", KETTLE), ("poll",), ("poll", "--dry-run")])
def test_a_place_where_no_database_can_be_made_is_named(
    bare: Desk, command: tuple[str, ...]
) -> None:
    (bare.folder / "state").write_text("a file, not a folder")
    refused = bare(*command)
    assert (refused.code, refused.out) == (78, "")
    assert is_a_sentence(refused)
    assert str(bare.folder / "state") in refused.err


def test_a_second_pass_waits_and_then_says_busy(
    bare: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare("add", KETTLE)
    monkeypatch.setattr("monitor.cli.service.PATIENCE", 0.2)
    lock = os.open(bare.database.with_name("parcels.db.pass"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refused = bare("poll")
    finally:
        os.close(lock)
    assert (refused.code, refused.out) == (75, "")
    assert "another pass is still running" in refused.err
    assert bare("poll").code == 1  # the lock is free; no source is configured


@pytest.mark.parametrize(
    "command",
    [("show", "toaster"), ("edit", "toaster"), ("done", "toaster"), ("undo", "toaster"),
     ("remove", "toaster", "--yes"), ("event", "toaster", "x"), ("plan", "toaster"),
     ("poll", "toaster"), ("poll", KETTLE, "toaster")],
)  # fmt: skip
def test_a_parcel_nobody_knows_is_exit_code_3_wherever_it_is_named(
    desk: Desk, command: tuple[str, ...]
) -> None:
    desk("add", KETTLE)
    refused = desk(*command)
    assert (refused.code, refused.out) == (3, "")
    assert is_a_sentence(refused)
    assert desk.endpoints() == []


@pytest.mark.parametrize(
    ("now", "said"),
    [
        pytest.param("yesterday", "2026-09-02T08:00:00Z", id="no moment"),
        pytest.param("2026-09-02T08:00:00", "no zone", id="no zone"),
        pytest.param("0001-01-01T00:00:00+10:00", "2000", id="before time began"),
        pytest.param("9999-12-31T23:59:59Z", "2100", id="after the end of time"),
    ],
)
def test_a_pretended_moment_that_is_none_is_refused(bare: Desk, now: str, said: str) -> None:
    refused = bare("add", KETTLE, PARCELS_NOW=now)
    assert (refused.code, refused.out) == (2, "")
    assert said in refused.err
    assert bare.listed() == []


def test_a_process_ends_with_the_code_of_its_failure(desk: Desk) -> None:
    """One real process for each code; the tables above run in this one."""
    assert desk.process("add", KETTLE).code == 0
    assert desk.process("show", "toaster").code == 3
    assert desk.process("lsit").code == 2
    desk.configure("[alerts\n")
    unusable = desk.process("list")
    assert (unusable.code, unusable.out) == (78, "")
    assert "Traceback" not in unusable.err


@pytest.mark.parametrize("command", ["export", "calendar"])
def test_an_output_without_room_is_said_in_a_sentence(bare: Desk, command: str) -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device, and the claim is about it
        done = subprocess.run(
            [sys.executable, "-m", "monitor", command],
            env=bare._seen(), stdout=full, stderr=subprocess.PIPE, timeout=60, check=False,
        )  # fmt: skip
    said = done.stderr.decode()
    assert done.returncode == 1
    assert said.endswith("parcels: The output cannot be written (No space left on device).\n")
    assert "Traceback" not in said


def test_config_shows_where_each_value_comes_from_and_no_secret(bare: Desk) -> None:
    bare.configure(
        f"country = 'DE'\n[adapters.seventeentrack]\napi_key = '{SECRET}'\n"
        f"[[channels]]\nname = 'phone'\nurl = 'tgram://{TOKEN}/1001'\n"
    )
    bare.environ["PARCELS_ALERTS__REDACT"] = "yes"
    shown, rows = bare("config"), bare("config", "--json").json
    assert shown.code == 0
    assert "s3ntinel" not in shown.out + shown.err + str(rows)
    by_path = {row["path"]: row for row in rows}
    assert "config.toml" in by_path["country"]["origin"]
    assert "PARCELS_ALERTS__REDACT" in by_path["alerts.redact"]["origin"]
    assert by_path["protection.default_shop"]["origin"] == "default"
    assert by_path["board.path"]["note"] is None
    assert not bare.database.exists()
