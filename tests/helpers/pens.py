"""A pen that fills in printed forms: text in a handwriting-like face, ticks, crosses, a signature.

What is written sits a little askew and never twice in the same place, as with a person. The face
is a printed Kai, so what is proved with it is the way from paper to field, not the reading of
real handwriting.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from station.domain.items import FieldKind
from station.forms.layout import SIGN_DATE, PlacedField
from station.reading.template import DPI, PX_PER_MM, Template

Picture = NDArray[np.uint8]
PEN = (70, 35, 30)  # blue-black, BGR

_FACES = (
    "/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
)


@lru_cache(maxsize=16)
def face(size: int) -> ImageFont.FreeTypeFont:
    """A typeface as a pen or a printer might have it."""
    path = next(path for path in _FACES if Path(path).exists())
    return ImageFont.truetype(path, size)


def filled_page(
    template: Template, values: dict[str, str], rng: np.random.Generator, page: int = 1
) -> Picture:
    """The blank page (BGR, at the template's resolution) with ``values`` written in.

    Choices are ticked by their values; a signature is drawn when its value is not empty.
    """
    sheet = cv2.cvtColor(template.pages[page - 1], cv2.COLOR_GRAY2BGR)
    for placed in template.fields(page):
        value = values.get(placed.id, "")
        if not value:
            continue
        if placed.kind in (FieldKind.CHOICE, FieldKind.MULTICHOICE):
            for option in placed.options:
                if option.value in value.split(","):
                    tick(sheet, option.box_mm, rng)
        elif placed.kind is FieldKind.SIGNATURE:
            scribble(sheet, placed.box_mm, rng)
        elif placed.id == SIGN_DATE:
            year, month, day = value.split("-")
            write_date(sheet, template.pages[page - 1], placed, (year, month, day))
        else:
            write(sheet, placed, value, rng)
    return np.asarray(sheet, np.uint8)


def write(sheet: Picture, placed: PlacedField, text: str, rng: np.random.Generator) -> None:
    """``text`` in the field's box, as large as fits, at most as a person writes."""
    x, y, width, height = (v * PX_PER_MM for v in placed.box_mm)
    lines = text.split("\n")
    room = height / max(placed.lines, len(lines))
    size = int(min(room * 0.62, 5.0 * PX_PER_MM))
    while max(face(size).getlength(line) for line in lines) > width - 20 and size > 16:
        size -= 1
    layer = Image.new("L", (round(width), round(height)), 0)
    draw = ImageDraw.Draw(layer)
    for number, line in enumerate(lines):
        at_x = rng.uniform(4, max(5.0, min(20.0, width - 8 - face(size).getlength(line))))
        at_y = number * room + rng.uniform(0.1, 0.28) * room
        draw.text((at_x, at_y), line, fill=255, font=face(size))
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(rng.uniform(-0.5, 0.5)), 1)
    mask = cv2.warpAffine(np.asarray(layer), turn, layer.size)
    _ink(sheet, mask, round(x), round(y))


def write_date(
    sheet: Picture, printed: Picture, placed: PlacedField, day: tuple[str, str, str]
) -> None:
    """Year, month and day, each before its printed 年, 月, 日."""
    x, y, width, height = (round(v * PX_PER_MM) for v in placed.box_mm)
    inked = (printed[y : y + height, x : x + width] < 128).any(axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], inked.astype(np.int8), [0]])))
    starts = [int(edges[0])]
    for end, start in zip(edges[1::2], edges[2::2], strict=False):
        if start - end > 1.5 * PX_PER_MM:
            starts.append(int(start))
    assert len(starts) == 3, "年 月 日 are printed apart"
    size = round(4.2 * PX_PER_MM)
    layer = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(layer)
    for start, text in zip(starts, day, strict=True):
        long = face(size).getlength(text)
        draw.text((max(0.0, start - long - 6), (height - size) / 2 - 6), text, 255, face(size))
    _ink(sheet, np.asarray(layer), x, y)


def tick(
    sheet: Picture, box_mm: tuple[float, float, float, float], rng: np.random.Generator
) -> None:
    """A tick, a cross or a filled square, with the pen's own swing."""
    x, y, width, height = (v * PX_PER_MM for v in box_mm)
    shape = rng.choice(["tick", "cross", "filled"])
    mask = np.zeros(sheet.shape[:2], np.uint8)
    at = lambda u, v: (round(x + u * width), round(y + v * height))  # noqa: E731
    swing = float(rng.uniform(-0.06, 0.06))
    pen = max(2, round(DPI / 75))
    if shape == "tick":
        points = np.array([at(0.18, 0.5), at(0.42 + swing, 0.85), at(0.95, 0.1 + swing)])
        cv2.polylines(mask, [points], False, 255, pen, cv2.LINE_AA)
    elif shape == "cross":
        cv2.line(mask, at(0.15, 0.15 + swing), at(0.85, 0.85), 255, pen, cv2.LINE_AA)
        cv2.line(mask, at(0.85, 0.15), at(0.15 + swing, 0.85), 255, pen, cv2.LINE_AA)
    else:
        cv2.rectangle(mask, at(0.15, 0.15), at(0.85, 0.85), 255, -1)
    _ink(sheet, mask, 0, 0)


def scribble(
    sheet: Picture, box_mm: tuple[float, float, float, float], rng: np.random.Generator
) -> None:
    """A signature nobody could read."""
    x, y, width, height = (v * PX_PER_MM for v in box_mm)
    t = np.linspace(0, 1, 60)
    wave = np.cumsum(rng.normal(0, 1, 60))
    wave = (wave - wave.min()) / (np.ptp(wave) + 1e-6)
    points = np.stack([x + width * (0.15 + 0.6 * t), y + height * (0.2 + 0.6 * wave)], 1)
    mask = np.zeros(sheet.shape[:2], np.uint8)
    cv2.polylines(mask, [points.astype(np.int32)], False, 255, 5, cv2.LINE_AA)
    _ink(sheet, mask, 0, 0)


def _ink(sheet: Picture, mask: Picture, left: int, top: int) -> None:
    height, width = mask.shape
    part = sheet[top : top + height, left : left + width].astype(np.float32)
    alpha = mask[: part.shape[0], : part.shape[1], None].astype(np.float32) / 255 * 0.92
    sheet[top : top + height, left : left + width] = part * (1 - alpha) + np.array(PEN) * alpha


def line_of_text(text: str, size: int) -> Picture:
    """One printed line, black on white (BGR), cut closely."""
    font = face(size)
    width = round(font.getlength(text)) + 8
    layer = Image.new("L", (width, round(size * 1.4)), 255)
    ImageDraw.Draw(layer).text((4, size * 0.1), text, 0, font)
    return np.asarray(cv2.cvtColor(np.asarray(layer), cv2.COLOR_GRAY2BGR), np.uint8)
