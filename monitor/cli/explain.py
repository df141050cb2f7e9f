"""`parcels explain`: what a carrier's message means, what usually follows, and what to do."""

from __future__ import annotations

import shutil
import sys
import textwrap
from typing import IO, TYPE_CHECKING, Any

import click

from monitor.cli.office import json_option, office_of, print_json
from monitor.errors import BadInput
from monitor.parcel import Side, Stage, clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.cli.office import Office
    from monitor.message.explaining import Explanation, Heard

TEXT_LIMIT = 2000  # characters of a message that are judged
STREAM_LIMIT = 20_000  # bytes of a message on standard input
WIDEST = 100  # columns


@click.command("explain", epilog='Example: parcels explain "Import clearance exception"')
@click.argument("words", nargs=-1, metavar="TEXT…")
@click.option("--code", metavar="CODE", default="", help="The code that came with the message.")
@click.option("--source", metavar="NAME", default="", help="Whose code it is, such as Cainiao.")
@click.option("--batch", is_flag=True, help="Read JSON lines, and print them with the meaning.")
@click.option("--unknown", is_flag=True, help="List stored messages nobody understood.")
@json_option
@click.pass_context
def explain_command(
    ctx: click.Context,
    words: tuple[str, ...],
    code: str,
    source: str,
    batch: bool,
    unknown: bool,
    as_json: bool,
) -> None:
    """What a carrier's message means, what usually happens next, what to do in order, and what not
    to do. TEXT may stand without quotes; - reads one message from standard input."""
    _refuse_mixtures(words, code, source, batch=batch, unknown=unknown)
    with office_of(ctx) as office:
        if batch:
            ctx.exit(0 if _explain_lines(office) else 1)
        if unknown:
            _list_unknown(office, as_json=as_json)
            return
        text = _from_stdin() if words == ("-",) else " ".join(words)
        _explain_one(office, clean_text(text, TEXT_LIMIT), code, source, as_json=as_json)


def _refuse_mixtures(
    words: Sequence[str], code: str, source: str, *, batch: bool, unknown: bool
) -> None:
    if batch and unknown:
        raise BadInput("--batch and --unknown are two different things; give one of them.")
    if (batch or unknown) and (words or code or source):
        option = "--batch" if batch else "--unknown"
        raise BadInput(f"{option} takes no message, code or source beside it.")
    if not (words or code or batch or unknown):
        raise BadInput(
            'Give the message, such as: parcels explain "Import clearance exception". '
            "Many at once: parcels explain --batch, with a JSON object a line on standard input."
        )


def _stdin() -> IO[bytes]:
    return sys.stdin.buffer


def _from_stdin() -> str:
    return _stdin().read(STREAM_LIMIT).decode("utf-8", "replace")


def _explain_lines(office: Office) -> bool:
    """Whether every line could be read."""
    from monitor.cli.batch import answers
    from monitor.sweep.understanding import reading_of

    good = True
    for line, fit in answers(_stdin(), reading_of(office.settings)):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()  # whoever asks line by line waits for it
        good = good and fit
    return good


# -- one message


def _explain_one(office: Office, text: str, code: str, source: str, *, as_json: bool) -> None:
    from monitor.cli.batch import heard, meaning
    from monitor.message.explaining import CODE_LIMIT, explained
    from monitor.sweep.understanding import reading_of

    code, source = clean_text(code, CODE_LIMIT), clean_text(source, CODE_LIMIT)
    reads = reading_of(office.settings)
    if as_json:
        given: dict[str, Any] = {"text": text, "code": code or None, "source": source or None}
        print_json({"text": text, **meaning(given, reads)})
        return
    message = heard(reads, text, code, source)
    for paragraph in _shown(message, explained(message)):
        click.echo("\n".join(paragraph))
        click.echo()


def _shown(message: Heard, said: Explanation) -> Iterator[list[str]]:
    yield [*_wrapped(_heading(message, said)), *_wrapped(_recognised(message))]
    yield _wrapped(f"What it means: {said.meaning}")
    yield _wrapped(f"What usually happens next: {said.next}")
    yield ["Do now:", *_listed([f"{n}. " for n in range(1, len(said.actions) + 1)], said.actions)]
    yield ["What not to do:", *_listed(["- "] * len(said.warnings), said.warnings)]
    yield _wrapped(f"How sure: {said.sure}")


def _heading(message: Heard, said: Explanation) -> str:
    side = message.whole.side
    where = "" if side is Side.UNKNOWN else f", {side.value}"
    return f"{said.title} ({message.whole.stage.value}{where})"


def _recognised(message: Heard) -> str:
    from monitor.message.explaining import in_language, recognised

    whole = message.whole
    if whole.stage is Stage.UNKNOWN:
        return "recognised: nothing"
    language = f" ({in_language(whole.language)})" if whole.language else ""
    return f"recognised{language}: {', '.join(f'“{w}”' for w in recognised(whole.matched))}"


def _listed(marks: Sequence[str], sentences: Sequence[str]) -> list[str]:
    pairs = zip(marks, sentences, strict=True)
    return [line for mark, sentence in pairs for line in _wrapped(sentence, mark)]


def _wrapped(sentence: str, mark: str = "") -> list[str]:
    return textwrap.wrap(
        sentence,
        min(WIDEST, shutil.get_terminal_size().columns),
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )


# -- what nobody understood


def _list_unknown(office: Office, *, as_json: bool) -> None:
    from monitor.cli.unread import report, rows

    found = rows(office)
    if as_json:
        print_json(found)
    elif not found:
        click.echo("Every stored message was understood.", err=True)
    else:
        for line in report(found):
            click.echo(line)
