"""From an entry point to a class that keeps what every plug-in promises."""

from __future__ import annotations

import dataclasses
import sys
from contextlib import redirect_stdout
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

from monitor.parcel import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from monitor.plugins.offer import Offer

SETTABLE = (bool, int, float, str, tuple, timedelta)  # what an option of a plug-in may be
RESERVED = frozenset({"enabled", "kind"})  # of every table
REASON_LIMIT = 200  # characters of what an error says of itself


class Unfit(Exception):
    """A plug-in that cannot be used, as half a sentence that says why and what to change."""


def load(offer: Offer, api_version: int, needed: Iterable[str]) -> type:
    """The class an offer leads to, a frozen dataclass with all of `needed`. Raises Unfit.

    This runs the package's code, and so happens only where the owner has switched it on.
    """
    if offer.problem:
        raise Unfit(offer.problem)
    module, found = _imported(offer)
    wanted = getattr(found, "api_version", getattr(module, "api_version", None))
    if wanted != api_version or isinstance(wanted, bool):
        raise Unfit(_of_another_version(offer, wanted, api_version))
    if not (isinstance(found, type) and dataclasses.is_dataclass(found) and _frozen(found)):
        raise Unfit(f"{_target(offer)} is no frozen dataclass")
    missing = [name for name in needed if not hasattr(found, name)]
    if missing:
        raise Unfit(f"{_target(offer)} has no {' and no '.join(missing)}")
    return found


def _imported(offer: Offer) -> tuple[Any, Any]:
    """The module and what is meant in it."""
    name, _, attribute = offer.target.partition(":")
    try:
        with redirect_stdout(sys.stderr):  # what a module prints is no part of an answer
            module = import_module(name.strip())
        found: Any = module
        for part in attribute.strip().split("."):
            found = getattr(found, part)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a stranger's module does
        raise Unfit(f"it cannot be imported ({reason(error)})") from None
    return module, found


def reason(error: BaseException, secrets: Iterable[str] = ()) -> str:
    """What an error of a plug-in says, cleaned, cut, and without the secrets it was given."""
    try:
        said = str(error)
    except Exception:  # noqa: BLE001 - an error of its own kind may have no words
        said = ""
    said = clean_text(without(said, secrets), REASON_LIMIT).rstrip(".")
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def without(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, "***")
    return text


def _of_another_version(offer: Offer, wanted: object, api_version: int) -> str:
    what = offer.group.partition(".")[2]
    if wanted is None:
        return (
            f"it does not say which version of the interface for {what} it wants; this program has "
            f"{api_version} (api_version = {api_version})"
        )
    shown = clean_text(repr(wanted), 20)
    return (
        f"it wants version {shown} of the interface for {what}, and this program has "
        f"{api_version}; install a version of {offer.distribution} that wants {api_version}"
    )


def _frozen(found: type) -> bool:
    return bool(getattr(found, "__dataclass_params__").frozen)  # noqa: B009 - typeshed has no name for it


def _target(offer: Offer) -> str:
    return clean_text(offer.target, 80)


def options_of(found: type) -> Mapping[str, Any]:
    """The options a plug-in takes, with their defaults. Raises Unfit where one has none.

    A field of another type than those of an option keeps its default.
    """
    fields = [f for f in dataclasses.fields(found) if f.init]
    bare = [f.name for f in fields if f.default is f.default_factory is dataclasses.MISSING]
    if bare:
        raise Unfit(f"its option {bare[0]} has no default")
    names = {field.name for field in fields}
    odd = sorted(n for n in names if n in RESERVED or n.removesuffix("_file") in names - {n})
    if odd:
        raise Unfit(f"its option {odd[0]} has a name that is reserved in every table")
    found_options = {field.name: _default(field) for field in fields}
    return {n: value for n, value in found_options.items() if isinstance(value, SETTABLE)}


def _default(field: dataclasses.Field[Any]) -> Any:
    made: Any = field.default_factory
    if made is dataclasses.MISSING:
        return field.default
    try:
        return made()
    except Exception as error:  # noqa: BLE001 - code of a stranger
        raise Unfit(f"the default of its option {field.name} fails ({reason(error)})") from None
