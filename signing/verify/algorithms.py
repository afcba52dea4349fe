"""Signature and digest algorithms by their OIDs: checking one value, and judging its strength.

Reads far more than this house writes, since auditors meet PDFs of twenty years. What is too weak
today to prove anything alone (SHA-1, MD5, RSA below 2048 bits) is checked like the rest and named.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from asn1crypto import core
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import (
    dsa,
    ec,
    ed448,
    ed25519,
    mldsa,
    padding,
    rsa,
    utils,
)

from signing.verify.words import Remark, Unreadable

DIGESTS = {
    "1.2.840.113549.2.5": "md5",
    "1.3.14.3.2.26": "sha1",
    "1.3.36.3.2.1": "ripemd160",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.6": "sha512_256",
    "2.16.840.1.101.3.4.2.7": "sha3_224",
    "2.16.840.1.101.3.4.2.8": "sha3_256",
    "2.16.840.1.101.3.4.2.9": "sha3_384",
    "2.16.840.1.101.3.4.2.10": "sha3_512",
    "2.16.840.1.101.3.4.2.12": "shake256",  # 512 bits of it (RFC 8702, RFC 8419)
    "2.16.840.1.101.3.4.2.18": "shake256",
    "1.2.156.10197.1.401": "sm3",
}
_RSA, _PSS = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10"
_ED25519, _ED448 = "1.3.101.112", "1.3.101.113"
_ML_DSA = {  # FIPS 204, RFC 9882; they hash the message themselves
    "2.16.840.1.101.3.4.3.17": "ml-dsa-44",
    "2.16.840.1.101.3.4.3.18": "ml-dsa-65",
    "2.16.840.1.101.3.4.3.19": "ml-dsa-87",
}
_OVER_MESSAGE = frozenset({"ed25519", "ed448", *_ML_DSA.values()})
_EC_KEY, _DSA_KEY = "1.2.840.10045.2.1", "1.2.840.10040.4.1"
# SHAKE's length, PSS, curves and DSA groups
WITH_PARAMETERS = frozenset({_PSS, _EC_KEY, _DSA_KEY, "2.16.840.1.101.3.4.2.18"})
# OID -> (kind, digest); "" is the digest that the signature names beside it
_SIGNATURES = {
    _RSA: ("rsa", ""),
    _PSS: ("pss", ""),
    "1.2.840.113549.1.1.4": ("rsa", "md5"),
    "1.2.840.113549.1.1.5": ("rsa", "sha1"),
    "1.3.14.3.2.29": ("rsa", "sha1"),
    "1.3.36.3.3.1.2": ("rsa", "ripemd160"),
    "1.2.840.113549.1.1.14": ("rsa", "sha224"),
    "1.2.840.113549.1.1.11": ("rsa", "sha256"),
    "1.2.840.113549.1.1.12": ("rsa", "sha384"),
    "1.2.840.113549.1.1.13": ("rsa", "sha512"),
    "2.16.840.1.101.3.4.3.13": ("rsa", "sha3_224"),
    "2.16.840.1.101.3.4.3.14": ("rsa", "sha3_256"),
    "2.16.840.1.101.3.4.3.15": ("rsa", "sha3_384"),
    "2.16.840.1.101.3.4.3.16": ("rsa", "sha3_512"),
    _EC_KEY: ("ecdsa", ""),
    "1.2.840.10045.4.1": ("ecdsa", "sha1"),
    "1.2.840.10045.4.3.1": ("ecdsa", "sha224"),
    "1.2.840.10045.4.3.2": ("ecdsa", "sha256"),
    "1.2.840.10045.4.3.3": ("ecdsa", "sha384"),
    "1.2.840.10045.4.3.4": ("ecdsa", "sha512"),
    "2.16.840.1.101.3.4.3.9": ("ecdsa", "sha3_224"),
    "2.16.840.1.101.3.4.3.10": ("ecdsa", "sha3_256"),
    "2.16.840.1.101.3.4.3.11": ("ecdsa", "sha3_384"),
    "2.16.840.1.101.3.4.3.12": ("ecdsa", "sha3_512"),
    # BSI TR-03111: r and s side by side instead of DER
    "0.4.0.127.0.7.1.1.4.1.1": ("plain-ecdsa", "sha1"),
    "0.4.0.127.0.7.1.1.4.1.2": ("plain-ecdsa", "sha224"),
    "0.4.0.127.0.7.1.1.4.1.3": ("plain-ecdsa", "sha256"),
    "0.4.0.127.0.7.1.1.4.1.4": ("plain-ecdsa", "sha384"),
    "0.4.0.127.0.7.1.1.4.1.5": ("plain-ecdsa", "sha512"),
    _DSA_KEY: ("dsa", ""),
    "1.2.840.10040.4.3": ("dsa", "sha1"),
    "2.16.840.1.101.3.4.3.1": ("dsa", "sha224"),
    "2.16.840.1.101.3.4.3.2": ("dsa", "sha256"),
    _ED25519: ("ed25519", "sha512"),
    _ED448: ("ed448", "shake256"),
    **{oid: (kind, "") for oid, kind in _ML_DSA.items()},
}
_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "md5": hashes.MD5,
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
    "sha512_256": hashes.SHA512_256,
    "sha3_224": hashes.SHA3_224,
    "sha3_256": hashes.SHA3_256,
    "sha3_384": hashes.SHA3_384,
    "sha3_512": hashes.SHA3_512,
}
_WEAK_DIGESTS = frozenset({"md5", "sha1", "ripemd160"})
_LEAST_RSA_BITS, _LEAST_CURVE_BITS = 2048, 224


@dataclass(frozen=True, slots=True)
class Algorithm:
    """A signature algorithm: ``kind`` of key, the ``digest`` it hashes with, PSS parameters."""

    kind: str
    digest: str
    mask_digest: str = ""
    salt: int = 0

    @property
    def label(self) -> str:
        """For a report: ``RSA-PSS SHA-256``."""
        return self.label_for(None)

    def label_for(self, public_key: bytes | None) -> str:
        """For a report, with the key's size: ``RSA-2048 SHA-256``."""
        kinds = {"rsa": "RSA", "pss": "RSA-PSS", "ed25519": "Ed25519", "ed448": "Ed448"}
        kind = kinds.get(self.kind, self.kind.upper())
        if kind.startswith(("Ed", "ML-DSA")):
            return kind
        bits = getattr(load_key(public_key), "key_size", "") if public_key else ""
        return f"{kind}{'-' if bits else ''}{bits} {digest_label(self.digest)}"


def digest_label(digest: str) -> str:
    """``SHA-256`` for ``sha256``."""
    if digest.startswith("sha3_"):
        return digest.replace("sha3_", "SHA3-")
    return digest.upper().replace("SHA", "SHA-", 1) if digest.startswith("sha") else digest.upper()


def digest_named(identifier: core.Sequence) -> str:
    """The digest of an AlgorithmIdentifier; ``Unreadable`` when it is not known here."""
    dotted = identifier["algorithm"].dotted
    if dotted not in DIGESTS:
        raise Unreadable("unknown_algorithm", oid=dotted)
    return DIGESTS[dotted]


def hashed(digest: str, *parts: bytes | memoryview) -> bytes:
    """The digest over all ``parts``; ``Unreadable`` when this machine cannot compute it."""
    try:
        state = hashlib.new(digest, usedforsecurity=False)
    except ValueError as error:
        raise Unreadable("unknown_algorithm", oid=digest) from error
    for part in parts:
        state.update(part)
    # hashlib.new has no common type for what takes a length
    return state.digest(64) if digest == "shake256" else state.digest()  # type: ignore[call-arg]


def signature_algorithm(identifier: core.Sequence, digest: str) -> Algorithm:
    """What a SignerInfo's signature algorithm stands for, beside its digest algorithm.

    Raises ``Unreadable`` for unknown ones and for pairs that a standard forbids.
    """
    dotted = identifier["algorithm"].dotted
    if dotted not in _SIGNATURES:
        raise Unreadable("unknown_algorithm", oid=dotted)
    kind, own = _SIGNATURES[dotted]
    if kind == "pss":
        return _pss(identifier)
    if kind in ("ed25519", "ed448") and own != digest:  # RFC 8419, section 3.1
        raise Unreadable("forbidden_pair", kind=kind, digest=digest_label(digest))
    return Algorithm(kind, own or digest)


def signature_algorithm_alone(identifier: core.Sequence) -> Algorithm:
    """The algorithm of a certificate, CRL or OCSP response, which names its digest itself."""
    _, digest = _SIGNATURES.get(identifier["algorithm"].dotted, ("", ""))
    return signature_algorithm(identifier, digest)


def _pss(identifier: core.Sequence) -> Algorithm:
    parameters = identifier["parameters"]
    mask = parameters["mask_gen_algorithm"]
    if mask["algorithm"].native != "mgf1":
        raise Unreadable("unknown_algorithm", oid=mask["algorithm"].dotted)
    return Algorithm(
        "pss",
        digest_named(parameters["hash_algorithm"]),
        digest_named(mask["parameters"]),
        int(parameters["salt_length"].native),
    )


def verifies(
    public_key: bytes, algorithm: Algorithm, signature: bytes, digest: bytes, message: bytes | None
) -> bool:
    """Whether ``signature`` is one by ``public_key`` (SubjectPublicKeyInfo, DER).

    ``digest`` is what ``algorithm.digest`` gives over the message; Ed25519 and Ed448 need the
    ``message`` itself. Raises ``Unreadable`` when the key or the algorithm is not known here.
    """
    key = load_key(public_key)
    if algorithm.kind in _OVER_MESSAGE and message is None:
        raise Unreadable("unknown_algorithm", oid=algorithm.kind)
    try:
        match algorithm.kind, key:
            case "rsa", rsa.RSAPublicKey():
                key.verify(signature, digest, padding.PKCS1v15(), _prehashed(algorithm.digest))
            case "pss", rsa.RSAPublicKey():
                mask = padding.MGF1(_hash(algorithm.mask_digest))
                pss = padding.PSS(mask, algorithm.salt)
                key.verify(signature, digest, pss, _prehashed(algorithm.digest))
            case "ecdsa", ec.EllipticCurvePublicKey():
                key.verify(signature, digest, ec.ECDSA(_prehashed(algorithm.digest)))
            case "plain-ecdsa", ec.EllipticCurvePublicKey():
                half = len(signature) // 2
                r, s = (
                    int.from_bytes(part, "big") for part in (signature[:half], signature[half:])
                )
                encoded = utils.encode_dss_signature(r, s)
                key.verify(encoded, digest, ec.ECDSA(_prehashed(algorithm.digest)))
            case "dsa", dsa.DSAPublicKey():
                key.verify(signature, digest, _prehashed(algorithm.digest))
            case "ed25519", ed25519.Ed25519PublicKey():
                key.verify(signature, message or b"")
            case "ed448", ed448.Ed448PublicKey():
                key.verify(signature, message or b"")
            case "ml-dsa-44", mldsa.MLDSA44PublicKey():
                key.verify(signature, message or b"")
            case "ml-dsa-65", mldsa.MLDSA65PublicKey():
                key.verify(signature, message or b"")
            case "ml-dsa-87", mldsa.MLDSA87PublicKey():
                key.verify(signature, message or b"")
            case _:
                return False  # a key of one kind, a signature of another
    except (InvalidSignature, ValueError):
        return False
    except UnsupportedAlgorithm as error:
        raise Unreadable("unknown_algorithm", oid=algorithm.label) from error
    return True


def load_key(public_key: bytes) -> object:
    """The public key in ``public_key`` (DER); ``Unreadable`` when it is of an unknown kind."""
    try:
        return serialization.load_der_public_key(public_key)
    except UnsupportedAlgorithm as error:
        raise Unreadable("unknown_key") from error
    except ValueError as error:
        raise Unreadable("bad_key") from error


def weaknesses(algorithm: Algorithm, digest: str, public_key: bytes) -> tuple[Remark, ...]:
    """What makes a signature with these algorithms weak today."""
    found = [
        Remark("weak_digest", digest=digest_label(name))
        for name in dict.fromkeys((digest, algorithm.digest))
        if name in _WEAK_DIGESTS
    ]
    key = load_key(public_key)
    bits = getattr(key, "key_size", 256)
    least = (
        _LEAST_RSA_BITS
        if isinstance(key, rsa.RSAPublicKey | dsa.DSAPublicKey)
        else (_LEAST_CURVE_BITS)
    )
    if bits < least:
        found.append(Remark("weak_key", bits=bits))
    return tuple(found)


def _prehashed(digest: str) -> utils.Prehashed:
    return utils.Prehashed(_hash(digest))


def _hash(digest: str) -> hashes.HashAlgorithm:
    if digest not in _HASHES:
        raise Unreadable("unknown_algorithm", oid=digest)
    return _HASHES[digest]()
