"""Small things that painted widgets share: a smooth painter, alignments, elided words, key caps."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QWidget

from ui.common.theme import faded, theme

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTER = Qt.AlignmentFlag.AlignCenter


def painter_for(widget: QWidget) -> QPainter:
    """A smooth painter on a widget."""
    painter = QPainter(widget)
    painter_hints(painter)
    return painter


def painter_hints(painter: QPainter) -> None:
    """Makes a painter smooth."""
    painter.setRenderHints(
        QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
    )


def advance(text: str, font: QFont) -> int:
    """How wide a text is."""
    return QFontMetrics(font).horizontalAdvance(text)


def elided(text: str, font: QFont, width: float) -> str:
    """The text, shortened at its end to ``width`` pixels."""
    return QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, int(width))


def write(
    painter: QPainter,
    box: QRectF,
    text: str,
    font: QFont,
    ink: QColor,
    align: Qt.AlignmentFlag = LEFT,
) -> None:
    """Writes one line into a box, shortened at its end where it does not fit."""
    painter.setFont(font)
    painter.setPen(ink)
    painter.drawText(box, align | Qt.TextFlag.TextSingleLine, elided(text, font, box.width() + 1))


def cap_width(key: str) -> int:
    """The width of a key cap."""
    return advance(key, theme().font("caption")) + 12


def key_cap(painter: QPainter, x: float, middle: float, key: str, ink: QColor) -> None:
    """Draws a key as a cap, its left edge at ``x``, centred on the height ``middle``."""
    width, height = cap_width(key), theme().px("caption") + 7
    painter.setFont(theme().font("caption"))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(faded(ink, "cap"), 1))
    box = QRectF(x, middle - height / 2, width, height)
    tag = theme().radius("tag")
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), tag, tag)
    painter.setPen(ink)
    painter.drawText(box, CENTER, key)
