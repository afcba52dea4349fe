"""The archivist's own key is good, but the record is not: the cover alone is never believed.

Each package here is signed by a real archivist with a good key. What is wrong lies deeper, and
is found by the statements of those who acted, the hub's receipts and its tree.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from signing.authority.protocol import Subject
from signing.certificates import Purpose
from signing.errors import StatementForged
from signing.keys.pkcs12 import new_key, public_key_of, soft_key
from signing.pades import Level
from signing.trust import TrustStore
from station.archive.package import PackageContents
from station.archive.record import ArchivedOperation, Statement
from station.archive.verdict import Outcome, PackageVerdict
from station.archive.verify import verify_package
from station.clock import china_now
from station.domain.cases import ActionType, CaseState
from station.domain.units import Role
from tests.helpers.closed_case import Errand
from tests.helpers.pki import Pki

Archive = Callable[[PackageContents], Path]


@pytest.fixture
def judge(archive: Archive, root: TrustStore) -> Callable[[PackageContents], PackageVerdict]:
    def judged(contents: PackageContents) -> PackageVerdict:
        return verify_package(archive(contents), root)

    return judged


Judge = Callable[[PackageContents], PackageVerdict]


@pytest.fixture
def contents(plain_contents: PackageContents) -> PackageContents:
    return plain_contents


def told(verdict: PackageVerdict) -> str:
    return "".join(finding.words.zh for finding in verdict.findings)


def without_proof(operation: ArchivedOperation) -> ArchivedOperation:
    return replace(operation, receipt=None, proof=None)


def short_case(pki: Pki) -> Errand:
    """Accepted and approved by the township, before anything is archived."""
    errand = Errand(pki, Level.B_B)
    errand.opened()
    errand.stamped(pki.agent, "village")
    errand.step(ActionType.SUBMIT, pki.agent, dossier=True)
    return errand


def test_an_honest_refusal_without_a_result_is_a_good_package(pki: Pki, judge: Judge) -> None:
    errand = short_case(pki)
    errand.step(ActionType.REFUSE, pki.reviewer, note=b'{"format":"yizhan-note/1"}')
    assert judge(errand.contents(CaseState.REFUSED)).good


def test_a_package_without_receipts_and_tree_is_good_but_proves_no_time_of_receipt(
    contents: PackageContents, judge: Judge
) -> None:
    bare = replace(
        contents, tree=None, operations=tuple(without_proof(o) for o in contents.operations)
    )
    verdict = judge(bare)
    assert verdict.good
    assert not any(line.received_proved or line.in_tree for line in verdict.operations)
    assert all(line.received_at for line in verdict.operations)


@pytest.mark.parametrize("gone", [0, 1, 3])
def test_a_step_taken_out_of_the_record_is_found(
    contents: PackageContents, judge: Judge, gone: int
) -> None:
    kept = tuple(o for number, o in enumerate(contents.operations) if number != gone)
    verdict = judge(replace(contents, operations=kept))
    assert not verdict.good
    assert "接不上前一步" in told(verdict)


def test_the_last_step_cut_off_does_not_fit_the_cover(
    contents: PackageContents, judge: Judge
) -> None:
    verdict = judge(replace(contents, operations=contents.operations[:-1]))
    assert verdict.outcome is Outcome.MODIFIED
    assert "封面写的是“已送达”，记录的最后一步却是“通过”" in told(verdict)


def test_two_steps_in_each_others_place_are_found(contents: PackageContents, judge: Judge) -> None:
    first, second, *rest = contents.operations
    verdict = judge(replace(contents, operations=(second, first, *rest)))
    assert "接不上前一步" in told(verdict)


def test_an_empty_record_is_no_record(contents: PackageContents, judge: Judge) -> None:
    verdict = judge(replace(contents, operations=()))
    assert verdict.outcome is Outcome.MODIFIED
    assert "办理过程的记录是空的" in told(verdict)


def test_a_forged_step_is_not_even_archived(
    contents: PackageContents, archive: Archive, tmp_path: Path
) -> None:
    first, second, *rest = contents.operations
    body = second.statement.body.replace(b'"action":"return"', b'"action":"refuse"')
    forged = replace(second, statement=Statement(body, second.statement.signature))
    with pytest.raises(StatementForged):
        archive(replace(contents, operations=(first, forged, *rest)))
    assert list(tmp_path.iterdir()) == []


def test_a_dossier_of_another_case_is_not_the_one_that_was_approved(
    pki: Pki, contents: PackageContents, judge: Judge
) -> None:
    other = Errand(pki, Level.B_B)
    other.opened(pages=4)
    for person, stage in (
        (pki.agent, "village"),
        (pki.reviewer, "township"),
        (pki.approver, "county"),
    ):
        other.stamped(person, stage)
    verdict = judge(replace(contents, dossier=other.dossier, ink=other.ink))
    assert verdict.outcome is Outcome.MODIFIED
    assert "它送出的案卷" in told(verdict)
    assert "不在包里" in told(verdict)


def test_a_dossier_put_back_to_an_earlier_stage_is_found(
    contents: PackageContents, judge: Judge
) -> None:
    ends = [n + 6 for n in range(len(contents.dossier)) if contents.dossier.startswith(b"%%EOF", n)]
    verdict = judge(replace(contents, dossier=contents.dossier[: ends[-3]]))
    assert not verdict.good
    assert "它送出的案卷" in told(verdict)


def test_a_result_that_nobody_decided_is_found(
    pki: Pki, contents: PackageContents, judge: Judge
) -> None:
    other = Errand(pki, Level.B_B)
    other.decided(pki.approver, pki.county.seal)
    other.decided(pki.approver, pki.county.seal)
    verdict = judge(replace(contents, result=other.result))
    assert verdict.outcome is Outcome.MODIFIED
    assert "它送出的结果" in told(verdict)
    assert "在 result.pdf 上签了名，办理过程里却没有这一步" in told(verdict)


def test_a_note_left_out_is_missed(contents: PackageContents, judge: Judge) -> None:
    verdict = judge(replace(contents, papers=()))
    assert verdict.outcome is Outcome.MODIFIED
    assert "它送出的便笺" in told(verdict)


def test_the_dossier_before_the_correction_left_out_is_missed(
    contents: PackageContents, judge: Judge
) -> None:
    verdict = judge(replace(contents, earlier=()))
    assert verdict.outcome is Outcome.MODIFIED
    assert "办理过程第 1 步：它送出的案卷" in told(verdict)


def test_a_signature_on_the_dossier_that_the_record_knows_nothing_of_is_found(
    pki: Pki, judge: Judge
) -> None:
    errand = short_case(pki)
    errand.step(ActionType.FORWARD, pki.reviewer)
    errand.stamped(pki.approver, "county")
    errand.step(ActionType.APPROVE, pki.reviewer, dossier=True)
    verdict = judge(errand.contents(CaseState.APPROVED))
    assert f"{pki.approver.holder.person_id} 在 dossier.pdf 上签了名" in told(verdict)
    assert f"有 {pki.reviewer.holder.person_id} 的一步，dossier.pdf 上却没有" in told(verdict)


def test_a_step_signed_with_anothers_key_is_found(pki: Pki, judge: Judge) -> None:
    errand = short_case(pki)
    reviewer = pki.reviewer.holder
    errand.step(ActionType.WITHDRAW, pki.agent, actor=reviewer.person_id)
    verdict = judge(errand.contents(CaseState.WITHDRAWN))
    assert verdict.outcome is Outcome.BROKEN
    assert f"写的是 {reviewer.person_id} 办的，签名的却是 王秀兰" in told(verdict)


def test_a_step_that_the_role_may_not_take_is_told(pki: Pki, judge: Judge) -> None:
    errand = short_case(pki)
    errand.step(ActionType.APPROVE, pki.supervisor)
    verdict = judge(errand.contents(CaseState.APPROVED))
    assert verdict.outcome is Outcome.INDETERMINATE
    assert "无权“通过”" in told(verdict)


def test_whoever_took_the_case_in_may_not_review_it(pki: Pki, judge: Judge) -> None:
    both = pki.person("陈两手", role="代办员")
    again = pki.person("陈两手", role="审核员")
    errand = Errand(pki, Level.B_B)
    errand.opened()
    errand.stamped(both, "village")
    errand.step(ActionType.SUBMIT, both, dossier=True)
    errand.step(ActionType.REFUSE, again, actor=both.holder.person_id, role=Role.REVIEWER)
    verdict = judge(errand.contents(CaseState.REFUSED))
    assert "自己受理、自己审" in told(verdict)


def test_a_step_of_another_case_is_found(pki: Pki, judge: Judge) -> None:
    errand = short_case(pki)
    errand.step(ActionType.WITHDRAW, pki.agent, number="130430001001-260101-999")
    verdict = judge(errand.contents(CaseState.WITHDRAWN))
    assert verdict.outcome is Outcome.MODIFIED
    assert "130430001001-260101-999 的，不是本件的" in told(verdict)


def test_a_step_by_a_person_whose_key_was_revoked_is_not_believed(
    pki: Pki, archive: Archive, root: TrustStore
) -> None:
    errand = short_case(pki)
    errand.at = china_now()  # the key was revoked when the county was set up, just now
    errand.step(ActionType.WITHDRAW, pki.revoked)
    verdict = verify_package(archive(errand.contents(CaseState.WITHDRAWN)), root)
    assert verdict.outcome is Outcome.UNTRUSTED
    assert "吊销" in told(verdict)


def test_a_receipt_for_another_step_is_none(contents: PackageContents, judge: Judge) -> None:
    first, second, *rest = contents.operations
    swapped = (
        replace(first, receipt=second.receipt),
        replace(second, receipt=first.receipt),
        *rest,
    )
    verdict = judge(replace(contents, operations=swapped))
    assert verdict.outcome is Outcome.BROKEN
    assert told(verdict).count("中心的回执不成立") == 2


def test_a_receipt_that_a_person_wrote_is_none(
    pki: Pki, contents: PackageContents, judge: Judge
) -> None:
    from signing.certificates import fingerprint
    from signing.journal import canonical, sign_statement

    first, *rest = contents.operations
    assert first.receipt is not None
    body = {**json.loads(first.receipt.body), "hub": fingerprint(pki.supervisor.certificate)}
    words = canonical(body)
    forged = Statement(words, sign_statement(words, pki.supervisor.key))
    verdict = judge(replace(contents, operations=(replace(first, receipt=forged), *rest)))
    assert verdict.outcome is Outcome.BROKEN
    assert "办理过程第 1 步：中心的回执不成立" in told(verdict)


def test_a_step_that_the_hubs_tree_does_not_hold_is_found(
    contents: PackageContents, judge: Judge
) -> None:
    first, second, *rest = contents.operations
    assert first.proof is not None
    moved = replace(first, proof=replace(first.proof, position=0))
    verdict = judge(replace(contents, operations=(moved, second, *rest)))
    assert verdict.outcome is Outcome.MODIFIED
    assert "中心的记录树里没有这一步" in told(verdict)
    assert [line.in_tree for line in verdict.operations[:2]] == [False, True]


def test_a_tree_head_for_another_root_is_none(contents: PackageContents, judge: Judge) -> None:
    assert contents.tree is not None
    other = replace(contents.tree, root=bytes(32))
    verdict = judge(replace(contents, tree=other))
    assert verdict.outcome is Outcome.BROKEN
    assert "树根不成立" in told(verdict)


def test_ink_from_another_document_is_found(contents: PackageContents, judge: Judge) -> None:
    verdict = judge(replace(contents, ink=b"the strokes of somebody else, sealed"))
    assert verdict.outcome is Outcome.MODIFIED
    assert "与案卷里的不是同一份" in told(verdict)


def test_a_dossier_that_acts_by_itself_is_not_called_safe(
    pki: Pki, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    import pikepdf

    from tests.helpers import closed_case

    def armed(pages: int) -> bytes:
        from tests.helpers.papers import paper

        with pikepdf.open(io.BytesIO(paper(pages))) as pdf:
            pdf.Root.OpenAction = pikepdf.Dictionary(
                S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)")
            )
            buffer = io.BytesIO()
            pdf.save(buffer, deterministic_id=True)
        return buffer.getvalue()

    monkeypatch.setattr(closed_case, "paper", armed)
    errand = short_case(pki)
    errand.step(ActionType.REFUSE, pki.reviewer)
    verdict = judge(errand.contents(CaseState.REFUSED))
    assert verdict.outcome is Outcome.INDETERMINATE
    assert "/JavaScript" in told(verdict)


def test_a_hub_whose_key_was_renewed_in_the_middle_of_a_case_is_still_one_hub(
    pki: Pki, archive: Archive, root: TrustStore
) -> None:
    unit = pki.county
    subject = Subject(unit.name, unit.name, unit.code, pki.authority.organisation)
    private = new_key("p256")
    renewed = pki.authority.issue(public_key_of(private), subject, Purpose.SEAL)
    errand = short_case(pki)
    errand.hub = soft_key(private, renewed.certificate, renewed.chain)
    errand.step(ActionType.REFUSE, pki.reviewer, note=b'{"format":"yizhan-note/1"}')
    verdict = verify_package(archive(errand.contents(CaseState.REFUSED)), root)
    assert verdict.good, told(verdict)
    assert all(line.received_proved for line in verdict.operations)
