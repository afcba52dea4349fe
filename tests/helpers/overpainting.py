"""A document that somebody changed after it was signed: a patch of the first page painted over."""

from __future__ import annotations

import io


def overpainted(
    pdf: bytes, page: int = 0, box: tuple[float, float, float, float] = (180, 560, 120, 18)
) -> bytes:
    """The file with one more increment in which ``box`` (points, origin bottom left) is white and
    says 800 instead of what stood there."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    found, _ = writer.find_page_for_modification(page)
    leaf = found.get_object()
    x, y, wide, high = box
    patch = generic.StreamObject(
        stream_data=(
            f"q 1 1 1 rg {x} {y} {wide} {high} re f 0 0 0 rg "
            f"BT /Patch 13 Tf {x + 4} {y + 4} Td (800) Tj ET Q"
        ).encode()
    )
    contents = leaf.raw_get("/Contents")
    listed = list(contents) if isinstance(contents, generic.ArrayObject) else [contents]
    leaf[generic.pdf_name("/Contents")] = generic.ArrayObject([*listed, writer.add_object(patch)])
    resources = leaf["/Resources"]
    fonts = resources.setdefault(generic.pdf_name("/Font"), generic.DictionaryObject())
    fonts = fonts.get_object()
    fonts[generic.pdf_name("/Patch")] = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Font"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/Type1"),
            generic.pdf_name("/BaseFont"): generic.pdf_name("/Helvetica"),
        }
    )
    writer.update_container(resources)
    writer.update_container(leaf)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
