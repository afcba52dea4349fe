"""What every document camera keeps to, whatever it is made of."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from station.devices import jpeg
from station.devices.camera import (
    CameraError,
    CameraSilent,
    CameraUnplugged,
    DocumentCamera,
    Frame,
)
from station.devices.camera_folder import FolderCamera
from station.devices.camera_mjpeg import MjpegCamera
from station.devices.camera_opencv import OpenCvCamera
from station.devices.camera_portrait import SimulatedPortraitCamera
from station.devices.camera_simulated import SimulatedCamera
from station.devices.camera_turned import TurnedCamera
from tests.helpers.mjpeg_camera import MjpegCameraPeer
from tests.helpers.rtsp_camera import RtspCameraPeer

SILENCE = 1.0


@dataclass
class Desk:
    """A camera, and the hand that pulls its plug; makes it stand still, and lays something else
    before it, where it can."""

    camera: DocumentCamera
    unplug: Callable[[], None]
    replug: Callable[[], None]
    stall: Callable[[], None] | None = None
    go_on: Callable[[], None] | None = None
    darken: Callable[[], None] | None = None

    def lose(self, call: Callable[[], object]) -> CameraError:
        """Calls until the camera says that it is gone; pictures under way may still arrive."""
        for _ in range(400):
            try:
                call()
            except CameraError as error:
                return error
        raise AssertionError("the lost camera went on giving pictures")


def picture(width: int = 640, height: int = 480) -> bytes:
    """A JPEG of a bright sheet on a dark ground."""
    pixels = np.full((height, width, 3), (60, 80, 60), np.uint8)
    pixels[height // 6 : height * 5 // 6, width // 4 : width * 3 // 4] = 250
    return cv2.imencode(".jpg", pixels)[1].tobytes()


def simulated_desk(_: Path) -> Iterator[Desk]:
    camera = SimulatedCamera(fps=0.0, live=(640, 480), sensor=(1280, 960))

    def unplug() -> None:
        camera.plugged_in = False

    def replug() -> None:
        camera.plugged_in = True

    def stand(still: bool) -> Callable[[], None]:
        return lambda: setattr(camera, "stalled", still)

    yield Desk(camera, unplug, replug, stand(True), stand(False))


def portrait_desk(_: Path) -> Iterator[Desk]:
    camera = SimulatedPortraitCamera(fps=0.0)

    def unplug() -> None:
        camera.plugged_in = False

    def replug() -> None:
        camera.plugged_in = True

    yield Desk(camera, unplug, replug)


def turned_desk(folder: Path) -> Iterator[Desk]:
    for desk in simulated_desk(folder):
        turned = TurnedCamera(desk.camera, 90)
        yield Desk(turned, desk.unplug, desk.replug, desk.stall, desk.go_on)


def folder_desk(folder: Path) -> Iterator[Desk]:
    photos, away = folder / "photos", folder / "away"
    photos.mkdir()
    (photos / "1.jpg").write_bytes(picture())
    (photos / "2.jpg").write_bytes(picture(800, 600))
    camera = FolderCamera(photos, fps=0.0)

    def unplug() -> None:
        photos.rename(away)

    def replug() -> None:
        away.rename(photos)

    yield Desk(camera, unplug, replug)


def network_desk(camera: DocumentCamera, peer: MjpegCameraPeer | RtspCameraPeer) -> Desk:
    dark = cv2.imencode(".jpg", np.full((480, 640, 3), 20, np.uint8))[1].tobytes()
    return Desk(
        camera, peer.switch_off, peer.switch_on, peer.stall, peer.go_on, lambda: peer.show(dark)
    )


def mjpeg_desk(_: Path) -> Iterator[Desk]:
    peer = MjpegCameraPeer(picture())
    yield network_desk(MjpegCamera(peer.url, silence=SILENCE), peer)
    peer.close()


def opencv_desk(_: Path) -> Iterator[Desk]:
    peer = MjpegCameraPeer(picture())
    yield network_desk(OpenCvCamera(peer.url, silence=SILENCE), peer)
    peer.close()


def rtsp_desk(folder: Path) -> Iterator[Desk]:
    """OpenCV's reader with a camera of others: GStreamer's RTSP server."""
    peer = RtspCameraPeer(folder / "rtsp", picture())
    # a server that has just begun takes longer than a second to give its first picture
    yield network_desk(OpenCvCamera(peer.url, silence=3.0), peer)
    peer.switch_off()


DESKS = [
    simulated_desk, portrait_desk, turned_desk, folder_desk, mjpeg_desk, opencv_desk, rtsp_desk,
]  # fmt: skip
THAT_STAND_STILL = [simulated_desk, turned_desk, mjpeg_desk, opencv_desk, rtsp_desk]
OF_THE_NETWORK = [mjpeg_desk, opencv_desk, rtsp_desk]


@pytest.fixture(params=DESKS)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    before = set(threading.enumerate())
    desks: Iterator[Desk] = request.param(tmp_path)
    made = next(desks)
    yield made
    made.camera.close()
    assert next(desks, None) is None
    assert set(threading.enumerate()) <= before, "a camera that was closed left a thread behind"


def test_every_frame_is_newer_than_the_one_before(desk: Desk) -> None:
    frames = [desk.camera.frame() for _ in range(4)]
    numbers = [frame.number for frame in frames]
    assert numbers == sorted(set(numbers))


def test_a_frame_can_be_had_as_pixels_whole_or_reduced(desk: Desk) -> None:
    frame = desk.camera.frame()
    whole, half = frame.bgr(), frame.bgr(2)
    assert whole.shape == (frame.height, frame.width, 3)
    assert half.shape == (frame.height // 2, frame.width // 2, 3)
    assert abs(float(whole.mean()) - float(half.mean())) < 3


def test_a_photograph_is_a_whole_jpeg_of_the_size_it_says(desk: Desk) -> None:
    photo = desk.camera.photograph()
    assert jpeg.is_whole(photo.jpeg)
    assert jpeg.size_of(photo.jpeg) == (photo.width, photo.height)
    pixels = cv2.imdecode(np.frombuffer(photo.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    assert photo.camera == desk.camera.name


def test_a_photograph_goes_in_between_two_frames(desk: Desk) -> None:
    first = desk.camera.frame()
    desk.camera.photograph()
    assert desk.camera.frame().number > first.number


def test_a_camera_is_ready_once_it_gave_a_picture(desk: Desk) -> None:
    assert not desk.camera.ready
    desk.camera.frame()
    assert desk.camera.ready


def test_a_lost_camera_says_so_and_simply_works_again_when_it_is_back(desk: Desk) -> None:
    desk.camera.frame()
    desk.unplug()
    error = desk.lose(desk.camera.frame)
    assert isinstance(error, CameraUnplugged)
    assert not desk.camera.ready
    assert isinstance(desk.lose(desk.camera.photograph), CameraUnplugged)
    desk.replug()
    assert frame_again(desk.camera).width > 0
    assert desk.camera.ready


@pytest.mark.parametrize("desk", THAT_STAND_STILL, indirect=True)
def test_a_camera_that_stands_still_says_so_and_goes_on_by_itself(desk: Desk) -> None:
    assert desk.stall is not None and desk.go_on is not None
    desk.camera.frame()
    desk.stall()
    began = time.monotonic()
    assert isinstance(desk.lose(desk.camera.frame), CameraSilent)
    assert time.monotonic() - began < 30, "nobody waits for good"
    assert not desk.camera.ready
    desk.go_on()
    assert frame_again(desk.camera).width > 0
    assert desk.camera.ready


@pytest.mark.parametrize("desk", OF_THE_NETWORK, indirect=True)
def test_what_a_slow_desk_is_shown_is_the_present_and_no_queue_of_the_past(desk: Desk) -> None:
    assert desk.darken is not None
    bright = float(desk.camera.frame().bgr().mean())
    time.sleep(0.8)  # pictures come that nobody fetches
    desk.darken()
    time.sleep(0.3)
    photo = desk.camera.photograph()
    pixels = cv2.imdecode(np.frombuffer(photo.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    assert float(pixels.mean()) < bright / 2
    assert float(desk.camera.frame().bgr().mean()) < bright / 2


def test_a_closed_camera_may_be_closed_again_and_opens_by_itself(desk: Desk) -> None:
    before = desk.camera.frame()
    desk.camera.close()
    desk.camera.close()
    assert not desk.camera.ready
    assert desk.camera.frame().number > before.number


def test_a_camera_offers_only_what_can_be_set_at_it(desk: Desk) -> None:
    offered = desk.camera.controls()
    for sizes in (offered.live, offered.still):
        areas = [width * height for width, height in sizes]
        assert areas == sorted(set(areas)) and all(area > 0 for area in areas)
    for span in (offered.focus, offered.exposure):
        assert span is None or (span.low < span.high and span.step > 0)
    desk.unplug()
    desk.camera.controls()
    desk.replug()


def test_a_camera_has_a_name_for_the_person_at_the_desk(desk: Desk) -> None:
    assert desk.camera.name.strip()
    assert isinstance(desk.camera, DocumentCamera)


def frame_again(camera: DocumentCamera) -> Frame:
    """The first frame after the camera is back; the news of the loss may still be on its way."""
    for _ in range(20):
        try:
            return camera.frame()
        except (CameraUnplugged, CameraSilent):
            continue
    return camera.frame()
