"""Names for the arrays that pass between the modules, where OpenCV's answers get a type, and the
one way to make a picture smaller."""

from __future__ import annotations

from functools import reduce
from typing import TypeAlias, TypeVar

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

Pixels: TypeAlias = NDArray[np.uint8]
"""H x W grey, or H x W x 3 in the order blue, green, red."""
Floats32: TypeAlias = NDArray[np.float32]
Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
Indices: TypeAlias = NDArray[np.int64]


def as_pixels(value: ArrayLike) -> Pixels:
    """``value`` as it is, known to hold bytes."""
    return np.asarray(value, np.uint8)


def as_floats32(value: ArrayLike) -> Floats32:
    """``value`` as it is, known to hold 32-bit floats."""
    return np.asarray(value, np.float32)


Values = TypeVar("Values", bound=np.generic)


def largest(values: NDArray[Values]) -> NDArray[Values]:
    """The same as ``values.max(axis=-1)``; ten times as fast where the last axis is a handful."""
    return reduce(np.maximum, np.moveaxis(values, -1, 0))


def smallest(values: NDArray[Values]) -> NDArray[Values]:
    """The same as ``values.min(axis=-1)``."""
    return reduce(np.minimum, np.moveaxis(values, -1, 0))


def shrunk(pixels: Pixels, width: int, height: int) -> Pixels:
    """``pixels`` averaged down to ``width`` x ``height``.

    By halves first, which OpenCV does four times faster than one area average over everything.
    """
    while pixels.shape[1] >= 4 * width and pixels.shape[0] >= 4 * height:
        half = (pixels.shape[1] // 2, pixels.shape[0] // 2)
        pixels = as_pixels(cv2.resize(pixels, half, interpolation=cv2.INTER_LINEAR))
    return as_pixels(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA))
