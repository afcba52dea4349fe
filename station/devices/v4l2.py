"""What a USB camera on Linux lets be set, asked of its driver without taking a picture.

OpenCV sets sizes, focus and exposure, but cannot tell which there are. The requests and structures
are those of the kernel's ``linux/videodev2.h``. Proved on a stand-in for the driver made from the
same header (``tests/station/devices/test_v4l2.py``); no camera could be attached here.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress

from station.devices.camera import Controls, Size, Span

# linux/videodev2.h
_QUERYCTRL = 0xC0445624  # _IOWR('V', 36, struct v4l2_queryctrl)
_ENUM_FRAMESIZES = 0xC02C564A  # _IOWR('V', 74, struct v4l2_frmsizeenum)
_CONTROL = struct.Struct("=II32siiiiI8x")
_FRAME_SIZE = struct.Struct("=III6I8x")
_MJPG = int.from_bytes(b"MJPG", "little")
_DISCRETE = 1
_DISABLED = 0x0001
EXPOSURE, FOCUS = 0x009A0902, 0x009A090A  # V4L2_CID_EXPOSURE_ABSOLUTE, V4L2_CID_FOCUS_ABSOLUTE
_USUAL: tuple[Size, ...] = ((1280, 720), (1920, 1080), (2592, 1944), (3264, 2448), (4208, 3120))
_MOST_SIZES = 64
_LIVE_MOST = 1920 * 1440  # more cannot be shown live on a village PC

Ioctl = Callable[[int, int, bytearray], object]


def controls_of(node: str, ioctl: Ioctl | None = None) -> Controls:
    """What the camera at ``node`` (``/dev/video0``) offers; nothing when it cannot be asked."""
    if ioctl is None:
        from fcntl import ioctl as kernel

        ioctl = kernel
    try:
        device = os.open(node, os.O_RDWR | os.O_NONBLOCK)
    except OSError:
        return Controls()
    try:
        sizes = sorted(set(_sizes(device, ioctl)), key=lambda size: size[0] * size[1])
        live = tuple(size for size in sizes if size[0] * size[1] <= _LIVE_MOST)
        return Controls(
            live=live,
            still=tuple(sizes),
            focus=_span(device, FOCUS, ioctl),
            exposure=_span(device, EXPOSURE, ioctl),
        )
    finally:
        os.close(device)


def _sizes(device: int, ioctl: Ioctl) -> Iterator[Size]:
    """The sizes of its JPEG pictures, which is how it is asked to send them."""
    with suppress(OSError):  # there are no more
        for index in range(_MOST_SIZES):
            asked = bytearray(_FRAME_SIZE.pack(index, _MJPG, 0, *[0] * 6))
            ioctl(device, _ENUM_FRAMESIZES, asked)
            _, _, kind, width, second, *rest = _FRAME_SIZE.unpack(asked)
            if kind == _DISCRETE:
                yield width, second
            else:  # from width to second in steps, and so for the height
                low_height, high_height = rest[1], rest[2]
                for size in _USUAL:
                    if width <= size[0] <= second and low_height <= size[1] <= high_height:
                        yield size
                return


def _span(device: int, id: int, ioctl: Ioctl) -> Span | None:
    asked = bytearray(_CONTROL.pack(id, 0, b"", 0, 0, 0, 0, 0))
    try:
        ioctl(device, _QUERYCTRL, asked)
    except OSError:
        return None
    _, _, _, low, high, step, _, flags = _CONTROL.unpack(asked)
    if flags & _DISABLED or high <= low:
        return None
    return Span(float(low), float(high), float(max(step, 1)))
