"""A home of its own for every test, and files in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from monitor.errors import BadConfiguration
from monitor.settings import load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from monitor.settings import Settings


@dataclass
class Desk:
    """A machine with one configuration file, asked for its settings."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        return self.folder / "config.toml"

    def write(self, text: str | bytes, name: str = "config.toml", mode: int = 0o600) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        path.chmod(mode)
        return path

    def load(
        self, text: str | bytes = "", rules: Mapping[str, type] | None = None, **environ: str
    ) -> Settings:
        return load(self.write(text), self.environ | environ, rules={} if rules is None else rules)

    def refusal(
        self, text: str | bytes = "", rules: Mapping[str, type] | None = None, **environ: str
    ) -> str:
        """What the owner is told, without the folder of the test."""
        with pytest.raises(BadConfiguration) as caught:
            self.load(text, rules, **environ)
        assert caught.value.exit_code == 78
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None or caught.value.__suppress_context__
        return str(caught.value).replace(f"{self.folder}/", "")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, {"HOME": str(tmp_path / "home"), "TZ": "Asia/Tokyo"})
