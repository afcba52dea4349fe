"""Reading an OpenType file: which glyph stands for a character, how wide it is, its outline bytes.

Just what embedding a font needs, read lazily from a memory map, because the Chinese fonts are
15 to 25 MB and a document uses a few hundred glyphs. No shaping, no hinting, no drawing.
"""

from __future__ import annotations

import mmap
import struct
from array import array
from bisect import bisect_right
from functools import cached_property
from pathlib import Path

from station.errors import StationError


class FontUnusable(StationError):
    what = "The font {file} cannot be used."
    cause = "{reason}"
    remedy = "Install the packages fonts-noto-cjk and fonts-lxgw-wenkai again."
    zh = (
        "字体 {file} 不能用。",
        "{reason}",
        "请重新安装 fonts-noto-cjk 和 fonts-lxgw-wenkai 两个软件包。",
    )


class FontFile:
    """One face of a font file.

    ``family`` picks the face of a collection whose family name is exactly that; empty picks the
    first. ``FontUnusable`` when the file is damaged or has no such face.
    """

    def __init__(self, path: Path, family: str = "") -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                self.data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._tables = self._face(family)
            self._head = self.table("head")
            self.units_per_em: int = struct.unpack(">H", self._head[18:20])[0]
            self.bbox: tuple[int, int, int, int] = struct.unpack(">4h", self._head[36:44])
            hhea = self.table("hhea")
            self.ascent, self.descent = struct.unpack(">2h", hhea[4:8])
            self._metrics = struct.unpack(">H", hhea[34:36])[0]
            self.glyph_count: int = struct.unpack(">H", self.table("maxp")[4:6])[0]
        except (OSError, ValueError, KeyError, struct.error, IndexError) as error:
            raise FontUnusable(file=path.name, reason=str(error)) from None

    @property
    def is_cff(self) -> bool:
        """Whether the outlines are PostScript's (CFF) rather than TrueType's."""
        return "CFF " in self._tables

    def table(self, tag: str) -> bytes:
        """The whole of a table; ``KeyError`` when the face has none."""
        offset, length = self._tables[tag]
        return self.data[offset : offset + length]

    def table_at(self, tag: str) -> tuple[int, int]:
        """Offset and length of a table in the file."""
        return self._tables[tag]

    def has_table(self, tag: str) -> bool:
        return tag in self._tables

    def glyph(self, character: str) -> int:
        """The glyph for one character; 0 when the face has none."""
        code = ord(character)
        starts, ends, glyphs = self._ranges
        at = bisect_right(starts, code) - 1
        if at < 0 or code > ends[at]:
            return 0
        return glyphs[at] + code - starts[at]

    def advance(self, glyph: int) -> float:
        """The glyph's width in thousandths of the em."""
        offset, _ = self._tables["hmtx"]
        at = offset + 4 * min(glyph, self._metrics - 1)
        width: int = struct.unpack(">H", self.data[at : at + 2])[0]
        return width * 1000 / self.units_per_em

    @cached_property
    def postscript_name(self) -> str:
        """The name that a PDF knows the face by."""
        return self._name(6) or self.path.stem

    def _face(self, family: str) -> dict[str, tuple[int, int]]:
        data = self.data
        if data[:4] != b"ttcf":
            return self._directory(0)
        (count,) = struct.unpack(">I", data[8:12])
        for offset in struct.unpack(f">{count}I", data[12 : 12 + 4 * count]):
            self._tables = self._directory(offset)
            if not family or family in (self._name(16), self._name(1)):
                return self._tables
        raise ValueError(f"it holds no face named {family}")

    def _directory(self, offset: int) -> dict[str, tuple[int, int]]:
        data = self.data
        (count,) = struct.unpack(">H", data[offset + 4 : offset + 6])
        tables = {}
        for n in range(count):
            at = offset + 12 + 16 * n
            tag, _, start, length = struct.unpack(">4sIII", data[at : at + 16])
            tables[tag.decode("latin-1")] = (start, length)
        return tables

    def _name(self, number: int) -> str:
        table = self.table("name")
        count, strings = struct.unpack(">2H", table[2:6])
        for n in range(count):
            platform, _, _, found, length, offset = struct.unpack(
                ">6H", table[6 + 12 * n : 18 + 12 * n]
            )
            if platform == 3 and found == number:
                return table[strings + offset : strings + offset + length].decode("utf-16-be")
        return ""

    @cached_property
    def _ranges(self) -> tuple[array[int], array[int], array[int]]:
        """Runs of characters with consecutive glyphs: first, last, glyph of the first."""
        table = self.table("cmap")
        (count,) = struct.unpack(">H", table[2:4])
        found = {}
        for n in range(count):
            platform, encoding, offset = struct.unpack(">2HI", table[4 + 8 * n : 12 + 8 * n])
            found[platform, encoding] = offset
        for key in ((3, 10), (0, 6), (0, 4)):
            if key in found and table[found[key] : found[key] + 2] == b"\x00\x0c":
                return _format_12(table, found[key])
        for key in ((3, 1), (0, 3), (0, 1)):
            if key in found and table[found[key] : found[key] + 2] == b"\x00\x04":
                return _format_4(table, found[key])
        raise FontUnusable(file=self.path.name, reason="it has no Unicode character map")


def _format_12(table: bytes, at: int) -> tuple[array[int], array[int], array[int]]:
    (groups,) = struct.unpack(">I", table[at + 12 : at + 16])
    flat = struct.unpack(f">{3 * groups}I", table[at + 16 : at + 16 + 12 * groups])
    return array("L", flat[0::3]), array("L", flat[1::3]), array("L", flat[2::3])


def _format_4(table: bytes, at: int) -> tuple[array[int], array[int], array[int]]:
    (double,) = struct.unpack(">H", table[at + 6 : at + 8])
    count = double // 2
    ends = struct.unpack(f">{count}H", table[at + 14 : at + 14 + double])
    where = at + 16 + double
    starts = struct.unpack(f">{count}H", table[where : where + double])
    deltas = struct.unpack(f">{count}H", table[where + double : where + 2 * double])
    base = where + 2 * double
    offsets = struct.unpack(f">{count}H", table[base : base + double])
    firsts, lasts, glyphs = array("L"), array("L"), array("L")
    for n, (start, end, delta, offset) in enumerate(
        zip(starts, ends, deltas, offsets, strict=True)
    ):
        for code in range(start, end + 1):
            if code == 0xFFFF:
                continue
            glyph = code
            if offset:
                entry = base + 2 * n + offset + 2 * (code - start)
                (glyph,) = struct.unpack(">H", table[entry : entry + 2])
                if glyph == 0:
                    continue
            glyph = (glyph + delta) & 0xFFFF
            if lasts and lasts[-1] == code - 1 and glyphs[-1] + code - firsts[-1] == glyph:
                lasts[-1] = code
            else:
                firsts.append(code)
                lasts.append(code)
                glyphs.append(glyph)
    return firsts, lasts, glyphs
