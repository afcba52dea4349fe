"""Certificates, lists and answers as a careless or wicked authority would issue them.

``Line`` is root → middle → signer with revocation evidence; a test names what is wrong about it
and everything else is as it should be. Keys are P-256 and shared: a line takes milliseconds.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from signing.trust import Evidence, TrustStore

NOW = datetime.now(UTC).replace(microsecond=0)  # OCSP answers carry the true time
DAY = timedelta(days=1)
STRANGE = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5.6.7"), b"\x05\x00")


@functools.cache
def key(name: str) -> ec.EllipticCurvePrivateKey:
    """The key of somebody; the same for the same name."""
    return ec.generate_private_key(ec.SECP256R1())


def named(common: str, organisation: str = "Qiuxian") -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def usage(*uses: str) -> x509.KeyUsage:
    every = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
        "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{use: use in uses for use in every})


CA_USES = usage("key_cert_sign", "crl_sign", "digital_signature")


def certificate(
    subject: str,
    issuer: str,
    *,
    ca: bool = False,
    path: int | None = None,
    uses: x509.KeyUsage | None = None,
    extra: Sequence[tuple[x509.ExtensionType, bool]] = (),
    since: datetime = NOW - 300 * DAY,
    until: datetime = NOW + 300 * DAY,
    by: str = "",
    organisation: str = "Qiuxian",
    constrained: bool = True,
) -> x509.Certificate:
    """A certificate of ``subject`` under the name ``issuer``, signed with the key ``by``."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(subject, organisation))
        .issuer_name(named(issuer))
        .public_key(key(subject).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
    )
    if constrained:
        builder = builder.add_extension(x509.BasicConstraints(ca, path if ca else None), True)
    builder = builder.add_extension(uses or (CA_USES if ca else usage("digital_signature")), True)
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(key(by or issuer).public_key()), False
    )
    builder = builder.add_extension(
        x509.SubjectKeyIdentifier.from_public_key(key(subject).public_key()), False
    )
    for extension, critical in extra:
        builder = builder.add_extension(extension, critical)
    return builder.sign(key(by or issuer), hashes.SHA256())


def revocation_list(
    issuer: str,
    *,
    revoked: Sequence[x509.Certificate] = (),
    by: str = "",
    since: datetime = NOW - DAY,
    until: datetime = NOW + 7 * DAY,
    extra: Sequence[tuple[x509.ExtensionType, bool]] = (),
    entry: x509.ExtensionType | None = None,
) -> bytes:
    """A CRL under the name ``issuer``."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(named(issuer))
        .last_update(since)
        .next_update(until)
    )
    builder = builder.add_extension(x509.CRLNumber(7), False)
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(key(by or issuer).public_key()), False
    )
    for extension, critical in extra:
        builder = builder.add_extension(extension, critical)
    for one in revoked:
        listed = x509.RevokedCertificateBuilder().serial_number(one.serial_number)
        listed = listed.revocation_date(NOW - 2 * DAY)
        builder = builder.add_revoked_certificate(
            (listed.add_extension(entry, True) if entry else listed).build()
        )
    return builder.sign(key(by or issuer), hashes.SHA256()).public_bytes(Encoding.DER)


def scope(**given: Any) -> tuple[x509.IssuingDistributionPoint, bool]:
    """An issuing distribution point, critical."""
    plain: dict[str, Any] = {
        "full_name": None, "relative_name": None, "only_contains_user_certs": False,
        "only_contains_ca_certs": False, "only_some_reasons": None, "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }  # fmt: skip
    return x509.IssuingDistributionPoint(**{**plain, **given}), True


def point(url: str) -> x509.CRLDistributionPoints:
    """Where a certificate says that its list lies."""
    where = [x509.UniformResourceIdentifier(url)]
    return x509.CRLDistributionPoints([x509.DistributionPoint(where, None, None, None)])


def answer(
    about: x509.Certificate,
    issuer: x509.Certificate,
    responder: x509.Certificate,
    *,
    by: str = "",
    status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD,
    since: datetime = NOW - DAY,
    until: datetime = NOW + 7 * DAY,
    bring: bool = True,
) -> bytes:
    """An OCSP answer by ``responder``, without a nonce."""
    gone = status is ocsp.OCSPCertStatus.REVOKED
    builder = ocsp.OCSPResponseBuilder().add_response(
        about, issuer, hashes.SHA1(), status, since, until,
        NOW - 2 * DAY if gone else None, x509.ReasonFlags.key_compromise if gone else None,
    )  # fmt: skip
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.NAME, responder)
    if bring:
        builder = builder.certificates([responder])
    signed = builder.sign(key(by or _common(responder)), hashes.SHA256())
    return signed.public_bytes(Encoding.DER)


def responder(issuer: str = "middle", **more: Any) -> x509.Certificate:
    """A responder to whom the authority delegated its answers."""
    extra: list[tuple[x509.ExtensionType, bool]] = [
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), False),
        (x509.OCSPNoCheck(), False),
    ]
    return certificate("responder", issuer, **{"extra": extra, **more})


def _common(certificate: x509.Certificate) -> str:
    value = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    return value if isinstance(value, str) else value.decode()


@dataclass
class Line:
    """Root → middle → signer, and what is known of their revocation."""

    root: x509.Certificate = field(default_factory=lambda: certificate("root", "root", ca=True))
    middle: x509.Certificate = field(default_factory=lambda: certificate("middle", "root", ca=True))
    signer: x509.Certificate = field(default_factory=lambda: certificate("signer", "middle"))
    lists: list[bytes] | None = None
    answers: list[bytes] = field(default_factory=list)
    more: list[x509.Certificate] = field(default_factory=list)

    @property
    def trust(self) -> TrustStore:
        """The root and the evidence."""
        lists = self.lists
        if lists is None:
            lists = [revocation_list("root"), revocation_list("middle")]
        evidence = [
            *(Evidence.from_crl(one) for one in lists),
            *(Evidence.from_ocsp(one) for one in self.answers),
        ]
        return TrustStore((self.root.public_bytes(Encoding.DER),), (), tuple(evidence))

    @property
    def others(self) -> tuple[bytes, ...]:
        """What came along with the signature."""
        return tuple(c.public_bytes(Encoding.DER) for c in (self.middle, *self.more))
