from __future__ import annotations

from tests.cli.conftest import bare, desk, phone

__all__ = ["bare", "desk", "phone"]
