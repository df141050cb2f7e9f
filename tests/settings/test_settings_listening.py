"""Where the program may be reached: nowhere by default, and only on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.errors import BadConfiguration
from monitor.settings import load
from monitor.settings.explaining import explain
from monitor.settings.listening import listen

if TYPE_CHECKING:
    from tests.settings.conftest import Desk


def test_nothing_listens_unless_it_is_asked_for(desk: Desk) -> None:
    assert load(None, desk.environ).webhook.listen is None
    assert load(desk.write('[webhook]\nlisten = ""\n'), desk.environ).webhook.listen is None


@pytest.mark.parametrize(
    ("text", "host", "shown"),
    [
        pytest.param("127.0.0.1:8765", "127.0.0.1", "127.0.0.1:8765", id="this machine"),
        pytest.param(" 127.0.0.2:1 ", "127.0.0.2", "127.0.0.2:1", id="another of its addresses"),
        pytest.param("[::1]:65535", "::1", "[::1]:65535", id="its IPv6 address"),
        pytest.param("[0:0::1]:80", "::1", "[::1]:80", id="the same, spelt at length"),
        pytest.param("localhost:8765", "127.0.0.1", "127.0.0.1:8765", id="its name"),
    ],
)
def test_an_address_of_this_machine_is_taken(text: str, host: str, shown: str) -> None:
    found = listen(text)
    assert found is not None
    assert (found.host, str(found)) == (host, shown)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        pytest.param("0.0.0.0:8765", "this machine alone", id="every address"),
        pytest.param("[::]:8765", "this machine alone", id="every IPv6 address"),
        pytest.param("192.168.1.2:8765", "this machine alone", id="the home network"),
        pytest.param("[fe80::1%lo]:8765", "this machine alone", id="an address of one link"),
        pytest.param("[::1%lo]:8765", "this machine alone", id="the loopback with a zone"),
        pytest.param("[::ffff:127.0.0.1]:80", "this machine alone", id="IPv4 in the form of IPv6"),
        pytest.param("example.org:8765", "with a port", id="a name"),
        pytest.param("127.0.0.1", "with a port", id="no port"),
        pytest.param(":8765", "with a port", id="no address"),
        pytest.param("8765", "with a port", id="a port alone"),
        pytest.param(8765, "with a port", id="a number"),
        pytest.param("::1:8765", "in brackets", id="IPv6 without brackets"),
        pytest.param("[127.0.0.1]:80", "in brackets", id="IPv4 in brackets"),
        pytest.param("127.0.0.1:0", "from 1 to 65535", id="port zero"),
        pytest.param("127.0.0.1:65536", "from 1 to 65535", id="no such port"),
        pytest.param("127.0.0.1:٨٠", "with a port", id="other digits"),
        pytest.param("127.1:80", "with a port", id="an odd spelling of an address"),
        pytest.param("http://127.0.0.1:80", "with a port", id="a URL"),
    ],
)
def test_any_other_is_refused_with_the_reason(desk: Desk, value: object, reason: str) -> None:
    text = value if isinstance(value, int) else f'"{value}"'
    with pytest.raises(BadConfiguration, match=reason) as trouble:
        load(desk.write(f"[webhook]\nlisten = {text}\n"), desk.environ)
    assert "webhook.listen" in str(trouble.value).replace("[webhook] listen", "webhook.listen")


def test_it_is_shown_as_one_would_write_it(desk: Desk) -> None:
    settings = load(desk.write('[webhook]\nlisten = "[::1]:8765"\n'), desk.environ)
    (row,) = [row for row in explain(settings) if row.path == "webhook.listen"]
    assert (row.value, row.note) == ('"[::1]:8765"', "")
