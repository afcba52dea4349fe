"""A sheet of paper to draw on, in millimetres from its top left corner.

Text, rules, boxes, pictures and filled shapes become a PDF content stream. What is drawn twice with
the same arguments gives the same bytes. No layout of forms and no wording here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from station.dossier.text import MM_PER_PT, Style, width_mm, wrapped
from station.dossier.typefaces import runs

if TYPE_CHECKING:
    from station.dossier.book import Book

Box = tuple[float, float, float, float]  # x, y, width, height

# The em box of the Chinese faces reaches from 0.12 below the baseline to 0.88 above it.
_MIDDLE = 0.38
SMALLEST_PT = 6.5  # nothing is set smaller: the eyes that read it are old


class Align(StrEnum):
    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


class Sheet:
    """One page. Made by ``Book.sheet``."""

    def __init__(self, book: Book, size_mm: tuple[float, float]) -> None:
        self._book = book
        self.width, self.height = size_mm
        self._out: list[str] = []
        self.fonts: set[str] = set()
        self.pictures: set[str] = set()

    @property
    def content(self) -> bytes:
        """The page's content stream."""
        return "\n".join(self._out).encode("ascii")

    def text(
        self, x: float, baseline: float, text: str, style: Style, align: Align = Align.LEFT
    ) -> float:
        """One line of text; ``x`` is its left end, middle or right end. Returns its width."""
        width = width_mm(text, style)
        if align is not Align.LEFT:
            x -= width / 2 if align is Align.CENTRE else width
        at = x
        for run in runs(text, style.face):
            name, codes = self._book.codes(run)
            self.fonts.add(name)
            hexadecimal = "".join(f"{code:04X}" for code in codes)
            self._out.append(
                f"BT {_n(style.grey)} g /{name} {_n(style.size)} Tf "
                f"{self._x(at)} {self._y(baseline)} Td <{hexadecimal}> Tj ET"
            )
            at += run.width * style.mm
        return width

    def lines(
        self,
        x: float,
        top: float,
        lines: Iterable[str],
        style: Style,
        width: float = 0.0,
        align: Align = Align.LEFT,
        indent: float = 0.0,
    ) -> float:
        """Lines below each other from ``top``; ``indent`` shifts the first. Returns the bottom."""
        baseline = top + style.line_mm / 2 + _MIDDLE * style.mm
        shift = {Align.LEFT: 0.0, Align.CENTRE: width / 2, Align.RIGHT: width}[align]
        for line in lines:
            self.text(x + shift + indent, baseline, line, style, align)
            indent = 0.0
            baseline += style.line_mm
        return baseline - style.line_mm / 2 - _MIDDLE * style.mm

    def paragraph(
        self,
        x: float,
        top: float,
        width: float,
        text: str,
        style: Style,
        *,
        indent_ems: float = 0.0,
        align: Align = Align.LEFT,
    ) -> float:
        """Text wrapped to ``width``. Returns the bottom of its last line."""
        indent = indent_ems * style.mm
        found = wrapped(text, style, width, indent)
        return self.lines(x, top, found, style, width, align, indent)

    def fit(
        self,
        box: Box,
        text: str,
        style: Style,
        align: Align = Align.LEFT,
        *,
        padding: float = 1.5,
        smallest: float = SMALLEST_PT,
    ) -> bool:
        """Text in the middle of a box, wrapped, and set smaller until it fits.

        False when it does not fit even at the ``smallest`` size: nothing is drawn then.
        """
        found = fitted(box, text, style, padding=padding, smallest=smallest)
        if found is None:
            return False
        lines, style = found
        x, y, width, height = box
        top = y + (height - len(lines) * style.line_mm) / 2
        self.lines(x + padding, top, lines, style, width - 2 * padding, align)
        return True

    def fit_line(self, box: Box, text: str, style: Style, smallest: float) -> bool:
        """Text on one line in the middle of a box, set smaller as far as ``smallest``.

        False when it needs more than one line: nothing is drawn then.
        """
        x, y, width, height = box
        room = width - 3.0
        if "\n" in text or width_mm(text, style.sized(smallest)) > room:
            return False
        while width_mm(text, style) > room:
            style = style.sized(max(smallest, style.size - 0.5))
        middle = y + height / 2 + _MIDDLE * style.mm
        self.text(x + width / 2, middle, text, style, Align.CENTRE)
        return True

    def rule(
        self, x1: float, y1: float, x2: float, y2: float, width: float = 0.25, grey: float = 0.0
    ) -> None:
        """A straight line."""
        self._out.append(
            f"{_n(grey)} G {_n(width / MM_PER_PT)} w "
            f"{self._x(x1)} {self._y(y1)} m {self._x(x2)} {self._y(y2)} l S"
        )

    def frame(
        self, box: Box, width: float = 0.25, grey: float = 0.0, dash: Sequence[float] = ()
    ) -> None:
        """A ruled rectangle; ``dash`` in millimetres."""
        pattern = " ".join(_n(length / MM_PER_PT) for length in dash)
        dashed = f"[{pattern}] 0 d " if dash else ""
        solid = " [] 0 d" if dash else ""
        self._out.append(f"{dashed}{_n(grey)} G {_n(width / MM_PER_PT)} w {self._re(box)} S{solid}")

    def fill(self, box: Box, grey: float) -> None:
        """A rectangle of one grey."""
        self._out.append(f"{_n(grey)} g {self._re(box)} f")

    def fill_all(self, boxes: Iterable[Box], grey: float = 0.0) -> None:
        """Many rectangles at once, as a QR code has them."""
        shapes = " ".join(self._re(box) for box in boxes)
        self._out.append(f"{_n(grey)} g {shapes} f")

    def tick(self, box: Box) -> None:
        """A tick in a square, as a person would draw it."""
        x, y, width, height = box
        points = ((0.18, 0.52), (0.42, 0.78), (0.86, 0.2))
        path = " l ".join(f"{self._x(x + width * a)} {self._y(y + height * b)}" for a, b in points)
        start, rest = path.split(" l ", 1)
        self._out.append(f"0 G {_n(0.55 / MM_PER_PT)} w 1 J 1 j {start} m {rest} l S 0 J 0 j")

    def picture(self, box: Box, jpeg: bytes) -> None:
        """A JPEG stretched to ``box``."""
        name = self._book.picture(jpeg)
        self.pictures.add(name)
        x, y, width, height = box
        self._out.append(
            f"q {_n(width / MM_PER_PT)} 0 0 {_n(height / MM_PER_PT)} "
            f"{self._x(x)} {self._y(y + height)} cm /{name} Do Q"
        )

    def contained(self, box: Box, jpeg: bytes) -> Box:
        """Draws a JPEG as large as ``box`` allows, in its middle; returns where it lies."""
        facts = self._book.picture_facts(jpeg)
        x, y, width, height = box
        scale = min(width / facts.width, height / facts.height)
        wide, tall = facts.width * scale, facts.height * scale
        place = (x + (width - wide) / 2, y + (height - tall) / 2, wide, tall)
        self.picture(place, jpeg)
        return place

    def shapes(
        self, polygons: Iterable[Sequence[tuple[float, float]]], colour: tuple[float, float, float]
    ) -> None:
        """Filled polygons; where they overlap nothing is left out."""
        red, green, blue = (_n(part) for part in colour)
        self._out.append(f"q {red} {green} {blue} rg")
        for polygon in polygons:
            corners = [f"{self._x(x)} {self._y(y)}" for x, y in polygon]
            self._out.append(f"{corners[0]} m {' l '.join(corners[1:])} l h")
        self._out.append("f Q")

    def _x(self, x: float) -> str:
        return _n(x / MM_PER_PT)

    def _y(self, y: float) -> str:
        return _n((self.height - y) / MM_PER_PT)

    def _re(self, box: Box) -> str:
        x, y, width, height = box
        return (
            f"{self._x(x)} {self._y(y + height)} "
            f"{_n(width / MM_PER_PT)} {_n(height / MM_PER_PT)} re"
        )


def fitted(
    box: Box, text: str, style: Style, *, padding: float = 1.5, smallest: float = SMALLEST_PT
) -> tuple[list[str], Style] | None:
    """The lines and the size in which ``text`` fits into ``box``; None when no size will do."""
    _, _, width, height = box
    size = style.size
    while size >= smallest - 0.01:
        sized = style.sized(size)
        lines = wrapped(text, sized, width - 2 * padding)
        tall = (len(lines) - 1) * sized.line_mm + sized.mm
        wide = max((width_mm(line, sized) for line in lines), default=0.0)
        if tall <= height and wide <= width - 2 * padding + 0.05:
            return lines, sized
        size -= 0.5
    return None


def rounded(box: Box) -> Box:
    """The box to a hundredth of a millimetre, as field plans say it."""
    x, y, width, height = (round(length, 2) for length in box)
    return (x, y, width, height)


def _n(value: float) -> str:
    """A number as short as a hundredth of a point allows."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
