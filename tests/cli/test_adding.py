"""`add`, `edit`, `done`, `undo`, `remove`, `event`: what changes, what is said, what stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.desk import KETTLE, LAMP

if TYPE_CHECKING:
    from tests.cli.desk import Desk

WIDE = "".join(chr(ord(c) + 0xFEE0) for c in KETTLE)  # as typed with an East Asian keyboard


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("LP 0012 3456 7890 12", id="blanks are left out"),
        pytest.param("lp00123456789012", id="lower case is the same number"),
        pytest.param(" LP00123456789012\u200b", id="what a web page glued to it is left out"),
        pytest.param(WIDE, id="wide letters are the same number"),
    ],
)
def test_a_number_is_understood_as_people_copy_it(bare: Desk, written: str) -> None:
    assert bare("add", written).code == 0
    assert [p["number"] for p in bare.listed()] == [KETTLE]


def test_adding_the_same_number_twice_completes_it_and_changes_nothing_else(bare: Desk) -> None:
    bare("add", KETTLE, "--label", "Kettle", "--shipped", "2026-08-20")
    again = bare("add", "lp 00123456789012", "--to", "de", "--label", "Blue kettle")
    assert (again.code, again.out) == (0, "Blue kettle: label, to changed.\n")
    (parcel,) = bare.listed()
    assert (parcel["id"], parcel["label"]) == (1, "Blue kettle")
    assert parcel["protected_until"] == "2026-10-19T07:00:00Z"


def test_adding_what_is_known_already_says_so(bare: Desk) -> None:
    bare("add", KETTLE, "--label", "Kettle")
    again = bare("add", KETTLE, "--label", "Kettle")
    assert (again.code, again.out) == (0, "Kettle is watched already; nothing changed.\n")


def test_adding_a_finished_number_says_so_and_changes_nothing(bare: Desk) -> None:
    bare("add", KETTLE, "--label", "Kettle")
    bare("done", KETTLE)
    before = bare.listed()
    again = bare("add", KETTLE, "--label", "Another", "--shipped", "3d")
    assert again.code == 0
    assert "Kettle is finished; nothing changed" in again.out
    assert f"parcels undo {KETTLE}" in again.out
    assert bare.listed() == before


def test_one_command_adds_several_numbers_and_each_once(bare: Desk) -> None:
    assert bare("add", KETTLE, LAMP, KETTLE.lower()).code == 0
    assert [p["number"] for p in bare.listed()] == [KETTLE, LAMP]


def test_a_wrong_check_digit_is_a_warning_and_no_refusal(bare: Desk) -> None:
    added = bare("add", "RR123456789CN")
    assert added.code == 0
    assert "check digit does not fit (expected 5)" in added.out
    assert [p["number"] for p in bare.listed()] == ["RR123456789CN"]


def test_whoever_adds_a_number_nobody_can_be_asked_about_learns_it(bare: Desk, desk: Desk) -> None:
    assert "No source that is switched on" not in desk("add", KETTLE).out
    bare.environ.clear()
    assert "adapters.seventeentrack.api_key" in bare("add", LAMP).out
    bare.environ["PARCELS_ADAPTERS__CAINIAO__ENABLED"] = "true"
    assert "No source that is switched on" not in bare("add", LAMP).out
    assert "adapters.seventeentrack.api_key" in bare("add", "1Z999AA10123456784").out
    assert (
        "Not switched on: seventeentrack."
        in bare("add", "LP00123456789036", "--adapter", "seventeentrack").out
    )


def test_a_shop_whose_protection_starts_unknown_asks_for_the_date_by_its_option(bare: Desk) -> None:
    assert f"parcels edit {KETTLE} --shipped DATE" in bare("add", KETTLE).out
    assert "protection" not in bare("add", LAMP, "--shipped", "3d").out


@pytest.mark.parametrize(
    ("given", "country", "said"),
    [
        pytest.param(("--to", "US"), "", "Since 29 August 2025 the United States", id="by --to"),
        pytest.param((), "DE", "Since 1 July 2026 the EU charges", id="by the country usual for the owner"),
        pytest.param(("--to", "GB"), "DE", "", id="--to outranks it"),
        pytest.param(("--from", "NL", "--to", "DE"), "", "", id="no customs on the way"),
    ],
)  # fmt: skip
def test_whoever_adds_a_parcel_learns_what_has_changed_on_its_lane(
    bare: Desk, given: tuple[str, ...], country: str, said: str
) -> None:
    bare.environ["PARCELS_COUNTRY"] = country
    out = bare("add", KETTLE, *given).out

    assert ("  Since " in out) is bool(said)
    assert said in out


def test_shop_none_watches_no_protection(bare: Desk) -> None:
    added = bare("add", KETTLE, "--shop", "none", "--shipped", "2026-08-20")
    assert "protection" not in added.out
    (parcel,) = bare.listed()
    assert (parcel["protected_until"], parcel["days_left"]) == (None, None)
    assert parcel["next_step"]["action"] == "compare the number with the order page"


def test_a_date_a_person_gives_is_shown_as_given(bare: Desk) -> None:
    bare("add", KETTLE, "--protected-until", "2026-10-15", "--cover", "insurance=2026-12-31")
    shown = bare("show", KETTLE).out
    assert "15 Oct 2026  AliExpress" in shown
    assert "31 Dec 2026  insurance" in shown
    rows = {d["policy"]: d for d in bare.shown()["deadlines"]}
    assert rows["aliexpress"]["closes"] == "2026-10-16T06:59:59Z"  # Pacific time
    assert rows["insurance"]["act_by"] == "2026-12-30"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(["--shop", "aliexpres"], "Did you mean aliexpress?", id="an unknown shop"),
        pytest.param(["--shop", "kiosk"], "temu", id="a shop far from any, with the list"),
        pytest.param(["--shipped", "soon"], "2026-09-02 or 3d", id="no date"),
        pytest.param(["--shipped", "0999-01-01"], "not a likely year", id="a slip in the year"),
        pytest.param(["--expected", "3d"], "write it like 2026-09-02.", id="3d for a date ahead"),
        pytest.param(["--protected-until", "2026-02-30"], "--protected-until", id="no such day"),
        pytest.param(["--cover", "2026-12-31"], "NAME=VALUE", id="a deadline without a name"),
        pytest.param(["--cover", "x=never"], "--cover x", id="a deadline without a date"),
        pytest.param(["--protection-days", "0"], "from 1 to 730", id="no day of protection"),
        pytest.param(["--paid-with", "gold"], "paypal", id="a way to pay nobody knows"),
        pytest.param(["--from", "Atlantis"], "--from", id="no country"),
        pytest.param(["--price", "cheap"], "12.34", id="no price"),
        pytest.param(["--price", "NaN"], "12.34", id="a number that is none"),
        pytest.param(["--currency", "euros"], "EUR", id="no currency"),
        pytest.param(["--adapter", "17track"], "seventeentrack", id="a source nobody knows"),
        pytest.param(["--extra", "10115"], "NAME=VALUE", id="an extra without a name"),
        pytest.param(["--frobnicate"], "--frobnicate", id="an unknown option"),
    ],
)
def test_a_fact_that_cannot_be_meant_is_refused_with_a_sentence_and_loses_nothing(
    bare: Desk, options: list[str], said: str
) -> None:
    bare("add", KETTLE, "--label", "Kettle", "--shipped", "2026-08-20")
    before = bare.shown()
    for command in (("add", LAMP), ("add", KETTLE), ("edit", KETTLE)):
        refused = bare(*command, "--seller", "Shop 1", *options)
        assert (refused.code, refused.out) == (2, "")
        assert said in refused.err
    assert bare.shown() == before
    assert len(bare.listed()) == 1


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        pytest.param(["AB"], "5 to 50 characters", id="too short"),
        pytest.param(["A" * 60], "5 to 50 characters", id="too long"),
        pytest.param(["LP00/123"], "letters A to Z, digits and hyphens", id="a slash"),
        pytest.param(["straße123"], "letters A to Z", id="a letter no number has"),
        pytest.param([" "], "nothing was given", id="a blank"),
        pytest.param([], "NUMBER", id="none at all"),
        pytest.param([LAMP, "x y z!"], "letters A to Z", id="one of two"),
        pytest.param([LAMP, KETTLE, "--label", "Both"], "--label names one parcel", id="one label"),
    ],
)
def test_no_number_is_added_when_one_cannot_be_meant(
    bare: Desk, numbers: list[str], said: str
) -> None:
    refused = bare("add", *numbers)
    assert (refused.code, refused.out) == (2, "")
    assert said in refused.err
    assert bare.listed() == []


def test_edit_takes_a_fact_back_by_an_empty_value(bare: Desk) -> None:
    bare("add", KETTLE, "--label", "Kettle", "--shipped", "3d", "--cover", "insurance=2026-12-31")
    said = bare("edit", "kett", "--label", "", "--shipped", "", "--cover", "insurance=").out
    assert said == f"{KETTLE}: label, shipped, covers changed.\n"
    assert bare.shown()["deadlines"] == []
    assert bare.shown()["label"] is None


@pytest.mark.parametrize(
    ("option", "value"),
    [("label", "Kettle"), ("shop", "temu"), ("ordered", "3d"), ("paid", "3d"), ("paid-with", "visa"),
     ("shipped", "3d"), ("expected", "2026-09-20"), ("protected-until", "2026-09-20"),
     ("protection-days", "90"), ("from", "CN"), ("to", "DE"), ("order-id", "7"), ("price", "1.50"),
     ("currency", "EUR"), ("seller", "Shop 1"), ("url", "https://shop.example/7"),
     ("adapter", "seventeentrack"), ("carrier", "Cainiao")],
)  # fmt: skip
def test_every_fact_can_be_given_and_taken_back(bare: Desk, option: str, value: str) -> None:
    bare("add", KETTLE)
    said = bare("edit", KETTLE, f"--{option}", value)
    name = {"adapter": "adapters"}.get(option, option.replace("-", " "))
    assert f": {name} changed." in said.out
    back = bare("edit", KETTLE, f"--{option}", "aliexpress" if option == "shop" else "")
    assert f": {name} changed." in back.out
    assert bare("edit", KETTLE, f"--{option}", "" if option != "shop" else "aliexpress").out == (
        f"{KETTLE} is watched already; nothing changed.\n"
    )


def test_an_extra_no_carrier_takes_is_kept_and_said(bare: Desk) -> None:
    said = bare("add", KETTLE, "--extra", "postcod=10115")
    assert "takes no extra value named 'postcod'" in said.out
    assert "postcode" in said.out
    assert "takes no extra" not in bare("edit", KETTLE, "--extra", "postcode=10115").out


def test_done_is_silent_keeps_the_history_and_undo_takes_it_back(bare: Desk) -> None:
    bare("add", KETTLE, "--label", "Kettle", "--shipped", "2026-08-20")
    bare("event", "kettle", "Held by customs", "--stage", "clearance_exception")
    bare("done", "kettle", "--as", "refunded")
    assert bare("list", "--json").json == []
    (finished,) = bare.listed()
    assert (finished["done"], finished["severity"], finished["next_step"]) == (True, None, None)
    assert bare("poll").out == "Nothing to tell.\n"
    assert bare.alerts() == []
    assert bare("undo", "kettle").out == "Watching Kettle again.\n"
    (watched,) = bare("list", "--json").json
    assert (watched["stage"], watched["severity"]) == ("clearance_exception", "notice")
    assert [e["text"] for e in bare.shown()["events"]] == ["Held by customs"]


def test_a_parcel_that_is_done_keeps_how_it_ended_unless_another_end_is_given(bare: Desk) -> None:
    bare("add", KETTLE, "--label", "Kettle")
    bare("done", "kettle", "--as", "refunded", "--on", "2026-09-01")
    assert "finished already (refunded)" in bare("done", "kettle").out
    assert "done (refunded)" in bare("list", "--all").out
    bare("done", "kettle", "--as", "lost")
    exported = bare("export").out
    assert "2026-09-01" in exported
    assert exported.strip().endswith(",lost")


def test_undo_of_a_parcel_that_is_watched_changes_nothing(bare: Desk) -> None:
    bare("add", KETTLE)
    said = bare("undo", KETTLE)
    assert (said.code, said.out) == (
        0,
        f"{KETTLE} is being watched; there is nothing to take back.\n",
    )


def test_remove_asks_and_deletes_only_after_a_yes(bare: Desk) -> None:
    bare("add", KETTLE, LAMP)
    assert bare("remove", KETTLE, typed="n\n").code == 0
    assert bare("remove", KETTLE).code == 1  # nobody answers
    assert len(bare.listed()) == 2
    assert bare("remove", KETTLE, typed="y\n").code == 0
    assert bare("remove", LAMP, "--yes").code == 0
    assert bare.listed() == []
    assert bare("show", KETTLE).code == 3


def test_a_remark_is_kept_and_moves_no_stage(bare: Desk) -> None:
    bare("add", KETTLE)
    bare("event", KETTLE, "The post office knows nothing", "--at", "2026-08-30T10:00+02:00")
    shown = bare.shown()
    (event,) = shown["events"]
    assert (event["stage"], event["source"], event["at"]) == (
        "other",
        "hand",
        "2026-08-30T08:00:00Z",
    )
    assert (shown["stage"], shown["last_change"]) == ("unknown", None)


def test_an_event_by_hand_works_without_any_source(bare: Desk) -> None:
    bare("add", KETTLE)
    bare("event", KETTLE, "Delivered to the neighbour", "--stage", "delivered", "--at", "2d")
    assert bare.shown()["stage"] == "delivered"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["event", KETTLE, "\x1b\u202e"], "TEXT is empty", id="nothing that is text"),
        pytest.param(["event", KETTLE, "x", "--at", "soon"], "--at", id="no date"),
        pytest.param(["event", KETTLE, "x", "--at", "2026-12-01"], "lies ahead", id="a day ahead"),
        pytest.param(
            ["event", KETTLE, "x", "--at", "2026-09-01T06:01Z"], "lies ahead", id="a minute ahead"
        ),
        pytest.param(
            ["event", KETTLE, "x", "--at", "0001-01-01T00:00+10:00"], "not a likely year", id="AD 1"
        ),
        pytest.param(["event", KETTLE, "x", "--stage", "lost"], "lost_or_damaged", id="no stage"),
        pytest.param(["done", KETTLE, "--on", "2027-01-01"], "lies ahead", id="done in the future"),
        pytest.param(["done", KETTLE, "--as", "eaten"], "received", id="no way to be done"),
    ],
)
def test_what_cannot_have_been_is_refused_and_the_parcel_stays_as_it_was(
    bare: Desk, arguments: list[str], said: str
) -> None:
    bare("add", KETTLE)
    before = bare.shown()
    refused = bare(*arguments)
    assert (refused.code, refused.out) == (2, "")
    assert said in refused.err
    assert bare.shown() == before


def test_today_means_now_while_its_noon_lies_ahead(bare: Desk) -> None:
    bare("add", KETTLE)
    assert bare("event", KETTLE, "Rang the carrier", "--at", "today").code == 0
    assert bare.shown()["events"][0]["at"] == "2026-09-01T06:00:00Z"


@pytest.mark.parametrize(
    ("ref", "found"),
    [
        pytest.param("1", KETTLE, id="the id"),
        pytest.param("lp 00123456789012", KETTLE, id="the number as copied"),
        pytest.param("LP001234567890", None, id="a beginning both have"),
        pytest.param("LP0012345678902", LAMP, id="a beginning one has"),
        pytest.param("blue kettle", KETTLE, id="the label"),
        pytest.param("desk", LAMP, id="the beginning of a label"),
        pytest.param("toaster", None, id="nothing at all"),
        pytest.param("", None, id="an empty word"),
        pytest.param("\udce9", None, id="a byte that is no text"),
    ],
)
def test_a_parcel_answers_to_its_names_and_to_nothing_ambiguous(
    bare: Desk, ref: str, found: str | None
) -> None:
    bare("add", KETTLE, "--label", "Blue kettle")
    bare("add", LAMP, "--label", "Desk lamp")
    shown = bare("show", ref, "--json")
    if found is None:
        assert (shown.code, shown.out) == (3, "")
        assert shown.err.rstrip().endswith(".")
    else:
        assert shown.json["number"] == found


@pytest.mark.parametrize("price", ["1." + "0" * 100_000, "1e400", "sNaN", "-0.01", "1" * 100_000])
def test_a_price_of_a_length_that_nobody_pays_is_refused(bare: Desk, price: str) -> None:
    ran = bare("add", KETTLE, "--price", price)
    assert (ran.code, len(ran.err) < 300) == (2, True)


def test_a_parcel_takes_a_bounded_number_of_deadlines_and_extras(bare: Desk) -> None:
    def given(option: str, value: str, first: int) -> list[str]:
        return [word for n in range(first, first + 20) for word in (option, f"n{n}={value}")]

    for option, value in (("--cover", "2026-12-31"), ("--extra", "x")):
        assert bare("add", KETTLE, *given(option, value, 0)).code == 0
        more = bare("add", KETTLE, *given(option, value, 20))
        assert (more.code, "at most 30" in more.err) == (2, True)


def test_a_date_that_cannot_be_beside_another_one_is_said(bare: Desk) -> None:
    said = bare("add", KETTLE, "--ordered", "2026-08-30", "--shipped", "2026-08-20").out
    assert "shipped 2026-08-20 is before ordered 2026-08-30; compare both" in said
    assert "is before" not in bare("edit", KETTLE, "--ordered", "2026-08-19").out
    said = bare("edit", KETTLE, "--expected", "2026-08-01", "--protected-until", "2026-08-02").out
    assert "expected 2026-08-01 is before ordered 2026-08-19" in said
    assert "protected until 2026-08-02 is before ordered 2026-08-19" in said


def test_a_pasted_date_that_cannot_be_is_said_before_anybody_agrees(bare: Desk) -> None:
    mail = bare.folder / "mail.txt"
    mail.write_text(f"{KETTLE}\nOrdered 2026-08-30, shipped 2026-08-20")
    said = bare("import", str(mail), "--dry-run").out
    assert "shipped 2026-08-20 is before ordered 2026-08-30" in said
