"""The annex (附页): values that were too long for their boxes, in full."""

from __future__ import annotations

from collections.abc import Sequence

from station.dossier.book import Book
from station.dossier.sheet import Align
from station.dossier.text import Style, wrapped
from station.dossier.typefaces import Face
from station.forms.layout import LEFT, WIDTH

_TITLE = Style(Face.SONG_BOLD, 18)
_LABEL = Style(Face.HEI_BOLD, 11, 1.6)
_TEXT = Style(Face.HEI, 11, 1.6)
_SMALL = Style(Face.SONG, 9, grey=0.25)
_TOP, _BOTTOM = 50.0, 280.0


def annex(book: Book, entries: Sequence[tuple[str, str]], number: str) -> None:
    """Prints label and text of each entry, on as many pages as they take."""
    y = _BOTTOM
    sheet = None
    for place, (label, text) in enumerate(entries, start=1):
        heading = f"{place}. {label}"
        for n, line in enumerate([heading, *wrapped(text, _TEXT, WIDTH - 8)]):
            style = _TEXT if n else _LABEL
            # A heading stays with its first line.
            if sheet is None or y + style.line_mm * (1 if n else 2) > _BOTTOM:
                sheet = book.sheet()
                book.bookmark("附页")
                sheet.text(sheet.width / 2, 30.0, "附页", _TITLE, Align.CENTRE)
                sheet.text(LEFT, 42.5, f"办件编号：{number}", _SMALL)
                y = _TOP
            y = sheet.lines(LEFT + (4 if n else 0), y, [line], style)
        y += 4.0
