"""The fields of a page: which label belongs to which place to write, tick or sign.

Ruled cells are asked first: the label stands to the left, or heads the column. Whatever is left,
inside a cell or outside of all, is read row by row (``rows``). Every guess that a person should
look at is told beside the field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import cv2
import numpy as np

from station.domain.items import FieldKind
from station.imaging.arrays import Pixels, as_pixels
from station.reading.drafting import words
from station.reading.drafting.cells import Cell, Grid, sureness
from station.reading.drafting.fields import Gathering, PageDraft
from station.reading.drafting.lines import Piece
from station.reading.drafting.marks import Box, Marks, Square
from station.reading.drafting.rows import COLON, ROOM, RowReader, Token, rows
from station.reading.drafting.sheet import PX


def draft_page(
    number: int, marks: Marks, pieces: Sequence[Piece], squares: Sequence[Square],
    read_upright: Callable[[Pixels], str],
) -> PageDraft:  # fmt: skip
    """The fields of one page; ``read_upright`` reads a picture of one line."""
    return _Page(number, marks, pieces, squares, read_upright).draft()


class _Page:
    def __init__(
        self, number: int, marks: Marks, pieces: Sequence[Piece], squares: Sequence[Square],
        read_upright: Callable[[Pixels], str],
    ) -> None:  # fmt: skip
        self._number = number
        self._marks = marks
        self._read_upright = read_upright
        self._height, self._width = marks.words.shape
        self._grid = Grid(marks.cells)
        self._rest = Cell((0, 0, self._width, self._height))
        self._found = Gathering(number)
        self._photo: Box | None = None
        for piece in pieces:
            self._home((piece.box[0] + piece.box[2]) / 2, piece.middle).pieces.append(piece)
        for square in squares:
            x, y, r, b = square.box
            self._home((x + r) / 2, (y + b) / 2).squares.append(square)
        for blank in marks.blanks:
            self._home((blank.left + blank.right) / 2, blank.y - 3).blanks.append(blank)
        for comb in marks.combs:
            x, y, r, b = comb.box
            self._home((x + r) / 2, (y + b) / 2).combs.append(comb)
        self._title = self._take_title()

    def draft(self) -> PageDraft:
        for cell in self._grid.cells:
            self._judge(cell)
        self._judge_groups()
        for cell in self._grid.cells:
            if cell.role in ("empty", "date"):
                self._whole_cell(cell)
        for cell in self._grid.cells:
            if cell.role == "parsed":
                label = self._grid.label_left(cell) or self._grid.column_head(cell)
                self._rows_of(cell, label)
        self._rows_of(self._rest, None)
        filled = sum(cell.role == "filled" for cell in self._grid.cells)
        return PageDraft(
            self._found.ordered(), self._title, self._found.promise, self._photo, filled
        )

    # -- cells --------------------------------------------------------------------------------

    def _home(self, x: float, y: float) -> Cell:
        return self._grid.at(x, y) or self._rest

    def _take_title(self) -> str:
        """The heading: the largest words in the upper part, in the middle of the page."""
        upper = [
            piece
            for piece in (*self._rest.pieces, *(p for c in self._grid.cells for p in c.pieces))
            if piece.middle < 0.36 * self._height
            and len(piece.text) >= 4
            and piece.box[2] - piece.box[0] > 2 * piece.height
        ]
        if self._number > 1 or not upper:
            return ""
        best = max(upper, key=lambda p: p.height * (1.6 if re.search("[表书单]$", p.text) else 1))
        if best.height < 4.2 * PX and not re.search("[表书单函]$", best.text):
            return ""
        if best in self._rest.pieces:
            self._rest.pieces.remove(best)
        return best.text

    def _judge(self, cell: Cell) -> None:
        """What a cell is for: label, empty, date, photo, note, or to be parsed."""
        cell.pieces.sort(key=lambda p: (round(p.middle / (2.5 * PX)), p.box[0]))
        upright = cell.width < 16 * PX and cell.height > 1.8 * cell.width
        if upright and cell.pieces and not cell.drawn:
            cell.text = self._upright_text(cell)
        else:
            cell.text = "".join(piece.text for piece in cell.pieces)
        plain = re.sub(r"\s", "", cell.text)
        if cell.drawn:
            cell.role = "parsed"
        elif not plain:
            cell.role = "empty"
        elif not re.search(r"[^\W\d_]", plain):
            cell.role = "filled"  # figures alone name nothing
        elif words.PHOTO.match(plain):
            cell.role, self._photo = "photo", cell.box
        elif words.DATED.match(plain):
            cell.role = "date"
        elif plain in words.UNITS and self._right_of_middle(cell):
            cell.role, cell.unit = "empty", plain
        elif words.PROMISE.search(plain) and len(plain) > 12 and not plain.endswith(COLON):
            self._found.promise = self._found.promise or plain
            cell.role = "parsed"
        elif words.is_note(plain) or self._has_room(cell, plain):
            cell.role = "parsed"
        else:
            cell.role = "label"

    def _right_of_middle(self, cell: Cell) -> bool:
        x, _, r, _ = cell.pieces[-1].box
        return (x + r) / 2 > (cell.box[0] + cell.box[2]) / 2 and cell.width > 2.5 * (r - x)

    def _has_room(self, cell: Cell, plain: str) -> bool:
        """Whether a cell with words asks for something in itself."""
        last = cell.pieces[-1]
        right, below = cell.box[2] - last.box[2], cell.box[3] - last.box[3]
        if plain.endswith(COLON):
            return right > ROOM or (below > ROOM and cell.width > 45 * PX)
        signed = re.search(r"签名|签字|签章|盖章|公章", plain) is not None
        several = len({round(p.middle / (3 * PX)) for p in cell.pieces}) > 1
        dated = re.search(r"年\s*月\s*日", cell.text) is not None
        return (dated or (signed and several)) and cell.width > 40 * PX

    def _upright_text(self, cell: Cell) -> str:
        """Words written from top to bottom: the characters are laid side by side and read."""
        left, top, right, bottom = cell.box
        crop = self._marks.words[top + 4 : bottom - 4, left + 4 : right - 4]
        filled = (crop < 150).any(axis=1)
        edges = np.flatnonzero(np.diff(np.concatenate([[0], filled.astype(np.int8), [0]])))
        runs = [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
        columns = np.flatnonzero((crop < 150).any(axis=0))
        if not runs or not len(columns):
            return "".join(piece.text for piece in cell.pieces)
        em = max(int(columns[-1] - columns[0]) + 1, 2 * PX)
        glyphs: list[tuple[int, int]] = []
        for a, b in runs:
            if glyphs and b - glyphs[-1][0] <= 1.15 * em:
                glyphs[-1] = (glyphs[-1][0], b)
            else:
                glyphs.append((a, b))
        if em > 7 * PX or len(glyphs) < 2 or any(b - a > 1.5 * em for a, b in glyphs):
            return "".join(piece.text for piece in cell.pieces)
        strip = np.full((em + 8, len(glyphs) * (em + 6) + 6, 3), 255, np.uint8)
        for n, (a, b) in enumerate(glyphs):
            part = crop[a:b, int(columns[0]) : int(columns[-1]) + 1]
            y = 4 + (em - min(em, part.shape[0])) // 2
            x = 6 + n * (em + 6)
            piece = cv2.cvtColor(np.ascontiguousarray(part[:em]), cv2.COLOR_GRAY2BGR)
            strip[y : y + piece.shape[0], x : x + piece.shape[1]] = piece
        return self._read_upright(as_pixels(strip))

    def _whole_cell(self, cell: Cell) -> None:
        """A field that is a whole empty cell."""
        head = self._grid.column_head(cell)
        left = self._grid.label_left(cell)
        if head is not None and (self._grid.is_head(head) or left is None):
            row = self._grid.row_under(head, cell)
            side = left or self._grid.row_label(cell, head)
            label = words.tidy(head.text)
            if side is not None and not self._grid.is_tall(side):
                label = f"{words.tidy(side.text)}{label}"
                row = 0
            head.used = True
            self._add(cell, label, head.box, row=row)
        elif left is not None:
            left.used = True
            self._add(cell, words.tidy(left.text), left.box, confidence=sureness(left))
        else:
            wide = [c for c in self._grid.beside(cell, 1) if c.role == "label"]
            if wide and wide[0].width >= cell.width - 2 * PX:
                self._add(cell, words.tidy(wide[0].text), wide[0].box)
            else:
                self._unlabelled(cell)

    def _unlabelled(self, cell: Cell) -> None:
        if min(cell.width, cell.height) < 5 * PX:
            return  # a sliver between rules
        self._add(cell, "", cell.box)

    def _judge_groups(self) -> None:
        if not self._grid.cells:
            return
        left = min(cell.box[0] for cell in self._grid.cells)
        right = max(cell.box[2] for cell in self._grid.cells)
        for cell in self._grid.cells:
            if cell.role != "label":
                continue
            if cell.width > 0.85 * (right - left) and not self._grid.beside(cell, 0):
                cell.role = "group"
                self._found.groups.append((words.tidy(cell.text), cell.box, False))
            elif self._grid.is_tall(cell) and any(
                c.role == "label" for c in self._grid.beside(cell, 2)
            ):
                cell.role = "group"
                self._found.groups.append((words.tidy(cell.text), cell.box, True))

    def _rows_of(self, region: Cell, outer: Cell | None) -> None:
        """Reads what is inside a region, row by row."""
        lines = rows(region)
        in_cell = region is not self._rest
        if in_cell and lines:
            self._room_above(region, outer, lines)
        reader = RowReader(self._found, region, outer, in_cell=in_cell)
        for n, line in enumerate(lines):
            below = min((t.y for t in lines[n + 1]), default=0.0) if n + 1 < len(lines) else None
            reader.read(line, below)
        reader.end()

    def _room_above(self, region: Cell, outer: Cell | None, lines: list[list[Token]]) -> None:
        """A cell for an opinion: room to write above the line for name, seal and date."""
        first = min(token.y for token in lines[0])
        room = first - region.box[1] - 3 * PX
        text = "".join(t.what.text for t in lines[0] if isinstance(t.what, Piece))
        closing = re.search(r"签名|签字|签章|盖章|公章|年\s*月\s*日|^日期", text)
        if outer is not None and room > 8 * PX and closing:
            left, top, right, _ = region.box
            outer.used = True
            self._found.put(
                words.tidy(outer.text),
                (left, top, right, round(first - 2.5 * PX)),
                region.box,
                outer.box,
            )

    def _add(
        self, cell: Cell, label: str, label_box: Box, *, row: int = 0, confidence: float = 1.0
    ) -> None:
        """A field of a whole cell."""
        left, top, right, bottom = cell.box
        if cell.unit and cell.pieces:
            right = min(right, cell.pieces[-1].box[0] - 3)
        kind = FieldKind.DATE if cell.role == "date" else None
        self._found.put(
            label, (left + 5, top + 5, right - 5, bottom - 5), cell.box, label_box,
            unit=cell.unit, kind=kind, row=row, confidence=confidence,
        )  # fmt: skip
