"""The parts of an accepted item that are read, in v2.4 shape; v2.2 and v2.0 lack some and pass, too."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from monitor.adapters.seventeentrack.envelope import whole_number

TEXT_LIMIT = 2_000  # characters kept of any one text
PROVIDERS_LIMIT = 20
EVENTS_LIMIT = 1_000
KEY_LIMIT = 2**31  # carrier keys are documented as int
NOT_FOUND = "NotFound"  # the status of a number no carrier knows so far


def as_text(value: object) -> object:
    """Null as "", numbers as text, long text cut, half surrogate pairs replaced."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return value[:TEXT_LIMIT].encode("utf-8", "replace").decode("utf-8")
    return value


def as_key(value: object) -> int:
    """A carrier key; 0 stands for none, as it does at 17TRACK."""
    number = whole_number(value)
    return number if number is not None and 0 < number < KEY_LIMIT else 0


def _nothing_as_object(value: object) -> object:
    return {} if value is None or value == "" else value


def _providers(value: object) -> object:
    return value[:PROVIDERS_LIMIT] if isinstance(value, list) else _nothing_as_list(value)


def _events(value: object) -> object:
    return value[:EVENTS_LIMIT] if isinstance(value, list) else _nothing_as_list(value)


def _nothing_as_none(value: object) -> object:
    return None if value == "" else value


def _nothing_as_list(value: object) -> object:
    return [] if value is None or value == "" else value


def _or_empty(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """What cannot be read counts as absent: for parts whose loss hides no event."""
    try:
        return read(_nothing_as_object(value))
    except ValidationError:
        return read({})


Text = Annotated[str, BeforeValidator(as_text)]
Key = Annotated[int, BeforeValidator(as_key)]


class Shape(BaseModel):
    """Unknown fields are ignored: 17TRACK adds some without notice."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class RawTime(Shape):
    date: Text = ""
    time: Text = ""
    timezone: Text = ""


class Address(Shape):
    country: Text = ""
    city: Text = ""


class Translation(Shape):
    description: Text = ""


LenientAddress = Annotated[Address, WrapValidator(_or_empty)]


def _raw_time(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """None (absent, as in v2.0) differs from an object of nulls: the carrier gave no time."""
    return _or_empty(value, read) if isinstance(value, dict) else None


class EventShape(Shape):
    time_iso: Text = ""
    time_utc: Text = ""
    time_raw: Annotated[RawTime | None, WrapValidator(_raw_time)] = None
    description: Text = ""
    description_translation: Annotated[Translation, WrapValidator(_or_empty)] = Translation()
    location: Text = ""
    stage: Text = ""
    sub_status: Text = ""
    address: LenientAddress = Address()

    @property
    def says_something(self) -> bool:
        return bool(self.description or self.sub_status or self.stage)


class ProviderName(Shape):
    key: Key = 0
    name: Text = ""
    country: Text = ""


class Provider(Shape):
    provider: Annotated[ProviderName, BeforeValidator(_nothing_as_object)] = ProviderName()
    latest_sync_status: Text = ""
    latest_sync_time: Text = ""
    provider_tips: Text = ""
    events: Annotated[tuple[EventShape, ...], BeforeValidator(_events)] = ()


class Tracking(Shape):
    providers: Annotated[tuple[Provider, ...], BeforeValidator(_providers)] = ()


class Status(Shape):
    status: Text = ""
    sub_status: Text = ""


class Shipping(Shape):
    shipper_address: LenientAddress = Address()
    recipient_address: LenientAddress = Address()


class Misc(Shape):
    local_number: Text = ""
    local_provider: Text = ""
    local_key: Key = 0


class TrackInfo(Shape):
    shipping_info: Annotated[Shipping, WrapValidator(_or_empty)] = Shipping()
    latest_status: Annotated[Status, BeforeValidator(_nothing_as_object)] = Status()
    latest_event: Annotated[EventShape | None, BeforeValidator(_nothing_as_none)] = None
    misc_info: Annotated[Misc, WrapValidator(_or_empty)] = Misc()
    tracking: Annotated[Tracking, BeforeValidator(_nothing_as_object)] = Tracking()

    @property
    def is_as_documented(self) -> bool:
        """Whether there is a place for events, or a status that says why there is none.

        A place that is missing, and not empty, has another name now: its events would seem to vanish.
        """
        return "tracking" in self.model_fields_set or self.latest_status.status == NOT_FOUND


class Item(Shape):
    """One accepted item of `gettrackinfo`. `track_info` is missing before the first result."""

    number: Text
    carrier: Key = 0
    origin_country: Text = ""
    destination_country: Text = ""
    track_info: Annotated[TrackInfo | None, BeforeValidator(_nothing_as_none)] = None

    def events(self) -> tuple[tuple[Provider | None, EventShape], ...]:
        """Each event with its provider, as listed; the latest one alone where no provider lists any."""
        info = self.track_info or TrackInfo()
        listed = [(p, e) for p in info.tracking.providers for e in p.events if e.says_something]
        if listed:
            return tuple(listed[:EVENTS_LIMIT])
        latest = info.latest_event
        return ((None, latest),) if latest is not None and latest.says_something else ()
