"""The doctor looks at everything, changes nothing, and says what to change."""

from __future__ import annotations

import os
import pty
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from monitor.alerts.memory import Kind
from monitor.circuit import OPENS_AFTER, Health
from monitor.cli import checks
from monitor.cli.mounts import kind_of
from monitor.errors import FailureKind
from monitor.history import History
from monitor.history.outbox import Message
from monitor.schedule import Severity
from monitor.sweep.instance import take_post
from tests.cli.desk import DAY, HOUR, KETTLE, START

if TYPE_CHECKING:
    from monitor.sandbox.receiver import Receiver
    from tests.cli.desk import Desk

SECRET = "0123456789ABCDEFs3ntinel"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _room(monkeypatch: pytest.MonkeyPatch) -> None:
    """However full the disk is on which the tests run."""
    monkeypatch.setattr(checks, "LEAST_FREE", 0)


def found(desk: Desk, *arguments: str, **environ: str) -> dict[str, tuple[str, str]]:
    """State and what is said by check; of several about one thing, the gravest."""
    grave = ["ok", "note", "warning", "problem"]
    rows = desk("doctor", "--json", *arguments, **environ).json
    rows.sort(key=lambda row: grave.index(row["state"]))
    return {row["check"]: (row["state"], _said(row)) for row in rows}


def _said(row: dict[str, str | None]) -> str:
    return " | ".join(part for part in (row["detail"], row["remedy"]) if part)


def tree(desk: Desk) -> dict[str, tuple[int, int, bytes]]:
    """Everything on this machine: modes, times and contents."""
    return {
        str(p): (p.stat().st_mode, p.stat().st_mtime_ns, p.read_bytes() if p.is_file() else b"")
        for p in sorted(desk.folder.rglob("*"))
    }


def stored(desk: Desk) -> History:
    return History.open(desk.database, now=desk.now)


# -- as a whole


def test_a_machine_in_order_is_clean(desk: Desk, phone: Receiver) -> None:
    desk.configure("country = 'DE'\n")
    desk.channel("phone", phone.url)
    desk("add", KETTLE, "--shipped", "2026-09-01")
    desk("poll")
    ran = desk("doctor")
    assert (ran.code, "PROBLEM" in ran.out) == (0, False)
    rows = found(desk)
    assert list(rows) != []
    for check in ("configuration", "file modes", "disk", "database", "clock", "seventeentrack",
                  "channel phone"):  # fmt: skip
        assert rows[check][0] == "ok", check
    assert "1 parcel watched" in rows["database"][1]
    assert phone.attempts == 0
    assert len(ran.out.splitlines()) == len(desk("doctor", "--json").json)


def test_nothing_is_made_on_a_fresh_machine(bare: Desk) -> None:
    ran = bare("doctor", PARCELS_ADAPTERS__CAINIAO__ENABLED="true")
    assert (ran.code, "none yet" in ran.out) == (0, True)
    assert list(bare.folder.iterdir()) == []


@pytest.mark.parametrize("used", [False, True], ids=["at rest", "in use"])
def test_nothing_is_changed_on_a_used_one(desk: Desk, used: bool) -> None:
    desk("add", KETTLE)
    desk("poll")
    other = stored(desk) if used else None
    before = tree(desk)
    desk("doctor", "--online")
    assert tree(desk) == before
    if other is not None:
        other.close()


def test_what_is_said_is_told_apart_by_its_state_and_problems_are_loud(bare: Desk) -> None:
    ran = bare("doctor")
    assert ran.code == 1
    states = {line.split()[0] for line in ran.out.splitlines()}
    assert states <= {"ok", "note", "warning", "PROBLEM"}
    assert "PROBLEM" in states


def test_a_pretended_moment_that_is_none_is_a_wrong_use_and_no_finding(bare: Desk) -> None:
    refused = bare("doctor", PARCELS_NOW="soon")
    assert (refused.code, refused.out) == (2, "")


@pytest.mark.parametrize("plain", ["", "1"], ids=["in colour", "with NO_COLOR"])
def test_on_a_terminal_long_sentences_are_wrapped_and_colour_is_a_choice(
    desk: Desk, plain: str
) -> None:
    ours, theirs = pty.openpty()
    desk.environ |= {"NO_COLOR": plain, "COLUMNS": "70"}
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "doctor"], env=desk._seen(), stdin=theirs,
        stdout=theirs, stderr=subprocess.DEVNULL, timeout=60, check=True,
    )  # fmt: skip
    shown = os.read(ours, 1 << 16).decode()
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 0
    assert ("\x1b[" in shown) is not bool(plain)
    lines = re.sub(r"\x1b\[\d*m", "", shown).splitlines()
    assert all(len(line) < 70 or str(desk.folder) in line for line in lines)  # no path is broken
    assert any(line.startswith(" " * 20) for line in lines)


# -- the configuration


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("[alerts]\nremnid = ['1d']\n", "did you mean alerts.remind?", id="misspelt"),
        pytest.param("[alerts\n", "is not TOML", id="no TOML"),
        pytest.param(
            "[[channels]]\nname = 'x'\nurl = 'tgram://a/b'\nformat = 1\n", "format", id="a channel"
        ),
    ],
)
def test_a_configuration_that_cannot_be_meant_is_a_problem_and_not_the_end(
    bare: Desk, text: str, said: str
) -> None:
    bare.configure(text)
    ran = bare("doctor")
    assert ran.code == 1
    assert "Traceback" not in ran.err
    state, detail = found(bare)["configuration"]
    assert (state, said in detail) == ("problem", True)
    assert {"SQLite", "clock"} <= set(found(bare))


def test_every_problem_of_a_configuration_has_its_line(bare: Desk) -> None:
    bare.configure("timezone = 'Mars/Base'\ncountry = 'Germany'\n")
    lines = [line for line in bare("doctor").out.splitlines() if "configuration  " in line]
    assert len(lines) == 2


def test_a_named_file_that_is_missing_is_a_problem(bare: Desk) -> None:
    ran = bare("--config", str(bare.folder / "none.toml"), "doctor")
    assert ran.code == 1
    assert "none.toml does not exist" in ran.out


def test_a_secret_that_others_may_read_is_a_problem_and_not_repeated(bare: Desk) -> None:
    bare.configure(f"[adapters.seventeentrack]\napi_key = '{SECRET}'\n", mode=0o644)
    ran = bare("doctor")
    assert ran.code == 1
    assert "chmod 600" in ran.out
    assert SECRET not in ran.out + ran.err


def test_the_files_that_hold_secrets_are_named(bare: Desk) -> None:
    path = bare.configure(f"[adapters.seventeentrack]\napi_key = '{SECRET}'\n")
    assert found(bare)["file modes"] == ("ok", f"private: {path}")


def test_a_database_that_others_may_read_is_a_warning_with_the_command(desk: Desk) -> None:
    desk("add", KETTLE)
    desk.database.chmod(0o644)
    state, detail = found(desk)["file modes"]
    assert (state, f"chmod 600 {desk.database}" in detail) == ("warning", True)


# -- the database


def spoilt(desk: Desk) -> None:
    """One page in the middle is overwritten; the file opens, and most queries work."""
    with stored(desk) as history:
        history.checkpoint()
    content = bytearray(desk.database.read_bytes())
    content[4096 * 8 : 4096 * 9] = b"\x55" * 4096
    desk.database.write_bytes(bytes(content))


def emptied(desk: Desk) -> None:
    desk.database.write_bytes(b"")


def older(desk: Desk) -> None:
    with closing(sqlite3.connect(desk.database, isolation_level=None)) as connection:
        connection.execute("DELETE FROM _sqlite_migrations WHERE rowid = 1")
        connection.execute("PRAGMA user_version = 7")


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        pytest.param(spoilt, "backup copy", id="damaged inside"),
        pytest.param(emptied, "0 bytes", id="cut to nothing"),
        pytest.param(lambda desk: desk.database.unlink(), "has vanished", id="lost"),
        pytest.param(lambda d: d.database.write_bytes(b"x" * 9000), "not a SQLite", id="no database"),
        pytest.param(older, "older version", id="of an older version"),
        pytest.param(lambda desk: os.chown(desk.database, 4711, -1), "sudo -u", id="another user's",
                     marks=pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")),
    ],
)  # fmt: skip
def test_a_database_that_cannot_be_trusted_is_a_problem_and_the_rest_is_looked_at(
    desk: Desk, harm: object, said: str
) -> None:
    assert callable(harm)
    desk("add", KETTLE)
    harm(desk)
    before = tree(desk)
    ran, rows = desk("doctor"), found(desk)
    assert (ran.code, rows["database"][0]) == (1, "problem")
    assert said in rows["database"][1]
    assert {"seventeentrack", "channels", "service", "clock"} <= set(rows)
    assert tree(desk) == before


def test_a_log_that_is_never_emptied_is_a_warning(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "LARGEST_LOG", 1000)
    with stored(desk):
        desk("add", KETTLE)
        state, detail = found(desk)["log"]
    assert (state, "log has grown" in detail) == ("warning", True)


# -- the machine


def test_a_disk_that_is_nearly_full_is_a_problem(
    bare: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "LEAST_FREE", 1 << 80)
    state, detail = found(bare)["disk"]
    assert (state, "free some space" in detail) == ("problem", True)


@pytest.mark.parametrize(
    ("version", "state"),
    [
        pytest.param("3.40.1", "warning", id="Debian 12 has the fault"),
        pytest.param("3.44.5", "warning", id="the last 3.44 with it"),
        pytest.param("3.44.6", "ok", id="mended in 3.44"),
        pytest.param("3.45.0", "warning", id="and not in 3.45"),
        pytest.param("3.50.6", "warning", id="the last 3.50 with it"),
        pytest.param("3.50.7", "ok", id="mended in 3.50"),
        pytest.param("3.51.0", "warning", id="and not in the first 3.51"),
        pytest.param("3.51.2", "warning", id="the last release with it"),
        pytest.param("3.51.3", "ok", id="mended"),
        pytest.param("3.53.0.1", "ok", id="four numbers"),
        pytest.param("4.0", "ok", id="two numbers"),
    ],
)
def test_the_versions_of_sqlite_with_the_wal_reset_bug_are_a_warning(
    version: str, state: str
) -> None:
    finding = checks.sqlite(version)
    assert (finding.state, version in finding.detail) == (state, True)


MOUNTS = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /home/you rw - nfs4 server:/home rw
31 30 8:2 / /home/you/.local rw - xfs /dev/sda2 rw
32 22 0:41 / /mnt/with\040blank rw shared:2 master:3 - cifs //server/share rw
33 22 8:3 / /srv rw - ext4 /dev/sda3 rw
34 33 0:42 / /srv rw - fuse.sshfs you@server: rw
35 this line is of no use
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        pytest.param("/var/lib/parcels/parcels.db", "ext4", id="the root where nothing else is"),
        pytest.param("/home/you/parcels.db", "nfs4", id="the nearest mount above"),
        pytest.param("/home/you/.local/state/parcels.db", "xfs", id="a mount within a mount"),
        pytest.param("/srv-old/parcels.db", "ext4", id="a name that only begins alike"),
        pytest.param("/mnt/with blank/parcels.db", "cifs", id="a blank in the name"),
        pytest.param("/srv/parcels.db", "fuse.sshfs", id="the last of two on one place"),
    ],
)
def test_the_file_system_of_a_path_is_that_of_its_mount(path: str, kind: str) -> None:
    assert kind_of(Path(path), MOUNTS) == kind


def test_a_network_file_system_is_a_warning(bare: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = bare.folder / "mountinfo"
    listed.write_text("22 1 0:40 / / rw - nfs4 server:/ rw\n")
    monkeypatch.setattr("monitor.cli.mounts.MOUNTS", listed)
    state, detail = found(bare)["file system"]
    assert (state, "nfs4" in detail, "[database] path" in detail) == ("warning", True, True)


@pytest.mark.parametrize(
    ("now", "state", "said"),
    [
        pytest.param("2026-09-01T06:00:00Z", "ok", "dates are shown in UTC", id="right"),
        pytest.param("2026-09-01T05:52:00Z", "ok", "", id="a few minutes slow"),
        pytest.param("2026-08-31T06:00:00Z", "problem", "stored at 2026-09-01", id="a day slow"),
        pytest.param("2001-01-01T00:00:00Z", "problem", "cannot be", id="never set"),
    ],
)
def test_a_clock_that_cannot_be_right_is_a_problem(
    desk: Desk, now: str, state: str, said: str
) -> None:
    desk("add", KETTLE)
    desk("poll")
    told, detail = found(desk, PARCELS_NOW=now)["clock"]
    assert (told, said in detail) == (state, True)


def test_proxies_that_are_not_used_and_sources_on_this_machine_are_noted(desk: Desk) -> None:
    state, detail = found(desk)["http"]
    assert (state, "seventeentrack" in detail) == ("note", True)
    state, detail = found(desk, HTTPS_PROXY="http://u:s3ntinel@proxy.example:3128")["http"]
    assert (state, "HTTPS_PROXY" in detail, "s3ntinel" in detail) == ("note", True, False)


# -- sources


def test_without_any_source_nothing_can_be_seen(bare: Desk) -> None:
    state, detail = found(bare)["sources"]
    assert state == "problem"
    assert "adapters.seventeentrack.api_key" in detail
    assert "adapters.cainiao.enabled = true" in detail


def test_a_source_that_is_off_beside_one_that_is_on_is_a_note(desk: Desk) -> None:
    rows = found(desk)
    assert rows["cainiao"][0] == rows["seventeentrack"][0] == "note"
    assert rows["seventeentrack"][1].startswith("never asked")


FAILED = Health(
    last_ok=START - DAY,
    failures=1,
    reason=FailureKind.TRANSIENT,
    detail="it said no",
    last_failure=START,
    failing_since=START - HOUR,
    wait_until=START + HOUR,
)


@pytest.mark.parametrize(
    ("reason", "failures", "state", "said"),
    [
        pytest.param("transient", 1, "warning", "--online", id="the network, once"),
        pytest.param("transient", OPENS_AFTER, "problem", "--online", id="the network, for long"),
        pytest.param("drift", 1, "warning", "newer version", id="an odd answer"),
        pytest.param("drift", OPENS_AFTER, "problem", "newer version", id="odd answers only"),
        pytest.param("auth", 1, "problem", "adapters.seventeentrack.api_key", id="a refused key"),
        pytest.param("quota", 1, "problem", "buy more", id="a spent allowance"),
        pytest.param("challenge", 9, "warning", "wait", id="a page for humans"),
        pytest.param("rate_limited", 9, "warning", "by itself", id="too fast"),
    ],
)
def test_a_source_that_fails_is_as_grave_as_what_the_owner_can_do(
    desk: Desk, reason: str, failures: int, state: str, said: str
) -> None:
    health = replace(FAILED, reason=FailureKind(reason), failures=failures)
    with stored(desk) as history:
        history.sources.keep_health("seventeentrack", health)
    told, detail = found(desk)["seventeentrack"]
    assert told == state
    assert "failing since Tue 1 Sep 2026, 05:00: it said no." in detail
    assert said in detail
    assert desk("doctor").code == (1 if state == "problem" else 0)


def test_online_opens_a_connection_to_each_source_and_asks_nothing(desk: Desk) -> None:
    state, detail = found(desk, "--online")["online"]
    assert (state, "seventeentrack can be reached" in detail) == ("ok", True)
    assert desk.endpoints() == []
    assert "online" not in found(desk)


def test_a_source_that_cannot_be_reached_is_a_problem(bare: Desk) -> None:
    bare.environ |= {
        "PARCELS_ADAPTERS__SEVENTEENTRACK__API_KEY": SECRET,
        "PARCELS_ADAPTERS__SEVENTEENTRACK__BASE_URL": "http://127.0.0.1:1/v2",
    }
    assert bare("doctor").code == 0
    state, detail = found(bare, "--online")["online"]
    assert (state, "refuses connections" in detail) == ("problem", True)


# -- channels


def put(desk: Desk, channel: str, *, attempts: int = 0) -> None:
    """An alert in the outbox that failed so often."""
    words = Message(channel, Kind.OPENED, Severity.WARNING, "Title", "Body", None, "x", None)
    with stored(desk) as history, history.write_tx():
        history._store.run(
            "INSERT INTO episode (subject, rule, anchor, opened_at) VALUES ('x', 'blind', 'x', 0)"
        )
        history.outbox.put(1, "blind", 1, [words], desk.now)
    for number in range(attempts):
        later = desk.now + number * HOUR
        with stored(desk) as history:
            batch = history.outbox.claim(channel, later, "holder", len, ignore_backoff=True)
            assert batch is not None
            history.outbox.settle(batch, "failed", f"{channel} did not take the message.", later)


@pytest.mark.parametrize(
    ("attempts", "state", "said"),
    [
        pytest.param(0, "ok", "nothing sent yet", id="waiting is no trouble"),
        pytest.param(1, "problem", "notify-test --channel phone", id="failing"),
        pytest.param(25, "problem", "parcels alerts retry ID", id="given up"),
    ],
)
def test_a_channel_is_as_well_as_its_letters(
    desk: Desk, phone: Receiver, attempts: int, state: str, said: str
) -> None:
    desk.channel("phone", phone.url)
    put(desk, "phone", attempts=attempts)
    told, detail = found(desk)["channel phone"]
    assert (told, said in detail) == (state, True)
    assert phone.attempts == 0


def test_a_channel_whose_url_cannot_be_used_is_a_problem_without_its_secret(desk: Desk) -> None:
    desk.channel("mail", "mailto://127.0.0.1:1?from=a@x.example&to=b@x.example,s3ntinel@x.example")
    ran = desk("doctor")
    state, detail = found(desk)["channel mail"]
    assert (ran.code, state, "2 targets" in detail) == (1, "problem", True)
    assert "s3ntinel" not in ran.out + ran.err


def test_alerts_for_a_channel_that_is_gone_are_a_warning(desk: Desk, phone: Receiver) -> None:
    put(desk, "pager")
    desk.channel("phone", phone.url)
    state, detail = found(desk)["channel pager"]
    assert (state, "1 alert" in detail) == ("warning", True)


def test_without_a_channel_it_is_said_where_alerts_go(desk: Desk) -> None:
    state, detail = found(desk)["channels"]
    assert (state, "standard output" in detail) == ("note", True)


# -- the service


def test_a_service_that_gets_things_done_is_well(desk: Desk) -> None:
    with stored(desk):
        post = take_post(desk.database, desk.now - HOUR)
    post.made_progress(desk.now - MINUTE)
    state, detail = found(desk)["service"]
    post.leave()
    assert (state, f"process {os.getpid()}" in detail) == ("ok", True)
    assert "since Tue 1 Sep 2026, 05:00" in detail
    assert found(desk)["service"][0] == "note"  # it has left


def test_a_service_that_stands_still_is_a_problem(desk: Desk) -> None:
    with stored(desk):
        post = take_post(desk.database, desk.now - HOUR)
    post.made_progress(desk.now - 6 * MINUTE)
    state, detail = found(desk)["service"]
    post.leave()
    assert (state, "start it anew" in detail) == ("problem", True)


def test_parcels_nobody_looks_after_are_a_warning(desk: Desk) -> None:
    assert found(desk)["service"][0] == "note"
    desk("add", KETTLE)
    desk("poll")
    assert found(desk)["service"][0] == "note"
    desk.at(2)
    state, detail = found(desk)["service"]
    assert (state, "the last pass was on Tue 1 Sep 2026, 06:00" in detail) == ("warning", True)


# -- passes, heartbeat, backups


def test_passes_that_are_not_complete_for_long_are_a_warning(desk: Desk) -> None:
    assert "passes" not in found(desk)
    desk("add", KETTLE)
    assert found(desk)["passes"][0] == "note"
    desk("poll")
    state, detail = found(desk)["passes"]
    assert (state, "Tue 1 Sep 2026, 06:00" in detail) == ("ok", True)
    desk.sandbox.faults.inject("error_503")
    desk.at(2)
    desk("poll")
    state, detail = found(desk)["passes"]
    assert (state, "Tue 1 Sep 2026, 06:00" in detail) == ("warning", True)


def test_a_source_that_was_told_to_be_blind_is_called_so(desk: Desk) -> None:
    desk("add", KETTLE)
    desk.sandbox.faults.inject("unauthorized_401")
    desk("poll")
    state, detail = found(desk)["seventeentrack"]
    assert (state, detail.startswith("blind: failing since")) == ("problem", True)


@pytest.mark.parametrize(
    ("note", "state"),
    [
        pytest.param("", "ok", id="all is well"),
        pytest.param("withheld: no source answers", "problem", id="it is withheld"),
        pytest.param("its service answered 404", "problem", id="it does not get through"),
    ],
)
def test_the_sign_of_life_is_as_the_service_says(desk: Desk, note: str, state: str) -> None:
    assert found(desk)["heartbeat"][0] == "note"
    url = "https://hc.example/ping/sentinel-b7e1"
    with stored(desk):
        post = take_post(desk.database, desk.now)
    post.note("heartbeat", note)
    told, detail = found(desk, PARCELS_HEARTBEAT__URL=url)["heartbeat"]
    post.leave()
    assert (told, note in detail, "sentinel" in detail) == (state, True, False)


def named(desk: Desk, days: float) -> None:
    """A copy of so many days ago in the folder."""
    made = desk.now - days * DAY
    folder = desk.folder / "copies"
    folder.mkdir(exist_ok=True)
    (folder / f"parcels-{made:%Y-%m-%dT%H%MZ}.db").write_bytes(b"x")


@pytest.mark.parametrize(
    ("days", "state", "said"),
    [
        pytest.param([], "note", "there is none", id="none yet"),
        pytest.param([1], "note", "1 copy", id="made yesterday, on the same disk"),
        pytest.param([1.9, 5], "note", "2 copies", id="after a night switched off"),
        pytest.param([2.1], "problem", "parcels backup FILE", id="none for two days"),
        pytest.param([-40], "note", "there is none", id="made while the clock was ahead"),
    ],
)
def test_the_age_of_the_newest_copy_is_told(
    desk: Desk, days: list[float], state: str, said: str
) -> None:
    desk("add", KETTLE)
    for each in days:
        named(desk, each)
    told, detail = found(desk, PARCELS_BACKUP__PATH=str(desk.folder / "copies"))["backup"]
    assert (told, said in detail) == (state, True)


def test_without_a_folder_for_copies_it_is_said_how_to_have_them(desk: Desk) -> None:
    state, detail = found(desk)["backup"]
    assert (state, "[backup] path" in detail) == ("note", True)


def test_what_keeps_the_next_copy_from_being_made_is_a_problem(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    named(desk, 0)
    state, detail = found(desk, PARCELS_BACKUP__PATH=str(desk.folder / "usb" / "copies"))["backup"]
    assert (state, "mount its disk" in detail) == ("problem", True)
    monkeypatch.setattr("monitor.backup.copying.SPARE", 1 << 60)
    state, detail = found(desk, PARCELS_BACKUP__PATH=str(desk.folder / "copies"))["backup"]
    assert (state, "free some space" in detail) == ("problem", True)


def test_every_problem_says_what_to_do(desk: Desk) -> None:
    desk("add", KETTLE)
    desk.database.chmod(0o644)
    desk.sandbox.faults.inject("unauthorized_401")
    desk("poll")
    desk.at(3)
    rows = desk("doctor", "--json", PARCELS_BACKUP__PATH="/nowhere/copies").json
    grave = [row for row in rows if row["state"] in {"warning", "problem"}]
    assert len(grave) >= 4
    assert all(row["remedy"] for row in grave)
    assert all(list(row) == ["check", "state", "detail", "remedy"] for row in rows)
