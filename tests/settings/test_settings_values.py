"""What each option accepts, and the sentence for what it refuses."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st

from monitor.schedule import Severity
from monitor.settings import urls, zones
from monitor.settings.model import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from tests.settings.conftest import Desk


def value_at(settings: Settings, path: str) -> Any:
    found: Any = settings
    for part in path.split("."):
        found = found[int(part)] if part.isdecimal() else getattr(found, part)
    return found


CHANNEL = '[[channels]]\nname = "phone"\nurl = "json://127.0.0.1/"\n'


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        pytest.param("", "timezone", "Asia/Tokyo", id="the zone is the machine's"),
        pytest.param('timezone = "Europe/Berlin"', "timezone", "Europe/Berlin", id="or as given"),
        pytest.param("", "country", "", id="the country is unknown"),
        pytest.param('country = "de"', "country", "DE", id="a country is upper case"),
        pytest.param('country = "XK"', "country", "XK", id="Kosovo has a code in use"),
        pytest.param('poll.every = "PT3H"', "poll.every", timedelta(hours=3), id="ISO 8601"),
        pytest.param('poll.jitter = "0s"', "poll.jitter", timedelta(0), id="no jitter at all"),
        pytest.param("", "poll.fresh_every", timedelta(minutes=15), id="fresh parcels"),
        pytest.param(CHANNEL, "channels.0.min_severity", Severity.INFO, id="a channel hears all"),
        pytest.param(CHANNEL + 'min_severity = "critical"', "channels.0.min_severity", Severity.CRITICAL, id="or less"),
        pytest.param("alerts.remind = []", "alerts.remind", (), id="no reminders"),
        pytest.param("", "alerts.quiet_hours", (time(22), time(7)), id="quiet at night"),
        pytest.param('alerts.quiet_hours = ""', "alerts.quiet_hours", None, id="never quiet"),
        pytest.param('alerts.digest_at = ""', "alerts.digest_at", None, id="no digest"),
        pytest.param("alerts.digest_at = 07:30:00", "alerts.digest_at", time(7, 30), id="a TOML time"),
        pytest.param("alerts.redact = true", "alerts.redact", True, id="redaction on"),
        pytest.param('alerts.language = "DE"', "alerts.language", "de", id="a language"),
        pytest.param("", "alerts.language", "en", id="English unless said otherwise"),
        pytest.param("", "protection.warn_days_before", (14, 7, 3, 1), id="four warnings"),
        pytest.param("protection.warn_days_before = [1, 5, 5]", "protection.warn_days_before", (5, 1), id="in order, once"),
        pytest.param("backup.keep = 3", "backup.keep", 3, id="copies kept"),
        pytest.param('board.path = ""', "board.path", None, id="an empty path is none"),
        pytest.param('heartbeat.url = ""', "heartbeat.url", None, id="an empty heartbeat is none"),
        pytest.param("adapters.cainiao.enabled = false", "adapters.cainiao.enabled", False, id="Cainiao off"),
        pytest.param("adapters.seventeentrack.requests_per_second = 2", "adapters.seventeentrack.requests_per_second", 2.0, id="slower"),
        pytest.param("", "adapters.seventeentrack.active", False, id="17TRACK is off without a key"),
        pytest.param('adapters.seventeentrack.api_key = ""', "adapters.seventeentrack.active", False, id="an empty key is none"),
        pytest.param('adapters.seventeentrack.api_key = "K"', "adapters.seventeentrack.active", True, id="17TRACK is on with a key"),
        pytest.param('adapters.seventeentrack = {api_key = "K", enabled = false}', "adapters.seventeentrack.active", False, id="unless it is switched off"),
    ],
)  # fmt: skip
def test_an_option_is_read_as(desk: Desk, text: str, path: str, expected: object) -> None:
    assert value_at(desk.load(text), path) == expected


def refused(text: str, sentence: str, claim: str) -> Any:
    return pytest.param(text, sentence, id=claim)


FROM = "it must be from"
DURATION = "it must be a duration: write a number and a unit, such as 5d, 12h, 90m or PT3H."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        refused('timezone = "Europe/Berln"', "timezone (config.toml): it must be a time zone of the IANA database; did you mean Europe/Berlin?", "a zone misspelt"),
        refused('timezone = "../../etc/passwd"', "timezone (config.toml): it must be a time zone of the IANA database, such as Europe/Berlin.", "a path for a zone"),
        refused("timezone = 1", "timezone (config.toml): it must be a time zone of the IANA database, such as Europe/Berlin.", "a number for a zone"),
        refused('timezone = "Europe"', "timezone (config.toml): it must be a time zone of the IANA database", "a folder of zones"),
        refused('country = "UK"', "country (config.toml): it must be an ISO 3166 country code; did you mean GB?", "the usual slip for a country"),
        refused('country = "Germany"', "country (config.toml): it must be an ISO 3166 country code of two letters, such as DE.", "a country's name"),
        refused('country = "QQ"', "country (config.toml): it must be an ISO 3166 country code of two letters, such as DE.", "two letters no country has"),
        refused("country = 49", "country (config.toml): it must be an ISO 3166 country code of two letters, such as DE.", "a number for a country"),
        refused('poll.every = "5"', f"poll.every (config.toml): {DURATION}", "a duration without a unit"),
        refused("poll.every = 5", f"poll.every (config.toml): {DURATION}", "a bare number for a duration"),
        refused('poll.every = "0s"', f"poll.every (config.toml): {FROM} 1s to 365d.", "a poll without a pause"),
        refused('poll.jitter = "2d"', f"poll.jitter (config.toml): {FROM} 0s to 1d.", "a jitter of days"),
        refused('alerts.remind = ["1d", "x"]', f"alerts.remind (config.toml): {DURATION}", "a bad pause in a list"),
        refused("alerts.remind = 3", "alerts.remind (config.toml): it must be a list.", "no list of pauses"),
        refused('alerts.quiet_hours = "22-7"', 'alerts.quiet_hours (config.toml): it must be a span of the day such as "22:00-07:00", or empty.', "hours without minutes"),
        refused('alerts.quiet_hours = "22:00"', 'alerts.quiet_hours (config.toml): it must be a span of the day such as "22:00-07:00", or empty.', "half a span"),
        refused('alerts.quiet_hours = "22:00-22:00"', 'alerts.quiet_hours (config.toml): it must be a span of the day such as "22:00-07:00", or empty.', "an empty span"),
        refused('alerts.digest_at = "24:00"', 'alerts.digest_at (config.toml): it must be a time of day such as "08:00", or empty.', "a time that is none"),
        refused('alerts.language = "de-DE"', "alerts.language (config.toml): it must be one of en, de, es; did you mean de?", "a language with its country"),
        refused('alerts.language = "fr"', "alerts.language (config.toml): it must be one of en, de, es.", "a language without a file"),
        refused("alerts.language = 1", "alerts.language (config.toml): it must be one of en, de, es.", "a number for a language"),
        refused('alerts.language = "../config"', "alerts.language (config.toml): it must be one of en, de, es.", "a path for a language"),
        refused("alerts.redact = 1", "alerts.redact (config.toml): it must be true or false.", "a number for a switch"),
        refused("backup.keep = true", "backup.keep (config.toml): it must be a whole number from 1 to 1000.", "a switch for a number"),
        refused("backup.keep = 0", "backup.keep (config.toml): it must be a whole number from 1 to 1000.", "no copy at all"),
        refused("backup.keep = 2.5", "backup.keep (config.toml): it must be a whole number from 1 to 1000.", "half a copy"),
        refused("protection.warn_days_before = []", "protection.warn_days_before (config.toml): it must name at least one day.", "no warning at all"),
        refused("protection.warn_days_before = [0]", "protection.warn_days_before (config.toml): it must be a whole number from 1 to 365.", "a warning when it is over"),
        refused('protection.default_shop = "a b"', "protection.default_shop (config.toml): it must be 1 to 64 letters, digits, dots, hyphens or underscores.", "a shop with a blank"),
        refused('protection.shops.x.starts = "later"', "protection.shops.x.starts (config.toml): it must be one of ordered, paid, shipped, estimated_delivery, delivered.", "an unknown start"),
        refused('protection.shops.x.zone = "Mars"', "protection.shops.x.zone (config.toml): it must be a time zone of the IANA database", "an unknown zone of a shop"),
        refused("protection.shops.x.days = 0", "protection.shops.x.days (config.toml): it must be a whole number from 1 to 3650.", "a protection of no days"),
        refused('protection.shops."a b".days = 1', "it must be 1 to 64 letters, digits, dots, hyphens or underscores.", "a shop's name with a blank"),
        refused("adapters.seventeentrack.requests_per_second = 4", "adapters.seventeentrack.requests_per_second (config.toml): it must be a number from 0.01 to 3.", "faster than 17TRACK allows"),
        refused("adapters.seventeentrack.requests_per_second = nan", "adapters.seventeentrack.requests_per_second (config.toml): it must be a number from 0.01 to 3.", "no number"),
        refused("adapters.seventeentrack.enabled = true", "adapters.seventeentrack (config.toml): it is enabled and has no key; give api_key or api_key_file.", "17TRACK on without a key"),
        refused('adapters.seventeentrack.api_key = "a b"', "adapters.seventeentrack.api_key (config.toml): it must be at most 256 ASCII characters without blanks.", "a key with a blank"),
        refused('adapters.mine.kind = "soap"', "adapters.mine.kind (config.toml): it must be one of http_json.", "an unknown kind of adapter"),
        refused('database.path = ""', "database.path (config.toml): it must be a path and not empty.", "no database"),
        refused("board.path = 1", "board.path (config.toml): it must be a path.", "a number for a path"),
        refused('heartbeat.url = "ftp://x"', "heartbeat.url (config.toml): it must begin with https://.", "a heartbeat by FTP"),
        refused("poll = 1", "poll (config.toml): it must be a table of options.", "a value for a table"),
        refused("channels = 1", "channels (config.toml): it must be a list of tables.", "a value for the channels"),
        refused("rules.clearance = 1", "rules.clearance (config.toml): it must be a table of options.", "a value for a rule"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_with_its_option_and_file(
    desk: Desk, text: str, sentence: str
) -> None:
    assert sentence in desk.refusal(text)


def test_all_problems_are_told_at_once_one_line_each(desk: Desk) -> None:
    told = desk.refusal('country = "UK"\npoll.evry = "1h"\nbackup.keep = 0').splitlines()
    assert [line.partition(" (")[0] for line in told] == [
        "country", "Unknown option poll.evry", "backup.keep",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        pytest.param("https://api.17track.net/track/v2.4/", "https://api.17track.net/track/v2.4", id="a slash at the end goes"),
        pytest.param("http://127.0.0.1:8017/x", "http://127.0.0.1:8017/x", id="http to this machine"),
        pytest.param("http://127.8.9.1", "http://127.8.9.1", id="anywhere in 127.0.0.0/8"),
        pytest.param("http://[::1]:80", "http://[::1]:80", id="IPv6 loopback"),
        pytest.param("http://localhost:1", "http://localhost:1", id="localhost"),
    ],
)  # fmt: skip
def test_a_base_url_is_kept(url: str, kept: str) -> None:
    assert urls.base_url(url) == kept


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        pytest.param("http://api.17track.net", "the key would travel unencrypted", id="http elsewhere"),
        pytest.param("http://127.1", "only to this machine", id="an odd spelling of an address"),
        pytest.param("http://2130706433", "only to this machine", id="an address as one number"),
        pytest.param("http://0x7f000001", "only to this machine", id="an address in hexadecimal"),
        pytest.param("http://[64:ff9b::7f00:1]", "only to this machine", id="this machine through NAT64"),
        pytest.param("http://0.0.0.0", "only to this machine", id="every address of this machine"),
        pytest.param("file:///etc/passwd", "begin with https://", id="a file"),
        pytest.param("http://localhost.evil.example", "only to this machine", id="a name that begins alike"),
        pytest.param("http://192.168.1.2", "only to this machine", id="the home network"),
        pytest.param("https://api.17track.net@evil.example/", "hides the real host", id="a user name"),
        pytest.param("https://@evil.example/", "hides the real host", id="an empty user name"),
        pytest.param("https://u:p@x.example", "hides the real host", id="a password"),
        pytest.param("https://x.example/?a=1", "query or a fragment", id="a query"),
        pytest.param("https://x.example/#a", "query or a fragment", id="a fragment"),
        pytest.param("https://x.example/?", "query or a fragment", id="an empty query"),
        pytest.param("https://x.example\\@evil.example", "backslashes", id="a backslash"),
        pytest.param("https://x.ex ample", "blanks", id="a blank"),
        pytest.param("https://x.example\n.evil", "blanks", id="a line break"),
        pytest.param("https://\u0435xample.org", "outside ASCII", id="letters that only look Latin"),
        pytest.param("https://a%2eb.example", "name a host", id="an encoded host"),
        pytest.param("ftp://x.example", "begin with https://", id="another scheme"),
        pytest.param("x.example", "begin with https://", id="no scheme"),
        pytest.param("https://", "name a host", id="no host"),
        pytest.param("https://x.example:99999", "cannot be read", id="no such port"),
        pytest.param("https://x.example:0", "name a host", id="port zero"),
        pytest.param("https://[::1", "cannot be read", id="half an address"),
        pytest.param("https://x.example/" + "a" * 5000, "not be longer", id="endless"),
        pytest.param("", "must be an address", id="empty"),
        pytest.param(None, "must be an address", id="missing"),
    ],
)  # fmt: skip
def test_a_base_url_is_refused_with_the_reason_and_without_the_address(
    url: object, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason) as caught:
        urls.base_url(url)
    assert "evil" not in str(caught.value)


@given(st.text(max_size=60))
def test_no_text_makes_a_base_url_over_http_to_another_machine(text: str) -> None:
    for url in (text, f"http://{text}", f"http://localhost{text}", f"http://127.0.0.1{text}"):
        try:
            kept = urls.base_url(url)
        except ValueError:
            continue
        host = urls._split(kept).hostname or ""
        assert kept.lower().startswith("https:") or urls._is_this_machine(host)
        assert "@" not in kept
        assert "?" not in kept


@pytest.mark.parametrize(
    ("tz", "timezone", "link", "expected"),
    [
        pytest.param(
            "Asia/Tokyo", "Europe/Paris", "Europe/Rome", "Asia/Tokyo", id="TZ comes first"
        ),
        pytest.param(":Asia/Tokyo", "", "", "Asia/Tokyo", id="a colon before it is allowed"),
        pytest.param("/usr/share/zoneinfo/Asia/Tokyo", "", "", "Asia/Tokyo", id="so is a path"),
        pytest.param("CET-1CEST", "Europe/Paris", "", "Europe/Paris", id="a rule is no zone"),
        pytest.param("", "Europe/Paris\n", "Europe/Rome", "Europe/Paris", id="then /etc/timezone"),
        pytest.param("", "", "Europe/Rome", "Europe/Rome", id="then the link /etc/localtime"),
        pytest.param("", "nonsense", "", "UTC", id="UTC when nothing helps"),
        pytest.param("", "", "", "UTC", id="UTC on a bare machine"),
    ],
)
def test_the_machines_zone(
    tmp_path: Path, tz: str, timezone: str, link: str, expected: str
) -> None:
    if timezone:
        (tmp_path / "timezone").write_text(timezone)
    if link:
        (tmp_path / "localtime").symlink_to(f"/usr/share/zoneinfo/{link}")
    assert zones.machine_zone({"TZ": tz}, tmp_path) == expected


def test_a_damaged_timezone_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "timezone").write_bytes(b"\xff\xfe\x00")
    assert zones.machine_zone({}, tmp_path) == "UTC"


def test_settings_cannot_be_changed(desk: Desk) -> None:
    with pytest.raises(ValueError, match="frozen"):
        desk.load().country = "DE"


def test_settings_made_by_hand_are_the_defaults_whatever_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("parcels_country", "DE")
    monkeypatch.setenv("PARCELS_COUNTRY", "DE")
    assert Settings().country == ""
