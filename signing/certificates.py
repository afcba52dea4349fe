"""Certificates: who, which unit, which role, which use, from when to when.

Reads any X.509 certificate that can be parsed at all, ours and foreign ones, RSA, ECDSA, Ed25519
and SM2 alike: a missing attribute is an empty string, an odd encoding is decoded as well as it
can be. Here lives no key, no trust decision and no issuing (``authority/``).

How a subject of this system is laid out (RFC 5280, attribute names of X.520):

====================================  =======================================================
C                                     CN
O                                     the county government organisation
organizationIdentifier (2.5.4.97)     the unit's code: 6 digits county, 9 township, 12 village
OU                                    the unit's name
title (2.5.4.12)                      the person's role word; absent in a unit's certificate
serialNumber (2.5.4.5)                the person's id; absent in a unit's certificate
CN                                    the person's name, or the unit's name
====================================  =======================================================
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from asn1crypto import parser, pem, x509

from signing import der, parsed
from signing.errors import CertificateNotUsable, VerificationError

COMMON_NAME = "2.5.4.3"
SURNAME = "2.5.4.4"
SERIAL_NUMBER = "2.5.4.5"
COUNTRY = "2.5.4.6"
ORGANISATION = "2.5.4.10"
ORGANISATIONAL_UNIT = "2.5.4.11"
TITLE = "2.5.4.12"
GIVEN_NAME = "2.5.4.42"
ORGANISATION_IDENTIFIER = "2.5.4.97"

TRAINING_MARK = "培训"

_NEVER_FROM = datetime.max.replace(tzinfo=UTC)
_NEVER_UNTIL = datetime.min.replace(tzinfo=UTC)


class CertificateUnreadable(VerificationError):
    what = "A certificate could not be read."
    cause = "{reason}"
    remedy = "Ask for the certificate again, in PEM or DER form."
    zh = ("有一张证书读不出来。", "{reason}", "请重新取一份 PEM 或 DER 格式的证书。")


class CertificateExpired(CertificateNotUsable):
    cause = "It expired on {date}."
    zh = (CertificateNotUsable.zh[0], "证书已在 {date} 到期。", CertificateNotUsable.zh[2])


class CertificateNotYetValid(CertificateNotUsable):
    cause = "It is valid only from {date}."
    remedy = "Check this computer's clock; if it is right, wait until that day."
    zh = (
        CertificateNotUsable.zh[0],
        "证书要到 {date} 才生效。",
        "请先看看这台电脑的时间对不对；时间没错就等到那天再签。",
    )


class CertificateForOtherUse(CertificateNotUsable):
    cause = "It was not issued for this use."
    remedy = "Choose the certificate that is meant for signing."
    zh = (CertificateNotUsable.zh[0], "这张证书不是作这个用途的。", "请选用作签名的那张证书。")


class CertificateRevoked(CertificateNotUsable):
    cause = "It was revoked on {date}."
    zh = (CertificateNotUsable.zh[0], "证书已在 {date} 被吊销。", CertificateNotUsable.zh[2])


class Purpose(StrEnum):
    """What a certificate was issued for, read from its key usage."""

    SIGN = "sign"  # a person signs
    SEAL = "seal"  # a unit seals
    ENCRYPT = "encrypt"  # things are sealed *to* a unit
    AUTHORITY = "authority"  # issues certificates
    OCSP = "ocsp"
    TIME_STAMP = "time_stamp"
    OTHER = "other"  # TLS and the like, or unreadable


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose certificate it is. Texts are "" where the certificate does not say.

    ``serial`` is upper-case hexadecimal as openssl prints it; ``issuer`` is the issuer's common
    name (its organisation where it has none); times are UTC.
    """

    name: str
    unit: str
    unit_code: str
    role: str
    person_id: str
    organisation: str
    purpose: Purpose
    not_before: datetime
    not_after: datetime
    serial: str
    issuer: str
    training: bool

    @property
    def label(self) -> str:
        """The holder in one line, for a list of keys or a message."""
        rest = "，".join(part for part in (self.unit, self.role) if part and part != self.name)
        name = self.name or self.organisation or self.serial
        return f"{name}（{rest}）" if rest else name

    def is_also(self, other: Holder) -> bool:
        """Whether both are certificates of the same person or office, as after a renewal."""

        def who(holder: Holder) -> tuple[str, ...]:
            names = (holder.name, holder.unit, holder.unit_code, holder.organisation)
            return (*names, holder.person_id, holder.role, holder.purpose)

        return who(self) == who(other)

    def check_usable(self, at: datetime, *purposes: Purpose) -> None:
        """Raises a ``CertificateNotUsable`` unless valid at ``at`` for one of ``purposes``."""
        if purposes and self.purpose not in purposes:
            raise CertificateForOtherUse(holder=self.label)
        if at < self.not_before:
            raise CertificateNotYetValid(holder=self.label, date=_day(self.not_before))
        if at > self.not_after:
            raise CertificateExpired(holder=self.label, date=_day(self.not_after))


@lru_cache(maxsize=4096)
def holder_of(der: bytes) -> Holder:
    """Reads the subject of a DER certificate; ``CertificateUnreadable`` when it is none."""
    try:
        certificate = x509.Certificate.load(der, strict=True)
        body = certificate["tbs_certificate"]
        subject = _attributes(body["subject"])
        issuer = _attributes(body["issuer"])
        serial = body["serial_number"].native
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise CertificateUnreadable(reason=_first_line(error)) from error
    return Holder(
        name=subject.get(COMMON_NAME, "") or _person_name(subject),
        unit=subject.get(ORGANISATIONAL_UNIT, ""),
        unit_code=subject.get(ORGANISATION_IDENTIFIER, ""),
        role=subject.get(TITLE, ""),
        person_id=subject.get(SERIAL_NUMBER, ""),
        organisation=subject.get(ORGANISATION, ""),
        purpose=_purpose(certificate, subject),
        not_before=_date(body, "not_before", _NEVER_FROM),
        not_after=_date(body, "not_after", _NEVER_UNTIL),
        serial=f"{serial:X}",
        issuer=issuer.get(COMMON_NAME, "") or issuer.get(ORGANISATION, ""),
        training=any(TRAINING_MARK in text for text in subject.values()),
    )


def fingerprint(der: bytes) -> str:
    """SHA-256 over the certificate, lower-case hexadecimal."""
    return hashlib.sha256(der).hexdigest()


def key_strength(public_key: bytes) -> None:
    """``CertificateUnreadable`` for a key (SubjectPublicKeyInfo) too weak to be certified."""
    from asn1crypto import keys

    try:
        key = keys.PublicKeyInfo.load(public_key)
        known = {"rsa": key.algorithm == "rsa" and key.bit_size >= 2048}
        known["ec"] = key.algorithm == "ec" and key.curve[1] in ("secp256r1", "secp384r1")
        known["ed25519"] = True
    except (ValueError, TypeError, KeyError) as error:
        raise CertificateUnreadable(reason=_first_line(error)) from error
    if not known.get(key.algorithm, False):
        raise CertificateUnreadable(reason="RSA ≥ 2048, P-256, P-384, Ed25519")


def load_certificates(data: bytes) -> tuple[bytes, ...]:
    """The DER certificates in a PEM bundle or in one DER file; ``CertificateUnreadable`` if none.

    PEM blocks of other kinds (a CRL, a key) are passed over.
    """
    if pem.detect(data):
        try:
            found = tuple(
                der
                for kind, _, der in pem.unarmor(data, multiple=True)
                if kind in ("CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE")
            )
        except ValueError as error:
            raise CertificateUnreadable(reason=_first_line(error)) from error
    else:
        found = (data,)
    if not found:
        raise CertificateUnreadable(reason="the file holds no certificate")
    for one in found:
        holder_of(one)
    return found


def to_pem(*ders: bytes) -> bytes:
    """The certificates as one PEM bundle, in the order given."""
    return b"".join(
        b"-----BEGIN CERTIFICATE-----\n"
        + re.sub(rb"(.{1,64})", rb"\1\n", base64.b64encode(der))
        + b"-----END CERTIFICATE-----\n"
        for der in ders
    )


def issued_by(der: bytes, issuer: bytes) -> bool:
    """Whether ``issuer`` bears the name that ``der`` gives as its issuer (no signature check)."""
    child, parent = parsed.certificate(der), parsed.certificate(issuer)
    return same_name(child.issuer, parent.subject)


def same_name(one: x509.Name, other: x509.Name) -> bool:
    """Whether two distinguished names are the same (RFC 5280, 7.1); the library's own comparison
    prepares both anew each time, which took a third of a verification."""
    # Their contents: in an OCSP answer a name wears a tag of its own.
    a, b = one.chosen.contents, other.chosen.contents
    return a == b or _prepared(a) == _prepared(b)


@lru_cache(maxsize=1024)
def _prepared(contents: bytes) -> str:
    return str(x509.Name.load(der.sequence(contents)).hashable)


def chain_of(der: bytes, others: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """The certificates of ``others`` that lead up from ``der``, nearest first, by name."""
    chain: list[bytes] = []
    current = der
    while not issued_by(current, current):
        above = next((c for c in others if issued_by(current, c) and c not in chain), None)
        if above is None:
            break
        chain.append(above)
        current = above
    return tuple(chain)


def _attributes(name: x509.Name) -> dict[str, str]:
    """The first value of each attribute of a distinguished name, by dotted OID."""
    found: dict[str, str] = {}
    for relative in name.chosen:
        for pair in relative:
            found.setdefault(pair["type"].dotted, _text(pair["value"].dump()))
    return found


def _text(der: bytes) -> str:
    """A directory string in any encoding seen in the wild.

    Old Chinese CAs wrote GBK bytes under the tags of PrintableString and TeletexString.
    """
    _, _, tag, _, content, _ = parser.parse(der)
    by_tag = {28: "utf-32-be", 30: "utf-16-be"}.get(tag)
    for encoding in (by_tag,) if by_tag else ("utf-8", "gb18030"):
        try:
            return str(content.decode(encoding)).strip("\0 ")
        except UnicodeDecodeError:
            continue
    return str(content.decode("latin-1"))


def _person_name(subject: dict[str, str]) -> str:
    parts = (subject.get(SURNAME, ""), subject.get(GIVEN_NAME, ""))
    return " ".join(part for part in parts if part)


def _purpose(certificate: x509.Certificate, subject: dict[str, str]) -> Purpose:
    try:
        constraints = certificate.basic_constraints_value
        authority = constraints is not None and constraints["ca"].native
        usage = certificate.key_usage_value
        uses = {"digital_signature"} if usage is None else usage.native
        extended = certificate.extended_key_usage_value
        extended_uses = set() if extended is None else set(extended.native)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return Purpose.OTHER
    if authority:
        return Purpose.AUTHORITY
    if "time_stamping" in extended_uses:
        return Purpose.TIME_STAMP
    if "ocsp_signing" in extended_uses:
        return Purpose.OCSP
    if extended_uses and extended_uses <= {"server_auth", "client_auth"}:
        return Purpose.OTHER
    if not uses & {"digital_signature", "non_repudiation"}:
        encrypts = uses & {"key_encipherment", "data_encipherment", "key_agreement"}
        return Purpose.ENCRYPT if encrypts else Purpose.OTHER
    personal = {TITLE, SERIAL_NUMBER, SURNAME, GIVEN_NAME} & set(subject)
    of_a_unit = subject.get(COMMON_NAME) in (
        subject.get(ORGANISATIONAL_UNIT),
        subject.get(ORGANISATION),
    )
    return Purpose.SEAL if of_a_unit and not personal else Purpose.SIGN


def _date(body: Any, which: str, unreadable: datetime) -> datetime:
    """A bound of the validity in UTC; one that cannot be read makes the certificate never valid."""
    try:
        value: datetime = body["validity"][which].native
        return value.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, AttributeError):
        return unreadable


def _day(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d")


def _first_line(error: Exception) -> str:
    return next(iter(_lines(str(error))), type(error).__name__)


def _lines(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines() if line.strip())
