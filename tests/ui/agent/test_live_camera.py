"""A network camera at the real desk: papers lie under it, are taken by themselves, and its line
fails on the way."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from station.assembly import Office
from station.devices.choices import CameraUse, DeskChoices
from station.settings import Settings
from tests.helpers.agent_desk import AgentDriver, VillageStation
from tests.helpers.county import County
from tests.helpers.mjpeg_camera import MjpegCameraPeer
from tests.helpers.scenes import Light, draw_mat, draw_sheet, photograph
from ui.common.tasks import Tasks

MATERIAL = "id_card"


@lru_cache(maxsize=8)
def seen(paper: int | None, aside: int = 0) -> bytes:
    """What the camera sees: an empty mat, or a paper on it, moved by so many pixels."""
    rng = np.random.default_rng(5)
    shape = (1080, 1440)
    mat = draw_mat("plain", rng, shape)
    if paper is not None:
        kind = "form" if paper == 1 else "letter"
        sheet = draw_sheet(kind, np.random.default_rng(40 + paper), 900)
        corners = np.float32([[430, 90], [1010, 100], [1005, 920], [425, 910]])
        corners += np.float32([aside, aside / 3])
        scene = photograph(sheet, mat, corners, np.random.default_rng(7), Light(noise=1.5))
        mat = scene.picture
    return cv2.imencode(".jpg", mat, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()


@pytest.fixture
def camera() -> Iterator[MjpegCameraPeer]:
    camera = MjpegCameraPeer(seen(None), fps=20)
    yield camera
    camera.close()


@pytest.fixture
def desk(
    village: County, tasks: Tasks, qtbot: QtBot, tmp_path: Path, camera: MjpegCameraPeer
) -> Iterator[AgentDriver]:
    """An agent whose desk has the network camera chosen, at the papers of a case."""
    choices = DeskChoices(village.home.station / "devices.json")
    choices.add_address(f"mjpeg:{camera.url}")
    choices.choose(CameraUse.PAGE, f"mjpeg:{camera.url}", "村里的高拍仪")
    office = Office(village.home, Settings(hub="http://127.0.0.1:9"))
    station = VillageStation(office, tasks, qtbot, tmp_path)
    desk = station.sit_down()
    desk.choose_item("glbt")
    desk.step_to("MATERIALS")
    desk.choose_paper("身份证")
    yield desk
    station.close()
    office.close()


def shown(desk: AgentDriver, name: str) -> None:
    """Keeps a picture of the window for whoever wants to look (``YIZHAN_PICTURES=FOLDER``)."""
    folder = os.environ.get("YIZHAN_PICTURES")
    if folder:
        desk.window.grab().save(str(Path(folder) / f"{name}.png"))


def test_papers_are_taken_by_themselves_and_the_camera_may_come_and_go(
    desk: AgentDriver, camera: MjpegCameraPeer
) -> None:
    step = desk.case.materials
    desk.until(lambda: step.live_hint == "把纸放到高拍仪下面")
    shown(desk, "1-empty")

    camera.picture = seen(1)
    desk.until(lambda: step.live_hint == "放稳了，马上自动拍")
    shown(desk, "2-still")
    desk.until(lambda: len(desk.pages(MATERIAL)) == 1)
    desk.until(lambda: step.live_hint == "拍过了，换下一张")
    shown(desk, "3-taken")

    camera.picture = seen(1, aside=60)
    desk.qtbot.wait(1200)
    assert len(desk.pages(MATERIAL)) == 1, "the same paper pushed aside is not taken again"

    camera.picture = seen(2)
    desk.until(lambda: len(desk.pages(MATERIAL)) == 2)
    shown(desk, "4-second")

    camera.stall()
    desk.until(lambda: "停住了" in step.live_absence)
    shown(desk, "5-stalled")
    camera.go_on()
    desk.until(lambda: step.live_absence == "")

    camera.switch_off()
    desk.until(lambda: "没有画面" in step.live_absence)
    shown(desk, "6-unplugged")
    assert len(desk.pages(MATERIAL)) == 2, "what was taken is kept"
    camera.switch_on()
    desk.until(lambda: step.live_absence == "")
    shown(desk, "7-back")
