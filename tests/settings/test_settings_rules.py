"""The tables of the rules, read against what each rule declares."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from monitor.settings import load, rule_tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.settings.conftest import Desk


@dataclass(frozen=True)
class Silence:
    """Nothing moves."""

    name: ClassVar[str] = "silence"

    warning: int = 10
    share: float = 0.5
    working_days: bool = True
    advice: str = "wait"
    pause: timedelta = timedelta(hours=1)
    steps: tuple[int, ...] = (1, 2)
    words: tuple[str, ...] = ()
    handed: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.warning > 100:
            raise ValueError("warning must come within 100 days.")


RULES: dict[str, type] = {"silence": Silence, "protection": Silence}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("warning = 5", {"warning": 5}, id="a whole number"),
        pytest.param("share = 1", {"share": 1.0}, id="a number"),
        pytest.param("working_days = false", {"working_days": False}, id="a switch"),
        pytest.param('advice = "ask"', {"advice": "ask"}, id="text"),
        pytest.param('pause = "2h"', {"pause": timedelta(hours=2)}, id="a duration"),
        pytest.param("steps = [3, 4]", {"steps": (3, 4)}, id="a list of numbers"),
        pytest.param('words = ["a", 1, true]', {"words": ("a", 1, True)}, id="a list without a model"),
        pytest.param("", {}, id="nothing"),
    ],
)  # fmt: skip
def test_an_option_of_a_rule_is_read(desk: Desk, text: str, expected: dict[str, Any]) -> None:
    settings = desk.load(f"[rules.silence]\n{text}", RULES)
    assert settings.rule_options == {"silence": expected}
    Silence(**settings.rule_options["silence"])


def test_options_of_rules_come_from_the_environment_too(desk: Desk) -> None:
    settings = desk.load(
        "rules.silence.warning = 5",
        RULES,
        PARCELS_RULES__SILENCE__WARNING="7",
        PARCELS_RULES__SILENCE__WORKING_DAYS="no",
        PARCELS_RULES__SILENCE__STEPS="3,4",
    )
    assert settings.rule_options["silence"] == {
        "warning": 7, "working_days": False, "steps": (3, 4),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("warnin = 5", "Unknown option rules.silence.warnin (config.toml); did you mean rules.silence.warning?", id="misspelt"),
        pytest.param("zzz = 5", "Unknown option rules.silence.zzz (config.toml); options there are advice, pause, share,", id="like none"),
        pytest.param("handed = {a = 1}", "Unknown option rules.silence.handed (config.toml)", id="what it is handed otherwise"),
        pytest.param("name = 'x'", "Unknown option rules.silence.name (config.toml)", id="its name"),
        pytest.param("warning = '5d'", "rules.silence.warning (config.toml): it must be a whole number from 0 to 100000.", id="text for a number"),
        pytest.param("warning = -1", "rules.silence.warning (config.toml): it must be a whole number from 0 to 100000.", id="below nothing"),
        pytest.param("working_days = 3", "rules.silence.working_days (config.toml): it must be true or false.", id="a number for a switch"),
        pytest.param("steps = 3", "rules.silence.steps (config.toml): it must be a list.", id="a number for a list"),
        pytest.param("steps = ['x']", "rules.silence.steps (config.toml): it must be a whole number", id="text in a list of numbers"),
        pytest.param("pause = 3", "rules.silence.pause (config.toml): it must be a duration", id="a number for a duration"),
        pytest.param("warning = 101", "rules.silence (config.toml): warning must come within 100 days.", id="what the rule itself refuses"),
    ],
)  # fmt: skip
def test_a_wrong_option_of_a_rule_is_refused(desk: Desk, text: str, sentence: str) -> None:
    assert sentence in desk.refusal(f"[rules.silence]\n{text}", RULES)


def test_a_rule_that_is_named_but_not_there_yet_may_hold_anything(desk: Desk) -> None:
    assert desk.load("[rules.quota]\nwhatever = [1, {a = 2}]", RULES).rule_options == {}


def test_the_options_of_protection_stand_in_their_own_table(desk: Desk) -> None:
    assert desk.refusal("[rules.protection]\nwarning = 3", RULES) == (
        "Unknown option rules.protection.warning (config.toml); the options of this rule stand in [protection]."
    )


INSTALLED = rule_tables.installed()


@pytest.mark.parametrize("name", [name for name in INSTALLED if name not in rule_tables.ELSEWHERE])
def test_every_option_of_an_installed_rule_can_be_set_to_its_default(desk: Desk, name: str) -> None:
    options = rule_tables.options_of(name, INSTALLED[name])
    environ = {
        f"PARCELS_RULES__{name}__{option}".upper(): _as_text(value)
        for option, value in options.items()
    }
    settings = load(desk.write(""), desk.environ | environ)
    assert settings.rule_options.get(name, {}) == options


def _as_text(value: object) -> str:
    if isinstance(value, timedelta):
        return f"{int(value.total_seconds())}s"
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


@pytest.mark.parametrize("name", INSTALLED)
def test_every_installed_rule_is_one_the_outside_may_name(name: str) -> None:
    assert name in rule_tables.NAMES
    assert dataclasses.is_dataclass(INSTALLED[name])
