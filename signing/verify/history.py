"""A PDF as a history: what the file was at each point at which somebody signed it.

Every increment leaves what was before it in place, so the first ``end`` bytes of a file are the
document as it was then. ``History.until(end)`` reads those bytes through their own cross-reference
sections (ISO 32000-2, 7.5.4 to 7.5.8) and nothing else. Cross-references are never rebuilt: a file
whose objects cannot be found where it says they are is not one that two readers see alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from signing.verify.allowance import MOST_ENTRIES, Allowance
from signing.verify.ciphers import Decryption
from signing.verify.digests import Digests
from signing.verify.syntax import (
    Dictionary,
    IndirectObject,
    Name,
    Ref,
    Stream,
    Value,
    decoded,
    read_object,
    read_value,
    skip_blanks,
    values_in,
)
from signing.verify.words import Remark, Unreadable

_MOST_SECTIONS = 4096
_MOST_OBJECTS = 8_388_607  # ISO 32000-1, annex C
_LONGEST_PATH = 64  # references that refer to references

_START = re.compile(rb"startxref[\0\t\n\f\r ]*+(\d{1,12})")
_TABLE = re.compile(rb"[\0\t\n\f\r ]*+xref(?=[\0\t\n\f\r ])")
_SUBSECTION = re.compile(rb"[\0\t\n\f\r ]*+(\d{1,10})[\0\t\n\f\r ]++(\d{1,10})[\0\t\n\f\r ]*+")
_ENTRY = re.compile(rb"[\0\t\n\f\r ]*+(\d{1,10}) +(\d{1,5}) +([nf])")
_TRAILER = re.compile(rb"[\0\t\n\f\r ]*+trailer")
_STRAY = re.compile(rb"\d[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]+obj(?![0-9A-Za-z])")
_END_OF_FILE = re.compile(rb"[\0\t\n\f\r ]*+startxref[\0\t\n\f\r ]*+\d+[\0\t\n\f\r ]*+(%%EOF)?")


class Place(NamedTuple):
    """Where an object lies: at ``offset``, or as number ``slot`` in the object stream ``within``.

    A free entry has neither.
    """

    generation: int
    offset: int = -1
    within: int = -1
    slot: int = -1

    @property
    def free(self) -> bool:
        return self.offset < 0 and self.within < 0


@dataclass(frozen=True, slots=True)
class Section:
    """One cross-reference section: the span of the file it takes, its entries and its trailer."""

    start: int
    end: int
    entries: dict[int, Place]
    trailer: Dictionary
    stream: Ref | None = None  # where the section is a stream object itself
    twofold: bool = False
    """Whether it says two things of one object, so that readers find different ones."""


@dataclass
class History:
    """A PDF file and all its earlier states."""

    data: bytes
    _sections: dict[int, Section] = field(default_factory=dict, repr=False)
    _objects: dict[int, IndirectObject | None] = field(default_factory=dict, repr=False)
    _packed: dict[int, _Packed] = field(default_factory=dict, repr=False)

    @cached_property
    def allowance(self) -> Allowance:
        """How much work the file may still cause."""
        return Allowance(len(self.data))

    @cached_property
    def digests(self) -> Digests:
        """Digests of its beginnings."""
        return Digests(self.data)

    @cached_property
    def shift(self) -> int:
        """Bytes before the header, from which some writers count their offsets."""
        found = self.data.find(b"%PDF-", 0, 1024)
        if found < 0:
            raise Unreadable("not_a_pdf")
        return found

    @cached_property
    def newest(self) -> Revision:
        """The file as a reader shows it."""
        return self.until(len(self.data))

    def until(self, end: int) -> Revision:
        """The document that the first ``end`` bytes are. Raises ``Unreadable``."""
        _ = self.shift  # is it a PDF at all
        found = self.data.rfind(b"startxref", 0, end)
        start = _START.match(self.data, found, end) if found >= 0 else None
        if start is None:
            raise Unreadable("no_xref")
        sections = tuple(self._chain(int(start[1]), end))
        self.allowance.take_entries(sum(len(section.entries) for section in sections))
        places: dict[int, Place] = {}
        for section in reversed(sections):
            places.update(section.entries)
        return Revision(self, end, sections, places)

    def object_at(self, offset: int, revision: Revision) -> IndirectObject | None:
        """The object at ``offset``; None when there is none that can be read."""
        if offset not in self._objects:
            self._objects[offset] = None  # should its /Length lead back to itself
            try:
                found: IndirectObject | None = read_object(
                    self.data, offset, revision.resolve, len(self.data)
                )
            except Unreadable as error:
                found = None
                self.allowance.take_object(_read_in_vain(error.remark, offset, len(self.data)))
            if found is not None:
                self.allowance.take_object(found.end - found.start)
                self.allowance.take_values(values_in(found.value))
            self._objects[offset] = found
        return self._objects[offset]

    def packed(self, container: IndirectObject, number: int, revision: Revision) -> Value:
        """Object ``number`` in an object stream; None when it is not there or cannot be read."""
        if container.start not in self._packed:
            self._packed[container.start] = _Packed(b"", {}, {})
            with suppress(Unreadable):
                self._packed[container.start] = _unpacked(container, revision)
        stream = self._packed[container.start]
        if number not in stream.values:
            stream.values[number] = None
            at = stream.places.get(number)
            if at is not None:
                with suppress(Unreadable):
                    value, end = read_value(stream.data, at)
                    stream.values[number] = value
                    at = end - at
                self.allowance.take_packed(max(at, 0))
        return stream.values[number]

    def _chain(self, start: int, end: int) -> Iterator[Section]:
        """The sections from the newest to the oldest."""
        seen: set[int] = set()
        offset: int | None = start
        while offset is not None:
            if offset in seen or len(seen) > _MOST_SECTIONS:
                raise Unreadable("xref_loop")
            seen.add(offset)
            section = self._section(offset, end)
            beside = section.trailer.get("XRefStm")
            if isinstance(beside, int) and beside not in seen:
                # ISO 32000-2, 7.5.8.4: looked at after the table and before what is older; what
                # the table calls free is what it hides from old readers.
                seen.add(beside)
                hidden = self._section(beside, end)
                both = section.entries.keys() & hidden.entries.keys()
                differ = any(section.entries[n] != hidden.entries[n] for n in both)
                yield replace(section, twofold=section.twofold or differ)
                yield hidden
            else:
                yield section
            before = section.trailer.get("Prev")
            offset = int(before) if isinstance(before, (int, float)) else None

    def _section(self, offset: int, end: int) -> Section:
        if offset not in self._sections:
            self._sections[offset] = self._read_section(offset)
        section = self._sections[offset]
        if section.end > end:
            raise Unreadable("no_xref")
        return section

    def _read_section(self, offset: int) -> Section:
        for at in dict.fromkeys((offset, offset + self.shift)):
            if not 0 <= at < len(self.data):
                continue
            table = _TABLE.match(self.data, at)
            if table is not None:
                return self._read_table(at, table.end())
            try:
                found = read_object(self.data, at, _unresolved, len(self.data))
            except Unreadable:
                continue
            if isinstance(found.value, Stream) and found.value.dictionary.get("Type") == "XRef":
                self.allowance.take_object(found.end - found.start)
                listed = list(_entries_of(found.value))
                entries = dict(listed)
                return Section(
                    found.start,
                    found.end,
                    entries,
                    found.value.dictionary,
                    found.ref,
                    twofold=len(entries) < len(listed),
                )
        raise Unreadable("no_xref")

    def _read_table(self, start: int, at: int) -> Section:
        entries: dict[int, Place] = {}
        hidden = twofold = False
        while (trailer := _TRAILER.match(self.data, at)) is None:
            head = _SUBSECTION.match(self.data, at)
            if head is None:
                raise Unreadable("no_xref")
            first, count = int(head[1]), int(head[2])
            at = head.end()
            if first + count > _MOST_OBJECTS:
                raise Unreadable("no_xref")
            if len(entries) + count > MOST_ENTRIES and count * 18 <= len(self.data) - at:
                raise Unreadable("too_many_objects")
            for number in range(first, first + count):
                entry = _ENTRY.match(self.data, at)
                if entry is None:
                    raise Unreadable("no_xref")
                at = entry.end()
                if number == first == 1 and entry[3] == b"f" and entry[2] == b"65535":
                    hidden = True  # a well-known slip: the table begins with 1 for 0
                place = Place(int(entry[2]), int(entry[1]) if entry[3] == b"n" else -1)
                twofold = twofold or entries.get(number - hidden, place) != place
                entries[number - hidden] = place
        dictionary, end = read_value(self.data, trailer.end())
        if not isinstance(dictionary, Dictionary):
            raise Unreadable("no_xref")
        if "XRefStm" in dictionary:
            entries = {number: place for number, place in entries.items() if not place.free}
        return Section(start, end, entries, dictionary, twofold=twofold)


@dataclass
class Revision:
    """The document that the first ``end`` bytes of a file are.

    ``resolve`` and the readers below it never raise: what is missing or of another type is None
    or empty, as readers take it.
    """

    history: History
    end: int
    sections: tuple[Section, ...]
    places: dict[int, Place]

    @property
    def trailer(self) -> Dictionary:
        """The newest section's trailer."""
        return self.sections[0].trailer

    @cached_property
    def catalog(self) -> Dictionary:
        """The document catalog; ``Unreadable`` when there is none or it takes a password."""
        catalog = self.resolve(self.trailer.get("Root"))
        if not isinstance(catalog, Dictionary) or not self.dictionary(catalog.get("Pages")):
            raise Unreadable("encrypted" if self.locked else "no_catalog")
        return catalog

    @cached_property
    def locked(self) -> bool:
        """Whether its texts and streams take a password that is not known here."""
        try:
            _ = self.decryption
        except Unreadable:
            return True
        return False

    @cached_property
    def decryption(self) -> Decryption | None:
        """How to read it when it is encrypted with an empty password; None when it is not.

        Raises ``Unreadable`` when it takes a password.
        """
        if self.trailer.get("Encrypt") is None:
            return None
        return Decryption(self.trailer, self._read)

    def place_of(self, ref: Ref) -> Place | None:
        """Where ``ref`` leads; None when nowhere."""
        place = self.places.get(ref.number)
        if place is None or place.free or place.generation != ref.generation:
            return None
        return place

    def found_at(self, ref: Ref) -> IndirectObject | None:
        """The object as it lies in the file; None for one in an object stream."""
        place = self.place_of(ref)
        if place is None or place.offset < 0:
            return None
        shift = self.history.shift
        for offset in dict.fromkeys((place.offset, place.offset + shift)):
            found = self.history.object_at(offset, self) if offset < self.end else None
            if found is not None and found.ref == ref and found.end <= self.end:
                return found
        return None

    def resolve(self, value: Value) -> Value:
        """What ``value`` is once references are followed."""
        for _ in range(_LONGEST_PATH):
            if not isinstance(value, Ref):
                return value
            value = self._read(value)
        return None

    def dictionary(self, value: Value) -> Dictionary:
        """``value`` as a dictionary (a stream's own one too), else an empty one."""
        found = self.resolve(value)
        if isinstance(found, Stream):
            return found.dictionary
        return found if isinstance(found, Dictionary) else Dictionary()

    def array(self, value: Value) -> list[Value]:
        """``value`` as an array, else an empty one."""
        found = self.resolve(value)
        return found if isinstance(found, list) else []

    def name(self, value: Value) -> str:
        """``value`` as a name, else ""."""
        found = self.resolve(value)
        return str(found) if isinstance(found, Name) else ""

    def integer(self, value: Value) -> int | None:
        """``value`` as an integer, else None."""
        found = self.resolve(value)
        return found if isinstance(found, int) and not isinstance(found, bool) else None

    def stream_bytes(self, ref: Ref, stream: Stream, at_most: int = 0) -> bytes:
        """The decoded bytes of the stream that is object ``ref``; ``Unreadable`` if they fail.

        They fail, too, when they are more than ``at_most``, where that is given.
        """
        if self.decryption is not None:
            stream = Stream(stream.dictionary, self.decryption.stream(ref, stream.raw))
        data = decoded(stream, self.resolve, at_most)
        self.history.allowance.take_unfolded(len(data))
        return data

    def _read(self, ref: Ref) -> Value:
        place = self.place_of(ref)
        if place is None:
            return None
        if place.within < 0:
            found = self.found_at(ref)
            return found.value if found else None
        container = Ref(place.within, 0)
        packed = self.found_at(container)
        if packed is None or not isinstance(packed.value, Stream):
            return None
        return self.history.packed(packed, ref.number, self)


def strays(history: History, revision: Revision, start: int) -> tuple[int, ...]:
    """Offsets from ``start`` on of what looks like objects and is in no section of ``revision``.

    A reader that rebuilds broken cross-references would find them, and show another document.
    """
    spans = sorted(_accounted(revision, start))
    found: list[int] = []
    at = start
    for begins, ends in [*spans, (revision.end, revision.end)]:
        if begins > at:
            found.extend(m.start() for m in _STRAY.finditer(history.data, at, begins))
        at = max(at, ends)
    return tuple(found)


def increments(history: History, revision: Revision, start: int) -> tuple[int, ...]:
    """Where each increment of ``revision`` behind ``start`` ends, oldest first."""
    found: set[int] = set()
    for section in revision.sections:
        if section.end > start:
            at = history.data.find(b"startxref", section.end, revision.end)
            closing = _END_OF_FILE.match(history.data, at, revision.end) if at >= 0 else None
            if closing is not None:
                found.add(closing.end())
    return tuple(sorted(found))


def ends_cleanly(history: History, revision: Revision) -> bool:
    """Whether nothing but blanks and comments follows the last ``startxref … %%EOF``.

    A revision in the middle of the file may end a few bytes before its ``%%EOF`` is complete.
    """
    found = history.data.rfind(b"startxref", 0, revision.end)
    closing = _END_OF_FILE.match(history.data, found, revision.end)
    if closing is None or skip_blanks(history.data, closing.end()) < revision.end:
        return False
    return revision.end < len(history.data) or closing[1] is not None


def _accounted(revision: Revision, start: int) -> Iterator[tuple[int, int]]:
    """The spans from ``start`` on of every object and section that the revision names.

    An object that is superseded within the revision is named by its own, older section.
    """
    for section in revision.sections:
        if section.end <= start:
            continue
        yield section.start, section.end
        then = Revision(revision.history, revision.end, revision.sections, section.entries)
        for number, place in section.entries.items():
            if place.offset >= start - revision.history.shift:
                found = then.found_at(Ref(number, place.generation))
                if found is not None:
                    yield found.start, found.end


def _unresolved(value: Value) -> Value:
    """References cannot be followed yet: the cross-references are just being read."""
    return value


def _entries_of(stream: Stream) -> Iterator[tuple[int, Place]]:
    dictionary = stream.dictionary
    widths = _counts(dictionary.get("W"))
    spans = _counts(dictionary.get("Index", [0, dictionary.get("Size")]))
    if len(widths) < 3 or not spans or len(spans) % 2:
        raise Unreadable("no_xref")
    one, two, three = widths[:3]
    row = sum(widths)
    if not 0 < row <= 32 or sum(spans[1::2]) > _MOST_OBJECTS:
        raise Unreadable("no_xref")
    data = decoded(stream, _unresolved)
    if min(len(data) // row, sum(spans[1::2])) > MOST_ENTRIES:
        raise Unreadable("too_many_objects")
    at = 0
    for first, count in zip(spans[::2], spans[1::2], strict=True):
        for number in range(first, first + count):
            if len(data) - at < row:
                return  # fewer rows than promised: the rest is not there
            kind = int.from_bytes(data[at : at + one], "big") if one else 1
            left = int.from_bytes(data[at + one : at + one + two], "big")
            right = int.from_bytes(data[at + one + two : at + one + two + three], "big")
            at += row
            match kind:
                case 0:
                    yield number, Place(right)
                case 1:
                    yield number, Place(right, offset=left)
                case 2:
                    yield number, Place(0, within=left, slot=right)


def _counts(value: Value) -> list[int]:
    """``value`` as a list of sizes; empty when it is none."""
    if not isinstance(value, list):
        return []
    fits = all(type(number) is int and 0 <= number <= _MOST_OBJECTS for number in value)
    return value if fits else []


class _Packed(NamedTuple):
    """An object stream: what it unfolds into, where in it which object begins, which were read."""

    data: bytes
    places: dict[int, int]
    values: dict[int, Value]


def _unpacked(container: IndirectObject, revision: Revision) -> _Packed:
    """What is in an object stream (ISO 32000-2, 7.5.7); its objects are read when asked for."""
    dictionary = container.value.dictionary
    count, first = (revision.integer(dictionary.get(key)) for key in ("N", "First"))
    if not count or first is None or not 0 < count <= MOST_ENTRIES or first > 24 * count + 1024:
        return _Packed(b"", {}, {})
    data = revision.stream_bytes(container.ref, container.value)
    heads = data[:first].split()
    numbers = heads[0 : 2 * count : 2]
    if len(set(numbers)) < len(numbers):
        return _Packed(b"", {}, {})  # readers go by the number or by the place: two objects
    return _Packed(
        data,
        {
            int(number): first + int(offset)
            for number, offset in zip(heads[0 : 2 * count : 2], heads[1 : 2 * count : 2])  # noqa: B905 - the last may be cut
            if _is_count(number) and _is_count(offset)
        },
        {},
    )


def _is_count(written: bytes) -> bool:
    return written.isdigit() and len(written) <= 10


def _read_in_vain(remark: Remark, offset: int, size: int) -> int:
    """How many bytes were looked at before an object turned out to be none."""
    at = dict(remark.facts).get("at", offset)
    if not isinstance(at, int):
        return 0
    return size - at if remark.code == "cut_off" else max(0, at - offset)
