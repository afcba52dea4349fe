"""待办: the queue of a township's reviewer or the county's approver, and the case in hand.

A approve, F forward, R return, X refuse, J and K next and previous; only what the case allows
stands below it. What is approved or passed on waits, and can be taken back, until S signs all of
it together. A dialog asks once, before something is signed, and names what it is.
"""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from station.domain.cases import ActionType
from station.domain.item_words import spoken
from station.domain.units import Level
from station.services.batch import TOGETHER, Marked
from station.services.page_places import PlaceFinder
from station.services.review import Decided, Decision, OpenCase
from station.wire.problems import LeaseHeld, LeaseLost
from station.wire.sealed import Reason
from ui.common.buttons import Button, Kind
from ui.common.cards import CardList
from ui.common.dialogs import ActDialog
from ui.common.language import current
from ui.common.layout import (
    Plate,
    canvas,
    column,
    fixed_height,
    fixed_width,
    hline,
    holder,
    row,
    scroll,
    vline,
)
from ui.common.messages import EmptyState, Message
from ui.common.page import Host, KeyHelp, Page
from ui.common.text import Text
from ui.desk import DeskState
from ui.key_question import ask_to_sign
from ui.review.batch_view import BatchView
from ui.review.case_view import CaseView
from ui.review.reasons import ReasonList
from ui.review.return_view import ReturnView
from ui.review.review_work import BEAT_MS, LANE, REFRESH_MS, ReviewWork

_QUEUE, _QUEUE_WIDE = 272, 320


def make_page(state: DeskState, host: Host) -> QueuePage:
    """The page of 待办."""
    return QueuePage(state, host)


class QueuePage(Page):
    """The queue at the left, the case in hand beside it, what can be done below."""

    def __init__(self, state: DeskState, host: Host) -> None:
        super().__init__()
        self._state, self._host = state, host
        self.work = ReviewWork(state, host, self)
        self._results = False
        self._gathered: dict[tuple[str, ActionType], ReasonList] = {}
        self._reasons: ReasonList | None = None
        self.dialog: ActDialog | None = None
        self._head = Text("", bold=True)
        self.list = CardList(self.tr("等着办的"))
        self.list.chosen.connect(self._chosen)
        self.list.opened.connect(self._chosen)
        self.message = Message()
        office = state.desk.office
        self.case_view = CaseView(host.tasks, PlaceFinder(lambda: office.reading))
        self.return_view = ReturnView(host.tasks)
        self.batch_view = BatchView(self.work.together)
        self.batch_view.opened.connect(self._open_marked)
        self._nothing = EmptyState(
            "inbox", self.tr("没有等着办的"), self.tr("有新的会自己出现在左边。")
        )
        self._pick = EmptyState(
            "cases", self.tr("从左边挑一件"), self.tr("按 J 打开下一件；打开就算您在办。")
        )
        self._stack = QStackedWidget()
        views = (self._nothing, self._pick, self.case_view, self.return_view, self.batch_view)
        for view in views:
            self._stack.addWidget(view)
        self._side = fixed_width(
            Plate(
                column(
                    holder(row(self._head, None, Text(self.tr("按时限"), "caption", "text2"))),
                    (self.list, 1),
                    gap=8,
                ),
                "panel",
                (14, 12, 10, 0),
            ),
            _QUEUE,
            _QUEUE_WIDE,
        )
        self._side_line = vline()
        main = column(self._told(), (self._stack, 1), gap=0)
        self._bar = QStackedWidget()
        self._bar.addWidget(self._case_bar())
        self._bar.addWidget(self._return_bar())
        self._bar.addWidget(self._batch_bar())
        self._bar.setSizePolicy(
            self._bar.sizePolicy().horizontalPolicy(), self._bar.sizePolicy().Policy.Fixed
        )
        self.setLayout(
            column(
                (row(self._side, self._side_line, (canvas(main), 1), gap=0), 1),
                hline(),
                self._bar,
                gap=0,
            )
        )
        self._refresher, self._heart = QTimer(self), QTimer(self)
        self._refresher.setInterval(REFRESH_MS)
        self._refresher.timeout.connect(self.work.refresh)
        self._heart.setInterval(BEAT_MS)
        self._heart.timeout.connect(self.work.beat)
        self.work.refreshed.connect(self._show_queue)
        self.work.opened.connect(self._show_case)
        self.work.failed.connect(self._tell)
        self.work.decided.connect(self._decided)
        self.work.together.changed.connect(self._show_together)
        self.work.together.lost.connect(self._tell_lost)
        self.work.together.failed.connect(self._tell)
        self.case_view.failed.connect(self._tell)
        self.return_view.failed.connect(self._tell)
        self.return_view.taken_away.connect(self._reason_gone)
        self._show_queue()
        self._show_case(None)

    # ---------------------------------------------------------------- layout
    def _told(self) -> QWidget:
        self._message_box = holder(column(self.message, gap=0, margins=(16, 12, 16, 0)))
        self._message_box.hide()
        self.message.closed.connect(self._message_box.hide)
        return self._message_box

    def _case_bar(self) -> QWidget:
        looks: tuple[tuple[ActionType, str, Kind, str, str], ...] = (
            (ActionType.APPROVE, self.tr("通过"), "primary", "check", "A"),
            (ActionType.FORWARD, self.tr("转县里"), "primary", "up", "F"),
            (ActionType.RETURN, self.tr("退回补正"), "secondary", "undo", "R"),
            (ActionType.REFUSE, self.tr("不予受理"), "danger", "cross", "X"),
        )
        self.buttons: dict[ActionType, Button] = {}
        bar = row(gap=8)
        for action, words, kind, icon, key in looks:
            button = Button(words, kind, icon, key, big=True)
            button.clicked.connect(lambda _=False, chosen=action: self.act(chosen))
            self.buttons[action] = button
            bar.addWidget(button)
        self._hint = Text("", "caption", "text2", elide=True)
        bar.addWidget(self._hint, 1)
        self._take = Button(self.tr("领到手里办"), "primary", "hand", big=True)
        self._take.clicked.connect(self._take_in_hand)
        bar.addWidget(self._take)
        self._unmark = Button(self.tr("先不签，再看看"), "secondary", "undo", "U", big=True)
        self._unmark.clicked.connect(lambda: self.work.unmark(self.work.wanted))
        bar.addWidget(self._unmark)
        self.together = Button(self.tr("一起签"), "secondary", "key", "S", big=True)
        self.together.clicked.connect(self.sign_together)
        bar.addWidget(self.together)
        for icon, key, by in (("left", "K", -1), ("right", "J", 1)):
            button = Button("", "quiet", icon, key, big=True)
            button.clicked.connect(lambda _=False, by=by: self.step(by))
            bar.addWidget(button)
        return Plate(bar, "bar", (16, 8, 16, 8))

    def _return_bar(self) -> QWidget:
        self.send = Button(self.tr("退回"), "primary", "send", "Ctrl+Enter", big=True)
        self.send.clicked.connect(self._send_reasons)
        keep = Button(self.tr("接着看"), "secondary", "back", "Esc", big=True)
        keep.clicked.connect(self.back)
        self._other = Button(self.tr("改为不予受理"), "secondary", big=True)
        self._other.clicked.connect(self._other_way)
        self._signing = Text(self.tr("用您的 UKey 签章后发出"), "caption", "text2", elide=True)
        return Plate(
            row(self.send, keep, (self._signing, 1), self._other, gap=8), "bar", (16, 8, 16, 8)
        )

    def _batch_bar(self) -> QWidget:
        self._stop = Button(self.tr("停下"), "secondary", "pause", "Esc", big=True)
        self._stop.clicked.connect(self.work.together.stop)
        self._close = Button(self.tr("知道了"), "primary", "check", "Enter", big=True)
        self._close.clicked.connect(self.back)
        self._again = Button(self.tr("接着签"), "secondary", "key", "S", big=True)
        self._again.clicked.connect(self.sign_together)
        return Plate(row(self._close, self._again, self._stop, None, gap=8), "bar", (16, 8, 16, 8))

    # ---------------------------------------------------------------- page
    def entered(self, subject: object = None) -> None:
        self._refresher.start()
        self._heart.start()
        self.work.refresh()
        if isinstance(subject, str) and subject:
            self.work.open(subject)

    def leaving(self) -> None:
        self._refresher.stop()
        if not self.work.together.waiting:
            self._heart.stop()  # what waits to be signed stays in hand while one looks elsewhere
        self.work.rest()

    def first_focus(self) -> QWidget:
        return self.list

    def back(self) -> bool:
        if self._results:
            if self.work.together.running:
                self.work.together.stop()
                return True
            self._results = False
            self.work.together.dismiss()
            self._go_on()
            return True
        if self._reasons is not None:
            self._reasons = None
            self._show_stage()
            return True
        return False

    def drawer(self) -> bool:
        if self._stack.currentWidget() is self.case_view:
            self.case_view.toggle_checks()
            return True
        return False

    def key_help(self) -> list[KeyHelp]:
        return [
            KeyHelp("A", self.tr("通过")),
            KeyHelp("F", self.tr("转县里")),
            KeyHelp("R", self.tr("退回补正，原因一次说全")),
            KeyHelp("X", self.tr("不予受理")),
            KeyHelp("S", self.tr("把通过的一起签章")),
            KeyHelp("U", self.tr("通过了还没签的，先不签")),
            KeyHelp("J", self.tr("下一件")),
            KeyHelp("K", self.tr("上一件")),
            KeyHelp("1–6", self.tr("退回时选常用原因")),
            KeyHelp("Q", self.tr("退回时在页面上圈一处")),
            KeyHelp("Ctrl+Enter", self.tr("把原因一起发出去")),
        ]

    # ---------------------------------------------------------------- the queue
    def _show_queue(self) -> None:
        self.list.set_cards(self.work.cards())
        if self.work.wanted:
            self.list.choose(self.work.wanted)
        self._head.setText(
            self.tr("待审 {n} 件").format(n=self.work.waiting)
            if self.work.known
            else self.tr("正在看有没有新的")
        )
        self._show_stage()

    def _chosen(self, key: object) -> None:
        if isinstance(key, str) and key != self.work.wanted and not self.work.busy:
            self._reasons = None
            self._hush()
            self.work.open(key)
            self._show_stage()

    def step(self, by: int) -> None:
        """The next or the previous case of the queue."""
        self.list.step(by)

    # ---------------------------------------------------------------- the case
    def _show_case(self, case: OpenCase | None) -> None:
        if case is None:
            self._reasons = None
            self.case_view.clear()
        else:
            self._hush()
            self.case_view.show_case(case, self.work.today)
            self.list.choose(case.case.id)
        self._show_stage()

    def _show_stage(self) -> None:
        case, may = self.work.case, self.work.may_act
        gathering = self._reasons is not None and case is not None and not self._results
        if self._results:
            self._stack.setCurrentWidget(self.batch_view)
        elif gathering:
            self._stack.setCurrentWidget(self.return_view)
        elif case is not None:
            self._stack.setCurrentWidget(self.case_view)
        else:
            empty = self.work.known and not self.work.rows
            self._stack.setCurrentWidget(self._nothing if empty else self._pick)
        self._side.setVisible(not gathering and not self._results)
        self._side_line.setVisible(not gathering and not self._results)
        self._bar.setCurrentIndex(2 if self._results else 1 if gathering else 0)
        for action, button in self.buttons.items():
            button.setVisible(action in may or (case is None and action is not ActionType.FORWARD))
            button.setEnabled(action in may)
        looking = case is not None and case.lease is None
        self._take.setVisible(looking)
        self._unmark.setVisible(self.work.is_marked)
        waiting, running = self.work.together.waiting, self.work.together.running
        for again in (self.together, self._again):
            again.setVisible(waiting > 0 and not running)
            again.setEnabled(not self.work.busy)
        self.together.set_text(self.tr("一起签 {n} 件").format(n=waiting))
        # nothing else can be done with a case that is marked: signing is what comes next
        self.together.set_kind("primary" if case is None or self.work.is_marked else "secondary")
        self._again.set_text(self.tr("接着签 {n} 件").format(n=waiting))
        self._stop.setVisible(running)
        self._stop.setEnabled(not self.work.together.stopping)
        self._close.setVisible(not running)
        self._hint.setText(self.tr("正在签章、送出……") if self.work.busy else "")
        self._show_sending()

    def _show_sending(self) -> None:
        reasons = self._reasons
        if reasons is None:
            return
        count = len(reasons.reasons)
        refusing = reasons.action is ActionType.REFUSE
        self.send.set_text(
            self.tr("不予受理，{n} 条一起发").format(n=count)
            if refusing
            else self.tr("退回，{n} 条一起发").format(n=count)
        )
        self.send.setEnabled(reasons.complete and not self.work.busy)
        self._other.set_text(self.tr("改为退回补正") if refusing else self.tr("改为不予受理"))
        other = ActionType.RETURN if refusing else ActionType.REFUSE
        self._other.setVisible(other in self.work.may_act)

    def _keep_focus(self) -> None:
        """A button that went out of sight leaves its focus to the queue, not to what follows."""
        focus = QApplication.focusWidget()
        if focus is None or not self.isAncestorOf(focus):
            self.list.setFocus()

    def _take_in_hand(self) -> None:
        case = self.work.case
        if case is not None:
            self.work.put_back()
            self.work.open(case.case.id)

    # ---------------------------------------------------------------- deciding
    def act(self, action: ActionType) -> None:
        """Begins a decision: reasons first where they are needed, else the one question."""
        case = self.work.case
        if case is None or action not in self.work.may_act:
            return
        if action in (ActionType.RETURN, ActionType.REFUSE):
            self._gather(case, action)
        elif action in TOGETHER:
            self._hush()
            self.work.mark(Decision(action=action))
            self._keep_focus()

    def _gather(self, case: OpenCase, action: ActionType) -> None:
        key = (case.case.id, action)
        if key not in self._gathered:
            self._gathered[key] = reasons = ReasonList(case, action)
            reasons.changed.connect(self._show_sending)
        self._reasons = self._gathered[key]
        self.return_view.show_reasons(self._reasons)
        self._show_stage()
        self.return_view.first_focus().setFocus()

    @property
    def reasons_given(self) -> tuple[Reason, ...]:
        """The reasons gathered for the open case so far."""
        return self._reasons.reasons if self._reasons is not None else ()

    def _reason_gone(self, at: int, reason: Reason) -> None:
        reasons = self._reasons
        if reasons is not None:
            self._host.say(
                self.tr("去掉了第 {n} 条").format(n=at + 1), lambda: reasons.put_back(at, reason)
            )

    def _other_way(self) -> None:
        if self._reasons is not None:
            refusing = self._reasons.action is ActionType.REFUSE
            self.act(ActionType.RETURN if refusing else ActionType.REFUSE)

    def _send_reasons(self) -> None:
        reasons = self._reasons
        if reasons is not None and reasons.complete and self.work.case is not None:
            decision = Decision(action=reasons.action, reasons=reasons.reasons)
            self._ask(self.work.case, decision)

    # ---------------------------------------------------------------- signing together
    def sign_together(self) -> None:
        """The one question before what was approved is signed, with every case by name."""
        marked = [one for one in self.work.together.marked if one.to_sign]
        if not marked or self.work.busy:
            return
        who = self._state.desk.who.person
        again = self._state.desk.who.needs_pin
        self.dialog = dialog = self._question(
            self.tr("签这一件？")
            if len(marked) == 1
            else self.tr("一起签这 {n} 件？").format(n=len(marked)),
            self.tr("签了章就送出，不能撤回。")
            if len(marked) == 1
            else self.tr("每一件您都打开看过。签了章就送出，不能撤回。"),
            self.tr("签章，{n} 件").format(n=len(marked)),
            width=680,
        )
        lines = column(gap=10)
        for one in marked:
            lines.addWidget(
                Text("\n".join(self._signed_of(one.opened, one.decision)), wrap=True, copy=True)
            )
        lines.addStretch(1)
        listed = scroll(holder(lines))
        dialog.middle.insertWidget(0, fixed_height(listed, min(300, max(150, 100 * len(marked)))))
        signer = (
            self.tr("签章人 {name}，{unit}。")
            if again
            else self.tr("签章人 {name}，{unit}。登录时输过口令，这里不再问。")
        )
        words = signer.format(name=who.name, unit=who.unit.name)
        dialog.middle.addWidget(Text(words, "caption", "text2", wrap=True))
        dialog.accepted.connect(self._sign)
        dialog.open()

    def _question(
        self, title: str, what: str, act: str, kind: Kind = "primary", width: int = 560
    ) -> ActDialog:
        dialog = ask_to_sign(
            self.window(), self._state.desk, self._host.tasks, LANE, title, what, act,
            kind=kind, width=width,
        )  # fmt: skip
        dialog.finished.connect(dialog.deleteLater)
        return dialog

    def _sign(self) -> None:
        self._hush()
        self._results = True
        self.work.put_back()
        self.work.together.sign()
        self.batch_view.table.setFocus()

    def _show_together(self) -> None:
        self.list.set_cards(self.work.cards())
        self._show_stage()

    def _go_on(self) -> None:
        """The results were read: on with the next case."""
        self._show_stage()
        following = self.work.next_after("")
        if following and not self.work.busy:
            self.work.open(following)
            self._show_queue()

    def _open_marked(self, case_id: str) -> None:
        self._results = False
        self.work.together.dismiss()
        self.work.open(case_id)
        self._show_stage()

    def _tell_lost(self, lost: tuple[Marked, ...]) -> None:
        names = "、".join(one.opened.papers.applicant.name for one in lost)
        self.message.tell(
            self.tr("{n} 件不在您手里了：{names}").format(n=len(lost), names=names),
            self.tr("保留的时间过了，别人打开了它。没有签，也没有动。"),
            self.tr("要办就从左边重新打开看一眼。"),
            acts=[(self.tr("知道了"), self.message.clear_away)],
        )
        self._message_box.show()
        if not self._results:
            self.work.together.dismiss()

    # ---------------------------------------------------------------- signing one
    def _ask(self, case: OpenCase, decision: Decision) -> None:
        title, act = {
            ActionType.RETURN: (self.tr("退回补正？"), self.tr("签章，退回")),
            ActionType.REFUSE: (self.tr("不予受理？"), self.tr("签章，不予受理")),
        }[decision.action]
        kind: Kind = "danger" if decision.action is ActionType.REFUSE else "primary"
        what = self.what_is_signed(case, decision)
        self.dialog = dialog = self._question(title, what, act, kind)
        dialog.accepted.connect(lambda: self.work.decide(decision))
        dialog.open()

    def what_is_signed(self, case: OpenCase, decision: Decision) -> str:
        """Exactly what gets signed, line by line."""
        who = self._state.desk.who.person
        signed = self._signed_of(case, decision)
        signed.append(self.tr("签章人 {name}，{unit}").format(name=who.name, unit=who.unit.name))
        return "\n".join(signed)

    def _signed_of(self, case: OpenCase, decision: Decision) -> list[str]:
        who, item = self._state.desk.who.person, spoken(case.item, current())
        signed = [
            self.tr("{item} · {name}，{number}").format(
                item=item.title, name=case.papers.applicant.name, number=case.case.number
            )
        ]
        if decision.action in (ActionType.APPROVE, ActionType.FORWARD):
            stage = self.tr("县级审批") if who.unit.level is Level.COUNTY else self.tr("乡镇审核")
            signed.append(
                self.tr("· 案卷 {n} 页，签在“{stage}”一栏").format(n=case.papers.pages, stage=stage)
            )
        if decision.action is ActionType.APPROVE:
            signed.append(
                self.tr("· 《{title}》，签名并盖 {unit} 电子公章").format(
                    title=item.result.title, unit=who.unit.name
                )
            )
        if decision.action is ActionType.REFUSE:
            signed.append(
                self.tr("· 《不予受理通知书》，签名并盖 {unit} 电子公章").format(unit=who.unit.name)
            )
        if decision.reasons:
            signed.append(self.tr("· 原因 {n} 条，一起发给村里").format(n=len(decision.reasons)))
        signed.append(self.tr("· 这一步的记录"))
        return signed

    def _decided(self, decided: Decided) -> None:
        for action in ActionType:
            self._gathered.pop((decided.case.id, action), None)
        self._reasons = None
        self._hush()

    # ---------------------------------------------------------------- trouble
    def _tell(self, error: Exception) -> None:
        wanted = self.work.wanted
        acts = []
        if isinstance(error, LeaseHeld) and wanted:
            acts = [
                (self.tr("只看不办"), lambda: self.work.open(wanted, take=False)),
                (self.tr("下一件"), lambda: self.step(1)),
            ]
        elif isinstance(error, LeaseLost) and wanted:
            acts = [(self.tr("重新打开"), self._take_in_hand)]
        elif self.work.case is None and wanted:
            acts = [(self.tr("再试一次"), lambda: self.work.open(wanted))]
        else:
            acts = [(self.tr("知道了"), self.message.clear_away)]
        self.message.tell_error(error, acts)
        self._message_box.show()

    def _hush(self) -> None:
        self.message.clear_away()
        self._message_box.hide()
