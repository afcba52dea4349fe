"""Evens out the light on a page without touching what is written on it.

The paper's brightness is estimated everywhere and every pixel is lifted by the same factor in all
three channels, so a red seal stays red and blue ink blue. Pictures and cards, which have no
paper showing, are left alone. Nothing here moves a pixel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from station.imaging.arrays import Flags, Floats32, Pixels, as_floats32, as_pixels, shrunk

_SHRINK: Final = 8
_WHITE: Final = 248.0
"""What paper becomes: light enough to print clean, dark enough to keep its grain as evidence."""
_MOST_GAIN: Final = 3.5
_UNIT: Final = 64.0
"""Gains are kept as bytes of 1/64: a step of 1.5 % cannot be seen."""


@dataclass(frozen=True, slots=True)
class Light:
    """How the light lies on one page, on a grid of 1/8 of its size."""

    small: Pixels
    """The page itself in that size."""
    paper: Floats32
    """Estimated brightness of bare paper at each point, 0..255."""
    tint: tuple[float, float, float]
    """Blue, green, red of the paper relative to its brightness."""
    paper_share: float
    """Part of the page that is bare paper, 0..1."""

    @property
    def shows_paper(self) -> bool:
        """Whether enough paper shows for evening out; not so on cards, photos and leaflets."""
        return self.paper_share > 0.35


def light_on(page: Pixels) -> Light:
    """Estimates the light on ``page`` (BGR)."""
    height, width = page.shape[:2]
    small = shrunk(page, max(8, width // _SHRINK), max(8, height // _SHRINK))
    blue, green, red = cv2.split(small)
    # paper is light in every channel; ink and seals are dark in one
    lightest = as_pixels(cv2.max(cv2.max(blue, green), red))
    darkest = as_pixels(cv2.min(cv2.min(blue, green), red))
    span = max(3, round(max(small.shape[:2]) * 0.035)) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (span, span))
    closed = as_pixels(cv2.medianBlur(cv2.morphologyEx(lightest, cv2.MORPH_CLOSE, kernel), 5))
    # a dark picture on the page is not a shadow: no deeper than half of the smooth light
    paper = as_floats32(cv2.max(closed.astype(np.float32), 0.5 * _smooth_surface(closed)))
    paper = as_floats32(cv2.GaussianBlur(paper, (0, 0), span / 3))
    bare = _bare(lightest, darkest, paper)
    return Light(small, paper, _tint(small, bare), float(bare.mean()))


_SURFACE_POINTS: Final = 36


def _smooth_surface(closed: Pixels) -> Floats32:
    """A second-order surface through the light parts of the page (reweighted least squares)."""
    height, width = closed.shape
    coarse = as_floats32(
        cv2.resize(closed, (_SURFACE_POINTS, _SURFACE_POINTS), interpolation=cv2.INTER_AREA)
    )
    y, x = np.mgrid[0:_SURFACE_POINTS, 0:_SURFACE_POINTS] / _SURFACE_POINTS - 0.5
    basis = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=2).reshape(-1, 6)
    values = coarse.ravel().astype(np.float64)
    weights = np.ones(len(values))
    fitted = values
    for _ in range(4):
        # normal equations by OpenCV: a matrix product would wake the threads of a linear algebra
        # library, which costs more than the sum itself when the machine is busy
        scaled = basis * weights[:, None]
        _, solution = cv2.solve(
            scaled, (values * weights)[:, None], flags=cv2.DECOMP_NORMAL | cv2.DECOMP_LU
        )
        fitted = (basis * solution.ravel()).sum(axis=1)
        weights = np.where(values < fitted - 12, 0.1, 1.0)
    surface = np.clip(fitted, 20, 255).reshape(_SURFACE_POINTS, _SURFACE_POINTS)
    return as_floats32(
        cv2.resize(surface.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    )


def _bare(lightest: Pixels, darkest: Pixels, paper: Floats32) -> Flags:
    """Where nothing is written: nearly as light as paper and without colour of its own."""
    colour = cv2.subtract(lightest, darkest)
    return np.asarray(
        (lightest > np.float32(0.9) * paper)
        & (colour < np.float32(0.3) * lightest)
        & (lightest > 40)
    )


def _tint(small: Pixels, bare: Flags) -> tuple[float, float, float]:
    """The lamp's colour, as seen on bare paper; strongly coloured paper keeps part of its own."""
    seen = small[::3, ::3][bare[::3, ::3]]
    if len(seen) < 20:
        return (1.0, 1.0, 1.0)
    colour = np.median(seen, axis=0)
    tint = colour / max(float(colour.max()), 1.0)
    blue, green, red = (float(t) for t in np.clip(tint, 0.6, 1.0))
    return (blue, green, red)


def evened(page: Pixels, light: Light) -> Pixels:
    """``page`` as if lit evenly: paper becomes nearly white, everything else keeps its colour.

    OpenCV enlarges the grid and multiplies in a tenth of the time of the same in stripes by a warp;
    it uses all cores by itself.
    """
    gain = np.clip(_WHITE / np.maximum(light.paper, 1.0), 1.0, _MOST_GAIN)
    grid = gain[..., None] / np.array(light.tint, np.float32)
    factors = np.clip(np.rint(grid * _UNIT), 0, 255).astype(np.uint8)
    size = (page.shape[1], page.shape[0])
    enlarged = cv2.resize(factors, size, interpolation=cv2.INTER_LINEAR)
    return as_pixels(cv2.multiply(page, enlarged, dst=enlarged, scale=1 / _UNIT))


def black_and_white(page: Pixels, light: Light) -> Pixels:
    """One grey channel of only 0 and 255, for G4; never for a page that carries colour."""
    grey = cv2.cvtColor(evened(page, light), cv2.COLOR_BGR2GRAY)
    _, mask = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return as_pixels(mask)


def colour_share(page: Pixels) -> float:
    """Part of the page that carries colour (a seal, a pen, a photo), 0..1: such a page must not
    become black and white."""
    height, width = page.shape[:2]
    size = (max(8, width // 4), max(8, height // 4))
    small = cv2.resize(page, size, interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small, cv2.COLOR_BGR2LAB).astype(np.float32)
    a, b = lab[..., 1] - np.median(lab[..., 1]), lab[..., 2] - np.median(lab[..., 2])
    return float((np.hypot(a, b) > 18).mean())
