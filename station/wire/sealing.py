"""Sealing documents for the units that handle a case, and opening them again.

What leaves a PC is sealed (CMS AuthEnvelopedData) to the units along the route, whose certificates
``vouching`` gives out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from signing.envelope import open_bytes, seal_bytes
from signing.errors import EnvelopeDamaged
from signing.keys.protocol import DecryptionKey
from station.domain.operations import DocumentKind, DocumentRef
from station.wire.sealed import SealedPaper


@dataclass(frozen=True, slots=True)
class SealedDocument:
    """A document ready to travel, and how a signed operation names it."""

    ref: DocumentRef
    sealed: bytes


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
