"""Laying an item's form out on A4: where each label, box and tick square lies, in millimetres.

One table of positions serves the blank paper form, the filled e-form, and the reader of
photographed forms, so they cannot disagree. The layout is a pure function of the item: the same
version always gives the same positions. Origin top left, y downwards. Nothing is drawn here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from station.domain.items import FieldKind, FormField, PaperProfile, ServiceItem

PAGE_MM = (210.0, 297.0)
LEFT, RIGHT, TOP, BOTTOM = 18.0, 192.0, 45.0, 275.0
WIDTH = RIGHT - LEFT

# Four nested squares, black, white, black, white from outside in: crossed in the middle they give
# seven equal bars, which no finder pattern of a QR code does (1:1:3:1:1).
FIDUCIAL_MM = 8.5
FIDUCIAL_RINGS = (1.0, 5 / 7, 3 / 7, 1 / 7)
_FIDUCIAL_EDGE = 8.0  # from the paper's edge; printers leave about 4 mm unprinted
QR_MM = (172.0, 19.0, 20.0, 20.0)

TEXT_PT = 10.5
TEXT_MM = TEXT_PT * 25.4 / 72
_ROW = 10.5
_LINE = 8.0  # each further line to write on
_BAR = 7.5  # a group's heading
_SQUARE = 4.2  # a tick square
_OPTION_GAP, _OPTION_PITCH = 5.0, 7.5
_PHOTO = (31.0, 42.0)
_SIGNATURE_BOX = (68.0, 20.0)
_STRETCH = 2.5  # what a row may grow by when the page has room left

Box = tuple[float, float, float, float]  # x, y, width, height

SIGNATURE = "signature"
SIGN_DATE = "sign_date"


@dataclass(frozen=True, slots=True)
class PlacedOption:
    """A tick square; its label stands to the right of it."""

    value: str
    label: str
    box_mm: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedField:
    """A field on its page.

    ``cell_mm`` is the ruled cell, ``label_mm`` the label's cell to its left, ``box_mm`` the room
    inside where the value is written, which leaves out the printed unit.
    """

    id: str
    label: str
    kind: FieldKind
    page: int  # from 1
    label_mm: Box
    cell_mm: Box
    box_mm: Box
    options: tuple[PlacedOption, ...] = ()
    unit: str = ""
    lines: int = 1


@dataclass(frozen=True, slots=True)
class GroupBar:
    """A heading across the form."""

    title: str
    page: int
    box_mm: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLayout:
    """The whole form."""

    item: str
    version: int
    title: str
    pages: int
    fields: tuple[PlacedField, ...]
    groups: tuple[GroupBar, ...]
    promise: str
    promise_mm: Box
    promise_page: int
    photo_mm: Box | None  # on page 1
    page_mm: tuple[float, float] = PAGE_MM
    fiducials_mm: tuple[Box, ...] = field(default=())
    qr_mm: Box | None = QR_MM  # None: another office's paper, without a code of ours

    def qr_text(self, page: int = 1) -> str:
        """What the QR code of a page says; ``page`` counts from 1."""
        text = f"YZFORM:{self.item};v={self.version}"
        return text if page == 1 else f"{text};p={page}"

    def placed(self, field_id: str) -> PlacedField:
        """The field named ``field_id``; ``KeyError`` when the form has none."""
        for candidate in self.fields:
            if candidate.id == field_id:
                return candidate
        raise KeyError(field_id)

    def as_json(self) -> dict[str, Any]:
        """The layout as ``station form layout`` prints it."""
        return {
            "item": self.item,
            "version": self.version,
            "title": self.title,
            "page_mm": list(self.page_mm),
            "pages": self.pages,
            "fiducials_mm": [_rounded(box) for box in self.fiducials_mm],
            "fiducial_rings": [round(ring, 4) for ring in FIDUCIAL_RINGS],
            "qr_mm": _rounded(self.qr_mm) if self.qr_mm else None,
            "qr_text": (
                [self.qr_text(page) for page in range(1, self.pages + 1)] if self.qr_mm else []
            ),
            "photo_mm": _rounded(self.photo_mm) if self.photo_mm else None,
            "fields": [
                {
                    "id": placed.id,
                    "label": placed.label,
                    "kind": placed.kind.value,
                    "page": placed.page,
                    "box_mm": _rounded(placed.box_mm),
                    "options": [
                        {
                            "value": option.value,
                            "label": option.label,
                            "box_mm": _rounded(option.box_mm),
                        }
                        for option in placed.options
                    ],
                    "unit": placed.unit,
                    "lines": placed.lines,
                    "label_mm": _rounded(placed.label_mm),
                    "cell_mm": _rounded(placed.cell_mm),
                }
                for placed in self.fields
            ],
        }


def layout(item: ServiceItem) -> FormLayout:
    """The form of ``item`` laid out: on one page with some air, or on as many as it needs."""
    flowing = _Flow(item, stretch=0.0)
    flowing.run()
    if flowing.page == 1 and flowing.rows:
        spare = BOTTOM - flowing.y
        flowing = _Flow(item, stretch=min(_STRETCH, max(0.0, spare / flowing.rows)))
        flowing.run()
    return flowing.result()


def form_title(item: ServiceItem) -> str:
    """The form's heading."""
    whole = item.title.endswith(("申请", "登记", "认证"))
    return item.title + ("表" if whole else "申请表")


def em_width(text: str) -> float:
    """Roughly how many ems ``text`` is wide; the layout must not depend on which fonts are here."""
    return sum(1.0 if character >= "⺀" else 0.56 for character in text)


class _Flow:
    """Rows running down the pages; used once."""

    def __init__(self, item: ServiceItem, stretch: float) -> None:
        self.item = item
        self.stretch = stretch
        self.page = 1
        self.y = TOP
        self.rows = 0
        self.fields: list[PlacedField] = []
        self.groups: list[GroupBar] = []
        self.photo: Box | None = None
        self.has_photo = any(
            material.profile is PaperProfile.PHOTO and material.required is True
            for material in item.materials
        )
        self.promise_mm: Box = (0, 0, 0, 0)

    def run(self) -> None:
        group = ""
        for row in _rows(self.item.fields):
            height = self._row_height(row) + self.stretch
            bar = _BAR if row[0].group and row[0].group != group else 0.0
            if self.y + bar + height > BOTTOM:
                self._break()
            if bar:
                group = row[0].group
                width = self._width()
                self.groups.append(GroupBar(group, self.page, (LEFT, self.y, width, _BAR)))
                self.y += _BAR
            self._place(row, height)
            self.rows += 1
        self._end_photo()
        self._sign()

    def result(self) -> FormLayout:
        width, height = PAGE_MM
        near, size = _FIDUCIAL_EDGE, FIDUCIAL_MM
        corners = (
            (near, near),
            (width - near - size, near),
            (width - near - size, height - near - size),
            (near, height - near - size),
        )
        return FormLayout(
            item=self.item.code,
            version=self.item.version,
            title=form_title(self.item),
            pages=self.page,
            fields=tuple(self.fields),
            groups=tuple(self.groups),
            promise=self.item.promise,
            promise_mm=self.promise_mm,
            promise_page=self.page,
            photo_mm=self.photo,
            fiducials_mm=tuple((x, y, size, size) for x, y in corners),
        )

    def _break(self) -> None:
        self._end_photo()
        self.page += 1
        self.y = TOP

    def _width(self) -> float:
        """How wide rows are here; the photograph stands beside the first ones."""
        if not self.has_photo:
            return WIDTH
        if self.photo is None:
            self.photo = (RIGHT - _PHOTO[0], self.y, *_PHOTO)
        return WIDTH - _PHOTO[0]

    def _end_photo(self) -> None:
        if self.has_photo and self.photo is not None:
            x, top, width, _ = self.photo
            self.photo = (x, top, width, max(self.y - top, _PHOTO[1]))
            self.y = max(self.y, top + _PHOTO[1])
            self.has_photo = False

    def _row_height(self, row: Sequence[FormField]) -> float:
        width = self._width()
        height = 0.0
        for entry, cell in zip(row, _shares(row, width), strict=True):
            label = _label_width(cell)
            lines = len(_option_lines(entry, cell - label)) if entry.options else 1
            height = max(
                height, _ROW + (lines - 1) * _OPTION_PITCH, _ROW + (entry.lines - 1) * _LINE
            )
        return height

    def _place(self, row: Sequence[FormField], height: float) -> None:
        width = self._width()
        x = LEFT
        for entry, cell in zip(row, _shares(row, width), strict=True):
            label = _label_width(cell)
            inner: Box = (x + label, self.y, cell - label, height)
            self.fields.append(
                PlacedField(
                    id=entry.id,
                    label=entry.label,
                    kind=entry.kind,
                    page=self.page,
                    label_mm=(x, self.y, label, height),
                    cell_mm=inner,
                    box_mm=_writing_room(entry, inner),
                    options=_options(entry, inner),
                    unit=entry.unit,
                    lines=entry.lines,
                )
            )
            x += cell
        self.y += height
        if self.has_photo and self.photo and self.y >= self.photo[1] + _PHOTO[1]:
            self._end_photo()

    def _sign(self) -> None:
        """The declaration and the place to sign, kept together."""
        per_line = int((WIDTH - 8) / TEXT_MM)
        lines = max(1, -(-round(em_width(self.item.promise) + 2) // per_line))
        text = lines * 6.0 + 5.0
        width, height = _SIGNATURE_BOX
        if self.y + text + height + 5.0 > BOTTOM:
            self._break()
        self.promise_mm = (LEFT, self.y, WIDTH, text + height + 5.0)
        top = self.y + text
        label = 26.0
        box: Box = (LEFT + 4 + label, top, width, height)
        self.fields.append(
            PlacedField(
                id=SIGNATURE,
                label="申请人签名",
                kind=FieldKind.SIGNATURE,
                page=self.page,
                label_mm=(LEFT + 4, top, label, height),
                cell_mm=box,
                box_mm=box,
            )
        )
        dated: Box = (RIGHT - 52.0, top + height - 10.0, 48.0, 10.0)
        self.fields.append(
            PlacedField(
                id=SIGN_DATE,
                label="日期",
                kind=FieldKind.DATE,
                page=self.page,
                label_mm=(dated[0] - 14.0, dated[1], 14.0, dated[3]),
                cell_mm=dated,
                box_mm=dated,
            )
        )
        self.y += text + height + 5.0


def _rows(fields: Sequence[FormField]) -> list[list[FormField]]:
    """Fields side by side as far as their widths go; a new group begins a new row."""
    rows: list[list[FormField]] = []
    used = 1.0
    for entry in fields:
        if not rows or used + entry.width > 1.001 or entry.group != rows[-1][0].group:
            rows.append([])
            used = 0.0
        rows[-1].append(entry)
        used += entry.width
    return rows


def _shares(row: Sequence[FormField], width: float) -> list[float]:
    """The cells' widths in millimetres; together always the whole row."""
    total = sum(entry.width for entry in row)
    return [round(width * entry.width / total, 3) for entry in row]


def _label_width(cell: float) -> float:
    return 27.0 if cell >= 75 else 23.0 if cell >= 55 else 20.0


def _writing_room(entry: FormField, cell: Box) -> Box:
    x, y, width, height = cell
    unit = em_width(entry.unit) * TEXT_MM + 2.0 if entry.unit else 0.0
    return (x + 1.0, y + 0.8, width - 2.0 - unit, height - 1.6)


def _option_lines(entry: FormField, width: float) -> list[list[tuple[str, str, float]]]:
    """The options in lines: value, label, and where each begins from the left of the cell.

    All stand at one pitch when they fit on one line so; else close together.
    """
    wanted = [_SQUARE + 1.5 + em_width(option.label) * TEXT_MM for option in entry.options]
    room = width - 4.5
    pitch = max(wanted) + _OPTION_GAP
    if pitch * (len(wanted) - 1) + wanted[-1] <= room:
        pitch = min(pitch + 4.0, (room - wanted[-1]) / max(1, len(wanted) - 1))
        return [[(one.value, one.label, n * pitch) for n, one in enumerate(entry.options)]]
    gap = _OPTION_GAP if sum(wanted) + _OPTION_GAP * (len(wanted) - 1) <= room else 3.0
    lines: list[list[tuple[str, str, float]]] = [[]]
    at = 0.0
    for option, wide in zip(entry.options, wanted, strict=True):
        if lines[-1] and at + wide > room:
            lines.append([])
            at = 0.0
        lines[-1].append((option.value, option.label, at))
        at += wide + gap
    return lines


def _options(entry: FormField, cell: Box) -> tuple[PlacedOption, ...]:
    if not entry.options:
        return ()
    x, y, width, height = cell
    lines = _option_lines(entry, width)
    top = y + (height - (len(lines) - 1) * _OPTION_PITCH - _SQUARE) / 2
    return tuple(
        PlacedOption(value, label, (x + 2.7 + at, top + n * _OPTION_PITCH, _SQUARE, _SQUARE))
        for n, line in enumerate(lines)
        for value, label, at in line
    )


def _rounded(box: Box) -> list[float]:
    return [round(value, 2) for value in box]
