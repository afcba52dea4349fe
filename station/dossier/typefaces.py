"""The typefaces of official papers: where they lie, which glyph a character gets, how they embed.

宋 for what is printed, 黑 for what was filled in, 楷 for what stands in for a hand. A character
that a face lacks is taken from the next one, so that rare characters in names (𠮷, 㐂, 䶮) are
never lost. Outlines may be PostScript's or TrueType's.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from station.dossier.cff import CffGlyphs
from station.dossier.opentype import FontFile, FontUnusable
from station.dossier.truetype import TrueTypeGlyphs
from station.errors import StationError
from station.paths import resources


class FontsMissing(StationError):
    what = "The paper was not made."
    cause = "No Chinese typeface was found on this computer (looked in {places})."
    remedy = "Install the packages fonts-noto-cjk and fonts-lxgw-wenkai, then try again."
    zh = (
        "文件没有做成。",
        "这台电脑上没有中文字体（找过 {places}）。",
        "请安装 fonts-noto-cjk 和 fonts-lxgw-wenkai 两个软件包再试。",
    )


class Face(StrEnum):
    """A typeface asked for; where it is missing, the next best is taken."""

    SONG = "song"
    SONG_BOLD = "song_bold"
    HEI = "hei"
    HEI_BOLD = "hei_bold"
    KAI = "kai"


# File name and, for a collection, the family wanted; in order of preference. The last ones are
# what Windows brings.
_FILES: dict[Face, tuple[tuple[str, str], ...]] = {
    Face.SONG: (
        ("NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC"),
        ("NotoSerifCJKsc-Regular.otf", ""),
        ("SourceHanSerifSC-Regular.otf", ""),
        ("simsun.ttc", "SimSun"),
    ),
    Face.SONG_BOLD: (
        ("NotoSerifCJK-Bold.ttc", "Noto Serif CJK SC"),
        ("NotoSerifCJKsc-Bold.otf", ""),
        ("SourceHanSerifSC-Bold.otf", ""),
        ("simhei.ttf", ""),
    ),
    Face.HEI: (
        ("NotoSansCJK-Regular.ttc", "Noto Sans CJK SC"),
        ("NotoSansCJKsc-Regular.otf", ""),
        ("SourceHanSansSC-Regular.otf", ""),
        ("wqy-zenhei.ttc", ""),
        ("simhei.ttf", ""),
    ),
    Face.HEI_BOLD: (
        ("NotoSansCJK-Bold.ttc", "Noto Sans CJK SC"),
        ("NotoSansCJKsc-Bold.otf", ""),
        ("SourceHanSansSC-Bold.otf", ""),
        ("simhei.ttf", ""),
    ),
    Face.KAI: (("LXGWWenKai-Regular.ttf", ""), ("simkai.ttf", "")),
}
_STAND_INS: dict[Face, tuple[Face, ...]] = {
    Face.SONG: (Face.KAI, Face.HEI),
    Face.SONG_BOLD: (Face.HEI_BOLD, Face.SONG, Face.KAI, Face.HEI),
    Face.HEI: (Face.KAI, Face.SONG),
    Face.HEI_BOLD: (Face.SONG_BOLD, Face.HEI, Face.KAI, Face.SONG),
    Face.KAI: (Face.SONG, Face.HEI),
}
MISSING_MARK = "〓"  # what printers set for a character they have no type for


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one face."""

    face: Typeface
    glyphs: tuple[int, ...]
    text: str
    width: float  # in ems


class Typeface:
    """An opened face; one for each file in the process."""

    def __init__(self, path: Path, family: str) -> None:
        self.file = FontFile(path, family)
        self.name = self.file.postscript_name
        self._glyphs = CffGlyphs(self.file) if self.file.is_cff else TrueTypeGlyphs(self.file)
        self._advances: dict[int, float] = {}

    def glyph(self, character: str) -> int:
        """The glyph of a character; 0 when there is none."""
        return self.file.glyph(character)

    def advance(self, glyph: int) -> float:
        """Its width in ems."""
        if glyph not in self._advances:
            self._advances[glyph] = self.file.advance(glyph) / 1000
        return self._advances[glyph]

    def embed(self, pdf: Any, used: dict[int, str]) -> Any:
        """Puts the face with the ``used`` glyphs (and the text of each) into a pikepdf document.

        Codes are glyph places: the n-th used glyph, from 1, is code n. Returns the font object.
        """
        from pikepdf import Array, Dictionary, Name, Stream

        glyphs = [0, *used]
        letters = "".join(used.values())
        tag = hashlib.sha256(f"{self.name} {letters}".encode()).digest()
        name = "".join(chr(65 + byte % 26) for byte in tag[:6]) + "+" + self.name
        program = self._glyphs.subset(glyphs, name)
        cff = self.file.is_cff
        stream = Stream(pdf, program)
        if cff:
            stream.Subtype = Name.CIDFontType0C
        else:
            stream.Length1 = len(program)
        scale = 1000 / self.file.units_per_em
        descriptor = Dictionary(
            Type=Name.FontDescriptor,
            FontName=Name("/" + name),
            Flags=4,
            FontBBox=Array([round(value * scale) for value in self.file.bbox]),
            ItalicAngle=0,
            Ascent=round(self.file.ascent * scale),
            Descent=round(self.file.descent * scale),
            CapHeight=700,
            StemV=80,
        )
        descriptor[Name.FontFile3 if cff else Name.FontFile2] = pdf.make_indirect(stream)
        widths = [round(self.file.advance(glyph), 3) for glyph in glyphs]
        descendant = Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType0 if cff else Name.CIDFontType2,
            BaseFont=Name("/" + name),
            CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
            FontDescriptor=pdf.make_indirect(descriptor),
            DW=1000,
            W=Array([0, Array(widths)]),
        )
        if not cff:
            descendant.CIDToGIDMap = Name.Identity
        return pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.Type0,
                BaseFont=Name("/" + name),
                Encoding=Name("/Identity-H"),
                DescendantFonts=Array([pdf.make_indirect(descendant)]),
                ToUnicode=pdf.make_indirect(Stream(pdf, _to_unicode(used))),
            )
        )


@lru_cache(maxsize=16)
def typeface(face: Face) -> Typeface:
    """The face, or the best that is there; ``FontsMissing`` when there is none at all."""
    places = list(_places())
    for wanted in (face, *_STAND_INS[face]):
        for name, family in _FILES[wanted]:
            path = _find(name)
            if path is not None:
                return _opened(path, family)
    raise FontsMissing(places="、".join(str(place) for place in places))


@lru_cache(maxsize=4096)
def _type_for(face: Face, character: str) -> tuple[Typeface, int]:
    for one in (face, *_STAND_INS[face]):
        found = typeface(one)
        glyph = found.glyph(character)
        if glyph:
            return found, glyph
    if character == MISSING_MARK:
        return typeface(face), 0
    return _type_for(face, MISSING_MARK)


def lacking(text: str, face: Face = Face.HEI) -> str:
    """The characters that no face here can print, each once; the mark 〓 stands in their place."""
    return "".join(
        dict.fromkeys(
            character
            for character in text
            if not any(typeface(one).glyph(character) for one in (face, *_STAND_INS[face]))
        )
    )


def runs(text: str, face: Face) -> Iterator[Run]:
    """The text in stretches of one face each."""
    at = 0
    while at < len(text):
        chosen, glyph = _type_for(face, text[at])
        glyphs = [glyph]
        end = at + 1
        while end < len(text):
            other, glyph = _type_for(face, text[end])
            if other is not chosen:
                break
            glyphs.append(glyph)
            end += 1
        width = sum(chosen.advance(one) for one in glyphs)
        yield Run(chosen, tuple(glyphs), text[at:end], width)
        at = end


def ems(text: str, face: Face) -> float:
    """How wide the text is in ems."""
    total = 0.0
    for character in text:
        chosen, glyph = _type_for(face, character)
        total += chosen.advance(glyph)
    return total


def _to_unicode(used: dict[int, str]) -> bytes:
    lines = [
        f"<{code:04X}> <{text.encode('utf-16-be').hex().upper()}>"
        for code, text in enumerate(used.values(), start=1)
    ]
    blocks = []
    for start in range(0, len(lines), 100):
        block = lines[start : start + 100]
        blocks += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    return "\n".join(
        (
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            "<0000> <FFFF>",
            "endcodespacerange",
            *blocks,
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        )
    ).encode("ascii")


@lru_cache(maxsize=16)
def _opened(path: Path, family: str) -> Typeface:
    try:
        return Typeface(path, family)
    except KeyError as error:
        raise FontUnusable(file=path.name, reason=f"it has no table {error}") from None


def _places() -> Iterator[Path]:
    given = os.environ.get("YIZHAN_FONTS")
    if given:
        yield Path(given)
    yield resources("fonts")
    if os.name == "nt":
        yield Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts"
        return
    yield Path("/usr/share/fonts")
    yield Path("/usr/local/share/fonts")
    yield Path.home() / ".local/share/fonts"
    yield Path.home() / ".fonts"


def _find(name: str) -> Path | None:
    return _font_files().get(name)


@lru_cache(maxsize=1)
def _font_files() -> dict[str, Path]:
    """Every font file here by name; where a name occurs twice, the earlier place wins."""
    found: dict[str, Path] = {}
    for place in _places():
        for path in sorted(place.rglob("*.[ot]t[cf]")) if place.is_dir() else ():
            found.setdefault(path.name, path)
    return found
