"""Alerts in every language: whole messages, and nothing of English or of a missing fact in any."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Any

import pytest

from monitor.alerts.memory import Kind
from monitor.alerts.values import Telling
from monitor.circuit import ChannelRecord, Health, SourceRecord, after_failure
from monitor.errors import FailureKind
from monitor.message.channels import render_channel
from monitor.message.language import ENGLISH, language, languages
from monitor.message.layout import TITLE_LIMIT, Words
from monitor.message.parts import Part, joined
from monitor.message.render import Matter, render, summary
from monitor.message.sources import render_source
from monitor.message.texts import Style
from monitor.parcel import Stage
from monitor.protection import deadlines, shipped_policies
from monitor.rules.blind import Blind
from monitor.rules.channel_failing import ChannelFailing
from monitor.rules.clearance import Clearance
from monitor.rules.clearance_due import ClearanceDue
from monitor.rules.protection import Protection
from monitor.rules.registry import RULES
from monitor.rules.silence import Silence
from monitor.schedule import Severity, Step, due
from monitor.seasons import Season
from tests.dossiers import HOUR, dossier, moment, scan
from tests.message.advices import BESIDE, EMITTED, MONDAY, Example
from tests.message.test_languages import ENGLISH_TEXTS, SAME, TRANSLATIONS

NOW = moment("2026-09-10 10:00")
GERMAN, SPANISH = Style(UTC, language="de"), Style(UTC, language="es")
LAMP: dict[str, Any] = {"label": "Lampe", "shop": "aliexpress", "shipped": date(2026, 9, 5)}


def told(rule: Any, known: Any, now: str, style: Style, kind: Kind = Kind.OPENED) -> Words:
    """What is told of the step that is due."""
    at = moment(now)
    episode = rule(known)
    step = due(episode, at) if episode else None
    assert step is not None
    telling = Telling(kind, step.severity, "", episode, step)
    ends = deadlines(known, shipped_policies())
    return render(Matter(rule.name, telling, known, ends, at), style)


def test_a_whole_alert_in_german() -> None:
    left = scan(
        Stage.IN_TRANSIT, "2026-12-01 10:00", "Departed", country="CN", translation="Abflug"
    )
    known = dossier(left, looked="2026-12-16 10:00", destination="", **LAMP)
    words = told(Silence(), known, "2026-12-16 10:00", GERMAN)

    assert words.title == "Lampe: seit dem Versand nicht bewegt"
    assert words.body == (
        "Lampe · LB123456789CN\n\n"
        "Was geschah: am Di, 1. Dez. 2026, 10:00 Uhr: „Departed“ („Abflug“).\n"
        "Seit 15 Tagen nichts Neueres; 17TRACK hat den Zusteller zuletzt am "
        "Mi, 16. Dez. 2026, 10:00 Uhr gefragt.\n"
        "In dieser Zeit sind Pakete langsamer, deshalb kommt das später als sonst: "
        "der Ansturm vom Singles' Day bis Neujahr.\n\n"
        "Was es bedeutet: Es wurde angenommen, und seither kam nichts Neues; soweit bekannt, ist es "
        "noch im Absenderland. Sortierzentren und der Zoll bei der Ausfuhr halten Pakete vor einem "
        "Flug tagelang fest, selten aber so lange.\n\n"
        "Jetzt zu tun:\n"
        "1. Gib die Sendungsnummer in einen Universal-Tracker ein und notiere eine zweite Nummer, "
        "falls er eine zeigt.\n"
        "2. Schreib dem Verkäufer: Nenne den letzten Scan und sein Datum und verlange einen "
        "Nachforschungsauftrag beim Versanddienst im Absenderland.\n\n"
        "AliExpress: abgelaufen am 3. Nov. 2026.\n"
        "Streitfall bei AliExpress: abgelaufen am 18. Nov. 2026.\n\n"
        "Nachsehen: https://t.17track.net/en#nums=LB123456789CN"
    )


def test_a_whole_reminder_in_spanish() -> None:
    facts = LAMP | {"label": "Lámpara", "paid": date(2026, 9, 5), "paid_with": "paypal"}
    known = dossier(destination="", **facts)
    words = told(Protection(), known, "2026-11-03 08:00", SPANISH, Kind.REMINDED)

    assert words.title == "Lámpara: recordatorio: último día de la protección"
    assert words.body == (
        "Lámpara · LB123456789CN\n\n"
        "Qué ha pasado: todavía no se ha visto ningún evento de seguimiento.\n\n"
        "Qué significa: Hoy se acaba la protección al comprador de la tienda, y el paquete no ha "
        "llegado.\n\n"
        "Qué hacer ahora:\n"
        "1. Abre ya la disputa en la página del pedido, salvo que allí ya figure una ampliación.\n"
        '2. Elige "no recibido" y adjunta el seguimiento. No aceptes cerrarla y esperar.\n\n'
        "AliExpress: queda 1 día, hasta el 3 de noviembre de 2026 (60 días desde el envío del "
        "5 de septiembre de 2026).\n"
        "Disputa en AliExpress: quedan 16 días, hasta el 18 de noviembre de 2026 (15 días desde el "
        "final de la protección). Después: PayPal, hasta el 3 de marzo de 2027.\n"
        "PayPal: quedan 121 días, hasta el 3 de marzo de 2027 (180 días desde el pago del "
        "5 de septiembre de 2026).\n"
        "PayPal vale junto a la protección de la tienda, pero elige una de las dos.\n\n"
        "Búscalo aquí: https://t.17track.net/en#nums=LB123456789CN"
    )


def test_a_law_and_a_carrier_without_a_name_are_told_in_german() -> None:
    asked = scan(Stage.CLEARANCE_PAYMENT_DUE, MONDAY, "Zoll zu zahlen", language="de")
    known = dossier(asked, looked=NOW, **LAMP)
    words = told(ClearanceDue(), known, "2026-09-13 12:00", GERMAN, Kind.REMINDED)

    assert words.title == "Lampe: Erinnerung: jetzt zahlen, sonst geht es zurück"
    assert "Das Zollamt wartet 7 Tage, etwa bis zum 14. Sept. 2026;" in words.body
    assert "Seit dem 1. Juli 2026 erhebt die EU Zoll auf jeden Artikel" in words.body


@pytest.mark.parametrize(
    ("code", "quoted"),
    [
        pytest.param("en", '"Verzollung läuft" ("Customs clearance")', id="a reader of English needs it"),
        pytest.param("de", "„Verzollung läuft“.", id="a reader of the carrier's language does not"),
    ],
)  # fmt: skip
def test_a_translation_is_shown_to_who_needs_it(code: str, quoted: str) -> None:
    event = scan(Stage.CLEARANCE_EXCEPTION, MONDAY, "Verzollung läuft", language="de")
    event = event._replace(translation="Customs clearance", matched=("verzollung",))
    words = told(
        Clearance(), dossier(event, looked=NOW), "2026-09-10 10:00", Style(UTC, language=code)
    )

    assert quoted in words.body


def test_what_the_owner_wrote_is_not_translated() -> None:
    strike = Season("postal strike", date(2026, 9, 1), date(2026, 9, 30), factor=2)
    silent = dossier(scan(Stage.IN_TRANSIT, MONDAY, country="CN"), looked="2026-09-30 10:00",
                     covers=(("insurance", date(2026, 12, 1)),))  # fmt: skip
    body = told(Silence(seasons=(strike,)), silent, "2026-09-30 10:00", GERMAN).body

    assert "deshalb kommt das später als sonst: postal strike." in body
    assert "insurance: noch 63 Tage, bis zum 1. Dez. 2026 (von dir angegeben)." in body


def test_an_address_is_taken_out_in_the_words_of_the_reader() -> None:
    held = scan(Stage.CLEARANCE_EXCEPTION, MONDAY, "pay at https://evil.example now")
    body = told(Clearance(), dossier(held, looked=NOW), "2026-09-10 10:00", GERMAN).body

    assert "„pay at [Adresse entfernt] now“" in body


FAILED = SourceRecord(
    "cainiao",
    6 * HOUR,
    after_failure(Health(last_ok=NOW - 20 * HOUR), FailureKind.CHALLENGE, "it shows a page", NOW),
)
BROKEN = ChannelRecord("mail", pending=3, waiting_since=NOW, last_failure=NOW, detail="no answer")


def of_source(style: Style, kind: FailureKind) -> Words:
    health = after_failure(Health(last_ok=NOW - 20 * HOUR), kind, "X1", NOW)
    record = replace(FAILED, health=health)
    episode = Blind()(record)
    assert episode is not None
    step = episode.steps[-1]
    return render_source(
        Telling(Kind.REMINDED, step.severity, "", episode, step), record, None, style
    )


def of_channel(style: Style, record: ChannelRecord) -> Words:
    episode = ChannelFailing()(record)
    assert episode is not None
    step = episode.steps[-1]
    return render_channel(
        Telling(Kind.OPENED, step.severity, "", episode, step), record, NOW, style
    )


def test_a_source_and_a_channel_are_told_of_in_the_language_and_their_answers_quoted() -> None:
    source = of_source(GERMAN, FailureKind.CHALLENGE)
    channel = of_channel(SPANISH, BROKEN)

    assert source.title == "Cainiao: Erinnerung: Sicherheitsabfrage statt Antwort"
    assert source.body.split("\n\n")[:2] == [
        "Cainiao (eine Quelle der Sendungsverfolgung, kein Paket)",
        (
            "Was geschah: „X1“. Gestört seit Do, 10. Sept. 2026, 10:00 Uhr; die letzte Antwort kam am "
            "Mi, 9. Sept. 2026, 14:00 Uhr."
        ),
    ]
    assert channel.title == "mail: no acepta mensajes"
    assert channel.body.split("\n\n")[:2] == [
        "mail (uno de tus canales, no un paquete)",
        (
            'Qué ha pasado: "no answer". Falla desde el jueves 10 de septiembre de 2026, 10:00. '
            "3 mensajes en espera; todavía no ha aceptado ninguno."
        ),
    ]


def test_what_joins_alerts_is_in_the_language_of_now() -> None:
    parts = [Part(Kind.OPENED, Severity.CRITICAL, "Lampe: a", "A"), Part(Kind.RESOLVED, Severity.WARNING, "Hut: b", "B")]  # fmt: skip
    words = joined(parts, repeat=True, code="de")

    assert words.title == "Lampe: a (+1 weitere)"
    assert words.body.startswith("(vielleicht eine Wiederholung)\n\nKRITISCH: Lampe: a\nA")
    assert "Erledigt: Hut: b\nB" in words.body


# Every advice, whole and in short, with each way a message can be made.

KNOWN = {"pay_by": "2026-09-21", "hold_until": "2026-09-17", "carrier": "The customs office"}


def examples() -> dict[str, Example]:
    """For what is said beside the steps: a step that says it."""
    held = EMITTED["import_silent"]
    beside = [*BESIDE, *(f"resolved_{rule}" for rule in RULES)]
    steps = {advice: Step("x", held.step.at, Severity.WARNING, advice) for advice in beside}
    facts = held.episode.facts | KNOWN
    episode = held.episode._replace(facts=facts)
    return EMITTED | {a: Example(held.rule, held.dossier, episode, s) for a, s in steps.items()}


EVERY = examples()


def every_message(style: Style) -> dict[str, str]:
    """Everything there is to say, in one language, by what it is about."""
    found: dict[str, str] = {}
    for advice, (rule, nameless, episode, step) in EVERY.items():
        known = replace(nameless, parcel=replace(nameless.parcel, label="X"))  # never cut
        ends = deadlines(known, shipped_policies())
        for kind in (Kind.OPENED, Kind.REMINDED):
            telling = Telling(kind, step.severity, "", episode, step, ended="another")
            for now in (step.at, step.at + timedelta(days=30)):
                matter = Matter(rule, telling, known, ends, now)
                words = [render(matter, style), summary(matter, style)]
                assert all(len(w.title) <= TITLE_LIMIT for w in words)
                found[f"{advice} {kind} {now:%d}"] = "\n".join(
                    f"{w.title}\n{w.body}" for w in words
                )
    for kind in FailureKind:
        found[f"source {kind}"] = str(of_source(style, kind))
    given_up = ChannelRecord(
        "mail", dead=1, given_up_at=NOW, last_failure=NOW, last_sent=NOW - HOUR
    )
    for record in (BROKEN, given_up, replace(BROKEN, last_sent=NOW - HOUR, detail="")):
        found[f"channel {record.dead}{record.detail}"] = str(of_channel(style, record))
    over = Telling(Kind.RESOLVED, Severity.WARNING, "", ended="x")
    found["source over"] = str(render_source(over, FAILED, NOW, style))
    found["channel over"] = str(render_channel(over, replace(BROKEN, last_sent=NOW), NOW, style))
    return found


def pieces(text: str) -> list[str]:
    """What stands between the facts of a text, where it is long enough to be told apart."""
    found = (piece.strip() for piece in re.split(r"\{\w*\}", text))
    return [p for p in found if len(p) >= 8 and " " in p and not p.startswith("--")]


# The words of events stand in the parcels of the examples, too.
ENGLISH_PIECES = {
    piece
    for place, text in ENGLISH_TEXTS.items()
    if not place.startswith("words.stages") and text not in SAME
    for piece in pieces(text)
}


@pytest.mark.parametrize("code", languages())
def test_no_message_has_a_gap_where_a_fact_should_be(code: str) -> None:
    for about, message in every_message(Style(UTC, language=code)).items():
        without = message.replace("parcels edit …", "")  # of what is typed, the number is left out
        assert "…" not in without, about
        assert "{" not in without, about


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_no_message_in_another_language_holds_an_english_phrase(code: str) -> None:
    for about, message in every_message(Style(UTC, language=code)).items():
        assert [piece for piece in ENGLISH_PIECES if piece in message] == [], about


def test_the_search_for_english_phrases_finds_them_in_english() -> None:
    """Guards the test above against an empty search."""
    whole = "\n".join(every_message(Style(UTC)).values())

    assert len([piece for piece in ENGLISH_PIECES if piece in whole]) > 400
    assert {"What happened: on", "What it means:", "the order of"} <= ENGLISH_PIECES


def test_the_forms_of_a_number_are_those_of_the_language() -> None:
    for code, one, other in (("en", "1 day", "2 days"), ("de", "1 Tag", "2 Tage"), ("es", "1 día", "2 días")):  # fmt: skip
        words = language(code)
        assert (words.counted("left", 1), words.counted("left", 2)) == (one, other)
    assert ENGLISH == "en"
