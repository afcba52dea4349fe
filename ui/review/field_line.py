"""A line of the e-form beside the papers: what it is called, what it says. Pressed, it asks for
the paper that shows it; Ctrl+C copies what it says."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from ui.common.buttons import PressedByEnter
from ui.common.language import current
from ui.common.painting import advance, painter_for, write
from ui.common.theme import theme

_LABEL, _LABEL_EN = 5.2, 8.4  # how many heights of the type a label takes


class FieldLine(PressedByEnter):
    """One field. A long value takes a second row instead of being cut."""

    def __init__(self, label: str, value: str) -> None:
        super().__init__()
        self.setText(label)
        self.value = value
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("{label}：{value}").format(label=label, value=value or "—"))
        self.setToolTip(value or label)

    def _width_of_label(self) -> int:
        return round((_LABEL if current() == "zh" else _LABEL_EN) * theme().px("caption"))

    def _rows(self) -> int:
        t = theme()
        room = max(60, self.width() - self._width_of_label() - 24)
        return 2 if advance(self.value, t.font("body")) > room else 1

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(220, round(theme().px("body") * 1.42) * self._rows() + 10)

    def minimumSizeHint(self) -> QSize:
        return QSize(140, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.value)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = theme(), painter_for(self)
        if self.isChecked() or self.underMouse():
            edge = t.colour("accent") if self.isChecked() else t.colour("sunken")
            painter.setPen(QPen(edge, 2 if self.isChecked() else 1))
            painter.setBrush(t.colour("accent_soft" if self.isChecked() else "sunken"))
            radius = t.radius("control")
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)
        line = round(t.px("body") * 1.42)
        wide = self._width_of_label()
        label = QRectF(10, 5, wide - 4, line)
        write(painter, label, self.text(), t.font("caption"), t.colour("text2"))
        box = QRectF(10 + wide, 5, self.width() - wide - 18, self.height() - 10)
        if self._rows() == 1:
            box.setHeight(line)
            ink = t.colour("text" if self.value else "text2")
            write(painter, box, self.value or "—", t.font("body"), ink)
        else:
            painter.setFont(t.font("body"))
            painter.setPen(t.colour("text"))
            top = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
            painter.drawText(box, top | Qt.TextFlag.TextWrapAnywhere, self.value)
