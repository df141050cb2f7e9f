"""The short form of `make year`, and that its claims can fail."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.year import claims
from tests.year.living import lived
from tests.year.record import Scale

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.year.record import Year

SHORT = Scale(seed=5, parcels=8, days=30, hours=12)
HOUR = timedelta(hours=1)


def unseen(*_: object) -> None:
    """Progress that nobody watches."""


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    return lived(SHORT, tmp_path_factory.mktemp("year"), unseen)


@pytest.mark.parametrize("claim", claims.CLAIMS, ids=lambda claim: claim.__name__)
def test_every_claim_holds_of_a_short_year(year: Year, claim: claims.Claim) -> None:
    assert list(claim(year)) == []


def test_a_short_year_tells_something(year: Year) -> None:
    assert {told.urgency for told in year.record.told} >= {"CRITICAL", "WARNING"}
    assert year.record.looks


def again(year: Year) -> None:
    last = next(told for told in reversed(year.record.told) if told.urgency == "CRITICAL")
    year.record.told.append(replace(last, at=last.at + HOUR))
    year.record.deaf.clear()


def ended_before_it_began(year: Year) -> None:
    first = year.record.told[0]
    year.record.told.insert(0, replace(first, urgency="Resolved", at=first.at - HOUR))


def told_of_what_is_done(year: Year) -> None:
    number = year.record.told[0].number
    year.record.did[number].insert(0, (year.record.told[0].at, ("done", number)))


def told_after_the_delivery(year: Year) -> None:
    told = next(t for t in year.record.told if t.fact == "delivered")
    year.record.told.append(replace(told, at=told.at + HOUR, fact="stuck at import customs"))


def without_looks(year: Year) -> None:
    year.record.looks.clear()


def without(fact: str) -> Callable[[Year], None]:
    def silenced(year: Year) -> None:
        year.record.told[:] = [t for t in year.record.told if not t.fact.startswith(fact)]

    return silenced


def refused_command(year: Year) -> None:
    year.record.faults.append("parcels add: no")


@pytest.mark.parametrize(
    ("spoil", "claim"),
    [
        pytest.param(
            again, claims.nothing_is_told_twice_without_a_pause, id="twice within an hour"
        ),
        pytest.param(ended_before_it_began, claims.an_end_is_told_once, id="an end of nothing"),
        pytest.param(
            told_after_the_delivery,
            claims.a_delivery_ends_everything_and_is_told_once,
            id="trouble after a delivery",
        ),
        pytest.param(without_looks, claims.silence_needs_a_look, id="silence nobody has looked at"),
        pytest.param(told_of_what_is_done, claims.nothing_is_told_of_what_is_done, id="after done"),
        pytest.param(
            without("last day"),
            claims.the_last_day_is_told_in_spite_of_everything,
            id="a last day without a word",
        ),
        pytest.param(
            lambda year: (without("last day")(year), without("protection ends")(year)),
            claims.nobody_is_surprised_by_an_end,
            id="an end nobody warned of",
        ),
        pytest.param(refused_command, claims.nothing_broke, id="a command that was refused"),
    ],
)
def test_a_year_in_which_it_went_wrong_breaks_the_claim(
    year: Year, spoil: Callable[[Year], None], claim: claims.Claim
) -> None:
    spoilt = copy.deepcopy(year)
    spoil(spoilt)
    assert list(claim(spoilt)) != []
