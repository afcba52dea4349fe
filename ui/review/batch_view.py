"""Signing together on the screen: every marked case in a row, with its own result."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from station.domain.item_words import spoken
from station.services.batch import Marked, MarkState
from ui.cases.case_words import action_words
from ui.common.language import current
from ui.common.layout import card, column, row
from ui.common.messages import explained
from ui.common.tables import Cell, Column, Table, TableModel
from ui.common.text import Text
from ui.common.tones import Tone
from ui.review.batch_work import BatchWork, round_words


class BatchView(QWidget):
    """Shows what a ``BatchWork`` does; ``opened`` asks for a case that has to be looked at."""

    opened = Signal(str)

    def __init__(self, work: BatchWork) -> None:
        super().__init__()
        self._work = work
        self._head = Text("", "title", bold=True)
        self._note = Text("", "caption", "text2", elide=True)
        self.model: TableModel[Marked] = TableModel(
            (
                Column(self.tr("签了没有"), self._state, 150),
                Column(
                    self.tr("事项"), lambda one: Cell(spoken(one.opened.item, current()).title), 300
                ),
                Column(self.tr("谁"), lambda one: one.opened.papers.applicant.name, 96),
                Column(
                    self.tr("编号"),
                    lambda one: Cell(one.opened.case.number, quiet=True),
                    262,
                    at_large=False,
                ),
                Column(self.tr("结果"), self._result),
            ),
            lambda one: one.id,
        )
        self.table = Table(self.model, self.tr("一起签的办件"))
        self.table.opened.connect(self._open)
        self.setLayout(
            column(
                row((column(self._head, self._note, gap=0), 1)),
                (card(column((self.table, 1), gap=0), (4, 4, 4, 4)), 1),
                gap=10,
                margins=(24, 12, 24, 12),
            )
        )
        work.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Shows how far it is now."""
        work = self._work
        for one in work.marked:
            self.model.put(one)
        if len(self.model.rows) != len(work.marked):
            self.model.set_rows(work.marked)
        total = len(work.marked)
        if work.running:
            signed = sum(one.state is MarkState.SIGNED for one in work.marked)
            self._head.setText(
                self.tr("正在签：签好 {n} / {total} 件").format(n=signed, total=total)
            )
            self._note.setText(
                self.tr("签完手上这一件就停，其余不签。")
                if work.stopping
                else self.tr("可以随时停下：签了的算数，没签的还留在您手里。")
            )
            return
        self._head.setText(round_words(work.last) if work.last else "")
        self._note.setText(self._told())

    def _told(self) -> str:
        """What ended the round before its time, else what to do with the rows."""
        last = self._work.last
        if last is None:
            return ""
        if last.halted is not None:
            what, cause, remedy = explained(last.halted)
            return " ".join(part for part in (cause or what, remedy) if part)
        if last.stopped:
            return self.tr("您叫停了。没签的还留在您手里，可以接着签。")
        if last.failed:
            return self.tr("没签成的在下面写着原因；按 Enter 打开那一件。")
        return self.tr("每一件都签了章、送到了。")

    # ---------------------------------------------------------------- cells
    def _state(self, one: Marked) -> Cell:
        words, tone = {
            MarkState.WAITING: (self.tr("没签"), Tone.TODO),
            MarkState.SIGNING: (self.tr("正在签"), Tone.NOW),
            MarkState.SIGNED: (self.tr("已签"), Tone.OK),
            MarkState.FAILED: (self.tr("没签成"), Tone.DANGER),
            MarkState.LOST: (self.tr("没签，过时了"), Tone.WARN),
        }[one.state]
        return Cell(words, tone, "chip")

    def _result(self, one: Marked) -> Cell:
        if one.error is not None:
            what, cause, remedy = explained(one.error)
            words = " ".join(part for part in (cause or what, remedy) if part)
            return Cell(words, tip=" ".join(part for part in (what, cause, remedy) if part))
        act = action_words(one.decision.action)
        if one.state is MarkState.SIGNED:
            return Cell(act)
        return Cell(self.tr("打开看过，等着签：{act}").format(act=act), quiet=True)

    def _open(self, one: Marked) -> None:
        if one.state is not MarkState.SIGNED and not self._work.running:
            self.opened.emit(one.id)
