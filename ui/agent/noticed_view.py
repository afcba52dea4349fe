"""顺便看到的: what was noticed of the person, two beside one another, each with one thing to do."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from station.domain.item_words import spoken
from station.domain.noticing import Noticed, Sight
from ui.common.language import current
from ui.common.layout import Plate, clear, column, grid, holder, row
from ui.common.messages import Notice
from ui.common.text import Text
from ui.common.theme import theme
from ui.common.tones import Tone
from ui.common.wording import day_words, short_day_words

_TONES = {
    Sight.DUE: Tone.NOW,
    Sight.CARD_ENDS: Tone.WARN,
    Sight.CARD_ENDED: Tone.WARN,
    Sight.OPEN_CASE: Tone.WARN,
    Sight.EARLIER: Tone.NOW,
    Sight.NUMBER_FITS: Tone.OK,
}


class NoticedView(Plate):
    """Hidden while there is nothing to see. ``begin_wanted`` tells an item's code, for the same
    person; ``case_wanted`` the id of a case that lies on this desk."""

    begin_wanted = Signal(str)
    case_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__(name="card")
        self._count = Text("", "caption", "text2")
        self._lines: QVBoxLayout = column(gap=8)
        head = row(Text(self.tr("顺便看到的"), "body", bold=True), None, self._count, gap=8)
        self.setLayout(column(head, holder(self._lines), gap=8, margins=(16, 10, 16, 12)))
        self.shown: tuple[Noticed, ...] = ()
        self.hide()

    def show_noticed(self, seen: Sequence[Noticed], age: int | None) -> None:
        """Shows these; the person's age is said where it opens a door."""
        self.shown = tuple(seen)
        clear(self._lines)
        notices: list[QWidget] = [self._notice(one, age) for one in seen]
        self._lines.addLayout(grid(notices, 1 if theme().large else 2, gap=12))
        self._count.setText(self.tr("{n} 条").format(n=len(seen)))
        self.setVisible(bool(seen))

    def _notice(self, one: Noticed, age: int | None) -> Notice:
        text, note, act = self.words(one, age)
        notice = Notice(text, note, _TONES[one.sight], act)
        if one.sight is Sight.DUE and one.item is not None:
            code = one.item.code
            notice.pressed.connect(lambda: self.begin_wanted.emit(code))
        elif one.sight is Sight.OPEN_CASE:
            case = one.cases[0].id
            notice.pressed.connect(lambda: self.case_wanted.emit(case))
        return notice

    def words(self, one: Noticed, age: int | None) -> tuple[str, str, str]:
        """What is said of one thing: finding, ground, and the word of its button if it has one."""
        match one.sight:
            case Sight.DUE:
                assert one.item is not None
                item = spoken(one.item, current())
                text = self.tr("还能办{item}")
                if age is not None:
                    text = self.tr("{age} 岁，还能办{item}")
                met = {rule.id for rule in one.rules}
                asked = {rule.id for rule in one.ask}
                comma = self.tr("；")
                note = self.tr("符合：{rules}").format(
                    rules=comma.join(rule.text for rule in item.rules if rule.id in met)
                )
                if asked:
                    note += self.tr("。要问：{rules}").format(
                        rules=comma.join(rule.text for rule in item.rules if rule.id in asked)
                    )
                return text.format(age=age, item=item.title), note, self.tr("一起办")
            case Sight.CARD_ENDS:
                assert one.day is not None
                return (
                    self.tr("身份证 {day}到期").format(day=short_day_words(one.day)),
                    self.tr("提醒本人早点去换，别耽误下回办事"),
                    "",
                )
            case Sight.CARD_ENDED:
                assert one.day is not None
                return (
                    self.tr("身份证 {day}已经到期").format(day=day_words(one.day)),
                    self.tr("提醒本人去派出所换"),
                    "",
                )
            case Sight.OPEN_CASE:
                return (
                    self.tr("还有 {n} 件没办完").format(n=len(one.cases)),
                    self.tr("在这台电脑上，{number}").format(number=one.cases[0].number),
                    self.tr("看一眼"),
                )
            case Sight.EARLIER:
                assert one.day is not None
                return (
                    self.tr("以前办过 {n} 次").format(n=len(one.cases)),
                    self.tr("最近 {day}，{number}").format(
                        day=day_words(one.day), number=one.cases[0].number
                    ),
                    "",
                )
        return (
            self.tr("号码没错"),
            self.tr("校验位、出生日期、性别都对得上"),
            "",
        )
