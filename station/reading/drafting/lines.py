"""The words on a blank form as pieces between what is drawn: one piece is one label, option, unit.

A reader of text gives whole lines; here a line ends where a square, a line to write on or a rule
of a table stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from station.imaging.arrays import Pixels, as_pixels
from station.reading.drafting.marks import Box, Marks, Square
from station.reading.drafting.sheet import PX
from station.reading.engine import FoundLine, TextReader

_WIDE_GAP: Final = 2.2
"""Ems of white between two pieces of a line that do not belong together."""
_MOST_OVERLOOKED: Final = 40
_RIM: Final = (-3, -3, 3, 3)
_IN_WORDS: Final = re.compile("[户人出入进窗港门路]口|口[簿径粮腔味头子岸号碑]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words that stand together."""

    text: str
    box: Box
    confidence: float

    @property
    def middle(self) -> float:
        return (self.box[1] + self.box[3]) / 2

    @property
    def height(self) -> int:
        return self.box[3] - self.box[1]


def pieces_of(marks: Marks, page: Pixels, reader: TextReader) -> tuple[list[Piece], list[Square]]:
    """The pieces of text on a page, and the squares that are no character 口 after all."""
    squares = _without_characters(marks, page, reader)
    words = marks.words
    lines = [line for line in reader.read_page(_bgr(words)) if line.height > 1.2 * PX]
    whole: list[Piece] = []
    parts: list[tuple[Box, float]] = []
    for line in lines:
        box = _box(line, words)
        cuts = _cuts(box, marks, squares)
        spans = _spans(words, box, cuts)
        if len(spans) <= 1:
            tight = spans[0] if spans else (box[0], box[2])
            whole.append(Piece(line.text, (tight[0], box[1], tight[1], box[3]), line.confidence))
        else:
            parts += [((left, box[1], right, box[3]), line.confidence) for left, right in spans]
    crops = [_bgr(words[t:b, max(0, x - 3) : r + 3]) for (x, t, r, b), _ in parts]
    read = reader.read_lines(crops)
    whole += [
        Piece(text.text, box, text.confidence)
        for (box, _), text in zip(parts, read, strict=True)
        if text.text.strip()
    ]
    whole += _overlooked(words, whole, reader)
    return sorted(whole, key=lambda p: (p.middle, p.box[0])), squares


def _overlooked(words: Pixels, pieces: Sequence[Piece], reader: TextReader) -> list[Piece]:
    """What has ink and was not found as text, as happens to characters that stand alone."""
    ink = as_pixels((words < 140).astype(np.uint8) * np.uint8(255))
    for piece in pieces:
        left, top, right, bottom = piece.box
        ink[max(0, top - 6) : bottom + 6, max(0, left - 6) : right + 6] = 0
    ink = as_pixels(cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8)))
    near = cv2.dilate(ink, np.ones((round(0.8 * PX), round(2.4 * PX)), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(as_pixels(near), connectivity=8)
    boxes: list[Box] = []
    for n in range(1, count):
        x, y, wide, high, _ = (int(v) for v in stats[n])
        rows = np.flatnonzero((ink[y : y + high, x : x + wide] > 0).any(axis=1))
        columns = np.flatnonzero((ink[y : y + high, x : x + wide] > 0).any(axis=0))
        if not len(rows):
            continue
        box = (
            x + int(columns[0]),
            y + int(rows[0]),
            x + int(columns[-1]) + 1,
            y + int(rows[-1]) + 1,
        )
        tall, long = box[3] - box[1], box[2] - box[0]
        if 2.2 * PX <= tall <= 8 * PX and 2.0 * PX <= long <= 90 * PX and long > 0.5 * tall:
            boxes.append(box)
    if len(boxes) > _MOST_OVERLOOKED:
        return []  # a picture, or a page that is no form
    crops = [_bgr(words[max(0, t - 4) : b + 4, max(0, x - 4) : r + 4]) for x, t, r, b in boxes]
    return [
        Piece(text.text, box, text.confidence)
        for box, text in zip(boxes, reader.read_lines(crops), strict=True)
        if text.text and text.confidence >= 0.6
    ]


def _without_characters(marks: Marks, page: Pixels, reader: TextReader) -> list[Square]:
    """The squares that are squares: a 口 inside a word (户口簿) stands tight between others."""
    doubtful: list[Square] = []
    for square in marks.squares:
        left, top, right, bottom = square.box
        gap = round(0.22 * (right - left))
        before = marks.words[top:bottom, max(0, left - gap - 3) : left - 3]
        small = max(right - left, bottom - top) < 3.3 * PX
        if small and not square.ring and before.size and bool((before < 150).any()):
            doubtful.append(square)
    crops = []
    for square in doubtful:
        left, top, right, bottom = square.box
        em = round(1.45 * (right - left))
        crops.append(
            _bgr(page[max(0, top - 8) : bottom + 8, max(0, left - 2 * em) : right + 2 * em])
        )
    taken = set()
    for square, text in zip(doubtful, reader.read_lines(crops), strict=True):
        if _IN_WORDS.search(text.text):
            taken.add(square)
            left, top, right, bottom = (
                edge + by for edge, by in zip(square.box, _RIM, strict=True)
            )
            marks.words[top:bottom, left:right] = page[top:bottom, left:right]
    return [square for square in marks.squares if square not in taken]


def _cuts(box: Box, marks: Marks, squares: Sequence[Square]) -> list[tuple[int, int]]:
    """Where something is drawn within a line's height, from left to right."""
    left, top, right, bottom = box
    middle = (top + bottom) / 2
    cuts = []
    for square in squares:
        x, y, r, b = square.box
        if y < middle < b or abs((y + b) / 2 - middle) < 0.5 * (bottom - top):
            cuts.append((x, r))
    cuts += [
        (blank.left, blank.right)
        for blank in marks.blanks
        if top + 0.3 * (bottom - top) < blank.y < bottom + 1.5 * PX
    ]
    cuts += [
        (comb.box[0], comb.box[2]) for comb in marks.combs if comb.box[1] < middle < comb.box[3]
    ]
    for x, y, r, b in marks.cells:
        if y < middle < b:
            cuts += [(x - 2, x + 2), (r - 2, r + 2)]
    return sorted(cut for cut in cuts if cut[1] > left and cut[0] < right)


def _spans(words: Pixels, box: Box, cuts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The parts of a line: between the cuts, and where it is white for long."""
    left, top, right, bottom = box
    inked = (words[top:bottom, left:right] < 150).sum(axis=0) > 0
    for x, r in cuts:
        # the foot of a character may hang over the end of a line to write on
        inked[max(0, x - left) : max(0, r - left)] = False
    filled = np.flatnonzero(inked)
    if not len(filled):
        return []
    em = bottom - top
    starts = [0, *(np.flatnonzero(np.diff(filled) > _WIDE_GAP * em) + 1)]
    ends = [*(n - 1 for n in starts[1:]), len(filled) - 1]
    rough = [(int(filled[a]), int(filled[b]) + 1) for a, b in zip(starts, ends, strict=True)]
    spans: list[tuple[int, int]] = []
    for a, b in rough:
        at = a
        for x, r in cuts:
            x, r = x - left, r - left
            if at < x < b:
                spans.append((at, x))
                at = r
            elif x <= at < r:
                at = r
        if at < b:
            spans.append((at, b))
    found = []
    for a, b in spans:
        columns = np.flatnonzero(inked[a:b])
        if len(columns) and columns[-1] - columns[0] >= 0.25 * em:
            found.append((left + a + int(columns[0]), left + a + int(columns[-1]) + 1))
    return found


def _box(line: FoundLine, page: Pixels) -> Box:
    height, width = page.shape
    return (
        max(0, round(line.left)),
        max(0, round(line.top)),
        min(width, round(line.right)),
        min(height, round(line.bottom)),
    )


def _bgr(grey: Pixels) -> Pixels:
    return as_pixels(cv2.cvtColor(np.ascontiguousarray(grey), cv2.COLOR_GRAY2BGR))
