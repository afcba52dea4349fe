"""USB cameras through OpenCV: what is asked of the driver, with a stand-in for the capture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from station.devices.camera import (
    CameraBusy,
    CameraDenied,
    CameraSilent,
    CameraUnplugged,
    PictureBroken,
)
from station.devices.camera_opencv import OpenCvCamera
from station.devices.choices import CameraSettings
from tests.helpers.mjpeg_camera import MjpegCameraPeer


class Driver:
    """What ``cv2.VideoCapture`` does with a camera whose sensor has 3264 x 2448 pixels."""

    made: list[Driver]
    opens = True
    largest = (3264, 2448)

    def __init__(self, address: str, api: int, *_: Any) -> None:
        self.address, self.api = address, api
        self.size = (640, 480)
        self.settings: dict[int, float] = {}
        self.grabbed = 0
        self.works = True
        self.raw = True
        Driver.made.append(self)

    def isOpened(self) -> bool:
        return Driver.opens

    def set(self, what: int, value: float) -> bool:
        self.settings[what] = value
        width, height = self.size
        if what == cv2.CAP_PROP_FRAME_WIDTH:
            width = min(int(value), Driver.largest[0])
        if what == cv2.CAP_PROP_FRAME_HEIGHT:
            height = min(int(value), Driver.largest[1])
        self.size = (width, height)
        return True

    def grab(self) -> bool:
        self.grabbed += 1
        return self.works

    def read(self) -> tuple[bool, Any]:
        if not self.works:
            return False, None
        pixels = np.full((self.size[1], self.size[0], 3), 128, np.uint8)
        if self.raw and self.settings.get(cv2.CAP_PROP_CONVERT_RGB) == 0:
            return True, cv2.imencode(".jpg", pixels)[1].reshape(1, -1)
        return True, pixels

    def release(self) -> None:
        self.works = False


@pytest.fixture
def device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    Driver.made, Driver.opens = [], True
    monkeypatch.setattr(cv2, "VideoCapture", Driver)
    # A path that begins with /dev/, exists and may be opened stands for the camera.
    yield "/dev/null"


def test_live_pictures_are_the_cameras_own_jpeg(device: str) -> None:
    camera = OpenCvCamera(device)
    frame = camera.frame()
    assert isinstance(frame.data, bytes)
    assert (frame.width, frame.height) == (1920, 1080)
    (driver,) = Driver.made
    assert driver.api == cv2.CAP_V4L2
    assert driver.settings[cv2.CAP_PROP_BUFFERSIZE] == 1
    assert driver.settings[cv2.CAP_PROP_FOURCC] == cv2.VideoWriter.fourcc(*"MJPG")


def test_a_photograph_uses_the_whole_sensor_after_the_exposure_has_settled(device: str) -> None:
    camera = OpenCvCamera(device)
    photo = camera.photograph()
    assert (photo.width, photo.height) == Driver.largest
    (driver,) = Driver.made
    assert driver.grabbed >= 3
    assert camera.frame().width == 1920, "the live view goes on at its own size"


def test_a_driver_that_only_gives_pixels_is_used_all_the_same(device: str) -> None:
    camera = OpenCvCamera(device)
    camera.frame()
    Driver.made[0].raw = False
    assert camera.frame().bgr().shape == (1080, 1920, 3)
    assert camera.photograph().width == Driver.largest[0]


def test_a_jpeg_cut_off_on_the_way_is_a_broken_picture(
    device: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera = OpenCvCamera(device)
    camera.frame()
    half = np.frombuffer(b"\xff\xd8\xff\xe0half a picture", np.uint8)
    monkeypatch.setattr(Driver.made[0], "read", lambda: (True, half))
    with pytest.raises(PictureBroken):
        camera.frame()


def test_a_camera_lost_in_the_middle_is_opened_anew_at_the_next_call(device: str) -> None:
    camera = OpenCvCamera(device)
    camera.frame()
    Driver.made[0].works = False
    with pytest.raises(CameraUnplugged):
        camera.photograph()
    assert camera.frame().width == 1920
    assert len(Driver.made) == 2


def test_a_camera_that_is_there_and_does_not_open_is_in_use(device: str) -> None:
    Driver.opens = False
    with pytest.raises(CameraBusy):
        OpenCvCamera(device).frame()


def test_a_camera_that_this_user_may_not_open_is_told(
    device: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(CameraDenied) as told:
        OpenCvCamera(device).frame()
    assert device in told.value.sentence("zh")


def test_a_device_that_is_not_there_is_unplugged(device: str) -> None:
    with pytest.raises(CameraUnplugged):
        OpenCvCamera("/dev/video-of-nobody").frame()
    assert Driver.made == []


def test_a_stream_that_stands_still_is_told_and_opened_anew() -> None:
    pixels = np.zeros((48, 64, 3), np.uint8)
    peer = MjpegCameraPeer(cv2.imencode(".jpg", pixels)[1].tobytes())
    camera = OpenCvCamera(peer.url, silence=0.5)
    camera.frame()
    peer.stall()
    with pytest.raises(CameraSilent):
        for _ in range(400):
            camera.frame()
    peer.go_on()
    assert camera.frame().width == 64
    camera.close()
    peer.close()


def test_focus_and_exposure_are_the_cameras_own_unless_the_desk_says_how(device: str) -> None:
    OpenCvCamera(device).frame()
    own = Driver.made[-1].settings
    assert own[cv2.CAP_PROP_AUTOFOCUS] == 1
    assert own[cv2.CAP_PROP_AUTO_EXPOSURE] == 3  # V4L2: by the camera
    assert cv2.CAP_PROP_FOCUS not in own and cv2.CAP_PROP_EXPOSURE not in own

    set_by_hand = CameraSettings(live=(1280, 960), still=(1600, 1200), focus=40, exposure=-6)
    camera = OpenCvCamera(device, settings=set_by_hand)
    assert (camera.frame().width, camera.frame().height) == (1280, 960)
    given = Driver.made[-1].settings
    assert given[cv2.CAP_PROP_AUTOFOCUS] == 0
    assert given[cv2.CAP_PROP_FOCUS] == 40
    assert given[cv2.CAP_PROP_AUTO_EXPOSURE] == 1  # by hand
    assert given[cv2.CAP_PROP_EXPOSURE] == -6
    assert camera.photograph().width == 1600
