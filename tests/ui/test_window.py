"""The window around all work: door, rail, lamps, keys, look."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QLabel
from pytestqt.qtbot import QtBot

from tests.helpers.desk import DeskDriver, NotePage, VillageDoor
from ui.common.page import Lamp
from ui.common.preferences import PreferenceFile
from ui.common.sign_in import SignInPage
from ui.common.tasks import Tasks
from ui.common.theme import theme
from ui.common.tokens import Mode


@pytest.fixture
def seated(desk: DeskDriver) -> DeskDriver:
    """The desk of an agent who has signed in."""
    desk.sign_in("123456")
    return desk


def note(desk: DeskDriver) -> NotePage:
    assert isinstance(desk.page, NotePage)
    return desk.page


def test_the_agent_signs_in_with_the_pin_alone_and_sees_only_what_she_may_do(
    desk: DeskDriver,
) -> None:
    assert "任春河" in desk.words
    assert desk.rail == [], "before the PIN there is no rail"

    desk.sign_in("123456")

    assert desk.rail == ["办事", "待办", "设置"]
    assert "后段寨村便民服务站" in desk.words
    assert note(desk).name == "办事"
    assert "任春河" in desk.window.windowTitle()


def test_a_wrong_pin_says_how_many_tries_are_left_and_leaves_the_field_ready(
    desk: DeskDriver,
) -> None:
    desk.sign_in("0000")

    assert "还可试 2 次" in desk.words
    assert "不认这个 PIN" in desk.words
    assert desk.window.door_page.pin.hasFocus()
    assert desk.window.door_page.pin.text() == ""

    desk.sign_in("123456")
    assert desk.rail


def test_when_no_tries_are_left_the_door_says_who_can_help(desk: DeskDriver) -> None:
    for _ in range(3):
        desk.sign_in("0000")

    assert "口令锁住了，要去县里解锁。" in desk.words
    desk.type("123456", desk.window.door_page.pin)
    assert not desk.window.door_page.enter.isEnabled()


def test_another_agent_of_this_pc_comes_to_the_front_at_a_press(desk: DeskDriver) -> None:
    desk.press("任小梅，代办员，后段寨村便民服务站")

    assert "UKey 没插" in desk.words
    desk.sign_in("123456")
    assert desk.window.top_bar.person.text() == "任小梅"


def test_a_pc_without_any_key_says_what_to_do_and_looks_again(
    desk: DeskDriver, door: VillageDoor
) -> None:
    door.absent = True
    desk.press("再找一次")
    desk.wait_for_work()
    assert "没有找到能登录的证书" in desk.words

    door.absent = False
    desk.press("再找一次")
    desk.wait_for_work()
    assert "任春河" in desk.words


def test_signing_out_lets_pages_save_and_leaves_nothing_of_the_person_behind(
    seated: DeskDriver, door: VillageDoor
) -> None:
    page = note(seated)

    seated.window.sign_out()
    seated.wait_for_work()

    assert page.heard[-1] == "leaving"
    assert door.signed_out == ["任春河"]
    assert seated.rail == []
    assert seated.window.page is None
    assert "请登录" in seated.words


def test_the_rail_opens_workspaces_by_mouse_and_by_number(seated: DeskDriver) -> None:
    seated.open("待办")
    assert note(seated).name == "待办"
    assert seated.window.rail.buttons["inbox"].isChecked()

    seated.key("Ctrl+1")
    assert note(seated).name == "办事"
    assert not seated.window.rail.buttons["inbox"].isChecked()


def test_a_count_on_the_rail_is_live_and_read_out(seated: DeskDriver, door: VillageDoor) -> None:
    inbox = seated.window.rail.buttons["inbox"]
    assert inbox.accessibleName() == "待办，3 件等着"

    door.waiting.set(0)
    assert inbox.accessibleName() == "待办"


def test_unplugging_a_key_greys_its_chip_at_once_and_a_press_says_what_to_do(
    seated: DeskDriver, door: VillageDoor
) -> None:
    assert seated.lamp("key") is True
    gone = Lamp("key", "key", "UKey", False, "插上 UKey 才能签章", "settings")
    card = door.devices.lamps[0]

    door.devices.show((card, gone))

    assert seated.lamp("key") is False
    chip = seated.button("UKey：没接上")
    assert chip.toolTip() == "插上 UKey 才能签章"
    seated.press("UKey：没接上")
    assert note(seated).name == "设置"
    assert note(seated).subject == "key"


def test_the_outbox_chip_opens_what_waits(seated: DeskDriver) -> None:
    seated.press("待传 2")
    assert note(seated).name == "待办"


def test_search_goes_to_the_page_even_while_something_is_typed(seated: DeskDriver) -> None:
    page = note(seated)
    page.search_field.setFocus()
    seated.type("glbt")

    seated.key("Ctrl+K")

    assert page.search_field.hasFocus()
    assert page.search_field.text() == "glbt", (
        "Ctrl+K deletes to the end of the line elsewhere on Linux"
    )


def test_esc_and_f6_reach_the_page(seated: DeskDriver) -> None:
    seated.key("Esc")
    seated.key("F6")
    assert note(seated).heard[-2:] == ["back", "drawer"]


def test_f1_shows_the_keys_of_this_page_and_those_of_every_page(seated: DeskDriver) -> None:
    seated.key("F1")

    sheet = QApplication.activeModalWidget()
    assert isinstance(sheet, QDialog)
    words = [label.text() for label in sheet.findChildren(QLabel)]
    assert "做一件" in words
    assert "字大一号，再按变回来" in words
    sheet.reject()


def test_one_key_makes_the_type_larger_and_it_is_kept_for_the_next_start(
    seated: DeskDriver, tmp_path: object
) -> None:
    before = seated.window.top_bar.height()

    seated.key("F11")

    assert theme().large
    assert seated.window.top_bar.height() > before
    preferences = seated.window._preferences
    assert PreferenceFile(preferences._path).now.step == "large"
    seated.key("Ctrl+=")
    assert not theme().large


@pytest.mark.parametrize("mode", list(Mode))
def test_every_mode_can_be_put_on_while_the_desk_is_open(seated: DeskDriver, mode: Mode) -> None:
    seated.window.change_mode(mode)

    ground = seated.window.grab().toImage().pixelColor(400, 600)
    assert ground == theme().colour("canvas")


def test_the_status_strip_shows_work_with_cancel_and_the_last_thing_done_with_undo(
    seated: DeskDriver,
) -> None:
    undone: list[str] = []
    cancelled: list[str] = []

    work = seated.window.work("正在上传 2 件", lambda: cancelled.append("yes"))
    work.progress(0.5, "还要约 20 秒")
    assert seated.window.strip.doing == "还要约 20 秒"
    seated.press("取消", seated.window.strip)
    assert cancelled == ["yes"]
    work.end()
    assert seated.window.strip.doing == ""

    seated.window.say("草稿已存", lambda: undone.append("yes"))
    assert seated.said.startswith("草稿已存  ")
    seated.key("Ctrl+Z")
    assert undone == ["yes"]
    seated.key("Ctrl+Z")
    assert undone == ["yes"], "what was undone once is not undone again"


def test_training_is_marked_on_every_screen_with_the_way_out(
    desk: DeskDriver, door: VillageDoor
) -> None:
    door.training = True
    desk.sign_in("123456")
    assert "练习" in desk.words

    desk.press("不练了")
    desk.wait_for_work()
    assert desk.window.page is None
    assert "资料是假的" not in desk.words


def test_the_shell_fits_the_smallest_screen_at_either_type_size(seated: DeskDriver) -> None:
    for _ in range(2):
        hint = seated.window.minimumSizeHint()
        assert (hint.width(), hint.height()) <= (1366, 696)
        seated.key("F11")


def test_the_focus_ring_stands_around_what_has_the_focus(seated: DeskDriver) -> None:
    ring = seated.window._ring
    assert ring.target is note(seated).act
    assert ring.isVisible()

    note(seated).search_field.setFocus(Qt.FocusReason.MouseFocusReason)
    assert ring.target is note(seated).search_field, "also after a mouse click"


def test_the_first_start_of_a_pc_says_what_it_does_before_it_asks_for_a_pin(
    door: VillageDoor, tasks: Tasks, qtbot: QtBot
) -> None:
    door.is_new = True
    page = SignInPage(door, tasks)
    qtbot.addWidget(page)
    page.show()
    said = {text.text() for text in page.findChildren(QLabel) if text.isVisible()}
    assert "第一次用，正在备好练习的县" in said
    assert not page.pin.isVisible(), "there is nobody yet whose PIN it could be"

    page.refresh()
    qtbot.waitUntil(page.pin.isVisible)
    said = {text.text() for text in page.findChildren(QLabel) if text.isVisible()}
    assert "第一次用，正在备好练习的县" not in said
