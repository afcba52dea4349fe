"""How fast a photograph becomes a page, beside the usual way of doing it and beside what any way
must do."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from station.benchmarks import Conditions, Measured, in_turn
from station.imaging.arrays import Floats, Pixels, as_pixels
from station.imaging.clean import evened, light_on
from station.imaging.live import LiveFind, detect_live
from station.imaging.picture import open_picture
from station.imaging.pipeline import PagePipeline

A4_300: Final = (2480, 3508)
_QUALITY: Final = [cv2.IMWRITE_JPEG_QUALITY, 85]


def page(conditions: Conditions) -> Iterator[Measured]:
    """A 12-megapixel photograph of an A4 sheet to a finished page at 300 dpi."""
    photo, corners = photograph(3000, 4000)
    with PagePipeline() as pipeline:
        ours, usual, bound, thumb = in_turn(
            conditions.rounds,
            lambda: pipeline.process(photo),
            lambda: usual_way(photo),
            lambda: least_way(photo, corners),
            lambda: shutter_to_thumbnail(photo),
        )
    yield Measured(
        "page.12mp_to_a4", ours, usual, "ms", "imread, Canny, warp, flatten, imencode in OpenCV"
    )
    yield Measured("page.12mp_bound", ours, bound, "ms", "decode, one warp, encode: the least")
    yield Measured("page.thumbnail", thumb, 120.0, "ms", "a person waits no longer than this")
    yield from _beside_unpaper(conditions)


def _beside_unpaper(conditions: Conditions) -> Iterator[Measured]:
    """Evening out one A4 page at 300 dpi, beside the program that scanners' users know; nothing
    where that is not installed."""
    program = shutil.which("unpaper")
    if program is None:
        return
    photo, corners = photograph(2480, 3508)
    page = cv2.imdecode(np.frombuffer(photo, np.uint8), cv2.IMREAD_COLOR)
    assert page is not None
    flat = as_pixels(cv2.warpPerspective(page, _onto_a4(corners), A4_300))
    with tempfile.TemporaryDirectory() as folder:
        there, back = Path(folder, "in.pgm"), Path(folder, "out.pgm")
        cv2.imwrite(str(there), cv2.cvtColor(flat, cv2.COLOR_BGR2GRAY))
        words = [program, "--overwrite", "--quiet", str(there), str(back)]
        ours, its = in_turn(
            max(1, conditions.rounds // 4),
            lambda: evened(flat, light_on(flat)),
            lambda: subprocess.run(words, check=True, capture_output=True),
        )
    yield Measured("page.evened", ours, its, "ms", "unpaper on the same page in grey")


def live(conditions: Conditions) -> Iterator[Measured]:
    """One frame of a 1080p camera: unpacked and searched, then followed from frame to frame."""
    frame, _ = photograph(1920, 1080)

    def look(before: LiveFind | None) -> LiveFind:
        picture = cv2.imdecode(np.frombuffer(frame, np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        return detect_live(as_pixels(picture), None, before)

    found = look(None)
    searched, followed = in_turn(conditions.rounds * 2, lambda: look(None), lambda: look(found))
    yield Measured("live.1080p_followed", followed, 33.0, "ms", "a camera of 30 frames a second")
    yield Measured("live.1080p_searched", searched, 33.0, "ms", "a camera of 30 frames a second")
    large, _ = photograph(3840, 2160)
    reduced = cv2.IMREAD_REDUCED_COLOR_2

    def preview(flag: int, before: LiveFind | None) -> LiveFind:
        picture = cv2.imdecode(np.frombuffer(large, np.uint8), flag)
        assert picture is not None
        return detect_live(as_pixels(picture), None, before)

    known = preview(reduced, None)
    halved, whole = in_turn(
        conditions.rounds,
        lambda: preview(reduced, known),
        lambda: cv2.imdecode(np.frombuffer(large, np.uint8), cv2.IMREAD_COLOR),
    )
    yield Measured("live.4k_preview", halved, 1000 / 24, "ms", "24 frames a second")
    yield Measured("live.4k_against_decode", halved, whole, "ms", "unpacking the frame in full")


# -- the peers ------------------------------------------------------------------------------------


def usual_way(photo: bytes) -> bytes:
    """As tutorials do it: Canny's edges, the largest outline of four points, warp, divide by the
    blurred background, encode. Where no outline is found the whole picture is taken."""
    picture = cv2.imdecode(np.frombuffer(photo, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    quad = usual_outline(as_pixels(picture))
    if quad is None:
        height, width = picture.shape[:2]
        quad = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    flat = cv2.warpPerspective(picture, _onto_a4(quad), A4_300)
    small = cv2.resize(flat, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    ground = cv2.GaussianBlur(cv2.dilate(small, np.ones((9, 9), np.uint8)), (0, 0), 5)
    ground = cv2.resize(ground, A4_300)
    _, data = cv2.imencode(".jpg", cv2.divide(flat, ground, scale=245), _QUALITY)
    return data.tobytes()


def usual_outline(picture: Pixels) -> Floats | None:
    """The largest outline of four points among Canny's edges: 4 x 2, or None."""
    factor = 640 / max(picture.shape[:2])
    small = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), (5, 5), 0)
    contours, _ = cv2.findContours(cv2.Canny(grey, 75, 200), cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    for contour in sorted(contours, key=cv2.contourArea, reverse=True)[:8]:
        corners = cv2.approxPolyDP(contour, 0.02 * cv2.arcLength(contour, True), True)
        if len(corners) == 4:
            return np.asarray(corners.reshape(4, 2) / factor, np.float64)
    return None


def least_way(photo: bytes, corners: Floats) -> bytes:
    """What no way can do without: unpack, one warp with the corners known, pack."""
    flags = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
    picture = cv2.imdecode(np.frombuffer(photo, np.uint8), flags)
    assert picture is not None
    _, data = cv2.imencode(
        ".jpg", cv2.warpPerspective(picture, _onto_a4(corners), A4_300), _QUALITY
    )
    return data.tobytes()


def shutter_to_thumbnail(photo: bytes) -> bytes:
    """What the tray shows first: a small picture, before the page is worked on."""
    from station.imaging.encode import thumbnail
    from station.imaging.picture import inspect

    small = inspect(photo).glimpse(320)
    return thumbnail(small if small is not None else open_picture(photo).pixels)


def _onto_a4(corners: Floats) -> Floats:
    width, height = A4_300
    page = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    return np.asarray(cv2.getPerspectiveTransform(corners.astype(np.float32), page), np.float64)


# -- the photograph -------------------------------------------------------------------------------


def photograph(width: int, height: int) -> tuple[bytes, Floats]:
    """A JPEG of a written A4 sheet on a dark mat, and the sheet's corners (4 x 2)."""
    rng = np.random.default_rng(1)
    sheet = np.full((1754, 1240, 3), 244, np.uint8)
    for row in range(150, 1650, 34):
        for start in range(110, int(rng.integers(600, 1130)), 30):
            points = rng.integers(0, 22, (4, 2)) + (start, row)
            cv2.polylines(sheet, [points.astype(np.int32)], False, (50, 45, 40), 2, cv2.LINE_AA)
    cv2.circle(sheet, (900, 1480), 120, (50, 40, 210), 9)
    fit = min(width / 210, height / 297) * 0.9
    half = np.array([[-105, -148.5], [105, -148.5], [105, 148.5], [-105, 148.5]]) * fit
    lean = np.array([[0.0, 0.02], [-0.03, 0.0], [0.01, -0.01], [-0.02, 0.015]]) * fit * 210
    corners = half + lean + (width / 2, height / 2)
    source = np.array([[0, 0], [1240, 0], [1240, 1754], [0, 1754]], np.float32)
    warp = cv2.getPerspectiveTransform(source, corners.astype(np.float32))
    mat = np.empty((height, width, 3), np.uint8)
    mat[:] = (70, 82, 60)
    cv2.warpPerspective(sheet, warp, (width, height), dst=mat, borderMode=cv2.BORDER_TRANSPARENT)
    light = np.linspace(0.75, 1.0, width, dtype=np.float32)[None, :, None]
    lit = mat * light + rng.normal(0, 2, (height, width, 1)).astype(np.float32)
    _, data = cv2.imencode(
        ".jpg", np.clip(lit, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 92]
    )
    return data.tobytes(), np.asarray(corners, np.float64)
