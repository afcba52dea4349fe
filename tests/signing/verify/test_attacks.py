"""Every known way of changing a signed file is tried, and none of them is ever called good."""

from __future__ import annotations

import pytest
from pyhanko.sign.fields import MDPPerm

from signing.pades import Level
from signing.trust import TrustStore
from signing.verify.pdf import verify_pdf
from signing.verify.verdict import Nature, Outcome
from tests.helpers.attacks import ATTACKS, CATALOG, NOTE, PAGE_1, Victim, victim_pdf
from tests.helpers.pki import Pki
from tests.signing.verify.conftest import Foreign, signed

RED = {Outcome.MODIFIED, Outcome.BROKEN, Outcome.MALFORMED, Outcome.UNSIGNED}


@pytest.mark.parametrize("kind", ATTACKS)
def test_an_attacked_dossier_is_red(kind: str, dossier: bytes, root: TrustStore) -> None:
    attacked = ATTACKS[kind](Victim(dossier))
    assert attacked != dossier
    assert verify_pdf(attacked, root).outcome in RED


def test_the_victim_itself_is_valid(dossier: bytes, root: TrustStore) -> None:
    assert verify_pdf(dossier, root, policy="chain").outcome is Outcome.VALID


@pytest.mark.parametrize("kind", [kind for kind in ATTACKS if "shadow" in kind or "evil" in kind])
def test_a_later_signature_by_a_stranger_does_not_launder_a_change(
    kind: str, pki: Pki, dossier: bytes, root: TrustStore
) -> None:
    laundered = signed(pki, ATTACKS[kind](Victim(dossier)), pki.stranger, None, Level.B_T)
    verdict = verify_pdf(laundered, root)
    assert not verdict.good
    # Filling in a field is permitted to whoever signs next, and told.
    filled = any(c.nature is Nature.FILLED for c in verdict.signatures[0].changes)
    assert verdict.outcome in RED or filled


def test_a_strangers_signature_on_top_is_told(pki: Pki, dossier: bytes, root: TrustStore) -> None:
    verdict = verify_pdf(signed(pki, dossier, pki.stranger, None, Level.B_B), root)
    assert verdict.outcome is Outcome.UNTRUSTED
    assert [signature.outcome for signature in verdict.signatures][:3] == [Outcome.VALID] * 3


def test_a_note_is_red_even_where_notes_are_permitted(
    prepared: bytes, foreign: Foreign, root: TrustStore
) -> None:
    certified = foreign(prepared, certify=True, docmdp_permissions=MDPPerm.ANNOTATE)
    victim = Victim(certified)
    new = victim.next_number
    page = victim.source(PAGE_1).replace(b"/Annots [", b"/Annots [%d 0 R " % new)
    assert page != victim.source(PAGE_1)
    noted = victim.with_increment({new: NOTE, PAGE_1: page})

    verdict = verify_pdf(noted, root)

    assert verdict.outcome is Outcome.MODIFIED
    assert not verdict.signatures[0].modified_after, "the signature permits it, nobody signed it"


def test_a_prepared_cover_does_not_come_onto_a_page_as_a_signature_field(
    pki: Pki, root: TrustStore
) -> None:
    """Before signing there is a field on no page, with a look that would hide the text."""
    hidden = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(extra)/Rect[90 690 400 730]/AP<</N 6 0 R>>>>"
    plain = Victim(victim_pdf())
    new = plain.next_number
    catalog = plain.source(CATALOG).replace(b"/Fields[", b"/Fields[%d 0 R " % new)
    with_field = plain.with_increment({new: hidden, CATALOG: catalog})
    victim = Victim(signed(pki, with_field, pki.agent, None))
    assert verify_pdf(victim.pdf, root).good

    page = victim.source(PAGE_1)
    shown = page.replace(b"/Annots [", b"/Annots [%d 0 R " % new)
    assert shown != page
    assert verify_pdf(victim.with_increment({PAGE_1: shown}), root).outcome in RED


def test_wrapped_bytes_do_not_pass_for_the_signature(dossier: bytes, root: TrustStore) -> None:
    kind = next(kind for kind in ATTACKS if kind.startswith("wrapping: the gap"))
    verdict = verify_pdf(ATTACKS[kind](Victim(dossier)), root)
    county = next(s for s in verdict.signatures if s.field == "county")
    assert county.outcome is Outcome.BROKEN


def test_a_dossier_cut_back_to_the_villages_version_is_no_complete_chain(
    pki: Pki, dossier: bytes, village_only: bytes, root: TrustStore
) -> None:
    ends = verify_pdf(dossier, root).signatures[0].covered_end
    cut = dossier[:ends]
    assert verify_pdf(cut, pki.trust).good, "it is what the village signed"

    verdict = verify_pdf(cut, pki.trust, policy="chain")

    assert verdict.outcome is Outcome.INDETERMINATE
    assert "township" in verdict.reason.en or "village" in verdict.reason.en
