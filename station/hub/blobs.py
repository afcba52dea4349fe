"""Sealed documents at rest: written once, named by the SHA-256 of their sealed bytes.

The hub has no key to any of them. An object store can take the folder's place behind the same
protocol; ``tests/contracts`` holds every backend to it.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from signing.files import sync_folder
from station.wire.problems import DocumentUnknown, HubFull

_PIECE = 256 * 1024
_DIGEST = re.compile(r"[0-9a-f]{64}")
# A quota and a limit on files are full disks too; Windows knows no quota error.
_FULL = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))


def is_digest(text: str) -> bool:
    """Whether ``text`` is a SHA-256 in lower-case hexadecimal, and so safe as a file name."""
    return _DIGEST.fullmatch(text) is not None


class Blobs(Protocol):
    """A place for sealed bytes. What ``keep`` has returned survives a power cut."""

    def size(self, digest: str) -> int | None:
        """The size in bytes of the blob, or None when it is not here."""

    def keep(self, digest: str, file: Path) -> None:
        """Takes over ``file``, whose bytes have this digest; keeping it again changes nothing."""

    def read(self, digest: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes from ``start``, in pieces; ``DocumentUnknown`` when it is not here."""

    def renew(self, digest: str) -> None:
        """Counts the blob as kept just now, so that tidying leaves it for another while."""

    def drop(self, digest: str) -> None:
        """Removes the blob; removing what is not here changes nothing."""

    def inventory(self) -> Iterator[tuple[str, datetime]]:
        """Every blob that is here and since when, in no particular order."""


class FolderBlobs:
    """Blobs as files in a folder on the hub's own disk, 256 folders wide."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def size(self, digest: str) -> int | None:
        try:
            return self._path(digest).stat().st_size
        except FileNotFoundError:
            return None

    def keep(self, digest: str, file: Path) -> None:
        target = self._path(digest)
        with disk_may_be_full():
            new_folder = not target.parent.exists()
            target.parent.mkdir(exist_ok=True)
            if new_folder:
                sync_folder(self._folder)
            sync_file(file)
            file.replace(target)
            sync_folder(target.parent)

    def read(self, digest: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        path = self._path(digest)
        if not path.exists():
            raise DocumentUnknown()
        return _pieces(path, start, length)

    def renew(self, digest: str) -> None:
        os.utime(self._path(digest))

    def drop(self, digest: str) -> None:
        self._path(digest).unlink(missing_ok=True)

    def inventory(self) -> Iterator[tuple[str, datetime]]:
        for shelf in self._folder.iterdir():
            for file in shelf.iterdir():
                if is_digest(shelf.name + file.name):
                    kept_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
                    yield shelf.name + file.name, kept_at

    def _path(self, digest: str) -> Path:
        if not is_digest(digest):
            raise DocumentUnknown()
        return self._folder / digest[:2] / digest[2:]


def _pieces(path: Path, start: int, length: int | None) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        left = path.stat().st_size - start if length is None else length
        while left > 0 and (piece := file.read(min(_PIECE, left))):
            left -= len(piece)
            yield piece


def sync_file(path: Path) -> None:
    """Has everything written to ``path`` on the disk before returning."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def disk_may_be_full() -> Iterator[None]:
    """Turns a full disk into ``HubFull``; every other fault stays what it is."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise HubFull() from error
        raise
