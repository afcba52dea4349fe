"""Step 5: the villager reads and signs, the agent signs, the case goes out."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QLayout, QWidget

from signing.errors import ExplainedError
from station.domain.completeness import StepName
from station.domain.drafts import Draft
from station.services.signing_desk import (
    ShownDocument,
    SignedDossier,
    gist,
    masked_phone,
    phone_of,
)
from ui.agent.case_desk import CaseDesk
from ui.agent.lack_words import lack_words
from ui.agent.pad_ink import as_pad_ink, written
from ui.agent.send_stages import SendStages
from ui.agent.villager_screen import VillagerScreen, second_screen
from ui.common.buttons import Button
from ui.common.chips import Chip
from ui.common.dialogs import ActDialog
from ui.common.layout import Plate, canvas, card, column, fixed_width, holder, row, scroll
from ui.common.messages import Message, explained
from ui.common.page import Host
from ui.common.paper_tools import PaperTools
from ui.common.paper_view import PaperView
from ui.common.progress import Progress
from ui.common.sign_pad import Ink, SignPad
from ui.common.text import Icon, Text
from ui.common.theme import theme
from ui.common.tones import Tone
from ui.common.wording import clock_words, short_day_words
from ui.key_question import ask_to_sign

_PAD_HIGH = 120
_LANE = "dossier"


class SignStep(QWidget):
    """``sent`` tells that the case lies in the outbox; ``notice_wanted`` asks for the receipt,
    ``next_wanted`` for the next villager."""

    sent = Signal()
    notice_wanted = Signal()
    next_wanted = Signal()
    jump = Signal()

    def __init__(self, desk: CaseDesk, host: Host) -> None:
        super().__init__()
        self._desk, self._host = desk, host
        self._shown: ShownDocument | None = None
        self._shown_for = ""
        self._signing = False
        self.dialog: ActDialog | None = None
        self._villager: VillagerScreen | None = None
        self._villager_ink: Ink | None = None
        self._show_villager = Button(self.tr("给申请人看"), "secondary", "people", "F10")
        self._show_villager.clicked.connect(lambda: self.turn_to_villager())
        self._villager_sees = Chip("", Tone.NOW)
        self._villager_sees.hide()
        self._title = Text(self.tr("请您看一遍"), "title", bold=True, elide=True)
        self._document = PaperView(host.tasks, self.tr("给申请人看的表"))
        self._message = Message(compact=True)
        left = canvas(
            column(
                row(
                    (self._title, 1),
                    self._villager_sees,
                    PaperTools(self._document),
                    self._show_villager,
                    gap=8,
                ),
                (self._document, 1),
                gap=8,
                margins=(24, 16, 16, 12),
            )
        )
        right = Plate(name="panel")
        right.setLayout(self._right())
        self.setLayout(row((left, 1), fixed_width(right, 472, 620), gap=0))

    # ---------------------------------------------------------------- layout
    def _right(self) -> QLayout:
        self._who = Text("", "title", bold=True, elide=True)
        self._signed = Chip("", Tone.OK)
        self._wipe = Button(self.tr("擦掉重签"), "quiet", "undo")
        self._wipe.clicked.connect(self._wipe_ink)
        self.pad = SignPad(self.tr("申请人签名处"))
        self.pad.setMinimumHeight(_PAD_HIGH)
        self.pad.changed.connect(self._ink_changed)
        self._ink_done = Button(self.tr("签好了"), "secondary", "check")
        self._ink_done.clicked.connect(self._keep_ink)
        self._stages = SendStages()
        self._tell = Text("", "body", wrap=True)
        self._bar = Progress()
        self._bar.hide()
        self._agent = Button(self.tr("代办员签章"), "primary", "key", "F8", big=True)
        self._agent.clicked.connect(self.sign)
        self._send = Button(self.tr("送出"), "secondary", "send", "F9", big=True)
        self._send.clicked.connect(self.sign)
        self._notice = Button(self.tr("打印受理通知书"), "secondary", "print", big=True)
        self._notice.clicked.connect(self.notice_wanted)
        self._next = Button(self.tr("办下一件"), "primary", "right", "F9", big=True)
        self._next.clicked.connect(self.next_wanted)
        self._tell_card = card(
            column(
                row(
                    Icon("message", 20, "accent"),
                    Text(self.tr("告诉申请人"), "body", bold=True),
                    None,
                ),
                self._tell,
                gap=4,
            ),
            (16, 10, 16, 10),
        )
        self._below = scroll(holder(column(self._tell_card, self._message, gap=0)))
        return column(
            row((self._who, 1), self._signed, self._wipe, self._ink_done, gap=8),
            (self.pad, 1),
            self._stages,
            self._below,
            self._bar,
            row((self._notice, 1), (self._agent, 1), self._send, self._next, gap=8),
            gap=10,
            margins=(20, 14, 20, 14),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_below()

    def _fit_below(self) -> None:
        """What is told takes the height that its words need, as far as the pad keeps its own; the
        rest scrolls."""
        inner, t = self._below.widget(), theme()
        wide = self._below.viewport().width()
        natural = inner.heightForWidth(wide) if inner.hasHeightForWidth() else -1
        natural = max(natural, inner.sizeHint().height() if natural < 0 else natural)
        others = t.height("control") + _PAD_HIGH + t.height("primary") + t.px("caption") * 3 + 84
        self._below.setFixedHeight(max(64, min(natural, self.height() - others)))

    # ---------------------------------------------------------------- shown
    def start(self) -> None:
        """The step comes into sight: the document is made as it stands now, and the villager's
        monitor shows it, where there is one."""
        if second_screen(self) is not None and not self._desk.is_closed:
            self.turn_to_villager()
        self.refresh()

    def stop(self) -> None:
        """The step goes out of sight: the villager's screen has nothing to show any more."""
        if self._villager is not None:
            self._villager.close()

    def forget(self) -> None:
        """Another case comes onto the desk."""
        self._shown, self._shown_for, self._villager_ink = None, "", None
        self._document.clear()
        self.pad.clear()
        self._message.clear_away()

    @property
    def document_shown(self) -> bool:
        """Whether the villager can read the document as it stands now."""
        return self._shown is not None and self._document.settled

    @property
    def is_ready(self) -> bool:
        """Whether nothing is missing but the agent's signature."""
        return self._agent.isEnabled()

    def focus_on(self, place: str) -> None:
        """The pad is where the case goes on."""
        self.pad.setFocus()

    def refresh(self) -> None:
        """Shows document, ink and stages as they stand."""
        draft = self._desk.draft
        mark = f"{draft.id}:{_content_mark(draft)}"
        if self.isVisible() and mark != self._shown_for:
            self._shown_for = mark
            self._host.tasks.start(
                lambda: self._desk.agent.signing.shown(draft),
                done=self._show_document,
                failed=self._failed,
                owner=self,
                lane=_LANE,
            )
        name = self._signer(draft)
        empty = draft.ink is None and self.pad.empty
        self._who.setText(self.tr("{name} 签名").format(name=name) if empty else name)
        signed = draft.ink is not None
        self._signed.setVisible(signed)
        if draft.ink is not None:
            when = clock_words(draft.ink.signed_at)
            self._signed.set(self.tr("已签 {time}").format(time=when), Tone.OK)
        self._wipe.setVisible((signed or not self.pad.empty) and not self._desk.is_closed)
        if signed and self.pad.empty:
            self._show_kept_ink()
        if not signed and not self.pad.isEnabled():
            self.pad.setEnabled(True)
        self._ink_done.setVisible(not signed)
        self._ink_done.setEnabled(not self.pad.empty and self._shown is not None)
        self._stages.show_draft(draft, closed=self._desk.is_closed, signing=self._signing)
        lacks = [one for one in self._desk.lacks if one.blocks]
        ready = signed and not lacks and not self._desk.is_closed and not self._signing
        self._agent.setVisible(not self._desk.is_closed)
        self._agent.setEnabled(ready)
        self._send.setVisible(not self._desk.is_closed)
        self._send.setEnabled(ready)
        self._notice.setVisible(self._desk.is_closed)
        self._next.setVisible(self._desk.is_closed)
        self._tell.setText(self._words(draft))
        self._tell_card.setVisible(self._message.isHidden())  # there is room for one of them
        self._fit_below()

    def _signer(self, draft: Draft) -> str:
        """Who signs by hand: the applicant, or who comes for them."""
        if draft.delegate is not None:
            return draft.delegate.person.name or self.tr("代办人")
        return draft.applicant.name or self.tr("申请人")

    def _words(self, draft: Draft) -> str:
        """What to tell the villager now."""
        if self._desk.is_closed and draft.standing is not None and not draft.standing.is_open:
            return self.tr("已经有结果了，编号 {number}。到“办件”里打开，交给申请人。").format(
                number=draft.number
            )
        if self._desk.is_closed:
            start = self.tr("已经受理了，编号 {number}。").format(number=draft.number)
            return self._joined(start, self._promise(draft))
        lacks = [o for o in self._desk.lacks if o.blocks and o.step is not StepName.SIGN]
        if lacks:
            return self.tr("还差 {n} 样，补齐了再签：{what}。").format(
                n=len(lacks),
                what=self.tr("、").join(dict.fromkeys(lack_words(o.words) for o in lacks[:4])),
            )
        return self._joined(self.tr("看完没错，就在上面签名。"), self._promise(draft))

    def _joined(self, start: str, promise: str) -> str:
        return self.tr("{start}{promise}").format(start=start, promise=promise)

    def _promise(self, draft: Draft) -> str:
        """Until when, and how the villager hears of it."""
        due = short_day_words(self._desk.agent.signing.due(draft, self._desk.today), weekday=True)
        phone = masked_phone(phone_of(draft))
        told = (
            self.tr("有结果发短信到 {phone}。").format(phone=phone)
            if phone
            else self.tr("有结果由代办员告诉您。")
        )
        return self.tr("最晚 {day}办结，{told}这期间不用再跑。").format(day=due, told=told)

    def _show_document(self, shown: ShownDocument) -> None:
        self._shown = shown
        self._document.show_pdf(shown.pdf)
        self._show_to_villager()
        self.refresh()

    # ---------------------------------------------------------------- the villager's screen
    def turn_to_villager(self) -> None:
        """F10: opens the villager's screen, on the second monitor where there is one."""
        if self._villager is not None or self._desk.is_closed:
            return
        window, agent = self.window(), self._desk.state.desk.who.person.name
        screen = VillagerScreen(window, self._host.tasks, agent)
        screen.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        screen.page_changed.connect(self._villager_turned)
        screen.ink_changed.connect(self._villager_writes)
        screen.written.connect(self._keep_ink)
        screen.called.connect(self._villager_calls)
        screen.closed.connect(self._villager_gone)
        self._villager = screen
        screen.show_waiting()
        screen.open_on(second_screen(window), window)
        self._show_to_villager()
        self._villager_turned(0)

    @property
    def villager(self) -> VillagerScreen | None:
        """The villager's screen, while it is open."""
        return self._villager

    def _show_to_villager(self) -> None:
        screen, draft = self._villager, self._desk.draft
        if screen is None or self._shown is None:
            return
        if draft.ink is not None:
            screen.show_finished(self._promise(draft))
            return
        lines = [(self.tr("要办的"), self._desk.item.title)]
        end = self.tr("尾号 {n}")
        for label, value, whole in gist(self._desk.item, draft):
            lines.append((label, value if whole else end.format(n=value)))
        if len(lines) < 3:
            person = draft.applicant
            lines.append((self.tr("谁的事"), f"{person.name} {person.masked_id}".strip()))
        lines.append((self.tr("您保证"), self.tr("上面说的都是真的")))
        screen.show_document(self._signer(draft), self._shown.pdf, lines)

    def _villager_turned(self, page: int) -> None:
        self._villager_sees.set(self.tr("申请人在看第 {n} 页").format(n=page + 1), Tone.NOW)
        shown = self._villager is not None
        self._villager_sees.setVisible(shown)
        self._title.setText("" if shown else self.tr("请您看一遍"))
        if self._document.page_count > page:
            self._document.go_to(page)

    def _villager_writes(self, ink: Ink) -> None:
        """The agent sees the strokes as they come."""
        self._villager_ink = None if ink.empty else ink
        if ink.empty:
            self.pad.clear()
        else:
            self.pad.show_ink(ink)
            self.refresh()

    def _villager_calls(self) -> None:
        QApplication.beep()
        name = self._signer(self._desk.draft)
        self._message.tell(
            self.tr("{name}在叫您").format(name=name),
            self.tr("请过去看看，要念的念一遍。"),
            tone=Tone.INFO,
        )
        self.refresh()
        self._host.say(self.tr("{name}在叫您").format(name=name))

    def _villager_gone(self) -> None:
        self._villager = None
        self._villager_sees.hide()
        self._title.setText(self.tr("请您看一遍"))
        self.window().activateWindow()

    # ---------------------------------------------------------------- the villager's hand
    def _ink_changed(self, _ink: Ink) -> None:
        if self._desk.is_open:
            self.refresh()

    def _keep_ink(self) -> None:
        shown, ink = self._shown, written(self._villager_ink or self.pad.ink)
        if shown is None or self._desk.is_closed:
            return
        self._ink_done.setEnabled(False)
        draft_id = self._desk.draft.id
        self._host.tasks.start(
            lambda: self._desk.agent.signing.keep_ink(draft_id, ink, shown),
            done=self._ink_kept,
            failed=self._ink_refused,
            owner=self,
            lane=_LANE,
        )

    def _ink_refused(self, error: Exception) -> None:
        self._failed(error)
        if self._villager is not None and isinstance(error, ExplainedError):
            _, cause, remedy = explained(error)
            self._villager.ask_again(f"{cause}{remedy}")

    def _ink_kept(self, draft: Draft) -> None:
        self.pad.set_locked(True)
        self._message.clear_away()
        self._desk.reload()
        self._host.say(self.tr("{name}已签字").format(name=self._signer(draft)))
        if self._villager is not None:
            self._villager.show_finished(self._promise(self._desk.draft))
        self._agent.setFocus()

    def _wipe_ink(self) -> None:
        self._villager_ink = None
        self.pad.clear()
        if self._desk.draft.ink is not None:
            self._desk.agent.signing.wipe_ink(self._desk.draft.id)
            self._desk.reload()
        self._show_to_villager()

    def _show_kept_ink(self) -> None:
        bound = self._desk.agent.signing.ink_of(self._desk.draft)
        if bound is not None:
            self.pad.show_ink(as_pad_ink(bound.ink))

    # ---------------------------------------------------------------- the agent's key
    def sign(self) -> None:
        """F8 or F9: signs with the opened key, seals, and lays the case into the outbox.

        Nothing is asked, unless the key was pulled out since the PIN was typed.
        """
        if self._signing or not self._agent.isEnabled():
            return
        if not self._desk.state.desk.who.needs_pin:
            self._sign()
            return
        self.dialog = dialog = ask_to_sign(
            self.window(), self._desk.state.desk, self._host.tasks, _LANE,
            self.tr("用您的 UKey 签章？"),
            self.tr("{item}，{name}").format(
                item=self._desk.item.title, name=self._desk.draft.applicant.name
            ),
            self.tr("签章，送出"),
        )  # fmt: skip
        dialog.finished.connect(dialog.deleteLater)
        dialog.accepted.connect(self._sign)
        dialog.open()

    def _sign(self) -> None:
        self._signing = True
        self._message.clear_away()
        self._bar.show()
        self.refresh()
        line = self._host.work(self.tr("正在签章、封好"))
        agent, office = self._desk.agent, self._desk.state.desk.office
        draft_id = self._desk.draft.id

        def work() -> SignedDossier:
            signed = agent.signing.sign(draft_id, office.proofs())
            agent.submission.queue(signed)
            return signed

        def done(_signed: SignedDossier) -> None:
            line.end()
            self._signing = False
            self._bar.hide()
            self._desk.reload()
            self._notice.setFocus()
            self._host.say(self.tr("签好了，已放进待传"))
            self.sent.emit()

        def failed(error: Exception) -> None:
            line.end()
            self._signing = False
            self._bar.hide()
            self.refresh()
            self._failed(error)

        self._host.tasks.start(work, done=done, failed=failed, owner=self, lane=_LANE)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, ExplainedError):
            self._message.tell_error(error)
        if self._desk.is_open:
            self.refresh()


def _content_mark(draft: Draft) -> int:
    """Changes whenever what is shown would."""
    values = tuple(sorted((key, value.value) for key, value in draft.values.items()))
    pages = tuple(sorted((key, entry) for key, entry in draft.materials.items()))
    return hash((draft.applicant, draft.delegate, values, pages))
