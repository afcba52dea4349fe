"""What every store of sealed documents must do, held against each of them."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from station.hub.blobs import Blobs, FolderBlobs
from station.wire.problems import DocumentUnknown, HubFull

Make = Callable[[], Blobs]


@pytest.fixture(params=["folder"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Opens the store anew on the same data, as after a restart."""
    return lambda: FolderBlobs(tmp_path / "blobs")


def put(blobs: Blobs, folder: Path, data: bytes) -> str:
    file = folder / "upload.part"
    file.write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    blobs.keep(digest, file)
    return digest


def test_what_is_kept_comes_back_after_a_restart(make: Make, tmp_path: Path) -> None:
    data = os.urandom(700_000)
    digest = put(make(), tmp_path, data)
    again = make()
    assert again.size(digest) == len(data)
    assert b"".join(again.read(digest)) == data
    assert not (tmp_path / "upload.part").exists(), "taken over, not copied"


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [(0, 4, b"abcd"), (3, None, b"defgh"), (6, 100, b"gh"), (8, None, b"")],
)
def test_a_part_is_read_as_asked(
    make: Make, tmp_path: Path, start: int, length: int | None, expected: bytes
) -> None:
    blobs = make()
    digest = put(blobs, tmp_path, b"abcdefgh")
    assert b"".join(blobs.read(digest, start, length)) == expected


def test_keeping_the_same_twice_changes_nothing(make: Make, tmp_path: Path) -> None:
    blobs = make()
    assert put(blobs, tmp_path, b"same") == put(blobs, tmp_path, b"same")
    assert [digest for digest, _ in blobs.inventory()] == [hashlib.sha256(b"same").hexdigest()]


def test_what_is_not_here_is_said_so(make: Make) -> None:
    blobs = make()
    assert blobs.size("0" * 64) is None
    with pytest.raises(DocumentUnknown):
        blobs.read("0" * 64)
    blobs.drop("0" * 64)
    for nonsense in ("", "abc", "../" * 21 + "x", "A" * 64):
        with pytest.raises(DocumentUnknown):
            blobs.size(nonsense)


def test_the_inventory_says_since_when(make: Make, tmp_path: Path) -> None:
    blobs = make()
    digest = put(blobs, tmp_path, b"old")
    blobs.renew(digest)
    ((found, since),) = blobs.inventory()
    assert found == digest
    assert abs(datetime.now(UTC) - since) < timedelta(minutes=5)
    blobs.drop(digest)
    assert list(blobs.inventory()) == []


def test_a_full_disk_is_told_and_keeps_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = FolderBlobs(tmp_path / "blobs")
    kept = put(blobs, tmp_path, b"before")

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(HubFull) as told:
            put(blobs, tmp_path, b"too much")
    assert "磁盘满了" in told.value.sentence("zh")
    assert b"".join(blobs.read(kept)) == b"before"
    assert put(blobs, tmp_path, b"too much")
