"""How much a proposed outline looks like the outline of a sheet.

``marks`` measures; ``weights.py`` holds what each mark is worth. The marks have no unit and are
bounded, so that one weight holds for a dim phone photo and for a document camera alike.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from station.imaging.arrays import Flags, Floats, Floats32, Indices, as_floats32, largest, smallest
from station.imaging.evidence import Evidence
from station.imaging.proposals import METHODS, Proposals

MARKS = (
    "support_mean",  # share of the sides along which an edge runs
    "support_min",
    "support_second",
    "strength_mean",  # how strong that edge is in grey levels
    "strength_min",
    "contrast_mean",  # colour just inside against colour just outside
    "contrast_min",
    "polarity",  # 1 when that step is the same on all four sides
    "ground_outside",  # outside looks like what lies along the frame
    "ground_outside_min",
    "ground_inside",
    "inside_even",  # the sheet's margin has one colour all round
    "paper_outside",  # outside some side looks like the sheet's margin: a fold, a printed frame
    "area_root",
    "area_large",
    "separation",  # how much a pixel's colour tells whether it is inside
    "separation_near",
    "cut_agrees",  # overlap with GrabCut's and the ground model's blobs
    "foreign_agrees",
    "corners_square",
    "sides_alike",
    "on_frame",  # sides that lie on the picture's frame
    "methods_agree",  # share of the methods that propose this outline
    "neighbours",
    "beyond",  # a stronger parallel edge further out
    "crossed",  # edges that run across the sides
    "overrun",  # edges that go on beyond the corners: a joint, a table, a ruled line
    "written_beside",  # fine dark strokes round about: a picture or a seal on a page
    "nested",  # lies inside a clearly larger outline that edges follow: a printed picture, a table
)

CONTEST = ("mass", "lead", "first_mass")
"""What the contest between outlines adds to the marks when trust is weighed."""

_SAMPLES = 24
_OUTWARD: Floats = np.arange(8.0, 40.0, 3.0)


def marks(evidence: Evidence, quads: Floats, proposals: Proposals) -> Floats:
    """N x len(MARKS) for ``quads`` (N x 4 x 2); ``proposals`` are what they are compared with."""
    diagonal = float(np.hypot(evidence.height, evidence.width))
    sides = np.roll(quads, -1, axis=1) - quads
    lengths = np.linalg.norm(sides, axis=2) + 1e-6
    unit = sides / lengths[..., None]
    look = Look(evidence, quads)

    support, strength, crossed, beyond, overrun = _edges(look)
    ranked = np.sort(support, axis=1)
    firm = np.tanh(strength / 12)
    colours = _colours(look)
    area = _areas(quads) / (evidence.height * evidence.width)
    square = 1 - np.abs((unit * np.roll(unit, -1, axis=1)).sum(2)).max(1)
    opposite = np.stack([lengths, np.roll(lengths, 2, axis=1)])
    alike = (opposite.min(0) / opposite.max(0)).min(1)
    agreeing, neighbours = _witnesses(quads, proposals, 0.03 * diagonal)
    separation, near, cut, foreign, beside = _regions(evidence, quads, proposals)
    rivals = support if quads is proposals.quads else support_of(evidence, proposals.quads)
    nested = _nested(quads, proposals.quads, rivals)
    columns = [
        support.mean(1), ranked[:, 0], ranked[:, 1],
        firm.mean(1), firm.min(1),
        *colours,
        np.sqrt(area), (area > 0.85).astype(float),
        separation, near, cut, foreign,
        square, alike, look.on_frame.mean(1),
        agreeing, neighbours,
        (beyond - support).max(1), crossed.mean(1), overrun.mean(1), beside, nested,
    ]  # fmt: skip
    return np.stack(columns, axis=1)


def _areas(quads: Floats) -> Floats:
    x, y = quads[..., 0], quads[..., 1]
    return np.asarray(np.abs((x * np.roll(y, -1, 1) - y * np.roll(x, -1, 1)).sum(1)) / 2)


class Look:
    """Looks up maps along the sides of many outlines at once, some pixels off the side."""

    def __init__(self, evidence: Evidence, quads: Floats) -> None:
        self.evidence = evidence
        self.quads = quads.astype(np.float32)
        self.sides = np.roll(self.quads, -1, axis=1) - self.quads
        unit = self.sides / (np.linalg.norm(self.sides, axis=2, keepdims=True) + 1e-6)
        self.outward = np.stack([unit[..., 1], -unit[..., 0]], axis=2)
        nx, ny = self.outward[..., 0], self.outward[..., 1]
        self.twice = nx * nx - ny * ny, 2 * nx * ny
        self.on_frame = ~self.places(np.linspace(0.1, 0.9, 5), np.array([4.0]))[1].any(axis=(2, 3))

    def places(self, along: Floats, offsets: Floats) -> tuple[NDArray[np.int32], Flags]:
        """Flat indices N x 4 x len(along) x len(offsets), and whether they lie in the picture."""
        t, o = along.astype(np.float32), offsets.astype(np.float32)
        flat: list[Floats32] = []
        for axis in (0, 1):
            base = self.quads[..., axis, None] + t * self.sides[..., axis, None]
            flat.append(base[..., None] + (o * self.outward[..., axis, None])[:, :, None])
        height, width = self.evidence.height, self.evidence.width
        x, y = (np.rint(v).astype(np.int32) for v in flat)
        inside = (x >= 0) & (y >= 0) & (x < width) & (y < height)
        np.clip(x, 0, width - 1, out=x)
        np.clip(y, 0, height - 1, out=y)
        return y * np.int32(width) + x, inside

    def parallel(self, places: NDArray[np.int32]) -> Floats32:
        """Cosine of twice the angle between the edge there and the side: 1 along, -1 across."""
        cosine, sine = self.evidence.cosine, self.evidence.sine
        a, b = self.twice
        return np.asarray(
            cosine.take(places) * a[..., None, None] + sine.take(places) * b[..., None, None]
        )


_ALONG: Floats = np.linspace(0.04, 0.96, _SAMPLES)
_CLOSE: Floats = np.arange(-2.0, 3.0)


def support_of(evidence: Evidence, quads: Floats) -> Floats32:
    """N x 4: share of each side along which an edge runs."""
    look = Look(evidence, quads)
    places, inside = look.places(_ALONG, _CLOSE)
    edge = np.minimum(evidence.edge.ravel().take(places), 3) / 3 * inside
    return np.asarray(largest(edge * (look.parallel(places) > 0.75)).mean(axis=2))


def _nested(quads: Floats, others: Floats, support: Floats32) -> Floats:
    """How well edges follow the best outline that holds each quad and is clearly larger, 0..1."""
    merit = np.sort(support, axis=1)[:, 0]
    sides = np.roll(others, -1, axis=1) - others
    length = np.linalg.norm(sides, axis=2) + 1e-6
    mine, larger = _areas(quads), _areas(others)
    # distance of every corner from every side of every other outline, inward positive
    away = quads[:, None, :, None] - others[None, :, None]
    depth = sides[None, :, None, :, 0] * away[..., 1] - sides[None, :, None, :, 1] * away[..., 0]
    depth /= length[None, :, None]
    slack = -0.02 * np.sqrt(larger)
    holds = smallest(smallest(depth)) > slack[None]
    holds &= larger[None] > 1.25 * mine[:, None]
    return np.asarray(np.where(holds, merit[None], 0.0).max(axis=1), np.float64)


def _edges(look: Look) -> tuple[Floats32, Floats32, Floats32, Floats32, Floats32]:
    """Per outline and side: support, strength, crossing, support further out, overrun."""
    edge_map, strength_map = look.evidence.edge.ravel(), look.evidence.strength.ravel()
    places, inside = look.places(_ALONG, _CLOSE)
    parallel = look.parallel(places)
    edge = np.minimum(edge_map.take(places), 3) / 3 * inside
    same = parallel > 0.75
    support = largest(edge * same).mean(axis=2)
    strength = largest(strength_map.take(places) * same * inside).mean(axis=2)
    crossed = largest(edge * (parallel < -0.5)).mean(axis=2)

    places, inside = look.places(_ALONG, _OUTWARD)
    edge = np.minimum(edge_map.take(places), 3) / 3 * inside * (look.parallel(places) > 0.75)
    beyond = edge.mean(axis=2).max(axis=2)

    past = np.concatenate([np.linspace(-0.25, -0.05, 8), np.linspace(1.05, 1.25, 8)])
    places, inside = look.places(past, _CLOSE)
    edge = np.minimum(edge_map.take(places), 3) / 3 * inside * (look.parallel(places) > 0.75)
    return support, strength, crossed, beyond, largest(edge).mean(axis=2)


def _colours(look: Look) -> tuple[Floats32, ...]:
    """The eight marks that compare colours on both sides of the outline."""
    evidence = look.evidence
    lab = cv2.blur(evidence.lab, (3, 3)).reshape(-1, 3)
    places, _ = look.places(_ALONG, np.array([-5.0, 5.0, 10.0]))
    inner, outer, far = (lab.take(places[..., i], axis=0) for i in range(3))
    step = inner - outer
    light, a, b = np.moveaxis(step * step, -1, 0)
    contrast = np.tanh(np.median(np.sqrt(light + a + b), axis=2) / 25)
    middle = np.median(step, axis=2)
    common = np.linalg.norm(middle.mean(axis=1), axis=1)
    polarity = common / (np.linalg.norm(middle, axis=2).mean(axis=1) + 2)
    foreign = evidence.foreign.ravel()
    outside = np.exp(-np.median(foreign.take(places[..., 2]), axis=2) / 5)
    inside = np.exp(-np.median(foreign.take(places[..., 0]), axis=2) / 5)
    margin = np.median(inner, axis=2)
    paper = np.median(margin, axis=1)
    even = np.exp(-np.linalg.norm(margin - paper[:, None], axis=2).mean(axis=1) / 15)
    beside = np.linalg.norm(np.median(far, axis=2) - paper[:, None], axis=2)
    return (
        contrast.mean(1), contrast.min(1), polarity,
        outside.mean(1), outside.min(1), inside.mean(1),
        even, np.exp(-beside / 10).max(1),
    )  # fmt: skip


def _witnesses(quads: Floats, proposals: Proposals, near: float) -> tuple[Floats, Floats]:
    """Share of the methods that propose each outline, and how many proposals lie there."""
    a, b = quads.astype(np.float32), proposals.quads.astype(np.float32)
    away = (a[:, None, :, None] - b[None, :, None]) ** 2
    close = largest(smallest(away[..., 0] + away[..., 1])) < near * near
    agreeing = np.stack([close[:, proposals.methods == m].any(axis=1) for m in range(len(METHODS))])
    return agreeing.mean(0), np.minimum(close.sum(1), 8) / 8


# -- regions --------------------------------------------------------------------------------------

_TINY = 80
_BINS = (8, 5, 5)


def _regions(
    evidence: Evidence, quads: Floats, proposals: Proposals
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """How well inside and outside differ in colour, whole and near; agreement with two masks; how
    much is written round about."""
    scale = _TINY / max(evidence.height, evidence.width)
    size = (max(8, round(evidence.width * scale)), max(8, round(evidence.height * scale)))
    ratio = np.array(size) / (evidence.width, evidence.height)
    colour = _colour_bins(as_floats32(cv2.resize(evidence.lab, size, interpolation=cv2.INTER_AREA)))
    inside = _filled(quads * ratio, size)
    centre = quads.mean(axis=1, keepdims=True)
    wide = _filled((centre + (quads - centre) * 1.35) * ratio, size)
    ring = wide & ~_filled((centre + (quads - centre) * 1.06) * ratio, size)
    strokes = cv2.resize(evidence.strokes(), size, interpolation=cv2.INTER_AREA).ravel()
    beside = np.array([strokes[mask].mean() if mask.any() else 0.0 for mask in ring])
    everything = _counted(colour, np.ones((1, len(colour)), bool))
    inner = _counted(colour, inside)
    whole = _information(inner, everything - inner)
    near = _information(inner, _counted(colour, wide & ~inside))

    tiny = cv2.resize(evidence.foreign, size, interpolation=cv2.INTER_AREA)
    scaled = np.minimum(tiny * 12, 255).astype(np.uint8)
    _, alien = cv2.threshold(scaled, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    cut = proposals.quads[proposals.methods == METHODS.index("cut")][:1]
    blob = _filled(cut * ratio, size)[0] if len(cut) else np.zeros(inside.shape[1], bool)
    cut_agrees, foreign_agrees = _overlap(inside, blob), _overlap(inside, alien.ravel() > 0)
    return whole, near, cut_agrees, foreign_agrees, np.tanh(beside * 8)


def _colour_bins(tiny: Floats32) -> Indices:
    """For each pixel the number of its colour."""
    flat = tiny.reshape(-1, 3)
    low, high = np.percentile(flat, (1, 99), axis=0)
    share = (flat - low) / np.maximum(high - low, (30, 15, 15))
    bins = np.clip((share * _BINS).astype(int), 0, np.array(_BINS) - 1)
    return np.asarray((bins[:, 0] * _BINS[1] + bins[:, 1]) * _BINS[2] + bins[:, 2])


def _counted(colour: Indices, masks: Flags) -> Floats:
    """N x colours: how many pixels of each lie in each mask.

    Not a matrix product: that wakes all threads of the linear algebra library for half a
    millisecond of work, and on a busy machine they wait for one another.
    """
    total = int(np.prod(_BINS))
    return np.array([np.bincount(colour[mask], minlength=total) for mask in masks], np.float64)


def _filled(quads: Floats, size: tuple[int, int]) -> Flags:
    masks = np.zeros((len(quads), size[1], size[0]), np.uint8)
    for mask, quad in zip(masks, np.rint(quads).astype(np.int32), strict=True):
        cv2.fillConvexPoly(mask, quad, 1)
    return masks.reshape(len(quads), -1).astype(bool)


def _information(inner: Floats, outer: Floats) -> Floats:
    """Share of the question “inside or outside?” that a pixel's colour answers, 0..1.

    Both sides weigh the same, so that a small card is judged like a large page.
    """
    p = inner / np.maximum(inner.sum(axis=1, keepdims=True), 1) / 2
    q = outer / np.maximum(outer.sum(axis=1, keepdims=True), 1) / 2
    both = np.maximum(p + q, 1e-9)
    unknown = -(p * np.log2(np.maximum(p, 1e-9) / both) + q * np.log2(np.maximum(q, 1e-9) / both))
    return np.asarray(1 - unknown.sum(axis=1), np.float64)


def _overlap(masks: Flags, blob: Flags) -> Floats:
    common = np.count_nonzero(masks & blob, axis=1)
    union = np.count_nonzero(masks | blob, axis=1)
    return np.asarray(common / np.maximum(union, 1), np.float64)
