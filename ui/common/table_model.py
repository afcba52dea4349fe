"""The rows of a table: frozen values known by a key, and columns that say how each one looks.

What is ticked or chosen outlives a refresh, because it is remembered by key. How a cell is
painted is said in ``tables``; what the rows mean is the screen's business.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from ui.common.painting import LEFT, RIGHT
from ui.common.tones import Tone

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex
CELL = int(Qt.ItemDataRole.UserRole) + 1


@dataclass(frozen=True, slots=True)
class Cell:
    """How one value looks.

    ``form`` words is plain text, chip a pale chip, plate the filled plate of a card, plain a
    chip without its ground, mark the bare shape of ``tone``, marks several named shapes.
    ``sort`` orders the column where the text would not.
    """

    text: str = ""
    tone: Tone = Tone.TODO
    form: Literal["words", "chip", "plate", "plain", "mark", "marks"] = "words"
    marks: tuple[tuple[str, Tone], ...] = ()
    bold: bool = False
    quiet: bool = False
    tip: str = ""
    sort: Any = None


@dataclass(frozen=True)  # slots would break Column[Row](…)
class Column(Generic[R]):
    """A column: its head, what stands in it, its width at normal type (0 takes the rest).

    With ``at_large`` false it goes at large type: the opened row shows it again.
    """

    title: str
    cell: Callable[[R], Cell | str]
    width: int = 0
    right: bool = False
    at_large: bool = True


class TableModel(QAbstractTableModel, Generic[R]):
    """Rows that are known by a key, so that what is ticked or chosen outlives a refresh."""

    ticked = Signal()

    def __init__(
        self,
        columns: Sequence[Column[R]],
        key: Callable[[R], Hashable],
        *,
        ticks: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.ticks = ticks
        self._key = key
        self._rows: list[R] = []
        self._given: list[R] = []
        self._ticked: set[Hashable] = set()
        self._order: tuple[int, Qt.SortOrder] | None = None

    # ---------------------------------------------------------------- rows
    @property
    def rows(self) -> list[R]:
        """The rows in the order shown."""
        return list(self._rows)

    def set_rows(self, rows: Iterable[R]) -> None:
        """Shows these rows; ticks of rows that are gone are forgotten."""
        self.beginResetModel()
        self._given = list(rows)
        self._rows = self._sorted(self._given)
        keys = {self._key(row) for row in self._rows}
        lost = self._ticked - keys
        self._ticked &= keys
        self.endResetModel()
        if lost:
            self.ticked.emit()

    def put(self, row: R) -> None:
        """Shows a row anew in its place, or as the last one if it is new."""
        key = self._key(row)
        for rows in (self._given, self._rows):
            for place, old in enumerate(rows):
                if self._key(old) == key:
                    rows[place] = row
        at = self.at(key)
        if at is not None:
            self.dataChanged.emit(self.index(at, 0), self.index(at, self.columnCount() - 1))
            return
        self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows))
        self._given.append(row)
        self._rows.append(row)
        self.endInsertRows()

    def row(self, index: Index | int) -> R:
        """The row at a place."""
        return self._rows[index if isinstance(index, int) else index.row()]

    def at(self, key: Hashable) -> int | None:
        """Where the row with this key stands."""
        return next((at for at, row in enumerate(self._rows) if self._key(row) == key), None)

    def key(self, row: R) -> Hashable:
        """By what a row is known."""
        return self._key(row)

    # ---------------------------------------------------------------- ticks
    @property
    def ticked_rows(self) -> list[R]:
        """The ticked rows in the order shown."""
        return [row for row in self._rows if self._key(row) in self._ticked]

    def tick(self, row: R, on: bool) -> None:
        """Ticks one row or takes its tick away."""
        key = self._key(row)
        if (key in self._ticked) == on:
            return
        (self._ticked.add if on else self._ticked.discard)(key)
        at = self.at(key)
        if at is not None:
            self.dataChanged.emit(self.index(at, 0), self.index(at, 0))
        self.ticked.emit()

    def tick_all(self, on: bool) -> None:
        """Ticks every row shown, or none."""
        self._ticked = {self._key(row) for row in self._rows} if on else set()
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, 0))
        self.ticked.emit()

    # ---------------------------------------------------------------- Qt's questions
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.columns) + self.ticks

    def column(self, section: int) -> Column[R] | None:
        """The column of a section, None for the ticks."""
        return None if self.ticks and section == 0 else self.columns[section - self.ticks]

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if self.ticks and index.column() == 0:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = self.column(section)
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title if column else ""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column and column.right else LEFT
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], self.column(index.column())
        if column is None:
            return self._tick_data(row, role)
        cell = self._cell(row, column)
        if role == CELL:
            return cell
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return cell.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell.tip or cell.text
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or self.column(index.column()) is not None:
            return False
        self.tick(self._rows[index.row()], Qt.CheckState(value) is Qt.CheckState.Checked)
        return True

    def sort(self, section: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.layoutAboutToBeChanged.emit()
        held = [(index, self._key(self._rows[index.row()])) for index in self.persistentIndexList()]
        self._order = (section, order) if section >= 0 else None
        self._rows = self._sorted(self._given)
        for index, key in held:
            at = self.at(key)
            new = self.index(at, index.column()) if at is not None else QModelIndex()
            self.changePersistentIndex(index, new)
        self.layoutChanged.emit()

    def _tick_data(self, row: R, role: int) -> Any:
        on = self._key(row) in self._ticked
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.tr("选中") if on else self.tr("没选")
        return None

    @staticmethod
    def _cell(row: R, column: Column[R]) -> Cell:
        cell = column.cell(row)
        return Cell(cell) if isinstance(cell, str) else cell

    def _sorted(self, rows: list[R]) -> list[R]:
        column = self.column(self._order[0]) if self._order else None
        if self._order is None or column is None:
            return list(rows)

        def by(row: R) -> tuple[bool, Any]:
            cell = self._cell(row, column)
            value = cell.text if cell.sort is None else cell.sort
            return (isinstance(value, str), value)

        return sorted(rows, key=by, reverse=self._order[1] is Qt.SortOrder.DescendingOrder)
