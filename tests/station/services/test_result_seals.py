"""Letters of more than one page carry the office's seal across their edges (骑缝章)."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest

from signing.placement import viewing
from signing.trust import load_trust
from signing.verify.pdf import verify_pdf
from station.domain.cases import ActionType
from station.wire.sealed import Reason
from tests.helpers.county import AGENT, REVIEWER, TOWNSHIP_ONLY, County
from tests.helpers.judges import openssl_accepts, pdfsig

DOTS = 4  # a millimetre


def shown(pdf: bytes, page: int) -> np.ndarray:  # type: ignore[type-arg]
    """A page as RGB."""
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    picture = document[page].render(scale=DOTS * 25.4 / 72, rev_byteorder=True).to_numpy()
    found = np.array(picture[:, :, :3]).astype(int)
    document.close()
    return found


def red(picture: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    found: np.ndarray = (picture[..., 0] > picture[..., 1] + 60) & (  # type: ignore[type-arg]
        picture[..., 0] > picture[..., 2] + 60
    )
    return found


def refused(county: County, reasons: int) -> bytes:
    """A refusal with so many reasons."""
    with county.desk(AGENT) as desk:
        case = county.handed_in(desk, TOWNSHIP_ONLY)
    told = [
        Reason(code="not-eligible", text=f"第 {n} 条原因，写得长一些，好让这一条占满两行纸面" * 2)
        for n in range(1, reasons + 1)
    ]
    result = county.decided(REVIEWER, case.id, ActionType.REFUSE, *told).result
    assert result is not None
    return result


def test_a_letter_of_several_pages_has_the_seal_across_its_edges_and_on_no_text(
    county: County, tmp_path: Path
) -> None:
    pdf = refused(county, 24)
    pages = len(pypdfium2.PdfDocument(pdf))
    assert pages >= 2
    pictures = [shown(pdf, page) for page in range(pages)]
    strip = 42 * DOTS // pages
    fanned = red(np.concatenate([picture[:, -strip:] for picture in pictures], axis=1))
    ys, xs = np.nonzero(fanned)
    assert (np.ptp(xs) / DOTS, np.ptp(ys) / DOTS) == pytest.approx((42, 42), abs=1.0)
    for picture in pictures:
        rows = np.nonzero(red(picture[:, -strip:]).any(axis=1))[0]
        part = picture[rows.min() : rows.max(), -strip:]
        black = (part.max(axis=2) < 110).any()
        assert not black, "the seal stands on no text"

    verdict = verify_pdf(pdf, load_trust([county.root]))
    assert verdict.good, verdict.reason
    assert len([s for s in verdict.signatures if not s.is_time_stamp]) == 2
    judged = pdfsig(pdf, tmp_path)
    assert [one.valid for one in judged] == [True, True]
    assert openssl_accepts(pdf, tmp_path, county.root, at=0)


def test_one_page_needs_no_seal_across_edges(county: County) -> None:
    pdf = refused(county, 1)
    assert len(pypdfium2.PdfDocument(pdf)) == 1
    assert not red(shown(pdf, 0)[:, -12 * DOTS :]).any()
    with viewing(pdf) as view:
        assert view.find("不予受理决定书")


def test_a_page_exchanged_in_a_sealed_letter_is_found(county: County) -> None:
    pdf = refused(county, 24)
    opened = pikepdf.open(BytesIO(pdf))
    del opened.pages[0]
    out = BytesIO()
    opened.save(out)
    assert not verify_pdf(out.getvalue(), load_trust([county.root])).good
