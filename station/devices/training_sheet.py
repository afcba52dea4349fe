"""Drawing on a sheet of paper in millimetres: print, handwriting, a photograph, a red seal.

Made for the training devices. It knows no paper in particular (``training_papers``) and no
camera (``mat``).
"""

from __future__ import annotations

import math
import random
from functools import lru_cache
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

from station.errors import DeviceError

Colour = tuple[int, int, int]
Face = Literal["song", "hei", "kai"]

INK: Colour = (38, 36, 31)
PEN: Colour = (31, 47, 102)
SEAL: Colour = (190, 47, 36)
PAPER: Colour = (252, 251, 247)

# Where Debian and its relatives, then Windows, keep them; the number picks the simplified Chinese
# face of a collection.
_FACES: dict[Face, tuple[tuple[str, int], ...]] = {
    "song": (
        ("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc", 2),
        ("C:/Windows/Fonts/simsun.ttc", 0),
    ),
    "hei": (
        ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),
        ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 0),
        ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0),
        ("C:/Windows/Fonts/msyh.ttc", 0),
    ),
    "kai": (
        ("/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf", 0),
        ("C:/Windows/Fonts/simkai.ttf", 0),
    ),
}


class ChineseFontMissing(DeviceError):
    what = "The training papers cannot be drawn."
    cause = "No Chinese font is installed."
    remedy = "Install the packages fonts-noto-cjk and fonts-lxgw-wenkai."
    zh = (
        "培训用的纸张画不出来。",
        "系统里没有装中文字体。",
        "请安装 fonts-noto-cjk 和 fonts-lxgw-wenkai。",
    )


class Sheet:
    """A sheet ``width`` by ``height`` millimetres, drawn at ``dpi``."""

    def __init__(self, width: float, height: float, dpi: float, paper: Colour = PAPER) -> None:
        self.width, self.height = width, height
        self._scale = dpi / 25.4
        self.picture = Image.new("RGB", (self.px(width), self.px(height)), paper)
        self._draw = ImageDraw.Draw(self.picture)

    def px(self, millimetres: float) -> int:
        """Millimetres in whole pixels."""
        return round(millimetres * self._scale)

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: Colour | None = None,
        edge: Colour | None = None,
        line: float = 0.25,
    ) -> None:
        corners = (self.px(x), self.px(y), self.px(x + width), self.px(y + height))
        self._draw.rectangle(corners, fill=fill, outline=edge, width=max(1, self.px(line)))

    def line(self, points: list[tuple[float, float]], colour: Colour, width: float) -> None:
        self._draw.line(
            [(x * self._scale, y * self._scale) for x, y in points],
            fill=colour,
            width=max(1, self.px(width)),
            joint="curve",
        )

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        *,
        face: Face = "song",
        colour: Colour = INK,
        anchor: str = "lm",
    ) -> None:
        """``words`` with letters ``size`` millimetres high; ``anchor`` as Pillow names it."""
        font = _font(face, self.px(size))
        self._draw.text((x * self._scale, y * self._scale), words, colour, font, anchor=anchor)

    def wrapped(self, x: float, y: float, words: str, size: float, width: float) -> None:
        """``words`` broken into lines of ``width`` millimetres, downwards from ``y``."""
        per_line = max(1, int(width / size))
        for row, start in enumerate(range(0, len(words), per_line)):
            self.text(x, y + row * size * 1.35, words[start : start + per_line], size)

    def hand(self, x: float, y: float, words: str, size: float = 4.6) -> None:
        """``words`` as a pen writes them: the letters dance a little, the same way every time."""
        dance = random.Random(words)
        font = _font("kai", self.px(size))
        at = x * self._scale
        for letter in words:
            cell = self.px(size * 1.6)
            tile = Image.new("L", (cell, cell), 0)
            ImageDraw.Draw(tile).text((cell / 2, cell / 2), letter, 255, font, anchor="mm")
            tile = tile.rotate(dance.uniform(-4, 4), Image.Resampling.BICUBIC)
            advance = font.getlength(letter)
            top = y * self._scale + dance.uniform(-0.25, 0.25) * self._scale
            corner = (round(at + advance / 2 - cell / 2), round(top - cell / 2))
            self.picture.paste(PEN, corner, tile)
            at += advance * dance.uniform(0.98, 1.04)

    def seal(self, x: float, y: float, radius: float, words: str, line: str = "") -> None:
        """A round red seal: words on an arc, a star, a line below; paper shows through the ink."""
        reach = self.px(radius * 1.1)
        mask = Image.new("L", (2 * reach, 2 * reach), 0)
        draw = ImageDraw.Draw(mask)
        r = radius * self._scale
        draw.ellipse((reach - r, reach - r, reach + r, reach + r), outline=215, width=round(r / 18))
        draw.polygon(_star(reach, reach, r * 0.3), fill=215)
        font = _font("song", round(r * 0.27))
        span = min(250.0, 26.0 * len(words))
        for index, letter in enumerate(words):
            degrees = -span / 2 + span * index / max(1, len(words) - 1)
            tile = Image.new("L", mask.size, 0)
            ImageDraw.Draw(tile).text(
                (reach, reach - r * 0.76),
                letter,
                215,
                font,
                anchor="mm",
                stroke_width=round(r / 90),
            )
            mask.paste(215, (0, 0), tile.rotate(-degrees, Image.Resampling.BICUBIC))
        if line:
            draw.text(
                (reach, reach + r * 0.58), line, 215, _font("song", round(r * 0.2)), anchor="mm"
            )
        self.picture.paste(SEAL, (self.px(x) - reach, self.px(y) - reach), mask)

    def portrait(self, x: float, y: float, width: float, height: float, *, man: bool) -> None:
        """A face that nobody has."""
        tile = portrait(self.px(width), self.px(height), man=man)
        self.picture.paste(tile, (self.px(x), self.px(y)))

    def ripple(self, x: float, y: float, colour: Colour, count: int, step: float) -> None:
        """Fine concentric lines, as on papers that should not be copied."""
        for ring in range(1, count):
            across, down = ring * step * self._scale, ring * step * 0.62 * self._scale
            at_x, at_y = x * self._scale, y * self._scale
            self._draw.ellipse(
                (at_x - across, at_y - down, at_x + across, at_y + down),
                outline=colour,
                width=max(1, self.px(0.12)),
            )


def portrait(
    width: int, height: int, *, man: bool, ground: Colour = (214, 226, 234)
) -> Image.Image:
    """A face that nobody has, ``width`` by ``height`` pixels."""
    large = Image.new("RGB", (2 * width, 2 * height), ground)  # halved at the end: smooth edges
    draw = ImageDraw.Draw(large)
    w, h = large.size
    middle = w / 2

    def oval(y: float, across: float, down: float, colour: Colour, x: float = 0.0) -> None:
        left, top = middle + x * w, y * h
        draw.ellipse(
            (left - across * w, top - down * h, left + across * w, top + down * h), fill=colour
        )

    oval(1.1, 0.46, 0.34, (62, 74, 68) if man else (91, 101, 112))
    draw.rounded_rectangle(
        (middle - 0.1 * w, 0.5 * h, middle + 0.1 * w, 0.8 * h), 0.05 * w, fill=(221, 181, 152)
    )
    if man:
        oval(0.31, 0.23, 0.19, (120, 116, 110))
        oval(0.43, 0.035, 0.045, (216, 172, 142), -0.215)
        oval(0.43, 0.035, 0.045, (216, 172, 142), 0.215)
    else:
        oval(0.35, 0.28, 0.26, (118, 113, 106))
    oval(0.42, 0.21, 0.2, (227, 191, 163))
    for side in (-0.085, 0.085):
        oval(0.405, 0.022, 0.013, (70, 58, 50), side)
    draw.arc(
        (middle - 0.07 * w, 0.45 * h, middle + 0.07 * w, 0.53 * h),
        25,
        155,
        (176, 112, 96),
        max(1, w // 90),
    )
    return large.resize((width, height), Image.Resampling.LANCZOS)


def _star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    points = []
    for corner in range(10):
        angle = math.radians(corner * 36 - 90)
        reach = radius if corner % 2 == 0 else radius * 0.382
        points.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    return points


@lru_cache(maxsize=64)
def _font(face: Face, pixels: int) -> ImageFont.FreeTypeFont:
    faces = (face, *(other for other in _FACES if other != face))
    for path, index in (place for name in faces for place in _FACES[name]):
        if Path(path).is_file():
            return ImageFont.truetype(path, max(4, pixels), index=index)
    raise ChineseFontMissing
