"""What arrived at the telephones, held against what the service says that it sent."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from monitor.sandbox.receiver import Message
    from tests.hard.machine import Machine

MARK = "(may be a repeat)"


@dataclass
class Account:
    """Alerts and what became of them. One alert is one row of the outbox, for one channel."""

    alerts: int = 0
    sent: int = 0
    messages: int = 0
    refused: int = 0
    marked: int = 0  # messages that say of themselves that they may be repeats
    twice: int = 0  # alerts that arrived more than once
    given_up: int = 0  # after ten kills of their sender; they arrived all the same
    never_told: list[str] = field(default_factory=list)  # parcels, by telephone
    lost: list[str] = field(default_factory=list)
    unmarked: list[str] = field(default_factory=list)  # second copies that do not say so
    groundless: list[str] = field(default_factory=list)  # marked, though no kill met them

    @property
    def sound(self) -> bool:
        return not (self.never_told or self.lost or self.unmarked or self.groundless)

    def lines(self) -> list[str]:
        return [
            (
                f"{self.alerts} alerts, {self.sent} sent in {self.messages} messages, "
                f"{self.refused} posts refused"
            ),
            f"given up after ten kills of their sender, and arrived: {self.given_up}",
            f"lost: {_some(self.lost)}; parcels never told of: {_some(self.never_told)}",
            (
                f"arrived more than once: {self.twice} alerts; {self.marked} messages were marked as "
                f"possible repeats; unmarked: {_some(self.unmarked)}; marked without a kill: "
                f"{_some(self.groundless)}"
            ),
        ]


def account(found: Machine, labels: Sequence[str], doubtful: Collection[int]) -> Account:
    """`labels`: parcels that each telephone must have heard of; `doubtful`: the rows that were being
    sent when the service was killed.
    """
    result = Account()
    with closing(sqlite3.connect(found.database)) as connection:
        connection.row_factory = sqlite3.Row
        rows = connection.execute("SELECT * FROM outbox ORDER BY id").fetchall()
        closed = {i for (i,) in connection.execute("SELECT id FROM episode WHERE closed_at > 0")}
    for name, phone in found.phones.items():
        messages = phone.messages
        own = [row for row in rows if row["channel"] == name]
        result.messages += len(messages)
        result.refused += phone.attempts - len(messages)
        result.marked += sum(_marked(message) for message in messages)
        texts = [f"{message.title}\n{message.body}" for message in messages]
        result.never_told += [
            f"{label} on the {name}" for label in labels if not any(label in t for t in texts)
        ]
        _copies(result, name, own, messages, doubtful)
        _lost(result, own, closed)
    return result


def _copies(
    result: Account,
    name: str,
    own: Iterable[sqlite3.Row],
    messages: Sequence[Message],
    doubtful: Collection[int],
) -> None:
    """Each title as often as the outbox has it; every further copy marked, and by a kill."""
    said: Counter[str] = Counter()
    kill_met: set[str] = set()
    for row in own:
        given_up = row["state"] == "dead" and row["maybe_sent"]
        result.alerts += 1
        result.given_up += given_up
        result.sent += row["state"] == "sent"
        said[row["title"]] += row["state"] == "sent" or given_up
        if row["id"] in doubtful:
            kill_met.add(row["title"])
        elif row["maybe_sent"]:
            result.groundless.append(f"{row['title']} on the {name}")
    _counted(result, name, said, messages)
    result.groundless += [
        f"{message.title} on the {name}"
        for message in messages
        if _marked(message) and not kill_met.intersection(titles_of(message))
    ]


def _counted(result: Account, name: str, said: Counter[str], messages: Sequence[Message]) -> None:
    copies = Counter(title for m in messages for title in titles_of(m))
    plain = Counter(title for m in messages if not _marked(m) for title in titles_of(m))
    for title, times in said.items():
        if copies[title] < times:
            result.lost.append(f"{title} on the {name}: recorded as sent and never seen")
        if plain[title] > times:
            result.unmarked.append(f"{title} on the {name}")
        result.twice += max(0, copies[title] - times)
    for title in copies.keys() - said.keys():
        result.lost.append(f"{title} on the {name}: arrived, and the outbox does not know it")


def _lost(result: Account, own: Sequence[sqlite3.Row], closed: Collection[int]) -> None:
    """What was neither sent nor, for a reason, dropped."""
    newest = {(row["episode_id"], row["channel"]): row["id"] for row in own}
    for row in own:
        overtaken = row["id"] < newest[row["episode_id"], row["channel"]]
        dropped = row["state"] == "dropped" and (overtaken or row["episode_id"] in closed)
        given_up = row["state"] == "dead" and row["maybe_sent"]
        if row["state"] != "sent" and not dropped and not given_up:
            result.lost.append(f"{row['title']} on the {row['channel']}: {row['state']}")


def titles_of(message: Message) -> list[str]:
    """The titles of the alerts in one message, as the outbox has them."""
    titles = [
        line.partition(": ")[2]
        for part in message.body.removeprefix(MARK).strip().split("\n\n" + "—" * 24 + "\n\n")
        if "more)" in message.title
        for line in part.splitlines()[:1]
    ]
    return titles or [message.title]


def _marked(message: Message) -> bool:
    return message.body.startswith(MARK)


def _some(found: Sequence[str]) -> str:
    return f"{len(found)} ({'; '.join(found[:5])})" if found else "0"
