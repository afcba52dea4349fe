"""Four corners in a picture, and the arithmetic on them.

Pixels, x to the right and y down, in the picture as a person sees it (EXIF rotation applied).
Nothing here looks at a pixel's colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from station.imaging.arrays import Floats

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Quad:
    """A sheet's outline: its corners clockwise from the top left."""

    corners: tuple[Point, Point, Point, Point]

    @classmethod
    def of(cls, points: Iterable[Sequence[float]] | Floats) -> Quad:
        """The quad through four points given in any order (see ``clockwise``)."""
        a, b, c, d = ((float(x), float(y)) for x, y in clockwise(np.asarray(list(points), float)))
        return cls((a, b, c, d))

    @classmethod
    def exactly(cls, points: Iterable[Sequence[float]] | Floats) -> Quad:
        """The quad with these corners in this order; a person may set them in any turn."""
        a, b, c, d = ((float(x), float(y)) for x, y in points)
        return cls((a, b, c, d))

    @classmethod
    def frame(cls, width: float, height: float) -> Quad:
        """The whole picture."""
        return cls(
            ((0.0, 0.0), (float(width), 0.0), (float(width), float(height)), (0.0, float(height)))
        )

    @property
    def array(self) -> Floats:
        """4 x 2."""
        return np.array(self.corners, dtype=np.float64)

    @property
    def area(self) -> float:
        """Square pixels; negative when the corners run anticlockwise."""
        return polygon_area(self.array)

    @property
    def is_convex(self) -> bool:
        return bool((_turns(self.array) > 0).all())

    @property
    def side_lengths(self) -> tuple[float, float, float, float]:
        """Top, right, bottom, left."""
        points = self.array
        lengths = np.linalg.norm(np.roll(points, -1, axis=0) - points, axis=1)
        return (float(lengths[0]), float(lengths[1]), float(lengths[2]), float(lengths[3]))

    @property
    def tilt_deg(self) -> float:
        """How far the sheet is turned in the picture: clockwise positive, -45..45 for most."""
        points = self.array
        along = (points[1] - points[0]) + (points[2] - points[3])
        return float(np.degrees(np.arctan2(along[1], along[0])))

    def scaled(self, factor: float) -> Quad:
        return Quad.exactly(self.array * factor)

    def turned(self, quarters: int) -> Quad:
        """The same outline with another corner called top left: ``quarters`` clockwise turns of
        the finished page."""
        return Quad.exactly(np.roll(self.array, quarters % 4, axis=0))

    def iou(self, other: Quad) -> float:
        """Area in common / area of both together, 0..1."""
        common = polygon_area(clip(self.array, other.array))
        union = abs(self.area) + abs(other.area) - common
        return common / union if union > 0 else 0.0

    def rounded(self) -> list[list[float]]:
        """For JSON: a tenth of a pixel is more than any edge is sharp."""
        return [[round(x, 1), round(y, 1)] for x, y in self.corners]


def polygon_area(points: Floats) -> float:
    """Shoelace formula; positive for clockwise (y runs down)."""
    if len(points) < 3:
        return 0.0
    x, y = points[:, 0], points[:, 1]
    return float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum() / 2)


def _turns(points: Floats) -> Floats:
    """Cross product at each corner; all positive for a convex clockwise polygon."""
    a = np.roll(points, 1, axis=0)
    b = np.roll(points, -1, axis=0)
    u, v = points - a, b - points
    return np.asarray(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0])


def clockwise(points: Floats) -> Floats:
    """Four points sorted clockwise, beginning with the corner nearest to the top left.

    “Top left” is the corner with the least x + y after the quad is sorted, so that a sheet that
    is turned by less than 45 degrees keeps its own top left.
    """
    centre = points.mean(axis=0)
    order = np.argsort(np.arctan2(points[:, 1] - centre[1], points[:, 0] - centre[0]))
    ring = points[order]
    # the side that points most to the right is the top
    along = np.roll(ring, -1, axis=0) - ring
    first = int(np.argmax(along[:, 0] / (np.linalg.norm(along, axis=1) + 1e-9)))
    return np.asarray(np.roll(ring, -first, axis=0))


def clip(subject: Floats, window: Floats) -> Floats:
    """The part of convex ``subject`` inside convex clockwise ``window`` (Sutherland-Hodgman)."""
    points = list(subject)
    for a, b in zip(window, np.roll(window, -1, axis=0), strict=True):
        if not points:
            break
        edge = b - a
        inside = [edge[0] * (p[1] - a[1]) - edge[1] * (p[0] - a[0]) for p in points]
        kept = []
        for i, p in enumerate(points):
            j = i - 1
            if (inside[i] >= 0) != (inside[j] >= 0):
                q = points[j]
                share = inside[j] / (inside[j] - inside[i])
                kept.append(q + (p - q) * share)
            if inside[i] >= 0:
                kept.append(p)
        points = kept
    return np.array(points, dtype=np.float64).reshape(-1, 2)
