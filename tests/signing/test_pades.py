"""Signing PDFs, judged by pdfsig, openssl and pyHanko's validator, none of which is ours."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pikepdf
import pytest
from PIL import Image
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import (
    REQUIRE_REVINFO,
    CertRevTrustPolicy,
)
from pyhanko_certvalidator.registry import SimpleTrustManager

from signing.appearance import OfficialSeal, StagePlate
from signing.certificates import (
    CertificateExpired,
    CertificateForOtherUse,
    CertificateNotYetValid,
    CertificateRevoked,
    Purpose,
)
from signing.cms import signed_data
from signing.errors import (
    DocumentNotSignable,
    FieldAlreadySigned,
    FieldNotFound,
    KeyRemoved,
    TimeStampUnavailable,
)
from signing.keys.pkcs12 import KeyKind
from signing.keys.protocol import SigningKey
from signing.pades import FieldPlan, Level, SignRequest, in_order
from signing.pades.document import (
    DocumentClosed,
    DocumentDamaged,
    DocumentEncrypted,
    NewFieldNotPermitted,
    NotAPdf,
)
from signing.pades.fields import BoxOffPage, FieldTaken, PageMissing, prepare
from signing.pades.longterm import NothingToProlong, prolong
from signing.pades.signature import StampSourceMissing, sign, sign_batch
from signing.timestamps import HttpTimeStamps
from signing.trust import EvidenceUnavailable, load_trust
from signing.verify.pdf import verify_pdf
from signing.verify.verdict import Outcome
from tests.helpers.judges import bouncy_castle, openssl_accepts, pdfsig
from tests.helpers.papers import paper
from tests.helpers.pki import Pki

STAGES = in_order(
    FieldPlan("village", 0, (20, 250, 64, 22), label="受理"),
    FieldPlan("township", -1, (20, 250, 90, 42), label="审核"),
    FieldPlan("county", -1, (-62, -62, 42, 42), label="审批"),
)
NOON = datetime.now(UTC).replace(microsecond=0)


@dataclass
class Watched:
    """A key that counts how often it is asked, and can be pulled out."""

    key: SigningKey
    asked: list[bytes] = field(default_factory=list)
    pulled_after: int = 10**6

    @property
    def certificate(self) -> bytes:
        return self.key.certificate

    @property
    def chain(self) -> tuple[bytes, ...]:
        return self.key.chain

    @property
    def algorithm(self) -> str:
        return self.key.algorithm

    def sign(self, data: bytes, digest: str = "sha256") -> bytes:
        if len(self.asked) >= self.pulled_after:
            raise KeyRemoved
        self.asked.append(data)
        return self.key.sign(data, digest)

    def close(self) -> None:
        self.key.close()


@pytest.fixture(scope="module")
def dossier(pki: Pki) -> bytes:
    """Signed by village, township and county, each in its prepared field, at three levels."""
    at = datetime.now(UTC)
    pdf = prepare(paper(), STAGES)
    for stage, person, level, look in (
        ("village", pki.agent, Level.B_B, StagePlate.of(pki.agent.holder, "受理", at)),
        ("township", pki.reviewer, Level.B_LT, StagePlate.of(pki.reviewer.holder, "审核", at)),
        ("county", pki.approver, Level.B_LTA, OfficialSeal("邱县行政审批局", training=True)),
    ):
        request = SignRequest(stage, level, reason=stage, location="邱县", appearance=look)
        pdf = sign(pdf, person.key, request, stamps=pki.stamps, evidence=pki.evidence)
    return pdf


def statuses(pdf: bytes, pki: Pki) -> Iterator[Any]:
    """pyHanko's status of every signature, with nothing but the training root."""
    from asn1crypto import x509

    root = x509.Certificate.load(pki.authority.roots[0])
    for signature in PdfFileReader(BytesIO(pdf)).embedded_regular_signatures:
        context = ValidationContext(trust_roots=[root], allow_fetching=False)
        yield validate_pdf_signature(signature, signer_validation_context=context)


def test_three_stages_are_three_revisions_and_pdfsig_trusts_them_all(
    pki: Pki, dossier: bytes, tmp_path: Path
) -> None:
    for options in ((), ("-no-ocsp",)):
        judged = pdfsig(dossier, tmp_path, pki.nss_db, *options)
        assert [(j.field, j.common_name) for j in judged] == [
            ("village", "王秀兰"), ("township", "李建国"), ("county", "赵敏"),
        ]  # fmt: skip
        assert all(j.valid and j.trusted and j.kind == "ETSI.CAdES.detached" for j in judged)
    revisions = [
        signature.signed_revision
        for signature in PdfFileReader(BytesIO(dossier)).embedded_regular_signatures
    ]
    assert revisions == sorted(set(revisions))


def test_a_stranger_with_the_same_name_is_valid_but_not_trusted(pki: Pki, tmp_path: Path) -> None:
    (judged,) = pdfsig(sign(paper(), pki.stranger.key, SignRequest()), tmp_path, pki.nss_db)
    assert judged.common_name == "王秀兰"
    assert judged.valid and not judged.trusted


def test_pyhanko_finds_each_stage_trusted_and_nothing_changed_but_what_was_permitted(
    pki: Pki, dossier: bytes
) -> None:
    found = list(statuses(dossier, pki))
    assert all(status.bottom_line for status in found), [s.summary() for s in found]
    assert found[0].docmdp_ok
    levels = [status.modification_level for status in found]
    assert levels[:2] == [ModificationLevel.FORM_FILLING] * 2
    assert levels[2] is ModificationLevel.LTA_UPDATES, "only long-term evidence after the last"


def test_one_flipped_byte_is_seen_by_pdfsig(pki: Pki, tmp_path: Path) -> None:
    pdf = sign(prepare(paper(), STAGES), pki.agent.key, SignRequest("village"))
    pdf = sign(pdf, pki.reviewer.key, SignRequest("township"))
    place = pdf.index(b"/MediaBox")
    broken = pdf[:place] + b"/mediaBox" + pdf[place + 9 :]
    assert [j.valid for j in pdfsig(pdf, tmp_path)] == [True, True]
    assert not any(j.valid for j in pdfsig(broken, tmp_path))


@pytest.mark.parametrize("kind", ["rsa2048", "rsa3072", "p256", "p384", "ed25519"])
def test_every_kind_of_key_makes_signatures_that_others_accept(
    pki: Pki, tmp_path: Path, kind: KeyKind
) -> None:
    person = pki.person(kind=kind)
    made = []
    for level in Level:
        request = SignRequest(level=level)
        pdf = sign(paper(1), person.key, request, stamps=pki.stamps, evidence=pki.evidence)
        made.append(pdf)
        assert all(status.bottom_line for status in statuses(pdf, pki))
        (ours,) = verify_pdf(pdf, pki.trust).signatures
        assert (ours.outcome, ours.level) == (Outcome.VALID, level)
        if kind == "ed25519":
            continue  # neither NSS nor the CMS of OpenSSL 3.0 knows it
        assert openssl_accepts(pdf, tmp_path, pki.root_pem, at=0)
        (judged,) = pdfsig(pdf, tmp_path, pki.nss_db)
        assert judged.valid and judged.trusted
        assert judged.whole_document == (not level.evidenced)
    assert lta_verdict(pdf, pki) == [AdESPassed.OK]
    place = made[0].index(b"/MediaBox")
    made.append(made[0][:place] + b"/mediaBox" + made[0][place + 9 :])
    *whole, changed = bouncy_castle(made, tmp_path, pki.root_pem)
    assert len(whole) == len(Level)
    assert all(said.startswith("valid ") for said in whole), whole
    assert changed.startswith("invalid "), changed


def test_nothing_that_was_there_is_changed(pki: Pki) -> None:
    pdf = paper()
    before, pdf = pdf, prepare(pdf, STAGES)
    assert pdf.startswith(before)
    for stage, level in (("village", Level.B_B), ("township", Level.B_T), ("county", Level.B_LTA)):
        request = SignRequest(stage, level)
        signer = pki.agent.key
        before, pdf = pdf, sign(pdf, signer, request, stamps=pki.stamps, evidence=pki.evidence)
        assert pdf.startswith(before)


def test_who_why_where_and_when_stand_in_the_signature(pki: Pki) -> None:
    request = SignRequest(reason="材料齐全", location="吴庄村", at=NOON)
    pdf = sign(paper(), pki.agent.key, request)
    (signature,) = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures
    entries = signature.sig_object
    assert (entries["/Name"], entries["/Reason"], entries["/Location"]) == (
        "王秀兰", "材料齐全", "吴庄村",
    )  # fmt: skip
    assert signature.self_reported_timestamp == NOON


def test_the_key_is_asked_once_for_each_signature(pki: Pki) -> None:
    key = Watched(pki.agent.key)
    for level in Level:
        request = SignRequest(level=level)
        sign(paper(), key, request, stamps=pki.stamps, evidence=pki.evidence)
    assert len(key.asked) == len(Level)


def test_a_time_stamp_that_is_longer_than_expected_still_fits(pki: Pki, tmp_path: Path) -> None:
    from asn1crypto import cms, x509

    class Talkative:
        """Sends a whole drawer of certificates with each token."""

        def stamp(self, digest: bytes, algorithm: str = "sha256") -> bytes:
            token = cms.ContentInfo.load(pki.stamps.stamp(digest, algorithm))
            drawer = token["content"]["certificates"]
            for slot in list(pki.keys.slots()) * 2:
                drawer.append(
                    cms.CertificateChoices("certificate", x509.Certificate.load(slot.certificate))
                )
            return bytes(token.dump(force=True))

    request = SignRequest(level=Level.B_LTA)
    pdf = sign(paper(), pki.agent.key, request, stamps=Talkative(), evidence=pki.evidence)
    (judged,) = pdfsig(pdf, tmp_path, pki.nss_db)
    assert judged.valid and judged.trusted
    assert len(PdfFileReader(BytesIO(pdf)).embedded_timestamp_signatures) == 1


def lta_verdict(pdf: bytes, pki: Pki) -> list[Any]:
    """What the AdES long-term validation says, offline, with evidence required for everyone."""
    from asn1crypto import x509

    roots = [x509.Certificate.load(der) for der in pki.authority.roots]
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=roots),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
    )
    offline = RevocationInfoGatheringSpec(online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY)
    spec = PdfSignatureValidationSpec(
        SignatureValidationSpec(
            cert_validation_policy=policy,
            revinfo_gathering_policy=offline,
            local_knowledge=LocalKnowledge(),
        )
    )

    async def judge() -> list[Any]:
        found = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures
        return [(await ades_lta_validation(one, spec)).ades_subindic for one in found]

    return asyncio.run(judge())


def stored_evidence_suffices(pdf: bytes, pki: Pki) -> bool:
    """Whether every signature is trusted with revocation evidence from the file alone."""
    from asn1crypto import x509

    reader = PdfFileReader(BytesIO(pdf))
    roots = [x509.Certificate.load(der) for der in pki.authority.roots]
    store = DocumentSecurityStore.read_dss(reader)
    return all(
        validate_pdf_signature(
            signature,
            signer_validation_context=store.as_validation_context(
                {"trust_roots": roots, "allow_fetching": False, "revocation_mode": "require"}
            ),
        ).bottom_line
        for signature in reader.embedded_regular_signatures
    )


def test_a_long_term_signature_verifies_offline_with_nothing_but_the_root(
    pki: Pki, dossier: bytes
) -> None:
    # pyHanko's long-term judge wants a time stamp on the signature itself, which B-B has not.
    assert lta_verdict(dossier, pki)[1:] == [AdESPassed.OK] * 2


def test_what_was_signed_offline_is_completed_later_and_renewed_again(
    pki: Pki, tmp_path: Path
) -> None:
    plain = sign(paper(), pki.agent.key, SignRequest())
    completed = prolong(plain, stamps=pki.stamps, evidence=pki.evidence)
    renewed = prolong(completed, stamps=pki.stamps, evidence=pki.evidence)
    assert renewed.startswith(completed) and completed.startswith(plain)
    for pdf, stamps in ((completed, 1), (renewed, 2)):
        assert stored_evidence_suffices(pdf, pki)
        assert len(PdfFileReader(BytesIO(pdf)).embedded_timestamp_signatures) == stamps
        (status,) = statuses(pdf, pki)
        assert status.bottom_line
        assert status.modification_level is ModificationLevel.LTA_UPDATES
        assert [j.valid for j in pdfsig(pdf, tmp_path)] == [True]


def test_a_long_term_signature_beside_a_strangers_needs_evidence_for_its_own_alone(
    pki: Pki, tmp_path: Path
) -> None:
    pdf = sign(paper(), pki.stranger.key, SignRequest())
    request = SignRequest(level=Level.B_LTA)
    pdf = sign(pdf, pki.agent.key, request, stamps=pki.stamps, evidence=pki.evidence)
    judged = pdfsig(pdf, tmp_path, pki.nss_db)
    assert [(j.valid, j.trusted) for j in judged] == [(True, False), (True, True)]
    with pytest.raises(EvidenceUnavailable):
        prolong(pdf, stamps=pki.stamps, evidence=pki.evidence)


def test_what_was_signed_before_a_revocation_is_prolonged_after_it(pki: Pki) -> None:
    leaver = pki.person("韩离")
    pdf = sign(paper(), leaver.key, SignRequest(level=Level.B_T), stamps=pki.stamps)
    pki.authority.revoke(leaver.certificate)
    assert prolong(pdf, stamps=pki.stamps, evidence=pki.evidence).startswith(pdf)


def test_an_unsigned_document_has_nothing_to_prolong(pki: Pki) -> None:
    with pytest.raises(NothingToProlong):
        prolong(paper(), stamps=pki.stamps, evidence=pki.evidence)


def test_the_first_signature_certifies_and_the_others_do_not(dossier: bytes) -> None:
    root = PdfFileReader(BytesIO(dossier)).root
    first = PdfFileReader(BytesIO(dossier)).embedded_regular_signatures[0]
    assert root["/Perms"]["/DocMDP"] == first.sig_object
    plain = sign(paper(), _any_key(), SignRequest(certify=False))
    assert "/Perms" not in PdfFileReader(BytesIO(plain)).root


def _any_key() -> SigningKey:
    from signing.authority.profiles import Profile, authority_name, root_certificate
    from signing.keys.pkcs12 import new_key, public_key_of, soft_key

    private = new_key("p256")
    now = datetime.now(UTC)
    lifetime = (now - timedelta(days=1), now + timedelta(days=1))
    profile = Profile(Purpose.SIGN, authority_name("培训", "自签"), *lifetime)
    made = root_certificate(public_key_of(private), profile, soft_key(private))
    return soft_key(private, made)


def test_a_closed_document_takes_no_further_signature(pki: Pki, dossier: bytes) -> None:
    for request in (SignRequest(), SignRequest("village"), SignRequest(place=FieldPlan("late"))):
        with pytest.raises(DocumentClosed):
            sign(dossier, pki.agent.key, request)


def test_a_signature_locks_the_fields_it_was_told_to_lock(pki: Pki) -> None:
    fields = (FieldPlan("first", 0, (20, 20, 60, 20), locks=("second",)), FieldPlan("second"))
    pdf = sign(prepare(paper(), fields), pki.agent.key, SignRequest("first"))
    with pytest.raises(DocumentClosed):
        sign(pdf, pki.reviewer.key, SignRequest("second"))
    assert sign(pdf, pki.reviewer.key, SignRequest())


def _stage_signed(pki: Pki, *stages: str) -> bytes:
    people = {"village": pki.agent, "township": pki.reviewer, "county": pki.approver}
    pdf = prepare(paper(), STAGES)
    for stage in stages:
        pdf = sign(pdf, people[stage].key, SignRequest(stage))
    return pdf


def test_each_stage_locks_all_but_the_stages_after_it(pki: Pki) -> None:
    for done, left in (
        (("village",), ["township", "county"]),
        (("village", "township"), ["county"]),
        (("village", "township", "county"), None),
    ):
        pdf = _stage_signed(pki, *done)
        rules = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures[-1].sig_object["/Reference"]
        (lock,) = (
            rule["/TransformParams"] for rule in rules if rule["/TransformMethod"] == "/FieldMDP"
        )
        if left is None:
            assert lock["/Action"] == "/All" and lock["/P"] == 1
        else:
            assert (lock["/Action"], list(lock["/Fields"])) == ("/Exclude", left)
        with pytest.raises(DocumentClosed):
            sign(pdf, pki.reviewer.key, SignRequest())  # a signature that no stage asked for
    assert all(status.bottom_line for status in statuses(pdf, pki))


@pytest.mark.parametrize("done", [("village",), ("village", "township")])
def test_what_a_stage_does_beyond_its_field_is_found_by_us_and_by_pyhanko(
    pki: Pki, done: tuple[str, ...]
) -> None:
    """Somebody with a program of their own puts a field beside the prepared ones and signs it."""
    pdf = _stage_signed(pki, *done)
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    append_signature_field(writer, SigFieldSpec("extra", box=(300, 300, 400, 350)))
    writer.write_in_place()
    forged = writer.prev.stream.getvalue()
    steps = PdfCMSEmbedder().write_cms("extra", IncrementalPdfFileWriter(BytesIO(forged)))
    next(steps)
    steps.send(SigObjSetup(SignatureObject(subfilter=SigSeedSubFilter.PADES, bytes_reserved=9000)))
    prepared, output = steps.send(SigIOSetup("sha256", in_place=True))
    cms = signed_data(pki.reviewer.key, message_digest=prepared.document_digest, digest="sha256")
    prepared.fill_with_cms(output, cms)
    pdf = output.getvalue()
    theirs = list(statuses(pdf, pki))
    assert not all(status.bottom_line for status in theirs), "pyHanko"
    ours = verify_pdf(pdf, load_trust([pki.root_pem]).with_evidence(pki.trust.evidence))
    assert ours.outcome is Outcome.MODIFIED, ours.reason


def test_a_certified_document_takes_a_new_seal_only_in_its_prepared_fields(pki: Pki) -> None:
    pdf = sign(
        prepare(paper(), [replace(plan, leaves=None) for plan in STAGES]),
        pki.agent.key,
        SignRequest("village"),
    )
    seal = SignRequest(place=FieldPlan(box_mm=(20, 20, 42, 42)))
    with pytest.raises(NewFieldNotPermitted) as refused:
        sign(pdf, pki.reviewer.key, seal)
    assert "township" in refused.value.sentence("zh")
    invisible = sign(pdf, pki.reviewer.key, SignRequest())
    assert all(status.bottom_line for status in statuses(invisible, pki))


def test_a_field_is_missed_by_name_and_signed_only_once(pki: Pki) -> None:
    pdf = prepare(paper(), STAGES)
    with pytest.raises(FieldNotFound):
        sign(pdf, pki.agent.key, SignRequest("hamlet"))
    pdf = sign(pdf, pki.agent.key, SignRequest("village"))
    with pytest.raises(FieldAlreadySigned):
        sign(pdf, pki.agent.key, SignRequest("village"))


def test_fields_are_prepared_once_and_on_pages_that_exist(pki: Pki) -> None:
    pdf = prepare(paper(), STAGES)
    for plans, error in (
        ([FieldPlan("village")], FieldTaken),
        ([FieldPlan("a"), FieldPlan("a")], FieldTaken),
        ([FieldPlan("a", 2)], PageMissing),
        ([FieldPlan("a", -3)], PageMissing),
        ([FieldPlan("a", 0, (150, 20, 64, 22))], BoxOffPage),
        ([FieldPlan("a", 0, (20, 290, 64, 22))], BoxOffPage),
        ([FieldPlan("a", 0, (20, 20, 0, 22))], BoxOffPage),
    ):
        with pytest.raises(error):
            prepare(pdf, plans)
    with pytest.raises(DocumentClosed):
        prepare(sign(pdf, pki.agent.key, SignRequest("village")), [FieldPlan("late")])


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_seal_keeps_its_place_and_stands_upright_on_a_turned_page(
    pki: Pki, tmp_path: Path, turn: int
) -> None:
    with pikepdf.open(BytesIO(paper(1))) as document:
        document.pages[0].Rotate = turn
        document.pages[0].CropBox = [20, 30, 500, 800]
        document.pages[0].Contents = document.make_stream(b"")
        document.save(buffer := BytesIO())
    plan = FieldPlan("seal", 0, (30, 10, 50, 20))
    plate = StagePlate("受理", "王秀兰", "代办员", "吴庄村", NOON, training=True)
    pdf = sign(
        prepare(buffer.getvalue(), [plan]), pki.agent.key, SignRequest("seal", appearance=plate)
    )
    picture = _shown(pdf, tmp_path)  # 10 pixels to the millimetre
    box = Image.Image.getbbox(picture.crop((0, 0, 900, 350)).point(lambda v: 255 - v).convert("1"))
    assert box is not None
    assert [round(edge / 10) for edge in box] == [30, 10, 80, 30]
    assert picture.getpixel((305, 200)) < 120, "the red bar stands at the left"
    assert picture.getpixel((795, 200)) > 200


def _shown(pdf: bytes, folder: Path) -> Image.Image:
    """The first page as poppler shows it, in grey, 10 pixels to the millimetre."""
    import subprocess

    (folder / "shown.pdf").write_bytes(pdf)
    subprocess.run(
        ["pdftoppm", "-r", "254", "-cropbox", "-gray", "-singlefile", "-l", "1"]
        + [str(folder / "shown.pdf"), str(folder / "shown")],
        check=True, timeout=60,
    )  # fmt: skip
    return Image.open(folder / "shown.pgm")


def test_only_a_certificate_for_signing_that_is_valid_now_signs(pki: Pki) -> None:
    opening = pki.person("钱锁", purpose=Purpose.ENCRYPT)
    early = pki.person("何早", not_before=datetime.now(UTC) + timedelta(days=3))
    for person, error in (
        (pki.expired, CertificateExpired),
        (early, CertificateNotYetValid),
        (opening, CertificateForOtherUse),
    ):
        with pytest.raises(error) as refused:
            sign(paper(), person.key, SignRequest())
        assert person.holder.name in refused.value.sentence("zh")


def test_a_revoked_certificate_is_refused_where_evidence_is_asked_for(pki: Pki) -> None:
    request = SignRequest(level=Level.B_LT)
    with pytest.raises(CertificateRevoked) as refused:
        sign(paper(), pki.revoked.key, request, stamps=pki.stamps, evidence=pki.evidence)
    assert "郑旧" in refused.value.sentence("zh")


def test_a_higher_level_without_a_time_stamp_server_is_refused_before_the_key_is_asked(
    pki: Pki,
) -> None:
    key = Watched(pki.agent.key)
    for level in (Level.B_T, Level.B_LT, Level.B_LTA):
        with pytest.raises(StampSourceMissing):
            sign(paper(), key, SignRequest(level=level))
    with pytest.raises(StampSourceMissing):
        sign(paper(), key, SignRequest(level=Level.B_LT), stamps=pki.stamps)
    assert key.asked == []


def test_what_is_no_pdf_is_not_signed_and_the_reason_is_plain(pki: Pki) -> None:
    with pikepdf.open(BytesIO(paper())) as document:
        document.save(locked := BytesIO(), encryption=pikepdf.Encryption(owner="o", user="u"))
        document.save(open_locked := BytesIO(), encryption=pikepdf.Encryption(owner="o"))
    for content, error in (
        (b"", NotAPdf),
        (b"\xff\xd8\xff\xe0 a photograph named .pdf", NotAPdf),
        (b"%PDF-1.7\n", DocumentDamaged),
        (paper()[:600], DocumentDamaged),
        (locked.getvalue(), DocumentEncrypted),
        (open_locked.getvalue(), DocumentEncrypted),
    ):
        with pytest.raises(error) as refused:
            sign(content, pki.agent.key, SignRequest(), file="证明.pdf")
        assert refused.value.sentence("zh").startswith("证明.pdf 没有签。")


def test_no_damage_to_a_pdf_ends_in_a_traceback(pki: Pki) -> None:
    whole, chance = prepare(paper(1), STAGES[:1]), Random(7)
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            start = chance.randrange(len(damaged))
            match chance.randrange(3):
                case 0:
                    damaged[start] = chance.randrange(256)
                case 1:
                    del damaged[start : start + chance.randrange(40)]
                case _:
                    damaged[start:start] = damaged[chance.randrange(len(damaged)) :][:60]
        try:
            sign(bytes(damaged), pki.agent.key, SignRequest("village"))
        except (DocumentNotSignable, FieldNotFound) as refused:
            assert refused.sentence("zh")


def test_a_batch_goes_on_after_a_document_that_cannot_be_signed(pki: Pki, tmp_path: Path) -> None:
    documents = [("a.pdf", paper(1)), ("b.jpg", b"\xff\xd8"), ("c.pdf", paper(1, seed=1))]
    outcome = list(sign_batch(documents, pki.agent.key, SignRequest()))
    assert [one.file for one in outcome] == ["a.pdf", "b.jpg", "c.pdf"]
    assert isinstance(outcome[1].error, NotAPdf)
    for one in (outcome[0], outcome[2]):
        assert one.error is None and one.pdf is not None
        assert pdfsig(one.pdf, tmp_path)[0].valid


def test_a_key_that_is_pulled_out_leaves_signed_what_was_signed(pki: Pki) -> None:
    key = Watched(pki.agent.key, pulled_after=2)
    batch = sign_batch([(f"{n}.pdf", paper(1)) for n in range(4)], key, SignRequest())
    assert [next(batch).file, next(batch).file] == ["0.pdf", "1.pdf"]
    with pytest.raises(KeyRemoved):
        next(batch)


def test_time_stamps_that_fail_leave_no_half_signed_document(pki: Pki) -> None:
    class Silent:
        def stamp(self, digest: bytes, algorithm: str = "sha256") -> bytes:
            raise TimeStampUnavailable(where="tsa", reason="gone")

    for level in (Level.B_T, Level.B_LTA):
        with pytest.raises(TimeStampUnavailable):
            request = SignRequest(level=level)
            sign(paper(), pki.agent.key, request, stamps=Silent(), evidence=pki.evidence)


def test_signing_works_inside_a_running_event_loop_too(pki: Pki, tmp_path: Path) -> None:
    async def hub() -> bytes:
        request = SignRequest(level=Level.B_LTA)
        return sign(paper(), pki.agent.key, request, stamps=pki.stamps, evidence=pki.evidence)

    assert pdfsig(asyncio.run(hub()), tmp_path)[0].valid


def test_every_font_that_a_seal_brings_is_embedded(pki: Pki, tmp_path: Path) -> None:
    import subprocess

    pdf = prepare(paper(1), STAGES[:2])
    plate = StagePlate.of(pki.agent.holder, "受理", NOON)
    (tmp_path / "sealed.pdf").write_bytes(
        sign(pdf, pki.agent.key, SignRequest("village", appearance=plate))
    )
    listed = subprocess.run(
        ["pdffonts", str(tmp_path / "sealed.pdf")], capture_output=True, text=True, check=True
    )
    fonts = [line.split() for line in listed.stdout.splitlines()[2:]]
    ours = [font for font in fonts if "+" in font[0]]
    assert len(ours) == 2 and all("yes" in font for font in ours)
    others = [font[0] for font in fonts if "+" not in font[0]]
    assert others == ["Helvetica"], "the paper's own; none from the seal"


def test_a_text_field_of_the_same_name_is_no_hindrance(pki: Pki, tmp_path: Path) -> None:
    with pikepdf.open(BytesIO(paper(1))) as document:
        field = pikepdf.Dictionary(T=pikepdf.String("Signature1"), FT=pikepdf.Name.Tx)
        document.Root.AcroForm = pikepdf.Dictionary(Fields=[document.make_indirect(field)])
        made = BytesIO()
        document.save(made)
    (judged,) = pdfsig(sign(made.getvalue(), pki.agent.key, SignRequest()), tmp_path, pki.nss_db)
    assert judged.valid and judged.field == "Signature2"
    with pytest.raises(FieldAlreadySigned):
        sign(made.getvalue(), pki.agent.key, SignRequest(place=FieldPlan("Signature1")))


def test_a_stamper_who_sends_no_chain_is_led_to_the_root_by_what_else_came(pki: Pki) -> None:
    """As the servers of other projects do it: the token holds the stamper's certificate alone."""
    from signing.authority.protocol import Subject
    from signing.authority.service import timestamp_answer
    from signing.keys.pkcs12 import new_key, public_key_of, soft_key
    from tests.helpers.authority_server import serving

    private = new_key("p256")
    subject = Subject("时间戳", "邱县", "130430", pki.authority.organisation)
    issued = pki.authority.issue(public_key_of(private), subject, Purpose.TIME_STAMP)
    lonely = soft_key(private, issued.certificate, ())

    def stamping(path: str, body: bytes) -> bytes:
        return timestamp_answer(body, lonely, serial=3, at=datetime.now(UTC))

    with serving(stamping) as url:
        pdf = sign(paper(1), pki.agent.key, SignRequest(level=Level.B_LTA),
                   stamps=HttpTimeStamps(url), evidence=pki.evidence)  # fmt: skip
    verdict = verify_pdf(pdf, load_trust([pki.root_pem]))
    assert verdict.good, verdict.reason
    assert verdict.signatures[0].time_source == "timestamp"
    assert lta_verdict(pdf, pki) == [AdESPassed.OK]
