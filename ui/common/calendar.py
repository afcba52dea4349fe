"""A month to pick a day from, opened below a date field. Which days are working days, and what a
limit allows, is said in the domain; here any day between two ends can be picked."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from station.clock import china_now
from ui.common.buttons import Button
from ui.common.layout import Plate, column, row
from ui.common.painting import CENTER, painter_for
from ui.common.text import Text
from ui.common.theme import theme
from ui.common.wording import day_words, month_words, weekday_words

_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: -7,
    Qt.Key.Key_Down: 7,
}
_A_MONDAY = date(2026, 11, 23)


class Month(QWidget):
    """The days of a month in weeks that begin on Monday. Arrows move, Enter picks."""

    moved = Signal(object)
    picked = Signal(object)

    def __init__(self, day: date, first: date, last: date) -> None:
        super().__init__()
        self._day, self._first, self._last = day, first, last
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._name_it()

    @property
    def day(self) -> date:
        """The day that the keys stand on."""
        return self._day

    def move_to(self, day: date) -> None:
        """Stands on another day, within the ends."""
        self._day = min(self._last, max(self._first, day))
        self._name_it()
        self.update()
        self.moved.emit(self._day)

    def _name_it(self) -> None:
        self.setAccessibleName(f"{day_words(self._day)} {weekday_words(self._day)}")

    def _cell(self) -> int:
        return theme().height("control")

    def sizeHint(self) -> QSize:
        return QSize(7 * self._cell(), 7 * self._cell())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _start(self) -> date:
        first = self._day.replace(day=1)
        return first - timedelta(days=first.weekday())

    def _under(self, place: QPointF) -> date | None:
        side = self._cell()
        week, weekday = int(place.y() // side) - 1, int(place.x() // side)
        if not (0 <= week < 6 and 0 <= weekday < 7):
            return None
        day = self._start() + timedelta(days=7 * week + weekday)
        return day if self._first <= day <= self._last else None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        day = self._under(event.position())
        if day is not None:
            self.move_to(day)
            self.picked.emit(day)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS:
            self.move_to(self._day + timedelta(days=_STEPS[key]))
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.move_to(months_on(self._day, -1 if key is Qt.Key.Key_PageUp else 1))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.picked.emit(self._day)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter, side = theme(), painter_for(self), self._cell()
        painter.setFont(t.font("caption"))
        painter.setPen(t.colour("text2"))
        for weekday in range(7):
            name = weekday_words(_A_MONDAY + timedelta(days=weekday))
            painter.drawText(QRectF(weekday * side, 0, side, side), CENTER, name)
        today, start = china_now().date(), self._start()
        for number in range(42):
            day = start + timedelta(days=number)
            if not self._first <= day <= self._last:
                continue
            box = QRectF(number % 7 * side, (number // 7 + 1) * side, side, side)
            plate = box.adjusted(3, 3, -3, -3)
            here = day == self._day
            painter.setPen(QPen(t.colour("accent"), 1.5) if day == today else Qt.PenStyle.NoPen)
            painter.setBrush(t.colour("accent") if here else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(plate, t.radius("control"), t.radius("control"))
            ink = "on_accent" if here else "text" if day.month == self._day.month else "text2"
            painter.setPen(t.colour(ink))
            painter.setFont(t.font("body", here))
            painter.drawText(box, CENTER, str(day.day))


class Calendar(Plate):
    """A month with its year, back and on by month and by year; opens as a popup."""

    picked = Signal(object)

    def __init__(self, parent: QWidget, day: date, first: date, last: date) -> None:
        super().__init__(name="sheet")
        self.setParent(parent)
        self.setWindowFlag(Qt.WindowType.Popup)
        self.month = Month(day, first, last)
        self._title = Text("", bold=True)
        moves = [
            self._mover("left", self.tr("上一年"), -12),
            self._mover("left", self.tr("上个月"), -1),
            self._mover("right", self.tr("下个月"), 1),
            self._mover("right", self.tr("下一年"), 12),
        ]
        head = row(moves[0], moves[1], None, self._title, None, moves[2], moves[3], gap=0)
        box = column(head, self.month, gap=4)
        box.setContentsMargins(8, 8, 8, 8)
        self.setLayout(box)
        self.month.moved.connect(self._retitle)
        self.month.picked.connect(self._pick)
        self._retitle(day)

    def _mover(self, icon: str, name: str, months: int) -> Button:
        button = Button("«" if months == -12 else "»" if months == 12 else "", "quiet", icon)
        if abs(months) == 12:
            button.set_icon("")
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda: self.month.move_to(months_on(self.month.day, months)))
        return button

    def open_below(self, field: QWidget) -> None:
        """Opens below a field, at its right edge, on the screen in any case."""
        corner = field.mapToGlobal(QPoint(field.width(), field.height() + 4))
        size, room = self.sizeHint(), field.screen().availableGeometry()
        x = max(room.left(), min(corner.x() - size.width(), room.right() - size.width()))
        y = corner.y()
        if y + size.height() > room.bottom():
            y = corner.y() - field.height() - 8 - size.height()
        self.move(x, max(room.top(), y))
        self.show()
        self.month.setFocus()

    def _retitle(self, day: date) -> None:
        self._title.setText(
            self.tr("{year} 年 {month}").format(year=day.year, month=month_words(day.month))
        )

    def _pick(self, day: date) -> None:
        self.hide()
        self.picked.emit(day)


def months_on(day: date, months: int) -> date:
    """The same day some months later or earlier, or the last of a shorter month."""
    number = day.year * 12 + day.month - 1 + months
    year, month = min(9999, max(1, number // 12)), number % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
