"""Pictures of paper: fitted, cut out, as thumbnails. Scaled once per size, never per paint.

A picture given here should be a preview (at most a few million pixels): scaling runs on the GUI
thread. Whole documents are shown by ``paper_view``, which renders in a worker.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.common import icons
from ui.common.buttons import PressedByEnter
from ui.common.marks import Mark, paint_marks
from ui.common.painting import CENTER, LEFT, advance, painter_for, write
from ui.common.theme import theme

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_IGNORE = Qt.AspectRatioMode.IgnoreAspectRatio
_SMOOTH = Qt.TransformationMode.SmoothTransformation


class ScaledPictures:
    """The last few scaled versions of pictures, by picture, size and device ratio."""

    def __init__(self, keep: int = 128) -> None:
        self._keep = keep
        self._kept: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()
        self.scalings = 0

    def fitted(self, image: QImage, width: float, height: float, ratio: float) -> QPixmap:
        """The picture at ``width`` x ``height`` logical pixels."""
        size = QSize(max(1, round(width * ratio)), max(1, round(height * ratio)))
        key = ("fitted", image.cacheKey(), size.width(), size.height(), ratio)
        return self._once(key, ratio, partial(image.scaled, size, _IGNORE, _SMOOTH))

    def thumbnail(
        self, image: QImage, width: int, height: int, ratio: float, head_only: bool
    ) -> QPixmap:
        """A small picture that can still be told apart; see the function of this name."""
        key = ("thumbnail", image.cacheKey(), width, height, ratio, head_only)
        make = partial(thumbnail, image, width, height, ratio, head_only)
        return self._once(key, ratio, make)

    def _once(self, key: tuple[object, ...], ratio: float, make: Callable[[], QImage]) -> QPixmap:
        picture = self._kept.get(key)
        if picture is None:
            self.scalings += 1
            picture = QPixmap.fromImage(make())
            picture.setDevicePixelRatio(ratio)
            self._kept[key] = picture
            if len(self._kept) > self._keep:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return picture


SCALED = ScaledPictures()


def picture_of_bgr(pixels: NDArray[np.uint8]) -> QImage:
    """A picture from camera pixels (height x width x 3, blue first). It is copied, so that the
    camera may reuse its buffer; call it in the worker that took the frame."""
    height, width = pixels.shape[:2]
    tight = pixels if pixels.flags.c_contiguous else pixels.copy()
    view = QImage(tight.data, width, height, tight.strides[0], QImage.Format.Format_BGR888)
    return view.copy()


def picture_of_file(data: bytes) -> QImage:
    """A picture file (JPEG, PNG, TIFF, …), upright as it is stored; null where it is none.

    For workers. Qt's own reader must not be used beside the window: PySide keeps the interpreter's
    lock while it reads, and its look for SVG takes a lock of Qt's that the window holds while a
    widget dies and waits for the interpreter: both stood still for ever (6.9.3, seen once in
    thousands of pictures). OpenCV lets go of the interpreter and knows nothing of Qt.
    """
    import cv2
    import numpy as np

    if not data:
        return QImage()
    how = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), how)
    except cv2.error:
        return QImage()
    return QImage() if pixels is None else picture_of_bgr(pixels.astype(np.uint8, copy=False))


def thumbnail(
    image: QImage, width: int, height: int, ratio: float, head_only: bool = False
) -> QImage:
    """The picture within ``width`` x ``height`` logical pixels, its thin lines made thicker.

    A pale page scaled down tenfold is a white square: its lines are darkened with themselves one
    pixel aside. With ``head_only`` a tall page shows its upper part, which says what it is.
    """
    if head_only and image.height() * width > image.width() * height:
        image = image.copy(0, 0, image.width(), max(1, round(image.width() * height / width)))
    k = min(width / image.width(), height / image.height()) * ratio
    size = QSize(max(1, round(image.width() * k)), max(1, round(image.height() * k)))
    small = image.scaled(size, _IGNORE, _SMOOTH).convertToFormat(QImage.Format.Format_RGB32)
    thin = small.copy()
    painter = QPainter(small)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Darken)
    for x, y in ((1, 0), (0, 1)):
        painter.drawImage(x, y, thin)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
    painter.setOpacity(0.6)
    painter.drawImage(0, 0, small.copy())
    painter.end()
    return small


def paint_thumbnail(
    painter: QPainter, image: QImage, cell: QRectF, head_only: bool = False
) -> None:
    """Draws a thumbnail centred in ``cell`` with an edge that shows on white."""
    ratio = painter.device().devicePixelRatioF()
    small = SCALED.thumbnail(
        image, max(1, round(cell.width())), max(1, round(cell.height())), ratio, head_only
    )
    width, height = small.width() / ratio, small.height() / ratio
    place = QRectF(cell.center().x() - width / 2, cell.center().y() - height / 2, width, height)
    painter.drawPixmap(place, small, QRectF(small.rect()))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme().colour("line_strong"), 1))
    painter.drawRect(place.adjusted(0.5, 0.5, -0.5, -0.5))


class Picture(QWidget):
    """A picture that keeps its shape: a field's cut-out, a page's preview, with marks on it."""

    def __init__(
        self,
        image: QImage | None = None,
        marks: Sequence[Mark] = (),
        *,
        name: str = "",
        width: int = 0,
        height: int = 0,
        margin: int = 0,
        top: bool = False,
        left: bool = False,
        control_height: bool = False,
    ) -> None:
        """``top`` and ``left`` say where it stands in the room it does not fill; with
        ``control_height`` it is as high as an input."""
        super().__init__()
        self._image, self._marks = image, tuple(marks)
        self._margin, self._top, self._left = margin, top, left
        self._width, self._height, self._control = width, height, control_height
        self.setAccessibleName(name or self.tr("图片"))
        fixed, free = QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding
        self.setSizePolicy(fixed if width else free, fixed if height or control_height else free)

    def set_image(self, image: QImage | None) -> None:
        """Shows another picture, or nothing."""
        self._image = image
        self.update()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Shows other marks on it."""
        self._marks = tuple(marks)
        self.update()

    def sizeHint(self) -> QSize:
        high = theme().height("control") if self._control else self._height
        return QSize(self._width or 160, high or 120)

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(
            hint.width() if self._width else 24,
            hint.height() if self._height or self._control else 24,
        )

    def page_rect(self) -> QRectF:
        """Where the picture stands in this widget."""
        m = self._margin
        cell = QRectF(self.rect()).adjusted(m, m, -m, -m)
        if self._image is None or self._image.isNull():
            return cell
        k = min(cell.width() / self._image.width(), cell.height() / self._image.height())
        width, height = self._image.width() * k, self._image.height() * k
        return QRectF(
            cell.left() if self._left else cell.center().x() - width / 2,
            cell.top() if self._top else cell.center().y() - height / 2,
            width,
            height,
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image is None or self._image.isNull():
            return
        painter, place = painter_for(self), self.page_rect()
        ratio = self.devicePixelRatioF()
        scaled = SCALED.fitted(self._image, place.width(), place.height(), ratio)
        painter.drawPixmap(place, scaled, QRectF(scaled.rect()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme().colour("line"), 1))
        painter.drawRect(place.adjusted(0.5, 0.5, -0.5, -0.5))
        scale = place.width() / self._image.width()
        paint_marks(painter, self._marks, place, scale, self.width())


class Thumb(PressedByEnter):
    """A taken page: the picture, its name below; a warning stands on it as a plate with shape
    and word. Without a picture it is the place for the next page."""

    def __init__(
        self, image: QImage | None, label: str, warning: str = "", *, width: int = 120
    ) -> None:
        super().__init__()
        self._image, self._warning, self._width = image, warning, width
        self.setText(label)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._name_it()

    def _name_it(self) -> None:
        self.setAccessibleName(f"{self.text()} {self._warning}".strip())
        self.setToolTip(self.text())

    def set(self, image: QImage | None, label: str, warning: str = "") -> None:
        """Shows another page or another warning."""
        self._image, self._warning = image, warning
        self.setText(label)
        self._name_it()
        self.update()

    @property
    def warning(self) -> str:
        """What is wrong with the page, in a word."""
        return self._warning

    def sizeHint(self) -> QSize:
        return QSize(theme().grown(self._width, 0.6), theme().grown(88, 0.4))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = theme(), painter_for(self)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        foot, tag = round(t.px("caption") * 1.5), t.radius("tag")
        painter.setBrush(t.colour("surface"))
        held = self.isChecked()
        painter.setPen(QPen(t.colour("accent"), 2) if held else QPen(t.colour("line"), t.edge))
        painter.drawRoundedRect(box, t.radius("control"), t.radius("control"))
        cell = box.adjusted(6, 6, -6, -foot - 2)
        if self._image is None:
            painter.setPen(QPen(t.colour("line_strong"), 1, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(cell, tag, tag)
            centre = cell.center()
            icons.draw(painter, "plus", centre.x() - 10, centre.y() - 10, 20, t.colour("text2"))
        else:
            paint_thumbnail(painter, self._image, cell, self.width() > 90)
        if self._warning:
            self._paint_warning(painter, cell)
        words = QRectF(box.x() + 4, box.bottom() - foot - 1, box.width() - 8, foot)
        write(painter, words, self.text(), t.font("caption"), t.colour("text2"), CENTER)

    def _paint_warning(self, painter: QPainter, cell: QRectF) -> None:
        t, side = theme(), 16
        ink = t.colour("on_warn")
        width = min(cell.width() + 4, advance(self._warning, t.font("caption")) + side + 20)
        plate = QRectF(cell.right() - width + 2, cell.top() - 2, width, t.px("caption") + 11)
        painter.setPen(QPen(ink, 1))
        painter.setBrush(t.colour("warn_fill"))
        painter.drawRoundedRect(plate, t.radius("tag"), t.radius("tag"))
        top = plate.center().y() - side / 2
        icons.draw(painter, "s_warn", plate.x() + 7, top, side, ink, 2.2)
        words = plate.adjusted(side + 12, 0, -4, 0)
        write(painter, words, self._warning, t.font("caption"), ink, LEFT)
