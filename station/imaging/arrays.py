"""Names for the arrays that pass between the modules, and where OpenCV's answers get a type."""

from __future__ import annotations

from typing import TypeAlias

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
