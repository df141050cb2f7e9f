"""Which URLs make a channel, and which are refused with a sentence."""

from __future__ import annotations

import subprocess
import sys

import pytest

from monitor.channels import Channel, open_channel
from monitor.channels.target import LOCAL
from monitor.errors import BadConfiguration
from monitor.schedule import Severity

pytestmark = [
    # Apprise loads its PGP support, which looks for a module that Python 3.13 dropped.
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning"),
]

CHATS = "tgram://123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("json://127.0.0.1:8080/hook", id="a webhook on this machine"),
        pytest.param("jsons://hook.example/?:alert=1&+X-Key=abc", id="a field and a header"),
        pytest.param("json://hook.example/?:retry=1&+format=x", id="fields that only look alike"),
        pytest.param(f"{CHATS}/12345", id="one Telegram chat"),
        pytest.param("mailtos://u:p@mail.example?to=a@home.example", id="one recipient"),
        pytest.param("ntfys://ntfy.example/topic", id="one ntfy topic"),
        pytest.param("json://hook.example/?rto=5&cto=2", id="the owner's own time-outs"),
        pytest.param(
            "https://discord.com/api/webhooks/123456789012345678/abcdefghijklmnopqrst",
            id="the address a service itself hands out",
        ),
    ],
)
def test_one_target_makes_a_channel(url: str) -> None:
    channel = open_channel(Channel("phone", url, Severity.WARNING))
    assert (channel.name, channel.min_severity) == ("phone", Severity.WARNING)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        pytest.param("", "not an Apprise URL", id="nothing"),
        pytest.param("phone", "not an Apprise URL", id="a word"),
        pytest.param("jsn://host/", "does not know", id="a misspelt service"),
        pytest.param("https://home.example/", "does not know", id="a page that is no service"),
        pytest.param(
            "tgram://chat", "cannot be read as a tgram:// URL", id="a service without key"
        ),
        pytest.param("mqtt://host/topic", "package that is not installed", id="a missing package"),
        pytest.param(f"{CHATS}/123/456", "2 targets", id="two chats"),
        pytest.param(
            "mailto://h.example?from=a@b.de&to=c@d.de,e@f.de", "2 targets", id="two mails"
        ),
        pytest.param("json://one.example, json://two.example", "2 targets", id="two URLs"),
        pytest.param("json://h/?optional=yes", "'optional'", id="a failure told as success"),
        pytest.param("json://h/?retry=2", "'retry'", id="repeats behind our back"),
        pytest.param("json://h/?Format=html", "'format'", id="markup, in any case"),
        pytest.param("json://h/?a=1;overflow=split", "'overflow'", id="several messages from one"),
        pytest.param("json://h/?redirect=yes", "'redirect'", id="a key that travels on"),
        pytest.param("json://h/?%6fptional=yes", "'optional'", id="an option in disguise"),
        *(
            pytest.param(f"{name}://", "this machine only", id=f"{name} is local")
            for name in sorted(LOCAL)
        ),
    ],
)
def test_refused_with_the_channel_and_the_reason(url: str, said: str) -> None:
    with pytest.raises(BadConfiguration, match="'phone'") as caught:
        open_channel(Channel("phone", url, Severity.INFO))
    assert said in str(caught.value)


def test_the_local_services_are_those_that_apprise_has() -> None:
    """Were one renamed, the list would refuse nothing."""
    from apprise import Apprise

    schemas = {
        schema
        for service in Apprise().details(show_disabled=True)["schemas"]
        for schema in (*(service["protocols"] or ()), *(service["secure_protocols"] or ()))
    }
    assert schemas >= LOCAL


def test_the_secrets_of_a_channel_are_its_url_and_its_keys_but_no_host_name() -> None:
    url = "jsons://user:pass%20word@hooks.mail.example/services/T0KEN123?+X-Key=abcdefgh"
    channel = Channel("phone", url, Severity.INFO)
    assert url in channel.secrets
    assert {"pass%20word", "pass word", "T0KEN123", "abcdefgh"} <= set(channel.secrets)
    assert not any(secret == "hooks.mail.example" for secret in channel.secrets)
    assert "T0KEN123" not in repr(channel)


def test_importing_the_channels_loads_neither_apprise_nor_httpx() -> None:
    check = "import sys, monitor.channels; print({'apprise', 'httpx'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
