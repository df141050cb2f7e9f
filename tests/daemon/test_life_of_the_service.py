"""The service as its owner has it: processes, signals, both sandboxes, alerts that arrive."""

from __future__ import annotations

import json
import signal
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.sandbox.histories import ScriptedEvent
from tests.cli.desk import KETTLE, LAMP, SHIPPED, held, keyed
from tests.daemon.conftest import Place, eventually

pytestmark = pytest.mark.long

HOUR = timedelta(hours=1)


def test_without_any_configuration_an_aliexpress_parcel_stopped_by_customs_is_told(
    place: Place,
) -> None:
    for name in [n for n in place.desk.environ if "CHANNELS" in n]:
        del place.desk.environ[name]
    place.cainiao.script(held())
    place.at(4)
    place.start()
    eventually(lambda: "watching" in place.err, "the service began")
    assert place.desk("add", KETTLE, "--label", "Kettle").code == 0
    eventually(lambda: "Kettle: stopped at import customs" in place.out, "the alert was printed")
    assert not (place.desk.folder / "config").exists()
    assert "Cainiao last asked the carrier" in place.out


def test_a_parcel_added_while_the_service_runs_is_asked_about_without_waiting(place: Place) -> None:
    place.start()
    place.desk("add", KETTLE)
    eventually(lambda: place.cainiao.calls, "Cainiao was asked about it")
    place.desk("add", LAMP)
    eventually(
        lambda: any(LAMP in call.numbers for call in place.cainiao.calls), "the second was, too"
    )
    assert [call.numbers for call in place.cainiao.calls] == [(KETTLE,), (LAMP,)]


def test_a_day_of_challenges_is_one_word_about_the_source_and_none_about_the_parcel(
    place: Place,
) -> None:
    place.cainiao.script(held())
    place.desk("add", KETTLE, "--label", "Kettle", "--shop", "none")
    place.at(3.9)
    place.start()
    eventually(lambda: place.told() == ["opened:notice"], "the exception was told")
    place.cainiao.challenge()
    before = len(place.cainiao.calls)
    for hour in range(1, 25):
        place.at(10 + hour / 24)
        if hour == 1:
            eventually(lambda: place.told("blind"), "the challenge was told")
    eventually(lambda: len(place.cainiao.calls) >= before + 2, "it was tried again")
    assert place.told() == ["opened:notice", "opened:warning"]
    place.cainiao.challenge(on=False)
    place.at(12)
    eventually(lambda: "resolved:warning" in place.told("blind"), "the return was told")
    (blind,) = [m for m in place.phone.messages if "wants to see a human" in m.title]
    assert f"newDetail.htm?mailNoList={KETTLE}" in blind.body
    eventually(lambda: place.told("clearance")[1:], "the silence was told afterwards")
    assert place.told("blind") == ["opened:warning", "resolved:warning"]
    assert place.told("clearance") == ["opened:notice", "escalated:warning"]


def test_through_an_outage_deadlines_speak_and_silence_waits_for_a_look(place: Place) -> None:
    keyed(place.desk)
    place.desk.environ["PARCELS_ADAPTERS__CAINIAO__ENABLED"] = "false"
    place.desk.sandbox.script(held())
    place.desk("add", KETTLE, "--protected-until", "2026-09-10")
    place.at(3.9)
    place.start()
    eventually(lambda: place.told("clearance") == ["opened:notice"], "the exception was told")
    place.desk.sandbox.faults.inject("error_503")
    place.at(7.2)  # 8 September: the last three days of the protection
    eventually(lambda: "escalated:critical" in place.told("protection"), "the deadline was told")
    eventually(lambda: place.told("blind"), "the outage was told")
    place.desk.sandbox.faults.clear()
    place.desk.sandbox.faults.inject("unauthorized_401")
    place.at(9.2)
    eventually(lambda: len(place.told("protection")) > 2, "the last day was told")
    assert place.told("clearance") == ["opened:notice"]
    # The reason has changed meanwhile: that is no second alert, but two days call for a reminder.
    assert place.told("blind") == ["opened:warning", "reminded:warning"]
    place.desk.sandbox.faults.clear()
    place.at(9.5)
    eventually(lambda: "resolved:warning" in place.told("blind"), "the return was told")
    eventually(lambda: len(place.told("clearance")) > 1, "the silence was told afterwards")
    assert place.told("clearance") == ["opened:notice", "escalated:warning"]


def test_a_source_that_drips_holds_up_neither_the_other_one_nor_an_alert(place: Place) -> None:
    keyed(place.desk)
    place.cainiao.faults.inject("drip", seconds=60)
    place.desk.sandbox.script(held())
    place.at(4)
    place.desk("add", LAMP, "--label", "Dripping")
    place.desk("add", KETTLE, "--label", "Kettle", "--adapter", "seventeentrack", "--shop", "none")
    place.start()
    eventually(lambda: place.told() == ["opened:notice"], "the other source's alert was sent")
    # The first answer has not ended: nothing of it is recorded, nothing has failed.
    assert "cainiao:" not in place.err
    assert "cainiao failed" not in place.err
    assert place.cainiao.calls


def test_a_signal_ends_the_service_in_time_though_source_and_channel_hang(
    place: Place, hanging: str
) -> None:
    place.desk.environ["PARCELS_CHANNELS__0__URL"] = hanging
    place.cainiao.script(held())
    place.at(4)
    place.desk("add", KETTLE, "--shop", "none")
    process = place.start()
    eventually(lambda: any(a["state"] == "sending" for a in place.desk.alerts()), "it was sending")
    place.cainiao.faults.inject("slow", seconds=300)
    place.desk("add", LAMP)
    eventually(lambda: len(place.cainiao.calls) > 1, "it was waiting for an answer")
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=25) == 0


def test_what_the_dead_predecessor_was_sending_is_sent_again_and_marked(
    place: Place, hanging: str
) -> None:
    url = place.desk.environ["PARCELS_CHANNELS__0__URL"]
    place.cainiao.script(held())
    place.at(4)
    place.desk("add", KETTLE, "--shop", "none")
    process = place.start(PARCELS_CHANNELS__0__URL=hanging)
    eventually(lambda: any(a["state"] == "sending" for a in place.desk.alerts()), "it was sending")
    process.kill()
    process.wait(timeout=10)
    place.start(PARCELS_CHANNELS__0__URL=url)
    (message,) = eventually(lambda: place.phone.messages, "it was sent again")
    assert message.body.startswith("(may be a repeat)")


def test_a_second_service_on_the_same_database_is_refused_with_its_name(place: Place) -> None:
    first = place.start()
    eventually(lambda: "watching" in place.err, "the service began")
    second = place.desk.process("run")
    assert second.code == 75
    assert f"already watches {place.desk.database} as process {first.pid}" in second.err


def test_a_configuration_that_cannot_work_ends_the_start_for_good(place: Place) -> None:
    place.desk.configure("[adapters.cainio]\nenabled = true\n")
    refused = place.desk.process("run")
    assert refused.code == 78
    assert "adapters.cainio" in refused.err


def test_a_person_can_poll_while_the_service_runs(place: Place) -> None:
    place.cainiao.script(held())
    place.desk("add", KETTLE)
    place.start()
    place.looked()
    polled = place.desk("poll")
    assert polled.code == 0
    assert "cainiao: 1 asked about lately; it blocks who asks more often" in polled.out


def test_a_jump_of_the_clock_means_looking_before_judging(place: Place) -> None:
    """Five days on, a release is known to the source and to nobody else."""
    place.cainiao.script(held(until=6))
    place.desk("add", KETTLE, "--shop", "none")
    place.at(3.9)
    place.start()
    eventually(lambda: place.told("clearance") == ["opened:notice"], "the exception was told")
    place.at(11)
    eventually(lambda: len(place.told("clearance")) > 1, "the release was told")
    assert place.told("clearance") == ["opened:notice", "resolved:notice"]
    eventually(lambda: "looking before judging" in place.err, "the jump was noticed")


def test_a_deadline_is_no_reason_to_wake_somebody_whose_parcel_came_while_the_machine_slept(
    place: Place,
) -> None:
    """A deadline needs no witness: only a look shows that it does not matter any more."""
    released = held(until=5)
    there = ScriptedEvent(
        6, "09:00", "Delivered_Other", "Delivered", offset="+02:00", location="Leipzig"
    )
    place.cainiao.script(replace(released, events=(*released.events, there)))
    end = SHIPPED + timedelta(days=16)
    place.desk("add", KETTLE, "--protected-until", f"{end:%Y-%m-%d}")
    place.at(3.9)
    place.start(TICK="2")  # so that nothing is under way when the clock jumps
    eventually(lambda: place.told("protection") == ["opened:notice"], "the deadline was told")
    place.at(11)
    eventually(lambda: any("resolved" in each for each in place.told()), "the end was told")
    assert place.told("protection") == ["opened:notice"]
    eventually(lambda: "looking before judging" in place.err, "the jump was noticed")


def test_a_clock_that_was_ahead_and_is_set_back_stops_nothing(place: Place) -> None:
    place.desk("add", KETTLE)
    place.at(2)
    place.start()
    place.looked()
    place.at(1)
    place.desk("add", LAMP)
    eventually(lambda: any(LAMP in c.numbers for c in place.cainiao.calls), "the new one was asked")


def test_the_sign_of_life_comes_and_its_address_is_nowhere_to_be_read(
    place: Place, heartbeats: tuple[str, list[str]]
) -> None:
    url, pings = heartbeats
    place.desk.environ["PARCELS_HEARTBEAT__URL"] = url
    place.start()
    eventually(lambda: pings, "the heartbeat came")
    assert url.rpartition("/")[2] not in place.err + place.out


def test_the_post_beside_the_database_tells_of_the_service_while_it_lives(place: Place) -> None:
    process = place.start()
    eventually(lambda: "watching" in place.err, "the service began")
    post = place.desk.database.with_name("parcels.db.run")
    assert json.loads(post.read_text())[0] == process.pid


def test_nothing_of_a_key_is_in_the_log_of_a_service_whose_key_is_refused(place: Place) -> None:
    keyed(place.desk)
    place.desk.environ |= {
        "PARCELS_ADAPTERS__CAINIAO__ENABLED": "false",
        "PARCELS_ADAPTERS__SEVENTEENTRACK__API_KEY": "s3ntinel0key0that0is0wrong",
    }
    place.desk("add", KETTLE)
    place.start()
    eventually(lambda: place.told("blind"), "the refusal was told")
    assert "seventeentrack failed" in place.err
    assert "s3ntinel" not in place.err + place.out + place.phone.messages[0].body


@pytest.fixture
def hanging() -> object:
    """A channel whose service takes the message and never answers."""
    import socketserver
    import threading

    over = threading.Event()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            over.wait(60)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"json://127.0.0.1:{server.server_address[1]}/"
        over.set()
        server.shutdown()
        thread.join()


def test_once_a_day_the_account_is_looked_at_although_no_parcel_is_due(place: Place) -> None:
    keyed(place.desk)
    place.desk.environ["PARCELS_ADAPTERS__CAINIAO__ENABLED"] = "false"
    place.desk("add", KETTLE)
    place.start()
    place.looked("seventeentrack")
    place.desk("done", KETTLE)
    calls = len(place.desk.sandbox.calls)
    for day in (1, 2):
        place.at(day)
        place.looked("seventeentrack")
    asked = [call.endpoint for call in place.desk.sandbox.calls[calls:]]
    assert asked == ["gettracklist", "getquota"] * 2
    (known,) = [s for s in place.desk("adapters", "--json").json if s["name"] == "seventeentrack"]
    assert known["quota"]["read_at"] == "2026-09-03T06:00:00Z"


def test_an_account_that_answers_again_heals_a_source_of_which_nothing_is_asked(
    place: Place,
) -> None:
    keyed(place.desk)
    place.desk.environ["PARCELS_ADAPTERS__CAINIAO__ENABLED"] = "false"
    place.desk("add", KETTLE)
    place.start()
    place.looked("seventeentrack")
    place.desk("done", KETTLE)
    place.desk.sandbox.faults.inject("unauthorized_401")
    place.at(1)
    eventually(lambda: place.told("blind"), "the refusal was told")
    place.desk.sandbox.faults.clear()
    place.at(2)
    eventually(lambda: "resolved:warning" in place.told("blind"), "the return was told")
