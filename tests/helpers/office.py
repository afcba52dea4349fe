"""An office that works against a hub: people signed in, cases carried through their stages.

For tests that need cases at a hub without caring how a dossier looks inside: the documents are
small, but really sealed, uploaded and signed for. Made from a running hub and the test county::

    office = Office(hub, pki)
    errand = office.errand()                    # MZ-001: village → township → county
    errand.submit()
    errand.review(ActionType.FORWARD, pki.reviewer)
    errand.review(ActionType.APPROVE, pki.approver)
    assert errand.case.state is CaseState.APPROVED
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from signing.authority.training import UnitPlan
from signing.keys.protocol import SigningKey
from signing.trust import load_trust
from station.clock import china_now
from station.domain.cases import ActionType, Case
from station.domain.operations import GENESIS, DocumentKind, DocumentRef, Operation
from station.domain.units import Role, level_of
from station.wire.client import HubClient
from station.wire.documents import LOADS, REASONED
from station.wire.messages import Accepted, Directory, LeaseGrant, SignedStatement
from station.wire.sealed import Contact, Header, Note, Reason
from station.wire.sealing import SealedDocument, seal, seal_paper
from station.wire.statements import sign_operation
from station.wire.vouching import Vouching
from tests.helpers.pki import Person, Pki

TOWNSHIP_ONLY = "SB-001"  # decided by the township
WITH_COUNTY = "MZ-001"  # forwarded to the county
PHONE = "13812345678"
OTHER_TOWNSHIP = UnitPlan("130430002", "另一镇便民服务中心")  # known to nobody in the directory
OTHER_VILLAGE = UnitPlan("130430001002", "邻村便民服务站")

_serials = itertools.count(1)


class RunningHub(Protocol):
    """Whatever runs a hub for a test."""

    def client(self, key: SigningKey) -> HubClient:
        """A client signed in with ``key``."""


class Office:
    """The people of the test county, each at a desk of their own."""

    def __init__(self, hub: RunningHub, pki: Pki) -> None:
        self.hub = hub
        self.pki = pki
        self._clients: dict[str, HubClient] = {}
        self._directory: Directory | None = None

    def at(self, person: Person) -> HubClient:
        """The client at which ``person`` is signed in."""
        name = str(person.path)
        if name not in self._clients:
            self._clients[name] = self.hub.client(person.key)
        return self._clients[name]

    @property
    def directory(self) -> Directory:
        if self._directory is None:
            self._directory = self.at(self.pki.agent).directory()
        return self._directory

    @property
    def vouching(self) -> Vouching:
        """The directory as a desk believes it."""
        pki = self.pki
        return Vouching(
            self.directory, load_trust([pki.root_pem]), pki.agent.key.chain, china_now()
        )

    def errand(self, item: str = WITH_COUNTY, agent: Person | None = None) -> Errand:
        """A new case of ``item``, not yet submitted."""
        return Errand(self, item, agent or self.pki.agent)

    def close(self) -> None:
        for client in self._clients.values():
            client.close()
        self._clients.clear()


@dataclass(frozen=True)
class Prepared:
    """An operation that is signed and whose documents the hub has."""

    operation: Operation
    signed: SignedStatement


class Errand:
    """One case as its people handle it. ``case`` is what the hub last said of it."""

    def __init__(self, office: Office, item: str, agent: Person) -> None:
        self.office = office
        self.agent = agent
        self.item = item
        self.item_version = next(
            entry.version for entry in office.directory.items if entry.code == item
        )
        self.station = agent.holder.unit_code
        self.id = str(uuid.uuid4())
        self.number = f"{self.station}-261123-{next(_serials):03d}"
        self.case: Case | None = None

    def operation(self, action: ActionType, person: Person, **changes: Any) -> Operation:
        """What ``person`` would say, with ``changes`` for those who say it wrong."""
        holder = person.holder
        operation = Operation(
            id=str(uuid.uuid4()),
            case=self.id,
            number=self.number,
            action=action,
            item=self.item,
            item_version=self.item_version,
            station=self.station,
            actor=holder.person_id,
            unit=holder.unit_code,
            level=level_of(holder.unit_code),
            role=Role.from_word(holder.role),
            base_rev=self.case.rev if self.case else 0,
            previous=self.case.head if self.case else GENESIS,
            at=china_now(),
            reason_codes=("material-missing",) if action in REASONED else (),
        )
        return replace(operation, **changes)

    def prepare(
        self,
        action: ActionType,
        person: Person,
        *,
        documents: Iterable[DocumentRef] | None = None,
        **changes: Any,
    ) -> Prepared:
        """Seals and uploads what the action needs, and signs it."""
        if documents is None:
            documents = self.upload(action, person)
        operation = self.operation(action, person, documents=tuple(documents), **changes)
        return Prepared(operation, sign_operation(operation, person.key))

    def upload(self, action: ActionType, person: Person) -> list[DocumentRef]:
        """The documents that the action needs, sealed and at the hub."""
        documents = self.documents(action)
        for document in documents:
            self.office.at(person).upload(document.sealed)
        return [document.ref for document in documents]

    def documents(self, action: ActionType) -> list[SealedDocument]:
        """The documents that the action needs, sealed; for a submission also the contact."""
        kinds = sorted(LOADS[action].needed)
        if action in (ActionType.SUBMIT, ActionType.RESUBMIT):
            kinds.append(DocumentKind.CONTACT)
        return [self.sealed(kind) for kind in kinds]

    def sealed(self, kind: DocumentKind) -> SealedDocument:
        """A small document of this kind, sealed for whom it is meant."""
        to = self.office.vouching.recipients(self.station)
        match kind:
            case DocumentKind.HEADER:
                header = Header(applicant="任春早", item_title="高龄老人", station_name="吴庄村")
                return seal_paper(kind, header, to)
            case DocumentKind.NOTE:
                reason = Reason(code="material-missing", text="缺户口簿本人页", material="booklet")
                return seal_paper(kind, Note(reasons=(reason,)), to)
            case DocumentKind.CONTACT:
                contact = Contact(phone=PHONE, salutation="任奶奶")
                return seal_paper(kind, contact, [self.office.directory.sms_certificate])
        return seal(kind, f"{kind} of {uuid.uuid4()}".encode() * 20, to)

    def deliver(self, prepared: Prepared, person: Person, lease: int | None = None) -> Accepted:
        """Sends what was prepared and remembers how the case stands now."""
        accepted = self.office.at(person).send(prepared.operation, prepared.signed, lease)
        self.case = accepted.case
        return accepted

    def submit(self, **changes: Any) -> Accepted:
        """The agent takes the case in."""
        return self.deliver(self.prepare(ActionType.SUBMIT, self.agent, **changes), self.agent)

    def resubmit(self) -> Accepted:
        """The agent sends the corrected case again."""
        return self.deliver(self.prepare(ActionType.RESUBMIT, self.agent), self.agent)

    def act(self, action: ActionType, person: Person, **changes: Any) -> Accepted:
        """An action that needs no lease."""
        return self.deliver(self.prepare(action, person, **changes), person)

    def take(self, person: Person) -> LeaseGrant:
        """Puts the case in this person's hands."""
        return self.office.at(person).take(self.id)

    def review(self, action: ActionType, person: Person, **changes: Any) -> Accepted:
        """Takes the case in hand and acts on it."""
        grant = self.take(person)
        return self.deliver(self.prepare(action, person, **changes), person, grant.token)


def facts_of(error: BaseException) -> Mapping[str, object]:
    """What a refusal told besides its words."""
    return getattr(error, "facts", {})
