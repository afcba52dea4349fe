"""What an auditor is told: who signed, when, with which right, and why not to believe it."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pikepdf
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign.fields import SigSeedSubFilter

from signing.pades import Level
from signing.pades.longterm import prolong
from signing.trust import TrustStore
from signing.verify.pdf import verify_file, verify_pdf
from signing.verify.verdict import Outcome, Trust, Verdict
from tests.helpers.attacks import victim_pdf
from tests.helpers.pki import Pki
from tests.signing.verify.conftest import STAGES, Foreign, signed


def codes(verdict: Verdict) -> set[str]:
    return {p.code for s in (*verdict.signatures, *verdict.time_stamps) for p in s.problems}


def test_a_dossier_tells_who_signed_in_which_unit_and_role_and_when(
    pki: Pki, dossier: bytes, root: TrustStore
) -> None:
    verdict = verify_pdf(dossier, root, policy="chain")

    assert verdict.outcome is Outcome.VALID
    assert [(s.signer, s.unit, s.role) for s in verdict.signatures] == [
        (p.holder.name, p.holder.unit, p.holder.role)
        for p in (pki.agent, pki.reviewer, pki.approver)
    ]
    for finding in verdict.signatures:
        assert (finding.time_source, finding.level) == ("timestamp", "B-LT")
        assert finding.algorithm == "RSA-2048 SHA-256"
        assert finding.intact and not finding.modified_after and not finding.problems
        assert finding.trust is Trust.TRUSTED
        assert finding.time and abs(finding.time - datetime.now(UTC)) < timedelta(hours=1)
    assert [s.covers_file for s in verdict.signatures] == [False, False, True]
    assert [s.certifies for s in verdict.signatures] == [True, False, False]
    assert verdict.pages == 2


def test_the_json_has_every_member_that_scripts_rely_on(dossier: bytes, root: TrustStore) -> None:
    told = verify_pdf(dossier, root, file="a.pdf").to_json("en")
    assert told["file"] == "a.pdf"
    assert told["verdict"] == "valid"
    assert {"reason", "signatures", "chain"} <= told.keys()
    assert {
        "signer", "unit", "role", "time", "time_source", "level", "algorithm", "intact",
        "covers_file", "modified_after", "trust", "problems",
    } <= told["signatures"][0].keys()  # fmt: skip
    assert told["signatures"][0]["time"].endswith("+08:00")


@pytest.mark.parametrize("level", list(Level))
def test_each_level_is_recognised(pki: Pki, prepared: bytes, level: Level) -> None:
    pdf = signed(pki, prepared, pki.agent, "village", level)
    verdict = verify_pdf(pdf, pki.trust)
    assert verdict.outcome is Outcome.VALID
    assert verdict.signatures[0].level == level
    assert len(verdict.time_stamps) == (level is Level.B_LTA)


@pytest.mark.parametrize("kind", ["rsa2048", "rsa3072", "p256", "p384", "ed25519"])
def test_every_kind_of_key_is_believed(pki: Pki, prepared: bytes, kind: str) -> None:
    person = pki.person("许言", kind=kind)  # type: ignore[arg-type]
    pdf = signed(pki, prepared, person, "village", Level.B_B)
    verdict = verify_pdf(pdf, pki.trust)
    assert (verdict.outcome, verdict.signatures[0].signer) == (Outcome.VALID, "许言")


def test_without_a_root_nobody_is_believed(dossier: bytes) -> None:
    verdict = verify_pdf(dossier, TrustStore())
    assert verdict.outcome is Outcome.UNTRUSTED
    assert all(s.intact and s.time_source == "signer" for s in verdict.signatures)


def test_without_evidence_it_cannot_be_settled(pki: Pki, prepared: bytes, root: TrustStore) -> None:
    pdf = signed(pki, prepared, pki.agent, "village", Level.B_B)
    assert verify_pdf(pdf, root).outcome is Outcome.INDETERMINATE
    assert verify_pdf(pdf, pki.trust).outcome is Outcome.VALID, "with revocation lists at hand"


def test_a_revoked_signer_is_named(pki: Pki, prepared: bytes) -> None:
    pdf = signed(pki, prepared, pki.revoked, "village", Level.B_T)
    verdict = verify_pdf(pdf, pki.trust)
    assert verdict.outcome is Outcome.UNTRUSTED
    assert verdict.signatures[0].trust is Trust.REVOKED
    assert "吊销" in verdict.reason.zh and "郑旧" in verdict.reason.zh


def test_a_revocation_later_than_a_stamped_signature_leaves_it_good(
    pki: Pki, prepared: bytes
) -> None:
    person = pki.person("何早")
    pdf = signed(pki, prepared, person, "village", Level.B_LT)
    later = datetime.now(UTC) + timedelta(days=1)
    pki.authority.revoke(person.certificate, at=later)

    verdict = verify_pdf(pdf, pki.trust, at=later + timedelta(hours=1))

    assert verdict.signatures[0].trust is Trust.TRUSTED
    assert verdict.outcome is Outcome.VALID


def test_the_same_name_from_another_authority_is_nobody(pki: Pki, prepared: bytes) -> None:
    pdf = signed(pki, prepared, pki.stranger, "village", Level.B_B)
    verdict = verify_pdf(pdf, pki.trust)
    assert verdict.outcome is Outcome.UNTRUSTED
    assert verdict.signatures[0].signer == pki.agent.holder.name


def test_years_later_a_stamped_signature_still_counts(dossier: bytes, root: TrustStore) -> None:
    later = datetime.now(UTC) + timedelta(days=3 * 365)  # the people's certificates are expired
    assert verify_pdf(dossier, root, at=later).outcome is Outcome.VALID


def test_years_later_an_unstamped_signature_does_not(pki: Pki, prepared: bytes) -> None:
    pdf = signed(pki, prepared, pki.agent, "village", Level.B_B)
    later = datetime.now(UTC) + timedelta(days=3 * 365)
    verdict = verify_pdf(pdf, pki.trust, at=later)
    assert verdict.outcome is Outcome.INDETERMINATE
    assert codes(verdict) == {"expired_unproven"}


def test_once_the_stampers_certificate_ran_out_it_takes_a_newer_stamp(
    archived: bytes, root: TrustStore
) -> None:
    later = datetime.now(UTC) + timedelta(days=12 * 365)
    verdict = verify_pdf(archived, root, at=later)
    assert verdict.outcome is Outcome.INDETERMINATE
    assert "stamp_expired" in codes(verdict)


def test_a_plain_signature_is_completed_for_the_long_term(
    pki: Pki, prepared: bytes, root: TrustStore
) -> None:
    pdf = signed(pki, prepared, pki.agent, "village", Level.B_B)
    kept = prolong(pdf, stamps=pki.stamps, evidence=pki.evidence)
    verdict = verify_pdf(kept, root)
    assert (verdict.outcome, verdict.signatures[0].level) == (Outcome.VALID, "B-LTA")
    assert verdict.signatures[0].time_source == "signer", "the stamp says by when, not when"


def test_a_signature_from_the_future_is_doubted(pki: Pki, prepared: bytes) -> None:
    ahead = datetime.now(UTC) + timedelta(days=2)
    pdf = signed(pki, prepared, pki.agent, "village", Level.B_B, at=ahead)
    assert verify_pdf(pdf, pki.trust).outcome is Outcome.INDETERMINATE
    assert "from_the_future" in codes(verify_pdf(pdf, pki.trust))


def test_another_programs_signature_is_good_too(
    pki: Pki, prepared: bytes, foreign: Foreign
) -> None:
    for sub_filter in (SigSeedSubFilter.ADOBE_PKCS7_DETACHED, SigSeedSubFilter.PADES):
        verdict = verify_pdf(foreign(prepared, subfilter=sub_filter), pki.trust)
        assert verdict.outcome is Outcome.VALID
        pades = sub_filter is SigSeedSubFilter.PADES
        assert verdict.signatures[0].level == ("B-B" if pades else "other")


def test_an_outdated_digest_is_amber_and_named(pki: Pki, prepared: bytes, foreign: Foreign) -> None:
    verdict = verify_pdf(foreign(prepared, md_algorithm="sha1"), pki.trust)
    assert verdict.outcome is Outcome.INDETERMINATE
    assert "SHA-1" in verdict.reason.en


def test_a_file_that_opens_without_its_password_is_checked_like_others(
    pki: Pki, foreign: Foreign
) -> None:
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(victim_pdf()), strict=False))
    writer.encrypt(owner_pass="secret", user_pass="")
    target = io.BytesIO()
    writer.write(target)
    verdict = verify_pdf(foreign(target.getvalue()), pki.trust)
    assert verdict.outcome is Outcome.VALID
    assert verdict.signatures[0].field == "foreign"


def test_a_file_that_needs_a_password_says_so() -> None:
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(victim_pdf())) as pdf:
        options = pikepdf.ObjectStreamMode.generate
        pdf.save(
            locked,
            encryption=pikepdf.Encryption(user="x", owner="y"),
            object_stream_mode=options,
        )
    verdict = verify_pdf(locked.getvalue(), TrustStore())
    assert verdict.outcome is Outcome.MALFORMED
    assert "密码" in verdict.reason.zh


@pytest.mark.parametrize(
    ("data", "outcome", "words"),
    [
        (b"", Outcome.MALFORMED, "empty"),
        (b" \n\0", Outcome.MALFORMED, "empty"),
        (b"\xff\xd8\xff\xe0 a photograph", Outcome.MALFORMED, "not a PDF"),
        (b"%PDF-1.7\n", Outcome.MALFORMED, "cut off"),
        (b"%PDF-1.7\nstartxref\n0\n%%EOF", Outcome.MALFORMED, "cut off"),
        (victim_pdf(), Outcome.UNSIGNED, "no signature"),
        (victim_pdf()[:-200], Outcome.MALFORMED, "cut off"),
    ],
)
def test_what_is_no_signed_pdf_says_what_it_is(data: bytes, outcome: Outcome, words: str) -> None:
    verdict = verify_pdf(data, TrustStore())
    assert verdict.outcome is outcome
    assert words in verdict.reason.en
    assert not verdict.good


def test_a_file_that_cannot_be_opened_is_a_verdict_too(tmp_path: object) -> None:
    from pathlib import Path

    verdict = verify_file(Path(str(tmp_path)), TrustStore())
    assert verdict.outcome is Outcome.MALFORMED


def test_prepared_fields_that_wait_are_listed(village_only: bytes, root: TrustStore) -> None:
    assert verify_pdf(village_only, root).open_fields == STAGES[1:]


def test_a_document_that_only_has_a_time_stamp_is_amber(pki: Pki, archived: bytes) -> None:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
    from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp

    writer = IncrementalPdfFileWriter(io.BytesIO(victim_pdf()))
    steps = PdfCMSEmbedder().write_cms("stamp", writer)
    next(steps)
    steps.send(SigObjSetup(DocumentTimestamp(bytes_reserved=16384)))
    ready, output = steps.send(SigIOSetup("sha256", in_place=True))
    ready.fill_with_cms(output, pki.stamps.stamp(ready.document_digest, "sha256"))

    verdict = verify_pdf(output.getvalue(), pki.trust)

    assert verdict.outcome is Outcome.INDETERMINATE
    assert verdict.reason.code == "only_stamped"
    assert verdict.time_stamps[0].trust is Trust.TRUSTED


def test_a_signature_with_a_strangers_time_stamp_proves_no_time(pki: Pki, prepared: bytes) -> None:
    from signing.authority.training import CountyPlan, TrainingAuthority
    from signing.pades import SignRequest
    from signing.pades.signature import sign
    from signing.timestamps import AuthorityTimeStamps

    other = TrainingAuthority.set_up(pki.folder / "stamper", CountyPlan("外县", "外县"), pki.pin)
    pdf = sign(
        prepared,
        pki.agent.key,
        SignRequest("village", Level.B_T),
        stamps=AuthorityTimeStamps(other),
    )
    verdict = verify_pdf(pdf, pki.trust)
    assert verdict.outcome is Outcome.INDETERMINATE
    assert verdict.signatures[0].time_source == "signer"
    assert "stamp_untrusted" in codes(verdict)
