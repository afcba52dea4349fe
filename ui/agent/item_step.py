"""Step 1: the item, its conditions (answered by the program, or asked), its guide."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from station.catalogue import guide_elements
from station.domain.completeness import RuleState, StepName
from ui.agent.case_desk import CaseDesk
from ui.common.buttons import Button
from ui.common.layout import canvas, card, clear, column, hline, holder, row, scroll
from ui.common.text import Icon, Text
from ui.common.tones import Tone


class ItemStep(QWidget):
    """What the item asks for. ``guide_wanted`` and ``notice_wanted`` ask for papers to print,
    ``step_done`` tells that the last open condition was answered."""

    step_done = Signal()
    guide_wanted = Signal(str)
    notice_wanted = Signal()

    def __init__(self, desk: CaseDesk) -> None:
        super().__init__()
        self._desk = desk
        self._shown: tuple[RuleState, ...] = ()
        self._open: dict[str, Button] = {}
        self._rules = column(gap=8)
        self._guide = column(gap=10)
        notice = Button(self.tr("打印一次性告知单"), "secondary", "print")
        notice.clicked.connect(self.notice_wanted)
        guide = Button(self.tr("打印办事指南"), "secondary", "print")
        guide.clicked.connect(lambda: self.guide_wanted.emit(self._desk.item.code))
        body = column(
            row(Text(self.tr("办理条件"), "title", bold=True), None, notice, guide, gap=8),
            card(self._rules),
            8,
            Text(self.tr("办事指南"), "title", bold=True),
            holder(self._guide),
            None,
            gap=12,
            margins=(24, 20, 24, 20),
        )
        self.setLayout(column(scroll(canvas(body)), gap=0))

    def refresh(self) -> None:
        """Shows the conditions as they stand; the same ones keep their buttons and the focus."""
        if self._shown == self._desk.rules:
            return
        self._shown = self._desk.rules
        clear(self._rules)
        self._open = {}
        for number, state in enumerate(self._desk.rules):
            if number:
                self._rules.addWidget(hline())
            tone = {True: Tone.OK, False: Tone.DANGER, None: Tone.TODO}[state.holds]
            words = column(Text(state.rule.text, "body", wrap=True), gap=0)
            if state.holds is False and state.rule.failed:
                words.addWidget(Text(state.rule.failed, "caption", "danger", wrap=True))
            line = row(Icon(tone.shape, 22, tone.ink_name), (holder(words), 1), gap=10)
            if state.by_agent or (state.holds is None and not state.rule.holds):
                for label, holds in ((self.tr("是"), True), (self.tr("不是"), False)):
                    kind = "chosen" if state.holds is holds else "secondary"
                    button = Button(label, kind)  # type: ignore[arg-type]
                    button.setAccessibleName(f"{state.rule.text} {label}")
                    button.clicked.connect(self._answerer(state.rule.id, holds))
                    line.addWidget(button)
                    if holds and state.holds is None:
                        self._open[state.rule.id] = button
            elif state.holds is None:
                line.addWidget(Text(self.tr("填完就知道"), "caption", "text2"))
            self._rules.addLayout(line)
        if self._guide.count() == 0:
            for element in guide_elements(self._desk.item):
                self._guide.addWidget(column_of(element.label, "\n".join(element.lines)))

    def forget(self) -> None:
        """Another case comes onto the desk."""
        clear(self._guide)
        self._shown = ()

    def focus_on(self, place: str) -> None:
        """Puts the focus on the answers of a condition that is open."""
        button = self._open.get(place) or next(iter(self._open.values()), None)
        if button is not None:
            QTimer.singleShot(0, button, button.setFocus)

    def _answerer(self, rule: str, holds: bool) -> Callable[[], None]:
        def answer() -> None:
            lacked = self._lacks_something
            self._desk.answer(rule, holds)
            if lacked and not self._lacks_something:
                self.step_done.emit()

        return answer

    @property
    def _lacks_something(self) -> bool:
        return any(lack.blocks and lack.step is StepName.ITEM for lack in self._desk.lacks)


def column_of(label: str, words: str) -> QWidget:
    """A guide element: its label small above its words."""
    return card(
        column(Text(label, "caption", "text2"), Text(words, "body", wrap=True, copy=True), gap=4),
        (16, 10, 16, 10),
    )
