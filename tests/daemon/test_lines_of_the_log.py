"""Whatever is logged, nothing in it can pass for another record or be obeyed by a terminal."""

from __future__ import annotations

import io
import logging

import pytest

from monitor.daemon import logs

EVIL = "seen\n<2>2026-09-01 00:00:00,000 CRITICAL forged\r\x1b]52;c;ZXZpbA==\x07 \u202e\x9b31m"


def logged(monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]) -> list[str]:
    """The lines that reach standard error when a message and an exception are hostile."""
    stream, root = io.StringIO(), logging.getLogger()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    logs.start_logging(["s3cret-of-a-source"], environ)
    try:
        int(EVIL)
    except ValueError:
        logging.getLogger("monitor.test").exception("%s s3cret-of-a-source", EVIL)
    return stream.getvalue().splitlines()


def test_on_a_terminal_every_line_but_the_first_is_set_in(monkeypatch: pytest.MonkeyPatch) -> None:
    first, *rest = logged(monkeypatch, {})
    assert "ERROR seen" in first
    assert len(rest) > 3
    assert all(line.startswith("    ") and line.isprintable() for line in rest)


def test_in_the_journal_every_line_has_the_priority_of_its_record(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = logged(monkeypatch, {"JOURNAL_STREAM": "8:1"})
    assert len(lines) > 4
    assert all(line.startswith("<3>") and line.isprintable() for line in lines)


@pytest.mark.parametrize("environ", [{}, {"JOURNAL_STREAM": "8:1"}], ids=["terminal", "journal"])
def test_no_line_holds_a_secret(monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]) -> None:
    assert "s3cret" not in "".join(logged(monkeypatch, environ))
