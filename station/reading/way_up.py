"""Whether a page lies upside down, told by its print.

A small model that comes with the text reader says of one line whether it stands on its head. Its
word for a single line is often wrong (it turns upright lines round, see ``engine``), but each line
is asked twice, as it is and turned: what the two answers differ by, taken over a dozen lines, was
never wrong on the pages it was tried on. Nothing here turns a page.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from station.imaging.arrays import Floats32, Pixels, as_floats32, as_pixels

_MODEL: Final = "ch_ppocr_mobile_v2.0_cls_mobile.onnx"
_LINE: Final = (48, 192)
_LOOKED_AT: Final = 1200
"""Longest side of the copy on which lines are looked for."""
_MOST_LINES: Final = 12
_LEAST_LINES: Final = 4
_SURE: Final = 2.0
"""Mean over the lines of the logarithm of the odds, each held within ±4."""


class WayUp:
    """Loaded at the first page; may be asked from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._session: Any = None
        self._missing = False

    def is_upside_down(self, page: Pixels) -> bool | None:
        """None when it cannot be told: too little print, or a reader that is not installed."""
        lines = _lines(page)
        session = self._loaded() if len(lines) >= _LEAST_LINES else None
        if session is None:
            return None
        both = [_prepared(line) for line in lines]
        both += [_prepared(as_pixels(np.ascontiguousarray(line[::-1, ::-1]))) for line in lines]
        (answer,) = session.run(None, {session.get_inputs()[0].name: np.stack(both)})
        odds = np.log(np.clip(answer[:, 1], 1e-6, 1)) - np.log(np.clip(answer[:, 0], 1e-6, 1))
        as_it_is, turned = odds[: len(lines)], odds[len(lines) :]
        vote = float(np.clip(as_it_is - turned, -4, 4).mean())
        return None if abs(vote) < _SURE else vote > 0

    def _loaded(self) -> Any:
        with self._lock:
            if self._session is None and not self._missing:
                try:
                    self._session = _session()
                except Exception:  # noqa: BLE001 - without it pages are made all the same
                    self._missing = True
            return self._session


def _session() -> Any:
    import onnxruntime
    import rapidocr

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # it runs beside the cleaning and packing of the same page
    options.log_severity_level = 3
    model = Path(rapidocr.__file__).parent / "models" / _MODEL
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _lines(page: Pixels) -> list[Pixels]:
    """Pictures of lines of print, the largest first."""
    grey = cv2.cvtColor(page, cv2.COLOR_BGR2GRAY) if page.ndim == 3 else page
    factor = min(1.0, _LOOKED_AT / max(grey.shape))
    small = as_pixels(cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))
    ink = as_pixels(
        cv2.adaptiveThreshold(small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 15)
    )
    across = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, 60), np.uint8))
    down = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((40, 1), np.uint8))
    ink = as_pixels(cv2.subtract(ink, cv2.max(across, down)))  # a table's rules join its lines
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, 19), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    boxes = []
    for x, y, width, height, area in stats[1:].tolist():
        fits = 9 <= height <= 60 and width > max(40, 2.5 * height)
        if fits and area > 0.35 * width * height:
            boxes.append((x, y, min(width, 6 * height), height))
    boxes.sort(key=lambda box: -min(box[2], 5 * box[3]) * box[3])
    found = []
    for x, y, width, height in boxes[:_MOST_LINES]:
        pad = max(2, height // 8)
        left, top = round(max(0, x - pad) / factor), round(max(0, y - pad) / factor)
        right, bottom = round((x + width + pad) / factor), round((y + height + pad) / factor)
        found.append(page[top:bottom, left:right])
    return found


def _prepared(line: Pixels) -> Floats32:
    """As the model was taught: 48 high, grey beyond its end."""
    high, wide = _LINE
    height, width = line.shape[:2]
    fitted = min(wide, max(1, round(high * width / height)))
    scaled = cv2.resize(line, (fitted, high)).astype(np.float32)
    if scaled.ndim == 2:
        scaled = np.repeat(scaled[..., None], 3, axis=2)
    picture = np.zeros((3, high, wide), np.float32)
    picture[:, :, :fitted] = (scaled / 127.5 - 1).transpose(2, 0, 1)
    return as_floats32(picture)
