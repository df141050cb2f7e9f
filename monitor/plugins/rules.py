"""A rule of somebody else: its class and its words checked, and each call kept from doing harm."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from monitor.parcel import clean_text
from monitor.plugins import advice
from monitor.plugins.episodes import Malformed, sound
from monitor.plugins.loading import Unfit, load, options_of, reason
from monitor.rules.contract import API_VERSION, RuleFailed, subject_of
from monitor.rules.precedence import register_yielding
from monitor.rules.registry import RULES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.parcel import Dossier
    from monitor.plugins.offer import Offer
    from monitor.schedule import Episode

_log = logging.getLogger(__name__)

NEEDED = ("name", "yields_to", "texts")


def load_rule(offer: Offer) -> type:
    """The class of the rule's options; its words and its precedence are known from now on.

    Raises Unfit.
    """
    found: Any = load(offer, API_VERSION, NEEDED)
    options_of(found)
    if not any("__call__" in vars(kind) for kind in found.__mro__):
        raise Unfit("it has no __call__ that takes a dossier")
    if found.name != offer.name:
        shown = clean_text(str(found.name), 40)
        raise Unfit(f"the rule is called {shown!r}, and not {offer.name} as it is installed")
    words = advice.advices(found.texts, offer.name)
    yields_to = _yields_to(found.yields_to)
    advice.install(words, offer.name)
    register_yielding(offer.name, yields_to)
    return found  # type: ignore[no-any-return]


def _yields_to(found: Any) -> frozenset[str]:
    """The rules of this program that silence it: no others, so that no two wait for each other."""
    if not isinstance(found, frozenset):
        raise Unfit("its yields_to is no frozenset")
    odd = sorted(clean_text(str(name), 40) for name in found - RULES.keys())
    if odd:
        raise Unfit(f"it yields to {odd[0]!r}, which is no rule of this program")
    return found


def make_rule(offer: Offer, found: type, options: Mapping[str, Any]) -> PluggedRule:
    """The rule with these options, behind a guard. Raises Unfit."""
    try:
        inner = found(**options)
    except Exception as error:  # noqa: BLE001 - code of a stranger
        raise Unfit(f"it cannot be made ({reason(error)})") from None
    return PluggedRule(offer, inner, options)


class PluggedRule:
    """A rule whose fault leaves a parcel to all the others. `failed` says the first one, "" = none."""

    def __init__(self, offer: Offer, inner: Any, options: Mapping[str, Any]) -> None:
        self.name = offer.name
        self.yields_to: frozenset[str] = inner.yields_to
        self.failed = ""
        self._offer = offer
        self._inner = inner
        self._options = dict(sorted(options.items()))

    def __repr__(self) -> str:
        """The same in every process: what was judged by another version is judged anew."""
        return f"<rule {self.name} of {self._offer.origin} with {self._options}>"

    def __call__(self, dossier: Dossier, /) -> Episode | None:
        """Raises RuleFailed where the rule does anything but answer; the first time it is logged."""
        found, said = self._answer(dossier)
        if said and not self.failed:
            self.failed = self._sentence(said)
            _log.warning("%s", self.failed)
        if said:
            raise RuleFailed(said)
        return found

    def fault(self, dossier: Dossier, /) -> str:
        """What the rule does wrong with a dossier, as a sentence; "" for nothing. Tells nobody."""
        _, said = self._answer(dossier)
        return self._sentence(said) if said else ""

    def _sentence(self, said: str) -> str:
        return (
            f"rule {self.name} ({self._offer.origin}) failed ({said}); what it said before stands, "
            "and all other rules go on. Please report it there"
        )

    def _answer(self, dossier: Dossier) -> tuple[Episode | None, str]:
        """The episode, or in half a sentence what came instead."""
        try:
            found = self._inner(dossier)
            if found is None:
                return None, ""
            return sound(found, self.name, subject_of(dossier.parcel.id)), ""
        except Malformed as problem:
            return None, str(problem)
        except Exception as error:  # noqa: BLE001 - code of a stranger
            return None, type(error).__name__
