"""One case and everything that happened to it: the record, the time limit, papers, messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QVBoxLayout, QWidget

from station.clock import CHINA
from station.domain.cases import ActionType, Case, CaseState
from station.domain.deadlines import WorkingCalendar
from station.domain.item_words import spoken
from station.domain.operations import DocumentKind
from station.services.case_story import CaseStory
from station.wire.messages import LoggedAction, SmsStatus, StageTime
from ui.cases.case_words import (
    STATE_TONES,
    action_words,
    minute_words,
    state_words,
    time_left,
)
from ui.cases.reason_words import reason_words
from ui.cases.story_work import document_words
from ui.common.buttons import Button
from ui.common.chips import Chip
from ui.common.language import current
from ui.common.layout import canvas, card, clear, column, holder, row, scroll
from ui.common.limit_bar import Day, LimitBar
from ui.common.messages import Message
from ui.common.text import Icon, Text
from ui.common.timeline import Entry, Timeline
from ui.common.tones import Tone

_ICONS = {
    ActionType.SUBMIT: ("send", Tone.OK),
    ActionType.RESUBMIT: ("send", Tone.OK),
    ActionType.APPROVE: ("check", Tone.OK),
    ActionType.FORWARD: ("up", Tone.OK),
    ActionType.RETURN: ("undo", Tone.WARN),
    ActionType.REFUSE: ("cross", Tone.DANGER),
    ActionType.WITHDRAW: ("leave", Tone.TODO),
    ActionType.DELIVER: ("hand", Tone.OK),
    ActionType.ARCHIVE: ("box", Tone.OK),
}


@dataclass(frozen=True, slots=True)
class Acts:
    """What whoever looks at a case may do with it."""

    work: bool = False  # take it in hand
    deliver: bool = False  # hand the result over
    package: bool = False  # write its archive package
    papers: bool = False  # look at it as it was filled in here
    read: bool = False  # open its documents


class StoryView(QWidget):
    """Shows a ``CaseStory``. ``left`` asks to go back; the others ask for what the buttons say, for
    the case that is shown."""

    left = Signal()
    work_wanted = Signal(str)
    papers_wanted = Signal(str)
    delivery_wanted = Signal(object)
    package_wanted = Signal(object)
    document_wanted = Signal(object, object)

    def __init__(self, unit_name: Callable[[str], str], calendar: WorkingCalendar) -> None:
        super().__init__()
        self._unit_name, self._calendar = unit_name, calendar
        self._case: Case | None = None
        self.back_button = back = Button(self.tr("办件"), "quiet", "back", "Esc")
        back.clicked.connect(self.left)
        self._title = Text("", "title", bold=True, elide=True, copy=True)
        self._under = Text("", "caption", "text2", elide=True, copy=True)
        self._work = Button(self.tr("去办这件"), "primary", "hand", "F2", big=True)
        self._work.clicked.connect(lambda: self._ask(self.work_wanted, by_id=True))
        self._papers_button = Button(self.tr("看表单和材料"), "secondary", "form", "F3")
        self._papers_button.clicked.connect(lambda: self._ask(self.papers_wanted, by_id=True))
        self._package = Button(self.tr("存归档包"), "secondary", "box", "F7")
        self._package.clicked.connect(lambda: self._ask(self.package_wanted))
        self._deliver = Button(self.tr("交给申请人"), "primary", "hand", "F2", big=True)
        self._deliver.clicked.connect(lambda: self._ask(self.delivery_wanted))
        self.message = Message()
        self.timeline = Timeline()
        self._steps = Text("", "caption", "text2", elide=True)
        self._chained = Icon("s_ok", 18, "ok")
        self._state = Text("", bold=True)
        self._plate: QVBoxLayout = column(gap=0)
        self._limit_words = Text("", "caption", "text2", wrap=True)
        self._limit = LimitBar()
        self._papers: QVBoxLayout = column(gap=4)
        self._sms: QVBoxLayout = column(gap=6)
        left = card(
            column(
                row(
                    Text(self.tr("经过"), bold=True),
                    None,
                    Text(self.tr("新的在上"), "caption", "text2"),
                ),
                (scroll(holder(column(self.timeline, None, gap=0))), 1),
                row(self._chained, (self._steps, 1), gap=8),
                gap=8,
            ),
            (16, 12, 12, 12),
        )
        limit = card(
            column(
                row(self._state, holder(self._plate), None, gap=10),
                self._limit,
                self._limit_words,
                gap=8,
            ),
            (16, 12, 16, 12),
        )
        papers = card(
            column(Text(self.tr("材料和文书"), bold=True), holder(self._papers), gap=6),
            (16, 12, 16, 12),
        )
        sms = card(
            column(
                row(Text(self.tr("短信"), bold=True), None),
                (scroll(holder(column(holder(self._sms), None, gap=0))), 1),
                gap=6,
            ),
            (16, 12, 16, 12),
        )
        head = row(
            back,
            (column(self._title, self._under, gap=0), 1),
            self._papers_button,
            self._package,
            self._deliver,
            self._work,
            gap=12,
        )
        sms.setMinimumHeight(150)
        right = scroll(holder(column(limit, papers, (sms, 1), gap=12)))
        body = column(head, self.message, (row((left, 10), (right, 13), gap=16), 1), gap=10)
        body.setContentsMargins(16, 8, 24, 12)
        self.setLayout(column((canvas(body), 1), gap=0))

    # ---------------------------------------------------------------- shown
    @property
    def case(self) -> Case | None:
        """The case that is shown."""
        return self._case

    def show_story(self, story: CaseStory, now: datetime, acts: Acts) -> None:
        """Shows a case."""
        case, header, today = story.file.case, story.header, now.date()
        self._case = case
        title = spoken(story.item, current()).title if story.item else case.item
        if story.item is None and header is not None:
            title = header.item_title
        self._title.setText(f"{title} · {header.applicant}" if header else title)
        station = header.station_name if header else self._unit_name(case.station)
        self._under.setText(f"{case.number} · {station}")
        self._work.setVisible(acts.work)
        self._deliver.setVisible(acts.deliver)
        self._package.setVisible(acts.package)
        self._papers_button.setVisible(acts.papers)
        self.message.clear_away()
        entries = [self._entry(e, today) for e in reversed(story.record.entries)]
        if case.state.is_open:
            entries.insert(0, self._waiting(story, today))
        self.timeline.show_entries(entries)
        self._steps.setText(
            self.tr("{n} 步操作都有签名，前后相扣").format(n=len(story.record.entries))
            if story.chained
            else self.tr("操作记录对不上：有一步的签名或次序不对，请告诉县里管理员")
        )
        self._chained.set_tone(Tone.OK if story.chained else Tone.DANGER)
        self._show_limit(story, now)
        self._show_papers(story, readable=acts.read)
        self._show_sms(story, today)

    def _waiting(self, story: CaseStory, today: date) -> Entry:
        case = story.file.case
        lease = case.lease
        note = (
            self.tr("{name} 在办，到 {time}").format(
                name=lease.holder_name, time=minute_words(lease.until, today)
            )
            if lease
            else ""
        )
        return Entry(state_words(case.state), note, tone=Tone.NOW)

    def _entry(self, entry: LoggedAction, today: date) -> Entry:
        icon, tone = _ICONS[entry.action]
        who = f"{entry.actor_name} {self._unit_name(entry.unit)}"
        facts = []
        if entry.reason_codes:
            facts.append(self.tr("；").join(reason_words(code) for code in entry.reason_codes))
        if (entry.received_at - entry.at) > timedelta(minutes=5):
            facts.append(
                self.tr("没有网络时办的，{time} 传到").format(
                    time=minute_words(entry.received_at, today)
                )
            )
        return Entry(
            action_words(entry.action),
            f"{who} · {minute_words(entry.at, today)}",
            tuple(facts),
            tone,
            icon,
            state=self.tr("已签章"),
            state_icon="key",
        )

    def _show_limit(self, story: CaseStory, now: datetime) -> None:
        case = story.file.case
        left = time_left(case, story.file.card, now, self._calendar)
        self._state.setText(self.tr("现在：{state}").format(state=state_words(case.state)))
        clear(self._plate)
        if left is not None:
            self._plate.addWidget(Chip(left.words, left.tone, filled=left.plate, low=True))
        else:
            self._plate.addWidget(Chip(state_words(case.state), STATE_TONES[case.state], low=True))
        time = story.file.times[-1] if story.file.times else None
        self._limit.setVisible(time is not None)
        if time is None:
            self._limit_words.setText(self.tr("还没有开始计时。"))
            return
        waiting = case.state is CaseState.RETURNED
        owed = owed_days(story.record.entries, time, self._calendar)
        days, yellow = limit_days(time, now, self._calendar, owed, waiting=waiting)
        self._limit.show_days(days, yellow, part=0.5)
        words = self.tr("{stage}到 {due} 为止。").format(
            stage=self.tr("乡镇审核") if time.stage == "township" else self.tr("县级审批"),
            due=minute_words(time.due_at, now.date()),
        )
        if waiting or owed:
            words += self.tr("补正的日子不算在内。")
        elif time.stopped_at is not None:
            words += self.tr("{time} 已停止计时。").format(
                time=minute_words(time.stopped_at, now.date())
            )
        if story.item is not None:
            words += self.tr("全程承诺 {promised} 天，法定 {legal} 天，已用 {used} 天。").format(
                promised=story.item.promised_days,
                legal=story.item.legal_days,
                used=sum(
                    one.used_days
                    + self._calendar.between(
                        one.started_at.astimezone(CHINA).date(),
                        (one.stopped_at or now).astimezone(CHINA).date(),
                    )
                    for one in story.file.times
                ),
            )
        if time.provisional:
            words += self.tr("节假日安排还没公布，可能有一两天出入。")
        for dealt in story.file.cards:
            who = (
                self.tr("当时在办的是{holder}。").format(holder=dealt.holder_name)
                if dealt.holder_name
                else self.tr("当时还没人领。")
            )
            words += "\n" + self.tr("{time} {unit}得{card}，").format(
                time=minute_words(dealt.at, now.date()),
                unit=self._unit_name(dealt.unit),
                card=self.tr("红牌") if dealt.colour.value == "red" else self.tr("黄牌"),
            )
            words += who
        self._limit_words.setText(words)

    def primary(self) -> Button | None:
        """The one thing that is most likely done next here; None when there is nothing to do."""
        for button in (self._deliver, self._work):
            if button.isVisibleTo(self):
                return button
        return None

    def _ask(self, signal: SignalInstance, *, by_id: bool = False) -> None:
        if self._case is not None:
            signal.emit(self._case.id if by_id else self._case)

    def _show_papers(self, story: CaseStory, *, readable: bool) -> None:
        clear(self._papers)
        shown = (DocumentKind.DOSSIER, DocumentKind.RESULT, DocumentKind.NOTE)
        newest = {one.kind: one for one in story.file.documents if one.kind in shown}
        for kind, one in newest.items():
            time = minute_words(one.received_at, one.received_at.astimezone(CHINA).date())
            line = row(
                Icon("file", 18),
                Text(document_words(kind)),
                None,
                Text(self.tr("加密存放，{time} 收到").format(time=time), "caption", "text2"),
                gap=8,
            )
            if readable and kind is not DocumentKind.NOTE:
                name = self.tr("打开{document}").format(document=document_words(kind))
                button = Button(self.tr("打开"), "quiet", "file")
                button.setAccessibleName(name)
                button.clicked.connect(
                    lambda _=False, kind=kind: self.document_wanted.emit(self._case, kind)
                )
                line.addWidget(button)
            self._papers.addWidget(holder(line))

    def _show_sms(self, story: CaseStory, today: date) -> None:
        clear(self._sms)
        if not story.sms:
            self._sms.addWidget(Text(self.tr("没有短信。"), "caption", "text2"))
        states = {
            SmsStatus.CREATED: (self.tr("等着发"), Tone.LATER),
            SmsStatus.SENDING: (self.tr("正在发"), Tone.NOW),
            SmsStatus.DELIVERED: (self.tr("送到了"), Tone.OK),
            SmsStatus.FAILED: (self.tr("没送到"), Tone.DANGER),
        }
        for one in story.sms:
            words, tone = states[one.status]
            self._sms.addWidget(
                holder(
                    column(
                        row(
                            Text(one.to or "—", "caption", "text2", copy=True),
                            Text(minute_words(one.created_at, today), "caption", "text2"),
                            None,
                            Chip(words, tone, plain=True),
                            gap=10,
                        ),
                        Text(one.text, wrap=True, copy=True),
                        gap=2,
                    )
                )
            )


def owed_days(entries: Sequence[LoggedAction], time: StageTime, calendar: WorkingCalendar) -> int:
    """Working days before this run of a limit in which the applicant owed a correction to it."""
    owed, returned = 0, None
    for entry in entries:
        day = entry.received_at.astimezone(CHINA).date()
        if entry.action is ActionType.RETURN and entry.level is time.level:
            returned = day
        elif entry.action is ActionType.RESUBMIT and returned is not None:
            if entry.received_at <= time.started_at:
                owed += calendar.between(returned, day)
            returned = None
    return owed


def limit_days(
    time: StageTime,
    now: datetime,
    calendar: WorkingCalendar,
    owed: int = 0,
    *,
    waiting: bool = False,
) -> tuple[list[Day], int | None]:
    """A limit's working days as the bar draws them, and before which the yellow card falls.

    Days of earlier runs come first, then the ``owed`` ones between the runs. While a correction is
    ``waiting`` for, the days since then stand where the limit stopped, and what is left after.
    """
    day, end = time.started_at.astimezone(CHINA).date(), time.due_at.astimezone(CHINA).date()
    stopped = time.stopped_at.astimezone(CHINA).date() if time.stopped_at else None
    current = now.astimezone(CHINA).date()
    today = stopped or current
    warn = time.warn_at.astimezone(CHINA).date()
    days: list[Day] = [Day.USED] * time.used_days + [Day.PAUSED] * owed
    yellow: int | None = None
    paused = not (waiting and stopped is not None)
    while day < end and len(days) < 60:
        day += timedelta(days=1)
        if not calendar.is_working(day):
            continue
        if day > today and not paused and stopped is not None:
            days += _paused(stopped, current, calendar)
            paused = True
        if yellow is None and day >= warn:
            yellow = len(days)
        if day < today:
            days.append(Day.USED)
        elif day == today:
            days.append(Day.NOW if stopped is None else Day.USED)
        else:
            days.append(Day.LEFT)
    return days, yellow


def _paused(since: date, today: date, calendar: WorkingCalendar) -> list[Day]:
    """The working days after ``since`` in which nothing counts, today among them."""
    found: list[Day] = []
    while since < today and len(found) < 30:
        since += timedelta(days=1)
        if calendar.is_working(since):
            found.append(Day.PAUSED_NOW if since == today else Day.PAUSED)
    return found or [Day.PAUSED_NOW]
