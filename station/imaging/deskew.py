"""How far the writing on a scan is turned.

For pictures that are all page, with no sheet's edge to go by. Nothing here turns anything.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from station.imaging.arrays import Floats, Indices, Pixels, as_pixels

_MOST_DEG: Final = 20.0
SKEW_SIDE: Final = 900
"""Longest side of the copy that is looked at."""
_LEAST_GAIN: Final = 1.06
"""How much sharper the rows must be than at no turn at all; a blank page must stay as it is."""


def skew_of(picture: Pixels) -> float:
    """The angle of the text lines in degrees, clockwise positive (y runs down); 0 when unsure.

    The rows of print are brought to stand out most: the projection along the right angle has the
    sharpest steps. Both directions are tried, so ruled tables and vertical writing count too.
    """
    factor = min(1.0, SKEW_SIDE / max(picture.shape[:2]))
    small = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY) if small.ndim == 3 else small
    ink = as_pixels(
        cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 12)
    )
    rim_y, rim_x = ink.shape[0] // 25, ink.shape[1] // 25
    ink[:rim_y] = ink[-rim_y:] = 0
    ink[:, :rim_x] = ink[:, -rim_x:] = 0
    _without_blots(ink)
    rows, columns = np.nonzero(ink)
    if len(rows) < 400:
        return 0.0
    step = max(1, len(rows) // 20_000)
    x, y = columns[::step].astype(np.float64), rows[::step].astype(np.float64)
    coarse = np.arange(-_MOST_DEG, _MOST_DEG + 0.01, 0.5)
    merit = np.array([_merit(x, y, a) for a in coarse])
    best = float(coarse[int(np.argmax(merit))])
    fine = np.arange(best - 0.6, best + 0.61, 0.1)
    merit_fine = np.array([_merit(x, y, a) for a in fine])
    best = float(fine[int(np.argmax(merit_fine))])
    if merit_fine.max() < _LEAST_GAIN * _merit(x, y, 0.0) or abs(best) > _MOST_DEG - 0.3:
        return 0.0
    return round(best, 1)


def _without_blots(ink: Pixels) -> None:
    """Takes out pictures and black scanner edges: blobs far larger than a character."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    height = ink.shape[0]
    filled = stats[:, cv2.CC_STAT_AREA] / np.maximum(
        stats[:, cv2.CC_STAT_WIDTH] * stats[:, cv2.CC_STAT_HEIGHT], 1
    )
    large = (stats[:, cv2.CC_STAT_HEIGHT] > height // 12) & (filled > 0.3)
    large[0] = False
    for index in np.nonzero(large)[0]:
        ink[labels == index] = 0


def _merit(x: Floats, y: Floats, degrees: float) -> float:
    """How sharply the rows (or columns) stand out when seen at this angle."""
    angle = np.deg2rad(degrees)
    cos, sin = np.cos(angle), np.sin(angle)
    across, down = _counts(y * cos - x * sin), _counts(x * cos + y * sin)
    return max(float((np.diff(across) ** 2).sum()), 0.7 * float((np.diff(down) ** 2).sum()))


def _counts(places: Floats) -> Indices:
    """How many of ``places`` lie in each row of pixels."""
    places -= places.min()
    np.rint(places, out=places)
    return np.bincount(places.astype(np.int64))
