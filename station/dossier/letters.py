"""Letters to the applicant: the paper they share, and how it is filled.

Title, a line with number and date, paragraphs with indented first lines, tables of label and text,
and at the end who writes and when, with room for a signature and a round seal. Large type, because
old people read them. The wording of each letter is in ``notices`` and ``results``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from signing.pades.plans import FieldPlan, in_order
from station.dossier.book import Book
from station.dossier.marks import draw_code
from station.dossier.records import LetterRecord
from station.dossier.sheet import Align, Box, Sheet, rounded
from station.dossier.text import Style, width_mm, wrapped
from station.dossier.typefaces import Face
from station.forms.values import printed_date

TITLE = Style(Face.SONG_BOLD, 23)
BODY = Style(Face.SONG, 14.5, 1.75)
BOLD = Style(Face.HEI_BOLD, 14, 1.75)
LABEL = Style(Face.HEI, 12.5, 1.45)
CELL = Style(Face.SONG, 13, 1.45)
SMALL = Style(Face.SONG, 10, 1.5, grey=0.25)
FOOT = Style(Face.SONG, 9, grey=0.35)

LEFT, RIGHT = 26.0, 184.0
WIDTH = RIGHT - LEFT
_FIRST, _NEXT, _BOTTOM = 58.0, 30.0, 276.0
_CODE_MM = 22.0
SEAL_MM = 44.0
APPROVER_MM = (66.0, 23.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A finished letter; ``fields`` are for ``signing.pades.prepare`` and may be empty."""

    pdf: bytes
    pages: int
    fields: tuple[FieldPlan, ...] = field(default=())

    @property
    def digest(self) -> bytes:
        """SHA-256 of the bytes."""
        return hashlib.sha256(self.pdf).digest()


class LetterPaper:
    """A letter being written, from top to bottom; goes on to further pages by itself."""

    def __init__(
        self,
        title: str,
        number: str,
        created: datetime,
        record: LetterRecord,
        *,
        mark: str = "",
        code: str = "",
    ) -> None:
        self._title, self._number, self._mark = title, number, mark
        self.book = Book(f"{title} {number}", created, subject=title)
        self.book.attach(record.attachment)
        self.sheet: Sheet = self._page()
        middle = self.sheet.width / 2
        room = 2 * (RIGHT - _CODE_MM - 4.0 - middle) if code else WIDTH - 8.0
        style = TITLE
        while width_mm(title, style) > room:
            style = style.sized(style.size - 0.5)
        self.sheet.text(middle, 38.0, title, style, Align.CENTRE)
        self.sheet.text(middle, 48.0, f"办件编号：{number}", SMALL, Align.CENTRE)
        if code:
            box: Box = (RIGHT - _CODE_MM, 22.0, _CODE_MM, _CODE_MM)
            draw_code(self.sheet, box, code)
            under = RIGHT - _CODE_MM / 2
            self.sheet.text(under, 48.0, "办件二维码", FOOT, Align.CENTRE)
        self.y = _FIRST

    def addressed(self, name: str) -> None:
        """To whom it goes, without indentation."""
        self.paragraph(f"{name}：", indent=0.0)

    def paragraph(self, text: str, style: Style = BODY, *, indent: float = 2.0) -> None:
        """A paragraph; its lines may run over to the next page."""
        first = indent * style.mm
        for n, line in enumerate(wrapped(text, style, WIDTH, first)):
            self._room(style.line_mm)
            self.sheet.lines(LEFT + (0.0 if n else first), self.y, [line], style)
            self.y += style.line_mm

    def numbered(self, entries: Sequence[str], style: Style = BODY) -> None:
        """Entries with their numbers standing out to the left of the text."""
        hang = width_mm(f"{len(entries)}. ", style) + 1.0
        left = LEFT + 2 * style.mm
        for n, entry in enumerate(entries, start=1):
            for k, line in enumerate(wrapped(entry, style, RIGHT - left - hang)):
                self._room(style.line_mm)
                if k == 0:
                    self.sheet.lines(left, self.y, [f"{n}."], style)
                self.sheet.lines(left + hang, self.y, [line], style)
                self.y += style.line_mm

    def table(self, rows: Sequence[tuple[str, str]], label_mm: float = 36.0) -> None:
        """Ruled rows of label and text."""
        start = self.y
        for label, text in rows:
            lines = wrapped(text, CELL, WIDTH - label_mm - 7.0)
            height = max(len(lines) * CELL.line_mm + 4.6, 11.5)
            if self.y + height > _BOTTOM:
                self._outline(start)
                self._turn()
                start = self.y
            left: Box = (LEFT, self.y, label_mm, height)
            right: Box = (LEFT + label_mm, self.y, WIDTH - label_mm, height)
            self.sheet.fill(left, 0.955)
            self.sheet.frame(left, 0.22)
            self.sheet.frame(right, 0.22)
            self.sheet.fit(left, label, LABEL, Align.CENTRE)
            top = self.y + (height - len(lines) * CELL.line_mm) / 2
            self.sheet.lines(right[0] + 3.5, top, lines, CELL)
            self.y += height
        self._outline(start)

    def space(self, mm: float) -> None:
        """Leaves room."""
        self.y += mm

    def receipt(self, words: str) -> None:
        """A line on which the applicant signs for the letter."""
        self._room(14.0)
        self.y += 6.0
        self.sheet.lines(LEFT, self.y, [words], CELL)
        start = LEFT + width_mm(words, CELL) + 2.0
        base = self.y + CELL.line_mm - 0.8
        self.sheet.rule(start, base, start + 52.0, base, 0.3)
        self.sheet.lines(RIGHT - 52.0, self.y, ["年      月      日"], CELL, 52.0, Align.RIGHT)
        self.y += CELL.line_mm

    def from_office(self, office: str, day: date) -> None:
        """Who writes, and when, at the right, without a seal."""
        self._room(2 * BODY.line_mm + 8.0)
        self.y += 8.0
        for text in (office, printed_date(day)):
            self.sheet.lines(LEFT, self.y, [text], BODY, WIDTH, Align.RIGHT)
            self.y += BODY.line_mm

    def sealed_by(
        self, office: str, day: date, signer: str = "审批员签名："
    ) -> tuple[FieldPlan, ...]:
        """Who decides, and when, with room for the person's signature and the round seal.

        The seal lies over office and date, as the rules for official documents ask
        (GB/T 9704-2012, 7.3.5).
        """
        height = max(SEAL_MM, APPROVER_MM[1] + 8.0) + 4.0
        self._room(height + 8.0)
        top = max(self.y + 8.0, 190.0) if self.book.pages == 1 else self.y + 8.0
        top = min(top, _BOTTOM - height)
        page = self.book.pages - 1
        wide, tall = APPROVER_MM
        self.sheet.text(LEFT, top + 5.0, signer, CELL)
        approver: Box = (LEFT, top + 8.0, wide, tall)
        middle = RIGHT - max(SEAL_MM, width_mm(office, BODY)) / 2
        middle = max(middle, LEFT + wide + 8.0 + SEAL_MM / 2)
        line = top + SEAL_MM / 2 + 4.0  # a little below the seal's middle
        self.sheet.text(middle, line, office, BODY, Align.CENTRE)
        self.sheet.text(middle, line + BODY.line_mm, printed_date(day), BODY, Align.CENTRE)
        seal: Box = (round(middle - SEAL_MM / 2, 2), top, SEAL_MM, SEAL_MM)
        self.y = top + height
        return in_order(
            FieldPlan("approver", page=page, box_mm=rounded(approver), label="审批员签名"),
            FieldPlan("seal", page=page, box_mm=rounded(seal), label="电子公章"),
        )

    def finish(self, foot: str, fields: tuple[FieldPlan, ...] = ()) -> Letter:
        """Puts the foot on every page and writes the letter."""
        pages = self.book.pages
        for page, sheet in enumerate(self.book.sheets(), start=1):
            sheet.rule(LEFT, 283.0, RIGHT, 283.0, 0.15, grey=0.6)
            sheet.text(LEFT, 288.0, foot, FOOT)
            if pages > 1:
                text = f"第 {page} 页，共 {pages} 页"
                sheet.text(RIGHT, 288.0, text, FOOT, Align.RIGHT)
        return Letter(pdf=self.book.write(), pages=pages, fields=fields)

    def _page(self) -> Sheet:
        self.sheet = self.book.sheet()
        self.book.bookmark(self._title)
        if self._mark:
            self.sheet.text(LEFT, 14.0, self._mark, Style(Face.HEI_BOLD, 10, grey=0.2))
        return self.sheet

    def _turn(self) -> None:
        self._page()
        self.sheet.text(LEFT, 22.0, f"{self._title}（续）  {self._number}", SMALL)
        self.y = _NEXT

    def _room(self, height: float) -> None:
        if self.y + height > _BOTTOM:
            self._turn()

    def _outline(self, start: float) -> None:
        if self.y > start:
            self.sheet.frame((LEFT, start, WIDTH, self.y - start), 0.5)


def case_code(number: str) -> str:
    """What the QR code of a case's papers says."""
    return f"YZCASE:{number}"
