"""Secrets come from closed files only, and leave the configuration nowhere."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from monitor.errors import BadConfiguration
from monitor.settings import files, load
from monitor.settings.explaining import explain
from monitor.settings.model import Settings

if TYPE_CHECKING:
    from tests.settings.conftest import Desk

SENTINEL = "s3ntinel-0123456789"
WITH_KEY = f'adapters.seventeentrack.api_key = "{SENTINEL}"\n'
WITH_CHANNEL = f'[[channels]]\nname = "phone"\nurl = "json://127.0.0.1/{SENTINEL}"\n'
WITH_HEARTBEAT = f'heartbeat.url = "https://hc.example/{SENTINEL}"\n'
WITH_OWN_ADAPTER = (
    '[adapters.mine]\nkind = "http_json"\nbase_url = "https://x.example"\n'
    f'headers = {{X-Auth = "{SENTINEL}"}}\n'
)
EVERYTHING = WITH_KEY + WITH_HEARTBEAT + WITH_CHANNEL + WITH_OWN_ADAPTER

US = files.Us(uid=1000, groups=frozenset({1000, 990}))
ROOT = files.Us(uid=0, groups=frozenset({0}))


def found(mode: int, uid: int, gid: int, *, link: bool = False) -> files.Found:
    return files.Found(Path("/etc/p/the key"), b"", mode, uid, gid, link)


@pytest.mark.parametrize(
    ("file", "us"),
    [
        pytest.param(found(0o600, 1000, 1000), US, id="ours and closed"),
        pytest.param(found(0o400, 1000, 1000), US, id="ours and read-only"),
        pytest.param(found(0o600, 0, 0), US, id="root's and closed"),
        pytest.param(found(0o640, 0, 990), US, id="root's and open to a group of ours"),
        pytest.param(found(0o440, 0, 990), US, id="the same, read-only"),
        pytest.param(found(0o640, 0, 0), ROOT, id="root's own group when we are root"),
    ],
)
def test_a_secret_file_is_right_when(file: files.Found, us: files.Us) -> None:
    assert files.fault(file, us) == ""


START = "/etc/p/the key holds a secret and "


@pytest.mark.parametrize(
    ("file", "us", "sentence"),
    [
        pytest.param(found(0o644, 1000, 1000), US, "others may read or change it (mode 0644); run: chmod 600 '/etc/p/the key'", id="readable by all"),
        pytest.param(found(0o640, 1000, 1000), US, "others may read or change it (mode 0640); run: chmod 600 '/etc/p/the key'", id="ours and open to a group"),
        pytest.param(found(0o602, 1000, 1000), US, "others may read or change it (mode 0602); run: chmod 600 '/etc/p/the key'", id="writable by all"),
        pytest.param(found(0o644, 0, 990), US, "others may read or change it (mode 0644); run: chmod 640 '/etc/p/the key'", id="root's with our group, readable by all"),
        pytest.param(found(0o660, 0, 990), US, "others may read or change it (mode 0660); run: chmod 640 '/etc/p/the key'", id="root's, writable by our group"),
        pytest.param(found(0o640, 0, 50), US, "its group (id 50), which is none of this program's, may read it (mode 0640); run as a member of that group, or run: chmod 600 '/etc/p/the key'", id="root's with a foreign group"),
        pytest.param(found(0o640, 0, 990), ROOT, "its group (id 990), which is none of this program's, may read it (mode 0640); run as a member of that group, or run: chmod 600 '/etc/p/the key'", id="a service's group when we are root"),
        pytest.param(found(0o600, 1001, 1001), US, "belongs to another user (id 1001); run: chown 1000 '/etc/p/the key' && chmod 600 '/etc/p/the key'", id="another user's"),
        pytest.param(found(0o600, 1000, 1000, link=True), US, "is a symbolic link; name the file it points to instead.", id="a symbolic link"),
    ],
)  # fmt: skip
def test_a_secret_file_is_refused_with_the_command_that_mends_it(
    file: files.Found, us: files.Us, sentence: str
) -> None:
    assert files.fault(file, us) == START + sentence


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(WITH_KEY, id="a key"),
        pytest.param(WITH_CHANNEL, id="a channel URL"),
        pytest.param(WITH_HEARTBEAT, id="a heartbeat URL"),
        pytest.param(WITH_OWN_ADAPTER, id="a header of one's own adapter"),
    ],
)
def test_a_configuration_with_a_secret_must_be_closed(desk: Desk, text: str) -> None:
    path = desk.write(text, mode=0o644)
    with pytest.raises(BadConfiguration, match=r"\(mode 0644\); run: chmod 600 /") as caught:
        load(path, desk.environ)
    assert SENTINEL not in str(caught.value)


def test_a_configuration_without_a_secret_may_be_open(desk: Desk) -> None:
    path = desk.write('heartbeat.url = ""\nadapters.seventeentrack.api_key_file = ""', mode=0o644)
    assert load(path, desk.environ).secret_files == ()


def test_a_configuration_without_a_secret_may_be_a_link(desk: Desk) -> None:
    (desk.folder / "link.toml").symlink_to(desk.write('country = "DE"', mode=0o644))
    assert load(desk.folder / "link.toml", desk.environ).country == "DE"


def test_a_configuration_with_a_secret_may_be_no_link(desk: Desk) -> None:
    (desk.folder / "link.toml").symlink_to(desk.write(WITH_KEY))
    with pytest.raises(BadConfiguration, match=r"link\.toml holds a secret and is a symbolic link"):
        load(desk.folder / "link.toml", desk.environ)


def test_a_configuration_among_the_credentials_is_taken_as_it_is(desk: Desk) -> None:
    path = desk.write(WITH_KEY, "credentials/config.toml", mode=0o444)
    environ = desk.environ | {"CREDENTIALS_DIRECTORY": str(path.parent)}
    assert load(path, environ).adapters.seventeentrack.active


KEY_FILE = 'adapters.seventeentrack.api_key_file = "key"'


def test_a_key_file_is_read_from_beside_the_configuration(desk: Desk) -> None:
    path = desk.write(f"{SENTINEL}\n", "key")
    settings = desk.load(KEY_FILE)
    key = settings.adapters.seventeentrack.api_key
    assert key is not None
    assert key.get_secret_value() == SENTINEL
    assert settings.secret_files == (path,)


def test_a_url_file_makes_a_channel(desk: Desk) -> None:
    desk.write(f"json://127.0.0.1/{SENTINEL}\n", "mail-url")
    settings = desk.load('[[channels]]\nname = "mail"\nurl_file = "mail-url"')
    assert settings.channels[0].url.get_secret_value() == f"json://127.0.0.1/{SENTINEL}"


@pytest.mark.parametrize(
    ("content", "mode", "sentence"),
    [
        pytest.param(b"", 0o600, "key is empty; it should hold one line, the secret.", id="empty"),
        pytest.param(b"\n\n", 0o600, "key is empty", id="blank"),
        pytest.param(b"a\nb\n", 0o600, "key has more than one line", id="two lines"),
        pytest.param(b"\xff\xfe\x00", 0o600, "key is not UTF-8 text", id="binary"),
        pytest.param(b"k" * 9000, 0o600, "key is larger than 8 KiB; it is not read.", id="huge"),
        pytest.param(b"k", 0o644, "key holds a secret and others may read or change it (mode 0644)", id="open"),
        pytest.param(b"a b", 0o600, "api_key (api_key_file key): it must be at most 256 ASCII", id="no key"),
    ],
)  # fmt: skip
def test_a_secret_file_is_refused_by_name(
    desk: Desk, content: bytes, mode: int, sentence: str
) -> None:
    desk.write(content, "key", mode)
    assert sentence in desk.refusal(KEY_FILE)


@pytest.mark.parametrize(
    ("option", "text"),
    [
        pytest.param("adapters.seventeentrack.api_key_file", "{}", id="a key"),
        pytest.param("channels.0.url_file", "tgram://{}/123", id="an address"),
        pytest.param("channels.0.url_file", f"json://x/{{}}{'/x' * 1500}", id="a long one"),
        pytest.param("adapters.seventeentrack.api_key_file", f"{{}}{'x' * 300}", id="a name too long"),
    ],
)  # fmt: skip
def test_a_secret_that_stands_in_place_of_its_files_path_is_not_repeated(
    desk: Desk, option: str, text: str
) -> None:
    given = f'{option.rpartition(".")[2]} = "{text.format(SENTINEL)}"'
    own = '[[channels]]\nname = "phone"'
    table = own if "channels" in option else "[adapters.seventeentrack]"
    said = desk.refusal(f"{table}\n{given}")
    assert said == (
        f"There is no file of the name that {option} gives; it takes the path of a file that holds "
        "the secret, and not the secret itself."
    )


def test_a_secret_address_in_place_of_a_channels_name_is_not_repeated(desk: Desk) -> None:
    said = desk.refusal(f'[[channels]]\nname = "tgram://{SENTINEL}/1"\nurl = "json://x"')
    assert said.startswith("channels.0.name (config.toml): it must be 1 to 64 letters")
    assert SENTINEL not in said


def test_a_secret_file_in_a_folder_that_only_others_may_enter_is_said_to_be_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("os.lstat", forbidden)
    assert not files.is_nowhere(Path("/etc/parcels/key"))


def test_a_secret_file_may_be_no_link(desk: Desk) -> None:
    (desk.folder / "key").symlink_to(desk.write("K", "real-key"))
    assert "key holds a secret and is a symbolic link" in desk.refusal(KEY_FILE)


def test_a_secret_file_may_be_no_pipe(desk: Desk) -> None:
    os.mkfifo(desk.folder / "key")
    assert desk.refusal(KEY_FILE) == "key is not a regular file."


def test_a_link_that_leads_to_itself_is_refused(desk: Desk) -> None:
    (desk.folder / "key").symlink_to("key")
    assert "key cannot be read: Too many levels of symbolic links." in desk.refusal(KEY_FILE)


def test_a_key_and_a_key_file_in_one_place_exclude_each_other(desk: Desk) -> None:
    desk.write("K", "key")
    assert desk.refusal(f"{WITH_KEY}{KEY_FILE}") == (
        "adapters.seventeentrack has both api_key and api_key_file; give one of them."
    )


def test_a_key_of_the_environment_outranks_a_key_file_that_is_not_even_there(desk: Desk) -> None:
    settings = desk.load(KEY_FILE, PARCELS_ADAPTERS__SEVENTEENTRACK__API_KEY=SENTINEL)
    assert settings.secrets() == (SENTINEL,)
    assert settings.adapters.seventeentrack.api_key_file is None


def test_a_key_file_of_the_environment_outranks_a_key_of_the_file(desk: Desk) -> None:
    path = desk.write("other-key", "other")
    settings = desk.load(WITH_KEY, PARCELS_ADAPTERS__SEVENTEENTRACK__API_KEY_FILE=str(path))
    assert settings.secrets() == ("other-key",)


def test_credentials_are_taken_as_the_service_manager_made_them(desk: Desk) -> None:
    desk.write(f"{SENTINEL}\n", "c/adapters__seventeentrack__api_key", mode=0o444)
    desk.write("json://127.0.0.1/a\n", "c/channels__phone__url", mode=0o440)
    desk.write(b"\xff\x00", "c/tls.key", mode=0o444)
    settings = desk.load(CREDENTIALS_DIRECTORY=str(desk.folder / "c"))
    assert settings.secrets()[0] == SENTINEL
    assert [channel.name for channel in settings.channels] == ["phone"]


def test_a_key_file_in_the_credentials_directory_may_have_any_mode(desk: Desk) -> None:
    path = desk.write(SENTINEL, "c/key", mode=0o444)
    settings = desk.load(
        CREDENTIALS_DIRECTORY=str(path.parent),
        PARCELS_ADAPTERS__SEVENTEENTRACK__API_KEY_FILE=str(path),
    )
    assert settings.secrets() == (SENTINEL,)


def test_a_credentials_directory_that_is_not_there_is_no_error(desk: Desk) -> None:
    assert desk.load(CREDENTIALS_DIRECTORY=str(desk.folder / "none")).secrets() == ()


def test_a_binary_credential_of_ours_is_an_error(desk: Desk) -> None:
    desk.write(b"\xff\x00", "c/heartbeat__url")
    told = desk.refusal(CREDENTIALS_DIRECTORY=str(desk.folder / "c"))
    assert told == "c/heartbeat__url is not UTF-8 text; it should hold one line."


def test_a_credentials_directory_that_is_a_file_is_an_error(desk: Desk) -> None:
    path = desk.write("x", "c")
    assert "c" in desk.refusal(CREDENTIALS_DIRECTORY=str(path))


def test_no_secret_shows_in_any_form_of_the_settings(desk: Desk) -> None:
    settings = desk.load(EVERYTHING)
    shown = [repr(settings), str(settings), repr(settings.channels), repr(explain(settings))]
    assert [text for text in shown if SENTINEL in text] == []


def test_all_secrets_are_there_for_the_redaction_of_logs_longest_first(desk: Desk) -> None:
    secrets = desk.load(EVERYTHING).secrets()
    assert secrets == (
        f"https://hc.example/{SENTINEL}", f"json://127.0.0.1/{SENTINEL}", SENTINEL,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("url", "parts", "public"),
    [
        pytest.param("tgram://123456789:AbCdEf_1234/987654321", {"123456789:AbCdEf_1234", "AbCdEf_1234"}, {"tgram"}, id="a Telegram token"),
        pytest.param("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", {"TIiajkdnlazkcOXrIdevi7FQ"}, {"slack"}, id="a Slack token"),
        pytest.param("mailto://me:pass%20word@mail.example.org", {"pass%20word", "pass word"}, {"mail.example.org"}, id="a mail password"),
        pytest.param("json://127.0.0.1:8080/services/tok3n-abcdef", {"tok3n-abcdef"}, {"127.0.0.1", "services", "8080"}, id="a path"),
        pytest.param("json://h/?+Authorization=Bearer%20abc12345x", {"Bearer abc12345x"}, {"Authorization"}, id="a header"),
    ],
)  # fmt: skip
def test_parts_of_a_channel_url_that_look_like_tokens_are_secrets(
    desk: Desk, url: str, parts: set[str], public: set[str]
) -> None:
    secrets = set(desk.load(f'[[channels]]\nname = "x"\nurl = "{url}"').secrets())
    assert parts | {url} <= secrets
    assert not public & secrets


def test_what_is_too_short_to_hide_is_not_redacted(desk: Desk) -> None:
    assert desk.load('adapters.seventeentrack.api_key = "12345"').secrets() == ()


BAD_SECRETS = [
    f'adapters.seventeentrack.api_key = "{SENTINEL} {SENTINEL}"',
    f'adapters.seventeentrack.api_key = ["{SENTINEL}"]',
    f'adapters.seventeentrack = "{SENTINEL}"',
    f'adapters.seventeentrack.base_url = "https://{SENTINEL}@x.example"',
    f'heartbeat.url = "{SENTINEL}"',
    f'heartbeat = "{SENTINEL}"',
    f'channels = ["{SENTINEL}"]',
    f'channels = "{SENTINEL}"',
    f'[[channels]]\nurl = "json://x/{SENTINEL}"',
    f'[[channels]]\nname = "x"\nurl = "{SENTINEL}"',
    f'[[channels]]\nname = "x"\nurl = "json://x/{SENTINEL}?retry=1"',
    f'timezone = "{SENTINEL}"',
    f'poll.every = "{SENTINEL}"',
    f'database.path = ["{SENTINEL}"]',
    f'protection.shops.x.starts = "{SENTINEL}"',
    f'country = "{SENTINEL}"\nbroken',
]


@pytest.mark.parametrize("text", BAD_SECRETS)
def test_no_refusal_repeats_a_value(desk: Desk, text: str) -> None:
    assert SENTINEL not in desk.refusal(text)


def test_the_library_prints_no_values_even_when_asked_to_debug(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("PYDANTIC_SETTINGS_DEBUG", "1")
    with caplog.at_level("DEBUG"):
        desk.load(EVERYTHING)
    assert SENTINEL not in caplog.text


def test_the_library_itself_does_not_repeat_what_it_refuses() -> None:
    """Our sentences leave it out; an error that came past them would not, without its setting."""
    with pytest.raises(ValidationError) as refusal:
        Settings.model_validate({"country": SENTINEL, "heartbet": SENTINEL})
    assert SENTINEL not in str(refusal.value) + repr(refusal.value)


@pytest.mark.parametrize("folder", ["~nobody-of-this-name", "/usr", "relative"])
def test_a_credentials_directory_that_holds_other_things_is_not_walked_through(
    desk: Desk, folder: str
) -> None:
    assert desk.load(CREDENTIALS_DIRECTORY=folder).secrets() == ()
