"""`parcels board` and `parcels evidence`: pages to look at, and to hand on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.office import office_of
from monitor.cli.refs import all_parcels
from monitor.cli.views import views
from monitor.errors import BadInput
from monitor.files import PRIVATE, PUBLIC, write_page

if TYPE_CHECKING:
    from monitor.settings import Settings

STANDARD_OUTPUT = Path("-")
MADE_FOR_A_BROWSER = (
    "This is a page for a browser. Name a file for it: {command} -o {name}. To see it here: "
    "{command} -o -"
)


@click.command("board", epilog="Example: parcels board -o parcels.html")
@click.option("-o", "--output", "file", type=click.Path(path_type=Path), metavar="FILE",
              help="Write the page there, mode 0600; - is standard output.")  # fmt: skip
@click.pass_context
def board_command(ctx: click.Context, file: Path | None) -> None:
    """One page (HTML) of all parcels, most urgent first, for a browser, a phone or a printer. It needs
    nothing but itself. With [board] path set it is written there after each pass as well."""
    from monitor.sweep.board import board_of

    target = _target(file, "parcels board", "parcels.html")
    with office_of(ctx, only_reads=True) as office:
        settings = office.settings
        lasting = target is not None and target == settings.board.path
        made = board_of(office.history, settings, office.policies, office.now, lasting=lasting)
        _hand_over(target, made.encode(), settings)


def _target(file: Path | None, command: str, name: str) -> Path | None:
    """The file to write, None for standard output. Raises BadInput where that would be a terminal
    nobody has asked for.
    """
    if file is None and sys.stdout.isatty():
        raise BadInput(MADE_FOR_A_BROWSER.format(command=command, name=name))
    return None if file is None or file == STANDARD_OUTPUT else file.expanduser()


def _hand_over(target: Path | None, made: bytes, settings: Settings) -> None:
    if target is None:
        _print(made)
        return
    write_page(target, made, PUBLIC if target == settings.board.path else PRIVATE)
    click.echo(f"Written: {target}")


def _print(made: bytes) -> None:
    """In UTF-8, as the page says of itself, whatever the terminal's own encoding is."""
    binary = getattr(sys.stdout, "buffer", None)
    if binary is None:  # somebody put another stream there, which takes text
        click.echo(made.decode(), nl=False)
        return
    sys.stdout.flush()
    binary.write(made)


@click.command("evidence", epilog="Example: parcels evidence kettle -o kettle.zip")
@click.argument("ref", metavar="REF", shell_complete=all_parcels)
@click.option("-o", "--output", "file", type=click.Path(path_type=Path), metavar="FILE",
              help="Write it there, mode 0600: .html is the page, .zip adds table and answers.")  # fmt: skip
@click.pass_context
def evidence_command(ctx: click.Context, ref: str, file: Path | None) -> None:
    """The dispute kit of one parcel, to hand to shop, bank or carrier: a summary for who has twenty
    seconds, the order, all that was said and what it means, the silence drawn, the deadlines, what you
    did, and the hashes of the answers kept. Numbers are whole in it, also with alerts.redact."""
    from monitor.sweep.evidence import evidence_files, evidence_of

    target = _target(file, f"parcels evidence {ref}", "evidence.html")
    packed = _is_packed(target)
    with office_of(ctx, only_reads=True) as office:
        view = views(office, [office.history.parcels.find(ref)])[0]
        zone = office.settings.zone
        if packed:
            made = evidence_files(office.history, view, zone)
        else:
            made = evidence_of(office.history, view, zone).encode()
        _hand_over(target, made, office.settings)


def _is_packed(target: Path | None) -> bool:
    ending = ".html" if target is None else target.suffix.lower()
    if ending not in (".html", ".htm", ".zip"):
        raise BadInput("-o: name the file .html for the page, or .zip for page, table and answers.")
    return ending == ".zip"
