"""Whether a page can be read by the next person: blur, glare, cut edges, darkness, emptiness.

Measured on the page before it is cleaned, while the villager is still there. Nothing here is
repaired; the person is told and decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import cv2
import numpy as np

from station.imaging.arrays import Floats32, Pixels, as_floats32, as_pixels
from station.imaging.clean import Light
from station.imaging.geometry import Quad


class Notice(StrEnum):
    """What is said about a page; the value is what ``station page --json`` prints."""

    BLURRED = "blurred"
    GLARE = "glare"
    CUT_OFF = "cut_off"
    DARK = "dark"
    BLANK = "blank"
    LOW_RESOLUTION = "low_resolution"
    CORNERS_UNSURE = "corners_unsure"
    UPSIDE_DOWN = "upside_down"
    FIRST_PAGE_ONLY = "first_page_only"
    SAME_AS_BEFORE = "same_as_before"
    FINGER = "finger"
    WRONG_KIND = "wrong_kind"


SAID: Final[dict[Notice, tuple[str, str]]] = {
    Notice.BLURRED: (
        "字迹模糊，请放稳后重拍",
        "The print is blurred: hold still and take it again",
    ),
    Notice.GLARE: (
        "有反光，请转一下灯或纸再拍",
        "Light is reflected: turn the lamp or the paper",
    ),
    Notice.CUT_OFF: (
        "纸没有全部拍进来，请把四角都放进画面",
        "The sheet is cut off: bring all four corners into the picture",
    ),
    Notice.DARK: ("太暗，请开灯后重拍", "Too dark: switch on a light and take it again"),
    Notice.BLANK: ("这一面是空白的，需要时请保留", "This side is blank: keep it if it is needed"),
    Notice.LOW_RESOLUTION: (
        "太小，看不清小字，请靠近些重拍",
        "Too small to read fine print: take it from nearer",
    ),
    Notice.CORNERS_UNSURE: (
        "纸边没有把握，请拖动四角",
        "The edges are uncertain: please set the corners",
    ),
    Notice.UPSIDE_DOWN: ("可能上下颠倒了，请转正", "It may be upside down: please turn it"),
    Notice.FIRST_PAGE_ONLY: (
        "文件里有多页，只取了第一页",
        "The file has more pages: only the first was taken",
    ),
    Notice.SAME_AS_BEFORE: (
        "和前面的一页相同，多拍的请删掉",
        "This is the same page as one before: remove one of them",
    ),
    Notice.FINGER: (
        "手指挡住了纸，请把手移开后重拍",
        "A finger covers the sheet: take the hand away and take it again",
    ),
    Notice.WRONG_KIND: (
        "这不像要的那种材料，请核对后重拍或保留",
        "This does not look like the paper that is asked for: check it, then keep or retake it",
    ),
}
"""Each warning in Chinese and in English: what is wrong, what to do."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Measured on one page."""

    sharpness: float
    """0..1: 1 is as sharp as pixels can be, 0.35 is where small print begins to run together."""
    glare: float
    """Part of the page that a reflection burns out, 0..1."""
    cut_off: bool
    """Part of the sheet lies outside the picture."""
    dark: bool
    blank: bool
    brightness: float
    """Of bare paper, 0..255."""
    finger: bool = False
    """Something of the colour of skin reaches in over the sheet's edge."""


BLURRED_BELOW: Final = 0.35
GLARE_ABOVE: Final = 0.002
DARK_BELOW: Final = 60.0
BLANK_BELOW: Final = 0.0015
"""Part of the page that is not white; NAPS2 lets the user choose 0..1 %."""


def judge(page: Pixels, light: Light, quad: Quad | None, picture_size: tuple[int, int]) -> Quality:
    """Measures ``page`` (BGR, straight, not yet cleaned).

    ``quad`` is where it was found in a picture of ``picture_size`` (width, height).
    """
    brightness = float(np.percentile(light.paper[::3, ::3], 60))  # smooth: a ninth tells all
    return Quality(
        sharpness=round(sharpness(page), 3),
        glare=round(glare(light), 4),
        cut_off=quad is not None and touches_frame(quad, picture_size),
        dark=brightness < DARK_BELOW,
        blank=blank_share(light) < BLANK_BELOW,
        brightness=round(brightness, 1),
        finger=quad is not None and finger(light),
    )


def touches_frame(quad: Quad, picture_size: tuple[int, int]) -> bool:
    """Whether a corner of the sheet lies on or beyond the picture's frame."""
    width, height = picture_size
    margin = 0.004 * max(width, height)
    points = quad.array
    low, high = points.min(axis=0), points.max(axis=0)
    return bool((low < margin).any() or (high > np.array([width, height]) - margin).any())


def sharpness(page: Pixels) -> float:
    """1 for edges one pixel wide, falling with their width; read where the print is.

    The edge width is found by blurring once more by a known amount and seeing how much less the
    strongest edges rise: an edge already soft hardly changes. Patches are taken from all over the
    page, so that one sharp corner does not speak for the rest.
    """
    height, width = page.shape[:2]
    patch = 160
    rows, columns = max(1, min(6, height // patch)), max(1, min(5, width // patch))
    pieces = []
    for row in range(rows):
        for column in range(columns):
            top = (2 * row + 1) * height // (2 * rows) - patch // 2
            left = (2 * column + 1) * width // (2 * columns) - patch // 2
            pieces.append(page[max(0, top) : top + patch, max(0, left) : left + patch, 1])
    # a patch with nothing on it is not worth the time; every third pixel tells
    pieces.sort(key=lambda piece: -float(piece[::3, ::3].std()))
    found = [_edge_width(np.ascontiguousarray(p)) for p in pieces[: max(1, len(pieces) // 2)]]
    strong = sorted(found, reverse=True)[: max(1, len(pieces) // 3)]
    widths = [w for s, w in strong if s > 12]
    if not widths:
        return 0.0
    return float(min(1.0, 0.7 / max(float(np.median(widths)), 0.05)))


def _edge_width(piece: Pixels) -> tuple[float, float]:
    """Strength of the strongest edges of a patch in grey levels, and their sigma in pixels."""
    extra = 1.5
    plain = as_floats32(cv2.GaussianBlur(piece, (3, 3), 0.6))
    soft = as_floats32(cv2.GaussianBlur(plain, (0, 0), extra))
    sharp_rise = _rise(plain)
    # numpy's percentile is slower than all the rest of this function
    rank = sharp_rise.size * 97 // 100
    place = sharp_rise >= np.partition(sharp_rise, rank, axis=None)[rank]
    first = float(sharp_rise[place].mean())
    # the same edges, wherever the blur has moved their steepest point to
    second = float(cv2.dilate(_rise(soft), np.ones((3, 3), np.uint8))[place].mean())
    ratio = first / max(second, 1e-3)
    if ratio <= 1.02:
        return first, 8.0
    return first, max(0.0, (extra**2 / (ratio**2 - 1)) - 0.36) ** 0.5


def _rise(plane: Floats32) -> Floats32:
    dx = cv2.Sobel(plane, cv2.CV_32F, 1, 0, scale=0.125)
    dy = cv2.Sobel(plane, cv2.CV_32F, 0, 1, scale=0.125)
    return as_floats32(cv2.magnitude(dx, dy))


def glare(light: Light) -> float:
    """Part of the page burnt out by a reflection.

    Burnt out alone is no glare: a scan's paper is 255 all over. A reflection is a blob at the
    limit on paper that is clearly darker elsewhere.
    """
    small = light.small
    blue, green, red = cv2.split(small)
    _, burnt = cv2.threshold(cv2.min(cv2.min(blue, green), red), 249, 1, cv2.THRESH_BINARY)
    if not burnt.any() or float(np.median(light.paper[::3, ::3])) > 240:
        return 0.0
    burnt = cv2.morphologyEx(as_pixels(burnt), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(burnt, connectivity=8)
    least = max(6, burnt.size // 4000)
    area = sum(
        int(stats[i, cv2.CC_STAT_AREA])
        for i in range(1, count)
        if stats[i, cv2.CC_STAT_AREA] >= least
    )
    return area / burnt.size


def blank_share(light: Light) -> float:
    """Part of the page that is not bare paper; its outermost strip (shadows, holes) is left out."""
    blue, green, red = cv2.split(light.small)
    rim_y, rim_x = max(1, blue.shape[0] // 40), max(1, blue.shape[1] // 40)
    darkest = cv2.min(cv2.min(blue, green), red)[rim_y:-rim_y, rim_x:-rim_x]
    paper = light.paper[rim_y:-rim_y, rim_x:-rim_x] * np.float32(0.82 * min(light.tint))
    return float((darkest < paper).mean())


_SKIN_LIGHT: Final = (55, 245)
_FINGER_WIDE: Final = (0.012, 0.34)
"""Of the page's longer side: a finger tip on an A4 sheet, a hand on a card."""


def finger(light: Light) -> bool:
    """Whether a finger lies on the sheet: a blob of the colour of skin that comes in over the edge,
    reaches further than a strip of the ground would, and ends on the sheet.

    The colour alone proves nothing, as wood has it too: a strip of table along a side is wider
    than it is deep, a finger is not.
    """
    small = cv2.GaussianBlur(light.small, (0, 0), 1.5)
    # as white light would show it, or a warm lamp makes skin of all paper
    even = cv2.multiply(small, 1 / np.array((*light.tint, 1.0)))
    luma, red, blue = cv2.split(cv2.cvtColor(even, cv2.COLOR_BGR2YCrCb))
    low, high = _SKIN_LIGHT
    skin = (luma > low) & (luma < high) & (red > 137) & (red < 180) & (blue > 80) & (blue < 124)
    mask = cv2.morphologyEx((skin * np.uint8(1)), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    height, width = mask.shape
    longer = max(height, width)
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    for index in range(1, count):
        x, y, w, h, area = (int(v) for v in stats[index])
        if area < (_FINGER_WIDE[0] * longer) ** 2:
            continue
        sides = (
            (y <= 1, w, h),
            (x + w >= width - 1, h, w),
            (y + h >= height - 1, w, h),
            (x <= 1, h, w),
        )
        touched = [(wide, deep) for touches, wide, deep in sides if touches]
        if len(touched) != 1:
            continue  # nothing, or a whole corner: the ground shows there
        wide, deep = touched[0]
        full = area / (w * h)
        slim = _FINGER_WIDE[0] * longer < wide < _FINGER_WIDE[1] * longer
        if slim and deep > 0.35 * wide and deep > 0.03 * longer and full > 0.45:
            return True
    return False
