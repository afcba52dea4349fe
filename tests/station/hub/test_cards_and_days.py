"""Days go by: cards are dealt once, offices reminded, and the figures follow from the record.

The hub is whole but for its HTTP face, which is not asked here, and its clock, which is turned.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from signing import journal
from station.clock import CHINA
from station.domain.cases import ActionType, CaseState
from station.domain.deadlines import Card
from station.domain.operations import GENESIS, DocumentKind, Operation
from station.domain.units import Role, level_of
from station.hub.accounts import Account
from station.hub.assembly import Hub, open_hub
from station.hub.casework import Delivery
from station.hub.settings import HubSettings
from station.paths import resources
from station.services.sign_in import person_of
from station.wire import problems
from station.wire.documents import LOADS, REASONED, REVIEWING
from station.wire.messages import Accepted, CaseFile
from station.wire.sealed import Contact, Header, Note
from station.wire.sealing import seal, seal_paper
from station.wire.statements import sign_operation
from tests.helpers.office import TOWNSHIP_ONLY, WITH_COUNTY
from tests.helpers.pki import Person, Pki


class Days:
    """A clock that stands still until it is turned. It begins where the test keys are valid."""

    def __init__(self) -> None:
        today = datetime.now(CHINA).replace(hour=10, minute=0, second=0, microsecond=0)
        self.now = today

    def __call__(self) -> datetime:
        return self.now

    def turn_to(self, moment: datetime) -> None:
        assert moment >= self.now
        self.now = moment


@pytest.fixture
def days() -> Days:
    return Days()


@pytest.fixture
def hub(pki: Pki, tmp_path: Path, days: Days) -> Iterator[Hub]:
    opened = open_hub(HubSettings(data=tmp_path / "hub", training=pki.folder), clock=days)
    yield opened
    opened.close()


class Case:
    """One case, carried on by calling the hub's own rooms."""

    def __init__(self, hub: Hub, pki: Pki, item: str) -> None:
        self.hub = hub
        self.pki = pki
        self.item = item
        self.id = str(uuid.uuid4())
        self.number = f"130430001001-260301-{int(self.id[:8], 16) % 10**6:06d}"
        self.rev, self.head = 0, GENESIS

    def act(self, action: ActionType, person: Person) -> Accepted:
        account = account_of(person)
        lease = None
        if action in REVIEWING:
            lease = self.hub.leases.take(self.id, account).token
        documents = tuple(self._document(kind) for kind in sorted(LOADS[action].needed))
        if action is ActionType.SUBMIT:
            documents = (*documents, self._document(DocumentKind.CONTACT))
        holder = person.holder
        operation = Operation(
            id=str(uuid.uuid4()),
            case=self.id,
            number=self.number,
            action=action,
            item=self.item,
            item_version=1,
            station="130430001001",
            actor=holder.person_id,
            unit=holder.unit_code,
            level=level_of(holder.unit_code),
            role=Role.from_word(holder.role),
            base_rev=self.rev,
            previous=self.head,
            at=self.hub.clock(),
            documents=documents,
            reason_codes=("material-missing",) if action in REASONED else (),
        )
        signed = sign_operation(operation, person.key)
        taken = self.hub.casework.take(Delivery(self.id, signed, lease=lease), account)
        accepted = Accepted.model_validate_json(taken.accepted)
        self.rev, self.head = accepted.case.rev, accepted.case.head
        assert self.head == journal.link(operation.previous, signed.statement, signed.signature)
        return accepted

    def file(self) -> CaseFile:
        return self.hub.lookup.case(account_of(self.pki.supervisor).person, self.id)

    def _document(self, kind: DocumentKind):  # type: ignore[no-untyped-def]
        directory = self.hub.directory.message()
        to = [certificate for unit in directory.units for certificate in unit.encryption]
        if kind is DocumentKind.CONTACT:
            contact = Contact(phone="13812345678", salutation="任奶奶")
            document = seal_paper(kind, contact, [directory.sms_certificate])
        elif kind is DocumentKind.HEADER:
            header = Header(applicant="任春早", item_title="认证", station_name="吴庄村")
            document = seal_paper(kind, header, to)
        elif kind is DocumentKind.NOTE:
            document = seal_paper(kind, Note(), to)
        else:
            document = seal(kind, self.id.encode(), to)
        upload = self.hub.uploads.begin(document.ref.sealed_sha256, len(document.sealed))
        if not upload.complete:
            upload = self.hub.uploads.append(upload, document.sealed)
            self.hub.uploads.settle(upload)
        return document.ref


def account_of(person: Person) -> Account:
    known = person_of(person.holder)
    assert known is not None
    return Account(known, hashlib.sha256(person.certificate).hexdigest())


def go_round(hub: Hub) -> None:
    """What the hub does by itself every few seconds, now."""
    for duty in hub.rounds.duties.values():
        duty()


def test_a_case_left_lying_is_dealt_a_yellow_and_a_red_card_once_each(
    hub: Hub, pki: Pki, days: Days
) -> None:
    case = Case(hub, pki, WITH_COUNTY)
    case.act(ActionType.SUBMIT, pki.agent)
    (clock,) = case.file().times
    go_round(hub)
    assert case.file().cards == ()

    days.turn_to(clock.warn_at)
    for _ in range(3):
        go_round(hub)
    assert [card.colour for card in case.file().cards] == [Card.YELLOW]
    assert case.file().card is Card.YELLOW

    days.turn_to(clock.due_at)
    go_round(hub)
    assert len(case.file().cards) == 1, "the last day counts to its end"
    days.turn_to(clock.due_at + timedelta(seconds=1))
    for _ in range(3):
        go_round(hub)
    cards = case.file().cards
    assert [card.colour for card in cards] == [Card.YELLOW, Card.RED]
    assert [card.at for card in cards] == [clock.warn_at, clock.due_at]
    assert {card.unit for card in cards} == {"130430001"}

    reminders = [line for line in sent(hub) if "牌" in line["text"]]
    assert [line["text"][5:7] for line in reminders] == ["黄牌", "红牌"]
    assert {line["to"] for line in reminders} == {"13930430001"}, "the duty phone of the township"
    assert all("梁二庄镇便民服务中心" in line["text"] for line in reminders)


def test_a_card_names_who_had_the_case_in_hand(hub: Hub, pki: Pki, days: Days) -> None:
    case = Case(hub, pki, WITH_COUNTY)
    case.act(ActionType.SUBMIT, pki.agent)
    days.turn_to(case.file().times[0].warn_at)
    hub.leases.take(case.id, account_of(pki.reviewer))
    go_round(hub)
    assert [card.holder_name for card in case.file().cards] == ["李建国"]
    days.turn_to(case.file().times[0].due_at + timedelta(minutes=1))
    go_round(hub)
    assert [card.holder_name for card in case.file().cards] == ["李建国", ""], "it was let go"


def test_a_hub_that_slept_over_both_deadlines_deals_both_cards_and_reminds_once(
    hub: Hub, pki: Pki, days: Days
) -> None:
    case = Case(hub, pki, TOWNSHIP_ONLY)
    case.act(ActionType.SUBMIT, pki.agent)
    days.turn_to(days.now + timedelta(days=40))
    go_round(hub)
    assert [card.colour for card in case.file().cards] == [Card.YELLOW, Card.RED]
    assert [line["text"][5:7] for line in sent(hub) if "牌" in line["text"]] == ["红牌"]


def test_a_card_earned_between_two_rounds_is_dealt_by_the_action_itself(
    hub: Hub, pki: Pki, days: Days
) -> None:
    case = Case(hub, pki, WITH_COUNTY)
    case.act(ActionType.SUBMIT, pki.agent)
    days.turn_to(case.file().times[0].warn_at + timedelta(minutes=1))
    case.act(ActionType.FORWARD, pki.reviewer)
    assert [card.colour for card in case.file().cards] == [Card.YELLOW]
    go_round(hub)
    assert len(case.file().cards) == 1


def test_while_the_applicant_owes_a_correction_no_card_is_dealt(
    hub: Hub, pki: Pki, days: Days
) -> None:
    case = Case(hub, pki, WITH_COUNTY)
    case.act(ActionType.SUBMIT, pki.agent)
    case.act(ActionType.RETURN, pki.reviewer)
    days.turn_to(days.now + timedelta(days=60))
    go_round(hub)
    assert case.file().cards == ()
    case.act(ActionType.RESUBMIT, pki.agent)
    (clock,) = case.file().times
    assert clock.started_at == days.now
    assert clock.due_at > days.now


def test_what_was_dealt_is_what_follows_from_the_record(hub: Hub, pki: Pki, days: Days) -> None:
    start = days.now
    cases = [Case(hub, pki, item) for item in (WITH_COUNTY, TOWNSHIP_ONLY, WITH_COUNTY)]
    for case in cases:
        case.act(ActionType.SUBMIT, pki.agent)
    for step in range(1, 30):
        days.turn_to(start + timedelta(days=step))
        go_round(hub)
        if step == 2:
            cases[0].act(ActionType.RETURN, pki.reviewer)
        if step == 9:
            cases[0].act(ActionType.RESUBMIT, pki.agent)
        if step == 20:
            cases[0].act(ActionType.FORWARD, pki.reviewer)
            cases[1].act(ActionType.APPROVE, pki.reviewer)
    found = hub.figures.of("130430", None, days.now + timedelta(seconds=1))
    dealt = [card for case in cases for card in case.file().cards]
    assert found.total.yellow == sum(card.colour is Card.YELLOW for card in dealt)
    assert found.total.red == sum(card.colour is Card.RED for card in dealt)
    assert found.total.red >= 2
    assert found.total.by_state[CaseState.COUNTY_REVIEW] == 1
    queue = hub.lookup.queue(account_of(pki.reviewer).person, None, 50)
    assert [row.case.id for row in queue.rows] == [cases[2].id]
    assert queue.counts.red == 1


def test_a_lease_that_ran_out_is_free_for_others(hub: Hub, pki: Pki, days: Days) -> None:
    from tests.helpers.pki import TOWNSHIP

    case = Case(hub, pki, WITH_COUNTY)
    case.act(ActionType.SUBMIT, pki.agent)
    mine = hub.leases.take(case.id, account_of(pki.reviewer))
    colleague = account_of(pki.person("钱程", role="审核员", unit=TOWNSHIP))
    days.turn_to(mine.until - timedelta(seconds=1))
    with pytest.raises(problems.LeaseHeld):
        hub.leases.take(case.id, colleague)
    days.turn_to(mine.until)
    theirs = hub.leases.take(case.id, colleague)
    assert theirs.token > mine.token
    with pytest.raises(problems.LeaseLost):
        hub.leases.keep(case.id, account_of(pki.reviewer), mine.token)


def test_a_lease_that_ran_out_unnoticed_is_renewed_by_the_next_heartbeat(
    hub: Hub, pki: Pki, days: Days
) -> None:
    case = Case(hub, pki, WITH_COUNTY)
    case.act(ActionType.SUBMIT, pki.agent)
    grant = hub.leases.take(case.id, account_of(pki.reviewer))
    days.turn_to(grant.until + timedelta(hours=1))
    assert hub.leases.keep(case.id, account_of(pki.reviewer), grant.token).until > days.now


def test_documents_nobody_named_are_tidied_away_after_two_months(
    hub: Hub, pki: Pki, days: Days
) -> None:
    case = Case(hub, pki, TOWNSHIP_ONLY)
    case.act(ActionType.SUBMIT, pki.agent)
    named = {document.sealed_sha256 for document in case.file().documents}
    sealed = b"never named by any action"
    digest = hashlib.sha256(sealed).hexdigest()
    upload = hub.uploads.append(hub.uploads.begin(digest, len(sealed)), sealed)
    hub.uploads.settle(upload)
    started = hub.uploads.begin("ab" * 32, 10)
    go_round(hub)
    assert hub.blobs.size(digest) is not None
    days.turn_to(days.now + timedelta(days=61))
    go_round(hub)
    assert hub.blobs.size(digest) is None
    assert all(hub.blobs.size(kept) is not None for kept in named)
    with pytest.raises(problems.UploadUnknown):
        hub.uploads.find(started.digest)


def sent(hub: Hub) -> list[dict[str, str]]:
    file = hub.settings.data / "sms" / "outbox.jsonl"
    if not file.exists():
        return []
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_a_case_keeps_the_item_it_was_opened_with_when_the_catalogue_forgets_it(
    pki: Pki, tmp_path: Path, days: Days
) -> None:
    items = tmp_path / "items"
    items.mkdir()
    for code in (WITH_COUNTY, TOWNSHIP_ONLY):
        shutil.copy(resources("items", f"{code}.json"), items)
    settings = HubSettings(data=tmp_path / "hub", training=pki.folder, items=(items,))
    first = open_hub(settings, clock=days)
    case = Case(first, pki, WITH_COUNTY)
    case.act(ActionType.SUBMIT, pki.agent)
    first.close()

    (items / f"{WITH_COUNTY}.json").unlink()
    case.hub = second = open_hub(settings, clock=days)
    days.turn_to(case.file().times[0].warn_at)
    go_round(second)
    assert [card.colour for card in case.file().cards] == [Card.YELLOW]
    assert case.act(ActionType.FORWARD, pki.reviewer).case.state is CaseState.COUNTY_REVIEW
    until = days.now + timedelta(seconds=1)
    assert second.figures.of("130430", None, until).by_item[WITH_COUNTY].received == 1
    with pytest.raises(problems.ItemVersionUnknown):
        Case(second, pki, WITH_COUNTY).act(ActionType.SUBMIT, pki.agent)
    second.close()
