"""XAdES signatures of a container (ETSI EN 319 132-1 in EN 319 162-1), in one strict shape.

XML signatures are fooled by their freedom: what is checked is found by one road, what is believed
by another. Here a signature has the shape that baseline signatures have and no other, its parts are
found by where they stand, every Id is unique in its file, references lead to files of the container
and to the signature's own signed properties, no transform but canonicalisation is done, and what is
believed is read out of the very octets that were digested. Everything else cannot be checked.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeAlias
from urllib.parse import unquote

from signing import parsed
from signing.verify.algorithms import Algorithm, hashed, verifies, weaknesses
from signing.verify.detached import blank_reading
from signing.verify.readings import Reading, stamp_problems
from signing.verify.signed_data import SignedData
from signing.verify.verdict import Kind
from signing.verify.words import Remark, Unreadable

_Element: TypeAlias = Any  # lxml has no types of its own

_ASIC = "{http://uri.etsi.org/02918/v1.2.1#}"
_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_XADES = "{http://uri.etsi.org/01903/v1.3.2#}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_SIGNED_PROPERTIES = "http://uri.etsi.org/01903#SignedProperties"
_MORE, _MORE_2007 = (f"http://www.w3.org/{year}/xmldsig-more#" for year in ("2001/04", "2007/05"))

DIGESTS = {
    "http://www.w3.org/2000/09/xmldsig#sha1": "sha1",
    "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
    f"{_MORE}sha384": "sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
    f"{_MORE_2007}sha3-256": "sha3_256",
    f"{_MORE_2007}sha3-384": "sha3_384",
    f"{_MORE_2007}sha3-512": "sha3_512",
}
_LENGTHS = {"sha1": 20, "sha256": 32, "sha384": 48, "sha512": 64}
_SIGNATURES = {
    "http://www.w3.org/2000/09/xmldsig#rsa-sha1": Algorithm("rsa", "sha1"),
    **{f"{_MORE}rsa-{d}": Algorithm("rsa", d) for d in ("sha256", "sha384", "sha512")},
    # XML has r and s side by side (RFC 4050), as BSI TR-03111.
    **{f"{_MORE}ecdsa-{d}": Algorithm("plain-ecdsa", d) for d in _LENGTHS},
    # RFC 6931, section 2.3.10: salt as long as the digest, the mask by the same one.
    **{
        f"{_MORE_2007}{d}-rsa-MGF1": Algorithm("pss", d, d, _LENGTHS[d])
        for d in ("sha256", "sha384", "sha512")
    },
}
_C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
# Versions 1.0 and 1.1 differ in what xml: attributes come down from above; where there are any,
# nothing is checked.
_METHODS = {  # -> exclusive, with comments
    _C14N: (False, False),
    f"{_C14N}#WithComments": (False, True),
    "http://www.w3.org/2006/12/xml-c14n11": (False, False),
    "http://www.w3.org/2006/12/xml-c14n11#WithComments": (False, True),
    _EXCLUSIVE: (True, False),
    f"{_EXCLUSIVE}WithComments": (True, True),
}

_MOST_SIGNATURES = 100
_MOST_STAMPS = 20
_MOST_NAMESPACES = 2_000  # declarations in a file, also those that say again what holds
_MOST_REFERENCES = 10_000
_QUALIFYING = f"{_XADES}QualifyingProperties"
_FIRST_VERSION = f"{_XADES}SigningCertificate"
_IDS = ("Id", "ID", "id", f"{_XML}id")


@dataclass(frozen=True, slots=True)
class XadesRead:
    """The signatures of one file, and the names of the files that each of them covers."""

    readings: tuple[Reading, ...]
    covers: tuple[frozenset[str], ...]


def read_xades(name: str, data: bytes, files: Mapping[str, bytes]) -> XadesRead:
    """Every signature in the file ``name`` of a container over others of its ``files``.

    Raises ``Unreadable`` where the file as a whole has not the shape that is checked here.
    """
    root = _parsed(data, name)
    if root.tag != f"{_ASIC}XAdESSignatures" or not 0 < len(root) <= _MOST_SIGNATURES:
        raise Unreadable("container_xades", file=name)
    if any(child.tag != f"{_DS}Signature" for child in root):
        raise Unreadable("container_xades", file=name)
    if len(list(root.iter(f"{_DS}Signature"))) != len(root):
        raise Unreadable("container_xades", file=name)  # one within another
    counted = Counter(
        value for element in root.iter() for key, value in element.attrib.items() if key in _IDS
    )
    readings: list[Reading] = []
    covers: list[frozenset[str]] = []
    for number, element in enumerate(root, start=1):
        label = name if len(root) == 1 else f"{name}#{number}"
        reading = blank_reading(label, 1, Kind.SIGNATURE)
        try:
            signature = _Signature(element, counted, files)
            problems = tuple(signature.problems())
            signed = signature.signed(problems)
            broken = tuple(dict.fromkeys((*problems, *stamp_problems(signed))))
            reading = replace(reading, signed=signed, broken=broken)
            covers.append(signature.covers)
        except Unreadable as error:
            reading = replace(reading, unreadable=error.remark)
            covers.append(frozenset())
        readings.append(reading)
    return XadesRead(tuple(readings), tuple(covers))


class _Signature:
    """One ds:Signature, its parts found by where they stand. Raises ``Unreadable``."""

    def __init__(
        self, element: _Element, ids: Mapping[str, int], files: Mapping[str, bytes]
    ) -> None:
        self._files, self._ids = files, ids
        kinds = [child.tag for child in element]
        fixed = [f"{_DS}SignedInfo", f"{_DS}SignatureValue", f"{_DS}KeyInfo"]
        if kinds[:3] != fixed or set(kinds[3:]) != {f"{_DS}Object"}:
            raise _odd("Signature")
        written_info, self._value, self._key_info = element[:3]
        qualifying = [found for each in element[3:] for found in each if found.tag == _QUALIFYING]
        everywhere = list(element.iter(_QUALIFYING))
        if len(qualifying) != 1 or everywhere != qualifying:
            raise _odd("QualifyingProperties")
        target, own = qualifying[0].get("Target", ""), element.get("Id", "")
        if not own or target != f"#{own}" or ids[own] != 1:
            raise _odd("Target")
        written = [p for p in qualifying[0] if p.tag == f"{_XADES}SignedProperties"]
        if len(written) != 1 or len(list(element.iter(f"{_XADES}SignedProperties"))) != 1:
            raise _odd("SignedProperties")
        self._unsigned = [p for p in qualifying[0] if p.tag != f"{_XADES}SignedProperties"]
        method = _one(written_info, "CanonicalizationMethod")
        self._info_octets = _canonical(written_info, method)
        self._info = _again(self._info_octets)
        self._files_named: list[tuple[str, _Element]] = []
        self._octets = b""
        self._properties_reference: _Element = None
        self._sort(written[0])
        # What is believed of them is read from what was digested.
        self._properties = _again(self._octets)
        self._certificates = tuple(self._key_certificates())

    @property
    def covers(self) -> frozenset[str]:
        """The names of the files that it references."""
        return frozenset(name for name, _ in self._files_named)

    def problems(self) -> Iterator[Remark]:
        """Why it does not hold; nothing when it does."""
        for name, reference in self._files_named:
            content = self._files.get(name)
            if content is None:
                yield Remark("file_missing", file=name)
            elif not _digest_is(reference, content):
                yield Remark("file_changed", file=name)
        if not _digest_is(self._properties_reference, self._octets):
            yield Remark("digest_wrong")
        algorithm = self._algorithm()
        key = parsed.certificate(self._certificate()).public_key.dump()
        digest = hashed(algorithm.digest, self._info_octets)
        if not verifies(key, algorithm, self._signature(), digest, self._info_octets):
            yield Remark("signature_wrong")

    def signed(self, problems: tuple[Remark, ...]) -> SignedData:
        """What it says, in the form in which every signature is judged."""
        algorithm, certificate = self._algorithm(), self._certificate()
        key = parsed.certificate(certificate).public_key.dump()
        references = (self._properties_reference, *(r for _, r in self._files_named))
        used = tuple(dict.fromkeys(_digest_of(reference) for reference in references))
        weak = [found for name in used for found in weaknesses(algorithm, name, key)]
        stamps, stamped = self._stamps()
        return SignedData(
            certificate=certificate,
            certificates=(*self._certificates, *self._brought("EncapsulatedX509Certificate")),
            algorithm=algorithm,
            label=algorithm.label_for(key).replace("PLAIN-", ""),
            digest=used[0],
            signature=self._signature(),
            signed_at=self._signing_time(),
            bound=True,
            stamps=stamps,
            stamped=stamped,
            crls=self._brought("EncapsulatedCRLValue"),
            ocsps=self._brought("EncapsulatedOCSPValue"),
            content=None,
            problems=problems,
            weak=tuple(dict.fromkeys(weak)),
        )

    def _sort(self, properties: _Element) -> None:
        """The references: one to the properties, the others to files."""
        references = [child for child in self._info if child.tag == f"{_DS}Reference"]
        others = [child.tag for child in self._info if child.tag != f"{_DS}Reference"]
        if others != [f"{_DS}CanonicalizationMethod", f"{_DS}SignatureMethod"]:
            raise _odd("SignedInfo")
        if not 1 < len(references) <= _MOST_REFERENCES:
            raise _odd("Reference")
        own = properties.get("Id", "")
        for reference in references:
            uri, transforms = reference.get("URI"), _transforms(reference)
            if reference.get("Type") == _SIGNED_PROPERTIES:
                if self._properties_reference is not None or uri != f"#{own}" or not own:
                    raise _odd("SignedProperties")
                if self._ids[own] != 1 or len(transforms) > 1:
                    raise _odd("SignedProperties")
                self._properties_reference = reference
                self._octets = _canonical(properties, transforms[0] if transforms else None)
                continue
            if not uri or uri.startswith("#") or transforms:
                raise _odd("Reference")
            self._files_named.append((_file_name(uri), reference))
        names = [name for name, _ in self._files_named]
        if self._properties_reference is None or len(set(names)) != len(names):
            raise _odd("Reference")

    def _algorithm(self) -> Algorithm:
        method = self._info[1]
        uri = method.get("Algorithm", "")
        if uri not in _SIGNATURES or len(method):
            raise Unreadable("unknown_algorithm", oid=uri)
        return _SIGNATURES[uri]

    def _signature(self) -> bytes:
        return _base64(self._value)

    def _key_certificates(self) -> Iterator[bytes]:
        for data in self._key_info:
            if data.tag == f"{_DS}X509Data":
                for found in data:
                    if found.tag == f"{_DS}X509Certificate":
                        yield _base64(found)

    def _certificate(self) -> bytes:
        """The signer's certificate: the one whose digest the signed properties name."""
        own = self._signature_properties()
        named = [p for p in own if p.tag in (f"{_XADES}SigningCertificateV2", _FIRST_VERSION)]
        if len(named) != 1 or not len(named[0]):
            raise Unreadable("no_certificate")
        digest = _one(named[0][0], "CertDigest", _XADES)
        for certificate in self._certificates:
            if _digest_is(digest, certificate):
                return certificate
        raise Unreadable("other_certificate")

    def _signature_properties(self) -> Sequence[_Element]:
        found = [p for p in self._properties if p.tag == f"{_XADES}SignedSignatureProperties"]
        if len(found) != 1:
            raise _odd("SignedSignatureProperties")
        return list(found[0])

    def _signing_time(self) -> datetime | None:
        for found in self._signature_properties():
            if found.tag == f"{_XADES}SigningTime":
                try:
                    moment = datetime.fromisoformat(_text(found))
                except ValueError:
                    return None
                return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        return None

    def _unsigned_properties(self) -> Iterator[_Element]:
        for properties in self._unsigned:
            for group in properties:
                if group.tag == f"{_XADES}UnsignedSignatureProperties":
                    yield from group

    def _stamps(self) -> tuple[tuple[bytes, ...], bytes]:
        """The time-stamp tokens on it, and the octets that they are over."""
        tokens: list[bytes] = []
        octets: set[bytes] = set()
        written = [
            found
            for found in self._unsigned_properties()
            if found.tag == f"{_XADES}SignatureTimeStamp"
        ]
        if len(written) > _MOST_STAMPS:
            raise _odd("SignatureTimeStamp")
        for found in written:
            methods = [c for c in found if c.tag == f"{_DS}CanonicalizationMethod"]
            octets.add(_canonical(self._value, methods[0] if methods else None))
            tokens += [_base64(c) for c in found if c.tag == f"{_XADES}EncapsulatedTimeStamp"]
            if len(octets) > 1:
                raise _odd("SignatureTimeStamp")
        return tuple(tokens), octets.pop() if octets else b""

    def _brought(self, kind: str) -> tuple[bytes, ...]:
        """Certificates or evidence that came along, unsigned; what is damaged is b"" and told."""
        values: list[bytes] = []
        for properties in self._unsigned_properties():
            if properties.tag in (f"{_XADES}CertificateValues", f"{_XADES}RevocationValues"):
                for found in properties.iter(f"{_XADES}{kind}"):
                    try:
                        values.append(_base64(found))
                    except Unreadable:
                        values.append(b"")
        return tuple(dict.fromkeys(values))


_BLANKS = re.compile(r"[ \t\r\n]+")


def _odd(part: str) -> Unreadable:
    return Unreadable("xades_odd", part=part)


def _parsed(data: bytes, name: str) -> _Element:
    from lxml import etree

    reader = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
    )
    try:
        root = etree.fromstring(data, reader)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("container_bad", detail=name) from error
    tree = root.getroottree()
    # The library's time grows with the square of the namespaces in force, and is not to be stopped.
    other_letters = (tree.docinfo.encoding or "UTF-8").upper() not in ("UTF-8", "ASCII", "US-ASCII")
    if other_letters or data.count(b"xmlns") > _MOST_NAMESPACES:
        raise Unreadable("container_xades", file=name)
    # A document type may name other Ids and put in text that nobody sees.
    if tree.docinfo.internalDTD is not None or tree.docinfo.doctype:
        raise Unreadable("container_bad", detail=name)
    # Canonicalisation drops comments: one in a value would be read by some and not by others.
    if next(root.iter(etree.Entity, etree.Comment, etree.PI), None) is not None:
        raise Unreadable("container_bad", detail=name)
    return root


def _canonical(element: _Element, method: _Element) -> bytes:
    """The octets of ``element`` in its place (Canonical XML 1.0 when ``method`` is None)."""
    from lxml import etree

    uri = _C14N if method is None else method.get("Algorithm", "")
    if uri not in _METHODS:
        raise Unreadable("unknown_algorithm", oid=uri)
    exclusive, with_comments = _METHODS[uri]
    if any(key.startswith(_XML) for above in element.iterancestors() for key in above.attrib):
        raise _odd("xml:")
    prefixes = None
    for inner in () if method is None else method:
        if inner.tag != f"{{{_EXCLUSIVE}}}InclusiveNamespaces" or not exclusive:
            raise _odd("CanonicalizationMethod")
        prefixes = inner.get("PrefixList", "").split()
    # Written out with every namespace that reaches it, and read again, it stands alone.
    alone = etree.fromstring(etree.tostring(element, encoding="utf-8", with_tail=False))
    octets: bytes = etree.tostring(
        alone.getroottree(),
        method="c14n",
        exclusive=exclusive,
        with_comments=with_comments,
        inclusive_ns_prefixes=prefixes,
    )
    return octets


def _again(octets: bytes) -> _Element:
    """What canonical octets say."""
    return _parsed(octets, "signatures")


def _one(parent: _Element, kind: str, space: str = _DS) -> _Element:
    found = [child for child in parent if child.tag == f"{space}{kind}"]
    if len(found) != 1:
        raise _odd(kind)
    return found[0]


def _transforms(reference: _Element) -> list[_Element]:
    found = [child for child in reference if child.tag == f"{_DS}Transforms"]
    if len(found) > 1:
        raise _odd("Transforms")
    transforms = list(found[0]) if found else []
    if any(each.tag != f"{_DS}Transform" for each in transforms):
        raise _odd("Transforms")
    return transforms


def _digest_of(reference: _Element) -> str:
    uri = _one(reference, "DigestMethod").get("Algorithm", "")
    if uri not in DIGESTS:
        raise Unreadable("unknown_algorithm", oid=uri)
    return DIGESTS[uri]


def _digest_is(reference: _Element, content: bytes) -> bool:
    stated = _base64(_one(reference, "DigestValue"))
    return hmac.compare_digest(stated, hashed(_digest_of(reference), content))


def _text(element: _Element) -> str:
    """The text of an element that holds nothing else: a comment in it would cut it in two."""
    if len(element):
        raise _odd(element.tag.rpartition("}")[2])
    return str(element.text or "")


def _base64(element: _Element) -> bytes:
    try:
        return base64.b64decode(_BLANKS.sub("", _text(element)), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _odd(element.tag.rpartition("}")[2]) from error


def _file_name(uri: str) -> str:
    """The file in the container that a relative reference means."""
    if ":" in uri.partition("/")[0] or "?" in uri or "#" in uri or "\\" in uri:
        raise _odd("URI")
    try:
        name = unquote(uri, errors="strict").removeprefix("./").removeprefix("/")
    except UnicodeDecodeError as error:
        raise _odd("URI") from error
    if not name or ".." in name.split("/"):
        raise _odd("URI")
    return name
