"""Learns what each mark of an outline is worth and prints ``station/imaging/weights.py`` anew.

``python -m tests.helpers.learn_outlines --scenes 1500 > station/imaging/weights.py``

Only scenes drawn by ``tests/helpers/scenes.py`` are learned from; photographs of others stay for
checking. Three linear models: which proposal is nearest to the truth, which of its rivals is, and
whether the winner may be trusted. To be run again whenever a mark changes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from station.imaging.detection import CONTEST, Contest, Scorer, compete
from station.imaging.evidence import WORK_SIDE, gather
from station.imaging.geometry import Quad
from station.imaging.proposals import propose
from station.imaging.refinement import snapped
from station.imaging.scoring import MARKS, marks
from tests.helpers.scenes import desk_scene, hard_scene

Floats = NDArray[np.float64]


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


@dataclass(frozen=True, slots=True)
class Round:
    """The marks of all outlines that compete on one scene, and how good each really is."""

    table: Floats
    iou: Floats


def examples(seeds: Sequence[int]) -> Iterator[Example]:
    for number, seed in enumerate(seeds):
        scene = (hard_scene if seed % 4 == 3 else desk_scene)(seed, (1000, 750))
        factor = WORK_SIDE / max(scene.picture.shape[:2])
        small = cv2.resize(scene.picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        done, png = cv2.imencode(".png", small)
        assert done
        if number % 100 == 0:
            print(f"scene {number}/{len(seeds)}", file=sys.stderr, flush=True)
        yield Example(png.tobytes(), Quad.exactly(scene.corners * factor))


def first_round(example: Example) -> Round:
    evidence = gather(example.small)
    proposals = propose(evidence)
    return Round(marks(evidence, proposals.quads, proposals), ious(proposals.quads, example.truth))


def closer_round(example: Example, scorer: Scorer) -> Round:
    contest = compete(gather(example.small), scorer)
    assert contest is not None
    return Round(contest.table, ious(contest.rivals, example.truth))


def ious(quads: Floats, truth: Quad) -> Floats:
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
        "nested",
    ]
)
"""Marks that can only speak against an outline; all others can only speak for it. Holding the
weights to that costs a little on drawn scenes and keeps what was learned true on photographs."""


def signs(names: Sequence[str]) -> Floats:
    return np.array([-1.0 if name in WORSE else 1.0 for name in names])


def learn_ranking(rounds: Sequence[Round], calm: float = 3e-4, steps: int = 1500) -> Floats:
    """Weights under which a choice by softmax gathers most IoU over all rounds."""
    everything = np.concatenate([r.table for r in rounds])
    middle, spread = everything.mean(axis=0), everything.std(axis=0) + 1e-6
    widest = max(len(r.iou) for r in rounds)
    x = np.zeros((len(rounds), widest, len(middle)))
    y = np.zeros((len(rounds), widest))
    there = np.zeros((len(rounds), widest), bool)
    for n, r in enumerate(rounds):
        x[n, : len(r.iou)] = (r.table - middle) / spread
        y[n, : len(r.iou)] = r.iou
        there[n, : len(r.iou)] = True

    def slope(weights: Floats) -> Floats:
        score = np.where(there, x @ weights, -1e9)
        belief = np.exp(score - score.max(axis=1, keepdims=True)) * there
        belief /= belief.sum(axis=1, keepdims=True)
        expected = (belief * y).sum(axis=1, keepdims=True)
        gain = belief * (y - expected) / len(rounds)
        return np.asarray(np.einsum("ij,ijn->n", gain, x) - calm * weights)

    return climbed(slope, signs(MARKS), steps) / spread


def learn_trust(tables: Floats, right: NDArray[np.bool_]) -> tuple[Floats, float]:
    """Logistic regression; a wrong outline that is trusted costs six times one asked about."""
    middle, spread = tables.mean(axis=0), tables.std(axis=0) + 1e-6
    x = np.concatenate([(tables - middle) / spread, np.ones((len(tables), 1))], axis=1)
    cost = np.where(right, 1.0, 6.0)

    def slope(weights: Floats) -> Floats:
        chance = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        pull = 3e-3 * np.append(weights[:-1], 0)
        return np.asarray(x.T @ (cost * (right - chance)) / len(x) - pull)

    weights = climbed(slope, np.append(signs((*MARKS, *CONTEST)), 0.0), 3000)
    raw = weights[:-1] / spread
    return raw, float(weights[-1] - middle @ raw)


def climbed(slope: Callable[[Floats], Floats], signs: Floats, steps: int) -> Floats:
    """Uphill by Adam (Kingma and Ba, 2015), each weight kept to its sign (0: free)."""
    weights, first, second = (np.zeros(len(signs)) for _ in range(3))
    for step in range(1, steps + 1):
        g = slope(weights)
        first, second = 0.9 * first + 0.1 * g, 0.99 * second + 0.01 * g * g
        weights += 0.03 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
        weights[weights * signs < 0] = 0.0
    return weights


def threshold(chance: Floats, iou: Floats, wrong_below: float, allowed: float) -> float:
    """The least chance above which at most ``allowed`` of the trusted outlines are wrong."""
    order = np.argsort(-chance)
    wrong = np.cumsum(iou[order] < wrong_below)
    share = wrong / np.arange(1, len(order) + 1)
    good = np.nonzero(share <= allowed)[0]
    return float(chance[order][good[-1]]) if len(good) else 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=int, default=1500)
    parser.add_argument("--first-seed", type=int, default=100_000)
    args = parser.parse_args()
    shown = list(examples(range(args.first_seed, args.first_seed + args.scenes)))
    rounds = [first_round(e) for e in shown]
    first = learn_ranking(rounds)
    report("first", rounds, first)
    half = len(shown) * 2 // 3
    rounds = [closer_round(e, Scorer(first, first)) for e in shown]
    closer = learn_ranking(rounds)
    report("closer", rounds, closer)
    held_out = learn_ranking(rounds[:half])
    report("closer, on scenes not learned from", rounds[half:], held_out)
    scorer = Scorer(first, closer)
    contests = [compete(gather(e.small), scorer) for e in shown]
    tables = np.array([c.trust_marks for c in contests if c is not None])
    iou = np.array(
        [_final_iou(c, e) for c, e in zip(contests, shown, strict=True) if c is not None]
    )
    trust, base = learn_trust(tables, iou > 0.9)
    chance = 1 / (1 + np.exp(-np.clip(tables @ trust + base, -30, 30)))
    sure_above = max(threshold(chance, iou, 0.8, 0.0), threshold(chance, iou, 0.9, 0.01))
    print(
        f"trust: sure of {(chance >= sure_above).mean():.3f}, of those below 0.9: "
        f"{(iou[chance >= sure_above] < 0.9).mean():.4f}",
        file=sys.stderr,
    )
    print(_module(first, closer, trust, base, sure_above))


def _final_iou(contest: Contest, example: Example) -> float:
    quad = snapped(gather(example.small), contest.quad, reach=2.0)
    return Quad.exactly(quad).iou(example.truth)


def report(name: str, rounds: Sequence[Round], weights: Floats) -> None:
    taken = np.array([r.iou[int(np.argmax(r.table @ weights))] for r in rounds])
    best = np.array([r.iou.max() for r in rounds])
    print(
        f"{name}: mean {taken.mean():.4f} (best there was {best.mean():.4f}), "
        f"above 0.95: {(taken > 0.95).mean():.3f}, below 0.8: {(taken < 0.8).mean():.3f}",
        file=sys.stderr,
    )


def _module(first: Floats, closer: Floats, trust: Floats, base: float, sure_above: float) -> str:
    def table(name: str, keys: Sequence[str], values: Floats) -> str:
        rows = "".join(f'    "{k}": {v:.3f},\n' for k, v in zip(keys, values, strict=True))
        return f"{name}: Final[dict[str, float]] = {{\n{rows}}}\n"

    return "\n".join(
        [
            '"""What each mark of an outline is worth.\n\nLearned from drawn scenes by '
            "``tests/helpers/learn_outlines.py``, which writes this file; not to be\nedited by "
            'hand.\n"""\n\nfrom __future__ import annotations\n\nfrom typing import Final\n',
            table("FIRST", MARKS, first) + '"""For choosing among all proposals."""\n',
            table("CLOSER", MARKS, closer)
            + '"""For choosing among the best and their rivals."""\n',
            table("TRUST", (*MARKS, *CONTEST), trust)
            + '"""For the chance that the winner is right."""\n',
            f"TRUST_BASE: Final = {base:.3f}\nSURE_ABOVE: Final = {sure_above:.4f}\n"
            "SHOW_ABOVE: Final = 0.02",
        ]
    )


if __name__ == "__main__":
    main()
