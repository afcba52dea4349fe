"""Moves each side of a nearly right outline onto the edge that is really there.

First on the maps of the small copy, then on the full picture, where a side is found to a fraction
of a pixel. Both times the strip along the side is laid flat and every straight line through it is
tried: the one that most of the edge supports wins, so a finger or a torn corner does not pull it.
"""

from __future__ import annotations

import itertools

import cv2
import numpy as np

from station.imaging.arrays import Floats, Pixels, as_floats32
from station.imaging.evidence import Evidence


def snapped(evidence: Evidence, quad: Floats, reach: float = 6.0) -> Floats:
    """``quad`` (4 x 2, small copy) with each side moved by at most ``reach`` pixels."""
    lines = []
    for index in range(4):
        a, b = quad[index], quad[(index + 1) % 4]
        lines.append(_side_on_maps(evidence, a, b, reach))
    return _corners_of(lines, quad)


def _frame_of(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    along = b - a
    length = float(np.hypot(*along))
    unit = along / max(length, 1e-9)
    return unit, np.array([unit[1], -unit[0]])


def _side_on_maps(evidence: Evidence, a: Floats, b: Floats, reach: float) -> tuple[Floats, Floats]:
    _, outward = _frame_of(a, b)
    strip, offsets, t = _strip_of_maps(evidence, a, b, outward, reach, 0.5, 48)
    start, end = best_line(strip, offsets, t, calm=0.15)
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
    t = np.linspace(0.03, 0.97, samples)
    points = ((a + t[:, None] * (b - a))[:, None] + offsets[:, None] * outward).astype(np.float32)
    x, y = np.ascontiguousarray(points[..., 0]), np.ascontiguousarray(points[..., 1])
    edge = cv2.remap(evidence.edge, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    turn = cv2.remap(evidence.along, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    twice = np.array([outward[0] ** 2 - outward[1] ** 2, 2 * outward[0] * outward[1]])
    same = np.clip((turn @ twice - 0.6) / 0.3, 0, 1)
    return np.minimum(edge, 4) / 4 * same, offsets, t


def best_line(strip: Floats, offsets: Floats, t: Floats, calm: float) -> tuple[float, float]:
    """The straight line through ``strip`` (samples x offsets) that gathers most.

    Returns its offset at the side's two ends. ``calm`` is what moving by the whole reach costs.
    """
    count = len(offsets)
    first, last = np.repeat(np.arange(count), count), np.tile(np.arange(count), count)
    rows = np.rint(first[:, None] * (1 - t) + last[:, None] * t).astype(np.int64)
    gathered = strip[np.arange(len(t))[None], rows].mean(axis=1)
    reach = float(np.abs(offsets).max())
    cost = calm * (np.abs(offsets[first]) + np.abs(offsets[last])) / (2 * reach)
    best = int(np.argmax(gathered - cost * (gathered.max() + 1e-9)))
    return float(offsets[first[best]]), float(offsets[last[best]])


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


def refined(picture: Pixels, quad: Floats, reach: float) -> Floats:
    """``quad`` (4 x 2, pixels of ``picture``, which is BGR) with each side moved by at most
    ``reach`` pixels onto the sharpest edge."""
    lines = []
    for index in range(4):
        a, b = quad[index], quad[(index + 1) % 4]
        _, outward = _frame_of(a, b)
        samples = 96
        step = max(reach / 16, 0.5)
        offsets = np.arange(-reach - 2 * step, reach + 2.01 * step, step)
        t = np.linspace(0.03, 0.97, samples)
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
        start, end = best_line(weight, (offsets[1:-2] + offsets[2:-1]) / 2, t, calm=0.1)
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
    count = len(offsets)
    slants = np.arange(-5, 6)
    first = np.repeat(np.arange(count), len(slants))
    last = first + np.tile(slants, count)
    inside = (last >= 0) & (last < count)
    first, last = first[inside], last[inside]
    rows = np.rint(first[:, None] * (1 - t) + last[:, None] * t).astype(np.int64)
    gathered = strip[np.arange(len(t))[None], rows].mean(axis=1)
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


def rivals_of_the_best(evidence: Evidence, quads: Floats, scores: Floats, count: int = 3) -> Floats:
    """The best few outlines, snapped, with their alternatives."""
    diagonal = float(np.hypot(evidence.height, evidence.width))
    best: list[Floats] = []
    for index in np.argsort(-scores):
        quad = quads[index]
        gaps = [np.linalg.norm(quad[:, None] - b[None], axis=2).min(1).max() for b in best]
        if all(g > 0.03 * diagonal for g in gaps):
            best.append(quad)
            if len(best) == count:
                break
    found = []
    for rank, quad in enumerate(best):
        found.append(alternatives(evidence, snapped(evidence, quad), each=2 if rank == 0 else 1))
    return np.concatenate(found)
