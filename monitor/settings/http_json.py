"""The table of an adapter of one's own: any JSON API, described without code."""

# Without postponed annotations: pydantic reads them while the classes are made.

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, PlainValidator, SecretStr, model_validator

from monitor.parcel import clean_text
from monitor.settings import places, urls, values
from monitor.settings.table import Table

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
MONTH = timedelta(days=31)

_ABOUT_US = frozenset({"kind", "enabled", "api_key_file"})  # the adapter itself has no use for them


def _checked(option: str) -> PlainValidator:
    """The adapter's own check, loaded only when the option is given: most owners have no such table."""

    def read(value: object) -> Any:
        from monitor.adapters.http_json import options  # noqa: PLC0415 - see above

        return options.check(option, value)

    return PlainValidator(read)


def _table(option: str) -> PlainValidator:
    """The same for a table, which stands in a variable of the environment as JSON."""

    def read(value: object) -> Any:
        from monitor.adapters.http_json import options  # noqa: PLC0415 - as above

        return options.check(option, _from_json(value) if isinstance(value, str) else value)

    return PlainValidator(read)


def _from_json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _duration(least: timedelta, most: timedelta) -> PlainValidator:
    read: Callable[[object], timedelta] = values.duration(least, most)
    return PlainValidator(read)


def check_name(name: str) -> None:
    """Raises ValueError where an adapter cannot be called so: it names files, too."""
    from monitor.adapters.http_json import options  # noqa: PLC0415 - as above

    try:
        options.check("name", name)
    except ValueError as problem:
        raise ValueError(f"{clean_text(name, 40)!r} cannot be used; {problem}") from None


class HttpJson(Table):
    """Any JSON API; what the options do is the matter of the adapter's own `HttpJson`."""

    kind: Annotated[str, PlainValidator(values.one_of("http_json"))]
    """What the table describes."""
    enabled: Annotated[bool, PlainValidator(values.yes_no)] = True
    """`false` leaves it out."""
    base_url: Annotated[str, PlainValidator(urls.base_url)]
    """Where the API is; https anywhere, http only to this machine."""
    path: Annotated[str, _checked("path")] = "/{number}"
    """Below `base_url`; `{number}` is the tracking number, percent-encoded."""
    query: Annotated[dict[str, str], _table("query")] = Field(default_factory=dict)
    """Names and values; `{number}` and `{api_key}` are filled in."""
    headers: Annotated[dict[str, str], _table("headers")] = Field(default_factory=dict)
    """Names and values; `{api_key}` is filled in; `Accept: application/json` is sent by itself."""
    api_key: Annotated[SecretStr | None, PlainValidator(values.key)] = None
    """The key; with `{api_key}` in the request and no key, the API is not asked."""
    api_key_file: Annotated[Path | None, PlainValidator(places.path)] = None
    """Instead: a file that holds the key and nothing else."""
    numbers: Annotated[str, _checked("numbers")] = ""
    """A regular expression for whole numbers that are asked about by themselves, also when
    another source names one as a further number of a parcel; `""`: only those added with
    `--adapter`.
    """
    every: Annotated[timedelta, _duration(MINUTE, MONTH)] = 6 * HOUR
    """How often a parcel is asked about."""
    floor: Annotated[timedelta, _duration(MINUTE, MONTH)] = HOUR
    """Never more often than this."""
    spacing: Annotated[timedelta, _duration(SECOND, HOUR)] = SECOND
    """Between the starts of two requests, over all processes."""
    found: Annotated[str, _checked("found")] = ""
    """Leads to what is false, null, 0 or empty where the number is not known yet."""
    number: Annotated[str, _checked("number")] = ""
    """Leads to the number in the answer, or to a list with it; an answer about another number
    is not believed.
    """
    events: Annotated[str, _checked("events")] = "events"
    """Leads to the list of events."""
    time: Annotated[str, _checked("time")] = "time"
    """Of an event: when; `""` where there are no times."""
    text: Annotated[str, _checked("text")] = "text"
    """Of an event: what the carrier says."""
    code: Annotated[str, _checked("code")] = "code"
    """Of an event: the carrier's code."""
    place: Annotated[str, _checked("place")] = "place"
    """Of an event: where."""
    country: Annotated[str, _checked("country")] = "country"
    """Of an event: where, as a code of two letters or an English name; anything else is left
    out.
    """
    origin: Annotated[str, _checked("origin")] = ""
    """Leads to the sender's country, written likewise."""
    destination: Annotated[str, _checked("destination")] = ""
    """Leads to the recipient's country, written likewise."""
    status: Annotated[str, _checked("status")] = ""
    """Leads to the state of the parcel in a word."""
    time_format: Annotated[str, _checked("time_format")] = ""
    """`""` is ISO 8601; else a pattern of Python's `strptime`, `"epoch"` (seconds) or
    `"epoch_ms"`.
    """
    zone: Annotated[str, _checked("zone")] = ""
    """The zone of times without an offset; `""`: UTC is assumed and marked so."""
    not_found: Annotated[tuple[int, ...], _checked("not_found")] = (404,)
    """HTTP statuses that mean that the number is not known yet; a web page never does."""
    page: Annotated[str, _checked("page")] = ""
    """Where you can look by hand; `{numbers}` is filled in."""
    official: Annotated[bool, PlainValidator(values.yes_no)] = True
    """`false` for an API that its owner does not offer to the public."""
    codes: Annotated[dict[str, str], _table("codes")] = Field(default_factory=dict)
    """The carrier's codes and the stages they stand for."""

    @property
    def active(self) -> bool:
        """Whether it can be asked: switched on, and with a key where its request holds one."""
        return self.enabled and (self.api_key is not None or not self._needs_key)

    @property
    def options(self) -> Mapping[str, Any]:
        """All but the name, ready for the adapter: `ADAPTERS["http_json"](name=name, **options)`."""
        names = type(self).model_fields.keys() - _ABOUT_US
        key = "" if self.api_key is None else self.api_key.get_secret_value()
        return {name: getattr(self, name) for name in names} | {"api_key": key}

    @property
    def _needs_key(self) -> bool:
        return any("{api_key}" in text for text in [*self.query.values(), *self.headers.values()])

    @model_validator(mode="after")
    def _makes_a_request(self) -> "HttpJson":
        from monitor.adapters.http_json import options  # noqa: PLC0415 - as above

        problem = options.together(self.options)
        if problem:
            raise ValueError(problem)
        return self

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        return [("kind", self.kind)]  # headers and query may hold a secret
