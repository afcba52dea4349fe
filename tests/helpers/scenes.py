"""Photographs of papers that never existed, with the true corners known.

A scene is a *sheet* (form, letter, receipt, leaflet, ID card) lying on a *mat* (cutting mat, wood,
marble, tiles, cloth, a cluttered desk), seen by a camera: perspective, curl, shade of the lens,
shadows, glare, a hand, blur, noise. Everything is drawn from a random generator given by the
caller, so that a scene can be made again from its number. Nothing here measures or judges.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.helpers.grounds import MATS, RICH, cloud, dead_leaves, draw_mat, fractal

Picture = NDArray[np.uint8]
Corners = NDArray[np.float32]

SHEETS = ("form", "letter", "receipt", "leaflet", "card", "certificate")


@dataclass(frozen=True, slots=True)
class Scene:
    """One photograph and what is true about it."""

    picture: Picture
    """H x W x 3, BGR."""
    corners: Corners
    """4 x 2, pixels, clockwise from the sheet's own top left."""
    sheet: str
    mat: str
    cut_off: bool = False

    def jpeg(self, quality: int = 90) -> bytes:
        """The photograph as a camera would hand it over."""
        done, data = cv2.imencode(".jpg", self.picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
        assert done
        return data.tobytes()


# -- sheets ---------------------------------------------------------------------------------------


def draw_sheet(kind: str, rng: np.random.Generator, height: int = 1700) -> Picture:
    """A sheet of ``kind`` seen straight from above, ``height`` pixels high (cards lie flat)."""
    aspect = {
        "form": 2**0.5,
        "letter": float(rng.choice([2**0.5, 1.294])),
        "receipt": float(rng.uniform(1.7, 3.0)),
        "leaflet": float(rng.uniform(1.2, 1.6)),
        "card": 54 / 85.6,
        "certificate": 1 / 2**0.5,
    }[kind]
    width = round(height / aspect)
    paper = rng.integers(225, 256, 3) if rng.random() < 0.8 else rng.integers(150, 256, 3)
    sheet = np.empty((height, width, 3), np.uint8)
    sheet[:] = paper
    {
        "form": _draw_form,
        "letter": _draw_letter,
        "receipt": _draw_letter,
        "leaflet": _draw_leaflet,
        "card": _draw_card,
        "certificate": _draw_certificate,
    }[kind](sheet, rng)
    return sheet


def _words(
    sheet: Picture, rng: np.random.Generator, box: tuple[int, int, int, int], size: int
) -> None:
    """Rows of blobs as dense as print, inside ``box`` (x, y, width, height)."""
    x0, y0, width, height = box
    ink = tuple(int(v) for v in rng.integers(10, 80, 3))
    y = y0
    while y + size < y0 + height:
        x, end = x0, x0 + int(width * rng.uniform(0.4, 1.0))
        while x + size < end:
            for _ in range(3):
                points = rng.integers(0, size, (2, 2)) + (x, y)
                cv2.line(sheet, points[0].tolist(), points[1].tolist(), ink, max(1, size // 9))
            x += int(size * (1.1 if rng.random() < 0.9 else 2.2))
        y += int(size * 1.8)


def _draw_letter(sheet: Picture, rng: np.random.Generator) -> None:
    height, width = sheet.shape[:2]
    margin = width // 10
    size = max(8, width // 45)
    _words(sheet, rng, (width // 3, margin // 2, width // 2, 3 * size), 2 * size)
    end = int(height * rng.uniform(0.5, 0.95))
    _words(sheet, rng, (margin, 2 * margin, width - 2 * margin, end - 2 * margin), size)
    if rng.random() < 0.5:
        _seal(sheet, rng)


def _draw_form(sheet: Picture, rng: np.random.Generator) -> None:
    height, width = sheet.shape[:2]
    margin = int(width * rng.uniform(0.06, 0.12))
    top = int(height * rng.uniform(0.1, 0.18))
    bottom = int(height * rng.uniform(0.75, 0.95))
    size = max(8, width // 50)
    _words(sheet, rng, (width // 4, top // 2, width // 2, 3 * size), 2 * size)
    line = max(1, width // 600)
    rows = int(rng.integers(6, 16))
    for row in np.linspace(top, bottom, rows + 1).astype(int).tolist():
        cv2.line(sheet, (margin, row), (width - margin, row), (30, 30, 30), line)
        _words(sheet, rng, (margin + size, row + size // 2, width // 6, 2 * size), size)
        _words(sheet, rng, (width // 3, row + size // 2, width // 3, 2 * size), size)
    for column in (margin, int(width * 0.3), width - margin):
        cv2.line(sheet, (column, top), (column, bottom), (30, 30, 30), line)
    if rng.random() < 0.5:
        _seal(sheet, rng)


def _draw_leaflet(sheet: Picture, rng: np.random.Generator) -> None:
    height, width = sheet.shape[:2]
    if rng.random() < 0.5:
        sheet[:] = rng.integers(60, 256, 3)
    for _ in range(int(rng.integers(3, 14))):
        x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
        w, h = int(rng.integers(width // 10, width // 2)), int(rng.integers(60, height // 3))
        colour = tuple(int(v) for v in rng.integers(0, 256, 3))
        if rng.random() < 0.6:
            cv2.rectangle(sheet, (x, y), (x + w, y + h), colour, -1)
        else:
            cv2.ellipse(sheet, (x, y), (w // 2, h // 2), 0, 0, 360, colour, -1)
    _words(sheet, rng, (width // 12, height // 12, width // 2, height // 3), max(8, width // 30))


def _draw_card(sheet: Picture, rng: np.random.Generator) -> None:
    height, width = sheet.shape[:2]
    light = rng.integers(190, 250, 3)
    dark = np.clip(light - rng.integers(0, 50, 3), 0, 255)
    ramp = np.linspace(0, 1, width)[None, :, None]
    sheet[:] = (light * (1 - ramp) + dark * ramp).astype(np.uint8)
    face = (int(width * 0.64), int(height * 0.16), int(width * 0.3), int(height * 0.56))
    tone = tuple(int(v) for v in rng.integers(80, 200, 3))
    cv2.rectangle(sheet, face, tone, -1)
    head = (face[0] + face[2] // 2, face[1] + face[3] // 2)
    cv2.ellipse(sheet, head, (face[2] // 3, face[3] // 3), 0, 0, 360, (150, 180, 220), -1)
    _words(sheet, rng, (width // 16, height // 9, width // 2, int(height * 0.6)), height // 14)
    _words(
        sheet, rng, (width // 16, int(height * 0.82), int(width * 0.8), height // 8), height // 13
    )


def _draw_certificate(sheet: Picture, rng: np.random.Generator) -> None:
    height, width = sheet.shape[:2]
    colour = tuple(int(v) for v in rng.integers(30, 200, 3))
    inset = height // 14
    cv2.rectangle(sheet, (inset, inset), (width - inset, height - inset), colour, height // 60)
    size = height // 22
    _words(sheet, rng, (width // 5, height // 4, width // 2, height // 2), size)
    _seal(sheet, rng)


def _seal(sheet: Picture, rng: np.random.Generator) -> None:
    """A round red seal with a star, as an office presses it."""
    height, width = sheet.shape[:2]
    radius = min(height, width) // 9
    x = int(rng.integers(width // 2, max(width // 2 + 1, width - radius - 1)))
    y = int(rng.integers(height // 2, max(height // 2 + 1, height - radius - 1)))
    layer = sheet.copy()
    cv2.circle(layer, (x, y), radius, (50, 40, 215), max(2, radius // 10))
    turns = np.arange(5) * 4 * np.pi / 5 - np.pi / 2
    star = np.stack([x + radius * 0.4 * np.cos(turns), y + radius * 0.4 * np.sin(turns)], 1)
    cv2.fillPoly(layer, [star.astype(np.int32)], (50, 40, 215))
    cv2.addWeighted(layer, 0.85, sheet, 0.15, 0, dst=sheet)


# -- the camera -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Light:
    """How badly a photograph is taken; the default is a good document camera."""

    shade: float = 0.1
    """Darkening of the corners by the lens, 0..1."""
    slope: float = 0.1
    """Brightness falling from one side to the other, 0..1."""
    shadow: float = 0.0
    """Depth of a shadow thrown across the sheet, 0..1."""
    glare: float = 0.0
    """Strength of a reflecting spot on the sheet; above 1 it burns out."""
    blur: float = 0.0
    """Sigma in pixels."""
    noise: float = 2.0
    """Sigma in grey levels."""
    hand: bool = False
    curl: float = 0.0
    """How far sides bow, as a part of the sheet's height."""
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)
    exposure: float = 1.0


def photograph(
    sheet: Picture,
    mat: Picture,
    corners: Corners,
    rng: np.random.Generator,
    light: Light = Light(),
    *,
    rounded: float = 0.0,
    sheet_name: str = "form",
    mat_name: str = "plain",
) -> Scene:
    """Lays ``sheet`` on ``mat`` at ``corners`` and takes the picture.

    ``rounded`` is the corner radius as a part of the sheet's height (an ID card has 0.06).
    """
    height, width = mat.shape[:2]
    mask = _sheet_mask(sheet.shape[:2], rounded)
    if light.curl:
        sheet, mask = _curled(sheet, mask, light.curl, rng)
    else:
        pad = 2
        sheet = cv2.copyMakeBorder(sheet, pad, pad, pad, pad, cv2.BORDER_REPLICATE)
        mask = cv2.copyMakeBorder(mask, pad, pad, pad, pad, cv2.BORDER_CONSTANT)
    pad = (mask.shape[1] - sheet.shape[1]) // 2
    inset = 2 if not light.curl else int(sheet.shape[0] * 0.05 / 1.1 + 0.5)
    sheet_height, sheet_width = sheet.shape[:2]
    source = np.float32(
        [
            [inset, inset],
            [sheet_width - inset, inset],
            [sheet_width - inset, sheet_height - inset],
            [inset, sheet_height - inset],
        ]
    )
    # shrinking: prefilter, as a lens would
    scale = np.linalg.norm(corners[1] - corners[0]) / (sheet_width - 2 * inset)
    if scale < 0.7:
        sheet = cv2.GaussianBlur(sheet, (0, 0), 0.4 / scale)
    warp = cv2.getPerspectiveTransform(source, corners.astype(np.float32))
    size = (width, height)
    laid = cv2.warpPerspective(
        sheet, warp, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    alpha = cv2.warpPerspective(mask, warp, size, flags=cv2.INTER_LINEAR).astype(np.float32) / 255
    # the sheet's own shadow on the mat: close by where it lies flat, wide where it is lifted
    lift = height * (1 / 250 if rng.random() < 0.75 else rng.uniform(0.01, 0.035))
    drop = cv2.GaussianBlur(alpha, (0, 0), lift * rng.uniform(0.3, 1.2))
    shift = np.float32([[1, 0, rng.uniform(-1, 1) * lift], [0, 1, rng.uniform(-0.3, 1) * lift]])
    drop = cv2.warpAffine(drop, shift, size)
    ground = mat.astype(np.float32) * (1 - rng.uniform(0.05, 0.4) * drop)[..., None]
    image = ground * (1 - alpha)[..., None] + laid.astype(np.float32) * alpha[..., None]
    image = _lit(image, corners, rng, light)
    if light.hand:
        _lay_hand(image, corners, rng)
    if light.blur:
        image = cv2.GaussianBlur(image, (0, 0), light.blur)
    image *= np.float32(light.tint) * light.exposure
    image += rng.normal(0, light.noise, image.shape).astype(np.float32)
    inside = (corners >= 0).all() and (corners < (width, height)).all()
    return Scene(
        np.clip(image, 0, 255).astype(np.uint8),
        corners.astype(np.float32),
        sheet_name,
        mat_name,
        cut_off=not bool(inside),
    )


def _sheet_mask(shape: tuple[int, int], rounded: float) -> Picture:
    height, width = shape
    mask = np.full((height, width), 255, np.uint8)
    radius = int(rounded * height)
    if radius:
        mask[:] = 0
        cv2.rectangle(mask, (radius, 0), (width - radius, height), 255, -1)
        cv2.rectangle(mask, (0, radius), (width, height - radius), 255, -1)
        for x in (radius, width - radius - 1):
            for y in (radius, height - radius - 1):
                cv2.circle(mask, (x, y), radius, 255, -1)
    return mask


def _curled(
    sheet: Picture, mask: Picture, curl: float, rng: np.random.Generator
) -> tuple[Picture, Picture]:
    """Sides bow out and in; the four corners stay where they are."""
    height = sheet.shape[0]
    pad = int(height * 0.05)
    padded = cv2.copyMakeBorder(sheet, pad, pad, pad, pad, cv2.BORDER_REPLICATE)
    shape = cv2.copyMakeBorder(mask, pad, pad, pad, pad, cv2.BORDER_CONSTANT)
    rows, columns = padded.shape[:2]
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    u = np.clip((x - pad) / (columns - 2 * pad), 0, 1)
    v = np.clip((y - pad) / (rows - 2 * pad), 0, 1)
    reach = curl * height
    bow = rng.uniform(-reach, reach, 4)
    x += (np.sin(np.pi * v) * (bow[0] * (1 - u) + bow[1] * u)).astype(np.float32)
    y += (np.sin(np.pi * u) * (bow[2] * (1 - v) + bow[3] * v)).astype(np.float32)
    return (
        cv2.remap(padded, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
        cv2.remap(shape, x, y, cv2.INTER_LINEAR),
    )


def _lit(
    image: NDArray[np.float32], corners: Corners, rng: np.random.Generator, light: Light
) -> NDArray[np.float32]:
    height, width = image.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    u, v = x / width - 0.5, y / height - 0.5
    turn = rng.uniform(0, 2 * np.pi)
    gain = 1 - light.shade * 2 * (u * u + v * v)
    gain += light.slope * (u * np.cos(turn) + v * np.sin(turn))
    if light.shadow:
        turn = rng.uniform(0, 2 * np.pi)
        edge = u * np.cos(turn) + v * np.sin(turn) - rng.uniform(-0.2, 0.2)
        gain *= 1 - light.shadow / (1 + np.exp(-edge * rng.uniform(20, 200)))
    lit = image * gain[..., None].astype(np.float32)
    if light.glare:
        weights = rng.dirichlet(np.ones(4))
        spot = weights @ corners
        span = float(np.linalg.norm(corners[2] - corners[0]))
        distance = ((x - spot[0]) ** 2 + (y - spot[1]) ** 2) / (0.08 * span) ** 2
        lit += (255 * light.glare * np.exp(-distance))[..., None].astype(np.float32)
    return np.asarray(lit, np.float32)


def _lay_hand(image: NDArray[np.float32], corners: Corners, rng: np.random.Generator) -> None:
    """A hand-ish blob that holds the sheet at one side."""
    side = int(rng.integers(0, 4))
    a, b = corners[side], corners[(side + 1) % 4]
    grip = a + (b - a) * rng.uniform(0.25, 0.75)
    outward = grip - corners.mean(0)
    outward /= np.linalg.norm(outward)
    span = float(np.linalg.norm(corners[2] - corners[0]))
    blue, share, red = rng.integers(90, 150), rng.integers(120, 180), rng.integers(170, 230)
    # all skins have nearly one hue, light or dark
    skin = np.array([blue, blue + (red - blue) * (0.3 + (share - 120) / 300), red])
    layer = np.zeros(image.shape[:2], np.uint8)
    along = np.array([-outward[1], outward[0]])
    palm = grip + outward * span * 0.14
    cv2.ellipse(
        layer, palm.astype(int).tolist(), (int(span * 0.1), int(span * 0.1)), 0, 0, 360, 255, -1
    )
    for finger in np.linspace(-0.06, 0.06, int(rng.integers(1, 4))):
        tip = grip - outward * span * rng.uniform(0.02, 0.06) + along * span * finger
        root = palm + along * span * finger
        cv2.line(layer, root.astype(int).tolist(), tip.astype(int).tolist(), 255, int(span * 0.04))
    alpha = cv2.GaussianBlur(layer, (0, 0), 2).astype(np.float32)[..., None] / 255
    image *= 1 - alpha
    image += alpha * skin * (1 + 0.1 * cloud(rng, image.shape[:2], 60)[..., None])


# -- whole scenes ---------------------------------------------------------------------------------


def place(
    shape: tuple[int, int],
    aspect: float,
    rng: np.random.Generator,
    *,
    tilt: float = 0.08,
    turn: float = 12.0,
    fill: tuple[float, float] = (0.55, 0.92),
    off_centre: float = 0.5,
) -> Corners:
    """Corners of a sheet (height / width = ``aspect``) somewhere in a picture of ``shape``.

    ``tilt`` moves each corner by that part of the sheet's size (perspective), ``turn`` is the
    largest rotation in degrees, ``fill`` the part of the frame that the sheet takes up in the
    tighter direction.
    """
    height, width = shape
    angle = np.deg2rad(rng.uniform(-turn, turn))
    cos, sin = np.cos(angle), np.sin(angle)
    box_w, box_h = cos + aspect * abs(sin), aspect * cos + abs(sin)
    unit = min(width / box_w, height / box_h) * rng.uniform(*fill)
    half = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]]) * (unit, unit * aspect)
    half += rng.uniform(-tilt, tilt, (4, 2)) * unit
    turned = half @ np.array([[cos, sin], [-sin, cos]])
    low, high = turned.min(0), turned.max(0)
    room = np.maximum((width, height) - (high - low), 0)
    shift = room * (0.5 + rng.uniform(-0.5, 0.5, 2) * off_centre) - low
    return np.asarray(turned + shift, np.float32)


def desk_scene(seed: int, shape: tuple[int, int] = (1600, 1200)) -> Scene:
    """Scene number ``seed``: any sheet on any mat in any light a village office has."""
    rng = np.random.default_rng(seed)
    sheet_name = str(rng.choice(SHEETS))
    mat_name = str(rng.choice(MATS, p=[0.22, 0.2, 0.08, 0.1, 0.12, 0.1, 0.18]))
    if rng.random() < 0.3:
        shape = (shape[1], shape[0])
    sheet = draw_sheet(sheet_name, rng)
    mat = draw_mat(mat_name, rng, shape)
    aspect = sheet.shape[0] / sheet.shape[1]
    papers_under = int(rng.choice([0, 0, 0, 0, 0, 0, 1, 2]))
    for _ in range(papers_under):
        under = draw_sheet(str(rng.choice(SHEETS[:4])), rng, 900)
        where = place(
            shape, under.shape[0] / under.shape[1], rng, turn=60, fill=(0.4, 0.75), off_centre=1.0
        )
        mat = photograph(under, mat, where, rng, Light(0, 0, noise=0)).picture
    easy = rng.random() < 0.5
    least = 0.7 if papers_under else (0.55 if easy else 0.35)
    corners = place(
        shape,
        aspect,
        rng,
        tilt=0.03 if easy else 0.1,
        turn=8 if easy else 35,
        fill=(least, 1.0),
        off_centre=0.4 if papers_under else 0.9,
    )
    if rng.random() < 0.06:  # the frame cuts a strip off the sheet
        corners = corners + np.float32(rng.uniform(-0.06, 0.06, 2) * (shape[1], shape[0]))
    light = Light(
        shade=float(rng.uniform(0, 0.5)),
        slope=float(rng.uniform(0, 0.5)),
        shadow=float(rng.uniform(0.1, 0.5)) if rng.random() < 0.35 else 0.0,
        glare=float(rng.uniform(0.2, 1.3)) if rng.random() < 0.2 else 0.0,
        blur=float(rng.uniform(0, 2)) if rng.random() < 0.5 else 0.0,
        noise=float(rng.uniform(0.5, 8)),
        hand=bool(rng.random() < 0.12),
        curl=float(rng.uniform(0, 0.012)) if rng.random() < 0.5 else 0.0,
        tint=(float(rng.uniform(0.8, 1)), float(rng.uniform(0.9, 1)), 1.0),
        exposure=float(rng.uniform(0.5, 1.1)),
    )
    if sheet_name != "card" and rng.random() < 0.3:
        sheet = folded(sheet, rng)
    return photograph(
        sheet,
        mat,
        corners,
        rng,
        light,
        rounded=0.06 if sheet_name == "card" else 0.0,
        sheet_name=sheet_name,
        mat_name=mat_name,
    )


def hard_scene(seed: int, shape: tuple[int, int] = (1600, 1200)) -> Scene:
    """What defeats simple methods: white on white, a sheet on a fan of sheets, a leaflet of
    rectangles, folds as strong as edges, a sheet that fills the picture or is cut off by it."""
    rng = np.random.default_rng(seed)
    trouble = str(rng.choice(["pale", "fan", "leaflet", "folds", "full", "cut"]))
    sheet_name = str(rng.choice(SHEETS))
    if trouble == "leaflet":
        sheet_name = "leaflet"
    elif trouble == "fan":
        sheet_name = str(rng.choice(["form", "letter"]))
    mat_name = str(rng.choice(["white", "marble"])) if trouble == "pale" else str(rng.choice(MATS))
    sheet = draw_sheet(sheet_name, rng)
    mat = draw_mat(mat_name, rng, shape)
    if trouble == "fan":
        for _ in range(int(rng.integers(2, 5))):
            under = draw_sheet("letter", rng, 900)
            where = place(shape, 1.4, rng, turn=25, fill=(0.55, 0.8), off_centre=0.4)
            mat = photograph(under, mat, where, rng, Light(0, 0, noise=0)).picture
    if trouble == "folds":
        for _ in range(3):
            sheet = folded(sheet, rng)
    fill = (0.93, 1.02) if trouble == "full" else (0.6, 0.9)
    turn = 2.0 if trouble == "full" else 15.0
    corners = place(shape, sheet.shape[0] / sheet.shape[1], rng, tilt=0.04, turn=turn, fill=fill)
    if trouble == "cut":
        corners = corners + np.float32(rng.uniform(-0.12, 0.12, 2) * (shape[1], shape[0]))
    light = Light(
        shade=float(rng.uniform(0, 0.4)),
        slope=float(rng.uniform(0, 0.4)),
        shadow=float(rng.uniform(0, 0.4)),
        blur=float(rng.uniform(0, 1.5)),
        noise=float(rng.uniform(0.5, 5)),
        curl=float(rng.uniform(0, 0.01)),
        exposure=float(rng.uniform(0.6, 1.05)),
    )
    rounded = 0.06 if sheet_name == "card" else 0.0
    return photograph(
        sheet, mat, corners, rng, light, rounded=rounded, sheet_name=sheet_name, mat_name=mat_name
    )


_ROOM = ("plain", "wood", "marble", "tiles", "cloth", "white")
"""Grounds on which nothing lies that could pass for a sheet."""


def phone_scene(seed: int, shape: tuple[int, int] = (1000, 750)) -> Scene:
    """Scene number ``seed`` as phones and cameras deliver it: richer grounds, pictures printed on
    the sheet, pens on it, a plastic sleeve round it, sharpened and packed, in any size."""
    rng = np.random.default_rng([seed, 77])
    if rng.random() < 0.4:
        shape = (shape[1], shape[0])
    sheet_name = str(rng.choice(SHEETS))
    sheet = draw_sheet(sheet_name, rng, 1100)
    _print_pictures(sheet, rng)
    if sheet_name != "card" and rng.random() < 0.3:
        sheet = folded(sheet, rng)
    mat_name = str(rng.choice([*RICH, *RICH, *MATS]))
    mat = draw_mat(mat_name, rng, shape)
    papers_under = int(rng.choice([0, 0, 0, 0, 1, 2]))
    for _ in range(papers_under):
        under = draw_sheet(str(rng.choice(SHEETS[:4])), rng, 800)
        where = place(
            shape, under.shape[0] / under.shape[1], rng, turn=60, fill=(0.3, 0.6), off_centre=1.0
        )
        mat = photograph(under, mat, where, rng, Light(0, 0, noise=0)).picture
    aspect = sheet.shape[0] / sheet.shape[1]
    easy = rng.random() < 0.6
    fill = (0.6 if papers_under else 0.4, 0.99)
    corners = place(
        shape, aspect, rng, tilt=0.02 if easy else 0.09, turn=10 if easy else 45, fill=fill,
        off_centre=0.5,
    )  # fmt: skip
    if rng.random() < 0.15:
        mat = _in_a_sleeve(mat, corners, rng)
    light = Light(
        shade=float(rng.uniform(0, 0.4)),
        slope=float(rng.uniform(0, 0.4)),
        shadow=float(rng.uniform(0.1, 0.45)) if rng.random() < 0.3 else 0.0,
        glare=float(rng.uniform(0.2, 1.0)) if rng.random() < 0.15 else 0.0,
        blur=float(rng.uniform(0, 1.5)) if rng.random() < 0.5 else 0.0,
        noise=float(rng.uniform(0.3, 5)),
        hand=bool(rng.random() < 0.12),
        curl=float(rng.uniform(0, 0.012)) if rng.random() < 0.5 else 0.0,
        tint=(float(rng.uniform(0.75, 1)), float(rng.uniform(0.9, 1)), 1.0),
        exposure=float(rng.uniform(0.55, 1.1)),
    )
    rounded = 0.06 if sheet_name == "card" else 0.0
    scene = photograph(
        sheet, mat, corners, rng, light, rounded=rounded, sheet_name=sheet_name, mat_name=mat_name
    )
    picture = scene.picture.copy()
    if rng.random() < 0.15:
        _lay_pen(picture, corners, rng)
    kept, factor = _as_it_is_kept(picture, rng)
    return replace(scene, picture=kept, corners=np.asarray(corners * factor, np.float32))


def _print_pictures(sheet: Picture, rng: np.random.Generator) -> None:
    """Photographs and patterns printed on the sheet; on a ticket under everything."""
    height, width = sheet.shape[:2]
    if rng.random() < 0.25:
        pattern = 6 * fractal(rng, (height // 4, width // 4), 1.2)
        y, x = np.mgrid[0 : height // 4, 0 : width // 4].astype(np.float32)
        pattern += 8 * np.sin((x * rng.uniform(0.2, 0.6)) + 4 * np.sin(y * rng.uniform(0.02, 0.2)))
        weave = cv2.resize(pattern, (width, height))[..., None] * rng.uniform(0, 1.5, 3)
        sheet[:] = np.clip(sheet.astype(np.float32) + weave, 0, 255).astype(np.uint8)
    if rng.random() > 0.3:
        return
    for _ in range(int(rng.integers(1, 6))):
        h, w = int(height * rng.uniform(0.1, 0.4)), int(width * rng.uniform(0.15, 0.6))
        y, x = int(rng.integers(0, height - h)), int(rng.integers(0, width - w))
        sheet[y : y + h, x : x + w] = np.clip(dead_leaves(rng, (h, w), 60), 0, 255)


def _in_a_sleeve(mat: Picture, corners: Corners, rng: np.random.Generator) -> Picture:
    """A see-through sleeve or a folder on which the sheet lies."""
    centre = corners.mean(axis=0)
    wide = centre + (corners - centre) * rng.uniform(1.06, 1.7, (1, 2)) + rng.normal(0, 6, (1, 2))
    layer = mat.astype(np.float32)
    mask = np.zeros(mat.shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, np.rint(wide).astype(np.int32), 255)
    inside = (mask > 0)[..., None]
    haze = rng.uniform(0.02, 0.4)
    tone = rng.uniform(120, 255)
    layer = np.where(inside, layer * (1 - haze) + tone * haze, layer)
    shine = float(rng.uniform(-60, 90))
    edge = np.zeros_like(mask)
    cv2.polylines(edge, [np.rint(wide).astype(np.int32)], True, 255, int(rng.integers(1, 5)))
    layer += (shine * (edge > 0))[..., None]
    return np.asarray(np.clip(layer, 0, 255), np.uint8)


def _lay_pen(picture: Picture, corners: Corners, rng: np.random.Generator) -> None:
    span = float(np.linalg.norm(corners[2] - corners[0]))
    start = rng.dirichlet(np.ones(4)) @ corners
    angle = rng.uniform(0, 2 * np.pi)
    end = start + span * rng.uniform(0.15, 0.45) * np.array([np.cos(angle), np.sin(angle)])
    colour = [int(v) for v in rng.integers(0, 200, 3)]
    thick = max(2, int(span * rng.uniform(0.008, 0.025)))
    cv2.line(picture, start.astype(int).tolist(), end.astype(int).tolist(), colour, thick)


def _as_it_is_kept(picture: Picture, rng: np.random.Generator) -> tuple[Picture, float]:
    """Sharpened, made smaller and packed, as phones and messengers do; and how much smaller."""
    if rng.random() < 0.4:
        soft = cv2.GaussianBlur(picture, (0, 0), 1.2)
        picture = np.asarray(cv2.addWeighted(picture, 1.7, soft, -0.7, 0), np.uint8)
    factor = float(rng.uniform(0.4, 1)) if rng.random() < 0.5 else 1.0
    small = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    quality = int(rng.integers(50, 96))
    done, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    packed = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert packed is not None
    return np.asarray(packed, np.uint8), small.shape[1] / picture.shape[1]


def empty_scene(seed: int, shape: tuple[int, int] = (1600, 1200)) -> Picture:
    """A desk with nothing rectangular on it, in any light; perhaps a hand."""
    rng = np.random.default_rng(seed)
    grounds = [*_ROOM, *(kind for kind in RICH if kind not in ("leaves", "table"))]
    mat = draw_mat(str(rng.choice(grounds)), rng, shape)
    light = Light(
        shade=float(rng.uniform(0, 0.5)),
        slope=float(rng.uniform(0, 0.5)),
        shadow=float(rng.uniform(0.1, 0.5)) if rng.random() < 0.5 else 0.0,
        exposure=float(rng.uniform(0.5, 1.1)),
    )
    around = place(shape, 1.4, rng)
    lit = _lit(mat.astype(np.float32), around, rng, light)
    if rng.random() < 0.3:
        _lay_hand(lit, around, rng)
    lit = lit * light.exposure + rng.normal(0, rng.uniform(0.5, 6), lit.shape)
    return np.asarray(np.clip(lit, 0, 255), np.uint8)


def folded(sheet: Picture, rng: np.random.Generator) -> Picture:
    """The sheet after it was folded once or twice: each fold throws its own light."""
    height, width = sheet.shape[:2]
    gain = np.ones((height, width), np.float32)
    for _ in range(int(rng.integers(1, 3))):
        depth = float(rng.uniform(0.03, 0.15))
        if rng.random() < 0.6:
            fold = int(height * rng.uniform(0.3, 0.7))
            gain[fold:] *= 1 - depth
            gain[max(0, fold - 3) : fold + 3] *= 1 - depth
        else:
            fold = int(width * rng.uniform(0.3, 0.7))
            gain[:, fold:] *= 1 - depth
            gain[:, max(0, fold - 3) : fold + 3] *= 1 - depth
    return np.asarray(sheet * gain[..., None], np.uint8)
