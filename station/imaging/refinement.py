"""Moves each side of a nearly right outline onto the edge that is really there.

First on the maps of the small copy, then on the full picture, where a side is found to a fraction
of a pixel. Both times the strip along the side is laid flat and every straight line through it is
tried: the one that most of the edge supports wins, so a finger or a torn corner does not pull it.
"""

from __future__ import annotations

import itertools
from functools import lru_cache

import cv2
import numpy as np

from station.imaging.arrays import Floats, Indices, Pixels, as_floats32
from station.imaging.evidence import Evidence

TO_THE_CORNERS = 4.0
"""How much more a side's ends count than its middle, once it is known which edge it lies on."""


def snapped(evidence: Evidence, quad: Floats, reach: float = 6.0, ends: float = 0.0) -> Floats:
    """``quad`` (4 x 2, small copy) with each side moved by at most ``reach`` pixels; for ``ends``
    see ``best_line``."""
    lines = []
    for index in range(4):
        a, b = quad[index], quad[(index + 1) % 4]
        lines.append(_side_on_maps(evidence, a, b, reach, ends))
    return _corners_of(lines, quad)


def _frame_of(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    along = b - a
    length = float(np.hypot(*along))
    unit = along / max(length, 1e-9)
    return unit, np.array([unit[1], -unit[0]])


def _side_on_maps(
    evidence: Evidence, a: Floats, b: Floats, reach: float, ends: float
) -> tuple[Floats, Floats]:
    _, outward = _frame_of(a, b)
    strip, offsets, t = _strip_of_maps(evidence, a, b, outward, reach, 0.5, 48)
    start, end = best_line(strip, offsets, t, calm=0.15, ends=ends)
    return a + outward * start, b + outward * end


def _strip_of_maps(
    evidence: Evidence,
    a: Floats,
    b: Floats,
    outward: Floats,
    reach: float,
    step: float,
    samples: int,
) -> tuple[Floats, Floats, Floats]:
    """Edges parallel to the side a-b: samples x offsets, with the offsets and the places along."""
    offsets = np.arange(-reach, reach + 0.01, step)
    t = _along(samples)
    points = ((a + t[:, None] * (b - a))[:, None] + offsets[:, None] * outward).astype(np.float32)
    x, y = np.ascontiguousarray(points[..., 0]), np.ascontiguousarray(points[..., 1])
    edge = cv2.remap(evidence.edge, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    turn = cv2.remap(evidence.along, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    twice = np.array([outward[0] ** 2 - outward[1] ** 2, 2 * outward[0] * outward[1]])
    same = np.clip((turn @ twice - 0.6) / 0.3, 0, 1)
    return np.minimum(edge, 4) / 4 * same, offsets, t


def best_line(
    strip: Floats, offsets: Floats, t: Floats, calm: float, ends: float = 0.0
) -> tuple[float, float]:
    """The straight line through ``strip`` (samples x offsets) that gathers most.

    Returns its offset at the side's two ends. ``calm`` is what moving by the whole reach costs.
    With ``ends`` the side's ends count for so much more than its middle: the side of a curled sheet
    bows, and its corners are what matters.
    """
    count = len(offsets)
    first, last, places = _every_line(count, len(t))
    weight = 1 + ends * (2 * t - 1) ** 2
    gathered = strip.take(places) @ (weight / weight.sum())
    reach = float(np.abs(offsets).max())
    cost = calm * (np.abs(offsets[first]) + np.abs(offsets[last])) / (2 * reach)
    best = int(np.argmax(gathered - cost * (gathered.max() + 1e-9)))
    return float(offsets[first[best]]), float(offsets[last[best]])


@lru_cache(maxsize=8)
def _every_line(count: int, samples: int, slant: int | None = None) -> tuple[Indices, ...]:
    """Every straight line through a strip of ``samples`` x ``count``, if wanted only those that
    lean by at most ``slant``: where each begins and ends, and the flat places that it crosses.

    The same for every side of every outline, and half of the time that moving one takes.
    """
    first, last = np.repeat(np.arange(count), count), np.tile(np.arange(count), count)
    if slant is not None:
        upright = np.abs(first - last) <= slant
        first, last = first[upright], last[upright]
    t = _along(samples)
    rows = np.rint(first[:, None] * (1 - t) + last[:, None] * t).astype(np.int64)
    return first, last, rows + np.arange(samples) * count


def _along(samples: int) -> Floats:
    """Where along a side it is looked at: not at the very corners, which may be torn or round."""
    return np.linspace(0.03, 0.97, samples)


def _corners_of(lines: list[tuple[Floats, Floats]], quad: Floats) -> Floats:
    """Where neighbouring sides meet; the old corner where they do not."""
    corners = []
    for index in range(4):
        (a, b), (c, d) = lines[index - 1], lines[index]
        u, v, w = b - a, d - c, c - a
        cross = u[0] * v[1] - u[1] * v[0]
        if abs(cross) < 1e-6:
            corners.append(quad[index])
        else:
            corners.append(a + u * ((w[0] * v[1] - w[1] * v[0]) / cross))
    return np.array(corners)


_NEAR_FRAME = 0.035
"""Of the diagonal: GrabCut and the masks take a strip along the frame for ground."""
_SAME_PAPER = 9.0
"""Distance in Lab below which two patches are one sheet."""


def drawn_to_frame(evidence: Evidence, quad: Floats) -> Floats:
    """``quad`` with each side that runs just inside the frame, on nothing but paper, moved onto the
    frame: there the picture cuts the sheet off."""
    size = np.array([evidence.width, evidence.height], np.float64)
    near = _NEAR_FRAME * float(np.hypot(*size))
    lines = []
    for index in range(4):
        a, b = quad[index], quad[(index + 1) % 4]
        _, outward = _frame_of(a, b)
        axis = int(np.argmax(np.abs(outward)))
        rim = size[axis] if outward[axis] > 0 else 0.0
        gaps = np.abs(np.array([a[axis], b[axis]]) - rim)
        if gaps.max() < near and gaps.min() >= 1.5 and _is_one_paper(evidence, a, b, axis, rim):
            a, b = a.copy(), b.copy()
            a[axis] = b[axis] = rim
        lines.append((a, b))
    return _corners_of(lines, quad)


def _is_one_paper(evidence: Evidence, a: Floats, b: Floats, axis: int, rim: float) -> bool:
    """Whether from just inside the side a-b to the frame at ``rim`` all is of one colour."""
    t = np.linspace(0.08, 0.92, 24)[:, None]
    side = a + t * (b - a)
    inward = -4.0 if rim > 0 else 4.0
    colours = []
    for share, shift in ((0.0, inward), (0.5, 0.0), (0.85, 0.0)):
        points = side.copy()
        points[:, axis] += share * (rim - points[:, axis]) + shift
        x = np.clip(np.rint(points[:, 0]), 0, evidence.width - 1).astype(int)
        y = np.clip(np.rint(points[:, 1]), 0, evidence.height - 1).astype(int)
        colours.append(np.median(evidence.lab[y, x], axis=0))
    inside, *beyond = colours
    return all(float(np.linalg.norm(colour - inside)) < _SAME_PAPER for colour in beyond)


def refined(picture: Pixels, quad: Floats, reach: float) -> Floats:
    """``quad`` (4 x 2, pixels of ``picture``, which is BGR) with each side moved by at most
    ``reach`` pixels onto the sharpest edge. A side on the frame stays: the frame is no edge."""
    lines = []
    far = np.array([picture.shape[1], picture.shape[0]], np.float64) - 1.5
    for index in range(4):
        a, b = quad[index], quad[(index + 1) % 4]
        low, high = np.minimum(a, b), np.maximum(a, b)
        if (high < 0.5).any() or (low > far).any():
            lines.append((a, b))
            continue
        _, outward = _frame_of(a, b)
        samples = 96
        step = max(reach / 16, 0.5)
        offsets = np.arange(-reach - 2 * step, reach + 2.01 * step, step)
        t = _along(samples)
        points = (a + t[:, None] * (b - a))[:, None] + offsets[:, None] * outward
        maps = points.astype(np.float32)
        strip = cv2.remap(
            picture,
            np.ascontiguousarray(maps[..., 0]),
            np.ascontiguousarray(maps[..., 1]),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        strip = as_floats32(cv2.blur(as_floats32(strip), (1, 7)))
        change = np.linalg.norm(
            strip[:, 3:] + strip[:, 2:-1] - strip[:, 1:-2] - strip[:, :-3], axis=2
        )
        usual = np.median(change) + 4
        weight = np.minimum(change / usual, 6).astype(np.float64)
        start, end = best_line(
            weight, (offsets[1:-2] + offsets[2:-1]) / 2, t, calm=0.1, ends=TO_THE_CORNERS
        )
        lines.append((a + outward * start, b + outward * end))
    return _corners_of(lines, quad)


def alternatives(evidence: Evidence, quad: Floats, reach: float = 36.0, each: int = 2) -> Floats:
    """Outlines in which some sides of ``quad`` lie on another nearby edge: N x 4 x 2.

    The side of a sheet has rivals: the rim of its shadow, a printed frame, a fold, the sheet
    below. The first outline is ``quad`` itself.
    """
    choices = []
    for index in range(4):
        a, b = quad[index], quad[(index + 1) % 4]
        _, outward = _frame_of(a, b)
        options = [(0.0, 0.0), *_rivals(evidence, a, b, outward, reach, each)]
        choices.append([(a + outward * p, b + outward * q) for p, q in options])
    quads = []
    for pick in itertools.product(*choices):
        corners = _corners_of(list(pick), quad)
        quads.append(corners)
    return np.array(quads)


def _rivals(
    evidence: Evidence, a: Floats, b: Floats, outward: Floats, reach: float, each: int
) -> list[tuple[float, float]]:
    """The strongest lines nearly parallel to a side, best first, the side itself left out."""
    strip, offsets, t = _strip_of_maps(evidence, a, b, outward, reach, 1.0, 40)
    first, last, places = _every_line(len(offsets), len(t), 5)
    gathered = strip.take(places).mean(axis=1)
    middle = (offsets[first] + offsets[last]) / 2
    found: list[tuple[float, float]] = []
    free = np.abs(middle) > 3.5
    for _ in range(each):
        if not free.any():
            break
        best = int(np.argmax(np.where(free, gathered, -1)))
        if gathered[best] < 0.12:
            break
        found.append((float(offsets[first[best]]), float(offsets[last[best]])))
        free &= np.abs(middle - middle[best]) > 4
    return found
