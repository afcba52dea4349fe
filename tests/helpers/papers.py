"""PDFs to sign, made on the spot."""

from __future__ import annotations

from io import BytesIO
from random import Random

from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas


def paper(pages: int = 2, *, picture: bool = False, seed: int = 0) -> bytes:
    """A plain PDF of A4 pages; with ``picture`` about 0.25 MB of noise on each, like a scan."""
    chance = Random(seed)
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(595.28, 841.89), invariant=1)
    for number in range(pages):
        canvas.drawString(72, 780, f"page {number + 1}")
        if picture:
            noise = Image.frombytes("RGB", (300, 280), chance.randbytes(300 * 280 * 3))
            canvas.drawImage(ImageReader(noise), 72, 200, 400, 380)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()
