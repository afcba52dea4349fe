"""Document cameras (高拍仪): what every one of them must do, and what can go wrong with one.

Backends lie beside this module (``camera_*.py``); the registry makes them. Nothing here finds a
paper in a picture: that is ``station/imaging``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast, runtime_checkable

from station.devices import jpeg
from station.errors import DeviceError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

Reduction = Literal[1, 2, 4, 8]
QuarterTurn = Literal[0, 90, 180, 270]


class CameraError(DeviceError):
    """A document camera gave no picture."""


class CameraUnplugged(CameraError):
    what = "The camera {name} gives no picture."
    cause = "It is unplugged or switched off."
    remedy = "Check its cable; the picture comes back by itself. Pages already taken are kept."
    zh = (
        "{name}没有画面。",
        "它没有插好，或者没有开。",
        "请检查它的线，接好后画面会自己回来；已经拍的都还在。",
    )


class CameraBusy(CameraError):
    what = "The camera {name} gives no picture."
    cause = "Another program is using it."
    remedy = "Close the other program (a video call, the maker's own software)."
    zh = (
        "{name}没有画面。",
        "另一个程序正在用它。",
        "请关掉那个程序（视频通话，或者厂家自带的软件）。",
    )


class CameraSilent(CameraError):
    what = "The picture of {name} stands still."
    cause = "The camera is connected but has sent nothing for {seconds} seconds."
    remedy = "Unplug it, wait a moment, plug it in again. Pages already taken are kept."
    zh = (
        "{name}的画面停住了。",
        "它还连着，但 {seconds} 秒没有送来画面。",
        "请拔下来，等一会儿再插上；已经拍的都还在。",
    )


class CameraDenied(CameraError):
    what = "The camera {name} cannot be opened."
    cause = "This user may not use {where}."
    remedy = "Have the administrator install the device rules of this program, then sign in again."
    zh = (
        "{name}打不开。",
        "当前用户没有权限用 {where}。",
        "请让管理员装上本程序的设备规则，再重新登录。",
    )


class CameraAddressWrong(CameraError):
    what = "No camera answers at {where}."
    cause = "What answers there is not a live picture ({reason})."
    remedy = "Check the camera's address in the settings."
    zh = (
        "{where} 那里没有摄像头。",
        "那里答话的不是实时画面（{reason}）。",
        "请在设置里核对摄像头的地址。",
    )


class PictureBroken(CameraError):
    what = "The camera sent a damaged picture."
    cause = "A part of it was lost on the way."
    remedy = "Photograph again; if it happens often, try another cable or port."
    zh = (
        "摄像头送来的画面是坏的。",
        "路上丢了一部分。",
        "请再拍一次；常这样的话，换一根线或换一个口。",
    )


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One live picture, kept as the camera gave it until somebody asks for pixels.

    ``number`` rises from picture to picture; a gap means that pictures came which nobody fetched.
    ``width`` and ``height`` are those of the upright picture. ``data`` is a whole JPEG file or
    BGR pixels (height x width x 3, uint8) that have yet to be turned clockwise by ``turned``.
    """

    number: int
    width: int
    height: int
    data: bytes | Pixels
    turned: QuarterTurn = 0

    @classmethod
    def of_jpeg(cls, number: int, data: bytes) -> Frame:
        """A frame of a JPEG file, whose Exif orientation is followed; ``jpeg.NotJpeg`` if none."""
        return _upright(number, data, *jpeg.size_of(data), jpeg.turn_of(data))

    @classmethod
    def of_pixels(cls, number: int, bgr: Pixels) -> Frame:
        """A frame of BGR pixels (height x width x 3)."""
        return _upright(number, bgr, bgr.shape[1], bgr.shape[0], 0)

    def turn(self, clockwise: QuarterTurn) -> Frame:
        """The same picture, turned further."""
        stored = (self.height, self.width) if self.turned % 180 else (self.width, self.height)
        return _upright(self.number, self.data, *stored, self.turned + clockwise)

    def bgr(self, reduce: Reduction = 1) -> Pixels:
        """The upright pixels, each side divided by ``reduce``.

        A JPEG is decoded at the reduced size, which costs a third of decoding it whole: that is
        how a 4K camera is shown live. The array must not be written to. ``PictureBroken``.
        """
        import cv2
        import numpy as np

        pixels: Any = self.data
        if isinstance(self.data, bytes):
            mode = {
                1: cv2.IMREAD_COLOR,
                2: cv2.IMREAD_REDUCED_COLOR_2,
                4: cv2.IMREAD_REDUCED_COLOR_4,
                8: cv2.IMREAD_REDUCED_COLOR_8,
            }[reduce]
            encoded = np.frombuffer(self.data, np.uint8)
            pixels = cv2.imdecode(encoded, mode | cv2.IMREAD_IGNORE_ORIENTATION)
            if pixels is None:
                raise PictureBroken
        elif reduce > 1:
            height, width = self.data.shape[:2]
            size = (width // reduce, height // reduce)
            pixels = cv2.resize(self.data, size, interpolation=cv2.INTER_AREA)
        if self.turned:
            turns = {
                90: cv2.ROTATE_90_CLOCKWISE,
                180: cv2.ROTATE_180,
                270: cv2.ROTATE_90_COUNTERCLOCKWISE,
            }
            pixels = cv2.rotate(pixels, turns[self.turned])
        return pixels  # type: ignore[no-any-return]

    def jpeg(self, quality: int = 92) -> bytes:
        """The stored picture as a JPEG file, not turned: the camera's own bytes if it gave some."""
        if isinstance(self.data, bytes):
            return self.data
        import cv2

        _, encoded = cv2.imencode(".jpg", self.data, [cv2.IMWRITE_JPEG_QUALITY, quality])
        return encoded.tobytes()


def _upright(
    number: int, data: bytes | Pixels, stored_width: int, stored_height: int, clockwise: int
) -> Frame:
    turned = cast(QuarterTurn, clockwise % 360)
    if turned % 180:
        stored_width, stored_height = stored_height, stored_width
    return Frame(number, stored_width, stored_height, data, turned)


@dataclass(frozen=True, slots=True)
class Photo:
    """One photograph at the camera's full resolution: evidence, so its bytes are never changed.

    ``width`` and ``height`` are those of the stored pixels, before an EXIF rotation. ``dpi`` is
    known only where the camera stands at a fixed height over its mat.
    """

    jpeg: bytes
    width: int
    height: int
    camera: str
    dpi: float | None = None


Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Span:
    """From ``low`` to ``high`` in steps, in the driver's own units."""

    low: float
    high: float
    step: float


@dataclass(frozen=True, slots=True)
class Controls:
    """What can be set at a camera: sizes in pixels (rising) of live pictures and of photographs,
    focus, exposure. Empty or None: the camera does not offer it."""

    live: tuple[Size, ...] = ()
    still: tuple[Size, ...] = ()
    focus: Span | None = None
    exposure: Span | None = None

    def as_json(self) -> dict[str, Any]:
        """What is offered, and nothing else."""
        offered: dict[str, Any] = {}
        for name in ("live", "still"):
            if sizes := getattr(self, name):
                offered[name] = [list(size) for size in sizes]
        for name in ("focus", "exposure"):
            if (span := getattr(self, name)) is not None:
                offered[name] = {"low": span.low, "high": span.high, "step": span.step}
        return offered


@runtime_checkable
class DocumentCamera(Protocol):
    """What every camera does; ``tests/contracts/test_cameras.py`` holds each backend to it.

    Calls come from this device's own lane (``lane.py``), never two at once. The first ``frame``
    or ``photograph`` opens the device. After a failure, and after ``close``, the next call opens
    it anew: a camera that was unplugged and comes back simply works again.
    """

    @property
    def name(self) -> str:
        """What the person at the desk calls it."""

    @property
    def ready(self) -> bool:
        """Whether the last thing it did was to give a picture. Asks the device nothing."""

    def frame(self) -> Frame:
        """The newest live picture; waits for one that is newer than the last one returned.

        Raises ``CameraUnplugged``, ``CameraBusy``, ``CameraDenied``, ``CameraSilent``,
        ``CameraAddressWrong``: within seconds, never blocking for good.
        """

    def photograph(self) -> Photo:
        """One picture at full resolution, exposed after the call. Raises as ``frame`` does."""

    def controls(self) -> Controls:
        """What can be set at it; asked of its driver where there is one, never of the network.
        Raises nothing: a camera that cannot be asked offers nothing."""

    def close(self) -> None:
        """Lets go of the device; may be called twice."""
