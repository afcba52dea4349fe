"""The papers of a case as pages: each at its true size, the two sides of a card together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from station.domain.items import Material, PaperProfile
from station.dossier.book import A4, Book, PictureUnusable, jpeg_facts
from station.dossier.sheet import Align, Box
from station.dossier.text import Style
from station.dossier.typefaces import Face

_CAPTION = Style(Face.SONG, 10.5)
_NOTE = Style(Face.SONG, 9, grey=0.35)
_HEAD, _GAP = 34.0, 22.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PageImage:
    """One photographed or scanned page: straight, cropped to the paper, JPEG.

    ``dpi`` says how large the paper was; ``material`` is the id of what it belongs to, and
    ``title`` names the page within it (人像面), empty where there is only one.
    """

    jpeg: bytes
    dpi: float
    material: str
    title: str = ""

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height of the paper; ``PictureUnusable`` when these bytes are no JPEG."""
        facts = jpeg_facts(self.jpeg)
        if facts is None:
            raise PictureUnusable(
                title=self.title or self.material,
                reason="It is not a JPEG picture.",
                reason_zh="它不是 JPEG 图片。",
            )
        return (facts.width / self.dpi * 25.4, facts.height / self.dpi * 25.4)


def paper_pages(
    book: Book, materials: Iterable[Material], pages: Sequence[PageImage], number: str
) -> dict[str, tuple[int, ...]]:
    """Puts the papers at the end of ``book`` in the order of ``materials``.

    Returns on which pages (from 1) each material lies. A paper larger than A4 is made to fit.
    """
    found: dict[str, tuple[int, ...]] = {}
    for material in materials:
        own = [page for page in pages if page.material == material.id]
        places = []
        for group in _grouped(own, material):
            sheet = book.sheet()
            places.append(book.pages)
            titles = "、".join(page.title for page in group if page.title)
            book.bookmark(f"{material.name} {titles}".strip())
            alone = len(group) == 1
            top = _HEAD
            for page in group:
                wide, tall = _within_a4(page.size_mm)
                x = (sheet.width - wide) / 2
                y = (sheet.height - tall) / 2 if alone and tall > 150 else top
                box: Box = (x, y, wide, tall)
                if y >= 20.0:
                    name = f"{material.name} {page.title}".strip()
                    sheet.text(x, y - 3.5, name, _CAPTION)
                sheet.picture(box, page.jpeg)
                top = y + tall + _GAP
            if top - _GAP < sheet.height - 20.0:
                text = f"办件编号：{number}    按原大"
                sheet.text(sheet.width / 2, 287.0, text, _NOTE, Align.CENTRE)
        found[material.id] = tuple(places)
    return found


def _grouped(pages: Sequence[PageImage], material: Material) -> Iterator[Sequence[PageImage]]:
    together = 2 if material.profile is PaperProfile.ID_CARD else 1
    for start in range(0, len(pages), together):
        group = pages[start : start + together]
        heights = [_within_a4(page.size_mm)[1] for page in group]
        if _HEAD + sum(heights) + _GAP * len(heights) > A4[1]:
            for page in group:
                yield (page,)
        else:
            yield group


def _within_a4(size: tuple[float, float]) -> tuple[float, float]:
    """The size, made smaller where the sheet is; a few pixels over A4 are not worth a margin."""
    wide, tall = size
    scale = min(1.0, A4[0] / wide, A4[1] / tall)
    return wide * scale, tall * scale
