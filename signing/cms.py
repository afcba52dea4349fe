"""CMS SignedData (RFC 5652) made with a ``SigningKey``: the one form for PDFs and time stamps.

One signer, signed attributes always there, the signer's certificate bound in by
signing-certificate-v2 (RFC 5035, as PAdES and RFC 5816 demand). What is signed and where the
result goes, callers know; verifying lives in ``verify/``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

from asn1crypto import algos, cms, core, tsp, x509

from signing.keys.protocol import SigningKey

_BY_CURVE = {"secp256r1": "sha256", "secp384r1": "sha384", "secp521r1": "sha512"}


def digest_for(key: SigningKey) -> str:
    """The digest that fits the key's strength: SHA-256, or more where the curve has more.

    Ed25519 takes SHA-512 (RFC 8419, section 3.1).
    """
    if key.algorithm == "ed25519":
        return "sha512"
    if key.algorithm == "ecdsa":
        public = x509.Certificate.load(key.certificate).public_key
        return _BY_CURVE.get(public.curve[1], "sha256")
    return "sha256"


def signature_algorithm(key: SigningKey, digest: str) -> algos.SignedDigestAlgorithm:
    """The AlgorithmIdentifier of what ``key.sign(..., digest)`` returns."""
    name = "ed25519" if key.algorithm == "ed25519" else f"{digest}_{key.algorithm}"
    return algos.SignedDigestAlgorithm({"algorithm": name})


def attribute(kind: str, value: object) -> cms.CMSAttribute:
    """A signed or unsigned attribute with one value."""
    return cms.CMSAttribute({"type": kind, "values": [value]})


def signed_data(
    key: SigningKey,
    *,
    message_digest: bytes,
    digest: str,
    content_type: str = "data",
    content: core.Asn1Value | None = None,
    attributes: Iterable[cms.CMSAttribute] = (),
    certificates: Sequence[bytes] | None = None,
    unsigned: Callable[[bytes], Sequence[cms.CMSAttribute]] | None = None,
) -> bytes:
    """A ContentInfo (DER) in which ``key`` signs what has ``message_digest``.

    Detached unless ``content`` is given. ``attributes`` are further signed attributes;
    ``certificates`` defaults to the signer's and its chain; ``unsigned`` is called with the
    signature value and returns the unsigned attributes, a time stamp over it for instance.
    """
    digest_algorithm = algos.DigestAlgorithm({"algorithm": digest})
    algorithm = signature_algorithm(key, digest)
    signed_attributes = cms.CMSAttributes(
        [
            attribute("content_type", content_type),
            attribute("message_digest", message_digest),
            attribute("signing_certificate_v2", _signing_certificate(key.certificate)),
            attribute(
                "cms_algorithm_protection",
                {"digest_algorithm": digest_algorithm, "signature_algorithm": algorithm},
            ),
            *attributes,
        ]
    )
    signature = key.sign(signed_attributes.dump(), digest)
    certificate = x509.Certificate.load(key.certificate)
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            name="issuer_and_serial_number",
            value=cms.IssuerAndSerialNumber(
                {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
            ),
        ),
        "digest_algorithm": digest_algorithm,
        "signed_attrs": signed_attributes,
        "signature_algorithm": algorithm,
        "signature": signature,
    }
    if unsigned is not None and (more := unsigned(signature)):
        signer["unsigned_attrs"] = cms.CMSAttributes(more)
    if certificates is None:
        certificates = (key.certificate, *key.chain)
    body = {
        "version": "v1" if content_type == "data" else "v3",
        "digest_algorithms": [digest_algorithm],
        "encap_content_info": {"content_type": content_type}
        | ({} if content is None else {"content": content}),
        "signer_infos": [cms.SignerInfo(signer)],
    }
    if certificates:
        body["certificates"] = [x509.Certificate.load(der) for der in certificates]
    return bytes(
        cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(body)}).dump()
    )


def _signing_certificate(der: bytes) -> tsp.SigningCertificateV2:
    # SHA-256 is the DEFAULT hash of ESSCertIDv2 and so is not written.
    return tsp.SigningCertificateV2({"certs": [{"cert_hash": hashlib.sha256(der).digest()}]})
