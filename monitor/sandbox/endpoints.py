"""What each endpoint of 17TRACK does with one item of a request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.sandbox import refusals
from monitor.sandbox.answers import accepted_item, track_info
from monitor.sandbox.carriers import is_postal
from monitor.sandbox.faults import NothingYet
from monitor.sandbox.refusals import RefusedError
from monitor.sandbox.registration import EXTRA_FIELDS, PLAIN_FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from monitor.sandbox.account import Account
    from monitor.sandbox.answers import Json
    from monitor.sandbox.registration import Registration

CARRIER_CHANGES = 5
_NUMBER = re.compile(r"[A-Za-z0-9-]{5,50}")
_TAG_LIMIT = 100  # characters


class Endpoints:
    """The endpoints that take a list, over one account, in one version's shape.

    Each method takes one item and yields the accepted items it leads to, or raises RefusedError.
    """

    def __init__(
        self,
        account: Account,
        *,
        extras: bool,
        nothing_yet: NothingYet | str,
        newest_first: bool = True,
        push: Callable[[Json], bool] | None = None,
    ) -> None:
        self._account = account
        self._send = push
        self._extras = extras
        self._nothing_yet = NothingYet(nothing_yet)
        self._newest_first = newest_first
        self.by_name: dict[str, Callable[[Json], Iterator[Json]]] = {
            "register": self._register,
            "gettrackinfo": self._gettrackinfo,
            "changecarrier": self._changecarrier,
            "changeinfo": self._changeinfo,
            "stoptrack": self._stoptrack,
            "retrack": self._retrack,
            "deletetrack": self._deletetrack,
            "push": self._push,
        }

    def rejected(self, endpoint: str, item: Json, refusal: RefusedError) -> Json:
        """An entry of `rejected`: each endpoint has its own habit of naming the carrier."""
        entry: Json = {"number": item.get("number")}
        if refusal.carrier is not None:
            entry["carrier"] = refusal.carrier
        elif endpoint == "register" and self._extras:
            entry["carrier"] = item.get("carrier") or 0
        if "tag" in item:
            entry["tag"] = item["tag"]
        return entry | {"error": {"code": refusal.code, "message": str(refusal)}}

    def _register(self, item: Json) -> Iterator[Json]:
        number, given = _number(item), _carrier(item)
        _check_said(item)
        final = _carrier(item, "final_carrier")
        if final and not is_postal(number):
            raise RefusedError(refusals.POSTAL_ONLY)
        account = self._account
        carrier, origin = account.carrier_for(number, given)
        if account.find(number, carrier):
            raise RefusedError(refusals.ALREADY_REGISTERED, number, carrier=carrier)
        cost = 2 if self._pays_for_translation(item) else 1
        account.charge(number, cost)
        said = {name: item[name] for name in (*PLAIN_FIELDS, *EXTRA_FIELDS) if name in item}
        record = account.add(number, carrier, origin, said)
        record.final_carrier, record.charged = final, cost
        answered = {"origin": origin, "number": number, "carrier": carrier}
        yield answered | {name: said.get(name) for name in ("email", "tag", "lang")}

    def _pays_for_translation(self, item: Json) -> bool:
        if not item.get("lang"):
            return False
        return not self._extras or item.get("translation_mode") == "UseThirdPartyServices"

    def _gettrackinfo(self, item: Json) -> Iterator[Json]:
        number, carrier = _number(item), _carrier(item)
        if item.keys() - {"number", "carrier"}:
            raise RefusedError(refusals.INVALID_DATA)
        records = self._account.find(number, carrier)
        if not records:
            raise RefusedError(refusals.NOT_REGISTERED, number, carrier=str(carrier))
        for record in records:
            yield self._shown(record)

    def _shown(self, record: Registration) -> Json:
        plan = self._account.plan(record.key)
        checked_at = self._account.standing(record).checked_at
        canned = self._account.canned(record.key)
        if canned is not None and checked_at is not None:
            return dict(canned)
        form = self._nothing_yet
        if checked_at is None:
            if form in (NothingYet.NATURAL, NothingYet.REJECTED):
                raise self._nothing(record)
            if form is NothingYet.NULL:
                return accepted_item(record, None, extras=self._extras)
        info = track_info(
            record,
            plan if checked_at is not None else None,
            checked_at or record.registered_at,
            extras=self._extras,
            newest_first=self._newest_first,
        )
        if info["latest_event"] is None and form is NothingYet.REJECTED:
            raise self._nothing(record)
        return accepted_item(record, info, extras=self._extras)

    def _push(self, item: Json) -> Iterator[Json]:
        record = self._one(_number(item), _carrier(item))
        if self._send is None or not self._send(self._shown(record)):
            raise RefusedError(refusals.PUSH_FAILED)
        yield _named(record)

    def _nothing(self, record: Registration) -> RefusedError:
        return RefusedError(refusals.NOTHING_YET, record.number, carrier=record.carrier)

    def _changecarrier(self, item: Json) -> Iterator[Json]:
        number, new = _number(item), _carrier(item, "carrier_new")
        final = _carrier(item, "final_carrier_new")
        if not new and not final:
            raise RefusedError(refusals.NEW_CARRIER_NEEDED)
        old = _carrier(item, "carrier_old")
        if old and not self._account.find(number, old) and self._account.find(number, 0):
            raise RefusedError(refusals.WRONG_OLD_CARRIER, number)
        record = self._one(number, old, refusals.OLD_CARRIER_NEEDED)
        if new:
            self._check_change(record, new)
        if final and not is_postal(number):
            raise RefusedError(refusals.POSTAL_ONLY)
        before = {"carrier_old": record.carrier, "final_carrier_old": record.final_carrier}
        record.final_carrier = final or record.final_carrier
        record.carrier_change_count += 1
        if new:
            self._account.move(record, new)
            self._restart(record)
        after = {"carrier_new": record.carrier, "final_carrier_new": record.final_carrier}
        yield {"number": number} | before | after

    def _check_change(self, record: Registration, new: int) -> None:
        state = self._account.standing(record)
        if not self._account.knows_carrier(new):
            raise RefusedError(refusals.BAD_NEW_CARRIER)
        if new == record.carrier:
            raise RefusedError(refusals.SAME_CARRIER)
        if not state.tracking:
            raise RefusedError(refusals.STOPPED, record.number)
        if record.carrier_change_count >= CARRIER_CHANGES:
            raise RefusedError(refusals.CHANGED_TOO_OFTEN, record.number)
        if state.checked_at is None:
            raise RefusedError(refusals.NO_RESULT_YET, record.number)
        if self._account.find(record.number, new):
            raise RefusedError(refusals.TARGET_EXISTS, record.number)

    def _changeinfo(self, item: Json) -> Iterator[Json]:
        record = self._one(_number(item), _carrier(item))
        items = item.get("items")
        wanted = items if isinstance(items, dict) else {}
        changes = {name: wanted[name] for name in (*PLAIN_FIELDS, *EXTRA_FIELDS) if name in wanted}
        if not changes:
            raise RefusedError(refusals.NOTHING_TO_CHANGE)
        record.said |= changes
        yield _named(record)

    def _stoptrack(self, item: Json) -> Iterator[Json]:
        record = self._one(_number(item), _carrier(item))
        if not self._account.standing(record).tracking:
            raise RefusedError(refusals.NOT_TRACKED, record.number)
        record.spans[-1].end = self._account.clock.now
        yield _named(record)

    def _retrack(self, item: Json) -> Iterator[Json]:
        record = self._one(_number(item), _carrier(item))
        state = self._account.standing(record)
        if state.tracking:
            raise RefusedError(refusals.NOT_STOPPED, record.number)
        if record.is_retracked:
            raise RefusedError(refusals.RETRACKED_BEFORE, record.number)
        record.is_retracked = True
        record.spans[-1].end = state.stopped_at
        self._restart(record)
        yield _named(record)

    def _deletetrack(self, item: Json) -> Iterator[Json]:
        record = self._one(_number(item), _carrier(item))
        self._account.remove(record)
        yield _named(record)

    def _restart(self, record: Registration) -> None:
        now = self._account.clock.now
        record.restart(now, now + self._account.first_result_after)

    def _one(self, number: str, carrier: int, several: int = refusals.NOT_UNIQUE) -> Registration:
        found = self._account.find(number, carrier)
        if not found:
            raise RefusedError(refusals.NOT_REGISTERED, number)
        if len(found) > 1:
            raise RefusedError(several, number)
        return found[0]


def _named(record: Registration) -> Json:
    return {"number": record.number, "carrier": record.carrier}


def _number(item: Json) -> str:
    number = item.get("number")
    if number is None:
        raise RefusedError(refusals.MISSING)
    if not isinstance(number, str):
        raise RefusedError(refusals.INVALID_DATA)
    if _NUMBER.fullmatch(number) is None:
        raise RefusedError(refusals.INVALID_NUMBER, number)
    return number


def _carrier(item: Json, name: str = "carrier") -> int:
    carrier = item.get(name)
    if carrier is None:
        return 0
    if not isinstance(carrier, int) or isinstance(carrier, bool):
        raise RefusedError(refusals.INVALID_DATA)
    return carrier


def _check_said(item: Json) -> None:
    for name in (*PLAIN_FIELDS, *EXTRA_FIELDS):
        if not isinstance(item.get(name), str | dict | None):
            raise RefusedError(refusals.INVALID_DATA)
    if len(item.get("tag") or "") > _TAG_LIMIT:
        raise RefusedError(refusals.INVALID_VALUE, "tag")
