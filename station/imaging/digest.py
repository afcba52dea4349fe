"""Whether two pages are the same sheet photographed twice.

A coarse picture of the ink, not of the light: two photographs of one sheet agree everywhere, two
forms printed from one layout and filled by different people do not. Not a cryptographic digest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from station.imaging.arrays import Floats32, as_floats32
from station.imaging.clean import Light

_SHORT: Final = 48
_LONG: Final = 64
_SAME_ABOVE: Final = 0.90
_WORST_ABOVE: Final = 0.35


@dataclass(frozen=True, slots=True)
class Digest:
    """``_LONG`` x ``_SHORT`` values of ink, one byte each, row by row; upright or lying."""

    ink: bytes
    lying: bool

    def same_sheet(self, other: Digest) -> bool:
        """Whether both show one sheet."""
        if self.lying != other.lying:
            return False
        a, b = self._map(), other._map()
        if min(a.std(), b.std()) < 0.5:
            return False  # blank sides say nothing
        return _alike(a, b)

    def _map(self) -> Floats32:
        shape = (_SHORT, _LONG) if self.lying else (_LONG, _SHORT)
        return np.frombuffer(self.ink, np.uint8).reshape(shape).astype(np.float32)


def digest_of(light: Light) -> Digest:
    """The digest of a straight page, from the small copy that its light was read from."""
    height, width = light.small.shape[:2]
    lying = width > height
    small = light.small.min(axis=2).astype(np.float32)
    ink = np.clip(1 - small / np.maximum(light.paper * min(light.tint), 1), 0, 1)
    to = (_LONG, _SHORT) if lying else (_SHORT, _LONG)
    coarse = cv2.resize(as_floats32(ink), to, interpolation=cv2.INTER_AREA)
    return Digest(np.rint(np.sqrt(coarse) * 255).astype(np.uint8).tobytes(), lying)


def _alike(a: Floats32, b: Floats32) -> bool:
    """Alike as a whole and in each part of the page that carries ink, after the best shift."""
    a, b = (as_floats32(cv2.GaussianBlur(page, (0, 0), 0.8)) for page in (a, b))
    best = (-1.0, 0, 0)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            moved = np.roll(b, (dy, dx), axis=(0, 1))
            best = max(best, (_correlation(a[2:-2, 2:-2], moved[2:-2, 2:-2]), dy, dx))
    if best[0] < _SAME_ABOVE:
        return False
    moved = np.roll(b, best[1:], axis=(0, 1))
    worst = 1.0
    for top in range(2, a.shape[0] - 10, 6):
        for left in range(2, a.shape[1] - 14, 6):
            p, q = a[top : top + 8, left : left + 12], moved[top : top + 8, left : left + 12]
            if max(p.std(), q.std()) > 8:
                worst = min(worst, _correlation(p, q))
    return worst > _WORST_ABOVE


def _correlation(a: Floats32, b: Floats32) -> float:
    a, b = a - a.mean(), b - b.mean()
    return float((a * b).sum() / (np.sqrt((a * a).sum() * (b * b).sum()) + 1e-6))
