"""From an Apprise URL to exactly one target that is safe to send to again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from monitor.channels.quiet import quiet_libraries
from monitor.channels.sending import BODY_LIMIT, CONNECT, READ, TITLE_LIMIT, OpenChannel
from monitor.errors import BadConfiguration
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from apprise import Apprise, NotifyBase

    from monitor.channels.channel import Channel

_SCHEMA = re.compile(r"\s*([a-z0-9]+)://", re.IGNORECASE)

LOCAL = frozenset(
    {
        "blink1",
        "dbus",
        "gio",
        "glib",
        "gnome",
        "kde",
        "macosx",
        "qt",
        "syslog",
        "windows",
    }
)
"""Schemas of Apprise 2.2.0 that act on this machine instead of reaching a person."""

REFUSED = {
    "optional": "it would report a failed delivery as a success",
    "retry": "the monitor repeats failed messages itself",
    "format": "messages are plain text, and another format would bring carriers' markup to life",
    "overflow": "the monitor sees to the length of messages itself",
    "redirect": "redirects are not followed, because the key would travel along",
}
"""Query options of any Apprise URL that would break what a Result promises, and why."""


def open_channel(channel: Channel) -> OpenChannel:
    """Loads Apprise (about 0.3 s the first time) and checks the URL; sends nothing.

    Raises BadConfiguration, naming the channel and never its URL.
    """
    name = clean_text(channel.name, 60)
    quiet_libraries()  # first: Apprise prints a URL that it cannot read in full
    schema = _schema(name, channel.url)
    _refuse_options(name, channel.url)
    apprise = _loaded(name, schema, channel.url)
    service = apprise[0]
    _restrain(service)
    return OpenChannel(channel.name, channel.min_severity, apprise, service)


def _schema(name: str, url: str) -> str:
    found = _SCHEMA.match(url)
    if found is None:
        raise BadConfiguration(
            f"The URL of channel {name!r} is not an Apprise URL; it has the form service://…"
        )
    schema = found[1].lower()
    if schema in LOCAL:
        raise BadConfiguration(
            f"Channel {name!r} uses {schema}://, which shows messages on this machine only; "
            "choose a service that reaches you"
        )
    return schema


def _refuse_options(name: str, url: str) -> None:
    """Apprise takes options after ? separated by & or ;, in any case, percent-encoded or not."""
    _, _, query = url.partition("?")
    for option in re.split(r"[&;?]", query):
        key = unquote(option.partition("=")[0]).strip().lower()
        if key in REFUSED:
            raise BadConfiguration(
                f"The URL of channel {name!r} has the option {key!r}; take it out: {REFUSED[key]}"
            )


def _loaded(name: str, schema: str, url: str) -> Apprise:
    from apprise import Apprise, AppriseAsset  # noqa: PLC0415 - costs 0.3 s; only when telling

    asset = AppriseAsset(
        app_id="Parcels",
        async_mode=False,
        http_redirects=False,
        interpret_escapes=False,
        pem_autogen=False,
        pgp_autogen=False,
        service_timeout=0,  # the call's own time-out is the one that counts
        storage_mode="memory",
    )
    apprise = Apprise(asset=asset)
    if not apprise.add(url) or len(apprise) == 0:
        raise BadConfiguration(_why_not(name, schema))
    targets = sum(len(service) for service in apprise)
    if len(apprise) != 1 or targets != 1:
        raise BadConfiguration(
            f"The URL of channel {name!r} has {targets} targets; write one channel for each, or a "
            "message that one of them refuses would reach the others twice."
        )
    return apprise


def _why_not(name: str, schema: str) -> str:
    from apprise.apprise import N_MGR  # noqa: PLC0415 - loaded already

    services: Any = N_MGR
    if schema not in services:
        return f"Channel {name!r} uses {schema}://, which Apprise does not know; check the spelling"
    if not services[schema].enabled:
        return f"Channel {name!r} uses {schema}://, which needs a package that is not installed"
    return (
        f"The URL of channel {name!r} cannot be read as a {schema}:// URL; "
        "compare it with the page of that service in Apprise's documentation"
    )


def _restrain(service: NotifyBase) -> None:
    """Lets nothing be left out for length, and bounds each read of the service.

    Apprise counts a text after escaping it, where a blank has six characters; the services count
    what is seen, of which `send` keeps less than they take. For those that take less, the text
    is split. The owner's own `rto` and `cto` (seconds, in the URL) stand.
    """
    from apprise import OverflowMode  # noqa: PLC0415 - loaded already

    roomy = service.body_maxlen >= BODY_LIMIT + TITLE_LIMIT
    service.overflow_mode = OverflowMode.UPSTREAM if roomy else OverflowMode.SPLIT
    plain = type(service)
    if service.socket_read_timeout == plain.socket_read_timeout:
        service.socket_read_timeout = READ
    if service.socket_connect_timeout == plain.socket_connect_timeout:
        # Mail uses this one for its whole conversation, so that it must not be the shorter one.
        service.socket_connect_timeout = READ if service.schema.startswith("mailto") else CONNECT
