"""Handwriting on a document: moved, replaced, or put over something its writer never saw."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from io import BytesIO

import pikepdf
import pytest

from signing.envelope import open_bytes
from signing.handwriting import bind, synthetic_ink
from signing.ink_note import InkNote
from signing.ink_record import to_record
from signing.pades import FieldPlan, InkPlace, Level, SignRequest, in_order, inking
from signing.pades.document import open_document
from signing.pades.fields import prepare
from signing.pades.inking import write_ink
from signing.pades.signature import sign
from signing.verify.ink import same_ink
from signing.verify.pdf import verify_pdf
from signing.verify.verdict import Outcome, Verdict
from tests.helpers.papers import paper
from tests.helpers.pki import Pki

AT = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
PLACE = InkPlace(1, (60, 150, 90, 28), (150, 180, 40, 5))
FIELDS = in_order(FieldPlan("village", 1, (20, 220, 64, 22)), FieldPlan("township"))


def inked(pki: Pki, shown: bytes, seed: int = 1) -> bytes:
    """``shown`` with somebody's ink on it."""
    bound = bind(synthetic_ink(seed), hashlib.sha256(shown).digest())
    return write_ink(shown, bound, PLACE, AT, [pki.county.certificate])


def signed(pki: Pki, document: bytes) -> bytes:
    """Signed by the agent, whatever came onto it before."""
    request = SignRequest("village", Level.B_LT)
    return sign(prepare(document, FIELDS), pki.agent.key, request, stamps=pki.stamps,
                evidence=pki.evidence)  # fmt: skip


def verdict(pki: Pki, pdf: bytes) -> Verdict:
    return verify_pdf(pdf, pki.trust)


def codes(found: Verdict) -> set[str]:
    return {note.code for note in found.notes}


def test_ink_on_the_document_that_was_shown_is_good(pki: Pki) -> None:
    pdf = signed(pki, inked(pki, paper()))
    pdf = sign(pdf, pki.reviewer.key, SignRequest("township"))
    found = verdict(pki, pdf)
    assert found.good, found.reason
    with pikepdf.open(BytesIO(pdf)) as opened:
        sealed = opened.attachments["ink.p7m"].get_file().read_bytes()
    record = open_bytes(sealed, pki.county.opening)
    assert same_ink(pdf, record), "whoever has the archive's key sees that the strokes fit"
    other = to_record(bind(synthetic_ink(2), hashlib.sha256(paper()).digest()))
    assert not same_ink(pdf, other)


def _with(pki: Pki, document: bytes, **changed: bytes) -> bytes:
    """The document with other attachments of the same names, added by somebody who can write."""
    opened = open_document(document, "forged")
    names = opened.writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    for place in range(0, len(names), 2):
        key = str(names[place]).replace(".", "_")
        if key in changed:
            stream = names[place + 1].get_object()["/EF"].raw_get("/F")
            held = stream.get_object()
            held._data, held._encoded_data = changed[key], None
            opened.writer.mark_update(stream)
    return opened.written()


def test_ink_moved_to_another_document_is_found(pki: Pki) -> None:
    """All that belongs to the ink is taken from one document and put onto another."""
    theirs = inked(pki, paper())
    with pikepdf.open(BytesIO(theirs)) as opened:
        files = {n: opened.attachments[n].get_file().read_bytes() for n in ("ink.json", "ink.p7m")}
    victim = inked(pki, paper(seed=7, pages=3))
    moved = _with(pki, victim, ink_json=files["ink.json"], ink_p7m=files["ink.p7m"])
    found = verdict(pki, signed(pki, moved))
    assert found.outcome is Outcome.MODIFIED
    assert "ink_moved" in codes(found)
    assert "不是签在这份文件上" in found.reason.zh


@pytest.mark.parametrize("what", ["drawing", "strokes", "both"])
def test_ink_that_was_replaced_is_found(pki: Pki, what: str) -> None:
    document, other = inked(pki, paper()), inked(pki, paper(), seed=9)
    if what in ("strokes", "both"):
        with pikepdf.open(BytesIO(other)) as opened:
            sealed = opened.attachments["ink.p7m"].get_file().read_bytes()
        document = _with(pki, document, ink_p7m=sealed)
    if what in ("drawing", "both"):
        opened_ = open_document(document, "forged")
        page = opened_.writer.root["/Pages"]["/Kids"][1]
        form = page["/Resources"]["/XObject"].raw_get(inking.INK_NAME)
        form.get_object()._data = b"0 0 m 50 50 l 0 50 l h f\n"
        form.get_object()._encoded_data = None
        opened_.writer.mark_update(form)
        document = opened_.written()
    found = verdict(pki, signed(pki, document))
    assert found.outcome is Outcome.MODIFIED
    assert "ink_replaced" in codes(found)


@pytest.mark.parametrize("where", [0, 1])
def test_what_came_onto_a_page_after_it_was_shown_is_found(pki: Pki, where: int) -> None:
    """The agent shows one thing, lets it be signed by hand, adds a line, and signs with the key."""
    from pyhanko.pdf_utils import generic

    document = open_document(inked(pki, paper()), "forged")
    line = generic.StreamObject(stream_data=b"0 0 0 rg 100 600 300 20 re f\n")
    document.writer.add_stream_to_page(where, document.writer.add_object(line))
    found = verdict(pki, signed(pki, document.written()))
    assert found.outcome is Outcome.MODIFIED
    assert codes(found) == {"changed_after_shown"}
    assert "给申请人看过以后" in found.reason.zh


def test_a_note_that_says_nonsense_is_told_and_not_good(pki: Pki) -> None:
    document = _with(pki, inked(pki, paper()), ink_json=b'{"format":"yizhan-ink/2"}')
    found = verdict(pki, signed(pki, document))
    assert found.outcome is Outcome.INDETERMINATE
    assert codes(found) == {"ink_unreadable"}


@pytest.mark.parametrize("hidden", ["in a branch", "behind another"])
def test_ink_cannot_be_hidden_from_the_verifier(pki: Pki, hidden: str) -> None:
    """The list of attachments is rewritten so that only some programs find the note."""
    from pyhanko.pdf_utils import generic

    theirs = inked(pki, paper())
    with pikepdf.open(BytesIO(theirs)) as opened:
        note = opened.attachments["ink.json"].get_file().read_bytes()
    document = inked(pki, paper(3))
    if hidden == "in a branch":
        document = _with(pki, document, ink_json=note)
    opened_ = open_document(document, "forged")
    tree = opened_.writer.root["/Names"]["/EmbeddedFiles"]
    if hidden == "in a branch":
        names = tree["/Names"]
        branch = generic.DictionaryObject({generic.pdf_name("/Names"): names})
        del tree["/Names"]
        tree["/Kids"] = generic.ArrayObject([opened_.writer.add_object(branch)])
    else:
        tree["/Names"].extend(list(tree["/Names"])[:2])
    opened_.writer.update_container(tree)
    found = verdict(pki, signed(pki, opened_.written()))
    assert codes(found) & {"ink_moved", "ink_unreadable"} and not found.good


def test_a_strangers_file_of_the_same_name_is_none_of_our_business(pki: Pki) -> None:
    with pikepdf.open(BytesIO(paper())) as opened:
        opened.attachments["ink.json"] = b'{"brand": "blue-black"}'
        made = BytesIO()
        opened.save(made)
    found = verdict(pki, signed(pki, made.getvalue()))
    assert found.good, found.reason


def test_ink_is_not_put_on_a_document_that_was_not_shown(pki: Pki) -> None:
    bound = bind(synthetic_ink(1), hashlib.sha256(b"something else").digest())
    with pytest.raises(ValueError, match="another document"):
        write_ink(paper(), bound, PLACE, AT, [pki.county.certificate])


def test_a_note_reads_back_as_it_was_written() -> None:
    digest = "ab" * 32
    note = InkNote(
        shown_size=10, shown_sha256=digest, record_sha256=digest, sealed_sha256=digest,
        drawing_sha256=digest, page=3, signed_at=AT,
    )  # fmt: skip
    assert InkNote.from_bytes(note.to_bytes()) == note
