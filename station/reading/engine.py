"""Text out of pictures: what a text reader must do, and the one that ships.

``TextReader`` is the contract; ``RapidReader`` keeps it with the PP-OCRv6 models that come inside
the rapidocr package and run offline. Nothing here knows a form or a card. Handwriting is read as
well as such small models can, which is not well: callers show the picture beside the text.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np

from station.errors import StationError
from station.imaging.arrays import Floats, Pixels

_LONGEST_SIDE: Final = 2000
"""A larger page costs two to four times the time and 2 GB for a point of accuracy."""
_LEAST_HEIGHT: Final = 8
_PAD: Final = 6
_SECOND_BEST: Final = 0.01
"""Probability from which a second reading of a character is worth offering."""
_MOST_OTHERS: Final = 4


class ReaderMissing(StationError):
    what = "Nothing was read from the picture."
    cause = "The text reader of this installation is incomplete ({reason})."
    remedy = "Run the installation again; until then, type the fields."
    zh = (
        "没有从图片里读出文字。",
        "这台电脑上的文字识别没有装全（{reason}）。",
        "请重新运行安装程序；在那之前请手工填写。",
    )


@dataclass(frozen=True, slots=True)
class ReadText:
    """What stands in one line."""

    text: str
    confidence: float
    """0..1, of the line as a whole; 0 with an empty text."""
    least: float = 0.0
    """0..1, of its most doubtful character."""
    others: tuple[tuple[str, float], ...] = ()
    """What the line may say instead, one character read otherwise or more, each with the chance
    (0..1) of that character; the likeliest first."""


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A line of text found on a page."""

    text: str
    confidence: float
    corners: Floats
    """4 x 2, pixels of the page, clockwise from the beginning of the line."""

    @property
    def left(self) -> float:
        return float(self.corners[:, 0].min())

    @property
    def right(self) -> float:
        return float(self.corners[:, 0].max())

    @property
    def top(self) -> float:
        return float(self.corners[:, 1].min())

    @property
    def bottom(self) -> float:
        return float(self.corners[:, 1].max())

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        x, y = self.corners.mean(axis=0)
        return float(x), float(y)


class TextReader(Protocol):
    """What every reader of text does; ``tests/contracts/test_text_readers.py`` holds them to it.

    Pictures are BGR and upright. Calls may come from any thread. Every line found is told,
    however doubtful: what to do with a doubtful one is the caller's decision. Raises
    ``ReaderMissing`` when the reader cannot work at all.
    """

    def warm_up(self) -> None:
        """Loads what is needed, so that the first page does not wait for it."""

    def read_lines(self, lines: Sequence[Pixels]) -> list[ReadText]:
        """The text of pictures that each hold one line; in the same order."""

    def read_page(self, page: Pixels) -> list[FoundLine]:
        """All lines of text on a page, in reading order."""


class RapidReader:
    """PP-OCRv6 small through rapidocr and onnxruntime; the models lie in the package.

    Measured traps, each held by a test: the 180-degree line classifier turns upright lines round,
    so it stays off and the page's way up is settled once; lines under a score are dropped in
    silence unless that score is 0; the recogniser is built at its first use.
    """

    def __init__(self, threads: int = 0) -> None:
        self._threads = threads
        self._lock = threading.Lock()
        self._engine: Any = None

    def warm_up(self) -> None:
        self.read_lines([np.full((48, 160, 3), 255, np.uint8)])

    def read_lines(self, lines: Sequence[Pixels]) -> list[ReadText]:
        usable = [n for n, line in enumerate(lines) if min(line.shape[:2]) >= _LEAST_HEIGHT]
        answers = [ReadText("", 0.0)] * len(lines)
        if not usable:
            return answers
        from rapidocr.ch_ppocr_rec import TextRecInput

        recogniser = self._loaded()._load_rec_model()
        if not isinstance(recogniser.postprocess_op, _SecondThoughts):
            recogniser.postprocess_op = _SecondThoughts(recogniser.postprocess_op)
        wanted = TextRecInput(img=[_padded(lines[n]) for n in usable], return_word_box=True)
        found = recogniser(wanted)
        words = found.word_results or (None,) * len(usable)
        for n, text, score, word in zip(usable, found.txts, found.scores, words, strict=True):
            answers[n] = ReadText(
                text.strip(),
                float(score) if text.strip() else 0.0,
                _least(word, float(score)),
                getattr(word, "others", ()),
            )
        return answers

    def read_page(self, page: Pixels) -> list[FoundLine]:
        result = self._loaded()(page, use_det=True, use_cls=False, use_rec=True)
        if result.boxes is None or result.txts is None:
            return []
        return [
            FoundLine(text.strip(), float(score), np.asarray(box, np.float64))
            for text, score, box in zip(result.txts, result.scores, result.boxes, strict=True)
            if text.strip()
        ]

    def _loaded(self) -> Any:
        with self._lock:
            if self._engine is None:
                self._engine = _rapidocr(self._threads)
            return self._engine


def _rapidocr(threads: int) -> Any:
    try:
        from rapidocr import RapidOCR

        return RapidOCR(
            params={
                "Global.use_cls": False,
                "Global.text_score": 0.0,
                "Global.max_side_len": _LONGEST_SIDE,
                "Global.log_level": "critical",
                "EngineConfig.onnxruntime.intra_op_num_threads": threads or -1,
            }
        )
    except Exception as error:  # a missing model or library shows in many ways
        raise ReaderMissing(reason=f"{type(error).__name__}: {error}") from error


def _padded(line: Pixels) -> Pixels:
    """White room round a tightly cut line: strokes at the very edge are read worse."""
    height, width = line.shape[:2]
    pad = max(_PAD, height // 8)
    page = np.full((height + 2 * pad, width + 4 * pad, 3), 255, np.uint8)
    page[pad : pad + height, 2 * pad : 2 * pad + width] = line
    return page


def _least(word: Any, whole: float) -> float:
    """The confidence of the most doubtful character, where the engine tells it."""
    confidences = getattr(word, "confs", None)
    if not confidences:
        return whole
    flat = [float(c) for part in confidences for c in (part if isinstance(part, list) else [part])]
    return min(flat, default=whole)


class _SecondThoughts:
    """The engine's decoder, which also keeps what each character may be instead.

    The engine throws the probabilities of all but the best away; they are what tells a person
    "it looks like 2, but also like 7".
    """

    def __init__(self, decoder: Any) -> None:
        self._decoder = decoder

    def __call__(self, preds: Any, return_word_box: bool = False, **more: Any) -> Any:
        lines, words = self._decoder(preds, return_word_box, **more)
        for steps, word in zip(preds, words, strict=False):  # no words where none were asked for
            word.others = _others(steps, self._decoder.character)
        return lines, words


def _others(steps: Any, characters: Sequence[str]) -> tuple[tuple[str, float], ...]:
    """The likeliest other texts of one line. ``steps`` is time by character; 0 is the blank."""
    best = steps.argmax(axis=1)
    runs = np.split(np.arange(len(best)), np.flatnonzero(np.diff(best)) + 1)
    text = ["" if best[run[0]] == 0 else characters[best[run[0]]] for run in runs]
    found: list[tuple[str, float]] = []
    for at, run in enumerate(runs):
        chances = steps[run].max(axis=0)
        chances[[0, best[run[0]]]] = 0.0
        for beside in (at - 1, at + 1):  # the edge of a character is not a second one
            if not text[at] and 0 <= beside < len(runs):
                chances[best[runs[beside][0]]] = 0.0
        second = int(chances.argmax())
        if chances[second] >= _SECOND_BEST and characters[second].strip():
            other = "".join((*text[:at], characters[second], *text[at + 1 :])).strip()
            found.append((other, round(float(chances[second]), 3)))
    found.sort(key=lambda entry: -entry[1])
    return tuple(found[:_MOST_OTHERS])
