"""Sealing documents for the units that handle a case, and opening them again.

What leaves a PC is sealed (CMS AuthEnvelopedData) to the units along the route: the village that
took the case in, the township and the county above it, and the archive. The telephone number goes
to the SMS sender alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from signing.envelope import open_bytes, seal_bytes
from signing.errors import EnvelopeDamaged
from signing.keys.protocol import DecryptionKey
from station.domain.operations import DocumentKind, DocumentRef
from station.domain.units import Level, above
from station.errors import StationError
from station.wire.messages import Directory
from station.wire.sealed import SealedPaper


class UnitUnknown(StationError):
    what = "The case was not sealed."
    cause = "The directory has no sealing certificate of unit {unit}."
    remedy = "Connect to the hub once so that the directory is fetched again."
    zh = (
        "办件没有封好。",
        "通讯录里没有 {unit} 的加密证书。",
        "请连上网络一次，通讯录会自己更新。",
    )


@dataclass(frozen=True, slots=True)
class SealedDocument:
    """A document ready to travel, and how a signed operation names it."""

    ref: DocumentRef
    sealed: bytes


def recipients(directory: Directory, station: str) -> tuple[bytes, ...]:
    """The certificates (DER) of everybody who may read a case of ``station``."""
    by_code = {entry.code: entry.encryption for entry in directory.units}
    found: list[bytes] = []
    for level in Level:
        code = above(station, level)
        certificates = by_code.get(code, ())
        if not certificates:
            raise UnitUnknown(unit=code)
        found.extend(certificates)
    return (*found, *directory.archive)


def seal(kind: DocumentKind, plain: bytes, to: Sequence[bytes]) -> SealedDocument:
    """Seals ``plain`` to the certificates ``to``."""
    sealed = seal_bytes(plain, to)
    ref = DocumentRef(
        kind=kind,
        sha256=hashlib.sha256(plain).hexdigest(),
        sealed_sha256=hashlib.sha256(sealed).hexdigest(),
        size=len(sealed),
    )
    return SealedDocument(ref, sealed)


def seal_paper(kind: DocumentKind, paper: SealedPaper, to: Sequence[bytes]) -> SealedDocument:
    """Seals one of the small papers: header, note or contact."""
    return seal(kind, paper.to_bytes(), to)


def open_document(sealed: bytes, key: DecryptionKey, sha256: str = "") -> bytes:
    """Opens a sealed document; with ``sha256`` it must also be the one that was named."""
    plain = open_bytes(sealed, key)
    if sha256 and hashlib.sha256(plain).hexdigest() != sha256:
        raise EnvelopeDamaged(reason="the content is not what the operation names")
    return plain
