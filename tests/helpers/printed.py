"""Looking at PDFs the way a reader does: rendered pages and the text on them."""

from __future__ import annotations

from PIL import Image

DPI = 150
_MM = DPI / 25.4


def rendered(pdf: bytes, page: int = 0) -> Image.Image:
    """A page (from 0) as a grey picture at 150 dpi."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    sheet = document[page]
    picture: Image.Image = sheet.render(scale=DPI / 72).to_pil().convert("L")
    sheet.close()
    document.close()
    return picture


def texts(pdf: bytes) -> list[str]:
    """The text of each page, blanks and line ends taken out."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    found = []
    for sheet in document:
        content = sheet.get_textpage()
        found.append("".join(content.get_text_bounded().split()))
        content.close()
        sheet.close()
    document.close()
    return found


def part(
    picture: Image.Image, box: tuple[float, float, float, float], inset: float = 0.5
) -> Image.Image:
    """What is printed in a box of millimetres, without its edge."""
    x, y, width, height = box
    return picture.crop(
        (
            round((x + inset) * _MM),
            round((y + inset) * _MM),
            round((x + width - inset) * _MM),
            round((y + height - inset) * _MM),
        )
    )


def is_blank(picture: Image.Image) -> bool:
    """Whether nothing is printed there."""
    darkest, _ = picture.getextrema()
    return float(str(darkest)) > 245
