"""Handwriting put onto the very bytes that its writer saw.

The document as shown stays the beginning of the file; ink, its date and its record are added behind
it in one increment, before anybody signs with a key. So whoever has the signed file also has what
was shown, to the byte, and sees that nothing but ink came onto the page (``verify.ink`` looks).

Attached are ``ink.json``, which names the digests, and ``ink.p7m``, the strokes themselves
(``ink_record``) in an envelope for those who may compare handwriting: the archive.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.appearance import MM, drawn
from signing.envelope import seal_bytes
from signing.fonts import FontStyle, reportlab_font
from signing.handwriting import BoundInk, Ink, operators
from signing.ink_note import DATE_NAME, INK_NAME, NOTE_FILE, RECORD_FILE, InkNote
from signing.ink_record import from_record, to_record
from signing.pades.document import Document, open_document, reading
from signing.pades.fields import points_per_mm, shown_matrix, shown_size
from signing.pades.plans import InkPlace

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

_MARGIN_MM = 1.5
_LARGEST_SCALE = 1.5  # of what was written


@dataclass(frozen=True, slots=True)
class _Date:
    """A date as an ``Appearance``, right-aligned."""

    text: str

    def draw(self, canvas: Canvas, width_mm: float, height_mm: float) -> None:
        """One line, as large as the box is high."""
        size = min(height_mm * MM, 10.5)
        font = reportlab_font(FontStyle.HEI)
        size *= min(1.0, width_mm * MM / max(1e-6, canvas.stringWidth(self.text, font, size)))
        canvas.setFont(font, size)
        canvas.drawRightString(width_mm * MM, height_mm * MM * 0.22, self.text)


def write_ink(
    shown: bytes,
    bound: BoundInk,
    place: InkPlace,
    at: datetime,
    seal_to: Sequence[bytes],
    *,
    file: str = "document",
) -> bytes:
    """The document with the ink on it. ``seal_to`` are the certificates (DER) of those who may
    open its record. ``ValueError`` when the ink was not put under these bytes."""
    if not bound.matches(hashlib.sha256(shown).digest()):
        raise ValueError("the ink was put under another document")
    record = to_record(bound)
    ink = from_record(record).ink  # what is drawn is what is kept, to the last digit
    drawing = operators(ink)
    sealed = seal_bytes(record, seal_to)
    note = InkNote(
        shown_size=len(shown),
        shown_sha256=bound.shown_digest.hex(),
        record_sha256=hashlib.sha256(record).hexdigest(),
        sealed_sha256=hashlib.sha256(sealed).hexdigest(),
        drawing_sha256=hashlib.sha256(drawing).hexdigest(),
        page=place.page,
        signed_at=at,
    )
    document = open_document(shown, file)
    with reading(file):
        _paint(document, ink, drawing, place, f"{at.year}年{at.month}月{at.day}日")
        _attach(document, NOTE_FILE, note.to_bytes(), "application/json", "手写签名的说明", at)
        _attach(document, RECORD_FILE, sealed, "application/pkcs7-mime", "手写签名的笔迹", at)
        return document.written()


def _paint(document: Document, ink: Ink, drawing: bytes, place: InkPlace, date: str) -> None:
    writer = document.writer
    page = writer.find_page_for_modification(place.page)[0].get_object()
    form = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): generic.ArrayObject(
                generic.FloatObject(round(edge, 3)) for edge in _bounds(ink)
            ),
            pdf_name("/Resources"): generic.DictionaryObject(),
        },
        stream_data=drawing,
    )
    form.compress()
    width, height = place.date_mm[2:]
    dated = PdfFileReader(BytesIO(drawn(_Date(date), round(width, 2), round(height, 2))))
    forms = {
        pdf_name(INK_NAME): writer.add_object(form),
        pdf_name(DATE_NAME): writer.import_page_as_xobject(dated),
    }
    unit = points_per_mm(page)
    _, page_height = shown_size(page)
    base = " ".join(f"{entry:g}" for entry in shown_matrix(page))
    scale, x, y = _fitted(ink, place.ink_mm)
    across, down = place.date_mm[0], place.date_mm[1] + height
    operations = (
        f"\nQ q {base} cm {unit * scale:.5f} 0 0 {unit * scale:.5f} "
        f"{x * unit:.3f} {page_height - y * unit:.3f} cm {INK_NAME} Do Q "
        f"q {base} cm {unit / MM:.5f} 0 0 {unit / MM:.5f} "
        f"{across * unit:.3f} {page_height - down * unit:.3f} cm {DATE_NAME} Do Q\n"
    )
    before = writer.add_object(generic.StreamObject(stream_data=b"q\n"))
    after = writer.add_object(generic.StreamObject(stream_data=operations.encode()))
    resources = generic.DictionaryObject({pdf_name("/XObject"): generic.DictionaryObject(forms)})
    writer.add_stream_to_page(place.page, before, prepend=True)
    writer.add_stream_to_page(place.page, after, resources)


def _bounds(ink: Ink) -> tuple[float, float, float, float]:
    left, top, right, bottom = ink.extent_mm
    return (left - 1, ink.height_mm - bottom - 1, right + 1, ink.height_mm - top + 1)


def _fitted(ink: Ink, box: tuple[float, float, float, float]) -> tuple[float, float, float]:
    """Scale, and where the pad's bottom left comes to lie (mm as shown, from the top left), so
    that what was written stands in the middle of ``box``."""
    left, top, right, bottom = ink.extent_mm
    x, y, width, height = box
    scale = min(
        (width - 2 * _MARGIN_MM) / max(right - left, 1.0),
        (height - 2 * _MARGIN_MM) / max(bottom - top, 1.0),
        _LARGEST_SCALE,
    )
    across = x + width / 2 - scale * (left + right) / 2
    down = y + height / 2 + scale * (ink.height_mm - (top + bottom) / 2)
    return scale, across, down


def _attach(
    document: Document, name: str, content: bytes, kind: str, what: str, at: datetime
) -> None:
    """Adds a file to those inside a PDF/A-3 (which says what it is to the document)."""
    writer, root = document.writer, document.writer.root
    stream = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/EmbeddedFile"),
            pdf_name("/Subtype"): pdf_name("/" + kind),
            pdf_name("/Params"): generic.DictionaryObject(
                {
                    pdf_name("/Size"): generic.NumberObject(len(content)),
                    pdf_name("/ModDate"): generic.pdf_date(at),
                }
            ),
        },
        stream_data=content,
    )
    stream.compress()
    held = generic.DictionaryObject({pdf_name("/F"): writer.add_object(stream)})
    held["/UF"] = held.raw_get("/F")
    spec = writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Filespec"),
                pdf_name("/F"): generic.pdf_string(name),
                pdf_name("/UF"): generic.pdf_string(name),
                pdf_name("/EF"): held,
                pdf_name("/Desc"): generic.TextStringObject(what),
                pdf_name("/AFRelationship"): pdf_name("/Data"),
            }
        )
    )
    names = _inside(writer, root, "/Names", generic.DictionaryObject)
    tree = _inside(writer, names, "/EmbeddedFiles", generic.DictionaryObject)
    listed = _inside(writer, tree, "/Names", generic.ArrayObject)
    listed.append(generic.pdf_string(name))  # behind eform.json, as a name tree is sorted
    listed.append(spec)
    writer.update_container(listed)
    related = _inside(writer, root, "/AF", generic.ArrayObject)
    related.append(spec)
    writer.update_container(related)


def _inside(writer: Any, holder: Any, key: str, kind: type) -> Any:
    if key not in holder:
        holder[key] = kind()
        writer.update_container(holder)
    return holder[key]
