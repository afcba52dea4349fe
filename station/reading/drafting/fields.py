"""What is gathered from a page: its fields, each with what is doubtful about it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from station.domain.items import FieldKind
from station.reading.drafting import words
from station.reading.drafting.marks import Box
from station.reading.drafting.sheet import PX

_LABEL_DOUBTFUL: Final = 0.85


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a person should look at something."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class DraftOption:
    """A tick square and its words."""

    label: str
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftField:
    """A place to write, tick or sign, with what it seems to be for. Boxes in page pixels."""

    label: str
    kind: FieldKind
    page: int
    box: Box
    cell: Box
    label_box: Box
    options: tuple[DraftOption, ...] = ()
    unit: str = ""
    group: str = ""
    office: bool = False
    row: int = 0
    """Within a table of repeated rows, from 1."""
    doubts: tuple[Doubt, ...] = ()

    def doubting(self, zh: str, en: str) -> DraftField:
        return replace(self, doubts=(*self.doubts, Doubt(zh, en)))


@dataclass(frozen=True, slots=True)
class PageDraft:
    """What one page asks for."""

    fields: tuple[DraftField, ...]
    title: str
    promise: str
    photo: Box | None
    filled: int = 0
    """Cells in which only figures stand: perhaps it is no blank form."""


@dataclass(slots=True)
class Gathering:
    """The fields of one page as they are found."""

    number: int
    """Of the page, from 1."""
    fields: list[DraftField] = field(default_factory=list)
    groups: list[tuple[str, Box, bool]] = field(default_factory=list)
    """Headings: words, box, and whether it stands at the left of what it heads."""
    promise: str = ""

    def put(
        self,
        label: str,
        box: Box,
        cell: Box,
        label_box: Box,
        *,
        unit: str = "",
        kind: FieldKind | None = None,
        options: tuple[DraftOption, ...] = (),
        row: int = 0,
        confidence: float = 1.0,
        sure: bool = True,
    ) -> DraftField:
        bracketed = re.search(r"[（(]([^）)]{1,5})[）)]?$", label)
        if bracketed and not unit and bracketed[1].removeprefix("单位：") in words.UNITS:
            unit = bracketed[1].removeprefix("单位：")
            label = label[: bracketed.start()]
        made = DraftField(
            label=label,
            kind=kind or words.kind_of(label, unit),
            page=self.number,
            box=box,
            cell=cell,
            label_box=label_box,
            options=options,
            unit="" if kind in (FieldKind.CHOICE, FieldKind.MULTICHOICE) else unit,
            office=words.is_office(label),
            row=row,
        )
        if not label:
            made = made.doubting("旁边没有找到名称，请起个名字", "no label was found beside it")
        elif confidence < _LABEL_DOUBTFUL:
            made = made.doubting("名称看不太清，请核对", "its label is hard to read")
        if not sure:
            made = made.doubting(
                "看不出是单选还是多选，请核对",
                "it is not clear whether one or several may be ticked",
            )
        if options and any(not option.label for option in options):
            made = made.doubting("有的方框旁边没有文字", "a square has no words beside it")
        self.fields.append(made)
        return made

    def change(self, before: DraftField, after: DraftField) -> DraftField:
        """Puts ``after`` in the place of ``before``; returns it."""
        self.fields[self.fields.index(before)] = after
        return after

    def ordered(self) -> tuple[DraftField, ...]:
        """All fields in the order of the paper, each in its group."""
        ordered = sorted(self.fields, key=lambda f: (f.box[3] // (5 * PX), f.box[0]))
        return tuple(replace(one, group=one.group or self._group_of(one)) for one in ordered)

    def _group_of(self, one: DraftField) -> str:
        y = (one.box[1] + one.box[3]) / 2
        for title, box, at_left in self.groups:
            if at_left and box[1] <= y <= box[3] and box[2] <= one.box[0] + PX:
                return title
        above = [(box[1], title) for title, box, left in self.groups if not left and box[1] < y]
        return max(above)[1] if above else ""


def around(boxes: Sequence[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
