"""Picking a day from a month."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.common.buttons import Button
from ui.common.calendar import Calendar, Month, months_on
from ui.common.inputs import DateEdit


@pytest.fixture
def month(qtbot: QtBot) -> Month:
    month = Month(date(2026, 11, 23), date(2026, 11, 1), date(2026, 12, 31))
    qtbot.addWidget(month)
    with qtbot.waitExposed(month):
        month.show()
    return month


def test_arrows_move_by_days_and_weeks_and_stop_at_the_ends(month: Month, qtbot: QtBot) -> None:
    qtbot.keyClick(month, Qt.Key.Key_Down)
    qtbot.keyClick(month, Qt.Key.Key_Left)
    assert month.day == date(2026, 11, 29)
    qtbot.keyClick(month, Qt.Key.Key_PageUp)
    assert month.day == date(2026, 11, 1), "there is nothing before the first day"
    qtbot.keyClick(month, Qt.Key.Key_PageDown)
    qtbot.keyClick(month, Qt.Key.Key_PageDown)
    assert month.day == date(2026, 12, 31)


def test_a_screen_reader_hears_the_day_and_its_weekday(month: Month) -> None:
    assert month.accessibleName() == "2026 年 11 月 23 日 周一"


def test_a_press_on_a_day_picks_it_and_one_outside_the_ends_picks_nothing(
    month: Month, qtbot: QtBot
) -> None:
    picked: list[date] = []
    month.picked.connect(picked.append)
    side = month.width() // 7
    before_the_first = QPoint(side // 2, side + side // 2)  # Monday, 26 October
    tuesday_of_the_second_week = QPoint(side + side // 2, 2 * side + side // 2)

    qtbot.mouseClick(month, Qt.MouseButton.LeftButton, pos=before_the_first)
    qtbot.mouseClick(month, Qt.MouseButton.LeftButton, pos=tuesday_of_the_second_week)

    assert picked == [date(2026, 11, 3)]


def test_the_month_opens_below_its_field_and_fills_it_in(qtbot: QtBot) -> None:
    edit = DateEdit("补到哪天", date(2026, 11, 23), first=date(2026, 11, 23))
    qtbot.addWidget(edit)
    told: list[object] = []
    edit.changed.connect(told.append)
    with qtbot.waitActive(edit):
        edit.show()
        edit.activateWindow()

    edit.open_calendar()
    (opened,) = edit.findChildren(Calendar)
    assert opened.isVisible()
    names = [button.accessibleName() for button in opened.findChildren(Button)]
    assert names == ["上一年", "上个月", "下个月", "下一年"]
    opened.findChildren(Button)[2].click()
    qtbot.keyClick(opened.month, Qt.Key.Key_Return)

    assert told == [date(2026, 12, 23)]
    assert edit.edit.text() == "2026 年 12 月 23 日"
    QApplication.processEvents()


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_a_month_on_is_the_same_day_or_the_last_of_a_shorter_month(
    day: date, months: int, then: date
) -> None:
    assert months_on(day, months) == then
