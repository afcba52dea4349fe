"""Handwritten signatures from a signature pad (手签板): the strokes, and what they were put under.

The ink is kept as the pad gave it (place, time and pressure of every point), because that, and not
the picture, is what an expert can compare. ``bind`` ties it to the digest of exactly the document
that the signer saw. How it is kept as bytes is told by ``ink_record``, how it gets onto the page
and into the file by ``pades.inking``; that nobody exchanged it the agent's signature proves.
"""

from __future__ import annotations

import hmac
import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from signing.errors import VerificationError

if TYPE_CHECKING:
    pass

_MM = 72 / 25.4

_FINEST_MM, _BROADEST_MM = 0.28, 0.95  # a gel pen's line, lightly and firmly pressed
_STEP_MM = 0.3  # curves are drawn in steps of this length

COLOUR = (0.05, 0.07, 0.20)  # blue-black, as official papers are signed

Polygon = tuple[tuple[float, float], ...]


class InkDamaged(VerificationError):
    what = "The handwritten signature could not be read."
    cause = "Its record is damaged ({reason})."
    remedy = "At the desk let the applicant sign once more; else look for an undamaged copy."
    zh = (
        "手写签名读不出来。",
        "它的记录已损坏（{reason}）。",
        "在窗口就请申请人再签一次；别处请找没有损坏的副本。",
    )


@dataclass(frozen=True, slots=True)
class Point:
    """Where the pen was: ``x``, ``y`` in mm from the pad's top left, ``t`` in ms from the first
    contact, ``pressure`` from 0 to 1 (0.5 throughout on a pad that cannot tell), ``tilt`` in
    degrees to the right and towards the writer (None on a pad that cannot tell)."""

    x: float
    y: float
    t: int
    pressure: float = 0.5
    tilt: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Stroke:
    """One line of the pen, from touching the pad to leaving it."""

    points: tuple[Point, ...]

    @property
    def length_mm(self) -> float:
        """How far the pen went."""
        return sum(
            math.hypot(b.x - a.x, b.y - a.y)
            for a, b in zip(self.points, self.points[1:], strict=False)
        )


@dataclass(frozen=True, slots=True)
class Ink:
    """All strokes of one signature, in order, on a pad of ``width_mm`` by ``height_mm``."""

    strokes: tuple[Stroke, ...]
    width_mm: float
    height_mm: float

    @property
    def length_mm(self) -> float:
        """How far the pen went in all; a dot or a slip is a few millimetres."""
        return sum(stroke.length_mm for stroke in self.strokes)

    @property
    def duration_ms(self) -> int:
        """From first touching to last leaving the pad."""
        return max((point.t for stroke in self.strokes for point in stroke.points), default=0)

    @property
    def extent_mm(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of what was written; zeros when nothing was."""
        points = [point for stroke in self.strokes for point in stroke.points]
        if not points:
            return (0.0, 0.0, 0.0, 0.0)
        xs, ys = [point.x for point in points], [point.y for point in points]
        return (min(xs), min(ys), max(xs), max(ys))


@dataclass(frozen=True, slots=True)
class BoundInk:
    """Ink and the SHA-256 digest (32 bytes) of the document that it was put under."""

    ink: Ink
    shown_digest: bytes

    def matches(self, document_digest: bytes) -> bool:
        """Whether this ink was put under the document with this digest."""
        return hmac.compare_digest(self.shown_digest, document_digest)


def bind(ink: Ink, shown_digest: bytes) -> BoundInk:
    """Ties ``ink`` to the document with ``shown_digest`` (SHA-256 of the bytes that were shown)."""
    if len(shown_digest) != 32:
        raise ValueError("shown_digest is not a SHA-256 digest")
    return BoundInk(ink, shown_digest)


def outlines(ink: Ink) -> tuple[Polygon, ...]:
    """The ink as filled shapes (non-zero winding) in mm of the pad, broader where pressed harder.

    One polygon per stroke, one more for each sharp turn and each dot.
    """
    return tuple(shape for stroke in ink.strokes for shape in _shapes(stroke))


def operators(ink: Ink) -> bytes:
    """The ink as operators of a PDF content stream, in mm from the pad's bottom left.

    The same strokes always give the same bytes: their digest stands beside the ink, and whoever
    may open the record can draw it anew and compare.
    """
    written = ["{:.3f} {:.3f} {:.3f} rg".format(*COLOUR)]
    for shape in outlines(ink):
        corners = [f"{x:.3f} {ink.height_mm - y:.3f}" for x, y in shape]
        written.append(
            f"{corners[0]} m " + " ".join(f"{corner} l" for corner in corners[1:]) + " h"
        )
    written.append("f" if len(written) > 1 else "n")
    return ("\n".join(written) + "\n").encode("ascii")


def synthetic_ink(
    seed: int, letters: int = 3, width_mm: float = 120.0, height_mm: float = 50.0
) -> Ink:
    """Strokes as if ``letters`` Chinese characters had been written; the same for the same seed.

    For training and demonstrations: it belongs to nobody.
    """
    chance = random.Random(seed)
    cell = min(height_mm * 0.62, width_mm * 0.9 / max(1, letters))
    left = (width_mm - cell * letters) / 2
    strokes: list[Stroke] = []
    clock = 0
    for letter in range(letters):
        corner_x = left + letter * cell + cell * 0.1
        corner_y = (height_mm - cell) / 2 + chance.uniform(-0.06, 0.06) * cell
        for number in range(chance.randint(4, 7)):
            stroke = _written(chance, corner_x, corner_y, cell * 0.8, number, clock)
            strokes.append(stroke)
            clock = stroke.points[-1].t + chance.randint(60, 180)
        clock += chance.randint(80, 260)
    return Ink(tuple(strokes), width_mm, height_mm)


# How strokes of running hand go through a character's square: start, bend, end.
_MOVES = (
    ((0.05, 0.20), (0.50, 0.13), (0.95, 0.18)),  # 横
    ((0.50, 0.02), (0.46, 0.50), (0.52, 0.98)),  # 竖
    ((0.55, 0.10), (0.42, 0.60), (0.06, 0.95)),  # 撇
    ((0.40, 0.25), (0.62, 0.62), (0.97, 0.92)),  # 捺
    ((0.12, 0.50), (0.55, 0.44), (0.90, 0.52)),  # 横
    ((0.70, 0.55), (0.78, 0.62), (0.82, 0.72)),  # 点
    ((0.20, 0.62), (0.75, 0.60), (0.66, 0.95)),  # 横折钩
)
_SAMPLE_MS = 8  # pads report about 125 points a second


def _written(
    chance: random.Random, x: float, y: float, size: float, number: int, start: int
) -> Stroke:
    wobble = [
        (px + chance.gauss(0, 0.06), py + chance.gauss(0, 0.06))
        for px, py in _MOVES[(number + chance.randint(0, 1)) % len(_MOVES)]
    ]
    (x0, y0), (x1, y1), (x2, y2) = wobble
    length = size * (math.hypot(x1 - x0, y1 - y0) + math.hypot(x2 - x1, y2 - y1))
    count = max(6, int(length / chance.uniform(0.5, 0.9)))
    firmness = chance.uniform(0.5, 0.8)
    points = []
    for index in range(count):
        u = index / (count - 1)
        px, py = _bent(wobble, u)
        swell = math.sin(math.pi * min(1.0, 0.12 + 0.85 * u)) ** 0.5
        pressure = min(1.0, max(0.05, firmness * swell + chance.gauss(0, 0.02)))
        points.append(
            Point(
                round(x + px * size + chance.gauss(0, 0.03), 3),
                round(y + py * size + chance.gauss(0, 0.03), 3),
                start + index * _SAMPLE_MS,
                round(pressure, 4),
            )
        )
    return Stroke(tuple(points))


def _bent(move: Sequence[tuple[float, float]], u: float) -> tuple[float, float]:
    """The parabola through start, bend (half-way) and end."""
    first, middle, last = (1 - u) * (1 - 2 * u), 4 * u * (1 - u), u * (2 * u - 1)
    (x0, y0), (x1, y1), (x2, y2) = move
    return first * x0 + middle * x1 + last * x2, first * y0 + middle * y1 + last * y2


def _shapes(stroke: Stroke) -> Iterable[Polygon]:
    line = _smooth(stroke.points)
    if not line:
        return
    if len(line) < 2:
        yield _disc(*line[0])
        return
    there: list[tuple[float, float]] = []
    back: list[tuple[float, float]] = []
    for index, (x, y, half) in enumerate(line):
        before, after = line[max(0, index - 1)], line[min(len(line) - 1, index + 1)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        norm = math.hypot(dx, dy) or 1.0
        side_x, side_y = -dy / norm * half, dx / norm * half
        there.append((x + side_x, y + side_y))
        back.append((x - side_x, y - side_y))
        if index in (0, len(line) - 1) or _turn(before, (x, y, half), after) > 0.7:
            yield _disc(x, y, half)
    yield tuple(there + back[::-1])


def _smooth(points: Sequence[Point]) -> list[tuple[float, float, float]]:
    """x, y and half the line's width along a Catmull-Rom curve through the points."""
    kept = [
        point
        for index, point in enumerate(points)
        if index == 0 or math.hypot(point.x - points[index - 1].x, point.y - points[index - 1].y)
    ]
    line = [(p.x, p.y, _half_width(p.pressure)) for p in kept[:1]]
    for index in range(len(kept) - 1):
        a, b = kept[max(0, index - 1)], kept[index]
        c, d = kept[index + 1], kept[min(len(kept) - 1, index + 2)]
        steps = max(1, min(50, round(math.hypot(c.x - b.x, c.y - b.y) / _STEP_MM)))
        for step in range(1, steps + 1):
            u = step / steps
            pressure = b.pressure + (c.pressure - b.pressure) * u
            line.append(
                (
                    _between(a.x, b.x, c.x, d.x, u),
                    _between(a.y, b.y, c.y, d.y, u),
                    _half_width(pressure),
                )
            )
    return line


def _between(a: float, b: float, c: float, d: float, u: float) -> float:
    """Catmull-Rom from ``b`` to ``c``."""
    return 0.5 * (
        2 * b + (c - a) * u + (2 * a - 5 * b + 4 * c - d) * u**2 + (3 * b - a - 3 * c + d) * u**3
    )


def _half_width(pressure: float) -> float:
    return (_FINEST_MM + (_BROADEST_MM - _FINEST_MM) * min(1.0, max(0.0, pressure))) / 2


def _turn(
    before: tuple[float, float, float],
    here: tuple[float, float, float],
    after: tuple[float, float, float],
) -> float:
    """How sharply the line turns, in radians."""
    first = math.atan2(here[1] - before[1], here[0] - before[0])
    second = math.atan2(after[1] - here[1], after[0] - here[0])
    return abs(math.remainder(second - first, math.tau))


def _disc(x: float, y: float, radius: float) -> Polygon:
    """Wound as the polygons of strokes are, so that where they overlap nothing is left out."""
    return tuple(
        (x + radius * math.cos(math.tau * k / 12), y - radius * math.sin(math.tau * k / 12))
        for k in range(12)
    )
