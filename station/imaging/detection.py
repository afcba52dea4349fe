"""Finds the sheet in a picture, and says whether it is sure.

Many proposals by independent methods → one score → the best few moved onto real edges and set
against their rivals → one score again → each side made exact on the full picture. “Sure” is
learned from the same marks: an unsure outline is shown, but the person is asked to set the
corners. Nothing here cuts or cleans.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from station.imaging import weights
from station.imaging.arrays import Floats, Pixels
from station.imaging.doubts import holds_a_sheet, is_print
from station.imaging.evidence import WORK_SIDE, Evidence, gather
from station.imaging.geometry import Quad, clip, polygon_area
from station.imaging.mat import Mat
from station.imaging.opinion import Opinion
from station.imaging.picture import Picture
from station.imaging.proposals import Proposals, propose, thinned
from station.imaging.refinement import (
    TO_THE_CORNERS,
    alternatives,
    drawn_to_frame,
    refined,
    snapped,
)
from station.imaging.scoring import MARKS, marks


@dataclass(frozen=True, slots=True)
class Find:
    """What was found in a picture."""

    quad: Quad | None
    """In pixels of the picture the right way up; None when nothing looks like a sheet or when
    the whole picture is the sheet."""
    sure: bool
    """False: ask the person to set the corners."""
    confidence: float
    """0..1, the chance that the outline is right."""
    fills_picture: bool = False
    """A scan: the picture is the page."""


@dataclass(frozen=True, slots=True)
class Scorer:
    """Opinions of ``MARKS``: on all proposals, and on the best and their rivals."""

    first: Opinion
    closer: Opinion


_LEARNED: Final = Scorer(weights.FIRST, weights.CLOSER)


@dataclass(frozen=True, slots=True)
class Contest:
    """The last round on the small copy, and how clearly it was won."""

    rivals: Floats
    """N x 4 x 2."""
    table: Floats
    """N x len(MARKS)."""
    winner: int
    mass: float
    """Share of belief on the winner and those hardly different from it, 0..1."""
    lead: float
    """Over the best really different outline of all that were proposed, in units of the score."""
    first_mass: float
    """The belief in the same place before the sides were moved."""
    others: Floats
    """All outlines that were looked at, moved or not: N x 4 x 2."""
    others_table: Floats
    """N x len(MARKS)."""

    @property
    def quad(self) -> Floats:
        """4 x 2, pixels of the small copy."""
        return np.asarray(self.rivals[self.winner])

    @property
    def trust_marks(self) -> Floats:
        contest = [self.mass, np.tanh(self.lead / 3), self.first_mass]
        return np.concatenate([self.table[self.winner], contest])


_CLEAR_LEAD: Final = 1.5
"""In units of the score. Of all drawn scenes that are trusted, one in a hundred falls short."""


_DOUBTED: Final = 0.49
"""The confidence in an outline against which something speaks: it is shown to the person, and
nothing is cut off by it."""


@dataclass(frozen=True, slots=True)
class Rough:
    """What the small copy told: ``exact`` turns it into a ``Find``."""

    quad: Floats | None
    """4 x 2, as parts of the picture's width and height."""
    confidence: float
    scan: bool
    contested: bool = False
    """Another outline elsewhere is nearly as good: a person has to say which is meant."""


def find_page(picture: Picture, mat: Mat | None = None) -> Find:
    """The sheet in ``picture``."""
    return exact(picture, look_for_page(picture.small(WORK_SIDE)[0], picture.dpi, mat))


def find_pages(picture: Picture, mat: Mat | None = None, most: int = 8) -> list[Find]:
    """All sheets that lie in one picture, in reading order; one that is not sure is told only when
    it is alone.

    A sheet that was found is covered with the colour round about it, and the next is looked for.
    """
    small = _work_copy(picture.small(WORK_SIDE)[0]).copy()
    roughs: list[Rough] = []
    while len(roughs) < most:
        taken = [rough.quad * _size(small) for rough in roughs if rough.quad is not None]
        rough = look_for_page(small, picture.dpi, mat, taken)
        if roughs and (rough.quad is None or rough.confidence < weights.SURE_ABOVE):
            break
        roughs.append(rough)
        if rough.quad is None or rough.confidence < weights.SURE_ABOVE:
            break
        _cover(small, rough.quad * _size(small))
    if len(roughs) > 1:  # then the other outline is a sheet of its own
        roughs = [replace(rough, contested=False) for rough in roughs]
    finds = [exact(picture, rough) for rough in roughs]
    return sorted(finds, key=lambda find: _reading_order(find, picture))


def _reading_order(find: Find, picture: Picture) -> tuple[int, float]:
    if find.quad is None:
        return (0, 0.0)
    x, y = find.quad.array.mean(axis=0)
    return (int(4 * y / picture.size[1]), float(x))


def _cover(small: Pixels, quad: Floats) -> None:
    centre = quad.mean(axis=0)
    wide, ring = (np.rint(centre + (quad - centre) * s).astype(np.int32) for s in (1.05, 1.15))
    around = np.zeros(small.shape[:2], np.uint8)
    cv2.fillConvexPoly(around, ring, 255)
    cv2.fillConvexPoly(around, wide, 0)
    if around.any():
        cv2.fillConvexPoly(small, wide, np.median(small[around > 0], axis=0).tolist())


def _size(small: Pixels) -> Floats:
    return np.array([small.shape[1], small.shape[0]], np.float64)


def _work_copy(small: Pixels) -> Pixels:
    factor = WORK_SIDE / max(small.shape[:2])
    if not 0.98 < factor < 1.02:
        way = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
        small = np.asarray(
            cv2.resize(small, None, fx=factor, fy=factor, interpolation=way), np.uint8
        )
    return small


def look_for_page(
    small: Pixels,
    dpi: float | None = None,
    mat: Mat | None = None,
    taken: Sequence[Floats] = (),
) -> Rough:
    """The sheet in a small copy (BGR, the right way up, best ``WORK_SIDE`` long or more); ``dpi``
    is what the file says of itself, if it came from a scanner. Nothing that lies on one of the
    outlines ``taken`` (pixels of the small copy) is looked at."""
    small = _work_copy(small)
    scan = _is_scan(small, dpi)
    evidence = gather(small, mat)
    best = compete(evidence, taken=taken)
    if best is None:
        return Rough(None, 0.0, scan)
    confidence = trust(best)
    if _is_doubtful(evidence, best):
        confidence = min(confidence, _DOUBTED)
    if (scan and not _lies_alone(small, best)) or confidence < weights.SHOW_ABOVE:
        return Rough(None, confidence, scan)
    quad = snapped(evidence, best.quad, reach=3.0, ends=TO_THE_CORNERS)
    contested = best.lead < _CLEAR_LEAD
    return Rough(drawn_to_frame(evidence, quad) / _size(small), confidence, scan, contested)


def exact(picture: Picture, rough: Rough) -> Find:
    """The same outline with each side made exact on the full picture."""
    if rough.quad is None:
        if rough.scan:
            return Find(None, True, 1.0, fills_picture=True)
        return Find(None, False, rough.confidence)
    matrix = picture.stored_from_upright
    points = np.concatenate([rough.quad * picture.size, np.ones((4, 1))], axis=1) @ matrix.T
    reach = 2 * max(picture.size) / WORK_SIDE
    # refinement counts from pixel centres, quads from pixel corners
    stored = refined(picture.pixels, points[:, :2] - 0.5, reach) + 0.5
    back = np.concatenate([stored, np.ones((4, 1))], axis=1) @ np.linalg.inv(matrix).T
    # between two as good as each other it is a coin's toss, however good both are
    confidence = min(rough.confidence, _DOUBTED) if rough.contested else rough.confidence
    return Find(Quad.of(back[:, :2]), confidence >= weights.SURE_ABOVE, confidence)


def look_quickly(evidence: Evidence, before: Floats | None = None) -> tuple[Floats | None, float]:
    """The sheet in a frame of a live view (4 x 2, pixels of the small copy), and the confidence.

    When the outline of the frame ``before`` still lies on edges it is followed.
    """
    if before is not None:
        followed = snapped(evidence, before, reach=5.0)
        if _lies_on_edges(evidence, followed):
            return followed, weights.SURE_ABOVE
    best = compete(evidence, thorough=False)
    if best is None:
        return None, 0.0
    confidence = trust(best)
    if best.lead < _CLEAR_LEAD or _is_doubtful(evidence, best):
        confidence = min(confidence, _DOUBTED)
    return (best.quad if confidence >= weights.SHOW_ABOVE else None), confidence


def _lies_on_edges(evidence: Evidence, quad: Floats) -> bool:
    itself = Proposals(quad[None], np.zeros(1, np.int64))
    named = dict(zip(MARKS, marks(evidence, quad[None], itself)[0], strict=True))
    return bool(named["support_min"] > 0.5 and named["contrast_min"] > 0.15)


def compete(
    evidence: Evidence,
    scorer: Scorer = _LEARNED,
    taken: Sequence[Floats] = (),
    thorough: bool = True,
) -> Contest | None:
    """Lets all proposals for one picture compete; None when there is not one. With less than
    ``thorough`` only the best is set against its rivals: for a frame that the next one follows."""
    proposals = propose(evidence)
    if taken:
        free = [not any(_lies_on(quad, other) for other in taken) for quad in proposals.quads]
        proposals = Proposals(proposals.quads[free], proposals.methods[free])
    if not len(proposals.quads):
        return None
    diagonal = float(np.hypot(evidence.height, evidence.width))
    at_first = marks(evidence, proposals.quads, proposals)
    scores = scorer.first.of(at_first)
    leaders = thinned(proposals.quads[np.argsort(-scores)], 0.03 * diagonal, 3 if thorough else 1)
    rivals = np.concatenate(
        [
            alternatives(evidence, snapped(evidence, quad), each=2 if thorough and rank == 0 else 1)
            for rank, quad in enumerate(leaders)
        ]
    )
    table = marks(evidence, rivals, proposals)
    closer = scorer.closer.of(table)
    winner = int(np.argmax(closer))
    chosen, near = rivals[winner], 0.03 * diagonal
    mass, _ = _belief(rivals, closer, chosen, near)
    first_mass, _ = _belief(proposals.quads, scores, chosen, near)
    # seen closer, an outline that did not come among the best may be as good as theirs
    others, its_table = np.concatenate([rivals, proposals.quads]), np.concatenate([table, at_first])
    _, lead = _belief(others, scorer.closer.of(its_table), chosen, near)
    return Contest(rivals, table, winner, mass, lead, first_mass, others, its_table)


def _lies_on(quad: Floats, taken: Floats) -> bool:
    common = polygon_area(clip(quad, taken))
    return bool(common > 0.15 * min(abs(polygon_area(quad)), abs(polygon_area(taken))))


def _belief(quads: Floats, scores: Floats, chosen: Floats, near: float) -> tuple[float, float]:
    """How much of the belief lies near ``chosen``, and its lead over the best that is elsewhere."""
    gaps = np.linalg.norm(quads[:, :, None] - chosen[None, None], axis=3)
    same = gaps.min(axis=2).max(axis=1) < near
    belief = np.exp(scores - scores.max())
    mass = float(belief[same].sum() / belief.sum())
    if not same.any():
        return 0.0, -5.0
    if same.all():
        return mass, 10.0
    return mass, float(np.clip(scores[same].max() - scores[~same].max(), -5.0, 10.0))


def trust(contest: Contest) -> float:
    """The chance that the winner is right, 0..1."""
    value = float(weights.TRUST.of(contest.trust_marks[None])[0])
    return float(1 / (1 + np.exp(-np.clip(value, -30, 30))))


def _is_doubtful(evidence: Evidence, contest: Contest) -> bool:
    return is_print(evidence, contest.quad) or holds_a_sheet(
        evidence, contest.quad, contest.others, contest.others_table
    )


def _is_scan(small: Pixels, dpi: float | None) -> bool:
    """Whether the picture came from a scanner or a PDF: paper to its very frame.

    Paper is pure white over large parts only there; a photograph's paper has a shade.
    """
    dimmest = small.min(axis=2)
    rim = np.concatenate([dimmest[:4].ravel(), dimmest[-4:].ravel()])
    rim = np.concatenate([rim, dimmest[:, :4].ravel(), dimmest[:, -4:].ravel()])
    if float((rim > 200).mean()) < 0.5:
        return False
    pure_white = float((dimmest >= 250).mean()) > 0.3
    return pure_white or (dpi is not None and bool(np.median(dimmest) > 215))


def _lies_alone(small: Pixels, contest: Contest) -> bool:
    """Whether the outline found on a scan is a card on the empty glass, not a figure or a table
    on a page: its own colour, and nothing written round about."""
    named = dict(zip(MARKS, contest.table[contest.winner], strict=True))
    if named["contrast_min"] < 0.3 or named["paper_outside"] > 0.4:
        return False
    outside = np.full(small.shape[:2], 255, np.uint8)
    centre = contest.quad.mean(axis=0)
    wider = centre + (contest.quad - centre) * 1.06
    cv2.fillConvexPoly(outside, np.rint(wider).astype(np.int32), 0)
    outside[:6] = outside[-6:] = 0
    outside[:, :6] = outside[:, -6:] = 0
    paper = np.median(small[outside > 0], axis=0) if outside.any() else np.zeros(3)
    inside = cv2.fillConvexPoly(np.zeros_like(outside), np.rint(contest.quad).astype(np.int32), 255)
    if np.abs(np.median(small[inside > 0], axis=0) - paper).max() < 6:
        return False  # a frame or bars printed on the page: the same white on both sides
    written = (small.astype(np.int16) < paper - 40).any(axis=2) & (outside > 0)
    return float(written.sum()) < 0.002 * max(int((outside > 0).sum()), 1)
