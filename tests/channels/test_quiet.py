"""Logs: libraries that print URLs are not heard, and what is heard holds no secret."""

from __future__ import annotations

import io
import json
import logging
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import given, settings, strategies as st

from monitor.channels import RedactionFilter, quiet_libraries

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = 'sentinel/4711 "ü"'
AS_MESSAGE = f"key {SECRET}"
BROKEN = f"{SECRET} %s %s"


def printed(log: Callable[[logging.Logger], None], *secrets: str) -> str:
    """What a handler with the filter writes."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(RedactionFilter(secrets))
    logger = logging.getLogger("monitor.of.this.test")
    logger.addHandler(handler)
    try:
        log(logger)
    finally:
        logger.removeHandler(handler)
    return stream.getvalue()


def raise_with_secret(logger: logging.Logger) -> None:
    try:
        int(SECRET)
    except ValueError:
        logger.exception("failed")


@pytest.mark.parametrize(
    "log",
    [
        pytest.param(lambda log: log.error(AS_MESSAGE), id="in the message"),
        pytest.param(lambda log: log.error("key %s", SECRET), id="in an argument"),
        pytest.param(lambda log: log.error("keys %(a)s", {"a": SECRET}), id="in a named argument"),
        pytest.param(lambda log: log.error("keys %s", [SECRET]), id="within a list"),
        pytest.param(raise_with_secret, id="in a traceback"),
        pytest.param(lambda log: log.error("u %s", quote(SECRET)), id="percent-encoded"),
        pytest.param(lambda log: log.error("u %s", quote(SECRET, safe="")), id="wholly encoded"),
        pytest.param(lambda log: log.error("j %s", json.dumps(SECRET)), id="as JSON"),
        pytest.param(lambda log: log.error(BROKEN, "one"), id="in a broken line"),
    ],
)
def test_a_secret_is_masked(log: Callable[[logging.Logger], None]) -> None:
    text = printed(log, SECRET)
    assert "4711" not in text
    assert text


def test_the_longer_of_two_secrets_is_masked_whole() -> None:
    text = printed(lambda log: log.error("abcdef-tail"), "abcdef", "abcdef-tail")
    assert text == "**********\n"


def test_short_values_do_not_riddle_words() -> None:
    assert printed(lambda log: log.error("a password"), "word", "") == "a password\n"


def test_without_secrets_nothing_changes() -> None:
    assert printed(lambda log: log.error("%d of %d", 1, 2)) == "1 of 2\n"


@settings(max_examples=50, deadline=None)
@given(
    secret=st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=6, max_size=20),
    around=st.text(st.characters(codec="ascii", categories=["P", "Z"]), max_size=10),
)
def test_no_secret_comes_through_whatever_stands_around_it(secret: str, around: str) -> None:
    assert secret not in printed(lambda log: log.error("%s", around + secret + around), secret)


@pytest.mark.parametrize("name", ["apprise", "urllib3.connectionpool", "httpx", "httpcore.http11"])
@pytest.mark.parametrize("level", [logging.DEBUG, logging.ERROR])
def test_a_talkative_library_is_not_heard_at_any_level(
    name: str, level: int, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    quiet_libraries()
    logging.getLogger(name).log(level, "Unparseable URL %s", SECRET)
    assert "4711" not in caplog.text + "".join(capfd.readouterr())
