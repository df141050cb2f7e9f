"""17TRACK's error codes as far as the sandbox gives them, each with a message.

The codes are the service's own (help article on error codes). It words its messages differently
from version to version, so that no client may read them; these are the sandbox's.
"""

from __future__ import annotations

IP_NOT_ALLOWED = -18010001
INVALID_KEY = -18010002
INTERNAL = -18010003
MISSING = -18010010
INVALID_VALUE = -18010011
INVALID_NUMBER = -18010012
INVALID_DATA = -18010013
TOO_MANY = -18010014
POSTAL_ONLY = -18010016
NO_WEBHOOK = -18010204
PUSH_FAILED = -18010206
OLD_CARRIER_NEEDED = -18019801
BAD_NEW_CARRIER = -18019802
SAME_CARRIER = -18019803
NEW_CARRIER_NEEDED = -18019804
WRONG_OLD_CARRIER = -18019805
STOPPED = -18019806
CHANGED_TOO_OFTEN = -18019807
NO_RESULT_YET = -18019808
TARGET_EXISTS = -18019809
NOT_UNIQUE = -18019810
NOTHING_TO_CHANGE = -18019811
ALREADY_REGISTERED = -18019901
NOT_REGISTERED = -18019902
NOT_DETECTED = -18019903
NOT_STOPPED = -18019904
RETRACKED_BEFORE = -18019905
NOT_TRACKED = -18019906
DAILY_LIMIT = -18019907
QUOTA_USED_UP = -18019908
NOTHING_YET = -18019909
UNKNOWN_CARRIER = -18019910
REALTIME_NOT_ALLOWED = -18019912
RATE = 429  # the service repeats the HTTP status as the code

_MESSAGES = {
    IP_NOT_ALLOWED: "This address is not on the list of allowed addresses.",
    INVALID_KEY: "The security key is wrong.",
    INTERNAL: "The service failed inside.",
    MISSING: "The data is missing.",
    INVALID_VALUE: "A value cannot be used: {0}.",
    INVALID_NUMBER: "'{0}' does not have the form of a tracking number.",
    INVALID_DATA: "The data sent cannot be used.",
    TOO_MANY: "At most 40 numbers fit into one request.",
    POSTAL_ONLY: "A carrier for the last mile can be given for postal items only.",
    NO_WEBHOOK: "No webhook address is set, so there is nowhere to push to.",
    PUSH_FAILED: "The webhook address did not take the push.",
    OLD_CARRIER_NEEDED: "'{0}' is registered with several carriers; say which one by carrier_old.",
    BAD_NEW_CARRIER: "The new carrier is wrong.",
    SAME_CARRIER: "The new carrier is the present one.",
    NEW_CARRIER_NEEDED: "Neither carrier_new nor final_carrier_new was given.",
    WRONG_OLD_CARRIER: "'{0}' is not registered with the carrier given as carrier_old.",
    STOPPED: "'{0}' is stopped; retrack it first.",
    CHANGED_TOO_OFTEN: "The carrier of '{0}' was changed five times already.",
    NO_RESULT_YET: "There is no result for '{0}' since it was registered or changed.",
    TARGET_EXISTS: "'{0}' is registered with the new carrier already.",
    NOT_UNIQUE: "'{0}' is registered with several carriers; say which one.",
    NOTHING_TO_CHANGE: "Nothing that can be changed was given.",
    ALREADY_REGISTERED: "'{0}' was registered before.",
    NOT_REGISTERED: "'{0}' is not registered; register it first.",
    NOT_DETECTED: "No carrier could be detected for '{0}'.",
    NOT_STOPPED: "'{0}' is being tracked; only stopped numbers can be retracked.",
    RETRACKED_BEFORE: "'{0}' was retracked once already.",
    NOT_TRACKED: "'{0}' is not being tracked, so it cannot be stopped.",
    DAILY_LIMIT: "The daily limit of registrations is reached.",
    QUOTA_USED_UP: "The quota is used up.",
    NOTHING_YET: "There is nothing to show for '{0}' yet.",
    UNKNOWN_CARRIER: "There is no carrier {0}.",
    REALTIME_NOT_ALLOWED: "This account may not query carriers in real time.",
    RATE: "Too many requests in one second.",
}


def message(code: int, subject: str = "") -> str:
    return _MESSAGES[code].format(subject)


class RefusedError(Exception):
    """One item of a request is rejected, with the service's code."""

    def __init__(self, code: int, subject: str = "", *, carrier: int | str | None = None) -> None:
        super().__init__(message(code, subject))
        self.code = code
        self.carrier = carrier


class RequestRefusedError(Exception):
    """The request as a whole is refused, with the service's code."""

    def __init__(self, code: int) -> None:
        super().__init__(message(code))
        self.code = code
