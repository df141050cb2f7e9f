"""A page is in its place whole, or what was there before is."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from unittest import mock

import pytest

from monitor.errors import BadInput, ParcelsError
from monitor.pages.writing import PUBLIC, write_whole


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
    (tmp_path / f".page.html.{os.getpid()}.new").write_bytes(b"of one that was killed")
    write_whole(tmp_path / "page.html", b"<!DOCTYPE html>new")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    assert (tmp_path / "page.html").read_bytes() == b"<!DOCTYPE html>new"


def test_a_full_disk_leaves_the_old_page_and_no_rest(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(b"<!doctype html>old")
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with (
        mock.patch("monitor.pages.writing.os.fsync", side_effect=full),
        pytest.raises(ParcelsError, match=r"cannot be written \(No space left on device\)"),
    ):
        write_whole(page, b"<!DOCTYPE html>new")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    assert page.read_bytes() == b"<!doctype html>old"


def test_a_disk_that_is_read_only_is_explained(tmp_path: Path) -> None:
    read_only = OSError(errno.EROFS, os.strerror(errno.EROFS))
    with (
        mock.patch("monitor.pages.writing.os.open", side_effect=read_only),
        pytest.raises(ParcelsError, match=f"ReadWritePaths={tmp_path}"),
    ):
        write_whole(tmp_path / "page.html", b"<!DOCTYPE html>new")


def test_a_link_is_replaced_and_what_it_led_to_is_left_alone(tmp_path: Path) -> None:
    other, page = tmp_path / "other", tmp_path / "page.html"
    other.write_bytes(b"<!DOCTYPE html>other")
    page.symlink_to(other)
    write_whole(page, b"<!DOCTYPE html>new")
    assert other.read_bytes() == b"<!DOCTYPE html>other"
    assert (page.read_bytes(), page.is_symlink()) == (b"<!DOCTYPE html>new", False)


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
        write_whole(other, b"<!DOCTYPE html>new")
    assert other.read_bytes() == inside


def test_an_empty_file_is_filled(tmp_path: Path) -> None:
    empty = tmp_path / "page.html"
    empty.touch()
    write_whole(empty, b"<!DOCTYPE html>new")
    assert empty.read_bytes() == b"<!DOCTYPE html>new"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ParcelsError, match=f"there is no folder {tmp_path}/gone; make it first"):
        write_whole(tmp_path / "gone" / "page.html", b"<!DOCTYPE html>")
