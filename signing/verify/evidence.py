"""Whether the certificates and the revocation evidence that came along are whole.

They lie outside every signature's own coverage, so a flipped bit in them breaks no signature. What
is damaged cannot vouch for anybody; it is said, even where another copy does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from asn1crypto import crl, ocsp, x509

from signing import parsed
from signing.certificates import same_name
from signing.verify.algorithms import hashed, signature_algorithm_alone, verifies
from signing.verify.words import Unreadable

_BAD_ASN1 = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)


def any_damaged(
    certificates: Iterable[bytes],
    crls: Iterable[bytes],
    ocsps: Iterable[bytes],
    known: Iterable[bytes],
) -> bool:
    """Whether one of them (DER) cannot be read, or is not what its issuer signed.

    ``known`` are further certificates among which issuers are looked for. What is by an issuer
    who is not there, or with an algorithm that is not known, cannot be told and passes.
    """
    judged = tuple(dict.fromkeys(certificates))
    issuers: dict[bytes, list[bytes]] = defaultdict(list)
    for der in dict.fromkeys((*judged, *known)):
        for name in _names(der):
            issuers[name].append(der)
    everyone = tuple(dict.fromkeys(der for listed in issuers.values() for der in listed))
    return (
        any(not _holds(_Kind.CERTIFICATE, der, issuers) for der in judged)
        or any(not _holds(_Kind.LIST, der, issuers) for der in crls)
        or any(not _answer_holds(der, issuers, everyone) for der in ocsps)
    )


def _holds(kind: _Parts, der: bytes, issuers: dict[bytes, list[bytes]]) -> bool:
    """Whether a certificate or revocation list is as its issuer signed it."""
    said = _issuer_names(kind, der)
    if said is None:
        return False
    # A damaged name finds nobody, the key's identifier then does.
    candidates = dict.fromkeys(found for name in said for found in issuers.get(name, ()))
    return _signed_by_one(kind, der, tuple(candidates))


@lru_cache(maxsize=4096)
def _issuer_names(kind: _Parts, der: bytes) -> tuple[bytes, ...] | None:
    """By what it names its issuer: name and key identifier; None for what cannot be read."""
    try:
        thing = (
            parsed.revocation_list(der) if kind is _Kind.LIST else kind[0].load(der, strict=True)
        )
        if thing[kind[1]]["signature"].dump() != thing["signature_algorithm"].dump():
            return None  # RFC 5280, section 4.1.1.2: the same algorithm inside and outside
        identifier = thing.authority_key_identifier
        return (thing.issuer.dump(), *((identifier,) if identifier else ()))
    except _BAD_ASN1:
        return None


def _answer_holds(der: bytes, issuers: dict[bytes, list[bytes]], everyone: Sequence[bytes]) -> bool:
    try:
        response = parsed.ocsp_response(der)
        if response["response_status"].native != "successful":
            return True
        answer = response["response_bytes"]["response"].parsed
        own = tuple(c.dump() for c in answer["certs"] or ())
    except _BAD_ASN1:
        return False
    if not all(_holds(_Kind.CERTIFICATE, certificate, issuers) for certificate in own):
        return False
    responder = answer["tbs_response_data"]["responder_id"]
    candidates = tuple(c for c in (*own, *everyone) if _answers_as(responder, c))
    if own and not candidates:
        return False  # it brings a responder along who is not the one it names
    return _signed_by_one(_Kind.ANSWER, der, candidates)


def _answers_as(responder: Any, der: bytes) -> bool:
    subject, key = _responder_names(der)
    if subject is None:
        return False
    if responder.name == "by_name":
        return same_name(subject, responder.chosen)
    return bool(key == responder.chosen.native)


@lru_cache(maxsize=1024)
def _responder_names(der: bytes) -> tuple[x509.Name | None, bytes]:
    """By what an OCSP answer names the responder with this certificate."""
    try:
        certificate = parsed.certificate(der)
        return certificate.subject, certificate.public_key.sha1
    except _BAD_ASN1:
        return None, b""


_Parts: TypeAlias = tuple[Any, str, str, str]


class _Kind:
    """Where the parts of a signed thing are: what is signed, the algorithm, the value."""

    CERTIFICATE: _Parts = (
        x509.Certificate,
        "tbs_certificate",
        "signature_algorithm",
        "signature_value",
    )
    LIST: _Parts = (crl.CertificateList, "tbs_cert_list", "signature_algorithm", "signature")
    ANSWER: _Parts = (
        ocsp.BasicOCSPResponse,
        "tbs_response_data",
        "signature_algorithm",
        "signature",
    )


@lru_cache(maxsize=4096)
def _signed_by_one(kind: _Parts, der: bytes, issuers: tuple[bytes, ...]) -> bool:
    """Whether one of ``issuers`` signed ``der``; True as well when that cannot be told."""
    if not issuers:
        return True
    load, signed, algorithm, value = kind
    try:
        if load is ocsp.BasicOCSPResponse:
            thing = parsed.ocsp_response(der)["response_bytes"]["response"].parsed
        else:
            thing = load.load(der)
        message = thing[signed].dump()
        with_what = signature_algorithm_alone(thing[algorithm])
        digest = hashed(with_what.digest, message)
        signature = bytes(thing[value].native)
    except Unreadable:
        return True  # an algorithm that is not known here
    except _BAD_ASN1:
        return False
    told = False
    for issuer in issuers:
        try:
            key = parsed.certificate(issuer).public_key.dump()
            if verifies(key, with_what, signature, digest, message):
                return True
            told = True
        except Unreadable as error:
            # Of an issuer whose key is damaged nothing is issued; an unknown kind tells nothing.
            told = told or error.remark.code == "bad_key"
        except _BAD_ASN1:
            told = True
    return not told


@lru_cache(maxsize=4096)
def _names(der: bytes) -> tuple[bytes, ...]:
    """What an issuer is found by: the subject's name and the key's identifier."""
    try:
        certificate = parsed.certificate(der)
        identifier = certificate.key_identifier
        return (certificate.subject.dump(), *((identifier,) if identifier else ()))
    except _BAD_ASN1:
        return ()
