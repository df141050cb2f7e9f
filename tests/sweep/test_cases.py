"""What a page gets to see of a parcel."""

from __future__ import annotations

import pytest

from monitor.parcel import Stage
from monitor.protection import shipped_policies, stack
from monitor.sweep.cases import case_of
from monitor.sweep.views import View
from tests.dossiers import dossier, moment, scan
from tests.pages.cases import NOW, SHIPPED


@pytest.mark.parametrize(
    ("text", "over"),
    [
        pytest.param("Delivered to the recipient", True, id="a delivery ends the deadlines"),
        pytest.param("Delivered to the customs office", False, id="a doubtful one does not"),
    ],
)
def test_deadlines_stand_as_long_as_they_are_counted(text: str, over: bool) -> None:
    said = scan(Stage.DELIVERED, "2026-09-20 08:00", text)
    found = dossier(said, looked=NOW, shop="aliexpress", shipped=SHIPPED)
    layers = stack(found, shipped_policies())
    view = View(found.parcel, found, {}, {}, layers, moment(NOW))
    case = case_of(view)
    assert (view.over, case.over) == (over, over)
    assert view.asks_how_paid is not over
    assert case.shop_end is not None


def test_without_the_date_the_protection_counts_from_the_page_asks_for_it() -> None:
    found = dossier(shop="aliexpress")
    layers = stack(found, shipped_policies())
    case = case_of(View(found.parcel, found, {}, {}, layers, moment(NOW)))
    assert case.advice == "tell when it was shipped: parcels edit … --shipped DATE"
    assert case.advice_at is None
