"""One focus ring for a window, 2 px outside whatever has the focus.

It is never hidden for looks, shows after a mouse click too, and never floats over something
else: what gets the focus is scrolled into sight first, and the ring ends where its scroll area
does.
"""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QScrollArea, QWidget

from ui.common.painting import painter_for
from ui.common.theme import theme
from ui.common.tokens import tokens

_MOVES = (
    QEvent.Type.Move,
    QEvent.Type.Resize,
    QEvent.Type.Show,
    QEvent.Type.Hide,
    QEvent.Type.LayoutRequest,
)
_OUT = 5  # 2 px of air and the 3 px of the ring


class FocusRing(QWidget):
    """The ring of one window; made once, it follows the focus by itself."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setObjectName("focus-ring")
        self._host = window
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self._ring = QRect()
        self.hide()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_moved)

    @property
    def target(self) -> QWidget | None:
        """What the ring stands around now."""
        return self._target

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        self.follow(new)

    def follow(self, widget: QWidget | None) -> None:
        """Goes to a widget, or away if there is none or it is not of this window."""
        for watched in self._watched:
            if shiboken6.isValid(watched):  # a page may have gone with the focus in it
                watched.removeEventFilter(self)
        self._watched, self._target = [], None
        if widget is None or widget.window() is not self._host or not _reached_by_tab(widget):
            self.hide()
            return
        self._target = widget
        step: QWidget | None = widget
        while step is not None and step is not self._host:
            step.installEventFilter(self)
            self._watched.append(step)
            step = step.parentWidget()
        for area in self._watched:
            if isinstance(area, QScrollArea) and area is not widget:
                area.ensureWidgetVisible(widget, 0, 12)
        self.place()

    def place(self) -> None:
        """Puts the ring around its target, as far as the target is in sight."""
        if (
            self._target is None
            or not shiboken6.isValid(self._target)
            or not self._target.isVisible()
        ):
            self.hide()
            return
        full = self._box_of(self._target).adjusted(-_OUT, -_OUT, _OUT, _OUT)
        seen = full
        for area in self._watched:
            if isinstance(area, QAbstractScrollArea) and area is not self._target:
                seen = seen.intersected(
                    self._box_of(area.viewport()).adjusted(-_OUT, -_OUT, _OUT, _OUT)
                )
        if seen.isEmpty():
            self.hide()
            return
        self._ring = full.translated(-seen.topLeft())
        self.setGeometry(seen)
        self.show()
        self.raise_()
        self.update()

    def _box_of(self, widget: QWidget) -> QRect:
        return QRect(widget.mapTo(self._host, QPoint(0, 0)), widget.size())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            self.place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = theme(), painter_for(self)
        width = int(tokens()["stroke_px"]["focus"])
        painter.setPen(QPen(t.colour("focus"), width))
        half = width / 2
        box = QRectF(self._ring).adjusted(half, half, -half, -half)
        radius = t.radius("control") + 4
        painter.drawRoundedRect(box, radius, radius)


def _reached_by_tab(widget: QWidget) -> bool:
    """A label that was clicked to copy from it has the focus too, and needs no ring."""
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
