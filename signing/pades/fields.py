"""Signature fields prepared in advance: one per approval stage, in true millimetres.

A stage that signs its own prepared field changes nothing else on the page, so the signature that
certified the document before it still permits what was done.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigFieldSpec,
    append_signature_field,
)

from signing.errors import DocumentNotSignable
from signing.pades.document import DocumentClosed, entry, open_document, reading
from signing.pades.plans import FieldPlan

POINTS_PER_MM = 72 / 25.4


class FieldTaken(DocumentNotSignable):
    cause = "It already has a field named {field}."
    remedy = "Give the new signature field another name."
    zh = ("{file} 没有签。", "里面已经有名为 {field} 的域。", "请换一个签名域名称。")


class PageMissing(DocumentNotSignable):
    cause = "It has no page {page}; it has {pages}."
    remedy = "Choose one of its pages."
    zh = ("{file} 没有签。", "没有第 {page} 页，一共 {pages} 页。", "请选择其中的一页。")


class BoxOffPage(DocumentNotSignable):
    cause = "The place for the signature does not lie on the page."
    remedy = "Choose a place on the page."
    zh = ("{file} 没有签。", "签名的位置不在页面上。", "请选择页面里面的位置。")


def prepare(pdf: bytes, fields: Sequence[FieldPlan], *, file: str = "document") -> bytes:
    """The PDF with an empty signature field for each plan, as one increment.

    Raises a ``DocumentNotSignable`` when it is already signed, or a field's name or place is bad.
    """
    document = open_document(pdf, file)
    if document.signed:
        raise DocumentClosed(file=file)
    taken = {field.name for field in document.fields}
    with reading(file):
        for plan in fields:
            if plan.name in taken:
                raise FieldTaken(file=file, field=plan.name)
            taken.add(plan.name)
            append_signature_field(document.writer, field_spec(plan, document.writer, file))
        return document.written()


def field_spec(plan: FieldPlan, writer: IncrementalPdfFileWriter, file: str) -> SigFieldSpec:
    """A plan in pyHanko's terms: points from the bottom left of the unrotated page."""
    _check_page(writer, plan.page, file)
    lock = permission = None
    if plan.closes:
        lock, permission = FieldMDPSpec(FieldMDPAction.ALL), MDPPerm.NO_CHANGES
    elif plan.leaves is not None:
        lock = FieldMDPSpec(FieldMDPAction.EXCLUDE, list(plan.leaves))
    elif plan.locks:
        lock = FieldMDPSpec(FieldMDPAction.INCLUDE, list(plan.locks))
    return SigFieldSpec(
        plan.name,
        on_page=plan.page,
        box=_box(plan, writer, file),  # type: ignore[arg-type]
        field_mdp_spec=lock,
        doc_mdp_update_value=permission,
        readable_field_name=plan.label or None,
    )


def size_mm(field: Any) -> tuple[float, float]:
    """Width and height, in millimetres as shown, of a field's widget; (0, 0) when invisible."""
    left, bottom, right, top = (float(edge) for edge in field["/Rect"])
    page = entry(field, "/P", {})
    unit = points_per_mm(page)
    width, height = abs(right - left) / unit, abs(top - bottom) / unit
    return (height, width) if rotation(page) % 180 else (width, height)


def rotation(page: Any) -> int:
    """How far a page is turned clockwise when shown: 0, 90, 180 or 270."""
    return int(inherited(page, "/Rotate", 0)) % 360


def inherited(page: Any, key: str, default: Any) -> Any:
    """An inheritable page attribute (ISO 32000-1, table 30)."""
    node = page
    for _ in range(64):  # a page tree that is deeper is a loop
        if key in node:
            return node[key]
        if "/Parent" not in node:
            break
        node = node["/Parent"]
    return default


def _check_page(writer: IncrementalPdfFileWriter, number: int, file: str) -> None:
    pages = int(writer.root["/Pages"]["/Count"])
    if not -pages <= number < pages:
        raise PageMissing(file=file, page=number + 1, pages=pages)


def _box(
    plan: FieldPlan, writer: IncrementalPdfFileWriter, file: str
) -> tuple[float, float, float, float] | None:
    """The field's box in points; for an invisible one no page is looked for, which takes time."""
    if plan.box_mm is None:
        return None
    page = writer.find_page_for_modification(plan.page)[0].get_object()
    return _box_pt(plan.box_mm, page, file)


def _box_pt(
    box_mm: tuple[float, float, float, float], page: Any, file: str
) -> tuple[float, float, float, float]:
    x, y, width, height = (length * points_per_mm(page) for length in box_mm)
    shown_width, shown_height = shown_size(page)
    x, y = x + shown_width * (x < 0), y + shown_height * (y < 0)
    slack = 0.5  # points, for boxes that were computed to end on the edge
    if (
        min(width, height) <= 0
        or min(x, y) < -slack
        or x + width > shown_width + slack
        or y + height > shown_height + slack
    ):
        raise BoxOffPage(file=file)
    left, bottom, right, top = _visible(page)
    # The shown top left corner is another corner of the unrotated page for each turn.
    match rotation(page):
        case 90:
            return (left + y, bottom + x, left + y + height, bottom + x + width)
        case 180:
            return (right - x - width, bottom + y, right - x, bottom + y + height)
        case 270:
            return (right - y - height, top - x - width, right - y, top - x)
        case _:
            return (left + x, top - y - height, left + x + width, top - y)


def _visible(page: Any) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of what a reader shows of the unrotated page, in points."""
    media = [float(edge) for edge in inherited(page, "/MediaBox", (0, 0, 595, 842))]
    crop = [float(edge) for edge in inherited(page, "/CropBox", media)]
    left, right = max(min(media[0::2]), min(crop[0::2])), min(max(media[0::2]), max(crop[0::2]))
    bottom, top = max(min(media[1::2]), min(crop[1::2])), min(max(media[1::2]), max(crop[1::2]))
    return left, bottom, right, top


def shown_size(page: Any) -> tuple[float, float]:
    """Width and height of the page as it is shown, in points."""
    left, bottom, right, top = _visible(page)
    if rotation(page) % 180:
        return top - bottom, right - left
    return right - left, top - bottom


def shown_matrix(page: Any) -> tuple[float, float, float, float, float, float]:
    """From points as shown, counted from the bottom left, to points of the unrotated page."""
    left, bottom, right, top = _visible(page)
    match rotation(page):
        case 90:
            return (0, 1, -1, 0, right, bottom)
        case 180:
            return (-1, 0, 0, -1, right, top)
        case 270:
            return (0, -1, 1, 0, left, top)
        case _:
            return (1, 0, 0, 1, left, bottom)


def points_per_mm(page: Any) -> float:
    """How many units of the page make a millimetre."""
    return POINTS_PER_MM / float(inherited(page, "/UserUnit", 1))
