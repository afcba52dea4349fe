"""What was changed is shown: the page, the place, and how it looked before."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from signing.trust import TrustStore
from signing.verify.files import verify_any
from signing.verify.pdf import verify_pdf
from signing.verify.pictures import pictures, pictures_apart, revisions
from signing.verify.report import report_pdf
from signing.verify.verdict import Outcome
from tests.helpers.attacks import ATTACKS, Victim
from tests.helpers.pki import Pki
from tests.signing.verify.conftest import signed

TEXT_EXCHANGED = "incremental saving: the text of a page is exchanged"
FIELD_EXCHANGED = "shadow: a form field gets another value after the last signature"


@pytest.fixture(scope="module")
def changed(dossier: bytes) -> bytes:
    return ATTACKS[TEXT_EXCHANGED](Victim(dossier))


def test_a_changed_text_is_shown_before_and_after(changed: bytes, root: TrustStore) -> None:
    verdict = verify_pdf(changed, root)
    (picture,) = pictures(changed, verdict)
    assert picture.page == 1
    left, top, right, bottom = picture.region
    # One digit differs, behind four letters that stand 100 and 700 points from the edges.
    assert left < 160 / 595 < right
    assert top < (842 - 700) / 842 < bottom
    assert picture.before is not None
    assert picture.after is not None
    before, after = (Image.open(io.BytesIO(png)) for png in (picture.before, picture.after))
    assert before.size == after.size
    assert before.tobytes() != after.tobytes()
    assert pictures_apart(changed, verdict) == (picture,)


def test_later_stages_are_no_change_of_the_page(dossier: bytes, root: TrustStore) -> None:
    assert pictures(dossier, verify_pdf(dossier, root)) == ()


def test_an_added_page_has_no_picture_from_before(dossier: bytes, root: TrustStore) -> None:
    added = ATTACKS["incremental saving: a page is added"](Victim(dossier))
    (picture,) = pictures(added, verify_pdf(added, root))
    assert (picture.page, picture.before) == (3, None)


def test_the_file_as_it_was_signed_can_be_got_back(changed: bytes, root: TrustStore) -> None:
    states = revisions(changed, verify_pdf(changed, root))
    assert states is not None
    assert verify_pdf(states[0], root).good
    assert revisions(states[0], verify_pdf(states[0], root)) is None


def test_a_changed_field_names_its_page_and_place(dossier: bytes, root: TrustStore) -> None:
    verdict = verify_pdf(ATTACKS[FIELD_EXCHANGED](Victim(dossier)), root)
    told = [c for s in verdict.to_json("en")["signatures"] for c in s["changes"]]
    assert {"nature": "filled", "page": 1, "region": [100.0, 500.0, 200.0, 520.0]}.items() <= next(
        c for c in told if c["nature"] == "filled"
    ).items()


def test_the_report_shows_it_and_can_be_signed_itself(
    pki: Pki, changed: bytes, root: TrustStore, tmp_path: Path
) -> None:
    path = tmp_path / "changed.pdf"
    path.write_bytes(changed)
    verdict = verify_any(path, root)
    report = report_pdf([verdict], datetime.now(UTC), "en")
    with pypdfium2.PdfDocument(report) as opened:
        shown = [o for page in opened for o in page.get_objects() if o.type == 3]
        words = "".join(page.get_textpage().get_text_bounded() for page in opened)
    assert len(shown) == 2, "before and after"
    assert "As it was signed" in words

    own = verify_pdf(signed(pki, report, pki.auditor, None), root)
    assert own.outcome is Outcome.VALID
    assert own.signatures[0].signer == "周静"
