"""A network camera that stalls, refuses, sends nonsense, or gives better stills."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from station.devices.camera import (
    CameraAddressWrong,
    CameraBusy,
    CameraError,
    CameraSilent,
    CameraUnplugged,
)
from station.devices.camera_mjpeg import MjpegCamera
from tests.helpers.mjpeg_camera import MjpegCameraPeer


def picture(width: int = 160, height: int = 120, grey: int = 90) -> bytes:
    pixels = np.full((height, width, 3), grey, np.uint8)
    return cv2.imencode(".jpg", pixels)[1].tobytes()


@pytest.fixture
def peer() -> Iterator[MjpegCameraPeer]:
    made = MjpegCameraPeer(picture())
    yield made
    made.close()


@pytest.fixture
def camera(peer: MjpegCameraPeer) -> Iterator[MjpegCamera]:
    made = MjpegCamera(peer.url, silence=0.3)
    yield made
    made.close()


def told(camera: MjpegCamera) -> CameraError:
    """The next thing the camera complains of; pictures under way may still arrive."""
    for _ in range(400):
        try:
            camera.frame()
        except CameraError as error:
            return error
    raise AssertionError("the camera went on")


def test_the_newest_picture_is_shown_and_older_ones_are_dropped(
    peer: MjpegCameraPeer, camera: MjpegCamera
) -> None:
    first = camera.frame()
    peer.picture = picture(grey=200)
    while int(camera.frame().bgr().mean()) < 150:
        pass
    assert camera.frame().number > first.number
    assert peer.connections == 1


def test_a_picture_that_stands_still_is_told_and_flows_again_by_itself(
    peer: MjpegCameraPeer, camera: MjpegCamera
) -> None:
    camera.frame()
    peer.stall()
    error = told(camera)
    assert isinstance(error, CameraSilent)
    assert "0.3 秒" in error.sentence("zh")
    peer.go_on()
    for _ in range(20):
        try:
            assert camera.frame().width == 160
            return
        except CameraError:
            continue
    raise AssertionError("it never came back")


def test_pictures_without_a_length_are_cut_at_the_boundary() -> None:
    peer = MjpegCameraPeer(picture(), with_length=False, boundary="--a camera's own idea")
    camera = MjpegCamera(peer.url)
    frames = [camera.frame() for _ in range(3)]
    assert {frame.data for frame in frames} == {peer.picture}
    camera.close()
    peer.close()


def test_a_damaged_picture_is_as_if_it_had_not_come(
    peer: MjpegCameraPeer, camera: MjpegCamera
) -> None:
    camera.frame()
    peer.picture = picture()[:-30]
    error = told(camera)
    assert isinstance(error, CameraSilent)
    peer.picture = picture(grey=10)
    assert camera.frame().data == peer.picture


def test_a_photograph_is_taken_from_the_place_for_stills(peer: MjpegCameraPeer) -> None:
    peer.still = picture(1600, 1200)
    camera = MjpegCamera(peer.url, still_url=peer.still_url)
    photo = camera.photograph()
    assert (photo.width, photo.height) == (1600, 1200)
    assert photo.jpeg == peer.still
    peer.still = b"<html>not now</html>"
    with pytest.raises(CameraAddressWrong):
        camera.photograph()
    camera.close()


def test_a_photograph_shows_what_lies_there_after_the_call(
    peer: MjpegCameraPeer, camera: MjpegCamera
) -> None:
    camera.frame()
    peer.picture = picture(grey=200)
    assert camera.photograph().jpeg == peer.picture


def test_user_and_secret_of_the_address_are_used_and_never_shown(peer: MjpegCameraPeer) -> None:
    peer.password = "任春河:p@ss"
    host = peer.url.removeprefix("http://")
    camera = MjpegCamera(f"http://%E4%BB%BB%E6%98%A5%E6%B2%B3:p%40ss@{host}")
    assert camera.frame().width == 160
    assert "p@ss" not in camera.name and "p%40ss" not in camera.name
    camera.close()
    stranger = MjpegCamera(peer.url)
    error = told(stranger)
    assert isinstance(error, CameraAddressWrong)
    assert "401" in error.sentence("en")
    stranger.close()


def test_a_camera_that_serves_somebody_else_is_busy(
    peer: MjpegCameraPeer, camera: MjpegCamera
) -> None:
    peer.status = 503
    assert isinstance(told(camera), CameraBusy)


def test_an_address_that_is_no_camera_is_told(peer: MjpegCameraPeer, camera: MjpegCamera) -> None:
    peer.content_type = "text/html"
    error = told(camera)
    assert isinstance(error, CameraAddressWrong)
    assert "text/html" in error.sentence("zh")


@pytest.mark.parametrize("address", ["rtsp://127.0.0.1/x", "http://", "http://host:port/x", "x"])
def test_what_is_no_http_address_is_told(address: str) -> None:
    camera = MjpegCamera(address)
    assert isinstance(told(camera), CameraAddressWrong)
    camera.close()


def test_closing_a_stalled_camera_does_not_wait_for_it(peer: MjpegCameraPeer) -> None:
    camera = MjpegCamera(peer.url, silence=60)
    camera.frame()
    peer.stall()
    camera.close()
    peer.go_on()
    assert camera.frame().width == 160
    camera.close()


def test_a_camera_that_is_off_is_told_within_its_time(peer: MjpegCameraPeer) -> None:
    peer.switch_off()
    camera = MjpegCamera(peer.url)
    with pytest.raises(CameraUnplugged):
        camera.frame()
    camera.close()
