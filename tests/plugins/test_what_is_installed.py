"""What is installed is seen without being loaded, and what cannot be used is one line and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.settings import load
from tests.cli.desk import KETTLE
from tests.plugins.packages import ADAPTER, ADAPTERS, RULE, RULES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.desk import Desk
    from tests.plugins.packages import Site

BEFORE = "import pathlib\npathlib.Path({mark!r}).touch()\n"


def leaving(mark: Path, source: str) -> str:
    """The same module, which writes a file when it is imported."""
    return BEFORE.format(mark=str(mark)) + source


def one(out: str, start: str) -> str:
    """The one line that begins like this."""
    (found,) = [line for line in out.splitlines() if line.startswith(start)]
    return found


def broken(desk: Desk, text: str) -> tuple[str, ...]:
    """What a configuration says of the plug-ins it cannot use."""
    return load(desk.configure(text), {"HOME": str(desk.folder)}).plugged.broken


# -- seen, and not loaded


def test_what_is_not_switched_on_is_listed_and_never_imported(
    site: Site, desk: Desk, tmp_path: Path
) -> None:
    mark = tmp_path / "imported"
    site.adapter("lonely", leaving(mark, ADAPTER))
    site.rule("quiet", leaving(mark, RULE))
    desk.configure("[adapters.lonely]\nbatch = 3\n[rules.quiet]\nenabled = false\n")
    desk("add", KETTLE)

    shown = desk("adapters").out
    found = desk("doctor").out
    for command in (["config"], ["poll"], ["list"], ["plan"]):
        assert desk(*command).code in (0, 1)

    assert "lonely: off, plug-in\n  from     parcels-lonely 1.0\n" in shown
    assert "on with adapters.lonely.enabled = true" in shown
    assert "adapter of parcels-lonely 1.0 is off; on with adapters.lonely.enabled = true" in found
    assert "rule of parcels-quiet 1.0 is off; on with rules.quiet.enabled = true" in found
    assert not mark.exists()


def test_what_is_switched_on_is_imported(site: Site, desk: Desk, tmp_path: Path) -> None:
    """Guards the test above: the file shows an import."""
    site.adapter("lonely", leaving(tmp_path / "imported", ADAPTER))
    desk.configure("[adapters.lonely]\nenabled = true\n")

    assert "from     parcels-lonely 1.0, a plug-in" in desk("adapters").out
    assert (tmp_path / "imported").exists()


def test_json_of_the_sources_names_the_distribution_of_a_plug_in(site: Site, desk: Desk) -> None:
    site.adapter("on", version="2.3")
    site.adapter("off")
    desk.configure("[adapters.on]\nenabled = true\n")

    rows = {row["name"]: row for row in desk("adapters", "--json").json}

    assert len({frozenset(row) for row in rows.values()}) == 1
    assert rows["cainiao"]["plugin"] is None
    assert rows["on"]["plugin"] == {"distribution": "parcels-on", "version": "2.3"}
    assert (rows["on"]["enabled"], rows["on"]["batch"]) == (True, 5)
    assert (rows["off"]["enabled"], rows["off"]["batch"]) == (False, None)


def test_what_a_module_prints_spoils_no_answer(site: Site, desk: Desk) -> None:
    site.adapter("chatty", "print('hello')\n" + ADAPTER)
    desk.configure("[adapters.chatty]\nenabled = true\n")

    ran = desk("adapters", "--json")

    assert "chatty" in {row["name"] for row in ran.json}
    assert "hello" in ran.err


# -- of no use, and told in one line

ANOTHER = ADAPTER.replace("api_version: ClassVar[int] = 1", "api_version: ClassVar[int] = 2")
BROKEN_ADAPTERS = [
    pytest.param("import no_such_thing\n", "it cannot be imported (ModuleNotFoundError: No module named 'no_such_thing')", id="an import error"),
    pytest.param("raise SystemExit(3)\n", "it cannot be imported (SystemExit: 3)", id="a module that ends the program"),
    pytest.param("def broken(:\n", "it cannot be imported (SyntaxError", id="a syntax error"),
    pytest.param("", "it cannot be imported (AttributeError", id="nothing of that name"),
    pytest.param(ANOTHER, "it wants version 2 of the interface for adapters, and this program has 1; install a version of parcels-lame that wants 1", id="another version of the interface"),
    pytest.param(ADAPTER.replace("api_version", "version"), "it does not say which version of the interface for adapters it wants; this program has 1", id="no version of the interface"),
    pytest.param("api_version = 1\nMade = 7\n", "parcels_lame:Made is no frozen dataclass", id="a number in place of a class"),
    pytest.param(ADAPTER.replace("frozen=True", "frozen=False"), "parcels_lame:Made is no frozen dataclass", id="options that can change"),
    pytest.param(ADAPTER.replace("def capability", "def talent"), "parcels_lame:Made has no capability", id="no capability"),
    pytest.param(ADAPTER.replace("async def fetch", "def fetch").replace("await ", ""), "its fetch is no coroutine (async def)", id="a fetch that blocks"),
    pytest.param(ADAPTER.replace("base_url:", "site:"), "it has no option base_url", id="no base_url"),
    pytest.param(ADAPTER.replace('Capability("NAME"', 'Capability("other"'), "its capability is called 'other', and not lame as it is installed", id="another name"),
    pytest.param(ADAPTER.replace("1.0, self.pause", "0.0, self.pause"), "the spacing of its capability is not 0.05 to 3600 seconds", id="no pace"),
    pytest.param(ADAPTER.replace("return Capability(", "return ("), "its capability is no Capability", id="a tuple as a capability"),
    pytest.param(ADAPTER.replace("return {}", "return {'X': 'gone fishing'}"), "its codes must be at most 1000 texts, each with the name of a stage", id="codes with stages there are not"),
    pytest.param(ADAPTER + "    def __post_init__(self):\n        raise OSError('no disk')\n", "it cannot be made (OSError: no disk)", id="a constructor that fails"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "why"), BROKEN_ADAPTERS)
def test_an_adapter_of_no_use_has_its_reason(site: Site, bare: Desk, source: str, why: str) -> None:
    site.adapter("lame", source)

    (said,) = broken(bare, "[adapters.lame]\nenabled = true\napi_token = 'sentinel-token'\n")

    assert said.startswith(f"adapter lame (parcels-lame 1.0) is not used: {why}")
    assert "sentinel" not in said


def test_an_adapter_of_no_use_is_one_line_and_the_others_are_asked(site: Site, desk: Desk) -> None:
    site.adapter("lame", "import no_such_thing\n")
    desk.configure("[adapters.lame]\nenabled = true\n")
    desk("add", KETTLE)
    why = "it cannot be imported (ModuleNotFoundError: No module named 'no_such_thing')"

    polled = desk("poll")

    line = one(polled.err, "parcels: adapter lame")
    assert line == f"parcels: adapter lame (parcels-lame 1.0) is not used: {why}"
    assert "seventeentrack: asked about 1" in polled.out
    assert polled.code == 1
    assert f"is not used: {why}" in one(desk("doctor").out, "PROBLEM  plug-in lame")
    assert "lame: not used, plug-in" in desk("adapters").out


BROKEN_RULES = [
    pytest.param("import no_such_thing\n", "it cannot be imported", id="an import error"),
    pytest.param(RULE.replace("] = 1", "] = 7"), "it wants version 7 of the interface for rules", id="another version of the interface"),
    pytest.param(RULE.replace('name: ClassVar[str] = "NAME"', 'name: ClassVar[str] = "x"'), "the rule is called 'x', and not lame as it is installed", id="another name"),
    pytest.param(RULE.replace("__call__", "judge"), "it has no __call__ that takes a dossier", id="nothing to call"),
    pytest.param(RULE.replace('{"lost"}', '{"lsot"}'), "it yields to 'lsot', which is no rule of this program", id="yielding to nobody"),
    pytest.param(RULE.replace("texts:", "words:"), "parcels_lame:Made has no texts", id="no words"),
    pytest.param(RULE.replace('"resolved_NAME"', '"NAME_over"'), "its texts lack resolved_lame", id="no words for the end"),
    pytest.param(RULE.replace('"NAME_seen": WORDS', '"clearance_seen": WORDS'), "its advice 'clearance_seen' does not begin with lame_", id="words of another rule"),
    pytest.param(RULE.replace('"action": "look"', '"act": "look"'), "needs title, means, do and action, and nothing else", id="words that lack a part"),
    pytest.param(RULE.replace("It is odd.", "It is {0.__class__} odd."), "has more in braces than the name of a fact", id="words that reach into a fact"),
    pytest.param(RULE.replace("It is odd.", "It is { odd."), "has a brace that belongs to nothing", id="words with a stray brace"),
    pytest.param(RULE.replace('"odd", "means"', '"o" * 41, "means"'), "title of its advice lame_seen is not text of one line, at most 40 characters", id="a title that leaves no room"),
    pytest.param(RULE.replace("days: int = 0", "days: int"), "its option days has no default", id="an option without a default"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "why"), BROKEN_RULES)
def test_a_rule_of_no_use_has_its_reason(site: Site, bare: Desk, source: str, why: str) -> None:
    site.rule("lame", source)

    (said,) = broken(bare, "[rules.lame]\nenabled = true\n")

    assert said.startswith("rule lame (parcels-lame 1.0) is not used: ")
    assert why in said


def test_a_rule_of_no_use_is_one_line_and_the_others_judge(site: Site, desk: Desk) -> None:
    site.rule("lame", "import no_such_thing\n")
    desk.configure("[rules.lame]\nenabled = true\n")
    desk("add", KETTLE, "--protected-until", "2026-09-04")

    polled = desk("poll")

    assert one(polled.err, "parcels: rule lame (parcels-lame 1.0) is not used: it cannot be imp")
    assert {alert["rule"] for alert in desk.alerts()} == {"protection"}
    assert polled.code == 1


# -- names that are taken


@pytest.mark.parametrize(
    ("group", "table"),
    [pytest.param(ADAPTERS, "adapters", id="adapters"), pytest.param(RULES, "rules", id="rules")],
)
def test_one_name_of_two_distributions_is_refused_naming_both(
    site: Site, desk: Desk, tmp_path: Path, group: str, table: str
) -> None:
    mark = tmp_path / "imported"
    for name, version in (("parcels-first", "1.0"), ("parcels-second", "2.5")):
        source = leaving(mark, ADAPTER)
        site.install(group, "twice", source, distribution=name, version=version)
    desk.configure(f"[{table}.twice]\nenabled = true\n")
    why = (
        "parcels-first 1.0 and parcels-second 2.5 both offer it, so that neither is used; "
        "uninstall one of them"
    )

    assert why in desk("poll").err
    assert desk("doctor").out.count(why) == 2
    assert not mark.exists()


@pytest.mark.parametrize(
    ("group", "name"),
    [
        pytest.param(ADAPTERS, "cainiao", id="a built-in adapter"),
        pytest.param(ADAPTERS, "http_json", id="the adapter without code"),
        pytest.param(ADAPTERS, "hand", id="the owner's own hand"),
        pytest.param(RULES, "clearance", id="a built-in rule"),
        pytest.param(RULES, "blind", id="a watch over sources"),
        pytest.param(RULES, "quota", id="a name that is promised"),
    ],
)
def test_a_name_of_this_program_is_refused_naming_both_distributions(
    site: Site, desk: Desk, group: str, name: str
) -> None:
    site.install(group, name, "raise OSError\n", distribution="parcels-greedy")

    line = one(desk("doctor").out, f"warning  plug-in {name}")

    assert "the name belongs to stuck-package-monitor" in line
    assert "what parcels-greedy 1.0 offers under it is not used" in line


def test_a_table_with_a_kind_stays_the_owners_own_source(site: Site, desk: Desk) -> None:
    site.adapter("mine", "raise OSError\n")
    desk.configure(
        "[adapters.mine]\nkind = 'http_json'\nbase_url = 'https://api.example.org'\n"
        "path = '/{number}'\n"
    )

    shown = desk("adapters").out

    assert "mine: on, official" in shown
    assert "[adapters.mine] has a kind, and so is a source of your own" in " ".join(shown.split())


def test_a_plug_in_that_is_not_installed_is_an_unknown_adapter_as_ever(desk: Desk) -> None:
    desk.configure("[adapters.gone]\nenabled = true\n")

    ran = desk("list")

    assert ran.code == 78
    assert "Unknown adapter adapters.gone" in ran.err
    assert 'needs kind = "http_json"' in ran.err


def test_garbled_metadata_of_one_package_hides_no_other(site: Site, desk: Desk) -> None:
    site.adapter("sound")
    (site.folder / "garbled-1.0.dist-info").mkdir()
    (site.folder / "garbled-1.0.dist-info" / "entry_points.txt").write_bytes(
        b"[monitor.adapters\n\xff="
    )

    assert "sound: off, plug-in" in desk("adapters").out
