"""The step bar of a case: what is complete, what is doubtful, where one is. Any step can be
visited in any order; each is a button."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.common import icons
from ui.common.buttons import PressedByEnter
from ui.common.layout import hline, row
from ui.common.painting import CENTER, LEFT, advance, painter_for
from ui.common.theme import theme


class StepState(StrEnum):
    """How far a step is."""

    DONE = "done"
    DOUBT = "doubt"
    NOW = "now"
    TODO = "todo"


_INKS = {
    StepState.DONE: "ok",
    StepState.DOUBT: "warn",
    StepState.NOW: "accent",
    StepState.TODO: "text2",
}


class Step(PressedByEnter):
    """One step: its number or the mark of its state, then the word. At large type only the step
    one is in keeps its word."""

    def __init__(self, number: int, text: str, state: StepState = StepState.TODO) -> None:
        super().__init__()
        self._number = number
        self.setText(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setToolTip(text)
        self.set_state(state)

    def set_state(self, state: StepState) -> None:
        """Shows another state."""
        self._state = state
        words = {
            StepState.DONE: self.tr("齐了"),
            StepState.DOUBT: self.tr("有要看的"),
            StepState.NOW: self.tr("正在这一步"),
            StepState.TODO: self.tr("还没做"),
        }[state]
        self.setAccessibleName(
            self.tr("第 {number} 步 {text}，{state}").format(
                number=self._number, text=self.text(), state=words
            )
        )
        self.updateGeometry()
        self.update()

    @property
    def state(self) -> StepState:
        """How far it is."""
        return self._state

    def _wordless(self) -> bool:
        return theme().large and self._state is not StepState.NOW

    def sizeHint(self) -> QSize:
        t = theme()
        font = t.font("body", self._state is StepState.NOW)
        words = 0 if self._wordless() else 8 + advance(self.text(), font)
        return QSize(t.grown(28) + words + 12, t.height("control"))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter, now = theme(), painter_for(self), self._state is StepState.NOW
        side = t.grown(28)
        disc = QRectF(4, (self.height() - side) / 2, side, side)
        ink = t.colour(_INKS[self._state])
        if self._state in (StepState.DONE, StepState.DOUBT):
            shape = "s_ok" if self._state is StepState.DONE else "s_warn"
            icons.draw(painter, shape, disc.x(), disc.y(), side, ink, 1.75)
        else:
            painter.setPen(QPen(ink, 1.75))
            painter.setBrush(t.colour("accent") if now else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(disc.adjusted(2, 2, -2, -2))
            painter.setFont(t.font("caption", True))
            painter.setPen(t.colour("on_accent") if now else ink)
            painter.drawText(disc, CENTER, str(self._number))
        if self._wordless():
            return
        font = t.font("body", now)
        painter.setFont(font)
        painter.setPen(t.colour("text2" if self._state is StepState.TODO else "text"))
        x = disc.right() + 8
        painter.drawText(QRectF(x, 0, self.width(), self.height()), LEFT, self.text())
        if now:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(t.colour("accent"))
            line = QRectF(x, self.height() - 4, advance(self.text(), font), 3)
            painter.drawRoundedRect(line, 1.5, 1.5)


class StepBar(QWidget):
    """The steps in a row; ``visited`` tells the index (from 0) of the one pressed."""

    visited = Signal(int)

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self.steps = [Step(number, name) for number, name in enumerate(names, 1)]
        items: list[QWidget] = []
        for index, step in enumerate(self.steps):
            if index:
                dash = hline()
                dash.setFixedWidth(12)
                items.append(dash)
            items.append(step)
            step.clicked.connect(partial(self.visited.emit, index))
        self.setLayout(row(*items, gap=4))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_states(self, states: Sequence[StepState]) -> None:
        """Shows how far each step is, in their order."""
        for step, state in zip(self.steps, states, strict=True):
            step.set_state(state)
