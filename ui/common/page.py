"""What a workspace is to the window, and what the window is to a workspace.

Every screen on the rail is a ``Page``. A page never looks for its window: what it may ask for
comes as a ``Host``. What a person signed in may see is a list of ``Workspace``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from ui.common.language import Language
from ui.common.preferences import PreferenceFile
from ui.common.tasks import Tasks
from ui.common.tokens import Mode, Step


@dataclass(frozen=True, slots=True)
class KeyHelp:
    """A line of the help sheet: a key and what it does here."""

    key: str
    words: str


class WorkLine(Protocol):
    """Work shown in the status strip until it ends."""

    def progress(self, share: float | None, words: str = "") -> None:
        """Moves the bar; words replace those shown, none leaves them."""

    def end(self) -> None:
        """Takes it out of the strip."""


class Host(Protocol):
    """What a page may ask of the window it stands in."""

    @property
    def tasks(self) -> Tasks:
        """Slow work beside the window."""

    def say(self, words: str, undo: Callable[[], None] | None = None) -> None:
        """The last thing done, in the status strip, with its undo."""

    def work(self, words: str, cancel: Callable[[], None] | None = None) -> WorkLine:
        """Shows what runs now, with progress and, where given, a way to cancel."""

    def go(self, workspace: str, subject: object = None) -> None:
        """Opens another workspace by its id; ``subject`` reaches its ``entered``."""

    @property
    def preferences(self) -> PreferenceFile:
        """How this person likes the desk; what is changed here holds from the next start."""

    def wear(self, mode: Mode, step: Step) -> None:
        """Puts on colours and a type size at once, and keeps them for the next start."""

    def speak(self, language: Language) -> None:
        """Another language at once, and for the next start. All pages are made anew: what a page
        must not lose is kept below it, in the desk's services."""


class Page(QWidget):
    """A workspace. Override what applies; a page that ignores all of it still works."""

    def entered(self, subject: object = None) -> None:
        """The page came into sight; ``subject`` is what it should show, e.g. a case."""

    def leaving(self) -> None:
        """The page goes out of sight: save, release the camera."""

    def first_focus(self) -> QWidget | None:
        """What should have the focus when the page is entered."""
        return None

    def search(self) -> bool:
        """Ctrl+K: puts the focus into the page's search; false if it has none."""
        return False

    def back(self) -> bool:
        """Esc: one step back inside the page; false if there is none."""
        return False

    def drawer(self) -> bool:
        """F6: opens or closes the column that is folded away at large type; false if none."""
        return False

    def key_help(self) -> list[KeyHelp]:
        """The keys of this page, for the help sheet."""
        return []


class Count(QObject):
    """A live number, e.g. the cases waiting; ``changed`` tells the new one."""

    changed = Signal(int)

    def __init__(self, value: int = 0, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._value = value

    @property
    def value(self) -> int:
        """The number now."""
        return self._value

    def set(self, value: int) -> None:
        """Changes it and tells, from the window's thread."""
        if value != self._value:
            self._value = value
            self.changed.emit(value)


@dataclass(frozen=True, slots=True)
class Lamp:
    """A device in the top bar. ``ready`` None shows no lamp; ``note`` says what is wrong and
    what to do; ``workspace`` opens at a click, with the lamp's id as subject."""

    id: str
    icon: str
    name: str
    ready: bool | None = True
    note: str = ""
    workspace: str = ""


class Lamps(QObject):
    """The devices of this PC as the top bar shows them, live."""

    changed = Signal()

    def __init__(self, lamps: tuple[Lamp, ...] = (), parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lamps = lamps

    @property
    def lamps(self) -> tuple[Lamp, ...]:
        """The lamps from left to right."""
        return self._lamps

    def show(self, lamps: tuple[Lamp, ...]) -> None:
        """Shows these from now on, from the window's thread."""
        if lamps != self._lamps:
            self._lamps = lamps
            self.changed.emit()


class Beside(Protocol):
    """Something that runs beside the pages of a desk until it is stopped."""

    def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Workspace:
    """An entry of the rail. ``make`` builds its page when it is first opened."""

    id: str
    icon: str
    text: str
    make: Callable[[Host], Page]
    count: Count | None = None
    at_foot: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """What a signed-in person has before them: who and where, the rail, the lamps.

    ``devices`` stand left, ``links`` (network, outbox) right of the line in the top bar.
    ``first`` is the workspace opened at once. ``beside`` starts what runs as long as the desk is
    open, whatever page is in sight. ``signed_out`` is called after leaving, ``again`` makes the
    same desk with its words in the language in force. ``parting`` is said at the door after
    leaving, where something was left undone.
    """

    unit: str
    person: str
    role: str
    workspaces: tuple[Workspace, ...]
    devices: Lamps | None = None
    links: Lamps | None = None
    first: str = ""
    training: bool = False
    beside: Callable[[Tasks], Beside] | None = None
    signed_out: Callable[[], None] | None = None
    again: Callable[[], Desk] | None = None
    parting: Callable[[], str] | None = None
