"""What an import would make of each parcel it found: new, completed, or left as it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from monitor.cli.dates import moment
from monitor.cli.facts import bare, changed, out_of_order, told
from monitor.cli.registrations import owed_by
from monitor.cli.watching import DONE_AS, default_shop, reader_of, unknown_extras
from monitor.errors import BadInput
from monitor.intake import Fault
from monitor.intake.columns import NAMES
from monitor.parcel import Parcel, clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from monitor.cli.facts import Reader
    from monitor.cli.office import Office
    from monitor.intake import Found, Understood

_LIFE = ("added", "done", "done_as")  # what only an export tells, and only of a new parcel


class Becomes(StrEnum):
    NEW = "new"
    COMPLETED = "completes"
    UNCHANGED = "unchanged"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Intention:
    """One parcel before (None: not there yet) and after. `facts` are the names of those that change."""

    found: Found
    before: Parcel | None
    after: Parcel
    becomes: Becomes
    facts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def given(self) -> dict[str, Any]:
        """The facts as `add` is given them, without those nobody gave."""
        return {name: value for name, value in self.found.facts.items() if name not in _LIFE}

    def replaces(self, name: str) -> bool:
        """Whether the fact of that name was known and becomes another."""
        known = getattr(self.before, name, None)
        return bool(known) and known != getattr(self.after, name)

    @property
    def corrects(self) -> bool:
        """Whether anything that was known becomes something else."""
        return any(map(self.replaces, self.found.facts))


class Refused(Exception):
    """What is wrong with the facts of one parcel; all of it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__()
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Judge:
    """How facts are read. `strict`: a fact that cannot be read is a fault, else it is left out.

    A table says what it means; of a pasted text it was only guessed.
    """

    office: Office
    reader: Reader
    strict: bool
    shop: str

    @classmethod
    def of(cls, office: Office, understood: Understood) -> Judge:
        strict = understood.kind in ("csv", "json")
        return cls(office, reader_of(office), strict, default_shop(office))

    def intentions(
        self, found: Iterable[Found], known: Mapping[str, Parcel]
    ) -> tuple[list[Intention], list[Fault]]:
        """What each becomes, beside what is wrong with the others."""
        good: list[Intention] = []
        faults: list[Fault] = []
        for each in found:
            try:
                good.append(self.intention(each, known.get(each.number)))
            except Refused as refused:
                faults += refused.faults
        return good, faults

    def intention(self, found: Found, before: Parcel | None) -> Intention:
        """Raises Refused with all that is wrong."""
        if before is not None and before.done_at is not None:
            remark = (
                f"It is finished; nothing changes. To watch it again: parcels undo {before.number}"
            )
            return Intention(found, before, before, Becomes.FINISHED, remarks=(remark,))
        now = self.office.now
        start = before or Parcel(0, found.number, now, shop=self.shop)
        after, remarks = self._with_facts(start, found)
        if before is None:
            return Intention(found, None, after, Becomes.NEW, remarks=remarks)
        facts = tuple(told(before, after))
        becomes = Becomes.COMPLETED if facts else Becomes.UNCHANGED
        return Intention(found, before, after, becomes, facts, remarks)

    def _with_facts(self, parcel: Parcel, found: Found) -> tuple[Parcel, tuple[str, ...]]:
        faults: list[Fault] = []
        remarks = list(found.remarks)
        start = parcel
        for name, value in found.facts.items():
            if name in _LIFE:
                continue
            try:
                parcel = changed(parcel, {name: value}, self.reader)
            except BadInput as refusal:
                if self.strict:
                    faults.append(Fault(found.line, NAMES[name], bare(refusal)))
                else:
                    remarks.append(f"Left out: {bare(refusal)}")
        try:
            parcel = self._with_life(parcel, found.facts, remarks)
            if start.id:
                given = {n: v for n, v in found.facts.items() if n not in _LIFE}
                owed_by(self.office, start, parcel, given)
        except BadInput as refusal:
            faults.append(Fault(found.line, "", str(refusal)))
        if faults:
            raise Refused(faults)
        remarks += unknown_extras({"extra": found.facts.get("extra", ())})
        remarks += out_of_order(parcel)
        return parcel, tuple(remarks)

    def _with_life(self, parcel: Parcel, facts: Mapping[str, Any], remarks: list[str]) -> Parcel:
        """When a new parcel was added and done with, as an export tells it."""
        now, zone = self.office.now, self.office.settings.zone
        done, done_as = facts.get("done", ""), str(facts.get("done_as", "")).strip().casefold()
        if parcel.id:
            if done or done_as:
                remarks.append(
                    f"It is watched here, and goes on to be. To end that: parcels done {parcel.number}"
                )
            return parcel
        if done_as and (done_as not in DONE_AS or not done):
            known = ", ".join(DONE_AS)
            raise BadInput(
                f"done_as: {clean_text(done_as, 40)!r} goes with a date in done, and is one of {known}."
            )
        if facts.get("added"):
            parcel = replace(parcel, added_at=moment(facts["added"], now, zone, "added"))
        if not done:
            return parcel
        at = moment(done, now, zone, "done")
        return replace(parcel, done_at=at, done_as=done_as or DONE_AS[0])
