"""Words on the screen: labels in the four sizes, icons, key caps, figures with their unit."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from ui.common import icons
from ui.common.layout import column, restyle, row
from ui.common.painting import LEFT, cap_width, key_cap, painter_for
from ui.common.theme import theme
from ui.common.tones import Tone


class Text(QLabel):
    """A label in one of the four sizes.

    ``role`` is caption, body, title or figure; ``ink`` a token such as text2 or danger. With
    ``elide`` it gives way instead of pushing the layout apart, and shows the whole text as its
    tool tip; with ``copy`` it can be selected.
    """

    def __init__(
        self,
        text: str = "",
        role: str = "body",
        ink: str = "text",
        *,
        bold: bool = False,
        wrap: bool = False,
        copy: bool = False,
        elide: bool = False,
    ) -> None:
        super().__init__(text)
        self._elide = elide
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setProperty("ink", ink)
        self.setProperty("strong", bold)
        self.setWordWrap(wrap)
        if copy:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.setCursor(Qt.CursorShape.IBeamCursor)
        if elide:
            self.setMinimumWidth(40)
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_ink(self, ink: str) -> None:
        """Gives the words another colour."""
        if self.property("ink") != ink:
            self.setProperty("ink", ink)
            restyle(self)

    def set_bold(self, bold: bool) -> None:
        """Makes the words bold or not."""
        if bool(self.property("strong")) != bold:
            self.setProperty("strong", bold)
            restyle(self)

    @property
    def shortened(self) -> bool:
        """Whether not all of the text is in sight."""
        return self._elide and self._advance() > self.contentsRect().width()

    def _advance(self) -> int:
        self.ensurePolished()
        return QFontMetrics(self.font()).horizontalAdvance(self.text())

    def paintEvent(self, event: QPaintEvent) -> None:
        # a selection shows the real text, so that what is copied is never the shortened one
        if not self.shortened or self.hasSelectedText():
            super().paintEvent(event)
            return
        box = self.contentsRect()
        words = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, box.width())
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(box, LEFT, words)

    def event(self, event: QEvent) -> bool:
        if (
            event.type() is QEvent.Type.ToolTip
            and isinstance(event, QHelpEvent)
            and not self.toolTip()
            and self.shortened
        ):
            QToolTip.showText(event.globalPos(), self.text(), self)
            return True
        return super().event(event)


class Icon(QWidget):
    """An icon of ``size`` pixels that follows type size and mode. It is decoration: the word
    stands beside it, so a screen reader passes it over."""

    def __init__(self, name: str, size: int = 20, ink: str = "text2", width: float = 1.75) -> None:
        super().__init__()
        self._name, self._size, self._ink, self._width = name, size, ink, width
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    @classmethod
    def of(cls, tone: Tone, size: int = 20) -> Icon:
        """The shape of a state in its colour."""
        return cls(tone.shape, size, tone.ink_name)

    def set(self, name: str, ink: str | None = None) -> None:
        """Shows another icon."""
        self._name, self._ink = name, ink or self._ink
        self.update()

    def set_tone(self, tone: Tone) -> None:
        """Shows the shape of a state."""
        self.set(tone.shape, tone.ink_name)

    def sizeHint(self) -> QSize:
        side = theme().grown(self._size)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme()
        painter = painter_for(self)
        icons.draw(painter, self._name, 0, 0, t.grown(self._size), t.colour(self._ink), self._width)


class KeyCap(QWidget):
    """A key, drawn as a cap."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        return QSize(cap_width(self._key) + 2, theme().px("caption") + 9)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        key_cap(painter_for(self), 1, self.height() / 2, self._key, theme().colour("text2"))


class Figure(QWidget):
    """A number in the largest size, its unit small and grey beside it, its word below."""

    def __init__(self, value: str = "", unit: str = "", word: str = "") -> None:
        super().__init__()
        self._value = Text(value, "figure", bold=True, copy=True)
        self._unit = Text(unit, "caption", "text2")
        self._word = Text(word, "caption", "text2", elide=True)
        box: QVBoxLayout = column(row(self._value, self._unit, None, gap=4), self._word, gap=0)
        self.setLayout(box)
        self.set(value, unit, word)

    def set(self, value: str, unit: str | None = None, word: str | None = None) -> None:
        """Shows another figure; unit and word stay unless given."""
        self._value.setText(value)
        if unit is not None:
            self._unit.setText(unit)
        if word is not None:
            self._word.setText(word)
        self._word.setVisible(bool(self._word.text()))
        self.setAccessibleName(f"{self._word.text()} {value} {self._unit.text()}".strip())

    def value(self) -> str:
        """The figure as shown."""
        return self._value.text()
