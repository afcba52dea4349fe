"""The camera's live picture with the outline that was found. Words stand in a strip above it,
never over the paper; the ring fills while the paper lies still. Finding and judging happen in
``station.imaging``; here a frame and what was found are only shown.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.common import icons
from ui.common.painting import LEFT, advance, painter_for, write
from ui.common.theme import paper_colour, theme
from ui.common.tones import Tone

Corners = Sequence[tuple[float, float]]


def paint_outline(
    painter: QPainter, quad: QPolygonF, outside: QRectF, veil: str, thin: float = 1.0
) -> None:
    """Dims what is outside ``quad`` and draws its edge: white under blue. ``thin`` divides the
    strokes, for a painter that is scaled up."""
    around, inner = QPainterPath(), QPainterPath()
    around.addRect(outside)
    inner.addPolygon(quad)
    inner.closeSubpath()
    painter.fillPath(around.subtracted(inner), paper_colour("shade", veil))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for name, width in (("sheet", 6), ("outline", 3)):
        pen = QPen(paper_colour(name), width / thin)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPolygon(quad)


class LiveView(QWidget):
    """Frame, outline, ring, and what can be said of the picture's quality."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._frame: QImage | None = None
        self._corners: tuple[tuple[float, float], ...] = ()
        self._hint = ""
        self._ring: float | None = None
        self._qualities: tuple[tuple[str, Tone], ...] = ()
        self._absent = self._more = ""
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_frame(self, frame: QImage, corners: Corners = ()) -> None:
        """A new frame, and the paper's corners in its pixels (none: nothing was found)."""
        self._frame, self._corners, self._absent = frame, tuple(corners), ""
        self.update()

    def say(
        self,
        hint: str,
        ring: float | None = None,
        qualities: Sequence[tuple[str, Tone]] = (),
    ) -> None:
        """What to do now; ``ring`` is how long the paper has lain still, 0 to 1, None for no
        ring; ``qualities`` are words with their tone, e.g. 清晰, 反光."""
        if hint != self._hint:
            self.setAccessibleName(
                self.tr("{name}：{hint}").format(name=self._name, hint=hint) if hint else self._name
            )
        self._hint, self._ring, self._qualities = hint, ring, tuple(qualities)
        self.update()

    def show_absence(self, words: str, more: str = "") -> None:
        """No picture, and why: the camera is unplugged, being opened, used by others; ``more`` is
        what to do. What was said of a picture before no longer holds."""
        self._frame, self._corners, self._absent, self._more = None, (), words, more
        self.say("")
        self.setAccessibleName(f"{self._name}：{words}{more}")

    @property
    def absence(self) -> str:
        """Why there is no picture; empty while there is one."""
        return self._absent

    @property
    def hint(self) -> str:
        """What is said above the picture."""
        return self._hint

    def sizeHint(self) -> QSize:
        return QSize(640, 420)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 200)

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = theme(), painter_for(self)
        strip, radius = t.height("control") + 8, t.radius("card")
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(self.rect()), radius, radius)
        painter.setClipPath(clip)
        painter.fillRect(self.rect(), t.colour("surface"))
        self._paint_strip(painter, strip)
        room = QRectF(0, strip, self.width(), self.height() - strip)
        painter.fillRect(room, paper_colour("mat"))
        if self._frame is not None and not self._frame.isNull():
            self._paint_frame(painter, room, self._frame)
        elif self._absent:
            self._paint_absence(painter, room)
        painter.setClipping(False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(t.colour("line_strong"), t.edge))
        edge = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(edge, radius, radius)

    def _paint_absence(self, painter: QPainter, room: QRectF) -> None:
        t, sheet = theme(), paper_colour("sheet")
        middle = room.center().y()
        icons.draw(painter, "camera", room.center().x() - 20, middle - 68, 40, sheet)
        box = QRectF(room.x() + 24, middle - 20, room.width() - 48, room.bottom() - middle + 12)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
        painter.setPen(sheet)
        painter.setFont(t.font("body", True))
        said = painter.boundingRect(box, flags, self._absent)
        painter.drawText(box, flags, self._absent)
        painter.setFont(t.font("body"))
        painter.drawText(box.adjusted(0, said.height() + 6, 0, 0), flags, self._more)

    def _paint_frame(self, painter: QPainter, room: QRectF, frame: QImage) -> None:
        k = min(room.width() / frame.width(), room.height() / frame.height())
        place = QRectF(0, 0, frame.width() * k, frame.height() * k)
        place.moveCenter(room.center())
        painter.drawImage(place, frame)  # each frame is painted once: nothing to keep
        if not self._corners:
            return
        quad = QPolygonF([QPointF(place.x() + x * k, place.y() + y * k) for x, y in self._corners])
        painter.save()
        painter.setClipRect(room, Qt.ClipOperation.IntersectClip)
        paint_outline(painter, quad, room, "dim")
        painter.setBrush(paper_colour("sheet"))
        painter.setPen(QPen(paper_colour("outline"), 3))
        for corner in quad.toList():
            painter.drawEllipse(corner, 7, 7)
        painter.restore()

    def _paint_strip(self, painter: QPainter, height: int) -> None:
        t, middle = theme(), height / 2
        side = t.grown(22)
        if self._ring is None:
            icons.draw(painter, "camera", 16, middle - side / 2, side, t.colour("accent"))
        else:
            ring = QRectF(16, middle - side / 2, side, side)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(t.colour("line"), 4))
            painter.drawEllipse(ring)
            pen = QPen(t.colour("accent"), 4)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawArc(ring, 90 * 16, round(-360 * 16 * self._ring))
        mark, x = t.grown(18), self.width() - 16.0
        small = t.font("caption")
        for words, tone in reversed(self._qualities):
            width = advance(words, small)
            x -= width
            write(painter, QRectF(x, 0, width + 4, height), words, small, tone.ink, LEFT)
            x -= mark + 6
            icons.draw(painter, tone.shape, x, middle - mark / 2, mark, tone.ink, 2)
            x -= 16
        left = 16 + side + 12
        box = QRectF(left, 0, x - left, height)
        write(painter, box, self._hint, t.font("body", True), t.colour("text"), LEFT)
