"""The strips across the window: what runs and what was done, and the mark of training."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from station.clock import china_now
from ui.common.buttons import Button, SmallLink
from ui.common.layout import Plate, holder, row, themed_height
from ui.common.painting import painter_for
from ui.common.progress import Progress
from ui.common.text import Icon, Text
from ui.common.theme import theme
from ui.common.wording import clock_words


class TrainingStrip(QWidget):
    """Lies under the top bar as long as one practises: hatched edge, icon, words, the way out."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        words = self.tr("资料是假的，随便点，什么都不会真的送出去。打印的纸上都有“培训”两字。")
        out = Button(self.tr("不练了"))
        out.clicked.connect(self.left)
        self.setAccessibleName(self.tr("练习中。{words}").format(words=words))
        self.setLayout(
            row(
                Icon("practice", 22, "warn"),
                Text(self.tr("练习"), bold=True),
                (Text(words, elide=True), 1),
                out,
                gap=10,
                margins=(32, 4, 16, 4),
            )
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = theme(), painter_for(self)
        painter.fillRect(self.rect(), t.colour("warn_soft"))
        painter.setClipRect(0, 0, 16, self.height())
        painter.setPen(QPen(t.colour("warn"), 4))
        for x in range(-self.height(), 16, 11):
            painter.drawLine(x, self.height() + 2, x + self.height(), 0)
        painter.setClipping(False)
        painter.setPen(QPen(t.colour("warn"), 1))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)


class StripWork:
    """One piece of work in the status strip; satisfies ``page.WorkLine``."""

    def __init__(self, strip: StatusStrip, words: str, cancel: Callable[[], None] | None) -> None:
        self._strip = strip
        self.words, self.cancel = words, cancel
        self.share: float | None = None

    def progress(self, share: float | None, words: str = "") -> None:
        """Moves the bar; words replace those shown."""
        self.share, self.words = share, words or self.words
        self._strip.refresh()

    def end(self) -> None:
        """Takes it out of the strip."""
        self._strip.forget(self)


class StatusStrip(Plate):
    """Left what runs (bar, words, cancel), right the last thing done and its undo."""

    def __init__(self) -> None:
        super().__init__(name="bar")
        self._works: list[StripWork] = []
        self._undo: Callable[[], None] | None = None
        self._bar = Progress(None, 144)
        self._doing = Text("", "caption", elide=True)
        self._doing.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._cancel = SmallLink(self.tr("取消"))
        self._cancel.clicked.connect(self._cancel_newest)
        self._more = Text("", "caption", "text2")
        self._idle = Text("", "caption", "text2", elide=True)
        self._mark = Icon("s_ok", 18, "ok")
        self._done = Text("", "caption", "text2", copy=True)
        self._undo_link = SmallLink(self.tr("撤销"), "Ctrl+Z")
        self._undo_link.clicked.connect(self._take_back)
        self._rest = QWidget()  # keeps what was done at the right while nothing runs
        self._left = holder(row(self._bar, self._doing, self._cancel, self._more, None, gap=8))
        self.setLayout(
            row(
                (self._left, 1),
                (self._idle, 1),
                (self._rest, 1),
                self._mark,
                self._done,
                self._undo_link,
                gap=8,
                margins=(16, 0, 8, 0),
            )
        )
        themed_height(self, "strip")
        self.clear()

    def clear(self) -> None:
        """Nothing runs and nothing was done."""
        self._works = []
        self._undo = None
        self._done.setText("")
        self._idle.setText("")
        for part in (self._mark, self._done, self._undo_link, self._idle):
            part.hide()
        self.refresh()

    def work(self, words: str, cancel: Callable[[], None] | None = None) -> StripWork:
        """Begins to show a piece of work."""
        work = StripWork(self, words, cancel)
        self._works.append(work)
        self.refresh()
        return work

    def forget(self, work: StripWork) -> None:
        """The work has ended."""
        if work in self._works:
            self._works.remove(work)
            self.refresh()

    def refresh(self) -> None:
        """Shows the newest work and how many others run."""
        self._left.setVisible(bool(self._works))
        self._idle.setVisible(not self._works and bool(self._idle.text()))
        self._rest.setVisible(not self._works and not self._idle.text())
        if not self._works:
            return
        newest = self._works[-1]
        self._bar.set_share(newest.share)
        self._doing.setText(newest.words)
        self._cancel.setVisible(newest.cancel is not None)
        others = len(self._works) - 1
        self._more.setText(self.tr("另有 {count} 件在跑").format(count=others))
        self._more.setVisible(others > 0)

    def say(
        self, words: str, undo: Callable[[], None] | None = None, now: datetime | None = None
    ) -> None:
        """The last thing done, when, and how to take it back."""
        self._undo = undo
        self._done.setText(f"{words}  {clock_words(now or china_now(), seconds=True)}")
        self._mark.show()
        self._done.show()
        self._undo_link.setVisible(undo is not None)

    def rest(self, words: str) -> None:
        """What stands at the left while nothing runs."""
        self._idle.setText(words)
        self.refresh()

    @property
    def said(self) -> str:
        """The last thing done, as shown."""
        return self._done.text()

    @property
    def doing(self) -> str:
        """What runs, as shown."""
        return self._doing.text() if self._works else ""

    def _cancel_newest(self) -> None:
        if self._works and (cancel := self._works[-1].cancel) is not None:
            cancel()

    def _take_back(self) -> None:
        undo, self._undo = self._undo, None
        self._undo_link.hide()
        if undo is not None:
            undo()
