"""`parcels import`: parcels out of a table, a list or any pasted text, shown before they are taken."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from monitor.cli.choices import OneOf
from monitor.cli.intake_shown import as_json as shown_json, counted, faulty, table
from monitor.cli.intentions import Becomes, Judge, Refused
from monitor.cli.office import json_option, office_of, print_json
from monitor.cli.onlookers import nobody_looks
from monitor.cli.progress import shown_progress
from monitor.cli.registrations import owe, owed_by
from monitor.cli.screen import say
from monitor.cli.watching import law_of_lane
from monitor.errors import BadInput
from monitor.intake import BYTES_LIMIT, KINDS, understand
from monitor.message.texts import count
from monitor.protection import purchase_of, shop_deadline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from monitor.cli.intentions import Intention
    from monitor.cli.office import Office
    from monitor.intake import Fault, Understood
    from monitor.parcel import Parcel

NOBODY_ASKED = "Nothing imported: there is nobody to ask. --yes imports what is shown, --dry-run only shows it."


_NOTHING = (
    "No tracking number was recognised. parcels add NUMBER takes any; a list of numbers and nothing else "
    "is taken with --format numbers."
)


@click.command("import", epilog="Example: parcels import orders.csv --dry-run")
@click.argument("file", metavar="FILE|-", type=click.Path())
@click.option("--format", "kind", type=OneOf(KINDS), help="What FILE is; found out when left out.")
@click.option("--dry-run", is_flag=True, help="Show what was understood; store nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--skip-bad", is_flag=True, help="Take the good rows of a table that has bad ones, too."
)
@json_option
@click.pass_context
def import_command(
    ctx: click.Context,
    file: str,
    kind: str | None,
    dry_run: bool,
    yes: bool,
    skip_bad: bool,
    as_json: bool,
) -> None:
    """Add or complete many parcels: from CSV with the options of `add` as columns, from JSON, or from
    any pasted text (- reads standard input). Shows what was understood, and asks."""
    with office_of(ctx) as office:
        data = _bytes_of(file)
        today = office.now.astimezone(office.settings.zone).date()
        understood = understand(
            data, tuple(office.policies), name=file, kind=kind or "", today=today
        )
        judge = Judge.of(office, understood)
        known = {parcel.number: parcel for parcel in office.history.parcels.all()}
        good, wrong = judge.intentions(understood.found, known)
        faults = (*understood.faults, *wrong)
        faulty(faults, understood.kind)
        stop = bool(faults) and not skip_bad
        if as_json and (dry_run or stop):
            print_json(shown_json(understood, good, faults, imported=False))
        else:
            table(understood, good, err=as_json)
        if stop:
            raise BadInput(_refusal(faults, dry_run=dry_run))
        if not good:
            click.echo(_NOTHING if data.strip() else "There is nothing in it.", err=True)
            ctx.exit(1)
        if dry_run:
            click.echo(f"Would be: {counted(good)}. Nothing was stored.", err=True)
            ctx.exit(1 if faults else 0)
        _take(office, judge, good, understood, faults, ask=not yes, file=file, as_json=as_json)
        ctx.exit(1 if faults else 0)


def _refusal(faults: Sequence[Fault], *, dry_run: bool) -> str:
    stored = "Nothing would be imported" if dry_run else "Nothing imported"
    return (
        f"{stored}: {count(len(faults), 'fault')}. Mend them, or leave those rows out: --skip-bad"
    )


def _take(
    office: Office,
    judge: Judge,
    good: Sequence[Intention],
    understood: Understood,
    faults: Sequence[Fault],
    *,
    ask: bool,
    file: str,
    as_json: bool,
) -> None:
    news = [i for i in good if i.becomes in (Becomes.NEW, Becomes.COMPLETED)]
    if news and ask and not _confirmed(f"Import ({counted(news)})?", file):
        click.echo("Nothing imported.", err=True)
        return
    done = _stored(office, judge, good)
    if as_json:
        print_json(shown_json(understood, done, faults, imported=True))
    said = "Imported" if news else "Nothing changed"
    click.echo(f"{said}: {counted(done)}.", err=as_json)
    for hint in _hints(office, done):
        say(f"  {hint}", err=as_json)


# -- where it comes from, and who is asked


def _bytes_of(file: str) -> bytes:
    """The whole input, and at most one byte more than is taken."""
    if file == "-":
        if sys.stdin.isatty():
            click.echo("Paste what you have, then press Enter and Ctrl-D:", err=True)
        return _read(sys.stdin.buffer)
    try:
        with Path(file).expanduser().open("rb") as stream:
            return _read(stream)
    except (OSError, ValueError, RuntimeError) as error:  # a NUL in the name, a home of nobody
        reason = getattr(error, "strerror", None) or "no such name"
        raise BadInput(f"{file} cannot be read ({reason}).") from None


def _read(stream: IO[bytes]) -> bytes:
    return stream.read(BYTES_LIMIT + 1)


def _confirmed(question: str, file: str) -> bool:
    """Whether the owner says yes. Raises BadInput where nobody can be asked.

    Where standard input is the data, its end answers nothing: the terminal itself is asked.
    """
    if file != "-":
        try:
            return click.confirm(question, err=True)
        except click.Abort:
            if sys.stdin.isatty():
                raise
            raise BadInput(NOBODY_ASKED) from None
    with _terminal() as terminal:
        click.echo(f"{question} [y/N]: ", nl=False, err=True)
        return terminal.readline(100).strip().casefold() in ("y", "yes")


@contextmanager
def _terminal() -> Iterator[IO[str]]:
    if not sys.stderr.isatty():  # the question would not be seen
        raise BadInput(NOBODY_ASKED)
    try:
        terminal = open("/dev/tty", encoding="utf-8", errors="replace")  # noqa: PTH123, SIM115 - closed below
    except OSError:
        raise BadInput(NOBODY_ASKED) from None
    with terminal:
        yield terminal


# -- what is stored


def _stored(office: Office, judge: Judge, good: Sequence[Intention]) -> list[Intention]:
    """All of it in one transaction; what another command has changed since it was shown is not undone."""
    from monitor.sweep.judge import reschedule_all

    done: list[Intention] = []
    changed: list[Parcel] = []
    with office.history.write_tx():
        known = {parcel.number: parcel for parcel in office.history.parcels.all()}
        for intention in good:
            each = _anew(judge, intention, known.get(intention.found.number))
            done.append(each)
            changed += _store(office, each)
    watched = [parcel.id for parcel in changed if parcel.done_at is None]
    with shown_progress("working out what comes next") as progress:
        reschedule_all(office.history, watched, office.court, office.now, _part(progress, watched))
    return done


def _part(progress: Callable[[float], bool], ids: Sequence[int]) -> Callable[[int], None]:
    def done(count_done: int) -> None:
        progress(count_done / len(ids))

    return done


def _anew(judge: Judge, intention: Intention, before: Parcel | None) -> Intention:
    if before == intention.before:
        return intention
    try:
        return judge.intention(intention.found, before)
    except Refused as refused:
        raise BadInput(f"Nothing imported. {refused.faults[0]}") from None


def _store(office: Office, each: Intention) -> list[Parcel]:
    if each.becomes is Becomes.NEW:
        return [office.history.parcels.add(each.after)]
    if each.before is None or each.becomes is Becomes.FINISHED:
        return []
    owed = owed_by(office, each.before, each.after, each.given)
    if each.becomes is Becomes.COMPLETED:
        office.history.parcels.change(each.after)
    named = each.after.adapters if each.given.get("adapters") else ()
    again = office.history.sources.renew(each.after.id, office.now, named=named)
    owe(office, each.after, owed)  # and the next pass settles it
    return [each.after] if again or each.becomes is Becomes.COMPLETED else []


def _hints(office: Office, done: Sequence[Intention]) -> list[str]:
    """What the owner should know of the new ones, each sentence once."""
    from monitor.parcel import Dossier

    new = [i.after for i in done if i.becomes is Becomes.NEW and i.after.done_at is None]
    said = [
        sentence
        for p in new
        for sentence in (*law_of_lane(office, p), *nobody_looks(office.settings, p))
    ]
    undated = sum(
        p.shop in office.policies
        and shop_deadline(purchase_of(Dossier(p)), office.policies[p.shop]) is None
        for p in new
    )
    if undated:
        said.append(
            f"The protection of {count(undated, 'parcel')} counts from a date not given yet; "
            "parcels list says which."
        )
    return list(dict.fromkeys(said))
