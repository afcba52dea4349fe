"""The one window: door or desk inside the shell, and the keys that work everywhere.

F1 keys, F6 the folded column, Ctrl+K search, Esc back, F11 or Ctrl+plus larger type. A page gets
a key first; what it does not use comes here. What stands on the rail comes as a ``Desk``.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from ui.common.dialogs import HelpSheet
from ui.common.focus import FocusRing
from ui.common.icons import window_icon
from ui.common.language import Language, current, speak
from ui.common.layout import column, hline, holder, room, row, vline
from ui.common.page import Beside, Desk, KeyHelp, Lamp, Page
from ui.common.preferences import PreferenceFile
from ui.common.rail import Rail
from ui.common.sign_in import Door, SignInPage
from ui.common.strips import StatusStrip, StripWork, TrainingStrip
from ui.common.tasks import Tasks
from ui.common.theme import look, theme
from ui.common.tokens import Mode, Step
from ui.common.top_bar import TopBar

SMALLEST = (1024, 640)


class MainWindow(QWidget):
    """Top bar, rail, workspace, status strip; satisfies ``page.Host`` for the pages in it."""

    def __init__(self, door: Door, tasks: Tasks, preferences: PreferenceFile) -> None:
        super().__init__()
        self._door, self._tasks, self._preferences = door, tasks, preferences
        self._desk: Desk | None = None
        self._beside: Beside | None = None
        self._pages: dict[str, Page] = {}
        self._open = ""
        self._modes: dict[Mode, QAction] = {}
        self.setProperty("plate", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowIcon(window_icon(theme().hex("accent")))
        self.setMinimumSize(*SMALLEST)
        self._shell = QStackedWidget()  # holds the shell of the language in force
        self.setLayout(column((self._shell, 1), gap=0))
        self._ring = FocusRing(self)
        self._build()
        look().changed.connect(self._look_changed)
        self._show_door()

    def _build(self) -> None:
        """The shell with its words in the language in force; everything in it is new."""
        self.top_bar, self.rail, self.strip = TopBar(), Rail(), StatusStrip()
        self._rail_line = vline()
        self._training = TrainingStrip()
        self._stack = QStackedWidget()
        self.door_page = SignInPage(self._door, self._tasks)
        self._stack.addWidget(self.door_page)
        shell = holder(
            column(
                self.top_bar,
                hline(),
                self._training,
                (row(self.rail, self._rail_line, (self._stack, 1), gap=0), 1),
                hline(),
                self.strip,
                gap=0,
            )
        )
        self._shell.addWidget(shell)
        self._shell.setCurrentWidget(shell)
        self.top_bar.lamp_pressed.connect(self._lamp_pressed)
        self.rail.opened.connect(self.go)
        self.door_page.signed_in.connect(self.sit_down)
        self._training.left.connect(self.sign_out)
        self._fill_menu()

    # ---------------------------------------------------------------- what pages ask for
    @property
    def tasks(self) -> Tasks:
        """Slow work beside the window."""
        return self._tasks

    def say(self, words: str, undo: Callable[[], None] | None = None) -> None:
        """The last thing done, in the status strip, with its undo."""
        self.strip.say(words, undo)

    def work(self, words: str, cancel: Callable[[], None] | None = None) -> StripWork:
        """Shows what runs now; keep the answer to move it on and to end it."""
        return self.strip.work(words, cancel)

    def go(self, workspace: str, subject: object = None) -> None:
        """Opens a workspace of the person signed in; one they may not see is passed over."""
        page = self._page(workspace)
        if page is None:
            self.rail.mark(self._open)
            return
        before = self.page
        if before is not None and before is not page:
            before.leaving()
        self._open = workspace
        self._stack.setCurrentWidget(page)
        self.rail.mark(workspace)
        self.top_bar.mark_open(workspace)
        page.entered(subject)
        if (first := page.first_focus()) is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---------------------------------------------------------------- door and desk
    @property
    def page(self) -> Page | None:
        """The workspace in sight, or None at the door."""
        return self._pages.get(self._open)

    @property
    def open_workspace(self) -> str:
        """The id of the workspace in sight."""
        return self._open

    def sit_down(self, desk: Desk, workspace: str = "", subject: object = None) -> None:
        """Shows the desk of somebody who has signed in, at ``workspace`` or where a day begins."""
        self._desk = desk
        if desk.beside is not None:
            self._beside = desk.beside(self._tasks)
        self.top_bar.show_desk(desk)
        self.rail.show_workspaces(desk.workspaces)
        self._rail_line.show()
        self._training.setVisible(desk.training)
        self.strip.clear()
        self.setWindowTitle(
            self.tr("驿站 · {unit} · {person}").format(unit=desk.unit, person=desk.person)
        )
        self.go(workspace or desk.first or desk.workspaces[0].id, subject)

    def sign_out(self) -> None:
        """Closes the desk: pages save and go, answers still under way are dropped."""
        desk, self._desk = self._desk, None
        parting = desk.parting() if desk is not None and desk.parting is not None else ""
        self._put_pages_away()
        if desk is not None and desk.signed_out is not None:
            desk.signed_out()
        self._show_door()
        if parting:
            self.strip.rest(parting)

    def _put_pages_away(self) -> None:
        if self._beside is not None:
            self._beside.stop()
            self._beside = None
        if self.page is not None:
            self.page.leaving()
        for page in self._pages.values():
            self._tasks.drop(page)
            self._stack.removeWidget(page)
            page.deleteLater()
        self._pages, self._open = {}, ""

    def speak(self, language: Language) -> None:
        """Another language, at once and for the next start: the shell and the pages are built
        anew, whoever sits here stays signed in and looks at the same workspace."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self._preferences.change(language=language)
        if language == current():
            return
        before, desk = self._open, self._desk
        self._put_pages_away()
        speak(app, language)
        old = self._shell.currentWidget()
        self._build()
        self._shell.removeWidget(old)
        old.deleteLater()
        if desk is None:
            self._show_door()
        else:
            self.sit_down(desk.again() if desk.again is not None else desk, before, "look")
            self.say(self.tr("从现在起说中文"))

    def _show_door(self) -> None:
        self.top_bar.show_desk(None)
        self.top_bar.show_place(self._door.place)
        self.top_bar.show_lamps(None, None)
        self.rail.show_workspaces(())
        self._rail_line.hide()
        self._training.hide()
        self.strip.clear()
        self.strip.rest(self.tr("没有网络也能登录、办事；通了自动送。"))
        self.setWindowTitle(self.tr("驿站"))
        self._stack.setCurrentWidget(self.door_page)
        self.door_page.refresh()

    def _page(self, workspace: str) -> Page | None:
        if workspace not in self._pages and self._desk is not None:
            for entry in self._desk.workspaces:
                if entry.id == workspace:
                    self._pages[workspace] = page = entry.make(self)
                    self._stack.addWidget(page)
        return self._pages.get(workspace)

    def _lamp_pressed(self, lamp: Lamp) -> None:
        if lamp.workspace:
            self.go(lamp.workspace, lamp.id)
        else:
            self.say(lamp.note or lamp.name)

    # ---------------------------------------------------------------- look
    def _fill_menu(self) -> None:
        menu = self.top_bar.person.menu
        self._larger = menu.addAction(self.tr("字大一号"))
        self._larger.setCheckable(True)
        self._larger.triggered.connect(self.change_type_size)
        menu.addSeparator()
        modes = QActionGroup(self)
        for mode, words in (
            (Mode.LIGHT, self.tr("浅色")),
            (Mode.DARK, self.tr("深色")),
            (Mode.CONTRAST, self.tr("高对比")),
        ):
            action = modes.addAction(menu.addAction(words))
            action.setCheckable(True)
            self._modes[mode] = action
            action.triggered.connect(lambda _=False, chosen=mode: self.change_mode(chosen))
        menu.addSeparator()
        menu.addAction(self.tr("快捷键（F1）")).triggered.connect(self.show_keys)
        menu.addAction(self.tr("换人")).triggered.connect(self.sign_out)
        self._look_changed()

    def _look_changed(self) -> None:
        self._larger.setChecked(theme().large)
        self._modes[theme().mode].setChecked(True)
        self._ring.place()

    def change_mode(self, mode: Mode) -> None:
        """Light, dark or high contrast, kept for the next start."""
        self.wear(mode, theme().step)

    def change_type_size(self) -> None:
        """Larger type or back, kept for the next start."""
        self.wear(theme().mode, Step.NORMAL if theme().large else Step.LARGE)

    @property
    def preferences(self) -> PreferenceFile:
        """How this person likes the desk."""
        return self._preferences

    def wear(self, mode: Mode, step: Step) -> None:
        """Colours and type size, kept for the next start."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self._preferences.change(mode=mode, step=step)
        look().put_on(app, mode, step)

    # ---------------------------------------------------------------- keys
    def everywhere(self) -> list[KeyHelp]:
        """The keys that work on every screen."""
        return [
            KeyHelp("F1", self.tr("看快捷键")),
            KeyHelp("F6", self.tr("打开、收起旁边那一栏")),
            KeyHelp("Ctrl+K", self.tr("找事项、找办件")),
            KeyHelp("Ctrl+1", self.tr("左边第 1 个，Ctrl+2 是第 2 个，往后一样")),
            KeyHelp("Ctrl+Z", self.tr("撤销刚才那一步")),
            KeyHelp("Esc", self.tr("退一步")),
            KeyHelp("F11", self.tr("字大一号，再按变回来")),
        ]

    def show_keys(self) -> None:
        """Opens the help sheet."""
        here = self.page.key_help() if self.page is not None else []
        HelpSheet(self, here, self.everywhere()).open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, ctrl = event.key(), event.modifiers() & Qt.KeyboardModifier.ControlModifier
        page = self.page
        if key == Qt.Key.Key_F1:
            self.show_keys()
        elif key == Qt.Key.Key_F11 or (ctrl and key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal)):
            self.change_type_size()
        elif page is not None and key == Qt.Key.Key_Escape:
            page.back()
        elif page is not None and key == Qt.Key.Key_F6:
            page.drawer()
        elif page is not None and ctrl and key == Qt.Key.Key_K:
            if not page.search():
                self._search_at_home()
        else:
            super().keyPressEvent(event)

    def _search_at_home(self) -> None:
        """Where a page has nothing to search in, the first workspace of the rail has."""
        if self._desk is not None:
            self.go(self._desk.first or self._desk.workspaces[0].id)
            if self.page is not None:
                self.page.search()

    # ---------------------------------------------------------------- window
    def resizeEvent(self, event: QResizeEvent) -> None:
        room().measure(self.width())
        super().resizeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.page is not None:
            self.page.leaving()
        super().closeEvent(event)
