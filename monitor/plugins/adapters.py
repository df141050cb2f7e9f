"""An adapter of somebody else: its class checked, and each call kept from doing harm."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, NoReturn

from monitor.adapters.contract import (
    API_VERSION,
    Adapter,
    Capability,
    FailureKind,
    Registering,
    SourceTrouble,
)
from monitor.parcel import Stage, clean_text
from monitor.plugins.loading import Unfit, load, options_of, reason, without
from monitor.plugins.outcomes import Unbelievable, believed, enrolments

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from monitor.adapters.contract import Ask, Enrolment, Outcome
    from monitor.plugins.offer import Offer
    from monitor.transport import Answer, Wire

_log = logging.getLogger(__name__)

NEEDED = ("capability", "codes", "recognise", "fetch", "parse")
BATCH_LIMIT = 1_000
SPACING = (0.05, 3_600.0)  # seconds between two requests
LONGEST = timedelta(days=31)
CODES_LIMIT = 1_000
_PAGE = re.compile(r"https?://[!-z|~]+", re.ASCII)
_FLAGS = ("official", "needs_key", "paid", "leads", "floor_binds")


def load_adapter(offer: Offer) -> type:
    """The class of the adapter's options. Raises Unfit."""
    found = load(offer, API_VERSION, NEEDED)
    if not iscoroutinefunction(getattr(found, "fetch")):  # noqa: B009 - of no type we know
        raise Unfit("its fetch is no coroutine (async def)")
    if not isinstance(options_of(found).get("base_url"), str):
        raise Unfit("it has no option base_url, the address its requests go to")
    return found


def make_adapter(
    offer: Offer, found: type, options: Mapping[str, Any], secrets: Sequence[str] = ()
) -> Adapter:
    """The adapter with these options, behind a guard. Raises Unfit.

    `secrets` are the values among them that nobody may see.
    """
    try:
        inner = found(**options)
        capability, codes = inner.capability, dict(inner.codes)
    except Exception as error:  # noqa: BLE001 - code of a stranger
        raise Unfit(f"it cannot be made ({reason(error, secrets)})") from None
    problem = _capability_problem(capability, offer.name) or _codes_problem(codes)
    if problem:
        raise Unfit(problem)
    kind = _GuardedRegistering if isinstance(inner, Registering) else _Guarded
    return kind(offer, inner, capability, codes, secrets)


def _capability_problem(found: Any, name: str) -> str:
    """What is wrong with a capability record, as half a sentence; "" for nothing."""
    if not isinstance(found, Capability):
        return "its capability is no Capability"
    its: Any = found  # whose fields hold whatever was put there
    if its.name != name:
        shown = clean_text(str(its.name), 40)
        return f"its capability is called {shown!r}, and not {name} as it is installed"
    odd = [flag for flag in _FLAGS if not isinstance(getattr(found, flag), bool)]
    if odd:
        return f"{odd[0]} of its capability is neither True nor False"
    return _pace_problem(its) or ("" if _is_page(its.page) else _NO_PAGE)


def _pace_problem(its: Any) -> str:
    if type(its.batch) is not int or not 1 <= its.batch <= BATCH_LIMIT:
        return f"the batch of its capability is not 1 to {BATCH_LIMIT} numbers"
    if not isinstance(its.spacing, int | float) or not SPACING[0] <= its.spacing <= SPACING[1]:
        return f"the spacing of its capability is not {SPACING[0]:g} to {SPACING[1]:g} seconds"
    spans = isinstance(its.floor, timedelta) and isinstance(its.every, timedelta)
    if not spans or not timedelta(0) < its.floor <= its.every <= LONGEST:
        return "its capability must have 0 < floor <= every <= 31 days"
    return ""


_NO_PAGE = "the page of its capability is no web address with at most {numbers} in it"


def _is_page(page: Any) -> bool:
    if not isinstance(page, str):
        return False
    return not page or _PAGE.fullmatch(page.replace("{numbers}", "")) is not None


def _codes_problem(codes: Mapping[Any, Any]) -> str:
    stages = {stage.value for stage in Stage}
    odd = [
        code for code, stage in codes.items() if not isinstance(code, str) or stage not in stages
    ]
    if odd or len(codes) > CODES_LIMIT:
        return f"its codes must be at most {CODES_LIMIT} texts, each with the name of a stage"
    return ""


class _Guarded:
    """An adapter whose faults are faults of its source, and whose words are cleaned."""

    def __init__(
        self,
        offer: Offer,
        inner: Any,
        capability: Capability,
        codes: Mapping[str, str],
        secrets: Sequence[str],
    ) -> None:
        self.capability = capability
        self.codes = codes
        self._offer = offer
        self._inner = inner
        self._secrets = tuple(s for s in secrets if s)
        self._told = False

    def __repr__(self) -> str:
        return f"<adapter {self._offer.name} of {self._offer.origin}>"  # its own may show a key

    def recognise(self, number: str) -> bool:
        """As the adapter says; one that fails recognises nothing, which is logged once."""
        try:
            return bool(self._inner.recognise(number))
        except Exception as error:  # noqa: BLE001 - code of a stranger
            if not self._told:
                _log.warning(
                    "%s (%s): it fails to recognise numbers (%s); it is asked only about parcels "
                    "added with --adapter", self._offer.name, self._offer.origin, type(error).__name__,
                )  # fmt: skip
            self._told = True
            return False

    async def fetch(self, wire: Wire, asks: Sequence[Ask]) -> Answer:
        found: Answer = await self._call("fetch", wire, asks)
        return found

    def parse(self, answer: Answer, asks: Sequence[Ask], now: datetime) -> tuple[Outcome, ...]:
        try:
            found = self._inner.parse(answer, asks, now)
            return believed(found, asks, self._offer.name, now, self._secrets)
        except Exception as error:  # noqa: BLE001 - code of a stranger
            self._trouble(error)

    async def _call(self, method: str, wire: Wire, asks: Sequence[Ask]) -> Any:
        try:
            return await getattr(self._inner, method)(wire, asks)
        except Exception as error:  # noqa: BLE001 - code of a stranger
            self._trouble(error)

    def _trouble(self, error: Exception) -> NoReturn:
        """What went wrong, said of the package it went wrong in; never with its words, but for ours."""
        if isinstance(error, SourceTrouble):
            detail = clean_text(without(error.detail, self._secrets))
            raise SourceTrouble(
                error.kind, detail, wait=error.wait, until=error.until, maybe_done=error.maybe_done
            ) from None
        said = str(error) if isinstance(error, Unbelievable) else type(error).__name__
        raise SourceTrouble(
            FailureKind.DRIFT,
            f"the plug-in failed ({said}); this is a fault of {self._offer.origin}, please report "
            "it there",
            maybe_done=True,
        ) from None


class _GuardedRegistering(_Guarded):
    """The same for a source that must be told of a number first."""

    async def register(self, wire: Wire, asks: Sequence[Ask]) -> tuple[Enrolment, ...]:
        return self._enrolments(await self._call("register", wire, asks), asks)

    async def enrolled(self, wire: Wire, asks: Sequence[Ask]) -> tuple[Enrolment, ...]:
        return self._enrolments(await self._call("enrolled", wire, asks), asks)

    def _enrolments(self, found: Any, asks: Sequence[Ask]) -> tuple[Enrolment, ...]:
        try:
            return enrolments(found, asks, self._secrets)
        except Exception as error:  # noqa: BLE001 - code of a stranger
            self._trouble(error)
