"""Where the pages of a document come from: a PDF, or pictures. Rendering runs in a worker, one
document at a time, because PDFium may not be entered twice. What is shown is ``paper_view``'s."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from station.errors import InputError

_WIDEST = 6000  # pixels; a page is not rendered larger, whatever the zoom


class PageUnreadable(InputError):
    what = "The document cannot be shown."
    cause = "The file is damaged, protected, or not a PDF ({reason})."
    remedy = "Fetch the file again, or open it with another program."
    zh = (
        "这份文件显示不出来。",
        "文件坏了、加了密，或者不是 PDF（{reason}）。",
        "请重新取一份，或换个程序打开看看。",
    )


class Pages(Protocol):
    """The pages of a document. All but the constructor is called in one worker, the lane
    ``pages``, never twice at once."""

    def sizes(self) -> list[tuple[float, float]]:
        """Width and height of each page: points (1/72 inch) of a PDF, pixels of pictures."""

    def render(self, page: int, width: int) -> QImage:
        """A page (from 0) ``width`` pixels wide."""

    def close(self) -> None:
        """Lets the document go."""


class PdfPages:
    """The pages of a PDF given as bytes; raises ``PageUnreadable`` when it is none."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._document: Any = None

    def sizes(self) -> list[tuple[float, float]]:
        """Width and height of each page in points, as it is turned."""
        document = self._opened()
        return [document.get_page_size(page) for page in range(len(document))]

    def render(self, page: int, width: int) -> QImage:
        """A page with the fields and seals that stand on it."""
        from pypdfium2 import PdfiumError

        try:
            leaf = self._opened()[page]
            scale = min(width, _WIDEST) / leaf.get_width()
            bitmap = leaf.render(scale=scale, may_draw_forms=True, prefer_bgrx=True)
            image = QImage(
                bytes(bitmap.buffer),
                bitmap.width,
                bitmap.height,
                bitmap.stride,
                QImage.Format.Format_RGB32,
            ).copy()
            bitmap.close()
            leaf.close()
        except PdfiumError as error:
            raise PageUnreadable(reason=error) from error
        return image

    def close(self) -> None:
        """Lets the document go; it is opened again when asked for."""
        if self._document is not None:
            self._document.close()
            self._document = None

    def _opened(self) -> Any:
        if self._document is None:
            import pypdfium2

            try:
                self._document = pypdfium2.PdfDocument(self._data)
                self._document.init_forms()
            except pypdfium2.PdfiumError as error:
                raise PageUnreadable(reason=error) from error
        return self._document


class PicturePages:
    """Pictures as pages, one each; marks on them are in their pixels."""

    def __init__(self, pictures: Sequence[QImage]) -> None:
        self._pictures = tuple(pictures)

    def sizes(self) -> list[tuple[float, float]]:
        """Width and height of each picture in pixels."""
        return [(float(one.width()), float(one.height())) for one in self._pictures]

    def render(self, page: int, width: int) -> QImage:
        """The picture, smoothly scaled."""
        picture = self._pictures[page]
        width = min(width, _WIDEST)
        size = QSize(width, max(1, round(picture.height() * width / picture.width())))
        return picture.scaled(
            size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )

    def close(self) -> None:
        """Nothing to let go."""
