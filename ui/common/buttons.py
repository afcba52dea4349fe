"""Buttons: one kind each for the main act, other acts, quiet ones, dangerous ones, tiles.

A button that has a key draws it as a cap and is pressed by it wherever the focus stands in its
window, as long as the button is in sight and enabled.
"""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QCoreApplication, QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QKeyEvent, QKeySequence, QPaintEvent, QPen, QShortcut
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui.common import icons
from ui.common.painting import LEFT, advance, cap_width, key_cap, painter_for
from ui.common.theme import theme

Kind = Literal["primary", "secondary", "quiet", "danger", "tile", "chosen"]

# kind -> tokens of fill, ink and edge
_LOOKS: dict[str, tuple[str | None, str, str | None]] = {
    "primary": ("accent", "on_accent", None),
    "secondary": ("surface", "text", "line_strong"),
    "quiet": (None, "accent", None),
    "danger": ("surface", "danger", "danger"),
    "tile": ("surface", "text", "line"),
    "chosen": ("accent_soft", "accent", "accent"),
}
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def icon_words(icon: str) -> str:
    """The name of a button that shows nothing but an icon."""
    translate = QCoreApplication.translate
    return {
        "left": translate("Button", "上一个"),
        "right": translate("Button", "下一个"),
        "zoom_in": translate("Button", "放大"),
        "zoom_out": translate("Button", "缩小"),
        "width": translate("Button", "和窗口一样宽"),
        "rotate": translate("Button", "转 90°"),
        "cross": translate("Button", "去掉"),
        "more": translate("Button", "更多"),
        "calendar": translate("Button", "选日期"),
    }[icon]


def key_sequences(key: str) -> list[QKeySequence]:
    """What a key cap's word stands for; Enter is both of the keyboard's."""
    named = {
        "Enter": [QKeySequence(Qt.Key.Key_Return), QKeySequence(Qt.Key.Key_Enter)],
        "Ctrl+Enter": [QKeySequence("Ctrl+Return"), QKeySequence("Ctrl+Enter")],
        "↑": [QKeySequence(Qt.Key.Key_Up)],
        "↓": [QKeySequence(Qt.Key.Key_Down)],
    }
    return named.get(key, [QKeySequence(key)])


def keeps_enter(event: QEvent) -> bool:
    """For the ``event`` of what answers Enter itself while it has the focus: keeps a plain Enter
    from every key binding of the window, and tells whether this event was such an Enter."""
    kept = (
        event.type() is QEvent.Type.ShortcutOverride
        and isinstance(event, QKeyEvent)
        and event.key() in ENTER
        and event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        == Qt.KeyboardModifier.NoModifier
    )
    if kept:
        event.accept()
    return kept


class PressedByEnter(QAbstractButton):
    """A button that Enter presses too while it has the focus, before any other key binding."""

    def event(self, event: QEvent) -> bool:
        return keeps_enter(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER:
            self.click()
        else:
            super().keyPressEvent(event)


def press_by_key(button: QAbstractButton, key: str, scope: QWidget | None = None) -> None:
    """Lets a key press the button at once, wherever the focus stands in the window; with
    ``scope`` only while the focus is inside that widget. (``setShortcut`` of Qt presses a tenth
    of a second later and is forgotten when the text changes.)"""
    shortcut = QShortcut(scope or button)
    shortcut.setKeys(key_sequences(key))
    shortcut.setContext(
        Qt.ShortcutContext.WidgetWithChildrenShortcut
        if scope is not None
        else Qt.ShortcutContext.WindowShortcut
    )

    def press() -> None:
        if button.isEnabled() and button.isVisible():
            button.click()

    shortcut.activated.connect(press)


class Button(PressedByEnter):
    """A button of one of the six kinds.

    At most one ``primary`` stands on a screen: what should be done next. ``key`` is drawn as a
    cap and presses the button; with ``scope`` only while the focus is inside that widget.
    ``icon`` stands before the word, ``tail`` behind it. Without a word, the icon gives the name.
    """

    def __init__(
        self,
        text: str,
        kind: Kind = "secondary",
        icon: str = "",
        key: str = "",
        *,
        big: bool = False,
        tail: str = "",
        role: str = "body",
        scope: QWidget | None = None,
        shown_key: str = "",
    ) -> None:
        """``shown_key`` is drawn only: something else answers that key, where it may."""
        super().__init__()
        self._kind: Kind = kind
        self._icon, self._big, self._tail, self._role = icon, big, tail, role
        self._key = key or shown_key
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.set_text(text)
        if key:
            press_by_key(self, key, scope)

    @property
    def kind(self) -> Kind:
        """What kind of button it is."""
        return self._kind

    @property
    def key(self) -> str:
        """The key on its cap, or nothing."""
        return self._key

    def set_kind(self, kind: Kind) -> None:
        """Makes it another kind, e.g. primary once the step lacks nothing."""
        self._kind = kind
        self.updateGeometry()
        self.update()

    def set_text(self, text: str) -> None:
        """Changes the word, and with it tool tip and accessible name."""
        self.setText(text)
        name = text or icon_words(self._icon)
        self.setAccessibleName(name)
        self.setToolTip(
            self.tr("{name}（{key}）").format(name=name, key=self._key)
            if self._key
            else ("" if text else name)
        )
        self.updateGeometry()
        self.update()

    def show_key(self, key: str) -> None:
        """Draws another key on the cap, or none; who answers that key is another's business."""
        self._key = key
        self.set_text(self.text())

    def set_icon(self, icon: str) -> None:
        """Changes the icon before the word."""
        self._icon = icon
        self.updateGeometry()
        self.update()

    def _font(self) -> QFont:
        return theme().font(self._role, self._kind == "primary")

    def _content(self) -> int:
        """The width of icon, word, tail and key cap together."""
        side = theme().grown(20)
        width = advance(self.text(), self._font())
        if self._icon:
            width += side + (8 if self.text() else 0)
        if self._tail:
            width += side + 4
        if self._key:
            width += cap_width(self._key) + 10
        return width

    def sizeHint(self) -> QSize:
        t = theme()
        high = t.height("primary") if self._big else t.height("control")
        pad = 12 if self._kind == "quiet" else 16
        return QSize(max(self._content() + 2 * pad, high), high)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _colours(self) -> tuple[QColor | None, QColor, QColor | None]:
        t = theme()
        if not self.isEnabled():
            quiet = self._kind == "quiet"
            plate = None if quiet else t.colour("sunken")
            return plate, t.colour("text2"), None if quiet else t.colour("line")
        fill, ink, edge = _LOOKS[self._kind]
        if self.underMouse() and fill is not None:
            fill = "accent_hover" if self._kind == "primary" else "sunken"
        return (
            t.colour(fill) if fill else None,
            t.colour(ink),
            t.colour(edge) if edge else None,
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = theme(), painter_for(self)
        fill, ink, edge = self._colours()
        painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
        if edge is None:
            painter.setPen(Qt.PenStyle.NoPen)
        else:
            line = Qt.PenStyle.SolidLine if self.isEnabled() else Qt.PenStyle.DashLine
            painter.setPen(QPen(edge, t.edge, line))
        inset = t.edge / 2
        radius = t.radius("control")
        box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(box, radius, radius)
        side, font = t.grown(20), self._font()
        x, top = (self.width() - self._content()) / 2, (self.height() - side) / 2
        if self.isDown():
            top += 1
        if self._icon:
            icons.draw(painter, self._icon, x, top, side, ink)
            x += side + (8 if self.text() else 0)
        words = advance(self.text(), font)
        painter.setFont(font)
        painter.setPen(ink)
        down = 1 if self.isDown() else 0
        painter.drawText(QRectF(x, down, words + 2, self.height()), LEFT, self.text())
        x += words
        if self._tail:
            icons.draw(painter, self._tail, x + 4, top, side, ink)
            x += side + 4
        if self._key:
            key_cap(painter, x + 10, self.height() / 2, self._key, ink)


class SmallLink(Button):
    """A quiet button in caption size, for what is rarely needed."""

    def __init__(self, text: str, key: str = "", icon: str = "", tail: str = "") -> None:
        super().__init__(text, "quiet", icon, key, tail=tail, role="caption")

    def sizeHint(self) -> QSize:
        t = theme()
        return QSize(super().sizeHint().width(), max(36, t.height("control") - 4))
