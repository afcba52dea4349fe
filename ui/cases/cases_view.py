"""办件 of an office: every case of its area, found by number, state or card, and its story."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QStackedWidget, QWidget

from station.domain.cases import Case, CaseState
from station.domain.deadlines import Card
from station.services.case_story import CaseStory
from ui.cases.case_list import CaseList, ListedCase
from ui.cases.case_query import DECIDED, OPEN, CaseQuery
from ui.cases.case_words import STATE_TONES, minute_words, state_words
from ui.cases.packages import ask_package
from ui.cases.story_view import Acts, StoryView
from ui.cases.story_work import StoryWork
from ui.common.buttons import Button
from ui.common.choosing import Select
from ui.common.inputs import SearchEdit
from ui.common.layout import canvas, card, column, row
from ui.common.messages import EmptyState, Message
from ui.common.page import Host, KeyHelp, Page
from ui.common.tables import Cell, Column, Table, TableModel
from ui.common.text import Text
from ui.desk import DeskState

_PATIENCE_MS = 350
_REFRESH_MS = 30_000


def make_page(state: DeskState, host: Host) -> CasesPage:
    """The page of 办件."""
    return CasesPage(state, host)


class CasesPage(Page):
    """The list, or the story of one case."""

    def __init__(self, state: DeskState, host: Host) -> None:
        super().__init__()
        self._state, self._host = state, host
        self.list = CaseList(state, host)
        self.work = StoryWork(state, host)
        self._head = Text("", "title", bold=True)
        self._where = Text("", "caption", "text2", elide=True)
        self.search_field = SearchEdit(
            self.tr("找办件"), self.tr("写办件编号，或者它的开头"), "Ctrl+K"
        )
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_PATIENCE_MS)
        self._typing.timeout.connect(self._ask)
        self.search_field.textChanged.connect(lambda _text: self._typing.start())
        self.search_field.returnPressed.connect(self._ask)
        self.states = Select(
            self.tr("什么状态"),
            (
                ((), self.tr("所有状态")),
                (OPEN, self.tr("在办的")),
                (DECIDED, self.tr("办结的")),
                *(((one,), state_words(one)) for one in CaseState),
            ),
            "filter",
        )
        self.cards = Select(
            self.tr("什么牌"),
            (
                (Card.NONE, self.tr("有牌没牌都看")),
                (Card.YELLOW, self.tr("黄牌")),
                (Card.RED, self.tr("红牌")),
            ),
        )
        self.states.chosen.connect(lambda _value: self._ask())
        self.cards.chosen.connect(lambda _value: self._ask())
        self.message = Message()
        self.model: TableModel[ListedCase] = TableModel(self._columns(), lambda c: c.row.case.id)
        self.table = Table(self.model, self.tr("办件"))
        self.table.opened.connect(lambda one: self.work.show(one.row.case.id))
        self._more = Button(self.tr("再看 50 件"))
        self._more.clicked.connect(self.list.more)
        self._empty = EmptyState("cases", self.tr("没有这样的办件"))
        self._middle = QStackedWidget()
        self._middle.addWidget(card(column((self.table, 1), gap=0), (4, 4, 4, 4)))
        self._middle.addWidget(self._empty)
        self.story_view = StoryView(self.list.unit_name, state.desk.office.calendar)
        self.story_view.left.connect(self.back)
        self.story_view.work_wanted.connect(lambda case: host.go("queue", case))
        self.story_view.document_wanted.connect(self.work.open_document)
        self.story_view.package_wanted.connect(self._save_package)
        self._unit, self._title = "", ""
        self._from: datetime | None = None
        self._stack = QStackedWidget()
        self._stack.addWidget(
            canvas(
                column(
                    row(self._head, (self._where, 1), self._more, gap=12),
                    row((self.search_field, 1), self.states, self.cards, gap=8),
                    self.message,
                    (self._middle, 1),
                    gap=10,
                    margins=(24, 12, 24, 12),
                )
            )
        )
        self._stack.addWidget(self.story_view)
        self.setLayout(column((self._stack, 1), gap=0))
        self._refresher = QTimer(self)
        self._refresher.setInterval(_REFRESH_MS)
        self._refresher.timeout.connect(lambda: self.list.show(self.list.query))
        self.list.changed.connect(self._show)
        self.work.opened.connect(self._show_story)
        self.work.failed.connect(self._tell_of_case)
        self.list.failed.connect(self._tell)
        self._show()

    def _columns(self) -> tuple[Column[ListedCase], ...]:
        return (
            Column(self.tr("状态"), self._state_cell, 138),
            Column(self.tr("事项"), lambda c: Cell(c.title, bold=False)),
            Column(self.tr("谁"), lambda c: c.who, 88, at_large=False),
            Column(self.tr("村站"), lambda c: c.station, 184, at_large=False),
            Column(self.tr("编号"), lambda c: Cell(c.row.case.number, quiet=True), 262),
            Column(self.tr("时限"), self._left_cell, 136),
            Column(self.tr("动过"), self._when_cell, 120, right=True, at_large=False),
        )

    @staticmethod
    def _state_cell(one: ListedCase) -> Cell:
        state = one.row.case.state
        return Cell(state_words(state), STATE_TONES[state], "chip")

    @staticmethod
    def _left_cell(one: ListedCase) -> Cell:
        if one.left is None:
            return Cell("")
        return Cell(one.left.words, one.left.tone, "plate" if one.left.plate else "plain")

    def _when_cell(self, one: ListedCase) -> Cell:
        moment = one.row.case.updated_at
        return Cell(minute_words(moment, self.list.now.date()), sort=moment.timestamp())

    # ---------------------------------------------------------------- page
    def entered(self, subject: object = None) -> None:
        self._refresher.start()
        if isinstance(subject, CaseQuery):
            self._stack.setCurrentIndex(0)
            self.states.set_value(subject.states)
            self.cards.set_value(subject.card)
            self._unit, self._from, self._title = (
                subject.unit,
                subject.opened_from,
                subject.title,
            )
            self.search_field.blockSignals(True)
            self.search_field.setText(subject.number)
            self.search_field.blockSignals(False)
        self._ask()

    def leaving(self) -> None:
        self._refresher.stop()
        self._typing.stop()
        self._host.tasks.drop(self.list)

    def first_focus(self) -> QWidget:
        return self.table

    def search(self) -> bool:
        self._stack.setCurrentIndex(0)
        self.search_field.setFocus()
        self.search_field.selectAll()
        return True

    def back(self) -> bool:
        if self._stack.currentIndex() == 1:
            self._stack.setCurrentIndex(0)
            self.table.setFocus()
            return True
        if self._unit or self._from or self.search_field.text():
            self._unit, self._from, self._title = "", None, ""
            self.search_field.clear()
            self._ask()
            return True
        return False

    def key_help(self) -> list[KeyHelp]:
        return [
            KeyHelp("Ctrl+K", self.tr("按编号找")),
            KeyHelp("Enter", self.tr("打开选中的一件")),
            KeyHelp("F2", self.tr("去办打开的这件")),
            KeyHelp("F7", self.tr("存打开这件的归档包")),
            KeyHelp("Esc", self.tr("回到所有办件")),
        ]

    # ---------------------------------------------------------------- shown
    def _ask(self) -> None:
        self._typing.stop()
        states = self.states.value()
        self.list.show(
            CaseQuery(
                states=states if isinstance(states, tuple) else (),
                unit=self._unit,
                opened_from=self._from,
                title=self._title,
                card=Card(str(self.cards.value() or Card.NONE)),
                number=self.search_field.text().strip(),
            )
        )

    def _show(self) -> None:
        self.model.set_rows(self.list.cases)
        self._middle.setCurrentIndex(1 if self.list.known and not self.list.cases else 0)
        self._head.setText(
            self.tr("{n} 件").format(n=self.list.total) if self.list.known else self.tr("办件")
        )
        only = self._title or (self.list.unit_name(self._unit) if self._unit else "")
        self._where.setText(
            self.tr("只看 {unit}，按 Esc 看全部").format(unit=only)
            if only
            else self.tr("新动过的在前")
        )
        self._more.setVisible(self.list.has_more)
        if self.list.known:
            self.message.clear_away()

    def _show_story(self, story: CaseStory) -> None:
        review, case = self._state.desk.review, story.file.case
        may_work = review is not None and bool(
            self._state.desk.who.person.unit.level.value
            == {
                CaseState.TOWNSHIP_REVIEW: "township",
                CaseState.COUNTY_REVIEW: "county",
            }.get(case.state)
        )
        acts = Acts(
            work=may_work,
            package=self.work.may_read and not story.file.case.state.is_open,
            read=self.work.may_read,
        )
        self.story_view.show_story(story, self.list.now, acts)
        self._stack.setCurrentIndex(1)

    def _save_package(self, case: Case) -> None:
        path = ask_package(self, case)
        if path is not None:
            self.work.save_package(case, path)

    def _tell_of_case(self, error: Exception) -> None:
        told = self.message if self._stack.currentIndex() == 0 else self.story_view.message
        told.tell_error(error)

    def _tell(self, error: Exception) -> None:
        self.message.tell_error(error, [(self.tr("再试一次"), self._ask)])
