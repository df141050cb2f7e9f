"""A file is in its place whole, or what was there before is."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from unittest import mock

import pytest

from monitor.errors import BadInput, DiskTrouble, ParcelsError
from monitor.files import IN_THE_MAKING, PUBLIC, publish, write_page, write_whole

OLD, NEW = b"<!doctype html>old", b"<!DOCTYPE html>new"


@pytest.fixture(autouse=True)
def _strict() -> object:
    before = os.umask(0o077)
    yield
    os.umask(before)


def test_a_file_has_the_mode_that_was_asked_for_whatever_the_umask(tmp_path: Path) -> None:
    public, private = tmp_path / "public.html", tmp_path / "private.html"
    write_whole(public, b"<!DOCTYPE html>", PUBLIC)
    write_whole(private, b"<!DOCTYPE html>")
    assert [path.stat().st_mode & 0o777 for path in (public, private)] == [0o644, 0o600]


def test_nothing_is_left_beside_it(tmp_path: Path) -> None:
    write_whole(tmp_path / "page.html", NEW)
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    assert (tmp_path / "page.html").read_bytes() == NEW


def test_what_a_killed_process_left_is_cleared_away_and_what_is_being_written_is_not(
    tmp_path: Path,
) -> None:
    old, young, other = (
        tmp_path / f".{name}.new"
        for name in ("page.html.abcd1234", "page.html.efgh5678", "other.html.abcd1234")
    )
    for left in (old, young, other):
        left.write_bytes(b"<!DOC")
    for left in (old, other):
        at = left.stat().st_mtime - IN_THE_MAKING - 60
        os.utime(left, (at, at))
    write_whole(tmp_path / "page.html", NEW)
    assert sorted(path.name for path in tmp_path.glob(".*")) == sorted([young.name, other.name])


def test_a_name_as_long_as_the_file_system_takes_is_written(tmp_path: Path) -> None:
    page = tmp_path / ("\U0001f4e6" * 62 + ".html")
    write_whole(page, NEW)
    assert page.read_bytes() == NEW


def test_a_full_disk_leaves_the_old_page_and_no_rest(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(OLD)
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with (
        mock.patch("monitor.files.os.fsync", side_effect=full),
        pytest.raises(ParcelsError, match=r"cannot be written \(No space left on device\)"),
    ):
        write_whole(page, NEW)
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    assert page.read_bytes() == OLD


def test_a_full_disk_here_is_no_trouble_of_the_database(tmp_path: Path) -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with (
        mock.patch("monitor.files.os.fsync", side_effect=full),
        pytest.raises(ParcelsError) as raised,
    ):
        write_whole(tmp_path / "page.html", NEW)
    assert not isinstance(raised.value, DiskTrouble)


def test_a_disk_that_is_read_only_is_explained(tmp_path: Path) -> None:
    read_only = OSError(errno.EROFS, os.strerror(errno.EROFS))
    with (
        mock.patch("tempfile.mkstemp", side_effect=read_only),
        pytest.raises(ParcelsError, match=f"ReadWritePaths={tmp_path}"),
    ):
        write_whole(tmp_path / "page.html", NEW)


def test_a_link_is_replaced_and_what_it_led_to_is_left_alone(tmp_path: Path) -> None:
    other, page = tmp_path / "other", tmp_path / "page.html"
    other.write_bytes(b"<!DOCTYPE html>other")
    page.symlink_to(other)
    write_whole(page, NEW)
    assert other.read_bytes() == b"<!DOCTYPE html>other"
    assert (page.read_bytes(), page.is_symlink()) == (NEW, False)


def test_a_folder_and_a_device_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is a folder; name a file in it"):
        write_whole(tmp_path, b"<!DOCTYPE html>")
    with pytest.raises(BadInput, match="no ordinary file"):
        write_whole(Path("/dev/null"), b"<!DOCTYPE html>")


@pytest.mark.parametrize("inside", [b"SQLite format 3", b"PK\x03\x04", b"<", b"api_key"])
def test_a_file_of_another_kind_is_not_written_over(tmp_path: Path, inside: bytes) -> None:
    other = tmp_path / "parcels.db"
    other.write_bytes(inside)
    with pytest.raises(BadInput, match="of another kind and was not touched"):
        write_page(other, NEW)
    assert other.read_bytes() == inside


def test_an_empty_file_is_filled(tmp_path: Path) -> None:
    empty = tmp_path / "page.html"
    empty.touch()
    write_page(empty, NEW)
    assert empty.read_bytes() == NEW


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=f"there is no folder {tmp_path}/gone; make it first"):
        write_whole(tmp_path / "gone" / "page.html", NEW)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("x" * 300, "File name too long", id="a name too long"),
        pytest.param("a.html/b.html", "there is no folder", id="a file in a file"),
        pytest.param("loop", "Too many levels of symbolic links", id="a link to itself"),
    ],
)
def test_a_place_nothing_can_be_written_to_is_explained(
    tmp_path: Path, name: str, said: str
) -> None:
    (tmp_path / "a.html").write_bytes(NEW)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(ParcelsError, match=said):
        write_page(tmp_path / name, NEW)


# -- what others fetch


def test_what_is_published_everybody_may_read(tmp_path: Path) -> None:
    publish(tmp_path / "page.html", NEW)
    assert (tmp_path / "page.html").stat().st_mode & 0o777 == PUBLIC


def test_the_same_content_leaves_a_published_file_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    publish(page, NEW)
    before = page.stat()
    publish(page, NEW)
    after = page.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_whoever_has_the_old_file_open_goes_on_reading_it(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    publish(page, OLD)
    with page.open("rb") as reader:
        publish(page, NEW)
        assert reader.read() == OLD
    assert page.read_bytes() == NEW


def test_a_link_to_a_file_that_holds_the_same_is_replaced(tmp_path: Path) -> None:
    other, page = tmp_path / "other", tmp_path / "page.html"
    other.write_bytes(NEW)
    page.symlink_to(other)
    publish(page, NEW)
    assert not page.is_symlink()


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "page.html")
    with pytest.raises(BadInput, match="no ordinary file"):
        publish(tmp_path / "page.html", NEW)
