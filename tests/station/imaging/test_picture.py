"""What is taken as a picture, and what is said about the rest."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image

from station.imaging.picture import (
    NotAPicture,
    PictureCutShort,
    PictureDamaged,
    PictureEmpty,
    PictureError,
    PictureIsHeic,
    PictureIsPdf,
    PictureTooLarge,
    PictureTooSmall,
    inspect,
    open_picture,
)

LANDSCAPE = np.zeros((60, 90, 3), np.uint8)
LANDSCAPE[:20, :30] = (0, 0, 255)  # red top left
LANDSCAPE[-20:, -30:] = (255, 0, 0)  # blue bottom right


def jpeg(pixels: np.ndarray = LANDSCAPE, **options: object) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels[..., ::-1]).save(out, "JPEG", quality=95, **options)
    return out.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A few hundred bytes that unpack to width x height pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 100_000, 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_rotation_is_seen_the_right_way_up(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = jpeg(exif=exif)
    picture = open_picture(data)
    expected = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert expected is not None
    seen, factor = picture.small(4000)
    assert factor == 1.0
    assert picture.size == (expected.shape[1], expected.shape[0])
    np.testing.assert_array_equal(seen, expected)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_point_seen_is_found_among_the_stored_pixels(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = open_picture(jpeg(exif=exif))
    seen, _ = picture.small(4000)
    for x, y in ((5, 5), (picture.size[0] - 5, picture.size[1] - 5), (40, 12)):
        column, row, _ = picture.stored_from_upright @ [x + 0.5, y + 0.5, 1]
        np.testing.assert_array_equal(picture.pixels[int(row), int(column)], seen[y, x])


def test_a_scan_tells_its_resolution_and_a_phone_is_not_believed() -> None:
    assert open_picture(jpeg(dpi=(300, 300))).dpi == 300
    assert open_picture(jpeg(dpi=(72, 72))).dpi is None
    assert open_picture(jpeg()).dpi is None


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP", "WEBP"])
def test_other_picture_formats_are_read(kind: str) -> None:
    out = io.BytesIO()
    options = {"lossless": True} if kind == "WEBP" else {}
    Image.fromarray(LANDSCAPE[..., ::-1]).save(out, kind, **options)
    np.testing.assert_array_equal(open_picture(out.getvalue()).pixels, LANDSCAPE)


def test_a_black_and_white_fax_is_read() -> None:
    out = io.BytesIO()
    grey = Image.fromarray(LANDSCAPE[..., 2]).convert("1")
    grey.save(out, "TIFF", compression="group4")
    assert open_picture(out.getvalue()).pixels.shape == LANDSCAPE.shape


def test_a_see_through_picture_lies_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (40, 40), (255, 0, 0, 0)).save(out, "PNG")
    assert open_picture(out.getvalue()).pixels.min() == 255


def test_the_first_of_several_pages_is_taken_and_the_number_told() -> None:
    out = io.BytesIO()
    first = Image.fromarray(LANDSCAPE[..., ::-1])
    first.save(out, "TIFF", save_all=True, append_images=[first, first])
    assert open_picture(out.getvalue()).pages == 3


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", PictureEmpty),
        (b"\0" * 4096, PictureEmpty),
        (b"%PDF-1.7\n%\xe2\xe3\n1 0 obj", PictureIsPdf),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", PictureIsHeic),
        (b"PK\x03\x04 a word document", NotAPicture),
        (b"GIF89a" + b"\0" * 50, NotAPicture),
        (jpeg()[:40], PictureCutShort),
        (b"\x89PNG\r\n\x1a\n" + b"nonsense" * 30, PictureDamaged),
        (jpeg().replace(b"\xff\xdb", b"\xff\xfe"), PictureDamaged),  # no tables to unpack with
        (jpeg(LANDSCAPE[:8, :8]), PictureTooSmall),
        (png_claiming(20_000, 10_000), PictureTooLarge),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_what_is_no_usable_picture_is_refused_in_one_sentence(
    data: bytes, error: type[PictureError]
) -> None:
    with pytest.raises(error) as refused:
        open_picture(data, "IMG_0007.jpg")
    for language in ("zh", "en"):
        sentence = refused.value.sentence(language)
        assert "IMG_0007.jpg" in sentence
        assert "{" not in sentence and "\n" not in sentence


def test_a_picture_that_was_copied_half_is_not_taken_for_a_whole_one() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (400, 600, 3)).astype(np.uint8)
    data = jpeg(noise)
    with pytest.raises(PictureCutShort):
        open_picture(data[: len(data) * 2 // 3])


def test_a_camera_that_forgets_the_end_marker_is_forgiven() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (400, 600, 3)).astype(np.uint8)
    assert open_picture(jpeg(noise)[:-2]).size == (600, 400)


def test_an_exif_thumbnail_does_not_pass_for_the_end_of_the_picture() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (400, 600, 3)).astype(np.uint8)
    exif = Image.Exif()
    exif[0x010E] = jpeg().decode("latin-1")  # holds an end marker of its own
    data = jpeg(noise, exif=exif)
    with pytest.raises(PictureCutShort):
        open_picture(data[: len(data) * 2 // 3])


def test_a_picture_of_200_megapixels_is_refused_before_it_takes_memory() -> None:
    data = png_claiming(20_000, 10_000)
    tracemalloc.start()
    with pytest.raises(PictureTooLarge):
        open_picture(data, "bomb.png")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 5_000_000


def test_a_glimpse_of_a_large_photo_shows_the_same_as_the_whole() -> None:
    large = cv2.resize(LANDSCAPE, (4000, 3000))
    exif = Image.Exif()
    exif[0x0112] = 6
    file = inspect(jpeg(large, exif=exif))
    glimpse = file.glimpse(480)
    assert glimpse is not None and max(glimpse.shape) >= 480
    whole, _ = file.unpack().small(max(glimpse.shape))
    assert whole.shape == glimpse.shape
    assert np.abs(whole.astype(int) - glimpse).mean() < 3
