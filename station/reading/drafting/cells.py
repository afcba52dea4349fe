"""Ruled cells and how they stand to one another: left of, above, in one column, in one row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from station.reading.drafting.lines import Piece
from station.reading.drafting.marks import Blank, Box, Comb, Square
from station.reading.drafting.sheet import PX


@dataclass(slots=True)
class Cell:
    """A ruled cell with what is in it; ``box`` alone for the rest of the page."""

    box: Box
    pieces: list[Piece] = field(default_factory=list)
    squares: list[Square] = field(default_factory=list)
    blanks: list[Blank] = field(default_factory=list)
    combs: list[Comb] = field(default_factory=list)
    text: str = ""
    role: str = "parsed"
    unit: str = ""
    used: bool = False

    @property
    def width(self) -> int:
        return self.box[2] - self.box[0]

    @property
    def height(self) -> int:
        return self.box[3] - self.box[1]

    @property
    def drawn(self) -> bool:
        return bool(self.squares or self.blanks or self.combs)


class Grid:
    """The cells of a page."""

    def __init__(self, boxes: Iterable[Box]) -> None:
        self.cells = [Cell(box) for box in boxes]

    def at(self, x: float, y: float) -> Cell | None:
        """The smallest cell round a point."""
        inside = [
            cell
            for cell in self.cells
            if cell.box[0] - 4 <= x <= cell.box[2] + 4 and cell.box[1] - 4 <= y <= cell.box[3] + 4
        ]
        return min(inside, key=lambda c: c.width * c.height, default=None)

    def beside(self, cell: Cell, side: int) -> list[Cell]:
        """The cells that touch ``cell`` on a side: 0 left, 1 above, 2 right, 3 below."""
        own = cell.box
        along = 1 if side in (0, 2) else 0
        middle = (own[along] + own[along + 2]) / 2
        opposite = {0: 2, 1: 3, 2: 0, 3: 1}[side]
        found = []
        for other in self.cells:
            if other is cell or abs(other.box[opposite] - own[side]) > 1.3 * PX:
                continue
            low, high = other.box[along], other.box[along + 2]
            if low - 5 <= middle <= high + 5 or (
                own[along] - 5 <= (low + high) / 2 <= own[along + 2]
            ):
                found.append(other)
        return found

    def label_left(self, cell: Cell) -> Cell | None:
        middle = (cell.box[1] + cell.box[3]) / 2
        for other in self.beside(cell, 0):
            if other.role == "label" and other.box[1] - 5 <= middle <= other.box[3] + 5:
                return other
        return None

    def column_head(self, cell: Cell) -> Cell | None:
        """The label that heads the column of equally wide cells above this one."""
        now = cell
        for _ in range(40):
            above = [other for other in self.beside(now, 1) if in_column(other, cell)]
            if not above:
                return None
            now = above[0]
            if now.role == "label":
                return now
            if now.role not in ("empty", "date"):
                return None
        return None

    def is_head(self, label: Cell) -> bool:
        """Whether a label stands in a row of headings: three and more side by side, with cells to
        fill in below."""
        row = [label]
        for side in (0, 2):
            now = label
            while True:
                nearby = [
                    other
                    for other in self.beside(now, side)
                    if other.role == "label"
                    and abs(other.box[1] - label.box[1]) < 1.5 * PX
                    and abs(other.box[3] - label.box[3]) < 1.5 * PX
                ]
                if not nearby:
                    break
                now = nearby[0]
                row.append(now)
        heads = 0
        for one in row:
            below = self.beside(one, 3)
            heads += any(other.role != "label" and in_column(other, one) for other in below)
        return len(row) >= 3 and heads >= 2

    def row_under(self, head: Cell, cell: Cell) -> int:
        """Which row under its heading, from 1; 0 when it is the only one."""
        column = [
            other
            for other in self.cells
            if other.role in ("empty", "date")
            and in_column(other, head)
            and other.box[1] > head.box[1]
            and self.column_head(other) is head
        ]
        column.sort(key=lambda c: c.box[1])
        return column.index(cell) + 1 if len(column) > 1 and cell in column else 0

    def row_label(self, cell: Cell, head: Cell) -> Cell | None:
        """The label at the beginning of a row in a table with headings."""
        now = cell
        for _ in range(20):
            beside = self.beside(now, 0)
            if not beside:
                return None
            now = beside[0]
            if now.role == "label":
                return now if now.box[1] > head.box[1] + PX else None
        return None

    def is_tall(self, cell: Cell) -> bool:
        """A label that stands beside several rows names them together."""
        return len(self.beside(cell, 2)) > 1

    def heads_rows(self, cell: Cell) -> bool:
        """Whether a label names several rows that have labels of their own."""
        right = self.beside(cell, 2)
        return len(right) > 1 and any(other.role == "label" for other in right)


def sureness(cell: Cell) -> float:
    """How well the words in a cell were read."""
    return min((piece.confidence for piece in cell.pieces), default=1.0)


def in_column(cell: Cell, head: Cell) -> bool:
    """Whether two cells are equally wide and stand above one another."""
    return abs(cell.box[0] - head.box[0]) < 2 * PX and abs(cell.box[2] - head.box[2]) < 2 * PX
