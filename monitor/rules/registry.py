"""Every rule there is, by the name of its table in the configuration."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from monitor.rules.blind import Blind
from monitor.rules.clearance import Clearance
from monitor.rules.clearance_failed import ClearanceFailed
from monitor.rules.protection import Protection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.rules.contract import Rule, Watch

# Also the order of precedence in which steps of the same moment and severity are shown.
RULES: Mapping[str, type[Rule]] = MappingProxyType(
    {rule.name: rule for rule in (ClearanceFailed, Clearance, Protection)}
)
# The same for the service itself: they look at a source and not at a parcel.
WATCHES: Mapping[str, type[Watch]] = MappingProxyType({watch.name: watch for watch in (Blind,)})
