"""What every document camera keeps to, whatever it is made of."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from station.devices import jpeg
from station.devices.camera import CameraError, CameraUnplugged, DocumentCamera, Frame
from station.devices.camera_folder import FolderCamera
from station.devices.camera_mjpeg import MjpegCamera
from station.devices.camera_opencv import OpenCvCamera
from station.devices.camera_portrait import SimulatedPortraitCamera
from station.devices.camera_simulated import SimulatedCamera
from station.devices.camera_turned import TurnedCamera
from tests.helpers.mjpeg_camera import MjpegCameraPeer


@dataclass
class Desk:
    """A camera, and the hand that pulls its plug."""

    camera: DocumentCamera
    unplug: Callable[[], None]
    replug: Callable[[], None]

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

    yield Desk(camera, unplug, replug)


def portrait_desk(_: Path) -> Iterator[Desk]:
    camera = SimulatedPortraitCamera(fps=0.0)

    def unplug() -> None:
        camera.plugged_in = False

    def replug() -> None:
        camera.plugged_in = True

    yield Desk(camera, unplug, replug)


def turned_desk(folder: Path) -> Iterator[Desk]:
    for desk in simulated_desk(folder):
        yield Desk(TurnedCamera(desk.camera, 90), desk.unplug, desk.replug)


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


def mjpeg_desk(_: Path) -> Iterator[Desk]:
    peer = MjpegCameraPeer(picture())
    yield Desk(MjpegCamera(peer.url), peer.switch_off, peer.switch_on)
    peer.close()


def opencv_desk(_: Path) -> Iterator[Desk]:
    peer = MjpegCameraPeer(picture())
    yield Desk(OpenCvCamera(peer.url), peer.switch_off, peer.switch_on)
    peer.close()


@pytest.fixture(
    params=[simulated_desk, portrait_desk, turned_desk, folder_desk, mjpeg_desk, opencv_desk]
)
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


def test_a_closed_camera_may_be_closed_again_and_opens_by_itself(desk: Desk) -> None:
    before = desk.camera.frame()
    desk.camera.close()
    desk.camera.close()
    assert not desk.camera.ready
    assert desk.camera.frame().number > before.number


def test_a_camera_has_a_name_for_the_person_at_the_desk(desk: Desk) -> None:
    assert desk.camera.name.strip()
    assert isinstance(desk.camera, DocumentCamera)


def frame_again(camera: DocumentCamera) -> Frame:
    """The first frame after the camera is back; the news of the loss may still be on its way."""
    for _ in range(20):
        try:
            return camera.frame()
        except CameraUnplugged:
            continue
    return camera.frame()
