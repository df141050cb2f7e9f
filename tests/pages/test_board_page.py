"""The board as text: what stands on it, in which order, and what does not."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from monitor.pages.board import board_page
from monitor.pages.case import Asked
from monitor.schedule import Severity
from tests.dossiers import moment
from tests.pages.cases import BERLIN, COLLECTED, DELIVERED, NOW, STOPPED, a_case, hostile

if TYPE_CHECKING:
    from monitor.pages.case import Case

VOID = frozenset({"meta", "link", "br"})


class Read(HTMLParser):
    """The text of a page, and whether its elements are closed in their order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.unbalanced: list[str] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open += [] if tag in VOID else [tag]

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        """Of SVG: opened and closed at once."""

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        self.words += [data] if self.open[-1:] != ["style"] else []

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def board(*cases: Case, finished: tuple[Case, ...] = (), redact: bool = False) -> str:
    return board_page(cases, finished, moment(NOW), replace(BERLIN, redact=redact))


def test_a_card_says_all_of_a_parcel() -> None:
    asked = (
        Asked("cainiao", moment("2026-09-21 06:00")),
        Asked("seventeentrack", moment("2026-09-21 07:00"), moment("2026-09-20 22:00")),
        Asked("dhl", trouble="the key is refused"),
    )
    case = a_case(
        COLLECTED, STOPPED, severity=Severity.CRITICAL, label="Kettle", asked=asked,
        advice="call the carrier",
    )  # fmt: skip
    text = Read(board(case)).text
    for said in (
        "!! Critical Kettle LB123456789CN",
        "Stopped at customs, silent for 10 days",
        "40 days of AliExpress protection left, until 30 Oct 2026",
        "Last line of defence: AliExpress dispute window, 14 Nov 2026",
        "Now: call the carrier",
        "Held by customs · Fri 11 Sep 2026, 10:00, 17TRACK",
        (
            "Last check: Cainiao: Mon 21 Sep 2026, 08:00 · 17TRACK: Mon 21 Sep 2026, 09:00 "
            "(it asked the carrier Mon 21 Sep 2026, 00:00) · DHL: no answer yet; the key is refused"
        ),
        "This page shows how they stood on Mon 21 Sep 2026, 10:00 .",
    ):
        assert said in text


def test_parcels_stand_below_the_headings_of_their_urgency_in_the_order_given() -> None:
    grave = a_case(STOPPED, severity=Severity.CRITICAL, label="Grave")
    calm = a_case(COLLECTED, label="Calm")
    text = Read(board(grave, calm)).text.partition("How to read it")[2]
    places = [text.index(word) for word in ("Act now", "Grave", "On course", "Calm")]
    assert places == sorted(places)


def test_a_parcel_that_is_finished_is_folded_away_with_what_became_of_it() -> None:
    done = a_case(DELIVERED, label="Kettle", done_at=moment(NOW), done_as="refunded")
    page = board(finished=(done,))
    folded = page[page.index("<details>") : page.index("</details>")]
    assert "1 in the last 60 days Kettle LB123456789CN : refunded, 21 Sep 2026" in Read(folded).text


def test_without_parcels_the_board_says_how_to_add_one() -> None:
    assert "No parcel is being watched. Add one: parcels add" in Read(board()).text


def test_numbers_are_shortened_where_alerts_shorten_them() -> None:
    said = STOPPED._replace(text="LB123456789CN is held")
    page = board(a_case(said, label="Kettle", severity=Severity.NOTICE), redact=True)
    assert "LB123456789CN" not in page
    assert "…89CN is held" in page


def test_a_delivered_parcel_has_no_deadline_and_is_not_silent() -> None:
    text = Read(board(a_case(COLLECTED, DELIVERED, label="Kettle"))).text
    assert "protection" not in text
    assert "silent for" not in text


@pytest.mark.parametrize(
    "text", ["<b>&amp;</b>", "'\"><script>1</script>", "</title></svg>", "{{ 7 * 7 }}", "]]>"]
)
def test_words_from_outside_are_text_and_every_element_is_closed(text: str) -> None:
    case = hostile(text)
    read = Read(board(case, finished=(replace(case, over=True),)))
    assert (read.unbalanced, read.open) == ([], [])
    assert text in read.text


def test_addresses_of_carriers_are_taken_out() -> None:
    said = STOPPED._replace(text="Pay here: https://pay.example.org/now")
    assert "pay.example.org" not in board(a_case(said))


def test_nothing_outside_the_file_is_named_and_only_its_own_sheet_has_an_effect() -> None:
    page = board(a_case(COLLECTED, STOPPED))
    assert not re.search(r"https?:|//[a-z]|<script|@import|style=", page)
    sheet = page[page.index("<style>") + 7 : page.index("</style>")]
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    policy = re.findall(r'Content-Security-Policy" content="([^"]+)"', page)[0]
    assert policy.replace("&#39;", "'") == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
