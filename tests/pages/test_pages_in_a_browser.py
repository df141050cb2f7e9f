"""The pages in a real browser: they open from a file, ask for nothing, and shut nobody out.

Skipped, saying so, where there is no Chromium; what axe-core looks for, where there is no axe-core.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from monitor.pages.board import board_page
from monitor.pages.case import Asked
from monitor.pages.evidence import evidence_page
from monitor.pages.known import Known, answer_files
from monitor.parcel import Alias
from monitor.schedule import Severity
from tests.dossiers import moment, scan
from tests.pages import axe, browser
from tests.pages.cases import (
    BERLIN,
    COLLECTED,
    DELIVERED,
    NOW,
    RELEASED,
    STOPPED,
    a_case,
    hostile,
    remark,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from monitor.pages.case import Case

pytestmark = pytest.mark.skipif(bool(browser.missing()), reason=browser.missing() or "-")

WIDTHS = [pytest.param(browser.PHONE, id="a phone"), pytest.param(browser.DESK, id="a desk")]
SCHEMES = [pytest.param(False, id="by day"), pytest.param(True, id="by night")]
PAGES = ["board", "evidence", "empty"]
ASKED = (
    Asked("cainiao", moment("2026-09-21 06:00")),
    Asked("seventeentrack", moment("2026-09-21 07:00"), moment("2026-09-20 22:00"), "no answer"),
)
LONG = "Kaffeevollautomatenersatzteilaufbewahrungsdose" * 4
EVIL = [
    pytest.param("<script>document.title='ran'</script>", id="a script"),
    pytest.param("<img src=x onerror=\"document.title='ran'\">", id="a picture that fails"),
    pytest.param("</title></svg></q></style><script>document.title='ran'</script>", id="closed tags"),
    pytest.param("javascript:document.title='ran'", id="an address that is a script"),
    pytest.param('" onmouseover="document.title=\'ran\'" x="', id="an attribute"),
    pytest.param("<style>*{background:url(http://127.0.0.1:9/x)}</style>", id="a style sheet"),
    pytest.param("<link rel=stylesheet href=http://127.0.0.1:9/x.css>", id="a link to a sheet"),
    pytest.param("<meta http-equiv=refresh content='0;url=http://127.0.0.1:9/'>", id="a way off"),
    pytest.param("<svg onload=\"document.title='ran'\"><use href=http://127.0.0.1:9/#a>", id="SVG"),
    pytest.param("<iframe src=http://127.0.0.1:9/></iframe><form action=http://127.0.0.1:9/>", id="frame"),
    pytest.param("{{ 7 * 7 }}{% raw %}{{ page.__class__ }}", id="a template"),
]  # fmt: skip


@pytest.fixture(scope="module")
def look(tmp_path_factory: pytest.TempPathFactory) -> Iterator[browser.Browser]:
    for talkative in ("selenium", "urllib3"):  # they log whole scripts
        logging.getLogger(talkative).setLevel(logging.WARNING)
    with browser.browser(tmp_path_factory.mktemp("profile")) as found:
        yield found


def parcels() -> list[Case]:
    """One of each kind, with names that are long, of other scripts, and of no letters at all."""
    shown = scan(
        STOPPED.stage, "2026-09-11 08:00", "海关查验中", place="لايبزيغ",
        language="zh", translation="Being inspected by customs",
    )  # fmt: skip
    spoken = {"asked": ASKED, "advice": "call the carrier, then write to the seller"}
    return [
        a_case(COLLECTED, shown, severity=Severity.CRITICAL, label=LONG, **spoken),
        a_case(COLLECTED, STOPPED, severity=Severity.WARNING, label="غلاية زرقاء 5", **spoken),
        a_case(
            COLLECTED, STOPPED, RELEASED, severity=Severity.NOTICE, label="👩‍🚀 蓝色水壶", **spoken
        ),
        a_case(COLLECTED, looked=None, label=""),
        a_case(COLLECTED, DELIVERED, severity=Severity.INFO, label="Delivered"),
        a_case(label="Not a word yet", looked=None, shop=""),
    ]


def kit(case: Case) -> str:
    answers = (("seventeentrack", moment("2026-09-11 09:00"), 1234, "ab" * 32),)
    alias = Alias("RB123456785DE", "DHL", "seventeentrack")
    gone = scan(STOPPED.stage, "2026-09-10 08:00", "Taken back", superseded=moment(NOW))
    known = Known(case, (*case.dossier.events, gone), (alias,), answer_files(answers))
    return evidence_page(known, BERLIN)


def made(name: str) -> str:
    now = moment(NOW)
    if name == "empty":
        return board_page([], [], now, BERLIN)
    if name == "evidence":
        note = remark("Called them, case 4711", "2026-09-12 08:00")
        return kit(
            a_case(
                COLLECTED, STOPPED, note, asked=ASKED, label=LONG, seller="Grinder House",
                paid_with="paypal", covers=(("insurance", now.date()),),
            )
        )  # fmt: skip
    done = a_case(COLLECTED, DELIVERED, label="Finished", done_at=now, done_as="received")
    return board_page(parcels(), [done], now, BERLIN, every="Written anew after each pass.")


def saved(page: str, folder: Path) -> Path:
    file = folder / "page.html"
    file.write_text(page, "utf-8")
    return file


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("dark", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_opens_from_a_file_and_fits(
    look: browser.Browser, name: str, dark: bool, width: int, tmp_path: Path
) -> None:
    file = saved(made(name), tmp_path)
    look.open(file, width=width, dark=dark)
    assert look.complaints() == []
    assert look.requested() == [file.as_uri()]
    assert look.ask("document.documentElement.scrollWidth") == width
    assert look.ask(OUTSIDE) == []
    ground = look.ask("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(19, 20, 22)") is dark


# What has text and sticks out of the window.
OUTSIDE = """[...document.querySelectorAll("h1,h2,h3,p,li,dd,dt,text,svg.drawing,bdi,q")]
    .filter(e => !e.closest("[hidden],.away,.skip") && e.getClientRects().length)
    .filter(e => { const r = e.getBoundingClientRect(); return r.left < -1 || r.right > innerWidth + 1 })
    .map(e => e.outerHTML.slice(0, 80))"""


@pytest.mark.skipif(bool(axe.missing()), reason=axe.missing() or "-")
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    ("width", "dark"),
    [
        pytest.param(browser.PHONE, True, id="a phone by night"),
        pytest.param(browser.DESK, False, id="a desk by day"),
    ],
)
def test_axe_core_finds_nothing_that_shuts_people_out(
    look: browser.Browser, name: str, width: int, dark: bool, tmp_path: Path
) -> None:
    look.open(saved(made(name), tmp_path), width=width, dark=dark)
    look.ask("(0, eval)(arguments[0]) || 1", axe.FILE.read_text("utf-8"))
    assert look.later(axe.RUN) == []


@pytest.mark.parametrize("text", EVIL)
@pytest.mark.parametrize("name", ["board", "evidence"])
def test_hostile_text_does_nothing(
    look: browser.Browser, name: str, text: str, tmp_path: Path
) -> None:
    case = hostile(text)
    page = kit(case) if name == "evidence" else board_page([case], [case], moment(NOW), BERLIN)
    file = saved(page, tmp_path)
    look.open(file)
    assert look.requested() == [file.as_uri()], "it asked for something"
    assert look.complaints() == [], "something was tried, and only the policy stopped it"
    assert look.ask("document.title") != "ran"
    strangers = (
        "document.querySelectorAll('script,iframe,form,img,object,embed,[onload],[onerror]')"
    )
    assert look.ask(f"{strangers}.length") == 0
    links = "[...document.querySelectorAll('a,link')].map(a => a.getAttribute('href'))"
    assert all(link.startswith(("#", "data:,")) for link in look.ask(links))


def test_the_policy_in_the_page_stops_a_script_that_got_in(
    look: browser.Browser, tmp_path: Path
) -> None:
    inside = "<script>document.title='ran'</script><p style='color:red' onclick='1'>x</p></main>"
    look.open(saved(made("empty").replace("</main>", inside), tmp_path))
    assert look.ask("document.title") != "ran"
    assert any("Content Security Policy" in said for said in look.complaints())


def test_a_page_prints_on_white_paper_with_finished_parcels_folded(
    look: browser.Browser, tmp_path: Path
) -> None:
    look.open(saved(made("board"), tmp_path), media="print", dark=True)
    assert look.ask("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert look.ask("document.querySelector('details').open") is False
    assert look.printed().startswith(b"%PDF")
