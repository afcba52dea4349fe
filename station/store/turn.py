"""One process at a time per folder: a lock that the operating system takes back when we die.

No pid file is trusted: after ``kill -9`` or a power cut nothing has to be cleaned up by hand. The
pid inside only names the other window in a sentence.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import BinaryIO

from station.store.disk import explained
from station.store.errors import MemoryInUse


class Turn:
    """This process's turn with a folder, until ``give_up`` or its end."""

    def __init__(self, folder: Path) -> None:
        """Takes the turn; ``MemoryInUse`` when another process, or this one, has it."""
        path = folder / "in-use"
        with explained(folder):
            # Never inherited (PEP 446), so that a hub or scanner process that we start and that
            # outlives us does not keep the folder locked.
            self._file: BinaryIO = path.open("ab+")
        try:
            _lock(self._file)
        except OSError:
            self._file.seek(0)
            process = self._file.read(20).decode("ascii", "replace").strip() or "?"
            self._file.close()
            raise MemoryInUse(where=folder, process=process) from None
        with explained(folder):
            self._file.truncate(0)
            self._file.write(f"{os.getpid()}\n".encode())
            self._file.flush()

    def give_up(self) -> None:
        """Lets the next one have it."""
        self._file.close()


if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        # Far behind the pid, because Windows keeps others from reading locked bytes.
        file.seek(1 << 20)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
