"""Pages as JPEG files: a size budget kept, the true resolution written down, small views.

JPEG only: the page is evidence in colour. PDF assembly is the dossier's.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
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
        data = _packed(pixels, quality)
        if not budget or len(data) <= budget:
            break
    return _with_resolution(data, dpi) if dpi else data


WORTH_TWO: Final = 2_000_000
"""Pixels from which on a second core saves more time than a thread costs."""
_LONGEST_INTERVAL: Final = 65_535


def _packed(pixels: Pixels, quality: int) -> bytes:
    """Upper and lower half packed on a core each, where that is worth it.

    A JPEG may begin its coding anew after any count of blocks (T.81, restart interval). Cut at a
    whole row of blocks, both halves hold what the picture packed in one piece would hold.
    """
    height, width = pixels.shape[:2]
    block = 8 if pixels.ndim == 2 else 16
    rows = (height // block + 2) // 2  # the lower half must have no more of them than the upper
    upper, interval = rows * block, rows * -(-width // block)
    if width * height < WORTH_TWO or interval > _LONGEST_INTERVAL:
        return _in_one(pixels, quality)
    with ThreadPoolExecutor(1, thread_name_prefix="pack") as other_core:
        lower = other_core.submit(_in_one, pixels[upper:], quality)
        return _joined(_in_one(pixels[:upper], quality), lower.result(), height, interval)


def _in_one(pixels: Pixels, quality: int) -> bytes:
    how = [cv2.IMWRITE_JPEG_QUALITY, quality]
    if pixels.ndim == 3:  # or blocks would not be 16 pixels wide
        how += [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420]
    done, buffer = cv2.imencode(".jpg", pixels, how)
    if not done:
        raise ValueError("these pixels cannot be written as JPEG")
    return buffer.tobytes()


def _joined(upper: bytes, lower: bytes, height: int, interval: int) -> bytes:
    """Two JPEGs of one width, quality and Huffman tables as one, ``height`` pixels high;
    ``interval`` is how many blocks the upper one has."""
    size, scan = _marker(upper, 0xC0), _marker(upper, 0xDA)
    behind = _marker(lower, 0xDA)
    coded = behind + 2 + int.from_bytes(lower[behind + 2 : behind + 4], "big")
    return b"".join(
        [
            upper[: size + 5],
            height.to_bytes(2, "big"),
            upper[size + 7 : scan],
            b"\xff\xdd\x00\x04" + interval.to_bytes(2, "big"),
            upper[scan:-2],
            b"\xff\xd0",
            lower[coded:],
        ]
    )


def _marker(data: bytes, wanted: int) -> int:
    """Where the segment of that kind begins."""
    place = 2
    while data[place + 1] != wanted:
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return place


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
