"""Lays a photographed form onto its layout: which form it is, which way up, and where each
millimetre of it lies in the picture.

The code says which form; four nested squares say where. When squares are covered or cut off, the
code's own corners and the squares left are enough; without a code, the printed picture of the
blank form is looked for. Nothing here reads writing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from station.errors import InputError
from station.forms.layout import Box, FormLayout
from station.imaging.arrays import Floats, Floats32, Pixels, as_floats32, as_pixels
from station.imaging.geometry import Quad
from station.imaging.picture import Picture
from station.reading.template import PX_PER_MM, Template, pixels_of

_LOOK_SIDE: Final = 1800
"""Longest side of the copy in which squares and code are looked for."""
_CODE: Final = re.compile(
    r"^YZFORM:(?P<item>[A-Za-z0-9-]{1,24});v=(?P<version>\d+)(;p=(?P<page>\d+))?$"
)
_ENOUGH_MATCHES: Final = 24


class FormNotFound(InputError):
    what = "{file} was not read as the form {form}."
    cause = "Its four corner squares and its code are not all in the picture."
    remedy = "Take it again with the whole sheet in view, or type the fields."
    zh = (
        "没有把 {file} 读成“{form}”。",
        "照片里找不齐四角的黑方块和二维码。",
        "请把整张表拍进来重拍，或者手工填写。",
    )


class PaperNotFound(FormNotFound):
    cause = "What is printed on it was not found in the picture."
    zh = (FormNotFound.zh[0], "照片里认不出这张纸表的印刷内容。", FormNotFound.zh[2])


class FormOfOtherItem(InputError):
    what = "{file} was not read as the form {form}."
    cause = "Its code says that it is the form {found}."
    remedy = "Choose the item {found}, or take the right form."
    zh = (
        "没有把 {file} 读成“{form}”。",
        "它的二维码说它是 {found} 的表。",
        "请改选事项 {found}，或者换成对的表。",
    )


@dataclass(frozen=True, slots=True)
class FormCode:
    """What the code on a form says, and where it lies."""

    item: str
    version: int
    page: int
    corners: Floats
    """4 x 2, pixels of the upright picture, clockwise from the code's own top left."""


@dataclass(frozen=True, slots=True)
class Registration:
    """Where a page of a form lies in a picture."""

    page: int
    picture_from_mm: Floats
    """3 x 3: millimetres on the paper to pixels of the upright picture (corners, 0..width)."""
    method: str
    """squares, code+squares, or print."""
    spread: float
    """How far the marks lie from where this says, in millimetres, root mean square."""

    def point(self, x_mm: float, y_mm: float) -> tuple[float, float]:
        x, y, w = self.picture_from_mm @ np.array([x_mm, y_mm, 1.0])
        return float(x / w), float(y / w)


def form_code(picture: Picture) -> FormCode | None:
    """The code of one of our forms in the picture, or None."""
    import zxingcpp

    longest = max(picture.size)
    wanted = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    # the whole picture only when the copy shows none: a small code, far away
    for side in (_LOOK_SIDE, longest) if longest > _LOOK_SIDE else (longest,):
        small, factor = picture.small(side)
        look = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
        for code in zxingcpp.read_barcodes(look, wanted):
            match = _CODE.match(code.text)
            if match is None:
                continue
            place = code.position
            corners = [
                (p.x, p.y)
                for p in (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
            ]
            return FormCode(
                match["item"],
                int(match["version"]),
                int(match["page"] or 1),
                np.array(corners, float) / factor,
            )
    return None


def register(
    picture: Picture, template: Template, code: FormCode | None, name: str = "picture"
) -> Registration:
    """Lays the form of ``template`` onto ``picture``. Raises ``FormNotFound``."""
    if code is not None and code.item != template.item.code:
        raise FormOfOtherItem(file=name, form=template.item.title, found=code.item)
    plan = template.layout
    if plan.qr_mm is None:
        return _on_original(picture, template, name)
    squares = _squares(picture)
    if code is not None:
        found = _with_code(plan, code, squares)
    else:
        found = _by_squares_alone(picture, template, squares)
    found = found or _by_print(picture, template, code.page if code else 1)
    if found is None:
        raise FormNotFound(file=name, form=template.item.title)
    return found if found.method == "squares" else _settled(picture, found, template)


def _on_original(picture: Picture, template: Template, name: str) -> Registration:
    """A filled copy of another office's paper: by its print alone, on whichever page fits best."""
    found = [
        (registration, kept)
        for page in range(1, template.layout.pages + 1)
        if (answer := _print_on(picture, template, page)) is not None
        for registration, kept in [answer]
    ]
    if not found:
        raise PaperNotFound(file=name, form=template.item.title)
    best, _ = max(found, key=lambda one: one[1])
    return _settled(picture, best, template)


# -- squares --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Square:
    """A nest of squares."""

    centre: Floats
    side: float
    depth: int


def _squares(picture: Picture) -> list[_Square]:
    """Nested squares in the picture, in pixels of the upright picture; finder patterns of codes
    are among them."""
    small, factor = picture.small(_LOOK_SIDE)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    found: list[_Square] = []
    for window in (51, 131):
        dark = cv2.adaptiveThreshold(
            grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, window, 10
        )
        for square in _nests(as_pixels(dark)):
            scaled = _Square(square.centre / factor, square.side / factor, square.depth)
            if all(np.linalg.norm(s.centre - scaled.centre) > s.side / 2 for s in found):
                found.append(scaled)
    return found


def _nests(dark: Pixels) -> list[_Square]:
    contours, hierarchy = cv2.findContours(dark, cv2.RETR_TREE, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return []
    tree = np.asarray(hierarchy)[0]
    nests = []
    for index, contour in enumerate(contours):
        if len(contour) < 24:
            continue
        chain = [index]
        while tree[chain[-1]][2] >= 0:
            children = [tree[chain[-1]][2]]
            while tree[children[-1]][0] >= 0:
                children.append(tree[children[-1]][0])
            chain.append(max(children, key=lambda c: len(contours[c])))
        if len(chain) < 3:
            continue
        outer = _square_of(contours[chain[0]])
        middle = _square_of(contours[chain[2]])
        if outer is None or middle is None:
            continue
        (centre, side), (inner_centre, inner_side) = outer, middle
        concentric = np.linalg.norm(centre - inner_centre) < 0.12 * side
        # three sevenths of the outer side
        if concentric and 0.3 < inner_side / side < 0.56:
            nests.append(_Square((centre + inner_centre) / 2, side, len(chain)))
    return nests


def _square_of(contour: cv2.typing.MatLike) -> tuple[Floats, float] | None:
    """Centre and side of a contour that is roughly a square; the centre is where its diagonals
    meet, which perspective does not move."""
    hull = cv2.convexHull(contour)
    polygon = cv2.approxPolyDP(hull, 0.06 * cv2.arcLength(hull, True), True).reshape(-1, 2)
    if len(polygon) != 4:
        return None
    area = cv2.contourArea(hull)
    a, b, c, d = polygon.astype(np.float64)
    sides = [float(np.linalg.norm(p - q)) for p, q in ((a, b), (b, c), (c, d), (d, a))]
    if min(sides) < 4 or min(sides) < 0.6 * max(sides) or area < 0.7 * float(np.mean(sides)) ** 2:
        return None
    u, v, w = c - a, d - b, b - a
    cross = u[0] * v[1] - u[1] * v[0]
    if abs(cross) < 1e-6:
        return None
    t = (w[0] * v[1] - w[1] * v[0]) / cross
    return a + t * u + 0.5, float(np.sqrt(area))


def _centres_mm(plan: FormLayout) -> Floats:
    """4 x 2: top left, top right, bottom right, bottom left."""
    return np.array([(x + w / 2, y + h / 2) for x, y, w, h in plan.fiducials_mm])


def _code_mm(plan: FormLayout) -> Floats:
    x, y, w, h = _code_box(plan)
    return np.array([(x, y), (x + w, y), (x + w, y + h), (x, y + h)])


def _code_box(plan: FormLayout) -> Box:
    assert plan.qr_mm is not None, "only our own forms carry a code"
    return plan.qr_mm


def _with_code(plan: FormLayout, code: FormCode, squares: list[_Square]) -> Registration | None:
    """From the code outward: it says roughly where each square must be."""
    mm, px = _code_mm(plan), code.corners
    rough = cv2.getPerspectiveTransform(mm.astype(np.float32), px.astype(np.float32))
    rough = np.asarray(rough, np.float64)
    side = float(np.linalg.norm(px[1] - px[0])) / _code_box(plan)[2] * plan.fiducials_mm[0][2]
    alike = [s for s in squares if 0.6 < s.side / side < 1.6]
    expected = _centres_mm(plan)
    taken: dict[int, _Square] = {}
    # nearest first: each square found makes the next guess better
    away_from_code = np.linalg.norm(expected - mm.mean(axis=0), axis=1)
    for index in sorted(range(4), key=lambda i: float(away_from_code[i])):
        guess = _applied(np.asarray(rough, np.float64), expected[index : index + 1])[0]
        away = [float(np.linalg.norm(s.centre - guess)) for s in alike]
        if not away or min(away) > side * (3.0 if len(taken) == 0 else 6.0):
            continue
        taken[index] = alike[int(np.argmin(away))]
        points_mm = np.concatenate([mm, expected[list(taken)]])
        points_px = np.concatenate([px, [s.centre for s in taken.values()]])
        rough = _fitted(points_mm, points_px)
    if len(taken) == 4:
        return _registration(code.page, expected, _ordered(taken), "squares")
    if len(taken) >= 2:
        points_mm = np.concatenate([mm, expected[list(taken)]])
        points_px = np.concatenate([px, [s.centre for s in taken.values()]])
        found = _registration(code.page, points_mm, points_px, "code+squares")
        return found if found.spread < 1.5 else None
    return None


def _ordered(taken: dict[int, _Square]) -> Floats:
    return np.array([taken[i].centre for i in range(4)])


def _by_squares_alone(
    picture: Picture, template: Template, squares: list[_Square]
) -> Registration | None:
    """Four squares and no code: which way up is decided by what is printed."""
    deep = sorted(squares, key=lambda s: -s.side)[:8]
    if len(deep) < 4:
        return None
    best: tuple[float, Floats] | None = None
    points = np.array([s.centre for s in deep])
    hull = cv2.convexHull(points.astype(np.float32)).reshape(-1, 2).astype(np.float64)
    if len(hull) != 4:
        return None
    expected = _centres_mm(template.layout)
    small, factor = picture.small(_LOOK_SIDE)
    for turn in range(4):
        corners = np.roll(hull, turn, axis=0)
        matrix = _fitted(expected, corners)
        likeness = _likeness(small, np.diag([factor, factor, 1.0]) @ matrix, template.pages[0])
        if best is None or likeness > best[0]:
            best = (likeness, corners)
    if best is None or best[0] < 0.25:
        return None
    return _registration(1, expected, best[1], "squares")


def _likeness(small: Pixels, small_from_mm: Floats, printed: Pixels) -> float:
    """Correlation of the page laid flat with the blank form, coarse."""
    size = (210, 297)
    way = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    page = cv2.warpPerspective(small, small_from_mm, size, flags=way)
    seen = _relief(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY))
    wanted = _relief(cv2.resize(printed, size, interpolation=cv2.INTER_AREA))
    inner = (slice(30, -30), slice(20, -20))  # the corner squares look alike any way up
    a, b = seen[inner] - seen[inner].mean(), wanted[inner] - wanted[inner].mean()
    return float((a * b).sum() / (np.sqrt((a * a).sum() * (b * b).sum()) + 1e-6))


def _relief(grey: cv2.typing.MatLike) -> Floats32:
    """What stands out from its surroundings; the light is gone."""
    soft = as_floats32(cv2.GaussianBlur(grey, (0, 0), 1.5))
    return soft - as_floats32(cv2.blur(soft, (41, 41)))


# -- print ----------------------------------------------------------------------------------------


def _by_print(picture: Picture, template: Template, page: int) -> Registration | None:
    """The printed lines and letters themselves, when marks are covered or cut off."""
    found = _print_on(picture, template, page)
    return found[0] if found else None


def _print_on(picture: Picture, template: Template, page: int) -> tuple[Registration, int] | None:
    """By the print (SIFT), and how many of its points agree."""
    small, factor = picture.small(1400)
    printed = template.pages[page - 1]
    scale = 1400 / max(printed.shape)
    wanted = cv2.resize(printed, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    detector = cv2.SIFT.create(nfeatures=3000)
    everywhere = np.full(wanted.shape[:2], 255, np.uint8)
    print_keys, print_describing = detector.detectAndCompute(wanted, everywhere)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    keys, describing = detector.detectAndCompute(grey, np.full(grey.shape, 255, np.uint8))
    if len(keys) < 50 or len(print_keys) < 50:
        return None
    pairs = cv2.BFMatcher().knnMatch(print_describing, describing, k=2)
    good = [m for m, n in (p for p in pairs if len(p) == 2) if m.distance < 0.75 * n.distance]
    if len(good) < _ENOUGH_MATCHES:
        return None
    mm = np.array([print_keys[m.queryIdx].pt for m in good]) / scale / PX_PER_MM
    px = np.array([keys[m.trainIdx].pt for m in good]) / factor
    matrix, kept = cv2.findHomography(mm, px, cv2.USAC_MAGSAC, 2.5 / factor)
    enough = matrix is not None and int(np.sum(np.asarray(kept))) >= _ENOUGH_MATCHES
    if not enough or not _is_sane(np.asarray(matrix, np.float64), template, picture):
        return None
    inside = np.asarray(kept).ravel().astype(bool)
    return _registration(page, mm[inside], px[inside], "print"), int(inside.sum())


def _is_sane(matrix: Floats, template: Template, picture: Picture) -> bool:
    """A sheet seen from its front, not a sliver."""
    width, height = template.layout.page_mm
    corners = _applied(matrix, Quad.frame(width, height).array)
    x, y = corners.T
    area = float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum() / 2)
    return area > 0.1 * picture.size[0] * picture.size[1]


# -- homographies ---------------------------------------------------------------------------------


def _fitted(mm: Floats, px: Floats) -> Floats:
    matrix, _ = cv2.findHomography(mm, px, 0)
    return np.asarray(matrix, np.float64)


def _applied(matrix: Floats, points: Floats) -> Floats:
    moved = np.concatenate([points, np.ones((len(points), 1))], axis=1) @ matrix.T
    return np.asarray(moved[:, :2] / moved[:, 2:])


def _registration(page: int, mm: Floats, px: Floats, method: str) -> Registration:
    matrix = _fitted(mm, px)
    back = _applied(np.asarray(np.linalg.inv(matrix), np.float64), px)
    spread = float(np.sqrt(((back - mm) ** 2).sum(axis=1).mean()))
    return Registration(page, matrix, method, spread)


# -- laying flat ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LaidPage:
    """A page of a form, laid flat onto its layout at the template's resolution."""

    pixels: Pixels
    """BGR, as photographed."""
    grey: Pixels
    """Grey, its light evened out: paper near 255."""
    registration: Registration


def lay_flat(picture: Picture, registration: Registration, template: Template) -> LaidPage:
    """One warp from the picture as stored onto the template's grid."""
    from station.imaging.clean import evened, light_on

    mm_from_page = np.diag([1 / PX_PER_MM, 1 / PX_PER_MM, 1.0])
    matrix = picture.stored_from_upright @ registration.picture_from_mm @ mm_from_page
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1.0]])
    pixels = as_pixels(
        cv2.warpPerspective(
            picture.pixels,
            np.linalg.inv(half) @ matrix @ half,
            template.size,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
    )
    even = evened(pixels, light_on(pixels))
    return LaidPage(pixels, as_pixels(cv2.cvtColor(even, cv2.COLOR_BGR2GRAY)), registration)


def _settled(picture: Picture, rough: Registration, template: Template) -> Registration:
    """A registration that lacks a corner, drawn onto the print of all cells.

    The corner is a guess from the other three, good to a few millimetres; the cells' own lines
    say better, and where they contradict one another the guess stays.
    """
    page = lay_flat(picture, rough, template)
    printed = template.pages[rough.page - 1]
    mm: list[tuple[float, float]] = []
    shifted: list[tuple[float, float]] = []
    for placed in template.fields(rough.page):
        box = pixels_of(placed.cell_mm)
        shift = _slid(page, printed, box, _FAR_REACH)
        if shift is not None:
            x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
            mm.append((x / PX_PER_MM, y / PX_PER_MM))
            shifted.append(((x + shift[0]) / PX_PER_MM, (y + shift[1]) / PX_PER_MM))
    if len(mm) < 6:
        return rough
    moved, kept = cv2.findHomography(np.array(mm), np.array(shifted), cv2.RANSAC, 0.6)
    if moved is None or int(np.sum(np.asarray(kept))) < max(6, len(mm) // 2):
        return rough
    matrix = rough.picture_from_mm @ np.asarray(moved, np.float64)
    return Registration(rough.page, matrix, rough.method, rough.spread)


_FAR_REACH: Final = 48
"""Pixels at the template's resolution: 4 mm."""


def field_shift(
    page: LaidPage, printed: Pixels, box: tuple[int, int, int, int], reach: int = 14
) -> tuple[int, int]:
    """How far (right, down) the print round ``box`` really lies from where the layout says.

    Paper curls; four corners cannot know. Found by sliding the printed lines of the cell over the
    photograph; (0, 0) where too little is printed or the answer is not clear.
    """
    return _slid(page, printed, box, reach) or (0, 0)


def _slid(
    page: LaidPage, printed: Pixels, box: tuple[int, int, int, int], reach: int
) -> tuple[int, int] | None:
    left, top, right, bottom = box
    margin = 30
    height, width = printed.shape
    x0, y0 = max(left - margin, reach), max(top - margin, reach)
    x1, y1 = min(right + margin, width - reach), min(bottom + margin, height - reach)
    if x1 - x0 < 20 or y1 - y0 < 20:
        return None
    wanted = cv2.resize(printed[y0:y1, x0:x1], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    if float(wanted.std()) < 8:
        return None
    seen = page.grey[y0 - reach : y1 + reach, x0 - reach : x1 + reach]
    seen = as_pixels(cv2.resize(seen, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
    match = cv2.matchTemplate(seen, wanted, cv2.TM_CCOEFF_NORMED)
    _, best, _, place = cv2.minMaxLoc(match)
    centre = reach // 2
    here = float(match[min(centre, match.shape[0] - 1), min(centre, match.shape[1] - 1)])
    if best < 0.35:
        return None
    if best < here + 0.02:
        return 0, 0
    return 2 * (int(place[0]) - centre), 2 * (int(place[1]) - centre)
