"""Pages as JPEG files: a size budget kept, the true resolution written down, small views.

JPEG only: the page is evidence in colour. PDF assembly is the dossier's.
"""

from __future__ import annotations

from typing import Final

import cv2

from station.imaging.arrays import Pixels, shrunk

BEST_QUALITY: Final = 85
_STEPS: Final = (85, 75, 65, 55, 45)
"""Below 45 the strokes of small characters begin to fill."""


def jpeg(pixels: Pixels, *, dpi: float = 0.0, budget: int = 0) -> bytes:
    """A JPEG file (ITU-T T.81, JFIF) of ``pixels`` (BGR or grey).

    With a ``budget`` in bytes the quality is lowered until it fits, or to its lowest step: a page
    is never refused for its size.
    """
    data = b""
    for quality in _STEPS:
        done, buffer = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if not done:
            raise ValueError("these pixels cannot be written as JPEG")
        data = buffer.tobytes()
        if not budget or len(data) <= budget:
            break
    return _with_resolution(data, dpi) if dpi else data


def _with_resolution(data: bytes, dpi: float) -> bytes:
    """The same file with dots per inch in its JFIF header, so that it prints at its true size."""
    if data[2:4] != b"\xff\xe0" or data[6:11] != b"JFIF\0":
        return data
    density = min(65535, max(1, round(dpi))).to_bytes(2, "big")
    return data[:13] + b"\x01" + density + density + data[18:]


THUMBNAIL_SIDE: Final = 320


def thumbnail(pixels: Pixels, side: int = THUMBNAIL_SIDE) -> bytes:
    """A small JPEG whose longest side is ``side``."""
    factor = side / max(pixels.shape[:2])
    if factor < 1:
        height, width = (max(1, round(length * factor)) for length in pixels.shape[:2])
        pixels = shrunk(pixels, width, height)
    done, buffer = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 80])
    assert done
    return buffer.tobytes()
