"""Where something stands on the pages of a dossier: on its form by the layout, on its papers by
reading them.

The form in a dossier is drawn from the item's layout, so a field's place on it is known. A paper
is a picture: its lines are read once, and the value is looked for among them. What is not found
surely is not framed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from station.domain.items import FieldKind, FormField, ServiceItem
from station.services.case_papers import CasePapers

if TYPE_CHECKING:
    from station.imaging.arrays import Pixels
    from station.reading.desk import ReadingDesk
    from station.reading.engine import FoundLine

_SHORTEST = 2  # characters; a single one stands everywhere
_PART, _SHARE = 4, 0.4  # of a text that a paper breaks into lines: so much in one is its place
_EXACT = (FieldKind.DIGITS, FieldKind.ID_NUMBER, FieldKind.PHONE, FieldKind.MONEY, FieldKind.DATE)
_MOST_KEPT = 24  # pages whose lines are remembered


@dataclass(frozen=True, slots=True)
class PagePlace:
    """A place on a page (from 0): left, top, width and height in shares of the page."""

    page: int
    box: tuple[float, float, float, float]


def form_place(item: ServiceItem, field_id: str) -> PagePlace | None:
    """Where a field stands on the form with which every dossier begins."""
    from station.forms.layout import layout

    plan = layout(item)
    try:
        placed = plan.placed(field_id)
    except KeyError:
        return None
    (x, y, wide, high), (page_wide, page_high) = placed.cell_mm, plan.page_mm
    box = (x / page_wide, y / page_high, wide / page_wide, high / page_high)
    return PagePlace(placed.page - 1, box)


def paper_pages(item: ServiceItem, papers: CasePapers) -> tuple[int, ...]:
    """The pages (from 0) of the dossier that show papers of the item."""
    names = tuple(material.name for material in item.materials)
    found: list[int] = []
    ends = [*(mark.page for mark in papers.bookmarks[1:]), papers.pages]
    for mark, end in zip(papers.bookmarks, ends, strict=True) if papers.bookmarks else ():
        if mark.title.startswith(names):
            found += range(mark.page, end)
    return tuple(found)


class PlaceFinder:
    """Finds a field's value on pictures of pages. Calls may come from any thread.

    ``reading`` gives the reading desk, which is made at first use. The lines of a page are read
    once and remembered under the page's ``key``.
    """

    def __init__(self, reading: Callable[[], ReadingDesk]) -> None:
        self._reading = reading
        self._kept: dict[Hashable, tuple[Sequence[FoundLine], int, int]] = {}
        self._lock = threading.Lock()

    def knows(self, key: Hashable) -> bool:
        """Whether the page was read before, so that no picture of it is needed."""
        return key in self._kept

    def find(
        self, key: Hashable, picture: Pixels | None, field: FormField, texts: Sequence[str]
    ) -> tuple[float, float, float, float] | None:
        """The first place on a page where one of ``texts`` stands: left, top, width and height in
        shares of the page.

        Figures must stand there whole; words may be broken into lines. ``picture`` (BGR, upright)
        may be None for a page that is known. Raises ``ReaderMissing`` where nothing can be read.
        """
        wanted = [plain for text in texts if len(plain := plain_text(text)) >= _SHORTEST]
        if not wanted or field.options:
            return None  # what is only ticked stands on no paper
        lines, wide, high = self._lines(key, picture)
        for line in lines:
            for text in wanted:
                span = _span(plain_text(line.text), text, exact=field.kind in _EXACT)
                if span is not None:
                    return _box(line, span, wide, high)
        return None

    def _lines(self, key: Hashable, picture: Pixels | None) -> tuple[Sequence[FoundLine], int, int]:
        with self._lock:
            known = self._kept.get(key)
            if known is None:
                if picture is None:
                    return (), 1, 1
                if len(self._kept) >= _MOST_KEPT:
                    self._kept.clear()
                read = tuple(self._reading().lines(picture))
                known = self._kept[key] = (read, picture.shape[1], picture.shape[0])
            return known


def plain_text(text: str) -> str:
    """Letters, figures and characters alone: papers and forms set blanks and points differently."""
    return "".join(c for c in text.upper() if c.isalnum())


def _span(line: str, wanted: str, *, exact: bool) -> tuple[float, float] | None:
    """Which share of a line, from and to, says what is wanted; None when none does."""
    at, size = line.find(wanted), len(wanted)
    if at < 0:
        if exact:
            return None
        match = SequenceMatcher(None, line, wanted, autojunk=False).find_longest_match()
        at, size = match.a, match.size
        if size < max(_PART, _SHARE * len(wanted)):
            return None
    widths = [0.55 if c.isascii() else 1.0 for c in line]  # figures are half as wide
    total = sum(widths)
    return sum(widths[:at]) / total, sum(widths[: at + size]) / total


def _box(
    line: FoundLine, span: tuple[float, float], wide: int, high: int
) -> tuple[float, float, float, float]:
    """The span of an upright line with some air around it, in shares of the page."""
    length, air = line.right - line.left, 0.25 * line.height
    left = max(0.0, line.left + span[0] * length - air)
    right = min(float(wide), line.left + span[1] * length + air)
    top, bottom = max(0.0, line.top - air), min(float(high), line.bottom + air)
    return (left / wide, top / high, (right - left) / wide, (bottom - top) / high)
