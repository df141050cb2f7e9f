"""Channels as far as their text goes, and as the environment adds to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.schedule import Severity

if TYPE_CHECKING:
    from tests.settings.conftest import Desk

TWO = """
[[channels]]
name = "phone"
url = "json://127.0.0.1/phone"
[[channels]]
name = "e-mail"
url = "json://127.0.0.1/mail"
"""


def channel(url: str) -> str:
    return f"[[channels]]\nname = 'phone'\nurl = '{url}'"


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("tgram://123:abc/456", id="Telegram"),
        pytest.param("mailto://user:pass@mail.example.org?to=me@example.org", id="mail"),
        pytest.param(
            "discord://1/2/?avatar_url=https://x.example/a.png", id="a URL inside a query"
        ),
        pytest.param("json://127.0.0.1/?+X-Retry=1", id="a header that is called alike"),
        pytest.param("ntfy://topic?tags=a,b", id="a comma in a query"),
        pytest.param("schema-less+x://y", id="a scheme Apprise may or may not know"),
    ],
)
def test_a_channel_url_is_accepted(desk: Desk, url: str) -> None:
    assert desk.load(channel(url)).channels[0].url.get_secret_value() == url


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        pytest.param("", "it must be an Apprise URL, something like scheme://…", id="empty"),
        pytest.param("phone", "it must be an Apprise URL", id="no scheme"),
        pytest.param("://x", "it must be an Apprise URL", id="an empty scheme"),
        pytest.param("json://a/, json://b/", "give each its own [[channels]] table", id="two, with a comma"),
        pytest.param("json://a/ json://b/", "give each its own [[channels]] table", id="two, with a blank"),
        pytest.param("json://a/,json://b/", "give each its own [[channels]] table", id="two, without a blank"),
        pytest.param("json://a/?optional=yes", "it must not set optional=", id="optional"),
        pytest.param("json://a/?x=1&retry=2", "it must not set retry=", id="retry"),
        pytest.param("json://a/?FORMAT=html", "it must not set format=", id="format in upper case"),
        pytest.param("json://a/?form%61t=html", "it must not set format=", id="format in disguise"),
        pytest.param("json://a/?x=1;optional=yes", "it must not set optional=", id="after a semicolon"),
        pytest.param("json://a/" + "x" * 5000, "one line of at most 4096 characters", id="endless"),
    ],
)  # fmt: skip
def test_a_channel_url_is_refused_by_the_channels_name(desk: Desk, url: str, reason: str) -> None:
    told = desk.refusal(channel(url))
    assert told.startswith("channels.phone.url (config.toml): ")
    assert reason in told


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param('[[channels]]\nname = "phone"', "channels.phone.url is missing (config.toml): give it a url or a url_file.", id="no URL"),
        pytest.param('[[channels]]\nurl = "json://x"', "channels.0.name is missing (config.toml): give the channel a name of its own.", id="no name"),
        pytest.param(TWO.replace("e-mail", "Phone"), "channels (config.toml): two channels are called phone; give each its own name.", id="the same name twice"),
        pytest.param(TWO.replace("e-mail", "e mail"), "channels.e mail.name (config.toml): it must be 1 to 64 letters, digits, dots, hyphens or underscores.", id="a blank in a name"),
        pytest.param(channel("json://x") + '\nmin_severity = "loud"', "channels.phone.min_severity (config.toml): it must be one of info, notice, warning, critical.", id="an unknown severity"),
        pytest.param('channels = ["json://x"]', "channels.0 (config.toml): it must be a table of options.", id="a URL in place of a table"),
        pytest.param("[channels.phone]\nurl = 1", "channels.phone.url (config.toml): it must be an Apprise URL", id="a number for a URL"),
    ],
)  # fmt: skip
def test_a_wrong_channel_is_refused(desk: Desk, text: str, sentence: str) -> None:
    assert sentence in desk.refusal(text)


@pytest.mark.parametrize(
    "variable",
    [
        pytest.param("PARCELS_CHANNELS__E_MAIL__MIN_SEVERITY", id="by its name"),
        pytest.param("PARCELS_CHANNELS__1__MIN_SEVERITY", id="by its number"),
    ],
)
def test_the_environment_changes_one_channel_and_leaves_the_other(
    desk: Desk, variable: str
) -> None:
    channels = desk.load(TWO, **{variable: "critical"}).channels
    assert [c.min_severity for c in channels] == [Severity.INFO, Severity.CRITICAL]


def test_the_environment_adds_a_channel_by_its_name(desk: Desk) -> None:
    channels = desk.load(TWO, PARCELS_CHANNELS__PAGER__URL="json://127.0.0.1/pager").channels
    assert [c.name for c in channels] == ["phone", "e-mail", "pager"]


def test_a_list_from_the_environment_takes_the_place_of_the_files(desk: Desk) -> None:
    written = '[{"name": "only", "url": "json://127.0.0.1/"}]'
    assert [c.name for c in desk.load(TWO, PARCELS_CHANNELS=written).channels] == ["only"]


def test_an_empty_list_from_the_environment_silences_all_channels(desk: Desk) -> None:
    assert desk.load(TWO, PARCELS_CHANNELS="[]").channels == ()
