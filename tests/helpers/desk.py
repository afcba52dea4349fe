"""What a person at the desk can press and read: page objects over the real window.

``DeskDriver`` knows the shell; a room adds its own driver for its pages. Stories press and read
through these and name no widget.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from signing.errors import PinLocked, PinWrong
from ui.common.buttons import Button
from ui.common.chips import Chip
from ui.common.inputs import SearchEdit
from ui.common.layout import column
from ui.common.page import Count, Desk, Host, KeyHelp, Lamp, Lamps, Page, Workspace
from ui.common.sign_in import KeyHolder
from ui.common.text import Text
from ui.main_window import MainWindow

_FOR_A_BUTTON_MS = 10_000
_PATIENCE_MS = 90_000  # real work on a busy machine; whoever waits for nothing waits in vain


class DeskDriver:
    """The hands and eyes of a person before the main window."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot
        with qtbot.waitExposed(window):
            window.activateWindow()

    # ---------------------------------------------------------------- waiting
    def wait_for_work(self) -> None:
        """Until nothing runs beside the window any more."""
        self.qtbot.waitUntil(lambda: not self.window.tasks.busy, timeout=_PATIENCE_MS)
        QApplication.processEvents()

    # ---------------------------------------------------------------- hands
    def sign_in(self, pin: str) -> None:
        """Types a PIN at the door and presses Enter."""
        self.type(pin, self.window.door_page.pin)
        self.key("Enter", self.window.door_page.pin)
        self.wait_for_work()

    def type(self, words: str, field: QLineEdit | None = None) -> None:
        """Types into a field, or into whatever has the focus."""
        target = field or QApplication.focusWidget()
        assert target is not None, "nothing has the focus"
        self.qtbot.keyClicks(target, words)

    def key(self, name: str, where: QWidget | None = None) -> None:
        """Presses a key by the word on its cap: F2, Ctrl+K, Enter, Esc."""
        target = where or QApplication.focusWidget() or self.window
        *holds, last = name.split("+")
        modifiers = Qt.KeyboardModifier.NoModifier
        for hold in holds:
            modifiers |= _HOLDS[hold]
        code = _KEYS.get(last) or getattr(Qt.Key, f"Key_{last}")
        self.qtbot.keyClick(target, code, modifiers)
        QApplication.processEvents()

    def press(self, words: str, within: QWidget | None = None) -> None:
        """Presses the button in sight with these words."""
        self.qtbot.mouseClick(self.button(words, within), Qt.MouseButton.LeftButton)
        QApplication.processEvents()

    def open(self, words: str) -> None:
        """Opens a workspace on the rail by its word."""
        self.press(words, self.window.rail)

    # ---------------------------------------------------------------- eyes
    def button(self, words: str, within: QWidget | None = None) -> QAbstractButton:
        """The one button in sight with these words as its text or its accessible name; waited
        for, since what slow work brings stands there a moment after the work is done."""

        def in_sight() -> list[QAbstractButton]:
            buttons = (within or self.window).findChildren(QAbstractButton)
            return [b for b in buttons if b.isVisible() and words in (b.text(), b.accessibleName())]

        def is_there() -> None:
            found = len(in_sight())
            assert found == 1, f"{found} buttons “{words}” in sight"

        self.qtbot.waitUntil(is_there, timeout=_FOR_A_BUTTON_MS)
        return in_sight()[0]

    @property
    def rail(self) -> list[str]:
        """The words on the rail from top to bottom."""
        return [button.text() for button in self.window.rail.buttons.values()]

    @property
    def words(self) -> str:
        """All that can be read in the window now."""
        return "\n".join(
            part.text()
            for kind in (QLabel, Chip, QAbstractButton)
            for part in self.window.findChildren(kind)
            if part.isVisible()
        )

    @property
    def said(self) -> str:
        """The last thing done, as the status strip tells it."""
        return self.window.strip.said

    @property
    def page(self) -> Page:
        """The workspace in sight."""
        page = self.window.page
        assert page is not None, "nobody has signed in"
        return page

    def lamp(self, lamp_id: str) -> bool | None:
        """What the lamp of a device says."""
        chip = self.window.top_bar.chip(lamp_id)
        assert chip is not None, f"no lamp {lamp_id}"
        return chip.ready


_HOLDS = {
    "Ctrl": Qt.KeyboardModifier.ControlModifier,
    "Alt": Qt.KeyboardModifier.AltModifier,
    "Shift": Qt.KeyboardModifier.ShiftModifier,
}
_KEYS = {
    "Enter": Qt.Key.Key_Return,
    "Esc": Qt.Key.Key_Escape,
    "=": Qt.Key.Key_Equal,
    "↑": Qt.Key.Key_Up,
    "↓": Qt.Key.Key_Down,
    "←": Qt.Key.Key_Left,
    "→": Qt.Key.Key_Right,
}


class NotePage(Page):
    """A plain page that remembers what the window asked of it."""

    def __init__(self, host: Host, name: str) -> None:
        super().__init__()
        self.host, self.name = host, name
        self.heard: list[str] = []
        self.subject: object = None
        self.search_field = SearchEdit("找", "写名称", "Ctrl+K")
        self.act = Button("做一件", "primary", key="F2")
        self.setLayout(column(Text(name, "title"), self.search_field, self.act, None))

    def entered(self, subject: object = None) -> None:
        self.heard.append("entered")
        self.subject = subject

    def leaving(self) -> None:
        self.heard.append("leaving")

    def first_focus(self) -> QWidget:
        return self.act

    def search(self) -> bool:
        self.search_field.setFocus()
        return True

    def back(self) -> bool:
        self.heard.append("back")
        return True

    def drawer(self) -> bool:
        self.heard.append("drawer")
        return True

    def key_help(self) -> list[KeyHelp]:
        return [KeyHelp("F2", "做一件")]


@dataclass
class VillageDoor:
    """The door of an invented village station: two agents, three tries, PIN 123456."""

    place: str = "后段寨村便民服务站"
    pin: str = "123456"
    tries: int = 3
    absent: bool = False
    training: bool = False
    waiting: Count = field(default_factory=lambda: Count(3))
    devices: Lamps = field(
        default_factory=lambda: Lamps(
            (Lamp("card", "card", "读卡器"), Lamp("key", "key", "UKey", workspace="settings"))
        )
    )
    signed_out: list[str] = field(default_factory=list)

    is_new: bool = False

    def holders(self) -> Sequence[KeyHolder]:
        if self.absent:
            return ()
        return (
            KeyHolder("ren", "任春河", self.place, "代办员", tries=(self.tries, 3)),
            KeyHolder("mei", "任小梅", self.place, "代办员", present=False),
        )

    def sign_in(self, holder: KeyHolder, pin: str) -> Callable[[], Desk]:
        if self.tries == 0:
            raise PinLocked
        if pin != self.pin:
            self.tries -= 1
            raise PinWrong(tries_left=self.tries)
        return lambda: self.desk(holder)

    def desk(self, holder: KeyHolder) -> Desk:
        """What somebody of this station has before them."""

        def entry(name: str, icon: str, text: str, **more: object) -> Workspace:
            return Workspace(name, icon, text, lambda host: NotePage(host, text), **more)  # type: ignore[arg-type]

        return Desk(
            unit=self.place,
            person=holder.name,
            role=holder.role,
            workspaces=(
                entry("work", "work", "办事"),
                entry("inbox", "inbox", "待办", count=self.waiting),
                entry("settings", "settings", "设置", at_foot=True),
            ),
            devices=self.devices,
            links=Lamps((Lamp("outbox", "outbox", "待传 2", None, workspace="inbox"),)),
            training=self.training,
            signed_out=lambda: self.signed_out.append(holder.name),
        )
