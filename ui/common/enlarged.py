"""A framed place of a page, enlarged to be read: under a page, on a card, before and after."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from ui.common.layout import Plate, row
from ui.common.pages import PdfPages
from ui.common.pictures import Picture
from ui.common.tasks import Tasks
from ui.common.text import Text

_PIXELS = 760  # of the cut-out; enough for the width of a column at twice the pixels
_SMALLEST = 0.06  # of the page: a place is never enlarged until it cannot be recognised


def around(share: QRectF, grow: float = 0.0) -> QRectF:
    """A place in shares of its page, with some of what lies around it, kept on the page."""
    wide = max(share.width() * (1 + grow), _SMALLEST)
    high = max(share.height() * (1 + grow), _SMALLEST / 2)
    box = QRectF(0, 0, wide, high)
    box.moveCenter(share.center())
    return box.intersected(QRectF(0, 0, 1, 1))


def cut(pages: PdfPages, page: int, share: QRectF) -> QImage:
    """A place of a page as a picture; called in the lane ``pages``."""
    whole = pages.render(page, round(_PIXELS / max(share.width(), 0.05)))
    box = QRectF(
        share.x() * whole.width(),
        share.y() * whole.height(),
        share.width() * whole.width(),
        share.height() * whole.height(),
    )
    return whole.copy(box.toAlignedRect())


class Enlarged(Plate):
    """Shows one place of a document at a time, on a line of its own; hidden while there is none."""

    def __init__(self, tasks: Tasks, *, height: int = 96) -> None:
        super().__init__(name="card")
        self.set_chosen(True)
        self._tasks = tasks
        self._wanted: tuple[int, QRectF] | None = None
        self.picture = Picture(name=self.tr("放大的地方"), height=height, left=True)
        self.setLayout(
            row(
                Text(self.tr("放大"), "caption", "text2"),
                (self.picture, 1),
                gap=10,
                margins=(10, 6, 8, 6),
            )
        )
        self.hide()

    def show_place(self, pdf: bytes, page: int, share: QRectF) -> None:
        """Enlarges a place; ``share`` is in shares of the page."""
        wanted = (page, QRectF(share))
        if wanted == self._wanted:
            return
        self._wanted = wanted
        pages = PdfPages(pdf)
        self._tasks.start(
            partial(_cut_once, pages, page, around(share)),
            done=partial(self._rendered, wanted),
            failed=lambda _error: None,  # the page itself says what is wrong
            owner=self,
            lane="pages",
        )

    def show_nothing(self) -> None:
        """There is no place to look at."""
        self._wanted = None
        self.hide()

    def _rendered(self, wanted: tuple[int, QRectF], image: QImage) -> None:
        if wanted == self._wanted:
            self.picture.set_image(image)
            self.show()


def _cut_once(pages: PdfPages, page: int, share: QRectF) -> QImage:
    try:
        return cut(pages, page, share)
    finally:
        pages.close()
