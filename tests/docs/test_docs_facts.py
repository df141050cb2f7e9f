"""Options, thresholds, deadlines, words and codes on the pages are those of the program."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from monitor import errors
from monitor.adapters import ADAPTERS
from monitor.channels import Channel, open_channel
from monitor.channels.quiet import WHY
from monitor.channels.target import REFUSED
from monitor.circuit import CHALLENGE_PAUSES, IMPOSED, OPENS_AFTER, PROBES
from monitor.cli.checks import file_system
from monitor.daemon.office import Beat
from monitor.errors import BadConfiguration, ParcelsError
from monitor.history.letters import AGE, ATTEMPTS
from monitor.message.parts import MESSAGE_LIMIT
from monitor.message.texts import texts
from monitor.parcel import Stage
from monitor.protection import shipped_policies
from monitor.rules.registry import every_rule
from monitor.schedule import Severity
from monitor.settings.durations import written
from monitor.settings.rule_tables import options_of
from tests.docs.blocks import REPOSITORY, blocks
from tests.docs.tables import plain, rows

if TYPE_CHECKING:
    from pathlib import Path


def page(name: str) -> str:
    return (REPOSITORY / name).read_text("utf-8")


RULES_PAGE = page("docs/rules.md")
COMMANDS = page("docs/commands.md")
CHANNELS = page("docs/channels.md")
SERVICE = page("docs/service.md")
EVERY_RULE = every_rule()


@pytest.mark.parametrize("rule", [rule for rule in EVERY_RULE if rule != "protection"])
def test_the_thresholds_of_a_rule_are_those_of_the_program(rule: str) -> None:
    table = rows(page(f"docs/rules/{rule}.md"), "option")
    shown = {plain(row[0]): int(row[1]) for row in table if row[0]}
    assert shown == options_of(rule, EVERY_RULE[rule])


def test_every_rule_has_a_page_that_the_list_of_rules_links() -> None:
    for rule in EVERY_RULE:
        assert f"| [{rule}](rules/{rule}.md) |" in RULES_PAGE
        assert page(f"docs/rules/{rule}.md").startswith(f"# Rule `{rule}`\n")


WORDS = {
    "clearance": r"(import|export|transit)_\w+|resolved_clearance",
    "clearance_due": r"(payment|documents)_\w+|(resolved|news_deadline)_clearance_due",
    "handover": r"handover_\w+|resolved_handover",
    "clearance_failed": r"refused_\w+|prohibited|resolved_clearance_failed",
    "protection": r"(protection|dispute|cover|claim|law)_\w+|start_unknown|resolved_protection",
    "blind": r"blind_\w+|resolved_blind",
    "quota": r"quota_\w+|resolved_quota",
    "channel_failing": r"channel_\w+|resolved_channel_failing",
    "backup_failing": r"backup_failing|resolved_backup_failing",
    "silence": r"silence_\w+|resolved_silence",
    "never_shipped": r"never_shipped_\w+|resolved_never_shipped",
    "source_gives_up": r"source_gives_up|resolved_source_gives_up",
    "delivery_failed": r"attempt_\w+|resolved_delivery_failed",
    "pickup": r"pickup_\w+|news_deadline_pickup|resolved_pickup",
    "returning": r"return_\w+|resolved_returning",
    "lost": r"lost_\w+|resolved_lost",
    "delivered": r"delivered_\w+|resolved_delivered",
}


@pytest.mark.parametrize("rule", WORDS)
def test_the_words_of_a_rule_are_those_of_its_alerts(rule: str) -> None:
    text = page(f"docs/rules/{rule}.md")
    section = text.partition("## Its words")[2].partition("\n## ")[0]
    shown = {" ".join(word.split()) for word in section.split("·")}
    titles = {
        row["title"].replace("{left}", "… days")
        for name, row in texts().items()
        if re.fullmatch(WORDS[rule], name)
    }
    assert shown == titles


def test_the_shops_are_those_of_the_program() -> None:
    table = rows(page("docs/rules/protection.md"), "shop")
    assert [
        (plain(shop), int(days), starts, int(dispute or 0), zone, confidence)
        for shop, days, starts, dispute, zone, confidence in table
    ] == [
        (p.id, p.days, p.starts, p.dispute_days, p.zone, p.confidence)
        for _, p in sorted(shipped_policies().items())
    ]


def test_the_exit_codes_are_those_of_the_program() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    codes = {k.exit_code for k in kinds if issubclass(k, ParcelsError)}
    assert {int(row[0]) for row in rows(COMMANDS, "code")} == codes | {0}


def test_the_stages_are_those_of_the_program() -> None:
    section = page("docs/json.md").partition("## Stages")[2].partition("\n## ")[0]
    assert set(re.findall(r"`(\w+)`", section)) == {stage.value for stage in Stage}


def _channels(name: str) -> list[str]:
    found = [block.text for block in blocks(REPOSITORY / name) if block.language == "toml"]
    return [url for text in found for url in re.findall(r'^url = "(.+)"$', text, re.MULTILINE)]


@pytest.mark.parametrize("url", sorted({*_channels("README.md"), *_channels("docs/channels.md")}))
def test_the_channels_on_the_pages_are_taken(url: str) -> None:
    assert open_channel(Channel("shown", url, Severity.INFO)).name == "shown"


def test_the_short_mail_address_of_a_known_provider_is_taken() -> None:
    (url,) = re.findall(r"`(mailtos://\S+@gmail\.com)`", CHANNELS)
    assert open_channel(Channel("shown", url, Severity.INFO)).name == "shown"


def test_what_is_refused_in_a_url_is_said_with_every_option() -> None:
    refused = " ".join(row[0] for row in rows(CHANNELS, "in the URL"))
    assert set(re.findall(r"`(\w+)=`", refused)) == set(REFUSED)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("mailtos://a:b@example.org?to=c@example.org,d@example.org", id="two targets"),
        pytest.param("json://example.org/?optional=yes", id="optional"),
        pytest.param("json://example.org/?retry=3", id="retry"),
        pytest.param("json://example.org/?format=html", id="format"),
        pytest.param("syslog://", id="this machine"),
    ],
)
def test_what_is_said_to_be_refused_is(url: str) -> None:
    with pytest.raises(BadConfiguration):
        open_channel(Channel("shown", url, Severity.INFO))


def test_how_long_a_failing_alert_is_tried_is_said() -> None:
    assert f"After {ATTEMPTS} attempts, or after a day with at least 3" in CHANNELS
    assert AGE.days == 1
    assert f"at most {MESSAGE_LIMIT:,} characters" in CHANNELS


@pytest.mark.parametrize("name", ["cainiao", "seventeentrack"])
def test_who_is_asked_when_is_what_the_sources_say_of_themselves(name: str) -> None:
    options = {"api_key": "k"} if name == "seventeentrack" else {}
    said = ADAPTERS[name](**options).capability
    table = {row[0]: row[1:] for row in rows(SERVICE, "source")}
    shown = table[{"cainiao": "Cainiao", "seventeentrack": "17TRACK"}[name]]
    times = [written(said.every), written(said.floor)]
    assert [cell.replace(" ", "").replace("min", "m") for cell in shown[:2]] == times
    assert shown[2:] == (f"{said.spacing:g} s", str(said.batch))


def test_what_is_said_of_a_network_file_system_is_what_doctor_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("monitor.cli.mounts.kind_of", lambda _: "cifs")
    detail = file_system(tmp_path).detail
    quoted = " ".join(page("docs/where-to-run.md").split())
    assert f'"{detail.partition(" ")[2]}"' in quoted


@pytest.mark.parametrize("reason", WHY)
def test_each_reason_of_a_message_that_was_not_taken_is_explained(reason: str) -> None:
    assert reason in {row[0] for row in rows(CHANNELS, "it says")}


def test_the_jobs_of_the_service_tick_as_is_said() -> None:
    beat = Beat()
    said = {row[0].partition(",")[0]: row[1] for row in rows(SERVICE, "job")}
    assert said["look"] == f"every {beat.look:.0f} s"
    assert said["judge"].startswith(f"every {beat.judge:.0f} s")
    assert said["keep house"] == f"every {beat.keep_house / 60:.0f} min"


def test_the_pauses_after_a_failure_are_those_of_the_program() -> None:
    minutes = [str(int(pause.total_seconds() // 60)) for pause in PROBES]
    hours = [str(int(pause.total_seconds() // 3600)) for pause in CHALLENGE_PAUSES]
    assert OPENS_AFTER == 5
    assert sorted(IMPOSED) == ["challenge", "quota"], (
        "docs/service.md names what holds for a person"
    )
    assert (
        f"after five failures in a row after {', '.join(minutes[:-1])} and then every {minutes[-1]} minutes"
        in SERVICE
    )
    assert f"after {hours[0]} hour, {hours[1]} hours, and then {hours[2]} hours" in SERVICE
