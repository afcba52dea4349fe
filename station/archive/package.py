"""Making the archive package of a closed case."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from signing.certificates import chain_of, holder_of, issued_by, to_pem
from signing.journal import certificates_in, sign_statement, signer_of
from signing.keys.protocol import SigningKey
from signing.trust import Evidence, EvidenceSource
from station.archive import container
from station.archive.form import (
    CERTIFICATES,
    DOSSIER,
    EARLIER,
    EVIDENCE,
    INK,
    MANIFEST,
    OPERATIONS,
    PAPERS,
    README,
    RESULT,
    SIGNATURE,
    TREE,
    CaseFacts,
    Manifest,
    entry_of,
)
from station.archive.readme import readme
from station.archive.record import (
    ArchivedOperation,
    ArchivedTree,
    Statement,
    write_operations,
    write_tree,
)
from station.errors import CaseError
from station.store.disk import explained


class CaseNotClosed(CaseError):
    what = "Case {number} was not archived."
    cause = "It is not finished yet."
    remedy = "Archive it once it has a decision."
    zh = ("办件 {number} 没有归档。", "它还没有办结。", "等它办结以后再归档。")


class PackageAlreadyThere(CaseError):
    what = "Case {number} was not archived again."
    cause = "{where} is there already."
    remedy = "Choose another place, or keep the package that is there."
    zh = ("办件 {number} 没有再归档。", "{where} 已经有了。", "请换个位置，或者就用已有的那份。")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageContents:
    """Everything that goes into a package.

    ``earlier`` are the dossiers that a correction replaced, each in its last revision; ``papers``
    the plain bytes of notes and headers that operations name; ``ink`` the sealed strokes.
    """

    case: CaseFacts
    dossier: bytes
    operations: tuple[ArchivedOperation, ...]
    result: bytes | None = None
    earlier: tuple[bytes, ...] = ()
    papers: tuple[bytes, ...] = ()
    ink: bytes | None = None
    tree: ArchivedTree | None = None


def write_package(
    path: Path,
    contents: PackageContents,
    key: SigningKey,
    at: datetime,
    evidence: EvidenceSource,
) -> Manifest:
    """Writes the package, whole or not at all: a zip where ``path`` ends so, else a folder.

    ``key`` is the archivist's, ``at`` the time on the cover. ``evidence`` is asked once for
    every certificate that signed something, so that the package can be judged without a network;
    what it raises (``EvidenceUnavailable``) keeps the package from being written. Raises
    ``CaseNotClosed``, ``PackageAlreadyThere`` and the errors of a full or failing disk.
    """
    if contents.case.state.is_open:
        raise CaseNotClosed(number=contents.case.number)
    if path.exists():
        raise PackageAlreadyThere(number=contents.case.number, where=path)
    files = _files(contents)
    chains = tuple(_chains(contents, key))
    found = _needed(piece for chain in chains for piece in evidence.collect(chain))
    files[CERTIFICATES] = to_pem(*dict.fromkeys(der for chain in chains for der in chain))
    for piece in found:
        files[f"{EVIDENCE}{_short(piece.der)}.{piece.kind.value}"] = piece.der
    holder = holder_of(key.certificate)
    manifest = Manifest(
        case=contents.case,
        files=tuple(entry_of(name, files[name]) for name in sorted(files)),
        archived_at=at,
        archivist=holder.name,
        archivist_unit=holder.unit,
    )
    files[MANIFEST] = manifest.to_bytes()
    files[SIGNATURE] = sign_statement(files[MANIFEST], key, at)
    with explained(path.parent):
        container.write(path, files)
    return manifest


def _needed(pieces: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Each piece once, and of the revocation lists of one authority only the newest."""
    answers: dict[Evidence, None] = {}
    lists: dict[bytes, Evidence] = {}
    for piece in pieces:
        if not piece.issuer:
            answers[piece] = None
        elif piece.issuer not in lists or piece.since >= lists[piece.issuer].since:
            lists[piece.issuer] = piece
    return (*answers, *lists.values())


def _files(contents: PackageContents) -> dict[str, bytes]:
    files = {
        README: readme(contents.case).encode(),
        DOSSIER: contents.dossier,
        OPERATIONS: write_operations(contents.operations),
    }
    if contents.result is not None:
        files[RESULT] = contents.result
    if contents.ink is not None:
        files[INK] = contents.ink
    if contents.tree is not None:
        files[TREE] = write_tree(contents.tree)
    for number, dossier in enumerate(contents.earlier, start=1):
        files[f"{EARLIER}dossier-{number}.pdf"] = dossier
    for paper in contents.papers:
        files[f"{PAPERS}{_short(paper)}.json"] = paper
    return files


def _chains(contents: PackageContents, key: SigningKey) -> Iterator[Sequence[bytes]]:
    """The chain of each certificate that signed a statement, and the archivist's, once each."""
    statements: list[Statement] = []
    for operation in contents.operations:
        statements.append(operation.statement)
        if operation.receipt is not None:
            statements.append(operation.receipt)
    if contents.tree is not None:
        statements.append(contents.tree.head)
    chains = {key.certificate: _rootwards(key.certificate, key.chain)}
    for statement in statements:
        signer = signer_of(statement.body, statement.signature).certificate
        if signer not in chains:
            others = (*certificates_in(statement.signature), *key.chain)
            chains[signer] = _rootwards(signer, others)
    yield from chains.values()


def _rootwards(certificate: bytes, others: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """A certificate and those above it; the root among them only to be looked at."""
    if issued_by(certificate, certificate):
        return (certificate,)
    return (certificate, *chain_of(certificate, others))


def _short(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
