"""The vault: a folder of write-once, locked files, each of which says itself what it is.

A file is there whole or not at all: written under a passing name, synced, renamed, the folder
synced. Its head (who it belongs to, when it came) lies locked in the file beside the bytes, so
that a page finds its case again even when the database is lost. Form of a file, before locking::

    4 bytes  length of the head, big-endian
    head     JSON object
    rest     the bytes as they arrived

Locked with the context ``vault:NAME``, so that no file passes for another.
"""

from __future__ import annotations

import itertools
import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from signing.errors import ExplainedError
from signing.locker import Locker
from station.store.disk import Disk, explained
from station.store.lock import Unreadable

_NAME = re.compile(r"(page|ink|blob)-[0-9a-f]{32,64}")
_PART = ".part"


@dataclass(frozen=True, slots=True)
class Kept:
    """What a vault file holds."""

    head: Mapping[str, Any]
    data: bytes


class Vault:
    """The files of one folder. Every method may raise a ``StoreError`` for the disk's bad days."""

    def __init__(self, folder: Path, locker: Locker, disk: Disk) -> None:
        self._folder = folder
        self._locker = locker
        self._disk = disk
        self._numbers = itertools.count()
        with explained(folder):
            disk.make_folder(folder)

    def put(self, name: str, head: Mapping[str, Any], data: bytes) -> None:
        """Keeps ``data`` under ``name``; it is on the disk when this returns.

        A name stands for one content for ever, so keeping it twice changes nothing.
        """
        top = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
        locked = self._locker.lock(len(top).to_bytes(4) + top + data, _context(name))
        part = self._folder / f"{name}.{os.getpid()}-{next(self._numbers)}{_PART}"
        with explained(self._folder):
            try:
                self._disk.write_new(part, locked)
                self._disk.rename(part, self._path(name))
            except OSError:
                with suppress(OSError):
                    self._disk.remove(part)
                raise

    def get(self, name: str) -> Kept:
        """What is kept under ``name``; ``Unreadable`` when it is gone, changed or damaged."""
        try:
            locked = self._disk.read(self._path(name))
        except OSError as error:  # one file; whether the whole disk fails, others will show
            raise Unreadable(error.strerror or str(error)) from error
        try:
            plain = self._locker.unlock(locked, _context(name))
            end = 4 + int.from_bytes(plain[:4])
            return Kept(json.loads(plain[4:end]), plain[end:])
        except (ExplainedError, ValueError) as error:
            raise Unreadable("the file was changed") from error

    def remove(self, name: str) -> None:
        """Takes the file away for good."""
        with explained(self._folder):
            self._disk.remove(self._path(name))

    def names(self) -> list[str]:
        """The names of all files kept, sorted."""
        with explained(self._folder):
            return sorted(n for n in self._disk.names(self._folder) if _NAME.fullmatch(n))

    def sweep(self) -> None:
        """Forgets what a crash left half-written: no caller was ever told that it is kept."""
        with explained(self._folder):
            for name in self._disk.names(self._folder):
                if name.endswith(_PART):
                    self._disk.remove(self._folder / name)

    def set_aside(self, name: str, folder: Path) -> None:
        """Moves a damaged file out of the way, for whoever wants to look into it."""
        with explained(self._folder):
            self._disk.rename(self._path(name), folder / name)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise KeyError(name)
        return self._folder / name


def _context(name: str) -> bytes:
    return f"vault:{name}".encode()
