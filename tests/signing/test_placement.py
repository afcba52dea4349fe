"""Where seals go: at words, beside words, across pages; measured on what PDFium draws."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageDraw
from reportlab.pdfgen.canvas import Canvas

from signing.appearance import OfficialSeal, Picture
from signing.fonts import FontStyle, reportlab_font
from signing.pades import FieldPlan, SignRequest
from signing.pades.riding import Riding, RidingNeedsPages, RidingTooLate, groups
from signing.pades.signature import sign
from signing.placement import viewing
from tests.helpers.judges import pdfsig
from tests.helpers.pki import Pki

SEAL = OfficialSeal("邱县行政审批局", "行政审批专用章")
DOTS = 10  # to the millimetre
A4 = (210.0, 297.0)


def letter(
    pages: int = 1, *, turned: int = 0, words: str = "邱县行政审批局", at: float = 200
) -> bytes:
    """Pages with lines of text above and ``words`` in their middle, ``at`` points from below."""
    made = BytesIO()
    canvas = Canvas(made, pagesize=(595.28, 841.89), invariant=1)
    for _ in range(pages):
        canvas.setFont(reportlab_font(FontStyle.HEI), 12)
        for line in range(400, 780, 20):
            canvas.drawString(70, line, "申请材料齐全，符合法定形式，予以受理。" * 2)
        canvas.drawString(300, at, words)
        canvas.setPageRotation(turned)
        canvas.scale(0.5, 0.5)  # a page that leaves its matrix changed behind
        canvas.showPage()
    canvas.save()
    return made.getvalue()


def shown(pdf: bytes, page: int = 0) -> np.ndarray:  # type: ignore[type-arg]
    """The page as PDFium draws it, RGB, ten dots to the millimetre."""
    with pypdfium2.PdfDocument(pdf) as document:
        document.init_forms()
        drawn = document[page]
        picture = drawn.render(scale=DOTS * 25.4 / 72).to_pil().convert("RGB")
        drawn.close()
    return np.asarray(picture).astype(int)


def red(picture: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    """Where the seal's red is, on white or, darker, on black."""
    found: np.ndarray = picture[..., 0] - picture[..., 1] > 60  # type: ignore[type-arg]
    return found


def extent(mask: np.ndarray) -> tuple[float, float, float, float]:  # type: ignore[type-arg]
    """Left, top, right and bottom in millimetres."""
    ys, xs = np.nonzero(mask)
    left, top, right, bottom = xs.min(), ys.min(), xs.max() + 1, ys.max() + 1
    return left / DOTS, top / DOTS, right / DOTS, bottom / DOTS


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_word_is_found_where_the_reader_shows_it_however_the_page_is_turned(turned: int) -> None:
    pdf = letter(2, turned=turned)
    with viewing(pdf) as view:
        hits = view.find("邱县行政审批局")
    assert [hit.page for hit in hits] == [0, 1]
    dark = shown(pdf).min(axis=2) < 128
    x, y, width, height = (round(edge * DOTS) for edge in hits[0].box_mm)
    assert dark[y : y + height, x : x + width].mean() > 0.1
    dark[y - 3 : y + height + 3, x - 3 : x + width + 3] = False
    around = dark[max(0, y - 40) : y + height + 40, max(0, x - 40) : x + width + 40]
    assert not around.any(), "nothing of the word lies outside the box"


def test_what_a_seal_would_cover_is_measured_and_read() -> None:
    with viewing(letter()) as view:
        (hit,) = view.find("邱县行政审批局")
        over = view.under(0, (25, 25, 42, 42))
        assert over.ink > 0.05 and "材料齐全" in over.text
        assert not view.under(0, (100, 245, 42, 42)).matters
        x, y = hit.centre_mm
        at_the_word = (x - 21, y - 21, 42.0, 42.0)
        assert view.under(0, at_the_word).matters
        assert not view.under(0, at_the_word, but=hit.box_mm).matters, "it is meant to cover that"


def test_a_scan_has_ink_without_any_text() -> None:
    picture = Image.new("L", (840, 1188), 225)  # grey paper
    ImageDraw.Draw(picture).text((200, 200), "申", fill=70, font_size=80)
    made = BytesIO()
    canvas = Canvas(made, pagesize=(595.28, 841.89))
    from reportlab.lib.utils import ImageReader

    canvas.drawImage(ImageReader(picture), 0, 0, 595.28, 841.89)
    canvas.save()
    with viewing(made.getvalue()) as view:
        under = view.under(0, (45, 45, 42, 42))
        assert under.ink > 0.004 and under.text == ""
        assert not view.under(0, (120, 200, 42, 42)).matters


def test_the_free_place_is_the_nearest_one_and_free() -> None:
    with viewing(letter()) as view:
        place = view.free_place(0, (42, 42), (60, 60))
        assert place is not None
        assert not view.under(0, place).matters
        assert place[1] == pytest.approx(297 - 400 / 72 * 25.4, abs=4), "right below the lines"
        assert view.free_place(0, (200, 200), (60, 60)) is None


@dataclass
class _Signed:
    pki: Pki

    def __call__(self, pdf: bytes, seal: object, box: tuple[float, float, float, float]) -> bytes:
        request = SignRequest(appearance=seal, place=FieldPlan(box_mm=box))  # type: ignore[arg-type]
        return sign(pdf, self.pki.agent.key, request)


def scanned_seal(size: int = 700, margin: int = 90) -> bytes:
    """A red ring on white paper with much white around it, as somebody scanned it."""
    picture = Image.new("RGB", (size + 200, size), (254, 253, 252))
    ring = (margin + 100, margin, size + 100 - margin, size - margin)
    ImageDraw.Draw(picture).ellipse(ring, outline=(205, 10, 20), width=24)
    made = BytesIO()
    picture.save(made, "JPEG", quality=92)
    return made.getvalue()


def test_a_scanned_seal_of_42_mm_is_42_mm_and_leaves_black_text_black(pki: Pki) -> None:
    pdf = letter()
    before = shown(pdf)
    after = shown(_Signed(pki)(pdf, Picture(scanned_seal(), size_mm=42), (30, 30, 60, 50)))
    left, top, right, bottom = extent(red(after) & ~red(before))
    assert (right - left, bottom - top) == pytest.approx((42, 42), abs=0.3)
    assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx((60, 55), abs=0.3)
    black = before.max(axis=2) < 40
    assert after[black].max() < 60, "what was black is black under the ring and under its paper"


@pytest.mark.parametrize("turned", [0, 90, 270])
def test_the_slices_of_a_riding_seal_make_one_seal_when_the_pages_are_fanned(
    pki: Pki, turned: int, tmp_path: Path
) -> None:
    pages = 3
    pdf = sign(letter(pages, turned=turned), pki.agent.key, SignRequest(riding=Riding(SEAL)))
    strip = 42 * DOTS // pages
    pictures = [shown(pdf, page) for page in range(pages)]
    fanned = np.concatenate([picture[:, -strip:] for picture in pictures], axis=1)
    left, top, right, bottom = extent(red(fanned))
    assert (right - left, bottom - top) == pytest.approx((42, 42), abs=0.6)
    assert (top + bottom) / 2 == pytest.approx(fanned.shape[0] / DOTS / 2, abs=0.3)
    for picture in pictures:
        elsewhere = picture[:, : -strip - 2]  # pages are no whole number of dots wide
        assert not red(elsewhere).any(), "and nothing elsewhere on the page"
    (judged,) = pdfsig(pdf, tmp_path, pki.nss_db)
    assert judged.valid and judged.whole_document


def test_many_pages_get_several_seals_and_none_stands_alone() -> None:
    for pages in range(2, 400):
        parts = list(groups(pages, Riding(SEAL).most))
        assert [page for part in parts for page in part] == list(range(pages))
        assert all(2 <= len(part) <= 12 for part in parts)


def test_a_riding_seal_comes_with_the_first_signature_or_not_at_all(pki: Pki) -> None:
    with pytest.raises(RidingNeedsPages):
        sign(letter(1), pki.agent.key, SignRequest(riding=Riding(SEAL)))
    signed = sign(letter(2), pki.agent.key, SignRequest(certify=False))
    with pytest.raises(RidingTooLate) as refused:
        sign(signed, pki.agent.key, SignRequest(riding=Riding(SEAL)))
    assert "骑缝章" in refused.value.sentence("zh")


def test_the_fonts_of_a_drawn_signature_are_embedded(pki: Pki, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(_Signed(pki)(letter(), SEAL, (30, 200, 42, 42)))
    words = ["pdffonts", "a.pdf"]
    told = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    fonts = told.splitlines()[2:]
    embedded: Callable[[str], str] = lambda line: line.split()[-5]  # noqa: E731
    names = [line for line in fonts if not line.startswith("Helvetica")]  # of the page itself
    assert names and all(embedded(line) == "yes" for line in names)
