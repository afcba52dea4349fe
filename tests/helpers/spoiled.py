"""Files that accidents and vandals made: one mutant for every seed, the same on every machine.

``spoiled(pdf, seed)`` applies up to three of ``SPOILERS`` to a signed PDF: flipped bits, lost and
doubled pieces, numbers and keywords out of place, appended increments, moved byte ranges, and the
things that make readers run for ever or out of memory (bombs, deep nesting, circles, huge counts).
"""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache

Spoiler = Callable[[bytearray, random.Random], None]


def spoiled(pdf: bytes, seed: int) -> bytes:
    """The mutant number ``seed`` of ``pdf``."""
    chance = random.Random(seed)
    data = bytearray(pdf)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        if len(data) > 10:
            SPOILERS[chance.randrange(len(SPOILERS))](data, chance)
    return bytes(data)


# accidents


def _flip(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 30)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _flip_one(data: bytearray, chance: random.Random) -> None:
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _cut(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(len(data) // 2, len(data)) :]


def _drop(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    del data[start : start + chance.randint(1, 2000)]


def _double(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    piece = bytes(data[start : start + chance.randint(1, 3000)])
    place = chance.randrange(len(data))
    data[place:place] = piece


def _noise(data: bytearray, chance: random.Random) -> None:
    place = chance.randrange(len(data))
    data[place : place + 200] = chance.randbytes(200)


def _in_front(data: bytearray, chance: random.Random) -> None:
    data[0:0] = chance.choice([b"\n", b"junk\n", b"\xef\xbb\xbf", b"%PDF-1.4\n", b" " * 1020])


def _behind(data: bytearray, chance: random.Random) -> None:
    data += chance.choice([b"\n\n", b"\0" * 900, b"junk", b"%%EOF\n", b"\r\nstartxref\n0\n%%EOF"])


# words and numbers out of place

_NUMBERS = [b"0", b"-1", b"1", b"65535", b"4294967296", b"9" * 25, b"1.5", b"2 0 R", b"8388607"]
_KEYWORDS = [
    b"endobj", b"endstream", b"stream\n", b"<<", b">>", b"[", b"(", b"%", b"/Length", b"xref",
    b"trailer", b"startxref", b"%%EOF", b"/Kids[2 0 R]", b"/Prev 0", b"/ByteRange", b"\0", b"R",
    b"/Type/XRef", b"/Type/ObjStm", b"/Encrypt 1 0 R", b"/V 3 0 R", b"/AcroForm 1 0 R", b"1 0 obj",
]  # fmt: skip


def _number(data: bytearray, chance: random.Random) -> None:
    numbers = list(re.finditer(rb"\d+", bytes(data)))
    if numbers:
        found = numbers[chance.randrange(len(numbers))]
        data[found.start() : found.end()] = chance.choice(_NUMBERS)


def _number_after(word: bytes) -> Spoiler:
    """Only numbers behind a certain word, which are few and matter."""

    def spoil(data: bytearray, chance: random.Random) -> None:
        found = list(re.finditer(word + rb"[\s\[]*(\d+)", bytes(data)))
        if found:
            span = found[chance.randrange(len(found))].span(1)
            data[span[0] : span[1]] = chance.choice(_NUMBERS)

    return spoil


def _keyword(data: bytearray, chance: random.Random) -> None:
    place = chance.randrange(len(data))
    data[place:place] = chance.choice(_KEYWORDS)


def _name_exchanged(data: bytearray, chance: random.Random) -> None:
    names = list(re.finditer(rb"/[A-Za-z]{2,14}", bytes(data)))
    if len(names) > 1:
        one, other = chance.sample(names, 2)
        data[one.start() : one.end()] = other[0]


def _reference_exchanged(data: bytearray, chance: random.Random) -> None:
    references = list(re.finditer(rb"\d+ 0 R", bytes(data)))
    if len(references) > 1:
        one, other = chance.sample(references, 2)
        data[one.start() : one.end()] = other[0]


def _swap(data: bytearray, chance: random.Random) -> None:
    objects = list(re.finditer(rb"\n\d+ 0 obj\b.*?endobj", bytes(data), re.DOTALL))
    if len(objects) > 1:
        one, other = sorted(chance.sample(objects, 2), key=lambda found: found.start())
        data[other.start() : other.end()], data[one.start() : one.end()] = one[0], other[0]


def _range_moved(data: bytearray, chance: random.Random) -> None:
    """A byte range that covers something else, written in the same room."""
    found = list(re.finditer(rb"/ByteRange *\[([^\]]{7,80})\]", bytes(data)))
    if not found:
        return
    span = found[chance.randrange(len(found))].span(1)
    numbers = [int(n) for n in re.findall(rb"\d+", bytes(data[span[0] : span[1]]))]
    if numbers:
        at = chance.randrange(len(numbers))
        numbers[at] = max(0, numbers[at] + chance.choice([-100, -2, -1, 1, 2, 50, len(data)]))
    written = b" ".join(b"%d" % number for number in numbers)
    data[span[0] : span[1]] = written.ljust(span[1] - span[0])


# increments


def _appended(data: bytearray, objects: Mapping[int, bytes], extra: bytes = b"") -> None:
    """An increment with these objects, as a well-behaved program would write it."""
    old = bytes(data)
    starts = re.findall(rb"startxref\s+(\d+)", old)
    roots = re.findall(rb"/Root\s+(\d+ \d+ R)", old)
    sizes = re.findall(rb"/Size\s+(\d+)", old)
    places = {}
    data += b"\n"
    for number, body in objects.items():
        places[number] = len(data)
        data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n"
    for number, place in sorted(places.items()):
        data += b"%d 1\n%010d 00000 n \n" % (number, place)
    data += b"trailer\n<</Size %d/Root %b/Prev %d%b>>\nstartxref\n%d\n%%%%EOF\n" % (
        max([int(s[:9]) for s in sizes] + [n + 1 for n in objects], default=1),
        roots[-1] if roots else b"1 0 R",
        int(starts[-1][:12]) if starts else 0,
        extra,
        start,
    )


def _objects_of(data: bytearray) -> dict[int, bytes]:
    found = re.findall(rb"(?<!\d)(\d{1,6}) 0 obj\s(.*?)\sendobj", bytes(data), re.DOTALL)
    return {int(number): body for number, body in found}


def _increment(data: bytearray, chance: random.Random) -> None:
    """One object gets another one's content."""
    objects = _objects_of(data)
    if len(objects) > 1:
        one, other = chance.sample(sorted(objects), 2)
        _appended(data, {one: objects[other]})


def _increment_word(data: bytearray, chance: random.Random) -> None:
    """One object is written anew with one number or name changed."""
    objects = _objects_of(data)
    if not objects:
        return
    number = chance.choice(sorted(objects))
    body = bytearray(objects[number])
    if len(body) > 10:
        chance.choice([_number, _name_exchanged, _reference_exchanged, _flip_one])(body, chance)
    _appended(data, {number: bytes(body)})


def _increment_trailer(data: bytearray, chance: random.Random) -> None:
    objects = sorted(_objects_of(data)) or [1]
    _appended(
        data,
        {},
        chance.choice(
            [
                b"/Root %d 0 R" % chance.choice(objects),
                b"/Prev %d" % len(data),
                b"/XRefStm %d" % chance.randrange(len(data)),
                b"/Encrypt<</Filter/Standard/V 5/R 6>>",
                b"/Info %d 0 R" % chance.choice(objects),
                b"/Size 1",
            ]
        ),
    )


# what makes readers run for ever, or out of memory


@lru_cache(maxsize=8)
def _bomb(megabytes: int, text: bytes) -> bytes:
    """What unfolds into so many megabytes, put together from one packed megabyte."""
    plain = text * ((1 << 20) // len(text))
    packing = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packing.compress(plain) + packing.flush(zlib.Z_FULL_FLUSH)
    check = 1
    for _ in range(megabytes):
        check = zlib.adler32(plain, check)
    return b"\x78\xda" + block * megabytes + b"\x03\x00" + check.to_bytes(4, "big")


def _deflate_bomb(data: bytearray, chance: random.Random) -> None:
    objects = sorted(_objects_of(data)) or [1]
    packed = _bomb(chance.choice([60, 300]), chance.choice([b"[", b"0", b" ", b"1.5 "]))
    kind = chance.choice([b"/Type/ObjStm/N 9999999/First 10", b"/Type/ObjStm/N 5/First 999", b""])
    body = b"<<%b/Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream" % (
        kind,
        len(packed),
        packed,
    )
    _appended(data, {chance.choice(objects): body})


def _xref_bomb(data: bytearray, chance: random.Random) -> None:
    """A cross-reference stream that promises millions of entries and keeps the promise."""
    start = len(data) + 1
    packed = _bomb(chance.choice([30, 60]), chance.choice([b"\0", b"\1", b"\2"]))
    widths = chance.choice([b"1 1 1", b"1 0 0", b"1 4 1", b"0 1 0", b"16 8 8"])
    roots = re.findall(rb"/Root\s+(\d+ \d+ R)", bytes(data))
    data += b"\n9000 0 obj\n<</Type/XRef/Size 8388607/W[%b]/Root %b/Prev 0/Filter/FlateDecode" % (
        widths,
        roots[-1] if roots else b"1 0 R",
    )
    data += b"/Length %d>>\nstream\n%b\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (
        len(packed),
        packed,
        start,
    )


def _xref_promise(data: bytearray, chance: random.Random) -> None:
    found = list(re.finditer(rb"xref\s+(\d+ \d+)\s", bytes(data)))
    if found:
        span = found[chance.randrange(len(found))].span(1)
        data[span[0] : span[1]] = chance.choice(
            [b"0 8388607", b"0 9999999999", b"8388600 7", b"1 1"]
        )


def _deep(data: bytearray, chance: random.Random) -> None:
    objects = sorted(_objects_of(data)) or [1]
    opening = chance.choice([b"[", b"<</A ", b"(", b"<</Kids["])
    many = chance.choice([60, 70, 3000, 200_000])
    _appended(data, {chance.choice(objects): opening * many})


def _wide(data: bytearray, chance: random.Random) -> None:
    """Page trees, forms and annotations that multiply."""
    objects = sorted(_objects_of(data)) or [1]
    first = max(objects) + 1
    many = chance.choice([500, 5000])
    listed = b" ".join(b"%d 0 R" % (first + n) for n in range(many))
    shape = chance.choice(
        [
            b"<</Type/Pages/Kids[%b]/Count 1>>" % (b"%d 0 R " % chance.choice(objects) * many),
            b"<</Type/Pages/Kids[%b]/Count 9>>" % listed,
            b"<</Fields[%b]/Kids %d 0 R/T(a)/FT/Sig>>" % (listed, first + many),
            b"<</Type/Page/Annots %d 0 R/Kids %d 0 R>>" % (first + many, first + many),
        ]
    )
    child = chance.choice(
        [b"<</Kids %d 0 R/Annots %d 0 R>>" % (first + many, first + many), shape, b"<<>>"]
    )
    bodies = {first + n: child for n in range(min(many, 600))}
    bodies[first + many] = b"[%b]" % listed
    bodies[chance.choice(objects)] = shape
    _appended(data, bodies)


def _circle(data: bytearray, chance: random.Random) -> None:
    objects = sorted(_objects_of(data)) or [1]
    one, other = chance.choice(objects), chance.choice(objects)
    _appended(
        data,
        chance.choice(
            [
                {one: b"%d 0 R" % other, other: b"%d 0 R" % one},
                {one: b"<</Kids[%d 0 R %d 0 R]/Parent %d 0 R/V %d 0 R>>" % (one, other, one, one)},
                {one: b"<</Length %d 0 R>>\nstream\nx\nendstream" % one},
                {one: b"<</Type/Pages/Kids[%d 0 R %d 0 R]>>" % (one, one)},
            ]
        ),
    )


def _overlapping(data: bytearray, chance: random.Random) -> None:
    """Thousands of objects that lie within one another, each as long as all the rest."""
    many = chance.choice([300, 5000])
    first = max(_objects_of(data), default=0) + 1
    starts = re.findall(rb"startxref\s+(\d+)", bytes(data))
    roots = re.findall(rb"/Root\s+(\d+ \d+ R)", bytes(data))
    opening = chance.choice([b"%%", b"(", b"<</Length 9999999>>stream\n"])
    places = []
    data += b"\n"
    for number in range(first, first + many):
        places.append(len(data))
        data += b"%d 0 obj %b" % (number, opening)
    data += (
        b"\n[" + b"0 " * 100_000 + chance.choice([b"]\nendobj\n", b"\nendstream\n", b")" * many])
    )
    start = len(data)
    data += b"\nxref\n%d %d\n" % (first, many)
    for place in places:
        data += b"%010d 00000 n \n" % place
    data += b"trailer\n<</Size %d/Root %b/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        first + many,
        roots[-1] if roots else b"1 0 R",
        int(starts[-1][:12]) if starts else 0,
        start + 1,
    )


def _many_sections(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice([50, 400])):
        _appended(data, {})


SPOILERS: tuple[Spoiler, ...] = (
    _flip, _flip_one, _flip_one, _flip_one, _cut, _drop, _double, _noise, _in_front, _behind,
    _number, _number, _number_after(rb"/Length"), _number_after(rb"/Prev"),
    _number_after(rb"startxref"), _number_after(rb"/Size"), _number_after(rb"/First"),
    _number_after(rb"/ByteRange"), _number_after(rb"/Root"), _number_after(rb"/Kids"),
    _keyword, _name_exchanged, _reference_exchanged, _swap, _range_moved,
    _increment, _increment_word, _increment_word, _increment_trailer,
    _deflate_bomb, _xref_bomb, _xref_promise, _deep, _wide, _circle, _overlapping, _many_sections,
)  # fmt: skip
