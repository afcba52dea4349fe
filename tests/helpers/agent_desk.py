"""The village agent's desk as a person uses it: home, the five steps, the outbox.

Stories about an agent go through this and name no widget. ``presses`` counts what the agent pressed
since ``begin_counting``; typing and the strokes of a signature are not counted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from station.assembly import Office
from station.devices.training_papers import Paper
from station.domain.completeness import StepName
from station.domain.drafts import Draft
from station.services.county import TRAINING_PIN
from tests.helpers.desk import DeskDriver
from ui.agent.case_desk import CaseDesk
from ui.agent.case_view import CaseView
from ui.agent.cases_view import CasesPage
from ui.agent.outbox_view import OutboxPage
from ui.agent.work_view import WorkPage
from ui.common.lists import Line, MissingLine, TrayLine
from ui.common.pictures import Thumb
from ui.common.preferences import PreferenceFile
from ui.common.tasks import Tasks
from ui.desk import DeskState, OfficeDoor
from ui.main_window import MainWindow

_PATIENCE_MS = 30_000


class VillageStation:
    """The PC of a village of the training county; whoever still sits there at the end leaves."""

    def __init__(self, office: Office, tasks: Tasks, qtbot: QtBot, folder: Path) -> None:
        self.office, self._tasks, self._qtbot, self._folder = office, tasks, qtbot, folder
        self._desks: list[AgentDriver] = []

    def sit_down(self) -> AgentDriver:
        """The program is started, and the first agent of the county signs in at the door."""
        window = MainWindow(
            OfficeDoor(self.office), self._tasks, PreferenceFile(self._folder / "desk.json")
        )
        self._qtbot.addWidget(window)
        window.resize(1366, 728)
        window.show()
        desk = AgentDriver(window, self._qtbot)
        self._desks.append(desk)
        desk.wait_for_work()
        desk.sign_in_as("任春河")
        return desk

    def close(self) -> None:
        """Everybody leaves."""
        for desk in self._desks:
            if desk.window.page is not None:
                desk.leave()


class AgentDriver(DeskDriver):
    """The hands and eyes of a village agent before the main window."""

    presses = 0

    def wait_for_work(self) -> None:
        """Until nothing runs beside the window; a hub may have to be started first."""
        self.until(lambda: not self.window.tasks.busy)
        QApplication.processEvents()

    # ---------------------------------------------------------------- hands
    def sign_in_as(self, name: str) -> None:
        """Picks the person at the door, types the PIN and presses Enter."""
        for other in self.window.door_page.findChildren(QAbstractButton):
            if other.isVisible() and other.accessibleName().startswith(f"{name}，"):
                self.qtbot.mouseClick(other, Qt.MouseButton.LeftButton)
                break
        assert name in self.words
        self.sign_in(TRAINING_PIN)
        self.window.activateWindow()  # keys go to the active window only
        assert QTest.qWaitForWindowActive(self.window)

    def begin_counting(self) -> None:
        """A case begins."""
        self.presses = 0

    def key(self, name: str, where: QWidget | None = None) -> None:
        """Presses a key, and counts it."""
        self._settle()
        self.presses += 1
        super().key(name, where)

    def click(self, button: QAbstractButton) -> None:
        """Clicks, and counts it."""
        assert button.isVisible(), f"“{button.text()}” is not in sight"
        self.presses += 1
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        QApplication.processEvents()

    def push(self, words: str) -> None:
        """Clicks the button with these words, and counts it."""
        self.click(self.button(words))

    def until(self, holds: Callable[[], bool]) -> None:
        """Waits until something is so."""
        self.qtbot.waitUntil(holds, timeout=_PATIENCE_MS)

    def put_on_reader(self) -> None:
        """The villager's card is laid on the reader."""
        self.state.training.card_reader.put(self.state.training.villager)

    def lay(self, paper: int) -> None:
        """The villager's paper with this number is laid under the camera, where it lies still."""
        self.state.training.camera.lay(self.papers[paper], at_once=True)

    def photograph(self, material: str) -> None:
        """F2, and waits until the page is kept, straightened and judged."""
        before = self.pages(material)
        self.key("F2")
        self.until(lambda: self.pages(material) != before and self._judged(material))

    def sign_on_pad(self) -> None:
        """Two strokes with the mouse."""
        pad = self.case.sign.pad
        left = Qt.MouseButton.LeftButton
        for start, step in ((QPoint(70, 30), QPoint(6, 6)), (QPoint(150, 30), QPoint(-6, 6))):
            QTest.mousePress(pad, left, pos=start)
            for number in range(1, 14):
                QTest.mouseMove(pad, start + step * number)
            QTest.mouseRelease(pad, left, pos=start + step * 14)
        QApplication.processEvents()

    def wait_for_document(self) -> None:
        """Until the villager can read what is to be signed."""
        self.until(lambda: self.case.sign.document_shown)

    def wait_for_picture(self) -> None:
        """Until the camera's live picture is there."""
        self.until(lambda: self.case.materials.is_looking)

    def leave(self) -> None:
        """Signs out, and waits until everything has been given back."""
        self.window.sign_out()
        self.wait_for_work()

    def choose_item(self, pinyin: str) -> None:
        """Finds an item by its initials and opens it with Enter."""
        self.type(pinyin)
        self.key("Enter")

    def jump(self, words: str) -> None:
        """Clicks a line of 还缺什么."""
        self.click(self._line(MissingLine, words))

    def _line(self, kind: type[MissingLine] | type[TrayLine], words: str) -> QAbstractButton:
        """The visible line with these words, waited for: lines are drawn anew after each change."""

        def in_sight() -> list[MissingLine | TrayLine]:
            lines: list[MissingLine | TrayLine] = [*self.case.findChildren(kind)]
            return [line for line in lines if line.isVisible() and line.text() == words]

        self.until(lambda: bool(in_sight()))
        return in_sight()[0]

    def choose_paper(self, name: str) -> None:
        """Clicks a paper in the tray."""
        self.click(self._line(TrayLine, name))

    def choose_page(self, number: int) -> None:
        """Clicks a page of the chosen paper."""
        self.click(self.thumbs[number - 1])

    def step_to(self, name: str) -> None:
        """Clicks a step of the bar."""
        self.case.go(StepName[name])
        QApplication.processEvents()

    def field(self, name: str) -> QWidget:
        """The control of a field of the form."""
        return self.case.form.control(name)

    def type(self, words: str, field: QLineEdit | None = None) -> None:
        """Types, and lets the screen follow."""
        super().type(words, field)
        self._settle()

    def button(self, words: str, within: QWidget | None = None) -> QAbstractButton:
        """As the desk's, once what was just put into the screen is in sight."""
        self._settle()
        return super().button(words, within)

    @staticmethod
    def _settle() -> None:
        """What is put into a layout comes into sight with the next round of events."""
        for _ in range(3):
            QApplication.processEvents()

    # ---------------------------------------------------------------- eyes
    def value(self, name: str) -> str:
        """A field of the form as saved."""
        have = self.draft.values.get(name)
        return have.value if have else ""

    def control_holds_focus(self, name: str) -> bool:
        """Whether the cursor stands in this field of the form."""
        focus, control = QApplication.focusWidget(), self.field(name)
        return focus is not None and (focus is control or control.isAncestorOf(focus))

    @property
    def offered(self) -> list[str]:
        """The words on all buttons in sight."""
        self._settle()
        return [b.text() for b in self.window.findChildren(QAbstractButton) if b.isVisible()]

    @property
    def may_send(self) -> bool:
        """Whether the agent may sign and send now."""
        return self.case.sign.is_ready

    @property
    def work(self) -> WorkPage:
        """办事."""
        page = self.window.page
        assert isinstance(page, WorkPage)
        return page

    @property
    def outbox(self) -> OutboxPage:
        """待传."""
        page = self.window.page
        assert isinstance(page, OutboxPage)
        return page

    @property
    def cases(self) -> CasesPage:
        """办件."""
        page = self.window.page
        assert isinstance(page, CasesPage)
        return page

    @property
    def case(self) -> CaseView:
        return self.work.case

    @property
    def case_desk(self) -> CaseDesk:
        return self.work.desk

    @cached_property
    def state(self) -> DeskState:
        return self.work.desk.state

    @property
    def draft(self) -> Draft:
        """The case in hand, as it lies on the disk."""
        return self.case_desk.agent.store.draft(self.case_desk.draft.id)

    @property
    def papers(self) -> Sequence[Paper]:
        return self.state.training.papers()

    def pages(self, material: str) -> tuple[str, ...]:
        """The pages of a paper as saved."""
        entry = self.draft.materials.get(material)
        return entry.pages if entry else ()

    def _judged(self, material: str) -> bool:
        capture = self.case_desk.agent.capture
        pages = self.pages(material)
        return all(capture.is_processed(capture.page(page)) for page in pages)

    @property
    def missing(self) -> list[str]:
        """还缺什么, as the column says it."""
        self._settle()
        return [line.text() for line in self.case.findChildren(MissingLine) if line.isVisible()]

    @property
    def tray(self) -> dict[str, str]:
        """Each paper with its state."""
        self._settle()
        found = self.case.findChildren(TrayLine)
        return {line.text(): line.note for line in found if line.isVisible()}

    @property
    def thumbs(self) -> list[Thumb]:
        """The pages of the chosen paper and the places that wait."""
        self._settle()
        return [thumb for thumb in self.case.findChildren(Thumb) if thumb.isVisible()]

    @property
    def hits(self) -> list[str]:
        """The items found."""
        return [line.text() for line in self.work.home.findChildren(Line) if line.isVisible()]
