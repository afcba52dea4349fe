"""Choosing: a box to tick, a switch, one of a few ways, one of many, a value on a track."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QListView,
    QSizePolicy,
    QStyledItemDelegate,
    QWidget,
)

from ui.common import icons
from ui.common.buttons import PressedByEnter, press_by_key
from ui.common.layout import row
from ui.common.painting import LEFT, RIGHT, advance, cap_width, key_cap, painter_for, write
from ui.common.theme import theme


def paint_check(painter: QPainter, x: float, y: float, on: bool, enabled: bool = True) -> None:
    """Draws the box of a ``Check``, 20 px wide at normal type."""
    t = theme()
    side, tag = t.grown(20), t.radius("tag")
    active = "accent" if enabled else "text2"
    painter.setBrush(t.colour(active if on else "surface"))
    painter.setPen(QPen(t.colour(active if on else "line_strong"), 1.5))
    painter.drawRoundedRect(QRectF(x, y, side, side), tag, tag)
    if on:
        icons.draw(painter, "check", x + 1, y + 1, side - 2, t.colour("on_accent"), 2.6)


class Check(PressedByEnter):
    """A box to tick, for a set: required, rights, selected rows. What acts at once is a switch.

    The target is 36 px at least, also without a word; ``name`` is then its accessible name.
    """

    def __init__(self, text: str, on: bool = False, name: str = "", role: str = "body") -> None:
        super().__init__()
        self._role = role
        self.setText(text)
        self.setCheckable(True)
        self.setChecked(on)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name or text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        t = theme()
        words = advance(self.text(), t.font(self._role)) + 8 if self.text() else 0
        return QSize(t.grown(20) + 16 + words, max(36, t.height("control") - 4))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = theme(), painter_for(self)
        side = t.grown(20)
        paint_check(painter, 8, (self.height() - side) / 2, self.isChecked(), self.isEnabled())
        painter.setFont(t.font(self._role))
        painter.setPen(t.colour("text" if self.isEnabled() else "text2"))
        painter.drawText(QRectF(side + 16, 0, self.width(), self.height()), LEFT, self.text())


class Toggle(PressedByEnter):
    """A switch that acts at once: the knob's place and the word 开 or 关 say the state."""

    def __init__(self, text: str, on: bool = False) -> None:
        super().__init__()
        self.setText(text)
        self.setCheckable(True)
        self.setChecked(on)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.toggled.connect(self._name_it)
        self._name_it()

    def _name_it(self) -> None:
        self.setAccessibleName(self.words)
        self.updateGeometry()

    @property
    def words(self) -> str:
        """What stands beside the track."""
        state = self.tr("开") if self.isChecked() else self.tr("关")
        return f"{self.text()} {state}"

    def sizeHint(self) -> QSize:
        t = theme()
        words = max(
            advance(f"{self.text()} {state}", t.font("caption"))
            for state in (self.tr("开"), self.tr("关"))
        )
        return QSize(words + t.grown(36) + 20, t.height("control"))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = theme(), painter_for(self)
        wide, high, on = t.grown(36), t.grown(20), self.isChecked()
        track = QRectF(4, (self.height() - high) / 2, wide, high)
        painter.setBrush(t.colour("accent" if on else "surface"))
        painter.setPen(QPen(t.colour("accent" if on else "line_strong"), 1.5))
        painter.drawRoundedRect(track, high / 2, high / 2)
        knob_x = track.right() - high / 2 if on else track.left() + high / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.colour("on_accent" if on else "line_strong"))
        painter.drawEllipse(QPointF(knob_x, track.center().y()), high / 2 - 4, high / 2 - 4)
        painter.setFont(t.font("caption"))
        painter.setPen(t.colour("text"))
        painter.drawText(
            QRectF(track.right() + 8, 0, self.width(), self.height()), LEFT, self.words
        )


class Choice(PressedByEnter):
    """One of two to four ways: ring with a dot, the word, what it entails. The whole plate is
    the target. At large type the note becomes the tool tip."""

    def __init__(self, text: str, note: str = "", on: bool = False, key: str = "") -> None:
        super().__init__()
        self._note, self._key = note, key
        self.setText(text)
        self.setCheckable(True)
        self.setChecked(on)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("{text}，{note}").format(text=text, note=note))
        self.setToolTip(note)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if key:
            press_by_key(self, key)

    def _shown_note(self) -> str:
        return "" if theme().large else self._note

    def sizeHint(self) -> QSize:
        t = theme()
        lines = t.px("body") + (t.px("caption") if self._shown_note() else 0)
        return QSize(180, max(t.height("control"), round(lines * 1.45) + 12))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter, on = theme(), painter_for(self), self.isChecked()
        painter.setPen(QPen(t.colour("accent"), 2) if on else QPen(t.colour("line_strong"), t.edge))
        ground = "accent_soft" if on else "sunken" if self.underMouse() else "surface"
        painter.setBrush(t.colour(ground))
        radius = t.radius("card")
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)
        side = t.grown(22)
        icons.draw(
            painter,
            "s_now" if on else "s_todo",
            12,
            (self.height() - side) / 2,
            side,
            t.colour("accent" if on else "text2"),
            2,
        )
        x, width = side + 22, self.width() - side - 34
        if self._key:
            cap = cap_width(self._key)
            key_cap(
                painter, self.width() - cap - 12, self.height() / 2, self._key, t.colour("text2")
            )
            width -= cap + 10
        note = self._shown_note()
        first = round(t.px("body") * 1.4)
        second = round(t.px("caption") * 1.4) if note else 0
        y = (self.height() - first - second) / 2
        write(
            painter, QRectF(x, y, width, first), self.text(), t.font("body", on), t.colour("text")
        )
        if note:
            box = QRectF(x, y + first, width, second)
            write(painter, box, note, t.font("caption"), t.colour("text2"))


class Choices(QWidget):
    """Two to four ways side by side, one of them chosen. ``chosen`` tells the value."""

    chosen = Signal(object)

    def __init__(self, ways: Iterable[tuple[object, str, str]], value: object = None) -> None:
        """``ways`` are (value, word, what it entails); ``value`` is the one chosen at first."""
        super().__init__()
        self._group = QButtonGroup(self)
        self._ways: dict[object, Choice] = {}
        for way, text, note in ways:
            choice = Choice(text, note, way == value)
            self._group.addButton(choice)
            self._ways[way] = choice
        self.setLayout(row(*((choice, 1) for choice in self._ways.values()), gap=12))
        self._group.buttonClicked.connect(lambda _: self.chosen.emit(self.value()))

    def value(self) -> object:
        """The chosen way, or None."""
        return next((way for way, choice in self._ways.items() if choice.isChecked()), None)

    def set_value(self, value: object) -> None:
        """Chooses a way without telling."""
        if value in self._ways:
            self._ways[value].setChecked(True)

    def choice(self, value: object) -> Choice:
        """The plate of a way."""
        return self._ways[value]


class Select(QComboBox):
    """One of many: the edge of an input, the chosen word, a chevron; the list opens below.

    Options carry a value beside their word; ``chosen`` tells the value a person picked.
    """

    chosen = Signal(object)

    def __init__(
        self,
        name: str,
        options: Iterable[tuple[object, str]] = (),
        icon: str = "",
        *,
        low: bool = False,
        hint: str = "",
    ) -> None:
        super().__init__()
        self._name, self._icon, self._low, self._hint = name, icon, low, hint
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        options_view = QListView()
        options_view.setAccessibleName(name)
        self.setView(options_view)
        self.setItemDelegate(QStyledItemDelegate(self))  # the style sheet reaches this one
        self.setMaxVisibleItems(12)
        self.set_options(options)
        self.activated.connect(lambda index: self.chosen.emit(self.itemData(index)))

    def set_options(self, options: Iterable[tuple[object, str]]) -> None:
        """Replaces the options; a value that is still among them stays chosen."""
        kept = self.value()
        self.blockSignals(True)
        self.clear()
        for value, word in options:
            self.addItem(word, value)
        self.setCurrentIndex(-1 if self._hint else min(0, self.count() - 1))
        self.blockSignals(False)
        self.set_value(kept)
        self.updateGeometry()

    def value(self) -> object:
        """The chosen value, or None."""
        return self.currentData() if self.currentIndex() >= 0 else None

    def set_value(self, value: object) -> None:
        """Chooses a value without telling; one that is not an option is passed over."""
        for index in range(self.count()):
            if self.itemData(index) == value:
                self.setCurrentIndex(index)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # scrolling a form must not change what it passes over

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.showPopup()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        font = theme().font("body")
        words = [self.itemText(i) for i in range(self.count())] + [self._hint]
        width = max(advance(word, font) for word in words) + (30 if self._icon else 0)
        return QSize(width + 56, theme().height("control") - (4 if self._low else 0))

    def minimumSizeHint(self) -> QSize:
        return QSize(96, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = theme(), painter_for(self)
        painter.setBrush(t.colour("sunken" if self.underMouse() else "surface"))
        painter.setPen(QPen(t.colour("line_strong"), t.edge))
        inset, radius = t.edge / 2, t.radius("control")
        box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(box, radius, radius)
        x, side = 12.0, t.grown(20)
        top = (self.height() - side) / 2
        if self._icon:
            icons.draw(painter, self._icon, x, top, side, t.colour("text2"))
            x += side + 8
        room = QRectF(x, 0, self.width() - x - side - 14, self.height())
        empty = self.currentIndex() < 0
        ink = t.colour("text2" if empty or not self.isEnabled() else "text")
        write(painter, room, self._hint if empty else self.currentText(), t.font("body"), ink)
        icons.draw(painter, "down", self.width() - side - 8, top, side, t.colour("text2"))


class Slider(QWidget):
    """A value on a track, from ``low`` to ``high`` in ``steps``, said in words behind it."""

    moved = Signal(float)

    def __init__(
        self,
        name: str,
        value: float,
        words: Callable[[float], str],
        low: float = 0.0,
        high: float = 1.0,
        steps: int = 20,
    ) -> None:
        super().__init__()
        self._name, self._words = name, words
        self._low, self._high, self._step = low, high, (high - low) / steps
        self._value = value
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._name_it()

    def _name_it(self) -> None:
        self.setAccessibleName(
            self.tr("{name}：{value}").format(name=self._name, value=self._words(self._value))
        )

    def value(self) -> float:
        """The value now."""
        return self._value

    def set_value(self, value: float) -> None:
        """Moves the knob and tells, if it moved."""
        value = min(self._high, max(self._low, value))
        if abs(value - self._value) > 1e-9:
            self._value = value
            self._name_it()
            self.update()
            self.moved.emit(value)

    def sizeHint(self) -> QSize:
        return QSize(220, max(36, theme().height("control") - 4))

    def minimumSizeHint(self) -> QSize:
        return QSize(140, self.sizeHint().height())

    def _track(self) -> QRectF:
        words = advance(self._words(self._value), theme().font("caption")) + 12
        return QRectF(10, self.height() / 2 - 3, max(20, self.width() - words - 24), 6)

    def _at(self, x: float) -> float:
        track = self._track()
        share = (x - track.x()) / track.width()
        return self._low + round(share * (self._high - self._low) / self._step) * self._step

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.set_value(self._at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.set_value(self._at(event.position().x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key
        jump = {
            key.Key_Left: -self._step,
            key.Key_Down: -self._step,
            key.Key_Right: self._step,
            key.Key_Up: self._step,
            key.Key_Home: self._low - self._value,
            key.Key_End: self._high - self._value,
        }.get(key(event.key()))
        if jump is None:
            super().keyPressEvent(event)
        else:
            self.set_value(self._value + jump)

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter, track = theme(), painter_for(self), self._track()
        share = (self._value - self._low) / (self._high - self._low)
        x = track.x() + track.width() * share
        painter.setPen(QPen(t.colour("line_strong"), 1))
        painter.setBrush(t.colour("sunken"))
        painter.drawRoundedRect(track, 3, 3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.colour("accent"))
        painter.drawRoundedRect(QRectF(track.x(), track.y(), x - track.x(), 6), 3, 3)
        painter.setPen(QPen(t.colour("surface"), 2))
        painter.drawEllipse(QPointF(x, track.center().y()), 10, 10)
        box = QRectF(track.right() + 14, 0, self.width() - track.right() - 14, self.height())
        write(
            painter,
            box,
            self._words(self._value),
            t.font("caption"),
            t.colour("text"),
            RIGHT,
        )
