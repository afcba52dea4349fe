"""A whole first definition: the fields of all pages as a service item, and what is doubtful.

What the paper cannot say (who may ask, what the law says, who decides and by when) is marked as
to be filled in, never invented. The item keeps the paper: its places and its print.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import cv2
import numpy as np

from station.domain.items import (
    BoxMm,
    FieldKind,
    FormField,
    Guide,
    ItemKind,
    Material,
    Option,
    OriginalPaper,
    PaperPlace,
    PaperProfile,
    ResultPlan,
    RouteStage,
    ServiceItem,
)
from station.domain.units import Level, Role
from station.errors import InputError
from station.forms.layout import SIGN_DATE, SIGNATURE, em_width
from station.imaging.arrays import Pixels, as_pixels
from station.reading.drafting import words
from station.reading.drafting.fields import DraftField, PageDraft
from station.reading.drafting.lines import Piece, pieces_of
from station.reading.drafting.marks import Box, marks_of
from station.reading.drafting.page import draft_page
from station.reading.drafting.sheet import PX, BlankPage, open_blank, turned
from station.reading.engine import TextReader

TO_FILL: Final = "待填写"
_LONGEST_LABEL: Final = 14.0
"""Ems that the e-form's cells have room for."""
_PRINT_DPI: Final = 200
_READABLE: Final = 0.8
"""Mean confidence below which the page may lie on its side or upside down."""
_TICKS: Final = (FieldKind.CHOICE, FieldKind.MULTICHOICE)


class NoFieldsFound(InputError):
    what = "No form was drafted from {file}."
    cause = "Neither ruled cells nor lines to write on nor tick squares were found on it."
    remedy = "Photograph the blank form flat, with its whole sheet in view; or scan it at 300 dpi."
    zh = (
        "没有从 {file} 起草表单。",
        "上面没有找到表格、填写线或选择框。",
        "请把空白表放平，整张拍进来；或者用 300 dpi 扫描。",
    )


@dataclass(frozen=True, slots=True)
class DraftDoubt:
    """Something that a person has to look at; ``field`` is empty when it is about the whole."""

    field: str
    zh: str
    en: str
    page: int = 0
    box_mm: BoxMm | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A first definition and what is doubtful about it."""

    item: ServiceItem
    doubts: tuple[DraftDoubt, ...]


def draft_item(data: bytes, name: str, reader: TextReader, *, code: str, today: date) -> Draft:
    """Drafts an item from a blank form. Raises a ``PictureError``, ``FormUnreadable``,
    ``FormTooLong`` or ``NoFieldsFound``."""
    pages = open_blank(data, name)
    drafts, pages = _read_upright(pages, reader)
    if not any(page.fields for page in drafts):
        raise NoFieldsFound(file=name)
    return _Definition(pages, drafts, code, today).draft()


def _read_upright(
    pages: tuple[BlankPage, ...], reader: TextReader
) -> tuple[list[PageDraft], tuple[BlankPage, ...]]:
    """The pages' fields, with the pages turned the way in which they can be read."""
    drafts: list[PageDraft] = []
    turns = 0
    upright = []
    for number, page in enumerate(pages, start=1):
        page = turned(page, turns)
        draft, legible = _page_draft(number, page, reader)
        if number == 1 and legible < _READABLE:
            for quarters in (2, 1, 3):
                other = turned(page, quarters)
                second, better = _page_draft(number, other, reader)
                if better > legible + 0.05:
                    draft, legible, turns = second, better, quarters
                    best = other
            if turns:
                page = best
        drafts.append(draft)
        upright.append(page)
    return drafts, tuple(upright)


def _page_draft(number: int, page: BlankPage, reader: TextReader) -> tuple[PageDraft, float]:
    marks = marks_of(page.grey)
    pieces, squares = pieces_of(marks, page.grey, reader)

    def read_line(picture: Pixels) -> str:
        return reader.read_lines([picture])[0].text

    return draft_page(number, marks, pieces, squares, read_line), _legible(pieces)


def _legible(pieces: Sequence[Piece]) -> float:
    """How well the page can be read as it lies, 0..1. Lines that stand upright are read by the
    engine as if they lay, so a page on its side would pass for a good one."""
    letters = sum(len(piece.text) for piece in pieces)
    if letters < 12:
        return 1.0  # too little to tell
    lying = (p for p in pieces if len(p.text) < 2 or p.height < 1.3 * (p.box[2] - p.box[0]))
    return sum(len(piece.text) * piece.confidence for piece in lying) / letters


class _Definition:
    """Names, kinds and places put together; used once."""

    def __init__(
        self,
        pages: Sequence[BlankPage],
        drafts: Sequence[PageDraft],
        code: str,
        today: date,
    ) -> None:
        self._pages, self._drafts, self._code, self._today = pages, drafts, code, today
        self._taken: set[str] = {SIGNATURE, SIGN_DATE}
        self._fields: list[FormField] = []
        self._places: list[PaperPlace] = []
        self._doubts: list[DraftDoubt] = []

    def draft(self) -> Draft:
        found = [one for page in self._drafts for one in page.fields]
        signature = next((f for f in found if f.kind is FieldKind.SIGNATURE and not f.office), None)
        dated = _date_beside(signature, found) if signature else None
        for number, one in enumerate(found, start=1):
            if one is signature:
                self._place_only(one, SIGNATURE, "")
            elif one is dated:
                self._place_only(one, SIGN_DATE, "")
            elif one.kind is FieldKind.SIGNATURE:
                self._place_only(one, self._name(one, number), one.label or "签名")
            else:
                self._field(one, number)
        if not self._fields:
            # only places to sign: an e-form needs something to fill in
            self._fields.append(FormField(id="remark", label="备注", kind=FieldKind.TEXT))
        title = self._title()
        item = self._item(title)
        return Draft(item, (*self._about_the_whole(title), *self._doubts))

    # -- fields -------------------------------------------------------------------------------

    def _field(self, one: DraftField, number: int) -> None:
        name = self._name(one, number)
        label = self._fitting_label(one, number, name)
        options = self._options(one, name)
        required = not (one.row or one.office or "备注" in label or label.endswith("（说明）"))
        width_mm = self._pages[one.page - 1].size_mm[0]
        wide = (one.cell[2] - min(one.label_box[0], one.cell[0])) / PX / (0.8 * width_mm)
        needs = sum(em_width(option.label) + 3.2 for option in options)
        field = FormField(
            id=name,
            label=label,
            kind=one.kind,
            required=required,
            options=options,
            source=words.APPLICANT.get(name, ""),
            unit=one.unit,
            lines=max(1, min(12, round((one.box[3] - one.box[1]) / PX / 12))) if not options else 1,
            width=1.0 if needs > 14 else round(min(1.0, max(0.3, wide)), 2),
            group=one.group[:20],
        )
        self._fields.append(field)
        self._places.append(self._place(one, name))
        self._tell(one, name)

    def _name(self, one: DraftField, number: int) -> str:
        name = words.known_id(one.label) if not (one.row or one.office) else ""
        if name and name in self._taken:
            name = ""
        if not name:
            base = words.spelt(one.label) if one.label else f"field_{number}"
            if one.row:
                base = f"{base}_{one.row}"
            if base in words.APPLICANT or base in _RESERVED:
                base = f"{base}_1"
            name, n = base, 2
            while name in self._taken:
                name, n = f"{base}_{n}", n + 1
        self._taken.add(name)
        return name

    def _fitting_label(self, one: DraftField, number: int, name: str) -> str:
        label = one.label or f"栏目{number}"
        if one.row:
            label = f"{label}（{one.row}）"
        if em_width(label) <= _LONGEST_LABEL:
            return label
        short = label
        while em_width(short) > _LONGEST_LABEL - 1:
            short = short[:-1]
        self._doubt(one, name, f"名称太长，截短了；原文是“{label}”", f"the label was cut: {label}")
        return f"{short}…"

    def _options(self, one: DraftField, name: str) -> tuple[Option, ...]:
        made: list[Option] = []
        for n, option in enumerate(one.options, start=1):
            label = option.label or f"选项{n}"
            while any(label == before.label for before in made):
                label += "′"
            value = re.sub(r"[,\s]", "", label) or f"o{n}"
            while any(value == before.value for before in made):
                value = f"{value}{n}"
            made.append(Option(value, label))
        return tuple(made)

    def _place(self, one: DraftField, name: str, label: str = "") -> PaperPlace:
        return PaperPlace(
            id=name,
            page=one.page,
            box_mm=_mm(one.box),
            cell_mm=_mm(one.cell),
            label_mm=_mm(one.label_box),
            options_mm=tuple(_mm(option.box) for option in one.options),
            label=label,
            kind=one.kind if label else None,
        )

    def _place_only(self, one: DraftField, name: str, label: str) -> None:
        """A place on the paper that the e-form does not ask for: what is signed there is signed
        on the pad or with a key."""
        words_there = label or one.label or ("申请人签名" if name == SIGNATURE else "日期")
        self._places.append(self._place(one, name, words_there))
        self._tell(one, name)

    def _tell(self, one: DraftField, name: str) -> None:
        for doubt in one.doubts:
            self._doubt(one, name, doubt.zh, doubt.en)
        if one.office:
            self._doubt(
                one,
                name,
                "看起来由办事单位填写；不需要申请人填的请删掉",
                "it looks like the office fills it in; take it out if the applicant does not",
            )

    def _doubt(self, one: DraftField, name: str, zh: str, en: str) -> None:
        self._doubts.append(DraftDoubt(name, zh, en, one.page, _mm(one.box)))

    # -- the rest of the item -----------------------------------------------------------------

    def _title(self) -> str:
        title = next((page.title for page in self._drafts if page.title), "")
        title = re.sub(r"\s", "", title)
        for ending in ("申请表", "表"):
            # our own forms are headed by the title and 申请表, or 表 alone where that is whole
            if title.endswith(ending) and (
                ending != "表" or title[:-1].endswith(("申请", "登记", "认证"))
            ):
                return title.removesuffix(ending) or title
        return title

    def _item(self, title: str) -> ServiceItem:
        promise = next((page.promise for page in self._drafts if page.promise), "")
        photo = any(page.photo for page in self._drafts)
        return ServiceItem(
            code=self._code,
            title=title or f"{TO_FILL}：事项名称",
            category=TO_FILL,
            department=TO_FILL,
            kind=ItemKind.CONVENIENCE,
            version=1,
            valid_from=self._today,
            example=True,
            guide=Guide(
                basis=(f"{TO_FILL}：办理依据",),
                conditions=(f"{TO_FILL}：办理条件",),
                places=(f"{TO_FILL}：受理单位及办理点",),
                fees=(f"{TO_FILL}：收费依据及标准",),
                hours=(f"{TO_FILL}：工作时间",),
                contact=(f"{TO_FILL}：咨询方式",),
                supervision=(f"{TO_FILL}：监督电话",),
            ),
            fields=tuple(self._fields),
            materials=(
                (Material(id="portrait", name="照片", profile=PaperProfile.PHOTO, pages=("近照",)),)
                if photo
                else ()
            ),
            route=(
                RouteStage(
                    id="township",
                    name=f"{TO_FILL}：乡镇审核",
                    level=Level.TOWNSHIP,
                    role=Role.REVIEWER,
                    days=1,
                    legal_days=1,
                    decides=True,
                    seals=True,
                ),
            ),
            rules=(),
            result=ResultPlan(title=f"{TO_FILL}：结果文书名称", lines=(f"{TO_FILL}：结果内容",)),
            promise=promise or f"{TO_FILL}：申请人承诺",
            paper=OriginalPaper(
                page_mm=self._pages[0].size_mm,
                prints=tuple(print_of(page) for page in self._pages),
                places=tuple(self._places),
            ),
        )

    def _about_the_whole(self, title: str) -> Iterator[DraftDoubt]:
        if not title:
            yield DraftDoubt("", "没有认出表的标题", "the form's title was not found")
        yield DraftDoubt(
            "",
            "办事指南的十个要素、分类、部门、环节、时限和结果都待填写",
            "the ten guide elements, category, department, route, limits and result are to be "
            "filled in",
        )
        for number, page in enumerate(self._pages, start=1):
            if not page.outline_sure:
                yield DraftDoubt(
                    "",
                    "照片里的纸边不确定，位置可能有偏差",
                    "the sheet's edges in the photograph are not certain: places may be off",
                    number,
                )
            if not page.size_known:
                wide, high = page.size_mm
                yield DraftDoubt(
                    "",
                    f"纸的大小按比例估计为 {wide:g} × {high:g} 毫米",
                    f"the paper's size is guessed from its proportions: {wide:g} × {high:g} mm",
                    number,
                )
        if sum(page.filled for page in self._drafts) >= 3:
            yield DraftDoubt(
                "",
                "有的格子里已经有数字，这张表可能填过；请用空白表起草",
                "figures stand in some cells: use a blank form",
            )
        sizes = {page.size_mm for page in self._pages}
        if len(sizes) > 1:
            yield DraftDoubt("", "各页纸的大小不同", "the pages differ in size")


# Facts of the applicant besides those that a form asks for under the same name.
_RESERVED: Final = frozenset({"age", "card_read", "card_valid", SIGNATURE, SIGN_DATE})


def _date_beside(signature: DraftField, found: Sequence[DraftField]) -> DraftField | None:
    """The date that belongs to a signature: the first one near it, beside or just below."""
    near = [
        one
        for one in found
        if one.kind is FieldKind.DATE
        and one.page == signature.page
        and not one.row
        and -8 * PX < one.box[1] - signature.box[1] < 30 * PX
        and re.fullmatch(r"(?:填表|签字|签名|申请|签署)?(?:日期|时间)?", one.label)
    ]
    return min(near, key=lambda one: abs(one.box[1] - signature.box[1]), default=None)


def _mm(box: Box) -> BoxMm:
    left, top, right, bottom = (round(edge / PX, 1) for edge in box)
    return left, top, round(max(0.5, right - left), 1), round(max(0.5, bottom - top), 1)


def print_of(page: BlankPage) -> str:
    """What is printed on a page: one bit a pixel, without specks, as PNG in base64."""
    from PIL import Image

    scale = _PRINT_DPI / (PX * 25.4)
    small = cv2.resize(page.grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ink = as_pixels(
        cv2.adaptiveThreshold(small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 41, 18)
    )
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    kept = stats[:, cv2.CC_STAT_AREA] >= 4
    kept[0] = False
    paper = np.where(kept[np.asarray(labels)], 0, 255).astype(np.uint8)
    encoded = io.BytesIO()
    Image.fromarray(paper).convert("1").save(encoded, "PNG", optimize=True)
    return base64.b64encode(encoded.getvalue()).decode("ascii")
