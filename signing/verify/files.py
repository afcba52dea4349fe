"""Verifying a file of any kind: a PDF, a container (ASiC), or a signature beside its file (CMS).

What a file is, its first bytes tell, not its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from signing.trust import TrustStore
from signing.verify.verdict import Route, RouteFinder, Verdict
from signing.verify.words import Remark

SUFFIXES = frozenset({".pdf", ".asice", ".sce", ".asics", ".scs", ".p7s", ".p7m"})


def verify_any(
    path: Path,
    trust: TrustStore,
    *,
    policy: str = "any",
    at: datetime | None = None,
    route: Route | RouteFinder | None = None,
) -> Verdict:
    """The verdict on a file; one that cannot be opened is ``malformed``.

    ``route`` is what a PDF's chain of approval is held against.
    """
    from signing.verify.pdf import verify_pdf, without_check

    try:
        data = path.read_bytes()
    except OSError as error:
        reason = Remark("not_opened", detail=error.strerror or type(error).__name__)
        return without_check(str(path), reason, at)
    if data[:4] == b"PK\x03\x04":
        from signing.verify.containers import verify_container

        return verify_container(data, trust, policy=policy, at=at, file=str(path))
    if b"%PDF-" not in data[:1024] and path.suffix.lower() in (".p7s", ".p7m"):
        from signing.verify.detached import verify_detached

        return verify_detached(path, data, trust, policy=policy, at=at)
    return verify_pdf(data, trust, policy=policy, at=at, file=str(path), route=route)


def files_among(paths: Iterable[Path]) -> Iterator[Path]:
    """What can be verified among ``paths`` and in folders among them, each once, in order."""
    seen: set[Path] = set()
    for path in paths:
        below = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in below:
            wanted = file == path or (file.suffix.lower() in SUFFIXES and file.is_file())
            if wanted and file not in seen:
                seen.add(file)
                yield file
