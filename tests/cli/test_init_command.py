"""A first configuration is written where it is looked for, private, never over another, and loads."""

from __future__ import annotations

import stat
import tomllib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings as limits, strategies as st

from monitor.cli.setup import filled, template
from monitor.settings import load
from tests.cli import terminal
from tests.cli.desk import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.cli.desk import Desk

KEY = "s3ntinel0123456789KEY"
URL = "json://127.0.0.1:1/s3ntinel-path"


def place(desk: Desk) -> Path:
    return desk.folder / "config" / "parcels" / "config.toml"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def on_a_terminal(desk: Desk, typed: Sequence[tuple[str, str]], *arguments: str) -> tuple[int, str]:
    """`parcels init` with a terminal of its own."""
    return terminal.on_a_terminal(desk, typed, "init", *arguments)


COUNTRY = "(two letters): "
ZONE = "dates are shown in [UTC]: "
API_KEY = "17TRACK API key (not shown while you type): "
APPRISE = "an Apprise URL (not shown either): "


def answered(*answers: str) -> list[tuple[str, str]]:
    return list(zip((COUNTRY, ZONE, API_KEY, APPRISE), answers, strict=True))


# -- the file


def test_what_is_shipped_is_the_example_of_the_project() -> None:
    shipped = REPOSITORY / "monitor" / "data" / "config.toml"
    example = REPOSITORY / "config.example.toml"
    assert shipped.read_bytes() == example.read_bytes(), (
        "the example has changed: copy config.example.toml to monitor/data/config.toml"
    )


def test_where_nobody_can_be_asked_the_commented_example_is_written(bare: Desk) -> None:
    ran = bare("init")
    assert (ran.code, ran.err) == (0, "")
    assert place(bare).read_text("utf-8") == template()
    assert (mode(place(bare)), mode(place(bare).parent)) == (0o600, 0o700)
    assert [p.name for p in place(bare).parent.iterdir()] == ["config.toml"]
    assert bare("config").code == 0
    assert not bare.database.exists()


def test_what_to_do_next_is_said(bare: Desk) -> None:
    said = bare("init", "--yes").out
    assert f"Written: {place(bare)}" in said
    for command in ("parcels notify-test", "parcels add NUMBER", "parcels run"):
        assert f"  {command}" in said


@pytest.mark.parametrize(
    ("before", "after", "environ"),
    [
        pytest.param((), ("{}/my.toml",), {}, id="a file that is named"),
        pytest.param(("--config", "{}/my.toml"), (), {}, id="the one of --config"),
        pytest.param((), (), {"PARCELS_CONFIG": "{}/my.toml"}, id="the one of $PARCELS_CONFIG"),
    ],
)
def test_it_is_written_where_it_is_wanted_and_the_next_commands_find_it(
    bare: Desk, before: tuple[str, ...], after: tuple[str, ...], environ: dict[str, str]
) -> None:
    def here(words: Sequence[str]) -> list[str]:
        return [word.format(bare.folder) for word in words]

    seen = dict(zip(environ, here(list(environ.values())), strict=True))
    ran = bare(*here(before), "init", *here(after), **seen)
    assert ran.code == 0
    assert (bare.folder / "my.toml").exists()
    assert not place(bare).exists()
    named = f"parcels --config {bare.folder}/my.toml run" in ran.out
    assert named is not bool(environ)


def test_another_configuration_is_never_overwritten_unasked(bare: Desk) -> None:
    path = bare.configure("country = 'DE'\n")
    refused = bare("init")
    assert (refused.code, refused.out) == (2, "")
    assert str(path) in refused.err
    assert "--force" in refused.err
    assert path.read_text() == "country = 'DE'\n"
    assert bare("init", "--force").code == 0
    assert (path.read_text("utf-8"), mode(path)) == (template(), 0o600)


def test_a_link_is_no_place_to_write_through(bare: Desk) -> None:
    place(bare).parent.mkdir(parents=True)
    place(bare).symlink_to(bare.folder / "elsewhere")
    assert bare("init").code == 2
    assert bare("init", "--force").code == 0
    assert not place(bare).is_symlink()
    assert not (bare.folder / "elsewhere").exists()


@pytest.mark.parametrize("force", [(), ("--force",)], ids=["asked once", "forced"])
def test_a_folder_is_no_file(bare: Desk, force: tuple[str, ...]) -> None:
    refused = bare("init", str(bare.folder), *force)
    assert (refused.code, refused.out) == (2, "")
    assert "is a folder" in refused.err


def test_a_place_that_cannot_be_written_is_named(bare: Desk) -> None:
    (bare.folder / "file").write_text("")
    refused = bare("init", str(bare.folder / "file" / "config.toml"))
    assert (refused.code, refused.out) == (2, "")
    assert "cannot be written" in refused.err
    assert "Traceback" not in refused.err


def test_init_needs_no_configuration_that_loads(bare: Desk) -> None:
    bare.configure("[alerts\n")
    assert bare("init", "--force").code == 0
    assert bare("config").code == 0


# -- the answers


def test_answers_stand_where_their_options_are_explained() -> None:
    given = {
        "timezone": "Asia/Tokyo",
        "country": "JP",
        "api_key": "k",
        "name": "mail",
        "url": "u://x",
    }
    before, after = template().split("\n"), filled(template(), given).split("\n")
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert [new for _, new in changed] == [
        'timezone = "Asia/Tokyo"',
        'country = "JP"',
        "[adapters.seventeentrack]",
        'api_key = "k"',
        "[[channels]]",
        'name = "mail"',
        'url = "u://x"',
    ]
    assert all(old.startswith("#" + new.split(" = ")[0]) for old, new in changed)


@limits(max_examples=30)
@given(
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60),
    st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=60),
)
def test_whatever_can_be_answered_is_read_back_as_it_was(key: str, url: str) -> None:
    tree = tomllib.loads(filled(template(), {"api_key": key, "name": "phone", "url": url}))
    assert tree == {
        "adapters": {"seventeentrack": {"api_key": key}},
        "channels": [{"name": "phone", "url": url}],
    }


def test_a_person_is_asked_and_the_answers_are_in_force(bare: Desk) -> None:
    code, shown = on_a_terminal(bare, answered("de", "", KEY, URL))
    assert code == 0
    assert "s3ntinel" not in shown  # neither the key nor the URL is echoed
    settings = load(place(bare), {"HOME": str(bare.folder)})
    key = settings.adapters.seventeentrack.api_key
    assert key is not None
    assert (settings.country, settings.timezone) == ("DE", "UTC")
    assert key.get_secret_value() == KEY
    assert [(c.name, c.url.get_secret_value()) for c in settings.channels] == [("phone", URL)]
    assert mode(place(bare)) == 0o600


def test_every_question_can_be_passed_over(bare: Desk) -> None:
    code, shown = on_a_terminal(bare, answered("", "", "", ""))
    assert code == 0
    settings = load(place(bare), {"HOME": str(bare.folder)})
    assert (settings.country, settings.timezone, settings.channels) == ("", "UTC", ())
    assert "a key for 17TRACK, a channel" in shown


def test_an_answer_that_cannot_be_used_is_asked_for_again(bare: Desk) -> None:
    code, shown = on_a_terminal(
        bare,
        [
            (COUNTRY, "Germany"),
            (COUNTRY, "DE"),
            (ZONE, "Europe/Berln"),
            (ZONE, ""),
            (API_KEY, "two words"),
            (API_KEY, ""),
            (APPRISE, "my phone"),
            (APPRISE, "json://127.0.0.1/?format=html"),
            (APPRISE, "mailto://a:b@example.org?to=c@x.example,d@x.example"),
            (APPRISE, "mailto://a:s3ntinel@example.org?to=c@x.example"),
        ],
    )
    assert code == 0
    assert shown.count("That cannot be taken") == 6
    for why in ("such as DE", "mean Europe/Berlin?", "without blanks", "scheme://", "2 targets"):
        assert why in shown
    settings = load(place(bare), {"HOME": str(bare.folder)})
    assert (settings.country, settings.timezone) == ("DE", "UTC")
    assert [channel.name for channel in settings.channels] == ["mail"]
    assert "s3ntinel" not in shown


def test_on_a_terminal_nothing_is_asked_of_who_says_yes(bare: Desk) -> None:
    code, shown = on_a_terminal(bare, [], "--yes")
    assert code == 0
    assert not any(prompt in shown for prompt in (COUNTRY, ZONE, API_KEY, APPRISE))
    assert place(bare).read_text("utf-8") == template()


def test_who_gives_up_at_a_question_leaves_nothing_behind(bare: Desk) -> None:
    code, shown = on_a_terminal(bare, [(COUNTRY, "DE"), (ZONE, "\x04")])
    assert code == 1
    assert "Aborted." in shown
    assert not place(bare).exists()


def test_an_existing_file_is_refused_before_anything_is_asked(bare: Desk) -> None:
    bare.configure("")
    code, shown = on_a_terminal(bare, [])
    assert (code, COUNTRY in shown) == (2, False)
