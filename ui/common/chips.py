"""Chips: a state as shape, word and colour in one. Pale with round ends; cards are filled plates
with square corners, so that a yellow card is never mistaken for a warning."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui.common import icons
from ui.common.painting import LEFT, advance, painter_for, write
from ui.common.theme import theme
from ui.common.tones import Tone

_LOW_PAD, _PLAIN_PAD = 8, 4


def chip_width(text: str, plain: bool = False, filled: bool = False) -> int:
    """How wide a chip with these words is."""
    t = theme()
    pad = 0 if plain else 10
    return advance(text, t.font("caption", filled)) + t.grown(18) + 6 + 2 * pad + 2


def chip_height(plain: bool = False, low: bool = False) -> int:
    """How high a chip is; ``low`` ones stand inside rows and cards."""
    t = theme()
    if plain:
        return t.grown(18) + _PLAIN_PAD
    return t.grown(18) + _LOW_PAD if low else t.height("chip")


def paint_chip(
    painter: QPainter,
    box: QRectF,
    text: str,
    tone: Tone,
    *,
    icon: str = "",
    plain: bool = False,
    filled: bool = False,
) -> None:
    """Draws a chip that fills ``box``; used by the widget and by the delegates of tables."""
    t = theme()
    ink, soft = tone.ink, tone.soft
    if filled and tone in (Tone.WARN, Tone.DANGER):
        ink, soft = t.colour(f"on_{tone}"), t.colour(f"{tone}_fill")
    x, mark = box.x(), t.grown(18)
    if not plain:
        painter.setBrush(soft)
        painter.setPen(QPen(ink if t.edge == 2 else soft, 1))
        radius = t.radius("control") if filled else box.height() / 2 - 0.5
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        x += 10
    top = box.y() + (box.height() - mark) / 2
    icons.draw(painter, icon or tone.shape, x, top, mark, ink, 2)
    room = QRectF(x + mark + 6, box.y(), box.right() - x - mark - 6, box.height())
    write(painter, room, text, t.font("caption", filled), ink)


class Chip(QWidget):
    """A state in a word. ``plain`` leaves the ground away (inside cards), ``filled`` makes the
    plate of a yellow or red card, ``low`` fits it into a row."""

    def __init__(
        self,
        text: str,
        tone: Tone = Tone.TODO,
        icon: str = "",
        *,
        plain: bool = False,
        filled: bool = False,
        low: bool = False,
    ) -> None:
        super().__init__()
        self._plain, self._filled, self._low = plain, filled, low
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set(text, tone, icon)

    def set(self, text: str, tone: Tone | None = None, icon: str = "") -> None:
        """Shows another state."""
        self._text, self._icon = text, icon
        self._tone = tone or self._tone
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    _tone = Tone.TODO

    def text(self) -> str:
        """Its words."""
        return self._text

    @property
    def tone(self) -> Tone:
        """Its state."""
        return self._tone

    def sizeHint(self) -> QSize:
        return QSize(
            chip_width(self._text, self._plain, self._filled), chip_height(self._plain, self._low)
        )

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_chip(
            painter_for(self),
            QRectF(self.rect()),
            self._text,
            self._tone,
            icon=self._icon,
            plain=self._plain,
            filled=self._filled,
        )


class DeviceChip(QAbstractButton):
    """A device in the top bar: icon, name, lamp.

    ``ready`` true is a filled disc, false a struck ring and grey, None shows no lamp. ``note``
    says what is wrong and what to do; it is the tool tip and part of the accessible name.
    """

    def __init__(
        self,
        icon: str,
        name: str,
        ready: bool | None = True,
        note: str = "",
        *,
        chosen: bool = False,
    ) -> None:
        super().__init__()
        self._icon, self._chosen = icon, chosen
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set(name, ready, note)

    def set(self, name: str, ready: bool | None, note: str = "") -> None:
        """Shows another state, e.g. when the device was unplugged."""
        self._ready = ready
        self.setText(name)
        self.setToolTip(note or name)
        state = "" if ready is None else self.tr("：能用") if ready else self.tr("：没接上")
        self.setAccessibleName(f"{name}{state}")
        self.setAccessibleDescription(note)
        self.updateGeometry()
        self.update()

    @property
    def ready(self) -> bool | None:
        """What the lamp says."""
        return self._ready

    def set_chosen(self, chosen: bool) -> None:
        """Marks that its page is open."""
        self._chosen = chosen
        self.update()

    def sizeHint(self) -> QSize:
        t = theme()
        width = advance(self.text(), t.font("caption")) + t.grown(20)
        return QSize(width + (22 if self._ready is None else 38), t.height("control") - 4)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = theme(), painter_for(self)
        ink = t.colour("text2" if self._ready is False else "accent" if self._chosen else "text")
        if self.underMouse() or self._chosen:
            painter.setBrush(t.colour("accent_soft" if self._chosen else "sunken"))
            painter.setPen(Qt.PenStyle.NoPen)
            radius = t.radius("control")
            painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        size = t.grown(20)
        icons.draw(painter, self._icon, 8, (self.height() - size) / 2, size, ink)
        painter.setFont(t.font("caption"))
        painter.setPen(ink)
        painter.drawText(QRectF(14 + size, 0, self.width(), self.height()), LEFT, self.text())
        centre = QPointF(self.width() - 12, self.height() / 2)
        if self._ready:
            painter.setBrush(t.colour("ok"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(centre, 4.5, 4.5)
        elif self._ready is False:
            struck_ring(painter, centre, 4, t.colour("text2"))


def struck_ring(painter: QPainter, centre: QPointF, radius: float, ink: QColor) -> None:
    """The sign for what is absent or used up."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink, 1.6))
    painter.drawEllipse(centre, radius, radius)
    leg = radius * 0.7
    painter.drawLine(centre + QPointF(-leg, leg), centre + QPointF(leg, -leg))


class Pips(QWidget):
    """Tries left: filled discs; used up: struck rings. The number stands beside it in words."""

    def __init__(self, left: int, total: int) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set(left, total)

    def set(self, left: int, total: int) -> None:
        """Shows ``left`` of ``total`` tries."""
        self._left, self._total = left, total
        self.setAccessibleName(
            self.tr("还可试 {left} 次，共 {total} 次").format(left=left, total=total)
        )
        self.updateGeometry()
        self.update()

    @property
    def total(self) -> int:
        """How many tries there are in all."""
        return self._total

    def sizeHint(self) -> QSize:
        return QSize(self._total * 18, 20)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = theme(), painter_for(self)
        for i in range(self._total):
            centre = QPointF(9 + i * 18, self.height() / 2)
            if i < self._left:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(t.colour("accent"))
                painter.drawEllipse(centre, 5.5, 5.5)
            else:
                struck_ring(painter, centre, 5, t.colour("text2"))


def marks_width(marks: list[tuple[str, Tone]]) -> int:
    """How wide named marks in a row are."""
    t = theme()
    font = t.font("caption")
    return sum(advance(name, font) + 2 + t.grown(16) + 12 for name, _ in marks)


def paint_marks(painter: QPainter, box: QRectF, marks: list[tuple[str, Tone]]) -> None:
    """Draws names with the shape of their state, e.g. which levels have signed."""
    t = theme()
    font, side, x = t.font("caption"), t.grown(16), box.x()
    for name, tone in marks:
        width = advance(name, font)
        quiet = tone in (Tone.EXEMPT, Tone.TODO, Tone.WARN)
        ink = t.colour("text2" if quiet else "text")
        painter.setFont(font)
        painter.setPen(ink)
        painter.drawText(QRectF(x, box.y(), width + 2, box.height()), LEFT, name)
        x += width + 2
        top = box.y() + (box.height() - side) / 2
        icons.draw(painter, tone.shape, x, top, side, tone.ink, 2.2)
        x += side + 12


class Marks(QWidget):
    """Names with the shape of their state, such as village, township and county with what is
    known of their signatures. ``words`` says the same for a screen reader."""

    def __init__(self, marks: list[tuple[str, Tone]], words: str) -> None:
        super().__init__()
        self._marks = marks
        self.setAccessibleName(words)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(marks_width(self._marks), theme().px("caption") + 12)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_marks(painter_for(self), QRectF(self.rect()), self._marks)
