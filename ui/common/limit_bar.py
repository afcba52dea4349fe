"""A stage's time limit, one box a working day: used = filled, not counted = hatched 停, left =
empty; a triangle stands where the yellow card falls. What counts is said in the domain."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.common import icons
from ui.common.painting import CENTER, painter_for
from ui.common.theme import theme


class Day(StrEnum):
    """What a day of the limit is."""

    USED = "used"
    NOW = "now"
    LEFT = "left"
    PAUSED = "paused"
    PAUSED_NOW = "paused_now"


class LimitBar(QWidget):
    """The days from the first to the last. ``yellow`` is the index of the day before which the
    yellow card falls (None: no such day), ``part`` how much of today is gone, 0 to 1."""

    def __init__(self) -> None:
        super().__init__()
        self._days: tuple[Day, ...] = ()
        self._yellow: int | None = None
        self._part = 0.5
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_days(self, days: Sequence[Day], yellow: int | None = None, part: float = 0.5) -> None:
        """Shows another limit."""
        self._days, self._yellow, self._part = tuple(days), yellow, part
        words = {
            Day.USED: self.tr("已用"),
            Day.NOW: self.tr("今天"),
            Day.LEFT: self.tr("还有"),
            Day.PAUSED: self.tr("不计时"),
            Day.PAUSED_NOW: self.tr("今天不计时"),
        }
        self.setAccessibleName(
            self.tr("，").join(
                self.tr("第 {number} 天{state}").format(number=number, state=words[day])
                for number, day in enumerate(days, 1)
            )
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, round(theme().px("caption") * 1.5) + 34)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._days:
            return
        t, painter = theme(), painter_for(self)
        gap = 4
        width = (self.width() - gap * (len(self._days) - 1)) / len(self._days)
        foot, number = round(t.px("caption") * 1.5), 0
        for i, day in enumerate(self._days):
            box = QRectF(i * (width + gap), 14, width, 14)
            self._paint_day(painter, box, day)
            if day in (Day.PAUSED, Day.PAUSED_NOW):
                label = self.tr("今天") if day is Day.PAUSED_NOW else self.tr("停")
            else:
                number += 1
                label = self.tr("今天") if day is Day.NOW else str(number)
            today = day in (Day.NOW, Day.PAUSED_NOW)
            painter.setFont(t.font("caption"))
            painter.setPen(t.colour("text" if today else "text2"))
            painter.drawText(QRectF(box.x() - 10, 32, width + 20, foot), CENTER, label)
            if i == self._yellow:
                x = max(9.0, box.x() - 2)  # before the first day it stands at the edge, whole
                icons.draw(painter, "s_warn", x - 8, -1, 16, t.colour("warn"), 2.4)
                painter.setPen(QPen(t.colour("warn"), 2))
                painter.drawLine(QPointF(x, 14), QPointF(x, 29))

    def _paint_day(self, painter: QPainter, box: QRectF, day: Day) -> None:
        t = theme()
        painter.setPen(QPen(t.colour("line_strong"), 1))
        painter.setBrush(t.colour("surface"))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        if day in (Day.USED, Day.NOW):
            gone = 1.0 if day is Day.USED else self._part
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(t.colour("accent"))
            painter.drawRoundedRect(box.adjusted(0, 0, -box.width() * (1 - gone), 0), 3, 3)
        elif day in (Day.PAUSED, Day.PAUSED_NOW):
            painter.save()
            painter.setClipRect(box.adjusted(1, 1, -1, -1))
            painter.setPen(QPen(t.colour("text2"), 1.5))
            x = box.x() - 14
            while x < box.right():
                painter.drawLine(QPointF(x, box.bottom()), QPointF(x + 14, box.top()))
                x += 7
            painter.restore()
