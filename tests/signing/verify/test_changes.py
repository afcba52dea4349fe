"""What was changed after a signature is told in plain words; only harm is held against anybody."""

from __future__ import annotations

import io
import re
import zlib

import pikepdf
import pytest

from signing.pades import FieldPlan, Level
from signing.pades.fields import prepare
from signing.trust import TrustStore
from signing.verify.pdf import verify_pdf
from signing.verify.verdict import Nature, Outcome, Verdict
from tests.helpers.attacks import (
    CATALOG,
    FIELD,
    FONT,
    LOOK,
    PAGE_1,
    SPARE,
    TEXT_1,
    TEXT_2,
    Victim,
    victim_pdf,
)
from tests.helpers.pki import Pki
from tests.signing.verify.conftest import STAGES, signed


def natures(verdict: Verdict, signature: int = 0) -> list[Nature]:
    return [change.nature for change in verdict.signatures[signature].changes]


def words(verdict: Verdict) -> str:
    return " ".join(change.remark.en for change in verdict.signatures[0].changes)


def test_each_later_signature_is_told_with_its_page(dossier: bytes, root: TrustStore) -> None:
    verdict = verify_pdf(dossier, root)
    assert [c.field for c in verdict.signatures[0].changes if c.nature is Nature.SIGNED] == [
        "township",
        "county",
    ]
    assert {c.page for c in verdict.signatures[0].changes if c.nature is Nature.SIGNED} == {1}


def test_a_field_filled_in_before_the_next_signature_is_told_with_both_values(
    pki: Pki, village_only: bytes
) -> None:
    victim = Victim(village_only)
    field = victim.source(FIELD).replace(b"(100)", b"(120)")
    look = victim.source(LOOK).replace(b"(100)", b"(120)")
    pdf = signed(pki, victim.with_increment({FIELD: field, LOOK: look}), pki.reviewer, "township")

    verdict = verify_pdf(pdf, pki.trust)

    assert verdict.outcome is Outcome.VALID
    assert "The form field amount on page 1 was changed from “100” to “120”." in words(verdict)


@pytest.mark.parametrize(("closes", "locks"), [(True, ()), (False, ("amount",))])
def test_a_field_that_a_signature_locks_may_not_be_filled_any_more(
    pki: Pki, closes: bool, locks: tuple[str, ...]
) -> None:
    plans = [
        FieldPlan("first", 0, (20, 220, 50, 20), closes=closes, locks=locks),
        FieldPlan("second", 0, (80, 220, 50, 20)),
    ]
    pdf = signed(pki, prepare(victim_pdf(), plans), pki.agent, "first", Level.B_B)
    assert verify_pdf(pdf, pki.trust).good

    victim = Victim(pdf)
    changed = victim.with_increment(
        {
            FIELD: victim.source(FIELD).replace(b"(100)", b"(120)"),
            LOOK: victim.source(LOOK).replace(b"(100)", b"(120)"),
        }
    )
    assert verify_pdf(changed, pki.trust).signatures[0].modified_after


def test_a_signature_under_a_closing_one_is_a_change(pki: Pki) -> None:
    plans = [FieldPlan("last", 0, (20, 220, 50, 20), closes=True)]
    closed = signed(pki, prepare(victim_pdf(), plans), pki.agent, "last", Level.B_B)
    open_plans = [FieldPlan("last", 0, (20, 220, 50, 20)), FieldPlan("more", 0, (80, 220, 50, 20))]
    both = signed(pki, prepare(victim_pdf(), open_plans), pki.agent, "last", Level.B_B)
    both = signed(pki, both, pki.reviewer, "more", Level.B_B)
    assert verify_pdf(both, pki.trust).good

    victim = Victim(closed)
    new = victim.next_number
    field = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(more)/Rect[0 0 0 0]/P 3 0 R/V %d 0 R>>" % (
        victim.signature_number("last")
    )
    catalog = re.sub(rb"/Fields\s*\[", b"/Fields [%d 0 R " % new, victim.source(CATALOG))
    verdict = verify_pdf(victim.with_increment({new: field, CATALOG: catalog}), pki.trust)
    assert not verdict.good
    assert verdict.signatures[0].modified_after


# What leaves every page as it was is not held against anybody.


def rewritten(victim: Victim) -> bytes:
    return victim.with_increment({n: victim.source(n) for n in (PAGE_1, TEXT_1, FONT)})


def freed_and_unused(victim: Victim) -> bytes:
    return victim.with_increment({}, freed=(SPARE,))


def renumbered(victim: Victim) -> bytes:
    new = victim.next_number
    page = re.sub(rb"(?<!\d)5 0 R", b"%d 0 R" % new, victim.source(PAGE_1))
    return victim.with_increment({new: victim.source(FONT), PAGE_1: page})


def recompressed(victim: Victim) -> bytes:
    with pikepdf.open(io.BytesIO(victim.pdf)) as pdf:
        text = pdf.get_object(TEXT_1, 0)
        assert isinstance(text, pikepdf.Stream)
        data = zlib.compress(text.read_bytes())
    body = b"<</Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream" % (len(data), data)
    return victim.with_increment({TEXT_1: body})


def unused_added(victim: Victim) -> bytes:
    return victim.with_increment({victim.next_number: b"<</Nobody/Refers/To/This>>"})


def described(victim: Victim) -> bytes:
    catalog = victim.source(CATALOG)[:-2] + b"/Version/2.0>>"
    return victim.with_increment({CATALOG: catalog})


def empty_increment(victim: Victim) -> bytes:
    return victim.with_increment({})


def hybrid(victim: Victim) -> bytes:
    """An increment whose table points to a cross-reference stream beside it."""
    new = victim.next_number
    plain = victim.with_increment({new: b"null"})
    root, size, start = Victim(plain).trailer
    body = bytearray(plain[:start])
    stream_at = len(body)
    row = (1).to_bytes(1, "big") + stream_at.to_bytes(4, "big") + b"\0"
    body += b"%d 0 obj\n<</Type/XRef/Size %d/W[1 4 1]/Index[%d 1]/Length 6>>\nstream\n" % (
        new + 1, size + 1, new + 1,
    )  # fmt: skip
    body += row + b"\nendstream\nendobj\n"
    table = len(body)
    previous = victim.trailer[2]
    body += b"xref\n%d 1\n%010d 00000 n \n" % (new, plain.rindex(b"%d 0 obj" % new))
    body += b"trailer\n<</Size %d/Root %b/Prev %d/XRefStm %d>>\n" % (
        size + 1, root, previous, stream_at,
    )  # fmt: skip
    return bytes(body + b"startxref\n%d\n%%%%EOF\n" % table)


def commented(victim: Victim) -> bytes:
    return victim.pdf + b"% sent by mail\n%%EOF\n"


INNOCENT = (
    rewritten, freed_and_unused, renumbered, recompressed, unused_added, empty_increment, hybrid,
    commented, described,
)  # fmt: skip


@pytest.mark.parametrize("change", INNOCENT, ids=lambda change: change.__name__)
def test_what_shows_on_no_page_is_not_held_against_the_signers_and_yet_told(
    change: object, dossier: bytes, root: TrustStore
) -> None:
    changed = change(Victim(dossier))  # type: ignore[operator]
    assert changed != dossier
    verdict = verify_pdf(changed, root)
    assert verdict.outcome is Outcome.INDETERMINATE, verdict.reason.en
    assert verdict.reason.code == "appended_idly"
    assert {signature.outcome for signature in verdict.signatures} == {Outcome.VALID}


def test_a_blank_line_behind_the_end_is_nobodys_concern(dossier: bytes, root: TrustStore) -> None:
    assert verify_pdf(dossier + b"\r\n", root).good


def test_a_changed_page_is_named(village_only: bytes, root: TrustStore) -> None:
    second = Victim(village_only).with_increment({TEXT_2: b"<</Length 0>>\nstream\n\nendstream"})
    verdict = verify_pdf(second, root)
    assert verdict.outcome is Outcome.MODIFIED
    assert verdict.reason.zh.endswith("第 2 页的内容变了。")


def test_stages_sign_in_any_field_order_without_disturbing_each_other(
    pki: Pki, prepared: bytes
) -> None:
    pdf = prepared
    for stage, person in zip(
        reversed(STAGES), (pki.agent, pki.reviewer, pki.approver), strict=True
    ):
        pdf = signed(pki, pdf, person, stage, Level.B_B)
    verdict = verify_pdf(pdf, pki.trust)
    assert verdict.good
    assert natures(verdict) == [Nature.SIGNED, Nature.SIGNED]
