"""Reasons not to be sure of an outline that looks right by itself.

Trust is learned from marks at the outline; these look at what lies deeper inside and further out,
where print betrays itself, and at other outlines. Each answers for one outline. Nothing here finds
or moves one.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from station.imaging.arrays import Floats, Pixels
from station.imaging.evidence import Evidence
from station.imaging.geometry import polygon_area
from station.imaging.scoring import MARKS, Look

_ALONG: Final[Floats] = np.linspace(0.1, 0.9, 24)
_DEEP: Final[Floats] = np.array([0.05, 0.08, 0.11])
"""How far inside a sheet's paper is looked at, as parts of its size: past a line as thick as a
certificate's border."""
_BESIDE: Final[Floats] = np.array([6.0, 9.0, 13.0, 18.0])
"""How far outside, in pixels of the small copy."""
_ONE_PAPER: Final = 8.0
"""Distance in Lab below which what lies inside and outside is one paper."""
_DARKER: Final = 18.0
_SMALL: Final = 0.25
"""Part of the picture; a sheet that is to be read takes up more."""
_FIRM: Final = 0.7
"""Support and contrast of all four sides of an outline that is a sheet's or a picture's, hardly a
table's."""
_LIGHTER: Final = 6.0
_ONE_COLOUR: Final = 25.0
_TINY: Final = 120
_WRITTEN: Final = 0.0067
"""Part of an area that thin dark strokes cover where something is written; a form has ten times
as much."""


def is_print(evidence: Evidence, quad: Floats) -> bool:
    """Whether ``quad`` (4 x 2, small copy) may be printed on a sheet rather than be one."""
    return is_printed_frame(evidence, quad) or is_printed_picture(evidence, quad)


def is_printed_frame(evidence: Evidence, quad: Floats) -> bool:
    """Whether beyond some side the same paper goes on that lies well inside it: the side is a line
    on a larger sheet, or on the paper below."""
    look = Look(evidence, quad[None])
    lab = evidence.lab.reshape(-1, 3)
    deep, deep_seen = look.places(_ALONG, -_DEEP * abs(polygon_area(quad)) ** 0.5)
    beside, beside_seen = look.places(_ALONG, _BESIDE)
    for side in range(4):
        inside = lab[deep[0, side][deep_seen[0, side]]]
        outside = lab[beside[0, side][beside_seen[0, side]]]
        if min(len(inside), len(outside)) < 20:
            continue  # the frame cuts the sheet off there
        gap = np.median(inside, axis=0) - np.median(outside, axis=0)
        if float(np.linalg.norm(gap)) < _ONE_PAPER:
            return True
    return False


def is_printed_picture(evidence: Evidence, quad: Floats) -> bool:
    """Whether it is small or darker than what lies round about, and nothing is written on it but
    something beside it: the photograph on a card, a coloured field on a leaflet."""
    inside, outside = _filled(evidence, quad, 0.92) > 0, _filled(evidence, quad, 1.08) == 0
    if not inside.any() or not outside.any():
        return False
    light = evidence.lab[..., 0]
    darker = float(np.median(light[outside]) - np.median(light[inside])) > _DARKER
    small = abs(polygon_area(quad)) < _SMALL * evidence.width * evidence.height
    if not (darker or small):
        return False
    strokes = evidence.strokes()
    return float(strokes[inside].mean()) < _WRITTEN < float(strokes[outside].mean())


def holds_a_sheet(evidence: Evidence, quad: Floats, others: Floats, table: Floats) -> bool:
    """Whether one of ``others`` (N x 4 x 2, with their ``marks``) lies on ``quad`` as a sheet lies
    in a sleeve or on a folder: firm on all sides, lighter, and about it nothing but one colour."""
    sides = (MARKS.index("support_min"), MARKS.index("contrast_min"))
    firm = table[:, sides].min(axis=1)
    scale = _TINY / max(evidence.height, evidence.width)
    size = (round(evidence.width * scale), round(evidence.height * scale))
    mine = cv2.fillConvexPoly(_empty(size), np.rint(quad * scale).astype(np.int32), 1) > 0
    lab = None
    for other, its_firmness in zip(others[firm > _FIRM], firm[firm > _FIRM], strict=True):
        its = cv2.fillConvexPoly(_empty(size), np.rint(other * scale).astype(np.int32), 1) > 0
        common, both = int((mine & its).sum()), int((mine | its).sum())
        if common < 0.93 * its.sum() or not 0.2 * both < common < 0.85 * both:
            continue
        if lab is None:
            lab = cv2.resize(evidence.lab, size, interpolation=cv2.INTER_AREA)
        about = lab[mine & ~its]
        if len(about) < 30:
            continue
        colour = np.median(about, axis=0)
        even = float((np.abs(about - colour).sum(axis=1) < _ONE_COLOUR).mean())
        lighter = float(np.median(lab[its], axis=0)[0] - colour[0]) > _LIGHTER
        if lighter and even * float(its_firmness) > _FIRM:
            return True
    return False


def _empty(size: tuple[int, int]) -> Pixels:
    return np.zeros((size[1], size[0]), np.uint8)


def _filled(evidence: Evidence, quad: Floats, scale: float) -> Pixels:
    centre = quad.mean(axis=0)
    points = np.rint(centre + (quad - centre) * scale).astype(np.int32)
    mask = np.zeros((evidence.height, evidence.width), np.uint8)
    return np.asarray(cv2.fillConvexPoly(mask, points, 255), np.uint8)
