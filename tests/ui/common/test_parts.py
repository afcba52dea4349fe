"""The everyday parts: pressed by mouse and key, named for a screen reader, never cut off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.helpers import gallery_sheets
from tests.helpers.pictures import invented_card, invented_form
from ui.common.buttons import Button, SmallLink
from ui.common.charts import Bars, nice_top
from ui.common.chips import Chip, DeviceChip, Pips
from ui.common.choosing import Check, Choices, Select, Slider, Toggle
from ui.common.focus import FocusRing
from ui.common.inputs import DateEdit, DoubtBlock, LineEdit, SecretEdit, TextField, parse_day
from ui.common.layout import column, holder, scroll
from ui.common.limit_bar import Day, LimitBar
from ui.common.lists import MissingLine, TrayLine
from ui.common.pictures import SCALED, Picture, Thumb
from ui.common.progress import Progress
from ui.common.steps import StepBar, StepState
from ui.common.text import Text
from ui.common.tones import Tone
from ui.common.wording import (
    clock_words,
    day_words,
    greeting_words,
    left_words,
    moment_words,
    short_day_words,
    size_words,
    span_words,
)

_held: list[QWidget] = []


@pytest.fixture(autouse=True)
def held_windows() -> Iterator[None]:
    """Windows live until their test is over, whoever else lets go of them."""
    yield
    _held.clear()


def shown(qtbot: QtBot, *parts: QWidget) -> QWidget:
    """A window with these parts below one another."""
    page = holder(column(*parts))
    _held.append(page)
    qtbot.addWidget(page)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    return page


def key(
    qtbot: QtBot, where: QWidget, code: Qt.Key, holds: Qt.KeyboardModifier | None = None
) -> None:
    qtbot.keyClick(where, code, holds or Qt.KeyboardModifier.NoModifier)


# ------------------------------------------------------------------ buttons
def test_a_button_is_pressed_by_its_key_wherever_the_focus_stands(qtbot: QtBot) -> None:
    pressed: list[str] = []
    button, field = Button("拍照", "primary", key="F2"), LineEdit("姓名")
    button.clicked.connect(lambda: pressed.append("F2"))
    shown(qtbot, button, field)
    field.setFocus()

    key(qtbot, field, Qt.Key.Key_F2)
    assert pressed == ["F2"]

    button.setEnabled(False)
    key(qtbot, field, Qt.Key.Key_F2)
    assert pressed == ["F2"], "a disabled button is not pressed by its key"


def test_a_letter_typed_into_a_field_is_a_letter_and_no_command(qtbot: QtBot) -> None:
    pressed: list[str] = []
    approve, field = Button("通过", key="A"), LineEdit("意见")
    approve.clicked.connect(lambda: pressed.append("A"))
    shown(qtbot, approve, field)
    field.setFocus()

    qtbot.keyClicks(field, "a")
    assert (field.text(), pressed) == ("a", [])

    approve.setFocus()
    key(qtbot, approve, Qt.Key.Key_A)
    assert pressed == ["A"]


def test_enter_presses_the_button_that_has_the_focus_before_the_main_one(qtbot: QtBot) -> None:
    pressed: list[str] = []
    main, other = Button("送出", "primary", key="Enter"), Button("取消")
    main.clicked.connect(lambda: pressed.append("main"))
    other.clicked.connect(lambda: pressed.append("other"))
    field = LineEdit("姓名")
    shown(qtbot, main, other, field)

    other.setFocus()
    key(qtbot, other, Qt.Key.Key_Return)
    field.setFocus()
    key(qtbot, field, Qt.Key.Key_Enter)

    assert pressed == ["other", "main"]


def test_a_button_names_its_key_and_an_icon_alone_has_a_name(qapp: QApplication) -> None:
    assert Button("拍照", key="F2").toolTip() == "拍照（F2）"
    assert Button("", "quiet", "zoom_in").accessibleName() == "放大"
    with pytest.raises(KeyError):
        Button("", "quiet", "pen")


def test_every_target_is_large_enough_for_an_unsteady_hand(qapp: QApplication) -> None:
    targets = [
        Button("好"),
        Button("", "quiet", "left"),
        SmallLink("撤销"),
        Check(""),
        Toggle("自动拍"),
        DeviceChip("key", "UKey"),
        MissingLine("户口本", "第 4 步"),
        Select("填什么"),
        LineEdit("姓名"),
    ]
    for target in targets:
        target.ensurePolished()
        assert target.sizeHint().height() >= 36, type(target).__name__


# ------------------------------------------------------------------ choosing
def test_choosing_one_way_lets_the_other_go_and_tells_the_value(qtbot: QtBot) -> None:
    ways = Choices((("self", "本人来办", ""), ("kin", "家人代办", "要委托书")), "self")
    told: list[object] = []
    ways.chosen.connect(told.append)
    shown(qtbot, ways)

    qtbot.mouseClick(ways.choice("kin"), Qt.MouseButton.LeftButton)

    assert told == ["kin"]
    assert not ways.choice("self").isChecked()
    assert ways.choice("kin").accessibleName() == "家人代办，要委托书"


def test_a_select_keeps_its_value_when_the_options_change_and_ignores_the_wheel(
    qtbot: QtBot,
) -> None:
    select = Select("关系", [(1, "父子"), (2, "母子")])
    told: list[object] = []
    select.chosen.connect(told.append)
    shown(qtbot, select)
    select.set_value(2)

    select.set_options([(3, "夫妻"), (2, "母子")])
    assert select.value() == 2
    assert told == [], "only a person's choice is told"

    select.setFocus()
    key(qtbot, select, Qt.Key.Key_Up)
    assert (select.value(), told) == (3, [3])


def test_a_select_with_a_hint_is_empty_until_somebody_chooses(qapp: QApplication) -> None:
    assert Select("关系", [(1, "父子")], hint="选一个").value() is None


def test_a_switch_says_its_state_in_a_word(qtbot: QtBot) -> None:
    switch = Toggle("自动拍", True)
    shown(qtbot, switch)
    assert switch.accessibleName() == "自动拍 开"
    switch.setFocus()
    key(qtbot, switch, Qt.Key.Key_Space)
    assert switch.accessibleName() == "自动拍 关"


def test_a_slider_moves_by_keys_and_stays_in_its_range(qtbot: QtBot) -> None:
    slider = Slider("亮度", 0.5, lambda v: f"{v:.1f}", steps=10)
    shown(qtbot, slider)
    key(qtbot, slider, Qt.Key.Key_Right)
    assert slider.value() == pytest.approx(0.6)
    key(qtbot, slider, Qt.Key.Key_End)
    key(qtbot, slider, Qt.Key.Key_Right)
    assert slider.accessibleName() == "亮度：1.0"


# ------------------------------------------------------------------ inputs
def test_a_field_says_below_itself_what_is_wrong_and_what_would_be_right(qtbot: QtBot) -> None:
    field = TextField("联系电话", "139")
    shown(qtbot, field)

    field.set_problem("手机号少 8 位，应是 11 位。")
    assert field.problem == "手机号少 8 位，应是 11 位。"
    assert field.edit.accessibleDescription() == field.problem
    assert field.edit.property("wrong")

    field.set_problem("")
    assert field.problem == ""
    assert not field.edit.property("wrong")


def test_chinese_from_an_input_method_arrives_in_the_field(qtbot: QtBot) -> None:
    field = TextField("姓名")
    told: list[str] = []
    field.edited.connect(told.append)
    shown(qtbot, field)
    event = QInputMethodEvent()
    event.setCommitString("㐂𠮷")

    QApplication.sendEvent(field.edit, event)

    assert told == ["㐂𠮷"]


def test_filling_in_by_the_program_is_not_told_as_typing(qtbot: QtBot) -> None:
    field = TextField("姓名")
    told: list[str] = []
    field.edited.connect(told.append)
    field.set_text("李秀英")
    assert (field.text(), told) == ("李秀英", [])
    field.deleteLater()


@pytest.mark.parametrize(
    "typed",
    ["19570316", "1957-3-16", "1957.03.16", "1957/3/16", "1957 年 3 月 16 日", "１９５７０３１６"],
)
def test_a_day_is_understood_however_people_write_it(typed: str) -> None:
    assert parse_day(typed) == date(1957, 3, 16)


@pytest.mark.parametrize("typed", ["", "1957", "19570230", "1957-13-1", "三月十六"])
def test_what_is_no_day_is_not_taken_for_one(typed: str) -> None:
    assert parse_day(typed) is None


def test_a_typed_day_is_told_once_and_shown_in_words(qtbot: QtBot) -> None:
    edit = DateEdit("出生")
    told: list[object] = []
    edit.changed.connect(told.append)
    shown(qtbot, edit)
    qtbot.keyClicks(edit.edit, "19570316")
    key(qtbot, edit.edit, Qt.Key.Key_Return)

    assert told == [date(1957, 3, 16)]
    assert edit.edit.text() == "1957 年 3 月 16 日"

    edit.edit.setText("1957-2-30")
    edit.edit.editingFinished.emit()
    assert edit.unreadable
    assert edit.edit.text() == "1957-2-30", "what was typed stays to be mended"


def test_a_pin_is_given_away_once_and_cannot_be_copied(qtbot: QtBot) -> None:
    pin = SecretEdit("口令")
    shown(qtbot, pin)
    qtbot.keyClicks(pin, "123456")
    assert pin.echoMode() is QLineEdit.EchoMode.Password
    assert pin.displayText() != "123456"
    assert pin.take() == "123456"
    assert pin.text() == ""


def test_a_doubtful_field_is_settled_by_its_keys_only_while_one_is_in_it(qtbot: QtBot) -> None:
    first = DoubtBlock("残疾证号", "末位像 2，也像 7", "…42", [("2", "…42"), ("7", "…47")])
    second = DoubtBlock("银行账号", "像 8，也像 3", "338", [("8", "338"), ("3", "333")])
    settled: list[str] = []
    first.settled.connect(settled.append)
    second.settled.connect(settled.append)
    shown(qtbot, first, second)

    second.edit.setFocus()
    assert second.edit.selectedText() == "338"
    key(qtbot, second.edit, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)

    assert settled == ["333"]
    assert (first.edit.text(), second.edit.text()) == ("…42", "333")


# ------------------------------------------------------------------ state and text
def test_words_that_do_not_fit_are_shortened_on_the_screen_but_not_for_a_reader(
    qtbot: QtBot,
) -> None:
    text = Text("残疾人困难生活补贴-李秀英-2026112300007.pdf", elide=True, copy=True)
    qtbot.addWidget(text)
    text.resize(120, 30)
    text.show()
    assert text.shortened
    assert text.text() == "残疾人困难生活补贴-李秀英-2026112300007.pdf"
    text.setSelection(0, 5)
    assert text.selectedText() == "残疾人困难"


def test_a_chip_tells_its_state_and_tries_are_counted_in_words(qapp: QApplication) -> None:
    chip = Chip("清楚", Tone.OK)
    chip.set("反光", Tone.WARN)
    assert (chip.accessibleName(), chip.tone) == ("反光", Tone.WARN)
    assert Pips(2, 6).accessibleName() == "还可试 2 次，共 6 次"


def test_progress_stays_between_nothing_and_all(qapp: QApplication) -> None:
    bar = Progress(0.3)
    bar.set_share(1.7)
    assert (bar.share, bar.accessibleName()) == (1.0, "进度 100%")
    bar.set_share(None)
    assert bar.accessibleName() == "正在进行"


def test_any_step_can_be_visited_in_any_order(qtbot: QtBot) -> None:
    bar = StepBar(("事项", "申请人", "表单"))
    visited: list[int] = []
    bar.visited.connect(visited.append)
    shown(qtbot, bar)
    bar.show_states((StepState.DONE, StepState.NOW, StepState.DOUBT))

    qtbot.mouseClick(bar.steps[2], Qt.MouseButton.LeftButton)
    bar.steps[0].setFocus()
    key(qtbot, bar.steps[0], Qt.Key.Key_Return)

    assert visited == [2, 0]
    assert bar.steps[2].accessibleName() == "第 3 步 表单，有要看的"


def test_a_required_paper_reads_out_its_name_and_state(qapp: QApplication) -> None:
    line = TrayLine("户口本", "第 1 页反光，要重拍", Tone.WARN, invented_form())
    assert line.accessibleName() == "户口本，第 1 页反光，要重拍"
    line.set("2 页，清楚", Tone.OK)
    assert line.accessibleName() == "户口本，2 页，清楚"


def test_a_time_limit_is_read_out_day_by_day(qapp: QApplication) -> None:
    bar = LimitBar()
    bar.show_days((Day.USED, Day.PAUSED, Day.LEFT), yellow=2)
    assert bar.accessibleName() == "第 1 天已用，第 2 天不计时，第 3 天还有"


def test_a_bar_leads_to_its_list_by_mouse_and_by_key(qtbot: QtBot) -> None:
    bars = Bars("原因", "件")
    bars.show_rows((("材料没带齐", 41), ("本人不能来", 17)))
    told: list[int] = []
    bars.pressed.connect(told.append)
    shown(qtbot, bars)
    bars.setFocus()
    key(qtbot, bars, Qt.Key.Key_Down)
    key(qtbot, bars, Qt.Key.Key_Return)
    assert told == [1]
    assert bars.accessibleDescription() == "材料没带齐 41 件\n本人不能来 17 件"


@pytest.mark.parametrize(
    ("value", "top"), [(0, 2), (3, 4), (9, 10), (41, 50), (672, 800), (1001, 2000)]
)
def test_an_axis_ends_at_a_round_number(value: float, top: int) -> None:
    assert nice_top(value) == top


# ------------------------------------------------------------------ pictures
def test_a_picture_is_scaled_once_and_not_at_every_paint(qtbot: QtBot) -> None:
    picture, thumb = Picture(invented_form()), Thumb(invented_card(), "身份证")
    page = shown(qtbot, picture, thumb)
    page.grab()
    before = SCALED.scalings

    for _ in range(5):
        page.grab()
    assert SCALED.scalings == before

    page.resize(page.width() + 40, page.height() + 60)
    page.grab()
    assert SCALED.scalings > before


def test_a_taken_page_reads_out_its_warning(qapp: QApplication) -> None:
    thumb = Thumb(invented_form(), "第 1 页", "反光")
    assert thumb.accessibleName() == "第 1 页 反光"


# ------------------------------------------------------------------ focus
def test_what_gets_the_focus_is_scrolled_into_sight_and_the_ring_ends_with_its_area(
    qtbot: QtBot,
) -> None:
    fields = [LineEdit(f"第 {n} 格") for n in range(30)]
    area = scroll(holder(column(*fields)))
    window = QWidget()
    window.setLayout(column((area, 1)))
    qtbot.addWidget(window)
    window.resize(400, 240)
    ring = FocusRing(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()

    fields[25].setFocus(Qt.FocusReason.TabFocusReason)

    assert not fields[25].visibleRegion().isEmpty()
    assert ring.target is fields[25]
    assert ring.isVisible()

    area.verticalScrollBar().setValue(0)
    assert not ring.isVisible(), "scrolled away, the ring floats over nothing else"


def test_the_ring_leaves_with_a_page_that_is_deleted(qtbot: QtBot) -> None:
    window, field = QWidget(), LineEdit("姓名")
    window.setLayout(column(field))
    qtbot.addWidget(window)
    ring = FocusRing(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    field.setFocus()
    field.deleteLater()
    qtbot.waitUntil(lambda: ring.target is None or not ring.isVisible())


# ------------------------------------------------------------------ words
def test_days_and_times_are_said_as_people_say_them(qapp: QApplication) -> None:
    day = date(2026, 11, 23)
    assert day_words(day) == "2026 年 11 月 23 日"
    assert short_day_words(day, weekday=True) == "11 月 23 日 周一"
    now = datetime(2026, 11, 23, 10, 42, 7)
    assert clock_words(now, seconds=True) == "10:42:07"
    assert moment_words(now, day) == "10:42"
    assert moment_words(now - timedelta(days=5), day) == "11 月 18 日 10:42"
    assert moment_words(datetime(2025, 1, 2, 8, 0), day) == "2025 年 1 月 2 日 08:00"
    assert greeting_words(now) == "早上好"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=20), "20 秒"),
        (timedelta(minutes=5), "5 分钟"),
        (timedelta(minutes=59, seconds=50), "1 小时"),
        (timedelta(hours=4, minutes=20), "4 小时"),
        (timedelta(days=2, hours=3), "2 天"),
    ],
)
def test_a_span_is_said_in_its_largest_useful_unit(
    qapp: QApplication, span: timedelta, words: str
) -> None:
    assert span_words(span) == words


def test_rest_and_size_are_said_shortly(qapp: QApplication) -> None:
    assert left_words(20) == "还要约 20 秒"
    assert [size_words(n) for n in (900, 40_000, 5_242_880)] == ["900 字节", "39 KB", "5.0 MB"]


# ------------------------------------------------------------------ everything
@pytest.mark.parametrize("name", ["controls", "inputs", "paper", "much", "camera", "said"])
def test_everything_that_can_have_the_focus_has_a_name(qtbot: QtBot, name: str) -> None:
    sheet = gallery_sheets.SHEETS[name]()
    qtbot.addWidget(sheet)
    nameless = [
        f"{type(part).__name__} {part.objectName()}"
        for part in sheet.findChildren(QWidget)
        if part.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not part.accessibleName()
        and not (isinstance(part, QAbstractButton) and part.text())
    ]
    assert nameless == []
