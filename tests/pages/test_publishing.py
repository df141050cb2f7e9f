"""A file that others fetch is whole or as it was, and is left alone where nothing has changed."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from monitor.errors import DiskTrouble, ParcelsError
from monitor.pages import publishing
from monitor.pages.publishing import publish

if TYPE_CHECKING:
    from pathlib import Path


def test_the_text_is_there_and_others_may_read_it(tmp_path: Path) -> None:
    publish("Grüße 你好\n", tmp_path / "page")
    assert (tmp_path / "page").read_text("utf-8") == "Grüße 你好\n"
    assert stat.S_IMODE((tmp_path / "page").stat().st_mode) == 0o644
    assert [each.name for each in tmp_path.iterdir()] == ["page"]


def test_the_same_text_leaves_the_file_alone(tmp_path: Path) -> None:
    publish("one", tmp_path / "page")
    before = (tmp_path / "page").stat()
    publish("one", tmp_path / "page")
    after = (tmp_path / "page").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_whoever_has_the_old_file_open_goes_on_reading_it(tmp_path: Path) -> None:
    publish("one", tmp_path / "page")
    with (tmp_path / "page").open() as reader:
        publish("two", tmp_path / "page")
        assert reader.read() == "one"
    assert (tmp_path / "page").read_text() == "two"


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "page").symlink_to(tmp_path / "precious")
    publish("mine", tmp_path / "page")
    assert not (tmp_path / "page").is_symlink()
    publish("new", tmp_path / "page")
    assert (tmp_path / "precious").read_text() == "mine"


def test_a_disk_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish("one", tmp_path / "page")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(publishing.os, "fsync", full)
    with pytest.raises(ParcelsError, match=r"page cannot be written \(No space left") as raised:
        publish("two", tmp_path / "page")
    assert not isinstance(raised.value, DiskTrouble)  # which would be about the database
    assert (tmp_path / "page").read_text() == "one"
    assert [each.name for each in tmp_path.iterdir()] == ["page"]


def test_a_pipe_or_a_device_is_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(ParcelsError, match="it is no file"):
        publish("text", pipe)
    assert pipe.is_fifo()


@pytest.mark.parametrize("place", ["missing/page", "."])
def test_what_cannot_be_a_file_is_refused_with_its_name(tmp_path: Path, place: str) -> None:
    with pytest.raises(ParcelsError, match="cannot be written"):
        publish("text", tmp_path / place)
