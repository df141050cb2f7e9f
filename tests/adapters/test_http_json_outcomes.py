"""What each answer of a described API comes to."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.adapters.contract import Ask, Failure, FailureKind, NotYet, Snapshot, SourceTrouble
from monitor.adapters.testing import KEY, NOW, replied, reply, told
from monitor.parcel import Stage, TimeQuality
from monitor.sweep.understanding import understood
from tests.adapters.http_json_answers import NUMBER, START, described, parcel, scan

EMPTY: dict[str, Any] = {"parcel": {"id": NUMBER, "scans": []}}


def outcome(document: Any, *, status: int = 200, **changes: Any) -> Any:
    (found,) = described(**changes).parse(replied(document, status), [Ask(NUMBER)], NOW)
    return found


def shown(document: Any, **changes: Any) -> Snapshot:
    found = outcome(document, **changes)
    assert isinstance(found, Snapshot), found
    return found


def trouble(document: Any, **changes: Any) -> SourceTrouble:
    with pytest.raises(SourceTrouble) as caught:
        outcome(document, **changes)
    return caught.value


# a good answer


def test_a_snapshot_has_what_the_expressions_lead_to() -> None:
    found = shown(parcel())
    assert (found.number, found.origin, found.destination) == (NUMBER, "CN", "FR")
    assert (found.status, found.looked_at, found.looks) == ("CUSTOMS", NOW, {"mycarrier": NOW})
    held = found.events[2]
    assert (held.source, held.provider) == ("mycarrier", "mycarrier")
    assert (held.code, held.text, held.original) == ("H1", "Held by customs", "Held by customs")
    assert (held.place, held.country) == ("Roissy, 95700", "FR")
    assert (held.raw_time, held.at) == ("2026-09-10T08:00:00+00:00", START + timedelta(days=9))
    assert held.time_quality is TimeQuality.EXACT
    assert [event.country for event in found.events] == ["CN", "", "FR"]


def test_codes_of_ones_own_tell_the_stage_of_words_nobody_knows() -> None:
    found = shown(parcel(NUMBER, scan(0, "Qwertz", "H1"), scan(1, "Qwertz", "H2")))
    read = understood(found, described().codes)
    assert isinstance(read, Snapshot)
    assert [event.stage for event in read.events] == [Stage.CLEARANCE_EXCEPTION, Stage.UNKNOWN]


def test_one_event_may_come_without_a_list_around_it() -> None:
    document = parcel()
    document["parcel"]["scans"] = scan(0)
    assert len(shown(document).events) == 1


def test_a_bare_text_can_be_an_event() -> None:
    document = {"parcel": {"id": NUMBER, "scans": ["Accepted", None, "Held by customs"]}}
    found = shown(document, text="@", time="", code="", place="", country="")
    assert [event.text for event in found.events] == ["Accepted", "Held by customs"]


@pytest.mark.parametrize(
    ("written", "code"), [("fr", "FR"), ("France", "FR"), ("UK", "GB"), ("Narnia", ""), (33, "")]
)
def test_a_country_is_a_code_whatever_the_source_writes(written: Any, code: str) -> None:
    document = parcel(NUMBER, scan(0) | {"place": {"country": written}})
    document["parcel"]["from"] = written
    found = shown(document)
    assert (found.events[0].country, found.origin) == (code, code)


def test_an_event_that_says_nothing_is_left_out_and_the_others_stay() -> None:
    assert len(shown(parcel(NUMBER, scan(0), scan(1, "", ""))).events) == 1


def test_of_too_many_events_the_newest_stay_whatever_their_order() -> None:
    scans = [scan(day, f"Scan {chr(65 + day % 26)}{day}") for day in range(1_500)]
    for rows in (scans, scans[::-1]):
        found = shown(parcel(NUMBER, *rows))
        assert len(found.events) == 500
        assert max(e.at for e in found.events if e.at) == START + timedelta(days=1_499)


# what is kept


def test_evidence_holds_what_the_expressions_lead_to_and_nothing_else() -> None:
    kept = json.loads(shown(parcel()).evidence)
    assert set(kept) == {"number", "origin", "destination", "status", "events"}
    assert "Nobody Known" not in json.dumps(kept)
    assert "Example Road" not in json.dumps(kept)
    assert kept["events"][0] == {
        "code": "A1", "country": "CN", "place": "Shenzhen", "text": "Accepted",
        "time": "2026-09-01T08:00:00+00:00",
    }  # fmt: skip


def test_the_fingerprint_changes_with_what_is_shown_and_with_nothing_else() -> None:
    before = shown(parcel())
    other = parcel()
    other["parcel"]["asked_at"] = "just now"
    other["parcel"]["scans"].reverse()
    assert shown(other).fingerprint == before.fingerprint
    other["parcel"]["scans"].append(scan(10))
    assert shown(other).fingerprint != before.fingerprint


# not known yet


@pytest.mark.parametrize("value", [None, False, "", [], {}, 0])
def test_where_found_leads_to_nothing_the_number_is_not_known_yet(value: Any) -> None:
    found = outcome({"parcel": value}, found="parcel")
    assert found == NotYet(NUMBER, NOW)


def test_without_found_an_empty_list_of_events_says_the_same() -> None:
    assert outcome(EMPTY) == NotYet(NUMBER, NOW)


def test_with_found_a_parcel_without_events_is_a_snapshot_without_events() -> None:
    assert shown(EMPTY, found="parcel").events == ()


@pytest.mark.parametrize(
    ("status", "not_found"),
    [
        pytest.param(404, (404,), id="a status that was configured"),
        pytest.param(410, (404, 410), id="another one"),
        pytest.param(204, (204,), id="an answer without content"),
        pytest.param(400, (400,), id="a refusal that means no more than that"),
    ],
)
def test_a_configured_status_says_that_the_number_is_not_known_yet(
    status: int, not_found: tuple[int, ...]
) -> None:
    assert outcome({"message": "no"}, status=status, not_found=not_found) == NotYet(NUMBER, NOW)


def test_404_is_configured_by_itself() -> None:
    (found,) = described().parse(reply(404), [Ask(NUMBER)], NOW)
    assert found == NotYet(NUMBER, NOW)


def test_a_web_page_under_a_configured_status_is_a_wrong_address() -> None:
    page = reply(404, b"<!DOCTYPE html><title>Not found</title>")
    with pytest.raises(SourceTrouble) as caught:
        described().parse(page, [Ask(NUMBER)], NOW)
    assert caught.value.kind is FailureKind.DRIFT
    assert "adapters.mycarrier.base_url and path" in caught.value.detail


# answers that are not believed


def test_an_answer_about_another_number_is_not_believed() -> None:
    found = outcome(parcel("RR123456789CN"))
    assert isinstance(found, Failure)
    assert found.kind is FailureKind.TRANSIENT
    assert "adapters.mycarrier.number" in found.detail


@pytest.mark.parametrize(
    "named", [NUMBER.lower(), "LX 1234 567-85 CN", ["x", NUMBER], f" {NUMBER}\n"]
)
def test_another_spelling_or_a_list_with_it_is_the_number(named: Any) -> None:
    document = parcel()
    document["parcel"]["id"] = named
    assert shown(document).events


@pytest.mark.parametrize("named", [None, "", [], {}, [None], True, [[NUMBER]]])
def test_an_answer_that_names_no_number_has_another_shape(named: Any) -> None:
    document = parcel()
    document["parcel"]["id"] = named
    said = trouble(document)
    assert said.kind is FailureKind.DRIFT
    assert "adapters.mycarrier.number leads to nothing in it" in said.detail


# another shape than described


def changed(**event: Any) -> dict[str, Any]:
    return parcel(NUMBER, scan(0) | event, scan(1) | event)


def drift(document: Any, said: str, name: str, **changes: Any) -> Any:
    return pytest.param(document, said, changes, id=name)


@pytest.mark.parametrize(
    ("document", "said", "changes"),
    [
        drift({"parcel": {"id": NUMBER, "scans": "none"}}, "events leads to something that is no list", "text for events"),
        drift({"parcel": {"id": NUMBER, "scans": 7}}, "events leads to something that is no list", "a number for events"),
        drift({"parcel": {"id": NUMBER, "scans": {}}}, "events leads to something that is no list", "an empty table for events"),
        drift(changed(label={"en": "x"}), "text leads to something that is no text", "a table for a text"),
        drift(changed(label=[["x"]]), "text leads to something that is no text", "a list of lists for a text"),
        drift(changed(kind={}), "code leads to something that is no text", "a table for a code"),
        drift(changed(when={"date": "x"}), "time leads to something that is no text", "a table for a time"),
        drift(changed(label=None, kind=""), "text leads to nothing in any event", "no event that says anything"),
        drift(changed(label=None, kind=""), "code leads to nothing in any event", "the same, with codes alone", text=""),
        drift(changed(when="10th of May"), "time_format fits the time of no event", "times in another form"),
        drift(changed(when=None), "time leads to nothing in any event", "no times"),
        drift(parcel(), "events cannot be applied to it", "an expression that fails on it", events="sort(parcel.scans)"),
        drift(parcel(), "destination cannot be applied to it", "a comparison that fails on it", destination="parcel.state < `1`"),
        drift(parcel(), "origin cannot be applied to it", "a slice that cannot be", origin="parcel.scans[::0]"),
        drift(parcel(), "destination leads to something that is no text", "an expression for an expression", destination="&parcel"),
    ],
)  # fmt: skip
def test_what_is_odd_inside_an_answer_fails_this_number_and_names_the_option(
    document: Any, said: str, changes: dict[str, Any]
) -> None:
    found = outcome(document, **changes)
    assert isinstance(found, Failure)
    assert found.kind is FailureKind.DRIFT
    assert found.detail == (
        f"mycarrier's answer has another shape than described: adapters.mycarrier.{said}."
    )


@pytest.mark.parametrize(
    "document", [{}, [], None, 7, "ok", {"error": "gone"}, {"parcel": {"id": NUMBER}}]
)
def test_an_answer_with_nothing_where_events_should_be_is_trouble(document: Any) -> None:
    said = trouble(document, number="")
    assert said.kind is FailureKind.DRIFT
    assert "adapters.mycarrier.events leads to nothing in it" in said.detail


# refusals


@pytest.mark.parametrize("status", [400, 422])
def test_a_number_the_source_does_not_take_needs_the_owner(status: int) -> None:
    found = outcome({"message": KEY}, status=status)
    assert isinstance(found, Failure)
    assert found.kind is FailureKind.BAD_REQUEST
    assert f"(HTTP status {status})" in found.detail
    assert KEY not in repr(found)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (204, FailureKind.DRIFT), (301, FailureKind.DRIFT), (401, FailureKind.AUTH),
        (402, FailureKind.QUOTA), (403, FailureKind.AUTH), (404, FailureKind.DRIFT),
        (405, FailureKind.DRIFT), (408, FailureKind.TRANSIENT), (410, FailureKind.DRIFT),
        (418, FailureKind.DRIFT), (425, FailureKind.TRANSIENT), (429, FailureKind.RATE_LIMITED),
        (500, FailureKind.TRANSIENT), (599, FailureKind.TRANSIENT),
    ],
)  # fmt: skip
def test_any_other_status_is_trouble_of_its_kind(status: int, kind: FailureKind) -> None:
    said = trouble({"message": KEY}, status=status, not_found=())
    assert said.kind is kind
    assert str(status) in said.detail
    assert KEY not in told(said)


# times


def quality_of(when: Any, **changes: Any) -> tuple[datetime | None, TimeQuality]:
    found = shown(parcel(NUMBER, scan(0) | {"when": when}, scan(1) | {"when": when}), **changes)
    return found.events[0].at, found.events[0].time_quality


UTC_NOON = datetime(2026, 9, 10, 12, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 9, 10, tzinfo=UTC)
EXACT, ASSUMED, DAY = TimeQuality.EXACT, TimeQuality.OFFSET_ASSUMED, TimeQuality.DATE_ONLY


@pytest.mark.parametrize(
    ("when", "changes", "at", "quality"),
    [
        pytest.param("2026-09-10T14:00:00+02:00", {}, UTC_NOON, EXACT, id="ISO with an offset"),
        pytest.param("2026-09-10T12:00:00Z", {}, UTC_NOON, EXACT, id="ISO in UTC"),
        pytest.param("2026-09-10t12:00:00.000000000z", {}, UTC_NOON, EXACT, id="ISO with nanoseconds, in small letters"),
        pytest.param("2026-09-10 14:00 +0200", {}, UTC_NOON, EXACT, id="a blank before the offset"),
        pytest.param("2026-09-10T12:00:00", {}, UTC_NOON, ASSUMED, id="without an offset UTC is assumed"),
        pytest.param("2026-09-10T14:00:00", {"zone": "Europe/Paris"}, UTC_NOON, EXACT, id="without an offset in the zone that was given"),
        pytest.param("2026-09-10T14:00:00+02:00", {"zone": "Asia/Tokyo"}, UTC_NOON, EXACT, id="an offset outranks the zone"),
        pytest.param("2026-09-10", {}, MIDNIGHT, DAY, id="a day alone"),
        pytest.param("2026-09-10", {"zone": "Asia/Tokyo"}, MIDNIGHT - timedelta(hours=9), DAY, id="a day alone in a zone"),
        pytest.param(["2026-09-10", "12:00"], {}, UTC_NOON, ASSUMED, id="date and time from a list"),
        pytest.param("10.09.2026 12:00", {"time_format": "%d.%m.%Y %H:%M"}, UTC_NOON, ASSUMED, id="a pattern"),
        pytest.param("10.09.2026 14:00 +0200", {"time_format": "%d.%m.%Y %H:%M %z"}, UTC_NOON, EXACT, id="a pattern with an offset"),
        pytest.param("10.09.2026", {"time_format": "%d.%m.%Y"}, MIDNIGHT, DAY, id="a pattern of a day"),
        pytest.param("Sep 10, 2026 12:00 PM", {"time_format": "%b %d, %Y %I:%M %p"}, UTC_NOON, ASSUMED, id="a pattern with words"),
        pytest.param(1789041600, {"time_format": "epoch"}, UTC_NOON, EXACT, id="seconds since 1970"),
        pytest.param("1789041600", {"time_format": "epoch"}, UTC_NOON, EXACT, id="the same as text"),
        pytest.param(1789041600000, {"time_format": "epoch_ms"}, UTC_NOON, EXACT, id="milliseconds since 1970"),
    ],
)  # fmt: skip
def test_a_time_is_read_as_described(
    when: Any, changes: dict[str, Any], at: datetime, quality: TimeQuality
) -> None:
    assert quality_of(when, **changes) == (at, quality)


@pytest.mark.parametrize(
    ("when", "time_format"),
    [
        pytest.param("9999-12-31T23:59:59-23:59", "", id="beyond the last year"),
        pytest.param("0001-01-01T00:00:00+14:00", "", id="before the first year"),
        pytest.param("1970-01-01T00:00:00Z", "", id="a year of no parcel"),
        pytest.param("2026-13-45", "", id="no day"),
        pytest.param(0, "epoch", id="the beginning of the epoch"),
        pytest.param(1e300, "epoch", id="a huge number"),
        pytest.param("nan", "epoch", id="no number"),
        pytest.param("-inf", "epoch_ms", id="endless"),
        pytest.param("31.02.2026", "%d.%m.%Y", id="a day that is not"),
    ],
)
def test_a_time_that_cannot_be_is_none_and_its_text_is_kept(when: Any, time_format: str) -> None:
    good = {"": "2026-09-10", "%d.%m.%Y": "10.09.2026", "epoch": 1789041600}.get(
        time_format, 1789041600000
    )
    sound = scan(1, "Sound") | {"when": good}
    found = shown(parcel(NUMBER, scan(0) | {"when": when}, sound), time_format=time_format)
    odd = found.events[0]
    assert (odd.at, odd.time_quality) == (None, TimeQuality.NONE)
    assert odd.raw_time == str(when)
