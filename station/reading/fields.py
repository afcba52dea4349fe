"""A photographed form → typed fields: what stands in each box, how sure that is, what is wrong.

Text is read by a ``TextReader``; ticks and signatures are told from the ink itself, because a
text reader does not know which box is ticked. Values are brought into their normal form by the
domain's rules and never repaired by guessing: what does not fit is told to the person, with the
picture of the field beside it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np

from station.domain.items import FieldKind, FormField
from station.domain.values import SEPARATOR, CheckedValue, check_value
from station.forms.layout import PlacedField
from station.imaging.arrays import Pixels, as_pixels
from station.imaging.picture import Picture
from station.reading.doubts import looks_like, sound_others
from station.reading.engine import ReadText, TextReader
from station.reading.registration import LaidPage, Registration, field_shift, lay_flat
from station.reading.template import PX_PER_MM, Template, pixels_of

DOUBTFUL_BELOW: Final = 0.9
"""Confidence below which the person is asked to compare the field with its picture."""

CONFIRMED_ABOVE: Final = 0.6
"""The same for what a check character or a closed list confirms."""

CHARACTER_DOUBTFUL_BELOW: Final = 0.6
"""The same for the most doubtful single character: one bad digit hides in a mean of nineteen."""

RIVAL_ABOVE: Final = 0.15
"""Chance of another reading that is right by the field's rule, from which the person is asked."""

_INK_BELOW: Final = 150
"""Grey level of pen on evened paper."""
_EMPTY_BELOW_MM2: Final = 1.2
"""Ink in a text box, in square millimetres, that is still a speck and not a character."""
_PRINT_BELOW: Final = 200
_TICKED: Final = 0.07
_UNTICKED: Final = 0.035
"""Share of ink in a tick square; between the two it is asked."""
_SIGNED_MM2: Final = 6.0

_AT_ONCE: Final = 6
"""Lines that the text reader takes as one batch anyway."""

Told = Callable[[float], None]


def unheard(_share: float) -> None:
    """For those who do not ask how far it is."""


_TICKS: Final = (FieldKind.CHOICE, FieldKind.MULTICHOICE)


@dataclass(frozen=True, slots=True)
class FieldReading:
    """What was read in one field."""

    value: str
    """In the normal form of the field's kind; as read where it has none."""
    raw: str
    """As it stands on the paper."""
    confidence: float
    """0..1."""
    box: tuple[int, int, int, int]
    """x, y, width, height of the field in the picture the right way up, in pixels."""
    ok: bool
    """Nothing is wrong with the value and nothing is doubtful."""
    problem: str = ""
    """What is wrong or doubtful, in Chinese; empty when nothing is."""
    problem_en: str = ""
    others: tuple[str, ...] = ()
    """What it may be instead, in normal form and nothing wrong with it, the likeliest first."""

    @property
    def doubtful(self) -> bool:
        """Whether the person has to look at it."""
        return not self.ok


@dataclass(frozen=True, slots=True)
class FormReading:
    """All fields of the pages given."""

    item: str
    version: int
    fields: Mapping[str, FieldReading]
    pages: tuple[LaidPage, ...] = field(repr=False)
    ms: float = 0.0

    def cut_out(self, template: Template, field_id: str) -> Pixels | None:
        """The picture of a field (BGR), to be shown beside what was read; None when its page is
        not here. Room where nothing was written is left away, so that the writing is large."""
        placed = template.layout.placed(field_id)
        for page in self.pages:
            if page.registration.page == placed.page:
                left, top, right, bottom = pixels_of(placed.cell_mm)
                first, last = _written_part(placed, page, self.fields[field_id])
                return page.pixels[top:bottom, max(left, first) : min(right, last)]
        return None


_ROUND_MM: Final = 2.0
_LEAST_CUT_MM: Final = 18.0


def _written_part(placed: PlacedField, page: LaidPage, reading: FieldReading) -> tuple[int, int]:
    """From where to where a field was written on, left and right, in pixels of the laid page."""
    left, top, right, bottom = pixels_of(placed.box_mm)
    if placed.kind in _TICKS:
        ticked = [o for o in placed.options if o.value in reading.value.split(SEPARATOR)]
        if len(ticked) != 1 or reading.doubtful:
            return left, right
        x = ticked[0].box_mm[0]
        nexts = [o.box_mm[0] for o in placed.options if o.box_mm[0] > x + 1]
        start = x - _ROUND_MM
        end = min(nexts, default=right / PX_PER_MM) - 0.8
        return round(start * PX_PER_MM), round(end * PX_PER_MM)
    inked = np.flatnonzero((page.grey[top:bottom, left:right] < _INK_BELOW).any(axis=0))
    if not len(inked):
        return left, left + round(_LEAST_CUT_MM * PX_PER_MM)
    first = left + int(inked[0]) - round(_ROUND_MM * PX_PER_MM)
    last = left + int(inked[-1]) + round(_ROUND_MM * PX_PER_MM)
    return first, max(last, first + round(_LEAST_CUT_MM * PX_PER_MM))


def read_form(
    pictures: Iterable[tuple[Picture, Registration]],
    template: Template,
    reader: TextReader,
    told: Told = unheard,
) -> FormReading:
    """Reads every field on the pages given; each picture with its registration.

    ``told`` hears how much is done, 0 to 1; what it raises ends the reading.
    """
    start = time.perf_counter()
    fields: dict[str, FieldReading] = {}
    pages = []
    for picture, registration in pictures:
        page = lay_flat(picture, registration, template)
        pages.append(page)
        fields |= _PageOfForm(page, template, picture).read(reader, told)
    order = [placed.id for placed in template.layout.fields if placed.id in fields]
    took = (time.perf_counter() - start) * 1000
    return FormReading(
        template.item.code,
        template.item.version,
        {name: fields[name] for name in order},
        tuple(pages),
        round(took, 1),
    )


class _PageOfForm:
    """One page, laid flat, with the blank page to compare it with."""

    def __init__(self, page: LaidPage, template: Template, picture: Picture) -> None:
        self._page = page
        self._printed = template.pages[page.registration.page - 1]
        self._template = template
        self._picture = picture
        self._rules = {entry.id: entry for entry in template.item.fields}

    def read(self, reader: TextReader, told: Told = unheard) -> dict[str, FieldReading]:
        here = self._template.fields(self._page.registration.page)
        shifts = {p.id: field_shift(self._page, self._printed, pixels_of(p.cell_mm)) for p in here}
        found: dict[str, FieldReading] = {}
        texts: list[tuple[PlacedField, list[Pixels]]] = []
        for placed in here:
            if placed.kind in _TICKS:
                found[placed.id] = self._ticks(placed, shifts[placed.id])
            elif placed.kind is FieldKind.SIGNATURE:
                found[placed.id] = self._signature(placed, shifts[placed.id])
            else:
                texts.append((placed, self._lines(placed, shifts[placed.id])))
        lines = [line for _, own in texts for line in own]
        found_texts: list[ReadText] = []
        for start in range(0, len(lines), _AT_ONCE):  # in turns, so that it can be stopped
            told(start / len(lines))
            found_texts += reader.read_lines(lines[start : start + _AT_ONCE])
        answers = iter(found_texts)
        for placed, own in texts:
            read = [next(answers) for _ in own]
            found[placed.id] = self._text(placed, read)
        return found

    # ---------------------------------------------------------------- text
    def _lines(self, placed: PlacedField, shift: tuple[int, int]) -> list[Pixels]:
        """The written lines of a field, each cut to its ink; none when the field is empty."""
        crop, ink = self._written(placed, shift)
        if float((ink > 0).sum()) / PX_PER_MM**2 < _EMPTY_BELOW_MM2:
            return []
        lines = []
        for top, bottom in _rows_of(ink, placed.lines):
            columns = np.nonzero(ink[top:bottom].any(axis=0))[0]
            pad = 6
            left, right = max(0, int(columns[0]) - pad), int(columns[-1]) + pad
            line = crop[max(0, top - pad) : bottom + pad, left:right]
            lines.append(as_pixels(cv2.cvtColor(line, cv2.COLOR_GRAY2BGR)))
        return lines

    def _written(self, placed: PlacedField, shift: tuple[int, int]) -> tuple[Pixels, Pixels]:
        """A field's box without what is printed in it: the grey picture, and its ink as a mask."""
        left, top, right, bottom = pixels_of(placed.box_mm)
        dx, dy = shift
        height, width = self._page.grey.shape
        y0, y1 = max(0, top + dy), min(height, bottom + dy)
        x0, x1 = max(0, left + dx), min(width, right + dx)
        crop = self._page.grey[y0:y1, x0:x1].copy()
        if placed.kind is not FieldKind.DATE:  # 年 月 日 are printed for the pen and are read too
            printed = self._printed[y0 - dy : y1 - dy, x0 - dx : x1 - dx] < _PRINT_BELOW
            around = cv2.dilate(printed.astype(np.uint8), np.ones((7, 7), np.uint8))
            crop[around > 0] = 255
        ink = as_pixels((crop < _ink_level(crop)) * np.uint8(255))
        return crop, _without_specks(ink)

    def _text(self, placed: PlacedField, read: list[ReadText]) -> FieldReading:
        raw = "\n".join(r.text for r in read if r.text)
        if placed.kind in (FieldKind.ADDRESS, FieldKind.TEXT) and placed.lines > 1:
            joined = "".join(r.text for r in read)
        else:
            joined = " ".join(r.text for r in read if r.text)
        rule = self._rules.get(placed.id) or FormField(
            id=placed.id, label=placed.label, kind=placed.kind, options=(), unit=placed.unit
        )
        if placed.kind is FieldKind.DATE and not any(c.isdigit() for c in joined):
            raw = joined = ""  # only the printed 年 月 日
        checked = check_value(rule, _without_unit(joined, placed.unit))
        likely = read[0].others if len(read) == 1 else ()
        others = sound_others(
            rule, checked.value, (_without_unit(other, placed.unit) for other, _ in likely)
        )
        confidence = min((r.confidence for r in read), default=1.0)
        rival = max((chance for _, chance in likely), default=0.0)
        least = (
            0.0 if others and rival >= RIVAL_ABOVE else min((r.least for r in read), default=1.0)
        )
        return self._reading(placed, checked, raw, (confidence, least), others)

    def _reading(
        self,
        placed: PlacedField,
        checked: CheckedValue,
        raw: str,
        sure: tuple[float, float],
        others: tuple[str, ...],
    ) -> FieldReading:
        """``sure`` is the confidence of the whole and of its most doubtful character."""
        confidence, least = sure
        problem, problem_en = checked.reason("zh"), checked.reason("en")
        number = placed.kind is FieldKind.ID_NUMBER
        unsure = confidence < (CONFIRMED_ABOVE if number else DOUBTFUL_BELOW)
        unsure = unsure or (not number and least < CHARACTER_DOUBTFUL_BELOW)
        if raw and others and (problem or unsure):
            zh, en = looks_like(placed.kind, checked.value, others[0])
            problem = "；".join(part for part in (problem, zh) if part)
            problem_en = "; ".join(part for part in (problem_en, en) if part)
        elif not problem and raw and unsure:
            problem, problem_en = "看不太清，请核对", "hard to read: please compare"
        return FieldReading(
            value=checked.value,
            raw=raw,
            confidence=round(confidence, 3),
            box=self._box_in_picture(placed),
            ok=not problem,
            problem=problem,
            problem_en=problem_en,
            others=others if problem else (),
        )

    # ---------------------------------------------------------------- ink
    def _ticks(self, placed: PlacedField, shift: tuple[int, int]) -> FieldReading:
        shares = {o.value: self._tick_share(o.box_mm, shift) for o in placed.options}
        ticked = [value for value, share in shares.items() if share >= _TICKED]
        unclear = [v for v, share in shares.items() if _UNTICKED <= share < _TICKED]
        labels = {o.value: o.label for o in placed.options}
        problem, problem_en = "", ""
        if unclear:
            names = "、".join(labels[v] for v in unclear)
            problem, problem_en = (
                f"“{names}”勾没勾看不清",
                f"it is unclear whether {names} is ticked",
            )
        elif placed.kind is FieldKind.CHOICE and len(ticked) > 1:
            names = "、".join(labels[v] for v in ticked)
            problem, problem_en = (
                f"只能选一个，勾了“{names}”",
                f"only one may be ticked, not {names}",
            )
        if placed.kind is FieldKind.CHOICE:
            value = ticked[0] if len(ticked) == 1 else ""
        else:
            value = SEPARATOR.join(ticked)
        others: tuple[str, ...] = ()
        if problem and placed.kind is FieldKind.CHOICE:
            others = tuple(v for v in labels if v in ticked + unclear and v != value)
        elif problem:
            others = (SEPARATOR.join(v for v in labels if v in ticked + unclear),)
        return FieldReading(
            value=value,
            raw="、".join(labels[v] for v in ticked),
            confidence=round(min((_certainty(s) for s in shares.values()), default=1.0), 3),
            box=self._box_in_picture(placed),
            ok=not problem,
            problem=problem,
            problem_en=problem_en,
            others=others,
        )

    def _tick_share(
        self, box_mm: tuple[float, float, float, float], shift: tuple[int, int]
    ) -> float:
        """Ink inside a tick square, its printed frame left out."""
        left, top, right, bottom = pixels_of(box_mm)
        own = self._finer_shift((left, top, right, bottom), shift)
        left, right = left + own[0], right + own[0]
        top, bottom = top + own[1], bottom + own[1]
        inset = round((right - left) * 0.17)
        inner = self._page.grey[top + inset : bottom - inset, left + inset : right - inset]
        return float((inner < _INK_BELOW).mean()) if inner.size else 0.0

    def _finer_shift(
        self, box: tuple[int, int, int, int], shift: tuple[int, int]
    ) -> tuple[int, int]:
        """The square's own frame, looked for within a millimetre of where its cell says."""
        left, top, right, bottom = box
        pad, reach = 6, 10
        wanted = self._printed[top - pad : bottom + pad, left - pad : right + pad]
        y, x = top - pad + shift[1] - reach, left - pad + shift[0] - reach
        if min(x, y) < 0:
            return shift
        seen = self._page.grey[
            y : y + wanted.shape[0] + 2 * reach, x : x + wanted.shape[1] + 2 * reach
        ]
        if seen.shape[0] < wanted.shape[0] or seen.shape[1] < wanted.shape[1]:
            return shift
        match = cv2.matchTemplate(np.ascontiguousarray(seen), wanted, cv2.TM_CCOEFF_NORMED)
        _, best, _, place = cv2.minMaxLoc(match)
        if best < 0.3:
            return shift
        return shift[0] + int(place[0]) - reach, shift[1] + int(place[1]) - reach

    def _signature(self, placed: PlacedField, shift: tuple[int, int]) -> FieldReading:
        """Whether it is signed; a signature is not read."""
        _, ink = self._written(placed, shift)
        signed = float((ink > 0).sum()) / PX_PER_MM**2 >= _SIGNED_MM2
        return FieldReading(
            value="signed" if signed else "",
            raw="",
            confidence=1.0,
            box=self._box_in_picture(placed),
            ok=True,
        )

    def _box_in_picture(self, placed: PlacedField) -> tuple[int, int, int, int]:
        x, y, width, height = placed.box_mm
        place = self._page.registration.point
        points = np.array(
            [place(x, y), place(x + width, y), place(x + width, y + height), place(x, y + height)]
        )
        low, high = points.min(axis=0), points.max(axis=0)
        left, top = round(float(low[0])), round(float(low[1]))
        return left, top, round(float(high[0])) - left, round(float(high[1])) - top


def _ink_level(crop: Pixels) -> float:
    """Between paper and pen: by the crop's own darkest strokes, for a pencil as for a marker."""
    darkest = float(np.percentile(crop, 1)) if crop.size else 255.0
    return float(np.clip((darkest + 245) / 2, 90, 195))


def _without_specks(ink: Pixels) -> Pixels:
    """Dust taken out: blobs smaller than a full stop."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    small = stats[:, cv2.CC_STAT_AREA] < 0.06 * PX_PER_MM**2
    keep = np.ones(count, np.uint8) * 255
    keep[small] = 0
    keep[0] = 0
    return as_pixels(keep[np.asarray(labels)])


def _rows_of(ink: Pixels, lines: int) -> list[tuple[int, int]]:
    """Top and bottom of each written line."""
    filled = ink.any(axis=1)
    if not filled.any():
        return []
    edges = np.flatnonzero(np.diff(np.concatenate([[0], filled.astype(np.int8), [0]])))
    runs = [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    # strokes of one character may lie apart: what is nearer than a millimetre belongs together
    joined = [runs[0]]
    for top, bottom in runs[1:]:
        if top - joined[-1][1] < PX_PER_MM * (1.0 if lines > 1 else 4.0):
            joined[-1] = (joined[-1][0], bottom)
        else:
            joined.append((top, bottom))
    tall = [(a, b) for a, b in joined if b - a > 1.2 * PX_PER_MM]
    return tall or [max(joined, key=lambda run: run[1] - run[0])]


def _without_unit(text: str, unit: str) -> str:
    """A unit that was written by hand beside the printed one."""
    return text.removesuffix(unit).strip() if unit else text


def _certainty(share: float) -> float:
    """How clear a tick square is: 1 when empty or well filled, 0.5 on the border."""
    border = (_TICKED + _UNTICKED) / 2
    return float(min(1.0, 0.5 + abs(share - border) / (2 * border)))
