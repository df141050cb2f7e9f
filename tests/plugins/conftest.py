from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from monitor.message.added import ADDED
from monitor.rules import precedence
from tests.cli.conftest import bare, desk  # noqa: F401 - fixtures
from tests.plugins.packages import Site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A folder of packages on the path of this process, forgotten afterwards."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    known = set(sys.modules)
    yield Site(folder)
    for name in set(sys.modules) - known:
        if str(folder) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]
    ADDED.clear()
    precedence._OF_PLUGINS.clear()
