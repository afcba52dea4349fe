"""The blank form as the reader knows it: its layout, and what is printed on it before a pen is.

Nothing here looks at a photograph.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final

import cv2
import numpy as np

from station.domain.items import OriginalPaper, ServiceItem
from station.forms.layout import FormLayout, PlacedField
from station.forms.original import paper_layout
from station.imaging.arrays import Pixels, as_pixels

DPI: Final = 300
PX_PER_MM: Final = DPI / 25.4


@dataclass(frozen=True, slots=True)
class Template:
    """One item's blank form."""

    item: ServiceItem
    layout: FormLayout
    pages: tuple[Pixels, ...]
    """Grey, at ``DPI``; what is printed is dark."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of a page in pixels."""
        height, width = self.pages[0].shape[:2]
        return width, height

    def fields(self, page: int) -> tuple[PlacedField, ...]:
        """The fields of a page; pages count from 1."""
        return tuple(placed for placed in self.layout.fields if placed.page == page)


def pixels_of(box_mm: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
    """A box in millimetres (x, y, width, height) as pixels (left, top, right, bottom)."""
    x, y, width, height = (value * PX_PER_MM for value in box_mm)
    return round(x), round(y), round(x + width), round(y + height)


_KEPT_MOST: Final = 8  # a page is 9 MB
_kept: dict[tuple[str, int, OriginalPaper | None], Template] = {}


def template_of(item: ServiceItem) -> Template:
    """The blank form of ``item``; the last few are kept, as an item's version never changes."""
    key = (item.code, item.version, item.paper)
    template = _kept.pop(key, None) or _drawn(item)
    _kept[key] = template
    while len(_kept) > _KEPT_MOST:
        _kept.pop(next(iter(_kept)), None)
    return template


def _drawn(item: ServiceItem) -> Template:
    import pypdfium2

    from station.clock import CHINA
    from station.dossier.form_pages import blank_form

    plan = paper_layout(item)
    width, height = (round(side * PX_PER_MM) for side in plan.page_mm)
    size = (width, height)
    if item.paper is not None:
        prints = (_print(picture, size) for picture in item.paper.prints)
        return Template(item, plan, tuple(prints))
    document = pypdfium2.PdfDocument(
        blank_form(item, datetime.combine(item.valid_from, time(), CHINA))
    )
    try:
        pages = []
        for page in document:
            bitmap = page.render(scale=DPI / 72, grayscale=True)
            printed = as_pixels(np.array(bitmap.to_numpy())).squeeze()
            # a renderer rounds the page's size in its own way
            pages.append(as_pixels(cv2.resize(printed, size, interpolation=cv2.INTER_AREA)))
        return Template(item, plan, tuple(pages))
    finally:
        document.close()


def _print(picture: str, size: tuple[int, int]) -> Pixels:
    """A page of the original paper, as the item keeps it."""
    encoded = np.frombuffer(base64.b64decode(picture), np.uint8)
    grey = cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE)
    if grey is None:
        raise ValueError("the print of the original paper is no picture")
    return as_pixels(cv2.resize(grey, size, interpolation=cv2.INTER_LINEAR))
