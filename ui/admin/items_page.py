"""事项: the items in force and what is wrong in them; the last import; import and export."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from station.catalogue.importing import STRUCTURED, WORKBOOK, Comparison
from station.clock import CHINA
from station.domain.item_words import spoken
from station.services.item_office import LastImport, ListedItem
from ui.admin.admin_words import ITEM_TONES, item_state_words, route_words
from ui.admin.item_view import ItemView
from ui.admin.items_work import LANE, ItemsWork, LeftOut, Shown
from ui.common.buttons import Button
from ui.common.dialogs import ActDialog
from ui.common.inputs import SearchEdit
from ui.common.language import current
from ui.common.layout import (
    Plate,
    canvas,
    card,
    clear,
    column,
    fixed_width,
    holder,
    row,
    scroll,
    vline,
)
from ui.common.messages import EmptyState, Message
from ui.common.page import Host, KeyHelp, Page
from ui.common.tables import Cell, Column, Table, TableModel
from ui.common.text import Icon, Text
from ui.common.theme import look, theme
from ui.common.tones import Tone
from ui.common.wording import moment_words
from ui.desk import DeskState
from ui.key_question import once_it_signs

_SIDE, _SIDE_WIDE = 392, 520
_FILES = " ".join(f"*{ending}" for ending in (*WORKBOOK, *STRUCTURED))


def make_page(state: DeskState, host: Host) -> ItemsPage:
    """The page of 事项."""
    return ItemsPage(state, host)


class ItemsPage(Page):
    """The list with the last import beside it, or one item opened."""

    def __init__(self, state: DeskState, host: Host) -> None:
        super().__init__()
        self._state, self._host = state, host
        self.work = ItemsWork(state, host)
        self.dialog: ActDialog | None = None
        self._side_open = not theme().large
        self.model: TableModel[ListedItem] = TableModel(self._columns(), lambda one: one.item.code)
        self.table = Table(self.model, self.tr("事项"))
        self.table.opened.connect(self._open_item)
        self.item_view = ItemView()
        self.item_view.left.connect(self.back)
        self._side = fixed_width(self._side_part(), _SIDE, _SIDE_WIDE)
        self._side_line = vline()
        self._stack = QStackedWidget()
        self._stack.addWidget(
            holder(row((canvas(self._list_part()), 1), self._side_line, self._side, gap=0))
        )
        self._stack.addWidget(canvas(column((self.item_view, 1), gap=0, margins=(24, 12, 24, 12))))
        self.setLayout(column((self._stack, 1), gap=0))
        self.work.changed.connect(self._show)
        self.work.compared.connect(self._ask_to_publish)
        self.work.done.connect(self._done)
        self.work.failed.connect(self._tell)
        look().changed.connect(self._unfold)
        self._unfold()
        self._show()

    # ---------------------------------------------------------------- layout
    def _columns(self) -> tuple[Column[ListedItem], ...]:
        return (
            Column(self.tr("事项"), self._title_cell),
            Column(self.tr("部门"), lambda one: one.item.department, 112, at_large=False),
            Column(self.tr("谁办"), lambda one: route_words(one.item), 134),
            Column(self.tr("版"), self._version_cell, 48, right=True),
            Column(self.tr("状态"), self._state_cell, 156),
            Column(self.tr("生效"), self._since_cell, 124, right=True, at_large=False),
        )

    def _list_part(self) -> QVBoxLayout:
        self._kinds = Text("", "caption", "text2", elide=True)
        self._fold = Button(self.tr("上次导入"), "secondary", "s_ok", key="F6")
        self._fold.clicked.connect(self.drawer)
        self.export_button = Button(self.tr("导出"), "secondary", "export", "Ctrl+E")
        self.export_button.clicked.connect(self._ask_where)
        self.search_field = SearchEdit(
            self.tr("找事项"), self.tr("名称、拼音首字母、编码或部门"), "Ctrl+K"
        )
        self.search_field.textChanged.connect(lambda text: self.work.look_at(words=text.strip()))
        self.filters: dict[Shown, Button] = {}
        filters = row(gap=8)
        for shown, tone in (
            (Shown.ALL, None),
            (Shown.USED, Tone.OK),
            (Shown.EXAMPLE, Tone.TODO),
            (Shown.WRONG, Tone.WARN),
        ):
            button = Button(self.tr("全部"), "tile", tone.shape if tone else "")
            button.clicked.connect(lambda _=False, shown=shown: self.work.look_at(shown=shown))
            self.filters[shown] = button
            filters.addWidget(button)
        filters.addStretch(1)
        self.message = Message()
        self._empty = EmptyState("list", self.tr("没有这样的事项"))
        self._middle = QStackedWidget()
        self._middle.addWidget(card(column((self.table, 1), gap=0), (4, 4, 4, 4)))
        self._middle.addWidget(self._empty)
        self._import_large = Button(self.tr("导入"), "primary", "inbox", "Ctrl+O")
        self._import_large.clicked.connect(self._choose_file)
        return column(
            row(
                Text(self.tr("事项"), "title", bold=True),
                (self._kinds, 1),
                self._fold,
                self.export_button,
                self._import_large,
                gap=8,
            ),
            self.search_field,
            holder(filters),
            self.message,
            (self._middle, 1),
            gap=10,
            margins=(24, 12, 16, 12),
        )

    def _side_part(self) -> Plate:
        self._when = Text("", "caption", "text2", elide=True)
        self._sums: QVBoxLayout = column(gap=6)
        self._left_out: QVBoxLayout = column(gap=8)
        self._none = Text(
            self.tr("还没有导入过。先导出一份 XLSX，改好再导入，最省事；YAML、JSON 也行。"),
            "body",
            "text2",
            wrap=True,
        )
        return Plate(
            column(
                row(Text(self.tr("上次导入"), bold=True), (self._when, 1), gap=8),
                holder(self._sums),
                self._none,
                (scroll(holder(column(holder(self._left_out), None, gap=0))), 1),
                gap=10,
            ),
            "panel",
            (16, 14, 12, 12),
        )

    @staticmethod
    def _title_cell(one: ListedItem) -> Cell:
        return Cell(spoken(one.item, current()).title, tip=one.item.code)

    @staticmethod
    def _version_cell(one: ListedItem) -> Cell:
        return Cell(str(one.item.version), sort=one.item.version)

    @staticmethod
    def _state_cell(one: ListedItem) -> Cell:
        return Cell(item_state_words(one), ITEM_TONES[one.state], "chip")

    @staticmethod
    def _since_cell(one: ListedItem) -> Cell:
        return Cell(one.item.valid_from.isoformat())

    # ---------------------------------------------------------------- page
    def entered(self, subject: object = None) -> None:
        self.work.refresh()

    def first_focus(self) -> QWidget:
        return self.table

    def search(self) -> bool:
        self._stack.setCurrentIndex(0)
        self.search_field.setFocus()
        self.search_field.selectAll()
        return True

    def back(self) -> bool:
        if self._stack.currentIndex() == 1:
            self._stack.setCurrentIndex(0)
            self.table.setFocus()
            return True
        if self.search_field.text():
            self.search_field.clear()
            return True
        if self.work.shown is not Shown.ALL:
            self.work.look_at(shown=Shown.ALL)
            return True
        return False

    def drawer(self) -> bool:
        if not theme().large or self._stack.currentIndex() == 1:
            return False
        self._side_open = not self._side_open
        self._fit()
        return True

    def key_help(self) -> list[KeyHelp]:
        return [
            KeyHelp("Ctrl+K", self.tr("找事项")),
            KeyHelp("Enter", self.tr("打开选中的事项")),
            KeyHelp("Ctrl+O", self.tr("导入一个文件")),
            KeyHelp("Ctrl+E", self.tr("全部导出成 XLSX")),
            KeyHelp("F6", self.tr("打开、收起上次导入（大字时）")),
            KeyHelp("Esc", self.tr("回到所有事项")),
        ]

    def _unfold(self) -> None:
        self._side_open = not theme().large
        self._fold.setVisible(theme().large)
        self._fit()

    def _fit(self) -> None:
        self._side.setVisible(self._side_open)
        self._side_line.setVisible(self._side_open)

    # ---------------------------------------------------------------- shown
    def _show(self) -> None:
        work = self.work
        convenience, licensing = work.kinds
        self._kinds.setText(
            self.tr("便民 {convenience} 项，许可 {licensing} 项").format(
                convenience=convenience, licensing=licensing
            )
            if work.known
            else self.tr("正在核对事项……")
        )
        words = {
            Shown.ALL: self.tr("全部 {n}"),
            Shown.USED: self.tr("在用 {n}"),
            Shown.EXAMPLE: self.tr("示例 {n}"),
            Shown.WRONG: self.tr("要改 {n}"),
        }
        for shown, button in self.filters.items():
            button.set_text(words[shown].format(n=work.count(shown)))
            button.set_kind("chosen" if shown is work.shown else "tile")
        items = work.items
        self.model.set_rows(items)
        self._middle.setCurrentIndex(1 if work.known and not items else 0)
        for button in (self.export_button, self._import_large):
            button.setEnabled(not work.busy)
        self._show_last(work.last)

    def _show_last(self, last: LastImport | None) -> None:
        clear(self._sums)
        clear(self._left_out)
        left = self.work.left_out
        self._none.setVisible(last is None)
        self._fold.set_text(
            self.tr("上次导入 {n} 项要看").format(n=len(left)) if left else self.tr("上次导入")
        )
        self._fold.set_icon("s_warn" if left else "s_ok")
        if last is None:
            self._when.setText("")
            return
        now = self._state.desk.office.clock().astimezone(CHINA)
        self._when.setText(
            self.tr("{when}，{file}").format(
                when=moment_words(last.at.astimezone(CHINA), now.date()), file=last.file
            )
        )
        sums = row(gap=12)
        for tone, text, count in (
            (Tone.OK, self.tr("{n} 项发布了"), len(last.published)),
            (Tone.LATER, self.tr("{n} 项没变"), len(last.unchanged)),
            (Tone.DANGER, self.tr("{n} 项没进来"), len(left)),
        ):
            if count:
                sums.addLayout(row(Icon.of(tone, 18), Text(text.format(n=count), "caption"), gap=4))
        sums.addStretch(1)
        self._sums.addLayout(sums)
        for one in left:
            self._left_out.addWidget(self._left_out_card(one))

    def _left_out_card(self, one: LeftOut) -> QWidget:
        sentences = [
            Text(problem.sentence(current()), wrap=True, copy=True) for problem in one.problems
        ]
        meanwhile = (
            self.tr("没导进来，仍用第 {version} 版。").format(version=one.in_force.version)
            if one.in_force is not None
            else self.tr("没导进来。")
        )
        return Plate(
            row(
                (column(Icon("s_stop", 20, "danger"), None, gap=0), 0),
                (
                    column(
                        Text(one.title, bold=True, wrap=True, copy=True),
                        *sentences,
                        Text(meanwhile, "caption", "text2", wrap=True),
                        gap=4,
                    ),
                    1,
                ),
                gap=10,
            ),
            "danger",
            (12, 10, 12, 10),
        )

    def _open_item(self, listed: ListedItem) -> None:
        self.item_view.show_item(listed, self.work.versions(listed.item.code))
        self._stack.setCurrentIndex(1)

    # ---------------------------------------------------------------- import and export
    def _choose_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("导入事项"), "", self.tr("事项文件 ({endings})").format(endings=_FILES)
        )
        if name:
            self.take(Path(name))

    def take(self, file: Path) -> None:
        """Looks what a file would change, and asks before anything is published."""
        self.message.clear_away()
        self.work.compare(file)

    def _ask_to_publish(self, file: Path, found: Comparison) -> None:
        self.dialog = PublishDialog(self, file, found)
        self.dialog.accepted.connect(lambda: self._publish(file, found))
        self.dialog.finished.connect(self.dialog.deleteLater)
        self.dialog.open()

    def _publish(self, file: Path, found: Comparison) -> None:
        """Publishes what was agreed to; a key that was pulled out wants its PIN first."""
        assert self.dialog is not None
        title, act = self.dialog.windowTitle(), self.dialog.act_button.text()
        desk, tasks = self._state.desk, self._host.tasks
        again = once_it_signs(
            self.window(), desk, tasks, LANE, title, act, lambda: self.work.publish(file, found)
        )
        self.dialog = again or self.dialog

    def _ask_where(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("导出全部事项"), self.tr("事项") + ".xlsx", "*.xlsx"
        )
        if name:
            self.work.export(Path(name))

    def _done(self, words: str) -> None:
        self._host.say(words)

    def _tell(self, error: Exception) -> None:
        self.message.tell_error(error, [(self.tr("知道了"), self.message.clear_away)])


class PublishDialog(ActDialog):
    """What exactly is signed and published."""

    def __init__(self, parent: QWidget | None, file: Path, found: Comparison) -> None:
        total = len(found.added) + len(found.changed)
        super().__init__(
            parent,
            self.tr("发布 {n} 项").format(n=total),
            self.tr("用您的 UKey 签章后发布，各单位马上用新版；在办的接着用原来的版。"),
            self.tr("签章发布"),
            icon="key",
            width=640,
        )
        lines = column(gap=6)
        for tone, item, words in (
            *((Tone.NOW, one, self.tr("新的")) for one in found.added),
            *(
                (Tone.OK, one, self.tr("第 {version} 版").format(version=one.version))
                for one in found.changed
            ),
        ):
            title = spoken(item, current()).title
            lines.addLayout(
                row(
                    Icon.of(tone),
                    (Text(title, elide=True), 1),
                    Text(words, "caption", "text2"),
                    gap=8,
                )
            )
        listed = scroll(holder(lines))
        listed.setMinimumHeight(min(240, 36 * total))
        self.middle.addWidget(listed)
        left = len({problem.item or problem.file for problem in found.problems})
        parts = [
            words.format(n=n)
            for words, n in (
                (self.tr("{n} 项没变"), len(found.unchanged)),
                (self.tr("{n} 项有错，不进来"), left),
            )
            if n
        ]
        if parts:
            ink = "warn" if left else "text2"
            self.middle.addWidget(Text(self.tr("，").join(parts), "caption", ink, wrap=True))
