"""Where on a page a seal may stand: at a keyword, over how much text, or at the nearest free place.

The page is looked at as a reader shows it (drawn by PDFium, signatures and annotations included).
All boxes are x, y, width and height in millimetres from the top left corner of the page as shown,
as in ``pades.FieldPlan``; pages count from 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from signing.errors import DocumentNotSignable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ink = NDArray[np.bool_]

Box = tuple[float, float, float, float]

_PT_PER_MM = 72 / 25.4
_DOTS_PER_MM = 4.0
_DARKER = 48  # grey levels below the paper around it
_MARGIN_MM = 8.0  # a seal keeps away from the edge of the sheet by this
_STEP_MM = 1.0


class PageUnseen(DocumentNotSignable):
    cause = "Its page {page} cannot be drawn, so nobody knows what the seal would cover."
    remedy = "Name the place with --field, or sign without a seal."
    zh = (
        "{file} 没有签。",
        "第 {page} 页画不出来，不知道章会盖住什么。",
        "请用 --field 指定位置，或者签名不带章。",
    )


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where a text stands."""

    page: int
    box_mm: Box

    @property
    def centre_mm(self) -> tuple[float, float]:
        """The middle of the text."""
        x, y, width, height = self.box_mm
        return x + width / 2, y + height / 2


@dataclass(frozen=True, slots=True)
class Covered:
    """What lies under a box: the share of it that is ink (0 to 1), and text that can be read."""

    ink: float
    text: str

    @property
    def matters(self) -> bool:
        """More than a speck or a thin rule of a table."""
        return bool(self.text) or self.ink > 0.004


class PageView:
    """A PDF's pages as they are shown. Use it in a ``with``; drawing is done once a page."""

    def __init__(self, document: Any, file: str) -> None:
        self._document = document
        self._file = file
        self._drawn: dict[int, Any] = {}
        self._pages: dict[int, Any] = {}
        self._texts: dict[int, Any] = {}
        self._edges: dict[int, Any] = {}

    def close(self) -> None:
        """Gives back what PDFium holds, in the order in which it depends on each other."""
        for part in (*self._texts.values(), *self._pages.values()):
            part.close()

    @property
    def pages(self) -> int:
        """How many there are."""
        return len(self._document)

    def size_mm(self, page: int) -> tuple[float, float]:
        """Width and height as shown."""
        width, height = self._page(page).get_size()
        return width / _PT_PER_MM, height / _PT_PER_MM

    def find(self, text: str) -> tuple[Hit, ...]:
        """Every place where ``text`` stands, in reading order of the pages."""
        return tuple(hit for page in range(self.pages) for hit in self._on_page(page, text))

    def under(self, page: int, box_mm: Box, *, but: Box | None = None) -> Covered:
        """What lies under a box. ``but`` is left out of account: the text it was put at."""
        ink = self._ink(page)
        part = self._part(ink, box_mm).copy()
        if but is not None:
            x, y = but[0] - box_mm[0], but[1] - box_mm[1]
            self._part(part, (x - 0.3, y - 0.3, but[2] + 0.6, but[3] + 0.6))[:] = False
        share = float(part.mean()) if part.size else 0.0
        return Covered(share, self._text_in(page, box_mm, but))

    def free_place(
        self, page: int, size_mm: tuple[float, float], near: tuple[float, float]
    ) -> Box | None:
        """The place nearest to ``near`` (a centre) where a box of ``size_mm`` covers nothing."""
        import numpy as np

        ink = self._ink(page)
        total = np.pad(ink.astype(np.int32).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
        high, wide = (round(side * _DOTS_PER_MM) for side in (size_mm[1], size_mm[0]))
        margin, step = round(_MARGIN_MM * _DOTS_PER_MM), round(_STEP_MM * _DOTS_PER_MM)
        ys = np.arange(margin, ink.shape[0] - margin - high + 1, step)
        xs = np.arange(margin, ink.shape[1] - margin - wide + 1, step)
        if not len(ys) or not len(xs):
            return None
        y, x = np.meshgrid(ys, xs, indexing="ij")
        under = total[y + high, x + wide] - total[y, x + wide] - total[y + high, x] + total[y, x]
        far = np.hypot(x + wide / 2 - near[0] * _DOTS_PER_MM, y + high / 2 - near[1] * _DOTS_PER_MM)
        far[under > 0] = np.inf
        best = np.unravel_index(int(far.argmin()), far.shape)
        if not np.isfinite(far[best]):
            return None
        return (float(x[best]) / _DOTS_PER_MM, float(y[best]) / _DOTS_PER_MM, *size_mm)

    def edge_covered(self, page: int, strip_mm: float, size_mm: float, down: float) -> bool:
        """Whether a slice of a riding seal would cover something at the right edge of a page.

        The slice is ``strip_mm`` wide and ``size_mm`` high, its middle at ``down`` of the height.
        """
        rows = self._edge(page, strip_mm)
        middle, half = down * len(rows), size_mm / 2 * _DOTS_PER_MM
        return bool(rows[max(0, round(middle - half)) : round(middle + half)].any())

    # ------------------------------------------------------------------------------------- inside

    def _edge(self, page: int, strip_mm: float) -> Ink:
        """Which rows of the page have ink within ``strip_mm`` of its right edge."""
        if page not in self._edges:
            wide, _ = self.size_mm(page)
            # A little more than the strip, so that there is paper to tell ink from.
            shown = max(strip_mm, min(40.0, wide))
            bitmap = self._rendered(page, (max(0.0, wide - shown) * _PT_PER_MM, 0, 0, 0))
            ink = self._dark(bitmap)
            self._edges[page] = ink[:, -round(strip_mm * _DOTS_PER_MM) :].any(axis=1)
        rows: Ink = self._edges[page]
        return rows

    def _ink(self, page: int) -> Ink:
        if page not in self._drawn:
            self._drawn[page] = self._dark(self._rendered(page, (0, 0, 0, 0)))
        drawn: Ink = self._drawn[page]
        return drawn

    def _rendered(self, page: int, crop_pt: tuple[float, float, float, float]) -> Any:
        import pypdfium2

        try:
            scale = _DOTS_PER_MM / _PT_PER_MM
            bitmap = self._page(page).render(scale=scale, grayscale=True, crop=crop_pt)
        except (pypdfium2.PdfiumError, MemoryError, ValueError) as error:
            raise PageUnseen(file=self._file, page=page + 1) from error
        return bitmap.to_numpy().reshape(bitmap.height, bitmap.width)

    @staticmethod
    def _dark(grey: Any) -> Ink:
        import numpy as np

        # A scan's paper is not white, but most of a page is paper.
        paper = int(np.percentile(grey, 75))
        dark: Ink = grey < max(paper - _DARKER, 1)
        return dark

    @staticmethod
    def _part(ink: Ink, box_mm: Box) -> Ink:
        x, y, width, height = (round(edge * _DOTS_PER_MM) for edge in box_mm)
        return ink[max(0, y) : max(0, y + height), max(0, x) : max(0, x + width)]

    def _page(self, page: int) -> Any:
        if page not in self._pages:
            self._pages[page] = self._document[page]
        return self._pages[page]

    def _text(self, page: int) -> Any:
        if page not in self._texts:
            self._texts[page] = self._page(page).get_textpage()
        return self._texts[page]

    def _on_page(self, page: int, text: str) -> Iterator[Hit]:
        textpage = self._text(page)
        search = textpage.search(text, match_case=True)
        found = []
        try:
            while (one := search.get_next()) is not None:
                found.append(one)
        finally:
            search.close()
        for start, count in found:
            boxes = [self._shown(page, textpage.get_charbox(start + n)) for n in range(count)]
            left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
            right, bottom = max(b[0] + b[2] for b in boxes), max(b[1] + b[3] for b in boxes)
            yield Hit(page, (left, top, right - left, bottom - top))

    def _text_in(self, page: int, box_mm: Box, but: Box | None) -> str:
        textpage = self._text(page)
        found = []
        for number in range(textpage.count_chars()):
            box = self._shown(page, textpage.get_charbox(number))
            middle = (box[0] + box[2] / 2, box[1] + box[3] / 2)
            if _inside(middle, box_mm) and not (but and _inside(middle, but)):
                found.append(textpage.get_text_range(number, 1))
        return "".join("".join(found).split())

    def _shown(self, page: int, box: tuple[float, float, float, float]) -> Box:
        """Left, bottom, right and top in the page's own points, as a box that is shown."""
        import ctypes

        import pypdfium2.raw as pdfium

        wide, high = (round(side * 100) for side in self.size_mm(page))
        corners = []
        for x, y in ((box[0], box[1]), (box[2], box[3])):
            across, down = ctypes.c_int(), ctypes.c_int()
            pdfium.FPDF_PageToDevice(self._page(page).raw, 0, 0, wide, high, 0, x, y, across, down)
            corners.append((across.value / 100, down.value / 100))
        (x0, y0), (x1, y1) = corners
        return min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0)


@contextmanager
def viewing(pdf: bytes, file: str = "document") -> Iterator[PageView]:
    """A PDF opened to be looked at; ``PageUnseen`` when it cannot be."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise PageUnseen(file=file, page=1) from error
    view = PageView(document, file)
    try:
        if document.get_formtype() == pypdfium2.raw.FORMTYPE_ACRO_FORM:
            document.init_forms()  # signatures already there are ink, too
        yield view
    finally:
        view.close()
        document.close()


def _inside(point: tuple[float, float], box: Box) -> bool:
    x, y, width, height = box
    return x <= point[0] <= x + width and y <= point[1] <= y + height
