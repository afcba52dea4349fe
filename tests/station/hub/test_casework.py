"""What may happen to a case and what may not, over the wire, against a real hub."""

from __future__ import annotations

import json
import sqlite3
import uuid
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from signing import journal
from signing.authority.protocol import Subject
from signing.authority.training import UnitPlan
from signing.certificates import Purpose
from signing.keys.pkcs12 import new_key, public_key_of, write_p12
from station.clock import china_now
from station.domain.cases import ActionType, CaseState
from station.domain.operations import DocumentKind
from station.domain.units import Level, Role
from station.wire import problems
from station.wire.messages import SignedStatement
from station.wire.statements import ReceiptWrong, check_receipt, check_record, sign_operation
from tests.helpers.hub_process import HubProcess
from tests.helpers.office import OTHER_TOWNSHIP, OTHER_VILLAGE, TOWNSHIP_ONLY, Errand, Office
from tests.helpers.pki import COUNTY, PIN, TOWNSHIP, Person, Pki


@pytest.fixture
def submitted(office: Office) -> Errand:
    errand = office.errand()
    errand.submit()
    return errand


def test_a_case_goes_from_the_village_to_the_county_and_back_into_the_villagers_hands(
    office: Office, pki: Pki
) -> None:
    errand = office.errand()
    assert errand.submit().case.state is CaseState.TOWNSHIP_REVIEW
    assert errand.review(ActionType.FORWARD, pki.reviewer).case.state is CaseState.COUNTY_REVIEW
    assert errand.review(ActionType.APPROVE, pki.approver).case.state is CaseState.APPROVED
    delivered = errand.act(ActionType.DELIVER, pki.agent).case
    assert delivered.state is CaseState.DELIVERED
    assert delivered.rev == 4
    assert delivered.due_at is None, "no clock runs on a delivered case"

    record = office.at(pki.auditor).record(errand.id)
    signers = [checked.holder.name for checked in check_record(record, pki.trust)]
    assert signers == ["王秀兰", "李建国", "赵敏", "王秀兰"]
    assert record.entries[-1].hash == delivered.head


def test_an_item_without_a_county_stage_ends_at_the_township(office: Office, pki: Pki) -> None:
    errand = office.errand(TOWNSHIP_ONLY)
    errand.submit()
    with pytest.raises(problems.NotYourLevel):
        errand.review(ActionType.FORWARD, pki.reviewer)
    assert errand.review(ActionType.APPROVE, pki.reviewer).case.state is CaseState.APPROVED


def test_a_returned_case_is_corrected_and_goes_on_where_it_was(office: Office, pki: Pki) -> None:
    errand = office.errand()
    errand.submit()
    returned = errand.review(ActionType.RETURN, pki.reviewer).case
    assert returned.state is CaseState.RETURNED
    assert returned.due_at is None, "while the applicant owes a correction no clock runs"
    again = errand.resubmit().case
    assert again.state is CaseState.TOWNSHIP_REVIEW
    assert again.due_at is not None
    assert again.returns == 1


def test_a_case_is_returned_twice_at_most(office: Office, pki: Pki) -> None:
    errand = office.errand()
    errand.submit()
    for _ in range(2):
        errand.review(ActionType.RETURN, pki.reviewer)
        errand.resubmit()
    with pytest.raises(problems.ReturnsUsedUp):
        errand.review(ActionType.RETURN, pki.reviewer)
    assert errand.review(ActionType.REFUSE, pki.reviewer).case.state is CaseState.REFUSED


def test_the_agent_may_withdraw_what_came_back(office: Office, pki: Pki) -> None:
    errand = office.errand()
    errand.submit()
    errand.review(ActionType.RETURN, pki.reviewer)
    assert errand.act(ActionType.WITHDRAW, pki.agent).case.state is CaseState.WITHDRAWN


def test_the_receipt_is_the_hubs_own_and_speaks_of_exactly_these_bytes(
    office: Office, pki: Pki
) -> None:
    errand = office.errand()
    prepared = errand.prepare(ActionType.SUBMIT, pki.agent)
    accepted = errand.deliver(prepared, pki.agent)
    hub_certificate = office.directory.hub_certificate
    received = check_receipt(accepted, prepared.operation, prepared.signed, hub_certificate)
    assert abs(received - china_now()) < timedelta(minutes=5)

    other = replace(prepared.operation, number=prepared.operation.number + "9")
    with pytest.raises(ReceiptWrong):
        check_receipt(accepted, other, prepared.signed, hub_certificate)
    with pytest.raises(ReceiptWrong):
        check_receipt(accepted, prepared.operation, prepared.signed, pki.agent.certificate)


# --- the wrong person -----------------------------------------------------------------------------


def test_the_wrong_role_is_refused(submitted: Errand, pki: Pki) -> None:
    supervisor = submitted.prepare(ActionType.FORWARD, pki.supervisor, documents=())
    with pytest.raises(problems.NotYourLevel):
        submitted.deliver(supervisor, pki.supervisor)
    agent = submitted.prepare(ActionType.FORWARD, pki.agent)
    with pytest.raises(problems.NotYourLevel):
        submitted.deliver(agent, pki.agent)
    with pytest.raises(problems.NotYourLevel):
        submitted.take(pki.agent)


def test_the_right_role_at_the_wrong_time_is_refused(submitted: Errand, pki: Pki) -> None:
    early = submitted.prepare(ActionType.APPROVE, pki.approver)
    with pytest.raises(problems.WrongOrder):
        submitted.deliver(early, pki.approver)
    with pytest.raises(problems.NotYourLevel):
        submitted.take(pki.approver)
    with pytest.raises(problems.WrongOrder):
        submitted.act(ActionType.DELIVER, pki.agent)


def test_another_township_neither_sees_nor_touches_the_case(submitted: Errand, pki: Pki) -> None:
    stranger = pki.person("外镇", role="审核员", unit=OTHER_TOWNSHIP)
    desk = submitted.office.at(stranger)
    with pytest.raises(problems.CaseUnknown):
        desk.case(submitted.id)
    with pytest.raises(problems.CaseUnknown):
        desk.take(submitted.id)
    assert all(row.case.id != submitted.id for row in desk.queue().rows)
    with pytest.raises(problems.OutsideYourArea):
        submitted.act(ActionType.FORWARD, stranger)


def test_a_neighbouring_village_cannot_submit_for_this_one(office: Office, pki: Pki) -> None:
    neighbour = pki.person("邻村人", role="代办员", unit=OTHER_VILLAGE)
    errand = office.errand()
    prepared = errand.prepare(ActionType.SUBMIT, neighbour)
    with pytest.raises(problems.OutsideYourArea):
        errand.deliver(prepared, neighbour)


def test_nobody_approves_what_they_submitted_themselves(office: Office, pki: Pki) -> None:
    promoted = _same_person_at(pki, pki.agent, TOWNSHIP, "审核员")
    errand = office.errand(TOWNSHIP_ONLY)
    errand.submit()
    with pytest.raises(problems.SelfApproval):
        errand.take(promoted)
    blind = errand.prepare(ActionType.APPROVE, promoted)
    with pytest.raises(problems.SelfApproval):
        errand.deliver(blind, promoted, lease=1)


def test_nobody_decides_at_two_levels_of_one_case(submitted: Errand, pki: Pki) -> None:
    submitted.review(ActionType.FORWARD, pki.reviewer)
    promoted = _same_person_at(pki, pki.reviewer, COUNTY, "审批员")
    with pytest.raises(problems.SelfApproval):
        submitted.take(promoted)


def test_a_statement_may_only_speak_for_its_signer(submitted: Errand, pki: Pki) -> None:
    for lie in (
        {"actor": "P9999"},
        {"level": Level.COUNTY},
        {"role": Role.APPROVER},
    ):
        lying = submitted.prepare(ActionType.FORWARD, pki.reviewer, **lie)
        with pytest.raises(problems.StatementOfAnother):
            submitted.deliver(lying, pki.reviewer)


def test_a_colleague_may_deliver_what_another_signed(office: Office, pki: Pki) -> None:
    """One outbox serves everybody at a station; the signature says whose it is."""
    colleague = pki.person("同事", role="代办员")
    errand = office.errand()
    prepared = errand.prepare(ActionType.SUBMIT, pki.agent)
    accepted = office.at(colleague).send(prepared.operation, prepared.signed)
    assert accepted.case.rev == 1


# --- forged, tampered, replayed -------------------------------------------------------------------


def test_a_tampered_statement_is_refused(submitted: Errand, pki: Pki) -> None:
    grant = submitted.take(pki.reviewer)
    honest = submitted.prepare(ActionType.RETURN, pki.reviewer)
    body = json.loads(honest.signed.statement)
    body["action"] = "refuse"
    turned = SignedStatement(statement=journal.canonical(body), signature=honest.signed.signature)
    with pytest.raises(problems.SignatureInvalid):
        submitted.office.at(pki.reviewer).send(honest.operation, turned, grant.token)


def test_a_signature_by_a_stranger_with_the_same_name_is_refused(
    submitted: Errand, pki: Pki
) -> None:
    operation = submitted.operation(ActionType.DELIVER, pki.agent)
    forged = sign_operation(operation, pki.stranger.key)
    with pytest.raises(problems.CertificateForeign):
        submitted.office.at(pki.agent).send(operation, forged)


def test_a_statement_in_a_second_spelling_is_refused(office: Office, pki: Pki) -> None:
    errand = office.errand()
    operation = errand.prepare(ActionType.SUBMIT, pki.agent).operation
    spaced = json.dumps(operation.body(), ensure_ascii=False, indent=1).encode()
    signed = SignedStatement(
        statement=spaced, signature=journal.sign_statement(spaced, pki.agent.key)
    )
    with pytest.raises(problems.StatementMalformed):
        office.at(pki.agent).send(operation, signed)


def test_a_certificate_revoked_after_signing_in_acts_no_more(office: Office, pki: Pki) -> None:
    leaver = pki.person("离职者", role="代办员")
    errand = office.errand(agent=leaver)
    prepared = errand.prepare(ActionType.SUBMIT, leaver)
    pki.authority.revoke(leaver.certificate)
    with pytest.raises(problems.CertificateRevokedNow):
        errand.deliver(prepared, leaver)
    # … nor does a colleague help by delivering it.
    with pytest.raises(problems.CertificateRevokedNow):
        office.at(pki.agent).send(prepared.operation, prepared.signed)


def test_what_an_expired_key_signed_is_refused_whoever_delivers_it(
    office: Office, pki: Pki
) -> None:
    errand = office.errand()
    refs = tuple(errand.upload(ActionType.SUBMIT, pki.agent))
    operation = errand.operation(ActionType.SUBMIT, pki.expired, documents=refs)
    with pytest.raises(problems.CertificateNotValidNow):
        office.at(pki.agent).send(operation, sign_operation(operation, pki.expired.key))


def test_the_same_operation_delivered_twice_takes_effect_once(office: Office, pki: Pki) -> None:
    errand = office.errand()
    prepared = errand.prepare(ActionType.SUBMIT, pki.agent)
    first = errand.deliver(prepared, pki.agent)
    second = errand.deliver(prepared, pki.agent)
    assert second == first, "the very same answer, receipt included"
    assert len(office.at(pki.agent).record(errand.id).entries) == 1


def test_the_number_of_an_operation_cannot_be_used_for_another(submitted: Errand, pki: Pki) -> None:
    used = submitted.office.at(pki.agent).record(submitted.id).entries[0].operation
    second = submitted.prepare(ActionType.DELIVER, pki.agent, id=used)
    with pytest.raises(problems.IdempotencyMismatch):
        submitted.deliver(second, pki.agent)


def test_a_second_submission_of_one_case_is_refused(submitted: Errand, pki: Pki) -> None:
    second = submitted.prepare(ActionType.SUBMIT, pki.agent)
    with pytest.raises(problems.CaseExists):
        submitted.deliver(second, pki.agent)


def test_two_cases_never_bear_the_same_number(submitted: Errand, pki: Pki) -> None:
    other = submitted.office.errand()
    other.number = submitted.number
    with pytest.raises(problems.NumberTaken):
        other.submit()


# --- who was faster -------------------------------------------------------------------------------


def test_the_slower_reviewer_learns_who_was_faster_and_when(submitted: Errand, pki: Pki) -> None:
    colleague = pki.person("钱程", role="审核员", unit=TOWNSHIP)
    late = submitted.prepare(ActionType.RETURN, colleague)
    submitted.review(ActionType.FORWARD, pki.reviewer)
    with pytest.raises(problems.StaleRevision) as refused:
        submitted.deliver(late, colleague, lease=1)
    assert refused.value.facts["winner"] == "李建国"
    assert "李建国" in refused.value.sentence("zh")
    assert "李建国 was faster" in refused.value.sentence("en")


def test_an_action_that_follows_another_record_is_refused(submitted: Errand, pki: Pki) -> None:
    grant = submitted.take(pki.reviewer)
    astray = submitted.prepare(ActionType.FORWARD, pki.reviewer, previous="ab" * 32)
    with pytest.raises(problems.StaleRevision):
        submitted.deliver(astray, pki.reviewer, grant.token)


def test_a_case_is_in_one_reviewers_hands_at_a_time(submitted: Errand, pki: Pki) -> None:
    colleague = pki.person("冯谨", role="审核员", unit=TOWNSHIP)
    submitted.take(pki.reviewer)
    with pytest.raises(problems.LeaseHeld) as refused:
        submitted.take(colleague)
    assert refused.value.facts["holder"] == "李建国"
    row = submitted.office.at(colleague).case(submitted.id)
    assert row.case.lease is not None
    assert row.case.lease.holder_name == "李建国"


def test_without_the_case_in_hand_nothing_is_decided(submitted: Errand, pki: Pki) -> None:
    decision = submitted.prepare(ActionType.FORWARD, pki.reviewer)
    with pytest.raises(problems.LeaseLost):
        submitted.deliver(decision, pki.reviewer)
    colleague = pki.person("何慎", role="审核员", unit=TOWNSHIP)
    grant = submitted.take(colleague)
    with pytest.raises(problems.LeaseLost):
        submitted.deliver(decision, pki.reviewer, grant.token)


def test_a_lease_that_ran_out_in_mid_decision_decides_nothing(
    submitted: Errand, hub: HubProcess, pki: Pki
) -> None:
    """The reviewer went to lunch with the case open; a colleague took it meanwhile."""
    slept = submitted.take(pki.reviewer)
    decision = submitted.prepare(ActionType.FORWARD, pki.reviewer)
    with closing(sqlite3.connect(hub.data / "hub.sqlite", timeout=30)) as clock:
        clock.execute(  # lunch
            "UPDATE leases SET until=? WHERE case_id=?", ("2026-01-01T00:00:00Z", submitted.id)
        )
        clock.commit()
    with pytest.raises(problems.LeaseLost):
        submitted.deliver(decision, pki.reviewer, slept.token)
    colleague = pki.person("接手的人", role="审核员", unit=TOWNSHIP)
    taken = submitted.take(colleague)
    assert taken.token > slept.token
    with pytest.raises(problems.LeaseLost):
        submitted.office.at(pki.reviewer).keep(slept)
    with pytest.raises(problems.LeaseLost):
        submitted.deliver(decision, pki.reviewer, slept.token)
    with pytest.raises(problems.LeaseLost):  # nor with a token that was read over the shoulder
        submitted.deliver(decision, pki.reviewer, taken.token)
    assert submitted.office.at(pki.agent).case(submitted.id).case.rev == 1


def test_taking_the_case_anew_ends_ones_own_older_hold(submitted: Errand, pki: Pki) -> None:
    desk = submitted.office.at(pki.reviewer)
    forgotten = submitted.take(pki.reviewer)
    newer = submitted.take(pki.reviewer)
    assert newer.token > forgotten.token
    with pytest.raises(problems.LeaseLost):
        desk.keep(forgotten)
    assert desk.keep(newer).until >= newer.until


def test_a_case_given_back_is_free_and_its_token_dead(submitted: Errand, pki: Pki) -> None:
    desk = submitted.office.at(pki.reviewer)
    grant = submitted.take(pki.reviewer)
    desk.give_back(grant)
    desk.give_back(grant)  # twice changes nothing
    colleague = pki.person("吕捷", role="审核员", unit=TOWNSHIP)
    assert submitted.take(colleague).token > grant.token
    decision = submitted.prepare(ActionType.FORWARD, pki.reviewer)
    with pytest.raises(problems.LeaseLost):
        submitted.deliver(decision, pki.reviewer, grant.token)


# --- documents and content of the statement -------------------------------------------------------


def test_an_action_waits_for_its_documents(office: Office, pki: Pki) -> None:
    errand = office.errand()
    here = errand.upload(ActionType.SUBMIT, pki.agent)
    absent = errand.sealed(DocumentKind.DOSSIER)
    refs = [absent.ref if ref.kind is DocumentKind.DOSSIER else ref for ref in here]
    prepared = errand.prepare(ActionType.SUBMIT, pki.agent, documents=refs)
    with pytest.raises(problems.DocumentMissing) as refused:
        errand.deliver(prepared, pki.agent)
    assert refused.value.facts["missing"] == [absent.ref.sealed_sha256]
    assert problems.is_retryable(refused.value)

    office.at(pki.agent).upload(absent.sealed)
    assert errand.deliver(prepared, pki.agent).case.rev == 1


def test_a_document_must_have_the_size_that_was_signed(office: Office, pki: Pki) -> None:
    errand = office.errand()
    refs = [replace(ref, size=ref.size + 1) for ref in errand.upload(ActionType.SUBMIT, pki.agent)]
    with pytest.raises(problems.DocumentsNotRight):
        errand.submit(documents=refs)


@pytest.mark.parametrize("lacking", [DocumentKind.DOSSIER, DocumentKind.HEADER])
def test_a_submission_without_dossier_or_header_is_refused(
    office: Office, pki: Pki, lacking: DocumentKind
) -> None:
    errand = office.errand()
    refs = [r for r in errand.upload(ActionType.SUBMIT, pki.agent) if r.kind is not lacking]
    with pytest.raises(problems.DocumentsNotRight):
        errand.submit(documents=refs)


def test_returning_and_refusing_need_reasons(submitted: Errand, pki: Pki) -> None:
    for action in (ActionType.RETURN, ActionType.REFUSE):
        with pytest.raises(problems.ReasonRequired):
            submitted.review(action, pki.reviewer, reason_codes=())


def test_an_unknown_version_of_an_item_is_refused(office: Office) -> None:
    with pytest.raises(problems.ItemVersionUnknown):
        office.errand().submit(item_version=99)


def test_a_case_stays_with_the_item_it_was_opened_with(submitted: Errand, pki: Pki) -> None:
    with pytest.raises(problems.StatementMalformed):
        submitted.review(ActionType.FORWARD, pki.reviewer, item=TOWNSHIP_ONLY, item_version=1)


def test_a_clock_that_runs_ahead_is_noticed(office: Office) -> None:
    with pytest.raises(problems.ClockSkew) as refused:
        office.errand().submit(at=china_now() + timedelta(hours=2))
    assert "时间" in refused.value.sentence("zh")


def test_a_case_signed_weeks_ago_at_a_villagers_home_is_welcome(office: Office) -> None:
    errand = office.errand()
    accepted = errand.submit(at=china_now() - timedelta(days=20))
    assert accepted.case.opened_at > china_now() - timedelta(minutes=5), "the hub's time counts"


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "130430999001-261123-001"},
        {"base_rev": 3},
        {"previous": "cd" * 32},
        {"id": "x"},
        {"station": "130430"},
    ],
)
def test_a_misshapen_submission_is_refused(office: Office, changes: dict[str, object]) -> None:
    with pytest.raises(problems.StatementMalformed):
        office.errand().submit(**changes)


def test_an_operation_for_one_case_is_not_taken_for_another(submitted: Errand, pki: Pki) -> None:
    prepared = submitted.prepare(ActionType.DELIVER, pki.agent)
    elsewhere = replace(prepared.operation, case=str(uuid.uuid4()))
    with pytest.raises(problems.StatementMalformed):
        submitted.office.at(pki.agent).send(elsewhere, prepared.signed)


def test_nonsense_for_a_statement_is_refused_and_never_breaks_the_hub(
    office: Office, pki: Pki
) -> None:
    errand = office.errand()
    real = errand.prepare(ActionType.SUBMIT, pki.agent)
    for nonsense in (b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"format":"yizhan-operation/1"}'):
        signature = journal.sign_statement(nonsense, pki.agent.key)
        signed = SignedStatement(statement=nonsense, signature=signature)
        with pytest.raises(problems.StatementMalformed):
            office.at(pki.agent).send(real.operation, signed)
    garbage = SignedStatement(statement=real.signed.statement, signature=b"\x30\x03\x02\x01\x01")
    with pytest.raises(problems.SignatureInvalid):
        office.at(pki.agent).send(real.operation, garbage)
    assert isinstance(errand.deliver(real, pki.agent).operation, str)


def _same_person_at(pki: Pki, person: Person, unit: UnitPlan, role: str) -> Person:
    """A second certificate for somebody who changed office and kept the old key."""
    holder = person.holder
    subject = Subject(
        holder.name,
        unit.unit_name,
        unit.unit_code,
        pki.authority.organisation,
        role,
        holder.person_id,
    )
    private = new_key("p256")
    issued = pki.authority.issue(public_key_of(private), subject, Purpose.SIGN)
    path = pki.folder / "others" / f"{holder.person_id}-{role}-{uuid.uuid4().hex}.p12"
    path.parent.mkdir(exist_ok=True)
    write_p12(path, private, issued.certificate, issued.chain, PIN, rounds=1000)
    return Person(path)
