"""Auditing: files and archive packages judged offline, one verdict each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

from signing.trust import TrustStore
from signing.verify.verdict import Verdict


class Audit:
    """An auditor's bench: knows the trust roots and nothing of hubs or accounts."""

    def __init__(self, trust: Callable[[], TrustStore]) -> None:
        self._trust = trust

    @staticmethod
    def files(paths: Iterable[Path]) -> tuple[Path, ...]:
        """The PDF files among ``paths`` and below those that are folders, each once, in order."""
        found: dict[Path, None] = {}
        for path in paths:
            if path.is_dir():
                found.update(
                    dict.fromkeys(sorted(f for f in path.rglob("*") if f.suffix.lower() == ".pdf"))
                )
            else:
                found[path] = None
        return tuple(found)

    def verify(self, path: Path, *, policy: str = "any", at: datetime | None = None) -> Verdict:
        """The verdict on one file."""
        from signing.verify.pdf import verify_file

        return verify_file(path, self._trust(), policy=policy, at=at)

    def verify_all(self, paths: Iterable[Path], *, policy: str = "any") -> Iterator[Verdict]:
        """The verdicts on many files, one by one as they come."""
        for path in self.files(paths):
            yield self.verify(path, policy=policy)
