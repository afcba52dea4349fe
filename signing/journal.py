"""Signed, hash-linked statements of who did what, and the tree that holds them all.

A statement is a JSON object in one canonical form (RFC 8785 without floating point), signed by a
person's key as detached CMS. Statements about one matter form a chain: each names the hash of the
one before it, and that hash covers both the words and the signature. All chains together are the
leaves of a Merkle tree (RFC 6962), whose head one signature can vouch for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms, core, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from signing import der
from signing.certificates import Holder, Purpose, holder_of
from signing.cms import attribute, digest_for, signed_data
from signing.errors import StatementForged, StatementOutOfPlace
from signing.keys.protocol import SigningKey
from signing.paths import check_path
from signing.trust import TrustStore

GENESIS = "0" * 64  # what the first statement of a chain names as its predecessor

_SIGNING_TIME = "1.2.840.113549.1.9.5"
_LARGEST_EXACT = 2**53 - 1  # RFC 8785 numbers are IEEE doubles


@dataclass(frozen=True, slots=True)
class Checked:
    """A statement whose signature holds: who signed, with what, and when by their own clock."""

    certificate: bytes
    holder: Holder
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of a chain: the statement's bytes, its signature, and the hash before it (hex)."""

    previous: str
    body: bytes
    cms: bytes

    @property
    def hash(self) -> str:
        return link(self.previous, self.body, self.cms)


def canonical(value: Mapping[str, Any]) -> bytes:
    """The one way to write ``value``: members sorted, no blanks, UTF-8, integers only.

    Members are sorted by UTF-16 code units as RFC 8785 demands. Raises ``ValueError`` for what has
    no canonical form: floats, integers beyond 2^53, lone surrogates, keys that are no text.
    """
    return _written(value).encode("utf-8")


def read_canonical(body: bytes) -> dict[str, Any]:
    """The object in ``body``; ``StatementForged`` when it is not written in canonical form."""
    try:
        value = json.loads(body.decode("utf-8"))
        if isinstance(value, dict) and canonical(value) == body:
            return value
    except (ValueError, RecursionError):
        pass
    raise StatementForged(reason="The statement is not in canonical form.")


def sign_statement(body: bytes, key: SigningKey, at: datetime | None = None) -> bytes:
    """A detached CMS (DER) over ``body`` by ``key``, with its signing time."""
    digest = digest_for(key)
    moment = (at or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
    written = core.UTCTime(moment) if moment.year < 2050 else core.GeneralizedTime(moment)
    return signed_data(
        key,
        message_digest=hashlib.new(digest, body).digest(),
        digest=digest,
        attributes=(attribute(_SIGNING_TIME, written.dump()),),
    )


def check_statement(
    body: bytes, signature: bytes, trust: TrustStore, at: datetime | None = None
) -> Checked:
    """Who signed ``body``.

    The certificate must have been good at ``at`` (by default at the signing time that the signer
    claims: give the time of receipt where there is one). Raises ``StatementForged`` for a wrong
    signature and ``CertificateNotUsable`` for a signer who may not.
    """
    checked, chain = _signer(body, signature)
    moment = at or checked.signed_at
    check_path(checked.certificate, chain, trust, moment, Purpose.SIGN, Purpose.SEAL)
    return checked


def signer_of(body: bytes, signature: bytes) -> Checked:
    """Who signed ``body``, by the mathematics alone: whether to trust them is not asked."""
    return _signer(body, signature)[0]


def certificates_in(signature: bytes) -> tuple[bytes, ...]:
    """The certificates (DER) that a signature brings along; none where it cannot be read."""
    try:
        found = cms.ContentInfo.load(signature, strict=True)["content"]["certificates"]
        return tuple(choice.chosen.dump() for choice in found if choice.name == "certificate")
    except (ValueError, TypeError, KeyError):
        return ()


def link(previous: str, body: bytes, signature: bytes) -> str:
    """The hash (hex) that the next statement of the chain has to name."""
    digest = hashlib.sha256(b"yizhan-link/1\0")
    digest.update(bytes.fromhex(previous))
    for part in (body, signature):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def verify_chain(entries: Iterable[Entry], trust: TrustStore) -> tuple[Checked, ...]:
    """Checks a whole chain, oldest first; the signers in order.

    Raises ``StatementOutOfPlace`` when a link does not fit, else as ``check_statement``.
    """
    checked = []
    expected = GENESIS
    for number, entry in enumerate(entries, start=1):
        named = read_canonical(entry.body).get("previous")
        if entry.previous != expected or named != expected:
            raise StatementOutOfPlace(reason=f"entry {number}")
        checked.append(check_statement(entry.body, entry.cms, trust))
        expected = entry.hash
    return tuple(checked)


def _written(value: object) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, str):
        value.encode("utf-8")  # a lone surrogate has no canonical form
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        if abs(value) > _LARGEST_EXACT:
            raise ValueError(f"{value} is too large for a canonical number")
        return str(value)
    if isinstance(value, Mapping):
        if not all(isinstance(name, str) for name in value):
            raise ValueError("a member's name is no text")
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{_written(name)}:{_written(value[name])}" for name in names) + "}"
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return "[" + ",".join(_written(part) for part in value) + "]"
    raise ValueError(f"{type(value).__name__} has no canonical form")


def _signer(body: bytes, signature: bytes) -> tuple[Checked, tuple[bytes, ...]]:
    try:
        info = cms.ContentInfo.load(signature, strict=True)
        if info["content_type"].native != "signed_data":
            raise StatementForged(reason="It carries no signature.")
        data = info["content"]
        if len(data["signer_infos"]) != 1 or data["encap_content_info"]["content"].native:
            raise StatementForged(reason="The signature has an unexpected form.")
        signer = data["signer_infos"][0]
        certificates = tuple(
            choice.chosen.dump() for choice in data["certificates"] if choice.name == "certificate"
        )
        own = _certificate_of(signer, certificates)
        _check_signature(signer, own, body)
        signed_at = _attribute(signer, "signing_time").astimezone(UTC)
    except StatementForged:
        raise
    except InvalidSignature as error:
        raise StatementForged(reason="The signature does not verify.") from error
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise StatementForged(reason="The signature cannot be read.") from error
    return Checked(own, holder_of(own), signed_at), certificates


def _certificate_of(signer: cms.SignerInfo, certificates: tuple[bytes, ...]) -> bytes:
    named = signer["sid"].chosen
    for candidate in certificates:
        parsed = x509.Certificate.load(candidate)
        if (
            parsed.serial_number == named["serial_number"].native
            and parsed.issuer == named["issuer"]
        ):
            break
    else:
        raise StatementForged(reason="The signer's certificate is missing.")
    bound = _attribute_value(signer, "signing_certificate_v2")["certs"][0]
    algorithm = bound["hash_algorithm"]["algorithm"].native
    if hashlib.new(algorithm, candidate).digest() != bound["cert_hash"].native:
        raise StatementForged(reason="The signature belongs to another certificate.")
    return candidate


def _check_signature(signer: cms.SignerInfo, certificate: bytes, body: bytes) -> None:
    name = signer["digest_algorithm"]["algorithm"].native
    if name not in ("sha256", "sha384", "sha512"):
        raise StatementForged(reason="The signature uses a digest that is not allowed.")
    if _attribute(signer, "content_type") != "data":
        raise StatementForged(reason="The signature is over something else.")
    if _attribute(signer, "message_digest") != hashlib.new(name, body).digest():
        raise StatementForged(reason="The statement was changed after it was signed.")
    signed = der.tagged(0x31, signer["signed_attrs"].contents)
    if cms.CMSAttributes.load(signed).dump(force=True) != signed:
        raise StatementForged(reason="The signature is not in DER form.")
    digest = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}[name]
    public = serialization.load_der_public_key(x509.Certificate.load(certificate).public_key.dump())
    value = signer["signature"].native
    match public:
        case rsa.RSAPublicKey():
            public.verify(value, signed, padding.PKCS1v15(), digest)
        case ec.EllipticCurvePublicKey():
            public.verify(value, signed, ec.ECDSA(digest))
        case ed25519.Ed25519PublicKey():
            public.verify(value, signed)
        case _:
            raise StatementForged(reason="The signer's key is of an unknown kind.")


def _attribute(signer: cms.SignerInfo, name: str) -> Any:
    return _attribute_value(signer, name).native


def _attribute_value(signer: cms.SignerInfo, name: str) -> Any:
    found = [a["values"] for a in signer["signed_attrs"] if a["type"].native == name]
    if len(found) != 1 or len(found[0]) != 1:
        raise StatementForged(reason=f"The signature lacks its {name.replace('_', ' ')}.")
    return found[0][0]
