"""How parts stand beside one another: rows, columns, plates, lines, scrolling, room.

Only arrangement lives here. A plate is a frame whose ground and edge the style sheet gives by
its name: card, panel, bar, stage, mine, dashed, practice, sheet, dialog, ok, warn, danger,
info, verdict_ok, verdict_warn, verdict_danger.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TypeVar, cast

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui.common.theme import look, theme
from ui.common.tokens import tokens

Margins = tuple[int, int, int, int]
# a part, a part with its share of the room, a gap in pixels, or None for all the room left
Item = QWidget | QLayout | tuple[QWidget | QLayout, int] | int | None
W = TypeVar("W", bound=QWidget)
NONE: Margins = (0, 0, 0, 0)
CARD: Margins = (16, 16, 16, 16)


def row(*items: Item, gap: int = 8, margins: Margins = NONE) -> QHBoxLayout:
    """Parts from left to right."""
    box = QHBoxLayout()
    _fill(box, items, gap, margins)
    return box


def column(*items: Item, gap: int = 8, margins: Margins = NONE) -> QVBoxLayout:
    """Parts from top to bottom."""
    box = QVBoxLayout()
    _fill(box, items, gap, margins)
    return box


def _fill(box: QBoxLayout, items: Iterable[Item], gap: int, margins: Margins) -> None:
    box.setSpacing(gap)
    box.setContentsMargins(*margins)
    for item in items:
        if item is None:
            box.addStretch(1)
        elif isinstance(item, int):
            box.addSpacing(item)
        else:
            part, share = item if isinstance(item, tuple) else (item, 0)
            if isinstance(part, QLayout):
                box.addLayout(part, share)
            else:
                box.addWidget(part, share)


def clear(layout: QLayout) -> None:
    """Takes all parts out of a layout; their widgets are hidden at once and deleted soon."""
    while layout.count():
        item = layout.takeAt(0)
        inner = cast("QLayout | None", item.layout())
        widget = cast("QWidget | None", item.widget())
        if inner is not None:
            clear(inner)
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def grid(widgets: Iterable[QWidget], per_row: int, gap: int = 8) -> QGridLayout:
    """Equal columns, filled row by row."""
    box = QGridLayout()
    box.setSpacing(gap)
    box.setContentsMargins(*NONE)
    for i, widget in enumerate(widgets):
        box.addWidget(widget, i // per_row, i % per_row)
    for index in range(per_row):
        box.setColumnStretch(index, 1)
    return box


class Plate(QFrame):
    """A frame with a ground; ``name`` says which (see the module's first lines)."""

    def __init__(
        self, layout: QLayout | None = None, name: str = "card", margins: Margins = CARD
    ) -> None:
        super().__init__()
        self.setProperty("plate", name)
        if layout is not None:
            layout.setContentsMargins(*margins)
            self.setLayout(layout)

    def set_plate(self, name: str) -> None:
        """Gives it another ground."""
        if self.property("plate") != name:
            self.setProperty("plate", name)
            restyle(self)

    @property
    def chosen(self) -> bool:
        """Whether it is drawn as the chosen one of its kind."""
        return bool(self.property("chosen"))

    def set_chosen(self, chosen: bool) -> None:
        """Draws it with the pale blue ground and the 2 px edge of what is chosen."""
        if self.chosen != chosen:
            self.setProperty("chosen", chosen)
            restyle(self)


def restyle(widget: QWidget) -> None:
    """Applies the style sheet anew after a property that it looks at has changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def card(layout: QLayout, margins: Margins = CARD) -> Plate:
    """A white plate with a hairline."""
    return Plate(layout, "card", margins)


def holder(layout: QLayout) -> QWidget:
    """A bare widget around a layout."""
    widget = QWidget()
    widget.setLayout(layout)
    return widget


def canvas(layout: QLayout) -> QWidget:
    """The warm ground of a workspace."""
    widget = holder(layout)
    widget.setProperty("plate", "canvas")
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    return widget


def hline() -> Plate:
    """A hairline across."""
    line = Plate(name="hline")
    line.setFixedHeight(1)
    return line


def vline() -> Plate:
    """A hairline down."""
    line = Plate(name="vline")
    line.setFixedWidth(1)
    return line


def scroll(widget: QWidget) -> QScrollArea:
    """Scrolls up and down only; the surface below shows through."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(widget)
    area.viewport().setAutoFillBackground(False)
    widget.setAutoFillBackground(False)  # setWidget turns it on
    return area


class Room(QObject):
    """How much room the main window has; ``changed`` tells when wide becomes narrow or back."""

    changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.wide = False

    def measure(self, width: int) -> None:
        """Told by the main window at every change of its width."""
        wide = width >= int(tokens()["wide_px"])
        if wide != self.wide:
            self.wide = wide
            self.changed.emit(wide)


@lru_cache(maxsize=1)
def room() -> Room:
    """The room of this process's main window."""
    return Room()


class _Follower(QObject):
    """Lives as long as its widget and passes the room's changes on to it."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        room().changed.connect(self.follow)

    def follow(self, wide: bool) -> None:
        raise NotImplementedError


class _Shown(_Follower):
    def __init__(self, widget: QWidget, when_wide: bool) -> None:
        self._when_wide = when_wide
        super().__init__(widget)
        self.follow(room().wide)

    def follow(self, wide: bool) -> None:
        if wide is not self._when_wide:
            self._widget.hide()
        elif self._widget.parentWidget() is not None:  # alone it would open as a window
            self._widget.show()


class _Sized(_Follower):
    def __init__(self, widget: QWidget, down: bool, normal: int, wide: int) -> None:
        self._set = widget.setFixedHeight if down else widget.setFixedWidth
        self._lengths = (normal, wide)
        super().__init__(widget)
        self.follow(room().wide)

    def follow(self, wide: bool) -> None:
        self._set(self._lengths[wide])


def wide_only(widget: W) -> W:
    """Shown only where the window is at least 1700 px wide."""
    _Shown(widget, True)
    return widget


def narrow_only(widget: W) -> W:
    """Shown only where the window is less than 1700 px wide."""
    _Shown(widget, False)
    return widget


def fixed_width(widget: W, normal: int, wide: int | None = None) -> W:
    """A fixed width, another one from 1700 px on."""
    _Sized(widget, False, normal, normal if wide is None else wide)
    return widget


def fixed_height(widget: W, normal: int, wide: int | None = None) -> W:
    """A fixed height, another one from 1700 px on."""
    _Sized(widget, True, normal, normal if wide is None else wide)
    return widget


class _Tall(QObject):
    def __init__(self, widget: QWidget, kind: str) -> None:
        super().__init__(widget)
        self._widget, self._kind = widget, kind
        look().changed.connect(self.follow)
        self.follow()

    def follow(self) -> None:
        self._widget.setFixedHeight(theme().height(self._kind))


def themed_height(widget: W, kind: str) -> W:
    """The fixed height of a kind of control (topbar, strip, row …), whatever the type size."""
    _Tall(widget, kind)
    return widget
