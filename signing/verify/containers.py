"""Containers of signed files (ASiC, ETSI EN 319 162-1): a zip with the files and their signatures.

With CAdES, whose manifests list the files, and with XAdES, whose signatures name them. A file that
no signature in the container covers is told as a change: somebody put it there.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from xml.etree import ElementTree

from signing.trust import TrustStore
from signing.verify.algorithms import hashed
from signing.verify.conclusion import verdict_on
from signing.verify.detached import document_of, signature_readings, stamp_reading
from signing.verify.readings import Document, Reading, Segment
from signing.verify.verdict import Change, Nature, Verdict
from signing.verify.words import Remark, Unreadable
from signing.verify.xades import DIGESTS, read_xades

MIMETYPES = frozenset({b"application/vnd.etsi.asic-e+zip", b"application/vnd.etsi.asic-s+zip"})

_MOST_FILES = 10_000
_MOST_BYTES = 512 << 20
_MOST_IN_META = 16 << 20
_META = "META-INF/"
_ASIC = "{http://uri.etsi.org/02918/v1.2.1#}"
_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_MANIFEST = re.compile(r"META-INF/ASiC(?:Archive)?Manifest[^/]*\.xml", re.IGNORECASE)
_XADES = re.compile(r"META-INF/[^/]*signatures?[^/]*\.xml", re.IGNORECASE)


def verify_container(
    data: bytes,
    trust: TrustStore,
    *,
    policy: str = "any",
    at: datetime | None = None,
    file: str = "container",
) -> Verdict:
    """The verdict on a container; never raises for what it holds."""
    from signing.verify.pdf import without_check

    try:
        document = _read(_Container.opened(data))
        moment = (at or datetime.now(UTC)).astimezone(UTC)
        return verdict_on(document, data, trust, policy, moment, file)
    except Unreadable as error:
        return without_check(file, error.remark, at)
    except Exception as error:  # noqa: BLE001 - a file nobody foresaw: said so, and never good
        return without_check(file, Remark("unexpected", kind=type(error).__name__), at)


@dataclass(frozen=True)
class _Container:
    """The files of a container by name, each once."""

    files: dict[str, bytes]

    @classmethod
    def opened(cls, data: bytes) -> _Container:
        """Unpacks it; ``Unreadable`` where two programs could unpack different files."""
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as opened:
                entries = opened.infolist()
                if len(entries) > _MOST_FILES or sum(e.file_size for e in entries) > _MOST_BYTES:
                    raise Unreadable("too_large")
                if min((entry.header_offset for entry in entries), default=0) != 0:
                    raise Unreadable("container_bad", detail="prefix")
                names = [entry.filename for entry in entries]
                if len({name.casefold() for name in names}) != len(names):
                    raise Unreadable("container_bad", detail="a name twice")
                files = {
                    entry.filename: _unpacked(opened, entry)
                    for entry in entries
                    if not entry.is_dir()
                }
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise Unreadable("container_bad", detail=type(error).__name__) from error
        kind = files.get("mimetype", b"").strip()
        if kind not in MIMETYPES and not any(name.startswith(_META) for name in files):
            raise Unreadable("not_a_pdf")
        return cls(files)

    @property
    def payload(self) -> dict[str, bytes]:
        """What is meant to be signed."""
        return {
            name: data
            for name, data in self.files.items()
            if name != "mimetype" and not name.startswith(_META)
        }


def _unpacked(opened: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.flag_bits & 1:
        raise Unreadable("encrypted")
    inside_meta = entry.filename.startswith(_META)
    try:
        with opened.open(entry) as stream:
            data = stream.read(_MOST_IN_META if inside_meta else entry.file_size + 1)
            if stream.read(1):
                raise Unreadable("too_large")
            return data
    except (zlib.error, EOFError, RuntimeError) as error:
        raise Unreadable("container_bad", detail=entry.filename) from error


@dataclass(frozen=True)
class _Manifest:
    """What a signature is over: itself, and through it the files that it gives digests of."""

    name: str
    data: bytes
    signature: str
    problems: tuple[Remark, ...]
    covers: frozenset[str]


@dataclass
class _Found:
    readings: list[Reading] = field(default_factory=list)
    covered: set[str] = field(default_factory=set)


def _read(container: _Container) -> Document:
    found = _Found()
    manifests = [
        _manifest(container, name) for name in sorted(container.files) if _MANIFEST.fullmatch(name)
    ]
    told: set[str] = set()
    for order, manifest in enumerate(sorted(manifests, key=_reach), start=1):
        told.add(manifest.signature)
        signature = container.files.get(manifest.signature)
        if signature is None:
            raise Unreadable("file_missing", file=manifest.signature)
        readings = _readings(manifest.signature, signature, manifest.data, order)
        found.readings += [
            replace(r, broken=tuple(dict.fromkeys((*r.broken, *manifest.problems))))
            for r in readings
        ]
        found.covered |= manifest.covers
    loose = sorted(n for n in container.files if n.startswith(_META) and n not in told)
    for name in loose:
        if name.lower().endswith((".p7s", ".tst")):
            # ASiC-S: the one file beside the signature is what it is over.
            if len(container.payload) != 1:
                raise Unreadable("container_bad", detail=name)
            ((payload, content),) = container.payload.items()
            found.readings += _readings(name, container.files[name], content, 1)
            found.covered.add(payload)
        elif _XADES.fullmatch(name):
            _add_xades(found, container, name)
    return _document(container, found)


def _add_xades(found: _Found, container: _Container, name: str) -> None:
    read = read_xades(name, container.files[name], container.files)
    for reading, covers in zip(read.readings, read.covers, strict=True):
        left_out = sorted(set(container.payload) - covers)
        partly = reading.signed is not None and left_out
        notes = (Remark("covers_part", file=left_out[0]),) if partly else ()
        found.readings.append(replace(reading, notes=(*reading.notes, *notes)))
        found.covered |= covers


def _document(container: _Container, found: _Found) -> Document:
    document = document_of(tuple(found.readings))
    unsigned = sorted(set(container.payload) - found.covered)
    if found.readings and unsigned:
        last = max(reading.end for reading in found.readings)
        changes = tuple(Change(Nature.OTHER, Remark("file_unsigned", file=n)) for n in unsigned)
        document.segments = (Segment(last, last, changes[:20]),)
    return document


def _readings(name: str, encoded: bytes, content: bytes, order: int) -> tuple[Reading, ...]:
    if name.lower().endswith(".tst"):
        return (stamp_reading(name, encoded, content, order),)
    return signature_readings(name, encoded, content, order)


def _reach(manifest: _Manifest) -> tuple[int, str]:
    """A manifest that covers signatures came after them."""
    return sum(name.startswith(_META) for name in manifest.covers), manifest.name


def _manifest(container: _Container, name: str) -> _Manifest:
    data = container.files[name]
    root = _xml(data, name)
    reference = root.find(f"{_ASIC}SigReference")
    if root.tag != f"{_ASIC}ASiCManifest" or reference is None:
        raise Unreadable("container_bad", detail=name)
    problems: list[Remark] = []
    covers: set[str] = set()
    for listed in root.findall(f"{_ASIC}DataObjectReference"):
        file = _name(listed.get("URI", ""))
        covers.add(file)
        if (problem := _problem(container, file, listed)) is not None:
            problems.append(problem)
    if not covers:
        raise Unreadable("container_bad", detail=name)
    return _Manifest(
        name, data, _name(reference.get("URI", "")), tuple(problems), frozenset(covers)
    )


def _problem(container: _Container, file: str, listed: ElementTree.Element) -> Remark | None:
    method, value = listed.find(f"{_DS}DigestMethod"), listed.find(f"{_DS}DigestValue")
    if method is None or value is None:
        raise Unreadable("container_bad", detail=file)
    digest = DIGESTS.get(method.get("Algorithm", ""))
    if digest is None:
        raise Unreadable("unknown_algorithm", oid=method.get("Algorithm", ""))
    content = container.files.get(file)
    if content is None:
        return Remark("file_missing", file=file)
    try:
        stated = base64.b64decode("".join((value.text or "").split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unreadable("container_bad", detail=file) from error
    if not hmac.compare_digest(stated, hashed(digest, content)):
        return Remark("file_changed", file=file)
    return None


def _name(uri: str) -> str:
    from urllib.parse import unquote

    return unquote(uri).removeprefix("./").removeprefix("/")


def _xml(data: bytes, name: str) -> ElementTree.Element:
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or b"\0" in data:
        raise Unreadable("container_bad", detail=name)  # no manifest needs entities
    try:
        return ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        raise Unreadable("container_bad", detail=name) from error
