"""Setting a page's four corners by hand: drag them, or move them by arrow keys. The corner in
hand is larger and stands under a glass beside the page, never over it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.common.live_view import Corners, paint_outline
from ui.common.painting import painter_for
from ui.common.pictures import SCALED
from ui.common.theme import paper_colour, theme

_REACH = 32.0  # how near a press must be to a corner, in logical pixels
_GLASS = 3.0
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_CORNER_KEYS = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4)


def usable(corners: Corners) -> bool:
    """Whether four corners, clockwise from the top left, enclose a page: convex, not crossed."""
    turns = []
    for i in range(4):
        (ax, ay), (bx, by), (cx, cy) = corners[i], corners[(i + 1) % 4], corners[(i + 2) % 4]
        turns.append((bx - ax) * (cy - by) - (by - ay) * (cx - bx))
    return all(turn > 0 for turn in turns)


class CropView(QWidget):
    """A picture with four corners in its own pixels, clockwise from the top left.

    A corner never leaves the picture and never crosses the opposite edge. ``moved`` tells the
    corners after every move. Keys: 1 to 4 take a corner, arrows move it by a pixel of the
    picture, with Shift by ten.
    """

    moved = Signal(list)

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._corners: list[tuple[float, float]] = []
        self._held = 0
        self._dragging = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._name_it()

    def show_picture(self, image: QImage, corners: Corners | None = None) -> None:
        """``corners`` as found; without them they stand at the picture's own corners."""
        self._image = image
        whole = [
            (0.0, 0.0),
            (float(image.width()), 0.0),
            (float(image.width()), float(image.height())),
            (0.0, float(image.height())),
        ]
        self._corners = [(float(x), float(y)) for x, y in corners or whole]
        self._held = 0
        self._name_it()
        self.update()

    @property
    def corners(self) -> list[tuple[float, float]]:
        """The corners now, in the picture's pixels, clockwise from the top left."""
        return list(self._corners)

    @property
    def held(self) -> int:
        """The corner in hand, 0 to 3."""
        return self._held

    def hold(self, corner: int) -> None:
        """Takes a corner into the hand."""
        self._held = corner % 4
        self._name_it()
        self.update()

    def move_held(self, x: float, y: float) -> None:
        """Puts the corner in hand at a pixel of the picture, as far as that is allowed."""
        if self._image is None:
            return
        place = (
            min(float(self._image.width()), max(0.0, x)),
            min(float(self._image.height()), max(0.0, y)),
        )
        corners = list(self._corners)
        corners[self._held] = place
        if place != self._corners[self._held] and usable(corners):
            self._corners = corners
            self.update()
            self.moved.emit(self.corners)

    def _name_it(self) -> None:
        words = (self.tr("左上角"), self.tr("右上角"), self.tr("右下角"), self.tr("左下角"))
        self.setAccessibleName(
            self.tr("裁边，正在挪{corner}；数字键 1 到 4 换角，方向键挪动").format(
                corner=words[self._held]
            )
        )

    # ---------------------------------------------------------------- places
    def _glass_side(self) -> float:
        return min(120.0, self.height() / 3)

    def _page(self) -> QRectF:
        room = QRectF(self.rect()).adjusted(self._glass_side() + 32, 14, -20, -14)
        if self._image is None:
            return room
        k = min(room.width() / self._image.width(), room.height() / self._image.height())
        page = QRectF(0, 0, self._image.width() * k, self._image.height() * k)
        page.moveCenter(room.center())
        return page

    def _scale(self) -> float:
        return self._page().width() / self._image.width() if self._image else 1.0

    def _on_screen(self, corner: tuple[float, float]) -> QPointF:
        page, k = self._page(), self._scale()
        return QPointF(page.x() + corner[0] * k, page.y() + corner[1] * k)

    # ---------------------------------------------------------------- hands
    def mousePressEvent(self, event: QMouseEvent) -> None:
        near = [
            (QPointF(self._on_screen(corner) - event.position()).manhattanLength(), at)
            for at, corner in enumerate(self._corners)
        ]
        if near and event.button() is Qt.MouseButton.LeftButton and min(near)[0] <= _REACH:
            self.hold(min(near)[1])
            self._dragging = True

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            page, k = self._page(), self._scale()
            place = event.position()
            self.move_held((place.x() - page.x()) / k, (place.y() - page.y()) / k)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragging = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _CORNER_KEYS:
            self.hold(_CORNER_KEYS.index(key))
        elif key in _ARROWS and self._corners:
            step = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            (dx, dy), (x, y) = _ARROWS[key], self._corners[self._held]
            self.move_held(x + dx * step, y + dy * step)
        else:
            super().keyPressEvent(event)

    # ---------------------------------------------------------------- paint
    def sizeHint(self) -> QSize:
        return QSize(640, 360)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 160)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, radius = painter_for(self), theme().radius("card")
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(self.rect()), radius, radius)
        painter.setClipPath(clip)
        painter.fillRect(self.rect(), paper_colour("mat"))
        if self._image is None:
            return
        page = self._page()
        scaled = SCALED.fitted(self._image, page.width(), page.height(), self.devicePixelRatioF())
        painter.drawPixmap(page, scaled, QRectF(scaled.rect()))
        quad = QPolygonF([self._on_screen(corner) for corner in self._corners])
        paint_outline(painter, quad, QRectF(self.rect()), "crop")
        painter.setBrush(paper_colour("sheet"))
        painter.setPen(QPen(paper_colour("outline"), 3))
        for at in range(4):
            size = 10 if at == self._held else 7
            painter.drawEllipse(quad.at(at), size, size)
        self._paint_glass(painter, self._image, quad, clip)

    def _paint_glass(
        self, painter: QPainter, image: QImage, quad: QPolygonF, clip: QPainterPath
    ) -> None:
        side = self._glass_side()
        glass = QRectF(14, 14, side, side)
        ring = QPainterPath()
        ring.addEllipse(glass)
        painter.setClipPath(ring)
        painter.fillRect(glass, paper_colour("mat"))
        painter.save()
        painter.translate(glass.center())
        painter.scale(_GLASS, _GLASS)
        painter.translate(-quad.at(self._held))
        k, reach = self._scale(), side / _GLASS
        x, y = self._corners[self._held]
        part = QRectF(x - reach / k / 2, y - reach / k / 2, reach / k, reach / k)
        part = part.intersected(QRectF(image.rect()))
        corner = self._on_screen((part.x(), part.y()))
        painter.drawImage(
            QRectF(corner.x(), corner.y(), part.width() * k, part.height() * k), image, part
        )
        paint_outline(painter, quad, QRectF(self.rect()), "crop", 2.5)
        painter.restore()
        painter.setClipPath(clip)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for name, width in (("sheet", 6.0), ("outline", 2.5)):
            painter.setPen(QPen(paper_colour(name), width))
            painter.drawEllipse(glass)
