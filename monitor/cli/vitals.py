"""How sources, channels and the service itself do, as `parcels doctor` tells it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.circuit import OPENS_AFTER, Health
from monitor.cli.checks import Finding, State
from monitor.cli.health import known_sources, name_of, state_of, switch
from monitor.errors import BadConfiguration, FailureKind
from monitor.message.texts import count, shown_time
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from monitor.cli.health import Known
    from monitor.cli.office import Office
    from monitor.history import History
    from monitor.history.outbox import ChannelState
    from monitor.settings import Channel as ChannelTable

QUIET = timedelta(minutes=5)  # the service gets something done at least every 30 s
NAME_LIMIT = 40
MISSED = timedelta(days=1)  # without a pass, while parcels are being watched


# -- sources


def sources(office: Office, history: History | None) -> Iterator[Finding]:
    try:
        known = known_sources(office.settings, history, office.now)
    except BadConfiguration as error:
        yield Finding("sources", State.PROBLEM, str(error))
        return
    if not any(each.source.enabled for each in known):
        ways = "; ".join(f"{name_of(each)}: {switch(each)}" for each in known)
        yield Finding("sources", State.PROBLEM, "none is switched on, so nothing is asked", ways)
        return
    blind = _blind(history)
    for each in known:
        if each.source.enabled:
            yield _source(each, office, blind=each.source.name in blind)
        else:
            yield Finding(_named(each), State.NOTE, f"off: {each.source.note}", switch(each))


def _blind(history: History | None) -> set[str]:
    """The sources of which it was told that nothing can be seen through them."""
    matters = {} if history is None else history.matters.of_service()
    return {subject for subject, of in matters.items() if "blind" in of and of["blind"].ever_told}


def _named(known: Known) -> str:
    return clean_text(known.source.name, NAME_LIMIT)  # the owner's own may be called anything


def _source(known: Known, office: Office, *, blind: bool) -> Finding:
    health, name = known.health, _named(known)
    state = state_of(known, office)
    if state == "new":
        return Finding(name, State.NOTE, "never asked; the next pass with a parcel for it does")
    if state == "ok" and health.last_ok is not None:
        return Finding(name, State.OK, f"last answer {shown_time(health.last_ok, office.style)}")
    since = "" if health.failing_since is None else shown_time(health.failing_since, office.style)
    pause = ""
    if state == "paused" and health.wait_until is not None:
        pause = f" It is not asked before {shown_time(health.wait_until, office.style)}."
    detail = health.detail.rstrip(".")
    todo = _TO_DO[health.reason or FailureKind.TRANSIENT].replace("NAME", name)
    if known.plugin is not None:
        todo = todo.replace("this program", known.plugin.distribution)
        todo = todo.replace("api_key", known.key_option)
    if health.reason is FailureKind.DRIFT and known.drift_at is not None:
        todo += f"; its answer, for a report: parcels adapters --drift {known.source.name}"
    what = "blind: failing" if blind else "failing"
    return Finding(name, _weight(health), f"{what} since {since}: {detail}.{pause}", todo)


def _weight(health: Health) -> State:
    """What passes by itself is a warning; what has lasted, or waits for the owner, a problem."""
    if health.reason in {FailureKind.CHALLENGE, FailureKind.RATE_LIMITED}:
        return State.WARNING
    if health.reason in {FailureKind.AUTH, FailureKind.QUOTA, FailureKind.BAD_REQUEST}:
        return State.PROBLEM
    return State.PROBLEM if health.failures >= OPENS_AFTER else State.WARNING


_TO_DO = {
    FailureKind.AUTH: "check adapters.NAME.api_key and the account it belongs to",
    FailureKind.QUOTA: "buy more there, or wait until it returns",
    FailureKind.RATE_LIMITED: "nothing to do: it is asked again by itself",
    FailureKind.CHALLENGE: "nothing to do but wait: it asked for a human, and asking on makes it worse",
    FailureKind.TRANSIENT: "check the network: parcels doctor --online",
    FailureKind.DRIFT: "look for a newer version of this program, or switch it off with "
    "adapters.NAME.enabled = false",
    FailureKind.BAD_REQUEST: "check the options of adapters.NAME",
}


# -- channels


def channels(office: Office, history: History | None) -> Iterator[Finding]:
    settings = office.settings
    states = {} if history is None else history.outbox.channels()
    if not settings.channels:
        yield Finding(
            "channels",
            State.NOTE,
            "none: alerts go to standard output of `parcels run` and `parcels poll`",
        )
    for channel in settings.channels:
        yield from _channel(channel, states.get(channel.name), office)
    gone = states.keys() - {channel.name for channel in settings.channels}
    for name in sorted(gone):
        waiting = states[name].pending + states[name].dead
        if waiting and settings.channels:
            said = f"{count(waiting, 'alert')} will not be sent: it is not configured any more"
            back = "configure it again, or read them: parcels alerts"
            yield Finding(f"channel {clean_text(name, NAME_LIMIT)}", State.WARNING, said, back)


def _channel(
    channel: ChannelTable, state: ChannelState | None, office: Office
) -> Iterator[Finding]:
    from monitor.channels import Channel, open_channel

    check = f"channel {clean_text(channel.name, NAME_LIMIT)}"
    try:
        open_channel(Channel(channel.name, channel.url.get_secret_value(), channel.min_severity))
    except BadConfiguration as error:
        yield Finding(check, State.PROBLEM, str(error))
        return
    if state is not None and state.dead:
        yield Finding(
            check,
            State.PROBLEM,
            f"{count(state.dead, 'alert')} given up: {state.last_error.rstrip('.')}",
            "to see them: parcels alerts --failed; to send one again: parcels alerts retry ID",
        )
    elif state is not None and state.failing_since is not None:
        since = shown_time(state.failing_since, office.style)
        yield Finding(
            check,
            State.PROBLEM,
            f"failing since {since}: {state.last_error.rstrip('.')}",
            f"to try it: parcels notify-test --channel {channel.name}",
        )
    else:
        sent = None if state is None else state.last_sent
        when = "nothing sent yet" if sent is None else f"last sent {shown_time(sent, office.style)}"
        yield Finding(check, State.OK, f"its URL can be used; {when}")


# -- the service


def service(office: Office, history: History | None) -> Finding:
    from monitor.sweep.instance import watcher

    running = watcher(office.settings.database.path)
    if running is None:
        return _without_service(office, history)
    progress = shown_time(running.progress, office.style)
    if office.now - running.progress > QUIET:
        return Finding(
            "service",
            State.PROBLEM,
            f"`parcels run` (process {running.pid}) has got nothing done since {progress}",
            "start it anew (systemctl restart parcels), and look into its log",
        )
    since = shown_time(running.since, office.style)
    return Finding(
        "service",
        State.OK,
        f"`parcels run` (process {running.pid}) watches since {since}; last progress {progress}",
    )


def _without_service(office: Office, history: History | None) -> Finding:
    said = "`parcels run` does not run: parcels are watched only by each `parcels poll`"
    last = _last_pass(history)
    if last is None or history is None or not history.parcels.count_watched():
        return Finding("service", State.NOTE, said)
    shown = f"{said}; the last pass was on {shown_time(last, office.style)}"
    if office.now - last <= MISSED:
        return Finding("service", State.NOTE, shown)
    return Finding("service", State.WARNING, shown, "parcels run, or parcels poll by cron")


def _last_pass(history: History | None) -> datetime | None:
    passes = [] if history is None else history.passes.recent(1)
    return passes[0].started_at if passes else None
