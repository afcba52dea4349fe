"""What a desk remembers of its devices."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from station.devices.camera import DocumentCamera
from station.devices.camera_opencv import OpenCvCamera
from station.devices.camera_turned import TurnedCamera
from station.devices.choices import CameraSettings, CameraUse, DeskChoices
from station.devices.lane import DeviceLane
from station.devices.presence import DeviceKind, Present
from station.devices.registry import (
    AddressUnknown,
    DeviceNotChosen,
    Registry,
    id_of_address,
    open_camera,
)
from tests.helpers.mjpeg_camera import MjpegCameraPeer


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "devices.json"


def test_how_a_camera_is_set_is_remembered_over_a_restart(file: Path) -> None:
    wanted = CameraSettings(live=(1280, 960), still=(4208, 3120), focus=40, exposure=-5, turned=180)
    DeskChoices(file).set_camera("uvc:/dev/video0", wanted)
    again = DeskChoices(file)
    assert again.camera("uvc:/dev/video0") == wanted
    assert again.camera("uvc:/dev/video1") == CameraSettings()


def test_settings_that_mean_nothing_count_as_none(file: Path) -> None:
    DeskChoices(file).add_address("mjpeg:http://192.168.1.64/video")
    for spoiled in ('{"turned": 45}', '{"live": [1, 2]}', '{"focus": "near"}'):
        text = file.read_text("utf-8").replace('"cameras": {}', f'"cameras": {{"x": {spoiled}}}')
        other = file.with_name("spoiled.json")
        other.write_text(text, "utf-8")
        assert DeskChoices(other).camera("x") == CameraSettings()


def test_a_camera_is_turned_a_quarter_at_a_time_and_comes_back() -> None:
    settings = CameraSettings()
    seen = []
    for _ in range(4):
        settings = settings.turned_once_more()
        seen.append(settings.turned)
    assert seen == [90, 180, 270, 0]


def test_what_a_desk_chose_reaches_the_backend(file: Path) -> None:
    choices = DeskChoices(file)
    registry = Registry([], choices=choices)
    id = "uvc:/dev/video0"
    assert isinstance(registry.camera(id), OpenCvCamera)
    registry.set_camera(id, CameraSettings(turned=90))
    assert isinstance(registry.camera(id, "柜台"), TurnedCamera)
    assert registry.camera(id, "柜台").name == "柜台"


def test_a_portrait_camera_is_only_used_when_it_was_chosen(file: Path) -> None:
    choices = DeskChoices(file)
    page, face = "mjpeg:http://127.0.0.1:1/a", "mjpeg:http://127.0.0.1:1/b"
    choices.add_address(page)
    choices.add_address(face)
    registry = Registry([], choices=choices)
    assert registry.chosen(CameraUse.PORTRAIT) is None
    with pytest.raises(DeviceNotChosen, match="portrait camera"):
        registry.camera(use=CameraUse.PORTRAIT)
    registry.choose(Present(DeviceKind.CAMERA, face, "人像"), CameraUse.PORTRAIT)
    registry.choose(Present(DeviceKind.CAMERA, page, "高拍仪"))
    again = Registry([], choices=DeskChoices(file))
    chosen = again.chosen(CameraUse.PAGE), again.chosen(CameraUse.PORTRAIT)
    assert [device.id if device else "" for device in chosen] == [page, face]


def test_two_cameras_work_at_once_and_one_that_stalls_does_not_hold_the_other() -> None:
    def picture(grey: int) -> bytes:
        return cv2.imencode(".jpg", np.full((120, 160, 3), grey, np.uint8))[1].tobytes()

    page, face = MjpegCameraPeer(picture(40)), MjpegCameraPeer(picture(200))
    lanes = [
        DeviceLane[DocumentCamera](name, lambda url=peer.url: open_camera(f"mjpeg:{url}"))
        for name, peer in (("page", page), ("face", face))
    ]
    try:
        asked = [lane.ask(lambda camera: camera.photograph(), seconds=10) for lane in lanes]
        greys = [
            float(cv2.imdecode(np.frombuffer(one.result(10).jpeg, np.uint8), 0).mean())
            for one in asked
        ]
        assert greys == pytest.approx([40, 200], abs=3)
        page.stall()
        waiting = lanes[0].ask(lambda camera: camera.photograph())
        assert lanes[1].ask(lambda camera: camera.frame(), seconds=5).result(5).width == 160
        assert not waiting.done(), "the first one still waits for its picture"
        page.go_on()
        assert waiting.result(10).width == 160
    finally:
        for lane in lanes:
            lane.close()
        page.close()
        face.close()


@pytest.mark.parametrize(
    ("typed", "id"),
    [
        (" http://192.168.1.64/video ", "mjpeg:http://192.168.1.64/video"),
        ("http://192.168.1.50/eSCL/", "escl:http://192.168.1.50/eSCL/"),
        ("rtsp://user:secret@192.168.1.64/1", "rtsp://user:secret@192.168.1.64/1"),
        ("escl:http://192.168.1.50", "escl:http://192.168.1.50"),
        ("/dev/ttyUSB0", "serial:/dev/ttyUSB0"),
    ],
)
def test_an_address_is_understood_as_people_type_it(typed: str, id: str) -> None:
    assert id_of_address(typed) == id


def test_an_address_that_names_nothing_is_told() -> None:
    for typed in ("", "192.168.1.64", "ftp://x", "http://"):
        with pytest.raises(AddressUnknown):
            id_of_address(typed)
