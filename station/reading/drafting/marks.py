"""What is drawn on a blank form besides words: ruled cells, lines to write on, tick squares, combs.

Only pixels are looked at here; what a cell is for is decided by the words beside it.
All boxes are (left, top, right, bottom) in pixels of a ``BlankPage``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from station.imaging.arrays import Pixels, as_pixels
from station.reading.drafting.sheet import PX

Box = tuple[int, int, int, int]

_LEAST_RULE: Final = round(6.0 * PX)
"""Shortest horizontal rule; strokes of a heading's characters are shorter."""
_LEAST_UPRIGHT: Final = round(4.5 * PX)
_LEAST_BLANK: Final = round(8.0 * PX)
"""Shortest line to write on."""
_LEAST_CELL: Final = (round(3.2 * PX), round(3.6 * PX))
_SQUARE: Final = (2.0 * PX, 6.5 * PX)
_COMB_TOOTH: Final = (3.0 * PX, 11.0 * PX)
_LEAST_TEETH: Final = 6


@dataclass(frozen=True, slots=True)
class Blank:
    """A line to write on."""

    left: int
    right: int
    y: int


@dataclass(frozen=True, slots=True)
class Comb:
    """A row of touching boxes, one for each digit."""

    box: Box
    teeth: int


@dataclass(frozen=True, slots=True)
class Square:
    """A tick square, or a ring."""

    box: Box
    ring: bool = False


@dataclass(frozen=True, slots=True)
class Marks:
    """Everything drawn on one page."""

    cells: tuple[Box, ...]
    """Ruled cells, their insides; in reading order."""
    blanks: tuple[Blank, ...]
    squares: tuple[Square, ...]
    combs: tuple[Comb, ...]
    words: Pixels
    """The page without what is drawn: grey, only words are left."""


def marks_of(grey: Pixels) -> Marks:
    """What is drawn on the page."""
    grey = _without_codes(grey)
    ink = as_pixels(
        cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 51, 14)
    )
    level = _rules(ink, _LEAST_RULE, 1)
    upright = _rules(ink, _LEAST_UPRIGHT, 0)
    dotted = _dotted(ink)
    squares = _squares(ink)
    insides = _insides(level, upright)
    combs, cells = _combs(insides)
    walls = _walls(level, upright)
    blanks, lines = _blanks(as_pixels(level | dotted), walls, ink)
    words = grey.copy()
    drawn = cv2.dilate(as_pixels(lines | walls), np.ones((5, 5), np.uint8))
    words[as_pixels(drawn) > 0] = 255
    for square in squares:
        left, top, right, bottom = square.box
        words[max(0, top - 3) : bottom + 3, max(0, left - 3) : right + 3] = 255
    for comb in combs:
        left, top, right, bottom = comb.box
        words[max(0, top - 5) : bottom + 5, max(0, left - 5) : right + 5] = 255
    return Marks(
        tuple(sorted(cells, key=lambda c: (c[1] // PX, c[0]))),
        tuple(blanks),
        tuple(squares),
        tuple(combs),
        words,
    )


def _without_codes(grey: Pixels) -> Pixels:
    """QR and bar codes painted over: they are full of squares."""
    import zxingcpp

    clean = grey
    for code in zxingcpp.read_barcodes(np.ascontiguousarray(grey)):
        place = code.position
        corners = [
            (p.x, p.y)
            for p in (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        ]
        if clean is grey:
            clean = grey.copy()
        x, y, wide, high = cv2.boundingRect(np.array(corners, np.int32))
        clean[max(0, y - PX) : y + high + PX, max(0, x - PX) : x + wide + PX] = 255
    return clean


# -- rules ----------------------------------------------------------------------------------------


def _rules(ink: Pixels, least: int, axis: int) -> Pixels:
    """Straight strokes along an axis (1: level, 0: upright), their small gaps closed."""
    gap = round(0.8 * PX)
    # a rule that is not quite straight lies in two rows of pixels: thicken it before it is looked
    # for along one
    across = (1, 3) if axis == 1 else (3, 1)
    thick = cv2.dilate(ink, np.ones(across[::-1], np.uint8))
    run = np.ones((1, gap) if axis == 1 else (gap, 1), np.uint8)
    closed = cv2.morphologyEx(thick, cv2.MORPH_CLOSE, run)
    long = np.ones((1, least) if axis == 1 else (least, 1), np.uint8)
    found = as_pixels(cv2.morphologyEx(closed, cv2.MORPH_OPEN, long))
    return _bare_only(_thin_only(found, axis), ink, axis)


def _thin_only(rules: Pixels, axis: int) -> Pixels:
    """Without bars: what is thicker than a rule is a picture or a heading's ground."""
    thick = round(1.6 * PX)
    bar = np.ones((thick, 1) if axis == 1 else (1, thick), np.uint8)
    bars = cv2.dilate(
        cv2.morphologyEx(rules, cv2.MORPH_OPEN, bar), np.ones((3, 3), np.uint8), iterations=2
    )
    return as_pixels(np.where(as_pixels(bars) > 0, 0, rules).astype(np.uint8))


def _walls(level: Pixels, upright: Pixels) -> Pixels:
    """The uprights that meet a rule: sides of tables, not strokes of large characters."""
    long = cv2.morphologyEx(level, cv2.MORPH_OPEN, np.ones((1, 12 * PX), np.uint8))
    near = cv2.dilate(long, np.ones((9, 9), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(upright, connectivity=8)
    met = np.zeros(count, bool)
    met[np.unique(np.asarray(labels)[as_pixels(near) > 0])] = True
    met |= stats[:, cv2.CC_STAT_HEIGHT] > 15 * PX
    met[0] = False
    return as_pixels((met[np.asarray(labels)] * np.uint8(255)).astype(np.uint8))


def _bare_only(rules: Pixels, ink: Pixels, axis: int) -> Pixels:
    """Without strokes that only chance to lie in a row: a rule has white along both sides, the
    strokes of characters have more strokes there."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(rules, connectivity=8)
    kept = np.ones(count, bool)
    kept[0] = False
    near, far = 4, 9
    for n in range(1, count):
        x, y, wide, high, _ = (int(v) for v in stats[n])
        if max(wide, high) > 60 * PX:
            continue
        if axis == 1:
            before = ink[max(0, y - far) : max(1, y - near), x : x + wide]
            after = ink[y + high + near : y + high + far, x : x + wide]
        else:
            before = ink[y : y + high, max(0, x - far) : max(1, x - near)]
            after = ink[y : y + high, x + wide + near : x + wide + far]
        kept[n] = _share(before) < 0.15 and _share(after) < 0.15
    return as_pixels((kept[np.asarray(labels)] * np.uint8(255)).astype(np.uint8))


def _dotted(ink: Pixels) -> Pixels:
    """Dotted and dashed lines, drawn through."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    small = (high <= 0.7 * PX) & (wide <= 2.6 * PX) & (wide >= 0.6 * high)
    small[0] = False
    dots = as_pixels((small[np.asarray(labels)] * np.uint8(255)).astype(np.uint8))
    dots = as_pixels(cv2.dilate(dots, np.ones((3, 1), np.uint8)))
    joined = cv2.morphologyEx(dots, cv2.MORPH_CLOSE, np.ones((1, round(1.6 * PX)), np.uint8))
    return as_pixels(cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((1, _LEAST_BLANK), np.uint8)))


def _insides(level: Pixels, upright: Pixels) -> list[Box]:
    """The insides of everything that rules close in on four sides."""
    mask = cv2.dilate(as_pixels(level | upright), np.ones((7, 7), np.uint8))
    mask = cv2.copyMakeBorder(mask, 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=(0,))
    count, _, stats, _ = cv2.connectedComponentsWithStats(
        as_pixels(255 - as_pixels(mask)), connectivity=4
    )
    height, width = as_pixels(mask).shape
    found = []
    for n in range(1, count):
        x, y, wide, high, area = (int(v) for v in stats[n])
        if x == 0 or y == 0 or x + wide == width or y + high == height:
            continue  # what lies around the tables
        if wide < _LEAST_CELL[0] or high < _LEAST_CELL[1] or area < 0.75 * wide * high:
            continue
        found.append((x - 5, y - 5, x + wide + 1, y + high + 1))
    return found


def _combs(insides: Sequence[Box]) -> tuple[list[Comb], list[Box]]:
    """Rows of equal narrow boxes, and the cells that are left."""
    rows: list[list[Box]] = []
    for box in sorted(insides, key=lambda b: (b[0], b[1])):
        for row in rows:
            last = row[-1]
            same = abs(box[1] - last[1]) < 8 and abs(box[3] - last[3]) < 8
            wide, before = box[2] - box[0], last[2] - last[0]
            if same and -6 < box[0] - last[2] < 1.2 * PX and abs(wide - before) < 0.25 * before:
                row.append(box)
                break
        else:
            rows.append([box])
    combs: list[Comb] = []
    cells: list[Box] = []
    for row in rows:
        tooth = float(np.median([box[2] - box[0] for box in row]))
        high = row[0][3] - row[0][1]
        narrow = _COMB_TOOTH[0] <= tooth <= _COMB_TOOTH[1] and 0.4 < tooth / high < 2.2
        if narrow and len(row) >= _LEAST_TEETH:
            combs.append(Comb(_around(row), len(row)))
        else:
            cells += row
    return combs, cells


def _blanks(lines: Pixels, upright: Pixels, ink: Pixels) -> tuple[list[Blank], Pixels]:
    """Lines to write on (level, free at both ends, nothing printed on them), and a mask of all
    that is drawn: these lines, the sides of tables and the long lines that part a page."""
    walls = as_pixels(cv2.dilate(upright, np.ones((3, 9), np.uint8)))
    joined = as_pixels(cv2.morphologyEx(lines, cv2.MORPH_CLOSE, np.ones((3, 1), np.uint8)))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found = []
    drawn = np.zeros_like(lines)
    for n in range(1, count):
        x, y, wide, high, _ = (int(v) for v in stats[n])
        part = np.asarray(labels)[y : y + high, x : x + wide] == n
        side = bool((walls[y : y + high, x : x + wide][part] > 0).any())
        free = wide >= _LEAST_BLANK and high <= 2.2 * PX
        above = ink[max(0, y - round(3.6 * PX)) : max(1, y - 3), x : x + wide]
        below = ink[y + high + 3 : y + high + round(1.0 * PX), x : x + wide]
        bare = _share(above) < 0.02 and _share(below) < 0.03
        on_page = 5 * PX < y < ink.shape[0] - 6 * PX
        if free and bare and on_page and not side:
            found.append(Blank(x, x + wide, y + high // 2))
        if (side and wide >= 10 * PX) or (free and bare) or wide > 45 * PX:
            drawn[y : y + high, x : x + wide][part] = 255
    return sorted(found, key=lambda b: (b.y, b.left)), drawn


def _share(ink: Pixels) -> float:
    return float((ink > 0).mean()) if ink.size else 0.0


# -- squares --------------------------------------------------------------------------------------


def _squares(ink: Pixels) -> list[Square]:
    """Empty squares and rings of a tick's size."""
    contours, hierarchy = cv2.findContours(ink, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return []
    tree = np.asarray(hierarchy)[0]
    found: list[Square] = []
    for index, contour in enumerate(contours):
        parent = int(tree[index][3])
        if parent < 0:
            continue  # an outer contour; holes are looked at
        x, y, wide, high = cv2.boundingRect(contour)
        if not (_SQUARE[0] * 0.8 <= wide <= _SQUARE[1] and _SQUARE[0] * 0.8 <= high <= _SQUARE[1]):
            continue
        if not 0.8 < wide / high < 1.25:
            continue
        inner = ink[y + 2 : y + high - 2, x + 2 : x + wide - 2]
        if _share(inner) > 0.02:
            continue  # something is drawn in it
        px, py, p_wide, p_high = cv2.boundingRect(contours[parent])
        sides = (x - px, y - py, px + p_wide - x - wide, py + p_high - y - high)
        if min(sides) < 0 or max(sides) > 0.9 * PX or max(sides) - min(sides) > 0.4 * PX:
            continue  # a part of something larger, or feet as 口 has them
        filled = cv2.contourArea(contour) / max(1, (wide - 1) * (high - 1))
        around = cv2.contourArea(contours[parent]) / max(1, (p_wide - 1) * (p_high - 1))
        if filled > 0.9 and around > 0.93:
            found.append(Square((px, py, px + p_wide, py + p_high)))
        elif _is_ring(filled, around, wide / high) and p_high >= 2.4 * PX:
            found.append(Square((px, py, px + p_wide, py + p_high), ring=True))
    return sorted(found, key=lambda s: (s.box[1] // PX, s.box[0]))


def _is_ring(filled: float, around: float, aspect: float) -> bool:
    """A circle fills pi/4 of the square round it."""
    return 0.72 < filled < 0.84 and 0.74 < around < 0.84 and 0.9 < aspect < 1.1


def _around(boxes: Iterable[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
