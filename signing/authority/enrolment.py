"""Enrolment on a token: the key is made there, its certificate comes back to it.

A request (PKCS#10, RFC 2986) is signed on the token by the new key. What the authority issues is
written beside the key only when it is about that very key. Renewal makes a new key and destroys
the old one last, so that whatever is cut off on the way leaves a key that signs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable
from contextlib import suppress
from dataclasses import dataclass

from asn1crypto import csr, keys, x509

from signing.authority.profiles import name_of
from signing.authority.protocol import Issued, Subject
from signing.certificates import CertificateUnreadable, Purpose, holder_of
from signing.cms import signature_algorithm
from signing.errors import SigningError
from signing.keys.pkcs11 import Pkcs11Keys
from signing.keys.pkcs12 import KeyKind
from signing.keys.protocol import SigningKey
from signing.keys.tokens import Token, TokenKey


class CertificateOfAnotherKey(CertificateUnreadable):
    what = "The certificate was not stored on {where}."
    cause = "It was issued for another key than the one on the token."
    remedy = "Ask for it again: station key enrol."
    zh = (
        "证书没有存进 {where}。",
        "它不是发给 UKey 里这把密钥的。",
        "请重新申领：station key enrol。",
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A key on a token that waits for its certificate, and the request for it."""

    key: TokenKey
    request: bytes

    @property
    def code(self) -> str:
        """What the holder reads out to the administrator, so that both mean the same key."""
        return key_code(self.key.public_key)


def key_code(public_key: bytes) -> str:
    """Twenty hexadecimal digits of a public key's digest, in five groups.

    Eight could be met by making keys for an afternoon until one has the code of somebody else's;
    eighty bits cannot.
    """
    digits = hashlib.sha256(public_key).hexdigest().upper()
    return "-".join(digits[at : at + 4] for at in range(0, 20, 4))


def certificate_request(signer: SigningKey, public_key: bytes, subject: Subject) -> bytes:
    """A PKCS#10 request (DER) for ``public_key``, signed by its private half.

    The subject in it is only what the holder asks for; the authority decides.
    """
    public = keys.PublicKeyInfo.load(public_key)
    strong = public.algorithm == "ec" and public.curve[1] == "secp384r1"
    digest = "sha384" if strong else "sha256"
    body = csr.CertificationRequestInfo(
        {
            "version": "v1",
            "subject": name_of(subject),
            "subject_pk_info": public,
            "attributes": [],
        }
    )
    return bytes(
        csr.CertificationRequest(
            {
                "certification_request_info": body,
                "signature_algorithm": signature_algorithm(signer, digest),
                "signature": signer.sign(body.dump(), digest),
            }
        ).dump()
    )


def ask(
    tokens: Pkcs11Keys,
    token: Token,
    pin: str,
    subject: Subject,
    kind: KeyKind,
    key: TokenKey | None,
    spared: Container[bytes] = (),
) -> Asked:
    """Makes a key on ``token``, or takes ``key`` that waits there, and its signed request.

    ``spared`` are ids of keys there that other requests wait for.
    """
    key = key or tokens.make_key(token, pin, kind, subject.name, spared=spared)
    opened = tokens.open_bare(token, key, pin)
    try:
        return Asked(key, certificate_request(opened, key.public_key, subject))
    finally:
        opened.close()


def store(
    tokens: Pkcs11Keys, token: Token, pin: str, key: TokenKey, issued: Issued
) -> tuple[bytes, ...]:
    """Writes the certificate beside its key; returns the chain for who keeps it on this machine.

    The chain goes onto the token too, where there is room for it.
    """
    public = x509.Certificate.load(issued.certificate).public_key.dump()
    if public != key.public_key:
        raise CertificateOfAnotherKey(where=token.name)
    tokens.put_certificate(token, pin, key.id, issued.certificate)
    for above in issued.chain:
        if above not in token.issuers:
            with suppress(SigningError):  # a token that is full keeps what is its own
                tokens.put_certificate(token, pin, b"", above)
    return issued.chain


def old_keys(token: Token, new: TokenKey) -> Iterable[TokenKey]:
    """The keys on ``token`` that ``new`` replaces: the same holder's, for signing.

    A key that things were sealed to is never among them: without it they stay sealed for ever.
    """
    fresh = next((key for key in token.keys if key.id == new.id), new)
    if not fresh.certificate:
        return
    holder = holder_of(fresh.certificate)
    for key in token.keys:
        if key.id == new.id or not key.certificate:
            continue
        other = holder_of(key.certificate)
        if other.purpose is not Purpose.ENCRYPT and (
            (other.person_id, other.unit_code, other.name, other.purpose)
            == (holder.person_id, holder.unit_code, holder.name, holder.purpose)
        ):
            yield key
