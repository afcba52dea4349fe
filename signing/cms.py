"""CMS SignedData (RFC 5652) made with a ``SigningKey``: the one form for PDFs and time stamps.

One signer, signed attributes always there, the signer's certificate bound in by
signing-certificate-v2 (RFC 5035, as PAdES and RFC 5816 demand), the algorithms by
algorithm-protection (RFC 6211). What is signed and where the result goes, callers know; verifying
lives in ``verify/``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache

from asn1crypto import algos, x509

from signing import der
from signing.keys.protocol import SigningKey

DATA = "1.2.840.113549.1.7.1"
TST_INFO = "1.2.840.113549.1.9.16.1.4"
SIGNATURE_TIME_STAMP = "1.2.840.113549.1.9.16.2.14"

_SIGNED_DATA = "1.2.840.113549.1.7.2"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
_ALGORITHM_PROTECTION = "1.2.840.113549.1.9.52"

_DIGESTS = {
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
_SIGNATURES = {  # RSA carries NULL parameters, the others none (RFC 4055, 5758, 8410)
    "sha256_rsa": der.sequence(der.oid("1.2.840.113549.1.1.11"), der.NULL),
    "sha384_rsa": der.sequence(der.oid("1.2.840.113549.1.1.12"), der.NULL),
    "sha512_rsa": der.sequence(der.oid("1.2.840.113549.1.1.13"), der.NULL),
    "sha256_ecdsa": der.sequence(der.oid("1.2.840.10045.4.3.2")),
    "sha384_ecdsa": der.sequence(der.oid("1.2.840.10045.4.3.3")),
    "sha512_ecdsa": der.sequence(der.oid("1.2.840.10045.4.3.4")),
    "ed25519": der.sequence(der.oid("1.3.101.112")),
}
_BY_CURVE = {"secp256r1": "sha256", "secp384r1": "sha384", "secp521r1": "sha512"}


def digest_for(key: SigningKey) -> str:
    """The digest that fits the key's strength: SHA-256, or more where the curve has more.

    Ed25519 takes SHA-512 (RFC 8419, section 3.1).
    """
    if key.algorithm == "ed25519":
        return "sha512"
    return _curve_digest(key.certificate) if key.algorithm == "ecdsa" else "sha256"


def signature_algorithm(key: SigningKey, digest: str) -> algos.SignedDigestAlgorithm:
    """The AlgorithmIdentifier of what ``key.sign(..., digest)`` returns."""
    return algos.SignedDigestAlgorithm.load(_signature_algorithm(key, digest))


def attribute(kind: str, value: bytes) -> bytes:
    """A signed or unsigned attribute with one value (DER), DER; ``kind`` is a dotted OID."""
    return der.sequence(der.oid(kind), der.set_of(value))


def signed_data(
    key: SigningKey,
    *,
    message_digest: bytes,
    digest: str,
    content_type: str = DATA,
    content: bytes | None = None,
    attributes: Sequence[bytes] = (),
    certificates: Sequence[bytes] | None = None,
    unsigned: Callable[[bytes], Sequence[bytes]] | None = None,
) -> bytes:
    """A ContentInfo (DER) in which ``key`` signs what has ``message_digest``.

    Detached unless ``content`` is given. ``attributes`` are further signed attributes;
    ``certificates`` defaults to the signer's and its chain; ``unsigned`` is called with the
    signature value and returns the unsigned attributes, a time stamp over it for instance.
    """
    digest_algorithm = der.sequence(der.oid(_DIGESTS[digest]))
    algorithm = _signature_algorithm(key, digest)
    signed_attributes = der.set_of(
        attribute(_CONTENT_TYPE, der.oid(content_type)),
        attribute(_MESSAGE_DIGEST, der.octets(message_digest)),
        attribute(_SIGNING_CERTIFICATE_V2, _signing_certificate(key.certificate)),
        attribute(
            _ALGORITHM_PROTECTION,
            # [1] IMPLICIT: the algorithm's own SEQUENCE tag gives way
            der.sequence(digest_algorithm, b"\xa1" + algorithm[1:]),
        ),
        *attributes,
    )
    signature = key.sign(signed_attributes, digest)
    after = unsigned(signature) if unsigned else ()
    signer = der.sequence(
        der.integer(1),
        _issuer_and_serial(key.certificate),
        digest_algorithm,
        b"\xa0" + signed_attributes[1:],  # [0] IMPLICIT; signed as a SET (RFC 5652, section 5.4)
        algorithm,
        der.octets(signature),
        b"\xa1" + der.set_of(*after)[1:] if after else b"",
    )
    if certificates is None:
        certificates = (key.certificate, *key.chain)
    body = der.sequence(
        der.integer(1 if content_type == DATA else 3),
        der.set_of(digest_algorithm),
        der.sequence(
            der.oid(content_type), der.context(0, der.octets(content)) if content else b""
        ),
        der.context(0, *sorted(set(certificates))) if certificates else b"",
        der.set_of(signer),
    )
    return der.sequence(der.oid(_SIGNED_DATA), der.context(0, body))


def _signature_algorithm(key: SigningKey, digest: str) -> bytes:
    name = "ed25519" if key.algorithm == "ed25519" else f"{digest}_{key.algorithm}"
    return _SIGNATURES[name]


@lru_cache(maxsize=64)
def _curve_digest(certificate: bytes) -> str:
    return _BY_CURVE.get(x509.Certificate.load(certificate).public_key.curve[1], "sha256")


@lru_cache(maxsize=64)
def _issuer_and_serial(certificate: bytes) -> bytes:
    parsed = x509.Certificate.load(certificate)
    return der.sequence(parsed.issuer.dump(), der.integer(parsed.serial_number))


def _signing_certificate(certificate: bytes) -> bytes:
    # SHA-256 is the DEFAULT hash of ESSCertIDv2 and so is not written.
    identifier = der.sequence(der.octets(hashlib.sha256(certificate).digest()))
    return der.sequence(der.sequence(identifier))
