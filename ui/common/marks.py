"""Marks on a picture of paper: where a value stands, what was found, what was changed.

A mark's place is given in the picture's own pixels. Its colours are the fixed colours of paper:
they are the same in every mode. Who decides what to mark lives elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from ui.common import icons
from ui.common.painting import CENTER
from ui.common.theme import faded, paper_colour, theme


class MarkLook(StrEnum):
    """What a mark says."""

    PLACE = "place"  # the value being looked at
    CHANGED = "changed"  # changed after signing; its word stands beside it on a red tag
    SURE = "sure"  # a field that was found surely; firm blue
    DOUBT = "doubt"  # a field that was found doubtfully; dashed brown with a triangle
    REGION = "region"  # what a reviewer has drawn; a numbered disc at its corner


@dataclass(frozen=True, slots=True)
class Mark:
    """A rectangle on a picture, in the picture's pixels. ``held`` ones show their handles."""

    rect: QRectF
    look: MarkLook = MarkLook.PLACE
    word: str = ""
    held: bool = False


def paint_marks(
    painter: QPainter, marks: Sequence[Mark], page: QRectF, scale: float, right: float
) -> None:
    """Draws the marks of a picture shown in ``page`` at ``scale`` screen pixels per pixel.

    Tags beside a mark keep to the left of ``right``. Held marks are drawn last, on top.
    """
    for mark in sorted(marks, key=lambda m: m.held):
        place = QRectF(
            page.x() + mark.rect.x() * scale,
            page.y() + mark.rect.y() * scale,
            mark.rect.width() * scale,
            mark.rect.height() * scale,
        )
        if mark.look is MarkLook.REGION:
            _region(painter, mark, place)
        elif mark.look in (MarkLook.SURE, MarkLook.DOUBT):
            _field(painter, mark, place, scale)
        else:
            _frame(painter, mark, place, right)


def _frame(painter: QPainter, mark: Mark, place: QRectF, right: float) -> None:
    ink = paper_colour("alarm" if mark.look is MarkLook.CHANGED else "outline")
    place = place.adjusted(-3, -3, 3, 3)
    painter.setBrush(faded(ink, "tint"))
    painter.setPen(QPen(ink, 3))
    painter.drawRect(place)
    if not mark.word:
        return
    font = theme().font("caption", True)
    width = QFontMetrics(font).horizontalAdvance(mark.word) + 16
    height = theme().px("caption") + 11
    x = min(place.right() + 2, right - width)  # beside the mark, never over the words in it
    tag = QRectF(x, place.center().y() - height / 2, width, height)
    _tag(painter, tag, ink)
    painter.setFont(font)
    painter.drawText(tag, CENTER, mark.word)


def _field(painter: QPainter, mark: Mark, place: QRectF, scale: float) -> None:
    doubt = mark.look is MarkLook.DOUBT
    ink = paper_colour("doubt" if doubt else "outline")
    place = place.adjusted(1.5, 1.5, -1.5, -1.5)
    painter.setBrush(faded(ink, "held" if mark.held else "tint"))
    style = Qt.PenStyle.DashLine if doubt else Qt.PenStyle.SolidLine
    painter.setPen(QPen(ink, 3 if mark.held else 2, style))
    painter.drawRect(place)
    font = theme().font("caption", True)
    font.setPixelSize(max(11, min(theme().px("caption"), round(26 * scale))))
    metrics = QFontMetrics(font)
    high = metrics.height()
    wide = metrics.horizontalAdvance(mark.word) + 8 + (high - 2 if doubt else 0)
    if mark.word or doubt:
        tag = QRectF(place.x(), place.y(), wide, high)
        _tag(painter, tag, ink)
        if doubt:
            icons.draw(
                painter, "s_warn", tag.x() + 2, tag.y() + 1, high - 2, paper_colour("sheet"), 2.4
            )
            tag = tag.adjusted(high - 2, 0, 0, 0)
        painter.setFont(font)
        painter.drawText(tag, CENTER, mark.word)
    if mark.held:
        _handles(painter, place, ink, 5, 2)


def _region(painter: QPainter, mark: Mark, place: QRectF) -> None:
    ink = paper_colour("outline")
    painter.setBrush(faded(ink, "tint"))
    for colour, width in ((paper_colour("sheet"), 6), (ink, 3)):
        painter.setPen(QPen(colour, width))
        painter.drawRoundedRect(place, 3, 3)
        painter.setBrush(Qt.BrushStyle.NoBrush)
    if mark.word:
        painter.setBrush(ink)
        painter.setPen(QPen(paper_colour("sheet"), 2))
        painter.drawEllipse(place.topLeft(), 14, 14)
        painter.setFont(theme().font("caption", True))
        corner = place.topLeft() - QPointF(14, 14)
        painter.drawText(QRectF(corner.x(), corner.y(), 28, 28), CENTER, mark.word)
    if mark.held:
        _handles(painter, place, ink, 6, 3)


def _tag(painter: QPainter, box: QRectF, ink: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    painter.drawRect(box)
    painter.setPen(paper_colour("sheet"))


def _handles(painter: QPainter, place: QRectF, ink: QColor, radius: int, width: int) -> None:
    painter.setBrush(paper_colour("sheet"))
    painter.setPen(QPen(ink, width))
    for corner in (place.topRight(), place.bottomLeft(), place.bottomRight()):
        painter.drawEllipse(corner, radius, radius)
