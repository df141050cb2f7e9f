"""`parcels remove`: a parcel and its history, and with --forget its registrations."""

from __future__ import annotations

import click

from monitor.cli.office import office_of
from monitor.cli.refs import all_parcels
from monitor.cli.registrations import question, remove_everywhere, to_forget


@click.command("remove", epilog="Example: parcels remove kettle --yes")
@click.argument("ref", metavar="REF", shell_complete=all_parcels)
@click.option(
    "--forget", is_flag=True, help="Also delete it at paid sources; a new registration costs again."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def remove_command(ctx: click.Context, ref: str, forget: bool, yes: bool) -> None:
    """Delete a parcel and its history. To keep the history, use `done`."""
    with office_of(ctx) as office:
        parcel = office.history.parcels.find(ref)
        there = to_forget(office, parcel) if forget else []
        if not yes and not click.confirm(question(parcel, there), err=True):
            click.echo("Nothing deleted.", err=True)
            return
        if forget:
            remove_everywhere(office, parcel, there)
        else:  # waits for no pass, which passes over a parcel that is gone
            office.history.parcels.remove(parcel.id)
        click.echo(f"{parcel.name} and its history are deleted.")
