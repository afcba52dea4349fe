"""What a sheet lies on: mats, tables, cloth, clutter, and pictures that look like photographs.

All drawn from a random generator given by the caller. Nothing here knows of sheets or cameras.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

MATS = ("plain", "wood", "marble", "tiles", "cloth", "white", "clutter")
"""Grounds that a few lines draw."""
RICH = ("grid", "leaves", "carpet", "speckled", "boards", "table", "bare_table")
"""Grounds nearer to photographs; slower."""


def cloud(rng: np.random.Generator, shape: tuple[int, int], grain: int) -> NDArray[np.float32]:
    """Smooth noise in -1..1 whose lumps are about ``grain`` pixels wide."""
    small = (max(2, shape[0] // grain + 2), max(2, shape[1] // grain + 2))
    noise = rng.uniform(-1, 1, small).astype(np.float32)
    return np.asarray(cv2.resize(noise, shape[::-1], interpolation=cv2.INTER_CUBIC), np.float32)


def draw_mat(kind: str, rng: np.random.Generator, shape: tuple[int, int]) -> Picture:
    """What the sheet lies on; ``shape`` is (height, width)."""
    height, width = shape
    mat = np.empty((height, width, 3), np.float32)
    if kind == "plain":
        mat[:] = rng.integers(15, 150, 3) if rng.random() < 0.7 else [60, 90, 40]
    elif kind == "wood":
        mat[:] = [rng.integers(30, 130), rng.integers(70, 170), rng.integers(110, 225)]
        grain = cloud(rng, (height, max(2, width // 40)), 6)
        stripes = cv2.resize(grain, (width, height), interpolation=cv2.INTER_LINEAR)
        if rng.random() < 0.5:
            grain = cloud(rng, (max(2, height // 40), width), 6)
            stripes = cv2.resize(grain, (width, height), interpolation=cv2.INTER_LINEAR)
        mat *= 1 + rng.uniform(0.03, 0.2) * stripes[..., None]
        for x in range(int(rng.integers(0, 300)), width, int(rng.integers(250, 900))):
            cv2.line(mat, (x, 0), (x + int(rng.integers(-40, 40)), height), (25, 35, 45), 3)
    elif kind == "marble":
        mat[:] = rng.integers(205, 245)
        mat += 10 * cloud(rng, shape, 200)[..., None]
        for _ in range(int(rng.integers(4, 12))):
            points = np.cumsum(rng.normal(0, height / 14, (12, 2)), 0)
            points += rng.uniform(0, 1, 2) * (width, height)
            tone = [int(rng.integers(120, 200))] * 3
            cv2.polylines(mat, [points.astype(np.int32)], False, tone, int(rng.integers(1, 9)))
        mat = cv2.GaussianBlur(mat, (0, 0), 2)
    elif kind == "tiles":
        mat[:] = rng.integers(60, 230, 3)
        mat += 14 * cloud(rng, shape, 60)[..., None]
        step = int(rng.integers(height // 5, height // 2))
        joint = [int(v) for v in rng.integers(30, 120, 3)]
        for p in range(int(rng.integers(0, step)), max(shape), step):
            cv2.line(mat, (p, 0), (p, height), joint, int(rng.integers(4, 16)))
            cv2.line(mat, (0, p), (width, p), joint, int(rng.integers(4, 16)))
    elif kind == "cloth":
        mat[:] = rng.integers(20, 200, 3)
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        pitch = rng.uniform(5, 30)
        weave = np.sin(x * 6.28 / pitch) * np.sin(y * 6.28 / pitch)
        mat *= (1 + rng.uniform(0.03, 0.2) * weave + 0.1 * cloud(rng, shape, 150))[..., None]
    elif kind == "white":
        mat[:] = rng.integers(190, 236) + rng.integers(-6, 7, 3)
        mat += 5 * cloud(rng, shape, 400)[..., None]
    elif kind in RICH:
        return {
            "grid": _grid,
            "leaves": _leaves,
            "carpet": _carpet,
            "speckled": _speckled,
            "boards": _boards,
            "table": _table,
            "bare_table": _bare_table,
        }[kind](rng, shape)
    elif kind == "clutter":
        mat[:] = rng.integers(40, 220, 3)
        mat += 10 * cloud(rng, shape, 100)[..., None]
        _things(mat, rng)
    else:
        raise ValueError(kind)
    return np.clip(mat, 0, 255).astype(np.uint8)


def _things(mat: NDArray[np.float32], rng: np.random.Generator) -> None:
    """Pens, cups, books and cables lying about."""
    height, width = mat.shape[:2]
    for _ in range(int(rng.integers(3, 10))):
        colour = [int(v) for v in rng.integers(0, 256, 3)]
        centre = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        turn = float(rng.uniform(0, 180))
        shape = rng.integers(0, 4)
        long, short = int(height * rng.uniform(0.1, 0.3)), int(height * rng.uniform(0.01, 0.2))
        if shape == 0:
            cv2.ellipse(mat, centre, (long // 2, long // 2), 0, 0, 360, colour, -1)
        elif shape == 1:
            points = np.cumsum(rng.normal(0, height / 12, (10, 2)), 0) + centre
            cv2.polylines(mat, [points.astype(np.int32)], False, colour, int(rng.integers(4, 14)))
        else:
            box = cv2.boxPoints((centre, (long, short), turn)).astype(np.int32)
            cv2.fillPoly(mat, [box], colour)


# -- nearer to photographs ------------------------------------------------------------------------


def fractal(rng: np.random.Generator, shape: tuple[int, int], fall: float) -> NDArray[np.float32]:
    """Noise of all sizes, mean 0 and spread 1; the larger ``fall``, the smoother."""
    total = np.zeros(shape, np.float32)
    grain = float(max(shape)) / 2
    weight = 1.0
    while grain >= 1.5:
        total += np.float32(weight) * cloud(rng, shape, round(grain))
        grain /= 2
        weight /= fall
    return (total - total.mean()) / (total.std() + 1e-6)


def _tone(rng: np.random.Generator, low: int = 20, high: int = 230) -> NDArray[np.float32]:
    """A colour as things have it: mostly muted."""
    grey = rng.uniform(low, high)
    return np.clip(grey + rng.normal(0, rng.choice([6, 15, 40]), 3), 5, 250).astype(np.float32)


def _grid(rng: np.random.Generator, shape: tuple[int, int]) -> Picture:
    """A cutting mat with its scale, or checked cloth: straight lines everywhere."""
    height, width = shape
    ground = np.empty((height, width, 3), np.float32)
    ground[:] = _tone(rng, 20, 130)
    line = np.clip(ground[0, 0] + rng.choice([-1, 1]) * rng.uniform(15, 90), 0, 255).tolist()
    step = int(rng.integers(height // 40, height // 8))
    thick = int(rng.integers(1, 4))
    for number, p in enumerate(range(int(rng.integers(0, step)), max(shape), step)):
        bold = thick + (2 if number % 5 == 0 else 0)
        cv2.line(ground, (p, 0), (p, height), line, bold)
        cv2.line(ground, (0, p), (width, p), line, bold)
    ground = _seen_from(ground, rng)
    ground *= (1 + 0.04 * fractal(rng, shape, 1.6))[..., None]
    return np.asarray(np.clip(ground, 0, 255), np.uint8)


def _seen_from(ground: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Turned and tilted, so that its lines run another way than the picture's frame."""
    height, width = ground.shape[:2]
    angle = rng.normal(0, 8) if rng.random() < 0.7 else rng.uniform(-45, 45)
    turn = np.eye(3)
    turn[:2] = cv2.getRotationMatrix2D((width / 2, height / 2), float(angle), 1.6)
    tilt = np.eye(3)
    tilt[2, :2] = rng.normal(0, 0.00012, 2)
    return np.asarray(
        cv2.warpPerspective(ground, tilt @ turn, (width, height), borderMode=cv2.BORDER_REFLECT),
        np.float32,
    )


def dead_leaves(
    rng: np.random.Generator, shape: tuple[int, int], count: int = 160
) -> NDArray[np.float32]:
    """Shapes of all sizes, each hiding what lies behind: the simplest picture whose statistics are
    a photograph's (Lee, Mumford and Huang, 2001)."""
    height, width = shape
    picture = np.empty((height, width, 3), np.float32)
    picture[:] = _tone(rng)
    sizes = np.sort(max(shape) * 0.5 * rng.pareto(1.2, count).clip(0.02, 1))[::-1]
    family = _tone(rng)
    for size in sizes.tolist():
        colour = (0.5 * family + 0.5 * _tone(rng)).tolist()
        centre = (float(rng.uniform(0, width)), float(rng.uniform(0, height)))
        kind = int(rng.integers(0, 3))
        long, short = size, size * float(rng.uniform(0.15, 1))
        turn = float(rng.uniform(0, 180))
        if kind == 0:
            box = (int(long / 2) + 1, int(short / 2) + 1)
            middle = (int(centre[0]), int(centre[1]))
            cv2.ellipse(picture, middle, box, turn, 0, 360, colour, -1)
        elif kind == 1:
            points = cv2.boxPoints((centre, (long, short), turn)).astype(np.int32)
            cv2.fillPoly(picture, [points], colour)
        else:
            corners = int(rng.integers(3, 8))
            around = np.sort(rng.uniform(0, 2 * np.pi, corners))
            points = np.stack([np.cos(around), np.sin(around)], 1) * size / 2 + centre
            cv2.fillPoly(picture, [points.astype(np.int32)], colour)
    return picture


def _leaves(rng: np.random.Generator, shape: tuple[int, int]) -> Picture:
    """A room behind a card held in the hand, a messy desk: anything, perhaps out of focus."""
    picture = dead_leaves(rng, shape, int(rng.integers(30, 200)))
    picture += rng.uniform(3, 18) * fractal(rng, shape, 1.5)[..., None]
    if rng.random() < 0.6:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.8, 14)), np.float32)
    return np.asarray(np.clip(picture, 0, 255), np.uint8)


def _carpet(rng: np.random.Generator, shape: tuple[int, int]) -> Picture:
    """Carpet, felt, asphalt, leather: one colour with grain of all sizes."""
    rough = fractal(rng, shape, rng.uniform(0.8, 1.8))[..., None]
    own = fractal(rng, shape, 1.8)[..., None] * rng.normal(0, 0.25, 3).astype(np.float32)
    picture = _tone(rng) + rng.uniform(3, 30) * (rough + own)
    return np.asarray(np.clip(picture, 0, 255), np.uint8)


def _speckled(rng: np.random.Generator, shape: tuple[int, int]) -> Picture:
    """Granite, terrazzo, patterned oilcloth."""
    height, width = shape
    picture = np.empty((height, width, 3), np.float32)
    picture[:] = _tone(rng)
    most = max(2, height // int(rng.integers(25, 150)))
    for _ in range(int(rng.integers(300, 1200))):
        at = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        box = (int(rng.integers(1, most + 1)), int(rng.integers(1, most + 1)))
        colour = (picture[0, 0] * 0.5 + 0.5 * _tone(rng)).tolist()
        cv2.ellipse(picture, at, box, float(rng.uniform(0, 180)), 0, 360, colour, -1)
    picture += rng.uniform(1, 8) * fractal(rng, shape, 1.3)[..., None]
    return np.asarray(np.clip(picture, 0, 255), np.uint8)


def _boards(rng: np.random.Generator, shape: tuple[int, int]) -> Picture:
    """Wood with grain that bends, knots, board by board of another tone."""
    height, width = shape
    base = np.array([rng.integers(30, 150), 0, 0], np.float32)
    base[1] = base[0] * rng.uniform(1.05, 1.5)
    base[2] = base[1] * rng.uniform(1.02, 1.4)
    x = np.broadcast_to(np.arange(width, dtype=np.float32), shape)
    bend = cloud(rng, shape, height // 3) * width * rng.uniform(0.01, 0.06)
    board = width / float(rng.uniform(0.8, 7))
    number = np.floor(x / board).astype(int)
    tones = rng.normal(1, rng.uniform(0, 0.1), int(number.max()) + 1).astype(np.float32)
    pitch = width / float(rng.uniform(15, 90))
    rings = np.sin((x + bend) * np.float32(2 * np.pi / pitch) + 2 * cloud(rng, shape, height // 2))
    fine = cv2.resize(cloud(rng, (max(2, height // 30), width), 2), (width, height))
    gain = tones[number] * (1 + rng.uniform(0.01, 0.09) * rings + rng.uniform(0.01, 0.08) * fine)
    picture = base * gain[..., None]
    if rng.random() < 0.8:
        dark = (x % board < max(1.0, width / 350)).astype(np.float32) * rng.uniform(0, 0.7)
        picture *= 1 - dark[..., None]
    return np.asarray(np.clip(_seen_from(picture, rng), 0, 255), np.uint8)


def _table(rng: np.random.Generator, shape: tuple[int, int], things: bool = True) -> Picture:
    """A table that ends in the picture, the floor beyond, things on it, a lamp's reflection."""
    height, width = shape
    floor = (_carpet if rng.random() < 0.6 else _leaves)(rng, shape).astype(np.float32)
    top = (_carpet if rng.random() < 0.3 else _smooth_top)(rng, shape).astype(np.float32)
    mask = np.zeros(shape, np.uint8)
    if rng.random() < 0.5:
        centre = (int(width * rng.uniform(0.2, 0.8)), int(height * rng.uniform(0.4, 0.8)))
        radius = int(max(shape) * rng.uniform(0.45, 0.9))
        cv2.circle(mask, centre, radius, 255, -1)
    else:
        angle = float(rng.uniform(0, 2 * np.pi))
        middle = np.array([width, height]) / 2
        away = np.array([np.cos(angle), np.sin(angle)])
        along = np.array([-away[1], away[0]])
        edge = middle + away * max(shape) * rng.uniform(0.2, 0.5)
        far = 3 * max(shape)
        points = [edge + along * far, edge - along * far, edge - (along + away) * far]
        points.append(edge + (along - away) * far)
        cv2.fillPoly(mask, [np.array(points).astype(np.int32)], 255)
    alpha = cv2.GaussianBlur(mask, (0, 0), rng.uniform(0.7, 4)).astype(np.float32)[..., None] / 255
    picture = floor * (1 - alpha) + top * alpha
    if things and rng.random() < 0.7:
        _things(picture, rng)
    return np.asarray(np.clip(picture, 0, 255), np.uint8)


def _bare_table(rng: np.random.Generator, shape: tuple[int, int]) -> Picture:
    return _table(rng, shape, things=False)


def _smooth_top(rng: np.random.Generator, shape: tuple[int, int]) -> Picture:
    picture = np.empty((*shape, 3), np.float32)
    picture[:] = _tone(rng, 40, 245)
    picture += rng.uniform(0.5, 6) * fractal(rng, shape, 2.0)[..., None]
    if rng.random() < 0.4:
        height, width = shape
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        lamp_x, lamp_y = rng.uniform(0, width), rng.uniform(0, height)
        far = ((x - lamp_x) / width) ** 2 + ((y - lamp_y) / height) ** 2
        picture += (rng.uniform(10, 90) * np.exp(-far * rng.uniform(8, 60)))[..., None]
    return np.asarray(np.clip(picture, 0, 255), np.uint8)
