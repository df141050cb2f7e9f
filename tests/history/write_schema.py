"""`python -m tests.history.write_schema` keeps the schema of this version for later versions' tests."""

from __future__ import annotations

import tempfile
from pathlib import Path

from monitor.history import History, schema
from tests.history.given import FIXTURES, NOW, schema_of

if __name__ == "__main__":
    target = Path(__file__).parent / FIXTURES / f"schema-{len(schema.KNOWN)}.sql"
    with (
        tempfile.TemporaryDirectory() as folder,
        History.open(Path(folder) / "parcels.db", now=NOW) as history,
    ):
        target.write_text(schema_of(history), encoding="utf-8")
