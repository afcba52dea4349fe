"""Signatures for the long term: evidence embedded (B-LT) and archive time stamps (B-LTA).

What is added later never touches a signed byte: a document security store (ISO 32000-2, 12.8.4.3)
with certificates and revocation evidence, and a document time stamp over everything before it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from asn1crypto import cms, crl, ocsp, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore

from signing.certificates import chain_of
from signing.cms import SIGNATURE_TIME_STAMP
from signing.errors import DocumentNotSignable
from signing.pades.document import Document, open_document, reading
from signing.timestamps import TOKEN_ROOM, TimeStamps
from signing.trust import (
    Evidence,
    EvidenceKind,
    EvidenceSource,
    EvidenceUnavailable,
    refuse_revoked,
)

_DIGEST = "sha256"

Chain = tuple[bytes, ...]
"""A certificate and those above it, DER."""


class NothingToProlong(DocumentNotSignable):
    what = "{file} was left as it was."
    cause = "It has no signature that could be kept for the long term."
    remedy = "Sign it first."
    zh = ("{file} 没有改动。", "里面没有可以长期保存的签名。", "请先签名。")


def prolong(
    pdf: bytes, *, stamps: TimeStamps, evidence: EvidenceSource, file: str = "document"
) -> bytes:
    """Adds fresh evidence for every signature and time stamp, and an archive time stamp over all.

    Completes what was signed offline, and renews an archive before its last stamp runs out. A
    certificate that was revoked since is no hindrance: when that was is just what the evidence
    tells. Raises ``NothingToProlong``, ``EvidenceUnavailable`` or ``TimeStampUnavailable``.
    """
    signatures = signed_in(pdf, file)
    if not signatures:
        raise NothingToProlong(file=file)
    found: dict[Evidence, None] = {}
    chains = [chain for signature in signatures for chain in signature.chains]
    for chain in dict.fromkeys(chains):
        found.update(dict.fromkeys(evidence.collect(chain)))
    _foresee(stamps, evidence, chains, found)
    return _extended(pdf, _certificates(chains), tuple(found), stamps, file)


def complete(
    pdf: bytes, field: str, evidence: EvidenceSource, archive: TimeStamps | None, *, file: str
) -> bytes:
    """Adds the evidence for the signature just made in ``field``, and ``archive``'s time stamp.

    Evidence for other signatures is added where it can be had. Raises as ``prolong``, and
    ``CertificateRevoked`` when the one who just signed had no right to any more.
    """
    signatures = signed_in(pdf, file)
    chains = [c for signature in signatures if signature.field == field for c in signature.chains]
    found: dict[Evidence, None] = {}
    for chain in chains:
        pieces = evidence.collect(chain)
        refuse_revoked(chain, pieces)
        found.update(dict.fromkeys(pieces))
    others = (c for signature in signatures if signature.field != field for c in signature.chains)
    for chain in dict.fromkeys(others):
        with suppress(EvidenceUnavailable):
            found.update(dict.fromkeys(evidence.collect(chain)))
            chains.append(chain)
    if archive is not None:
        _foresee(archive, evidence, chains, found)
    return _extended(pdf, _certificates(chains), tuple(found), archive, file)


def _extended(
    pdf: bytes,
    certificates: Sequence[bytes],
    evidence: Sequence[Evidence],
    archive: TimeStamps | None,
    file: str,
) -> bytes:
    """One increment: the store and, where ``archive`` is given, a document time stamp."""
    room = TOKEN_ROOM
    while True:
        document = open_document(pdf, file)
        with reading(file):
            _store(document.writer, certificates, evidence)
            if archive is None:
                return document.written()
        archived, needed = _archived(document, archive, room)
        if archived is not None:
            return archived
        room = 2 * needed  # an unusually long time stamp: once more, with space for it


def _archived(document: Document, archive: TimeStamps, room: int) -> tuple[bytes | None, int]:
    """Ends the increment with a document time stamp; None when ``room`` bytes were too few."""
    with reading(document.file):
        steps = PdfCMSEmbedder().write_cms(document.new_name("TimeStamp"), document.writer)
        next(steps)
        steps.send(SigObjSetup(DocumentTimestamp(bytes_reserved=2 * room)))
        prepared, output = steps.send(SigIOSetup(_DIGEST, in_place=True))
    token = archive.stamp(prepared.document_digest, _DIGEST)
    if len(token) > room:
        return None, len(token)
    prepared.fill_with_cms(output, token)
    return bytes(output.getvalue()), len(token)


def _store(
    writer: IncrementalPdfFileWriter, certificates: Sequence[bytes], evidence: Sequence[Evidence]
) -> None:
    """Writes or extends the document security store.

    No entry per signature (VRI): EN 319 142-1, section 5.4.2.3, advises against them, and one that
    has to be written again for newer evidence looks like tampering to others.
    """
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=[x509.Certificate.load(der) for der in certificates],
        ocsps=[ocsp.OCSPResponse.load(e.der) for e in evidence if e.kind is EvidenceKind.OCSP],
        crls=[crl.CertificateList.load(e.der) for e in evidence if e.kind is EvidenceKind.CRL],
    )


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature, or a document time stamp, as far as its certificates go.

    ``chains`` begins with the signer's chain; behind it those of the time stamps on it.
    """

    field: str
    is_stamp: bool
    covered: int
    chains: tuple[Chain, ...]


def signed_in(pdf: bytes, file: str = "document") -> tuple[Signed, ...]:
    """The signatures and document time stamps of a PDF, in the order of its fields."""
    with reading(file):
        reader = open_document(pdf, file).writer.prev
        read: list[tuple[str, bool, int, list[_Signer]]] = []
        for name, value, _ in enumerate_sig_fields(reader, filled_status=True):
            entries = value.get_object()
            contents = entries.raw_get("/Contents")
            ranges = [int(number) for number in entries["/ByteRange"]]
            signers = list(_signers(bytes(getattr(contents, "original_bytes", contents))))
            is_stamp = entries["/SubFilter"] == "/ETSI.RFC3161"
            read.append((name, is_stamp, ranges[-2] + ranges[-1], signers))
        # Many a token brings the stamper's certificate alone; who issued it often came along with
        # somebody else.
        known = tuple(
            dict.fromkeys(der for *_, signers in read for _, came in signers for der in came)
        )
        return tuple(
            Signed(
                name,
                is_stamp=is_stamp,
                covered=covered,
                chains=tuple((der, *chain_of(der, (*came, *known))) for der, came in signers),
            )
            for name, is_stamp, covered, signers in read
        )


def _foresee(
    archive: TimeStamps,
    evidence: EvidenceSource,
    chains: list[Chain],
    found: dict[Evidence, None],
) -> None:
    """Adds the evidence for the stamper that will stamp the archive.

    Who that is only a token tells, so one over nothing in particular is asked for. Without it the
    newest stamp would be the one thing in the file that cannot be judged offline.
    """
    known = _certificates(chains)
    for stamper, came in _signers(archive.stamp(secrets.token_bytes(32), _DIGEST)):
        chain = (stamper, *chain_of(stamper, (*came, *known)))
        if chain not in chains:
            with suppress(EvidenceUnavailable):
                found.update(dict.fromkeys(evidence.collect(chain)))
                chains.append(chain)


def _certificates(chains: Sequence[Chain]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(der for chain in chains for der in chain))


_Signer = tuple[bytes, tuple[bytes, ...]]
"""A signer's certificate, and the certificates that came with the signature."""


def _signers(contents: bytes) -> Iterator[_Signer]:
    """Whoever made a signature, and the stamper of the time stamp on it."""
    content = cms.ContentInfo.load(contents)["content"]
    certificates = tuple(choice.chosen.dump() for choice in content["certificates"] or ())
    signer = content["signer_infos"][0]
    serial = signer["sid"].chosen["serial_number"].native
    issuer = signer["sid"].chosen["issuer"]
    for der in certificates:
        parsed = x509.Certificate.load(der)
        if parsed.serial_number == serial and parsed.issuer == issuer:
            yield der, certificates
    for attribute in signer["unsigned_attrs"] or ():
        if attribute["type"].dotted == SIGNATURE_TIME_STAMP:
            for token in attribute["values"]:
                yield from _signers(token.dump())
