"""Tables and lists of cards: rows known by a key, whatever is refreshed or sorted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.helpers.gallery_work import TOWNSHIPS, Township, township_table
from ui.common.cards import Card, CardList, CardModel
from ui.common.table_model import Column, TableModel
from ui.common.tables import Table
from ui.common.theme import look
from ui.common.tokens import Step
from ui.common.tones import Tone


@pytest.fixture
def table(qtbot: QtBot) -> Table:
    table = township_table()
    qtbot.addWidget(table)
    table.resize(760, 320)
    with qtbot.waitActive(table):
        table.show()
        table.activateWindow()
    table.setFocus()
    return table


def model_of(table: Table) -> TableModel[Township]:
    model = table.model()
    assert isinstance(model, TableModel)
    return model


def names(table: Table) -> list[str]:
    return [row.name for row in model_of(table).rows]


def test_the_model_keeps_qts_rules(qapp: QApplication) -> None:
    model = TableModel(
        (Column[Township]("乡镇", lambda row: row.name),), lambda row: row.name, ticks=True
    )
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    model.set_rows(TOWNSHIPS)
    model.put(Township(6, "陈庄乡", 214, "99.5%", 0, 0))
    model.tick_all(True)
    model.sort(1, Qt.SortOrder.DescendingOrder)
    assert tester.model() is model


def test_figures_are_sorted_as_figures_and_the_given_order_comes_back(table: Table) -> None:
    model = model_of(table)
    model.sort(3, Qt.SortOrder.DescendingOrder)
    assert [row.count for row in model.rows] == [385, 335, 335, 285, 240]

    model.sort(-1)
    assert names(table) == [row.name for row in TOWNSHIPS]


def test_the_selection_stays_on_its_row_when_sorted_and_when_refreshed(table: Table) -> None:
    assert table.current_row().name == "马头集镇"

    model_of(table).sort(3)
    assert table.current_row().name == "马头集镇"

    model_of(table).set_rows(reversed(TOWNSHIPS))
    assert table.current_row().name == "马头集镇"


def test_a_selected_row_that_is_gone_is_told(table: Table) -> None:
    told: list[object] = []
    table.row_changed.connect(told.append)
    model_of(table).set_rows(TOWNSHIPS[:2])
    assert told[-1] is None
    assert table.current_row() is None


def test_rows_are_ticked_by_space_and_by_mouse_and_keep_their_ticks(
    table: Table, qtbot: QtBot
) -> None:
    model = model_of(table)
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert [row.name for row in model.ticked_rows] == ["南营乡", "马头集镇"]

    place = table.visualRect(model.index(0, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert len(model.ticked_rows) == 3

    model.set_rows(TOWNSHIPS[1:])
    assert [row.name for row in model.ticked_rows] == ["南营乡", "马头集镇"]
    model.tick_all(False)
    assert model.ticked_rows == []


def test_enter_and_a_double_click_open_the_row(table: Table, qtbot: QtBot) -> None:
    opened: list[str] = []
    table.opened.connect(lambda row: opened.append(row.name))

    qtbot.keyClick(table, Qt.Key.Key_Return)
    place = table.visualRect(model_of(table).index(0, 2)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert opened == ["马头集镇", "柳林镇"]


def test_a_row_that_changed_is_shown_in_its_place(table: Table) -> None:
    model_of(table).put(replace(TOWNSHIPS[0], count=999))
    assert model_of(table).rows[0].count == 999
    assert len(model_of(table).rows) == 5


def test_at_large_type_lesser_columns_go(table: Table, qapp: QApplication) -> None:
    assert len(table.columns_shown()) == 7
    look().put_on(qapp, step=Step.LARGE)
    assert len(table.columns_shown()) == 6


def test_ten_thousand_rows_hold_no_widget(qtbot: QtBot) -> None:
    table = township_table(ticks=False)
    qtbot.addWidget(table)
    model_of(table).set_rows(replace(TOWNSHIPS[0], name=f"{n} 村") for n in range(10_000))
    table.show()
    assert model_of(table).rowCount() == 10_000
    assert all(table.indexWidget(model_of(table).index(0, c)) is None for c in range(6))


def test_what_a_cell_says_is_read_out(table: Table) -> None:
    model = model_of(table)
    role = Qt.ItemDataRole.AccessibleTextRole
    assert model.index(1, 0).data(role) == "选中"
    assert model.index(4, 5).data(role) == "2"


# ------------------------------------------------------------------ cards
CARDS = [
    Card(1, "农村宅基地申请", "任保国", "红牌 超 1 天", Tone.DANGER, plate=True),
    Card(2, "残疾人困难生活补贴", "李秀英", "黄牌 余 4 小时", Tone.WARN, plate=True),
    Card(3, "临时救助申请", "孙大成", "余 2 天", holder="赵敏"),
]


@pytest.fixture
def queue(qtbot: QtBot) -> CardList:
    queue = CardList("待审")
    qtbot.addWidget(queue)
    queue.resize(280, 500)
    queue.set_cards(CARDS)
    with qtbot.waitActive(queue):
        queue.show()
        queue.activateWindow()
    queue.setFocus()
    return queue


def test_the_model_of_cards_keeps_qts_rules(qapp: QApplication) -> None:
    model = CardModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    model.set_cards(CARDS)
    model.set_cards(CARDS[1:])
    assert tester.model() is model


def test_a_card_is_chosen_by_mouse_by_arrow_and_by_step(queue: CardList, qtbot: QtBot) -> None:
    told: list[object] = []
    queue.chosen.connect(told.append)

    qtbot.mouseClick(queue.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, 20))
    qtbot.keyClick(queue, Qt.Key.Key_Down)
    queue.step(1)
    queue.step(1)

    assert told == [1, 2, 3], "the last card has none behind it"


def test_a_refresh_of_the_queue_moves_nothing_under_the_hand(queue: CardList) -> None:
    queue.choose(2)
    told: list[object] = []
    queue.chosen.connect(told.append)

    queue.set_cards([replace(CARDS[1], state="黄牌 余 3 小时"), CARDS[0], CARDS[2]])

    assert queue.current_key() == 2
    assert told == []


def test_a_case_that_left_the_queue_lets_the_choice_go(queue: CardList) -> None:
    queue.choose(2)
    told: list[object] = []
    queue.chosen.connect(told.append)
    queue.set_cards([CARDS[0], CARDS[2]])
    assert (queue.current_key(), told) == (None, [None])


def test_letters_are_left_to_the_keys_of_the_screen(queue: CardList, qtbot: QtBot) -> None:
    queue.set_cards([*CARDS, Card(9, "a 类事项")])
    queue.choose(1)
    qtbot.keyClicks(queue, "a")
    assert queue.current_key() == 1


def test_a_card_is_read_out_whole(queue: CardList) -> None:
    words = queue.model().index(2, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert words == "临时救助申请，孙大成，余 2 天，赵敏"
