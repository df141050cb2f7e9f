"""A saved mail or page is read as people see it, and never as its encoding."""

from __future__ import annotations

import base64
import quopri

import pytest

from monitor.intake import Unreadable
from tests.intake.given import read

TEXT = """Ihre Bestellung
Sendungsnummer: LP00645520718349
Artikel: Kaffeemühle
"""
HEAD = (
    "From: eBay <ebay@ebay.de>\nMIME-Version: 1.0\nSubject: =?utf-8?q?Versandbest=C3=A4tigung?=\n"
)
PAGE = (
    "<!DOCTYPE html><html><head><title>x</title><style>a{b:c}</style><script>var n='RR123456785CN'</script>"
    "<body><p>Sendungsnummer: <b>LP006455</b>20718349</p><table><tr><td>Artikel:</td><td>Kaffee&shy;m&uuml;hle"
    "</td></tr></table><p>Ende"
)


def mail(kind: str, encoding: str, body: bytes) -> bytes:
    headers = (
        f"{HEAD}Content-Type: {kind}; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n"
    )
    return headers.encode() + body


BROKEN_LINES = quopri.encodestring(TEXT.encode()).replace(
    b"LP00645520718349", b"LP006455207=\n18349"
)
BOTH = (
    HEAD + "Content-Type: multipart/alternative; boundary=b\n\n"
    "--b\nContent-Type: text/plain\n\nPlease open this in a browser.\n"
    f"--b\nContent-Type: text/html; charset=utf-8\n\n{PAGE}\n--b--\n"
).encode()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(mail("text/plain", "8bit", TEXT.encode()), id="as it is"),
        pytest.param(mail("text/plain", "quoted-printable", BROKEN_LINES), id="a number over two lines"),
        pytest.param(mail("text/plain", "base64", base64.encodebytes(TEXT.encode())), id="base64"),
        pytest.param(mail("text/html", "8bit", PAGE.encode()), id="with tags"),
        pytest.param(BOTH, id="a plain text that says nothing"),
        pytest.param(PAGE.encode(), id="a page alone"),
        pytest.param(mail("text/plain", "8bit", TEXT.encode()).replace(b"\n", b"\r\n"), id="line ends of Windows"),
    ],
)  # fmt: skip
def test_a_saved_mail_or_page_is_read_as_it_is_seen(data: bytes) -> None:
    understood = read(data)
    assert understood.passed_over == ()
    (found,) = understood.found
    assert (found.number, found.facts["label"]) == ("LP00645520718349", "Kaffeemühle")
    assert understood.notes[0].endswith("lines are counted in its text.")


def test_the_shop_is_told_by_who_has_sent_the_mail() -> None:
    (found,) = read(mail("text/plain", "8bit", TEXT.encode())).found
    assert found.facts["shop"] == "ebay"


def test_a_mail_without_any_text_is_refused_with_what_to_do() -> None:
    with pytest.raises(Unreadable, match="paste it: parcels import -"):
        read(mail("image/png", "base64", b"AAAA"))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(
            "From: me\nSubject: x\n\nTracking number: LP00645520718349", id="a pasted mail"
        ),
        pytest.param("Order: 1\nTracking number: LP00645520718349", id="a note"),
        pytest.param("a < b\nTracking number: LP00645520718349 > x", id="angle brackets"),
    ],
)
def test_what_is_pasted_is_taken_as_it_stands(data: str) -> None:
    understood = read(data)
    assert [each.number for each in understood.found] == ["LP00645520718349"]
    assert understood.notes == ()


@pytest.mark.parametrize("part", ["<", "<a ", "<!--", "<script>", "&", "&#x", "</", "<a href='"])
def test_tags_without_end_are_taken_out_all_the_same(part: str) -> None:
    assert read("<html>" + part * 20_000).found == ()
