"""A folder of photographs as a camera: for demonstrations, for training, and for who photographs
with a telephone and copies the pictures over.

The live picture is the photograph whose turn it is; photographing hands over that file, its bytes
unchanged, and turns to the next. After the last comes the first again.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from station.devices import jpeg
from station.devices.camera import CameraError, CameraUnplugged, Controls, Frame, Photo

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp"})
_MOST_PIXELS = 120_000_000
_MOST_BYTES = 256 * 1024 * 1024


class FolderEmpty(CameraError):
    what = "There is no photograph in {where}."
    cause = "The folder holds no picture file (JPEG, PNG, TIFF, BMP, WebP)."
    remedy = "Put photographs into the folder, or choose another one."
    zh = (
        "{where} 里没有照片。",
        "文件夹里没有图片文件（JPEG、PNG、TIFF、BMP、WebP）。",
        "请把照片放进去，或者换一个文件夹。",
    )


class PhotoUnusable(CameraError):
    what = "The photograph {file} was left out."
    cause = "{reason}"
    remedy = "Take it again, or remove the file; the next photograph follows."
    zh = ("照片 {file} 没有采用。", "{reason_zh}", "请重拍，或者删掉这个文件；接着是下一张。")


class FolderCamera:
    """``folder`` is looked at anew at every turn; ``fps`` 0 gives live pictures without waiting."""

    def __init__(self, folder: Path, *, fps: float = 10.0) -> None:
        self._folder = folder
        self._pause = 1.0 / fps if fps else 0.0
        self._turn = 0
        self._number = 0
        self._shown: tuple[Path, Frame] | None = None
        self._ready = False

    @property
    def name(self) -> str:
        return f"照片文件夹（{self._folder.name}）"

    @property
    def ready(self) -> bool:
        return self._ready

    def frame(self) -> Frame:
        if self._pause:
            time.sleep(self._pause)
        path = self._current()
        if self._shown is None or self._shown[0] != path:
            self._shown = path, Frame.of_jpeg(0, self._load(path))
        self._number += 1
        self._ready = True
        return replace(self._shown[1], number=self._number)

    def photograph(self) -> Photo:
        path = self._current()
        self._turn += 1
        data = self._load(path)
        self._ready = True
        return Photo(data, *jpeg.size_of(data), self.name)

    def controls(self) -> Controls:
        return Controls()

    def close(self) -> None:
        self._shown = None
        self._ready = False

    def _current(self) -> Path:
        self._ready = False
        try:
            found = sorted(
                path
                for path in self._folder.iterdir()
                if path.suffix.lower() in PICTURES and path.is_file()
            )
        except OSError:
            raise CameraUnplugged(name=self.name) from None
        if not found:
            raise FolderEmpty(where=self._folder)
        return found[self._turn % len(found)]

    def _load(self, path: Path) -> bytes:
        """The file as JPEG: other formats are encoded, a JPEG is kept as it is."""
        try:
            if path.stat().st_size > _MOST_BYTES:
                raise _too_large(path)
            data = path.read_bytes()
        except OSError as error:
            raise _unusable(path, f"it cannot be read ({error.strerror})", "读不出来") from error
        if not data.startswith(b"\xff\xd8"):
            data = _as_jpeg(path, data)
        try:
            width, height = jpeg.size_of(data)
        except jpeg.NotJpeg as error:
            raise _unusable(path, "it is damaged", "文件已损坏") from error
        if width * height > _MOST_PIXELS:
            raise _too_large(path)
        return data


def _as_jpeg(path: Path, data: bytes) -> bytes:
    import io

    from PIL import Image

    encoded = io.BytesIO()
    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise _too_large(path)
            exif = picture.getexif().tobytes()
            picture.convert("RGB").save(encoded, "JPEG", quality=95, exif=exif)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(path) from error
    except (OSError, ValueError, SyntaxError) as error:
        raise _unusable(
            path, "it is no picture, or a damaged one", "不是图片，或者已损坏"
        ) from error
    return encoded.getvalue()


def _unusable(path: Path, reason: str, reason_zh: str) -> PhotoUnusable:
    return PhotoUnusable(
        file=path.name, reason=reason[0].upper() + reason[1:] + ".", reason_zh=reason_zh + "。"
    )


def _too_large(path: Path) -> PhotoUnusable:
    megapixels = _MOST_PIXELS // 1_000_000
    return _unusable(
        path, f"it has more than {megapixels} megapixels", f"超过了 {megapixels} 百万像素"
    )
