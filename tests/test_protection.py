"""Purchase facts become deadlines, in the zone of the policy they belong to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from monitor.parcel import Stage
from monitor.protection import (
    STARTS,
    Policy,
    deadlines,
    end_of_day,
    policy_from,
    shipped_policies,
)
from tests.dossiers import SECOND, dossier, moment, scan

POLICIES = shipped_policies()


def windows(*events: Any, **facts: Any) -> dict[str, str]:
    """The deadlines by name, with their last moment in UTC."""
    found = deadlines(dossier(*events, **facts), POLICIES)
    return {d.policy: f"{d.closes.astimezone(UTC):%Y-%m-%d %H:%M:%S}" for d in found}


@pytest.mark.parametrize(
    ("facts", "closes"),
    [
        pytest.param({"shipped": date(2026, 9, 5)}, "2026-11-04 08:00:00", id="into winter: a day of 25 hours"),
        pytest.param({"shipped": date(2026, 1, 20)}, "2026-03-21 07:00:00", id="into summer: a day of 23 hours"),
        pytest.param({"shipped": date(2026, 5, 1)}, "2026-06-30 07:00:00", id="within summer"),
        pytest.param({"shipped": date(2026, 9, 2)}, "2026-11-01 07:00:00", id="ends as the DST day begins"),
        pytest.param({"shipped": date(2026, 9, 3)}, "2026-11-02 08:00:00", id="ends as the DST day is over"),
        pytest.param(
            {"shipped": date(2026, 9, 5), "protection_days": 90}, "2026-12-04 08:00:00", id="other days given"
        ),
        pytest.param({"ordered": date(2026, 9, 5)}, "2026-11-04 08:00:00", id="ordered, where shipped is unknown"),
        pytest.param(
            {"shipped": date(2026, 9, 5), "ordered": date(2026, 9, 1)}, "2026-11-04 08:00:00", id="shipped first"
        ),
        pytest.param(
            {"protected_until": date(2026, 10, 30)}, "2026-10-31 06:59:59", id="a date given lasts its whole day"
        ),
        pytest.param(
            {"protected_until": date(2026, 11, 1)}, "2026-11-02 07:59:59", id="a date given on a day of 25 hours"
        ),
        pytest.param(
            {"protected_until": date(2026, 3, 8)}, "2026-03-09 06:59:59", id="a date given on a day of 23 hours"
        ),
        pytest.param(
            {"protected_until": date(2026, 10, 30), "shipped": date(2026, 9, 5), "protection_days": 90},
            "2026-10-31 06:59:59",
            id="the date of the order page always wins",
        ),
    ],
)  # fmt: skip
def test_aliexpress_counts_in_pacific_time(facts: dict[str, Any], closes: str) -> None:
    assert windows(shop="aliexpress", **facts)["aliexpress"] == closes


@pytest.mark.parametrize(
    ("facts", "closes"),
    [
        pytest.param({"shipped": date(2026, 9, 5)}, "2026-11-19 08:00:00", id="15 days after the window"),
        pytest.param({"protected_until": date(2026, 10, 30)}, "2026-11-15 07:59:59", id="15 days after the date given"),
    ],
)  # fmt: skip
def test_a_dispute_is_possible_for_15_days_more(facts: dict[str, Any], closes: str) -> None:
    found = deadlines(dossier(shop="aliexpress", **facts), POLICIES)

    assert windows(shop="aliexpress", **facts)["aliexpress_dispute"] == closes
    assert found[1].opens == found[0].closes
    assert found[1].first_day == found[0].day + timedelta(days=1)


@pytest.mark.parametrize(
    ("when", "closes", "day"),
    [
        pytest.param("2026-09-05 06:59", "2026-11-04 07:59:00", "2026-09-04", id="a minute before Pacific midnight"),
        pytest.param("2026-09-05 07:00", "2026-11-04 08:00:00", "2026-09-05", id="at Pacific midnight"),
        pytest.param("2026-01-07 10:30", "2026-03-08 10:30:00", "2026-01-07", id="into the hour that does not exist"),
    ],
)  # fmt: skip
def test_the_first_event_starts_the_window_where_no_date_is_given(
    when: str, closes: str, day: str
) -> None:
    known = dossier(scan(Stage.INFO_RECEIVED, when), shop="aliexpress")
    found = deadlines(known, POLICIES)[0]

    assert found.closes.astimezone(UTC) == moment(closes)
    assert found.assumed
    assert found.source == f"60 days after the first tracking event on {day} (assumed)"


@pytest.mark.parametrize(
    ("facts", "assumed"),
    [
        pytest.param(
            {"shipped": date(2026, 9, 5)}, False, id="the policy's own start is no assumption"
        ),
        pytest.param({"ordered": date(2026, 9, 5)}, True, id="the order in its place is one"),
        pytest.param(
            {"protected_until": date(2026, 9, 5)}, False, id="a date from the order page is none"
        ),
    ],
)
def test_what_is_assumed_is_said(facts: dict[str, Any], assumed: bool) -> None:
    found = deadlines(dossier(shop="aliexpress", **facts), POLICIES)

    assert [d.assumed for d in found] == [assumed, assumed]
    assert ("(assumed)" in found[0].source) is assumed


@pytest.mark.parametrize(
    ("shop", "facts"),
    [
        pytest.param(
            "none", {"shipped": date(2026, 9, 5)}, id="no protection is watched for shop none"
        ),
        pytest.param("", {"shipped": date(2026, 9, 5)}, id="nor without a shop"),
        pytest.param("aliexpress", {}, id="nothing starts the window"),
        pytest.param(
            "ebay", {"shipped": date(2026, 9, 5)}, id="eBay counts from a date nobody gave"
        ),
    ],
)
def test_no_deadline_is_invented(shop: str, facts: dict[str, Any]) -> None:
    assert windows(shop=shop, **facts) == {}


@pytest.mark.parametrize(
    ("shop", "facts", "closes"),
    [
        pytest.param(
            "ebay",
            {"expected": date(2026, 10, 1)},
            "2026-10-31 07:00:00",
            id="eBay: expected delivery",
        ),
        pytest.param(
            "temu", {"ordered": date(2026, 9, 1)}, "2026-11-30 05:00:00", id="Temu: order, New York"
        ),
        pytest.param(
            "taobao", {"shipped": date(2026, 9, 1)}, "2026-09-20 16:00:00", id="Taobao: Shanghai"
        ),
        pytest.param(
            "joom", {"ordered": date(2026, 9, 1)}, "2026-11-29 22:00:00", id="Joom: Riga, over DST"
        ),
    ],
)
def test_other_shops_count_in_their_own_way(shop: str, facts: dict[str, Any], closes: str) -> None:
    assert windows(shop=shop, **facts)[shop] == closes


def test_a_further_deadline_lasts_its_whole_day_in_the_policys_zone() -> None:
    covers = (("insurance", date(2026, 12, 31)),)

    assert windows(shop="aliexpress", covers=covers) == {"insurance": "2027-01-01 07:59:59"}
    assert windows(shop="none", covers=covers) == {"insurance": "2026-12-31 23:59:59"}


def test_deadlines_come_in_order_of_time() -> None:
    facts = {
        "shipped": date(2026, 9, 5),
        "covers": (("a", date(2026, 12, 1)), ("b", date(2026, 10, 1))),
    }
    names = list(windows(shop="aliexpress", **facts))

    assert names == ["b", "aliexpress", "aliexpress_dispute", "a"]


@pytest.mark.parametrize(
    ("facts", "day", "act_by"),
    [
        pytest.param({"shipped": date(2026, 9, 5)}, date(2026, 11, 3), date(2026, 11, 2), id="a window to midnight"),
        pytest.param(
            {"protected_until": date(2026, 10, 30)}, date(2026, 10, 30), date(2026, 10, 29), id="a date as given"
        ),
    ],
)  # fmt: skip
def test_the_last_day_is_shown_and_acting_is_due_a_day_earlier(
    facts: dict[str, Any], day: date, act_by: date
) -> None:
    found = deadlines(dossier(shop="aliexpress", **facts), POLICIES)[0]

    assert (found.day, found.act_by) == (day, act_by)


@given(
    st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    st.sampled_from([p.zone for p in POLICIES.values()]),
)
def test_the_end_of_a_day_is_the_last_second_of_that_day(day: date, zone: str) -> None:
    end = end_of_day(day, ZoneInfo(zone))

    assert end.date() == day
    after = (end.astimezone(UTC) + SECOND).astimezone(ZoneInfo(zone))
    assert (after.date() - day, after.hour, after.minute) == (timedelta(days=1), 0, 0)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_a_later_shipping_day_never_ends_the_protection_earlier(day: date) -> None:
    def closes(shipped: date) -> datetime:
        return deadlines(dossier(shop="aliexpress", shipped=shipped), POLICIES)[0].closes

    assert closes(day).astimezone(UTC) < closes(day + timedelta(days=1)).astimezone(UTC)


def test_a_row_of_the_table_becomes_a_policy_under_its_name() -> None:
    row = {"days": 40, "starts": "shipped", "otherwise": ["paid", "ordered"], "countries": ["DE"]}

    assert policy_from("mine", row) == Policy(
        "mine", 40, "shipped", otherwise=("paid", "ordered"), countries=("DE",)
    )


@pytest.mark.parametrize("policy", [pytest.param(p, id=name) for name, p in POLICIES.items()])
def test_a_policy_that_ships_can_be_used_and_says_where_it_comes_from(policy: Policy) -> None:
    assert policy.days > 0
    assert policy.starts in STARTS
    assert set(policy.otherwise) <= {*STARTS, "first_event"}
    assert ZoneInfo(policy.zone).key == policy.zone
    assert policy.source
    assert policy.verified_on is not None
    assert policy.confidence in {"A", "B", "C"}
