"""办事: the agent's home, and the case in hand in its place."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from signing.errors import ExplainedError
from station.devices.idcard import CardReading
from station.domain.cases import ActionType
from station.domain.item_words import spoken
from station.domain.units import Person
from ui.agent.case_desk import CaseDesk
from ui.agent.case_view import CaseView
from ui.agent.home_view import HomeView
from ui.agent.sender import Round, Sender
from ui.common.language import current
from ui.common.layout import column
from ui.common.messages import Message, explained
from ui.common.page import Host, KeyHelp, Page, WorkLine
from ui.common.prints import show_print
from ui.desk import DeskState


def make_page(state: DeskState, host: Host) -> Page:
    """The workspace 办事; with it the sending begins."""
    return WorkPage(state, host)


class WorkPage(Page):
    """Home and case; Esc leads back home, everything saved."""

    def __init__(self, state: DeskState, host: Host) -> None:
        super().__init__()
        self._state, self._host = state, host
        self.desk = CaseDesk(state)
        self.home = HomeView(self.desk)
        self.case = CaseView(self.desk, host)
        self._card: CardReading | None = None
        self._message = Message(compact=True)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.home)
        self._stack.addWidget(self.case)
        self.setLayout(column(self._message, (self._stack, 1), gap=0))
        self.home.begun.connect(self.begin)
        self.home.resumed.connect(self.resume)
        self.home.card_wanted.connect(self._read_card)
        self.home.guide_wanted.connect(self.print_guide)
        self.case.guide_wanted.connect(self.print_guide)
        self.case.one_time_notice_wanted.connect(self.print_one_time_notice)
        self.case.acceptance_wanted.connect(self.print_acceptance)
        self.case.next_case_wanted.connect(self.go_home)
        self.case.authorisation_wanted.connect(self.print_authorisation)
        self.case.applicant.beside_wanted.connect(self.begin_beside)
        self.case.applicant.case_wanted.connect(self.resume)
        self.case.sent.connect(self._sent)
        self._sender = Sender(state.desk, self.desk.agent, host.tasks)
        self._sender.setParent(self)  # it ends with the page
        self._sender.rounded.connect(self._rounded)
        self._sender.progress.connect(self._sending)
        self._work: WorkLine | None = None
        state.poke = self._sender.poke
        self._sender.start()
        # The first letter that is searched for would wait for the index otherwise.
        host.tasks.start(
            state.desk.office.catalogue.index,
            done=lambda _index: None,
            failed=lambda _error: None,
            owner=self,
            lane="search",
        )

    # ---------------------------------------------------------------- sending
    def _sending(self, number: str, done: int, total: int) -> None:
        words = self.tr("正在上传 {number}").format(number=number)
        if self._work is None:
            self._work = self._host.work(words)
        self._work.progress(done / total if total else None, words)

    def _rounded(self, result: Round) -> None:
        if self._work is not None:
            self._work.end()
            self._work = None
        self._state.show_link(result.online, result.sent.waiting, result.problem)
        for number in result.sent.accepted:
            self._host.say(self.tr("{number} 已送到镇里").format(number=number))
        for piece in result.news:
            state = QCoreApplication.translate("review", piece.state.word)  # as reviewers see it
            if piece.action in (ActionType.RETURN, ActionType.REFUSE, ActionType.APPROVE):
                self._host.say(self.tr("{number} {what}").format(number=piece.number, what=state))
        moved = bool(result.sent.accepted or result.news)
        if moved and self.desk.is_open and self.desk.is_closed:
            self.desk.reload()
        elif moved and not self.desk.is_open:
            self.home.refresh()

    # ---------------------------------------------------------------- home and case
    def begin(self, item: str) -> None:
        """Opens a new case; an ID card read at home fills it."""
        self.desk.begin(item)
        if not self.desk.is_open:
            return
        if self._card is not None:
            card, self._card = self._card, None
            self.desk.take_card(card, self._state.equipment.practice_phone)
        self.show_case()

    def begin_beside(self, item: str) -> None:
        """Opens a case of another item for the same person; the one on the desk is saved."""
        self.case.stop()
        self.desk.begin_beside(item)
        self.show_case()
        self._host.say(
            self.tr("{item}开好了，{name}的资料带过来了；刚才那件在首页接着办").format(
                item=spoken(self.desk.item, current()).title,
                name=self.desk.draft.applicant.name,
            )
        )

    def resume(self, draft_id: str) -> None:
        """Goes on with a case."""
        self.desk.resume(draft_id)
        if self.desk.is_open:
            self.show_case()

    def go_home(self) -> None:
        """Leaves the case as it is."""
        self.case.stop()
        self.desk.put_away()
        self._stack.setCurrentWidget(self.home)
        self.home.empty_search()
        self.home.refresh()
        self.home.search_focus().setFocus()

    def show_case(self) -> None:
        """The case on the desk comes into sight."""
        self._message.clear_away()
        self._stack.setCurrentWidget(self.case)
        self.case.show_case()
        if not self.desk.is_closed:
            self._host.say(self.tr("草稿会自己存好"), self.desk.undo)

    def _sent(self) -> None:
        self._state.poke()
        self.desk.reload()

    def _read_card(self) -> None:
        equipment = self._state.equipment
        self._host.tasks.start(
            lambda: equipment.card_reader().read(),
            done=self._card_read,
            failed=self._failed,
            owner=self,
            lane="card",
        )

    def _card_read(self, card: CardReading) -> None:
        self._card = card
        self._message.clear_away()
        self._host.say(self.tr("读到了 {name} 的身份证，选好事项就自动填上").format(name=card.name))

    def _failed(self, error: Exception) -> None:
        if isinstance(error, ExplainedError):
            self._message.tell_error(error)
            self._host.say(explained(error)[0])

    # ---------------------------------------------------------------- papers to hand over
    @property
    def _person(self) -> Person:
        return self._state.desk.who.person

    def print_guide(self, item_code: str) -> None:
        """The service guide in large type."""

        def make() -> bytes:
            from station.dossier.guide_sheet import guide_sheet

            office = self._state.desk.office
            item = office.catalogue.item(item_code)
            return guide_sheet(item, office.clock(), self._person.unit.name).pdf

        self._print(make, self.tr("办事指南-{code}").format(code=item_code))

    def print_one_time_notice(self) -> None:
        """Everything still needed, told at once."""
        draft, lacks, materials = self.desk.draft, self.desk.lacks, self.desk.materials
        item = self.desk.item

        def make() -> bytes:
            from station.dossier.notices import one_time_notice

            return one_time_notice(
                item,
                number=draft.number,
                applicant=draft.applicant.name,
                lacks=lacks,
                materials=materials,
                station=self._person.unit.name,
                agent=self._person.name,
                day=self._state.desk.office.clock(),
            ).pdf

        self._print(make, self.tr("一次性告知单-{number}").format(number=draft.number))

    def print_acceptance(self) -> None:
        """The acceptance notice of the case that was sent."""
        draft = self.desk.draft
        at = self._state.desk.office.clock()
        self._print(
            lambda: self.desk.agent.signing.acceptance_notice(draft, at),
            self.tr("受理通知书-{number}").format(number=draft.number),
        )

    def print_authorisation(self) -> None:
        """The 委托书 with what is known filled in, to be signed by hand."""
        draft, item = self.desk.draft, self.desk.item
        now = self._state.desk.office.clock()

        def make() -> bytes:
            from station.dossier.notices import authorisation

            return authorisation(item, draft, self._person.unit.name, now).pdf

        self._print(make, self.tr("委托书-{number}").format(number=draft.number))

    def _print(self, make: Callable[[], bytes], name: str) -> None:
        folder = self._state.desk.office.home.root / "prints"
        show_print(self._host, folder, name, make, self._failed, self)

    # ---------------------------------------------------------------- as a page
    def entered(self, subject: object = None) -> None:
        """Home, or the case that was asked for by its draft's id."""
        if isinstance(subject, str) and subject:
            self.resume(subject)
        elif self.desk.is_open:
            self.desk.reload()
            self.case.go(self.case.step)
        else:
            self.home.refresh()

    def leaving(self) -> None:
        self.case.stop()

    def first_focus(self) -> QWidget | None:
        return None if self.desk.is_open else self.home.search_focus()

    def search(self) -> bool:
        if self.desk.is_open:
            self.go_home()
        self.home.search_focus().setFocus()
        return True

    def back(self) -> bool:
        if self.desk.is_open:
            if not self.case.back():
                self.go_home()
            return True
        return self.home.empty_search()

    def drawer(self) -> bool:
        if self.desk.is_open:
            self.case.toggle_missing()
        return self.desk.is_open

    def key_help(self) -> list[KeyHelp]:
        return [
            KeyHelp("F2", self.tr("拍照：身份证、人像、材料（空格也行）")),
            KeyHelp("F3", self.tr("进纸扫描")),
            KeyHelp("F4", self.tr("读身份证")),
            KeyHelp("F7", self.tr("打一张委托书")),
            KeyHelp("F8", self.tr("代办员签章")),
            KeyHelp("F10", self.tr("给申请人看的大字屏")),
            KeyHelp("F9", self.tr("签章并送出")),
            KeyHelp("Ctrl+Enter", self.tr("下一步")),
        ]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.desk.is_open and event.key() == Qt.Key.Key_Space:
            self.case.take()
        else:
            super().keyPressEvent(event)
