"""Pictures that can be made again: locked like everything else, but never waited for.

Nothing is synced, a full disk is no error, and a file that does not open is simply not there.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from signing.errors import ExplainedError
from signing.locker import Locker


class Cache:
    """Files by name in a folder that may be emptied at any time."""

    def __init__(self, folder: Path, locker: Locker) -> None:
        self._folder = folder
        self._locker = locker

    def get(self, name: str) -> bytes | None:
        """What was put under ``name``, or None."""
        try:
            return self._locker.unlock((self._folder / name).read_bytes(), _context(name))
        except (OSError, ExplainedError):
            return None

    def put(self, name: str, data: bytes) -> None:
        """Keeps ``data`` if it can."""
        part = self._folder / f"{name}.part"
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            part.write_bytes(self._locker.lock(data, _context(name)))
            part.replace(self._folder / name)
        except OSError:
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def drop(self, prefix: str) -> None:
        """Forgets everything whose name begins with ``prefix``."""
        with suppress(OSError):
            for path in self._folder.glob(f"{prefix}*"):
                path.unlink(missing_ok=True)


def _context(name: str) -> bytes:
    return f"cache:{name}".encode()
