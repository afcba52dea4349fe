"""设置: devices that can be tried, the look at once, the hub's address with care."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from station.devices.choices import CameraSettings
from station.domain.units import Role
from station.settings import load
from tests.helpers.mjpeg_camera import MjpegCameraPeer
from tests.helpers.office_screens import SettingsDriver
from tests.helpers.waiting_cases import WaitingCases
from ui.admin.desk_settings import AddressWrong, checked
from ui.common.choosing import Select, Slider
from ui.common.tasks import Tasks
from ui.common.theme import theme
from ui.common.tokens import Mode, Step

CHINESE = re.compile("[\u4e00-\u9fff]")
NAMES_AND_PLACES = {"任春河", "后段寨村便民服务站", "中文"}


@pytest.fixture
def agent(
    county: WaitingCases, qtbot: QtBot, tasks: Tasks, tmp_path: Path
) -> Iterator[SettingsDriver]:
    """任春河 before the settings of the village's PC."""
    driver = SettingsDriver.sit_down(county.office, Role.AGENT, tasks, qtbot, tmp_path)
    assert isinstance(driver, SettingsDriver)
    driver.open("设置")
    driver.wait_for_work()
    yield driver
    driver.leave()


def test_training_devices_stand_there_and_each_can_be_tried(agent: SettingsDriver) -> None:
    assert {"培训高拍仪", "培训扫描仪", "培训读卡器"} <= set(agent.devices)

    agent.try_out("培训读卡器")
    assert "读到了：李秀英" in agent.words
    agent.try_out("培训扫描仪")
    assert "扫好 1 页" in agent.words
    agent.try_out("培训高拍仪")
    assert "拍好了" in agent.words
    assert {agent.devices[name] for name in agent.devices if name.startswith("培训")} == {"能用"}


def test_a_device_that_fails_its_trial_says_why_and_can_be_tried_again(
    agent: SettingsDriver,
) -> None:
    agent.settings.bench._state.training.camera.plugged_in = False
    try:
        agent.try_out("培训高拍仪")
        assert agent.devices["培训高拍仪"] == "没成"
        assert agent.card("培训高拍仪").said
    finally:
        agent.settings.bench._state.training.camera.plugged_in = True

    agent.try_out("培训高拍仪")
    assert agent.devices["培训高拍仪"] == "能用"


def test_the_key_of_whoever_sits_here_shows_its_tries_and_nobody_elses(
    agent: SettingsDriver,
) -> None:
    assert "任春河 · 代办员 · 后段寨村便民服务站" in agent.words
    assert "周丽萍" not in agent.words


def test_colours_and_type_change_at_once_and_are_kept(agent: SettingsDriver) -> None:
    agent.press("显示和字号")
    agent.settings.mode.choice(Mode.DARK).click()
    agent.settings.step.choice(Step.LARGE).click()

    assert (theme().mode, theme().step) == (Mode.DARK, Step.LARGE)
    kept = agent.window.preferences.now
    assert (kept.mode, kept.step) == (Mode.DARK, Step.LARGE)


def test_another_language_is_spoken_at_once_and_at_the_next_start(agent: SettingsDriver) -> None:
    agent.press("显示和字号")
    agent.settings.language.choice("en").click()
    agent.qtbot.waitUntil(lambda: "Settings" in agent.rail)
    agent.wait_for_work()

    assert agent.window.preferences.now.language == "en"
    assert agent.window.open_workspace == "settings", "where one was"
    assert agent.settings.language.isVisible()
    assert "任春河" in agent.words, "whoever sits here stays signed in"
    assert agent.said.startswith("In English from now on")
    left = {part for part in agent.words.splitlines() if CHINESE.search(part)}
    assert left <= NAMES_AND_PLACES, "names stay as they are written; nothing else does"

    agent.settings.language.choice("zh").click()
    agent.qtbot.waitUntil(lambda: "设置" in agent.rail)
    assert agent.said.startswith("从现在起说中文")
    agent.wait_for_work()


def test_the_hub_in_use_answers_with_its_clock(agent: SettingsDriver) -> None:
    agent.press("网络", agent.settings)
    agent.press("连一下试试")
    agent.wait_for_work()
    assert "连得上" in agent.words


def test_an_address_is_kept_for_the_next_start_and_nonsense_is_not(
    agent: SettingsDriver, county: WaitingCases
) -> None:
    agent.press("网络", agent.settings)
    agent.settings.address.set_text("镇里的电脑")
    agent.press("存下")
    assert "地址没有存" in agent.words

    agent.settings.address.set_text("https://hub.example.gov.cn/")
    agent.press("存下")
    agent.wait_for_work()
    assert "存好了" in agent.words
    file = county.office.home.settings
    assert load(file, {}).hub == "https://hub.example.gov.cn"
    file.unlink()


@pytest.mark.parametrize("text", ["hub", "ftp://hub", "https://", "http://[1"])
def test_what_is_no_web_address_is_refused(text: str) -> None:
    with pytest.raises(AddressWrong):
        checked(text)


def test_about_says_what_this_is_and_where_everything_lies(
    agent: SettingsDriver, county: WaitingCases
) -> None:
    agent.press("关于")
    assert "驿站 0." in agent.words
    assert str(county.office.home.root) in agent.words


def test_a_camera_is_set_beside_its_live_picture_and_stays_so(
    agent: SettingsDriver, qtbot: QtBot
) -> None:
    bench, page = agent.settings.camera, agent.settings.devices.camera_page
    training = bench._state.training.camera
    agent.press("调整", agent.card("培训高拍仪"))
    qtbot.waitUntil(lambda: page.is_looking, timeout=20_000)
    qtbot.waitUntil(lambda: "照片大小" in agent.words, timeout=20_000)

    knobs = {knob.accessibleName().split("：")[0]: knob for knob in page.findChildren(Slider)}
    assert set(knobs) == {"对焦", "亮度"}
    knobs["对焦"].set_value(20)
    knobs["亮度"].set_value(200)
    sizes = next(one for one in page.findChildren(Select) if one.accessibleName() == "照片大小")
    sizes.chosen.emit((2080, 1560))
    asked = CameraSettings(still=(2080, 1560), focus=20.0, exposure=200.0)
    assert bench.settings == asked
    qtbot.waitUntil(lambda: training.settings == asked, timeout=20_000)
    assert training.photograph().width == 2080, "the desk photographs so from now on"

    agent.key("Esc")
    assert agent.card("培训高拍仪").isVisible()
    agent.wait_for_work()
    kept = json.loads((bench._state.desk.office.home.station / "devices.json").read_text())
    assert kept["cameras"]["simulated:camera"] == asked.as_json() | {"still": [2080, 1560]}

    agent.press("调整", agent.card("培训高拍仪"))
    agent.press("都还给它自动")
    assert bench.settings == CameraSettings()
    agent.press("好了")
    agent.wait_for_work()


def test_a_camera_that_is_gone_while_it_is_set_says_so(agent: SettingsDriver, qtbot: QtBot) -> None:
    page = agent.settings.devices.camera_page
    training = agent.settings.bench._state.training.camera
    training.plugged_in = False
    try:
        agent.press("调整", agent.card("培训高拍仪"))
        qtbot.waitUntil(lambda: "没有画面" in page.said, timeout=20_000)
    finally:
        training.plugged_in = True
    qtbot.waitUntil(lambda: page.is_looking, timeout=20_000)
    agent.press("关于")
    agent.press("设备")
    assert agent.card("培训高拍仪").isVisible(), "another tab lets go of the camera"
    agent.wait_for_work()


def test_a_network_camera_is_typed_in_turned_tried_and_taken_away_again(
    agent: SettingsDriver, qtbot: QtBot
) -> None:
    picture = cv2.imencode(".jpg", np.full((120, 160, 3), 90, np.uint8))[1].tobytes()
    camera = MjpegCameraPeer(picture)
    page, bench = agent.settings.devices, agent.settings.bench
    try:
        page.address.set_text("192.168.1.64")
        page.add_address()
        assert "没有加上地址" in page.message.words
        page.address.set_text(camera.url)
        page.add_address()
        agent.wait_for_work()
        card = page.cards[f"mjpeg:{camera.url}"]
        agent.press("调整", card)
        qtbot.waitUntil(lambda: page.camera_page.is_looking, timeout=20_000)
        qtbot.waitUntil(lambda: "在这台自己的设置里调" in agent.words, timeout=20_000)
        assert not page.camera_page.findChildren(Slider), "only what the camera offers is shown"
        agent.press("转 90 度")
        agent.press("好了")
        agent.wait_for_work()
        card = page.cards[f"mjpeg:{camera.url}"]
        card.try_out()
        agent.wait_for_work()
        card = page.cards[f"mjpeg:{camera.url}"]
        assert (card.state, "拍好了" in card.said) == ("能用", True)
        assert bench._state.equipment.choices.camera(card.device.id).turned == 90

        bench.use(card.device)
        lamp = next(one for one in bench._state.devices.lamps if one.id == "camera")
        assert lamp.ready and "127.0.0.1" in lamp.note
        bench.remove(card.device)
        agent.wait_for_work()
        assert f"mjpeg:{camera.url}" not in page.cards
        lamp = next(one for one in bench._state.devices.lamps if one.id == "camera")
        assert "培训" in lamp.note, "the training camera is used again"
    finally:
        camera.close()
