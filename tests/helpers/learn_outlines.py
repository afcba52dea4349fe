"""Learns what each mark of an outline is worth and prints ``station/imaging/weights.py`` anew.

``python -m tests.helpers.learn_outlines --scenes 2400 > station/imaging/weights.py``

Only scenes drawn by ``tests/helpers/scenes.py`` are learned from; photographs of others stay for
checking. Three opinions: which proposal is nearest to the truth, which of its rivals is, and
whether the winner may be trusted. To be run again whenever a mark or a scene changes: weights that
were learned from other marks look harmless and are not.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from station.imaging.detection import Contest, Scorer, compete
from station.imaging.evidence import WORK_SIDE, gather
from station.imaging.geometry import Quad
from station.imaging.opinion import Opinion
from station.imaging.proposals import propose
from station.imaging.refinement import snapped
from station.imaging.scoring import CONTEST, MARKS, marks
from tests.helpers.scenes import desk_scene, empty_scene, hard_scene, phone_scene

Floats = NDArray[np.float64]
T = TypeVar("T")

SWITCHES = 8


@dataclass(frozen=True, slots=True)
class Example:
    """One scene in small."""

    png: bytes
    truth: Quad

    @property
    def small(self) -> NDArray[np.uint8]:
        pixels = cv2.imdecode(np.frombuffer(self.png, np.uint8), cv2.IMREAD_COLOR)
        assert pixels is not None
        return np.asarray(pixels, np.uint8)

    @property
    def has_sheet(self) -> bool:
        return self.truth.area > 0


@dataclass(frozen=True, slots=True)
class Round:
    """The marks of all outlines that compete on one scene, and how good each really is."""

    table: Floats
    iou: Floats


def example(seed: int) -> Example:
    """Scene number ``seed`` of the school: desks, phones' pictures, hard ones, empty ones."""
    shape = (1000, 750)
    corners: NDArray[np.float64] = np.zeros((4, 2))
    if seed % 8 == 6:
        picture = empty_scene(seed, shape)
    else:
        if seed % 8 in (3, 7):
            scene = hard_scene(seed, shape)
        elif seed % 8 in (0, 1):
            scene = desk_scene(seed, shape)
        else:
            scene = phone_scene(seed, shape)
        picture, corners = scene.picture, np.asarray(scene.corners, np.float64)
    factor = WORK_SIDE / max(picture.shape[:2])
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    small = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=way)
    done, png = cv2.imencode(".png", small)
    assert done
    return Example(png.tobytes(), Quad.exactly(corners * factor))


def first_round(example: Example) -> Round:
    evidence = gather(example.small)
    proposals = propose(evidence)
    return Round(marks(evidence, proposals.quads, proposals), ious(proposals.quads, example.truth))


def last_round(example: Example, scorer: Scorer) -> tuple[Contest, Round, float] | None:
    """The contest, the marks of its rivals, and how good the winner is once its sides are moved."""
    evidence = gather(example.small)
    contest = compete(evidence, scorer)
    if contest is None:
        return None
    final = snapped(evidence, contest.quad, reach=2.0)
    overlap = Quad.exactly(final).iou(example.truth) if example.has_sheet else 0.0
    return contest, Round(contest.table, ious(contest.rivals, example.truth)), overlap


def ious(quads: Floats, truth: Quad) -> Floats:
    if truth.area <= 0:
        return np.zeros(len(quads))
    return np.array([Quad.exactly(quad).iou(truth) for quad in quads])


WORSE = frozenset(
    [
        "ground_inside",
        "paper_outside",
        "area_large",
        "on_frame",
        "beyond",
        "crossed",
        "overrun",
        "written_beside",
        "nested",
    ]
)
"""Marks that can only speak against an outline; all others can only speak for it. Holding the
weights to that costs a little on drawn scenes and keeps what was learned true on photographs."""


def signs(names: Sequence[str]) -> Floats:
    return np.array([-1.0 if name in WORSE else 1.0 for name in names])


# -- learning -------------------------------------------------------------------------------------


class Pupil:
    """An opinion being learned: uphill by Adam (Kingma and Ba, 2015), each number that stands
    between a mark and the answer kept to the mark's sign."""

    def __init__(self, table: Floats, names: Sequence[str], calm: float) -> None:
        rng = np.random.default_rng(0)
        self.middle, self.spread = table.mean(axis=0), table.std(axis=0) + 1e-6
        self._signs = signs(names)
        self._calm = calm
        self.parts = {
            "plain": np.zeros(len(names)),
            "switches": np.abs(rng.normal(0, 0.3, (len(names), SWITCHES))) * self._signs[:, None],
            "thresholds": rng.normal(0, 1, SWITCHES),
            "worth": np.full(SWITCHES, 0.3),
            "base": np.zeros(1),
        }
        self._first = {name: np.zeros_like(part) for name, part in self.parts.items()}
        self._second = {name: np.zeros_like(part) for name, part in self.parts.items()}

    def scaled(self, table: Floats) -> Floats:
        return (table - self.middle) / self.spread

    def answers(self, x: Floats) -> tuple[Floats, Floats]:
        """For marks scaled to spread 1: the answers, and how far each switch is on."""
        on = np.tanh(x @ self.parts["switches"] + self.parts["thresholds"])
        return x @ self.parts["plain"] + on @ self.parts["worth"] + self.parts["base"], on

    def step(self, x: Floats, on: Floats, pull: Floats, number: int, of: int) -> None:
        """One step along ``pull``, the slope of what is wanted with regard to each answer."""
        moved = pull[:, None] * self.parts["worth"] * (1 - on * on)
        slopes = {
            "plain": x.T @ pull,
            "switches": x.T @ moved,
            "thresholds": moved.sum(axis=0),
            "worth": on.T @ pull,
            "base": np.array([pull.sum()]),
        }
        rate = 0.01 * min(1.0, 3 * (1 - number / of) + 0.02)
        for name, slope in slopes.items():
            part = self.parts[name]
            if name in ("plain", "switches", "worth"):
                slope = slope - self._calm * part
            first, second = self._first[name], self._second[name]
            first += 0.1 * (slope - first)
            second += 0.01 * (slope * slope - second)
            even = np.sqrt(second / (1 - 0.99**number)) + 1e-8
            part += rate * (first / (1 - 0.9**number)) / even
        self.parts["plain"][self.parts["plain"] * self._signs < 0] = 0.0
        self.parts["switches"][self.parts["switches"] * self._signs[:, None] < 0] = 0.0
        np.maximum(self.parts["worth"], 0, out=self.parts["worth"])

    def opinion(self) -> Opinion:
        """What was learned, for marks as they are."""
        plain = self.parts["plain"] / self.spread
        switches = self.parts["switches"] / self.spread[:, None]
        return Opinion(
            plain,
            switches,
            self.parts["thresholds"] - self.middle @ switches,
            self.parts["worth"],
            float(self.parts["base"][0] - self.middle @ plain),
        )


def learn_ranking(rounds: Sequence[Round], steps: int = 4000, batch: int = 96) -> Opinion:
    """The opinion under which a choice by softmax gathers most: overlap, and as much again for
    the last hundredths of it."""
    rng = np.random.default_rng(1)
    pupil = Pupil(np.concatenate([r.table for r in rounds]), MARKS, calm=2e-4)
    scaled = [pupil.scaled(r.table) for r in rounds]
    value = [r.iou + 0.5 * np.clip((r.iou - 0.9) / 0.06, 0, 1) for r in rounds]
    for number in range(1, steps + 1):
        chosen = rng.choice(len(rounds), batch)
        x = np.concatenate([scaled[n] for n in chosen])
        answers, on = pupil.answers(x)
        ends = np.cumsum([len(value[n]) for n in chosen])[:-1]
        pulls = []
        for part, n in zip(np.split(answers, ends), chosen, strict=True):
            belief = np.exp(part - part.max())
            belief /= belief.sum()
            pulls.append(belief * (value[n] - belief @ value[n]) / batch)
        pupil.step(x, on, np.concatenate(pulls), number, steps)
    return pupil.opinion()


def learn_trust(tables: Floats, right: NDArray[np.bool_], steps: int = 4000) -> Opinion:
    """Logistic regression; a wrong outline that is trusted costs six times one asked about."""
    pupil = Pupil(tables, (*MARKS, *CONTEST), calm=1e-3)
    x, cost = pupil.scaled(tables), np.where(right, 1.0, 6.0)
    for number in range(1, steps + 1):
        answers, on = pupil.answers(x)
        chance = 1 / (1 + np.exp(-np.clip(answers, -30, 30)))
        pupil.step(x, on, cost * (right - chance) / len(x), number, steps)
    return pupil.opinion()


def threshold(chance: Floats, iou: Floats, wrong_below: float, allowed: float) -> float:
    """The least chance above which at most ``allowed`` of the trusted outlines are wrong."""
    order = np.argsort(-chance)
    wrong = np.cumsum(iou[order] < wrong_below)
    share = wrong / np.arange(1, len(order) + 1)
    good = np.nonzero(share <= allowed)[0]
    return float(chance[order][good[-1]]) if len(good) else 1.0


def chances(trust: Opinion, tables: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(trust.of(tables), -30, 30))))


# -- the whole school -----------------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=int, default=2400)
    parser.add_argument("--first-seed", type=int, default=100_000)
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    seeds = range(args.first_seed, args.first_seed + args.scenes)
    with ProcessPoolExecutor(args.jobs, initializer=cv2.setNumThreads, initargs=(1,)) as pool:
        shown = list(told("scene", pool.map(example, seeds, chunksize=4), len(seeds)))
        papers = [e for e in shown if e.has_sheet]
        rounds = list(told("first", pool.map(first_round, papers, chunksize=4), len(papers)))
        first = learn_ranking(rounds)
        report("first", rounds, first)
        blind = [Scorer(first, first)] * len(papers)
        lasts = [x for x in pool.map(last_round, papers, blind, chunksize=4) if x is not None]
        rounds = [x[1] for x in told("closer", iter(lasts), len(papers))]
        closer = learn_ranking(rounds)
        report("closer", rounds, closer)
        part = len(rounds) * 2 // 3
        report("closer, not learned from", rounds[part:], learn_ranking(rounds[:part]))
        scorers = [Scorer(first, closer)] * len(shown)
        ends = [x for x in pool.map(last_round, shown, scorers, chunksize=4) if x is not None]
    trust, sure_above = learned_trust(
        np.array([x[0].trust_marks for x in ends]), np.array([x[2] for x in ends])
    )
    print(_module(first, closer, trust, sure_above))


def learned_trust(tables: Floats, iou: Floats) -> tuple[Opinion, float]:
    """Trust, and the chance from which on it is shown; that is read off scenes that were not
    learned from, each third judged by what the two others taught.

    Two wrong in a hundred are allowed, because these scenes are far worse than a desk: half of the
    wrong ones are a sheet on a sheet, where a person would have to ask which was meant.
    """
    chance = np.zeros(len(iou))
    thirds = np.arange(len(iou)) % 3
    for third in range(3):
        aside = thirds == third
        taught = learn_trust(tables[~aside], iou[~aside] > 0.9)
        chance[aside] = chances(taught, tables[aside])
    sure_above = max(0.75, threshold(chance, iou, 0.8, 0.02), threshold(chance, iou, 0.9, 0.03))
    sure = chance >= sure_above
    print(
        f"trust, not learned from: sure of {sure[iou > 0].mean():.3f}, of those below 0.9: "
        f"{(iou[sure] < 0.9).mean():.4f}, below 0.8: {(iou[sure] < 0.8).mean():.4f}",
        file=sys.stderr,
    )
    return learn_trust(tables, iou > 0.9), sure_above


def told(name: str, things: Iterator[T], count: int) -> Iterator[T]:
    for number, thing in enumerate(things):
        if number % 200 == 0:
            print(f"{name} {number}/{count}", file=sys.stderr, flush=True)
        yield thing


def report(name: str, rounds: Sequence[Round], opinion: Opinion) -> None:
    taken = np.array([r.iou[int(np.argmax(opinion.of(r.table)))] for r in rounds])
    best = np.array([r.iou.max() for r in rounds])
    print(
        f"{name}: mean {taken.mean():.4f} (best there was {best.mean():.4f}), "
        f"above 0.95: {(taken > 0.95).mean():.3f}, below 0.8: {(taken < 0.8).mean():.3f}",
        file=sys.stderr,
    )


def _module(first: Opinion, closer: Opinion, trust: Opinion, sure_above: float) -> str:
    def numbers(values: Floats) -> str:
        return ", ".join("0" if abs(v) < 0.004 else f"{v:.3g}" for v in values.tolist())

    def written(name: str, names: str, keys: Sequence[str], opinion: Opinion, doc: str) -> str:
        rows = np.concatenate([opinion.plain[:, None], opinion.switches], axis=1)
        lines = "".join(
            f'        "{key}": ({numbers(row)}),\n' for key, row in zip(keys, rows, strict=True)
        )
        return (
            f"{name}: Final = Opinion.written(\n    {{\n{lines}    }},\n    {names},\n"
            f"    thresholds=({numbers(opinion.thresholds)}),\n"
            f"    worth=({numbers(opinion.worth)}),\n    base={opinion.base:.4g},\n)\n"
            f'"""{doc}"""\n'
        )

    return "\n".join(
        [
            '"""What each mark of an outline is worth.\n\nLearned from drawn scenes by '
            "``tests/helpers/learn_outlines.py``, which writes this file; not to be\nedited by "
            'hand.\n"""\n\n# fmt: off\nfrom __future__ import annotations\n\n'
            "from typing import Final\n\nfrom station.imaging.opinion import Opinion\n"
            "from station.imaging.scoring import CONTEST, MARKS\n",
            written("FIRST", "MARKS", MARKS, first, "For choosing among all proposals."),
            written("CLOSER", "MARKS", MARKS, closer, "For choosing among the best and rivals."),
            written(
                "TRUST", "(*MARKS, *CONTEST)", (*MARKS, *CONTEST), trust,
                "For the chance that the winner is right.",
            ),
            f"SURE_ABOVE: Final = {sure_above:.4f}\nSHOW_ABOVE: Final = 0.003",
        ]
    )  # fmt: skip


if __name__ == "__main__":
    main()
