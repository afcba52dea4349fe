"""Lines of short lists: a thing and where it leads, what is missing, a required paper.

Each line is a button: the whole of it is the target. Lists that can grow long (queues, tables)
are models with delegates; see ``tables`` and ``cards``.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from ui.common import icons
from ui.common.buttons import PressedByEnter
from ui.common.painting import advance, painter_for, write
from ui.common.pictures import paint_thumbnail
from ui.common.theme import theme
from ui.common.tones import Tone


class _Line(PressedByEnter):
    """What the lines share: two rows of words, a pale ground under the mouse or when chosen."""

    def __init__(self, text: str, note: str) -> None:
        super().__init__()
        self._note = note
        self.setText(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._name_it()

    def _name_it(self) -> None:
        parts = (self.text(), self._note)
        self.setAccessibleName(self.tr("，").join(part for part in parts if part))
        self.setToolTip("\n".join(part for part in parts if part))

    @property
    def note(self) -> str:
        """What is said below the name."""
        return self._note

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def _ground(self, painter: QPainter) -> None:
        t = theme()
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.isChecked():
            painter.setPen(QPen(t.colour("accent"), 2))
            painter.setBrush(t.colour("accent_soft"))
        elif self.underMouse() and self.isEnabled():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(t.colour("sunken"))
        else:
            return
        painter.drawRoundedRect(box, t.radius("card"), t.radius("card"))

    def _words(
        self, painter: QPainter, x: float, right: float, ink: QColor, bold: bool, indent: float = 0
    ) -> tuple[float, float]:
        """Writes the two rows between ``x`` and ``right``; the second begins ``indent`` later.
        Returns the top and the height of the second row."""
        t = theme()
        first = round(t.px("body") * 1.4)
        second = round(t.px("caption") * 1.4) if self._note else 0
        y = (self.height() - first - second) / 2
        name_box = QRectF(x, y, right - x, first)
        write(painter, name_box, self.text(), t.font("body", bold), t.colour("text"))
        if self._note:
            note_box = QRectF(x + indent, y + first, right - x - indent, second)
            write(painter, note_box, self._note, t.font("caption"), ink)
        return y + first, second


class Line(_Line):
    """A thing in a list: mark at the left, name, what is said about it, and at the right where
    it leads. ``icon`` "none" leaves the mark away; ``figure`` is a count at the right."""

    def __init__(
        self,
        text: str,
        note: str = "",
        icon: str = "",
        tone: Tone = Tone.TODO,
        *,
        tail: str = "right",
        figure: str = "",
        indent: int = 0,
        bold: bool = False,
        choosable: bool = False,
    ) -> None:
        self._icon, self._tone, self._tail = icon, tone, tail
        self._figure, self._indent, self._bold = figure, indent, bold
        super().__init__(text, note)
        self.setCheckable(choosable)
        if figure and not note:
            self.setAccessibleName(f"{text} {figure}")

    def set(self, text: str, note: str = "", tone: Tone | None = None, icon: str = "") -> None:
        """Shows something else."""
        self._note, self._tone, self._icon = note, tone or self._tone, icon or self._icon
        self.setText(text)
        self._name_it()
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        t = theme()
        lines = t.px("body") + (t.px("caption") if self._note else 0)
        return QSize(160, max(t.height("control"), round(lines * 1.45) + 14))

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = theme(), painter_for(self)
        self._ground(painter)
        side, x = t.grown(22), 12.0 + self._indent
        name = self._icon or self._tone.shape
        if name != "none":
            top = (self.height() - side) / 2
            icons.draw(painter, name, x, top, side, self._tone.ink, 1.9)
            x += side + 10
        right = self.width() - 12.0
        quiet = t.colour("text2")
        if self._tail:
            icons.draw(painter, self._tail, right - 16, (self.height() - 18) / 2, 18, quiet)
            right -= 24
        if self._figure:
            font = t.font("caption")
            width = advance(self._figure, font)
            box = QRectF(right - width, 0, width + 2, self.height())
            write(painter, box, self._figure, font, quiet)
            right -= width + 8
        note_ink = self._tone.ink if self._tone.loud else quiet
        self._words(painter, x, right, note_ink, self.isChecked() or self._bold)


class MissingLine(_Line):
    """A line of 还缺什么: shape, what is missing, where it is mended."""

    def __init__(self, text: str, where: str, tone: Tone = Tone.TODO) -> None:
        self._tone = tone
        super().__init__(text, where)

    @property
    def tone(self) -> Tone:
        """Missing, or there but doubtful."""
        return self._tone

    def sizeHint(self) -> QSize:
        t = theme()
        return QSize(200, round((t.px("body") + t.px("caption")) * 1.5) + 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = theme(), painter_for(self)
        self._ground(painter)
        side = t.grown(20)
        icons.draw(painter, self._tone.shape, 12, 12, side, self._tone.ink, 2)
        quiet = t.colour("text2")
        self._words(painter, side + 22.0, self.width() - 30.0, quiet, False)
        icons.draw(painter, "right", self.width() - 26, (self.height() - 18) / 2, 18, quiet)


class TrayLine(_Line):
    """A required paper: its first page small, its name, its state in words. Not yet taken is a
    dashed frame; exempt and promised-later have their own shapes, they are not "missing"."""

    def __init__(
        self, name: str, note: str, tone: Tone = Tone.TODO, image: QImage | None = None
    ) -> None:
        self._tone, self._image = tone, image
        super().__init__(name, note)
        self.setCheckable(True)

    def set(self, note: str, tone: Tone, image: QImage | None = None) -> None:
        """Shows another state of the same paper."""
        self._note, self._tone, self._image = note, tone, image
        self._name_it()
        self.update()

    @property
    def tone(self) -> Tone:
        """Its state."""
        return self._tone

    def sizeHint(self) -> QSize:
        t = theme()
        return QSize(200, round((t.px("body") + t.px("caption")) * 1.45) + 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = theme(), painter_for(self)
        self._ground(painter)
        cell = QRectF(10, (self.height() - 44) / 2, 56, 44)
        if self._image is not None:
            paint_thumbnail(painter, self._image, cell, True)
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(t.colour("line_strong"), 1, Qt.PenStyle.DashLine))
            tag = t.radius("tag")
            painter.drawRoundedRect(cell.adjusted(0.5, 0.5, -0.5, -0.5), tag, tag)
            icon = {Tone.EXEMPT: "link", Tone.LATER: "clock"}.get(self._tone, "camera")
            centre = cell.center()
            icons.draw(painter, icon, centre.x() - 10, centre.y() - 10, 20, t.colour("text2"))
        side, x = t.grown(16), cell.right() + 12
        top, high = self._words(
            painter, x, self.width() - 8.0, self._tone.ink, self.isChecked(), side + 6
        )
        y = top + (high - side) / 2
        icons.draw(painter, self._tone.shape, x, y, side, self._tone.ink, 2.2)
