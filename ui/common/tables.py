"""Tables: one delegate paints every cell, no widget stands in one.

Words left, figures right, hairlines between the rows, no stripes, no vertical lines; nothing to
report is a dash. A table of ten thousand rows opens like one of ten.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPointF,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from ui.common import icons
from ui.common.buttons import ENTER, keeps_enter
from ui.common.chips import chip_height, chip_width, paint_chip, paint_marks
from ui.common.choosing import paint_check
from ui.common.painting import LEFT, RIGHT, painter_hints, write
from ui.common.table_model import CELL, Cell, Column, Index, TableModel
from ui.common.theme import look, theme

__all__ = ["Cell", "CellDelegate", "Column", "Table", "TableModel"]

NOTHING = "—"
_TICK_WIDTH = 48
_PAD = 11


class CellDelegate(QStyledItemDelegate):
    """Paints cells; ticks rows at a press in the first column."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        t, box = theme(), QRectF(_rect(option))
        painter.save()
        painter_hints(painter)
        if _state(option) & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, t.colour("accent_soft"))
        elif _state(option) & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, t.colour("canvas"))
        painter.setPen(QPen(t.colour("line"), 1))
        y = box.bottom() - 0.5
        painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
        checked = index.data(Qt.ItemDataRole.CheckStateRole)
        if checked is not None:
            side = t.grown(20)
            x, y = box.center().x() - side / 2, box.center().y() - side / 2
            paint_check(painter, x, y, Qt.CheckState(checked) is Qt.CheckState.Checked)
        else:
            cell = index.data(CELL)
            if isinstance(cell, Cell):
                self._paint_cell(painter, box.adjusted(_PAD, 0, -_PAD, 0), cell, _right(index))
        painter.restore()

    def _paint_cell(self, painter: QPainter, box: QRectF, cell: Cell, right: bool) -> None:
        t = theme()
        if cell.form == "words" or (not cell.text and cell.form in ("chip", "plate", "plain")):
            ink = t.colour("text2" if cell.quiet or not cell.text else "text")
            text = cell.text or NOTHING
            write(painter, box, text, t.font("body", cell.bold), ink, RIGHT if right else LEFT)
        elif cell.form == "marks":
            paint_marks(painter, box, list(cell.marks))
        elif cell.form == "mark":
            side = t.grown(18)
            x = box.right() - side if right else box.left()
            icons.draw(
                painter, cell.tone.shape, x, box.center().y() - side / 2, side, cell.tone.ink, 2
            )
        else:
            plain, filled = cell.form == "plain", cell.form == "plate"
            width = min(box.width(), chip_width(cell.text, plain, filled))
            height = min(box.height() - 4, chip_height(plain, low=True))
            x = box.right() - width if right else box.left()
            place = QRectF(x, box.center().y() - height / 2, width, height)
            paint_chip(painter, place, cell.text, cell.tone, plain=plain, filled=filled)

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        if not model.flags(index) & Qt.ItemFlag.ItemIsUserCheckable:
            return False
        pressed = (
            event.type() is QEvent.Type.MouseButtonRelease
            and isinstance(event, QMouseEvent)
            and event.button() is Qt.MouseButton.LeftButton
        )
        if pressed:
            _toggle(model, index)
        return pressed


class Table(QTableView):
    """Shows a ``TableModel``. ``opened`` tells the row at Enter or a double click, ``row_changed``
    the row that the selection stands on (None when nothing is selected)."""

    opened = Signal(object)
    row_changed = Signal(object)

    def __init__(
        self, model: TableModel[Any], name: str, *, row_height: int = 44, sortable: bool = False
    ) -> None:
        super().__init__()
        self._model, self._row_height = model, row_height
        self.setAccessibleName(name)
        self.setModel(model)
        self.setItemDelegate(CellDelegate(self))
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(sortable)
        header.setSortIndicatorShown(False)
        header.setSortIndicatorClearable(True)
        if sortable:
            header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
            self.setSortingEnabled(True)
        self.doubleClicked.connect(self._open)
        self.selectionModel().currentRowChanged.connect(self._moved)
        model.modelAboutToBeReset.connect(self._remember)
        model.modelReset.connect(self._find_again)
        self._held: Hashable | None = None
        look().changed.connect(self._fit)
        self._fit()

    def current_row(self) -> Any:
        """The row that the selection stands on, or None."""
        index = self.currentIndex()
        return self._model.row(index) if index.isValid() else None

    def select(self, key: Hashable) -> None:
        """Puts the selection on the row with this key, if it is shown."""
        at = self._model.at(key)
        if at is not None:
            self.setCurrentIndex(self._model.index(at, self.columns_shown()[0]))

    def columns_shown(self) -> list[int]:
        """The sections in sight."""
        return [s for s in range(self._model.columnCount()) if not self.isColumnHidden(s)]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in ENTER and index.isValid():
            self._open(index)
        elif event.key() == Qt.Key.Key_Space and self._model.ticks and index.isValid():
            _toggle(self._model, self._model.index(index.row(), 0))
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        held = self.currentIndex().isValid()
        return (held and keeps_enter(event)) or super().event(event)

    def _open(self, index: Index) -> None:
        self.opened.emit(self._model.row(index))

    def _moved(self, now: QModelIndex) -> None:
        self.row_changed.emit(self._model.row(now) if now.isValid() else None)

    def _remember(self) -> None:
        row = self.current_row()
        self._held = self._model.key(row) if row is not None else None

    def _find_again(self) -> None:
        if self._held is not None and self._model.at(self._held) is not None:
            self.select(self._held)
        elif self._held is not None:
            self.selectionModel().setCurrentIndex(
                QModelIndex(), QItemSelectionModel.SelectionFlag.Clear
            )
            self.row_changed.emit(None)

    def _fit(self) -> None:
        t, header = theme(), self.horizontalHeader()
        header.setFixedHeight(t.grown(36, 0.8))
        header.setMinimumSectionSize(36)
        self.verticalHeader().setMinimumSectionSize(16)
        self.verticalHeader().setDefaultSectionSize(t.grown(self._row_height, 0.8))
        for section in range(self._model.columnCount()):
            column = self._model.column(section)
            width = _TICK_WIDTH if column is None else column.width
            stretch = QHeaderView.ResizeMode.Stretch
            header.setSectionResizeMode(section, QHeaderView.ResizeMode.Fixed if width else stretch)
            if width:
                self.setColumnWidth(section, t.grown(width, 0.8))
            self.setColumnHidden(
                section, bool(t.large and column is not None and not column.at_large)
            )


def _toggle(model: QAbstractItemModel, index: Index) -> None:
    on = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) is Qt.CheckState.Checked
    state = Qt.CheckState.Unchecked if on else Qt.CheckState.Checked
    model.setData(index, state, Qt.ItemDataRole.CheckStateRole)


def _right(index: Index) -> bool:
    model = index.model()
    return isinstance(model, TableModel) and bool(
        (column := model.column(index.column())) and column.right
    )


def _rect(option: QStyleOptionViewItem) -> Any:
    return option.rect  # type: ignore[attr-defined] # the stubs leave the fields of options out


def _state(option: QStyleOptionViewItem) -> Any:
    return option.state  # type: ignore[attr-defined] # the stubs leave the fields of options out
