"""Finding a Chinese font to draw with, on whatever system this is.

The fonts must have TrueType outlines, for reportlab embeds no other kind (so Noto CJK and Source
Han, which are CFF, do not serve). Installed by the set-up: 霞鹜文楷 (fonts-lxgw-wenkai, with the
rare characters of people's names) and 文泉驿正黑 (fonts-wqy-zenhei). A font put into
``resources/fonts`` or a folder named in YIZHAN_FONTS goes before those of the system.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from signing.errors import ExplainedError


class FontMissing(ExplainedError):
    what = "The page was not drawn."
    cause = "No Chinese font with TrueType outlines was found (looked in {places})."
    remedy = (
        "Install the package fonts-lxgw-wenkai or fonts-wqy-zenhei, "
        "or put LXGWWenKai-Regular.ttf into {own}."
    )
    zh = (
        "页面没有画出来。",
        "找不到可用的中文字体（TrueType 轮廓），找过 {places}。",
        "请安装 fonts-lxgw-wenkai 或 fonts-wqy-zenhei，或把 LXGWWenKai-Regular.ttf 放进 {own}。",
    )


class FontStyle(StrEnum):
    """The looks asked for; where one is missing the other is taken."""

    KAI = "kai"  # 楷体: names, what a person wrote or answers for
    HEI = "hei"  # 黑体: labels, headings, the rim of a seal


@dataclass(frozen=True, slots=True)
class Font:
    """A font file; ``index`` is the face inside a collection (.ttc), ``name`` is for reportlab."""

    path: Path
    index: int
    name: str


# file name, face, in order of preference; simkai and friends are what Windows brings
_CANDIDATES: dict[FontStyle, tuple[tuple[str, int], ...]] = {
    FontStyle.KAI: (
        ("LXGWWenKai-Regular.ttf", 0),
        ("ukai.ttc", 0),
        ("simkai.ttf", 0),
    ),
    FontStyle.HEI: (
        ("NotoSansSC-Regular.ttf", 0),
        ("wqy-zenhei.ttc", 0),
        ("wqy-microhei.ttc", 0),
        ("simhei.ttf", 0),
        ("LXGWWenKai-Bold.ttf", 0),
    ),
}

_OWN_FOLDER = Path(__file__).resolve().parent.parent / "resources" / "fonts"


@lru_cache(maxsize=8)
def find_font(style: FontStyle = FontStyle.KAI) -> Font:
    """The best font of ``style`` on this system; ``FontMissing`` when there is none at all."""
    other = FontStyle.HEI if style is FontStyle.KAI else FontStyle.KAI
    places = list(_places())
    for file_name, index in (*_CANDIDATES[style], *_CANDIDATES[other]):
        for place in places:
            if path := _in_folder(place, file_name):
                return Font(path, index, f"{path.stem}-{index}")
    raise FontMissing(places=", ".join(map(str, places)), own=_OWN_FOLDER)


@lru_cache(maxsize=8)
def reportlab_font(style: FontStyle = FontStyle.KAI) -> str:
    """Registers the font of ``style`` with reportlab once a process and returns its name there."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    font = find_font(style)
    _correct_to_unicode()
    if font.name not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(font.name, str(font.path), subfontIndex=font.index))
    return font.name


@lru_cache(maxsize=1)
def _correct_to_unicode() -> None:
    """Lets names with rare characters be copied from a page as they are written.

    reportlab (4.x) writes a character beyond U+FFFF into the font's ToUnicode map with five
    digits, where UTF-16 is wanted, and readers take 𠮷 for another sign.
    """
    from reportlab.pdfbase import ttfonts

    original = ttfonts.makeToUnicodeCMap

    def corrected(fontname: str, subset: list[int]) -> str:
        written: str = original(fontname, subset)
        for code, letter in enumerate(subset):
            if letter > 0xFFFF:
                units = chr(letter).encode("utf-16-be").hex().upper()
                written = written.replace(f"<{code:02X}> <{letter:04X}>", f"<{code:02X}> <{units}>")
        return written

    ttfonts.makeToUnicodeCMap = corrected


def lacking(text: str, style: FontStyle = FontStyle.KAI) -> str:
    """The characters of ``text`` that the font of ``style`` cannot draw, each once."""
    drawn = _glyphs(reportlab_font(style))
    return "".join(
        dict.fromkeys(
            letter for letter in text if not letter.isspace() and ord(letter) not in drawn
        )
    )


def unprintable(text: str) -> str:
    """The characters of ``text`` that no font here can draw, each once."""
    return "".join(letter for letter in lacking(text) if lacking(letter, FontStyle.HEI))


def runs(text: str, style: FontStyle = FontStyle.KAI) -> tuple[tuple[str, str], ...]:
    """``text`` cut into pieces, each with reportlab's name of a font that has all of it.

    A rare character of a name is taken from the other font when the one of ``style`` lacks it;
    one that none has becomes 〓, which printers put for a missing type, never an empty box.
    """
    own = reportlab_font(style)
    other = reportlab_font(FontStyle.HEI if style is FontStyle.KAI else FontStyle.KAI)
    pieces: list[tuple[str, str]] = []
    for letter in text:
        font = next((f for f in (own, other) if letter.isspace() or ord(letter) in _glyphs(f)), "")
        if not font:
            font, letter = (own if ord(_MISSING) in _glyphs(own) else other), _MISSING
        if pieces and pieces[-1][0] == font:
            pieces[-1] = (font, pieces[-1][1] + letter)
        else:
            pieces.append((font, letter))
    return tuple(pieces)


_MISSING = "〓"  # U+3013, the geta mark


def _glyphs(name: str) -> Any:
    """The code points that a registered font has glyphs for."""
    from reportlab.pdfbase import pdfmetrics

    font: Any = pdfmetrics.getFont(name)
    return font.face.charToGlyph


def _places() -> Iterator[Path]:
    if given := os.environ.get("YIZHAN_FONTS"):
        yield Path(given)
    yield _OWN_FOLDER
    home = Path.home()
    if os.name == "nt":
        yield Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts"
        yield home / "AppData/Local/Microsoft/Windows/Fonts"
        return
    for folder in ("truetype/lxgw-wenkai", "truetype/wqy", "truetype/arphic", "truetype", ""):
        yield Path("/usr/share/fonts") / folder
    yield Path("/usr/local/share/fonts")
    yield home / ".local/share/fonts"
    yield home / ".fonts"


def _in_folder(folder: Path, file_name: str) -> Path | None:
    direct = folder / file_name
    if direct.is_file():
        return direct
    # a relative of Debian may sort its fonts otherwise; only the general folders are searched
    if folder.name != "fonts" or not folder.is_dir():
        return None
    return next(iter(sorted(folder.rglob(file_name))), None)
