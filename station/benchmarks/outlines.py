"""How well the sheet's outline is found: on photographs whose corners are known, beside the usual
way."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from station.benchmarks import Conditions, Measured, in_turn
from station.benchmarks.pages import photograph, usual_outline
from station.errors import InputError
from station.imaging.detection import find_page
from station.imaging.geometry import Quad
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
    photo, _ = photograph(3000, 4000)
    picture = open_picture(photo)
    took, its_time = in_turn(
        conditions.rounds, lambda: find_page(picture), lambda: usual_outline(picture.pixels)
    )
    yield Measured("outlines.time", took, its_time, "ms", against)


def _shown(folder: Path) -> Iterator[Shown]:
    for file, truth in _truths(folder):
        picture = open_picture(file.read_bytes(), file.name)
        find = find_page(picture)
        usual = _usual(picture)
        yield Shown(
            file.name,
            find.quad.iou(truth) if find.quad is not None else 0.0,
            usual.iou(truth) if usual is not None else 0.0,
            find.sure,
        )


def _usual(picture: Picture) -> Quad | None:
    corners = usual_outline(upright(picture.pixels, picture.orientation))
    return None if corners is None else Quad.of(corners)


def _truths(folder: Path) -> Iterator[tuple[Path, Quad]]:
    index = folder / "index.tsv"
    if not index.is_file():
        raise NoTruth(folder=folder)
    with index.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            truth = row.get("ground_truth") or ""
            if truth.startswith("quad:") and (folder / row["file"]).is_file():
                corners = json.loads(truth.removeprefix("quad:"))
                yield folder / row["file"], Quad.exactly(corners)
