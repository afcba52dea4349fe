"""The rail: the workspaces that the person signed in may open, and nothing else."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QVBoxLayout

from ui.common import icons
from ui.common.buttons import PressedByEnter, press_by_key
from ui.common.layout import Plate, clear, column
from ui.common.page import Count, Workspace
from ui.common.painting import CENTER, advance, painter_for, write
from ui.common.theme import theme


class RailButton(PressedByEnter):
    """Icon over word; a count stands on the icon. Chosen: pale plate, bar at the edge, bold."""

    def __init__(self, icon: str, text: str, key: str = "") -> None:
        super().__init__()
        self._icon, self._count, self._key = icon, 0, key
        self.setText(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if key:
            press_by_key(self, key)
        self.set_count(0)

    def set_count(self, count: int) -> None:
        """How many wait there; 0 shows nothing."""
        self._count = count
        waiting = self.tr("，{count} 件等着").format(count=count) if count else ""
        self.setAccessibleName(f"{self.text()}{waiting}")
        key = self.tr("（{key}）").format(key=self._key) if self._key else ""
        self.setToolTip(f"{self.text()}{waiting}{key}")
        self.update()

    @property
    def count(self) -> int:
        """The number on the icon."""
        return self._count

    def sizeHint(self) -> QSize:
        t = theme()
        return QSize(t.grown(80, 0.6), t.grown(72, 0.6))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter, on = theme(), painter_for(self), self.isChecked()
        ink = t.colour("accent" if on else "text2")
        if on or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(t.colour("accent_soft" if on else "sunken"))
            plate = QRectF(8, 4, self.width() - 16, self.height() - 8)
            painter.drawRoundedRect(plate, t.radius("card"), t.radius("card"))
        if on:
            painter.setBrush(t.colour("accent"))
            painter.drawRoundedRect(QRectF(0, 16, 4, self.height() - 32), 2, 2)
        side = t.grown(24)
        icons.draw(painter, self._icon, (self.width() - side) / 2, 10, side, ink)
        words = QRectF(2, 10 + side, self.width() - 4, self.height() - 14 - side)
        write(painter, words, self.text(), t.font("caption", on), ink, CENTER)
        if self._count:
            self._paint_count(painter)

    def _paint_count(self, painter: QPainter) -> None:
        t = theme()
        font, words = t.font("caption", True), str(self._count) if self._count < 1000 else "999+"
        width = max(20, advance(words, font) + 10)
        left = min(self.width() / 2 + 8, self.width() - width - 2)
        box = QRectF(left, 6, width, max(20, t.px("caption") + 4))
        painter.setBrush(t.colour("accent"))
        painter.setPen(QPen(t.colour("surface"), 2))
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setFont(font)
        painter.setPen(t.colour("on_accent"))
        painter.drawText(box, CENTER, words)


class Rail(Plate):
    """The workspaces that this person may open, settings at the foot."""

    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__(name="bar")
        self.buttons: dict[str, RailButton] = {}
        self._group = QButtonGroup(self)
        self._counts: list[tuple[Count, RailButton]] = []
        self._box: QVBoxLayout = column(gap=0, margins=(0, 8, 0, 8))
        self.setLayout(self._box)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def show_workspaces(self, workspaces: tuple[Workspace, ...]) -> None:
        """Shows these and nothing else."""
        for count, button in self._counts:
            count.changed.disconnect(button.set_count)
        self._counts = []
        for old in self.buttons.values():
            self._group.removeButton(old)
        clear(self._box)
        self.buttons = {}
        head = [workspace for workspace in workspaces if not workspace.at_foot]
        for number, workspace in enumerate(head, 1):
            self._add(workspace, f"Ctrl+{number}" if number < 10 else "")
        self._box.addStretch(1)
        for workspace in workspaces:
            if workspace.at_foot:
                self._add(workspace, "")
        self.setVisible(bool(workspaces))

    def _add(self, workspace: Workspace, key: str) -> None:
        button = RailButton(workspace.icon, workspace.text, key)
        button.clicked.connect(partial(self.opened.emit, workspace.id))
        self._group.addButton(button)
        self._box.addWidget(button)
        self.buttons[workspace.id] = button
        if workspace.count is not None:
            button.set_count(workspace.count.value)
            workspace.count.changed.connect(button.set_count)
            self._counts.append((workspace.count, button))

    def mark(self, workspace: str) -> None:
        """Marks the open workspace; one that is not on the rail marks none."""
        self._group.setExclusive(False)
        for name, button in self.buttons.items():
            button.setChecked(name == workspace)
        self._group.setExclusive(True)
