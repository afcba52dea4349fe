"""What a small copy of the picture tells about edges and about the ground, computed once.

Every method that proposes or judges an outline reads these maps. Nothing here knows what an
outline is.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from station.imaging.arrays import Floats32, Pixels, as_floats32, as_pixels
from station.imaging.mat import Mat

WORK_SIDE = 480
"""Longest side of the small copy in pixels: print is still texture, a sheet's side is a line."""

_GROUND_COLOURS = 4


@dataclass(frozen=True, slots=True)
class Evidence:
    """Maps of one small picture, all H x W."""

    bgr: Pixels
    lab: Floats32
    """L, a, b in 0..255 as OpenCV has them, lightly smoothed."""
    edge: Floats32
    """Strength of the colour edge, relative to what is usual round about: 1 is usual."""
    along: Floats32
    """Cosine of the doubled angle of the edge's normal, and sine: H x W x 2."""
    cosine: Floats32
    """The first of the two in a row of its own, flat, to be looked up fast."""
    sine: Floats32
    strength: Floats32
    """The same edge in grey levels per pixel."""
    foreign: Floats32
    """How unlike the ground along the frame a pixel is, in units of its spread."""
    grey: Pixels

    @property
    def height(self) -> int:
        return int(self.grey.shape[0])

    @property
    def width(self) -> int:
        return int(self.grey.shape[1])

    def strokes(self) -> Floats32:
        """1 where something thin and darker than its surroundings is: print, a pen's line."""
        kernel = np.ones((7, 7), np.uint8)
        closed = cv2.morphologyEx(self.grey, cv2.MORPH_BLACKHAT, kernel)
        return as_floats32((closed > 0.12 * cv2.dilate(self.grey, kernel) + 6).astype(np.float32))


def gather(small: Pixels, mat: Mat | None = None) -> Evidence:
    """All maps of ``small`` (BGR, longest side about ``WORK_SIDE``). With a ``mat`` that was
    learned, what is foreign is what differs from it; without, from the colours along the frame."""
    smooth = as_pixels(cv2.medianBlur(small, 3))
    lab = cv2.cvtColor(smooth, cv2.COLOR_BGR2LAB).astype(np.float32)
    strength, along = _colour_edges(lab)
    usual = cv2.blur(strength, (61, 61)) + 1.5
    return Evidence(
        bgr=small,
        lab=lab,
        edge=strength / usual,
        along=along,
        cosine=as_floats32(along[..., 0].ravel()),
        sine=as_floats32(along[..., 1].ravel()),
        strength=strength,
        foreign=_foreign(lab) if mat is None else mat.foreign(smooth),
        grey=as_pixels(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)),
    )


def _colour_edges(lab: Floats32) -> tuple[Floats32, Floats32]:
    """Di Zenzo's colour gradient: the strongest change over all three channels together."""
    soft = cv2.GaussianBlur(lab, (5, 5), 0.8)
    dx = cv2.Scharr(soft, cv2.CV_32F, 1, 0, scale=1 / 32)
    dy = cv2.Scharr(soft, cv2.CV_32F, 0, 1, scale=1 / 32)
    total = np.ones((1, 3), np.float32)
    xx = cv2.transform(cv2.multiply(dx, dx), total)
    yy = cv2.transform(cv2.multiply(dy, dy), total)
    xy = cv2.transform(cv2.multiply(dx, dy), total)
    difference = cv2.subtract(xx, yy)
    spread = cv2.magnitude(difference, 2 * xy) + np.float32(1e-6)
    strength = cv2.sqrt(cv2.addWeighted(cv2.add(xx, yy), 0.5, spread, 0.5, 0))
    along = cv2.merge([cv2.divide(difference, spread), cv2.divide(xy, spread, scale=2)])
    return as_floats32(strength), as_floats32(along)


def _foreign(lab: Floats32) -> Floats32:
    """Distance of every pixel from the nearest of a few colours met along the frame."""
    height, width = lab.shape[:2]
    # light varies more than colour on one ground
    half = cv2.resize(lab, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    half *= np.array([0.7, 1.3, 1.3], np.float32)
    rim = max(2, round(0.025 * max(half.shape[:2])))
    ring = np.concatenate(
        [
            half[:rim].reshape(-1, 3),
            half[-rim:].reshape(-1, 3),
            half[rim:-rim, :rim].reshape(-1, 3),
            half[rim:-rim, -rim:].reshape(-1, 3),
        ]
    )
    points = np.ascontiguousarray(ring[::2])
    cv2.setRNGSeed(7)  # the same picture must give the same answer
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 8, 1.0)
    nothing_known = np.zeros((len(points), 1), np.int32)
    _, found, centres = cv2.kmeans(
        points, _GROUND_COLOURS, nothing_known, stop, 1, cv2.KMEANS_PP_CENTERS
    )
    labels, centres = found.ravel(), as_floats32(centres)
    planes = cv2.split(half)
    best = np.full(half.shape[:2], 1600, np.float32)
    for index in range(_GROUND_COLOURS):
        mine = points[labels == index]
        if len(mine) < 0.06 * len(points):
            continue  # something that merely touches the frame
        spread = np.maximum(mine.std(axis=0), 3.0)
        distance = np.zeros_like(best)
        for plane, centre, width_of in zip(planes, centres[index], spread, strict=True):
            away = (plane - centre) * np.float32(1 / width_of)
            distance += away * away
        best = np.minimum(best, distance)
    return np.asarray(cv2.resize(np.sqrt(best), (width, height), interpolation=cv2.INTER_LINEAR))
