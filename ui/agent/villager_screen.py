"""The villager's screen (给申请人看的屏): what is signed, large, and where to sign it.

A window of its own, on the second monitor where there is one. The villager turns the pages; the
agent sees the same page and the same strokes on the own screen. Two moments instead of the one
crowded screen of the drawing: first the page as wide as the screen, so that it can be read; then
four lines of what is signed and the field. Calling the agent is always possible.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QFont, QGuiApplication, QKeyEvent, QPaintEvent, QPen, QScreen
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from ui.common import icons
from ui.common.buttons import PressedByEnter
from ui.common.focus import FocusRing
from ui.common.layout import card, clear, column, holder, row
from ui.common.painting import LEFT, advance, painter_for
from ui.common.paper_view import PaperView
from ui.common.sign_pad import Ink, SignPad
from ui.common.tasks import Tasks
from ui.common.text import Icon, Text
from ui.common.theme import theme

_HIGH = 76
_STEP = 0.8  # of the view: the last lines read stay in sight
_ZOOM = 1.16  # the page's empty margins may leave the screen: its letters are larger for it


def second_screen(of: QWidget) -> QScreen | None:
    """The monitor that turns to the villager, if this PC has a second one."""
    own = of.screen()
    return next((screen for screen in QGuiApplication.screens() if screen is not own), None)


class BigButton(PressedByEnter):
    """A verb on a plate 76 px high; ``main`` is what to do next."""

    def __init__(self, text: str, icon: str, *, main: bool = False) -> None:
        super().__init__()
        self._icon, self._main = icon, main
        self.setText(text)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def set_main(self, main: bool) -> None:
        """Makes it what to do next, or takes that back."""
        self._main = main
        self.update()

    def _font(self) -> QFont:
        return theme().font("figure", self._main)

    def _content(self) -> int:
        return advance(self.text(), self._font()) + theme().grown(30) + 14

    def sizeHint(self) -> QSize:
        return QSize(self._content() + 48, theme().grown(_HIGH, 0.5))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = theme(), painter_for(self)
        on = self._main and self.isEnabled()
        ink = t.colour("on_accent" if on else "text" if self.isEnabled() else "text2")
        painter.setBrush(t.colour("accent" if on else "surface" if self.isEnabled() else "sunken"))
        painter.setPen(QPen(t.colour("accent" if on else "line_strong"), t.edge))
        inset = t.edge / 2
        box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(box, t.radius("card"), t.radius("card"))
        side = t.grown(30)
        x = (self.width() - self._content()) / 2
        icons.draw(painter, self._icon, x, (self.height() - side) / 2, side, ink, 1.9)
        painter.setFont(self._font())
        painter.setPen(ink)
        words = QRectF(x + side + 14, 0, self.width(), self.height())
        painter.drawText(words, LEFT, self.text())


class VillagerScreen(QWidget):
    """``called``: the villager wants the agent. ``page_changed`` and ``ink_changed`` tell what the
    villager sees and writes; ``written`` that the name is complete; ``closed`` that it is gone."""

    called = Signal()
    page_changed = Signal(int)
    ink_changed = Signal(object)
    written = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget, tasks: Tasks, agent: str) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(self.tr("给申请人看的屏"))
        self.setProperty("plate", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._alone = False
        self._head = Text("", "figure", bold=True, elide=True)
        call = BigButton(self.tr("叫{agent}").format(agent=agent), "hand")
        call.clicked.connect(self._call)
        self._stack = QStackedWidget()
        self._waiting = self._waiting_page(agent)
        self._reading = self._reading_page(tasks)
        self._signing = self._signing_page()
        self._finished = self._finished_page()
        for page in (self._waiting, self._reading, self._signing, self._finished):
            self._stack.addWidget(page)
        self.setLayout(
            column(
                row((self._head, 1), call, gap=24),
                (self._stack, 1),
                gap=16,
                margins=(28, 20, 28, 20),
            )
        )
        self._ring = FocusRing(self)

    # ---------------------------------------------------------------- layout
    def _waiting_page(self, agent: str) -> QWidget:
        return holder(
            column(
                None,
                Text(self.tr("请稍等，{agent}正在准备。").format(agent=agent), "figure"),
                None,
            )
        )

    def _reading_page(self, tasks: Tasks) -> QWidget:
        self._up = BigButton(self.tr("往上"), "up")
        self._down = BigButton(self.tr("往下"), "down", main=True)
        self.paper = PaperView(tasks, self.tr("要您签的表"))
        self.paper.page_changed.connect(self._page_turned)
        self.paper.set_zoom(_ZOOM)
        self.paper.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.paper.horizontalScrollBar().rangeChanged.connect(self._centre)
        self.paper.loaded.connect(lambda _: self._down.setFocus())
        self.paper.verticalScrollBar().valueChanged.connect(self._moved)
        self.paper.verticalScrollBar().rangeChanged.connect(self._moved)
        self._up.clicked.connect(lambda: self.turn(-1))
        self._down.clicked.connect(lambda: self.turn(1))
        self._where = Text("", "figure", "text2")
        self._sign = BigButton(self.tr("看完了，签名"), "pen")
        self._sign.clicked.connect(self.go_sign)
        return holder(
            column(
                (self.paper, 1),
                row(self._up, self._down, None, self._where, None, self._sign, gap=16),
                gap=16,
            )
        )

    def _signing_page(self) -> QWidget:
        self._lines = column(gap=10)
        self._ask = Text(self.tr("对的话，在这里写名字"), "figure", bold=True)
        self._wrong = Text("", "figure", "danger", wrap=True)
        self._wrong.hide()
        self.pad = SignPad(self.tr("签名的地方"))
        self.pad.changed.connect(self._ink_changed)
        self._again = BigButton(self.tr("再看一遍"), "form")
        self._again.clicked.connect(self.go_read)
        self._wipe = BigButton(self.tr("重写"), "undo")
        self._wipe.clicked.connect(self.pad.clear)
        self._done = BigButton(self.tr("写好了"), "check", main=True)
        self._done.clicked.connect(self.written)
        return holder(
            column(
                card(self._lines, (24, 16, 24, 16)),
                row(self._ask, (self._wrong, 1), gap=24),
                (self.pad, 1),
                row(self._again, None, self._wipe, (self._done, 1), gap=16),
                gap=14,
            )
        )

    def _finished_page(self) -> QWidget:
        self._told = Text("", "figure", wrap=True)
        return holder(
            column(
                None,
                row(
                    Icon("s_ok", 56, "ok"),
                    (Text(self.tr("签好了，谢谢您。"), "figure", bold=True), 1),
                    gap=20,
                ),
                24,
                self._told,
                None,
                None,
            )
        )

    # ---------------------------------------------------------------- what the agent shows
    def open_on(self, screen: QScreen | None, beside: QWidget) -> None:
        """On the second monitor; with one monitor over the agent's own window."""
        self._alone = screen is None
        where = screen or beside.screen()
        self.setGeometry(where.availableGeometry())
        if screen is not None:  # it must not take the keyboard away from the agent
            self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.showFullScreen()
        if screen is None:
            self.activateWindow()

    def show_waiting(self) -> None:
        """Nothing to be seen yet, or no more."""
        self._head.setText("")
        self.paper.clear()
        self.pad.clear()
        self._stack.setCurrentWidget(self._waiting)

    def show_document(self, name: str, pdf: bytes, lines: Sequence[tuple[str, str]]) -> None:
        """The document as it will be signed, and what it says in a few lines."""
        self._head.setText(self.tr("{name}，请您看看，就签这张").format(name=name))
        self._name_lines(lines)
        self.pad.clear()
        self._wrong.hide()
        self.paper.show_pdf(pdf)
        self.go_read()

    def _name_lines(self, lines: Sequence[tuple[str, str]]) -> None:
        clear(self._lines)
        for label, value in lines:
            left = Text(label, "figure", "text2")
            left.setFixedWidth(theme().grown(200))
            self._lines.addLayout(
                row(left, (Text(value, "figure", bold=True, elide=True), 1), gap=16)
            )

    def show_finished(self, words: str) -> None:
        """The name was taken; what happens now, in words for the villager."""
        self._head.setText("")
        self._told.setText(words)
        self._stack.setCurrentWidget(self._finished)

    def ask_again(self, why: str) -> None:
        """The name was not taken: why, and once more."""
        self.pad.clear()
        self._wrong.setText(why)
        self._wrong.show()
        self._stack.setCurrentWidget(self._signing)

    # ---------------------------------------------------------------- the villager's hands
    @property
    def is_signing(self) -> bool:
        """Whether the field to sign is in sight."""
        return self._stack.currentWidget() is self._signing

    def go_read(self) -> None:
        """The page, as wide as the screen."""
        self._stack.setCurrentWidget(self._reading)
        self._down.setFocus()
        self._moved()

    def go_sign(self) -> None:
        """What is signed in a few lines, and the field."""
        self._stack.setCurrentWidget(self._signing)
        self._done.setEnabled(not self.pad.empty)
        self._done.set_main(True)

    def turn(self, steps: int) -> None:
        """Most of a screen further or back."""
        bar = self.paper.verticalScrollBar()
        bar.setValue(bar.value() + round(steps * _STEP * self.paper.viewport().height()))

    def _centre(self, first: int, last: int) -> None:
        self.paper.horizontalScrollBar().setValue((first + last) // 2)

    def _moved(self) -> None:
        bar = self.paper.verticalScrollBar()
        end = bool(self.paper.page_count) and bar.value() >= bar.maximum()
        self._up.setEnabled(bar.value() > 0)
        self._down.setEnabled(not end)
        self._down.set_main(not end)
        self._sign.set_main(end)
        if end and self._down.hasFocus():
            self._sign.setFocus()
        self._say_where()

    def _say_where(self) -> None:
        words = self.tr("第 {n} 页，共 {m} 页")
        pages = self.paper.page_count
        self._where.setText(words.format(n=self.paper.page + 1, m=pages) if pages else "")

    def _page_turned(self, page: int) -> None:
        self._say_where()
        self.page_changed.emit(page)

    def _ink_changed(self, ink: Ink) -> None:
        self._done.setEnabled(not ink.empty)
        if not ink.empty:
            self._wrong.hide()
        self.ink_changed.emit(ink)

    def _call(self) -> None:
        self.called.emit()
        if self._alone:
            self.close()

    # ---------------------------------------------------------------- window
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F10):
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.paper.clear()
        self.closed.emit()
