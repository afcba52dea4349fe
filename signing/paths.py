"""Certificate paths: does a certificate lead to a trust root, and was it good at that moment.

RFC 5280 path validation is pyhanko-certvalidator's work; here it is asked the one question that
statements and envelopes need, without a network, and its answers become errors of ours.
Revocation evidence is required: a certificate nobody can vouch for is not good.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Coroutine, Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from asn1crypto import x509
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
from pyhanko_certvalidator.registry import CertificateRegistry
from pyhanko_certvalidator.revinfo.validate_crl import verify_crl
from pyhanko_certvalidator.revinfo.validate_ocsp import verify_ocsp_response
from pyhanko_certvalidator.sig_validate import (
    DEFAULT_VALIDATION_CONTEXT,
    DefaultSignatureValidator,
    SignatureValidationContext,
)

from signing import parsed
from signing.certificates import CertificateRevoked, Purpose, holder_of
from signing.errors import CertificateNotUsable
from signing.trust import Evidence, EvidenceKind, TrustStore, refuse_revoked

T = TypeVar("T")

_MOST_HELD = 20_000

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
    lacking: InsufficientRevinfoError | None = None
    if revocation != "none" and await _holds_plainly(certificate, chain, trust, at, revocation):
        return
    context = _context(certificate, chain, trust, at, revocation)
    try:
        path = await _path(certificate, context)
    except InsufficientRevinfoError as error:
        lacking = error
        path = await _path(certificate, _context(certificate, chain, trust, at, "none"))
    _check_length(path)
    if revocation == "none":
        return
    for one in path.iter_certs(include_root=False):
        vouched = await _vouched(verify_ocsp_response, one, path, context)
        if (
            lacking is not None
            and not vouched
            and not await _vouched(verify_crl, one, path, context)
        ):
            raise lacking


async def _holds_plainly(
    certificate: bytes, chain: tuple[bytes, ...], trust: TrustStore, at: datetime, revocation: str
) -> bool:
    """Whether the first path holds, everybody on it is vouched for and nothing says revoked.

    True for nearly all, in a third of the time. False says nothing but that it needs a closer look.
    """
    try:
        context = _context(certificate, chain, trust, at, revocation)
        path = await _path(certificate, _unasked(context))
        _check_length(path)
        for one in path.iter_certs(include_root=False):
            # A list may know of a revocation of which the answer does not.
            named = any(one.serial_number in _revoked(listed.dump()) for listed in context.crls)
            by_answer = await _vouched(verify_ocsp_response, one, path, context)
            alone = by_answer and not named
            if not alone and not await _vouched(verify_crl, one, path, context):
                return False
    except (ValidationError, ValueError, TypeError, KeyError):
        return False
    return True


def _unasked(context: ValidationContext) -> ValidationContext:
    """The same, but asking nobody whether something was revoked."""
    return ValidationContext(
        trust_manager=context.path_builder.trust_manager,
        certificate_registry=context.certificate_registry,
        revinfo_manager=context.revinfo_manager,
        signature_validator=_SIGNATURES,
        moment=context.moment,
        retroactive_revinfo=True,
        revocation_mode="none",
    )


async def _path(certificate: bytes, context: ValidationContext) -> ValidationPath:
    validator = CertificateValidator(parsed.certificate(certificate), validation_context=context)
    return await validator.async_validate_path()


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
        trust_roots=[parsed.certificate(root) for root in trust.roots],
        certificate_registry=_Registry.build(map(parsed.certificate, others)),
        crls=[parsed.revocation_list(e.der) for e in evidence if e.kind is EvidenceKind.CRL],
        ocsps=[parsed.ocsp_response(e.der) for e in evidence if e.kind is EvidenceKind.OCSP],
        signature_validator=_SIGNATURES,
        moment=at,
        allow_fetching=False,
        # The evidence is as of now, the question may be about the past.
        retroactive_revinfo=True,
        revocation_mode=revocation,
    )


class _Registry(CertificateRegistry):
    """The library's registry, filled without preparing each name anew."""

    def register(self, cert: x509.Certificate) -> bool:
        """As the library's: False when one of the same issuer and serial is there already."""
        if not isinstance(cert, parsed.Certificate):
            cert = parsed.certificate(cert.dump())
        if cert.issuer_serial in self.certs:
            return False
        self.certs[cert.issuer_serial] = cert
        key, subject, identifier = cert.marks
        self._subject_map[subject].append(cert)
        self._key_hash_map[key].append(cert)
        self._key_identifier_map[identifier].append(cert)
        return True


class _Signatures(DefaultSignatureValidator):
    """The library's own mathematics, done once for each signature: the same certificates, lists
    and answers are met on many paths. What does not hold is not remembered."""

    def __init__(self) -> None:
        self._held: set[tuple[object, ...]] = set()

    def validate_signature(
        self,
        signature: bytes,
        signed_data: bytes,
        public_key_info: Any,
        signature_algorithm: Any,
        context: SignatureValidationContext = DEFAULT_VALIDATION_CONTEXT,
    ) -> None:
        """Raises ``InvalidSignature`` and what the library raises for what it cannot check."""
        parts = (signature, signed_data, public_key_info.dump(), signature_algorithm.dump())
        known = (context, *(hashlib.sha256(part).digest() for part in parts))
        if known in self._held:
            return
        super().validate_signature(
            signature, signed_data, public_key_info, signature_algorithm, context
        )
        if len(self._held) >= _MOST_HELD:
            self._held.clear()
        self._held.add(known)


_SIGNATURES = _Signatures()


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
        listed = parsed.revocation_list(piece.der)
        scopes = (listed.issuing_distribution_point_value, listed.delta_crl_indicator_value)
        parts = (listed.issuer, *(scope for scope in scopes if scope is not None))
        return _About(b"".join(part.dump() for part in parts), frozenset())
    answers = parsed.ocsp_response(piece.der).response_data["responses"]
    return _About(b"", frozenset(answer["cert_id"]["serial_number"].native for answer in answers))


@lru_cache(maxsize=64)
def _revoked(der: bytes) -> frozenset[int]:
    """The serial numbers that a revocation list names, of whatever issuer."""
    entries = parsed.revocation_list(der)["tbs_cert_list"]["revoked_certificates"]
    return frozenset(entry["user_certificate"].native for entry in entries or ())


@lru_cache(maxsize=4096)
def _serials(der: bytes) -> tuple[int, ...]:
    try:
        return (parsed.certificate(der).serial_number,)
    except (ValueError, TypeError, KeyError):
        return ()  # a damaged certificate that came along


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Runs ``work`` to its end. Without a network it waits for nothing, so no event loop is needed;
    starting one for every certificate cost more than the mathematics."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    work.close()
    raise RuntimeError("certificate validation waited for something")


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
