"""The project's own measurements, each beside a peer or a physical bound, as a ratio.

A benchmark is a function that takes ``Conditions`` and yields ``Measured``; it is added by one
line in ``BENCHMARKS``. Both sides of a ratio are run in turn in the same run, so that a busy
machine slows both. Nothing here is a test: no figure passes or fails.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final


@dataclass(frozen=True, slots=True)
class Conditions:
    """How to measure."""

    rounds: int = 9
    photos: Path | None = None
    """A folder of photographs, with their true corners in its ``index.tsv``."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure beside another."""

    name: str
    ours: float
    peer: float
    unit: str
    against: str
    """What the peer is."""

    @property
    def ratio(self) -> float:
        """ours / peer."""
        return self.ours / self.peer if self.peer else float("inf")

    def as_json(self) -> dict[str, float | str | None]:
        ratio = round(self.ratio, 3) if self.peer else None
        return {
            "name": self.name,
            "ours": round(self.ours, 4),
            "peer": round(self.peer, 4),
            "ratio": ratio,
            "unit": self.unit,
            "against": self.against,
        }


Benchmark = Callable[[Conditions], Iterator[Measured]]

BENCHMARKS: Final[dict[str, tuple[str, str, str]]] = {
    # name -> (module:function, what it measures in Chinese, in English)
    "page": ("station.benchmarks.pages:page", "一张照片到成品页", "a photograph to a page"),
    "live": ("station.benchmarks.pages:live", "实时画面里找纸", "finding the sheet, live"),
    "batch": (
        "station.benchmarks.batch:batch",
        "一叠双面纸、一份十页的 PDF",
        "a stack of paper, a PDF of ten pages",
    ),
    "signing": (
        "station.benchmarks.signing:signing",
        "签一份、签一百份、开机第一份",
        "signing one, a hundred, the first",
    ),
    "outlines": (
        "station.benchmarks.outlines:outlines",
        "找纸边准不准",
        "how well outlines are found",
    ),
    "verify": (
        "station.benchmarks.verifying:verifying",
        "核验签名、一千份案卷",
        "judging signatures, a thousand dossiers",
    ),
    "reading": ("station.benchmarks.reading:reading", "一张表读成字段", "a form to fields"),
    "drafting": (
        "station.benchmarks.drafting:drafting",
        "空白纸表起草得全不全、对不对",
        "how well blank forms are drafted",
    ),
}


def benchmark(name: str) -> Benchmark:
    """The function registered as ``name``; ``KeyError`` when there is none."""
    module, _, function = BENCHMARKS[name][0].partition(":")
    found: Benchmark = getattr(importlib.import_module(module), function)
    return found


def in_turn(
    rounds: int,
    *works: Callable[[], object],
    clock: Callable[[], float] = time.perf_counter,
) -> list[float]:
    """Median milliseconds of each work; all run once to warm up, then in turn, round by round.

    With ``time.process_time`` as ``clock`` what counts is the processor's work: on a machine that
    others use as well, a long work waits for them and a short one does not.
    """
    for work in works:
        work()
    took: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, times in zip(works, took, strict=True):
            start = clock()
            work()
            times.append((clock() - start) * 1000)
    return [median(times) for times in took]
