"""A plug-in at work: its faults are told once, and nothing beside it stops or changes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from monitor.history import History
from monitor.plugins import offer
from monitor.settings import load
from monitor.sweep.court import court_from
from tests.cli.desk import KETTLE, LAMP
from tests.plugins.packages import ADAPTER, RULE

if TYPE_CHECKING:
    from tests.cli.desk import Desk
    from tests.plugins.packages import Site

SECRET = "sentinel0token0that0must0not0show"
ON = "[rules.ours]\nenabled = true\n"


def asking(desk: Desk, name: str = "made", more: str = "") -> None:
    """Switch an adapter on, with an address at which something answers."""
    url = desk.sandbox.base_url
    desk.configure(
        f"[adapters.{name}]\nenabled = true\nbase_url = '{url}'\napi_token = '{SECRET}'\n{more}"
    )


# -- adapters


def test_an_adapter_is_asked_beside_the_others(site: Site, desk: Desk) -> None:
    site.adapter("made")
    asking(desk)
    desk("add", KETTLE)

    ran = desk("poll")

    assert ran.code == 0
    assert "made: asked about 1, 1 answered" in ran.out
    assert "seventeentrack: asked about 1" in ran.out
    assert {s["adapter"] for s in desk.shown()["sources"]} == {"made", "seventeentrack"}


def test_a_parcel_can_be_left_to_a_plug_in_alone(site: Site, desk: Desk) -> None:
    site.adapter("made")
    asking(desk)
    desk("add", KETTLE, "--adapter", "made")

    assert "seventeentrack" not in desk("poll").out


PARSE = "        return tuple(NotYet(ask.number, now) for ask in asks)"
RUNNING = [
    pytest.param("parse", "        raise ZeroDivisionError(self.api_token)", "the plug-in failed (ZeroDivisionError); this is a fault of parcels-made 1.0", id="an error while parsing"),
    pytest.param("parse", "        return ()", "the plug-in failed (parse gave not one outcome for each number)", id="too few outcomes"),
    pytest.param("parse", "        return tuple(NotYet('X', now) for ask in asks)", "the plug-in failed (parse gave its outcomes in another order than it was asked", id="outcomes of other numbers"),
    pytest.param("parse", "        return tuple(None for ask in asks)", "the plug-in failed (parse gave NoneType as an outcome", id="nothing as an outcome"),
    pytest.param("parse", "        return tuple(NotYet(ask.number, now.replace(tzinfo=None)) for ask in asks)", "the plug-in failed (a time has no zone)", id="a time without a zone"),
    pytest.param("fetch", "        raise KeyError(self.api_token)", "the plug-in failed (KeyError)", id="an error while asking"),
    pytest.param("fetch", "        from monitor.errors import SourceTrouble, FailureKind\n        raise SourceTrouble(FailureKind.DRIFT, 'no: ' + self.api_token)", "no: ***", id="a trouble that repeats the key"),
]  # fmt: skip


@pytest.mark.parametrize(("where", "does", "said"), RUNNING)
def test_a_fault_of_an_adapter_is_a_trouble_of_its_source_alone(
    site: Site, desk: Desk, where: str, does: str, said: str
) -> None:
    fetch = '        return await wire.get("/", params={"n": asks[0].number})'
    site.adapter("made", ADAPTER.replace(PARSE if where == "parse" else fetch, does))
    asking(desk)
    desk("add", KETTLE)

    ran = desk("poll")

    assert f"parcels: made failed: {said}" in ran.err
    assert ran.err.count("made failed") == 1
    assert "seventeentrack: asked about 1, 1 answered" in ran.out
    assert ran.code == 1
    assert SECRET not in ran.out + ran.err
    assert "look for a newer version of parcels-made" in desk("doctor").out


def test_an_adapter_that_fails_to_recognise_is_told_once_and_recognises_nothing(
    site: Site, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    site.adapter("made", ADAPTER.replace('return number.startswith("LP")', "return 1 / 0"))
    asking(desk)
    desk("add", KETTLE)
    desk("add", LAMP)
    caplog.clear()

    ran = desk("poll")

    assert "made: asked" not in ran.out
    assert "seventeentrack: asked about 2" in ran.out
    assert caplog.text.count("it fails to recognise numbers (ZeroDivisionError)") == 1


def test_what_an_adapter_shows_is_cleaned_before_it_is_believed(site: Site, desk: Desk) -> None:
    event = (
        "Event('elsewhere', '', '\\x1b[31m', datetime(9999, 1, 1, tzinfo=timezone.utc), "
        "TimeQuality.EXACT, 'c' * 900, '\\u202eParcel\\x00 collected' + 'x' * 900, country='??')"
    )
    site.adapter(
        "made",
        "from datetime import datetime, timezone\n"
        "from monitor.adapters.contract import Snapshot\n"
        "from monitor.parcel import Event, TimeQuality\n"
        + ADAPTER.replace(
            PARSE,
            f"        event = {event}\n"
            "        return tuple(Snapshot(a.number, now, (event, event), evidence=b'{}', "
            "fingerprint='f') for a in asks)",
        ),
    )
    asking(desk)
    desk("add", KETTLE, "--adapter", "made")

    assert desk("poll").code == 0

    (shown,) = desk.shown()["events"]
    assert (shown["source"], shown["at"], len(shown["text"])) == ("made", None, 500)
    assert shown["text"].startswith("Parcel collected")


# -- rules


def test_a_rule_speaks_in_its_own_words(site: Site, desk: Desk) -> None:
    site.rule("ours")
    desk.configure(ON)
    desk("add", KETTLE)

    desk("poll")

    (told,) = [alert for alert in desk.alerts() if alert["rule"] == "ours"]
    assert told["title"] == f"{KETTLE}: odd"
    assert "What it means: It is odd." in told["body"]
    assert desk.shown()["next_step"]["action"] == "look"
    assert "ours" in desk("why", KETTLE).out


def test_a_rule_yields_to_those_of_the_program(site: Site, desk: Desk) -> None:
    site.rule("ours")
    desk.configure(ON)
    desk("add", KETTLE)
    desk("event", KETTLE, "Parcel lost", "--stage", "lost_or_damaged")

    desk("poll")

    assert {alert["rule"] for alert in desk.alerts()} == {"lost"}
    assert desk.shown()["severity"] == "critical"
    assert "lost" in desk("why", KETTLE).out.partition("ours")[2]


FAULTS = [
    pytest.param("raise ZeroDivisionError", "ZeroDivisionError", id="an error"),
    pytest.param("return 7", "it answered with int and not with an Episode", id="a number in place of an episode"),
    pytest.param("return Episode('NAME', 'parcel:99', 'o', dossier.parcel.added_at, ())", "its episode names another rule or another subject", id="an episode of another parcel"),
    pytest.param("return Episode('NAME', subject_of(dossier.parcel.id), 'o', dossier.parcel.added_at, ())", "its episode has not 1 to 40 steps", id="no step"),
    pytest.param("return Episode('NAME', subject_of(dossier.parcel.id), 'o', dossier.parcel.added_at.replace(tzinfo=None), (1,))", "a date has no zone, or lies outside 2000 to 2199", id="a date without a zone"),
    pytest.param("return Episode('NAME', subject_of(dossier.parcel.id), 'o', dossier.parcel.added_at, (Step('a', dossier.parcel.added_at, Severity.INFO, 'unsaid'),))", "its advice 'unsaid' has no words", id="an advice without words"),
]  # fmt: skip


@pytest.mark.parametrize(("does", "said"), FAULTS)
def test_a_fault_of_a_rule_is_told_once_and_all_others_judge(
    site: Site, desk: Desk, caplog: pytest.LogCaptureFixture, does: str, said: str
) -> None:
    call = "    def __call__(self, dossier):\n"
    site.rule("ours", RULE.replace(call, call + f"        {does}\n"))
    desk.configure(ON)
    for number in (KETTLE, LAMP):
        desk("add", number, "--protected-until", "2026-09-04")
    caplog.clear()

    ran = desk("poll")

    assert caplog.text.count(f"rule ours (parcels-ours 1.0) failed ({said})") == 1
    assert sorted(a["number"] for a in desk.alerts() if a["rule"] == "protection") == [KETTLE, LAMP]
    assert ran.code == 1
    assert f"failed ({said})" in desk("doctor").out


def test_a_fault_of_a_rule_is_said_on_standard_error_as_one_line(site: Site, desk: Desk) -> None:
    site.rule("ours", RULE.replace("    def __call__(self, dossier):\n", "    def __call__(self, dossier):\n        raise OSError\n"))  # fmt: skip
    desk.configure(ON)
    desk.environ["PYTHONPATH"] = f"{desk._seen()['PYTHONPATH']}:{site.folder}"
    desk("add", KETTLE)

    ran = desk.process("poll")

    lines = [line for line in ran.err.splitlines() if "rule ours" in line]
    (line,) = lines
    assert line.startswith("parcels: rule ours (parcels-ours 1.0) failed (OSError); what it said")
    assert "Traceback" not in ran.err


def test_what_a_rule_said_stands_while_it_fails_and_is_not_said_again(
    site: Site, desk: Desk
) -> None:
    switch = site.folder / "fail"
    site.rule(
        "ours",
        "import pathlib\n"
        + RULE.replace(
            "    def __call__(self, dossier):\n",
            "    def __call__(self, dossier):\n"
            f"        if pathlib.Path({str(switch)!r}).exists():\n            raise OSError\n",
        ),
    )
    desk.configure(ON)
    desk("add", KETTLE)
    desk("poll")
    switch.touch()
    desk.at(0.5)
    desk("edit", KETTLE, "--label", "kettle")  # judged anew, and the rule fails

    desk("poll")
    failing = [e["rule"] for e in desk.shown()["episodes"]]
    switch.unlink()
    desk.at(0.6)
    desk("edit", KETTLE, "--label", "pot")
    desk("poll")

    assert "ours" in failing
    assert [a["kind"] for a in desk.alerts() if a["rule"] == "ours"] == ["opened"]


@pytest.mark.parametrize(
    ("after", "stands"),
    [
        pytest.param("[rules.ours]\nenabled = false\n", False, id="switched off: its matter ends"),
        pytest.param("", False, id="its table taken out: its matter ends"),
        pytest.param(ON, True, id="switched on, and broken for now: its matter stands"),
    ],
)
def test_what_becomes_of_the_matters_of_a_rule(
    site: Site, desk: Desk, after: str, stands: bool
) -> None:
    module = site.rule("ours")
    desk.configure(ON)
    desk("add", KETTLE)
    desk("poll")
    if stands:
        (site.folder / f"{module}.py").write_text("import no_such_thing\n")
        del sys.modules[module]
    desk.configure(after)

    desk("poll")

    with History.read(desk.database) as history:  # type: ignore[union-attr]
        (matters,) = history.matters.of([1]).values() or ({},)
    assert ("ours" in matters) is stands
    assert [a["kind"] for a in desk.alerts() if a["rule"] == "ours"] == ["opened"]


def test_a_rule_of_another_version_judges_all_anew(site: Site, desk: Desk) -> None:
    site.rule("ours")
    desk.configure(ON)

    def fingerprint() -> str:
        file = desk.folder / "config" / "parcels" / "config.toml"
        return court_from(load(file, {"HOME": str(desk.folder)})).fingerprint

    first, again = fingerprint(), fingerprint()
    (site.folder / "parcels_ours-1.0.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: parcels-ours\nVersion: 1.1\n"
    )
    offer._found.cache_clear()

    assert first == again != fingerprint()
