"""From a file's bytes to pixels: what it is, how large, which way up, and whether it is whole.

The header is read before a pixel is unpacked, so a picture too large is refused without being
held in memory. The EXIF rotation is read here once and kept as a number: the pixels stay as
stored, and ``rectify`` folds the rotation into its one warp. Nothing here looks for a page.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from station.errors import InputError
from station.imaging.arrays import Floats, Pixels, as_pixels, shrunk

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile


cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
"""Errors only: what OpenCV warns of on standard error is said by the errors below."""

MEGAPIXELS_MOST: Final = 120
"""An A3 sheet at 600 dpi has 70, the largest phone cameras in use 108."""

_LEAST_SIDE: Final = 16
_LONGEST_SIDE: Final = 32_000  # beyond this the warp's 16-bit coordinates overflow


class PictureError(InputError):
    """A file that was given as a picture cannot be used as one."""


class PictureEmpty(PictureError):
    what = "{file} was not taken."
    cause = "The file is empty; its copying was probably cut short."
    remedy = "Copy or photograph it again."
    zh = ("{file} 没有收进来。", "这个文件是空的，多半是拷贝时中断了。", "请重新拷贝或重拍一张。")


class PictureIsPdf(PictureError):
    what = "{file} was not taken as a picture."
    cause = "It is a PDF document, whatever its name says."
    remedy = "Add it as a document, or print it and photograph the paper."
    zh = (
        "{file} 没有当作图片收进来。",
        "不管叫什么名字，它其实是一份 PDF 文件。",
        "请按文件添加，或者打印出来再拍照。",
    )


class PictureIsHeic(PictureError):
    what = "{file} was not taken."
    cause = "It is a HEIC picture, which some phones make and this program cannot read."
    remedy = "Set the phone's camera to “most compatible” (JPEG), or send the picture as JPEG."
    zh = (
        "{file} 没有收进来。",
        "这是部分手机拍的 HEIC 格式，本程序读不了。",
        "请在手机相机设置里选“兼容性最佳”（JPEG），或者转成 JPEG 再发。",
    )


class NotAPicture(PictureError):
    what = "{file} was not taken."
    cause = "It is not a picture (JPEG, PNG, TIFF, BMP or WebP)."
    remedy = "Choose a photo or a scan."
    zh = (
        "{file} 没有收进来。",
        "它不是图片（JPEG、PNG、TIFF、BMP 或 WebP）。",
        "请选照片或扫描件。",
    )


class PictureCutShort(PictureError):
    what = "{file} was not taken."
    cause = "The file ends in the middle of the picture; part of the page is missing."
    remedy = "Copy it again from the camera or phone, or take a new picture."
    zh = (
        "{file} 没有收进来。",
        "文件只有前半截，页面缺了一部分。",
        "请从相机或手机重新拷贝，或者重拍一张。",
    )


class PictureDamaged(PictureError):
    what = "{file} was not taken."
    cause = "The picture inside is damaged and cannot be unpacked."
    remedy = "Copy it again, or take a new picture."
    zh = ("{file} 没有收进来。", "里面的图像坏了，解不开。", "请重新拷贝，或者重拍一张。")


class PictureTooLarge(PictureError):
    what = "{file} was not taken."
    cause = "It has {width} × {height} pixels ({megapixels} megapixels); at most {most} are taken."
    remedy = "Scan at 300 dpi, or choose a smaller picture size in the camera."
    zh = (
        "{file} 没有收进来。",
        "它有 {width} × {height} 像素（{megapixels} 百万像素），最多收 {most} 百万。",
        "请用 300 dpi 扫描，或者把相机的照片尺寸调小。",
    )


class PictureTooSmall(PictureError):
    what = "{file} was not taken."
    cause = "It has only {width} × {height} pixels; nothing on it could be read."
    remedy = "Take the picture again, closer or with a better camera."
    zh = (
        "{file} 没有收进来。",
        "它只有 {width} × {height} 像素，上面的字看不清。",
        "请靠近些重拍，或者换一个好些的相机。",
    )


@dataclass(frozen=True, slots=True)
class Picture:
    """An unpacked picture, its pixels still as stored."""

    pixels: Pixels
    """H x W x 3, BGR, as stored in the file: EXIF rotation *not* applied."""
    orientation: int
    """EXIF 1..8."""
    dpi: float | None
    """What the file says, when that can be believed (a scan; phones write 72)."""
    pages: int = 1
    """Pictures in the file; only the first is unpacked."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height as a person sees it."""
        height, width = self.pixels.shape[:2]
        return (height, width) if self.orientation >= 5 else (width, height)

    @property
    def stored_from_upright(self) -> Floats:
        """3 x 3: from pixels as seen (x right, y down) to pixels as stored.

        Coordinates are those of pixel *corners*: the picture spans 0..width.
        """
        width, height = (float(v) for v in self.size)
        rows: dict[int, list[list[float]]] = {
            1: [[1, 0, 0], [0, 1, 0]],
            2: [[-1, 0, width], [0, 1, 0]],
            3: [[-1, 0, width], [0, -1, height]],
            4: [[1, 0, 0], [0, -1, height]],
            5: [[0, 1, 0], [1, 0, 0]],
            6: [[0, 1, 0], [-1, 0, width]],
            7: [[0, -1, height], [-1, 0, width]],
            8: [[0, -1, height], [1, 0, 0]],
        }
        return np.array([*rows[self.orientation], [0, 0, 1]], dtype=np.float64)

    def small(self, side: int) -> tuple[Pixels, float]:
        """A copy the right way up whose longest side is ``side``, and small / full size."""
        pixels = self.pixels
        factor = side / max(pixels.shape[:2])
        if factor >= 1:
            return upright(pixels, self.orientation), 1.0
        height, width = (max(1, round(side * factor)) for side in pixels.shape[:2])
        return upright(shrunk(pixels, width, height), self.orientation), factor


_FLIPPED: Final = {2, 5, 7}
_TURNS: Final = {
    3: cv2.ROTATE_180,
    5: cv2.ROTATE_90_COUNTERCLOCKWISE,
    6: cv2.ROTATE_90_CLOCKWISE,
    7: cv2.ROTATE_90_CLOCKWISE,
    8: cv2.ROTATE_90_COUNTERCLOCKWISE,
}


def upright(pixels: Pixels, orientation: int) -> Pixels:
    """``pixels`` as a person should see them."""
    if orientation in _FLIPPED:
        pixels = pixels[:, ::-1]
    if orientation == 4:
        pixels = pixels[::-1]
    pixels = np.ascontiguousarray(pixels)
    if orientation in _TURNS:
        return as_pixels(cv2.rotate(pixels, _TURNS[orientation]))
    return pixels


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A file known to be a picture of usable size; not yet unpacked."""

    data: bytes
    name: str
    kind: str
    width: int
    """As stored."""
    height: int
    orientation: int
    dpi: float | None
    pages: int
    page: int
    """Which of them this is, from 0."""
    header: ImageFile

    def glimpse(self, side: int) -> Pixels | None:
        """A small copy the right way up, its longest side at least ``side``, unpacked much faster
        than the whole; None for formats that cannot do that."""
        factor = max(self.width, self.height) / side
        scale = next((s for s in (8, 4, 2) if factor >= s), 1)
        if self.kind != "jpeg" or scale == 1 or not _has_end(self.data):
            return None
        flag = {
            8: cv2.IMREAD_REDUCED_COLOR_8,
            4: cv2.IMREAD_REDUCED_COLOR_4,
            2: cv2.IMREAD_REDUCED_COLOR_2,
        }[scale]
        pixels = _decoded(self.data, flag | cv2.IMREAD_IGNORE_ORIENTATION)
        return None if pixels is None else upright(pixels, self.orientation)

    def unpack(self) -> Picture:
        """All pixels. Raises ``PictureCutShort`` or ``PictureDamaged``."""
        return Picture(_unpacked(self), self.orientation, self.dpi, self.pages)


def open_picture(data: bytes, name: str = "picture") -> Picture:
    """Unpacks a picture.

    ``name`` is what errors call it. Raises a ``PictureError`` that says what is wrong.
    """
    return inspect(data, name).unpack()


def inspect(data: bytes, name: str = "picture", page: int = 0) -> PictureFile:
    """Reads the header only, of picture number ``page`` where a file holds several. Raises a
    ``PictureError`` for what is no picture or too large."""
    kind = _kind(data, name)
    header = _header(data, kind, name)
    pages = int(getattr(header, "n_frames", 1)) if kind in ("tiff", "webp") else 1
    if page:
        try:
            header.seek(page)
        except Exception as error:
            raise PictureDamaged(file=name) from error
    width, height = header.size
    if width * height > MEGAPIXELS_MOST * 1_000_000 or max(width, height) > _LONGEST_SIDE:
        raise PictureTooLarge(
            file=name,
            width=width,
            height=height,
            megapixels=round(width * height / 1e6),
            most=MEGAPIXELS_MOST,
        )
    if min(width, height) < _LEAST_SIDE:
        raise PictureTooSmall(file=name, width=width, height=height)
    return PictureFile(
        data=data,
        name=name,
        kind=kind,
        width=width,
        height=height,
        orientation=_orientation(header),
        dpi=_believable_dpi(header),
        pages=pages,
        page=page,
        header=header,
    )


def _kind(data: bytes, name: str) -> str:
    """The file's format by its first bytes; names lie."""
    if not data.strip(b"\0"):
        raise PictureEmpty(file=name)
    if b"%PDF-" in data[:1024]:
        raise PictureIsPdf(file=name)
    if data[4:8] == b"ftyp" and data[8:12] in (
        b"heic",
        b"heix",
        b"mif1",
        b"hevc",
        b"msf1",
        b"avif",
    ):
        raise PictureIsHeic(file=name)
    starts = {
        b"\xff\xd8\xff": "jpeg",
        b"\x89PNG\r\n\x1a\n": "png",
        b"II*\0": "tiff",
        b"MM\0*": "tiff",
        b"BM": "bmp",
    }
    for start, kind in starts.items():
        if data.startswith(start):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    raise NotAPicture(file=name)


def _header(data: bytes, kind: str, name: str) -> ImageFile:
    """The opened, not yet unpacked file.

    The format's own class is used instead of ``Image.open``, which would answer a large picture
    with a warning or an error of its own.
    """
    from PIL import (
        BmpImagePlugin,
        JpegImagePlugin,
        PngImagePlugin,
        TiffImagePlugin,
        WebPImagePlugin,
    )

    reader: Callable[[io.BytesIO], ImageFile] = {
        "jpeg": JpegImagePlugin.JpegImageFile,
        "png": PngImagePlugin.PngImageFile,
        "tiff": TiffImagePlugin.TiffImageFile,
        "bmp": BmpImagePlugin.BmpImageFile,
        "webp": WebPImagePlugin.WebPImageFile,
    }[kind]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd metadata is no reason to refuse a picture
            return reader(io.BytesIO(data))
    except Exception as error:
        if kind == "jpeg" and not _has_end(data):
            raise PictureCutShort(file=name) from error
        raise PictureDamaged(file=name) from error


def _decoded(data: bytes, flags: int) -> Pixels | None:
    """What OpenCV makes of it; None when it can make nothing."""
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error:
        return None
    return None if pixels is None else as_pixels(pixels)


def _unpacked(file: PictureFile) -> Pixels:
    if file.kind == "jpeg" and not _has_end(file.data):
        return _without_its_end(file)
    seen_through = "A" in file.header.getbands() or file.header.mode == "P"
    pixels = None
    if not seen_through and not file.page:
        pixels = _decoded(file.data, cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    if pixels is None and file.kind != "jpeg":
        pixels = _by_pillow(file)  # palettes, see-through pictures, old TIFFs, later pages
    if pixels is None or pixels.shape[:2] != (file.height, file.width):
        raise PictureDamaged(file=file.name)
    return pixels


def _without_its_end(file: PictureFile) -> Pixels:
    """A JPEG that lacks its end marker: a camera's slip, or half a file.

    Unpacked by Pillow, as OpenCV gives nothing for it and complains on standard error.
    """
    if file.header.info.get("progressive"):
        # its first pass alone shows the whole page, too coarsely to be read
        raise PictureCutShort(file=file.name)
    whole = replace(file, data=file.data + b"\xff\xd9")
    pixels = _by_pillow(replace(whole, header=_header(whole.data, "jpeg", file.name)))
    if pixels[-8:].std(axis=1).max() < 0.5:
        # Where the data ends the decoder repeats its last block to the bottom; a camera that
        # merely forgets the marker has a picture there.
        raise PictureCutShort(file=file.name)
    return pixels


def _by_pillow(file: PictureFile) -> Pixels:
    """Unpacked by Pillow; see-through parts as if the picture lay on white paper."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            seen = file.header.convert("RGBA")
    except Exception as error:
        short = isinstance(error, OSError) and "truncated" in str(error)
        raise (PictureCutShort if short else PictureDamaged)(file=file.name) from error
    ground = Image.new("RGBA", seen.size, "white")
    ground.alpha_composite(seen)
    return np.ascontiguousarray(np.asarray(ground.convert("RGB"))[..., ::-1])


def _has_end(data: bytes) -> bool:
    """Whether the JPEG's end marker stands behind its first scan.

    Coded data never holds FF D9, an EXIF thumbnail before the scan may.
    """
    place = 2
    while place + 4 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xDA:
            return data.find(b"\xff\xd9", place) >= 0
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return False


def _orientation(header: ImageFile) -> int:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = header.getexif().get(0x0112, 1)
    except Exception:  # noqa: BLE001 - a broken EXIF block must not cost the picture
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _believable_dpi(header: ImageFile) -> float | None:
    """The resolution on the paper: scanners write it, cameras write 72 or 96."""
    value = header.info.get("dpi")
    if not isinstance(value, tuple):
        return None
    try:
        x, y = float(value[0]), float(value[1])
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return x if 99 <= x <= 1300 and abs(x - y) < 1 else None
