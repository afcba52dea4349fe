"""Photographs in a folder as a camera: what is taken, what is left out, and why."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from station.devices import jpeg
from station.devices.camera_folder import FolderCamera, FolderEmpty, PhotoUnusable


def photo(width: int, height: int) -> bytes:
    return cv2.imencode(".jpg", np.full((height, width, 3), 180, np.uint8))[1].tobytes()


def test_photographs_come_in_the_order_of_their_names_and_begin_again(tmp_path: Path) -> None:
    for number, width in enumerate((100, 200, 300), start=1):
        (tmp_path / f"{number}.jpg").write_bytes(photo(width, 80))
    (tmp_path / "readme.txt").write_text("no picture")
    camera = FolderCamera(tmp_path, fps=0)
    assert [camera.photograph().width for _ in range(4)] == [100, 200, 300, 100]


def test_a_jpeg_is_handed_over_unchanged(tmp_path: Path) -> None:
    turned = jpeg.turned(photo(120, 80), 90)
    (tmp_path / "1.jpg").write_bytes(turned)
    camera = FolderCamera(tmp_path, fps=0)
    frame = camera.frame()
    assert (frame.width, frame.height) == (80, 120), "shown upright"
    assert frame.bgr().shape == (120, 80, 3)
    assert frame.bgr(2).shape == (60, 40, 3)
    taken = camera.photograph()
    assert taken.jpeg == turned
    assert (taken.width, taken.height) == (120, 80), "stored as exposed"


def test_other_pictures_become_jpeg(tmp_path: Path) -> None:
    Image.new("RGBA", (90, 60), (200, 30, 30, 128)).save(tmp_path / "1.png")
    taken = FolderCamera(tmp_path, fps=0).photograph()
    assert jpeg.size_of(taken.jpeg) == (90, 60)


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7 a document", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n broken"]
)
def test_a_file_that_is_no_picture_is_left_out_and_the_next_one_follows(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "1.jpg").write_bytes(content)
    (tmp_path / "2.jpg").write_bytes(photo(50, 40))
    camera = FolderCamera(tmp_path, fps=0)
    with pytest.raises(PhotoUnusable, match=r"1\.jpg"):
        camera.photograph()
    assert camera.photograph().width == 50


@pytest.mark.parametrize("ending", ["jpg", "png"])
def test_a_picture_of_two_hundred_megapixels_is_left_out(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"1.{ending}"
    if ending == "png":
        Image.new("1", (20_000, 10_000)).save(path)
    else:
        small = photo(100, 100)
        path.write_bytes(small.replace(b"\x00\x64\x00\x64", b"\x27\x10\x4e\x20", 1))
        assert jpeg.size_of(path.read_bytes()) == (20_000, 10_000)
    with pytest.raises(PhotoUnusable) as told:
        FolderCamera(tmp_path, fps=0).photograph()
    assert "120 百万像素" in told.value.sentence("zh")


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(FolderEmpty):
        FolderCamera(tmp_path, fps=0).frame()
