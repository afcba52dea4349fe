"""办件: every case of this desk, what became of it, and a way to go on with it."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QWidget

from station.domain.cases import Case, CaseState
from station.domain.drafts import Draft, DraftState
from station.services.case_story import CaseStory
from ui.agent.delivery_dialog import DeliveryDialog
from ui.cases.case_words import STATE_TONES, state_words
from ui.cases.story_view import Acts, StoryView
from ui.cases.story_work import StoryWork
from ui.common.inputs import SearchEdit
from ui.common.layout import canvas, column, row
from ui.common.messages import EmptyState, Message
from ui.common.page import Host, Page
from ui.common.table_model import Cell, Column, TableModel
from ui.common.tables import Table
from ui.common.text import Text
from ui.common.tones import Tone
from ui.common.wording import short_day_words
from ui.desk import DeskState


def make_page(state: DeskState, host: Host) -> Page:
    """The workspace 办件 of an agent."""
    return CasesPage(state, host)


class CasesPage(Page):
    """A table of cases, or the story of one that was sent. Enter or a double click opens one."""

    def __init__(self, state: DeskState, host: Host) -> None:
        super().__init__()
        self._state, self._host = state, host
        assert state.desk.agent is not None, "only an agent has cases of a desk"
        self._agent = state.desk.agent
        self._search = SearchEdit(self.tr("找办件"), self.tr("姓名、编号或事项"), "Ctrl+K")
        self._search.textChanged.connect(lambda _text: self.refresh())
        self._model: TableModel[Draft] = TableModel(
            self._columns(), lambda draft: draft.id, parent=self
        )
        self._table = Table(self._model, self.tr("办件"))
        self._message = Message()
        self.work = StoryWork(state, host)
        self.work.opened.connect(self._show_story)
        self.work.failed.connect(self._tell)
        self.story_view = StoryView(self._unit_name, state.desk.office.calendar)
        self.story_view.left.connect(self.back)
        self.story_view.papers_wanted.connect(lambda case: host.go("work", case))
        self.story_view.document_wanted.connect(self.work.open_document)
        self.story_view.delivery_wanted.connect(self._ask_delivery)
        self._table.opened.connect(self._open)
        self._empty = EmptyState(
            "cases", self.tr("还没有办件"), self.tr("在“办事”里选一个事项就开始。")
        )
        self._count = Text("", "caption", "text2")
        listed = canvas(
            column(
                row(
                    Text(self.tr("办件"), "title", bold=True),
                    self._count,
                    None,
                    (self._search, 1),
                    gap=12,
                ),
                self._message,
                (self._table, 1),
                (self._empty, 1),
                gap=12,
                margins=(24, 20, 24, 20),
            )
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(listed)
        self._stack.addWidget(self.story_view)
        self.setLayout(column((self._stack, 1), gap=0))

    def _columns(self) -> list[Column[Draft]]:
        return [
            Column(self.tr("事项"), self._title),
            Column(self.tr("申请人"), lambda draft: Cell(draft.applicant.name or "—"), 120),
            Column(self.tr("编号"), lambda draft: Cell(draft.number), 280, at_large=False),
            Column(
                self.tr("受理"), lambda draft: Cell(short_day_words(draft.opened_at.date())), 120
            ),
            Column(self.tr("状态"), self._state_cell, 160),
        ]

    def _title(self, draft: Draft) -> Cell:
        return Cell(self._agent.intake.item_of(draft).title)

    def _state_cell(self, draft: Draft) -> Cell:
        words, tone = {
            DraftState.OPEN: (self.tr("没办完"), Tone.TODO),
            DraftState.RETURNED: (self.tr("退回补正"), Tone.WARN),
            DraftState.SIGNED: (self.tr("待传"), Tone.LATER),
            DraftState.SENT: (self.tr("已送镇里"), Tone.OK),
        }[draft.state]
        if draft.state is DraftState.SENT and draft.standing is not None:
            words, tone = state_words(draft.standing), STATE_TONES[draft.standing]
        return Cell(words, tone, "chip")

    def entered(self, subject: object = None) -> None:
        self._stack.setCurrentIndex(0)
        self.refresh()

    def refresh(self) -> None:
        """Reads the cases again and keeps those that match the search."""
        wanted = self._search.text().strip()
        drafts = [
            draft
            for draft in self._agent.store.drafts()
            if not wanted
            or wanted in draft.applicant.name
            or wanted in draft.number
            or wanted in self._agent.intake.item_of(draft).title
        ]
        self._model.set_rows(drafts)
        self._table.setVisible(bool(drafts))
        self._empty.setVisible(not drafts)
        self._count.setText(self.tr("{n} 件").format(n=len(drafts)))

    @property
    def search_field(self) -> SearchEdit:
        """Where one types what to look for."""
        return self._search

    @property
    def rows(self) -> list[Draft]:
        """The cases in the list from top to bottom."""
        return list(self._model.rows)

    def _open(self, draft: object) -> None:
        """A case that was sent is looked at; any other is gone on with."""
        if not isinstance(draft, Draft):
            return
        if draft.state is DraftState.SENT:
            self.work.show(draft.id)
        else:
            self._host.go("work", draft.id)

    # ---------------------------------------------------------------- one case
    def _show_story(self, story: CaseStory) -> None:
        case = story.file.case
        acts = Acts(
            deliver=case.state is CaseState.APPROVED,
            papers=case.id in {draft.id for draft in self._agent.store.drafts()},
            read=self.work.may_read,
        )
        self.story_view.show_story(story, self._state.desk.office.clock(), acts)
        self._stack.setCurrentIndex(1)
        primary = self.story_view.primary()
        (primary or self.story_view.back_button).setFocus()

    def _ask_delivery(self, case: Case) -> None:
        applicant = next(
            (one.applicant.name for one in self._agent.store.drafts() if one.id == case.id), ""
        )
        self.dialog = dialog = DeliveryDialog(self.window(), applicant)
        dialog.accepted.connect(lambda: self.work.deliver(case, dialog.delivery, self._state.poke))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        dialog.receiver.setFocus()

    def _unit_name(self, code: str) -> str:
        directory = self._state.desk.known_directory()
        units = directory.units if directory else ()
        return next((unit.name for unit in units if unit.code == code), code)

    def _tell(self, error: Exception) -> None:
        told = self._message if self._stack.currentIndex() == 0 else self.story_view.message
        told.tell_error(error)

    # ---------------------------------------------------------------- as a page
    def first_focus(self) -> QWidget | None:
        return self._search

    def back(self) -> bool:
        if self._stack.currentIndex() == 0:
            return False
        self._stack.setCurrentIndex(0)
        self.refresh()
        self._table.setFocus()
        return True

    def search(self) -> bool:
        self._stack.setCurrentIndex(0)
        self._search.setFocus()
        return True
