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
    pages = int(writer.root["/Pages"]["/Count"])
    if not -pages <= plan.page < pages:
        raise PageMissing(file=file, page=plan.page + 1, pages=pages)
    lock = permission = None
    if plan.closes:
        lock, permission = FieldMDPSpec(FieldMDPAction.ALL), MDPPerm.NO_CHANGES
    elif plan.locks:
        lock = FieldMDPSpec(FieldMDPAction.INCLUDE, list(plan.locks))
    page = writer.find_page_for_modification(plan.page)[0].get_object()
    return SigFieldSpec(
        plan.name,
        on_page=plan.page,
        box=_box_pt(plan.box_mm, page, file) if plan.box_mm else None,  # type: ignore[arg-type]
        field_mdp_spec=lock,
        doc_mdp_update_value=permission,
        readable_field_name=plan.label or None,
    )


def size_mm(field: Any) -> tuple[float, float]:
    """Width and height, in millimetres as shown, of a field's widget; (0, 0) when invisible."""
    left, bottom, right, top = (float(edge) for edge in field["/Rect"])
    page = entry(field, "/P", {})
    unit = float(inherited(page, "/UserUnit", 1)) / POINTS_PER_MM
    width, height = abs(right - left) * unit, abs(top - bottom) * unit
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


def _box_pt(
    box_mm: tuple[float, float, float, float], page: Any, file: str
) -> tuple[float, float, float, float]:
    media = inherited(page, "/MediaBox", (0, 0, 595, 842))
    edges = [float(edge) for edge in inherited(page, "/CropBox", media)]
    left, right = sorted(edges[0::2])
    bottom, top = sorted(edges[1::2])
    unit = POINTS_PER_MM / float(inherited(page, "/UserUnit", 1))
    x, y, width, height = (length * unit for length in box_mm)
    turned = rotation(page)
    shown = (right - left, top - bottom) if turned % 180 == 0 else (top - bottom, right - left)
    slack = 0.5  # points, for boxes that were computed to end on the edge
    if (
        min(width, height) <= 0
        or min(x, y) < -slack
        or x + width > shown[0] + slack
        or y + height > shown[1] + slack
    ):
        raise BoxOffPage(file=file)
    # The shown top left corner is another corner of the unrotated page for each turn.
    match turned:
        case 90:
            return (left + y, bottom + x, left + y + height, bottom + x + width)
        case 180:
            return (right - x - width, bottom + y, right - x, bottom + y + height)
        case 270:
            return (right - y - height, top - x - width, right - y, top - x)
        case _:
            return (left + x, top - y - height, left + x + width, top - y)
