"""人员: units, people and their certificates; requests for certificates, approved or declined."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from signing.authority.protocol import RevocationReason
from station.clock import CHINA
from station.domain.staffing import Member, StaffKey
from station.wire.enrolment import Enrolment
from ui.admin.admin_words import TONES, seen_words, standing_words
from ui.admin.certificate_dialogs import ApproveDialog, DeclineDialog, RevokeDialog
from ui.admin.people_work import LANE, PeopleWork, Shown, wanted_role
from ui.admin.person_cards import PersonCards, RequestCards
from ui.common.buttons import Button
from ui.common.choosing import Select
from ui.common.dialogs import ActDialog
from ui.common.inputs import SearchEdit
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
from ui.common.lists import Line
from ui.common.messages import EmptyState, Message
from ui.common.page import Host, KeyHelp, Page
from ui.common.tables import Cell, Column, Table, TableModel
from ui.common.text import Icon, Text
from ui.common.theme import look, theme
from ui.common.tones import Tone
from ui.common.wording import moment_words
from ui.desk import DeskState, role_words
from ui.key_question import once_it_signs

_REFRESH_MS = 30_000
_UNITS, _SIDE, _SIDE_WIDE = 264, 372, 480


def make_page(state: DeskState, host: Host) -> PeoplePage:
    """The page of 人员."""
    return PeoplePage(state, host)


class PeoplePage(Page):
    """Units at the left, people or requests in the middle, the one chosen at the right."""

    def __init__(self, state: DeskState, host: Host) -> None:
        super().__init__()
        self._state, self._host = state, host
        self.work = PeopleWork(state, host)
        self.dialog: ActDialog | None = None
        self._member = self._request = ""
        self._side_open = not theme().large
        self._tree: QVBoxLayout = column(gap=2)
        self.unit_lines: dict[str, Line] = {}
        self._sum = Text("", "caption", "text2", wrap=True)
        self._units = fixed_width(
            Plate(
                column(
                    Text(self.tr("单位"), bold=True),
                    (scroll(holder(column(holder(self._tree), None, gap=0))), 1),
                    self._sum,
                    gap=8,
                ),
                "panel",
                (8, 12, 8, 12),
            ),
            _UNITS,
        )
        self._units_line = vline()
        self._middle = self._middle_part()
        self.person = PersonCards()
        self.request = RequestCards()
        self._nobody = EmptyState("person", self.tr("从表里挑一位"))
        self._side_stack = QStackedWidget()
        self._person_place, self._request_place = scroll(self.person), scroll(self.request)
        for part in (self._nobody, self._person_place, self._request_place):
            self._side_stack.addWidget(part)
        self._side = fixed_width(
            Plate(column((self._side_stack, 1), gap=0), "panel", (16, 12, 12, 12)),
            _SIDE,
            _SIDE_WIDE,
        )
        self._side_line = vline()
        self.setLayout(
            row(
                self._units,
                self._units_line,
                (canvas(self._middle), 1),
                self._side_line,
                self._side,
                gap=0,
            )
        )
        self._timer = QTimer(self)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(self.work.refresh)
        self.work.changed.connect(self._show)
        self.work.done.connect(self._done)
        self.work.failed.connect(self._tell)
        self.person.revoke_wanted.connect(self._ask_to_revoke)
        self.person.save_wanted.connect(self._ask_where)
        self.request.approve_wanted.connect(self._ask_to_approve)
        self.request.decline_wanted.connect(self._ask_to_decline)
        look().changed.connect(self._unfold)
        self._unfold()
        self._show()

    # ---------------------------------------------------------------- layout
    def _middle_part(self) -> QVBoxLayout:
        self.search_field = SearchEdit(self.tr("找人"), self.tr("姓名、拼音首字母或单位"), "Ctrl+K")
        self.search_field.textChanged.connect(lambda text: self.work.look_at(words=text.strip()))
        self.unit_select = Select(self.tr("单位"))
        self.unit_select.chosen.connect(lambda code: self.work.look_at(unit=str(code)))
        self._fold = Button(self.tr("看这一位"), "secondary", key="F6")
        self._fold.clicked.connect(self.drawer)
        self.filters: dict[Shown, Button] = {}
        filters = row(gap=8)
        for shown, shape in (
            (Shown.ALL, ""),
            (Shown.WAITING, Tone.NOW.shape),
            (Shown.SOON, Tone.WARN.shape),
            (Shown.NONE, Tone.TODO.shape),
            (Shown.REVOKED, Tone.OFF.shape),
        ):
            button = Button(self.tr("全部"), "tile", shape)
            button.clicked.connect(lambda _=False, shown=shown: self.work.look_at(shown=shown))
            self.filters[shown] = button
            filters.addWidget(button)
        filters.addStretch(1)
        self.message = Message()
        self._head = Text("", bold=True)
        self._under = Text("", "caption", "text2", elide=True)
        self.model: TableModel[Member] = TableModel(
            self._columns(), lambda one: (one.person.unit.code, one.person.id)
        )
        self.table = Table(self.model, self.tr("人员"))
        self.table.row_changed.connect(self._chosen)
        self.table.opened.connect(self._opened)
        self.request_model: TableModel[Enrolment] = TableModel(
            self._request_columns(), lambda one: one.id
        )
        self.requests = Table(self.request_model, self.tr("等批准的申请"))
        self.requests.row_changed.connect(self._request_chosen)
        self.requests.opened.connect(self._request_opened)
        self._empty = EmptyState("people", self.tr("这里没有这样的人"))
        self._no_request = EmptyState(
            "key",
            self.tr("没有等批准的申请"),
            self.tr("本人插上 UKey 申请（station key enrol），就会出现在这里。"),
        )
        self._tables = QStackedWidget()
        self._tables.addWidget(card(column((self.table, 1), gap=0), (4, 4, 4, 4)))
        self._tables.addWidget(card(column((self.requests, 1), gap=0), (4, 4, 4, 4)))
        self._tables.addWidget(self._empty)
        self._tables.addWidget(self._no_request)
        return column(
            row((self.search_field, 1), self.unit_select, self._fold, gap=8),
            holder(filters),
            self.message,
            row(self._head, (self._under, 1), gap=8),
            (self._tables, 1),
            self._foot(),
            gap=10,
            margins=(16, 12, 16, 12),
        )

    def _foot(self) -> QWidget:
        self._foot_icon = Icon("s_ok", 22, "ok")
        self._foot_words = Text("", elide=True)
        self.to_requests = Button(self.tr("批申请"), "primary")
        self.to_requests.clicked.connect(lambda: self.work.look_at(shown=Shown.WAITING))
        self.to_soon = Button(self.tr("看快到期的"))
        self.to_soon.clicked.connect(self._look_at_soon)
        return card(
            row(self._foot_icon, (self._foot_words, 1), self.to_soon, self.to_requests, gap=8),
            (14, 6, 6, 6),
        )

    def _columns(self) -> tuple[Column[Member], ...]:
        return (
            Column(self.tr("姓名"), lambda one: one.person.name, 84),
            Column(self.tr("单位"), lambda one: one.person.unit.name),
            Column(self.tr("做什么"), lambda one: role_words(one.person.role), 100),
            Column(self.tr("证书"), self._standing_cell, 124),
            Column(self.tr("上次登录"), self._seen_cell, 94, right=True, at_large=False),
        )

    def _request_columns(self) -> tuple[Column[Enrolment], ...]:
        return (
            Column(self.tr("姓名"), lambda one: one.wanted.name, 92),
            Column(self.tr("单位"), lambda one: one.unit_name),
            Column(self.tr("做什么"), wanted_role, 92),
            Column(self.tr("申请于"), self._asked_cell, 150, right=True, at_large=False),
        )

    def _standing_cell(self, one: Member) -> Cell:
        now = self.work.now
        return Cell(standing_words(one, now), TONES[one.standing(now)], "chip")

    def _seen_cell(self, one: Member) -> Cell:
        today = self.work.now.astimezone(CHINA).date()
        return Cell(seen_words(one.signed_in_at, today))

    def _asked_cell(self, one: Enrolment) -> Cell:
        today = self.work.now.astimezone(CHINA).date()
        return Cell(moment_words(one.asked_at.astimezone(CHINA), today))

    # ---------------------------------------------------------------- page
    def entered(self, subject: object = None) -> None:
        self._timer.start()
        self.work.refresh()

    def leaving(self) -> None:
        self._timer.stop()

    def first_focus(self) -> QWidget:
        return self.requests if self.work.shown is Shown.WAITING else self.table

    def search(self) -> bool:
        self.search_field.setFocus()
        self.search_field.selectAll()
        return True

    def back(self) -> bool:
        if self.search_field.text():
            self.search_field.clear()
            return True
        if self.work.shown is not Shown.ALL:
            self.work.look_at(shown=Shown.ALL)
            return True
        return False

    def drawer(self) -> bool:
        if not theme().large:
            return False
        self._side_open = not self._side_open
        self._fit()
        return True

    def key_help(self) -> list[KeyHelp]:
        return [
            KeyHelp("Ctrl+K", self.tr("找人")),
            KeyHelp("F6", self.tr("打开、收起选中的这一位（大字时）")),
            KeyHelp("Enter", self.tr("批准选中的申请")),
            KeyHelp("Esc", self.tr("回到所有人")),
        ]

    def _unfold(self) -> None:
        self._side_open = not theme().large
        self._fold.setVisible(theme().large)
        self.unit_select.setVisible(theme().large)
        for part in (self._units, self._units_line):
            part.setVisible(not theme().large)
        self._fit()

    def _fit(self) -> None:
        self._side.setVisible(self._side_open)
        self._side_line.setVisible(self._side_open)

    # ---------------------------------------------------------------- shown
    def _show(self) -> None:
        work = self.work
        self._show_units()
        words = {
            Shown.ALL: self.tr("全部 {n}"),
            Shown.WAITING: self.tr("等批准 {n}"),
            Shown.SOON: self.tr("快到期 {n}"),
            Shown.NONE: self.tr("过期 {n}"),
            Shown.REVOKED: self.tr("作废 {n}"),
        }
        for shown, button in self.filters.items():
            button.set_text(words[shown].format(n=work.count(shown)))
            button.set_kind("chosen" if shown is work.shown else "tile")
        members, requests = work.members, work.requests
        self.model.set_rows(members)
        self.request_model.set_rows(requests)
        waiting = work.shown is Shown.WAITING
        self._head.setText(work.unit_name(work.unit))
        count = len(requests) if waiting else len(members)
        self._under.setText(
            self.tr("{n} 个申请，等得久的在前").format(n=count)
            if waiting
            else self.tr("{n} 人，签不了的、快到期的在前").format(n=count)
        )
        empty = work.known and not count
        self._tables.setCurrentIndex((3 if waiting else 2) if empty else (1 if waiting else 0))
        if waiting and requests and self.requests.current_row() is None:
            self.requests.select(requests[0].id)
        self._show_side()
        self._show_foot()

    def _show_units(self) -> None:
        lines = self.work.units
        if [line.unit.code for line in lines] != list(self.unit_lines):
            clear(self._tree)
            self.unit_lines = {}
            for line in lines:
                button = Line(
                    line.unit.name,
                    icon="none",
                    tail="",
                    figure=str(line.people),
                    indent=12 * line.depth,
                    choosable=True,
                )
                code = line.unit.code
                button.clicked.connect(lambda _=False, code=code: self.work.look_at(unit=code))
                self.unit_lines[code] = button
                self._tree.addWidget(button)
        for code, button in self.unit_lines.items():
            button.setChecked(code == self.work.unit)
        self.unit_select.set_options(
            [(one.unit.code, one.unit.name) for one in self.work.all_units]
        )
        self.unit_select.set_value(self.work.unit)
        county, townships, villages = self.work.levels
        self._sum.setText(
            self.tr("{county} 县 · {townships} 乡镇 · {villages} 村站").format(
                county=county, townships=townships, villages=villages
            )
        )

    def _show_side(self) -> None:
        work = self.work
        if work.shown is Shown.WAITING:
            request = self.requests.current_row()
            if isinstance(request, Enrolment):
                known = work.holder_of_number(request)
                self.request.show_request(request, work.now, known, busy=work.busy)
                self._side_stack.setCurrentWidget(self._request_place)
                return
        else:
            member = self.table.current_row()
            if isinstance(member, Member):
                me = member.person.id == self._state.desk.who.person.id
                self.person.show_member(member, work.may_do(member), work.now, me=me)
                self.person.revoke_button.setEnabled(not work.busy)
                self._side_stack.setCurrentWidget(self._person_place)
                return
        self._side_stack.setCurrentWidget(self._nobody)

    def _show_foot(self) -> None:
        soon, without, waiting = self.work.all_soon, self.work.all_without, self.work.all_waiting
        parts = [
            words.format(n=n)
            for words, n in (
                (self.tr("{n} 个申请等批准"), waiting),
                (self.tr("{n} 张证书快到期"), soon),
                (self.tr("{n} 人签不了"), without),
            )
            if n
        ]
        self._foot_icon.set_tone(Tone.WARN if parts else Tone.OK)
        self._foot_words.setText(self.tr("，").join(parts) or self.tr("证书都好，没有要批的"))
        self.to_soon.setVisible(bool(soon) and self.work.shown is not Shown.SOON)
        self.to_requests.setVisible(bool(waiting) and self.work.shown is not Shown.WAITING)
        self.to_requests.set_text(self.tr("批 {n} 个").format(n=waiting))

    def _look_at_soon(self) -> None:
        self.work.look_at(unit=self._state.desk.who.person.unit.code, shown=Shown.SOON)

    def _chosen(self, _row: object) -> None:
        self._show_side()

    def _request_chosen(self, _row: object) -> None:
        self._show_side()

    def _opened(self, _row: object) -> None:
        if theme().large and not self._side_open:
            self.drawer()

    def _request_opened(self, request: object) -> None:
        self._opened(request)
        if isinstance(request, Enrolment):
            self._ask_to_approve(request)

    # ---------------------------------------------------------------- deciding
    def _ask_to_approve(self, request: Enrolment) -> None:
        dialog = ApproveDialog(self, request, lambda code: self.work.fits(request, code))
        dialog.confirmed.connect(
            lambda code: self._signed(dialog, lambda: self.work.approve(request, code))
        )
        self._open(dialog)

    def _ask_to_decline(self, request: Enrolment) -> None:
        dialog = DeclineDialog(self, request)
        dialog.confirmed.connect(
            lambda reason: self._signed(dialog, lambda: self.work.decline(request, reason))
        )
        self._open(dialog)

    def _ask_to_revoke(self, member: Member, key: StaffKey) -> None:
        dialog = RevokeDialog(self, member, key.serial)

        def confirmed(reason: object) -> None:
            chosen = RevocationReason(str(reason))
            self._signed(dialog, lambda: self.work.revoke(member, key, chosen))

        dialog.confirmed.connect(confirmed)
        self._open(dialog)

    def _ask_where(self, member: Member, key: StaffKey) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("存证书"), f"{member.person.name}.pem", "*.pem"
        )
        if name:
            self.work.save(key, Path(name))

    def _signed(self, asked: ActDialog, go: Callable[[], None]) -> None:
        """What was decided is signed now; a key that was pulled out wants its PIN first."""
        desk, tasks = self._state.desk, self._host.tasks
        title, act = asked.windowTitle(), asked.act_button.text()
        again = once_it_signs(self.window(), desk, tasks, LANE, title, act, go)
        self.dialog = again or self.dialog

    def _open(self, dialog: ActDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(dialog.deleteLater)
        self.message.clear_away()
        dialog.open()

    def _done(self, words: str) -> None:
        self.message.clear_away()
        self._host.say(words)

    def _tell(self, error: Exception) -> None:
        self.message.tell_error(error, [(self.tr("再看一次"), self._again)])

    def _again(self) -> None:
        self.message.clear_away()
        self.work.refresh()
