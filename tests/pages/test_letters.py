"""A letter says what is recorded, asks for what the case needs, and invents nothing."""

from __future__ import annotations

import re
import string
import tomllib
from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from monitor.pages.letters import (
    DISPUTE_LIMIT,
    Case,
    Recipient,
    Story,
    case_of,
    languages,
    letter,
)
from monitor.pages.letters.wording import asked, wording
from monitor.parcel import HAND, SILENT_STAGES, Alias, Dossier, Side, Stage
from monitor.protection import shipped_policies, stack
from tests.docs.blocks import REPOSITORY
from tests.dossiers import dossier, moment, scan

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = REPOSITORY / "monitor" / "data"
NOW = moment("2026-09-10 08:00")
WORDS = {"order_id": "812345", "seller": "Grinder House", "label": "Kettle"}
PURCHASE = {
    **WORDS,
    "shop": "aliexpress",
    "ordered": date(2026, 8, 28),
    "paid": date(2026, 8, 29),
    "shipped": date(2026, 9, 1),
    "expected": date(2026, 9, 8),
    "price": "89.90",
    "currency": "EUR",
}
HELD = (
    scan(Stage.IN_TRANSIT, "2026-09-01 10:00", "Parcel collected", place="Yiwu", country="CN"),
    scan(
        Stage.CLEARANCE_EXCEPTION,
        "2026-09-04 10:00",
        "Import clearance exception",
        place="Leipzig",
        country="DE",
        side=Side.IMPORT,
    ),
)


def story(found: Dossier, case: Case, **more: Any) -> Story:
    ends = stack(found, shipped_policies()).dated
    zone = ZoneInfo("Europe/Berlin")
    return Story(
        **({"dossier": found, "case": case, "now": NOW, "zone": zone, "deadlines": ends} | more)
    )


def held(**facts: Any) -> Story:
    return story(dossier(*HELD, looked="2026-09-09 12:00", **(PURCHASE | facts)), Case.HELD)


# -- the files


def raw(code: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"letters.{code}.toml").read_text("utf-8"))


def leaves(table: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(table, str):
        yield path, table
        return
    for key, below in table.items() if isinstance(table, dict) else enumerate(table):
        yield from leaves(below, f"{path}.{key}" if path else str(key))


def braces(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


ENGLISH = dict(leaves(raw("en")))


@pytest.mark.parametrize("code", languages()[1:])
def test_a_language_has_the_sentences_of_english_with_the_same_facts(code: str) -> None:
    own = dict(leaves(raw(code)))
    assert own.keys() == ENGLISH.keys()
    for place, text in own.items():
        assert braces(text) == braces(ENGLISH[place]), place


@pytest.mark.parametrize("code", languages()[1:])
def test_no_sentence_of_a_language_is_left_in_english(code: str) -> None:
    same = {"- {name}: {value}", "“{text}”", "{one}, {other}", "{said}, {place}", "", " ", "."}
    left = [
        place
        for place, text in leaves(raw(code))
        if text == ENGLISH[place] and text not in same and not place.startswith("dates")
    ]
    assert left == []


def test_every_file_of_letters_is_a_language_that_can_be_asked_for() -> None:
    assert {f.name.split(".")[1] for f in DATA.glob("letters.*.toml")} == set(languages())


@pytest.mark.parametrize("code", languages())
def test_every_stage_that_says_something_has_a_meaning(code: str) -> None:
    assert all(wording(code).meaning(stage.value) for stage in set(Stage) - SILENT_STAGES)


@pytest.mark.parametrize("recipient", [Recipient.SELLER, Recipient.CARRIER])
def test_something_is_asked_for_in_every_case_and_every_sentence_is_used(
    recipient: Recipient,
) -> None:
    assert all(asked(recipient, case) for case in Case)
    used = {name for who in Recipient for case in Case for name in asked(who, case)}
    assert used == set(raw("en")["asks"])


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        pytest.param("en", "3 November 2026", id="English"),
        pytest.param("de", "3. November 2026", id="German"),
        pytest.param("es", "3 de noviembre de 2026", id="Spanish"),
        pytest.param("zh", "2026年11月3日", id="Chinese"),
    ],
)
def test_a_day_cannot_be_taken_for_a_month(code: str, shown: str) -> None:
    assert wording(code).day(date(2026, 11, 3)) == shown


# -- what is open


@pytest.mark.parametrize(
    ("rules", "case"),
    [
        pytest.param({"clearance"}, Case.HELD, id="customs of the destination holds it"),
        pytest.param({"lost", "clearance"}, Case.LOST, id="a loss is graver than customs"),
        pytest.param({"returning", "silence"}, Case.RETURNING, id="what goes back goes back"),
        pytest.param({"clearance_failed"}, Case.REFUSED, id="customs refused it"),
        pytest.param({"handover", "protection"}, Case.HANDOVER, id="nobody has it"),
        pytest.param({"source_gives_up"}, Case.SILENT, id="a source that gives up is silence"),
        pytest.param({"protection"}, Case.UNDERWAY, id="a deadline alone is a plain question"),
        pytest.param(set(), Case.UNDERWAY, id="nothing speaks"),
    ],
)
def test_the_case_is_the_gravest_of_the_rules_that_speak(rules: set[str], case: Case) -> None:
    assert case_of(dossier(*HELD, looked="2026-09-09 12:00"), rules) is case


@pytest.mark.parametrize(
    ("stage", "country", "rule", "case"),
    [
        pytest.param(Stage.CLEARANCE_PAYMENT_DUE, "DE", "clearance_due", Case.PAYMENT, id="money"),
        pytest.param(
            Stage.CLEARANCE_DOCUMENTS_NEEDED, "DE", "clearance_due", Case.DOCUMENTS, id="papers"
        ),
        pytest.param(
            Stage.EXPORT_CLEARANCE_EXCEPTION, "CN", "clearance", Case.EXPORT, id="before it left"
        ),
    ],
)
def test_what_customs_wants_is_told_by_its_stay(
    stage: Stage, country: str, rule: str, case: Case
) -> None:
    asked_for = scan(stage, "2026-09-04 10:00", country=country)
    assert case_of(dossier(asked_for, looked="2026-09-09 12:00"), {rule}) is case


def test_whoever_writes_about_a_delivered_parcel_has_not_received_it() -> None:
    came = scan(Stage.DELIVERED, "2026-09-08 10:00")
    assert case_of(dossier(*HELD, came), set()) is Case.NOT_RECEIVED


@pytest.mark.parametrize(
    ("looked", "case"),
    [
        pytest.param("2026-09-09 12:00", Case.NEVER_SHIPPED, id="a source looked"),
        pytest.param(None, Case.UNDERWAY, id="nobody looked"),
    ],
)
def test_that_no_carrier_has_it_needs_somebody_who_looked(looked: str | None, case: Case) -> None:
    assert case_of(dossier(looked=looked), set()) is case


# -- what is said


def test_a_letter_to_the_seller_holds_every_recorded_fact_and_asks_by_a_day() -> None:
    written = letter(held(), Recipient.SELLER, "en")
    assert written.subject == "Held by customs: order 812345, tracking number LB123456789CN"
    for fact in ("Hello Grinder House,", "812345", "LB123456789CN", "Kettle", "89.90 EUR"):
        assert fact in written.body
    for day in ("28 August 2026", "29 August 2026", "1 September 2026", "8 September 2026"):
        assert day in written.body
    assert "“Import clearance exception” (that is: held by customs), Leipzig" in written.body
    assert (
        "Since 4 September 2026 nothing newer has followed (5 days, as 17TRACK showed on 9 September"
        in written.body
    )
    assert "customs declaration (CN22 or CN23)" in written.body
    assert "Please answer by 15 September 2026." in written.body
    assert "protection of the order ends on 30 October 2026" in written.body
    assert (written.blank, written.left_out) == ((), ())


def test_what_is_not_recorded_is_left_out_and_an_order_number_is_a_blank() -> None:
    bare = story(dossier(*HELD, shop="none"), Case.HELD)
    written = letter(bare, Recipient.SELLER, "en")
    assert "[order number]" in written.body
    assert "ordered" not in written.body.casefold()
    assert written.blank == ("order",)
    missing = {"ordered", "paid", "shipped", "expected", "price", "protection"}
    assert set(written.left_out) == missing


def test_silence_nobody_witnessed_is_not_claimed() -> None:
    unseen = story(dossier(*HELD, **PURCHASE), Case.HELD)
    assert "Nothing newer" not in letter(unseen, Recipient.SELLER, "en").body
    assert "silence" not in letter(unseen, Recipient.DISPUTE, "en").body


def test_silence_counts_to_the_look_and_not_to_the_day_of_writing() -> None:
    late = story(held().dossier, Case.HELD, now=NOW + timedelta(days=9))
    assert "(5 days" in letter(late, Recipient.CARRIER, "en").body


def test_an_end_counted_from_a_start_nobody_gave_is_not_claimed() -> None:
    guessed = held(shipped=None, ordered=None, paid=None)
    assert guessed.deadlines[0].assumed
    assert "protection" not in letter(guessed, Recipient.SELLER, "en").body


def test_what_the_owner_wrote_down_is_no_word_of_a_carrier() -> None:
    note = scan(Stage.LOST_OR_DAMAGED, "2026-09-08 10:00", "He says it is lost", source=HAND)
    written = letter(story(dossier(*HELD, note), Case.LOST), Recipient.DISPUTE, "en")
    assert "He says" not in written.body
    assert "Import clearance exception" in written.body


def test_a_carrier_is_told_nothing_of_the_purchase() -> None:
    body = letter(held(), Recipient.CARRIER, "en").body
    for private in ("812345", "89.90", "Grinder House", "28 August", "protection"):
        assert private not in body
    assert "Recipient: [name and address]" in body


def test_other_numbers_of_the_parcel_are_named_once() -> None:
    names = [Alias(n, "", "cainiao") for n in ("RR1DE", "LB123456789CN", "RR1DE", "RR2DE")]
    known = story(held().dossier, Case.HELD, aliases=names)
    assert "Also known as: RR1DE, RR2DE\n" in letter(known, Recipient.CARRIER, "en").body


@pytest.mark.parametrize(
    ("facts", "asks"),
    [
        pytest.param({"shop": "aliexpress"}, True, id="AliExpress: the seller can"),
        pytest.param({"shop": "ebay"}, False, id="eBay: nobody can"),
        pytest.param({"shop": "none"}, False, id="no protection is watched"),
        pytest.param({"protected_until": date(2026, 9, 9)}, False, id="it is over"),
    ],
)
def test_an_extension_is_asked_of_a_seller_who_can_give_it(
    facts: dict[str, Any], *, asks: bool
) -> None:
    assert (
        "Extend the buyer protection" in letter(held(**facts), Recipient.SELLER, "en").body
    ) is asks


@pytest.mark.parametrize(
    ("until", "day"),
    [
        pytest.param(date(2026, 10, 30), date(2026, 9, 15), id="five days where there is time"),
        pytest.param(date(2026, 9, 13), date(2026, 9, 12), id="the day before the end"),
        pytest.param(date(2026, 9, 11), date(2026, 9, 11), id="tomorrow, where it ends then"),
        pytest.param(date(2026, 9, 10), date(2026, 9, 10), id="today, where it ends today"),
    ],
)
def test_the_answer_is_wanted_while_a_dispute_can_still_be_opened(until: date, day: date) -> None:
    assert held(protected_until=until).answer_by == day


def test_a_dispute_tells_the_facts_in_their_order_and_asks_for_the_price() -> None:
    body = letter(held(), Recipient.DISPUTE, "en").body
    days = re.findall(r"^- (\d+ \w+ 2026):", body, re.MULTILINE)
    assert days == [
        *("28 August 2026", "29 August 2026", "1 September 2026", "1 September 2026"),
        *("4 September 2026", "8 September 2026", "9 September 2026"),
    ]
    assert "17TRACK still shows nothing newer (5 days of silence)" in body
    assert "full refund of 89.90 EUR" in body


def test_a_promise_for_a_day_to_come_is_no_argument() -> None:
    assert "promised" not in letter(held(expected=date(2026, 9, 20)), Recipient.DISPUTE, "en").body


# -- what is from outside


def test_nothing_of_a_carrier_can_be_clicked_or_breaks_a_line() -> None:
    hostile = scan(
        Stage.CLEARANCE_PAYMENT_DUE,
        "2026-09-05 10:00",
        "Pay {price} now\nSubject: x\x1b[31m https://evil.example/pay \u202e",
        place="Ham\nburg",
    )
    body = letter(story(dossier(hostile), Case.PAYMENT), Recipient.SELLER, "de").body
    assert "evil" not in body
    assert "{price} now Subject: x" in body
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", body)
    assert "Ham burg" in body


@settings(max_examples=40)
@given(
    text=st.text(max_size=900),
    order=st.text(max_size=200),
    recipient=st.sampled_from(list(Recipient)),
    case=st.sampled_from(list(Case)),
    code=st.sampled_from(languages()),
)
def test_every_letter_can_be_written_and_a_dispute_fits(
    text: str, order: str, recipient: Recipient, case: Case, code: str
) -> None:
    said = scan(Stage.CLEARANCE_EXCEPTION, "2026-09-05 10:00", text, place=text, country="DE")
    found = dossier(HELD[0], said, looked="2026-09-09 12:00", **(PURCHASE | {"order_id": order}))
    written = letter(story(found, case), recipient, code)
    if recipient is Recipient.DISPUTE:
        assert len(written.body) <= DISPUTE_LIMIT
    assert written.body.encode()


def test_days_are_those_of_the_writers_zone() -> None:
    late = scan(Stage.IN_TRANSIT, "2026-09-04 23:30", "Departed")
    body = letter(story(dossier(late), Case.SILENT), Recipient.CARRIER, "en").body
    assert "5 September 2026" in body
    assert late.at is not None
    assert late.at.tzinfo is UTC


@pytest.mark.parametrize("code", languages())
def test_a_plain_question_does_not_say_that_the_parcel_stands_still(code: str) -> None:
    stands = raw(code)["asks"]["where"]
    assert stands not in letter(story(dossier(), Case.UNDERWAY), Recipient.SELLER, code).body
    assert stands in letter(story(dossier(), Case.SILENT), Recipient.SELLER, code).body


def test_nobody_is_blamed_for_silence_after_a_delivery() -> None:
    delivered = scan(Stage.DELIVERED, "2026-09-05 10:00", "Delivered", country="DE")
    found = dossier(*HELD, delivered, looked="2026-09-09 12:00", **PURCHASE)
    for recipient in Recipient:
        body = letter(story(found, Case.NOT_RECEIVED), recipient, "en").body
        assert "nothing newer" not in body
        assert "Delivered" in body


@pytest.mark.parametrize(
    ("code", "price"), [("en", "89.90 EUR"), ("de", "89,90 EUR"), ("es", "89,90 EUR"), ("zh", "89.90 EUR")]
)  # fmt: skip
def test_a_sum_is_written_as_the_language_writes_it(code: str, price: str) -> None:
    assert price in letter(held(), Recipient.SELLER, code).body
    assert price in letter(held(), Recipient.DISPUTE, code).body


def test_chinese_sentences_stand_without_a_blank_between() -> None:
    assert "。 " not in letter(held(), Recipient.DISPUTE, "zh").body
