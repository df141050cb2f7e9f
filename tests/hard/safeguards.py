"""The safeguards of the program, where each stands, and the tests that fail without it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Safeguard:
    """One line of defence: `there` in `file` (once), `instead` what stands there when it is gone.

    `requirement`: the number of its line on docs/reliability.md; `tests`: as pytest takes them.
    """

    requirement: int
    what: str
    file: str
    there: str
    instead: str
    tests: tuple[str, ...]

    def without(self, whole: str) -> str:
        if whole.count(self.there) != 1:
            raise ValueError(f"{self.file} does not hold {self.there!r} once")
        return whole.replace(self.there, self.instead)


def _s(requirement: int, what: str, place: str, there: str, instead: str, *tests: str) -> Safeguard:
    file = place if "." in place.rpartition("/")[2] else f"monitor/{place}.py"
    return Safeguard(
        requirement, what, file, there, instead, tuple(f"tests/{each}.py" for each in tests)
    )


CRASHES = "history/test_outbox_under_crashes"
OPENING = "history/test_opening"
CONNECTION = "history/test_connection"

SAFEGUARDS = (
    _s(1, "a transaction begins with the write lock", "history/connection",
       '"BEGIN IMMEDIATE"', '"BEGIN"', OPENING),
    _s(1, "writing happens inside a transaction only", "history/connection",
       'raise RuntimeError("writing outside write_tx()")', "pass", CONNECTION),
    _s(1, "no implicit transactions", "history/connection",
       "path.absolute(), timeout=patience, isolation_level=None, check_same_thread=False",
       "path.absolute(), timeout=patience, check_same_thread=False", "history/test_manners_of_writing"),
    _s(1, "nobody waits inside a transaction", "sweep/tell",
       "    await asyncio.to_thread(history.outbox.reclaim, alive, now)\n",
       "    with history.write_tx():\n        await asyncio.sleep(0)\n",
       "history/test_manners_of_writing"),
    _s(2, "what a dead sender had is marked as a possible repeat", "history/leases",
       "SET state = 'pending', maybe_sent = 1, next_at", "SET state = 'pending', next_at", CRASHES),
    _s(2, "a claim is kept before anything is sent", "history/leases",
       "SET maybe_sent = max(maybe_sent, state = 'sending'), state = 'sending',",
       "SET maybe_sent = max(maybe_sent, state = 'sending'),", CRASHES),
    _s(2, "what a dead sender had is taken back at the start", "daemon/running",
       "        history.outbox.reclaim(alive, clock.wall())\n", "",
       "daemon/test_life_of_the_service"),
    _s(2, "one telling is one row", "history/outbox",
       "ON CONFLICT (dedupe_key) DO NOTHING", "", "history/test_outbox"),
    _s(3, "one target for each channel", "channels/target",
       "len(apprise) != 1 or targets != 1", "len(apprise) != 1", "channels/test_target"),
    _s(3, "no option that makes a failure a success", "channels/target",
       "if key in REFUSED:", 'if key in REFUSED and key != "optional":', "channels/test_target"),
    _s(3, "no answer in time means that it may have arrived", "channels/sending",
       "AppriseResultStatus.TIMEOUT or", "AppriseResultStatus.PARTIAL or",
       "channels/test_sending"),
    _s(4, "what was given up is told through the others", "rules/channel_failing",
       "[*self._failing(record), *_given_up(record)]", "[*self._failing(record)]",
       "rules/test_channel_failing_rule"),
    _s(4, "doctor names what was given up", "cli/vitals",
       "alerts retry ID", "alerts", "cli/test_doctor_command"),
    _s(5, "silence needs a witness", "schedule",
       "come = [s for s in episode.steps if has_come(s, episode, now)]",
       "come = [s for s in episode.steps if s.at <= now]", "test_schedule"),
    _s(5, "after a jump of the clock one looks first", "daemon/service",
       "                looker.look_anew()\n", "                pass\n",
       "daemon/test_life_of_the_service"),
    _s(6, "a blind source is told", "daemon/judging",
       "        judge_sources(self._history, self._court, records, now, waking=waking)\n", "",
       "daemon/test_life_of_the_service"),
    _s(6, "the watchdog is fed", "daemon/supervisor",
       'self._say("WATCHDOG=1")', "pass", "daemon/test_word_to_systemd"),
    _s(6, "the end of the service is told by another unit", "systemd/parcels.service",
       "OnFailure=parcels-failed@%n.service", "", "systemd/test_units"),
    _s(6, "the sign of life", "daemon/judging",
       "self._sign.give(await asyncio.to_thread(self._sign.reason, self._history, now))", "pass",
       "daemon/test_life_of_the_service"),
    _s(7, "a run that is late is made up for", "daemon/service",
       '"misfire_grace_time": None', '"misfire_grace_time": 1', "daemon/test_jobs_that_are_late"),
    _s(7, "several that are late are one", "daemon/service",
       '"coalesce": True', '"coalesce": False', "daemon/test_jobs_that_are_late"),
    _s(7, "no job runs beside itself", "daemon/service",
       '"max_instances": 1', '"max_instances": 9', "daemon/test_jobs_that_are_late"),
    _s(7, "the first run is at once", "daemon/service",
       "            next_run_time=of_the_scheduler(),\n        )", "        )",
       "daemon/test_jobs_that_are_late"),
    _s(7, "a clock that was set stops nothing", "daemon/service",
       "if moved >= NUDGE:", "if moved < NUDGE:", "daemon/test_life_of_the_service"),
    _s(7, "the end waits for what is under way", "daemon/service",
       "            await self._drain()\n", "            self._scheduler.shutdown(wait=False)\n",
       "daemon/test_the_end_of_the_service"),
    _s(7, "a thread that hangs does not keep the process", "daemon/running",
       "        limit.start()\n", "", "daemon/test_the_end_of_the_service"),
    _s(8, "an attempt has a deadline as a whole", "transport/client",
       "asyncio.timeout(seconds)", "asyncio.timeout(None)", "transport/test_hostile_sources"),
    _s(8, "redirects are not followed", "transport/client",
       "follow_redirects=False", "follow_redirects=True", "transport/test_hostile_sources"),
    _s(8, "no proxy of the environment", "transport/client",
       "trust_env=False", "trust_env=True", "transport/test_hostile_sources"),
    _s(8, "packed bodies are not asked for", "transport/client",
       '"Accept-Encoding": "identity"', '"Accept-Encoding": "gzip"',
       "transport/test_hostile_sources"),
    _s(8, "a body unpacks to a limit", "transport/inflate",
       "unpacker.decompress(data, limit + 1)", "unpacker.decompress(data)",
       "transport/test_hostile_sources"),
    _s(8, "keys travel encrypted", "transport/wire",
       'parts.scheme == "https" or', 'parts.scheme in ("https", "http") or',
       "transport/test_wire"),
    _s(8, "no user name in an address", "transport/wire",
       'parts.username is not None or parts.password is not None or "@" in parts.netloc', "False",
       "transport/test_wire"),
    _s(9, "even spacing", "transport/pace",
       "        if now < earliest:\n            return earliest - now\n        self._next",
       "        self._next", "transport/test_pace"),
    _s(9, "Retry-After is honoured", "transport/client",
       "    wait = seconds_to_wait(headers)\n", "    wait = None\n", "transport/test_wire"),
    _s(9, "a wait is kept over processes", "history/healths",
       "wait_until = excluded.wait_until", "wait_until = NULL", "history/test_sources"),
    _s(10, "messages are plain text", "channels/sending",
       "            body_format=NotifyFormat.TEXT,\n", "", "channels/test_sending"),
    _s(10, "outside text is cleaned", "parcel/text",
       "if unicodedata.category(c) not in _DROPPED", "", "cli/test_terminal_safety"),
    _s(10, "what is sent is cleaned again", "channels/sending",
       "if unicodedata.category(c) not in _DROPPED", "", "channels/test_sending"),
    _s(11, "a record of the log is gone over", "channels/quiet",
       "record.msg, record.args = self._clean(_message(record)), None",
       "record.msg, record.args = _message(record), None", "channels/test_quiet"),
    _s(11, "no value stands in a refusal", "settings/model",
       "hide_input_in_errors=True", "hide_input_in_errors=False", "settings/test_settings_secrets"),
    _s(11, "talkative libraries are silent", "channels/quiet",
       "    silence(_TALKATIVE)\n", "", "channels/test_quiet", "channels/test_sending"),
    _s(12, "a file of 0 bytes is a loss", "history/opening",
       "        _refuse_empty(path)\n        return _opened", "        return _opened", OPENING),
    _s(12, "a vanished file is a loss", "history/opening",
       "            _refuse_lost(path)\n            _create(path)", "            _create(path)",
       OPENING),
    _s(12, "a foreign file is left alone", "history/opening",
       "kinds and application != schema.APPLICATION_ID", "False", OPENING),
    _s(12, "a newer schema is left alone", "history/opening",
       "unknown or version > len(schema.KNOWN)", "False", OPENING),
    _s(12, "migrations run under one lock", "history/opening",
       "    with store.write_tx():\n        store.migrate(schema.migrations)\n",
       "    store.migrate(schema.migrations)\n    with store.write_tx():\n", OPENING),
    _s(13, "a commit survives a power cut", "history/connection",
       "synchronous=full", "synchronous=normal", CONNECTION),
    _s(13, "only the service empties the log", "history/connection",
       "wal_autocheckpoint=0", "wal_autocheckpoint=1000", CONNECTION),
    _s(13, "the log does not stay long", "daemon/office",
       "self._shortener.checkpoint()", "pass", "daemon/test_log_is_kept_short"),
    _s(13, "the file is examined daily", "daemon/housekeeping",
       "            self._examine(now)\n", "", "faults/test_database"),
    _s(13, "a copy is private", "history/history",
       "        with opening.private_files():\n            self._store.copy_to(target)",
       "        self._store.copy_to(target)", CONNECTION),
    _s(13, "versions of SQLite with the fault are a warning", "cli/checks",
       "(3, 51, 3)", "(3, 51, 0)", "cli/test_doctor_command"),
    _s(14, "an answer waits for room on the disk", "sweep/storing",
       "TRIES if line.patient else 0", "0", "sweep/test_storing"),
    _s(14, "a full disk is no end of the service", "history/connection",
       "sqlite3.SQLITE_FULL: (DiskTrouble, _FULL)", "sqlite3.SQLITE_FULL: (BadDatabase, _FULL)",
       CONNECTION),
    _s(14, "a disk switched to reading is no end of the service", "sweep/instance",
       ", errno.EROFS}", "}", "faults/test_disk"),
    _s(14, "a lock held for long is Busy", "history/connection",
       "sqlite3.SQLITE_BUSY: (Busy, _LOCKED)", "sqlite3.SQLITE_BUSY: (BadDatabase, _LOCKED)",
       CONNECTION),
    _s(15, "the fence of the unit", "systemd/parcels.service",
       "CapabilityBoundingSet=\n", "", "systemd/test_units"),
    _s(15, "another user's database is not opened", "history/opening",
       "    if found.st_uid != os.geteuid():\n        raise _other_owner(path, found.st_uid)\n", "",
       OPENING),
    _s(15, "add loads neither Apprise nor HTTP", "cli/watching",
       "from __future__ import annotations\n", "from __future__ import annotations\nimport httpx\n",
       "cli/test_help"),
)  # fmt: skip
