"""What every adapter must stand, as test classes to subclass; for tests alone, and needs pytest.

    class TestMine(WireContract):
        numbers = ("…", "…")
        def make(self) -> Adapter: …                    # with KEY as its key, if it takes one
        def document(self, numbers) -> Json: …          # a good answer, three dated events or more for each
        def events_in(self, document, number) -> list: … # the list of one number's events, to be changed
        def date(self, event, at) -> None: …             # gives an event another moment, or none
        def poison(self, document, number) -> None: …    # spoils the part about one number

`AdapterContract` needs no network; `WireContract` adds a real server on the loopback, asked through
the real transport. Attributes say what is otherwise: `has_key`, `html_kind`, `statuses`.
"""

from monitor.adapters.testing.answers import (
    KEY,
    NOW,
    Json,
    ScriptedWire,
    Sent,
    replied,
    reply,
    told,
)
from monitor.adapters.testing.contract import AdapterContract
from monitor.adapters.testing.line import NoPace, WireContract

__all__ = [
    "KEY",
    "NOW",
    "AdapterContract",
    "Json",
    "NoPace",
    "ScriptedWire",
    "Sent",
    "WireContract",
    "replied",
    "reply",
    "told",
]
