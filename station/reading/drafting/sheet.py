"""The blank paper, laid flat: pages of a PDF, a scan or a photograph at one scale.

From here on one pixel is a tenth of a millimetre, and nothing knows where the paper came from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from station.errors import InputError
from station.imaging.arrays import Pixels, as_pixels
from station.imaging.clean import evened, light_on
from station.imaging.deskew import skew_of
from station.imaging.detection import find_page
from station.imaging.picture import open_picture
from station.imaging.rectify import A4, cut_out, plan

PX: Final = 10
"""Pixels a millimetre (254 dpi): the thinnest rule of a form is two pixels wide."""
_DPI: Final = PX * 25.4
_MOST_PAGES: Final = 12
_MOST_MM: Final = 450.0
_SIZES: Final = ((210.0, 297.0), (297.0, 420.0), (148.0, 210.0), (182.0, 257.0), (184.0, 260.0))
"""A4, A3, A5, B5 (JIS) and 16开: what forms are printed on."""


class FormUnreadable(InputError):
    what = "No form was drafted from {file}."
    cause = "It cannot be opened as a PDF ({reason})."
    remedy = "Open it in another program, print it to a new PDF or photograph the paper."
    zh = (
        "没有从 {file} 起草表单。",
        "它作为 PDF 打不开（{reason}）。",
        "请用别的程序打开后另存为新的 PDF，或者把纸表拍下来。",
    )


class FormTooLong(InputError):
    what = "No form was drafted from {file}."
    cause = "It has {pages} pages; a form has at most {most}."
    remedy = "Take out the pages that are the form, and try again."
    zh = (
        "没有从 {file} 起草表单。",
        "它有 {pages} 页，表单最多 {most} 页。",
        "请只留下表单那几页再试。",
    )


@dataclass(frozen=True, slots=True)
class BlankPage:
    """One page of the blank form."""

    grey: Pixels
    """``PX`` pixels a millimetre, upright; paper near 255."""
    size_mm: tuple[float, float]
    size_known: bool
    """False: the size was guessed from the proportions of a photograph."""
    outline_sure: bool = True
    """False: the paper's edges in the photograph were not certain."""


def open_blank(data: bytes, name: str = "form") -> tuple[BlankPage, ...]:
    """The pages of a blank form. Raises a ``PictureError``, ``FormUnreadable``, ``FormTooLong``."""
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return _of_pdf(data, name)
    return (_of_picture(data, name),)


def _of_pdf(data: bytes, name: str) -> tuple[BlankPage, ...]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise FormUnreadable(file=name, reason=str(error)) from None
    try:
        if len(document) > _MOST_PAGES:
            raise FormTooLong(file=name, pages=len(document), most=_MOST_PAGES)
        if not len(document):
            raise FormUnreadable(file=name, reason="0 pages")
        pages = []
        for page in document:
            width, height = (side / 72 * 25.4 for side in page.get_size())
            shrink = min(1.0, _MOST_MM / max(width, height))
            bitmap = page.render(scale=_DPI / 72 * shrink, grayscale=True)
            grey = as_pixels(np.array(bitmap.to_numpy())).squeeze()
            size = (width * shrink, height * shrink)
            pages.append(_straight(grey, size))
        return tuple(pages)
    finally:
        document.close()


def _straight(grey: Pixels, size_mm: tuple[float, float]) -> BlankPage:
    """A page of a PDF; it may hold a scan, which has a skew."""
    skew = skew_of(grey)
    if abs(skew) >= 0.2:
        height, width = grey.shape
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1.0)
        grey = as_pixels(
            cv2.warpAffine(
                grey, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=(255, 255, 255)
            )
        )
    return BlankPage(_sized(grey, size_mm), size_mm, size_known=True)


def _of_picture(data: bytes, name: str) -> BlankPage:
    picture = open_picture(data, name)
    find = find_page(picture)
    # an outline that is not certain is still nearer to the paper than a desk with a paper on it
    quad = None if find.fills_picture else find.quad
    small, _ = picture.small(900)
    skew = 0.0 if quad is not None else skew_of(small)
    cut = plan(picture, quad, skew_deg=skew, dpi=_DPI, sheets=(A4,))
    page = cut_out(picture, cut)
    even = evened(page, light_on(page))
    grey = as_pixels(cv2.cvtColor(even, cv2.COLOR_BGR2GRAY))
    known = cut.sheet is not None or picture.dpi is not None
    size = _size_mm(cut.width, cut.height, cut.dpi, known=known)
    return BlankPage(
        _sized(grey, size), size, size_known=known, outline_sure=quad is None or find.sure
    )


def _size_mm(width: int, height: int, dpi: float, *, known: bool) -> tuple[float, float]:
    """The paper's size: what the resolution says, drawn to a usual size that is very near."""
    wide, high = (side / dpi * 25.4 for side in (width, height))
    if not known:
        # only the proportions are seen, and A sheets all have the same: the usual one is A4
        root = max(wide, high) / min(wide, high) / 2**0.5
        return (
            ((210.0, 297.0) if wide <= high else (297.0, 210.0))
            if 0.92 < root < 1.08
            else (round(wide, 1), round(high, 1))
        )
    for short, long in _SIZES:
        usual = (short, long) if wide <= high else (long, short)
        if abs(wide / usual[0] - 1) < 0.015 and abs(high / usual[1] - 1) < 0.015:
            return usual
    return round(min(wide, _MOST_MM), 1), round(min(high, _MOST_MM), 1)


def _sized(grey: Pixels, size_mm: tuple[float, float]) -> Pixels:
    size = (round(size_mm[0] * PX), round(size_mm[1] * PX))
    if grey.shape[::-1] == size:
        return grey
    shrinks = size[0] < grey.shape[1]
    way = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return as_pixels(cv2.resize(grey, size, interpolation=way))


def turned(page: BlankPage, quarters: int) -> BlankPage:
    """The page turned clockwise by quarter turns."""
    if not quarters:
        return page
    ways = {1: cv2.ROTATE_90_CLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_COUNTERCLOCKWISE}
    width, height = page.size_mm
    return BlankPage(
        as_pixels(cv2.rotate(page.grey, ways[quarters])),
        (height, width) if quarters % 2 else (width, height),
        page.size_known,
        page.outline_sure,
    )
