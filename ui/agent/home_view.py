"""The agent's start: what shall be done, what is most often done, what lies unfinished."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from station.catalogue import guide_elements
from station.domain.drafts import Draft, DraftState
from station.domain.items import ServiceItem
from ui.agent.case_desk import CaseDesk
from ui.common.buttons import Button
from ui.common.chips import Chip
from ui.common.inputs import SearchEdit
from ui.common.layout import (
    canvas,
    card,
    clear,
    column,
    fixed_width,
    grid,
    hline,
    holder,
    row,
    scroll,
    vline,
)
from ui.common.lists import Line
from ui.common.text import Figure, Icon, Text
from ui.common.theme import look, theme
from ui.common.tones import Tone
from ui.common.wording import short_day_words

_CARDS = 9
_SIDE, _SIDE_WIDE = 400, 464


class HomeView(QWidget):
    """``begun`` tells the item's code, ``resumed`` the draft's id."""

    begun = Signal(str)
    resumed = Signal(str)
    card_wanted = Signal()
    guide_wanted = Signal(str)

    def __init__(self, desk: CaseDesk) -> None:
        super().__init__()
        self._desk = desk
        self._hits: list[ServiceItem] = []
        self._search = SearchEdit(
            self.tr("找事项"), self.tr("要办什么事？写名称或拼音首字母，如 glbt"), "Ctrl+K"
        )
        self._search.textChanged.connect(self._find)
        self._search.returnPressed.connect(self._open_chosen)
        self._search.installEventFilter(self)
        read = Button(self.tr("读身份证"), key="F4")
        read.clicked.connect(self.card_wanted)
        hint = card(
            row(
                Icon("card", 24, "accent"),
                (
                    Text(
                        self.tr("带了身份证？先读卡再选事项，资料会自己填好。"), "body", elide=True
                    ),
                    1,
                ),
                read,
                gap=12,
            ),
            (16, 8, 8, 8),
        )
        self._lower = QStackedWidget()
        self._lower.addWidget(self._browse())
        self._lower.addWidget(self._results())
        left = column(self._search, hint, (self._lower, 1), gap=12)
        self._side = column(gap=16)
        self._side_view = fixed_width(scroll(canvas(self._side)), _SIDE, _SIDE_WIDE)
        self._lower.currentChanged.connect(lambda index: self._side_view.setVisible(index == 0))
        self.setLayout(row((holder(left), 1), self._side_view, gap=24, margins=(24, 24, 24, 24)))
        look().changed.connect(self.refresh)

    # ---------------------------------------------------------------- layout
    def _browse(self) -> QWidget:
        self._most = column(gap=0)
        self._kinds = column(gap=0)
        self._count = Text("", "caption", "text2")
        return scroll(
            canvas(
                column(
                    row(
                        Text(self.tr("常办的事"), "title", bold=True),
                        None,
                        Text(self.tr("办得多的在前"), "caption", "text2"),
                    ),
                    holder(self._most),
                    8,
                    row(Text(self.tr("按类找"), "title", bold=True), None, self._count),
                    holder(self._kinds),
                    None,
                    gap=12,
                    margins=(0, 8, 0, 0),
                )
            )
        )

    def _results(self) -> QWidget:
        self._hit_box = column(gap=8)
        self._guide_box = column(gap=12)
        self._found = Text("", "body", bold=True)
        hits = fixed_width(
            scroll(canvas(column(self._found, holder(self._hit_box), None, gap=8))), 360, 460
        )
        return holder(row(hits, (scroll(canvas(self._guide_box)), 1), gap=24))

    # ---------------------------------------------------------------- shown
    def refresh(self) -> None:
        """Reads everything again."""
        agent = self._desk.agent
        catalogue = self._desk.state.desk.office.catalogue
        uses = {item.code: agent.store.uses(item.code) for item in catalogue.items}
        many = 2 if theme().large else 3
        cards = [self._item_card(i, uses[i.code]) for i in catalogue.most_used(uses)[:_CARDS]]
        clear(self._most)
        self._most.addLayout(grid(cards, many, 12))
        clear(self._kinds)
        kinds: list[QWidget] = []
        for name, count in catalogue.categories():
            button = Button(self.tr("{name} {count}").format(name=name, count=count), "tile")
            button.clicked.connect(self._shower(name))
            kinds.append(button)
        self._kinds.addLayout(grid(kinds, 4 if theme().large else 6, 8))
        self._count.setText(self.tr("共 {n} 项").format(n=len(catalogue.items)))
        self._fill_side()

    def search_focus(self) -> QWidget:
        """What should have the focus."""
        return self._search

    def empty_search(self) -> bool:
        """Esc: back from the search; false when there is nothing to leave."""
        if not self._search.text() and self._lower.currentIndex() == 0:
            return False
        self._search.clear()
        self._lower.setCurrentIndex(0)
        return True

    def _item_card(self, item: ServiceItem, uses: int) -> QWidget:
        papers = self.tr("材料 {n} 样").format(n=len(item.materials))
        days = self.tr("{n} 个工作日").format(n=item.promised_days)
        tail = self.tr("{n} 件").format(n=uses) if uses else ""
        line = Line(item.title, f"{papers} · {days}", "none", tail="", figure=tail, bold=True)
        line.clicked.connect(lambda: self.begun.emit(item.code))
        plate = card(column(line), (2, 4, 2, 4))
        plate.setMinimumHeight(theme().grown(72))
        return plate

    def _fill_side(self) -> None:
        agent, today = self._desk.agent, self._desk.today
        clear(self._side)
        opened = [d for d in agent.store.drafts() if d.opened_at.date() == today]
        sent = [d for d in opened if d.state is DraftState.SENT]
        waiting = sum(not e.state.is_finished for e in agent.submission.entries())
        self._side.addWidget(
            card(
                column(
                    row(
                        Text(self.tr("今天"), bold=True),
                        None,
                        Text(short_day_words(today, weekday=True), "caption", "text2"),
                    ),
                    row(
                        (Figure(str(len(opened)), self.tr("件"), self.tr("受理")), 1),
                        vline(),
                        (Figure(str(len(sent)), self.tr("件"), self.tr("已送镇里")), 1),
                        vline(),
                        (Figure(str(waiting), self.tr("件"), self.tr("待传")), 1),
                        gap=16,
                    ),
                    gap=8,
                )
            )
        )
        drafts = agent.intake.unfinished()
        returned = [d for d in drafts if d.state is DraftState.RETURNED]
        if returned:
            self._side.addWidget(
                self._drafts_card(self.tr("等您处理"), returned, self.tr("去补正"), "")
            )
        opened_now = [d for d in drafts if d.state is DraftState.OPEN]
        note = self.tr("{n} 件，都存好了").format(n=len(opened_now))
        self._side.addWidget(
            self._drafts_card(self.tr("没办完的"), opened_now, self.tr("接着办"), note)
        )
        self._side.addStretch(1)

    def _drafts_card(self, title: str, drafts: list[Draft], act: str, note: str) -> QWidget:
        body = column(
            row(Text(title, bold=True), None, Text(note, "caption", "text2")), hline(), gap=12
        )
        if not drafts:
            body.addWidget(Text(self.tr("没有，手头是空的。"), "caption", "text2"))
        for number, draft in enumerate(drafts[:6]):
            if number:
                body.addWidget(hline())
            button = Button(act)
            button.clicked.connect(self._resumer(draft.id))
            item = self._desk.agent.intake.item_of(draft)
            lacks = [lack for lack in self._desk.agent.intake.missing(draft) if lack.blocks]
            chip = (
                Chip(self.tr("退回补正"), Tone.WARN, filled=True, low=True)
                if draft.state is DraftState.RETURNED
                else Chip(self.tr("还缺 {n} 样").format(n=len(lacks)), Tone.TODO, plain=True)
            )
            who = draft.applicant.name or self.tr("还没填是谁")
            words = column(
                Text(item.title, "body", elide=True),
                row(Text(who, "caption", "text2"), chip, None, gap=12),
                gap=2,
            )
            body.addLayout(row((holder(words), 1), button, gap=8))
        return card(body)

    def _resumer(self, draft_id: str) -> Callable[[], None]:
        return lambda: self.resumed.emit(draft_id)

    def _shower(self, category: str) -> Callable[[], None]:
        def show() -> None:
            self._show_hits(self._desk.state.desk.office.catalogue.of_category(category))

        return show

    # ---------------------------------------------------------------- searching
    def _find(self, text: str) -> None:
        if not text.strip():
            self._lower.setCurrentIndex(0)
            return
        agent = self._desk.agent
        catalogue = self._desk.state.desk.office.catalogue
        uses = {item.code: agent.store.uses(item.code) for item in catalogue.items}
        self._show_hits(catalogue.search(text, uses))

    def _show_hits(self, items: tuple[ServiceItem, ...]) -> None:
        self._hits = list(items)
        clear(self._hit_box)
        self._found.setText(self.tr("找到 {n} 项").format(n=len(items)))
        for item in items:
            line = Line(
                item.title,
                self.tr("{kind} · {days} 个工作日").format(
                    kind=item.category, days=item.promised_days
                ),
                "none",
                choosable=True,
                bold=False,
            )
            line.clicked.connect(lambda _=False, chosen=item: self._choose(chosen))
            self._hit_box.addWidget(line)
        self._lower.setCurrentIndex(1)
        self._choose(items[0] if items else None)

    def _choose(self, item: ServiceItem | None) -> None:
        self._chosen = item
        for index in range(self._hit_box.count()):
            line = self._hit_box.itemAt(index).widget()
            if isinstance(line, Line):
                line.setChecked(item is not None and line.text() == item.title)
        clear(self._guide_box)
        if item is None:
            self._guide_box.addWidget(
                Text(self.tr("没有要找的？按 Esc 回到按类找。"), "body", "text2")
            )
            return
        begin = Button(self.tr("办这件"), "primary", key="Enter", big=True)
        begin.clicked.connect(lambda: self.begun.emit(item.code))
        guide = Button(self.tr("打印办事指南"), "secondary", "print")
        guide.clicked.connect(lambda: self.guide_wanted.emit(item.code))
        self._guide_box.addLayout(
            row((Text(item.title, "title", bold=True, wrap=True), 1), guide, begin, gap=8)
        )
        if item.example:
            self._guide_box.addLayout(
                row(Chip(self.tr("示例事项，内容以县级公布为准"), Tone.INFO), None)
            )
        for element in guide_elements(item):
            words = "\n".join(element.lines)
            self._guide_box.addWidget(
                card(
                    column(
                        Text(element.label, "caption", "text2"),
                        Text(words, "body", wrap=True, copy=True),
                        gap=4,
                    ),
                    (16, 10, 16, 10),
                )
            )
        self._guide_box.addStretch(1)

    def _open_chosen(self) -> None:
        if self._lower.currentIndex() == 1 and self._chosen is not None:
            self.begun.emit(self._chosen.code)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._lower.currentIndex() == 1 and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            if self._hits and self._chosen in self._hits:
                at = self._hits.index(self._chosen) + step
                self._choose(self._hits[max(0, min(at, len(self._hits) - 1))])
                return
        super().keyPressEvent(event)
