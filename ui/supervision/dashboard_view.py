"""监察: how the area stands today; every figure opens its list."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from station.domain.deadlines import Card
from station.supervision.statistics import Rate
from ui.cases.case_list import ListedCase
from ui.cases.case_query import DECIDED, OPEN, CaseQuery
from ui.cases.case_words import STATE_TONES, state_words
from ui.cases.reason_words import reason_words
from ui.common.buttons import Button
from ui.common.charts import Bars, Series, Trend
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
from ui.supervision.tiles import FigureTile
from ui.supervision.watch import Span, Township, Watch, since, start_of

_REFRESH_MS = 60_000


def make_page(state: DeskState, host: Host) -> DashboardPage:
    """The page of 监察."""
    return DashboardPage(state, host)


class DashboardPage(Page):
    """Figures above; townships or cases under way, the trend and the reasons below."""

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
            (self.received, self._received_today),
            (self.on_time, lambda: CaseQuery(states=DECIDED)),
            (self.days, lambda: CaseQuery(states=DECIDED)),
            (self.yellow, lambda: CaseQuery(states=OPEN, card=Card.YELLOW)),
            (self.red, lambda: CaseQuery(states=OPEN, card=Card.RED)),
        ):
            tile.clicked.connect(lambda _=False, query=query: self._host.go("cases", query()))
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
        self._ranked = Text("", "caption", "text2", elide=True)
        self.trend = Trend(self.tr("每周件数"))
        self.reasons = Bars(self.tr("退回和不予受理的原因"), self.tr(" 次"))
        self._reasons = Text("", "caption", "text2")
        self._lower: QVBoxLayout = column(gap=0)
        self._parts = (self._tables_card(), self._trend_card(), self._reasons_card())
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
    def _received_today(self) -> CaseQuery:
        at = self.watch.overview.at if self.watch.overview else None
        since_midnight = start_of(at.date()) if at else None
        return CaseQuery(opened_from=since_midnight, title=self.tr("今天受理的"))

    def _tables_card(self) -> QWidget:
        """The townships, or the cases under way: one table at a time, as high as there is room."""
        self._by_township = Button(self.tr("各乡镇"), "chosen")
        self._by_case = Button(self.tr("在办的"), "tile", "clock")
        self._tables = QStackedWidget()
        self._tables.addWidget(self.ranking)
        self._tables.addWidget(self.under_way)
        self._by_township.clicked.connect(lambda: self.show_table(0))
        self._by_case.clicked.connect(lambda: self.show_table(1))
        head = row(self._by_township, self._by_case, (self._ranked, 1), gap=8)
        return card(column(holder(head), (self._tables, 1), gap=6), (12, 10, 12, 8))

    def show_table(self, which: int) -> None:
        """The townships (0) or the cases under way (1)."""
        self._tables.setCurrentIndex(which)
        self._by_township.set_kind("tile" if which else "chosen")
        self._by_case.set_kind("chosen" if which else "tile")
        self._show()

    def _trend_card(self) -> QWidget:
        self._weeks = Text("", "caption", "text2")
        head = row(Text(self.tr("每周件数"), bold=True), None, self._weeks, gap=12)
        return card(column(holder(head), (self.trend, 1), gap=4), (16, 10, 16, 8))

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
        tables, trend, reasons = self._parts
        if theme().large:
            self._lower.addLayout(column(tables, trend, reasons, gap=14))
            tables.setMinimumHeight(360)
            trend.setMinimumHeight(240)
        else:
            right = column((trend, 1), reasons, gap=14)
            self._lower.addLayout(row((tables, 13), (right, 11), gap=16), 1)
            tables.setMinimumHeight(160)
            trend.setMinimumHeight(0)

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
            Column(self.tr("乡镇"), lambda one: Cell(one.short_name, tip=one.name)),
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
                self.tr("按时"),
                lambda one: Cell(
                    _percent(one.figures.on_time), sort=one.figures.on_time.share or 0
                ),
                84,
                right=True,
            ),
            Column(self.tr("用时"), self._days_cell, 80, right=True, at_large=False),
            Column(
                self.tr("黄牌"), lambda one: _plate(one.figures.yellow, Tone.WARN), 76, right=True
            ),
            Column(
                self.tr("红牌"), lambda one: _plate(one.figures.red, Tone.DANGER), 66, right=True
            ),
        )

    def _days_cell(self, one: Township) -> Cell:
        days = one.figures.mean_days
        if days is None:
            return Cell("", sort=0.0)
        return Cell(self.tr("{n} 天").format(n=f"{days:.1f}"), sort=days)

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
        self._by_case.set_text(self.tr("在办的 {n}").format(n=self.watch.open_cases.total))
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
        found = overview.found
        this = found.weeks[-1].received if found.weeks else total.received
        last = found.weeks[-2].received if len(found.weeks) > 1 else 0
        self.received.show_figure(
            str(overview.today.received),
            self.tr("本周 {this} 件，上周 {last} 件").format(this=this, last=last),
        )
        share = total.on_time.share
        self.on_time.show_figure(
            "—" if share is None else f"{share * 100:.1f}".removesuffix(".0"),
            self.tr("{period} {n} 步").format(period=period, n=total.on_time.whole),
        )
        saved = found.decided_saving
        self.days.show_figure(
            "—" if total.mean_days is None else f"{total.mean_days:.1f}",
            self.tr("承诺 {promised} 天，法定 {legal} 天").format(
                promised=f"{saved.after / total.decided:.0f}",
                legal=f"{saved.before / total.decided:.0f}",
            )
            if total.decided
            else self.tr("{period}还没有办结").format(period=period),
        )
        for tile, count, red in (
            (self.yellow, overview.yellow, False),
            (self.red, overview.red, True),
        ):
            dealt = self.tr("，").join(f"{name} {n}" for name, n in overview.dealt(red)[:2])
            tile.show_figure(
                str(count),
                self.tr("{period}发过：{dealt}").format(period=period, dealt=dealt)
                if dealt
                else self.tr("{period}没有发过").format(period=period),
                count > 0,
            )
        self.townships.set_rows(overview.townships)
        first = since(self.watch.span, at.date())
        begin = short_day_words(first.date()) if first else self.tr("开办")
        self._ranked.setText(
            self.tr("有牌的、快到期的在前")
            if self._tables.currentIndex()
            else self.tr("{begin}到今天，按时率高的在前").format(begin=begin)
        )
        self._weeks.setText(self.tr("近 {n} 周，最后是本周").format(n=len(found.weeks)))
        if found.weeks:
            self.trend.show_series(
                [f"{week.begins:%m-%d}".lstrip("0") for week in found.weeks],
                (
                    Series(self.tr("受理"), tuple(float(w.received) for w in found.weeks)),
                    Series(self.tr("办结"), tuple(float(w.decided) for w in found.weeks)),
                ),
            )
        rows = [(reason_words(code), float(n)) for code, n in overview.reasons[:4]]
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
