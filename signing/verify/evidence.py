"""The evidence that a PDF carries with it (DSS, ISO 32000-2 12.8.4.3) beside what is given.

Every piece that cannot be read is left out: a file cannot become better by carrying garbage, and
an auditor must not be stopped by it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator import ValidationContext

from signing.trust import EvidenceKind, TrustStore


@dataclass(frozen=True)
class Carried:
    """Certificates and revocation evidence found in a file."""

    certificates: tuple[x509.Certificate, ...] = ()
    crls: tuple[crl.CertificateList, ...] = ()
    ocsps: tuple[ocsp.OCSPResponse, ...] = ()

    @property
    def has_revocation(self) -> bool:
        return bool(self.crls or self.ocsps)


def carried_by(reader: Any) -> Carried:
    """What the file's document security store holds; nothing when there is none."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except (PdfReadError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        return Carried()
    certificates: list[x509.Certificate] = []
    with suppress(PdfReadError, ValueError, KeyError, TypeError, AttributeError):
        certificates = list(store.load_certs())
    return Carried(
        tuple(certificates),
        tuple(_each(store.crls, crl.CertificateList)),
        tuple(_each(store.ocsps, ocsp.OCSPResponse)),
    )


def context(
    trust: TrustStore, carried: Carried, extra: tuple[x509.Certificate, ...], moment: datetime
) -> ValidationContext:
    """A validation context for ``moment`` with all that is known; it never asks a network."""
    crls = [crl.CertificateList.load(e.der) for e in trust.evidence if e.kind is EvidenceKind.CRL]
    ocsps = [ocsp.OCSPResponse.load(e.der) for e in trust.evidence if e.kind is EvidenceKind.OCSP]
    return ValidationContext(
        trust_roots=[x509.Certificate.load(root) for root in trust.roots],
        other_certs=[
            *(x509.Certificate.load(other) for other in trust.intermediates),
            *carried.certificates,
            *extra,
        ],
        crls=[*crls, *carried.crls],
        ocsps=[*ocsps, *carried.ocsps],
        moment=moment,
        allow_fetching=False,
        # Evidence is collected after signing, so it speaks of a time after ``moment``.
        retroactive_revinfo=True,
        # "hard-fail" passes over evidence when the certificate names no source of it.
        revocation_mode="require",
    )


def _each(streams: Any, kind: Any) -> list[Any]:
    found = []
    for stream in streams:
        try:
            found.append(kind.load(stream.get_object().data, strict=True))
        except (PdfReadError, ValueError, KeyError, TypeError, AttributeError):
            continue
    return found
