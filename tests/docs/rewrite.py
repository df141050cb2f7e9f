"""`python -m tests.docs.rewrite` puts what the program prints today into the sessions of the pages.

Output that still matches what is shown stays as it is, with its omissions; read the rest before
you keep it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.docs.blocks import blocks, matches, pages
from tests.docs.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.docs.blocks import Block


def rewritten(page: Path) -> str:
    """The page with today's output in its sessions."""
    lines = page.read_text("utf-8").splitlines()
    with tempfile.TemporaryDirectory() as folder, Session(Path(folder)) as session:
        changes = [(block, _now(session, block)) for block in blocks(page) if block.is_run]
    for block, fresh in reversed(changes):
        if fresh is not None:
            lines[block.line - 1 : block.line - 1 + len(block.lines)] = fresh
    return "\n".join(lines) + "\n"


def _now(session: Session, block: Block) -> Sequence[str] | None:
    session.prepare(block)
    if "received" in block.words:
        got = session.received()
        return None if matches(block.lines, got) else got
    return list(_session(session, block)) if block.language == "console" else None


def _session(session: Session, block: Block) -> Iterator[str]:
    for exchange, printed in session.played(block):
        last = exchange.line - block.line
        yield from block.lines[last - _before(block, last) : last + 1]
        yield from exchange.shown if matches(exchange.shown, printed) else printed
        if block.lines[last + 1 + len(exchange.shown) :][:1] == ("",):
            yield ""


def _before(block: Block, last: int) -> int:
    """How many lines above this one belong to the same command."""
    count = 0
    while last - count > 0 and block.lines[last - count - 1].endswith("\\"):
        count += 1
    return count


def main() -> None:
    for page in pages():
        if any(block.is_run for block in blocks(page)):
            fresh = rewritten(page)
            if fresh != page.read_text("utf-8"):
                page.write_text(fresh, "utf-8")
                sys.stdout.write(f"{page.name} changed\n")


if __name__ == "__main__":
    main()
