"""The pages of a form: blank for the pen, or filled as the applicant sees it.

Both are drawn from the same layout. The blank form carries squares and a code by which its picture
is found again; the filled one carries the case's number instead.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from datetime import datetime

from station.domain.items import FormField, ServiceItem
from station.domain.values import chosen
from station.dossier.book import Book
from station.dossier.marks import draw_code, draw_fiducial
from station.dossier.sheet import Align, Box, Sheet
from station.dossier.text import Style, width_mm
from station.dossier.typefaces import Face
from station.forms.layout import (
    LEFT,
    QR_MM,
    RIGHT,
    SIGN_DATE,
    SIGNATURE,
    FormLayout,
    PlacedField,
    layout,
)
from station.forms.values import printed

TITLE = Style(Face.SONG_BOLD, 20)
GROUP = Style(Face.HEI_BOLD, 10)
LABEL = Style(Face.SONG, 10.5, 1.25)
VALUE = Style(Face.HEI, 11.5, 1.35)
EMPTY = Style(Face.SONG, 10.5, grey=0.5)
OPTION = Style(Face.SONG, 10.5)
SMALL = Style(Face.SONG, 9, grey=0.25)
PROMISE = Style(Face.SONG, 10.5, 1.6)

_EDGE, _RULE = 0.5, 0.22
_SMALLEST_LINE = 9.5  # rather two lines than one that is smaller


def blank_form(item: ServiceItem, created: datetime) -> bytes:
    """The item's paper form, to be filled with a pen and photographed."""
    plan = layout(item)
    book = Book(plan.title, created, subject=plan.qr_text())
    for page in range(1, plan.pages + 1):
        sheet = book.sheet()
        for box in plan.fiducials_mm:
            draw_fiducial(sheet, box)
        draw_code(sheet, QR_MM, plan.qr_text(page))
        _heading(sheet, plan, page, left=f"{item.code}  第 {item.version} 版")
        _table(sheet, plan, page)
        _foot(
            sheet,
            page,
            plan.pages,
            "用黑色签字笔填写，选择的在方框里打“√”；拍照时四角的黑方块要齐。",
        )
    return book.write()


def original_form(item: ServiceItem, created: datetime) -> bytes:
    """The original paper of another office, from the print that the item keeps."""
    assert item.paper is not None, "the item has no paper of its own"
    book = Book(item.title, created)
    for picture in item.paper.prints:
        sheet = book.sheet(item.paper.page_mm)
        sheet.picture((0.0, 0.0, *item.paper.page_mm), _jpeg(picture))
    return book.write()


def _jpeg(picture: str) -> bytes:
    from PIL import Image

    encoded = io.BytesIO()
    with Image.open(io.BytesIO(base64.b64decode(picture))) as print_:
        print_.convert("L").save(encoded, "JPEG", quality=80)
    return encoded.getvalue()


def filled_form(
    book: Book,
    item: ServiceItem,
    values: Mapping[str, str],
    *,
    number: str,
    day: str,
    portrait: bytes | None = None,
) -> tuple[tuple[str, str], ...]:
    """The filled form's pages, at the end of ``book``.

    ``values`` are in normal form. Returns label and text of what was too long for its box; those
    boxes refer to the annex, which the caller must print.
    """
    plan = layout(item)
    too_long: list[tuple[str, str]] = []
    for page in range(1, plan.pages + 1):
        sheet = book.sheet()
        _heading(sheet, plan, page, left=f"办件编号：{number}", right=day)
        _table(sheet, plan, page, filled=True)
        for placed in plan.fields:
            if placed.page != page or placed.id in (SIGNATURE, SIGN_DATE):
                continue
            field = item.form_field(placed.id)
            too_long += _value(sheet, placed, field, values.get(placed.id, ""), len(too_long))
        if page == 1 and portrait is not None and plan.photo_mm is not None:
            _portrait(sheet, plan.photo_mm, portrait)
    return tuple(too_long)


def _heading(sheet: Sheet, plan: FormLayout, page: int, left: str, right: str = "") -> None:
    title = plan.title if page == 1 else f"{plan.title}（续）"
    room = 2 * (QR_MM[0] - 3.0 - sheet.width / 2)
    style = TITLE
    while width_mm(title, style) > room:
        style = style.sized(style.size - 0.5)
    sheet.text(sheet.width / 2, 32.0, title, style, Align.CENTRE)
    sheet.text(LEFT, 42.5, left, SMALL)
    if right:
        sheet.text(RIGHT, 42.5, right, SMALL, Align.RIGHT)


def _table(sheet: Sheet, plan: FormLayout, page: int, *, filled: bool = False) -> None:
    tops: list[float] = []
    bottoms: list[float] = []
    for bar in plan.groups:
        if bar.page == page:
            sheet.fill(bar.box_mm, 0.93)
            sheet.frame(bar.box_mm, _RULE)
            sheet.fit(bar.box_mm, bar.title, GROUP, padding=3.0)
            tops.append(bar.box_mm[1])
    for placed in plan.fields:
        if placed.page != page or placed.id in (SIGNATURE, SIGN_DATE):
            continue
        sheet.frame(placed.label_mm, _RULE)
        sheet.frame(placed.cell_mm, _RULE)
        sheet.fit(placed.label_mm, placed.label, LABEL, Align.CENTRE, padding=1.0)
        if placed.unit and not filled:
            _, y, _, height = placed.cell_mm
            x = placed.cell_mm[0] + placed.cell_mm[2] - 1.5
            sheet.text(x, y + height / 2 + 0.38 * LABEL.mm, placed.unit, LABEL, Align.RIGHT)
        for option in placed.options:
            sheet.frame(option.box_mm, 0.3)
            x, y, side, _ = option.box_mm
            sheet.text(x + side + 1.5, y + side / 2 + 0.38 * OPTION.mm, option.label, OPTION)
        tops.append(placed.cell_mm[1])
        bottoms.append(placed.cell_mm[1] + placed.cell_mm[3])
    if page == 1 and plan.photo_mm is not None:
        sheet.frame(plan.photo_mm, _RULE)
        if not filled:
            sheet.fit(plan.photo_mm, "照\n片", LABEL, Align.CENTRE)
        bottoms.append(plan.photo_mm[1] + plan.photo_mm[3])
    if page == plan.promise_page:
        tops.append(plan.promise_mm[1])
        bottoms.append(_promise(sheet, plan, filled=filled))
    if tops:
        sheet.frame((LEFT, min(tops), RIGHT - LEFT, max(bottoms) - min(tops)), _EDGE)


def _promise(sheet: Sheet, plan: FormLayout, *, filled: bool) -> float:
    """The declaration; on the filled form no place to sign. Returns where it ends."""
    x, y, width, height = plan.promise_mm
    bottom = sheet.paragraph(x + 4, y + 2.5, width - 8, plan.promise, PROMISE, indent_ems=2)
    if filled:
        text = "申请人的手写签名和各级签章，见本案卷“签章页”。"
        sheet.text(x + width - 4, bottom + 5.0, text, SMALL, Align.RIGHT)
        return bottom + 9.0
    signature, dated = plan.placed(SIGNATURE), plan.placed(SIGN_DATE)
    for placed in (signature, dated):
        _, top, _, tall = placed.label_mm
        sheet.text(
            placed.label_mm[0],
            top + tall / 2 + 0.38 * LABEL.mm,
            f"{placed.label}：",
            LABEL,
        )
    sheet.frame(signature.box_mm, 0.2, grey=0.55, dash=(1.2, 1.0))
    x, top, wide, tall = dated.box_mm
    sheet.text(x + wide, top + tall / 2 + 0.38 * LABEL.mm, "年      月      日", LABEL, Align.RIGHT)
    return y + height


def _value(
    sheet: Sheet, placed: PlacedField, field: FormField, value: str, annexed: int
) -> list[tuple[str, str]]:
    if placed.options:
        wanted = chosen(value)
        for option in placed.options:
            if option.value in wanted:
                sheet.tick(option.box_mm)
        return []
    room = _whole_cell(placed)
    if not value:
        sheet.fit(room, "—", EMPTY, Align.CENTRE)  # left empty on purpose, not forgotten
        return []
    text = printed(field, value)
    if field.lines == 1 and sheet.fit_line(room, text, VALUE, _SMALLEST_LINE):
        return []
    if sheet.fit(room, text, VALUE):
        return []
    sheet.fit(room, f"内容较长，见附页第 {annexed + 1} 项", VALUE, Align.CENTRE)
    return [(field.label, text)]


def _whole_cell(placed: PlacedField) -> Box:
    """The unit is printed with the value here, so the whole cell is free."""
    x, y, width, height = placed.cell_mm
    return (x + 1.0, y + 0.6, width - 2.0, height - 1.2)


def _portrait(sheet: Sheet, box: Box, jpeg: bytes) -> None:
    x, y, width, height = box
    sheet.contained((x + 1, y + 1, width - 2, height - 2), jpeg)


def _foot(sheet: Sheet, page: int, pages: int, text: str) -> None:
    sheet.text(LEFT + 2, 282.0, text, SMALL)
    sheet.text(RIGHT - 2, 282.0, f"第 {page} 页，共 {pages} 页", SMALL, Align.RIGHT)
