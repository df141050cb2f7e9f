"""`parcels init`: a configuration to begin with, every option commented."""

from __future__ import annotations

import os
import shlex
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.errors import BadConfiguration, BadInput, visible
from monitor.files import written_beside

if TYPE_CHECKING:
    from collections.abc import Callable

WELCOME = (
    "A few questions; Enter takes what stands in brackets, or leaves it out. Everything can be "
    "changed in the file later."
)
MAIL = frozenset({"mailto", "mailtos"})


@click.command("init", epilog="Example: parcels init --yes")
@click.argument("file", metavar="[FILE]", required=False, type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Write it even if there is one already.")
@click.option("--yes", is_flag=True, help="Ask nothing; write the options as comments.")
@click.pass_context
def init_command(ctx: click.Context, file: Path | None, force: bool, yes: bool) -> None:
    """Write a configuration with every option explained: to FILE, else where it is looked for.
    On a terminal it asks for what matters most."""
    path = file or _usual_place(ctx.find_root().obj)
    _refuse(path, force=force)
    asked = sys.stdin.isatty() and not yes
    text = filled(template(), _answers() if asked else {})
    _write(path, text, force=force)
    click.echo(f"Written: {visible(str(path))}\n\nNext:")
    for line in _next_steps(path, text):
        click.echo(f"  {visible(line)}")


def _usual_place(named: str | None) -> Path:
    """Where this configuration would be read: --config, $PARCELS_CONFIG, the user's own."""
    from monitor.settings.places import xdg

    given = named or os.environ.get("PARCELS_CONFIG")
    if given:
        return Path(given)
    return xdg(os.environ, "XDG_CONFIG_HOME", ".config") / "parcels" / "config.toml"


def _refuse(path: Path, *, force: bool) -> None:
    if path.is_dir():
        raise BadInput(f"{path} is a folder; name a file.")
    if os.path.lexists(path) and not force:
        raise BadInput(
            f"{path} exists already and was not touched. To write it anew, which forgets what "
            "stands in it: parcels init --force"
        )


# -- the text


def template() -> str:
    """config.example.toml, as it is installed."""
    from importlib.resources import files

    return files("monitor").joinpath("data", "config.toml").read_text(encoding="utf-8")


def filled(text: str, answers: dict[str, str]) -> str:
    """The template with some options set, each in its place.

    `answers` may hold timezone, country, api_key, and name and url of a channel; "" is left out.
    """
    lines = text.split("\n")
    given = {name: value for name, value in answers.items() if value}
    for name in ("timezone", "country"):
        _set(lines, "", name, given)
    if "api_key" in given:
        _set(lines, "[adapters.seventeentrack]", "api_key", given)
    if "url" in given:
        for name in ("name", "url"):
            _set(lines, "[[channels]]", name, given)
    return "\n".join(lines)


def _set(lines: list[str], table: str, name: str, given: dict[str, str]) -> None:
    """Take the comment from the first such line below the table's, and from the table's own."""
    if name not in given:
        return
    start = next(n for n, line in enumerate(lines) if line.lstrip("#") == table) if table else 0
    lines[start] = table or lines[start]
    row = next(n for n in range(start, len(lines)) if lines[n].startswith(f"#{name} = "))
    lines[row] = f"{name} = {_quoted(given[name])}"


def _quoted(value: str) -> str:
    """A TOML basic string; what JSON escapes, TOML does likewise."""
    import json

    return json.dumps(value, ensure_ascii=False)


# -- the questions


def _answers() -> dict[str, str]:
    from monitor.settings import values, zones

    click.echo(f"{WELCOME}\n", err=True)
    found = {
        "country": _ask("Country your parcels come to (two letters)", zones.country_code),
        "timezone": _ask(
            "Time zone dates are shown in", zones.zone_name, zones.machine_zone(os.environ)
        ),
        "api_key": _ask(
            "17TRACK API key (not shown while you type)", _bare(values.key), secret=True
        ),
        "url": _ask("Where alerts go: an Apprise URL (not shown either)", _channel, secret=True),
    }
    schema = found["url"].partition(":")[0].lower()
    return found | {"name": "mail" if schema in MAIL else "phone"}


def _ask(
    question: str, read: Callable[[str], str], default: str = "", *, secret: bool = False
) -> str:
    """What was typed, as the configuration reads it; asked again until it can be read."""
    while True:
        typed = click.prompt(
            question, default=default, show_default=bool(default), hide_input=secret, err=True
        )
        try:
            return read(typed.strip()) if typed.strip() else ""
        except ValueError as error:
            click.echo(f"  That cannot be taken: {error}.", err=True)
        except BadConfiguration as error:
            click.echo(f"  That cannot be taken: {error}", err=True)


def _bare(read: Callable[[str], object]) -> Callable[[str], str]:
    """A reader that only judges: what was typed is written."""

    def judged(typed: str) -> str:
        read(typed)
        return typed

    return judged


def _channel(typed: str) -> str:
    from monitor.channels import Channel, open_channel
    from monitor.schedule import Severity
    from monitor.settings.urls import channel_url

    url = channel_url(typed).get_secret_value()
    open_channel(Channel("new", url, Severity.INFO))
    return url


# -- the file


def _write(path: Path, text: str, *, force: bool) -> None:
    """Whole or not at all, for the owner's eyes only, and never a file that could not be read."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with written_beside(path, text.encode()) as fresh:
            _must_load(fresh)
            _put(fresh, path, force=force)
    except OSError as error:
        said = f"{path} cannot be written ({error.strerror}). Name a file that belongs to you."
        raise BadInput(said) from None


def _must_load(path: Path) -> None:
    from monitor.settings import load

    load(path, {"HOME": os.environ.get("HOME", "")})


def _put(fresh: Path, path: Path, *, force: bool) -> None:
    if force:
        fresh.replace(path)
        return
    try:
        os.link(fresh, path)  # unlike a rename, never over a file that came meanwhile
    except FileExistsError:
        _refuse(path, force=False)
    except OSError:  # a file system without hard links
        _refuse(path, force=False)
        fresh.replace(path)


# -- what comes next


def _next_steps(path: Path, text: str) -> list[str]:
    call = f"parcels {_found_by(path)}"
    missing = [
        what
        for option, what in (
            ("api_key", "a key for 17TRACK"),
            ("url", "a channel"),
        )
        if f"\n{option} = " not in text
    ]
    edit = [f"$EDITOR {shlex.quote(str(path))}   # {', '.join(missing)}"] if missing else []
    return [
        *edit,
        f"{call}notify-test",
        f'{call}add NUMBER --label "What it is" --shipped DATE',
        f"{call}run",
    ]


def _found_by(path: Path) -> str:
    """The option that other commands need to read this file; "" where they do so by themselves."""
    from monitor.settings.places import config_file

    with suppress(BadConfiguration, OSError):
        read = config_file(None, os.environ)
        if read is not None and read.samefile(path):
            return ""
    return f"--config {shlex.quote(str(path.absolute()))} "
