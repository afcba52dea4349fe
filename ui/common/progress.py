"""Progress: a bar, and the words for the rest of the time. No spinner without words."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.common.painting import painter_for
from ui.common.theme import theme


class Progress(QWidget):
    """A bar 8 px high. ``share`` is 0 to 1; None means that it runs and nobody knows how long:
    the bar is hatched then. ``width`` 0 takes all the room."""

    def __init__(self, share: float | None = 0.0, width: int = 160, tone: str = "accent") -> None:
        super().__init__()
        self._width, self._tone = width, tone
        across = QSizePolicy.Policy.Fixed if width else QSizePolicy.Policy.Expanding
        self.setSizePolicy(across, QSizePolicy.Policy.Fixed)
        self.set_share(share)

    def set_share(self, share: float | None) -> None:
        """Moves the bar."""
        self._share = None if share is None else min(1.0, max(0.0, share))
        self.setAccessibleName(
            self.tr("正在进行")
            if self._share is None
            else self.tr("进度 {percent}%").format(percent=round(self._share * 100))
        )
        self.update()

    @property
    def share(self) -> float | None:
        """How much is done."""
        return self._share

    def sizeHint(self) -> QSize:
        return QSize(self._width or 160, 8)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._width or 48, 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter, box = theme(), painter_for(self), QRectF(self.rect())
        half = box.height() / 2
        framed = t.edge == 2
        painter.setPen(QPen(t.colour("line_strong"), 1) if framed else Qt.PenStyle.NoPen)
        painter.setBrush(t.colour("sunken"))
        painter.drawRoundedRect(box, half, half)
        painter.setPen(Qt.PenStyle.NoPen)
        if self._share is None:
            painter.setBrush(Qt.GlobalColor.transparent)
            painter.setPen(QPen(t.colour(self._tone), 2))
            for x in range(0, self.width(), 8):
                painter.drawLine(x, self.height(), x + self.height(), 0)
            return
        painter.setBrush(t.colour(self._tone))
        width = max(box.height(), box.width() * self._share)
        painter.drawRoundedRect(QRectF(0, 0, width, box.height()), half, half)
