"""Dialogs: only before a signature and before destroying. Everything else can be undone.

The title is the act; below it what exactly will be signed or destroyed; at most one field;
cancel (Esc) left of the act (Enter). A dialog asks; the answer is judged by who opened it.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLayout, QVBoxLayout, QWidget

from ui.common.buttons import Button, Kind
from ui.common.chips import Pips
from ui.common.focus import FocusRing
from ui.common.inputs import Labelled, SecretEdit
from ui.common.layout import Plate, column, row
from ui.common.page import KeyHelp
from ui.common.text import KeyCap, Text

translate = QCoreApplication.translate


class Sheet(QDialog):
    """A modal window on a white plate with its own focus ring; it grows when its content does,
    e.g. by the sentence that says what is wrong."""

    def __init__(self, parent: QWidget | None, title: str, width: int = 560) -> None:
        self._box: QVBoxLayout | None = None
        super().__init__(parent)
        self._width = width
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setModal(True)

    def fill(self, content: QLayout) -> None:
        """Lays the content out; called once."""
        plate = Plate(content, "dialog", (24, 20, 24, 20))
        plate.setMinimumWidth(self._width)
        self._box = column(plate, gap=0)
        self.setLayout(self._box)
        self._ring = FocusRing(self)

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        # asking layout() for the box in here crashes PySide6 6.9 once a dialog is made anew
        if event.type() is QEvent.Type.LayoutRequest and self._box is not None:
            needed = self._box.totalHeightForWidth(self.width())
            if needed > self.height():
                self.resize(self.width(), needed)
        return done


class ActDialog(Sheet):
    """Asks once before an act that cannot be undone. ``accepted`` or ``rejected`` tells."""

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        what: str,
        act: str,
        *,
        kind: Kind = "primary",
        icon: str = "",
        width: int = 560,
    ) -> None:
        super().__init__(parent, title, width)
        self.setAccessibleDescription(what)
        self._title = Text(title, "title", bold=True, wrap=True)
        self._what = Text(what, "body", wrap=True, copy=True)
        self.middle: QVBoxLayout = column(gap=8)
        self.cancel_button = Button(self.tr("取消"), key="Esc")
        self.act_button = Button(act, kind, icon, "Enter")
        self.cancel_button.clicked.connect(self.reject)
        self.act_button.clicked.connect(self.act)
        self.fill(
            column(
                self._title,
                self._what,
                self.middle,
                row(None, self.cancel_button, self.act_button, gap=8),
                gap=12,
            )
        )
        self.act_button.setFocus()

    def act(self) -> None:
        """The act was confirmed."""
        self.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.reject()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)


class PinDialog(ActDialog):
    """Asks for the PIN of a key. ``entered`` hands the PIN over; the dialog then waits until
    ``wrong``, ``locked`` or ``accept`` answers, because only the key knows. It can be left
    meanwhile, should the key not answer at all."""

    entered = Signal(str)

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        what: str,
        act: str,
        tries: tuple[int, int] | None = None,
        *,
        kind: Kind = "primary",
        width: int = 560,
        typed_on_reader: bool = False,
    ) -> None:
        """``tries`` are (left, in all) as far as the key tells them. With ``typed_on_reader`` the
        PIN is typed on the reader's own keys, and none is handed over."""
        super().__init__(parent, title, what, act, kind=kind, icon="key", width=width)
        self._typed_on_reader = typed_on_reader
        self.pin = SecretEdit(self.tr("UKey 口令"))
        self._pips = Pips(0, 0)
        self._tries = Text("", "caption", "text2", wrap=True)
        self._field = Labelled(self.tr("UKey 口令"), self.pin)
        self.middle.addWidget(self._field)
        self.middle.addLayout(row(self._pips, (self._tries, 1), gap=8))
        self.pin.textChanged.connect(self._typed)
        self._show_tries(tries)
        self.pin.setEnabled(not typed_on_reader)
        self._typed()
        (self.act_button if typed_on_reader else self.pin).setFocus()

    @property
    def _ready(self) -> bool:
        return bool(self.pin.text()) or self._typed_on_reader

    def _typed(self) -> None:
        self.act_button.setEnabled(self._ready and not self.pin.isReadOnly())
        if self.pin.text():
            self._field.set_problem("")

    def _show_tries(self, tries: tuple[int, int] | None) -> None:
        self._pips.setVisible(tries is not None)
        self._tries.setVisible(tries is not None)
        if tries is not None:
            self._pips.set(*tries)
            self._tries.setText(tries_words(tries[0]))

    def act(self) -> None:
        if not self._ready:
            return
        self._wait(True)
        self.entered.emit(self.pin.take())

    def _wait(self, waiting: bool) -> None:
        self.pin.setReadOnly(waiting)
        self.act_button.setEnabled(not waiting and self._ready)

    def wrong(self, words: str, tries: tuple[int, int] | None = None) -> None:
        """The key refused it: says so and lets the person try again."""
        self._wait(False)
        self._field.set_problem(words)
        self._show_tries(tries)
        self.pin.setFocus()

    def locked(self, words: str) -> None:
        """No tries are left: nothing more can be done here."""
        self._wait(False)
        self._field.set_problem(words)
        self._show_tries((0, self._pips.total))
        self.pin.setEnabled(False)
        self.act_button.setEnabled(False)
        self.cancel_button.setFocus()


def tries_words(left: int) -> str:
    """How many tries are left and what happens at none."""
    if left <= 0:
        return translate("dialogs", "口令锁住了，要去县里解锁。")
    return translate("dialogs", "还可试 {left} 次。试完会锁住，要去县里解锁。").format(left=left)


class HelpSheet(Sheet):
    """F1: the keys of this screen and those that work everywhere."""

    def __init__(self, parent: QWidget, here: list[KeyHelp], everywhere: list[KeyHelp]) -> None:
        super().__init__(parent, translate("HelpSheet", "快捷键"))
        close = Button(self.tr("知道了"), "primary", key="Enter")
        close.clicked.connect(self.accept)
        blocks = column(gap=8)
        for title, lines in ((self.tr("这一页"), here), (self.tr("哪里都能用"), everywhere)):
            if lines:
                blocks.addWidget(Text(title, bold=True))
                for line in lines:
                    blocks.addLayout(row((Text(line.words), 1), KeyCap(line.key), gap=16))
        head = Text(self.windowTitle(), "title", bold=True)
        self.fill(column(head, blocks, row(None, close), gap=16))
        close.setFocus()
