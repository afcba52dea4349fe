"""A stack of paper through the page pipeline: its pace, its memory, and the PDF at its end."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from station.benchmarks import Conditions, Measured, in_turn
from station.imaging.pipeline import PagePipeline

_SIDES: Final = 50
_SIDE_MS: Final = 500.0
"""A feeder of 60 sheets a minute delivers two sides a second."""


def batch(conditions: Conditions) -> Iterator[Measured]:
    """Fifty sides as a feeder delivers them, the memory they leave, and ten pages to a PDF."""
    sides = [_scan(seed) for seed in range(5)]
    with PagePipeline() as pipeline:
        pages = [pipeline.process(side).page.jpeg for side in sides]
        before = _resident()
        start = time.perf_counter()
        for number in range(_SIDES):
            pipeline.process(sides[number % len(sides)], name=f"{number}.jpg")
        took = (time.perf_counter() - start) * 1000 / _SIDES
        grown = _resident() - before
    yield Measured("batch.side", took, _SIDE_MS, "ms", "a duplex feeder of 60 sheets a minute")
    yield Measured("batch.memory_grown", grown, 64.0, "MB", "the pixels of two such pages")
    ten = (pages * 2)[:10]
    ours, stock = in_turn(conditions.rounds, lambda: _pdf(ten), lambda: _stock_pdf(ten))
    yield Measured("batch.pdf_of_ten", ours, stock, "ms", "reportlab as it comes")


def _scan(seed: int) -> bytes:
    """One side as a scanner gives it: A4 at 300 dpi, black print on white, a seal, some noise."""
    rng = np.random.default_rng(seed)
    side = np.full((3508, 2480, 3), 250, np.uint8)
    for row in range(300, 3200, 62):
        for start in range(250, int(rng.integers(900, 2250)), 56):
            points = rng.integers(0, 42, (4, 2)) + (start, row)
            cv2.polylines(side, [points.astype(np.int32)], False, (40, 40, 40), 4, cv2.LINE_AA)
    cv2.circle(side, (1800, 2900), 236, (50, 40, 210), 18)
    noise = rng.normal(0, 2, (877, 620, 1)).astype(np.float32)
    lit = side + cv2.resize(noise, (2480, 3508))[..., None]
    done, data = cv2.imencode(".jpg", np.clip(lit, 0, 255).astype(np.uint8))
    assert done
    return data.tobytes()


def _pdf(pages: list[bytes]) -> bytes:
    from station.dossier.book import A4, Book

    book = Book("一叠纸", datetime(2026, 1, 1, tzinfo=UTC))
    for page in pages:
        book.sheet().picture((0, 0, *A4), page)
    return book.write()


def _stock_pdf(pages: list[bytes]) -> bytes:
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for page in pages:
        canvas.drawImage(ImageReader(io.BytesIO(page)), 0, 0, *A4)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _resident() -> float:
    """Megabytes that this process holds; 0 where the system does not tell."""
    try:
        words = Path("/proc/self/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0.0
    return int(words[1]) * 4096 / 1e6
