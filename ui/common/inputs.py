"""Inputs: the label above in caption, the control, what is wrong below it in words.

A label and its control belong together for the keyboard and a screen reader. Rules of what is
right live in the domain; a screen hands the words in.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QEvent, QKeyCombination, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QImage, QKeyEvent
from PySide6.QtWidgets import (
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from station.clock import china_now
from ui.common.buttons import Button
from ui.common.calendar import Calendar
from ui.common.chips import Chip
from ui.common.layout import Plate, column, restyle, row
from ui.common.pictures import Picture
from ui.common.text import Icon, KeyCap, Text
from ui.common.theme import theme
from ui.common.tones import Tone
from ui.common.wording import day_words

_SEARCH = QKeyCombination(Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_K)


class LineEdit(QLineEdit):
    """One line of text. The first character is in sight when it is filled in by the program."""

    def __init__(self, name: str, text: str = "", hint: str = "") -> None:
        super().__init__(text)
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setCursorPosition(0)

    def event(self, event: QEvent) -> bool:
        # on Linux Ctrl+K deletes to the end of the line; here it searches, on every screen
        if isinstance(event, QKeyEvent) and event.keyCombination() == _SEARCH:
            event.ignore()
            return False
        return super().event(event)

    def set_text(self, text: str) -> None:
        """Fills it in; the cursor stays where it is if nothing changes."""
        if self.text() != text:
            self.setText(text)
            self.setCursorPosition(0)

    def set_wrong(self, wrong: bool) -> None:
        """Gives it the edge of what must be mended."""
        if bool(self.property("wrong")) != wrong:
            self.setProperty("wrong", wrong)
            restyle(self)


class SearchEdit(LineEdit):
    """The large search field with its glass and its key."""

    def __init__(self, name: str, hint: str, key: str = "") -> None:
        super().__init__(name, "", hint)
        self.setProperty("variant", "search")
        self.setClearButtonEnabled(False)
        self._glass = Icon("search", 24, "accent")
        caps = [KeyCap(key)] if key else []
        self.setLayout(row(self._glass, None, *caps, margins=(16, 0, 16, 0)))


class SecretEdit(LineEdit):
    """A PIN: shown as discs, never copied, forgotten with ``take``."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhSensitiveData
        )
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    def take(self) -> str:
        """What was typed; the field is empty afterwards."""
        secret = self.text()
        self.clear()
        return secret


class TextArea(QPlainTextEdit):
    """A few lines of text; Tab leaves it."""

    def __init__(self, name: str, text: str = "", lines: int = 3) -> None:
        super().__init__(text)
        self._lines = lines
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        spacing = QFontMetrics(theme().font("body")).lineSpacing()
        return QSize(240, spacing * self._lines + 18)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())


class Labelled(QWidget):
    """A control with its label above, where its value came from, and what is wrong below.

    ``control`` may be any input; ``set_cutout`` puts the picture of the field on the paper to
    its left at the same height.
    """

    def __init__(self, label: str, control: QWidget, *, must: bool = False) -> None:
        super().__init__()
        self.control = control
        self._label = Text(label, "caption", "text2", elide=True)
        self._label.setBuddy(control)
        self._must = Text("*" if must else "", "caption", "warn")
        if not must:  # showing what has no parent yet would open it as a window
            self._must.hide()
        self._must.setAccessibleName(self.tr("必填") if must else "")
        self._source = Chip("", Tone.OK, plain=True)
        self._source.hide()
        self._picture = Picture(width=132, control_height=True)
        self._picture.hide()
        self._mark = Icon("s_stop", 18, "danger")
        self._problem = Text("", "caption", "danger", wrap=True)
        self._note_row = QWidget()
        self._note_row.setLayout(row(self._mark, (self._problem, 1), gap=6))
        self._note_row.hide()
        head = row((self._label, 1), self._must, self._source, gap=4)
        line = row(self._picture, (control, 1), gap=8)
        box: QVBoxLayout = column(head, line, self._note_row, None, gap=4)
        self.setLayout(box)
        self.setFocusProxy(control)

    @property
    def label(self) -> str:
        """The word above the control."""
        return self._label.text()

    def set_source(self, source: str | None) -> None:
        """Where the value came from: ``card`` (the ID card), ``paper`` (read from the form),
        ``before`` (left last time), or None."""
        words = {
            "card": (self.tr("读卡"), "card"),
            "paper": (self.tr("认字"), "form"),
            "before": (self.tr("上次留的"), "clock"),
        }
        if source is not None:
            text, icon = words[source]
            self._source.set(text, Tone.OK if source == "card" else Tone.LATER, icon)
        self._source.setVisible(source is not None)

    def set_cutout(self, picture: QImage | None) -> None:
        """The picture of this field on the paper."""
        self._picture.set_image(picture)
        self._picture.setVisible(picture is not None)

    def set_problem(self, words: str, tone: Tone = Tone.DANGER) -> None:
        """What is wrong and what would be right; no words mean nothing is wrong."""
        self._problem.setText(words)
        self._problem.set_ink(tone.ink_name)
        self._mark.set_tone(tone)
        self._note_row.setVisible(bool(words))
        if isinstance(self.control, LineEdit):
            self.control.set_wrong(bool(words) and tone is Tone.DANGER)
        self.control.setAccessibleDescription(words)

    @property
    def problem(self) -> str:
        """What is said to be wrong."""
        return self._problem.text() if not self._note_row.isHidden() else ""


class TextField(Labelled):
    """A labelled line of text."""

    edited = Signal(str)
    left = Signal()

    def __init__(self, label: str, text: str = "", hint: str = "", *, must: bool = False) -> None:
        self.edit = LineEdit(label, text, hint)
        super().__init__(label, self.edit, must=must)
        self.edit.textEdited.connect(self.edited)
        self.edit.editingFinished.connect(self.left)

    def text(self) -> str:
        """What stands in it."""
        return self.edit.text()

    def set_text(self, text: str) -> None:
        """Fills it in without telling."""
        self.edit.set_text(text)


_DIGITS_ONLY = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_PARTED = re.compile(r"^(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?$")


def parse_day(text: str) -> date | None:
    """A day as people type it: 19570316, 1957-3-16, 1957.3.16, 1957 年 3 月 16 日."""
    wide = str.maketrans("０１２３４５６７８９．／－", "0123456789./-")
    plain = text.strip().translate(wide)
    match = _DIGITS_ONLY.match(plain) or _PARTED.match(plain)
    if match is None:
        return None
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        return None


class DateEdit(QWidget):
    """A day: typed as eight digits or with any of the usual signs, or picked from a calendar."""

    changed = Signal(object)

    def __init__(
        self,
        name: str,
        day: date | None = None,
        first: date = date(1880, 1, 1),
        last: date = date(2199, 12, 31),
    ) -> None:
        """Days before ``first`` and after ``last`` cannot be picked; typed ones are for the
        domain to judge."""
        super().__init__()
        self._day, self._first, self._last = day, first, last
        self.edit = LineEdit(name, day_words(day) if day else "", "19570316")
        self._pick = Button("", "secondary", "calendar")
        self.setLayout(row((self.edit, 1), self._pick, gap=4))
        self.setFocusProxy(self.edit)
        self.setAccessibleName(name)
        self.edit.editingFinished.connect(self._read)
        self._pick.clicked.connect(self.open_calendar)

    def day(self) -> date | None:
        """The day, or None when nothing or no day is typed."""
        return self._day

    def set_day(self, day: date | None) -> None:
        """Fills it in without telling."""
        self._day = day
        self.edit.set_text(day_words(day) if day else "")

    @property
    def unreadable(self) -> bool:
        """Whether something is typed that is not a day."""
        return self._day is None and bool(self.edit.text().strip())

    def _read(self) -> None:
        day = parse_day(self.edit.text())
        if day is not None:
            self.edit.set_text(day_words(day))
        self.edit.set_wrong(day is None and bool(self.edit.text().strip()))
        if day != self._day:
            self._day = day
            self.changed.emit(day)

    def open_calendar(self) -> None:
        """Shows the month around the day, or around today."""
        near = min(self._last, max(self._first, self._day or china_now().date()))
        month = Calendar(self, near, self._first, self._last)
        month.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        month.picked.connect(self._picked)
        month.open_below(self._pick)

    def _picked(self, day: date) -> None:
        self.edit.setText(day_words(day))
        self._read()
        self.edit.setFocus()


class DoubtBlock(Plate):
    """A field that was read but not surely: the reason in words, the cut-out at writing size,
    the input, and the likely readings as keys (Alt+1, Alt+2 while the focus is in the block).

    ``settled`` tells what the person decided on, by key, by button or by Enter in the input.
    Once settled it grows calm and keeps its place, so that nothing jumps. ``onward`` is asked
    when Tab leaves the input (``back``: Shift+Tab); it answers whether it led elsewhere.
    """

    settled = Signal(str)
    edited = Signal(str)

    def __init__(
        self,
        label: str,
        why: str,
        value: str,
        readings: list[tuple[str, str]] | None = None,
        picture: QImage | None = None,
        *,
        typed: bool = True,
        control: QWidget | None = None,
    ) -> None:
        """``readings`` are (words on the key, whole value); without ``typed`` one of them must be
        picked, as where a box was ticked, or ``control`` be used, which stands in their line."""
        super().__init__(name="warn")
        self._label, self._why = label, why
        self._open = True
        self.onward: Callable[[bool], bool] | None = None
        self.edit = LineEdit(self.tr("{label}，请核对：{why}").format(label=label, why=why), value)
        if not typed:  # showing what has no parent yet would open it as a window
            self.edit.hide()
        self._picture = Picture(picture, left=True)
        self._picture.setFixedHeight(52)
        self._picture.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if picture is None:
            self._picture.hide()
        self._keys: list[Button] = []
        for i, (word, reading) in enumerate(readings or [], 1):
            button = Button(word, key=f"Alt+{i}", scope=self)
            button.clicked.connect(self._taker(reading))
            self._keys.append(button)
        self._mark = Icon("s_warn", 20, "warn")
        self._words = Text(why, "body", elide=True)
        head = row(self._mark, Text(label, "body", bold=True), (self._words, 1))
        body: QVBoxLayout
        if typed:
            line = row((self._picture, 5), (self.edit, 5), *self._keys, gap=12)
            body = column(head, line, gap=4)
        else:  # boxes to tick stand far apart on paper: they need the whole line
            ways = row(*self._keys, *([control] if control is not None else []), None, gap=12)
            body = column(head, self._picture, ways, gap=4)
        body.setContentsMargins(16, 7, 16, 8)
        self.setLayout(body)
        picked = self._keys[0] if self._keys else control
        self.setFocusProxy(self.edit if typed or picked is None else picked)
        self.edit.textEdited.connect(self.edited)
        for watched in (self.edit, *self._keys):
            watched.installEventFilter(self)
        self.edit.returnPressed.connect(lambda: self.settled.emit(self.edit.text()))

    @property
    def open(self) -> bool:
        """Whether it still asks."""
        return self._open

    def set_picture(self, picture: QImage | None) -> None:
        """The cut-out, once it is there."""
        self._picture.set_image(picture)
        self._picture.setVisible(picture is not None)

    def set_open(self, why: str) -> None:
        """Asks: ``why`` says what about. No words: it is settled."""
        self._open = bool(why)
        self._words.setText(why or self.tr("核对过了"))
        self._mark.set_tone(Tone.WARN if why else Tone.OK)
        self.set_plate("warn" if why else "card")

    def _taker(self, reading: str) -> Callable[[], None]:
        def take() -> None:
            self.edit.set_text(reading)
            self.settled.emit(reading)

        return take

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.edit and isinstance(event, QFocusEvent) and event.gotFocus():
            self.edit.selectAll()
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            ends = self.edit if self.edit.isVisible() or not self._keys else self._keys[-1]
            last = watched is ends
            back = event.key() == Qt.Key.Key_Backtab
            if self.onward and (back or (last and event.key() == Qt.Key.Key_Tab)):
                return self.onward(back)
        return super().eventFilter(watched, event)
