"""A figure that opens its list: word, number, unit, a line below, and a plate for a card."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from ui.common import icons
from ui.common.buttons import PressedByEnter
from ui.common.chips import chip_height, chip_width, paint_chip
from ui.common.painting import LEFT, advance, painter_for, write
from ui.common.theme import theme
from ui.common.tones import Tone


class FigureTile(PressedByEnter):
    """Shows one figure. ``plate`` is the word of a yellow or red card, shown while there is one."""

    def __init__(self, word: str, unit: str, plate: str = "", tone: Tone = Tone.WARN) -> None:
        super().__init__()
        self._unit, self._plate, self._tone = unit, plate, tone
        self._value, self._note, self._shows_plate = "", "", False
        self.setText(word)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_figure("—", "")

    def show_figure(self, value: str, note: str, plate: bool = False) -> None:
        """Shows another value."""
        self._value, self._note, self._shows_plate = value, note, plate
        self.setAccessibleName(f"{self.text()} {value} {self._unit}，{note}".rstrip("，"))
        self.setToolTip(note)
        self.update()

    @property
    def value(self) -> str:
        """The figure as shown."""
        return self._value

    def sizeHint(self) -> QSize:
        t = theme()
        high = round((t.px("body") + t.px("figure") + t.px("caption")) * 1.42) + 22
        return QSize(170, high)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = theme(), painter_for(self)
        ground = "canvas" if self.underMouse() else "surface"
        painter.setBrush(t.colour(ground))
        painter.setPen(QPen(t.colour("line"), t.edge))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, t.radius("card"), t.radius("card"))
        x, y, right = 16.0, 10.0, self.width() - 16.0
        body, caption = t.font("body"), t.font("caption")
        high = round(t.px("body") * 1.42)
        quiet = t.colour("text2")
        write(painter, QRectF(x, y, right - x - 24, high), self.text(), body, quiet)
        icons.draw(painter, "right", right - 18, y + (high - 18) / 2, 18, quiet)
        y += high
        high = round(t.px("figure") * 1.42)
        figure = t.font("figure", True)
        wide = advance(self._value, figure) + 2
        painter.setFont(figure)
        painter.setPen(t.colour("text"))
        painter.drawText(QRectF(x, y, wide + 4, high), LEFT, self._value)
        painter.setFont(body)
        painter.setPen(quiet)
        unit = QRectF(x + wide + 6, y + 4, advance(self._unit, body) + 4, high - 4)
        painter.drawText(unit, LEFT, self._unit)
        if self._plate and self._shows_plate:
            width, tall = chip_width(self._plate, filled=True), chip_height(low=True)
            place = QRectF(right - width, y + (high - tall) / 2, width, tall)
            if place.x() > unit.right():
                paint_chip(painter, place, self._plate, self._tone, filled=True)
        y += high
        note = QRectF(x, y, right - x, round(t.px("caption") * 1.42))
        write(painter, note, self._note, caption, quiet)
