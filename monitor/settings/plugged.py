"""The tables of plug-ins: what is switched on is loaded, and its options are read as any others."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import SecretStr

from monitor.errors import BadConfiguration
from monitor.parcel import clean_text
from monitor.plugins import ADAPTERS, RULES, Offer, Unfit, offers
from monitor.settings import urls, values
from monitor.settings.options import typed
from monitor.settings.secrecy import is_secret_option, is_secret_value, leaves
from monitor.settings.spelling import SHOWN, dotted, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence

    from monitor.adapters.contract import Adapter
    from monitor.plugins.rules import PluggedRule
    from monitor.seasons import Season
    from monitor.settings.trees import Address

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Plugged(Generic[T]):
    """A plug-in the configuration speaks of.

    `made` is what works, None where it is switched off or of no use; `problem` says why it is of
    none. `options` are typed, secrets as SecretStr; as they were given where nothing was loaded.
    """

    offer: Offer
    enabled: bool
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)
    made: T | None = None
    problem: str = ""

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secret values among its options, none of them empty."""
        return _secrets(self.offer.name, self.options)


@dataclass(frozen=True, slots=True)
class Plugins:
    """Those the configuration speaks of, by name."""

    adapters: Mapping[str, Plugged[Adapter]] = field(default_factory=dict)
    rules: Mapping[str, Plugged[PluggedRule]] = field(default_factory=dict)

    @property
    def sources(self) -> Mapping[str, Adapter]:
        """The adapters that are switched on and can be used."""
        return {name: p.made for name, p in self.adapters.items() if p.made is not None}

    @property
    def broken(self) -> tuple[str, ...]:
        """A sentence for each that is switched on and cannot be used."""
        both: list[Plugged[Any]] = [*self.adapters.values(), *self.rules.values()]
        return tuple(sentence(each.offer, each.problem) for each in both if each.problem)


def sentence(offer: Offer, problem: str) -> str:
    kind = "adapter" if offer.group == ADAPTERS else "rule"
    return f"{kind} {offer.name} ({offer.origin}) is not used: {problem}"


def names(group: str) -> dict[str, Offer]:
    """The names installed packages offer, without those of this program; the first offer of each."""
    from monitor.plugins.offer import is_taken  # noqa: PLC0415 - only where there is an offer

    found = [offer for offer in offers(group) if not is_taken(offer)]
    return {offer.name: offer for offer in reversed(found)}


def is_adapter(address: Address) -> bool:
    """Whether this is the table of an adapter that is a plug-in, or an option in it."""
    return 2 <= len(address) <= 3 and address[0] == "adapters" and address[1] in names(ADAPTERS)  # noqa: PLR2004 - group, name, option


def apart(data: Any, own: Container[str]) -> tuple[Any, dict[str, dict[str, Any]]]:
    """The tables of adapters without those of plug-ins, and these. A `kind` makes it the owner's own."""
    strange = (
        [n for n, t in data.items() if n not in own and isinstance(t, dict) and "kind" not in t]
        if isinstance(data, dict)
        else []
    )
    known = names(ADAPTERS) if strange else {}
    mine = {name: data[name] for name in strange if name in known}
    return ({n: t for n, t in data.items() if n not in mine} if mine else data), mine


def rule_tables_in(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Those of the tables of rules that belong to plug-ins."""
    from monitor.settings.rule_tables import NAMES  # noqa: PLC0415 - it reads options as this does

    strange = tables.keys() - set(NAMES)
    known = names(RULES) if strange else {}
    return {name: tables[name] for name in sorted(strange) if name in known}


def read(
    adapters: Mapping[str, Mapping[str, Any]],
    rules: Mapping[str, Mapping[str, Any]],
    origin: Callable[[Address], str],
    seasons: Callable[[], Sequence[Season]],
) -> Plugins:
    """What the tables come to. Raises BadConfiguration, one line per option that cannot be.

    A plug-in that cannot be used is none of the owner's slips, and keeps nothing else from running.
    """
    if not adapters and not rules:
        return Plugins()
    problems: list[str] = []
    found = Plugins(
        {n: _Table("adapters", n, t, origin, problems).adapter() for n, t in adapters.items()},
        {n: _Table("rules", n, t, origin, problems).rule(seasons) for n, t in rules.items()},
    )
    if problems:
        raise BadConfiguration("\n".join(problems))
    return found


@dataclass(slots=True)
class _Table:
    """The table of one plug-in; what the owner has to mend goes to `problems`."""

    group: str
    name: str
    given: Mapping[str, Any]
    origin: Callable[[Address], str]
    problems: list[str]

    def adapter(self) -> Plugged[Adapter]:
        from monitor.plugins.adapters import load_adapter, make_adapter  # noqa: PLC0415 - only where there is one

        def made(offer: Offer, kind: type, options: Mapping[str, Any]) -> Adapter:
            plain = {option: _plain(value) for option, value in options.items()}
            return make_adapter(offer, kind, plain, _secrets(offer.name, options))

        return self._plugged(names(ADAPTERS)[self.name], load_adapter, made)

    def rule(self, seasons: Callable[[], Sequence[Season]]) -> Plugged[PluggedRule]:
        from monitor.plugins.rules import load_rule, make_rule  # noqa: PLC0415 - as above

        def made(offer: Offer, kind: type, options: Mapping[str, Any]) -> PluggedRule:
            takes = {f.name for f in dataclasses.fields(kind)}
            handed = {"seasons": tuple(seasons())} if "seasons" in takes else {}
            return make_rule(offer, kind, {**options, **handed})

        return self._plugged(names(RULES)[self.name], load_rule, made)

    def _plugged(
        self,
        offer: Offer,
        load: Callable[[Offer], type],
        made: Callable[[Offer, type, Mapping[str, Any]], T],
    ) -> Plugged[T]:
        given = dict(self.given)
        try:
            enabled = values.yes_no(given.pop("enabled", False))
        except ValueError as trouble:
            self.problems.append(f"{self._where('enabled')}: {trouble}.")
            enabled = False
        if not enabled:
            return Plugged(offer, enabled=False, options=given)
        try:
            kind = load(offer)
            options = self._options(given, kind)
            return Plugged(offer, True, options, made(offer, kind, options))
        except Unfit as unfit:
            return Plugged(offer, True, given, problem=str(unfit))

    def _options(self, given: Mapping[str, Any], kind: type) -> dict[str, Any]:
        from monitor.plugins.loading import options_of  # noqa: PLC0415 - as above

        known = {n: v for n, v in options_of(kind).items() if n not in HANDED}
        found = dict(known)
        for option, value in given.items():
            stem = option.removesuffix("_file")
            if stem != option and stem in known and self._secret(stem):
                continue  # its content stands beside it by now
            if option not in known:
                self.problems.append(
                    f"Unknown option {self._where(option)}{self._hint(option, known)}"
                )
                continue
            try:
                found[option] = self._value(option, value, known[option])
            except ValueError as trouble:
                self.problems.append(f"{self._where(option)}: {trouble}.")
        return found | {
            n: SecretStr(str(v)) for n, v in found.items() if self._is_bare_secret(n, v)
        }

    def _value(self, option: str, value: Any, default: Any) -> Any:
        if self._secret(option):
            return values.key(value) or SecretStr("")
        if self.group == "adapters" and option == "base_url":
            return urls.base_url(value)
        return typed(value, default)

    def _secret(self, option: str) -> bool:
        return self.group == "adapters" and is_secret_option(option)

    def _is_bare_secret(self, option: str, value: Any) -> bool:
        return self._secret(option) and not isinstance(value, SecretStr)

    def _where(self, option: str) -> str:
        shown = dotted((self.group, self.name, clean_text(option, SHOWN)))
        return f"{shown} ({self.origin((self.group, self.name, option))})"

    def _hint(self, option: str, known: Mapping[str, Any]) -> str:
        there = {*known, "enabled", *(f"{name}_file" for name in known if self._secret(name))}
        near = nearest(option, there)
        if near:
            return f"; did you mean {self.group}.{self.name}.{near}?"
        return f"; options there are {', '.join(sorted(there))}."


HANDED = frozenset({"seasons"})  # what a rule is given by the program: [[seasons]] is for all


def _secrets(name: str, options: Mapping[str, Any]) -> tuple[str, ...]:
    given = leaves(dict(options), ("adapters", name))
    plain = ((path, _plain(value)) for path, value in given)
    return tuple(str(value) for path, value in plain if is_secret_value(path, value))


def _plain(value: Any) -> Any:
    return value.get_secret_value() if isinstance(value, SecretStr) else value
