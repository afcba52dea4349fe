"""Looks for a field's value on the papers of a case, page by page, beside the window.

Pages are drawn in the lane of all pages, because PDFium may not be entered twice, and read in one
of their own, because reading takes seconds. Who asks for another field is told of that one only.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from signing.errors import ExplainedError
from station.domain.items import FormField
from station.imaging.arrays import Pixels
from station.services.page_places import PagePlace, PlaceFinder
from ui.common.pages import PdfPages
from ui.common.tasks import Tasks

_WIDE = 1240  # pixels: an A4 page at 150 dots an inch, an ID card's line 17 pixels high


class PlaceSearch(QObject):
    """``found`` tells the field's id and the place; ``ended`` that there is none to be found."""

    found = Signal(str, object)
    ended = Signal(str)

    def __init__(self, tasks: Tasks, finder: PlaceFinder) -> None:
        super().__init__()
        self._tasks, self._finder = tasks, finder
        self._run = 0

    def stop(self) -> None:
        """Nothing is looked for any more; what is being read is not told."""
        self._run += 1

    def look(
        self, pdf: bytes, case: str, pages: Sequence[int], field: FormField, texts: Sequence[str]
    ) -> None:
        """Looks for the texts of ``field`` on ``pages`` of the dossier of ``case``, in order."""
        self.stop()
        self._next(self._run, pdf, case, tuple(pages), field, tuple(texts))

    def _next(
        self,
        run: int,
        pdf: bytes,
        case: str,
        pages: tuple[int, ...],
        field: FormField,
        texts: tuple[str, ...],
    ) -> None:
        if run != self._run:
            return
        if not pages:
            self.ended.emit(field.id)
            return
        page, key = pages[0], (case, pages[0])

        def read(picture: Pixels | None) -> None:
            self._tasks.start(
                partial(self._finder.find, key, picture, field, texts),
                done=told,
                failed=failed,
                owner=self,
                lane="reading",
            )

        def told(box: tuple[float, float, float, float] | None) -> None:
            if run != self._run:
                return
            if box is None:
                self._next(run, pdf, case, pages[1:], field, texts)
            else:
                self.found.emit(field.id, PagePlace(page, box))

        def failed(_error: Exception) -> None:
            if run == self._run and isinstance(_error, ExplainedError):
                self.ended.emit(field.id)  # the page itself is still there to be looked at

        if self._finder.knows(key):
            read(None)
        else:
            self._tasks.start(
                partial(_drawn, pdf, page), done=read, failed=failed, owner=self, lane="pages"
            )


def _drawn(pdf: bytes, page: int) -> Pixels:
    """A page as a picture for the reader; called in the lane ``pages``."""
    pages = PdfPages(pdf)
    try:
        image = pages.render(page, _WIDE).convertToFormat(QImage.Format.Format_BGR888)
    finally:
        pages.close()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()
