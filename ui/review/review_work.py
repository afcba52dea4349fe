"""The reviewer's work, as the screens share it: the queue, the case in hand, the decision.

No widget is named here. Everything that asks the hub runs beside the window, one after the other
in the lane ``hub``; answers come back as signals. Whatever fails leaves things as they were.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import date, datetime

from PySide6.QtCore import QObject, Signal

from signing.errors import ExplainedError
from station.domain.cases import ActionType
from station.domain.item_words import spoken
from station.errors import HubError
from station.services.batch import Batch
from station.services.review import Decided, Decision, OpenCase, Queue, QueueRow, ReviewDesk
from station.wire.client import HubUnreachable
from station.wire.messages import LeaseGrant
from ui.cases.case_words import action_words, queue_card
from ui.common.cards import Card
from ui.common.language import current
from ui.common.page import Host, WorkLine
from ui.common.tones import Tone
from ui.desk import DeskState
from ui.review.batch_work import BatchWork

LANE = "hub"
BEAT_MS = 120_000
REFRESH_MS = 15_000


class ReviewWork(QObject):
    """``refreshed`` follows the queue, ``opened`` the case in hand (None: none), ``failed`` an
    error, ``decided`` what became of a case."""

    refreshed = Signal()
    opened = Signal(object)
    failed = Signal(object)
    decided = Signal(object)

    def __init__(self, state: DeskState, host: Host, page: QObject) -> None:
        super().__init__()
        assert state.desk.review is not None, "only a reviewing level has a queue"
        self._state, self._host = state, host
        self._review: ReviewDesk = state.desk.review
        self._queue: Queue | None = None
        self._case: OpenCase | None = None
        self._wanted = ""
        self._asking = False
        self._deciding = False
        batch = state.batch or Batch(self._review)
        self.together = BatchWork(batch, host, page, LANE)
        self.together.finished.connect(lambda _round: self.refresh())

    # ---------------------------------------------------------------- what stands
    @property
    def rows(self) -> tuple[QueueRow, ...]:
        """What waits, the most urgent first."""
        return self._queue.rows if self._queue else ()

    @property
    def known(self) -> bool:
        """Whether the hub has told the queue at all."""
        return self._queue is not None

    @property
    def waiting(self) -> int:
        """How many wait in all."""
        return self._queue.counts.waiting if self._queue else 0

    @property
    def case(self) -> OpenCase | None:
        """The case in hand, or looked at."""
        return self._case

    @property
    def wanted(self) -> str:
        """The id of the case that is open or being opened."""
        return self._wanted

    @property
    def busy(self) -> bool:
        """Whether something is being signed and sent."""
        return self._deciding or self.together.running

    @property
    def is_marked(self) -> bool:
        """Whether the open case waits to be signed with the others."""
        return self._case is not None and self.together.of(self._case.case.id) is not None

    @property
    def now(self) -> datetime:
        return self._state.desk.office.clock()

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def may_act(self) -> tuple[ActionType, ...]:
        """What can be decided on the open case now."""
        if self._case is None or self._case.lease is None or self.busy or self.is_marked:
            return ()
        return self._case.actions

    def title(self, row: QueueRow) -> str:
        """The item of a case that waits."""
        catalogue = self._state.desk.office.catalogue
        try:
            return spoken(catalogue.item(row.case.item, row.case.item_version), current()).title
        except ExplainedError:  # an item that this PC does not have is named by the village
            return row.header.item_title if row.header is not None else row.case.item

    def cards(self) -> list[Card]:
        """The queue as cards."""
        calendar, me = self._state.desk.office.calendar, self._state.desk.who.person.id
        cards = []
        for row in self.rows:
            title = self.title(row)
            card = queue_card(row.case, row.card, row.header, title, self.now, calendar, me)
            if self.together.of(row.case.id) is not None:
                card = replace(card, state=self.tr("等着一起签"), tone=Tone.OK, plate=False)
            cards.append(card)
        return cards

    def next_after(self, case_id: str) -> str:
        """The case to go on with once this one is done: the first free one, most urgent first."""
        me = self._state.desk.who.person.id
        for row in self.rows:
            lease = row.case.lease
            held = lease is not None and lease.holder != me and lease.until > self.now
            done = held or self.together.of(row.case.id) is not None
            if row.case.id != case_id and not done:
                return row.case.id
        return ""

    # ---------------------------------------------------------------- the queue
    def refresh(self) -> None:
        """Asks for the queue anew; one question at a time."""
        if self._asking:
            return
        self._asking = True
        self._host.tasks.start(
            self._review.queue, done=self._told, failed=self._not_told, owner=self, lane=LANE
        )

    def _told(self, queue: Queue) -> None:
        self._asking = False
        self._queue = queue
        self._state.waiting.set(queue.counts.waiting)
        self._state.show_link(True, 0)
        self.refreshed.emit()

    def _not_told(self, error: Exception) -> None:
        self._asking = False
        self._offline(error)
        self.failed.emit(error)

    def _offline(self, error: Exception) -> None:
        if isinstance(error, HubUnreachable):
            self._state.show_link(False, 0)

    # ---------------------------------------------------------------- the case in hand
    def open(self, case_id: str, *, take: bool = True) -> None:
        """Takes a case in hand and opens it; the one before is given back."""
        if self.busy or (case_id == self._wanted and self._case is not None and take):
            return
        self.put_back()
        self._wanted = case_id
        marked = self.together.of(case_id)
        if marked is not None:  # still in hand, as it was looked at
            self._case = marked.opened
            self.opened.emit(self._case)
            return
        review = self._review
        work = self._host.work(self.tr("正在打开办件"))
        self._host.tasks.start(
            lambda: review.open(case_id, take=take),
            done=lambda case: self._got(case, work),
            failed=lambda error: self._got_none(error, case_id, work),
            owner=self,
            lane=LANE,
        )

    def _got(self, case: OpenCase, work: WorkLine) -> None:
        work.end()
        if case.case.id != self._wanted:
            self._give_back(case)
            return
        self._case = case
        self.opened.emit(case)

    def _got_none(self, error: Exception, case_id: str, work: WorkLine) -> None:
        work.end()
        if case_id == self._wanted:
            self._offline(error)
            self.failed.emit(error)

    def rest(self) -> None:
        """The page goes out of sight: nothing is asked any more, the case is given back."""
        if not self._deciding:
            self._host.tasks.drop(self)
            self._asking = False
        self.put_back()

    def put_back(self) -> None:
        """Leaves the case; somebody else may take it."""
        case, self._case, self._wanted = self._case, None, ""
        if case is not None:
            if self.together.of(case.case.id) is None:  # a marked one stays in hand
                self._give_back(case)
            self.opened.emit(None)

    def _give_back(self, case: OpenCase) -> None:
        if case.lease is not None:
            review = self._review

            def give() -> None:
                # the desk may be closed meanwhile; the claim then runs out by itself
                with contextlib.suppress(HubError, RuntimeError):
                    review.give_back(case)

            self._host.tasks.start(give, lane=LANE)

    def beat(self) -> None:
        """Keeps the case in hand, and those marked; call it every two minutes."""
        self.together.keep()
        case = self._case
        if case is None or case.lease is None or self.busy or self.is_marked:
            return
        review = self._review
        self._host.tasks.start(
            lambda: review.keep(case),
            done=self._kept,
            failed=self.failed.emit,
            owner=self,
            lane=LANE,
        )

    def _kept(self, lease: LeaseGrant | None) -> None:
        if self._case is not None and lease is not None and self._case.case.id == lease.case:
            self._case = replace(self._case, lease=lease)

    # ---------------------------------------------------------------- deciding
    def mark(self, decision: Decision) -> None:
        """Marks the case in hand to be signed with others, and goes on with the next one."""
        case = self._case
        if case is None or decision.action not in self.may_act:
            return
        try:
            self.together.mark(case, decision)
        except ExplainedError as error:
            self.failed.emit(error)
            return
        self._host.say(
            self.tr("{act}，等着签：{who} 的{item}").format(
                act=action_words(decision.action),
                who=case.papers.applicant.name,
                item=spoken(case.item, current()).title,
            ),
            lambda: self.unmark(case.case.id),
        )
        following = self.next_after(case.case.id)
        if following:
            self.open(following)
        else:
            self.refreshed.emit()

    def unmark(self, case_id: str) -> None:
        """Takes the mark back: the case lies open again, still in hand."""
        if self.busy:
            return
        opened = self.together.unmark(case_id)
        if opened is None:
            return
        if case_id != self._wanted:
            self.put_back()
        self._wanted, self._case = case_id, opened
        self.opened.emit(opened)
        self.refreshed.emit()

    def decide(self, decision: Decision) -> None:
        """Signs and sends a decision on the case in hand; repeated, it has its effect once."""
        case = self._case
        if case is None or self.busy:
            return
        self._deciding = True
        review = self._review
        work = self._host.work(self.tr("正在签章"))
        self._host.tasks.start_long(
            lambda running: review.decide(
                case, decision, lambda what, share: running.progress(share, what)
            ),
            done=lambda result: self._done(case, result, work),
            failed=lambda error: self._not_done(error, work),
            progress=lambda share, what: work.progress(share, self._words(what)),
            owner=self,
            lane=LANE,
        )
        self.refreshed.emit()

    def _words(self, what: str) -> str:
        return {
            "sign": self.tr("正在签章"),
            "seal": self.tr("正在加密"),
            "send": self.tr("正在送出"),
        }.get(what, what)

    def _done(self, case: OpenCase, decided: Decided, work: WorkLine) -> None:
        work.end()
        self._deciding = False
        self._case, self._wanted = None, ""
        who = case.header.applicant if case.header else case.case.number
        self._host.say(
            self.tr("{act}：{who} 的{item}").format(
                act=action_words(decided.action), who=who, item=spoken(case.item, current()).title
            )
        )
        following = self.next_after(case.case.id)
        self.decided.emit(decided)
        self.opened.emit(None)
        self.refresh()
        if following:
            self.open(following)

    def _not_done(self, error: Exception, work: WorkLine) -> None:
        work.end()
        self._deciding = False
        self._offline(error)
        self.refreshed.emit()
        self.failed.emit(error)
