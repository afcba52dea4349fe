"""The few things the memory asks of a disk, as a protocol that tests can make fail.

Whole files only: written once, made durable, given their name, read back, taken away. What the
files mean is known above; SQLite brings its own file handling.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from signing.files import sync_folder
from station.errors import DiskFull, StoreError
from station.store.errors import DiskFailing, MemoryReadOnly

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NOT_ALLOWED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


class Disk(Protocol):
    """Files as the memory needs them. Every method raises ``OSError`` and then changed nothing
    but, for ``write_new``, perhaps the file that it was writing."""

    def write_new(self, path: Path, data: bytes) -> None:
        """Makes the file, which must not be there, and has its bytes on the disk."""

    def rename(self, old: Path, new: Path) -> None:
        """Gives a file its final name, on the disk before returning."""

    def read(self, path: Path) -> bytes:
        """The whole file."""

    def remove(self, path: Path) -> None:
        """Takes the file away; one that is not there is none."""

    def names(self, folder: Path) -> list[str]:
        """The names of the files in a folder, in any order."""

    def make_folder(self, folder: Path) -> None:
        """Makes the folder and those above it, on the disk before returning."""


class RealDisk:
    """The operating system's files."""

    def write_new(self, path: Path, data: bytes) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        handle = os.open(path, flags, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def rename(self, old: Path, new: Path) -> None:
        old.replace(new)
        sync_folder(new.parent)

    def read(self, path: Path) -> bytes:
        return path.read_bytes()

    def remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)

    def names(self, folder: Path) -> list[str]:
        return [path.name for path in folder.iterdir()]

    def make_folder(self, folder: Path) -> None:
        missing = [part for part in (folder, *folder.parents) if not part.exists()]
        for part in reversed(missing):
            with suppress(FileExistsError):
                part.mkdir(mode=0o700)
            sync_folder(part.parent)


@contextmanager
def explained(where: Path) -> Iterator[None]:
    """Turns the operating system's errors into ours."""
    try:
        yield
    except OSError as error:
        raise explanation(error, where) from error


def explanation(error: OSError, where: Path) -> StoreError:
    """What an ``OSError`` means to the person at the desk."""
    if error.errno in _NO_ROOM:
        return DiskFull(where=where)
    if error.errno in _NOT_ALLOWED:
        return MemoryReadOnly(where=where)
    return DiskFailing(where=where, reason=error.strerror or error)
