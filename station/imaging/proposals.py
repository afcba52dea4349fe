"""Outlines that might be the sheet, from several cheap and independent methods.

Each method fails on pictures of its own kind (a mat full of texture, white on white, a fan of
papers), hardly ever on the same one. A proposal only has to be near; ``scoring`` compares them
and ``refinement`` makes the chosen one exact.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from station.imaging.arrays import Floats, Indices, Pixels, as_pixels, largest
from station.imaging.evidence import Evidence

SMALLEST_PART = 0.03
"""A sheet takes up at least this part of the picture."""


@dataclass(frozen=True, slots=True)
class Proposals:
    """All proposed outlines of one picture."""

    quads: Floats
    """N x 4 x 2, clockwise, in pixels of the small copy."""
    methods: Indices
    """Which method each came from (index into ``METHODS``)."""


METHODS = ("foreign", "channel", "edges", "cut", "lines")


_CUT_PART = 0.2
"""Of the small copy, the size of the copy that GrabCut cuts, whose cost grows with its area; on a
larger one the blob's outline is no nearer to the sheet once its sides are moved onto edges."""


def propose(evidence: Evidence) -> Proposals:
    """Everything that the methods find in one picture."""
    quads: list[Floats] = []
    methods: list[int] = []
    with ThreadPoolExecutor(1, thread_name_prefix="lines") as other_core:
        crossing = other_core.submit(_crossings, evidence)
        # first, as it takes as long as finding the lines and both leave Python alone
        cut = _cut(evidence)
        for method, mask in (*_masks(evidence), (METHODS.index("cut"), cut)):
            for quad in _outlines(mask):
                quads.append(quad)
                methods.append(method)
        crossed = crossing.result()
    quads.extend(crossed)
    methods.extend([METHODS.index("lines")] * len(crossed))
    return Proposals(
        np.array(quads, dtype=np.float64).reshape(-1, 4, 2), np.array(methods, dtype=np.int64)
    )


# -- masks ----------------------------------------------------------------------------------------


def _masks(evidence: Evidence) -> Iterator[tuple[int, Pixels]]:
    """Binary pictures in which the sheet may be one white blob."""
    kernel = np.ones((5, 5), np.uint8)

    def tidy(mask: Pixels) -> Pixels:
        closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, kernel)
        return as_pixels(cv2.morphologyEx(closed, cv2.MORPH_OPEN, kernel))

    foreign = np.minimum(evidence.foreign * 12, 255).astype(np.uint8)
    level, mask = cv2.threshold(foreign, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    yield 0, tidy(as_pixels(mask))
    for factor in (0.5, 1.5):
        yield 0, tidy(((foreign > level * factor) * np.uint8(255)).astype(np.uint8))

    lab = evidence.lab
    for channel in range(3):
        plane = cv2.GaussianBlur(lab[..., channel], (0, 0), 1.5)
        low, high = np.percentile(plane[::4, ::4], (1, 99))
        if high - low < 6:
            continue
        stretched = np.clip((plane - low) * (255 / (high - low)), 0, 255).astype(np.uint8)
        level, mask = cv2.threshold(stretched, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
        light = as_pixels(mask)
        yield 1, tidy(light)
        yield 1, tidy(as_pixels(cv2.bitwise_not(light)))
        if channel == 0:
            upper = stretched[stretched > level]
            if upper.size > 500:
                second, _ = cv2.threshold(
                    upper.reshape(1, -1), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU
                )
                yield 1, tidy(((stretched > second) * np.uint8(255)).astype(np.uint8))

    for threshold in (1.5, 3.0):
        lines = ((evidence.edge > threshold) * np.uint8(255)).astype(np.uint8)
        yield 2, as_pixels(cv2.morphologyEx(lines, cv2.MORPH_CLOSE, kernel))


def _cut(evidence: Evidence) -> Pixels:
    """GrabCut on a tiny copy, the frame being ground for sure."""
    size = (
        max(8, round(evidence.width * _CUT_PART)),
        max(8, round(evidence.height * _CUT_PART)),
    )
    tiny = cv2.resize(evidence.bgr, size, interpolation=cv2.INTER_AREA)
    rim = max(2, round(0.03 * max(size)))
    labels = np.full((size[1], size[0]), cv2.GC_PR_FGD, np.uint8)
    labels[:rim] = labels[-rim:] = cv2.GC_BGD
    labels[:, :rim] = labels[:, -rim:] = cv2.GC_BGD
    if not (labels == cv2.GC_PR_FGD).any():  # a picture so narrow that it is all frame
        return np.zeros((evidence.height, evidence.width), np.uint8)
    ground, figure = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(7)
    cv2.grabCut(tiny, labels, (0, 0, 1, 1), ground, figure, 2, cv2.GC_INIT_WITH_MASK)
    mask = np.where((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD), 255, 0).astype(np.uint8)
    return np.asarray(
        cv2.resize(mask, (evidence.width, evidence.height), interpolation=cv2.INTER_LINEAR)
        // 128
        * 255,
        np.uint8,
    )


def _outlines(mask: Pixels) -> Iterator[Floats]:
    """Four-sided outlines of the largest blobs."""
    least = SMALLEST_PART * mask.shape[0] * mask.shape[1]
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    hulls = [cv2.convexHull(c) for c in contours if len(c) >= 4]
    sized = sorted(((cv2.contourArea(h), i) for i, h in enumerate(hulls)), reverse=True)
    for area, index in sized[:3]:
        if area < least:
            return
        quad = four_sides(hulls[index].reshape(-1, 2).astype(np.float64))
        if quad is not None:
            yield quad


def four_sides(hull: Floats) -> Floats | None:
    """The quadrilateral round a convex polygon that adds the least area.

    Sides are dropped one by one, each time the one whose neighbours can be prolonged most
    cheaply; so rounded corners and a torn-off corner do not bend the long sides.
    """
    points = cv2.approxPolyDP(hull.astype(np.float32), 1.5, True).reshape(-1, 2).astype(np.float64)
    if len(points) < 4:
        return None
    ring = list(points)
    while len(ring) > 4:
        best: tuple[float, int, Floats] | None = None
        count = len(ring)
        for i in range(count):
            a, b, c, d = (ring[(i + k) % count] for k in range(-1, 3))
            crossing = _cross(a, b, d, c)  # prolong a→b and d→c over the side b-c
            if crossing is None:
                continue
            added = abs(_triangle(b, crossing, c))
            if best is None or added < best[0]:
                best = (added, i, crossing)
        if best is None:
            return None
        _, i, crossing = best
        ring[i] = crossing
        del ring[(i + 1) % len(ring)]
    quad = np.array(ring)
    x, y = quad[:, 0], quad[:, 1]
    if (x * np.roll(y, -1) - y * np.roll(x, -1)).sum() < 0:
        quad = quad[::-1]
    return quad


def _cross(a: Floats, b: Floats, c: Floats, d: Floats) -> Floats | None:
    """Where the ray a→b prolonged beyond b meets the ray c→d prolonged beyond d."""
    u, v = b - a, d - c
    cross = u[0] * v[1] - u[1] * v[0]
    if abs(cross) < 1e-9:
        return None
    w = c - a
    s = (w[0] * v[1] - w[1] * v[0]) / cross
    t = (w[0] * u[1] - w[1] * u[0]) / cross
    if s < 1 or t < 1:
        return None
    return np.asarray(a + s * u)


def _triangle(a: Floats, b: Floats, c: Floats) -> float:
    return float((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])) / 2


# -- lines ----------------------------------------------------------------------------------------

_LINE_SCALE = 0.6
"""At which straight edges are looked for: 0.6 of OpenCV's time at its own 0.8, and a proposal only
has to be near."""
_LINES_EACH_WAY = 16
_CROSSINGS = 36


def _crossings(evidence: Evidence) -> Floats:
    """Quads between long lines, two one way and two the other, that edges follow best."""
    segments = _segments(evidence)
    if len(segments) < 4:
        return np.empty((0, 4, 2))
    lines = _merged(segments, max(evidence.height, evidence.width))
    main = lines[0, :2]
    same = np.abs(lines[:, :2] @ main)
    one, two = lines[same > 0.8][:_LINES_EACH_WAY], lines[same < 0.6][:_LINES_EACH_WAY]
    if len(one) < 2 or len(two) < 2:
        return np.empty((0, 4, 2))
    return _best_crossings(evidence, one, two)


def _segments(evidence: Evidence) -> Floats:
    """N x 4 straight edges (x0, y0, x1, y1) of the picture in grey and in its livelier colour."""
    detector = cv2.createLineSegmentDetector(cv2.LSD_REFINE_NONE, scale=_LINE_SCALE)
    colour = evidence.lab[..., 1:]
    spread = [float(colour[::6, ::6, i].std()) for i in (0, 1)]
    planes = [evidence.grey]
    if max(spread) > 4:
        plane = colour[..., int(np.argmax(spread))]
        planes.append(as_pixels((plane - plane.min()) * (255 / max(float(np.ptp(plane)), 1.0))))
    found = [f for f in (detector.detect(plane)[0] for plane in planes) if f is not None]
    if not found:
        return np.empty((0, 4))
    segments = np.concatenate(found).reshape(-1, 4).astype(np.float64)
    length = np.hypot(segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1])
    long = segments[length > 0.03 * max(evidence.height, evidence.width)]
    order = np.argsort(-np.hypot(long[:, 2] - long[:, 0], long[:, 3] - long[:, 1]))
    return np.asarray(long[order[:160]])


def _merged(segments: Floats, side: int) -> Floats:
    """Segments on one straight line taken together: M x 4 (unit normal, offset, length)."""
    a, b = segments[:, :2], segments[:, 2:]
    along = b - a
    length = np.linalg.norm(along, axis=1)
    normal = np.stack([-along[:, 1], along[:, 0]], 1) / length[:, None]
    middle = (a + b) / 2
    taken = np.zeros(len(segments), bool)
    lines = []
    for i in range(len(segments)):
        if taken[i]:
            continue
        n = normal[i]
        off = np.maximum(np.abs((a - middle[i]) @ n), np.abs((b - middle[i]) @ n))
        near = (off < 0.008 * side) & ~taken & (np.abs(normal @ n) > 0.97)
        taken |= near
        weights = np.repeat(length[near], 2)
        points = np.stack([a[near], b[near]], 1).reshape(-1, 2)
        centre = (points * weights[:, None]).sum(0) / weights.sum()
        x, y = (points - centre).T
        turn = 0.5 * np.arctan2(2 * (weights * x * y).sum(), (weights * (x * x - y * y)).sum())
        m = np.array([-np.sin(turn), np.cos(turn)])
        lines.append([m[0], m[1], float(m @ centre), float(weights.sum() / 2)])
    merged = np.array(lines)
    return np.asarray(merged[np.argsort(-merged[:, 3])])


def _best_crossings(evidence: Evidence, one: Floats, two: Floats) -> Floats:
    """Of all quads between two lines of ``one`` and two of ``two``, those with edges along them."""
    size = np.array([evidence.width, evidence.height], float)
    diagonal = float(np.hypot(*size))
    # where each line of one family meets each of the other
    cross = one[:, None, 0] * two[None, :, 1] - one[:, None, 1] * two[None, :, 0]
    x = (one[:, None, 2] * two[None, :, 1] - one[:, None, 1] * two[None, :, 2]) / cross
    y = (one[:, None, 0] * two[None, :, 2] - one[:, None, 2] * two[None, :, 0]) / cross
    meets = np.stack([x, y], axis=2)
    sums_one, start_one = _support_along(evidence, one)
    sums_two, start_two = _support_along(evidence, two)
    reach = sums_one.shape[1] - 1

    def place(lines: Floats, start: Floats, points: Floats) -> Indices:
        direction = np.stack([lines[:, 1], -lines[:, 0]], axis=1)
        t = np.einsum("ijk,ik->ij", points, direction) - start[:, None]
        return np.asarray(np.clip(np.rint(t), 0, reach), np.int64)

    at_one = place(one, start_one, meets)
    at_two = place(two, start_two, meets.transpose(1, 0, 2))
    i, j = np.triu_indices(len(one), 1)
    k, m = np.triu_indices(len(two), 1)
    i, j = np.repeat(i, len(k)), np.repeat(j, len(k))
    k, m = np.tile(k, len(i) // len(k)), np.tile(m, len(i) // len(m))
    quads = np.stack([meets[i, k], meets[i, m], meets[j, m], meets[j, k]], axis=1)

    def side(
        sums: Floats,
        at: Indices,
        line: Indices,
        p: Indices,
        q: Indices,
    ) -> Floats:
        low, high = np.minimum(at[line, p], at[line, q]), np.maximum(at[line, p], at[line, q])
        return np.asarray((sums[line, high] - sums[line, low]) / np.maximum(high - low, 1))

    support = np.stack(
        [
            side(sums_one, at_one, i, k, m),
            side(sums_two, at_two, m, i, j),
            side(sums_one, at_one, j, k, m),
            side(sums_two, at_two, k, i, j),
        ]
    )
    px, py = quads[..., 0], quads[..., 1]
    area = (px * np.roll(py, -1, axis=1) - py * np.roll(px, -1, axis=1)).sum(axis=1) / 2
    share = np.abs(area) / size.prod()
    lengths = np.linalg.norm(np.roll(quads, -1, axis=1) - quads, axis=2)
    good = (share > SMALLEST_PART) & (lengths.min(axis=1) > 0.08 * diagonal)
    good &= (quads > -0.02 * diagonal).all(axis=(1, 2))
    good &= (quads < size + 0.02 * diagonal).all(axis=(1, 2))
    quads, support, area, share = quads[good], support[:, good], area[good], share[good]
    merit = support.mean(axis=0) + 0.6 * support.min(axis=0) + 0.25 * np.sqrt(share)
    return thinned(quads[np.argsort(-merit)[:600]], 0.02 * diagonal, _CROSSINGS)


def thinned(quads: Floats, apart: float, most: int) -> Floats:
    """The first ``most`` of ``quads`` that differ from those before by more than ``apart`` pixels
    at some corner; all clockwise from the top left."""
    sorted_quads = ordered(quads)
    flat = sorted_quads.reshape(-1, 8).astype(np.float32)
    kept: list[int] = []
    free = np.ones(len(flat), bool)
    while free.any() and len(kept) < most:
        index = int(np.argmax(free))
        kept.append(index)
        free &= largest(np.abs(flat - flat[index])) > apart
    return np.asarray(sorted_quads[kept])


def ordered(quads: Floats) -> Floats:
    """Convex quads (N x 4 x 2) clockwise, beginning with the corner nearest the top left."""
    centre = quads.mean(axis=1, keepdims=True)
    turn = np.arctan2(quads[..., 1] - centre[..., 1], quads[..., 0] - centre[..., 0])
    ring = np.take_along_axis(quads, np.argsort(turn, axis=1)[..., None], axis=1)
    along = np.roll(ring, -1, axis=1) - ring
    rightward = along[..., 0] / (np.linalg.norm(along, axis=2) + 1e-9)
    order = (np.argmax(rightward, axis=1)[:, None] + np.arange(4)) % 4
    return np.asarray(np.take_along_axis(ring, order[..., None], axis=1))


def _support_along(evidence: Evidence, lines: Floats) -> tuple[Floats, Floats]:
    """For each line the running sum of edge support, one entry per pixel, and where it starts.

    A pixel of the line is supported when within two pixels an edge runs the same way.
    """
    reach = int(np.hypot(evidence.height, evidence.width)) + 2
    direction = np.stack([lines[:, 1], -lines[:, 0]], axis=1)
    normal = lines[:, :2]
    foot = normal * lines[:, 2:3]
    centre = np.array([evidence.width / 2, evidence.height / 2])
    start = np.rint(((centre - foot) * direction).sum(axis=1) - reach / 2)
    t = start[:, None] + np.arange(reach)
    flat: list[NDArray[np.int32]] = []
    for axis in (0, 1):
        base = foot[:, axis, None] + t * direction[:, axis, None]
        at = base[..., None] + np.arange(-2, 3) * normal[:, axis, None, None]
        flat.append(np.rint(at.astype(np.float32)).astype(np.int32))
    column, row = flat
    inside = (column >= 0) & (row >= 0) & (column < evidence.width) & (row < evidence.height)
    np.clip(column, 0, evidence.width - 1, out=column)
    np.clip(row, 0, evidence.height - 1, out=row)
    place = row * np.int32(evidence.width) + column
    x, y = normal.astype(np.float32).T[..., None, None]
    same = evidence.cosine.take(place) * (x * x - y * y)
    same += evidence.sine.take(place) * (2 * x * y)
    edge = np.minimum(evidence.edge.ravel().take(place), 4) / 4
    support = largest(edge * (same > 0.8) * inside)
    sums = np.concatenate([np.zeros((len(lines), 1)), np.cumsum(support, axis=1)], axis=1)
    return sums, start
