"""The riding seal (骑缝章): one seal across the edges of all pages, so that none can be exchanged.

Fanned out, the pages show the whole seal at their right edges; each carries its slice. A signature
field stands on one page only, so the slices are drawn onto the pages themselves, in the increment
of the first signature, which covers them. After that no page may be changed any more.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from math import ceil
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.appearance import MM, Appearance, drawn
from signing.errors import DocumentNotSignable
from signing.pades.document import Document, reading
from signing.pades.fields import points_per_mm, shown_matrix, shown_size

_NAME = "/YzRiding"


class RidingTooLate(DocumentNotSignable):
    cause = "It is signed already, so no page of it may be changed for a riding seal."
    remedy = "Set the riding seal with the first signature, or sign without it."
    zh = (
        "{file} 没有签。",
        "文件已经有签名，页面不能再改，盖不了骑缝章。",
        "骑缝章要和第一个签名一起盖；或者这次不盖骑缝章。",
    )


class RidingNeedsPages(DocumentNotSignable):
    cause = "It has one page only, and a riding seal needs two or more."
    remedy = "Sign it without a riding seal."
    zh = ("{file} 没有签。", "只有一页，骑缝章至少要两页。", "这份不用盖骑缝章。")


@dataclass(frozen=True, slots=True)
class Riding:
    """The seal that rides. A slice is never narrower than ``least_mm``: of many pages each group
    gets a seal of its own. ``down`` is where its middle stands, as a share of the page's height."""

    seal: Appearance
    size_mm: float = 42.0
    least_mm: float = 3.5
    down: float = 0.5

    @property
    def most(self) -> int:
        """The pages that one seal goes over at most."""
        return max(2, int(self.size_mm / self.least_mm))


def ride(document: Document, riding: Riding) -> None:
    """Draws the slices onto the pages. Raises ``RidingTooLate`` or ``RidingNeedsPages``."""
    if document.signed:
        raise RidingTooLate(file=document.file)
    writer = document.writer
    with reading(document.file):
        count = int(writer.root["/Pages"]["/Count"])
        if count < 2:
            raise RidingNeedsPages(file=document.file)
        size = riding.size_mm
        drawing = PdfFileReader(BytesIO(drawn(riding.seal, size, size)))
        form = writer.import_page_as_xobject(drawing)
        for group in groups(count, riding.most):
            for number, index in enumerate(group):
                page = writer.find_page_for_modification(index)[0].get_object()
                _paint(document, index, page, form, _slice(page, riding, number, len(group)))


def groups(pages: int, most: int) -> Iterator[range]:
    """The pages in groups of at most ``most``, as even as can be; never one page alone."""
    parts = ceil(pages / most)
    bounds = [round(pages * part / parts) for part in range(parts + 1)]
    return (range(start, end) for start, end in itertools.pairwise(bounds))


def _slice(page: Any, riding: Riding, number: int, of: int) -> str:
    """The operators that draw the slice of this page at its right edge, as the page is shown."""
    unit = points_per_mm(page)
    width, height = shown_size(page)
    side = riding.size_mm * unit
    strip = side / of
    bottom = height * (1 - riding.down) - side / 2
    left = width - strip
    scale = unit / MM
    matrix = " ".join(f"{entry:g}" for entry in shown_matrix(page))
    return (
        f"q {matrix} cm {left:.3f} {bottom:.3f} {strip:.3f} {side:.3f} re W n "
        f"{scale:g} 0 0 {scale:g} {left - number * strip:.3f} {bottom:.3f} cm"
    )


def _paint(document: Document, index: int, page: Any, form: Any, placed: str) -> None:
    writer = document.writer
    name = f"{_NAME}{index}"  # pages may share their resources
    before = writer.add_object(generic.StreamObject(stream_data=b"q\n"))
    after = writer.add_object(
        generic.StreamObject(stream_data=f"\nQ {placed} {name} Do Q\n".encode())
    )
    if "/Contents" not in page:
        page["/Contents"] = generic.ArrayObject()
    resources = generic.DictionaryObject(
        {pdf_name("/XObject"): generic.DictionaryObject({pdf_name(name): form})}
    )
    # Whatever the page's own content leaves behind (a matrix, a clip) must not move the seal.
    writer.add_stream_to_page(index, before, prepend=True)
    writer.add_stream_to_page(index, after, resources)
