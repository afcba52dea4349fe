"""监察: how the area stands today; every figure opens its list."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from station.domain.deadlines import Card
from station.supervision.statistics import Rate
from ui.common.buttons import Button, SmallLink
from ui.common.charts import Bars
from ui.common.choosing import Select
from ui.common.layout import canvas, card, column, holder, row, scroll
from ui.common.messages import Message
from ui.common.page import Host, KeyHelp, Page
from ui.common.tables import Cell, Column, Table, TableModel
from ui.common.text import Text
from ui.common.theme import look, theme
from ui.common.tones import Tone
from ui.common.wording import clock_words, day_words, short_day_words, weekday_words
from ui.desk import DeskState
from ui.review.case_list import ListedCase
from ui.review.case_query import DECIDED, OPEN, CaseQuery
from ui.review.review_words import STATE_TONES, state_words
from ui.supervision.tiles import FigureTile
from ui.supervision.watch import Span, Township, Watch, since

_REFRESH_MS = 60_000

translate = QCoreApplication.translate


def make_page(state: DeskState, host: Host) -> DashboardPage:
    """The page of 监察."""
    return DashboardPage(state, host)


class DashboardPage(Page):
    """Figures above; townships, cases under way and reasons below."""

    def __init__(self, state: DeskState, host: Host) -> None:
        super().__init__()
        self._state, self._host = state, host
        self.watch = Watch(state, host)
        self._head = Text("", "title", bold=True)
        self._when = Text("", "caption", "text2", elide=True)
        self.spans = Select(
            self.tr("看多长时间"),
            (
                (Span.MONTH, self.tr("本月")),
                (Span.YEAR, self.tr("今年")),
                (Span.ALL, self.tr("开办以来")),
            ),
            "calendar",
        )
        self.spans.chosen.connect(lambda value: self.watch.look_at(Span(str(value))))
        self._take = Button(self.tr("导出"), "secondary", "export", "Ctrl+E")
        self._take.clicked.connect(self._export)
        self.message = Message()
        self.received = FigureTile(self.tr("今天受理"), self.tr("件"))
        self.on_time = FigureTile(self.tr("按时办理"), "%")
        self.days = FigureTile(self.tr("平均用时"), self.tr("天"))
        self.yellow = FigureTile(self.tr("黄牌"), self.tr("件"), self.tr("快到期"), Tone.WARN)
        self.red = FigureTile(self.tr("红牌"), self.tr("件"), self.tr("超时"), Tone.DANGER)
        for tile, query in (
            (self.received, CaseQuery()),
            (self.on_time, CaseQuery(states=DECIDED)),
            (self.days, CaseQuery(states=DECIDED)),
            (self.yellow, CaseQuery(card=Card.YELLOW)),
            (self.red, CaseQuery(card=Card.RED)),
        ):
            tile.clicked.connect(lambda _=False, query=query: self._host.go("cases", query))
        self.townships: TableModel[Township] = TableModel(
            self._township_columns(), lambda one: one.code
        )
        self.ranking = Table(self.townships, self.tr("乡镇"), row_height=44)
        self.ranking.opened.connect(
            lambda one: self._host.go("cases", CaseQuery(states=OPEN, unit=one.code))
        )
        self.cases: TableModel[ListedCase] = TableModel(
            self._case_columns(), lambda one: one.row.case.id
        )
        self.under_way = Table(self.cases, self.tr("在办的"), row_height=40)
        self.under_way.opened.connect(
            lambda one: self._host.go("cases", CaseQuery(number=one.row.case.number))
        )
        self._under_way = Text("", "caption", "text2")
        self.reasons = Bars(self.tr("退回和不予受理的原因"), self.tr(" 次"))
        self._reasons = Text("", "caption", "text2")
        self._ranked = Text("", "caption", "text2", elide=True)
        self._lower: QVBoxLayout = column(gap=0)
        self._parts = (self._ranking_card(), self._cases_card(), self._reasons_card())
        self._body = holder(
            column(
                row(self._head, (self._when, 1), self.spans, self._take, gap=12),
                self.message,
                row(
                    *((tile, 1) for tile in self.tiles),
                    gap=16,
                ),
                (self._lower, 1),
                gap=14,
                margins=(24, 14, 24, 14),
            )
        )
        self.setLayout(column((scroll(canvas(column((self._body, 1), gap=0))), 1), gap=0))
        self._timer = QTimer(self)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(self.watch.refresh)
        self.watch.changed.connect(self._show)
        self.watch.failed.connect(self._tell)
        self.watch.written.connect(self._exported)
        look().changed.connect(self._arrange)
        self._arrange()
        self._show()

    @property
    def tiles(self) -> tuple[FigureTile, ...]:
        """The figures from left to right."""
        return (self.received, self.on_time, self.days, self.yellow, self.red)

    # ---------------------------------------------------------------- layout
    def _ranking_card(self) -> QWidget:
        head = row(Text(self.tr("各乡镇"), bold=True), (self._ranked, 1), gap=12)
        return card(column(holder(head), (self.ranking, 1), gap=4), (12, 10, 12, 8))

    def _cases_card(self) -> QWidget:
        every = SmallLink(self.tr("全部"), tail="right")
        every.clicked.connect(lambda: self._host.go("cases", CaseQuery(states=OPEN)))
        head = row(Text(self.tr("在办的"), bold=True), self._under_way, None, every, gap=12)
        return card(column(holder(head), (self.under_way, 1), gap=4), (12, 10, 12, 8))

    def _reasons_card(self) -> QWidget:
        head = row(Text(self.tr("一次没办成的原因"), bold=True), None, self._reasons, gap=12)
        return card(column(holder(head), self.reasons, gap=6), (16, 10, 16, 10))

    def _arrange(self) -> None:
        """Side by side; one below the other at large type, and the page scrolls."""
        while self._lower.count():
            item = self._lower.takeAt(0)
            layout = item.layout()
            while layout is not None and layout.count():
                layout.takeAt(0)
        ranking, cases, reasons = self._parts
        if theme().large:
            self._lower.addLayout(column(ranking, cases, reasons, gap=14))
            self.ranking.setMinimumHeight(260)
            self.under_way.setMinimumHeight(300)
        else:
            right = column((cases, 1), reasons, gap=14)
            self._lower.addLayout(row((ranking, 13), (right, 12), gap=16), 1)
            self.ranking.setMinimumHeight(120)
            self.under_way.setMinimumHeight(120)

    def _township_columns(self) -> tuple[Column[Township], ...]:
        def number(text: str, value: float) -> Cell:
            return Cell(text, sort=value)

        return (
            Column(
                self.tr("名次"),
                lambda one: Cell(str(one.place) if one.place else "", sort=one.place or 999),
                52,
                right=True,
            ),
            Column(self.tr("乡镇"), lambda one: one.name),
            Column(
                self.tr("受理"),
                lambda one: number(str(one.figures.received), one.figures.received),
                66,
                right=True,
            ),
            Column(
                self.tr("在办"),
                lambda one: number(str(one.figures.open), one.figures.open),
                60,
                right=True,
                at_large=False,
            ),
            Column(
                self.tr("按时"), lambda one: Cell(_percent(one.figures.on_time)), 84, right=True
            ),
            Column(
                self.tr("黄牌"), lambda one: _plate(one.figures.yellow, Tone.WARN), 76, right=True
            ),
            Column(
                self.tr("红牌"), lambda one: _plate(one.figures.red, Tone.DANGER), 66, right=True
            ),
        )

    def _case_columns(self) -> tuple[Column[ListedCase], ...]:
        return (
            Column(
                self.tr("状态"),
                lambda one: Cell(
                    state_words(one.row.case.state), STATE_TONES[one.row.case.state], "chip"
                ),
                146,
            ),
            Column(self.tr("事项"), lambda one: one.title),
            Column(
                self.tr("时限"),
                lambda one: (
                    Cell(one.left.words, one.left.tone, "plate" if one.left.plate else "plain")
                    if one.left
                    else Cell("")
                ),
                134,
            ),
        )

    # ---------------------------------------------------------------- page
    def entered(self, subject: object = None) -> None:
        self._timer.start()
        self.watch.refresh()

    def leaving(self) -> None:
        self._timer.stop()
        self.watch.rest()

    def first_focus(self) -> QWidget:
        return self.received

    def key_help(self) -> list[KeyHelp]:
        return [
            KeyHelp("Enter", self.tr("打开这个数的名单")),
            KeyHelp("Ctrl+E", self.tr("导出统计")),
        ]

    # ---------------------------------------------------------------- shown
    def _show(self) -> None:
        self._head.setText(self.tr("{area} 今天").format(area=self.watch.area))
        self.cases.set_rows(self.watch.cases)
        self._under_way.setText(self.tr("{n} 件").format(n=self.watch.open_cases.total))
        overview = self.watch.overview
        self._take.setEnabled(overview is not None)
        if overview is None:
            self._when.setText(self.tr("正在取数"))
            return
        self.message.clear_away()
        total, at = overview.found.total, overview.at
        self._when.setText(
            self.tr("{day} {weekday} {time} 更新").format(
                day=day_words(at.date()), weekday=weekday_words(at.date()), time=clock_words(at)
            )
        )
        period = self._period()
        self.received.show_figure(
            str(overview.today.received),
            self.tr("{period} {n} 件").format(period=period, n=total.received),
        )
        share = total.on_time.share
        self.on_time.show_figure(
            "—" if share is None else f"{share * 100:.1f}".removesuffix(".0"),
            self.tr("{period} {n} 步").format(period=period, n=total.on_time.whole),
        )
        self.days.show_figure(
            "—" if total.mean_days is None else f"{total.mean_days:.1f}",
            self.tr("{period}办结 {n} 件").format(period=period, n=total.decided),
        )
        self.yellow.show_figure(str(total.yellow), period, total.yellow > 0)
        self.red.show_figure(
            str(total.red),
            self.tr("现在超时 {n} 件").format(n=total.overdue) if total.overdue else period,
            total.red > 0,
        )
        self.townships.set_rows(overview.townships)
        first = since(self.watch.span, at.date())
        begin = short_day_words(first.date()) if first else self.tr("开办")
        self._ranked.setText(self.tr("{begin}到今天，按时率高的在前").format(begin=begin))
        rows = [(_reason_words(code), float(n)) for code, n in overview.reasons[:4]]
        self.reasons.show_rows(rows)
        self._reasons.setText(
            self.tr("{period} {n} 次").format(period=period, n=sum(n for _, n in overview.reasons))
            if rows
            else self.tr("{period}没有退回").format(period=period)
        )

    def _period(self) -> str:
        return {
            Span.MONTH: self.tr("本月"),
            Span.YEAR: self.tr("今年"),
            Span.ALL: self.tr("开办以来"),
        }[self.watch.span]

    # ---------------------------------------------------------------- taking away
    def _export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("导出统计"), self.tr("电子监察.xlsx"), "*.xlsx;;*.pdf"
        )
        if name:
            self.watch.export(Path(name))

    def _exported(self, file: Path) -> None:
        self._host.say(self.tr("已导出到 {file}").format(file=file.name))

    def _tell(self, error: Exception) -> None:
        self.message.tell_error(error, [(self.tr("再试一次"), self.watch.refresh)])


def _percent(rate: Rate) -> str:
    return "" if rate.share is None else f"{rate.share * 100:.1f}".removesuffix(".0") + "%"


def _plate(count: int, tone: Tone) -> Cell:
    return Cell(str(count) if count else "", tone, "plate", sort=count)


def _reason_words(code: str) -> str:
    """The words that reviewers pick a reason by."""
    from ui.review.reasons import OWN, REFUSING, RETURNING

    if code == OWN:
        return translate("supervision", "另外写的")
    known = {usual.code: usual.text for usual in (*RETURNING, *REFUSING)}
    return translate("review", known[code]) if code in known else code
