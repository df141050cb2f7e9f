"""The quick check finds each kind of fault, and none in the pages as they are."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING
from unittest import mock

import pytest

from tests.docs import blocks, command_pages, pages, source
from tests.docs.blocks import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

UNRELEASED = "# Changes\n\n## [Unreleased]\n\n### Added\n\n"


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    monkeypatch.setattr(pages, "REPOSITORY", tmp_path)
    monkeypatch.setattr(blocks, "REPOSITORY", tmp_path)

    def write(text: str) -> Path:
        path = tmp_path / "page.md"
        path.write_text(text, "utf-8")
        return path

    return write


def test_nothing_is_wrong_with_the_pages() -> None:
    assert list(pages.problems()) == []


def test_no_file_holds_forbidden_words() -> None:
    assert [
        sentence
        for path in source.texts()
        for sentence in source.words(path.name, path.read_text("utf-8"))
    ] == []


def test_the_check_runs_as_a_module_and_its_exit_code_says_whether_anything_is_wrong() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.docs_check"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    assert done.returncode == (1 if done.stdout else 0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("[x](gone.md)", "leads nowhere", id="a link to a missing page"),
        pytest.param("# A\n\n[x](#b)", "no heading", id="a link to a missing heading"),
        pytest.param("[x](page.md#b)", "no heading", id="a missing heading of a page"),
    ],
)
def test_broken_links_are_found(page: Callable[[str], Path], text: str, said: str) -> None:
    (sentence,) = pages.broken_links(page(text))
    assert said in sentence


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[x](https://example.org/none)", id="a link to elsewhere"),
        pytest.param("## When it *speaks*, and `not`\n\n[x](#when-it-speaks-and-not)", id="marks"),
        pytest.param("```sh\n[x](gone.md)\n```", id="what only looks like a link, in a block"),
    ],
)
def test_good_links_are_let_be(page: Callable[[str], Path], text: str) -> None:
    assert list(pages.broken_links(page(text))) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("`parcels fly`", "command 'fly'", id="an unknown command in the prose"),
        pytest.param("`parcels list --bad`", "option --bad", id="an unknown option in the prose"),
        pytest.param("```sh\nparcels walk\n```", "command 'walk'", id="a command in a block"),
        pytest.param(
            "```console\n$ parcels poll --now\n```", "option --now", id="an option in a session"
        ),
        pytest.param(
            "```sh\n5 * * * * $HOME/bin/parcels pol >/dev/null\n```",
            "command 'pol'",
            id="a command in a crontab",
        ),
        pytest.param(
            "`parcels alerts retry --all`", "option --all", id="an option of a subcommand"
        ),
    ],
)
def test_commands_that_do_not_exist_are_found(
    page: Callable[[str], Path], text: str, said: str
) -> None:
    (sentence,) = pages.unknown_commands(page(text))
    assert said in sentence


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("`parcels alerts retry ID`", id="a subcommand"),
        pytest.param("`parcels add NUMBER… --label X`", id="an option"),
        pytest.param(
            "```sh\nmake demo   # ten weeks of seven parcels in a minute\n```", id="words"
        ),
        pytest.param("```sh\nparcels [--config FILE] COMMAND …\n```", id="a usage line"),
    ],
)
def test_commands_that_exist_are_let_be(page: Callable[[str], Path], text: str) -> None:
    assert list(pages.unknown_commands(page(text))) == []


def said_of(described: dict[str, str]) -> list[str]:
    with mock.patch.object(command_pages, "sections", return_value=described):
        return list(command_pages.problems())


def test_a_command_without_its_page_and_a_page_without_its_command_are_found() -> None:
    kept = {name: text for name, text in command_pages.sections().items() if name != "plan"}
    assert said_of({**kept, "fly": ""}) == [
        "docs/commands: `parcels plan` has no page.",
        "docs/commands: there is no command 'fly'.",
    ]


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        pytest.param(
            "plan", "`--until DATE`", "`--til DATE`",
            ["`parcels plan` does not describe --until.", "`parcels plan` has no option --til."],
            id="an option without its row and a row without its option",
        ),
        pytest.param(
            "list", r"urgency\|label\|age", "ORDER",
            ["`parcels list` does not say 'label' of --sort.", "`parcels list` does not say 'age' of --sort."],
            id="words to choose from that are not named",
        ),
        pytest.param(
            "alerts", "default 50", "default 40",
            ["`parcels alerts` does not say '50' of --limit."],
            id="a default that is another one",
        ),
        pytest.param(
            "alerts retry", "[OPTIONS] ID", "ID",
            ["`parcels alerts retry` has another synopsis: parcels alerts retry [OPTIONS] ID"],
            id="a synopsis that is not that of the help",
        ),
        pytest.param(
            "undo", "$ parcels undo", "$ parcels list",
            ["`parcels undo` has no example that is run."],
            id="a command without an example",
        ),
        pytest.param(
            "undo", "../json.md", "../jason.md",
            ["`parcels undo` does not say what the keys of its --json mean."],
            id="JSON whose keys are not linked",
        ),
        pytest.param(
            "undo", "#the-parcels-of-the-examples", "",
            ["`parcels undo` does not say what its example begins with."],
            id="an example that begins with what the page does not show",
        ),
        pytest.param(
            "edit", "| the seller's name |", "| who sells it |",
            ["--seller is one thing for `add` and another for `edit`."],
            id="a fact described in two ways",
        ),
    ],
)  # fmt: skip
def test_a_page_that_differs_from_its_command_is_found(
    name: str, old: str, new: str, said: list[str]
) -> None:
    given = command_pages.sections()
    assert old in given[name]
    assert said_of({**given, name: given[name].replace(old, new)}) == [
        f"docs/commands: {sentence}" for sentence in said
    ]


def test_an_index_that_differs_from_the_help_is_found() -> None:
    index = command_pages.STATES.read_text("utf-8")
    changed = index.replace("One line a parcel", "A line a parcel")
    assert list(command_pages.wrong_index(changed)) == [
        "docs/commands.md: 'Every day' is not what `parcels --help` shows."
    ]


def test_both_commands_stand_on_the_first_screen() -> None:
    late = "\n" * pages.FIRST_SCREEN + "make test"
    assert len(list(pages.first_screen("make demo" + late))) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("## [1.0.0] - 2026-11-21\n", "[Unreleased]", id="no Unreleased on top"),
        pytest.param(f"{UNRELEASED}- A\n  b.\n", "one sentence", id="a sentence on two lines"),
        pytest.param(f"{UNRELEASED}- No full stop\n", "one sentence", id="no full stop"),
        pytest.param("## [Unreleased]\n### New\n", "'New'", id="an unknown kind"),
        pytest.param("## [Unreleased]\n## 1.0\n", "'## 1.0'", id="a release without brackets"),
    ],
)
def test_a_changelog_of_another_shape_is_found(text: str, said: str) -> None:
    assert any(said in sentence for sentence in pages.changelog(text))


def _function(lines: int) -> str:
    return "def f() -> None:\n" + "    x = 1\n" * (lines - 1)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        pytest.param("monitor/a.py", "x = 1\n" * 301, ["301 lines"], id="a module of 301 lines"),
        pytest.param("monitor/a.py", "x = 1\n" * 300, [], id="300 lines are allowed"),
        pytest.param(
            "monitor/a.py", _function(61), ["f has 61 lines"], id="a function of 61 lines"
        ),
        pytest.param("monitor/a.py", _function(60), [], id="60 lines are allowed"),
        pytest.param("monitor/utils.py", "", ["'utils'"], id="a module called utils"),
        pytest.param("monitor/core/a.py", "", ["'core'"], id="a package called core"),
        pytest.param("monitor/database.py", "", [], id="a part of a word is no name"),
    ],
)
def test_the_shape_of_the_source(name: str, text: str, said: list[str]) -> None:
    found: Iterator[str] = source.shape(name, text)
    assert [s for s, part in zip(found, said, strict=True) if part in s] == list(
        source.shape(name, text)
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("see /root/parcels", True, id="the folder of one user"),
        pytest.param("see /home/anna/parcels", True, id="the home of a person"),
        pytest.param("see /home/you/.config", False, id="the home the pages use"),
        pytest.param("~/parcels/bin, $HOME/work/x", False, id="a path below a home"),
        pytest.param("fixed in #12", True, id="an issue number"),
        pytest.param("https://t.17track.net/en#nums=1", False, id="a fragment"),
        pytest.param("from pypi.org", True, id="a registry"),
        pytest.param("# TODO later", True, id="unfinished business"),
    ],
)
def test_words_no_file_holds(text: str, found: bool) -> None:
    assert bool(list(source.words("x", text))) is found
