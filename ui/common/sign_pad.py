"""The signing field: it keeps every point of the pen as it came, and draws ink from them.

What counts later is the raw course of the pen (place, time, pressure), so nothing is smoothed,
thinned or dropped here; only the picture on the screen is. Binding it to a document is the work
of ``signing``. The field is always white with dark ink, in every mode.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QEventPoint,
    QImage,
    QInputDevice,
    QInputEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPointingDevice,
    QResizeEvent,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.common.painting import painter_for
from ui.common.theme import paper_colour, theme

Hand = Literal["pen", "touch", "mouse"]


@dataclass(frozen=True, slots=True)
class PenPoint:
    """Where the pen was: ``x`` and ``y`` in logical pixels from the field's top left corner,
    ``t`` in milliseconds since the first point, ``pressure`` 0 to 1. Devices without pressure
    (mouse, most touch screens) tell 0.5 while they touch. ``tilt`` in degrees to the right and
    towards the writer; None where the device does not tell."""

    x: float
    y: float
    t: int
    pressure: float
    tilt: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class PenStroke:
    """From pen down to pen up, with what it was written."""

    points: tuple[PenPoint, ...]
    hand: Hand


@dataclass(frozen=True, slots=True)
class Ink:
    """A whole signature: its strokes, the field's size when it began, in logical pixels and in
    millimetres (as the screen tells it), and the name of the device."""

    strokes: tuple[PenStroke, ...]
    size: tuple[float, float]
    size_mm: tuple[float, float]
    device: str

    @property
    def empty(self) -> bool:
        """Whether nothing was written."""
        return not self.strokes


_NIB_FIELD = 430.0  # a field so wide is written with a nib of one unit


class SignPad(QWidget):
    """A field to sign in by pen, finger or mouse.

    ``began`` tells the first touch, ``changed`` the ink after every stroke and after ``clear``.
    While the pen is near, mouse events that the system makes from it are ignored: each point is
    kept once.
    """

    began = Signal()
    changed = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._strokes: list[PenStroke] = []
        self._points: list[PenPoint] = []
        self._hand: Hand | None = None
        self._start: int | None = None
        self._device = ""
        self._finger: int | None = None
        self._size: tuple[float, float] | None = None
        self._picture: QImage | None = None
        self._locked = False
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._name_it()

    # ---------------------------------------------------------------- ink
    @property
    def ink(self) -> Ink:
        """All that was written, as it came."""
        screen, (wide, high) = self.screen(), self._field()
        size_mm = (
            wide * 25.4 / screen.physicalDotsPerInchX(),
            high * 25.4 / screen.physicalDotsPerInchY(),
        )
        return Ink(tuple(self._strokes), (wide, high), size_mm, self._device)

    def _field(self) -> tuple[float, float]:
        """The size in which the points are told: that of the field when the signature began."""
        return self._size or (float(self.width()), float(self.height()))

    def _scale(self) -> float:
        """How much larger the field is now, e.g. after a change of the type size."""
        wide, high = self._field()
        return min(self.width() / wide, self.height() / high)

    @property
    def empty(self) -> bool:
        """Whether nothing was written yet."""
        return not self._strokes and not self._points

    def _nib(self) -> float:
        """How thick the pen writes in the field's own unit, which may be pixels or millimetres."""
        return self._field()[0] / _NIB_FIELD

    def clear(self) -> None:
        """Wipes the field for another try, and opens it if it was locked."""
        self._strokes, self._points = [], []
        self._hand, self._start, self._finger = None, None, None
        self._size, self._picture = None, None
        self.set_locked(False)
        self._name_it()
        self.update()
        self.changed.emit(self.ink)

    def show_ink(self, ink: Ink) -> None:
        """Shows what was written before, locked: a stroke added later would have no true time."""
        self._strokes, self._points = list(ink.strokes), []
        self._device, self._size = ink.device, ink.size
        self._picture = None
        self.set_locked(True)
        self._name_it()
        self.update()

    def set_locked(self, locked: bool) -> None:
        """A locked field shows its ink and takes no more."""
        self._locked = locked
        self.setCursor(Qt.CursorShape.ArrowCursor if locked else Qt.CursorShape.CrossCursor)

    def _name_it(self) -> None:
        state = self.tr("还没写") if self.empty else self.tr("已写 %n 笔", "", len(self._strokes))
        self.setAccessibleName(self.tr("{name}，{state}").format(name=self._name, state=state))

    # ---------------------------------------------------------------- pen, finger, mouse
    def tabletEvent(self, event: QTabletEvent) -> None:
        kinds = {
            QEvent.Type.TabletPress: "press",
            QEvent.Type.TabletMove: "move",
            QEvent.Type.TabletRelease: "release",
        }
        what = kinds[event.type()]
        self._take("pen", what, event.position(), event.pressure(), event, _tilt(event))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._take_mouse("press", event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._take_mouse("move", event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._take_mouse("release", event)

    def _take_mouse(self, what: str, event: QMouseEvent) -> None:
        if event.source() is Qt.MouseEventSource.MouseEventNotSynthesized:
            self._take("mouse", what, event.position(), 0.5, event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QTouchEvent):
            self._touch(event)
            event.accept()
            return True
        return super().event(event)

    def _touch(self, event: QTouchEvent) -> None:
        for point in event.points():
            if self._finger is None and point.state() is QEventPoint.State.Pressed:
                self._finger = point.id()  # the first finger writes; a palm that follows does not
            if point.id() != self._finger:
                continue
            what = {
                QEventPoint.State.Pressed: "press",
                QEventPoint.State.Updated: "move",
                QEventPoint.State.Released: "release",
            }.get(point.state())
            if what is not None:
                pressure = point.pressure() if 0 < point.pressure() < 1 else 0.5
                self._take("touch", what, point.position(), pressure, event)
            if what == "release":
                self._finger = None
        if event.type() is QEvent.Type.TouchCancel:
            self._finger = None
            self._lift()

    def _take(
        self,
        hand: Hand,
        what: str,
        place: QPointF,
        pressure: float,
        event: QInputEvent,
        tilt: tuple[float, float] | None = None,
    ) -> None:
        if self._locked or (self._hand is not None and self._hand != hand):
            return
        if what == "press":
            self._hand = hand
            self._device = _device_name(event)
            if self.empty:
                self._size = (float(self.width()), float(self.height()))
                self.began.emit()
        elif self._hand is None:
            return
        now = event.timestamp()
        if self._start is None:
            self._start = now
        k = self._scale()
        t = now - self._start
        self._points.append(PenPoint(place.x() / k, place.y() / k, t, pressure, tilt))
        self._draw_last()
        if what == "release":
            self._lift()

    def _lift(self) -> None:
        if self._points and self._hand is not None:
            self._strokes.append(PenStroke(tuple(self._points), self._hand))
        self._points, self._hand = [], None
        self._name_it()
        self.changed.emit(self.ink)

    # ---------------------------------------------------------------- picture
    def sizeHint(self) -> QSize:
        return QSize(420, 150)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 120)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._picture = None
        super().resizeEvent(event)

    def _drawn(self) -> QImage:
        """The ink so far; points are only ever added to it."""
        if self._picture is None:
            ratio = self.devicePixelRatioF()
            picture = QImage(
                round(self.width() * ratio),
                round(self.height() * ratio),
                QImage.Format.Format_ARGB32_Premultiplied,
            )
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.scale(self._scale(), self._scale())
            for stroke in self._strokes:
                paint_stroke(painter, stroke.points, self._nib())
            paint_stroke(painter, tuple(self._points), self._nib())
            painter.end()
            self._picture = picture
        return self._picture

    def _draw_last(self) -> None:
        if self._picture is None:
            self.update()
            return
        newest = tuple(self._points[-2:])
        painter = QPainter(self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        k = self._scale()
        painter.scale(k, k)
        paint_stroke(painter, newest, self._nib())
        painter.end()
        xs, ys = [point.x * k for point in newest], [point.y * k for point in newest]
        box = QRectF(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
        self.update(box.adjusted(-8, -8, 8, 8).toAlignedRect())

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = theme(), painter_for(self)
        box, radius = QRectF(self.rect()).adjusted(1, 1, -1, -1), t.radius("card")
        painter.setBrush(paper_colour("sheet"))
        painter.setPen(QPen(t.colour("line_strong" if self._locked else "accent"), 2))
        painter.drawRoundedRect(box, radius, radius)
        painter.setPen(QPen(paper_colour("guide"), 1, Qt.PenStyle.DashLine))
        y = box.bottom() - box.height() * 0.2
        painter.drawLine(QPointF(box.x() + 24, y), QPointF(box.right() - 24, y))
        painter.drawImage(QPointF(0, 0), self._drawn())


def paint_stroke(painter: QPainter, points: tuple[PenPoint, ...], nib: float) -> None:
    """Draws a course of the pen, thicker where it was pressed harder: 1.5 to 5.5 times ``nib``."""
    pen = QPen(paper_colour("ink"))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    for before, after in pairwise(points):
        pen.setWidthF(nib * (1.5 + 4 * (before.pressure + after.pressure) / 2))
        painter.setPen(pen)
        painter.drawLine(QPointF(before.x, before.y), QPointF(after.x, after.y))
    if len(points) == 1:
        pen.setWidthF(nib * (1.5 + 4 * points[0].pressure))
        painter.setPen(pen)
        painter.drawPoint(QPointF(points[0].x, points[0].y))


def _tilt(event: QTabletEvent) -> tuple[float, float] | None:
    able = event.pointingDevice().capabilities()
    both = QInputDevice.Capability.XTilt | QInputDevice.Capability.YTilt
    return (float(event.xTilt()), float(event.yTilt())) if able & both == both else None


def _device_name(event: QInputEvent) -> str:
    device = event.device()
    return device.name() if isinstance(device, QPointingDevice) else ""
