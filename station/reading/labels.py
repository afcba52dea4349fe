"""Fields of a form that is not ours: by the labels printed beside them.

A form of another office has no squares and no code. Its whole page is read, each label wanted is
looked for, and what stands to its right (or after its colon) is its value. An empty field and one
that was not found look alike here, and a person must compare; for our own forms use ``fields``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

import cv2
import numpy as np

from station.domain.items import FieldKind, FormField
from station.domain.values import SEPARATOR, check_value
from station.imaging.arrays import Pixels, as_pixels
from station.reading.engine import FoundLine, TextReader
from station.reading.fields import DOUBTFUL_BELOW, FieldReading

_ALIKE: Final = 0.74
"""How alike a printed label and the wanted one must be: one character in four may differ."""
_SQUARE_GLYPHS: Final = "□☐■☑☒口回囗▢▣√✓"
_TICKED: Final = 0.12


def read_by_labels(
    page: Pixels, wanted: Sequence[FormField], reader: TextReader
) -> dict[str, FieldReading]:
    """The fields ``wanted`` as far as their labels are found on ``page`` (BGR, upright)."""
    lines = reader.read_page(page)
    labels = _labels(lines, wanted)
    taken = {id(line) for line, rest in labels.values() if not rest}
    ink = _ink(page)
    found: dict[str, FieldReading] = {}
    for rule in wanted:
        if rule.id not in labels:
            continue
        label, rest = labels[rule.id]
        if rule.kind in (FieldKind.CHOICE, FieldKind.MULTICHOICE):
            found[rule.id] = _ticked(rule, label, lines, ink)
        else:
            beside = [] if rest else _beside(label, lines, taken)
            if not rest and not beside:
                beside = _in_tall_cell(label, lines, [one for one, _ in labels.values()])
            found[rule.id] = _value(rule, label, rest, beside)
    return found


def plain(text: str) -> str:
    """A label as it is compared: without blanks, colons and brackets."""
    return re.sub(r"[\s:：（）()_\-—.。，,]", "", text)


def _labels(
    lines: Sequence[FoundLine], wanted: Sequence[FormField]
) -> dict[str, tuple[FoundLine, str]]:
    """For each field its label's line and what follows on the same line after it."""
    candidates: list[tuple[float, str, FoundLine, str]] = []
    for rule in wanted:
        label = plain(rule.label)
        for line in lines:
            head, colon, rest = re.sub("：", ":", line.text).partition(":")
            if colon:
                likeness = _likeness(plain(head), label)
                candidates.append((likeness, rule.id, line, rest.strip()))
            candidates.append((_likeness(plain(line.text), label), rule.id, line, ""))
    chosen: dict[str, tuple[FoundLine, str]] = {}
    used: set[int] = set()
    for likeness, name, line, rest in sorted(candidates, key=lambda c: -c[0]):
        if likeness < _ALIKE:
            break
        if name not in chosen and id(line) not in used:
            chosen[name] = (line, rest)
            used.add(id(line))
    return chosen


def _likeness(text: str, label: str) -> float:
    if not text or abs(len(text) - len(label)) > max(1, len(label) // 3):
        return 0.0
    return SequenceMatcher(None, text, label).ratio()


def _beside(label: FoundLine, lines: Sequence[FoundLine], taken: set[int]) -> list[FoundLine]:
    """The lines to the right of a label, up to the next label."""
    _, middle = label.middle
    right_of = [
        line
        for line in lines
        if line.left > label.right - 0.3 * label.height
        and abs(line.middle[1] - middle) < 0.75 * max(label.height, line.height)
    ]
    right_of.sort(key=lambda line: line.left)
    values: list[FoundLine] = []
    for line in right_of:
        if id(line) in taken:
            break
        values.append(line)
    return values


def _in_tall_cell(
    label: FoundLine, lines: Sequence[FoundLine], labels: Sequence[FoundLine]
) -> list[FoundLine]:
    """What is written in a cell of several lines, whose label stands at half its height: all
    between the labels above and below in the same column."""
    x, y = label.middle
    column = [one.middle[1] for one in labels if abs(one.middle[0] - x) < label.right - label.left]
    above = max((other for other in column if other < y - label.height), default=y - 400)
    below = min((other for other in column if other > y + label.height), default=y + 400)
    # the rules between the cells lie half a row from the labels on their other side
    room = 1.1 * label.height
    others = {id(one) for one in labels}
    inside = [
        line
        for line in lines
        if line.left > label.right
        and id(line) not in others
        and above + room < line.middle[1] < below - room
    ]
    return sorted(inside, key=lambda line: (line.middle[1], line.left))


def _value(
    rule: FormField, label: FoundLine, rest: str, beside: Sequence[FoundLine]
) -> FieldReading:
    raw = rest or " ".join(line.text for line in beside)
    confidence = min((line.confidence for line in beside), default=label.confidence)
    text = raw.removesuffix(rule.unit).strip() if rule.unit else raw
    checked = check_value(rule, text)
    problem, problem_en = checked.reason("zh"), checked.reason("en")
    if not problem and raw and confidence < DOUBTFUL_BELOW:
        problem, problem_en = "看不太清，请核对", "hard to read: please compare"
    if not raw:
        problem, problem_en = "没有读到内容，请核对", "nothing was found beside it: please compare"
    box = _box(beside or [label])
    return FieldReading(
        checked.value, raw, round(confidence, 3), box, not problem, problem, problem_en
    )


def _box(lines: Sequence[FoundLine]) -> tuple[int, int, int, int]:
    left, top = min(x.left for x in lines), min(x.top for x in lines)
    right, bottom = max(x.right for x in lines), max(x.bottom for x in lines)
    return round(left), round(top), round(right - left), round(bottom - top)


# -- ticks ----------------------------------------------------------------------------------------


def _ticked(
    rule: FormField, label: FoundLine, lines: Sequence[FoundLine], ink: Pixels
) -> FieldReading:
    """Which options have ink in the square before their text."""
    _, middle = label.middle
    shares: dict[str, float] = {}
    boxes: list[FoundLine] = []
    for option in rule.options:
        wanted = plain(option.label)
        best: tuple[float, FoundLine] | None = None
        for line in lines:
            near = line.left > label.right - label.height and abs(line.middle[1] - middle) < 2.5 * (
                label.height
            )
            text = plain(line.text).strip(_SQUARE_GLYPHS)
            if near and text == wanted and (best is None or line.left < best[1].left):
                best = (1.0, line)
        if best is not None:
            boxes.append(best[1])
            share = _square_before(best[1], ink)
            if share is not None:
                shares[option.value] = share
    ticked = [value for value, share in shares.items() if share >= _TICKED]
    labels = {o.value: o.label for o in rule.options}
    problem, problem_en = "", ""
    if len(shares) < len(rule.options):
        problem, problem_en = "没有找全选项，请核对", "not all options were found: please compare"
    elif rule.kind is FieldKind.CHOICE and len(ticked) > 1:
        problem = f"只能选一个，勾了“{'、'.join(labels[v] for v in ticked)}”"
        problem_en = "only one may be ticked"
    single = rule.kind is FieldKind.CHOICE
    value = (ticked[0] if len(ticked) == 1 else "") if single else SEPARATOR.join(ticked)
    confidence = min((min(1.0, abs(s - _TICKED) / _TICKED) for s in shares.values()), default=0.0)
    return FieldReading(
        value,
        "、".join(labels[v] for v in ticked),
        round(confidence, 3),
        _box(boxes or [label]),
        not problem,
        problem,
        problem_en,
    )


def _ink(page: Pixels) -> Pixels:
    """Dark strokes as 255."""
    grey = cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)
    return as_pixels(
        cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 61, 18)
    )


def _square_before(option: FoundLine, ink: Pixels) -> float | None:
    """Share of ink inside the square to the left of an option's text (or at its beginning, when
    the reader took the square for a character); None when there is no square."""
    height = option.height
    top, bottom = round(option.top - 0.2 * height), round(option.bottom + 0.2 * height)
    left, right = round(option.left - 2.4 * height), round(option.left + 1.3 * height)
    top, left = max(0, top), max(0, left)
    part = np.ascontiguousarray(ink[top:bottom, left:right])
    if part.size == 0:
        return None
    contours, _ = cv2.findContours(part, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    squares: list[tuple[bool, int, int, int, int]] = []
    begins = option.left + 0.6 * height - left
    for contour in contours:
        x, y, w, h = cv2.boundingRect(contour)
        if 0.4 * height < h < 1.5 * height and 0.75 < w / max(h, 1) < 1.33 and x < begins:
            # a printed square fills its bounding box, a character hardly ever does
            filled = cv2.contourArea(contour) > 0.85 * (w - 1) * (h - 1)
            squares.append((filled, x, y, w, h))
    if not squares:
        return None
    _, x, y, w, h = max(squares)
    inset = max(2, round(w * 0.22))
    inner = part[y + inset : y + h - inset, x + inset : x + w - inset]
    return float((inner > 0).mean()) if inner.size else None
