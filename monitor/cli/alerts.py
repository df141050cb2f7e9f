"""What was told, what waits, what failed; and sending again what was given up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from monitor.cli.office import json_option, office_of, print_json, utc

if TYPE_CHECKING:
    from monitor.cli.office import Office
    from monitor.history.outbox import OutboxRow


@click.group(
    "alerts",
    invoke_without_command=True,
    epilog="\b\nExamples:\n  parcels alerts\n  parcels alerts --failed",
)
@click.option("--pending", is_flag=True, help="Only what waits to be sent.")
@click.option("--failed", is_flag=True, help="Only what failed and has not got through.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@json_option
@click.pass_context
def alerts_command(
    ctx: click.Context, pending: bool, failed: bool, limit: int, as_json: bool
) -> None:
    """What was told, what waits, what failed; newest first."""
    if ctx.invoked_subcommand is not None:
        return
    with office_of(ctx, only_reads=True) as office:
        rows = office.history.outbox.rows(pending=pending, failed=failed, limit=limit)
        if as_json:
            print_json([_alert_json(row) for row in rows])
            return
        if not rows:
            click.echo("No alert yet." if not (pending or failed) else "None.", err=True)
        for row in rows:
            click.echo(_alert_line(row, office))


def _alert_line(row: OutboxRow, office: Office) -> str:
    from monitor.alerts.hours import waits_until
    from monitor.message.texts import shown_time

    when = shown_time(row.sent_at or row.created_at, office.style)
    trouble = f"  ({row.last_error})" if row.last_error and row.state != "sent" else ""
    until = waits_until(office.court.manners, row.severity, row.created_at, office.now)
    if until is not None and row.state == "pending" and not trouble:
        trouble = f"  (waits until {office.clock_time(until)})"
    return f"{row.id:>5}  {when}  {row.state:8} {row.channel:10} {row.kind:9} {row.title}{trouble}"


def _alert_json(row: OutboxRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "number": row.number,
        "subject": row.subject,
        "rule": row.rule,
        "kind": str(row.kind),
        "severity": str(row.severity),
        "channel": row.channel,
        "title": row.title,
        "body": row.body,
        "created_at": utc(row.created_at),
        "state": row.state,
        "attempts": row.attempts,
        "sent_at": utc(row.sent_at),
        "last_error": row.last_error or None,
    }


@alerts_command.command("retry", epilog="Example: parcels alerts retry 12")
@click.argument("alert_id", metavar="ID", type=click.IntRange(1, 2**63 - 1))  # what SQLite can hold
@click.pass_context
def retry_command(ctx: click.Context, alert_id: int) -> None:
    """Send an alert again that was given up; it leaves with the next pass."""
    with office_of(ctx) as office:
        office.history.outbox.retry(alert_id, office.now)
        click.echo(
            f"Alert {alert_id} waits again; it leaves with the next pass: parcels poll, or by itself while parcels run"
        )
