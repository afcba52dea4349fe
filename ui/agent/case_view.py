"""A case on the desk: who and what, five steps in any order, and always what is still missing."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from signing.errors import ExplainedError
from station.domain.completeness import Missing, StepName
from station.domain.completeness import Tone as LackTone
from station.domain.drafts import DraftState
from station.wire.sealed import Reason
from ui.agent.applicant_step import ApplicantStep
from ui.agent.case_desk import STEPS, CaseDesk
from ui.agent.form_step import FormStep
from ui.agent.item_step import ItemStep
from ui.agent.lack_words import lack_words
from ui.agent.materials_step import MaterialsStep
from ui.agent.returned_view import ReturnBar, ReturnedView
from ui.agent.sign_step import SignStep
from ui.common.buttons import Button
from ui.common.language import current
from ui.common.layout import Plate, clear, column, fixed_width, hline, holder, row, scroll
from ui.common.lists import MissingLine
from ui.common.messages import Message
from ui.common.page import Host
from ui.common.steps import StepBar
from ui.common.text import Text
from ui.common.theme import look, theme
from ui.common.tones import Tone

_TONES = {
    LackTone.MISSING: Tone.TODO,
    LackTone.DOUBTFUL: Tone.WARN,
    LackTone.WRONG: Tone.WARN,
    LackTone.DEFERRED: Tone.LATER,
}


class StepView(Protocol):
    """What the frame asks of each step's screen."""

    def refresh(self) -> None:
        """Shows the case as saved."""

    def focus_on(self, place: str) -> None:
        """Puts the focus on what is missing."""


class CaseView(QWidget):
    """``left`` asks to go home; ``sent`` tells that the case went into the outbox."""

    left = Signal()
    sent = Signal()
    guide_wanted = Signal(str)
    one_time_notice_wanted = Signal()
    acceptance_wanted = Signal()
    next_case_wanted = Signal()
    authorisation_wanted = Signal()

    def __init__(self, desk: CaseDesk, host: Host) -> None:
        super().__init__()
        self._desk, self._host = desk, host
        self._now = StepName.ITEM
        self._title = Text("", "body", bold=True, elide=True)
        self._person = Text("", "caption", "text2", elide=True)
        self._names = {
            StepName.ITEM: self.tr("事项"),
            StepName.APPLICANT: self.tr("申请人"),
            StepName.FORM: self.tr("表单"),
            StepName.MATERIALS: self.tr("材料"),
            StepName.SIGN: self.tr("签字提交"),
        }
        self.steps = StepBar(list(self._names.values()))
        self.steps.visited.connect(lambda index: self.go(STEPS[index]))
        self._open = not theme().large
        self._fold = Button(self.tr("不缺了"), "secondary", "s_ok", "F6")
        self._fold.clicked.connect(self.toggle_missing)
        self._next_folded = Button(self.tr("下一步"), "secondary", key="Ctrl+Enter")
        self._next_folded.clicked.connect(self.next_step)
        head = Plate(name="bar")
        head.setLayout(
            row(
                (holder(column(self._title, self._person, gap=0)), 1),
                self.steps,
                self._fold,
                self._next_folded,
                gap=12,
                margins=(24, 6, 16, 6),
            )
        )
        head.setFixedHeight(64)
        self.item = ItemStep(desk)
        self.applicant = ApplicantStep(desk, host)
        self.form = FormStep(desk, host)
        self.materials = MaterialsStep(desk, host)
        self.sign = SignStep(desk, host)
        self._views: dict[StepName, StepView] = {
            StepName.ITEM: self.item,
            StepName.APPLICANT: self.applicant,
            StepName.FORM: self.form,
            StepName.MATERIALS: self.materials,
            StepName.SIGN: self.sign,
        }
        self._stack = QStackedWidget()
        self._widgets: dict[StepName, QWidget] = {
            StepName.ITEM: self.item,
            StepName.APPLICANT: self.applicant,
            StepName.FORM: self.form,
            StepName.MATERIALS: self.materials,
            StepName.SIGN: self.sign,
        }
        for widget in self._widgets.values():
            self._stack.addWidget(widget)
        self._tasks = host.tasks
        self.returned = ReturnedView(host.tasks)
        self.returned.done.connect(lambda: self.go(self._now))
        self.returned.jump.connect(self._mend)
        self._stack.addWidget(self.returned)
        self._return_bar = ReturnBar()
        self._return_bar.pressed.connect(self.show_returned)
        self._message = Message(compact=True)
        self._side = self._missing_side()
        self.setLayout(
            column(
                head,
                hline(),
                self._message,
                self._return_bar,
                (row((self._stack, 1), self._side, gap=0), 1),
                gap=0,
            )
        )
        look().changed.connect(self._unfold)
        self._unfold()
        desk.changed.connect(self.refresh)
        desk.failed.connect(self._failed)
        self.item.guide_wanted.connect(self.guide_wanted)
        self.item.notice_wanted.connect(self.one_time_notice_wanted)
        self.sign.notice_wanted.connect(self.acceptance_wanted)
        self.sign.next_wanted.connect(self.next_case_wanted)
        self.sign.sent.connect(self.sent)
        self.applicant.authorisation_wanted.connect(self.authorisation_wanted)
        self.applicant.read.connect(lambda: self._done(StepName.APPLICANT))
        self.item.step_done.connect(lambda: self._done(StepName.ITEM))
        self.form.settled.connect(self._go_on_here)
        self.materials.step_done.connect(lambda: self._done(StepName.MATERIALS))

    def _missing_side(self) -> QWidget:
        self._count = Text("", "caption", "text2")
        self._lines = column(gap=2)
        self._list = scroll(holder(self._lines))
        self._hint = Text("", "caption", "text2", wrap=True)
        self._next = Button(self.tr("下一步"), "secondary", key="Ctrl+Enter", big=True)
        self._next.clicked.connect(self.next_step)
        plate = Plate(name="panel")
        plate.setLayout(
            column(
                row(
                    Text(self.tr("还缺什么"), bold=True),
                    None,
                    self._count,
                    margins=(4, 0, 4, 0),
                ),
                (self._list, 1),
                self._hint,
                self._next,
                gap=10,
                margins=(12, 20, 12, 16),
            )
        )
        return fixed_width(plate, 280, 340)

    # ---------------------------------------------------------------- the folded column
    def toggle_missing(self) -> None:
        """F6: opens or closes the column that is folded away at large type."""
        self._open = not self._open
        self._fit()

    def _unfold(self) -> None:
        self._open = not theme().large
        self._fit()

    def _fit(self) -> None:
        """At large type the column gives its room to the step; two buttons stand for it."""
        away = self._now is StepName.SIGN
        self._side.setVisible(self._open and not away)
        self._fold.setVisible(theme().large and not away)
        self._next_folded.setVisible(not self._open and not away)

    # ---------------------------------------------------------------- which step
    @property
    def step(self) -> StepName:
        """The step in sight."""
        return self._now

    def show_case(self) -> None:
        """A case was laid onto the desk: shows the first step that lacks something."""
        for view in (self.item, self.applicant, self.form, self.materials, self.sign):
            view.forget()
        self._message.clear_away()
        lacks = [lack for lack in self._desk.lacks if lack.blocks]
        fresh = not self._desk.draft.applicant.name
        first = lacks[0].step if lacks else StepName.SIGN
        order = [lack.step for lack in lacks]
        if fresh or (first is StepName.ITEM and StepName.APPLICANT in order):
            first = StepName.APPLICANT if fresh else first
        self._tell_reasons()
        # An Enter pressed twice in the search must not answer what the agent attests.
        self.go(first, focus=first is not StepName.ITEM)
        if self._desk.reasons is not None and self._desk.draft.state is DraftState.RETURNED:
            self.show_returned()  # what was framed comes before the steps

    def go(self, step: StepName, *, focus: bool = True) -> None:
        """Shows a step; with ``focus`` what is missing in it gets the focus."""
        if step is not self._now:
            self._leave(self._now)
        self._now = step
        self._stack.setCurrentWidget(self._widgets[step])
        self._return_bar.come_back()
        self._open = not theme().large
        self._fit()
        self.refresh()
        if step is StepName.MATERIALS:
            self.materials.start()
        elif step is StepName.FORM:
            self.form.start()
        elif step is StepName.APPLICANT:
            self.applicant.start()
        elif step is StepName.SIGN:
            self.sign.start()
        if focus:
            self._focus_first()

    def next_step(self) -> None:
        """The next step that lacks something; signing comes last."""
        self.go(self._following)

    @property
    def _following(self) -> StepName:
        at = STEPS.index(self._now)
        lacking = {lack.step for lack in self._desk.lacks if lack.blocks}
        others = (*STEPS[at + 1 :], *STEPS[:at])
        return next((s for s in others if s in lacking and s is not StepName.SIGN), StepName.SIGN)

    def _done(self, step: StepName) -> None:
        """A step that needs no look any more gives way to the next, unless it was left already."""
        lacks = any(lack.blocks and lack.step is step for lack in self._desk.lacks)
        if step is self._now and not lacks and self.isVisible():
            self.next_step()

    def _go_on_here(self) -> None:
        """What was read is settled: what else is missing here, else on to the next step."""
        if any(lack.blocks and lack.step is self._now for lack in self._desk.lacks):
            self._focus_first()
        else:
            (self._next if self._open else self._next_folded).setFocus()

    def stop(self) -> None:
        """Goes out of sight: what is being typed is saved, the camera let go."""
        focus = self.focusWidget()
        if focus is not None:
            focus.clearFocus()
        self._leave(self._now)

    def _leave(self, step: StepName) -> None:
        if step is StepName.MATERIALS:
            self.materials.stop()
        elif step is StepName.FORM:
            self.form.stop()
        elif step is StepName.APPLICANT:
            self.applicant.stop()
        elif step is StepName.SIGN:
            self.sign.stop()

    def take(self) -> None:
        """Space: takes a picture, where a camera is looking."""
        if self._now is StepName.MATERIALS:
            self.materials.take()
        elif self._now is StepName.FORM and self.form.is_looking:
            self.form.take()
        elif self._now is StepName.APPLICANT and self.applicant.is_looking:
            self.applicant.take()

    def back(self) -> bool:
        """Esc: one step back inside the step in sight; false if there is none."""
        if self._now is StepName.APPLICANT:
            return self.applicant.back()
        return self._now is StepName.FORM and self.form.back()

    def _focus_first(self) -> None:
        lack = next((one for one in self._desk.lacks if one.step is self._now), None)
        if lack is not None:
            self._views[self._now].focus_on(lack.place)

    # ---------------------------------------------------------------- shown
    def refresh(self) -> None:
        """Shows the case as saved."""
        if not self._desk.is_open:
            return
        draft = self._desk.draft
        who = draft.applicant
        age = who.age(self._desk.today)
        self._title.setText(self._desk.item.title)
        parts = [
            who.name or self.tr("还没填是谁"),
            who.sex,
            self.tr("{n} 岁").format(n=age) if age is not None else "",
            who.masked_id,
        ]
        self._person.setText("  ".join(part for part in parts if part))
        self.steps.show_states(self._desk.step_states(self._now))
        self._views[self._now].refresh()
        self._fill_missing()

    def _fill_missing(self) -> None:
        clear(self._lines)
        self._list.verticalScrollBar().setValue(0)
        lacks = list(self._desk.lacks)
        lacks.sort(key=lambda lack: lack.step is not self._now)
        blocking = [lack for lack in lacks if lack.blocks]
        self._count.setText(self.tr("{n} 样").format(n=len(blocking)) if blocking else "")
        for lack in lacks:
            detail = lack.detail_en if current() == "en" else lack.detail
            where = (
                self.tr("本步")
                if lack.step is self._now
                else self.tr("第 {n} 步 {name}").format(
                    n=STEPS.index(lack.step) + 1, name=self._names[lack.step]
                )
            )
            line = MissingLine(lack_words(lack.words), f"{where} · {detail}", _TONES[lack.tone])
            line.clicked.connect(lambda _=False, one=lack: self._jump(one))
            self._lines.addWidget(line)
        if not lacks:
            self._lines.addWidget(Text(self.tr("什么都不缺了。"), "body", "ok"))
        self._lines.addStretch(1)
        here = [lack for lack in blocking if lack.step is self._now]
        words = self.tr("下一步 {name}").format(name=self._names[self._following])
        self._next.set_text(self.tr("下一步") if theme().large else words)  # a narrow drawer
        self._next.set_kind("secondary" if here else "primary")
        self._next_folded.set_kind("secondary" if here else "primary")
        self._fold.set_text(
            self.tr("还缺 {n} 样").format(n=len(blocking)) if blocking else self.tr("不缺了")
        )
        self._fold.set_icon("s_todo" if blocking else "s_ok")
        self._hint.setText(self.tr("不齐也可以先走下一步，送出之前会再核一遍。") if here else "")

    def _jump(self, lack: Missing) -> None:
        self.go(lack.step)
        self._views[lack.step].focus_on(lack.place)

    def _tell_reasons(self) -> None:
        note = self._desk.reasons
        back = self._desk.draft.state is DraftState.RETURNED
        self._return_bar.tell(note if back else None)

    def show_returned(self) -> None:
        """The reasons of the return, each on its page."""
        note, item = self._desk.reasons, self._desk.item
        if note is None:
            return
        self._leave(self._now)
        self._stack.setCurrentWidget(self.returned)
        self._side.hide()
        self._return_bar.hide()
        self._tasks.start(
            self._desk.sent_dossier,
            done=lambda pdf: self.returned.show_note(note, pdf, item),
            failed=self._failed,
            owner=self,
        )

    def _mend(self, reason: Reason) -> None:
        """Goes to the paper or the field that a reason is about."""
        step = StepName.MATERIALS if reason.material else StepName.FORM
        self.go(step, focus=False)
        self._views[step].focus_on(reason.material or reason.field)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, ExplainedError):
            self._message.tell_error(error)
