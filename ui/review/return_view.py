"""Returning and refusing: every reason at once, each pinned to its place, and what will go out."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from station.domain.cases import ActionType
from station.notify.sender import masked
from station.wire.sealed import Reason
from ui.common.buttons import Button, SmallLink
from ui.common.choosing import Select
from ui.common.inputs import LineEdit
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
from ui.common.tasks import Tasks
from ui.common.text import Icon, Text
from ui.common.theme import theme
from ui.review.paper_panel import PaperPanel
from ui.review.reasons import OWN, Place, ReasonList

_PAPERS, _PAPERS_WIDE = 384, 760
_NOTICE, _NOTICE_WIDE = 384, 440


class ReasonBlock(Plate):
    """One reason: its number, its words, where it belongs."""

    removed = Signal()
    moved = Signal(object)

    def __init__(self, number: int, reason: Reason, reasons: ReasonList) -> None:
        super().__init__(name="card")
        away = SmallLink(self.tr("去掉"), icon="cross")
        away.clicked.connect(self.removed)
        away.setAccessibleName(self.tr("去掉第 {n} 条").format(n=number))
        places = reasons.places()
        place = Select(self.tr("第 {n} 条在哪里").format(n=number), places)
        now = next((p for p, _ in places if _same(p, reason)), places[0][0])
        place.set_value(now)
        place.chosen.connect(self.moved)
        self.setLayout(
            column(
                row(
                    Text(str(number), bold=True, ink="accent"),
                    (Text(reason.text, bold=True, wrap=True, copy=True), 1),
                    away,
                    gap=10,
                ),
                row(Icon("pin", 18, "accent"), (place, 1), gap=8),
                gap=4,
                margins=(12, 6, 8, 10),
            )
        )
        self.setAccessibleName(f"{number} {reason.text}")


def _same(place: Place, reason: Reason) -> bool:
    return (place.field, place.material) == (reason.field, reason.material)


class ReturnView(QWidget):
    """Gathers the reasons of a ``ReasonList``; whoever shows it sends them."""

    failed = Signal(object)

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self._reasons: ReasonList | None = None
        self.papers = PaperPanel(tasks, self.tr("案卷的页面"))
        self.papers.failed.connect(self.failed)
        self._head = Text("", "title", bold=True)
        self._count = Text("", "caption", "text2")
        self._usual: QVBoxLayout = column(gap=0)
        self.own = LineEdit(self.tr("自己写一条"), hint=self.tr("自己写一条，Enter 加上"))
        self.own.returnPressed.connect(self._add_own)
        self._chosen: QVBoxLayout = column(gap=8)
        self._who = Text("", bold=True, elide=True)
        self._notice = Text("", wrap=True, copy=True)
        self._message = Text("", wrap=True, copy=True)
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
            Plate(column(self._message, gap=0), "card", plain),
            self._phone,
            None,
            gap=8,
        )

    # ---------------------------------------------------------------- shown
    def show_reasons(self, reasons: ReasonList) -> None:
        """Begins with what was gathered for this case before."""
        self._reasons = reasons
        reasons.changed.connect(self._refresh)
        refusing = reasons.action is ActionType.REFUSE
        self._head.setText(self.tr("不予受理的原因") if refusing else self.tr("退回的原因"))
        case = reasons.case
        self.papers.show_dossier(case.dossier, case.papers)
        clear(self._usual)
        tiles: list[QWidget] = []
        for number, usual in enumerate(reasons.usual, 1):
            tile = Button(usual.text, "tile", key=str(number))
            tile.clicked.connect(partial(self._add_usual, number - 1))
            tiles.append(tile)
        self._usual.addWidget(holder(grid(tiles, 2 if theme().large else 3, 8)))
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

    def _refresh(self) -> None:
        reasons = self._reasons
        if reasons is None:
            return
        clear(self._chosen)
        for at, reason in enumerate(reasons.reasons):
            block = ReasonBlock(at + 1, reason, reasons)
            block.set_chosen(at == reasons.current)
            block.removed.connect(partial(reasons.remove, at))
            block.moved.connect(partial(reasons.pin, at))
            self._chosen.addWidget(block)
        count = len(reasons.reasons)
        self._count.setText(
            self.tr("{n} 条，一次说全").format(n=count)
            if count
            else self.tr("按数字选，或者自己写")
        )
        self._notice.setText(reasons.notice() or self.tr("还没有原因。"))
        self._message.setText(reasons.message())

    # ---------------------------------------------------------------- gathering
    def _add_usual(self, at: int) -> None:
        reasons = self._reasons
        if reasons is None or at >= len(reasons.usual):
            return
        usual = reasons.usual[at]
        place = reasons.place_on(self.papers.view.page) if usual.paper else Place()
        reasons.add(usual.code, usual.text, place)

    def _add_own(self) -> None:
        words = self.own.text().strip()
        if words and self._reasons is not None:
            self._reasons.add(OWN, words, self._reasons.place_on(self.papers.view.page))
            self.own.clear()
