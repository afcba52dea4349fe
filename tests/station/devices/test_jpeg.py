"""JPEG files read and turned without touching their pixels."""

from __future__ import annotations

import io
from contextlib import suppress

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from station.devices import jpeg


def photo(width: int = 40, height: int = 24, orientation: int = 1, jfif: bool = True) -> bytes:
    """A small picture whose left upper corner is red."""
    picture = Image.new("RGB", (width, height), "white")
    picture.paste((200, 0, 0), (0, 0, width // 3, height // 3))
    exif = Image.Exif()
    if orientation != 1:
        exif[0x0112] = orientation
        exif[0x010F] = "培训高拍仪"
    encoded = io.BytesIO()
    picture.save(encoded, "JPEG", quality=95, exif=exif.tobytes() if orientation != 1 else b"")
    return encoded.getvalue()


def shown(data: bytes) -> Image.Image:
    """The picture as a viewer that follows Exif shows it."""
    with Image.open(io.BytesIO(data)) as opened:
        return ImageOps.exif_transpose(opened).convert("RGB")


def test_the_size_is_read_without_decoding() -> None:
    assert jpeg.size_of(photo(301, 77)) == (301, 77)
    progressive = cv2.imencode(
        ".jpg", np.zeros((50, 60, 3), np.uint8), [cv2.IMWRITE_JPEG_PROGRESSIVE, 1]
    )[1]
    assert jpeg.size_of(progressive.tobytes()) == (60, 50)


@pytest.mark.parametrize("before", range(1, 9))
@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_turning_shows_what_turning_the_pixels_would_show(before: int, degrees: int) -> None:
    data = photo(orientation=before)
    expected = shown(data).rotate(-degrees, expand=True)
    got = shown(jpeg.turned(data, degrees))
    assert got.size == expected.size
    assert np.abs(np.asarray(got, int) - np.asarray(expected, int)).max() == 0


def test_turning_keeps_the_pixels_and_the_other_metadata() -> None:
    data = photo(orientation=6)
    turned = jpeg.turned(data, 90)
    assert turned.endswith(data[-500:])
    with Image.open(io.BytesIO(turned)) as opened:
        assert opened.getexif()[0x010F]
    assert jpeg.turned(data, 360) is data


def test_opencv_follows_the_turn_too() -> None:
    turned = jpeg.turned(photo(40, 24), 90)
    pixels = cv2.imdecode(np.frombuffer(turned, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    assert pixels.shape[:2] == (40, 24)
    assert pixels[2, 21, 2] > 150 and pixels[2, 21, 0] < 60, "red is now at the upper right"


def test_a_quarter_turn_is_the_least() -> None:
    with pytest.raises(ValueError, match="quarter"):
        jpeg.turned(photo(), 45)


def test_damaged_metadata_count_as_none() -> None:
    data = photo(orientation=6)
    at = data.index(b"Exif\0\0") + 6
    damaged = data[:at] + b"\xff" * 8 + data[at + 8 :]
    assert jpeg.orientation_of(damaged) == 1
    assert jpeg.orientation_of(jpeg.turned(damaged, 180)) == 3


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"\xff\xd8", b"\xff\xd8\xff\xe0\x00\x10"])
def test_what_is_no_jpeg_is_told(data: bytes) -> None:
    with pytest.raises(jpeg.NotJpeg):
        jpeg.size_of(data)
    assert not jpeg.is_whole(data)


def test_a_picture_cut_off_in_its_middle_is_not_whole() -> None:
    data = photo()
    assert jpeg.is_whole(data) and jpeg.is_whole(data + b"\0\0\0")
    assert not jpeg.is_whole(data[:-20])


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reading(tail: bytes) -> None:
    data = b"\xff\xd8" + tail
    for read in (jpeg.size_of, jpeg.orientation_of):
        with suppress(jpeg.NotJpeg):
            read(data)
