"""Disks that have a bad day, and hands that spoil files: for every place that keeps bytes."""

from __future__ import annotations

import errno
import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from station.store.disk import Disk, RealDisk


def flip_bit(path: Path, bit: int) -> None:
    """Flips one bit of a file, counted from its beginning and around its end."""
    data = bytearray(path.read_bytes())
    place, which = divmod(bit % (len(data) * 8), 8)
    data[place] ^= 1 << which
    path.write_bytes(data)


@dataclass
class WatchedDisk:
    """A real disk that calls ``before`` with a word for each step that changes something."""

    before: Callable[[str], None]
    real: Disk = field(default_factory=RealDisk)

    def write_new(self, path: Path, data: bytes) -> None:
        self.before(f"write {path.name}")
        self.real.write_new(path, data)

    def rename(self, old: Path, new: Path) -> None:
        self.before(f"rename {new.name}")
        self.real.rename(old, new)

    def read(self, path: Path) -> bytes:
        return self.real.read(path)

    def remove(self, path: Path) -> None:
        self.before(f"remove {path.name}")
        self.real.remove(path)

    def names(self, folder: Path) -> list[str]:
        return self.real.names(folder)

    def make_folder(self, folder: Path) -> None:
        self.before(f"folder {folder.name}")
        self.real.make_folder(folder)


@dataclass
class FullDisk(WatchedDisk):
    """A disk with ``room`` bytes left for files: what does not fit is torn in the middle."""

    before: Callable[[str], None] = field(default=lambda _: None)
    room: int = 0

    def write_new(self, path: Path, data: bytes) -> None:
        if len(data) > self.room:
            self.real.write_new(path, data[: self.room])
            self.room = 0
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        self.room -= len(data)
        self.real.write_new(path, data)


@dataclass
class FailingDisk(WatchedDisk):
    """A disk that fails the step number ``at`` (from 1) with ``code`` and works again after."""

    before: Callable[[str], None] = field(default=lambda _: None)
    at: int = 1
    code: int = errno.EIO
    steps: int = 0

    def __post_init__(self) -> None:
        self.before = self._count

    def _count(self, step: str) -> None:
        self.steps += 1
        if self.steps == self.at:
            raise OSError(self.code, os.strerror(self.code), step)


def snapshots_of(source: Path, into: Path) -> WatchedDisk:
    """A disk that copies ``source`` into ``into`` before every step: what a crash there leaves.

    A copy of the files is what the next process finds after ``kill -9`` at that moment.
    """
    into.mkdir()

    def keep(step: str) -> None:
        if source.exists():
            number = len(list(into.iterdir()))
            shutil.copytree(source, into / f"{number:04d}", ignore=_without_shared_memory)

    return WatchedDisk(keep)


def dying_at(step: int) -> WatchedDisk:
    """A disk whose process is killed by ``kill -9`` just before its step number ``step``."""
    left = step

    def die(_: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return WatchedDisk(die)


def _without_shared_memory(_: str, names: list[str]) -> list[str]:
    return [name for name in names if name.endswith("-shm")]
