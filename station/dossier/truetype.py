"""Cutting a few glyphs out of a TrueType font (ISO/IEC 14496-22, tables glyf and loca)."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from station.dossier.opentype import FontFile

_WORDS, _SCALE, _MORE, _XY_SCALE, _MATRIX = 0x0001, 0x0008, 0x0020, 0x0040, 0x0080
_HINTED = 0x0100


class TrueTypeGlyphs:
    """The outlines of a TrueType face."""

    def __init__(self, font: FontFile) -> None:
        self._font = font
        self._glyf, _ = font.table_at("glyf")
        self._loca, _ = font.table_at("loca")
        (self._long,) = struct.unpack(">h", font.table("head")[50:52])

    def subset(self, glyphs: Sequence[int], name: str) -> bytes:
        """A font file with ``glyphs`` in this order as 0, 1, 2 …; parts of glyphs follow them."""
        order = list(glyphs)
        places = {glyph: n for n, glyph in enumerate(order)}
        # The list grows while it is walked: the parts of composite glyphs are put at its end.
        outlines = [self._renumbered(self._outline(glyph), order, places) for glyph in order]
        offsets, at = [0], 0
        for outline in outlines:
            at += len(outline) + len(outline) % 2
            offsets.append(at)
        font = self._font
        head = bytearray(font.table("head"))
        head[8:12] = bytes(4)  # the checksum of the whole, which nobody reads in a PDF
        head[50:52] = struct.pack(">h", 1)
        hhea = bytearray(font.table("hhea"))
        hhea[34:36] = struct.pack(">H", len(order))
        maxp = bytearray(font.table("maxp"))
        maxp[4:6] = struct.pack(">H", len(order))
        tables = {
            "glyf": b"".join(one + bytes(len(one) % 2) for one in outlines),
            "head": bytes(head),
            "hhea": bytes(hhea),
            "hmtx": b"".join(self._metric(glyph) for glyph in order),
            "loca": struct.pack(f">{len(offsets)}I", *offsets),
            "maxp": bytes(maxp),
        }
        for tag in ("cvt ", "fpgm", "prep"):
            if font.has_table(tag):
                tables[tag] = font.table(tag)
        return _file(tables)

    def _outline(self, glyph: int) -> bytes:
        data = self._font.data
        if self._long:
            at = self._loca + 4 * glyph
            start, end = struct.unpack(">2I", data[at : at + 8])
        else:
            at = self._loca + 2 * glyph
            start, end = (2 * half for half in struct.unpack(">2H", data[at : at + 4]))
        return data[self._glyf + start : self._glyf + end]

    def _renumbered(self, outline: bytes, order: list[int], places: dict[int, int]) -> bytes:
        """A composite glyph with its parts under their new numbers; others as they are."""
        if len(outline) < 10 or struct.unpack(">h", outline[:2])[0] >= 0:
            return outline
        fresh = bytearray(outline)
        at = 10
        while True:
            flags, part = struct.unpack(">2H", outline[at : at + 4])
            if part not in places:
                places[part] = len(order)
                order.append(part)
            fresh[at : at + 4] = struct.pack(">2H", flags & ~_HINTED, places[part])
            at += 4 + (4 if flags & _WORDS else 2)
            at += 2 if flags & _SCALE else 4 if flags & _XY_SCALE else 8 if flags & _MATRIX else 0
            if not flags & _MORE:
                return bytes(fresh[:at])

    def _metric(self, glyph: int) -> bytes:
        width = round(self._font.advance(glyph) * self._font.units_per_em / 1000)
        outline = self._outline(glyph)
        left = struct.unpack(">h", outline[2:4])[0] if outline else 0
        return struct.pack(">Hh", width, left)


def _file(tables: dict[str, bytes]) -> bytes:
    count = len(tables)
    power = count.bit_length() - 1
    header = struct.pack(">I4H", 0x00010000, count, 16 << power, power, 16 * count - (16 << power))
    directory, body = b"", b""
    at = 12 + 16 * count
    for tag in sorted(tables):
        content = tables[tag]
        padded = content + bytes(-len(content) % 4)
        total = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        directory += struct.pack(">4sIII", tag.encode("latin-1"), total, at, len(content))
        body += padded
        at += len(padded)
    return header + directory + body
