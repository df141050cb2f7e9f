"""A parcel's trouble and the event that ends it are said once to everybody who heard of the trouble."""

from __future__ import annotations

import pytest

from monitor.alerts.memory import Kind, Memory
from monitor.alerts.values import Telling, Verdict
from monitor.parcel import Dossier, Stage
from monitor.schedule import Episode, Severity, Step
from monitor.sweep.farewell import one_farewell, one_voice
from tests.dossiers import dossier, moment, scan

MONDAY = "2026-09-07 10:00"
MEMORY = Memory("import", opened_at=moment(MONDAY))


def over(worst: Severity) -> Verdict:
    telling = Telling(Kind.RESOLVED, worst, "nothing is left of it", ended="import")
    return Verdict(MEMORY, (telling,))


def begun(severity: Severity, kind: Kind = Kind.OPENED, *, nags: bool = True) -> Verdict:
    step = Step("step", moment(MONDAY), severity, "advice", nags=nags)
    episode = Episode("rule", "parcel:7", "matter", moment(MONDAY), (step,))
    return Verdict(MEMORY, (Telling(kind, severity, "it has come", episode, step),))


def at(stage: Stage) -> Dossier:
    return dossier(scan(stage, MONDAY))


def said(verdicts: dict[str, Verdict], dossier_: Dossier) -> dict[str, tuple[Kind, str]]:
    """By rule what is told, and the matter that closes within it."""
    found = one_voice(verdicts, dossier_)
    assert {n: v.memory for n, v in found.items()} == {n: v.memory for n, v in verdicts.items()}
    return {n: (t.kind, t.ended) for n, v in found.items() for t in v.tellings}


NEWS = begun(Severity.NOTICE, nags=False)
RESOLVED, OPENED = (Kind.RESOLVED, "import"), (Kind.OPENED, "")
WITHIN = (Kind.OPENED, "import")


@pytest.mark.parametrize(
    ("verdicts", "stage", "expected"),
    [
        pytest.param(
            {"clearance": over(Severity.WARNING), "delivered": NEWS},
            Stage.DELIVERED,
            {"clearance": RESOLVED},
            id="a delivery that ends a told trouble: its end says so, and is enough",
        ),
        pytest.param(
            {"delivery_failed": over(Severity.NOTICE), "delivered": NEWS},
            Stage.DELIVERED,
            {"delivery_failed": RESOLVED},
            id="of a trouble as mild as the news, too",
        ),
        pytest.param(
            {"silence": over(Severity.INFO), "delivered": NEWS},
            Stage.DELIVERED,
            {"delivered": WITHIN},
            id="a milder trouble was not heard by all who want the news: the news says both",
        ),
        pytest.param(
            {"clearance": over(Severity.WARNING), "delivered": NEWS},
            Stage.IN_TRANSIT,
            {"clearance": RESOLVED, "delivered": OPENED},
            id="the end does not speak of the delivery: both are told",
        ),
        pytest.param(
            {"clearance": over(Severity.CRITICAL), "delivered": begun(Severity.CRITICAL)},
            Stage.DELIVERED,
            {"delivered": WITHIN},
            id="a suspicious delivery is always told, and never as an end",
        ),
        pytest.param(
            {"delivered": NEWS}, Stage.DELIVERED, {"delivered": OPENED}, id="a delivery alone"
        ),
        pytest.param(
            {"clearance": over(Severity.WARNING), "returning": begun(Severity.CRITICAL)},
            Stage.RETURNING,
            {"returning": WITHIN},
            id="a return closes the customs problem within its own message",
        ),
        pytest.param(
            {
                "clearance": over(Severity.WARNING),
                "protection": over(Severity.CRITICAL),
                "lost": begun(Severity.CRITICAL, Kind.ESCALATED),
            },
            Stage.LOST_OR_DAMAGED,
            {"lost": (Kind.ESCALATED, "import")},
            id="so does a loss, of all that ends with it",
        ),
        pytest.param(
            {"delivery_failed": over(Severity.NOTICE), "pickup": begun(Severity.NOTICE)},
            Stage.PICKUP,
            {"pickup": WITHIN},
            id="a place of collection closes the failed delivery",
        ),
        pytest.param(
            {"delivery_failed": over(Severity.WARNING), "pickup": begun(Severity.NOTICE)},
            Stage.PICKUP,
            {"delivery_failed": RESOLVED, "pickup": OPENED},
            id="but who hears warnings only still hears that it is over",
        ),
        pytest.param(
            {"clearance": over(Severity.WARNING), "protection": begun(Severity.CRITICAL)},
            Stage.OUT_FOR_DELIVERY,
            {"clearance": RESOLVED, "protection": OPENED},
            id="a rule that ends nothing takes no end away",
        ),
        pytest.param(
            {"clearance": over(Severity.NOTICE), "protection": over(Severity.WARNING)},
            Stage.DELIVERED,
            {"protection": RESOLVED},
            id="what ends together is one notice, that of the gravest",
        ),
    ],
)
def test_an_end_is_told_once(
    verdicts: dict[str, Verdict], stage: Stage, expected: dict[str, tuple[Kind, str]]
) -> None:
    assert said(verdicts, at(stage)) == expected


def test_what_is_held_stays_with_its_rule() -> None:
    found = one_farewell({"delivered": (None, NEWS, True)}, at(Stage.DELIVERED))

    assert found == {"delivered": (None, NEWS, True)}
