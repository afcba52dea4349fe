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
    CRLValidationError,
    InsufficientRevinfoError,
    OCSPValidationError,
    PathBuildingError,
    PathValidationError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.revinfo.validate_crl import verify_crl
from pyhanko_certvalidator.revinfo.validate_ocsp import verify_ocsp_response

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


@lru_cache(maxsize=64)  # each holds a file's evidence
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
        _run(_settled(certificate, chain, trust, at, revocation))
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


async def _settled(
    certificate: bytes, chain: tuple[bytes, ...], trust: TrustStore, at: datetime, revocation: str
) -> None:
    """Raises one of the library's errors unless a path holds and nobody on it was revoked.

    The library asks no OCSP answer about a certificate that names no responder, not even one that
    says it was revoked; what came along is asked here in any case.
    """
    validator = _validator(certificate, chain, trust, at, revocation)
    lacking: InsufficientRevinfoError | None = None
    try:
        path = await validator.async_validate_path()
    except InsufficientRevinfoError as error:
        lacking = error
        path = await _validator(certificate, chain, trust, at, "none").async_validate_path()
    _check_length(path)
    if revocation == "none":
        return
    context = _context(certificate, chain, trust, at, revocation)
    for one in path.iter_certs(include_root=False):
        vouched = await _vouched(verify_ocsp_response, one, path, context)
        if (
            lacking is not None
            and not vouched
            and not await _vouched(verify_crl, one, path, context)
        ):
            raise lacking


async def _vouched(check: Any, one: x509.Certificate, path: ValidationPath, context: Any) -> bool:
    """Whether the evidence of one kind says that a certificate is good; ``RevokedError`` if not."""
    try:
        await check(one, path, context)
    except RevokedError:
        raise
    except (ValidationError, CRLValidationError, OCSPValidationError, ValueError, LookupError):
        return False
    return True


def _check_length(path: ValidationPath) -> None:
    """A root's own limit on the length of paths, which RFC 5280 leaves to the verifier."""
    first, *below = path.iter_certs(include_root=True)
    most = first.max_path_length
    between = [one for one in below[:-1] if not one.self_issued]
    if most is not None and len(between) > most:
        raise PathBuildingError("the path is longer than its root permits")


def _validator(
    certificate: bytes,
    chain: tuple[bytes, ...],
    trust: TrustStore,
    at: datetime,
    revocation: str,
) -> CertificateValidator:
    return CertificateValidator(
        x509.Certificate.load(certificate),
        validation_context=_context(certificate, chain, trust, at, revocation),
    )


def _context(
    certificate: bytes,
    chain: tuple[bytes, ...],
    trust: TrustStore,
    at: datetime,
    revocation: str,
) -> ValidationContext:
    others = dict.fromkeys((*chain, *trust.intermediates))
    evidence = _telling(trust.evidence, (certificate, *others), at)
    return ValidationContext(
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
