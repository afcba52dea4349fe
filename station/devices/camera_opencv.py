"""Cameras that OpenCV opens: USB cameras (V4L2 on Linux, DirectShow on Windows), RTSP, files.

No USB camera could be attached where this was written. Proved with real OpenCV on a stream over
HTTP and on GStreamer's RTSP server (``tests/contracts/test_cameras.py``: JPEG in RTP; H.264 was
tried by hand, alike but for a standstill, which OpenCV notices after three times ``silence``), and
on a stand-in for the capture object. The exchange with a V4L2 driver, and the login of a camera
over RTSP, were not.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from station.devices import jpeg
from station.devices.camera import (
    CameraBusy,
    CameraDenied,
    CameraError,
    CameraSilent,
    CameraUnplugged,
    Controls,
    Frame,
    Photo,
    PictureBroken,
)
from station.devices.choices import CameraSettings

if TYPE_CHECKING:
    from cv2 import VideoCapture

LIVE = (1920, 1080)
LARGEST = (8192, 8192)  # a driver takes the largest size it has that is not above this
_WARM_UP_PICTURES = 4  # after a change of size the exposure settles first
_AWAITED_FOR_A_PHOTO = 3
# FFmpeg looks at a stream for seconds before it shows the first picture, and keeps those seconds as
# a queue of the past. OpenCV hears of its options through this variable of the environment alone,
# and forgets its own choice of TCP when there is one.
_OPTIONS = "OPENCV_FFMPEG_CAPTURE_OPTIONS"
_AT_ONCE = "rtsp_transport;tcp|analyzeduration;300000|fflags;nobuffer"
_MILLISECONDS = 1000

# Opening sets process-wide state inside some drivers; two at once have been seen to hang.
_opening = threading.Lock()


class OpenCvCamera:
    """A camera by device path (``/dev/video0``), number (Windows) or address (``rtsp://…``).

    Live pictures come at ``live`` size; for a photograph a USB camera is switched to ``still``
    and back, which takes most of a second. Where the driver hands over the camera's own JPEG
    (V4L2 with MJPG), that is kept and never encoded again.
    """

    def __init__(
        self,
        address: str | int,
        *,
        name: str = "",
        live: tuple[int, int] = LIVE,
        still: tuple[int, int] | None = LARGEST,
        silence: float = 3.0,
        settings: CameraSettings | None = None,
    ) -> None:
        """``settings`` of the desk go before ``live`` and ``still``."""
        self._settings = settings or CameraSettings()
        self._address = address
        self._local = isinstance(address, int) or address.startswith("/dev/")
        self._name = name or f"摄像头（{address}）"
        self._live = self._settings.live or live
        self._still = (self._settings.still or still) if self._local else None
        self._silence = silence
        self._capture: VideoCapture | None = None
        self._number = 0
        self._ready = False

    @property
    def name(self) -> str:
        return self._name

    @property
    def ready(self) -> bool:
        return self._ready

    def frame(self) -> Frame:
        self._number += 1
        return self._read(self._number)

    def photograph(self) -> Photo:
        capture = self._opened()
        if self._still is None:
            if self._local:
                capture.grab()  # one picture may have waited in the driver since before the call
            return self._photo(self._read(0, awaited=_AWAITED_FOR_A_PHOTO))
        try:
            self._resize(capture, self._still)
            self._adjust(capture)  # some drivers begin anew with every size
            for _ in range(_WARM_UP_PICTURES):
                capture.grab()
            return self._photo(self._read(0))
        finally:
            if self._capture is not None:
                self._resize(self._capture, self._live)
                self._adjust(self._capture)

    def controls(self) -> Controls:
        """Of a camera at a device path. Windows has no question that OpenCV could pass on: there
        the driver's own window sets these."""
        if isinstance(self._address, int) or not self._local:
            return Controls()
        from station.devices.v4l2 import controls_of

        return controls_of(self._address)

    def close(self) -> None:
        capture, self._capture = self._capture, None
        self._ready = False
        if capture is not None:
            capture.release()

    def _photo(self, frame: Frame) -> Photo:
        return Photo(frame.jpeg(quality=95), frame.width, frame.height, self._name)

    def _read(self, number: int, awaited: int = 1) -> Frame:
        capture = self._opened()
        began = time.monotonic()
        done, picture = capture.read() if self._local else self._newest(capture, awaited)
        if not done or picture is None or picture.size == 0:
            self.close()  # OpenCV stays dead after a failure although it says it is open
            raise self._lost(time.monotonic() - began)
        self._ready = True
        if picture.ndim == 3:
            return Frame.of_pixels(number, picture)  # type: ignore[arg-type]
        data = picture.tobytes()  # the driver's own JPEG, as one row of bytes
        if not jpeg.is_whole(data):
            raise PictureBroken
        return Frame.of_jpeg(number, data)

    def _newest(self, capture: VideoCapture, awaited: int) -> tuple[bool, Any]:
        """The picture of this moment: what a network camera sent while nobody asked waits in a
        queue, and comes at once. A picture that had to be waited for is a new one; of so many in
        a row one at least had to be waited for because of the camera, not of a busy PC."""
        import cv2

        fps = capture.get(cv2.CAP_PROP_FPS)
        at_once = 0.25 / (fps if 1 <= fps <= 120 else 25)
        deadline = time.monotonic() + self._silence
        waited = 0
        while True:
            began = time.monotonic()
            if not capture.grab():
                return False, None
            now = time.monotonic()
            waited = waited + 1 if now - began > at_once else 0
            if waited >= awaited or now > deadline:
                return capture.retrieve()

    def _opened(self) -> VideoCapture:
        if self._capture is None:
            with _opening:
                self._capture = self._open()
        return self._capture

    def _open(self) -> VideoCapture:
        import cv2

        if self._local:
            if problem := self._hindrance():
                raise problem
            api = cv2.CAP_DSHOW if sys.platform == "win32" else cv2.CAP_V4L2
            capture = cv2.VideoCapture(self._address, api)
        else:
            limit = round(self._silence * _MILLISECONDS)
            timed = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, limit, cv2.CAP_PROP_READ_TIMEOUT_MSEC, limit]
            ours = os.environ.setdefault(_OPTIONS, _AT_ONCE) is _AT_ONCE
            try:
                capture = cv2.VideoCapture(str(self._address), cv2.CAP_FFMPEG, timed)
            finally:
                if ours:  # programs that are started later have nothing to do with it
                    del os.environ[_OPTIONS]
        if not capture.isOpened():
            capture.release()
            # A local device that is there and may be opened, and still is not: somebody has it.
            raise CameraBusy(name=self._name) if self._local else CameraUnplugged(name=self._name)
        if self._local:
            capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
            self._resize(capture, self._live)
            capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
            if sys.platform != "win32":
                capture.set(cv2.CAP_PROP_CONVERT_RGB, 0)
            self._adjust(capture)
        return capture

    def _adjust(self, capture: VideoCapture) -> None:
        """Focus and exposure: by hand where the desk says how, else the camera's own.

        A camera that lacks one of them ignores it. What switches exposure to automatic differs:
        V4L2 counts modes (1 by hand, 3 by the camera), DirectShow says a quarter or three.
        """
        import cv2

        by_hand, by_itself = (0.25, 0.75) if sys.platform == "win32" else (1.0, 3.0)
        focus, exposure = self._settings.focus, self._settings.exposure
        capture.set(cv2.CAP_PROP_AUTOFOCUS, 1.0 if focus is None else 0.0)
        if focus is not None:
            capture.set(cv2.CAP_PROP_FOCUS, focus)
        capture.set(cv2.CAP_PROP_AUTO_EXPOSURE, by_itself if exposure is None else by_hand)
        if exposure is not None:
            capture.set(cv2.CAP_PROP_EXPOSURE, exposure)

    def _hindrance(self) -> CameraError | None:
        if isinstance(self._address, int):
            return None
        device = Path(self._address)
        if not device.exists():
            return CameraUnplugged(name=self._name)
        if not os.access(device, os.R_OK | os.W_OK):
            return CameraDenied(name=self._name, where=self._address)
        return None

    def _lost(self, waited: float) -> CameraError:
        if waited >= 0.9 * self._silence:
            return CameraSilent(name=self._name, seconds=f"{max(waited, self._silence):.0f}")
        return CameraUnplugged(name=self._name)

    def _resize(self, capture: VideoCapture, size: tuple[int, int]) -> None:
        import cv2

        capture.set(cv2.CAP_PROP_FRAME_WIDTH, size[0])
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, size[1])
