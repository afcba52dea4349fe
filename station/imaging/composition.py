"""Both sides of an ID card on one A4 page, each at its true size, as offices file them.

Works on finished pages; nothing here finds or judges a card.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from station.imaging import encode
from station.imaging.arrays import Pixels, as_pixels
from station.imaging.pipeline import Page
from station.imaging.profiles import A4_FORM
from station.imaging.rectify import A4, ID_1, MM_PER_INCH

DPI: Final = 300
MOST_SIDES: Final = 3
"""That fit one under the other."""
_GAP_MM: Final = 25.0
_CORNER_MM: Final = 3.18
"""ISO/IEC 7810 gives the card's corners a radius of 2.88 to 3.48 mm."""


def cards_on_a4(sides: Sequence[Page]) -> Page:
    """One A4 page, upright, with the card's sides one below the other in its upper half.

    Printed at 100 % each side measures 85.6 x 53.98 mm. Beyond the card's round corners is white
    paper, not the table it lay on.
    """
    if not 1 <= len(sides) <= MOST_SIDES:
        raise ValueError(f"{len(sides)} sides do not fit one under the other")
    width, height = _pixels(A4.short_mm), _pixels(A4.long_mm)
    card_w, card_h = _pixels(ID_1.long_mm), _pixels(ID_1.short_mm)
    sheet = np.full((height, width, 3), 255, np.uint8)
    left, top = (width - card_w) // 2, _pixels(_GAP_MM * 1.6)
    for side in sides:
        place = sheet[top : top + card_h, left : left + card_w]
        place[:] = _on_white(_fitted(side, card_w, card_h))
        top += card_h + _pixels(_GAP_MM)
    return Page(
        jpeg=encode.jpeg(sheet, dpi=DPI, budget=A4_FORM.budget),
        width=width,
        height=height,
        dpi=float(DPI),
        thumbnail=encode.thumbnail(sheet),
    )


def _pixels(mm: float) -> int:
    return round(mm / MM_PER_INCH * DPI)


def _fitted(side: Page, width: int, height: int) -> Pixels:
    pixels = cv2.imdecode(np.frombuffer(side.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None, "a finished page is a JPEG"
    if pixels.shape[0] > pixels.shape[1]:  # the card stood on end
        pixels = cv2.rotate(pixels, cv2.ROTATE_90_COUNTERCLOCKWISE)
    way = cv2.INTER_AREA if pixels.shape[1] > width else cv2.INTER_CUBIC
    return as_pixels(cv2.resize(pixels, (width, height), interpolation=way))


def _on_white(card: Pixels) -> Pixels:
    """The card with its corners rounded off."""
    height, width = card.shape[:2]
    radius = _pixels(_CORNER_MM)
    scale = 4  # drawn larger, so that the round corners are smooth
    mask = np.zeros((height * scale, width * scale), np.uint8)
    r, w, h = radius * scale, width * scale - 1, height * scale - 1
    cv2.rectangle(mask, (r, 0), (w - r, h), 255, -1)
    cv2.rectangle(mask, (0, r), (w, h - r), 255, -1)
    for x, y in ((r, r), (w - r, r), (r, h - r), (w - r, h - r)):
        cv2.circle(mask, (x, y), r, 255, -1)
    inside = cv2.resize(mask, (width, height), interpolation=cv2.INTER_AREA)[..., None] / 255.0
    return as_pixels(np.rint(card * inside + 255 * (1 - inside)).astype(np.uint8))
