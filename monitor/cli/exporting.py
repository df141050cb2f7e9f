"""`parcels export`: what you told about your parcels as CSV or JSON, which `import` takes back."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.cli.choices import OneOf
from monitor.cli.office import office_of
from monitor.files import write_whole
from monitor.message.texts import count

_ENDINGS = {".json": "json"}


@click.command("export", epilog="Example: parcels export parcels.csv")
@click.argument("file", metavar="[FILE]", required=False, default="-", type=click.Path())
@click.option(
    "--format", "kind", type=OneOf(["csv", "json"]),
    help="Without it: json where FILE ends so, else csv.",
)  # fmt: skip
@click.option("--watched", is_flag=True, help="Without the finished parcels.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.pass_context
def export_command(
    ctx: click.Context, file: str, kind: str | None, watched: bool, as_json: bool
) -> None:
    """Write what you told about your parcels, finished ones included, for a spreadsheet or another
    machine: to FILE, else to standard output. Events and alerts are not in it; `backup` has all."""
    from monitor.intake.writing import as_csv, as_json as as_list

    if as_json and kind == "csv":
        raise click.UsageError("--json and --format csv exclude each other.", ctx)
    kind = "json" if as_json else kind or _ENDINGS.get(Path(file).suffix.casefold(), "csv")
    with office_of(ctx, only_reads=True) as office:
        parcels = office.history.parcels
        rows = parcels.watched() if watched else parcels.all()
    text = as_list(rows) if kind == "json" else as_csv(rows)
    if file == "-":
        click.echo(text, nl=False)
        return
    write_whole(Path(file).expanduser(), text.encode())
    click.echo(f"Written: {count(len(rows), 'parcel')} to {file}", err=True)
