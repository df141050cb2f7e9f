"""Any tracking API that answers one GET about one number with JSON, described in the configuration."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.adapters.contract import Capability
from monitor.adapters.http_json import options, requests
from monitor.adapters.http_json.outcomes import outcome
from monitor.errors import BadConfiguration, FailureKind, SourceTrouble

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from monitor.adapters.contract import Ask
    from monitor.parcel.outcomes import Outcome
    from monitor.transport import Answer, Wire

__all__ = ["HttpJson"]


@dataclass(frozen=True, slots=True)
class HttpJson:
    """Any JSON API, described without code; each option is checked when the adapter is made.

    name         the name of its table, of its events and of their provider
    base_url     where the API is; https anywhere, http only to this machine
    path         below base_url, {number} where the tracking number belongs (percent-encoded)
    query        names and values; {number} and {api_key} are filled in
    headers      names and values; {api_key} is filled in
    api_key      the key, if the API wants one
    numbers      a regular expression for whole numbers it is asked about; "" for those added with --adapter
    every        how often a parcel is asked about
    floor        never more often than this
    spacing      between the starts of two requests
    found        leads to what is false, null or empty where the source does not know the number yet
    number       leads to the number in the answer, or to a list with it; no other answer is believed
    events       leads to the list of events
    time         of an event: when it happened
    text         of an event: what the carrier says
    code         of an event: the carrier's code for it
    place        of an event: where
    country      of an event: where, as a code of two letters or an English name
    origin       leads to the country of the sender, written likewise
    destination  leads to the country of the recipient, written likewise
    status       leads to the state of the parcel in a word
    time_format  "" for ISO 8601, a pattern of strptime, epoch or epoch_ms
    zone         the zone of times without an offset; "" assumes UTC
    not_found    HTTP statuses that mean that the source does not know the number yet
    page         where a person can look by hand, {numbers} for the numbers
    official     false for an API that its owner does not offer to the public
    codes        the carrier's codes and the stages they stand for
    """

    name: str = "http_json"
    base_url: str = ""
    path: str = "/{number}"
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    api_key: str = field(default="", repr=False)
    numbers: str = ""
    every: timedelta = timedelta(hours=6)
    floor: timedelta = timedelta(hours=1)
    spacing: timedelta = timedelta(seconds=1)
    found: str = ""
    number: str = ""
    events: str = "events"
    time: str = "time"
    text: str = "text"
    code: str = "code"
    place: str = "place"
    country: str = "country"
    origin: str = ""
    destination: str = ""
    status: str = ""
    time_format: str = ""
    zone: str = ""
    not_found: tuple[int, ...] = (404,)
    page: str = ""
    official: bool = True
    codes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        where = "adapters"
        given = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        try:
            for option, value in given.items():
                where = f"adapters.{given['name']}.{option}" if option != "name" else "adapters"
                given[option] = options.check(option, value)
                object.__setattr__(self, option, given[option])
        except ValueError as fault:
            raise BadConfiguration(options.sentence(where, str(fault))) from None
        problem = options.together(given)
        if problem:
            raise BadConfiguration(options.sentence(f"adapters.{self.name}", problem))

    @property
    def needs_key(self) -> bool:
        """Whether {api_key} occurs in the request."""
        return requests.asks_for(requests.KEY, [*self.query.values(), *self.headers.values()])

    @property
    def capability(self) -> Capability:
        """One number a request; as official, and as often, as its owner configured it."""
        return Capability(
            name=self.name,
            official=self.official,
            needs_key=self.needs_key,
            batch=1,
            spacing=self.spacing.total_seconds(),
            every=max(self.every, self.floor),
            floor=self.floor,
            page=self.page,
        )

    def recognise(self, number: str) -> bool:
        """Whether `numbers` fits the whole number, of at most 50 characters."""
        plain = number.strip()
        if not self.numbers or not 0 < len(plain) <= options.NUMBER_LIMIT:
            return False
        return re.fullmatch(self.numbers, plain) is not None

    async def fetch(self, wire: Wire, asks: Sequence[Ask]) -> Answer:
        """Asks about one number. Raises SourceTrouble."""
        number = _only(asks).number.strip()
        if self.needs_key and not self.api_key:
            detail = f"{self.name} needs a key. Put it into adapters.{self.name}.api_key."
            raise SourceTrouble(FailureKind.AUTH, detail)
        if len(number) > options.NUMBER_LIMIT or not any(c.isalnum() for c in number):
            detail = "This is no tracking number that could be asked about."
            raise SourceTrouble(FailureKind.BAD_REQUEST, detail)
        values = {requests.NUMBER: number, requests.KEY: self.api_key}
        headers = {name: requests.filled(held, values) for name, held in self.headers.items()}
        if "accept" not in map(str.casefold, headers):
            headers["Accept"] = "application/json"
        return await wire.get(
            requests.path_about(self.path, number),
            params={name: requests.filled(held, values) for name, held in self.query.items()},
            headers=headers,
        )

    def parse(self, answer: Answer, asks: Sequence[Ask], now: datetime) -> tuple[Outcome, ...]:
        """The outcome for the one number asked. Raises SourceTrouble where the answer is no such answer."""
        return (outcome(self, answer, _only(asks), now),)


def _only(asks: Sequence[Ask]) -> Ask:
    if len(asks) != 1:
        raise ValueError(f"one number fits one request, not {len(asks)}")
    return asks[0]
