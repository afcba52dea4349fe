"""验证: files and folders dropped or chosen, one plain verdict each, problems first.

Works without a network and without a hub: it knows the trust roots of this PC and nothing more.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget

from signing.files import write_whole
from signing.trust import TrustStore
from station.clock import CHINA
from station.services.audit import ENDINGS, Judgement, shared_judges
from ui.audit.changed_pages import ChangedPlace, changed_places, plates_of
from ui.audit.exports import write_json, write_xlsx
from ui.audit.judged import (
    STAGES,
    TONES,
    Group,
    Judged,
    Order,
    as_signed,
    group_words,
    in_order,
    judged,
    pages,
    stage_words,
)
from ui.audit.verdict_view import VerdictView
from ui.common import language
from ui.common.buttons import Button
from ui.common.choosing import Select
from ui.common.layout import Plate, canvas, card, column, hline, holder, row
from ui.common.messages import EmptyState, Message
from ui.common.page import Host, KeyHelp, Page, WorkLine
from ui.common.saving import written
from ui.common.tables import Cell, Column, Table, TableModel
from ui.common.tasks import Running, Task
from ui.common.text import Icon, Text
from ui.common.tones import Tone
from ui.desk import DeskState

LANE = "verify"
_ENDINGS = " ".join(f"*{ending}" for ending in sorted(ENDINGS))
_REPAINT_MS = 250


def make_page(state: DeskState, host: Host) -> VerifyPage:
    """The page of 验证."""
    return VerifyPage(state, host)


class VerifyPage(Page):
    """The table of files, or one of them opened."""

    judged_all = Signal()

    def __init__(self, state: DeskState, host: Host) -> None:
        super().__init__()
        self._state, self._host = state, host
        self._audit = state.desk.audit
        self._judges = shared_judges()
        self._judged: dict[Path, Judged] = {}
        self._group: Group | None = None
        self._waiting: dict[Path, None] = {}
        self._come: deque[Judgement] = deque()
        self._total = 0
        self._anew = False
        self._task: Task | None = None
        self._line: WorkLine | None = None
        self._opened: Path | None = None
        self._painter = QTimer(self)
        self._painter.setSingleShot(True)
        self._painter.setInterval(_REPAINT_MS)
        self._painter.timeout.connect(self._refresh)
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
        self.verdict_view.export_wanted.connect(self._export)
        self.verdict_view.original_wanted.connect(self._save_original)
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
            Column(self.tr("一句话"), lambda one: Cell(one.sentence, tip=one.reason)),
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
            "verify",
        )
        self.policy.chosen.connect(lambda _policy: self._judge_again())
        self.order = Select(
            self.tr("怎么排"),
            (
                (Order.PROBLEMS, self.tr("问题在前")),
                (Order.NEWEST, self.tr("新签的在前")),
                (Order.OLDEST, self.tr("早签的在前")),
                (Order.NAME, self.tr("按文件名")),
                (Order.FOLDER, self.tr("按文件夹")),
            ),
            "filter",
        )
        self.order.chosen.connect(self._sort)
        self._filters: dict[Group | None, Button] = {}
        filters = row(gap=8)
        for group in (None, *Group):
            shape = TONES[group].shape if group is not None else ""
            button = Button(group_words(group) if group else self.tr("全部"), "tile", shape)
            button.clicked.connect(lambda _=False, group=group: self.filter(group))
            self._filters[group] = button
            filters.addWidget(button)
        filters.addStretch(1)
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
            row((holder(filters), 1), self.policy, self.order, gap=8),
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
        self._plain = Button("JSON", big=True)
        self._plain.clicked.connect(lambda: self._export("json"))
        self._report = Button(self.tr("导出报告"), "primary", "export", "Ctrl+E", big=True)
        self._report.clicked.connect(lambda: self._export("pdf"))
        bar = Plate(
            row(
                self._open_button,
                self._away,
                (self._ticked, 1),
                self._sheet,
                self._plain,
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
            self,
            self.tr("选要核的文件"),
            "",
            self.tr("能核的文件 ({endings})").format(endings=_ENDINGS),
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
        audit, given = self._audit, tuple(paths)
        self._host.tasks.start(
            lambda: (audit.files(given), audit.trust()),
            done=lambda found: self._begin(*found),
            failed=self._tell,
            owner=self,
        )

    def _begin(self, files: list[Path], trust: TrustStore) -> None:
        if not files:
            self.message.tell(
                self.tr("里面没有能核的文件。"),
                self.tr("这里能核的是：{endings}").format(endings=_ENDINGS),
                tone=Tone.WARN,
            )
            return
        self.message.clear_away()
        if self._opened is not None:
            self.back()
        before = len(self._waiting)
        self._waiting |= dict.fromkeys(files)
        self._total += len(self._waiting) - before
        if self._task is None:
            self._start(trust)

    def _start(self, trust: TrustStore) -> None:
        """Judges what waits; more may come to wait meanwhile and is judged in a further round."""
        files, policy, judges, come = list(self._waiting), self._policy(), self._judges, self._come
        line = self._line = self._line or self._host.work(self.tr("正在核验"), self.stop)

        def work(running: Running) -> None:
            for one in judges.judged(files, trust, policy, lambda: running.cancelled):
                come.append(one)
                running.progress(None, "")

        self._task = self._host.tasks.start_long(
            work,
            done=lambda _none: self._ended(trust),
            failed=self._broke,
            progress=lambda _share, _words: self._take_in(line),
            cancelled=lambda: self._ended(trust),
            owner=self,
            lane=LANE,
        )
        self._take_in(line)

    def _take_in(self, line: WorkLine) -> None:
        """Takes over the verdicts that have come; the table follows a few times a second."""
        while self._come:
            one = judged(self._come.popleft())
            self._judged[one.path] = one
            self._waiting.pop(one.path, None)
        done = self._total - len(self._waiting)
        words = self.tr("已核 {done} / {total}").format(done=done, total=self._total)
        line.progress(done / self._total if self._total else None, words)
        if not self._painter.isActive():
            self._painter.start()

    def _ended(self, trust: TrustStore) -> None:
        if self._line is not None:
            self._take_in(self._line)
        stopped = self._task is not None and self._task.running.cancelled
        self._task = None
        if self._anew:
            self._anew = False
            files = [*self._judged, *self._waiting]
            self._rest()
            self.take(files)
            return
        if self._waiting and not stopped:
            self._start(trust)
            return
        left = len(self._waiting)
        self._rest()
        total = len(self._judged)
        sound = sum(one.group is Group.SOUND for one in self._judged.values())
        words = self.tr("{total} 份核完：{sound} 份完好").format(total=total, sound=sound)
        if left:
            words = self.tr("停下了：{total} 份核过，{left} 份没核").format(total=total, left=left)
        self._host.say(words)
        self.judged_all.emit()

    def _broke(self, error: Exception) -> None:
        self._task = None
        self._rest()
        self._tell(error)

    def _rest(self) -> None:
        self._waiting.clear()
        self._total = 0
        if self._line is not None:
            self._line.end()
            self._line = None
        self._painter.stop()
        self._refresh()

    def stop(self) -> None:
        """Stops; what has been judged stays."""
        if self._task is not None:
            self._task.cancel()

    def _policy(self) -> str:
        return str(self.policy.value())

    def _judge_again(self) -> None:
        """Another way of judging: what was judged the other way is judged anew, what waits too."""
        if self._task is not None:
            self._anew = True
            self.stop()
        elif self._judged:
            self.take(list(self._judged))

    # ---------------------------------------------------------------- shown
    def _refresh(self) -> None:
        shown = (one for one in self._judged.values() if self._group in (None, one.group))
        self.model.set_rows(in_order(shown, Order(str(self.order.value()))))
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
        # kept and not made anew: a button must not vanish under the finger while files come in
        for group, button in self._filters.items():
            if group is None:
                button.set_text(self.tr("全部 {n}").format(n=len(self._judged)))
            else:
                button.set_text(f"{group_words(group)} {counts[group]}")
                button.setVisible(counts[group] > 0)
            button.set_kind("chosen" if group is self._group else "tile")

    def _sort(self, _order: object) -> None:
        """Another order; a column that was sorted by gives way to it."""
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self._refresh()

    def filter(self, group: Group | None) -> None:
        """Shows one kind of verdict only, or all."""
        self._group = group
        self._refresh()

    def _refresh_actions(self) -> None:
        ticked, now = self.model.ticked_rows, self.table.current_row()
        self._ticked.setText(self.tr("选中 {n} 份").format(n=len(ticked)) if ticked else "")
        self._open_button.setEnabled(now is not None)
        self._away.setEnabled(bool(ticked) or now is not None)
        for button in (self._report, self._sheet, self._plain):
            button.setEnabled(bool(self._judged))
        many = len(ticked) or len(self.model.rows)
        self._report.set_text(self.tr("导出 {n} 份的报告").format(n=many))

    def _open(self, judged: Judged | None) -> None:
        if judged is None:
            return
        self._opened = judged.path
        self.verdict_view.show_judged(judged, len(self._judged))
        self._stack.setCurrentIndex(1)
        audit = self._audit
        self._host.tasks.start(
            lambda: _revisions(judged, audit.trust()),
            done=lambda found: self._paged(judged, *found),
            failed=lambda _error: None,  # the verdict says already that it cannot be opened
            owner=self,
            lane="pages",
        )

    def _paged(self, judged: Judged, pdf: bytes, signed: bytes, until: bytes) -> None:
        if self._opened != judged.path or judged.group is Group.UNREADABLE:
            return
        self.verdict_view.show_pages(pdf, signed)
        change = judged.change
        if change is None or not signed:
            return
        self._host.tasks.start(
            lambda: changed_places(signed, until, plates_of(until, change.later_fields)),
            done=lambda places: self._compared(judged, places),
            failed=lambda _error: None,  # a file that was tampered with: words must do
            owner=self,
            lane="pages",
        )

    def _compared(self, judged: Judged, places: tuple[ChangedPlace, ...]) -> None:
        if self._opened == judged.path:
            self.verdict_view.show_places(places)

    def _save_original(self, signed: object) -> None:
        if self._opened is None or not isinstance(signed, bytes) or not signed:
            return
        name, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("取回签章时的原件"),
            self.tr("{name}-签章时").format(name=self._opened.stem) + ".pdf",
            "*.pdf",
        )
        if name:
            self.save_original(Path(name), signed)

    def save_original(self, file: Path, signed: bytes) -> None:
        """Writes the file as it was when it was signed last, before it was changed."""
        self._host.tasks.start(
            lambda: written(file, lambda: write_whole(file, signed)),
            done=lambda made: self._host.say(self.tr("原件存到了 {file}").format(file=made.name)),
            failed=self._tell,
            owner=self,
        )

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
        """Writes what is to be exported as report (PDF), workbook or JSON, by the file's ending."""
        chosen, now = self.to_export, self._state.desk.office.clock().astimezone(CHINA)
        judges, audit = self._judges, self._audit
        line = self._host.work(self.tr("正在写 {file}").format(file=file.name))

        def write() -> None:
            match file.suffix.lower():
                case ".pdf":
                    shown = [one.judgement for one in chosen]
                    data = judges.report(shown, audit.trust(), now, language.current())
                    write_whole(file, data)
                case ".xlsx":
                    write_xlsx(file, chosen, now)
                case _:
                    write_json(file, chosen)

        def done(made: Path) -> None:
            line.end()
            self._host.say(self.tr("已导出到 {file}").format(file=made.name))

        def failed(error: Exception) -> None:
            line.end()
            self._tell(error)

        self._host.tasks.start(lambda: written(file, write), done=done, failed=failed, owner=self)

    def _tell(self, error: Exception) -> None:
        self.message.tell_error(error, [(self.tr("知道了"), self.message.clear_away)])


def _revisions(judged: Judged, trust: TrustStore) -> tuple[bytes, bytes, bytes]:
    """The file now, as it was signed before it was changed, and as far as the change is to be
    looked for: up to the next signature, which may show on the pages too."""
    pdf, change = pages(judged), judged.change
    if change is None:
        return pdf, b"", b""
    until = pdf[: change.until] if change.until else pdf
    return pdf, as_signed(pdf, change, trust), until


def _known(tone: Tone) -> str:
    return {Tone.OK: "✓", Tone.DANGER: "✗", Tone.WARN: "?"}.get(tone, "–")
