"""Every place the money of one parcel can be got back from, with what it asks for and excludes."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from monitor.parcel import Stage
from monitor.protection import (
    Basis,
    Deadline,
    Policy,
    Stack,
    end_of_day,
    exclusions,
    layers_of,
    purchase_of,
    shipped_layers,
    shipped_policies,
    stack,
    stand_ins,
)
from monitor.protection.deadlines import days_later
from tests.dossiers import dossier, moment, scan

SHOPS = shipped_policies()
LAYERS = shipped_layers()
DAY = date(2026, 9, 1)
OWN = {"myshop": Policy("myshop", days=40, starts="ordered")}
PAID_WITH = ("", "paypal", "mastercard", "visa", "amex", "debit", "transfer", "other")


def layers(**facts: Any) -> Stack:
    return stack(dossier(**facts), {**SHOPS, **OWN})


def last_moments(**facts: Any) -> dict[str, str]:
    return {d.policy: f"{d.closes.astimezone(UTC):%Y-%m-%d %H:%M}" for d in layers(**facts).dated}


@pytest.mark.parametrize(
    ("shop", "fact", "day", "opens", "closes"),
    [
        pytest.param("aliexpress", "shipped", "2026-09-05", "2026-09-16 07:00", "2026-11-04 08:00",
                     id="AliExpress: 60 days after shipping, Pacific midnight after the clock went back"),
        pytest.param("aliexpress", "shipped", "2026-01-20", "2026-01-31 08:00", "2026-03-21 07:00",
                     id="AliExpress: Pacific midnight after the clock went forward"),
        pytest.param("ebay", "expected", "2026-10-02", "2026-10-03 07:00", "2026-11-01 07:00",
                     id="eBay: 30 days after the expected delivery, as the long day begins"),
        pytest.param("ebay", "expected", "2026-10-03", "2026-10-04 07:00", "2026-11-02 08:00",
                     id="eBay: as the long day is over"),
        pytest.param("amazon", "expected", "2026-12-15", "2026-12-18 08:00", "2027-03-15 07:00",
                     id="Amazon: 90 days after the expected delivery, open after 3"),
        pytest.param("etsy", "expected", "2026-07-25", "2026-07-26 04:00", "2026-11-02 05:00",
                     id="Etsy: 100 days after the expected delivery, New York"),
        pytest.param("temu", "ordered", "2026-09-01", None, "2026-11-30 05:00",
                     id="Temu: 90 days after the order, New York"),
        pytest.param("wish", "expected", "2026-10-03", "2026-10-04 07:00", "2026-11-02 08:00",
                     id="Wish: 30 days after the expected delivery"),
        pytest.param("dhgate", "shipped", "2026-09-01", "2026-09-10 16:00", "2026-11-29 16:00",
                     id="DHgate: 90 days after shipping, Shanghai, open after 10"),
        pytest.param("joom", "ordered", "2026-01-10", "2026-03-25 22:00", "2026-04-09 21:00",
                     id="Joom: 90 days after the order, Riga, open after 75"),
        pytest.param("taobao", "shipped", "2026-09-01", None, "2026-09-20 16:00",
                     id="Taobao: 20 days after shipping, Shanghai"),
        pytest.param("tmall", "shipped", "2026-09-01", None, "2026-09-20 16:00",
                     id="Tmall: 20 days after shipping, Shanghai"),
        pytest.param("shopee", "expected", "2026-09-01", None, "2026-09-03 16:00",
                     id="Shopee: 3 days after the expected delivery, Kuala Lumpur"),
    ],
)  # fmt: skip
def test_a_shop_opens_and_closes_at_its_own_midnight(
    shop: str, fact: str, day: str, opens: str | None, closes: str
) -> None:
    found = next(
        d for d in layers(shop=shop, **{fact: date.fromisoformat(day)}).dated if d.policy == shop
    )

    assert found.closes.astimezone(UTC) == moment(closes)
    assert (found.opens and found.opens.astimezone(UTC)) == (opens and moment(opens))
    assert found.day == found.closes.date() - timedelta(days=1)
    assert found.confidence == SHOPS[shop].confidence


def test_every_shop_has_a_row_in_the_table_above() -> None:
    (mark,) = test_a_shop_opens_and_closes_at_its_own_midnight.pytestmark
    assert {case.values[0] for case in mark.args[1]} == set(SHOPS)


PAID = {"paid": DAY, "expected": date(2026, 10, 1)}


@pytest.mark.parametrize(
    ("method", "facts", "policy", "opens", "closes"),
    [
        pytest.param("paypal", {"paid": DAY}, "paypal", None, "2027-02-28 00:00", id="PayPal: 180 days after payment"),
        pytest.param("paypal", {"ordered": DAY}, "paypal", None, "2027-02-28 00:00", id="PayPal: the order for the payment"),
        pytest.param("mastercard", PAID, "mastercard", "2026-10-02 00:00", "2027-01-29 00:00",
                     id="Mastercard: 120 days after the promised delivery, open the day after"),
        pytest.param("mastercard", {"paid": DAY}, "mastercard", "2026-10-01 00:00", "2026-12-30 00:00",
                     id="Mastercard: no promised date: after the payment, open 30 days later"),
        pytest.param("mastercard", {"paid": DAY, "expected": date(2028, 1, 1)}, "mastercard", "2028-01-02 00:00",
                     "2028-02-23 00:00", id="Mastercard: never later than 540 days after the payment"),
        pytest.param("visa", PAID, "visa", "2026-10-02 00:00", "2027-01-29 00:00", id="Visa: 120 days after the promised delivery"),
        pytest.param("amex", PAID, "amex", None, "2027-01-29 00:00", id="Amex: 120 days after the promised delivery"),
        pytest.param("amex", {"paid": DAY}, "amex", "2026-09-16 00:00", "2026-12-30 00:00",
                     id="Amex: no promised date: after the payment, open 15 days later"),
        pytest.param("debit", PAID | {"destination": "GB"}, "uk_chargeback", None, "2027-01-29 00:00",
                     id="a British debit card"),
        pytest.param("visa", PAID | {"destination": "GB"}, "uk_s75", None, "2032-10-01 00:00",
                     id="Section 75: six years after the delivery was due"),
        pytest.param("visa", {"expected": date(2028, 2, 29), "destination": "GB"}, "uk_s75", None, "2034-02-28 00:00",
                     id="Section 75: six years after 29 February"),
    ],
)  # fmt: skip
def test_what_it_was_paid_with_opens_and_closes(
    method: str, facts: dict[str, Any], policy: str, opens: str | None, closes: str
) -> None:
    dated = layers(shop="none", paid_with=method, **facts).dated
    found = next(d for d in dated if d.policy == policy)

    assert found.closes.astimezone(UTC) == moment(closes)
    assert (found.opens and found.opens.astimezone(UTC)) == (opens and moment(opens))


@pytest.mark.parametrize(
    ("method", "destination", "counted"),
    [
        pytest.param("", "GB", set(), id="nobody said how it was paid"),
        pytest.param("transfer", "GB", set(), id="a transfer"),
        pytest.param("other", "US", set(), id="something else"),
        pytest.param("paypal", "GB", {"paypal"}, id="PayPal, which breaks the link to the seller"),
        pytest.param("visa", "DE", {"visa", "eu_crd_art18"}, id="Visa, to Germany"),
        pytest.param("visa", "GB", {"visa", "uk_s75"}, id="Visa, to Britain"),
        pytest.param("amex", "US", {"amex", "us_fcba"}, id="American Express, to the United States"),
        pytest.param("debit", "US", set(), id="a debit card, of which only Britain says anything"),
        pytest.param("debit", "GB", {"uk_chargeback"}, id="a debit card, to Britain"),
        pytest.param("", "FR", {"eu_crd_art18"}, id="EU law needs no way of payment"),
        pytest.param("mastercard", "", {"mastercard"}, id="no law of a country nobody named"),
    ],
)  # fmt: skip
def test_a_layer_counts_only_where_payment_and_country_say_so(
    method: str, destination: str, counted: set[str]
) -> None:
    found = layers(shop="none", paid_with=method, destination=destination, ordered=DAY, **PAID)

    known = {d.policy for d in found.dated} | {u.policy.id for u in found.undated}
    assert known == counted


@pytest.mark.parametrize(
    ("facts", "policy", "missing"),
    [
        pytest.param({"shop": "ebay"}, "ebay", "--expected DATE", id="eBay: the promised delivery"),
        pytest.param({"shop": "temu"}, "temu", "--ordered DATE", id="Temu: the order"),
        pytest.param({"shop": "aliexpress"}, "aliexpress", "--shipped DATE", id="AliExpress: shipping"),
        pytest.param({"paid_with": "paypal"}, "paypal", "--paid DATE", id="PayPal: the payment"),
        pytest.param({"paid_with": "visa", "paid": DAY}, "visa", "--expected DATE", id="Visa: the promised delivery"),
        pytest.param({"paid_with": "visa", "destination": "US"}, "us_fcba", "--cover us_fcba=DATE", id="FCBA: the first bill"),
    ],
)  # fmt: skip
def test_a_place_without_a_date_names_the_option_that_gives_it_one(
    facts: dict[str, Any], policy: str, missing: str
) -> None:
    found = next(u for u in layers(**facts).undated if u.policy.id == policy)

    assert (found.missing, found.barred) == (missing, "")
    assert found.pressing is (policy != "us_fcba")  # nobody needs a bill of a card to know of it


def test_a_delivery_that_has_not_come_is_no_date_somebody_forgot() -> None:
    policies = {"late": Policy("late", days=14, starts="delivered")}
    (found,) = stack(dossier(shop="late", destination=""), policies).undated

    assert (found.missing, found.pressing) == ("", False)


def test_eu_law_has_a_beginning_and_no_end_of_its_own() -> None:
    (found,) = layers(ordered=DAY, destination="DE").undated

    assert (found.policy.id, found.missing) == ("eu_crd_art18", "")
    assert found.opens == moment("2026-10-01 00:00")


@pytest.mark.parametrize(
    ("facts", "barred"),
    [
        pytest.param({"shop": "none"}, "", id="paid directly"),
        pytest.param({"shop": "myshop", "ordered": DAY}, "", id="a shop of one's own sells itself"),
        pytest.param({"shop": "aliexpress"}, "paid through AliExpress, not directly to the seller", id="a marketplace"),
        pytest.param({"price": "100", "currency": "GBP"}, "only above GBP 100", id="100 pounds are too little"),
        pytest.param({"price": "100.01", "currency": "GBP"}, "", id="a penny more is enough"),
        pytest.param({"price": "30000", "currency": "GBP"}, "", id="30,000 pounds"),
        pytest.param({"price": "30000.01", "currency": "GBP"}, "only up to GBP 30000", id="a penny more is too much"),
        pytest.param({"price": "20", "currency": "EUR"}, "", id="no rate is guessed for another currency"),
        pytest.param({"price": "", "currency": "GBP"}, "", id="a price nobody told"),
    ],
)  # fmt: skip
def test_section_75_is_for_direct_purchases_of_its_prices(
    facts: dict[str, Any], barred: str
) -> None:
    found = layers(destination="GB", paid_with="visa", expected=DAY, **facts)

    said = [u.barred for u in found.undated if u.policy.id == "uk_s75"]
    assert said == ([barred] if barred else [])
    assert ("uk_s75" in {d.policy for d in found.dated}) is not bool(barred)


def test_a_cover_of_a_layers_name_is_the_owners_own_date_for_it() -> None:
    facts = {"paid_with": "paypal", "paid": DAY, "covers": (("paypal", date(2026, 12, 1)),)}

    assert last_moments(shop="none", destination="", **facts) == {"paypal": "2026-12-01 23:59"}


def test_a_shop_of_ones_own_may_be_called_like_a_layer() -> None:
    own = {"paypal": Policy("paypal", days=10, starts="paid")}
    (found,) = stack(dossier(shop="paypal", paid_with="paypal", paid=DAY), own).dated

    assert (found.kind, found.day) == ("shop", date(2026, 9, 10))


def test_a_changed_layer_replaces_the_one_that_ships() -> None:
    changed = {**SHOPS, "paypal": Policy("paypal", days=10, starts="paid", kind="payment", paid_with=("paypal",))}  # fmt: skip
    found = stack(dossier(shop="none", paid_with="paypal", paid=DAY, destination=""), changed)

    assert [d.day for d in found.dated] == [date(2026, 9, 10)]


@pytest.mark.parametrize(
    ("facts", "excluded", "words"),
    [
        pytest.param({"shop": "amazon", "paid_with": "visa"}, {"amazon": ("visa",), "visa": ("amazon",)},
                     "A chargeback ends the A-to-z claim.", id="a chargeback and Amazon"),
        pytest.param({"shop": "ebay", "paid_with": "paypal"}, {"ebay": ("paypal",), "paypal": ("ebay",)},
                     "PayPal works beside the shop's protection, but pick one of the two.", id="PayPal and a shop"),
        pytest.param({"shop": "ebay", "paid_with": "visa"}, {"ebay": (), "visa": ()}, "", id="a chargeback and another shop"),
        pytest.param({"shop": "amazon"}, {"amazon": ()}, "", id="how it was paid is not known"),
    ],
)  # fmt: skip
def test_what_excludes_what_is_said_on_both_sides(
    facts: dict[str, Any], excluded: dict[str, tuple[str, ...]], words: str
) -> None:
    found = layers(destination="", **PAID, **facts).dated

    assert {d.policy: d.excludes for d in found} == excluded
    assert {e for d in found for e in d.exclusions} == ({words} if words else set())


@pytest.mark.parametrize(
    ("now", "following", "last"),
    [
        pytest.param("2026-09-02 10:00", "aliexpress", "paypal", id="all are ahead"),
        pytest.param("2026-11-04 07:59", "aliexpress", "paypal", id="the shop's last minute"),
        pytest.param("2026-11-04 08:00", "aliexpress_dispute", "paypal", id="the dispute window"),
        pytest.param("2026-11-19 08:00", "paypal", "paypal", id="only PayPal is left"),
        pytest.param("2027-03-04 00:00", None, None, id="nothing is left"),
    ],
)
def test_the_next_date_and_the_last_line_of_defence(
    now: str, following: str | None, last: str | None
) -> None:
    paid = date(2026, 9, 5)
    found = layers(shop="aliexpress", shipped=paid, paid=paid, paid_with="paypal")
    first, end = found.next_usable(moment(now)), found.last_line(moment(now))

    assert (first and first.policy, end and end.policy) == (following, last)


def test_a_claim_is_possible_from_its_opening_until_its_end() -> None:
    (found,) = layers(shop="amazon", expected=date(2026, 12, 15), destination="").dated

    usable = [found.usable(moment(m)) for m in
              ("2026-12-18 07:59", "2026-12-18 08:00", "2027-03-15 06:59", "2027-03-15 07:00")]  # fmt: skip
    assert usable == [False, True, True, False]


@pytest.mark.parametrize(
    ("facts", "uncertain"),
    [
        pytest.param({"shop": "temu", "ordered": DAY}, True, id="one page of somebody else"),
        pytest.param({"shop": "aliexpress", "shipped": DAY}, False, id="several that agree"),
        pytest.param({"shop": "temu", "protected_until": DAY}, False, id="the order page says so"),
        pytest.param({"shop": "none", "covers": (("mine", DAY),)}, False, id="the owner says so"),
    ],
)
def test_little_certainty_is_known_of_a_row(facts: dict[str, Any], uncertain: bool) -> None:
    assert [d.uncertain for d in layers(**facts).dated][0] is uncertain  # noqa: RUF015 - the first of several


@pytest.mark.parametrize("policy", [pytest.param(p, id=name) for name, p in LAYERS.items()])
def test_a_layer_that_ships_says_when_it_counts_and_where_it_comes_from(policy: Policy) -> None:
    assert policy.kind in {"payment", "law"}
    assert set(policy.paid_with) <= set(PAID_WITH)
    assert policy.paid_with or policy.countries
    assert all(len(c) == 2 and c.isupper() for c in policy.countries)
    assert ZoneInfo(policy.zone).key == policy.zone
    assert policy.days or policy.years or policy.opens_days
    assert policy.source
    assert policy.verified_on is not None
    assert policy.confidence in {"A", "B", "C"}
    assert policy.prerequisites
    assert policy.id not in SHOPS


def test_an_exclusion_names_places_there_are() -> None:
    known = [*SHOPS.values(), *LAYERS.values()]
    names = {n for p in known for n in (p.id, p.kind, p.group)} - {""}

    assert exclusions()
    assert all({e.one, e.other} <= names and e.source and e.verified_on for e in exclusions())


days = st.none() | st.dates(date(2024, 1, 1), date(2030, 12, 31))


@settings(max_examples=80)
@given(
    shop=st.sampled_from([*SHOPS, "none", ""]),
    method=st.sampled_from(PAID_WITH),
    destination=st.sampled_from(["", "DE", "GB", "US", "CN"]),
    facts=st.fixed_dictionaries(
        dict.fromkeys(("ordered", "paid", "shipped", "expected", "protected_until"), days)
    ),
)
def test_whatever_is_known_the_layers_ascend_and_one_acts_before_they_close(
    shop: str, method: str, destination: str, facts: dict[str, date | None]
) -> None:
    found = layers(shop=shop, paid_with=method, destination=destination, **facts)

    ends = [d.closes.astimezone(UTC) for d in found.dated]
    assert ends == sorted(ends)
    assert all(d.act_by < d.day <= d.closes.date() for d in found.dated)
    names = [d.policy for d in found.dated] + [u.policy.id for u in found.undated]
    assert len(names) == len(set(names))
    assert method or not {n for n in names if n in LAYERS and LAYERS[n].kind == "payment"}


def test_all_that_is_known_of_a_deadline_of_the_owners_own() -> None:
    (found,) = layers(shop="none", destination="", covers=(("insurance", DAY),)).dated
    assert found == Deadline(
        "insurance", "insurance", end_of_day(DAY, ZoneInfo("UTC")), Basis("owner"), kind="cover"
    )


ON_ITS_WAY = scan(Stage.IN_TRANSIT, "2026-09-03 10:00")


@pytest.mark.parametrize(
    ("facts", "counts"),
    [
        pytest.param({}, True, id="nothing else is known"),
        pytest.param({"paid": DAY, "expected": DAY}, True, id="only what it does not stand for"),
        pytest.param({"shipped": DAY}, False, id="the start itself is known"),
        pytest.param({"ordered": DAY}, False, id="what stands for the start before it is known"),
    ],
)
def test_the_first_event_belongs_to_a_purchase_only_where_it_starts_something(
    facts: dict[str, Any], counts: bool
) -> None:
    known = dossier(ON_ITS_WAY, shop="aliexpress", **facts)
    assert purchase_of(known).first_event == ON_ITS_WAY.when
    asked = purchase_of(known, stand_ins(SHOPS))
    assert asked.first_event == (ON_ITS_WAY.when if counts else None)
    assert layers_of(asked, SHOPS) == stack(known, SHOPS)


@pytest.mark.parametrize("others", [("shipped", "paid"), ("paid", "shipped")])
def test_a_start_that_is_known_hides_no_window_that_the_first_event_starts(
    others: tuple[str, str],
) -> None:
    known = dossier(ON_ITS_WAY, shop="aliexpress", shipped=DAY)
    asked = purchase_of(known, [(fact,) for fact in others])

    assert asked.first_event == ON_ITS_WAY.when


def test_only_policies_that_name_the_first_event_ask_for_it() -> None:
    assert stand_ins(OWN) == frozenset()
    late = Policy("late", 10, "paid", otherwise=("shipped", "first_event", "ordered"))
    assert stand_ins({"late": late}) == {("paid", "shipped")}


def test_all_that_is_known_of_a_dispute_window() -> None:
    shop, window = layers(shop="aliexpress", shipped=DAY, destination="").dated
    assert window == Deadline(
        "aliexpress_dispute",
        "AliExpress dispute window",
        days_later(shop.closes, 15),
        Basis("protection", 15),
        opens=shop.closes,
        kind="dispute",
        confidence=SHOPS["aliexpress"].confidence,
    )
