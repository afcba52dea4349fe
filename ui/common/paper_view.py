"""Reading paper on the screen: pages below one another, as wide as the view, zoomed, marked.

A page is rendered in a worker when it comes into sight and kept at that size; until it is there
its white sheet stands in its place, so that nothing jumps. Marks are told in the units of the
document (points or pixels, origin top left).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QScroller

from ui.common.marks import Mark, MarkLook, paint_marks
from ui.common.pages import Pages, PdfPages, PicturePages
from ui.common.painting import painter_for
from ui.common.tasks import Task, Tasks
from ui.common.theme import paper_colour, theme

_GAP, _MARGIN = 12, 8
_KEPT_BYTES = 96 * 1024 * 1024
_ZOOMS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0)
_LEAST_DRAWN = 6  # pixels; a smaller drag is a click


class PaperView(QAbstractScrollArea):
    """Shows the pages of a document.

    ``page_changed`` tells the page (from 0) in sight, ``loaded`` the number of pages,
    ``failed`` an error to be shown, ``drawn`` a frame drawn by the person as (page, QRectF) in
    the document's units while ``set_drawing`` is on, ``pressed`` the mark's word under a click.
    """

    page_changed = Signal(int)
    loaded = Signal(int)
    failed = Signal(object)
    drawn = Signal(int, QRectF)
    pressed = Signal(str)

    def __init__(self, tasks: Tasks, name: str, *, whole_page: bool = False) -> None:
        """With ``whole_page`` zoom 1 shows a page whole instead of as wide as the view."""
        super().__init__()
        self._tasks, self._name, self._whole = tasks, name, whole_page
        self._pages: Pages | None = None
        self._sizes: list[tuple[float, float]] = []
        self._boxes: list[QRectF] = []
        self._marks: dict[int, tuple[Mark, ...]] = {}
        self._zoom = 1.0
        self._page = 0
        self._kept: OrderedDict[tuple[int, int], QPixmap] = OrderedDict()
        self._asked: dict[tuple[int, int], Task] = {}
        self._drawing = False
        self._drag: tuple[int, QPointF, QPointF] | None = None
        self._pending: tuple[int, QRectF | None] | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setAutoFillBackground(False)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.horizontalScrollBar().valueChanged.connect(self.viewport().update)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        self._name_it()

    # ---------------------------------------------------------------- what is shown
    def show_pdf(self, data: bytes) -> None:
        """Shows a PDF."""
        self.show_pages(PdfPages(data))

    def show_pictures(self, pictures: Sequence[QImage]) -> None:
        """Shows pictures as pages."""
        self.show_pages(PicturePages(pictures))

    def show_pages(self, pages: Pages) -> None:
        """Shows another document from its first page on."""
        self.clear()
        self._pages = pages
        self._tasks.start(
            pages.sizes,
            done=partial(self._measured, pages),
            failed=self.failed.emit,
            owner=self,
            lane="pages",
        )

    def clear(self) -> None:
        """Shows nothing."""
        for task in self._asked.values():
            task.drop()
        if self._pages is not None:
            self._tasks.start(self._pages.close, lane="pages")
        self._pages, self._sizes, self._page, self._pending = None, [], 0, None
        self._marks, self._asked = {}, {}
        self._kept.clear()
        self._lay_out()

    def set_marks(self, marks: Mapping[int, Sequence[Mark]]) -> None:
        """The marks of each page (from 0)."""
        self._marks = {page: tuple(some) for page, some in marks.items()}
        self.viewport().update()

    def set_drawing(self, drawing: bool) -> None:
        """While on, a drag draws a frame instead of scrolling."""
        self._drawing = drawing
        shape = Qt.CursorShape.CrossCursor if drawing else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    @property
    def page_count(self) -> int:
        """How many pages there are, 0 until the document is measured."""
        return len(self._sizes)

    @property
    def page(self) -> int:
        """The page in sight, from 0."""
        return self._page

    def page_size(self, page: int) -> tuple[float, float]:
        """Width and height of a page in the document's units; once ``loaded`` has told."""
        return self._sizes[page]

    def page_rect(self, page: int) -> QRectF:
        """Where a page stands in the viewport now; parts of it may be out of sight."""
        return self._shown(page)

    @property
    def settled(self) -> bool:
        """Whether everything in sight has been rendered."""
        return bool(self._sizes) and not self._asked

    # ---------------------------------------------------------------- where
    def go_to(self, page: int, place: QRectF | None = None) -> None:
        """Brings a page into sight, or a place on it; remembered until the pages are measured."""
        if not self._sizes:
            self._pending = (page, place)
            return
        box = self._box(min(len(self._sizes) - 1, max(0, page)))
        top = box.y() - _MARGIN
        if place is not None:
            k = self._scale(page)
            top = box.y() + place.center().y() * k - self.viewport().height() / 2
            across = box.x() + place.center().x() * k - self.viewport().width() / 2
            self.horizontalScrollBar().setValue(round(across))
        self.verticalScrollBar().setValue(round(top))

    def zoom_by(self, steps: int) -> None:
        """One zoom step larger (1) or smaller (-1); the middle of the view stays."""
        near = min(range(len(_ZOOMS)), key=lambda i: abs(_ZOOMS[i] - self._zoom))
        self.set_zoom(_ZOOMS[min(len(_ZOOMS) - 1, max(0, near + steps))])

    def set_zoom(self, zoom: float) -> None:
        """1 is as wide as the view."""
        bar, high = self.verticalScrollBar(), self.viewport().height()
        total = max(1.0, self._height())
        middle = (bar.value() + high / 2) / total
        self._zoom = zoom
        self._lay_out()
        bar.setValue(round(middle * self._height() - high / 2))

    @property
    def zoom(self) -> float:
        """The zoom, 1 is as wide as the view."""
        return self._zoom

    def _scale(self, page: int) -> float:
        """Logical pixels per unit of the document."""
        wide, high = self._sizes[page]
        room = self.viewport().size()
        k = (room.width() - 2 * _MARGIN) / wide
        if self._whole:
            k = min(k, (room.height() - 2 * _MARGIN) / high)
        return max(0.01, k * self._zoom)

    def _height(self) -> float:
        return self._boxes[-1].bottom() + _MARGIN if self._boxes else 0.0

    def _box(self, page: int) -> QRectF:
        """Where a page lies on the whole roll."""
        return self._boxes[page]

    def _measure(self) -> list[QRectF]:
        boxes, y, room = [], float(_MARGIN), self.viewport().width()
        for page, (wide, high) in enumerate(self._sizes):
            k = self._scale(page)
            x = max(float(_MARGIN), (room - wide * k) / 2)
            boxes.append(QRectF(x, y, wide * k, high * k))
            y += high * k + _GAP
        return boxes

    def _shown(self, page: int) -> QRectF:
        """Where a page stands in the view now."""
        return self._box(page).translated(
            -self.horizontalScrollBar().value(), -self.verticalScrollBar().value()
        )

    def _lay_out(self) -> None:
        size = self.viewport().size()
        self._boxes = self._measure()
        widest = max((box.width() for box in self._boxes), default=0.0)
        for bar, length, room in (
            (self.verticalScrollBar(), self._height(), size.height()),
            (self.horizontalScrollBar(), widest + 2 * _MARGIN, size.width()),
        ):
            bar.setRange(0, max(0, round(length) - room))
            bar.setPageStep(room)
            bar.setSingleStep(48)
        self.viewport().update()
        self._look()

    # ---------------------------------------------------------------- rendering
    def _measured(self, pages: Pages, sizes: list[tuple[float, float]]) -> None:
        if pages is not self._pages:
            return
        self._sizes = sizes
        self._lay_out()
        self.verticalScrollBar().setValue(0)
        self.loaded.emit(len(sizes))
        self._name_it()
        if self._pending is not None:
            pending, self._pending = self._pending, None
            self.go_to(*pending)

    def _in_sight(self) -> list[int]:
        view = QRectF(self.viewport().rect())
        return [page for page in range(len(self._sizes)) if self._shown(page).intersects(view)]

    def _scrolled(self) -> None:
        self.viewport().update()
        self._look()

    def _look(self) -> None:
        """Asks for the pages in sight, forgets what is no longer wanted, tells the page."""
        pages, seen = self._pages, self._in_sight()
        ratio = self.devicePixelRatioF()
        wanted = {(page, round(self._box(page).width() * ratio)) for page in seen}
        for key in [key for key in self._asked if key not in wanted]:
            self._asked.pop(key).drop()
        for key in sorted(wanted):
            if key not in self._kept and key not in self._asked and pages is not None:
                self._asked[key] = self._tasks.start(
                    partial(pages.render, *key),
                    done=partial(self._rendered, key),
                    failed=partial(self._not_rendered, key),
                    owner=self,
                    lane="pages",
                )
        if seen:
            middle = self.viewport().height() / 2
            now = min(seen, key=lambda page: abs(self._shown(page).center().y() - middle))
            if now != self._page:
                self._page = now
                self._name_it()
                self.page_changed.emit(now)

    def _rendered(self, key: tuple[int, int], image: QImage) -> None:
        self._asked.pop(key, None)
        picture = QPixmap.fromImage(image)
        picture.setDevicePixelRatio(self.devicePixelRatioF())
        self._kept[key] = picture
        while len(self._kept) > 1 and sum(map(_bytes, self._kept.values())) > _KEPT_BYTES:
            self._kept.popitem(last=False)
        self.viewport().update()

    def _not_rendered(self, key: tuple[int, int], error: Exception) -> None:
        self._asked.pop(key, None)
        self.failed.emit(error)

    def _picture(self, page: int) -> QPixmap | None:
        """The page at its size; until that is rendered, at any size there is."""
        key = (page, round(self._box(page).width() * self.devicePixelRatioF()))
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        return next((self._kept[other] for other in self._kept if other[0] == page), None)

    # ---------------------------------------------------------------- Qt's events
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self.viewport())
        for page in self._in_sight():
            box = self._shown(page)
            painter.fillRect(box, paper_colour("sheet"))
            picture = self._picture(page)
            if picture is not None:
                painter.drawPixmap(box, picture, QRectF(picture.rect()))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme().colour("line"), 1))
            painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
            marks = list(self._marks.get(page, ()))
            if self._drag is not None and self._drag[0] == page:
                frame = QRectF(self._drag[1], self._drag[2]).normalized()
                marks.append(Mark(frame, MarkLook.REGION, held=True))
            paint_marks(painter, marks, box, self._scale(page), self.viewport().width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.set_zoom(self._zoom)

    def sizeHint(self) -> QSize:
        return QSize(560, 640)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 120)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(1 if event.angleDelta().y() > 0 else -1)
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, bar = event.key(), self.verticalScrollBar()
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(1)
        elif key == Qt.Key.Key_Minus:
            self.zoom_by(-1)
        elif key == Qt.Key.Key_0:
            self.set_zoom(1.0)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            bar.setValue(bar.minimum() if key == Qt.Key.Key_Home else bar.maximum())
        elif key == Qt.Key.Key_Space:
            bar.setValue(bar.value() + bar.pageStep() - 48)
        else:
            super().keyPressEvent(event)

    def _under(self, place: QPointF) -> tuple[int, QPointF] | None:
        """The page at a point of the view, and the point in the document's units."""
        for page in self._in_sight():
            box = self._shown(page)
            if box.contains(place):
                return page, (place - box.topLeft()) * (1 / self._scale(page))
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        under = self._under(event.position())
        if under is not None and event.button() is Qt.MouseButton.LeftButton and self._drawing:
            self._drag = (under[0], under[1], under[1])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None:
            page, start, _ = self._drag
            box, (wide, high) = self._shown(page), self._sizes[page]
            place = (event.position() - box.topLeft()) * (1 / self._scale(page))
            kept = QPointF(min(wide, max(0.0, place.x())), min(high, max(0.0, place.y())))
            self._drag = (page, start, kept)
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, self._drag = self._drag, None
        if drag is not None:
            page, frame = drag[0], QRectF(drag[1], drag[2]).normalized()
            k = self._scale(page)
            if min(frame.width(), frame.height()) * k >= _LEAST_DRAWN:
                self.drawn.emit(page, frame)
            self.viewport().update()
        elif (under := self._under(event.position())) is not None:
            for mark in self._marks.get(under[0], ()):
                if mark.rect.contains(under[1]) and mark.word:
                    self.pressed.emit(mark.word)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self.viewport().update()

    def _name_it(self) -> None:
        words = self.tr("{name}，第 {page} 页，共 {count} 页").format(
            name=self._name, page=self._page + 1, count=len(self._sizes)
        )
        self.setAccessibleName(words if self._sizes else self._name)


def _bytes(picture: QPixmap) -> int:
    return picture.width() * picture.height() * 4
