"""Certificates by purpose (RFC 5280): what each kind carries, and putting the issuer's name to it.

Everything is signed through a ``SigningKey``, so that an authority's key may live in a file, on a
UKey or in an HSM. Who may have a certificate is decided elsewhere (``training.py``).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import core, csr, keys, x509

from signing.authority.protocol import Subject
from signing.certificates import CertificateUnreadable, Purpose
from signing.cms import digest_for, signature_algorithm
from signing.keys.protocol import SigningKey

# key usage and extended key usage of each purpose; 2048-bit and up, no CA ever signs documents
_KEY_USAGE: dict[Purpose, set[str]] = {
    Purpose.SIGN: {"digital_signature", "non_repudiation"},
    Purpose.SEAL: {"digital_signature", "non_repudiation"},
    Purpose.ENCRYPT: {"key_encipherment"},
    Purpose.AUTHORITY: {"key_cert_sign", "crl_sign"},
    Purpose.OCSP: {"digital_signature"},
    Purpose.TIME_STAMP: {"digital_signature", "non_repudiation"},
}
# RFC 9336 document signing; e-mail protection is what NSS, and so pdfsig, asks of a signer.
_DOCUMENTS = ("1.3.6.1.5.5.7.3.36", "email_protection")
_EXTENDED_USAGE: dict[Purpose, tuple[str, ...]] = {
    Purpose.SIGN: _DOCUMENTS,
    Purpose.SEAL: _DOCUMENTS,
    Purpose.OCSP: ("ocsp_signing",),
    Purpose.TIME_STAMP: ("time_stamping",),
}


@dataclass(frozen=True, slots=True)
class Profile:
    """What goes into a certificate besides the public key. Times are UTC, to the second.

    ``below`` is, for an authority, how many authorities may follow under it. ``crl_url`` and
    ``ocsp_url`` are written where given. A verifier that finds them may call them: pdfsig finds
    no certificate trusted whose OCSP address does not answer, so a CA that is not always
    reachable leaves it out.
    """

    purpose: Purpose
    subject: x509.Name
    not_before: datetime
    not_after: datetime
    below: int = 0
    crl_url: str = ""
    ocsp_url: str = ""


def name_of(subject: Subject) -> x509.Name:
    """The distinguished name of a person or unit, laid out as ``certificates`` describes."""
    return _name(
        country_name="CN",
        organization_name=subject.organisation,
        organization_identifier=subject.unit_code,
        organizational_unit_name=subject.unit,
        title=subject.role,
        serial_number=subject.person_id,
        common_name=subject.name,
    )


def authority_name(organisation: str, common_name: str) -> x509.Name:
    """The distinguished name of an authority or one of its services."""
    return _name(country_name="CN", organization_name=organisation, common_name=common_name)


def _name(**parts: str) -> x509.Name:
    """One attribute a step, in the order given (``Name.build`` has an order of its own)."""
    pairs = ((kind, text) for kind, text in parts.items() if text)
    steps = [
        x509.RelativeDistinguishedName([{"type": kind, "value": _directory_string(kind, text)}])
        for kind, text in pairs
    ]
    return x509.Name("", x509.RDNSequence(steps))


def _directory_string(kind: str, text: str) -> core.Asn1Value:
    if kind == "country_name":
        return x509.PrintableString(text)  # RFC 5280, appendix A.1
    if kind == "serial_number":
        return x509.DirectoryString("printable_string", x509.PrintableString(text))
    return x509.DirectoryString("utf8_string", x509.UTF8String(text))


def certificate(public_key: bytes, profile: Profile, issuer: SigningKey) -> bytes:
    """Issues a certificate over ``public_key`` (SubjectPublicKeyInfo, DER); returns DER."""
    above = x509.Certificate.load(issuer.certificate)
    return _signed(public_key, profile, issuer, above.subject, above.key_identifier)


def root_certificate(public_key: bytes, profile: Profile, key: SigningKey) -> bytes:
    """A self-signed certificate: ``key`` holds the private half of ``public_key``."""
    return _signed(public_key, profile, key, profile.subject, _key_identifier(public_key))


def public_key_in(request: bytes) -> bytes:
    """The public key (DER) in a PKCS#10 request, once its signature proves the key is held.

    Raises ``CertificateUnreadable`` for anything else.
    """
    from cryptography import x509 as proven
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        if not proven.load_der_x509_csr(request).is_signature_valid:
            raise ValueError("the request is not signed by the key in it")
        parsed = csr.CertificationRequest.load(request, strict=True)
        return bytes(parsed["certification_request_info"]["subject_pk_info"].dump())
    except (ValueError, TypeError, KeyError, UnsupportedAlgorithm, proven.InvalidVersion) as error:
        raise CertificateUnreadable(reason=str(error)) from error


def _signed(
    public_key: bytes,
    profile: Profile,
    key: SigningKey,
    issuer: x509.Name,
    issuer_key_identifier: bytes,
) -> bytes:
    digest = _issuing_digest(key, public_key if not key.certificate else None)
    algorithm = signature_algorithm(key, digest)
    body = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": secrets.randbits(126) | 1 << 126,  # positive and of one length
            "signature": algorithm,
            "issuer": issuer,
            "validity": {
                "not_before": encoded_time(profile.not_before),
                "not_after": encoded_time(profile.not_after),
            },
            "subject": profile.subject,
            "subject_public_key_info": keys.PublicKeyInfo.load(public_key),
            "extensions": _extensions(public_key, profile, issuer, issuer_key_identifier),
        }
    )
    return bytes(
        x509.Certificate(
            {
                "tbs_certificate": body,
                "signature_algorithm": algorithm,
                "signature_value": key.sign(body.dump(), digest),
            }
        ).dump()
    )


def _issuing_digest(key: SigningKey, own_public_key: bytes | None) -> str:
    if own_public_key is None:
        return digest_for(key)
    return "sha512" if key.algorithm == "ed25519" else "sha256"


def _extensions(
    public_key: bytes, profile: Profile, issuer: x509.Name, issuer_key_identifier: bytes
) -> list[dict[str, Any]]:
    authority = profile.purpose is Purpose.AUTHORITY
    constraints: dict[str, Any] = {"ca": authority}
    if authority:
        constraints["path_len_constraint"] = profile.below
    found = [
        _extension("basic_constraints", constraints, critical=True),
        _extension("key_usage", _KEY_USAGE[profile.purpose], critical=True),
        _extension("key_identifier", _key_identifier(public_key)),
        _extension("authority_key_identifier", {"key_identifier": issuer_key_identifier}),
    ]
    if extended := _EXTENDED_USAGE.get(profile.purpose):
        # RFC 3161, section 2.3: a time stamper's one extended use is critical
        alone = profile.purpose is Purpose.TIME_STAMP
        found.append(_extension("extended_key_usage", list(extended), critical=alone))
    if profile.purpose is Purpose.OCSP:
        # RFC 6960, section 4.2.2.2.1: nobody needs to ask whether the one who answers is revoked
        found.append(_extension("ocsp_no_check", core.Null()))
    elif profile.subject != issuer:
        found.append(_extension("crl_distribution_points", [_list_of(issuer, profile.crl_url)]))
    if profile.ocsp_url:
        access = {"access_method": "ocsp", "access_location": _location(profile.ocsp_url)}
        found.append(_extension("authority_information_access", [access]))
    return found


def _list_of(issuer: x509.Name, url: str) -> x509.DistributionPoint:
    """Where the issuer's revocation list is: under its name, and at ``url`` when there is one.

    The name makes verifiers take a list that they are given, offline, without calling anybody;
    and pdfsig without it reads a left-over "extension not found" as an issue of the certificate.
    """
    names = [x509.GeneralName("directory_name", issuer)]
    if url:
        names.append(_location(url))
    return x509.DistributionPoint(
        {"distribution_point": x509.DistributionPointName("full_name", names)}
    )


def _extension(kind: str, value: object, critical: bool = False) -> dict[str, Any]:
    return {"extn_id": kind, "critical": critical, "extn_value": value}


def _location(url: str) -> x509.GeneralName:
    return x509.GeneralName("uniform_resource_identifier", url)


def _key_identifier(public_key: bytes) -> bytes:
    """RFC 5280, section 4.2.1.2, method (1)."""
    bits = bytes(keys.PublicKeyInfo.load(public_key)["public_key"])
    return hashlib.sha1(bits, usedforsecurity=False).digest()


def encoded_time(moment: datetime) -> x509.Time:
    """UTCTime until 2049, GeneralizedTime after it (RFC 5280, section 4.1.2.5)."""
    moment = moment.astimezone(UTC).replace(microsecond=0)
    if moment.year < 2050:
        return x509.Time("utc_time", core.UTCTime(moment))
    return x509.Time("general_time", core.GeneralizedTime(moment))
