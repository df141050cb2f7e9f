"""Each source is shown with what it is, how it is asked, how it does, and how to switch it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from monitor.circuit import Health
from monitor.errors import FailureKind
from monitor.history import History
from monitor.settings import Settings
from tests.cli.desk import HOUR, KETTLE, LAMP, START, held

if TYPE_CHECKING:
    from tests.cli.desk import Desk

KEYS = {
    "name", "enabled", "note", "official", "needs_key", "batch", "spacing", "every", "floor",
    "state", "reason", "detail", "last_ok", "failing_since", "wait_until", "registered",
    "quota",
    "monthly", "this_month", "daily", "today", "drift_at",
    "plugin",
}  # fmt: skip
CAINIAO = "PARCELS_ADAPTERS__CAINIAO__ENABLED"
FAILING = Health(
    last_ok=START - 3 * HOUR,
    failures=6,
    reason=FailureKind.TRANSIENT,
    detail="api.17track.net does not answer \x1b]52;c;x\x07" + " and so on" * 20,
    last_failure=START,
    failing_since=START - HOUR,
    wait_until=START + HOUR,
)


def rows(desk: Desk) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in desk("adapters", "--json").json}


def block(desk: Desk, name: str) -> str:
    """The lines about one source."""
    (found,) = [b for b in desk("adapters").out.split("\n\n") if b.startswith(f"{name}:")]
    return found


def remember(desk: Desk, name: str, health: Health) -> None:
    with History.open(desk.database, now=desk.now) as history:
        history.sources.keep_health(name, health)


def test_json_has_exactly_its_keys_for_every_source(desk: Desk) -> None:
    found = rows(desk)
    assert set(found) == {"cainiao", *Settings().adapters.keyed}
    assert all(set(row) == KEYS for row in found.values())


def test_looking_at_the_sources_makes_no_database(bare: Desk) -> None:
    assert bare("adapters").code == 0
    assert {row["state"] for row in rows(bare).values()} == {"new"}
    assert not bare.database.parent.exists()


@pytest.mark.parametrize(
    ("environ", "name", "heading", "switch"),
    [
        pytest.param({}, "17TRACK", "off, official", "on with adapters.seventeentrack.api_key",
                     id="without its key 17TRACK is off, and the key switches it on"),
        pytest.param({CAINIAO: "true"}, "Cainiao", "on, UNOFFICIAL",
                     "off with adapters.cainiao.enabled = false",
                     id="Cainiao is unofficial, which is said loudly"),
        pytest.param({CAINIAO: "false"}, "Cainiao", "off, UNOFFICIAL",
                     "on with adapters.cainiao.enabled = true",
                     id="what was switched off is switched on again the same way"),
    ],
)  # fmt: skip
def test_it_is_said_whether_and_how_a_source_is_switched_on(
    bare: Desk, environ: dict[str, str], name: str, heading: str, switch: str
) -> None:
    bare.environ |= environ
    shown = block(bare, name)
    assert shown.startswith(f"{name}: {heading}\n")
    assert switch in shown


def test_a_key_is_missing_given_or_not_needed(bare: Desk) -> None:
    assert "key      missing" in block(bare, "17TRACK")
    assert "off      needs a key" in block(bare, "17TRACK")
    assert "key      not needed" in block(bare, "Cainiao")
    bare.environ["PARCELS_ADAPTERS__SEVENTEENTRACK__API_KEY"] = "s3ntinel-key"
    shown = block(bare, "17TRACK")
    assert "17TRACK: on, official" in shown
    assert "key      given" in shown
    assert "s3ntinel" not in shown + str(rows(bare))


def test_a_source_of_ones_own_is_among_them(bare: Desk) -> None:
    bare.configure(
        "[adapters.mycarrier]\nkind = 'http_json'\nenabled = false\n"
        "base_url = 'https://api.example.org/v1'\n"
    )
    ran = bare("adapters")
    assert ran.code == 0
    assert "mycarrier: off, " in ran.out
    assert "on with adapters.mycarrier.enabled = true" in ran.out


def test_how_often_a_parcel_is_asked_about_follows_the_owner_down_to_the_floor(bare: Desk) -> None:
    every = rows(bare)["seventeentrack"]["every"]
    floor = rows(bare)["seventeentrack"]["floor"]
    assert every == timedelta(hours=3).total_seconds()
    bare.environ["PARCELS_POLL__EVERY"] = "5h"
    assert rows(bare)["seventeentrack"]["every"] == timedelta(hours=5).total_seconds()
    assert "every 5h" in block(bare, "17TRACK")
    bare.environ["PARCELS_POLL__EVERY"] = "1s"
    assert rows(bare)["seventeentrack"]["every"] == floor


def test_after_a_pass_the_last_answer_and_what_was_registered_are_shown(desk: Desk) -> None:
    desk.sandbox.script(held())
    desk("add", KETTLE)
    desk("add", LAMP)
    desk("poll")
    row = rows(desk)["seventeentrack"]
    assert (row["state"], row["reason"], row["registered"]) == ("ok", None, 2)
    assert row["last_ok"] == "2026-09-01T06:00:00Z"
    shown = block(desk, "17TRACK")
    assert "state    ok; last answer Tue 1 Sep 2026, 06:00" in shown
    assert "2 numbers registered from here" in shown


def test_a_source_that_fails_says_why_since_when_and_until_when_it_is_left_alone(
    desk: Desk,
) -> None:
    remember(desk, "seventeentrack", FAILING)
    row = rows(desk)["seventeentrack"]
    assert (row["state"], row["reason"]) == ("paused", "transient")
    assert row["failing_since"] == "2026-09-01T05:00:00Z"
    assert row["wait_until"] == "2026-09-01T07:00:00Z"
    shown = " ".join(block(desk, "17TRACK").split())
    assert "paused until Tue 1 Sep 2026, 07:00; failing since Tue 1 Sep 2026, 05:00" in shown
    assert "last answer Tue 1 Sep 2026, 03:00" in shown
    desk.at(1)
    assert rows(desk)["seventeentrack"]["state"] == "failing"


def test_text_fits_a_narrow_terminal_and_is_inert(desk: Desk) -> None:
    remember(desk, "seventeentrack", FAILING)
    shown = desk("adapters")
    assert shown.code == 0
    assert all(len(line) <= 80 for line in shown.out.splitlines())
    assert "\x1b" not in shown.out + desk("adapters", "--json").out
