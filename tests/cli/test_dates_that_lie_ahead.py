"""A date that must have been, and lies ahead: a slip that would put the end of a protection off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.desk import KETTLE

if TYPE_CHECKING:
    from tests.cli.desk import Desk


@pytest.mark.parametrize("option", ["--shipped", "--ordered", "--paid"])
def test_a_purchase_fact_of_the_future_is_refused_and_nothing_is_added(
    bare: Desk, option: str
) -> None:
    ran = bare("add", KETTLE, option, "2062-08-20")

    assert ran.code == 2
    assert f"{option}: 2062-08-20 lies ahead; it must be in the past." in ran.err
    assert bare.listed() == []


def test_tomorrow_is_taken_since_it_may_have_begun_where_the_shop_is(bare: Desk) -> None:
    assert bare("add", KETTLE, "--shipped", "2026-09-02").code == 0
    assert bare("edit", KETTLE, "--shipped", "2026-09-03").code == 2


def test_a_deadline_may_lie_ahead(bare: Desk) -> None:
    assert (
        bare("add", KETTLE, "--protected-until", "2026-12-24", "--expected", "2026-10-01").code == 0
    )
