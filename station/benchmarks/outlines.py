"""How well the sheet's outline is found: on photographs whose corners are known, beside the usual
way."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from station.benchmarks import Conditions, Measured, in_turn
from station.benchmarks.pages import photograph, usual_outline
from station.errors import InputError
from station.imaging.arrays import Floats, as_pixels
from station.imaging.detection import find_page
from station.imaging.geometry import Quad
from station.imaging.mat import Mat
from station.imaging.picture import Picture, open_picture, upright


class NoTruth(InputError):
    what = "Nothing was measured."
    cause = "{folder} holds no index.tsv with the columns file and ground_truth."
    remedy = "Name a folder of photographs whose corners are known."
    zh = (
        "没有测成。",
        "{folder} 里没有带 file、ground_truth 两列的 index.tsv。",
        "请给出已知四角位置的照片文件夹。",
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """One photograph, and what each way made of it."""

    name: str
    kind: str
    iou: float
    usual_iou: float
    sure: bool


def outlines(conditions: Conditions) -> Iterator[Measured]:
    """Overlap with the true outline; without a folder of photographs, only the time it takes."""
    against = "Canny, largest outline of four points"
    if conditions.photos is not None:
        shown = list(_shown(conditions.photos))
        ours = np.array([one.iou for one in shown])
        usual = np.array([one.usual_iou for one in shown])
        sure = np.array([one.sure for one in shown])
        yield Measured("outlines.mean_iou", ours.mean(), usual.mean(), "IoU", against)
        for least in (0.9, 0.95):
            share, its = (ours > least).mean(), (usual > least).mean()
            yield Measured(f"outlines.above_{least}", share, its, "share", against)
        wrong = (ours < 0.8).mean(), (usual < 0.8).mean()
        yield Measured("outlines.below_0.8", *wrong, "share", against)
        yield Measured("outlines.sure", sure.mean(), 1.0, "share", "sure of every picture")
        # the usual way never says that it is unsure
        confident = (sure & (ours < 0.8)).mean(), (usual < 0.8).mean()
        yield Measured("outlines.sure_and_wrong", *confident, "share", against)
        for kind in sorted({one.kind for one in shown}):
            own = [one for one in shown if one.kind == kind]
            means = np.mean([one.iou for one in own]), np.mean([one.usual_iou for one in own])
            name = f"outlines.{kind}_of_{len(own)}"
            yield Measured(name, float(means[0]), float(means[1]), "IoU", against)
    yield from _on_a_known_mat(conditions)
    photo, _ = photograph(3000, 4000)
    picture = open_picture(photo)
    took, its_time = in_turn(
        conditions.rounds, lambda: find_page(picture), lambda: usual_outline(picture.pixels)
    )
    yield Measured("outlines.time", took, its_time, "ms", against)


def _shown(folder: Path) -> Iterator[Shown]:
    for file, kind, truth in _truths(folder):
        picture = open_picture(file.read_bytes(), file.name)
        find = find_page(picture)
        usual = _usual(picture)
        yield Shown(
            file.name,
            kind,
            find.quad.iou(truth) if find.quad is not None else 0.0,
            usual.iou(truth) if usual is not None else 0.0,
            find.sure,
        )


def _on_a_known_mat(conditions: Conditions) -> Iterator[Measured]:
    """Sheets laid anyhow on a grained mat that was learned while it was empty."""
    rng = np.random.default_rng(5)
    grain = rng.normal(0, 14, (270, 360, 1)).astype(np.float32)
    height, width = 1080, 1440
    bare = np.clip(cv2.resize(grain, (width, height))[..., None] + (70, 96, 60), 0, 255)
    mat = Mat.learned(as_pixels(bare.astype(np.uint8)))
    known: list[float] = []
    unknown: list[float] = []
    for _ in range(max(8, conditions.rounds)):
        picture, truth = _laid(bare, rng)
        for its_mat, found in ((mat, known), (None, unknown)):
            quad = find_page(picture, its_mat).quad
            found.append(quad.iou(truth) if quad is not None else 0.0)
    against = "the same without having seen the mat"
    yield Measured(
        "outlines.known_mat", float(np.mean(known)), float(np.mean(unknown)), "IoU", against
    )


def _laid(bare: Floats, rng: np.random.Generator) -> tuple[Picture, Quad]:
    """A white or tinted sheet somewhere on ``bare``, under a lamp that shades one side."""
    height, width = bare.shape[:2]
    aspect = float(rng.choice([2**0.5, 1 / 2**0.5, 85.6 / 54]))
    wide = rng.uniform(0.35, 0.6) * min(width, height * aspect)
    half = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (wide / 2, wide / aspect / 2)
    angle = rng.uniform(-0.3, 0.3)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    spread = np.array([width, height])
    corners = half @ turn + spread / 2 + rng.uniform(-0.08, 0.08, 2) * spread
    corners += rng.uniform(-0.01, 0.01, (4, 2)) * wide
    seen = bare.copy()
    colour = rng.uniform(200, 250, 3).tolist()
    fixed = np.rint(corners * 16).astype(np.int32)
    mask = np.zeros((height, width), np.uint8)
    cv2.fillConvexPoly(mask, fixed, 255, cv2.LINE_AA, 4)
    cover = (mask / 255.0)[..., None]
    seen = seen * (1 - cover) + np.array(colour) * cover
    seen *= np.linspace(rng.uniform(0.7, 1), 1, width)[None, :, None]
    seen += rng.normal(0, 3, seen.shape)
    return Picture(as_pixels(np.clip(seen, 0, 255).astype(np.uint8)), 1, None), Quad.exactly(
        corners + 0.5
    )


def _usual(picture: Picture) -> Quad | None:
    corners = usual_outline(upright(picture.pixels, picture.orientation))
    return None if corners is None else Quad.of(corners)


def _truths(folder: Path) -> Iterator[tuple[Path, str, Quad]]:
    index = folder / "index.tsv"
    if not index.is_file():
        raise NoTruth(folder=folder)
    with index.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            truth = row.get("ground_truth") or ""
            if truth.startswith("quad:") and (folder / row["file"]).is_file():
                corners = json.loads(truth.removeprefix("quad:"))
                yield folder / row["file"], row.get("kind") or "picture", Quad.exactly(corners)
