"""What the pages show is what the program prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.cli import COMMANDS
from tests.docs.blocks import REPOSITORY, Block, blocks, exchanges, matches, pages
from tests.docs.rewrite import rewritten
from tests.docs.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RUN = [page for page in pages() if any(block.is_run for block in blocks(page))]


def differences(session: Session, block: Block) -> Iterator[str]:
    """Where a block shows something else than what the program prints."""
    session.prepare(block)
    if block.language == "console":
        for exchange, printed in session.played(block):
            if not matches(exchange.shown, printed):
                yield _difference(f"{block.page.name}:{exchange.line}", exchange.command, printed)
    if "received" in block.words and not matches(block.lines, session.received()):
        yield _difference(str(block), "the message", session.received())


def _difference(where: str, command: str, printed: tuple[str, ...]) -> str:
    return "\n".join([f"{where}: {command} prints now:", *printed])


@pytest.mark.parametrize("page", [pytest.param(p, id=str(p.relative_to(REPOSITORY))) for p in RUN])
def test_the_sessions_of_a_page_are_what_happens(page: Path, tmp_path: Path) -> None:
    with Session(tmp_path) as session:
        wrong = [line for b in blocks(page) if b.is_run for line in differences(session, b)]
    assert not wrong, "If this is meant, run: python -m tests.docs.rewrite\n\n" + "\n\n".join(wrong)


def test_the_first_day_and_every_command_and_rule_are_among_the_sessions() -> None:
    names = {str(page.relative_to(REPOSITORY)) for page in RUN}
    rules = {f"docs/rules/{rule}.md" for rule in ("clearance", "clearance_failed", "protection")}
    commands = {f"docs/commands/{command}.md" for command in COMMANDS}
    assert {"README.md", "docs/commands.md", "docs/channels.md"} | commands | rules <= names


def test_rewriting_a_page_that_is_true_changes_nothing() -> None:
    page = REPOSITORY / "docs" / "rules" / "protection.md"
    assert rewritten(page) == page.read_text("utf-8")


def test_rewriting_puts_what_is_printed_into_a_page(
    tmp_path: Path,
) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ parcels list\nold\n$ echo $?\n```\n", "utf-8")
    first, second, third, *_, fifth, _ = rewritten(page).splitlines()
    assert (first, second, fifth) == ("```console", "$ parcels list", "0")
    assert third.startswith("No parcel is being watched")


def block_of(text: str, tmp_path: Path) -> Block:
    page = tmp_path / "page.md"
    page.write_text(f"```console\n{text}\n```\n", "utf-8")
    (block,) = blocks(page)
    return block


def test_an_example_begins_with_the_state_it_names(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- docs: given=added -->\n```console\n$ parcels list\n```\n", "utf-8")
    (block,) = blocks(page)
    with Session(tmp_path) as session:
        session.prepare(block)
        ((_, printed),) = session.played(block)
    assert {line[3:19].strip() for line in printed[1:3]} == {"Espresso grinder", "Phone case"}
    assert session.clock.now.date().isoformat() == "2026-09-03"


def test_a_state_that_nobody_made_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- docs: given=rich -->\n```console\n$ parcels list\n```\n", "utf-8")
    (block,) = blocks(page)
    with Session(tmp_path) as session, pytest.raises(ValueError, match="no state 'rich'"):
        session.prepare(block)


def test_a_service_that_is_never_told_to_stop_is_refused(tmp_path: Path) -> None:
    with Session(tmp_path) as session, pytest.raises(ValueError, match="until=WORD"):
        list(session.played(block_of("$ parcels run", tmp_path)))


def test_a_changed_output_is_a_difference(tmp_path: Path) -> None:
    block = block_of("$ parcels list\nAll parcels are fine.", tmp_path)
    with Session(tmp_path) as session:
        (exchange, printed), *rest = session.played(block)
    assert not rest
    assert printed[0].startswith("No parcel is being watched")
    assert not matches(exchange.shown, printed)


def test_a_command_may_go_on_after_a_backslash(tmp_path: Path) -> None:
    block = block_of("$ parcels add X \\\n    --label Y\nWatching Y.", tmp_path)
    (exchange,) = exchanges(block)
    assert exchange.command.split() == ["parcels", "add", "X", "--label", "Y"]
    assert exchange.shown == ("Watching Y.",)


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        pytest.param(["a", "b"], ["a", "b"], True, id="the same lines match"),
        pytest.param(["a"], ["a", "b"], False, id="a missing line does not match"),
        pytest.param(["a", "b"], ["a"], False, id="a line too many does not match"),
        pytest.param([], ["a"], False, id="nothing shown means nothing printed"),
        pytest.param(["a", "…", "d"], ["a", "b", "c", "d"], True, id="a line … is several lines"),
        pytest.param(["…", "d"], ["d"], True, id="a line … may be no line"),
        pytest.param(["…", "x"], ["a", "b"], False, id="what follows … must still come"),
        pytest.param(["port …/v2"], ["port 80/v2"], True, id="… within a line is any text"),
        pytest.param(["port …/v2"], ["port 80/v3"], False, id="the rest of the line still counts"),
        pytest.param(["… day 7"], ["… day 7"], True, id="a printed … is shown as it is"),
        pytest.param(["a.c"], ["abc"], False, id="a dot is a dot"),
    ],
)
def test_omissions(shown: list[str], printed: list[str], same: bool) -> None:
    assert matches(shown, printed) is same
