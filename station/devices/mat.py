"""How papers on a mat look to a document camera that stands over it.

Pure pictures: a mat with its grid, papers lying on it true to size, the slightly crooked view of
a real stand, the shade of the lens, shadows, glare, noise. Which paper lies where, and when, is
``simulated``'s matter. Everything is drawn here; no photograph of a real desk is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from station.devices.training_papers import Paper

Pixels = NDArray[np.uint8]
Matrix = NDArray[np.float64]

# What the camera sees, in millimetres, before the view goes crooked; 4 to 3 like its sensor. The
# mat is larger than that: its own edge is never in the picture.
VIEW = (428.0, 321.0)
# Where the corners of the view come to lie, as parts of the picture: the arm leans a little.
_CROOKED = np.array([[0.004, -0.012], [1.003, 0.006], [1.018, 1.004], [-0.014, 1.010]])

_CLOTH = (71, 82, 70)  # BGR
_GRID = (84, 95, 84)
_MARK = (150, 165, 150)
_PAPER_DPI = 300
_NOISE_MIDDLE = 4


@dataclass(frozen=True, slots=True)
class Lying:
    """A paper on the mat: its middle in millimetres of the view, turned clockwise in degrees."""

    paper: Paper
    x: float = VIEW[0] / 2
    y: float = VIEW[1] / 2
    turn: float = 0.0

    def moved(self, dx: float = 0.0, dy: float = 0.0, turn: float = 0.0) -> Lying:
        return replace(self, x=self.x + dx, y=self.y + dy, turn=self.turn + turn)


@dataclass(frozen=True, slots=True)
class Light:
    """What is wrong with the light and the lens; all zero is a good desk.

    ``dark``: 0 to 1, how much light is missing. ``glare``: 0 to 1, a lamp mirrored on the paper.
    ``blur``: millimetres by which a point is smeared, out of focus.
    """

    dark: float = 0.0
    glare: float = 0.0
    blur: float = 0.0


def view_matrix(width: int, height: int) -> Matrix:
    """From millimetres of the view to pixels of a picture of this size (3 x 3)."""
    corners = np.array([[0, 0], [VIEW[0], 0], VIEW, [0, VIEW[1]]], np.float32)
    seen = (_CROOKED * (width, height)).astype(np.float32)
    return cv2.getPerspectiveTransform(corners, seen).astype(np.float64)


def outline(lying: Lying, width: int, height: int) -> NDArray[np.float64]:
    """The paper's corners in the picture, 4 x 2 pixels, clockwise from the paper's top left."""
    paper = lying.paper
    corners = np.array(
        [[0, 0, 1], [paper.width, 0, 1], [paper.width, paper.height, 1], [0, paper.height, 1]]
    )
    placed = (view_matrix(width, height) @ _placement(lying) @ corners.T).T
    seen: NDArray[np.float64] = placed[:, :2] / placed[:, 2:]
    return seen


def picture(
    papers: Sequence[Lying], width: int, height: int, *, light: Light | None = None, fine: bool
) -> Pixels:
    """What the camera sees, BGR, height x width x 3; later papers lie on earlier ones.

    ``fine`` is for a photograph; a live picture is drawn from smaller copies of the papers and
    has hard shadows, and takes a few milliseconds.
    """
    light = light or Light()
    seen = _empty(width, height).copy()
    for lying in papers:
        _lay(seen, lying, fine)
    if light.glare:
        _mirror_lamp(seen, papers, light.glare)
    if light.dark:
        seen = cv2.convertScaleAbs(seen, alpha=1 - 0.85 * light.dark).astype(np.uint8)
    if light.blur:
        seen = cv2.GaussianBlur(seen, (0, 0), light.blur * width / VIEW[0]).astype(np.uint8)
    return seen


def with_noise(seen: Pixels, number: int) -> Pixels:
    """The picture with the sensor's noise, another one for each ``number``."""
    tile = _noise_tile()
    height, width = seen.shape[:2]
    dx, dy = (number * 37) % 64, (number * 53) % 64
    noise = tile[dy : dy + height, dx : dx + width]
    if noise.shape[:2] != (height, width):
        noise = cv2.resize(tile, (width, height)).astype(np.uint8)
    return cv2.addWeighted(seen, 1, noise, 1, -_NOISE_MIDDLE).astype(np.uint8)


def _placement(lying: Lying) -> Matrix:
    """From millimetres of the paper to millimetres of the view (3 x 3)."""
    angle = np.deg2rad(lying.turn)
    cos, sin = float(np.cos(angle)), float(np.sin(angle))
    half_x, half_y = lying.paper.width / 2, lying.paper.height / 2
    return np.array(
        [
            [cos, -sin, lying.x - cos * half_x + sin * half_y],
            [sin, cos, lying.y - sin * half_x - cos * half_y],
            [0, 0, 1],
        ]
    )


def _lay(seen: Pixels, lying: Lying, fine: bool) -> None:
    height, width = seen.shape[:2]
    dpi = _PAPER_DPI if fine else _PAPER_DPI // 3
    image, mask = _bgr_and_mask(lying.paper, dpi)
    to_picture = view_matrix(width, height) @ _placement(lying)
    to_picture = to_picture @ np.diag([25.4 / dpi, 25.4 / dpi, 1.0])

    # Only the part of the picture where the paper can be is touched.
    corners = outline(lying, width, height)
    reach = 0.03 * width
    x0, y0 = np.maximum(np.floor(corners.min(axis=0) - reach), 0).astype(int)
    x1, y1 = np.minimum(np.ceil(corners.max(axis=0) + reach), (width, height)).astype(int)
    if x1 <= x0 or y1 <= y0:
        return
    part = seen[y0:y1, x0:x1]
    shift = np.array([[1, 0, -x0], [0, 1, -y0], [0, 0, 1.0]])
    size = (int(x1 - x0), int(y1 - y0))
    flags = cv2.INTER_AREA if fine else cv2.INTER_LINEAR
    warped = cv2.warpPerspective(image, shift @ to_picture, size, flags=flags)
    cover = cv2.warpPerspective(mask, shift @ to_picture, size, flags=cv2.INTER_LINEAR)

    _cast_shadow(part, cover, width, fine)
    shaded = cv2.multiply(warped, _shade(width, height)[y0:y1, x0:x1], scale=1 / 255)
    edge = cover[..., None].astype(np.uint16)
    part[:] = ((shaded * edge + part * (255 - edge)) // 255).astype(np.uint8)


def _cast_shadow(part: Pixels, cover: NDArray[np.generic], width: int, fine: bool) -> None:
    """Darkens what lies beside a paper, away from the lamp at the upper left."""
    step = max(1, round(width * 0.0035))
    moved = np.zeros_like(cover)
    moved[step:, step:] = cover[:-step, :-step]
    soft = cv2.GaussianBlur(moved, (0, 0), step) if fine else cv2.blur(moved, (2 * step + 1,) * 2)
    keep = (255 - 0.42 * soft).astype(np.uint8)
    part[:] = cv2.multiply(part, cv2.merge([keep] * 3), scale=1 / 255)


def _mirror_lamp(seen: Pixels, papers: Sequence[Lying], strength: float) -> None:
    height, width = seen.shape[:2]
    if papers:
        corners = outline(papers[-1], width, height)
        x, y = corners.mean(axis=0) * 0.55 + corners[1] * 0.45
    else:
        x, y = width * 0.62, height * 0.4
    glow = np.zeros((height // 8, width // 8), np.float32)
    axes = (round(width / 8 * 0.045), round(height / 8 * 0.035))
    cv2.ellipse(glow, (round(x / 8), round(y / 8)), axes, 20, 0, 360, 1.0, -1)
    glow = cv2.GaussianBlur(glow, (0, 0), width / 8 * 0.02)
    lifted = cv2.resize(glow, (width, height)) * (255 * 1.2 * strength)
    lift = np.minimum(lifted, 255).astype(np.uint8)
    seen[:] = cv2.add(seen, cv2.merge([lift] * 3))


@lru_cache(maxsize=16)
def _bgr_and_mask(paper: Paper, dpi: int) -> tuple[Pixels, Pixels]:
    image = cv2.cvtColor(np.asarray(paper.picture(_PAPER_DPI)), cv2.COLOR_RGB2BGR)
    if dpi != _PAPER_DPI:
        size = (round(paper.width * dpi / 25.4), round(paper.height * dpi / 25.4))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    height, width = image.shape[:2]
    mask = np.full((height, width), 255, np.uint8)
    radius = round(paper.corner * dpi / 25.4)
    if radius:
        mask[:] = 0
        cv2.rectangle(mask, (radius, 0), (width - radius - 1, height - 1), 255, -1)
        cv2.rectangle(mask, (0, radius), (width - 1, height - radius - 1), 255, -1)
        for x in (radius, width - radius - 1):
            for y in (radius, height - radius - 1):
                cv2.circle(mask, (x, y), radius, 255, -1)
    return image.astype(np.uint8), mask


@lru_cache(maxsize=4)
def _empty(width: int, height: int) -> Pixels:
    """The mat with nothing on it, in the light of the desk."""
    scale = 4.0  # pixels per millimetre of the flat drawing
    across, down = round(VIEW[0] * scale), round(VIEW[1] * scale)
    cloth = np.empty((down, across, 3), np.uint8)
    cloth[:] = _CLOTH
    weave = np.random.default_rng(3).integers(0, 7, cloth.shape[:2], dtype=np.uint8)
    cloth[:] = cv2.add(cloth, cv2.merge([weave] * 3))
    for at in range(0, across, round(10 * scale)):
        cv2.line(cloth, (at, 0), (at, down), _GRID, 1, cv2.LINE_AA)
    for at in range(0, down, round(10 * scale)):
        cv2.line(cloth, (0, at), (across, at), _GRID, 1, cv2.LINE_AA)
    for paper_width, paper_height in ((210.0, 297.0), (85.6, 54.0)):
        _corner_marks(cloth, paper_width * scale, paper_height * scale)
    to_picture = view_matrix(width, height) @ np.diag([1 / scale, 1 / scale, 1.0])
    interpolation = cv2.INTER_LINEAR if width > across else cv2.INTER_AREA
    seen = cv2.warpPerspective(
        cloth, to_picture, (width, height), flags=interpolation, borderMode=cv2.BORDER_REFLECT
    )
    return cv2.multiply(seen, _shade(width, height), scale=1 / 255).astype(np.uint8)


def _corner_marks(cloth: Pixels, width: float, height: float) -> None:
    """Where an A4 sheet and a card go: four small corners, as printed on such mats."""
    middle_y, middle_x = cloth.shape[0] / 2, cloth.shape[1] / 2
    arm = 28
    for side_x in (-1, 1):
        for side_y in (-1, 1):
            x = round(middle_x + side_x * width / 2)
            y = round(middle_y + side_y * height / 2)
            cv2.line(cloth, (x, y), (x - side_x * arm, y), _MARK, 2, cv2.LINE_AA)
            cv2.line(cloth, (x, y), (x, y - side_y * arm), _MARK, 2, cv2.LINE_AA)


@lru_cache(maxsize=4)
def _shade(width: int, height: int) -> Pixels:
    """How much light arrives where (255: all): dimmer in the corners, and away from the lamp."""
    x, y = np.meshgrid(np.linspace(-1, 1, 64), np.linspace(-1, 1, 48))
    vignette = 1 - 0.16 * np.minimum(x * x + y * y, 2.0)
    lamp = 1 - 0.07 * (x + 0.5 * y + 1.0) / 2
    small = np.clip(vignette * lamp * 255, 0, 255).astype(np.uint8)
    shade = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    return cv2.merge([shade] * 3).astype(np.uint8)


@lru_cache(maxsize=1)
def _noise_tile() -> Pixels:
    rng = np.random.default_rng(11)
    return np.clip(rng.normal(_NOISE_MIDDLE, 1.6, (1080 + 64, 1440 + 64, 3)), 0, 9).astype(np.uint8)
