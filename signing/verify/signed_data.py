"""CMS SignedData as other people wrote it (RFC 5652): does the signature hold, and over what.

Here the mathematics is checked and what the signature says of itself is read. Whether the signer
is trusted is for ``standing``, what part of a file was signed for ``coverage``.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from asn1crypto import cms, core, crl, ocsp, parser, tsp

from signing import der, parsed
from signing.certificates import same_name
from signing.verify.algorithms import (
    DIGESTS,
    WITH_PARAMETERS,
    Algorithm,
    digest_named,
    hashed,
    signature_algorithm,
    verifies,
    weaknesses,
)
from signing.verify.words import Remark, Unreadable

DATA = "1.2.840.113549.1.7.1"
TST_INFO = "1.2.840.113549.1.9.16.1.4"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SIGNING_TIME = "1.2.840.113549.1.9.5"
_SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
_SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
_ALGORITHM_PROTECTION = "1.2.840.113549.1.9.52"
_TIME_STAMP = "1.2.840.113549.1.9.16.2.14"
_OCSP_BESIDE = "1.3.6.1.5.5.7.16.2"
_ADOBE_REVOCATION = "1.2.840.113583.1.1.8"

_BAD_ASN1: tuple[type[Exception], ...] = (
    ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError,
    ValueError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SignedData:
    """One signer's signature, read and checked.

    ``problems`` is empty when it holds. ``content`` is what lies inside it, None when detached;
    ``stamps`` are the time-stamp tokens (DER) on it; ``bound`` tells that the signer's certificate
    is named in what is signed; ``crls`` and ``ocsps`` are evidence (DER) that it brings along.
    """

    certificate: bytes
    certificates: tuple[bytes, ...]
    algorithm: Algorithm
    label: str  # the algorithm with the key's size, for a report
    digest: str
    signature: bytes
    signed_at: datetime | None
    bound: bool
    stamps: tuple[bytes, ...]
    crls: tuple[bytes, ...]
    ocsps: tuple[bytes, ...]
    content: bytes | None
    problems: tuple[Remark, ...]
    weak: tuple[Remark, ...]
    stamped: bytes = b""
    """What its time stamps are over where that is not ``signature`` itself."""


def read_signatures(
    encoded: bytes, digest_of: Callable[[str], bytes] | None, content_type: str = DATA
) -> tuple[SignedData, ...]:
    """Every signer's signature in a ContentInfo (BER or DER; what follows it is passed over).

    ``digest_of`` gives the digest, by name, of the detached content; None when the content lies
    inside. Raises ``Unreadable`` when it is no SignedData or nothing can be checked in it.
    """
    try:
        info = cms.ContentInfo.load(encoded)
        if info["content_type"].native != "signed_data":
            raise Unreadable("no_cms")
        data = info["content"]
        inside = data["encap_content_info"]
        if inside["content_type"].dotted != content_type:
            raise Unreadable("other_content")
        content = inside["content"]
        plain = None if isinstance(content, core.Void) else bytes(content)
        if digest_of is None and plain is None:
            raise Unreadable("no_cms")
        if digest_of is not None and plain is not None and not _is_the_same(data, plain, digest_of):
            raise Unreadable("content_inside")
        certificates = tuple(
            choice.chosen.dump()
            for choice in data["certificates"] or ()
            if choice.name == "certificate"
        )
        crls, ocsps = _crls(data), _answers(data)
        signers = tuple(data["signer_infos"])
        if not signers:
            raise Unreadable("no_cms")
        odd = _is_odd(data) or not der.is_neat(encoded)
        found = tuple(
            _read_signer(signer, certificates, crls, ocsps, plain, digest_of, content_type)
            for signer in signers
        )
        return (
            tuple(replace(one, weak=(*one.weak, Remark("cms_odd"))) for one in found)
            if odd
            else found
        )
    except _BAD_ASN1 as error:
        if isinstance(error, RecursionError):
            parsed.forget()
        raise Unreadable("no_cms") from error


def _is_odd(data: cms.SignedData) -> bool:
    """Whether parts of it that no signature covers are other than RFC 5652 has them.

    They change nothing; but nobody writes them so, and somebody may have touched them.
    """
    signers = tuple(data["signer_infos"])
    algorithms = [
        *data["digest_algorithms"],
        *(signer[key] for signer in signers for key in ("digest_algorithm", "signature_algorithm")),
    ]
    listed = {algorithm["algorithm"].dotted for algorithm in data["digest_algorithms"]}
    return (
        _version(data) not in (1, 3, 4, 5)
        or any(_version(signer) not in (1, 3) for signer in signers)
        or any(s["digest_algorithm"]["algorithm"].dotted not in listed for s in signers)
        or not all(_has_plain_parameters(algorithm) for algorithm in algorithms)
    )


def _version(part: core.Sequence) -> int:
    return int.from_bytes(part["version"].contents, "big", signed=True)


def _has_plain_parameters(algorithm: core.Sequence) -> bool:
    """Whether an algorithm has none, NULL or those that it must have."""
    given = algorithm["parameters"]
    if isinstance(given, core.Void):
        return True
    return algorithm["algorithm"].dotted in WITH_PARAMETERS or given.dump() == der.NULL


def _is_the_same(data: cms.SignedData, plain: bytes, digest_of: Callable[[str], bytes]) -> bool:
    """Whether what lies inside is, byte for byte, what is signed outside: then it says nothing."""
    names = {digest_named(signer["digest_algorithm"]) for signer in data["signer_infos"]}
    return all(hmac.compare_digest(hashed(n, plain), digest_of(n)) for n in names | {"sha256"})


@lru_cache(maxsize=256)
def read_stamp(token: bytes) -> tuple[SignedData, tsp.TSTInfo]:
    """A time-stamp token (RFC 3161), its signature checked, and what it states.

    Raises ``Unreadable``. Whether it speaks of the right thing, ask ``stamps_over``.
    """
    signed = read_signatures(token, None, TST_INFO)[0]
    try:
        statement = tsp.TSTInfo.load(signed.content or b"", strict=True)
        moment = statement["gen_time"].native
        if not isinstance(moment, datetime):
            raise Unreadable("no_cms")
        return signed, statement
    except _BAD_ASN1 as error:
        raise Unreadable("no_cms") from error


def stamps_over(statement: tsp.TSTInfo, digest_of: Callable[[str], bytes]) -> bool:
    """Whether a time stamp is over the thing that ``digest_of`` gives digests of."""
    try:
        imprint = statement["message_imprint"]
        name = digest_named(imprint["hash_algorithm"])
        return hmac.compare_digest(imprint["hashed_message"].native, digest_of(name))
    except _BAD_ASN1 as error:
        raise Unreadable("no_cms") from error


def _read_signer(
    signer: cms.SignerInfo,
    certificates: tuple[bytes, ...],
    crls: tuple[bytes, ...],
    ocsps: tuple[bytes, ...],
    plain: bytes | None,
    digest_of: Callable[[str], bytes] | None,
    content_type: str,
) -> SignedData:
    digest = digest_named(signer["digest_algorithm"])
    algorithm = signature_algorithm(signer["signature_algorithm"], digest)
    attributes = _Attributes(signer["signed_attrs"])
    later = _Attributes(signer["unsigned_attrs"])
    certificate, bound = _certificate(signer, certificates, attributes)
    public_key = parsed.certificate(certificate).public_key.dump()
    signature = bytes(signer["signature"].native)
    content_digest = digest_of(digest) if digest_of else hashed(digest, plain or b"")
    problems: list[Remark] = []
    if attributes.present:
        problems += _attribute_problems(signer, attributes, content_digest, content_type)
        in_der = _in_der(attributes.encoded)
        holds = verifies(public_key, algorithm, signature, hashed(algorithm.digest, in_der), in_der)
        if (
            not holds
            and in_der != attributes.encoded
            and verifies(
                public_key,
                algorithm,
                signature,
                hashed(algorithm.digest, attributes.encoded),
                attributes.encoded,
            )
        ):
            # Some verifiers would let it pass, but RFC 5652, section 5.4, asks for DER.
            problems.append(Remark("attributes_not_der"))
            holds = True
    else:
        # Without attributes the signature is over the content itself (RFC 5652, section 5.4).
        over = digest_of(algorithm.digest) if digest_of else hashed(algorithm.digest, plain or b"")
        holds = verifies(public_key, algorithm, signature, over, plain)
    if not holds:
        problems.append(Remark("signature_wrong"))
    lists, answers = _brought_along(attributes)
    return SignedData(
        certificate=certificate,
        certificates=certificates,
        algorithm=algorithm,
        label=algorithm.label_for(public_key),
        digest=digest,
        signature=signature,
        signed_at=attributes.time(_SIGNING_TIME),
        bound=bound,
        stamps=tuple(token.dump() for token in later.values(_TIME_STAMP)),
        crls=(*crls, *lists),
        ocsps=(*ocsps, *answers),
        content=plain,
        problems=tuple(problems),
        weak=weaknesses(algorithm, digest, public_key),
    )


def _attribute_problems(
    signer: cms.SignerInfo, attributes: _Attributes, content_digest: bytes, content_type: str
) -> Iterator[Remark]:
    stated = attributes.values(_MESSAGE_DIGEST)
    if len(stated) != 1 or not hmac.compare_digest(stated[0].native, content_digest):
        yield Remark("digest_wrong")
    kinds = attributes.values(_CONTENT_TYPE)
    if len(kinds) != 1 or kinds[0].dotted != content_type:
        yield Remark("other_content")
    for protected in attributes.values(_ALGORITHM_PROTECTION):
        named = protected["digest_algorithm"]["algorithm"].dotted
        if named != signer["digest_algorithm"]["algorithm"].dotted:
            yield Remark("algorithm_changed")


class _Attributes:
    """Signed or unsigned attributes by OID."""

    def __init__(self, attributes: Any) -> None:
        self.present = not isinstance(attributes, core.Void) and len(attributes) > 0
        # Before they are looked into: asn1crypto may write them in another order afterwards.
        self.encoded = der.tagged(0x31, attributes.contents) if self.present else b""
        self._attributes = attributes if self.present else ()

    def values(self, oid: str) -> list[Any]:
        """All values of an attribute, whose type must not be there twice (RFC 5652, 11)."""
        found = [a["values"] for a in self._attributes if a["type"].dotted == oid]
        if len(found) > 1 and oid != _TIME_STAMP:
            raise Unreadable("no_cms")
        return [value for values in found for value in values]

    def time(self, oid: str) -> datetime | None:
        for value in self.values(oid):
            moment = value.native
            if isinstance(moment, datetime):
                return moment.astimezone(UTC)
        return None


def _in_der(encoded: bytes) -> bytes:
    """Signed attributes as they must be for signing: a SET OF in the order of DER.

    What is inside an attribute stays as it is: nobody re-encodes it for signing.
    """
    _, _, _, _, contents, _ = parser.parse(encoded)
    elements: list[bytes] = []
    at = 0
    while at < len(contents):
        _, _, _, head, inner, trailer = parser.parse(contents[at:])
        length = len(head) + len(inner) + len(trailer)
        elements.append(contents[at : at + length])
        at += length
    return der.tagged(0x31, *sorted(elements))


def _certificate(
    signer: cms.SignerInfo, certificates: Sequence[bytes], attributes: _Attributes
) -> tuple[bytes, bool]:
    """The signer's certificate, and whether the signed attributes name it."""
    matching = [candidate for candidate in certificates if _is_meant(signer["sid"], candidate)]
    if not matching:
        raise Unreadable("no_certificate")
    named = [
        (value["certs"][0], "sha1" if oid == _SIGNING_CERTIFICATE else "")
        for oid in (_SIGNING_CERTIFICATE_V2, _SIGNING_CERTIFICATE)
        for value in attributes.values(oid)
    ]
    if not named:
        return matching[0], False
    for candidate in matching:
        if all(_names(identifier, digest, candidate) for identifier, digest in named):
            return candidate, True
    raise Unreadable("other_certificate")


def _is_meant(identifier: cms.SignerIdentifier, encoded: bytes) -> bool:
    certificate = parsed.certificate(encoded)
    if identifier.name == "issuer_and_serial_number":
        meant = identifier.chosen
        return bool(
            certificate.serial_number == meant["serial_number"].native
            and same_name(certificate.issuer, meant["issuer"])
        )
    return bool(certificate.key_identifier == identifier.chosen.native)


def _names(identifier: Any, digest: str, certificate: bytes) -> bool:
    if not digest:
        digest = DIGESTS.get(identifier["hash_algorithm"]["algorithm"].dotted, "")
    return hmac.compare_digest(identifier["cert_hash"].native, hashed(digest, certificate))


def _crls(data: cms.SignedData) -> tuple[bytes, ...]:
    return tuple(choice.chosen.dump() for choice in data["crls"] or () if choice.name == "crl")


def _answers(data: cms.SignedData) -> tuple[bytes, ...]:
    """OCSP responses beside the revocation lists (RFC 5940), where CAdES keeps them."""
    found = []
    for choice in data["crls"] or ():
        if choice.name != "crl":
            other = choice.chosen
            if other["other_rev_info_format"].dotted == _OCSP_BESIDE:
                found.append(other["other_rev_info"].dump())
    return tuple(found)


class _Lists(core.SequenceOf):  # type: ignore[misc]
    _child_spec = crl.CertificateList


class _Answers(core.SequenceOf):  # type: ignore[misc]
    _child_spec = ocsp.OCSPResponse


class _Archival(core.Sequence):  # type: ignore[misc]
    """RevocationInfoArchival (ISO 32000-2, 12.8.3.3.2)."""

    _fields = [  # noqa: RUF012 - the shape asn1crypto prescribes
        ("crls", _Lists, {"explicit": 0, "optional": True}),
        ("ocsps", _Answers, {"explicit": 1, "optional": True}),
        ("others", core.Any, {"explicit": 2, "optional": True}),
    ]


def _brought_along(attributes: _Attributes) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """CRLs and OCSP responses in Adobe's signed attribute; none when it is damaged."""
    try:
        archives = [_Archival.load(v.dump()) for v in attributes.values(_ADOBE_REVOCATION)]
        crls = tuple(piece.dump() for archive in archives for piece in archive["crls"] or ())
        ocsps = tuple(piece.dump() for archive in archives for piece in archive["ocsps"] or ())
    except _BAD_ASN1:
        return (), ()
    return crls, ocsps
