"""The offices' screens as a person uses them: a desk that is really signed in, page by page.

Whoever writes a story about a reviewer, an auditor or a supervisor goes through these and names
no widget.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from station.assembly import Office, OpenDesk
from station.domain.cases import ActionType
from station.domain.units import Role
from station.services.county import TRAINING_PIN
from tests.helpers.desk import DeskDriver
from ui.admin.devices_page import DeviceCard
from ui.admin.items_page import ItemsPage
from ui.admin.people_page import PeoplePage
from ui.admin.settings_view import SettingsPage
from ui.audit.judged import Group, stage_words
from ui.audit.verify_view import VerifyPage
from ui.cases.cases_view import CasesPage
from ui.common.preferences import PreferenceFile
from ui.common.tasks import Tasks
from ui.desk import OfficeDoor
from ui.main_window import MainWindow
from ui.review.queue_view import QueuePage
from ui.supervision.dashboard_view import DashboardPage


class OfficeDriver(DeskDriver):
    """The main window of a PC of the training county, with somebody signed in."""

    @classmethod
    def sit_down(
        cls, office: Office, role: Role, tasks: Tasks, qtbot: QtBot, folder: Path, number: int = 0
    ) -> OfficeDriver:
        """Somebody with this role signs in with the PIN of training keys."""
        door = OfficeDoor(office)
        window = MainWindow(door, tasks, PreferenceFile(folder / "desk.json"))
        qtbot.addWidget(window)
        window.resize(1366, 728)
        window.show()
        driver = cls(window, qtbot)
        driver.wait_for_work()
        slots = [c.slot.id for c in office.candidates() if c.person.role is role]
        holder = next(h for h in door.holders() if h.id == slots[number])
        window.sit_down(door.sign_in(holder, TRAINING_PIN)())
        driver.wait_for_work()
        return driver

    def leave(self) -> None:
        """Signs out, and waits until everything has been given back."""
        self.window.sign_out()
        self.wait_for_work()

    def dialog(self) -> str:
        """All that the dialog in sight says."""
        sheet = QApplication.activeModalWidget()
        assert sheet is not None, "no dialog is open"
        return "\n".join(label.text() for label in sheet.findChildren(QLabel))


class QueueDriver(OfficeDriver):
    """待办: the queue and the case in hand."""

    @property
    def queue(self) -> QueuePage:
        """The page."""
        page = self.page
        assert isinstance(page, QueuePage)
        return page

    @property
    def waiting(self) -> list[str]:
        """Each card with all its words."""
        return ["，".join(card.parts) for card in self.queue.list.cards]

    @property
    def offered(self) -> list[ActionType]:
        """What can be decided now."""
        return [a for a, button in self.queue.buttons.items() if button.isVisibleTo(self.window)]

    @property
    def told(self) -> str:
        """What went wrong, as the page tells it."""
        return self.queue.message.words

    def open_case(self, number: str) -> None:
        """Opens the case with this number from the queue."""
        key = next(row.case.id for row in self.queue.work.rows if row.case.number == number)
        self.queue.list.choose(key)
        self.wait_for_work()

    def draw(self, left: float, top: float, right: float, bottom: float) -> None:
        """Drags a frame on the page in sight of a return, in shares of what is seen of it."""
        paper = self.queue.return_view.papers.view
        page = paper.page_rect(paper.page)

        def at(across: float, down: float) -> QPoint:
            return QPoint(
                round(page.x() + across * page.width()), round(page.y() + down * page.height())
            )

        pad, button = paper.viewport(), Qt.MouseButton.LeftButton
        self.qtbot.mousePress(pad, button, pos=at(left, top))
        self.qtbot.mouseMove(pad, at((left + right) / 2, (top + bottom) / 2))
        self.qtbot.mouseMove(pad, at(right, bottom))
        self.qtbot.mouseRelease(pad, button, pos=at(right, bottom))
        self.wait_for_work()

    def look_again(self) -> None:
        """What the clock does every fifteen seconds."""
        self.queue.work.refresh()
        self.wait_for_work()

    def confirm(self) -> None:
        """Enter in the one dialog before a signature."""
        assert self.queue.dialog is not None
        self.press(self.queue.dialog.act_button.text(), self.queue.dialog)
        self.wait_for_work()


def someone(office: Office, role: Role, number: int = 0) -> OpenDesk:
    """Another desk of the same county, without a screen; the caller closes it."""
    candidates = [c for c in office.candidates() if c.person.role is role]
    desk = office.sign_in(candidates[number], TRAINING_PIN)
    desk.connect()
    return desk


class AuditDriver(OfficeDriver):
    """验证: the auditor's bench."""

    @property
    def verify(self) -> VerifyPage:
        """The page."""
        page = self.page
        assert isinstance(page, VerifyPage)
        return page

    @property
    def verdicts(self) -> dict[str, Group]:
        """The files in the table from top to bottom with what became of them."""
        return {one.name: one.group for one in self.verify.model.rows}

    @property
    def chain(self) -> list[tuple[str, str]]:
        """Level and name of each signature of the file opened."""
        opened = self.verify.to_export[0]
        return [(stage_words(line.stage), line.signer) for line in opened.signatures]

    def drop(self, *paths: Path) -> None:
        """Drops files or folders onto the page and waits for the verdicts."""
        self.verify.take(paths)
        self.wait_for_work()

    def open_file(self, name: str) -> None:
        """Opens a file of the table."""
        row = next(one for one in self.verify.model.rows if one.name == name)
        self.verify.table.opened.emit(row)
        self.wait_for_work()


class CasesDriver(OfficeDriver):
    """办件: the list and the story of one case."""

    @property
    def cases(self) -> CasesPage:
        """The page."""
        page = self.page
        assert isinstance(page, CasesPage)
        return page

    @property
    def numbers(self) -> list[str]:
        """The cases in the list from top to bottom."""
        return [one.row.case.number for one in self.cases.model.rows]

    def find(self, number: str) -> None:
        """Types a number into the search and presses Enter."""
        self.cases.search_field.clear()
        self.type(number, self.cases.search_field)
        self.key("Enter", self.cases.search_field)
        self.wait_for_work()

    def open_story(self, number: str) -> None:
        """Opens a case of the list."""
        row = next(one for one in self.cases.model.rows if one.row.case.number == number)
        self.cases.table.opened.emit(row)
        self.wait_for_work()


class WatchDriver(CasesDriver):
    """监察: figures, and the lists they open."""

    @property
    def watch(self) -> DashboardPage:
        """The page."""
        page = self.page
        assert isinstance(page, DashboardPage)
        return page


class PeopleDriver(OfficeDriver):
    """人员: the administrator's people and certificates."""

    @property
    def people(self) -> PeoplePage:
        """The page."""
        page = self.page
        assert isinstance(page, PeoplePage)
        return page

    @property
    def names(self) -> list[str]:
        """The people in the table from top to bottom."""
        return [one.person.name for one in self.people.model.rows]

    @property
    def asking(self) -> list[str]:
        """Who waits for a certificate, from top to bottom."""
        return [one.wanted.name for one in self.people.request_model.rows]

    def choose(self, name: str) -> None:
        """Puts the selection on somebody in the table in sight."""
        people, requests = self.people.model, self.people.request_model
        if self.people.table.isVisible():
            one = next(row for row in people.rows if row.person.name == name)
            self.people.table.select((one.person.unit.code, one.person.id))
        else:
            asked = next(row for row in requests.rows if row.wanted.name == name)
            self.people.requests.select(asked.id)

    def confirm(self) -> None:
        """Presses the act of the dialog in sight."""
        assert self.people.dialog is not None
        self.people.dialog.act_button.click()
        self.wait_for_work()


class ItemsDriver(OfficeDriver):
    """事项: the administrator's catalogue."""

    @property
    def items(self) -> ItemsPage:
        """The page."""
        page = self.page
        assert isinstance(page, ItemsPage)
        return page

    @property
    def versions(self) -> dict[str, int]:
        """The items in the table with the version in force."""
        return {one.item.code: one.item.version for one in self.items.model.rows}

    def take(self, file: Path) -> None:
        """Chooses a file to import."""
        self.items.take(file)
        self.wait_for_work()


class SettingsDriver(OfficeDriver):
    """设置: devices, look, network, about."""

    @property
    def settings(self) -> SettingsPage:
        """The page."""
        page = self.page
        assert isinstance(page, SettingsPage)
        return page

    @property
    def devices(self) -> dict[str, str]:
        """Each device with the word on its chip."""
        return {one.device.name: one.state for one in self.settings.devices.cards.values()}

    def card(self, name: str) -> DeviceCard:
        """A device by its name."""
        cards = self.settings.devices.cards.values()
        return next(one for one in cards if one.device.name == name)

    def try_out(self, name: str) -> None:
        """Presses the trial button of a device."""
        self.card(name).button.click()
        self.wait_for_work()
