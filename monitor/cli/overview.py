"""`parcels list`: where the parcels stand, as the last pass stored it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from monitor.alerts.standing import standing
from monitor.cli.choices import OneOf
from monitor.cli.office import json_option, office_of, print_json
from monitor.cli.roster import lines, row_of
from monitor.cli.screen import screen_of, wrapped
from monitor.cli.views import row_json
from monitor.cli.wording import PAID_WITH
from monitor.message.texts import shown_time
from monitor.parcel import clean_text
from monitor.sweep.stands import glimpses_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.cli.office import Office
    from monitor.sweep.stands import Stand


STALE = timedelta(days=3)  # far beyond the pauses between two looks at a parcel


@click.command(
    "list",
    epilog="\b\nExamples:\n  parcels list\n  parcels list --stuck\n  parcels list --all --sort age",
)
@click.option("--all", "everything", is_flag=True, help="Finished parcels, too.")
@click.option("--stuck", is_flag=True, help="Only parcels that are stuck.")
@click.option(
    "--sort", type=OneOf(["urgency", "label", "age"]), default="urgency", show_default=True
)
@json_option
@click.pass_context
def list_command(
    ctx: click.Context, everything: bool, stuck: bool, sort: str, as_json: bool
) -> None:
    """One line a parcel: what it is, where it stands, days silent, how much of the protection is
    used, and what to do next. !! critical, ! warning, · notice. Asks no source: it shows what the
    last pass stored."""
    with office_of(ctx, only_looks=True) as office:
        parcels = office.history.parcels.all() if everything else office.history.parcels.watched()
        country = office.surroundings.country
        found = glimpses_of(office.history, parcels, office.policies, office.now, country=country)
        shown = [glimpse for glimpse in found if glimpse.stuck or not stuck]
        shown.sort(key=_ORDERS[sort])
        if as_json:
            print_json([row_json(v) for v in shown])
            return
        if not shown:
            click.echo(_nothing(office, everything=everything), err=True)
            return
        _print(shown, office, parted=sort == "urgency")


def _print(shown: Sequence[Stand], office: Office, *, parted: bool) -> None:
    screen, zone = screen_of(), office.surroundings.zone
    rows = [row_of(view, zone) for view in shown]
    click.echo("\n".join(lines(rows, screen, parted=parted)))
    for line in _questions(shown, office):
        click.echo("\n".join(wrapped(line, screen)), err=True)
    for line in _failing_channels(office):
        click.echo("\n" + "\n".join(wrapped(line, screen)))


def _failing_channels(office: Office) -> Iterator[str]:
    """What the owner has to know of channels here, since it may reach nobody through them."""
    for subject, matters in office.history.matters.of_service().items():
        matter = matters.get("channel_failing")
        if matter is None or matter.episode is None:
            continue
        if standing(matter.episode, matter.memory, office.now) is not None:
            name, since = clean_text(subject, 40), shown_time(matter.episode.since, office.style)
            told = f"The channel {name} has not taken its messages since {since}."
            yield f"{told} Try it: parcels notify-test --channel {name}"


def _questions(shown: Sequence[Stand], office: Office) -> Iterator[str]:
    """What only the owner can do or tell, asked for once below the list."""
    if not any(view.last_checked or view.parcel.done_at for view in shown):
        yield "No source has answered yet. To ask once: parcels poll. By itself: parcels run"
    answers = [v.last_checked for v in shown if v.last_checked and v.parcel.done_at is None]
    if answers and office.now - max(answers) > STALE:
        since = shown_time(max(answers), office.style)
        yield f"No source has answered since {since}. What is in the way: parcels doctor"
    asked = [view for view in shown if view.asks_how_paid]
    if asked:
        ref = asked[0].parcel.number if len(asked) == 1 else "REF"
        yield f"Paid with? parcels edit {ref} --paid-with {'|'.join(PAID_WITH)}"


def _nothing(office: Office, *, everything: bool) -> str:
    """What to type where there is nothing to show."""
    watched = office.history.parcels.count_watched()
    if watched:
        those = "It is here" if watched == 1 else f"All {watched} are here"
        return f"No parcel is stuck. {those}: parcels list"
    if not everything and office.history.parcels.all():
        return (
            "No parcel is being watched any more; the finished ones: parcels list --all. "
            "Add one: parcels add NUMBER --label WHAT --shipped DATE"
        )
    return "No parcel is being watched. Add one: parcels add NUMBER --label WHAT --shipped DATE"


_ORDERS: dict[str, Any] = {
    "urgency": lambda view: view.urgency,
    "label": lambda view: view.parcel.name.casefold(),
    "age": lambda view: view.parcel.added_at,
}
