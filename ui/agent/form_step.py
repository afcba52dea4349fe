"""Step 3: the form. Filled in directly, or read from the paper form that the villager brought.

The paper is photographed or scanned here, kept at once, and read beside the window; what is
doubtful in it is visited from one to the next. Fields and doubts live in ``form_fields``.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QStackedWidget, QWidget

from signing.errors import ExplainedError
from station.devices.training_papers import Paper
from station.domain.drafts import Draft, ValueSource
from station.domain.side_papers import PAPER_FORM
from ui.agent.camera_stage import CameraStage, PracticeStrip
from ui.agent.case_desk import CaseDesk
from ui.agent.form_fields import FormFields
from ui.agent.reading_line import ReadingLine
from ui.common.buttons import Button
from ui.common.chips import Chip
from ui.common.inputs import DoubtBlock
from ui.common.layout import canvas, column, fixed_width, holder, room, row, scroll, wide_only
from ui.common.messages import Message, explained
from ui.common.page import Host
from ui.common.paper_tools import PaperTools
from ui.common.paper_view import PaperView
from ui.common.pictures import picture_of_file
from ui.common.text import Text
from ui.common.theme import theme
from ui.common.tones import Tone
from ui.equipment import Scanning

_WIDE = 1040


class FormStep(QWidget):
    """``settled`` tells that nothing that was read asks any more."""

    settled = Signal()
    _scanned = Signal(bytes)

    def __init__(self, desk: CaseDesk, host: Host) -> None:
        super().__init__()
        self._desk, self._host = desk, host
        self._beside_pages: tuple[str, ...] = ()
        self._fields = FormFields(desk, host)
        self._fields.all_settled.connect(self.settled)
        self._message = Message(compact=True)
        self._stack = QStackedWidget()
        self._typing = self._typing_page()
        self._taking = self._taking_page()
        self._whole = self._whole_page()
        for page in (self._typing, self._taking, self._whole):
            self._stack.addWidget(page)
        self.setLayout(column((self._stack, 1), gap=0))

    # ---------------------------------------------------------------- layout
    def _typing_page(self) -> QWidget:
        self._read = Chip("", Tone.OK)
        self._asked = Chip("", Tone.WARN)
        self._see = Button(self.tr("看整页"), "quiet", "form")
        self._see.clicked.connect(self._show_whole)
        self._photograph = Button(self.tr("拍纸质表"), "secondary", "camera", "F2")
        self._photograph.clicked.connect(self.take)
        self._scan = Button(self.tr("进纸扫描"), "secondary", "scanner", "F3")
        self._scan.clicked.connect(self.scan)
        self._next = Button(self.tr("下一处"), "primary", shown_key="Tab")
        self._next.clicked.connect(lambda: self._fields.next_doubt())
        head = row(
            Text(self.tr("申请表"), "title", bold=True),
            self._read,
            self._asked,
            None,
            self._see,
            self._photograph,
            self._scan,
            self._next,
            gap=8,
        )
        self._reading = ReadingLine(self._host)
        body = column((self._fields, 0), None, gap=0)
        inner = holder(body)
        top = column(head, self._reading, self._message, gap=8)
        self._beside = PaperView(self._host.tasks, self.tr("纸质表"))
        self._beside_box = wide_only(fixed_width(holder(column((self._beside, 1))), 520))
        fields = row((scroll(inner), 1), self._beside_box, gap=16)
        whole = column(top, (fields, 1), gap=12, margins=(24, 12, 24, 0))
        page = canvas(whole)
        self._inner = inner
        return page

    def _taking_page(self) -> QWidget:
        self._camera = CameraStage(self._desk.state, self._host, self.tr("高拍仪画面"))
        self._camera.due.connect(self._camera.photograph)
        self._camera.taken.connect(self._taken)
        self._scanned.connect(self._taken)
        self._camera.refused.connect(self._refused)
        self._practice = PracticeStrip(self._desk.state, self._practice_papers)
        shoot = Button(self.tr("拍照"), "primary", "camera", "F2", big=True)
        shoot.clicked.connect(self._camera.photograph)
        feed = Button(self.tr("进纸扫描"), "secondary", "scanner", "F3", big=True)
        feed.clicked.connect(self.scan)
        back = Button(self.tr("不拍了"), "secondary", "undo", "Esc", big=True)
        back.clicked.connect(self.back)
        self._taking_message = Message(compact=True)
        return canvas(
            column(
                Text(self.tr("放上填好的纸质表"), "title", bold=True),
                (self._camera, 1),
                self._taking_message,
                self._practice,
                row(shoot, feed, back, None, gap=8),
                gap=12,
                margins=(24, 12, 24, 16),
            )
        )

    def _whole_page(self) -> QWidget:
        self._paper = PaperView(self._host.tasks, self.tr("纸质表"))
        back = Button(self.tr("回到表单"), "secondary", "undo", "Esc")
        back.clicked.connect(self.back)
        self._drop = Button(self.tr("这张表不要了"), "quiet", "cross")
        self._drop.clicked.connect(self._drop_form)
        return canvas(
            column(
                row(
                    Text(self.tr("纸质申请表"), "title", bold=True),
                    None,
                    PaperTools(self._paper),
                    self._drop,
                    back,
                    gap=8,
                ),
                (self._paper, 1),
                gap=8,
                margins=(24, 12, 24, 12),
            )
        )

    # ---------------------------------------------------------------- as a step
    def start(self) -> None:
        """The step comes into sight: pages that were not read yet are read now."""
        self._fields.settle()
        self._read_on()

    def stop(self) -> None:
        """The step goes out of sight; a page being read is read to its end."""
        self._camera.stop()
        self._stack.setCurrentWidget(self._typing)

    def forget(self) -> None:
        """Another case comes onto the desk."""
        self._reading.drop()
        self._stack.setCurrentWidget(self._typing)
        self._message.clear_away()
        self._fields.forget()

    def back(self) -> bool:
        """Esc: from camera or whole page to the fields; false if they are in sight already."""
        if self._stack.currentWidget() is self._typing:
            return False
        self._camera.stop()
        self._stack.setCurrentWidget(self._typing)
        self.refresh()
        return True

    def refresh(self) -> None:
        """Shows the values as saved, and what is wrong with each."""
        self._fields.refresh()
        values = self._desk.draft.values.values()
        read = sum(value.source is ValueSource.PAPER for value in values)
        asked = sum(not value.confirmed for value in values)
        self._read.setVisible(read > 0)
        self._read.set(self.tr("认出 {n} 项").format(n=read), Tone.OK)
        self._asked.setVisible(asked > 0)
        self._asked.set(self.tr("{n} 项请看一眼").format(n=asked), Tone.WARN)
        self._next.setVisible(asked > 0)
        self._inner.setMaximumWidth(theme().grown(_WIDE))
        has_form = bool(self._pages)
        self._show_beside()
        closed = self._desk.is_closed
        self._see.setVisible(has_form)
        self._drop.setVisible(not closed)
        for button in (self._photograph, self._scan):
            button.setVisible(not closed and not self._reading.is_reading and not asked)

    def focus_on(self, place: str) -> None:
        """Puts the focus into the field that is missing, wrong or doubtful."""
        self._fields.focus_on(place)

    def control(self, field_id: str) -> QWidget:
        """The control of a field."""
        return self._fields.control(field_id)

    def doubt(self, field_id: str) -> DoubtBlock:
        """The block that asks about a field."""
        return self._fields.doubt(field_id)

    @property
    def open_doubts(self) -> list[str]:
        """The fields that still ask, in the paper's order."""
        return self._fields.open_doubts

    def has_picture(self, field_id: str) -> bool:
        """Whether the field's cut-out stands beside it."""
        return self._fields.has_picture(field_id)

    @property
    def is_reading(self) -> bool:
        """Whether a page is being read."""
        return self._reading.is_reading

    @property
    def is_looking(self) -> bool:
        """Whether the live picture is in sight."""
        return self._stack.currentWidget() is self._taking and bool(self._camera.hint)

    @property
    def told(self) -> str:
        """What is said above the fields."""
        return self._message.words if not self._message.isHidden() else ""

    @property
    def _pages(self) -> tuple[str, ...]:
        entry = self._desk.draft.materials.get(PAPER_FORM.id)
        return entry.pages if entry else ()

    # ---------------------------------------------------------------- taking the paper
    def take(self) -> None:
        """F2: the camera looks for the form; pressed again it takes."""
        if self._desk.is_closed:
            return
        if self._stack.currentWidget() is self._taking:
            self._camera.photograph()
            return
        self._practice.fill()
        self._taking_message.clear_away()
        self._stack.setCurrentWidget(self._taking)
        self._camera.start(automatic=True)
        reader = self._desk.agent.reader
        self._host.tasks.start(reader.warm_up, failed=self._refused, owner=self, lane="reading")

    def scan(self) -> None:
        """F3: takes every sheet in the feeder."""
        if self._desk.is_closed:
            return
        scanning = Scanning(self._desk.state.equipment.scanner, 300, self._scanned.emit)
        self._host.tasks.start(scanning, failed=self._refused, owner=self, lane="scanner")

    @Slot(bytes)
    def _taken(self, data: bytes) -> None:
        if not self._desk.is_open or self._desk.is_closed:
            return
        try:
            self._desk.agent.reader.keep_form(self._desk.draft.id, data, self._camera.name)
        except ExplainedError as error:
            self._refused(error)
            return
        self._message.clear_away()
        self._desk.reload()
        self.back()
        self._read_on()

    def _refused(self, error: Exception) -> None:
        if isinstance(error, ExplainedError):
            here = self._stack.currentWidget() is self._taking
            (self._taking_message if here else self._message).tell_error(error)

    # ---------------------------------------------------------------- reading it
    def _read_on(self) -> None:
        """The next page that nobody has read, if there is one and none is being read."""
        unread = self._desk.draft.unread
        if self._reading.is_reading or not unread or self._desk.is_closed:
            return
        draft_id, page, reader = self._desk.draft.id, unread[0], self._desk.agent.reader

        self._reading.read(
            self.tr("正在认纸质表上的字"),
            lambda told: reader.read_form(draft_id, page, told),
            done=self._page_read,
            failed=self._not_read,
            stopped=self._stopped,
        )
        self.refresh()

    def cancel(self) -> None:
        """The agent would rather not wait for the reading."""
        self._reading.cancel()

    def _page_read(self, draft: Draft) -> None:
        self._desk.reload()
        if self._desk.draft.unread:
            self._read_on()
            return
        values = draft.values.values()
        asked = sum(not value.confirmed for value in values)
        read = sum(value.source is ValueSource.PAPER for value in values)
        words = self.tr("认出 {n} 项，{m} 项请看一眼") if asked else self.tr("认出 {n} 项，都清楚")
        self._host.say(words.format(n=read, m=asked))
        if self.isVisible() and not self._fields.next_doubt():
            self.settled.emit()

    def _not_read(self, error: Exception) -> None:
        if isinstance(error, ExplainedError):
            self._ask_about(*explained(error))
        self.refresh()

    def _stopped(self) -> None:
        self._ask_about(self.tr("纸质表没有认完"), self.tr("拍的这一页已经存好。"), "")
        self.refresh()

    def _ask_about(self, what: str, why: str, how: str) -> None:
        """A page that was not read: read again, keep it as evidence, or leave it out."""
        self._message.tell(
            what,
            why,
            how,
            Tone.WARN,
            [
                (self.tr("再认一遍"), self._again),
                (self.tr("留着，手工填"), self._by_hand),
                (self.tr("这张不要了"), self._drop_form),
            ],
        )

    def _again(self) -> None:
        self._message.clear_away()
        self._read_on()

    def _by_hand(self) -> None:
        self._message.clear_away()
        self._desk.leave_unread()

    def _drop_form(self) -> None:
        self._message.clear_away()
        self.back()
        self._desk.drop_form()
        self._fields.forget()
        self.refresh()
        self._host.say(self.tr("纸质表拿掉了"), self._desk.undo)

    # ---------------------------------------------------------------- the whole page
    def _show_beside(self) -> None:
        """Where there is room, the paper stands beside its fields all the time."""
        pages = self._pages if room().wide and not self._desk.draft.unread else ()
        self._beside_box.setVisible(bool(pages))
        if pages != self._beside_pages:
            self._beside_pages = pages
            self._load(pages, self._beside.show_pictures)

    def _show_whole(self) -> None:
        """The form as it lies in the dossier."""

        def show(pictures: list[QImage]) -> None:
            self._paper.show_pictures(pictures)
            self._stack.setCurrentWidget(self._whole)
            self._paper.setFocus(Qt.FocusReason.OtherFocusReason)

        self._load(self._pages, show)

    def _load(self, pages: tuple[str, ...], show: Callable[[list[QImage]], None]) -> None:
        capture = self._desk.agent.capture

        def work() -> list[QImage]:
            found = [picture_of_file(capture.picture(page)) for page in pages]
            return [picture for picture in found if not picture.isNull()]

        self._host.tasks.start(work, done=show, failed=self._refused, owner=self, lane="pages-work")

    def _practice_papers(self) -> list[Paper]:
        from station.services.practice import filled_form

        training = self._desk.state.training
        return [filled_form(self._desk.item, training.villager), *training.papers()[5:6]]
