"""Charts: a trend of two lines, bars for "which reason how often". One blue line, the other grey
and dashed, named at their ends with the last value; three grid lines; from zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.common.painting import LEFT, RIGHT, advance, painter_for, write
from ui.common.theme import theme

_NICE = (1, 2, 4, 5, 8, 10)


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a trend: its name and its values, one per place on the axis."""

    name: str
    values: tuple[float, ...]


def nice_top(value: float) -> int:
    """A round number at or above ``value`` whose half is round too."""
    if value <= 2:
        return 2
    size = 1
    while value > 10 * size:
        size *= 10
    return next(step * size for step in _NICE if step * size >= value)


class Trend(QWidget):
    """The first series blue and firm, the others grey and dashed."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._places: tuple[str, ...] = ()
        self._series: tuple[Series, ...] = ()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_series(self, places: Sequence[str], series: Sequence[Series]) -> None:
        """``places`` name the points of the axis; each series has one value for each."""
        self._places, self._series = tuple(places), tuple(series)
        self.setAccessibleDescription(
            "\n".join(
                f"{one.name}: "
                + ", ".join(
                    f"{place} {value:g}"
                    for place, value in zip(self._places, one.values, strict=True)
                )
                for one in series
            )
        )
        self.update()

    @property
    def series(self) -> tuple[Series, ...]:
        """What is drawn."""
        return self._series

    def sizeHint(self) -> QSize:
        return QSize(360, 200)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 104)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._series or not self._places:
            return
        t, painter = theme(), painter_for(self)
        top = nice_top(max(max(one.values, default=0) for one in self._series))
        small = t.font("caption", True)
        left = advance(str(top), small) + 12
        right = max(advance(_end(one), small) for one in self._series) + 18
        foot = t.px("caption") + 14
        plot = QRectF(left, 10, self.width() - left - right, self.height() - foot - 14)
        self._paint_grid(painter, plot, top)
        self._paint_places(painter, plot, foot)
        self._paint_lines(painter, plot, top, right)

    def _paint_grid(self, painter: QPainter, plot: QRectF, top: int) -> None:
        t = theme()
        for share in (0, 0.5, 1):
            y = plot.bottom() - plot.height() * share
            painter.setPen(QPen(t.colour("line"), 1))
            level = round(y) + 0.5
            painter.drawLine(QPointF(plot.left(), level), QPointF(plot.right(), level))
            box = QRectF(0, y - 12, plot.left() - 8, 24)
            write(painter, box, f"{top * share:g}", t.font("caption"), t.colour("text2"), RIGHT)

    def _step(self, plot: QRectF) -> float:
        return plot.width() / max(1, len(self._places) - 1)

    def _paint_places(self, painter: QPainter, plot: QRectF, foot: int) -> None:
        t, step = theme(), self._step(plot)
        painter.setFont(t.font("caption"))
        painter.setPen(t.colour("text2"))
        wide = max(advance(place, t.font("caption")) for place in self._places) + 16
        every = max(1, -(-wide // max(1, round(step))))
        last = len(self._places) - 1
        for i, place in enumerate(self._places):
            if i == last or (i % every == 0 and (last - i) * step >= wide):
                box = QRectF(plot.left() + i * step - wide, plot.bottom() + 6, 2 * wide, foot)
                painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, place)

    def _paint_lines(self, painter: QPainter, plot: QRectF, top: int, right: int) -> None:
        t, step = theme(), self._step(plot)
        taken: list[float] = []
        ends: list[tuple[QPointF, str]] = []
        for number, one in enumerate(self._series):
            main = number == 0
            ink = "accent" if main else "text2"
            points = [
                QPointF(plot.left() + i * step, plot.bottom() - plot.height() * value / top)
                for i, value in enumerate(one.values)
            ]
            pen = QPen(t.colour(ink), 2.5 if main else 2)
            pen.setStyle(Qt.PenStyle.SolidLine if main else Qt.PenStyle.DashLine)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPolyline(QPolygonF(points))
            ends.append((points[-1], ink))
            y, line = points[-1].y(), t.px("caption") * 1.5
            for other in taken:  # two names never lie over each other
                if abs(y - other) < line:
                    y = other + line
            taken.append(y)
            box = QRectF(points[-1].x() + 12, y - 12, right, 24)
            write(painter, box, _end(one), t.font("caption", main), t.colour(ink), LEFT)
        for point, ink in reversed(ends):  # the blue one lies on top
            painter.setBrush(t.colour(ink))
            painter.setPen(QPen(t.colour("surface"), 2))
            painter.drawEllipse(point, 5.5, 5.5)


def _end(series: Series) -> str:
    return f"{series.name} {series.values[-1]:g}"


class Bars(QWidget):
    """Named bars with the value at the end; ``pressed`` tells the index of the bar, because
    every number leads to its list."""

    pressed = Signal(int)

    def __init__(self, name: str, unit: str = "") -> None:
        super().__init__()
        self._unit, self._now = unit, 0
        self._rows: tuple[tuple[str, float], ...] = ()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_rows(self, rows: Sequence[tuple[str, float]]) -> None:
        """(name, value) from top to bottom."""
        self._rows, self._now = tuple(rows), 0
        self.setAccessibleDescription(
            "\n".join(f"{name} {self._words(value)}" for name, value in rows)
        )
        self.updateGeometry()
        self.update()

    def _words(self, value: float) -> str:
        return f"{value:g} {self._unit}".strip()

    @property
    def _pitch(self) -> int:
        return round(theme().px("body") * 1.68)

    def sizeHint(self) -> QSize:
        return QSize(260, self._pitch * max(1, len(self._rows)))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = int(event.position().y() // self._pitch)
        if 0 <= at < len(self._rows):
            self._now = at
            self.pressed.emit(at)
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self._rows:
            move = 1 if key == Qt.Key.Key_Down else -1
            self._now = min(len(self._rows) - 1, max(0, self._now + move))
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._rows:
            self.pressed.emit(self._now)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._rows:
            return
        t, painter, body = theme(), painter_for(self), theme().font("body")
        name_width = max(advance(name, body) for name, _ in self._rows) + 16
        value_width = max(advance(self._words(value), body) for _, value in self._rows) + 16
        top = max(value for _, value in self._rows) or 1
        room = max(8, self.width() - name_width - value_width)
        for i, (name, value) in enumerate(self._rows):
            y = i * self._pitch
            if i == self._now and self.hasFocus():
                painter.fillRect(QRectF(0, y, self.width(), self._pitch), t.colour("accent_soft"))
            ink = t.colour("text")
            write(painter, QRectF(0, y, name_width, self._pitch), name, body, ink)
            width = room * value / top
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(t.colour("accent"))
            bar = QRectF(name_width, y + self._pitch / 2 - 6, width, 12)
            painter.drawRoundedRect(bar, 2, 2)
            box = QRectF(name_width + width + 8, y, value_width, self._pitch)
            write(painter, box, self._words(value), body, t.colour("text2"))
