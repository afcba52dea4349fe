"""Cutting a few glyphs out of a CFF font (Adobe Technical Notes 5176 and 5177).

The Chinese fonts that look like official papers come with PostScript outlines. A PDF takes them as
a CID-keyed CFF; this makes one that holds only the wanted glyphs. Subroutines are written out in
place, so that none of the font's several thousand need to come along.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from mmap import mmap

from station.dossier.opentype import FontFile, FontUnusable

_CALL, _RETURN, _END, _CALL_GLOBAL = 10, 11, 14, 29
_STEMS = (1, 3, 18, 23)
_MASKS = (19, 20)
_SUBRS = 19  # in a Private DICT
_CHARSTRINGS, _PRIVATE, _BBOX = 17, 18, 5
_ROS, _FD_ARRAY, _FD_SELECT = (12, 30), (12, 36), (12, 37)
_DEEPEST = 12  # subroutine calls; the format allows ten


class CffGlyphs:
    """The glyph programs of a CID-keyed CFF font."""

    def __init__(self, font: FontFile) -> None:
        self._font = font
        self._base, _ = font.table_at("CFF ")
        self._data = font.data
        try:
            header = self._data[self._base + 2]
            names = _Index(self._data, self._base + header)
            tops = _Index(self._data, names.end)
            strings = _Index(self._data, tops.end)
            self._global = _Index(self._data, strings.end)
            self._top = _dict(tops[0])
            if _ROS not in self._top:
                raise FontUnusable(file=font.path.name, reason="its outlines are not CID-keyed")
            self._programs = _Index(self._data, self._base + int(self._top[_CHARSTRINGS][0]))
            fonts = _Index(self._data, self._base + int(self._top[_FD_ARRAY][0]))
            self._privates: list[bytes] = []
            self._local: list[_Index | None] = []
            for n in range(len(fonts)):
                size, offset = (int(value) for value in _dict(fonts[n])[_PRIVATE])
                start = self._base + offset
                raw = self._data[start : start + size]
                subrs = _dict(raw).get(_SUBRS)
                self._privates.append(_without(raw, _SUBRS))
                self._local.append(_Index(self._data, start + int(subrs[0])) if subrs else None)
            self._selected = self._fd_select(self._base + int(self._top[_FD_SELECT][0]))
        except (KeyError, IndexError, struct.error) as error:
            raise FontUnusable(file=font.path.name, reason=str(error)) from None
        self._plain: dict[int, bytes] = {}

    def program(self, glyph: int) -> bytes:
        """The glyph's program with every subroutine written out."""
        if glyph not in self._plain:
            local = self._local[self._font_of(glyph)]
            self._plain[glyph] = _Unrolled(self._global, local).run(self._programs[glyph])
        return self._plain[glyph]

    def subset(self, glyphs: Sequence[int], name: str) -> bytes:
        """A CFF with ``glyphs`` in this order as CID 0, 1, 2 …; the first must be glyph 0."""
        used = sorted({self._font_of(glyph) for glyph in glyphs})
        programs = _index_of([self.program(glyph) for glyph in glyphs])
        select = bytes([0]) + bytes(used.index(self._font_of(glyph)) for glyph in glyphs)
        charset = struct.pack(">BHH", 2, 1, max(0, len(glyphs) - 2))
        privates = [self._privates[n] for n in used]

        def top(charset_at: int, select_at: int, programs_at: int, fonts_at: int) -> bytes:
            bbox = b"".join(_integer(int(value)) for value in self._top.get(_BBOX, [0] * 4))
            return _index_of(
                [
                    _integer(391) + _integer(392) + _integer(0) + bytes(_ROS)
                    + bbox + bytes([_BBOX])
                    + _integer(len(glyphs)) + bytes((12, 34))
                    + _integer(charset_at) + bytes([15])
                    + _integer(select_at) + bytes(_FD_SELECT)
                    + _integer(programs_at) + bytes([_CHARSTRINGS])
                    + _integer(fonts_at) + bytes(_FD_ARRAY)
                ]
            )  # fmt: skip

        head = bytes((1, 0, 4, 4)) + _index_of([name.encode("ascii")])
        tail = _index_of([b"Adobe", b"Identity"]) + _index_of([])
        charset_at = len(head) + len(top(0, 0, 0, 0)) + len(tail)
        select_at = charset_at + len(charset)
        programs_at = select_at + len(select)
        privates_at = programs_at + len(programs)
        fonts = []
        at = privates_at
        for private in privates:
            fonts.append(_integer(len(private)) + _integer(at) + bytes([_PRIVATE]))
            at += len(private)
        return b"".join(
            (
                head,
                top(charset_at, select_at, programs_at, at),
                tail,
                charset,
                select,
                programs,
                *privates,
                _index_of(fonts),
            )
        )

    def _font_of(self, glyph: int) -> int:
        starts, fonts = self._selected
        return fonts[bisect_right(starts, glyph) - 1]

    def _fd_select(self, at: int) -> tuple[list[int], list[int]]:
        data = self._data
        if data[at] == 0:
            count = len(self._programs)
            return list(range(count)), list(data[at + 1 : at + 1 + count])
        (count,) = struct.unpack(">H", data[at + 1 : at + 3])
        ranges = [struct.unpack(">HB", data[at + 3 + 3 * n : at + 6 + 3 * n]) for n in range(count)]
        return [first for first, _ in ranges], [font for _, font in ranges]


class _Index:
    """A CFF INDEX in the mapped file: objects by number, read when asked for."""

    def __init__(self, data: bytes | mmap, at: int) -> None:
        self._data = data
        self._count = int.from_bytes(data[at : at + 2], "big")
        self._size = data[at + 2] if self._count else 1
        self._offsets = at + 3
        self._objects = self._offsets + (self._count + 1) * self._size - 1
        self.end = self._objects + self._offset(self._count) if self._count else at + 2

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, number: int) -> bytes:
        if not 0 <= number < self._count:
            raise IndexError(f"there is no object {number} in an index of {self._count}")
        start, end = self._offset(number), self._offset(number + 1)
        return self._data[self._objects + start : self._objects + end]

    def _offset(self, number: int) -> int:
        at = self._offsets + number * self._size
        return int.from_bytes(self._data[at : at + self._size], "big")


class _Unrolled:
    """Writes a Type 2 program out with its subroutine calls replaced by what they call."""

    def __init__(self, shared: _Index, local: _Index | None) -> None:
        self._shared, self._local = shared, local
        self._out = bytearray()
        self._stack: list[tuple[int, int]] = []  # where each number begins in the output, its value
        self._stems = 0
        self._ended = False

    def run(self, program: bytes) -> bytes:
        self._walk(program, 0)
        return bytes(self._out)

    def _walk(self, program: bytes, depth: int) -> None:
        if depth > _DEEPEST:
            raise IndexError("subroutines call each other without end")
        at = 0
        while at < len(program) and not self._ended:
            first = program[at]
            if first == 28 or first >= 32:
                size, value = _number(program, at)
                self._stack.append((len(self._out), value))
                self._out += program[at : at + size]
                at += size
                continue
            at += 1
            if first == _RETURN:
                return
            if first in (_CALL, _CALL_GLOBAL):
                index = self._local if first == _CALL else self._shared
                start, value = self._stack.pop()
                del self._out[start:]
                if index is None:
                    raise IndexError("a local subroutine is called, and there are none")
                self._walk(index[value + _bias(len(index))], depth + 1)
                continue
            self._out.append(first)
            if first == 12:
                self._out.append(program[at])
                at += 1
            elif first in _STEMS:
                self._stems += len(self._stack) // 2
            elif first in _MASKS:
                self._stems += len(self._stack) // 2  # stems before a mask need no operator
                size = (self._stems + 7) // 8
                self._out += program[at : at + size]
                at += size
            elif first == _END:
                self._ended = True
            self._stack.clear()


def _bias(count: int) -> int:
    return 107 if count < 1240 else 1131 if count < 33900 else 32768


def _number(data: bytes, at: int) -> tuple[int, int]:
    """Size and value of a number in a glyph program; fractions lose theirs, no call uses them."""
    first = data[at]
    if first == 28:
        return 3, int.from_bytes(data[at + 1 : at + 3], "big", signed=True)
    if first == 255:
        return 5, int.from_bytes(data[at + 1 : at + 3], "big", signed=True)
    if first <= 246:
        return 1, first - 139
    if first <= 250:
        return 2, (first - 247) * 256 + data[at + 1] + 108
    return 2, -(first - 251) * 256 - data[at + 1] - 108


_Operator = int | tuple[int, int]


def _entries(data: bytes) -> Iterator[tuple[_Operator, list[float], bytes]]:
    """Each operator of a DICT with its operands and with the bytes that say it."""
    at = start = 0
    operands: list[float] = []
    while at < len(data):
        first = data[at]
        if first <= 21:
            operator: _Operator = first
            at += 1
            if first == 12:
                operator = (12, data[at])
                at += 1
            yield operator, operands, data[start:at]
            operands, start = [], at
        elif first == 29:
            operands.append(struct.unpack(">i", data[at + 1 : at + 5])[0])
            at += 5
        elif first == 30:
            size, real = _real(data, at)
            operands.append(real)
            at += size
        else:
            size, value = _number(data, at)
            operands.append(value)
            at += size


def _real(data: bytes, at: int) -> tuple[int, float]:
    text, size = "", 1
    while True:
        byte = data[at + size]
        size += 1
        for nibble in (byte >> 4, byte & 15):
            if nibble == 15:
                return size, float(text)
            text += "0123456789.EE?-"[nibble] + ("-" if nibble == 12 else "")


def _dict(data: bytes) -> dict[_Operator, list[float]]:
    return {operator: operands for operator, operands, _ in _entries(data)}


def _without(data: bytes, unwanted: _Operator) -> bytes:
    return b"".join(raw for operator, _, raw in _entries(data) if operator != unwanted)


def _integer(value: int) -> bytes:
    """An integer in five bytes, so that offsets can be filled in without moving anything."""
    return struct.pack(">Bi", 29, value)


def _index_of(objects: Sequence[bytes]) -> bytes:
    if not objects:
        return b"\x00\x00"
    offsets = [1]
    for one in objects:
        offsets.append(offsets[-1] + len(one))
    size = (offsets[-1].bit_length() + 7) // 8
    return b"".join(
        (
            struct.pack(">HB", len(objects), size),
            *(offset.to_bytes(size, "big") for offset in offsets),
            *objects,
        )
    )
