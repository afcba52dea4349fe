"""验证: files and folders dropped or chosen, one plain verdict each, problems first.

Works without a network and without a hub: it knows the trust roots of this PC and nothing more.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget

from signing.trust import TrustStore
from station.clock import CHINA
from ui.audit.exports import write_json, write_xlsx
from ui.audit.judged import STAGES, TONES, Bench, Group, Judged, group_words, stage_words
from ui.audit.verdict_view import VerdictView
from ui.common.buttons import Button
from ui.common.choosing import Select
from ui.common.layout import Plate, canvas, card, clear, column, hline, holder, row
from ui.common.messages import EmptyState, Message
from ui.common.page import Host, KeyHelp, Page, WorkLine
from ui.common.saving import written
from ui.common.tables import Cell, Column, Table, TableModel
from ui.common.tasks import Task
from ui.common.text import Icon, Text
from ui.common.tones import Tone
from ui.desk import DeskState

LANE = "verify"


def make_page(state: DeskState, host: Host) -> VerifyPage:
    """The page of 验证."""
    return VerifyPage(state, host)


class VerifyPage(Page):
    """The table of files, or one of them opened."""

    judged_all = Signal()

    def __init__(self, state: DeskState, host: Host) -> None:
        super().__init__()
        self._state, self._host = state, host
        self._bench = Bench(state.desk.office.trust)
        self._judged: dict[Path, Judged] = {}
        self._group: Group | None = None
        self._waiting: list[Path] = []
        self._total = 0
        self._task: Task | None = None
        self._line: WorkLine | None = None
        self._opened: Path | None = None
        self.setAcceptDrops(True)
        self.message = Message()
        self.model: TableModel[Judged] = TableModel(
            self._columns(), lambda one: one.path, ticks=True
        )
        self.model.ticked.connect(self._refresh_actions)
        self.table = Table(self.model, self.tr("核验过的文件"), sortable=True)
        self.table.opened.connect(self._open)
        self.table.row_changed.connect(lambda _row: self._refresh_actions())
        self.verdict_view = VerdictView(host.tasks)
        self.verdict_view.left.connect(self.back)
        self.verdict_view.export_wanted.connect(lambda: self._export("json"))
        self.verdict_view.failed.connect(self._tell)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._list_page())
        self._stack.addWidget(self.verdict_view)
        self.setLayout(column((self._stack, 1), gap=0))
        self._refresh()

    # ---------------------------------------------------------------- layout
    def _columns(self) -> tuple[Column[Judged], ...]:
        return (
            Column(self.tr("结论"), self._verdict_cell, 146),
            Column(self.tr("文件"), lambda one: Cell(one.name, tip=str(one.path)), 320),
            Column(self.tr("签章"), self._marks_cell, 190, at_large=False),
            Column(self.tr("一句话"), lambda one: one.reason),
            Column(self.tr("最后签章"), self._last_cell, 132, right=True, at_large=False),
        )

    def _list_page(self) -> QWidget:
        self._head = Text("", "title", bold=True, elide=True)
        choose = Button(self.tr("选文件"), "secondary", "", "Ctrl+O")
        choose.clicked.connect(self._choose_files)
        folder = Button(self.tr("选文件夹"))
        folder.clicked.connect(self._choose_folder)
        drop = Plate(
            row(
                (self._head, 1),
                Icon("folder", 20, "accent"),
                Text(self.tr("文件或文件夹拖到这里，也可以")),
                choose,
                folder,
                gap=8,
            ),
            "dashed",
            (16, 8, 10, 8),
        )
        self.policy = Select(
            self.tr("怎么核"),
            (
                ("any", self.tr("有一个签章就核")),
                ("chain", self.tr("村、镇、县都要签")),
            ),
            "filter",
        )
        self.policy.chosen.connect(lambda _policy: self._judge_again())
        self._filters = row(gap=8)
        self._empty = EmptyState(
            "verify",
            self.tr("把要核的文件拖进来"),
            self.tr("PDF、归档包和文件夹都行。全在本机核，不用网络。"),
            self.tr("选文件"),
        )
        self._empty.pressed.connect(self._choose_files)
        self._middle = QStackedWidget()
        self._middle.addWidget(self._empty)
        self._middle.addWidget(card(column((self.table, 1), gap=0), (4, 4, 4, 4)))
        top = column(
            drop,
            self.message,
            row((holder(self._filters), 1), self.policy, gap=8),
            (self._middle, 1),
            gap=10,
            margins=(24, 12, 24, 12),
        )
        self._ticked = Text("", elide=True)
        self._open_button = Button(self.tr("打开"), icon="file", big=True)
        self._open_button.clicked.connect(lambda: self._open(self.table.current_row()))
        self._away = Button(self.tr("拿开"), big=True)
        self._away.clicked.connect(self._take_away)
        self._sheet = Button("XLSX", big=True)
        self._sheet.clicked.connect(lambda: self._export("xlsx"))
        self._report = Button("JSON", "primary", "export", "Ctrl+E", big=True)
        self._report.clicked.connect(lambda: self._export("json"))
        bar = Plate(
            row(
                self._open_button,
                self._away,
                (self._ticked, 1),
                self._sheet,
                self._report,
                gap=8,
            ),
            "bar",
            (16, 8, 16, 8),
        )
        return canvas(column((canvas(top), 1), hline(), bar, gap=0))

    # ---------------------------------------------------------------- cells
    @staticmethod
    def _verdict_cell(one: Judged) -> Cell:
        return Cell(
            group_words(one.group), TONES[one.group], "chip", sort=list(Group).index(one.group)
        )

    @staticmethod
    def _marks_cell(one: Judged) -> Cell:
        marks = tuple((stage_words(stage), one.mark(stage)) for stage in STAGES)
        words = " ".join(f"{name} {_known(tone)}" for name, tone in marks)
        return Cell(words, form="marks", marks=marks)

    @staticmethod
    def _last_cell(one: Judged) -> Cell:
        if one.last is None:
            return Cell("", sort=0.0)
        return Cell(
            f"{one.last:%m-%d %H:%M}",
            tip=f"{one.last:%Y-%m-%d %H:%M:%S}",
            sort=one.last.timestamp(),
        )

    # ---------------------------------------------------------------- page
    def entered(self, subject: object = None) -> None:
        if isinstance(subject, (str, Path)) and str(subject):
            self.take([Path(subject)])

    def first_focus(self) -> QWidget:
        return self.table if self._judged else self._empty

    def back(self) -> bool:
        if self._stack.currentIndex() == 1:
            self._opened = None
            self._stack.setCurrentIndex(0)
            self.table.setFocus()
            return True
        if self._task is not None:
            self.stop()
            return True
        return False

    def key_help(self) -> list[KeyHelp]:
        return [
            KeyHelp("Ctrl+O", self.tr("选文件")),
            KeyHelp("Enter", self.tr("打开选中的一份")),
            KeyHelp("Ctrl+E", self.tr("导出")),
            KeyHelp("Del", self.tr("从表里拿开，文件不动")),
            KeyHelp("Esc", self.tr("回到所有文件；停下核验")),
        ]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self._stack.currentIndex() == 0:
            self._take_away()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        self.take(paths)

    def _choose_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(
            self, self.tr("选要核的文件"), "", self.tr("PDF 和归档包 (*.pdf *.zip)")
        )
        self.take([Path(name) for name in names])

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("选要核的文件夹"))
        if name:
            self.take([Path(name)])

    # ---------------------------------------------------------------- judging
    def take(self, paths: Sequence[Path]) -> None:
        """Judges files and everything below folders; what is there already is judged anew."""
        if not paths:
            return
        bench, given = self._bench, tuple(paths)
        self._host.tasks.start(
            lambda: (bench.files(given), bench.trust()),
            done=lambda found: self._begin(*found),
            failed=self._tell,
            owner=self,
            lane=LANE,
        )

    def _begin(self, files: tuple[Path, ...], trust: TrustStore) -> None:
        if not files:
            self.message.tell(
                self.tr("里面没有能核的文件。"),
                self.tr("这里只看 PDF 和归档包（.zip）。"),
                tone=Tone.WARN,
            )
            return
        self.message.clear_away()
        if self._opened is not None:
            self.back()
        idle = not self._waiting
        new = [file for file in files if file not in self._waiting]
        self._waiting += new
        self._total = len(self._waiting) if idle else self._total + len(new)
        if self._line is None:
            self._line = self._host.work(self.tr("正在核验"), self.stop)
        if self._task is None:
            self._next(trust)

    def _next(self, trust: TrustStore) -> None:
        if not self._waiting:
            self._finish()
            return
        path = self._waiting[0]
        done = self._total - len(self._waiting)
        if self._line is not None:
            words = self.tr("已核 {done} / {total}").format(done=done, total=self._total)
            self._line.progress(done / self._total, words)
        bench, policy = self._bench, str(self.policy.value())

        def judged(one: Judged) -> None:
            self._judged[one.path] = one
            self._step(trust)

        def failed(_error: Exception) -> None:  # a bug: told in the crash window, the rest goes on
            self._step(trust)

        self._task = self._host.tasks.start(
            lambda: bench.judge(path, policy, trust),
            done=judged,
            failed=failed,
            owner=self,
            lane=LANE,
        )

    def _step(self, trust: TrustStore) -> None:
        if self._waiting:
            self._waiting.pop(0)
        if len(self._waiting) % 8 == 0 or len(self._judged) < 20:
            self._refresh()
        self._next(trust)

    def _finish(self) -> None:
        self._task = None
        if self._line is not None:
            self._line.end()
            self._line = None
        self._refresh()
        sound = sum(one.group is Group.SOUND for one in self._judged.values())
        self._host.say(
            self.tr("{total} 份核完：{sound} 份完好").format(total=len(self._judged), sound=sound)
        )
        self.judged_all.emit()

    def stop(self) -> None:
        """Stops; what has been judged stays."""
        self._waiting.clear()

    def _judge_again(self) -> None:
        if self._judged:
            self.take(list(self._judged))

    # ---------------------------------------------------------------- shown
    def _refresh(self) -> None:
        shown = sorted(
            (one for one in self._judged.values() if self._group in (None, one.group)),
            key=lambda one: (list(Group).index(one.group), one.name),
        )
        self.model.set_rows(shown)
        self._middle.setCurrentIndex(1 if self._judged else 0)
        wrong = sum(one.group is not Group.SOUND for one in self._judged.values())
        total = len(self._judged)
        if not total:
            words = self.tr("还没有文件")
        elif wrong:
            words = self.tr("{total} 份文件，{wrong} 份要看").format(total=total, wrong=wrong)
        else:
            words = self.tr("{total} 份文件，都完好").format(total=total)
        self._head.setText(words)
        self._refresh_filters()
        self._refresh_actions()

    def _refresh_filters(self) -> None:
        counts = {
            group: sum(one.group is group for one in self._judged.values()) for group in Group
        }
        if self._group is not None and not counts[self._group]:
            self._group = None
        clear(self._filters)
        every = self.tr("全部 {n}").format(n=len(self._judged))
        choices: list[tuple[Group | None, str, str]] = [(None, every, "")]
        choices += [
            (group, f"{group_words(group)} {count}", TONES[group].shape)
            for group, count in counts.items()
            if count
        ]
        for group, words, icon in choices:
            button = Button(words, "chosen" if group is self._group else "tile", icon)
            button.clicked.connect(lambda _=False, group=group: self.filter(group))
            self._filters.addWidget(button)
        self._filters.addStretch(1)

    def filter(self, group: Group | None) -> None:
        """Shows one kind of verdict only, or all."""
        self._group = group
        self._refresh()

    def _refresh_actions(self) -> None:
        ticked, now = self.model.ticked_rows, self.table.current_row()
        self._ticked.setText(self.tr("选中 {n} 份").format(n=len(ticked)) if ticked else "")
        self._open_button.setEnabled(now is not None)
        self._away.setEnabled(bool(ticked) or now is not None)
        for button, kind in ((self._report, "JSON"), (self._sheet, "XLSX")):
            button.setEnabled(bool(self._judged))
            button.set_text(self.tr("导出 {kind}").format(kind=kind))

    def _open(self, judged: Judged | None) -> None:
        if judged is None:
            return
        self._opened = judged.path
        self.verdict_view.show_judged(judged, len(self._judged))
        self._stack.setCurrentIndex(1)
        bench = self._bench
        self._host.tasks.start(
            lambda: bench.pages(judged),
            done=lambda pdf: self._paged(judged, pdf),
            failed=lambda _error: None,  # the verdict says already that it cannot be opened
            owner=self,
        )

    def _paged(self, judged: Judged, pdf: bytes) -> None:
        if self._opened == judged.path and judged.group is not Group.UNREADABLE:
            self.verdict_view.show_pages(pdf)

    def _take_away(self) -> None:
        now = self.table.current_row()
        gone = self.model.ticked_rows or ([now] if now is not None else [])
        for one in gone:
            self._judged.pop(one.path, None)
        self._refresh()
        if gone:
            self._host.say(
                self.tr("拿开了 {n} 份，文件没动").format(n=len(gone)), lambda: self._put_back(gone)
            )

    def _put_back(self, gone: list[Judged]) -> None:
        self._judged |= {one.path: one for one in gone}
        self._refresh()

    # ---------------------------------------------------------------- taking away
    @property
    def to_export(self) -> list[Judged]:
        """The file opened, else those ticked, else all that are shown."""
        if self._opened is not None:
            return [self._judged[self._opened]]
        return self.model.ticked_rows or self.model.rows

    def _export(self, kind: str) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("导出核验结果"), self.tr("核验结果") + f".{kind}", f"*.{kind}"
        )
        if name:
            self.export(Path(name))

    def export(self, file: Path) -> None:
        """Writes what is to be exported as JSON or as a workbook, by the file's ending."""
        judged, now = self.to_export, self._state.desk.office.clock().astimezone(CHINA)

        def write() -> None:
            if file.suffix.lower() == ".xlsx":
                write_xlsx(file, judged, now)
            else:
                write_json(file, judged)

        self._host.tasks.start(
            lambda: written(file, write),
            done=lambda made: self._host.say(self.tr("已导出到 {file}").format(file=made.name)),
            failed=self._tell,
            owner=self,
        )

    def _tell(self, error: Exception) -> None:
        self.message.tell_error(error, [(self.tr("知道了"), self.message.clear_away)])


def _known(tone: Tone) -> str:
    return {Tone.OK: "✓", Tone.DANGER: "✗", Tone.WARN: "?"}.get(tone, "–")
