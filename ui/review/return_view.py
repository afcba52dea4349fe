"""Returning and refusing: every reason at once, each pinned to its place, and what will go out."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, QRectF, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from station.domain.cases import ActionType
from station.notify.sender import masked
from station.wire.sealed import Frame, Reason
from ui.cases.reason_words import OWN, reason_words
from ui.common.buttons import Button, SmallLink
from ui.common.choosing import Select
from ui.common.enlarged import Enlarged
from ui.common.inputs import LineEdit
from ui.common.language import current
from ui.common.layout import (
    Plate,
    canvas,
    clear,
    column,
    fixed_width,
    grid,
    holder,
    row,
    scroll,
    vline,
)
from ui.common.marks import Mark, MarkLook
from ui.common.tasks import Tasks
from ui.common.text import Icon, Text
from ui.common.theme import theme
from ui.common.wording import ring
from ui.review.paper_panel import PaperPanel, spoken_words
from ui.review.reasons import Place, ReasonList

translate = QCoreApplication.translate

_PAPERS, _PAPERS_WIDE = 384, 760
_NOTICE, _NOTICE_WIDE = 384, 440
_ROOM_TO_ENLARGE = 480


class ReasonBlock(Plate):
    """One reason: its number, its words, where it belongs, how to make it good."""

    removed = Signal()
    moved = Signal(object)
    pressed = Signal()

    def __init__(self, number: int, reason: Reason, reasons: ReasonList) -> None:
        super().__init__(name="card")
        away = SmallLink(self.tr("去掉"), icon="cross")
        away.clicked.connect(self.removed)
        away.setAccessibleName(self.tr("去掉第 {n} 条").format(n=number))
        words = reason.text or self.tr("这里怎么了？按数字选，或者写一句")
        if current() == "en" and (spoken := reason_words(reason.code)) not in ("", words):
            # what goes out is Chinese; who reads English sees beside it what it says
            words = f"{words} · {spoken}" if reason.code not in ("", OWN) else words
        head = Text(words, bold=True, wrap=True, copy=True)
        if not reason.text:
            head.set_ink("warn")
        if reason.frame is not None:
            where: QWidget = Text(
                self.tr("{place}，圈出的地方").format(place=framed_name(reason, reasons)),
                "caption",
                wrap=True,
            )
        else:
            places = reasons.places(current())
            where = Select(self.tr("第 {n} 条在哪里").format(n=number), places)
            where.set_value(next((p for p, _ in places if _same(p, reason)), places[0][0]))
            where.chosen.connect(self.moved)
        lines = column(
            row(
                Text(ring(number), bold=True, ink="accent"),
                (head, 1),
                away,
                gap=10,
            ),
            row(
                Icon("crop" if reason.frame is not None else "pin", 18, "accent"),
                (where, 1),
                gap=8,
                margins=(28, 0, 0, 0),
            ),
            gap=2,
            margins=(12, 4, 8, 8),
        )
        if reason.remedy:
            remedy = self.tr("怎么补：{how}").format(how=reason.remedy)
            lines.addLayout(
                row((Text(remedy, "caption", "text2", wrap=True), 1), margins=(54, 0, 0, 0))
            )
        self.setLayout(lines)
        self.setAccessibleName(f"{number} {words}")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()


def framed_name(reason: Reason, reasons: ReasonList) -> str:
    """The paper and page on which a place was framed."""
    page = translate("review", "第 {n} 页").format(n=reason.page)
    name = reasons.name_of(reason, current())
    return f"{name} {page}" if name else page


def _same(place: Place, reason: Reason) -> bool:
    return (place.field, place.material) == (reason.field, reason.material)


def share_of(frame: Frame) -> QRectF:
    """A frame as a rectangle in shares of its page."""
    return QRectF(frame.x, frame.y, frame.width, frame.height)


class ReturnView(QWidget):
    """Gathers the reasons of a ``ReasonList``; whoever shows it sends them. ``taken_away`` tells a
    reason that was removed and where it stood, so that it can be put back."""

    failed = Signal(object)
    taken_away = Signal(int, object)

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self._reasons: ReasonList | None = None
        self.enlarged = Enlarged(tasks)
        self.framing = Button(self.tr("圈一处"), "chosen", "crop", "Q")
        self.framing.setCheckable(True)
        self.framing.setChecked(True)
        self.framing.toggled.connect(self._set_framing)
        self._hint = Text(self.tr("拖个框就是一条"), "caption", "text2", elide=True)
        self.papers = PaperPanel(
            tasks,
            self.tr("案卷的页面"),
            (self.enlarged, row(self.framing, (self._hint, 1), gap=10)),
        )
        self.papers.failed.connect(self.failed)
        self.papers.view.drawn.connect(self._framed)
        self.papers.view.pressed.connect(self._sign_pressed)
        self.papers.view.loaded.connect(self._show_marks)
        self._set_framing(True)
        self._head = Text("", "title", bold=True)
        self._count = Text("", "caption", "text2")
        self._usual: QVBoxLayout = column(gap=0)
        self.own = LineEdit(self.tr("自己写一条"), hint=self.tr("自己写一条，Enter 加上"))
        self.own.returnPressed.connect(self._add_own)
        self._chosen: QVBoxLayout = column(gap=8)
        self._who = Text("", bold=True, elide=True)
        self._notice = Text("", wrap=True, copy=True)
        self._message = Text("", wrap=True, copy=True)
        self._length = Text("", "caption", "text2", wrap=True)
        self._phone = Text("", "caption", "text2", wrap=True)
        left = fixed_width(
            Plate(column((self.papers, 1), gap=0), "panel", (16, 8, 16, 10)),
            _PAPERS,
            _PAPERS_WIDE,
        )
        middle = column(
            row(self._head, self._count, None, gap=10),
            holder(self._usual),
            self.own,
            (scroll(holder(column(holder(self._chosen), None, gap=0))), 1),
            gap=10,
            margins=(16, 10, 16, 8),
        )
        self._right = fixed_width(
            Plate(column((scroll(holder(self._outgoing())), 1), gap=0), "panel", (16, 12, 16, 12)),
            _NOTICE,
            _NOTICE_WIDE,
        )
        self.setLayout(row(left, vline(), (canvas(middle), 1), vline(), self._right, gap=0))

    def _outgoing(self) -> QVBoxLayout:
        plain = (12, 10, 12, 10)
        return column(
            row(Icon("send", 20, "accent"), Text(self.tr("村里会看到"), bold=True), None, gap=8),
            Plate(column(self._notice, gap=0), "card", plain),
            row(Icon("message", 20, "accent"), (self._who, 1), gap=8),
            self._length,
            Plate(column(self._message, gap=0), "card", plain),
            self._phone,
            None,
            gap=8,
        )

    # ---------------------------------------------------------------- shown
    def show_reasons(self, reasons: ReasonList) -> None:
        """Begins with what was gathered for this case before."""
        if self._reasons is not None and self._reasons is not reasons:
            self._reasons.changed.disconnect(self._refresh)
        if self._reasons is not reasons:
            reasons.changed.connect(self._refresh)
        self._reasons = reasons
        refusing = reasons.action is ActionType.REFUSE
        self._head.setText(self.tr("不予受理的原因") if refusing else self.tr("退回的原因"))
        case = reasons.case
        self.papers.show_dossier(case.dossier, case.papers, spoken_words(case.item))
        self.papers.show_signs(reasons.signs_on)
        clear(self._usual)
        tiles: list[QWidget] = []
        for number, usual in enumerate(reasons.usual, 1):
            tile = Button(reason_words(usual.code), "tile", key=str(number))
            tile.clicked.connect(partial(self._add_usual, number - 1))
            tiles.append(tile)
        self._usual.addWidget(
            holder(grid(tiles, 2 if theme().large or current() == "en" else 3, 8))
        )
        self._who.setText(self.tr("{name}会收到短信").format(name=case.papers.applicant.name))
        phone = masked(case.papers.applicant.phone) if case.papers.applicant.phone else ""
        self._phone.setText(
            self.tr("短信到 {phone}。补正的日子不算在时限里。").format(phone=phone)
            if phone
            else self.tr("没有留电话，由代办员当面告诉。补正的日子不算在时限里。")
        )
        self.own.clear()
        self._refresh()

    def first_focus(self) -> QWidget:
        """Where the hands begin."""
        return self.papers.view

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_marks()

    def _refresh(self) -> None:
        reasons = self._reasons
        if reasons is None:
            return
        clear(self._chosen)
        for at, reason in enumerate(reasons.reasons):
            block = ReasonBlock(at + 1, reason, reasons)
            block.set_chosen(at == reasons.current)
            block.removed.connect(partial(self._remove, at))
            block.moved.connect(partial(reasons.pin, at))
            block.pressed.connect(partial(self._choose, at))
            self._chosen.addWidget(block)
        count = len(reasons.reasons)
        self._count.setText(
            self.tr("{n} 条，一次说全").format(n=count)
            if count
            else self.tr("按数字选，或者自己写")
        )
        self._notice.setText(reasons.notice() or self.tr("还没有原因。"))
        message = reasons.message()
        self._message.setText(message)
        self._length.setText(
            self.tr("{n} 字，算 {parts} 条").format(n=len(message), parts=billed(message))
        )
        self.papers.show_signs(reasons.signs_on)
        self._show_marks()

    # ---------------------------------------------------------------- on the page
    def _set_framing(self, on: bool) -> None:
        self.papers.view.set_drawing(on)
        self.framing.set_kind("chosen" if on else "secondary")
        self._hint.setText(self.tr("拖个框就是一条") if on else self.tr("按 Q 接着圈"))

    def _show_marks(self) -> None:
        reasons, view = self._reasons, self.papers.view
        if reasons is None or not view.page_count:
            return
        marks: dict[int, list[Mark]] = {}
        for at, reason in enumerate(reasons.reasons):
            place = self._place_of(reason)
            if place is None or place[0] >= view.page_count:
                continue
            page, share = place
            wide, high = view.page_size(page)
            rect = QRectF(
                share.x() * wide, share.y() * high, share.width() * wide, share.height() * high
            )
            held = at == reasons.current and reason.frame is not None
            marks.setdefault(page, []).append(Mark(rect, MarkLook.REGION, str(at + 1), held))
        view.set_marks(marks)
        current = reasons.reasons[reasons.current] if reasons.current >= 0 else None
        place = self._place_of(current) if current is not None else None
        roomy = self.height() >= theme().grown(_ROOM_TO_ENLARGE)  # else the page needs it more
        if roomy and place is not None and place[1].width() > 0 and place[1].height() > 0:
            self.enlarged.show_place(reasons.case.dossier, *place)
        else:
            self.enlarged.show_nothing()

    def _place_of(self, reason: Reason) -> tuple[int, QRectF] | None:
        """Where the sign of a reason stands: its frame, its field on the form, or the corner of
        its page; the page from 0."""
        reasons = self._reasons
        if reason.frame is not None and reason.page is not None:
            return reason.page - 1, share_of(reason.frame)
        if reason.field and reasons is not None:
            cell = reasons.cell_of(reason.field)
            if cell is not None:
                return cell[0], share_of(cell[1])
        if reason.page is not None:
            return reason.page - 1, QRectF(0.06, 0.045, 0.0, 0.0)
        return None

    def _framed(self, page: int, rect: QRectF) -> None:
        reasons = self._reasons
        if reasons is None:
            return
        wide, high = self.papers.view.page_size(page)
        left, top = max(0.0, rect.x() / wide), max(0.0, rect.y() / high)
        reasons.frame(
            page,
            Frame(
                x=left,
                y=top,
                width=min(1.0 - left, rect.width() / wide),
                height=min(1.0 - top, rect.height() / high),
            ),
        )

    def _sign_pressed(self, word: str) -> None:
        if word.isdigit():
            self._choose(int(word) - 1)

    def _choose(self, at: int) -> None:
        reasons = self._reasons
        if reasons is None or not 0 <= at < len(reasons.reasons):
            return
        reasons.choose(at)
        place = self._place_of(reasons.reasons[at])
        if place is not None and self.papers.view.page != place[0]:
            self.papers.view.go_to(place[0])

    # ---------------------------------------------------------------- gathering
    def _add_usual(self, at: int) -> None:
        reasons = self._reasons
        if reasons is None or at >= len(reasons.usual):
            return
        usual = reasons.usual[at]
        place = reasons.place_on(self.papers.view.page) if usual.paper else Place()
        reasons.add(usual.code, usual.text, place, usual.remedy)

    def _add_own(self) -> None:
        words = self.own.text().strip()
        if words and self._reasons is not None:
            self._reasons.add(OWN, words, self._reasons.place_on(self.papers.view.page))
            self.own.clear()

    def _remove(self, at: int) -> None:
        if self._reasons is not None:
            gone = self._reasons.reasons[at]
            self._reasons.remove(at)
            self.taken_away.emit(at, gone)


def billed(message: str) -> int:
    """As how many short messages an operator counts a text: one of 70, else pieces of 67."""
    return 1 if len(message) <= 70 else -(-len(message) // 67)
