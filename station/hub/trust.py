"""What the hub trusts right now: roots, and the newest that is known about revocations.

Both sources look again when something changed, so that a certificate revoked a moment ago is
refused from its next use on, without a restart.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from signing.authority.training import TrainingAuthority
from signing.trust import Evidence, TrustStore, load_trust
from station.clock import Clock

Trust = Callable[[], TrustStore]
_FRESH_FOR = timedelta(minutes=5)
_LOOK_AGAIN = timedelta(seconds=5)


class TrainingTrust:
    """Trust in a training authority, whose register other processes may write to."""

    def __init__(self, authority: TrainingAuthority, clock: Clock) -> None:
        self._authority = authority
        self._clock = clock
        self._lock = threading.Lock()
        self._known: TrustStore | None = None
        self._of: tuple[int, datetime] | None = None

    def __call__(self) -> TrustStore:
        now = self._clock()
        with self._lock:
            size = _size(self._authority.folder / "register.jsonl")
            if self._known and self._of and size == self._of[0] and now - self._of[1] < _FRESH_FOR:
                return self._known
            evidence = [Evidence.from_crl(der) for der in self._authority.crls()]
            self._known = TrustStore(
                roots=self._authority.roots,
                intermediates=self._authority.chain[:1],
                evidence=tuple(evidence),
            )
            self._of = (size, now)
            return self._known


class FileTrust:
    """Trust in the files that a county keeps: roots, intermediates, revocation lists."""

    def __init__(self, paths: Sequence[Path], clock: Clock) -> None:
        self._paths = tuple(paths)
        self._clock = clock
        self._lock = threading.Lock()
        self._seen = _state(self._paths)
        self._looked = clock()
        self._known = load_trust(self._paths)

    def __call__(self) -> TrustStore:
        now = self._clock()
        with self._lock:
            if now - self._looked >= _LOOK_AGAIN:
                self._looked = now
                state = _state(self._paths)
                if state != self._seen:
                    self._known, self._seen = load_trust(self._paths), state
            return self._known


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def _state(paths: Sequence[Path]) -> tuple[tuple[str, int, int], ...]:
    files = [
        file
        for path in paths
        for file in (sorted(path.iterdir()) if path.is_dir() else [path])
        if file.is_file()
    ]
    return tuple((str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in files)
