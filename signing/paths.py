"""Certificate paths: does a certificate lead to a trust root, and was it good at that moment.

RFC 5280 path validation is pyhanko-certvalidator's work; here it is asked the one question that
statements and envelopes need, without a network, and its answers become errors of ours.
Revocation evidence is required: a certificate nobody can vouch for is not good.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from asn1crypto import crl, ocsp, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    InsufficientRevinfoError,
    PathBuildingError,
    PathValidationError,
    RevokedError,
    ValidationError,
)

from signing.certificates import CertificateRevoked, Purpose, holder_of
from signing.errors import CertificateNotUsable
from signing.trust import Evidence, EvidenceKind, TrustStore, refuse_revoked

T = TypeVar("T")

# What the library logs about damaged evidence is in the answer already.
logging.getLogger("pyhanko_certvalidator").addHandler(logging.NullHandler())
logging.getLogger("pyhanko_certvalidator").propagate = False


class CertificateNotTrusted(CertificateNotUsable):
    cause = "It was not issued by an authority that is trusted here."
    remedy = "Use the key that the county issued to you."
    zh = (CertificateNotUsable.zh[0], "它不是这里信任的机构签发的。", "请用县里发给您的密钥。")


class CertificateStatusUnknown(CertificateNotUsable):
    cause = "It cannot be settled whether it was revoked ({reason})."
    remedy = "Connect to the network so that the revocation list is fetched, and try again."
    zh = (
        CertificateNotUsable.zh[0],
        "无法确定它有没有被吊销（{reason}）。",
        "请连上网络，取到吊销名单后再试。",
    )


def check_path(
    certificate: bytes, chain: tuple[bytes, ...], trust: TrustStore, at: datetime, *uses: Purpose
) -> None:
    """Raises a ``CertificateNotUsable`` unless ``certificate`` (DER) was good at ``at``.

    ``chain`` are further certificates that came along; ``uses`` are the purposes allowed.
    """
    holder = holder_of(certificate)
    holder.check_usable(at, *uses)
    failure = _validated(certificate, chain, trust, at)
    if failure is not None:
        raise failure


def check_issued(
    certificate: bytes, chain: tuple[bytes, ...], trust: TrustStore, at: datetime, *uses: Purpose
) -> None:
    """As ``check_path``, but lets pass what no evidence speaks of; what is known revoked is not.

    For a desk without a network, which must be able to seal for others and to hear the hub.
    """
    holder_of(certificate).check_usable(at, *uses)
    failure = _validated(certificate, chain, trust, at, "none")
    if failure is not None:
        raise failure
    refuse_revoked((certificate, *chain, *trust.intermediates), trust.evidence)


@lru_cache(maxsize=512)
def _validated(
    certificate: bytes,
    chain: tuple[bytes, ...],
    trust: TrustStore,
    at: datetime,
    # "hard-fail" passes over evidence given by hand
    revocation: str = "require",
) -> CertificateNotUsable | None:
    holder = holder_of(certificate)
    try:
        _run(_validator(certificate, chain, trust, at, revocation).async_validate_path())
    except RevokedError as error:
        return CertificateRevoked(holder=holder.label, date=f"{error.revocation_dt:%Y-%m-%d}")
    except InsufficientRevinfoError as error:
        return CertificateStatusUnknown(holder=holder.label, reason=_first_line(error))
    except PathBuildingError:
        return CertificateNotTrusted(holder=holder.label)
    except (PathValidationError, ValidationError, ValueError, TypeError, KeyError) as error:
        # The last three: a certificate that came along is damaged.
        return CertificateNotUsable(holder=holder.label, reason=_first_line(error))
    return None


def _validator(
    certificate: bytes,
    chain: tuple[bytes, ...],
    trust: TrustStore,
    at: datetime,
    revocation: str,
) -> CertificateValidator:
    others = dict.fromkeys((*chain, *trust.intermediates))
    evidence = _telling(trust.evidence, (certificate, *others), at)
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(root) for root in trust.roots],
        other_certs=[x509.Certificate.load(other) for other in others],
        crls=[crl.CertificateList.load(e.der) for e in evidence if e.kind is EvidenceKind.CRL],
        ocsps=[ocsp.OCSPResponse.load(e.der) for e in evidence if e.kind is EvidenceKind.OCSP],
        moment=at,
        allow_fetching=False,
        # The evidence is as of now, the question may be about the past.
        retroactive_revinfo=True,
        revocation_mode=revocation,
    )
    return CertificateValidator(x509.Certificate.load(certificate), validation_context=context)


def _telling(
    evidence: Iterable[Evidence], certificates: Iterable[bytes], at: datetime
) -> tuple[Evidence, ...]:
    """The pieces that can make a difference; the validator's time grows with every other one.

    Of an issuer's lists these are the newest and the one nearest to ``at`` (newer ones leave out
    what has expired since), of OCSP responses those about one of ``certificates``.
    """
    serials = {serial for der in certificates for serial in _serials(der)}
    lists: dict[bytes, list[Evidence]] = {}
    found: dict[Evidence, None] = {}
    for piece in evidence:
        about = _about(piece)
        if piece.kind is EvidenceKind.CRL:
            lists.setdefault(about.issuer, []).append(piece)
        elif about.serials & serials:
            found[piece] = None
    for pieces in lists.values():
        found[max(pieces, key=lambda piece: piece.since)] = None
        found[min(pieces, key=lambda piece: abs(piece.since - at))] = None
    return tuple(found)


class _About(NamedTuple):
    """Of whom a piece of evidence speaks: a list of its issuer and scope, a response of serials."""

    issuer: bytes
    serials: frozenset[int]


@lru_cache(maxsize=4096)
def _about(piece: Evidence) -> _About:
    if piece.kind is EvidenceKind.CRL:
        listed = crl.CertificateList.load(piece.der)
        scopes = (listed.issuing_distribution_point_value, listed.delta_crl_indicator_value)
        parts = (listed.issuer, *(scope for scope in scopes if scope is not None))
        return _About(b"".join(part.dump() for part in parts), frozenset())
    answers = ocsp.OCSPResponse.load(piece.der).response_data["responses"]
    return _About(b"", frozenset(answer["cert_id"]["serial_number"].native for answer in answers))


@lru_cache(maxsize=4096)
def _serials(der: bytes) -> tuple[int, ...]:
    try:
        return (x509.Certificate.load(der).serial_number,)
    except (ValueError, TypeError, KeyError):
        return ()  # a damaged certificate that came along


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Runs ``work`` to its end from any thread, also from one whose event loop is running."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(max_workers=1) as aside:
        return aside.submit(asyncio.run, work).result()


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
