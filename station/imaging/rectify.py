"""From an outline to a straight page: how large the sheet is, and the one warp.

Rotation from EXIF, quarter turns by hand, perspective and deskew all go into one homography, so
the pixels are sampled once. Nothing here decides where the page is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from station.imaging.arrays import Floats, Pixels, as_pixels
from station.imaging.geometry import Quad
from station.imaging.picture import Picture

MM_PER_INCH: Final = 25.4

_WIDE_LENS: Final = 0.5
_LONG_LENS: Final = 4.0
"""Focal lengths, in units of the picture's longer side, outside which an estimate is noise."""
_USUAL_LENS: Final = 0.95


@dataclass(frozen=True, slots=True)
class Sheet:
    """A kind of paper that comes in one size."""

    name: str
    short_mm: float
    long_mm: float

    @property
    def aspect(self) -> float:
        """Long side / short side."""
        return self.long_mm / self.short_mm


A4: Final = Sheet("A4", 210.0, 297.0)
ID_1: Final = Sheet("ID-1", 53.98, 85.6)
"""ISO/IEC 7810: resident ID card, bank card."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a page is to be cut out: where each pixel comes from and how large the result is."""

    stored_from_page: Floats
    """3 x 3: page pixels (corners, 0..width) to stored pixels of the picture."""
    width: int
    height: int
    dpi: float
    sheet: Sheet | None
    """The standard size that the page was recognised as, if any."""
    beyond_white: bool = False
    """What lies beyond the picture is white paper; otherwise its rim is drawn out."""


def aspect_of(quad: Quad, width: float, height: float) -> float:
    """True width / height of the rectangle seen as ``quad`` in a picture of that size.

    After Zhang and He, “Whiteboard scanning and image enhancement” (2007): the vanishing points
    give the focal length when both pairs of sides converge. A result far from the mean of opposite
    sides means that the picture was cropped or the outline is no rectangle: then that mean counts.
    """
    top, right, bottom, left = quad.side_lengths
    plain = (top + bottom) / max(left + right, 1e-6)
    centre = np.array([width / 2, height / 2])
    a, b, c, d = (np.array([*(p - centre), 1.0]) for p in quad.array)
    k2 = float(np.cross(a, c) @ d) / (float(np.cross(b, c) @ d) or 1e-9)
    k3 = float(np.cross(a, c) @ b) / (float(np.cross(d, c) @ b) or 1e-9)
    n2, n3 = k2 * b - a, k3 * d - a
    longer = max(width, height)
    squared = -(n2[0] * n3[0] + n2[1] * n3[1]) / ((n2[2] * n3[2]) or 1e-30)
    if not (_WIDE_LENS * longer) ** 2 < squared < (_LONG_LENS * longer) ** 2:
        # A pair of sides is parallel in the picture: the focal length cannot be told from it, and
        # the lens that most cameras have is a better guess than none at all.
        squared = (_USUAL_LENS * longer) ** 2
    weight = np.diag([1 / squared, 1 / squared, 1.0])
    found = float(np.sqrt((n2 @ weight @ n2) / (n3 @ weight @ n3)))
    return found if 0.6 < found / plain < 1.67 else plain


def recognised(aspect: float, sheets: tuple[Sheet, ...], within: float = 0.045) -> Sheet | None:
    """The standard sheet with this aspect (either way round), nearest first."""
    ratio = max(aspect, 1 / aspect)
    near = [(abs(np.log(ratio / s.aspect)), s) for s in sheets]
    best = min(near, key=lambda item: item[0], default=None)
    return best[1] if best is not None and best[0] < within else None


def plan(
    picture: Picture,
    quad: Quad | None,
    *,
    quarter_turns: int = 0,
    skew_deg: float = 0.0,
    dpi: float = 300.0,
    sheets: tuple[Sheet, ...] = (A4, ID_1),
    sheet: Sheet | None = None,
) -> Plan:
    """Works out the warp.

    With a quad: the sheet inside it, at ``dpi`` but never at more than the picture's own
    resolution. Without: the whole picture, turned back by ``skew_deg``, pixel for pixel.
    """
    width, height = picture.size
    if quad is None:
        return _whole(picture, quarter_turns, skew_deg)
    aspect = aspect_of(quad, width, height)
    top, right, bottom, left = quad.side_lengths
    sheet = sheet or recognised(aspect, sheets)
    long_px = max(top, bottom, left, right)
    if sheet is not None:
        aspect = sheet.aspect if aspect > 1 else 1 / sheet.aspect
        own_dpi = long_px / sheet.long_mm * MM_PER_INCH
        dpi = min(dpi, own_dpi)
        long_side = sheet.long_mm / MM_PER_INCH * dpi
    else:
        # size unknown: keep the pixels; the resolution is that of an A4 sheet of this length
        long_side = min(long_px, A4.long_mm / MM_PER_INCH * dpi)
        dpi = min(dpi, long_side / (A4.long_mm / MM_PER_INCH))
    page_w, page_h = (
        (long_side, long_side / aspect) if aspect > 1 else (long_side * aspect, long_side)
    )
    page_w, page_h = max(8, round(page_w)), max(8, round(page_h))
    corners = quad.turned(quarter_turns).array.astype(np.float32)
    if quarter_turns % 2:
        page_w, page_h = page_h, page_w
    page = Quad.frame(page_w, page_h).array.astype(np.float32)
    upright_from_page = cv2.getPerspectiveTransform(page, corners)
    return Plan(
        stored_from_page=picture.stored_from_upright @ upright_from_page,
        width=page_w,
        height=page_h,
        dpi=round(dpi, 1),
        sheet=sheet,
    )


_KEEPS_SIZE_UNTIL_DEG: Final = 3.0
"""A scan turned by less keeps its size, as margins are wider than what moves out of it."""


def _whole(picture: Picture, quarter_turns: int, skew_deg: float) -> Plan:
    """The whole picture, turned back by ``skew_deg`` about its middle."""
    width, height = picture.size
    angle = np.deg2rad(skew_deg)
    cos, sin = np.cos(angle), np.sin(angle)
    page_w, page_h = width, height
    if abs(skew_deg) > _KEEPS_SIZE_UNTIL_DEG:
        page_w = round(width * cos + height * abs(sin))
        page_h = round(width * abs(sin) + height * cos)
    upright_from_page = (
        _shifted(width / 2, height / 2)
        @ np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1.0]])
        @ _shifted(-page_w / 2, -page_h / 2)
    )
    for _ in range(quarter_turns % 4):
        quarter = np.array([[0, 1, 0], [-1, 0, float(page_h)], [0, 0, 1.0]])
        upright_from_page = upright_from_page @ quarter
        page_w, page_h = page_h, page_w
    dpi = picture.dpi or max(page_w, page_h) / A4.long_mm * MM_PER_INCH
    sheet = None
    if picture.dpi:
        long_mm = max(width, height) / picture.dpi * MM_PER_INCH
        sheet = next((s for s in (A4, ID_1) if abs(long_mm / s.long_mm - 1) < 0.03), None)
    matrix = picture.stored_from_upright @ upright_from_page
    return Plan(matrix, page_w, page_h, round(dpi, 1), sheet, beyond_white=True)


def _shifted(x: float, y: float) -> Floats:
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]])


def cut_out(picture: Picture, plan: Plan) -> Pixels:
    """The page: plan.height x plan.width x 3, BGR. One linear warp.

    Where the page has less than half of the picture's pixels each way, the picture is averaged
    down first, or fine print would break up.
    """
    pixels, matrix = picture.pixels, plan.stored_from_page
    if _is_pixel_for_pixel(matrix, plan, pixels):
        return pixels
    shrink = _shrinkage(matrix, plan)
    if shrink >= 2:
        step = int(shrink)
        size = (pixels.shape[1] // step, pixels.shape[0] // step)
        pixels = as_pixels(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))
        scale = np.diag([size[0] / picture.pixels.shape[1], size[1] / picture.pixels.shape[0], 1.0])
        matrix = scale @ matrix
    # OpenCV's coordinates are those of pixel centres
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1.0]])
    matrix = np.linalg.inv(half) @ matrix @ half
    page = cv2.warpPerspective(
        pixels,
        matrix,
        (plan.width, plan.height),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT if plan.beyond_white else cv2.BORDER_REPLICATE,
        borderValue=(255, 255, 255),
    )
    return as_pixels(page)


def _is_pixel_for_pixel(matrix: Floats, plan: Plan, pixels: Pixels) -> bool:
    same_size = (plan.height, plan.width) == pixels.shape[:2]
    return same_size and bool(np.allclose(matrix, np.eye(3), atol=1e-9))


def _shrinkage(matrix: Floats, plan: Plan) -> float:
    """Picture pixels per page pixel along the sides, where it is least."""
    corners = np.array(
        [[0, 0, 1], [plan.width, 0, 1], [plan.width, plan.height, 1], [0, plan.height, 1]], float
    )
    points = (matrix @ corners.T).T
    points = points[:, :2] / points[:, 2:]
    sides = np.linalg.norm(np.roll(points, -1, axis=0) - points, axis=1)
    return float((sides / [plan.width, plan.height, plan.width, plan.height]).min())
