"""What the source may not do with a connection, since SQLite and its library would let it."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(__file__).parents[2] / "monitor"
CONNECTIONS = frozenset({"conn", "_connection", "connection", "atomic"})
TRANSACTIONS = frozenset({"write_tx", "joined_tx"})


def offences(text: str) -> Iterator[str]:
    """One word for each thing that would commit, lose or hold a transaction behind our back."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.With | ast.AsyncWith):
            names = {_called(item.context_expr) for item in node.items}
            if names & CONNECTIONS:
                yield f"{node.lineno}: `with` on a connection commits or opens what it should not"
            if names & TRANSACTIONS and any(isinstance(n, ast.Await) for n in ast.walk(node)):
                yield f"{node.lineno}: waits inside a transaction, and so does everybody else"
        if (
            isinstance(node, ast.Call)
            and _called(node) == "connect"
            and "sqlite3" in ast.unparse(node)
        ):
            given = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
            if given.get("isolation_level") != "None":
                yield f"{node.lineno}: a connection with implicit transactions"


def _called(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        return _called(node.func)
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def test_no_module_of_the_program_does_any_of_it() -> None:
    found = [
        f"{path.relative_to(SOURCE)}:{line}"
        for path in sorted(SOURCE.rglob("*.py"))
        for line in offences(path.read_text("utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("with self.db.conn:\n    pass", id="a connection as a transaction"),
        pytest.param("with db.atomic():\n    pass", id="a transaction that begins by reading"),
        pytest.param(
            "async def f():\n    with store.write_tx():\n        await g()", id="waiting in one"
        ),
        pytest.param("sqlite3.connect(path)", id="transactions nobody asked for"),
    ],
)
def test_it_would_be_seen(text: str) -> None:
    assert len(list(offences(text))) == 1
