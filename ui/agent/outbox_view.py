"""待传: what needs the agent, what goes by itself, what arrived today."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from signing.errors import ExplainedError
from station.domain.drafts import Draft
from station.store import Entry, EntryState
from ui.common.buttons import Button
from ui.common.chips import Chip
from ui.common.language import current
from ui.common.layout import canvas, card, clear, column, holder, row, scroll
from ui.common.messages import EmptyState, Message
from ui.common.page import Host, Page
from ui.common.progress import Progress
from ui.common.text import Text
from ui.common.tones import Tone
from ui.common.wording import clock_words, size_words
from ui.desk import DeskState

_MOST_NAMED = 5


def make_page(state: DeskState, host: Host) -> Page:
    """The workspace 待传."""
    return OutboxPage(state, host)


class OutboxPage(Page):
    """The outbox in three groups; a problem comes with its cause and one thing to do."""

    def __init__(self, state: DeskState, host: Host) -> None:
        super().__init__()
        self._state, self._host = state, host
        assert state.desk.agent is not None, "only an agent has an outbox"
        self._agent = state.desk.agent
        self._message = Message(compact=True)
        self._line = Message(compact=True)
        self._body = column(gap=12)
        self._now = Button(self.tr("现在就送"), "secondary", "send")
        self._now.clicked.connect(self._send_now)
        self.setLayout(
            column(
                row(
                    Text(self.tr("待传"), "title", bold=True),
                    None,
                    self._now,
                    margins=(24, 20, 24, 0),
                ),
                column(self._line, self._message, gap=8, margins=(24, 0, 24, 0)),
                (scroll(canvas(column(holder(self._body), None, margins=(24, 12, 24, 20)))), 1),
                gap=8,
            )
        )
        state.outbox.changed.connect(lambda _count: self.refresh() if self.isVisible() else None)
        state.links.changed.connect(self._tell_line)
        self._tell_line()

    def entered(self, subject: object = None) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Reads the outbox again."""
        clear(self._body)
        today = self._state.desk.office.clock().date()
        entries = self._agent.submission.entries()
        groups = (
            (self.tr("要您动手"), [e for e in entries if e.state is EntryState.NEEDS_YOU]),
            (
                self.tr("自己会送"),
                [
                    e
                    for e in entries
                    if not e.state.is_finished and e.state is not EntryState.NEEDS_YOU
                ],
            ),
            (
                self.tr("今天送到"),
                [
                    e
                    for e in entries
                    if e.state is EntryState.ACCEPTED and e.queued_at.date() == today
                ],
            ),
        )
        unproven = self._unproven()
        if unproven is not None:
            self._body.addWidget(unproven)
        if not any(found for _, found in groups):
            self._body.addWidget(
                EmptyState(
                    "outbox", self.tr("没有要送的"), self.tr("签好的办件会在这里自己送出去。")
                )
            )
            return
        for title, found in groups:
            if not found:
                continue
            self._body.addLayout(
                row(
                    Text(title, "body", bold=True),
                    Text(self.tr("{n} 件").format(n=len(found)), "caption", "text2"),
                    None,
                )
            )
            for entry in found:
                self._body.addWidget(self._parcel(entry))

    def _unproven(self) -> QWidget | None:
        """Signatures made without a network: nothing yet proves when, and nobody has to act."""
        waiting = self._agent.submission.unproven()
        if not waiting:
            return None
        numbers = self.tr("、").join(one.number for one in waiting[:_MOST_NAMED])
        if len(waiting) > _MOST_NAMED:
            numbers = self.tr("{numbers} 等").format(numbers=numbers)
        said = Message(compact=True)
        said.tell(
            self.tr("{n} 件是没有网络时签的，签字时间还没有凭证").format(n=len(waiting)),
            numbers,
            self.tr("签名有效。送到以后，镇里审核或归档时会自己补上时间戳，您不用做什么。"),
            tone=Tone.INFO,
        )
        return said

    def _tell_line(self) -> None:
        """While the hub is out of reach nothing moves here, and nobody has to do anything."""
        if any(lamp.id == "network" and lamp.ready is False for lamp in self._state.links.lamps):
            self._line.tell(
                self.tr("现在连不上中心"),
                self.tr("签好的都在这台电脑里，网络一通就自己送出去，不用管它。"),
                tone=Tone.INFO,
            )
        else:
            self._line.clear_away()

    def _parcel(self, entry: Entry) -> QWidget:
        draft = self._draft(entry)
        title = who = ""
        if draft is not None:
            title = self._agent.intake.item_of(draft).title
            who = draft.applicant.name
        total = sum(parcel.size for parcel in entry.parcels)
        done = sum(parcel.offset for parcel in entry.parcels)
        tone = {
            EntryState.NEEDS_YOU: Tone.WARN,
            EntryState.ACCEPTED: Tone.OK,
            EntryState.WAITING: Tone.LATER,
        }.get(entry.state, Tone.NOW)
        note = " · ".join(
            part
            for part in (who, entry.number, size_words(total), clock_words(entry.queued_at))
            if part
        )
        body = column(
            row(
                (Text(title or entry.number, "body", bold=True, elide=True), 1),
                Chip(self._word(entry), tone),
            ),
            Text(note, "caption", "text2", copy=True),
            gap=6,
        )
        if entry.state in (EntryState.UPLOADING, EntryState.COMMITTING) and total:
            body.addWidget(Progress(done / total, 0))
        if entry.problem is not None and not entry.state.is_finished:
            words = entry.problem.en if current() == "en" else entry.problem.zh
            body.addWidget(Text(words, "body", wrap=True, copy=True))
        acts = row(gap=8)
        if entry.state in (EntryState.NEEDS_YOU, EntryState.WAITING):
            again = Button(self.tr("再送一次"), "secondary", "send")
            again.clicked.connect(self._retrier(entry.id))
            acts.addWidget(again)
        if not entry.state.is_finished and not entry.perhaps_delivered:
            back = Button(self.tr("拿回来改"), "quiet", "undo")
            back.clicked.connect(self._taker(entry.id))
            acts.addWidget(back)
        if acts.count():
            acts.addStretch(1)
            body.addLayout(acts)
        return card(body)

    def _word(self, entry: Entry) -> str:
        words = {
            EntryState.QUEUED: self.tr("排队待传"),
            EntryState.UPLOADING: self.tr("正在上传"),
            EntryState.COMMITTING: self.tr("正在提交"),
            EntryState.ACCEPTED: self.tr("已送达"),
            EntryState.WAITING: self.tr("等一会儿再传"),
            EntryState.NEEDS_YOU: self.tr("要您处理"),
            EntryState.CANCELLED: self.tr("已撤下"),
        }
        return words[entry.state]

    def _draft(self, entry: Entry) -> Draft | None:
        try:
            return self._agent.store.draft(entry.queue)
        except ExplainedError:
            return None

    def _send_now(self) -> None:
        self._agent.submission.line_is_up()
        self._state.poke()
        self.refresh()

    def _retrier(self, entry_id: str) -> Callable[[], None]:
        def retry() -> None:
            self._agent.submission.retry(entry_id)
            self._state.poke()
            self.refresh()

        return retry

    def _taker(self, entry_id: str) -> Callable[[], None]:
        def take() -> None:
            try:
                draft = self._agent.submission.take_back(entry_id)
            except ExplainedError as error:
                self._message.tell_error(error)
                return
            self._host.go("work", draft.id)

        return take
