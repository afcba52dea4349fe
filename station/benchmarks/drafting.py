"""How much of a blank form is found, and called by its right name and kind, beside the truth.

The peer of each figure is the number of true fields (for what is missed or wrong) or of drafted
ones (for what is not there at all); ``of_form`` gives the counts of one form for tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import cv2

from station.benchmarks import Conditions, Measured
from station.benchmarks.blank_forms import BlankForm, TrueField, forms, photographed
from station.domain.items import BoxMm
from station.forms.layout import PlacedField
from station.forms.original import paper_layout
from station.reading.drafting.draft import Draft, draft_item
from station.reading.engine import RapidReader, TextReader


@dataclass(frozen=True, slots=True)
class Found:
    """What became of the fields of a form."""

    true: int
    drafted: int
    placed: int
    """True fields with a drafted one in their place."""
    named: int
    """Of those, with the right label."""
    kinds: int
    """Of those, with the right kind."""
    options: int
    """Choices whose options are all right, of ``choices``."""
    choices: int
    wrong: tuple[str, ...] = ()
    """What is missing, too much or wrong, in words for the developer."""

    def __add__(self, other: Found) -> Found:
        return Found(
            self.true + other.true,
            self.drafted + other.drafted,
            self.placed + other.placed,
            self.named + other.named,
            self.kinds + other.kinds,
            self.options + other.options,
            self.choices + other.choices,
            self.wrong + other.wrong,
        )

    @property
    def recall(self) -> float:
        return self.placed / self.true if self.true else 1.0

    @property
    def precision(self) -> float:
        return self.placed / self.drafted if self.drafted else 1.0


NOTHING = Found(0, 0, 0, 0, 0, 0, 0)


def compared(truth: Sequence[TrueField], draft: Draft, tolerance: float = 3.0) -> Found:
    """The draft beside the truth."""
    left = list(paper_layout(draft.item).fields)
    drafted = len(left)
    placed = named = kinds = options = choices = 0
    wrong = []
    for true in truth:
        mine = next((one for one in left if _same_place(true.box_mm, one.box_mm, tolerance)), None)
        choices += bool(true.options)
        if mine is None:
            wrong.append(f"missing: {true.label}")
            continue
        left.remove(mine)
        placed += 1
        if _plain(mine.label) == _plain(true.label) or _both_dates(mine, true):
            named += 1
        else:
            wrong.append(f"label: {true.label} -> {mine.label}")
        if mine.kind is true.kind:
            kinds += 1
        else:
            wrong.append(f"kind: {true.label} {true.kind.value} -> {mine.kind.value}")
        if true.options:
            same = tuple(option.label for option in mine.options) == true.options
            options += same
            if not same:
                shown = [option.label for option in mine.options]
                wrong.append(f"options: {true.label} {true.options} -> {shown}")
    wrong += [f"too much: {one.label} {one.kind.value} {one.box_mm}" for one in left]
    return Found(len(truth), drafted, placed, named, kinds, options, choices, tuple(wrong))


def of_form(form: BlankForm, data: bytes, reader: TextReader, tolerance: float = 3.0) -> Found:
    """A form's draft beside its truth; ``data`` is the form as PDF, scan or photograph."""
    draft = draft_item(data, form.name, reader, code="CG-001", today=date(2026, 1, 1))
    return compared(form.fields, draft, tolerance)


def drafting(conditions: Conditions) -> Iterator[Measured]:
    """Every look as PDF, as scan and as photograph, ``rounds`` forms of each (at most three)."""
    reader = RapidReader()
    ways = {"pdf": NOTHING, "scan": NOTHING, "photo": NOTHING}
    for seed in range(1, min(3, conditions.rounds) + 1):
        for form in forms(seed):
            picture = form.picture()
            _, scan = cv2.imencode(".png", picture)
            given = {
                "pdf": form.pdf,
                "scan": scan.tobytes(),
                "photo": photographed(form.picture(250), seed),
            }
            for way, data in given.items():
                tolerance = 5.0 if way == "photo" else 3.0
                ways[way] += of_form(form, data, reader, tolerance)
    for way, found in ways.items():
        yield Measured(f"drafting.{way}.found", found.placed, found.true, "fields", "true fields")
        yield Measured(f"drafting.{way}.real", found.placed, found.drafted, "fields", "drafted")
        yield Measured(f"drafting.{way}.named", found.named, found.placed, "fields", "found")
        yield Measured(f"drafting.{way}.kinds", found.kinds, found.placed, "fields", "found")
        yield Measured(f"drafting.{way}.options", found.options, found.choices, "fields", "choices")


def _same_place(true: BoxMm, mine: BoxMm, tolerance: float) -> bool:
    x, y, wide, high = mine
    a, b, w, h = true
    inside = (
        a - tolerance <= x + wide / 2 <= a + w + tolerance
        and b - tolerance <= y + high / 2 <= b + h + tolerance
    )
    across = max(0.0, min(x + wide, a + w) - max(x, a))
    down = max(0.0, min(y + high, b + h) - max(y, b))
    shared = across * down / max(1e-6, min(wide * high, w * h))
    return inside and shared > 0.5


def _plain(label: str) -> str:
    return re.sub(r"[\s：:（）()…]", "", label.replace("（元）", ""))


def _both_dates(mine: PlacedField, true: TrueField) -> bool:
    return "日期" in mine.label and "日期" in true.label
