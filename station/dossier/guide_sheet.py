"""The service guide as a large-type sheet (明白纸): the ten elements of an item on A4."""

from __future__ import annotations

from datetime import datetime

from station.catalogue.guide import guide_elements
from station.domain.items import ServiceItem
from station.dossier.book import Book
from station.dossier.letters import Letter
from station.dossier.sheet import Align, Box
from station.dossier.text import Style, width_mm, wrapped
from station.dossier.typefaces import Face

_TITLE = Style(Face.SONG_BOLD, 24)
_KIND = Style(Face.SONG, 12, grey=0.25)
_FOOT = Style(Face.SONG, 9.5, grey=0.3)
_LEFT, _RIGHT, _TOP, _BOTTOM = 20.0, 190.0, 47.0, 280.0
_LABEL_MM = 33.0
_BREAKS = {"受理单位及办理点": "受理单位\n及办理点", "收费依据及标准": "收费依据\n及标准"}
_SIZES = (15.0, 14.5, 14.0, 13.5, 13.0, 12.5, 12.0, 11.5, 11.0)


def guide_sheet(item: ServiceItem, created: datetime, station: str = "") -> Letter:
    """The guide on one page, as large as it fits; on a second page rather than smaller than 11 pt.

    ``station`` names who hands it out.
    """
    elements = [(element.label, element.lines) for element in guide_elements(item)]
    size = next((size for size in _SIZES if _height(elements, size) <= _BOTTOM - _TOP), _SIZES[-1])
    slack = max(0.0, _BOTTOM - _TOP - _height(elements, size)) / len(elements)
    extra = min(slack, 4.0)
    book = Book(f"{item.title} 办事指南", created, subject="办事指南")
    sheet = book.sheet()
    title = _TITLE
    while width_mm(item.title, title) > _RIGHT - _LEFT:
        title = title.sized(title.size - 0.5)
    sheet.text(sheet.width / 2, 30.0, item.title, title, Align.CENTRE)
    sheet.text(sheet.width / 2, 40.0, f"办事指南  {item.code}", _KIND, Align.CENTRE)
    text, label = _text(size), _label(size)
    y = start = _TOP
    for name, lines in elements:
        broken = _broken(lines, text)
        height = _row(broken, size) + extra
        if y + height > _BOTTOM + 0.1:  # the air given to each row may add up to a hair too much
            sheet.frame((_LEFT, start, _RIGHT - _LEFT, y - start), 0.5)
            sheet = book.sheet()
            y = start = 24.0
        left: Box = (_LEFT, y, _LABEL_MM, height)
        sheet.fill(left, 0.95)
        sheet.frame(left, 0.22)
        sheet.frame((_LEFT + _LABEL_MM, y, _RIGHT - _LEFT - _LABEL_MM, height), 0.22)
        sheet.fit(left, _BREAKS.get(name, name), label, Align.CENTRE, padding=2.0)
        line_y = y + (height - len(broken) * text.line_mm) / 2
        for indent, line in broken:
            sheet.lines(_LEFT + _LABEL_MM + 3.5 + indent, line_y, [line], text)
            line_y += text.line_mm
        y += height
    sheet.frame((_LEFT, start, _RIGHT - _LEFT, y - start), 0.5)
    note = "示例事项，内容以县级公布为准。" if item.example else ""
    sheet.text(_LEFT, 287.0, f"{note}{station}", _FOOT)
    sheet.text(_RIGHT, 287.0, f"第 {item.version} 版", _FOOT, Align.RIGHT)
    return Letter(pdf=book.write(), pages=book.pages)


def _text(size: float) -> Style:
    return Style(Face.SONG, size, 1.42)


def _label(size: float) -> Style:
    return Style(Face.HEI_BOLD, size - 1.0, 1.3)


def _broken(lines: tuple[str, ...], style: Style) -> list[tuple[float, str]]:
    """Each entry wrapped, with its indentation; several are numbered, the numbers standing out."""
    width = _RIGHT - _LEFT - _LABEL_MM - 7.0
    found: list[tuple[float, str]] = []
    for n, entry in enumerate(lines, start=1):
        number = f"{n}. " if len(lines) > 1 else ""
        hang = width_mm(number, style)
        for k, line in enumerate(wrapped(entry, style, width - hang)):
            found.append((hang, line) if k else (0.0, number + line))
    return found


def _row(broken: list[tuple[float, str]], size: float) -> float:
    return max(len(broken) * _text(size).line_mm + 3.0, 2 * _label(size).line_mm + 2.0)


def _height(elements: list[tuple[str, tuple[str, ...]]], size: float) -> float:
    return sum(_row(_broken(lines, _text(size)), size) for _, lines in elements)
