"""The empty mat under a document camera, learned once, and what lies on it.

A camera that does not move sees the same mat at every pixel. What differs from it is paper, a
hand, or a shadow; a shadow only darkens and keeps the mat's colour, so it is told apart. Kept by
the desk's settings as a small PNG. Nothing here decides what is a sheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from station.imaging.arrays import Floats32, Pixels, as_floats32, as_pixels
from station.imaging.geometry import Quad
from station.imaging.rectify import Sheet

_SIDE: Final = 480
_DEEPEST_SHADOW: Final = 0.45
"""A shadow leaves at least this part of the light; what is darker is a thing."""
_NOISE: Final = 5.0
"""Grey levels by which a camera's picture of one mat flickers."""


@dataclass(frozen=True, slots=True)
class Mat:
    """One camera's empty mat."""

    picture: Pixels
    """BGR, longest side ``_SIDE``, blurred."""
    mm_per_pixel: float | None = None
    """Of ``picture``; None until a sheet of known size has been seen."""

    @classmethod
    def learned(cls, small: Pixels) -> Mat:
        """From one picture of the empty mat (BGR, the right way up)."""
        factor = _SIDE / max(small.shape[:2])
        fitted = cv2.resize(small, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        return cls(as_pixels(cv2.medianBlur(fitted, 5)))

    @classmethod
    def from_png(cls, data: bytes, mm_per_pixel: float | None = None) -> Mat:
        """As ``png`` wrote it. Raises ``ValueError`` for anything else."""
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        if picture is None or max(picture.shape[:2]) != _SIDE:
            raise ValueError("not a picture of a mat")
        return cls(as_pixels(picture), mm_per_pixel)

    def png(self) -> bytes:
        """For the settings."""
        done, data = cv2.imencode(".png", self.picture)
        assert done
        return data.tobytes()

    def measured(self, quad: Quad, sheet: Sheet, picture_size: tuple[int, int]) -> Mat:
        """With the scale that follows from a sheet of known size lying at ``quad``."""
        factor = max(self.picture.shape[:2]) / max(picture_size)
        top, right, bottom, left = quad.side_lengths
        long_side = max(top + bottom, left + right) / 2 * factor
        return Mat(self.picture, sheet.long_mm / long_side)

    def size_mm(self, quad: Quad, picture_size: tuple[int, int]) -> tuple[float, float] | None:
        """True width and height of what lies at ``quad``; None without a known scale."""
        if self.mm_per_pixel is None:
            return None
        scale = self.mm_per_pixel * max(self.picture.shape[:2]) / max(picture_size)
        top, right, bottom, left = quad.side_lengths
        return (top + bottom) / 2 * scale, (left + right) / 2 * scale

    def foreign(self, small: Pixels) -> Floats32:
        """How unlike the mat each pixel of ``small`` is, in units of the camera's noise."""
        height, width = small.shape[:2]
        mat = cv2.resize(self.picture, (width, height), interpolation=cv2.INTER_LINEAR)
        seen, empty = small.astype(np.float32), np.maximum(mat.astype(np.float32), 4)
        total = np.ones((1, 3), np.float32)
        light = cv2.transform(seen * empty, total) / cv2.transform(empty * empty, total)
        colour = seen - light[..., None] * empty
        colour_gap = cv2.transform(colour * colour, total)
        norm = np.sqrt(cv2.transform(empty * empty, total))
        # the exposure may drift by a few per cent; beyond that more light than the mat gave back
        # is paper, and less is a shadow until it is too deep for one
        lighter = np.maximum(light - 1.08, 0) * norm
        darker = np.maximum(_DEEPEST_SHADOW - light, 0) * norm
        away = np.sqrt(2 * colour_gap + lighter * lighter + darker * darker)
        return as_floats32(np.minimum(away / _NOISE, 40))

    def is_empty(self, small: Pixels) -> bool:
        """Whether nothing lies on the mat."""
        return float((self.foreign(small) > 4).mean()) < 0.01
