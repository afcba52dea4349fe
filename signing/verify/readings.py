"""Reading the signatures of a document: where each is, whether it verifies, what came after it.

Nothing here asks who the signer is or what time it was.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from asn1crypto import core, tsp, x509

from signing.verify.algorithms import Algorithm, hashed, verifies, weaknesses
from signing.verify.changes import compare
from signing.verify.coverage import Coverage, covered, padding_of
from signing.verify.history import (
    History,
    Place,
    Revision,
    ends_cleanly,
    increments,
    strays,
)
from signing.verify.outline import Field, Outline
from signing.verify.permissions import Permission, permission_of
from signing.verify.signed_data import SignedData, read_signatures, read_stamp, stamps_over
from signing.verify.syntax import Dictionary, Ref, Stream, Text, Value, says_twice
from signing.verify.verdict import Change, Kind, Nature
from signing.verify.words import Remark, Unreadable

PADES = "ETSI.CAdES.detached"
CADES = "CAdES"  # outside of PDFs; no SubFilter of the standard
_DOCUMENT_STAMP = "ETSI.RFC3161"
_DETACHED = (PADES, "adbe.pkcs7.detached")
_SHA1_INSIDE = "adbe.pkcs7.sha1"
_RSA_SHA1 = "adbe.x509.rsa_sha1"

_MOST_SIGNATURES = 400
_MOST_EVIDENCE = 2000
_LARGEST_EVIDENCE = 12 << 20  # bytes; the largest revocation lists of nations have some ten million
_MOST_INCREMENTS = 12  # behind the last signature
_TRACE = re.compile(rb"/ByteRange[\0\t\n\f\r ]*\[")


@dataclass(frozen=True, slots=True)
class Reading:
    """One signature as it was read. ``signed`` and ``coverage`` are None when unreadable."""

    kind: Kind
    field: Field
    sub_filter: str
    claimed: str  # /M, the time that the signer's program wrote
    reason: str
    permission: Permission
    coverage: Coverage | None = None
    signed: SignedData | None = None
    statement: tsp.TSTInfo | None = None  # of a document time stamp
    broken: tuple[Remark, ...] = ()  # why it does not hold
    unreadable: Remark | None = None  # why it cannot be checked
    notes: tuple[Remark, ...] = ()

    @property
    def end(self) -> int:
        """The first byte that it does not cover; 0 when it covers nothing sound."""
        return self.coverage.end if self.coverage is not None else 0

    @property
    def intact(self) -> bool:
        """Whether it verifies."""
        return self.unreadable is None and not self.broken and self.signed is not None


@dataclass(frozen=True, slots=True)
class Segment:
    """The part of a file between two points at which it was signed, and what it changed."""

    start: int
    end: int
    changes: tuple[Change, ...]


@dataclass
class Document:
    """A PDF with its signatures read and its history compared."""

    history: History
    readings: tuple[Reading, ...]
    segments: tuple[Segment, ...]
    open_fields: tuple[str, ...]
    pages: int
    traces: bool
    """Whether there are signatures in the bytes that no field of the file holds any more."""

    certificates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    notes: tuple[Remark, ...] = ()
    """Doubts about what follows the last signature."""

    stores: tuple[int, ...] = ()
    """The ends of the revisions that have a document security store."""

    def changes_after(self, end: int) -> tuple[Change, ...]:
        """Everything that was changed after the first ``end`` bytes."""
        return tuple(dict.fromkeys(c for s in self.segments if s.start >= end for c in s.changes))


def read_document(history: History) -> Document:
    """Reads and compares everything. Raises ``Unreadable`` when it is no PDF that can be read."""
    newest = history.newest
    outlines = _Outlines(history)
    outline = outlines.at(len(history.data))
    pages = len(outline.pages)
    fields = [node for node in outline.fields.values() if node.kind == "Sig"]
    filled = [node for node in fields if _value(outline, node) is not None]
    if newest.locked and not filled:
        raise Unreadable("encrypted")
    if len(filled) > _MOST_SIGNATURES:
        raise Unreadable("comparison_stopped")
    readings = tuple(_read(history, outlines, outline, node) for node in filled)
    ends = sorted({reading.end for reading in readings if reading.end and not reading.unreadable})
    found = {reading.coverage.contents.start for reading in readings if reading.coverage}
    document = Document(
        history,
        readings,
        tuple(_segments(history, outlines, ends)) if ends else (),
        tuple(
            node.name for node in fields if "T" in node.dictionary and _value(outline, node) is None
        ),
        pages,
        len(_TRACE.findall(history.data)) > len(found),
    )
    if newest.locked:
        document.notes = (Remark("locked"),)
    if document.segments and document.segments[-1].end == newest.end > ends[-1]:
        document.notes += tuple(_idle(history, outlines, document.segments[-1]))
    _collect_evidence(document, outlines, [*ends, newest.end])
    return document


def _idle(history: History, outlines: _Outlines, last: Segment) -> Iterator[Remark]:
    """That an increment behind the last signature changes nothing at all.

    No reader shows it; but it is no long-term data either, and nobody appends for nothing.
    """
    ends = increments(history, outlines.at(last.end).revision, last.start)
    tail = history.data[ends[-1] if ends else last.start :]
    idle = bool(tail.strip(b"\0\t\n\f\r ")) or len(ends) > _MOST_INCREMENTS
    if len(ends) == 1:
        idle = idle or _is_idle(last.changes)
    elif not idle:
        with suppress(Unreadable):  # the comparison over all of them told of it
            states = [outlines.at(end) for end in (last.start, *ends)]
            idle = any(_is_idle(compare(*pair)) for pair in itertools.pairwise(states))
    if idle:
        yield Remark("appended_idly")


def _is_idle(changes: Sequence[Change]) -> bool:
    return all(change.nature in (Nature.INFORMATION, Nature.PREPARED) for change in changes)


class _Outlines:
    """One outline for each revision that is asked for, made once."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._known: dict[int, Outline] = {}

    def at(self, end: int) -> Outline:
        if end not in self._known:
            newest = end == len(self._history.data)
            revision = self._history.newest if newest else self._history.until(end)
            self._known[end] = Outline(revision)
        return self._known[end]


def _value(outline: Outline, node: Field) -> Value:
    """The signature in a field, as it is written there; None when it is empty."""
    value = node.dictionary.get("V")
    return value if outline.revision.resolve(value) is not None else None


def _read(history: History, outlines: _Outlines, outline: Outline, node: Field) -> Reading:
    revision = outline.revision
    value = _value(outline, node)
    signature = revision.dictionary(value)
    sub_filter = revision.name(signature.get("SubFilter"))
    stamped = sub_filter == _DOCUMENT_STAMP or revision.name(signature.get("Type")) == (
        "DocTimeStamp"
    )
    holder = value if isinstance(value, Ref) else node.holder
    reading = Reading(
        kind=Kind.TIME_STAMP if stamped else Kind.SIGNATURE,
        field=node,
        sub_filter=sub_filter,
        claimed=outline.text(signature.get("M"), holder),
        reason=outline.text(signature.get("Reason"), holder),
        permission=permission_of(revision, signature, node.dictionary),
    )
    try:
        coverage = covered(history, revision, value, node.holder)
    except Unreadable as error:
        return replace(reading, broken=(error.remark,))
    written = history.data[coverage.contents.start + 1 : coverage.contents.end - 1]
    # Writers use small or large letters and no blanks: another digit was put in by somebody else.
    even = written in (written.lower(), written.upper()) and written.isalnum()
    used = padding_of(coverage.contents).strip(b"\0")
    notes = (Remark("padding_used"),) if used or not even else ()
    reading = replace(reading, coverage=coverage, notes=notes)
    if not _is_in_own_revision(history, outlines, coverage, node.name):
        reading = replace(reading, broken=(Remark("not_in_revision"),))
    digest_of = coverage.digest_of(history)
    try:
        if stamped:
            return _stamp_read(reading, coverage, digest_of)
        everyone = _signed(sub_filter, revision, signature, coverage.contents, digest_of)
    except Unreadable as error:
        return replace(reading, unreadable=error.remark)
    problems = [p for signed in everyone for p in (*signed.problems, *stamp_problems(signed))]
    if len(everyone) > 1:
        notes = (*notes, Remark("several_signers", count=len(everyone)))
    return replace(
        reading,
        signed=everyone[0],
        broken=tuple(dict.fromkeys((*reading.broken, *problems))),
        notes=notes,
    )


def _stamp_read(reading: Reading, coverage: Coverage, digest_of: Callable[[str], bytes]) -> Reading:
    """A document time stamp."""
    signed, statement = read_stamp(bytes(coverage.contents))
    problems = list(signed.problems)
    if not stamps_over(statement, digest_of):
        problems.append(Remark("digest_wrong"))
    return replace(reading, signed=signed, statement=statement, broken=(*reading.broken, *problems))


def _is_in_own_revision(
    history: History, outlines: _Outlines, coverage: Coverage, name: str
) -> bool:
    """Whether the revision that a signature covers is whole, and has the signature in it."""
    try:
        then = outlines.at(coverage.end)
        if not ends_cleanly(history, then.revision):
            return False
        for node in then.fields.values():
            if node.name != name or node.kind != "Sig":
                continue
            signature = then.revision.dictionary(node.dictionary.get("V"))
            contents = then.revision.resolve(signature.get("Contents"))
            if isinstance(contents, Text) and contents.start == coverage.contents.start:
                return True
    except Unreadable:
        return False
    return False


def stamp_problems(signed: SignedData) -> Iterator[Remark]:
    """Time stamps on a signature that are over something else or were tampered with."""
    for token in signed.stamps:
        try:
            stamp, statement = read_stamp(token)
            if stamp.problems or not stamps_over(
                statement, lambda name: hashed(name, signed.stamped or signed.signature)
            ):
                yield Remark("stamp_wrong")
        except Unreadable:
            continue  # it proves nothing, which the timeline tells


def _signed(
    sub_filter: str,
    revision: Revision,
    signature: Dictionary,
    contents: bytes,
    digest_of: Callable[[str], bytes],
) -> tuple[SignedData, ...]:
    if sub_filter in _DETACHED:
        return read_signatures(contents, digest_of)
    if sub_filter == _SHA1_INSIDE:
        # ISO 32000-1, 12.8.3.3.1: the SHA-1 digest is the content that is signed
        found = read_signatures(contents, None)
        if any(signed.content != digest_of("sha1") for signed in found):
            raise Unreadable("digest_wrong")
        return found
    if sub_filter == _RSA_SHA1:
        return (_bare_signature(revision, signature, contents, digest_of("sha1")),)
    raise Unreadable("sub_filter", name=sub_filter or "?")


def _bare_signature(
    revision: Revision, signature: Dictionary, contents: bytes, digest: bytes
) -> SignedData:
    """PKCS#1 without CMS (ISO 32000-1, 12.8.3.2): the certificates stand in /Cert."""
    listed = revision.resolve(signature.get("Cert"))
    listed = listed if isinstance(listed, list) else [listed]
    certificates = tuple(
        bytes(c) for value in listed if isinstance(c := revision.resolve(value), Text)
    )
    if not certificates:
        raise Unreadable("no_certificate")
    algorithm = Algorithm("rsa", "sha1")
    try:
        key = x509.Certificate.load(certificates[0]).public_key.dump()
        value = core.OctetString.load(contents).native
        holds = verifies(key, algorithm, value, digest, None)
    except (ValueError, TypeError, KeyError) as error:
        raise Unreadable("no_cms") from error
    return SignedData(
        certificate=certificates[0],
        certificates=certificates,
        algorithm=algorithm,
        label=algorithm.label_for(key),
        digest="sha1",
        signature=value,
        signed_at=None,
        bound=False,
        stamps=(),
        crls=(),
        ocsps=(),
        content=None,
        problems=() if holds else (Remark("signature_wrong"),),
        weak=weaknesses(algorithm, "sha1", key),
    )


def _segments(history: History, outlines: _Outlines, ends: list[int]) -> Iterator[Segment]:
    """What happened between one signature and the next, and after the last."""
    size = len(history.data)
    hidden = strays(history, history.newest, ends[0])
    points = [*ends, size] if ends[-1] < size else ends
    for start, end in itertools.pairwise(points):
        changes: list[Change] = [
            Change(Nature.OTHER, Remark("hidden_objects", at=at))
            for at in hidden
            if start <= at < end
        ][:3]
        if not history.data[start:end].strip(b"\0\t\n\f\r "):
            continue
        try:
            old, new = outlines.at(start), outlines.at(end)
            if not ends_cleanly(history, new.revision):
                changes.append(Change(Nature.OTHER, Remark("bytes_after")))
            changes += _unsound_objects(new.revision, start)
            changes += compare(old, new)
        except Unreadable as error:
            changes.append(Change(Nature.OTHER, Remark("damaged_after", detail=error.remark)))
        yield Segment(start, end, tuple(changes))


def _unsound_objects(revision: Revision, start: int) -> Iterator[Change]:
    """Newer sections and objects that readers take for different ones: some repair, some take the
    first and some the last of two."""
    for section in revision.sections:
        if section.end <= start:
            continue
        if section.twofold or says_twice(section.trailer):
            remark = Remark("says_twice", at=section.start)
            yield Change(Nature.OTHER, Remark("damaged_after", detail=remark))
            return
        then = Revision(revision.history, revision.end, revision.sections, section.entries)
        for number, place in section.entries.items():
            if place.free:
                continue
            ref = Ref(number, place.generation)
            if place.within >= 0:
                if says_twice(revision.resolve(ref)):
                    remark = Remark("says_twice", at=section.start)
                    yield Change(Nature.OTHER, Remark("damaged_after", detail=remark))
                    return
                continue
            if place.offset <= 0:
                continue
            found = then.found_at(ref)
            wrong = isinstance(found.value, Stream) and found.value.repaired if found else True
            twice = found is not None and says_twice(found.value)
            if wrong or twice:
                code = "no_object" if wrong else "says_twice"
                remark = Remark(code, at=place.offset)
                yield Change(Nature.OTHER, Remark("damaged_after", detail=remark))
                return


def _collect_evidence(document: Document, outlines: _Outlines, ends: list[int]) -> None:
    """Certificates and revocation evidence of every revision's security store."""
    kinds: dict[str, dict[bytes, None]] = {"Cert": {}, "CRL": {}, "OCSP": {}}
    stores: list[int] = []
    seen: set[Place] = set()
    for end in dict.fromkeys(ends):
        try:
            revision = outlines.at(end).revision
            store = revision.dictionary(revision.catalog.get("DSS"))
        except Unreadable:
            continue
        if not store:
            continue
        stores.append(end)
        entries = [store]
        entries += [revision.dictionary(v) for v in revision.dictionary(store.get("VRI")).values()]
        for entry in entries[:_MOST_EVIDENCE]:
            for kind, into in kinds.items():
                for value in itertools.chain(
                    revision.array(entry.get(kind + "s")), revision.array(entry.get(kind))
                ):
                    place = revision.place_of(value) if isinstance(value, Ref) else None
                    if place in seen or len(seen) > _MOST_EVIDENCE:
                        continue
                    stream = revision.resolve(value)
                    if place is None or not isinstance(stream, Stream):
                        into[b""] = None  # something should be there
                        continue
                    seen.add(place)
                    try:
                        into[revision.stream_bytes(value, stream, _LARGEST_EVIDENCE)] = None
                    except Unreadable:
                        into[b""] = None
    document.certificates = tuple(kinds["Cert"])
    document.crls = tuple(kinds["CRL"])
    document.ocsps = tuple(kinds["OCSP"])
    document.stores = tuple(stores)
