"""The sandbox speaks in the shapes of the sample answers, and serves canned answers verbatim."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from monitor.sandbox.histories import LastMile, ParcelHistory, ScriptedEvent

if TYPE_CHECKING:
    from monitor.sandbox.clock import SteppedClock

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples" / "seventeentrack"
TRACK_INFO = sorted(SAMPLES.glob("*/gettrackinfo_*.json"))
# The samples that show every field; the others are trimmed by those who published them.
COMPLETE = (
    "synthetic/gettrackinfo_v24_in_transit.json",
    "aio17track/gettrackinfo_yanwen_190012.json",
)

needs_samples = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason=f"the sample answers are not there: {SAMPLES}"
)


def sample(name: str) -> Any:
    return json.loads((SAMPLES / name).read_text("utf-8"))


def keys(value: Any) -> Any:
    """The key structure: keys of objects, the union over the items of a list, no values."""
    if isinstance(value, dict):
        return {key: keys(inner) for key, inner in value.items()}
    if isinstance(value, list):
        merged: dict[str, Any] = {}
        for item in value:
            merged |= keys(item) or {}
        return [merged]
    return None


def journey(number: str, carrier: int) -> ParcelHistory:
    offset = "+02:00"
    first = ScriptedEvent(
        0, "10:00", "InTransit_PickedUp", "取件", stage="PickedUp", translation="Fetched"
    )
    last = ScriptedEvent(1, "09:00", "InTransit_Arrival", "Angekommen", offset, stage="Arrival")
    mile = LastMile(7041, "00340434518729064178", (last,))
    return ParcelHistory(number, carrier, (first,), last_mile=mile, origin="CN", destination="DE")


@needs_samples
@pytest.mark.parametrize("path", TRACK_INFO, ids=lambda path: path.stem)
def test_a_canned_answer_comes_back_as_it_was_put_in(
    caller: Any, clock: SteppedClock, path: Path
) -> None:
    payload = json.loads(path.read_text("utf-8"))
    items = payload["data"]["accepted"]
    for item in items:
        caller.sandbox.can(item["number"], item)
        assert caller.refusals("register", item["number"], carrier=item["carrier"]) == []
    clock.advance(timedelta(hours=1))
    asked = [{"number": item["number"], "carrier": item["carrier"]} for item in items]
    assert caller.ask("gettrackinfo", asked)["data"]["accepted"] == items


@needs_samples
@pytest.mark.parametrize("name", COMPLETE)
def test_tracking_information_has_the_keys_of_the_samples(
    caller: Any, clock: SteppedClock, name: str
) -> None:
    wanted = sample(name)
    history = journey("LP00700000000001", 190271)
    caller.sandbox.script(history)
    caller.each("register", history.number)
    clock.advance(timedelta(days=3))
    got = caller.ask("gettrackinfo", [{"number": history.number}])
    assert got["data"]["accepted"][0]["track_info"]["tracking"]["providers"][1]["events"]
    for answer in (wanted, got):
        _forget_translations(answer)
    assert keys(got["data"]["accepted"]) == keys(wanted["data"]["accepted"])


def _forget_translations(answer: Any) -> None:
    """A translation is an object or null from one event to the next, in samples and sandbox alike."""
    for item in answer["data"]["accepted"]:
        info = item["track_info"]
        events = [event for each in info["tracking"]["providers"] for event in each["events"]]
        for event in (info["latest_event"], *events):
            event["description_translation"] = None


@needs_samples
def test_not_found_has_the_keys_of_the_sample(caller: Any, clock: SteppedClock) -> None:
    caller.each("register", "LP00700000000003")
    clock.advance(timedelta(hours=1))
    got = caller.ask("gettrackinfo", [{"number": "LP00700000000003"}])
    assert keys(got) == keys(sample("synthetic/gettrackinfo_v24_notfound.json"))


@needs_samples
def test_rejections_of_tracking_information_have_the_keys_and_types_of_the_sample(
    caller: Any,
) -> None:
    caller.each("register", "LP00700000000004")
    _, got = caller.each("gettrackinfo", "LP00700000000004", "LP00700000000005")
    wanted = sample("synthetic/gettrackinfo_v24_mixed_reject.json")["data"]["rejected"]
    assert keys(got) == keys(wanted)
    assert [type(item["carrier"]) for item in got] == [type(item["carrier"]) for item in wanted]
    assert [item["error"]["code"] for item in got] == [item["error"]["code"] for item in wanted]


@needs_samples
@pytest.mark.parametrize(
    ("version", "name", "tagged"),
    [
        pytest.param("v2.4", "aio17track/register_mixed.json", False, id="version 2.4"),
        pytest.param("v2.2", "docs-derived/v2.2_register_partial.json", True, id="version 2.2"),
    ],
)
def test_a_registration_has_the_keys_of_the_sample(
    caller: Any, version: str, name: str, *, tagged: bool
) -> None:
    caller.version = version
    wanted = sample(name)
    tag = {"tag": "order"} if tagged else {}
    sent = [{"number": "RR123456785CN", "carrier": 3011}, {"number": "1234"} | tag]
    got = caller.ask("register", sent)
    assert keys(got) == keys(wanted)
    assert [item["error"]["code"] for item in got["data"]["rejected"]] == [
        item["error"]["code"] for item in wanted["data"]["rejected"]
    ]


@needs_samples
def test_a_second_registration_has_the_keys_of_the_sample(caller: Any) -> None:
    item = [{"number": "AA123456789BR", "carrier": 2151}]
    caller.ask("register", item)
    got = caller.ask("register", item)
    wanted = sample("aio17track/register_already_registered.json")
    assert keys(got) == keys(wanted)
    assert got["data"]["rejected"][0]["carrier"] == 2151


@needs_samples
@pytest.mark.parametrize(
    ("version", "name", "beyond"),
    [
        # The sample of 2.4 leaves out the four metrics that its documentation lists.
        pytest.param("v2.4", "aio17track/gettracklist_page.json", "days_", id="version 2.4"),
        pytest.param("v2.2", "docs-derived/v2.2_gettracklist.json", "none", id="version 2.2"),
    ],
)
def test_a_list_has_the_keys_of_the_sample(
    caller: Any, version: str, name: str, beyond: str
) -> None:
    caller.version = version
    caller.each("register", "RR123456785CN")
    got = keys(caller.ask("gettracklist", {}))
    (rows,) = got["data"]["accepted"]
    got["data"]["accepted"] = [{k: v for k, v in rows.items() if not k.startswith(beyond)}]
    assert got == keys(sample(name))


@needs_samples
@pytest.mark.parametrize("endpoint", ["stoptrack", "deletetrack", "retrack"])
def test_a_changed_registration_has_the_keys_of_the_sample(caller: Any, endpoint: str) -> None:
    wanted = sample(f"docs-derived/v2.2_{endpoint}_partial.json")
    caller.each("register", "RR123456785CN")
    if endpoint == "retrack":
        caller.each("stoptrack", "RR123456785CN")
    sent = [{"number": "RR123456785CN", "carrier": 3011}, {"number": "21213123123230"}]
    assert keys(caller.ask(endpoint, sent)) == keys(wanted)


@needs_samples
def test_the_quota_has_the_keys_of_the_sample(caller: Any) -> None:
    assert keys(caller.ask("getquota", [])) == keys(sample("aio17track/getquota.json"))


@needs_samples
def test_refusals_have_the_keys_of_the_samples(caller: Any) -> None:
    _, wrong_key, _ = caller.send("getquota", [], key="wrong")
    caller.sandbox.faults.inject("rate_429", times=1)
    _, too_fast, _ = caller.send("getquota", [])
    caller.sandbox.faults.inject("ip_not_allowed_200", times=1)
    _, address, _ = caller.send("getquota", [])
    for answer, name in (
        (wrong_key, "envelope_error_invalid_key"),
        (too_fast, "envelope_error_http429"),
        (address, "envelope_error_data_null"),
    ):
        wanted = sample(f"docs-derived/{name}.json")
        got = json.loads(answer)
        assert keys(got) == keys(wanted)
        assert got["code"] == wanted["code"]


def test_a_canned_answer_waits_for_its_registration_and_first_result(
    caller: Any, clock: SteppedClock
) -> None:
    item = {"number": "XY1234567", "carrier": 424242, "track_info": {"odd": [1, None]}, "new": "é"}
    caller.sandbox.can("XY1234567", item)
    assert caller.refusals("gettrackinfo", "XY1234567") == [-18019902]
    ((registered,), _) = caller.each("register", "XY1234567")
    assert registered["carrier"] == 424242
    assert caller.refusals("gettrackinfo", "XY1234567") == [-18019909]
    clock.advance(timedelta(minutes=2))
    assert caller.each("gettrackinfo", "XY1234567") == ([item], [])
