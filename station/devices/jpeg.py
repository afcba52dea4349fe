"""What is read and written in a JPEG file without touching its pixels: its size, its rotation.

ITU-T T.81 (segments), Exif 2.3 (orientation). A photograph is evidence: turning it must not
encode it again. Decoding is for those who look at it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

_START, _END = b"\xff\xd8", b"\xff\xd9"
_NO_LENGTH = frozenset({0x01, *range(0xD0, 0xDA)})
# Start of frame in all its kinds; C4, C8 and CC lie in that range but are tables.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_APP0, _APP1, _SCAN = 0xE0, 0xE1, 0xDA
_JFIF = b"JFIF\0"
_EXIF = b"Exif\0\0"
_ORIENTATION = 0x0112

# Exif orientation -> (mirrored left to right first?, then turned clockwise by so many degrees)
_TURNS = {
    1: (False, 0),
    2: (True, 0),
    3: (False, 180),
    4: (True, 180),
    5: (True, 270),
    6: (False, 90),
    7: (True, 90),
    8: (False, 270),
}
_ORIENTATIONS = {turn: orientation for orientation, turn in _TURNS.items()}


class NotJpeg(ValueError):
    """The bytes are not a JPEG file, or it ends before its picture starts."""


def is_whole(data: bytes) -> bool:
    """Whether ``data`` starts and ends as a JPEG file does; zeros after the end are forgiven."""
    return data.startswith(_START) and data.rstrip(b"\0").endswith(_END)


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height in pixels as stored, before any Exif rotation."""
    for marker, start, end in _segments(data):
        if marker in _FRAMES and end - start >= 5:
            height = int.from_bytes(data[start + 1 : start + 3], "big")
            width = int.from_bytes(data[start + 3 : start + 5], "big")
            return width, height
    raise NotJpeg("no frame header")


def orientation_of(data: bytes) -> int:
    """The Exif orientation, 1 to 8; 1 where none is given or it makes no sense."""
    found = _exif_of(data)[0].get(_ORIENTATION, 1)
    return found if found in _TURNS else 1


def turn_of(data: bytes) -> int:
    """By how many degrees clockwise the stored pixels are to be turned; a mirroring is left out."""
    return _TURNS[orientation_of(data)][1]


def turned(data: bytes, clockwise: int) -> bytes:
    """The same picture to be shown turned by ``clockwise`` degrees more; its pixels stay as is."""
    if clockwise % 90:
        raise ValueError("a picture is turned by quarter turns")
    if clockwise % 360 == 0:
        return data
    exif, start, end = _exif_of(data)
    found = exif.get(_ORIENTATION, 1)
    mirrored, before = _TURNS.get(found, _TURNS[1])
    exif[_ORIENTATION] = _ORIENTATIONS[mirrored, (before + clockwise) % 360]
    body = exif.tobytes()
    segment = bytes((0xFF, _APP1)) + (len(body) + 2).to_bytes(2, "big") + body
    return data[:start] + segment + data[end:]


def with_resolution(data: bytes, dpi: int) -> bytes:
    """The same file saying how fine it is, if it does not say so yet (JFIF, pixels per inch)."""
    for marker, start, end in _segments(data):
        if marker == _APP0 and data.startswith(_JFIF, start) and end - start >= 12:
            unit = start + len(_JFIF) + 2
            if data[unit] != 0:
                return data
            density = b"\x01" + dpi.to_bytes(2, "big") * 2
            return data[:unit] + density + data[unit + len(density) :]
        if marker == _APP1:
            return data  # Exif says it, or nobody asks
    header = _JFIF + b"\x01\x02\x01" + dpi.to_bytes(2, "big") * 2 + b"\0\0"
    segment = bytes((0xFF, _APP0)) + (len(header) + 2).to_bytes(2, "big") + header
    return data[:2] + segment + data[2:]


def _exif_of(data: bytes) -> tuple[Image.Exif, int, int]:
    """The Exif data and where its segment starts and ends; empty, where it belongs, if none.

    Damaged metadata are no reason to refuse a picture: they count as none.
    """
    from PIL import Image

    place = 2
    for marker, start, end in _segments(data):
        if marker == _APP0:
            place = end
        if marker == _APP1 and data.startswith(_EXIF, start):
            exif = Image.Exif()
            try:
                exif.load(data[start:end])
                exif.get(_ORIENTATION)
            except (SyntaxError, ValueError, KeyError, TypeError, OSError, struct.error):
                exif = Image.Exif()
            return exif, start - 4, end
    return Image.Exif(), place, place


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of the body of each segment before the picture's data."""
    if not data.startswith(_START):
        raise NotJpeg("does not start as a JPEG file")
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise NotJpeg("a segment is damaged")
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        if marker in _NO_LENGTH:
            at += 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise NotJpeg("a segment is cut off")
        yield marker, at + 4, end
        if marker == _SCAN:
            return
        at = end
