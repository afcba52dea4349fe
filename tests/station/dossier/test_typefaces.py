"""Typefaces: every name can be printed, and what is printed can be read again."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont

from station.clock import CHINA
from station.dossier.book import Book
from station.dossier.opentype import FontFile, FontUnusable
from station.dossier.text import Style
from station.dossier.typefaces import Face, Typeface, ems, lacking, runs, typeface
from tests.helpers.printed import rendered, texts

WHEN = datetime(2026, 11, 23, 10, 0, tzinfo=CHINA)
RARE = "𠮷㐂䶮㛃𬭩犇骉"


def page_with(text: str, face: Face, size: float = 24.0) -> bytes:
    book = Book("字", WHEN)
    book.sheet().text(20.0, 40.0, text, Style(face, size))
    return book.write()


@pytest.mark.parametrize("face", list(Face))
def test_rare_characters_in_names_can_be_printed_and_read_back(face: Face) -> None:
    assert lacking(RARE, face) == ""
    assert texts(page_with(f"任{RARE}", face)) == [f"任{RARE}"]


def test_a_character_that_one_face_lacks_comes_from_the_next(tmp_path: Path) -> None:
    kai = typeface(Face.KAI)
    lacked = next(c for c in map(chr, range(0x2B740, 0x2EBE0)) if not kai.glyph(c))
    text = f"任{lacked}"
    if typeface(Face.SONG).glyph(lacked) or typeface(Face.HEI).glyph(lacked):
        found = list(runs(text, Face.KAI))
        assert [run.text for run in found] == ["任", lacked]
        assert found[0].face is not found[1].face
    else:
        assert lacking(text, Face.KAI) == lacked


def test_what_no_face_has_is_marked_and_named_never_dropped() -> None:
    nobody = "\U0010fffd"
    assert lacking(f"任{nobody}") == nobody
    assert ems(f"任{nobody}", Face.HEI) == 2.0
    assert texts(page_with(f"任{nobody}娟", Face.HEI))[0].count("任") == 1


@pytest.mark.parametrize("face", [Face.SONG, Face.SONG_BOLD, Face.HEI, Face.KAI])
def test_glyphs_are_drawn_as_the_font_itself_draws_them(face: Face) -> None:
    """The cut-out font in the PDF against FreeType on the whole font file."""
    text = "驿站龘qgy8、，"
    font = typeface(face)
    pixels = 300
    points = pixels * 72 / 150
    own = rendered(page_with(text, face, points))
    # The em box's left end is at 20 mm, the baseline at 40 mm.
    theirs = Image.new("L", own.size, 255)
    faces = range(5) if font.file.path.suffix == ".ttc" else range(1)
    wanted = next(
        n
        for n in faces
        if FontFile(font.file.path, _family(font.file.path, n)).postscript_name == font.name
    )
    drawn = ImageFont.truetype(str(font.file.path), pixels, index=wanted)
    at = (20.0 * 150 / 25.4, 40.0 * 150 / 25.4)
    ImageDraw.Draw(theirs).text(at, text, 0, drawn, anchor="ls", features=["-kern"])
    box = (0, 0, own.width, round(60 * 150 / 25.4))
    difference = ImageChops.difference(own.crop(box), theirs.crop(box))
    ink = sum(255 - value for value in theirs.crop(box).get_flattened_data())
    off = sum(difference.get_flattened_data())
    assert ink > 0
    assert off < 0.12 * ink, f"{off / ink:.3f} of the ink lies elsewhere"


def _family(path: Path, index: int) -> str:
    return ImageFont.truetype(str(path), 10, index=index).getname()[0] or ""


def test_only_the_glyphs_that_are_used_are_embedded() -> None:
    small, large = page_with("一", Face.SONG), page_with("一二三四五六七八九十" * 3, Face.SONG)
    assert len(small) < len(large) < 30_000
    with pikepdf.open(io.BytesIO(small)) as pdf:
        (font,) = pdf.pages[0].Resources.Font.values()
        assert str(font.BaseFont)[7] == "+"
        assert len(font.DescendantFonts[0].W[1]) == 2, "the empty glyph and one more"


def test_a_file_that_is_no_font_is_one_sentence(tmp_path: Path) -> None:
    for content in (
        b"",
        b"not a font",
        b"ttcf" + bytes(40),
        b"\x00\x01\x00\x00\x00\x01" + bytes(30),
    ):
        (tmp_path / "x.ttf").write_bytes(content)
        with pytest.raises(FontUnusable) as caught:
            Typeface(tmp_path / "x.ttf", "")
        assert "x.ttf" in caught.value.sentence("zh")
