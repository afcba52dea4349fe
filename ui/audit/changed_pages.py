"""Where a page looks different from what was signed, as frames and as pictures before and after.

What was changed in a file is for ``signing.verify`` to say, and it says it of the file's structure.
Here two revisions are drawn and compared point by point, so that a person sees it. A change that
nobody can see has no place here; the verdict tells it in words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from ui.common.enlarged import around, cut
from ui.common.pages import PageUnreadable, PdfPages

_WIDTH = 720  # pixels at which pages are compared
_CELL = 8  # pixels; differences nearer than this are one
_DIFFERENT = 40  # of 255, in any colour: above what two drawings of the same letter differ by
_MOST_PAGES = 60
_MOST_PLACES = 8


@dataclass(frozen=True, slots=True)
class ChangedPlace:
    """A place that looks different: on which page of the file now (from 0; None: the page is gone),
    where in shares of that page, and how it looked and looks. ``before`` is None on a page that
    was not signed at all."""

    page: int | None
    share: QRectF
    before: QImage | None
    after: QImage | None


def changed_places(
    signed: bytes, now: bytes, plates: Mapping[int, Sequence[QRectF]]
) -> tuple[ChangedPlace, ...]:
    """The places that differ, page by page. ``plates`` are places (in shares, by page) where later
    signatures show, which change nothing. Called in the lane ``pages``."""
    old, new = PdfPages(signed), PdfPages(now)
    found: list[ChangedPlace] = []
    try:
        had, have = len(old.sizes()), len(new.sizes())
        for page in range(min(max(had, have), _MOST_PAGES)):
            if page >= had:
                found.append(ChangedPlace(page, _WHOLE, None, new.render(page, _WIDTH)))
            elif page >= have:
                found.append(ChangedPlace(None, _WHOLE, old.render(page, _WIDTH), None))
            else:
                for share in _differing(old, new, page, plates.get(page, ())):
                    seen = around(share, 0.4)
                    found.append(
                        ChangedPlace(page, share, cut(old, page, seen), cut(new, page, seen))
                    )
            if len(found) >= _MOST_PLACES:
                break
    except PageUnreadable:  # the revision that was signed does not open by itself: words must do
        pass
    finally:
        old.close()
        new.close()
    return tuple(found[:_MOST_PLACES])


_WHOLE = QRectF(0, 0, 1, 1)


def plates_of(pdf: bytes, fields: frozenset[str]) -> dict[int, list[QRectF]]:
    """Where the signature fields of these names stand, in shares, by page."""
    import io

    import pikepdf

    found: dict[int, list[QRectF]] = {}
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            for number, page in enumerate(document.pages):
                left, bottom, right, top = (float(edge) for edge in page.mediabox)
                for widget in page.obj.get("/Annots", ()):
                    if _name_of(widget) not in fields or "/Rect" not in widget:
                        continue
                    x0, y0, x1, y1 = (float(edge) for edge in widget.Rect)
                    wide, high = right - left, top - bottom
                    found.setdefault(number, []).append(
                        QRectF(
                            (min(x0, x1) - left) / wide,
                            (top - max(y0, y1)) / high,
                            abs(x1 - x0) / wide,
                            abs(y1 - y0) / high,
                        )
                    )
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, ZeroDivisionError, AttributeError):
        return {}
    return found


def _name_of(widget: Any) -> str:
    """The full name of the field that a widget belongs to."""
    parts: list[str] = []
    node = widget
    for _ in range(8):
        if "/T" in node:
            parts.insert(0, str(node.T))
        if "/Parent" not in node:
            break
        node = node.Parent
    return ".".join(parts)


def _differing(old: PdfPages, new: PdfPages, page: int, plates: Sequence[QRectF]) -> list[QRectF]:
    before, after = _pixels(old.render(page, _WIDTH)), _pixels(new.render(page, _WIDTH))
    if before.shape != after.shape:
        return [_WHOLE]
    differ = (np.abs(before.astype(np.int16) - after) > _DIFFERENT).any(axis=2)
    high, wide = differ.shape
    for plate in plates:
        box = QRectF(
            plate.x() * wide, plate.y() * high, plate.width() * wide, plate.height() * high
        )
        box.adjust(-3, -3, 3, 3)
        top, left = max(0, int(box.top())), max(0, int(box.left()))
        differ[top : int(box.bottom()) + 1, left : int(box.right()) + 1] = False
    return [QRectF(x / wide, y / high, w / wide, h / high) for x, y, w, h in _clusters(differ)]


def _pixels(image: QImage) -> Any:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    # a copy: the bits go with the converted picture
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


def _clusters(differ: Any) -> list[tuple[int, int, int, int]]:
    """Boxes (x, y, width, height) around differing points that lie together, in reading order."""
    high, wide = differ.shape
    rows, columns = -(-high // _CELL), -(-wide // _CELL)
    padded = np.zeros((rows * _CELL, columns * _CELL), bool)
    padded[:high, :wide] = differ
    cells = padded.reshape(rows, _CELL, columns, _CELL).any(axis=(1, 3))
    open_cells = {(int(y), int(x)) for y, x in zip(*np.nonzero(cells), strict=True)}
    boxes = []
    while open_cells:
        waiting = [min(open_cells)]
        open_cells.discard(waiting[0])
        group = []
        while waiting:
            y, x = waiting.pop()
            group.append((y, x))
            near = {(y + dy, x + dx) for dy in (-2, -1, 0, 1, 2) for dx in (-2, -1, 0, 1, 2)}
            met = near & open_cells
            open_cells -= met
            waiting += met
        top, left = min(y for y, _ in group) * _CELL, min(x for _, x in group) * _CELL
        bottom = min(high, (max(y for y, _ in group) + 1) * _CELL)
        right = min(wide, (max(x for _, x in group) + 1) * _CELL)
        boxes.append((left, top, right - left, bottom - top))
    return boxes
