"""What a USB camera's driver says it lets be set, asked as the kernel's header has it."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pytest

from station.devices.camera import Controls, Span
from station.devices.v4l2 import EXPOSURE, FOCUS, controls_of


class Control(ctypes.Structure):
    """struct v4l2_queryctrl, written down from linux/videodev2.h once more."""

    _fields_ = [
        ("id", ctypes.c_uint32),
        ("type", ctypes.c_uint32),
        ("name", ctypes.c_uint8 * 32),
        ("minimum", ctypes.c_int32),
        ("maximum", ctypes.c_int32),
        ("step", ctypes.c_int32),
        ("default", ctypes.c_int32),
        ("flags", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32 * 2),
    ]


class FrameSize(ctypes.Structure):
    """struct v4l2_frmsizeenum; the union of sizes as six numbers."""

    _fields_ = [
        ("index", ctypes.c_uint32),
        ("pixel_format", ctypes.c_uint32),
        ("type", ctypes.c_uint32),
        ("size", ctypes.c_uint32 * 6),
        ("reserved", ctypes.c_uint32 * 2),
    ]


def request(letter: str, number: int, size: int) -> int:
    """_IOWR of asm-generic/ioctl.h."""
    return 3 << 30 | size << 16 | ord(letter) << 8 | number


class Driver:
    """A driver with these sizes (or one stepwise range) and these controls."""

    def __init__(
        self,
        sizes: list[tuple[int, int]],
        controls: dict[int, tuple[int, int, int, int]],
        stepwise: tuple[int, ...] = (),
    ) -> None:
        self.sizes, self.controls, self.stepwise = sizes, controls, stepwise

    def ioctl(self, _: int, asked: int, data: bytearray) -> int:
        if asked == request("V", 36, ctypes.sizeof(Control)):
            control = Control.from_buffer(data)
            if control.id not in self.controls:
                raise OSError(22, "Invalid argument")
            low, high, step, flags = self.controls[control.id]
            control.minimum, control.maximum, control.step, control.flags = low, high, step, flags
            return 0
        assert asked == request("V", 74, ctypes.sizeof(FrameSize))
        frame = FrameSize.from_buffer(data)
        assert frame.pixel_format.to_bytes(4, "little") == b"MJPG"
        if self.stepwise:
            frame.type = 3
            frame.size[:] = self.stepwise
            return 0
        if frame.index >= len(self.sizes):
            raise OSError(22, "Invalid argument")
        frame.type = 1
        frame.size[0], frame.size[1] = self.sizes[frame.index]
        return 0


@pytest.fixture
def node(tmp_path: Path) -> str:
    (tmp_path / "video0").touch()
    return str(tmp_path / "video0")


def test_sizes_focus_and_exposure_are_told_as_the_driver_has_them(node: str) -> None:
    driver = Driver(
        [(4208, 3120), (1280, 720), (1920, 1080)],
        {FOCUS: (0, 250, 5, 0), EXPOSURE: (3, 2047, 0, 0)},
    )
    assert controls_of(node, driver.ioctl) == Controls(
        live=((1280, 720), (1920, 1080)),
        still=((1280, 720), (1920, 1080), (4208, 3120)),
        focus=Span(0, 250, 5),
        exposure=Span(3, 2047, 1),
    )


def test_what_a_camera_lacks_or_has_switched_off_is_not_offered(node: str) -> None:
    driver = Driver([(1280, 720)], {EXPOSURE: (3, 2047, 1, 0x0001)})
    offered = controls_of(node, driver.ioctl)
    assert (offered.focus, offered.exposure) == (None, None)


def test_of_a_range_of_sizes_the_usual_ones_are_offered(node: str) -> None:
    driver = Driver([], {}, stepwise=(640, 3264, 16, 480, 2448, 16))
    assert controls_of(node, driver.ioctl).still == (
        (1280, 720),
        (1920, 1080),
        (2592, 1944),
        (3264, 2448),
    )


def test_a_camera_that_cannot_be_asked_offers_nothing(node: str, tmp_path: Path) -> None:
    assert controls_of(str(tmp_path / "video7")) == Controls()
    assert controls_of(node) == Controls(), "a file is no camera: the kernel itself says so"
